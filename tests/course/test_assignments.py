"""The assignments as lecturers and students meet them: two zip files, unpacked in empty folders, away from the project.

Whatever runs here runs in an environment made from the published requirements alone. It needs the package index (or
uv's cache): where neither is there the tests are skipped, unless ``COURSE_TESTS=required``.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import course_assignments
import course_leaks
import nbformat
import pytest
from course_assignments import Assignment, CourseError
from course_leaks import Secret

import course

ROOT = Path(__file__).resolve().parents[2]
NAMES = [path.stem for path in sorted(course_assignments.MASTERS.glob("*.md"))]
BY_CHAPTER = [name for name in NAMES if name.startswith("A")]

pytestmark = pytest.mark.timeout(3600)  # the first environment of a machine is downloaded

# What all tests share ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def assignments() -> dict[str, Assignment]:
    return {assignment.name: assignment for assignment in course_assignments.read_all()}


@pytest.fixture(scope="session")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``student.zip``, ``instructor.zip`` and both of them unpacked."""
    out = tmp_path_factory.mktemp("course")
    course.pack(out, check=False)  # test_every_answer_earns_what_the_master_says checks the answers
    for name in ("student", "instructor"):
        with zipfile.ZipFile(out / f"{name}.zip") as parts:
            parts.extractall(out)
    return out


@pytest.fixture(scope="session")
def student_folder(handed_out: Path) -> Path:
    return handed_out / "casebook-student"


@pytest.fixture(scope="session")
def python(student_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with what requirements.txt names and nothing else.

    Made from uv's cache if that holds everything; else as the student's README says, with venv and pip.
    """
    environment = tmp_path_factory.mktemp("published") / "environment"
    interpreter = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = [sys.executable, "-m", "uv", "--quiet", "--offline"]
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ways = [
        [
            [*uv, "venv", "--clear", "--python", sys.executable, str(environment)],
            [*uv, "pip", "sync", "--require-hashes", "--python", str(interpreter), "requirements.txt"],
        ],
        [
            [sys.executable, "-m", "venv", "--clear", str(environment)],
            [*pip, "--requirement", "requirements.txt"],
        ],
    ]
    for way in ways:
        for command in way:
            done = subprocess.run(command, cwd=student_folder, capture_output=True, text=True, check=False)
            if done.returncode:
                break
        else:
            return interpreter
    reason = f"the published requirements cannot be installed here: {done.stderr.strip()[-400:]}"
    # A requirement that is wrong is a fault; a machine without a network is not.
    if os.environ.get("COURSE_TESTS") == "required" or "hash" in reason.lower():
        pytest.fail(reason)
    pytest.skip(reason)


def away(python: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the published environment in a folder, with no trace of the project around it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "JUPYTER", "CASEBOOK"))}
    kept |= {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}", "IPYTHONDIR": str(folder / ".ipython")}
    return subprocess.run(
        [str(python), *command], cwd=folder, env=kept, capture_output=True, text=True, timeout=3000, check=False
    )


@dataclass
class Grades:
    """What grade.py wrote: its rows by submission, and its whole table."""

    rows: dict[str, list[dict[str, str]]]
    table: Path

    def points(self, submission: str) -> dict[str, float]:
        return {r["question"]: float(r["points"]) for r in self.rows[submission] if r["by"] == "tests"}


def graded(python: Path, handed_out: Path, submissions: Path) -> Grades:
    """Grade a folder as an instructor does, in the unpacked zip."""
    table = submissions.with_suffix(".csv")
    done = away(python, "grade.py", str(submissions), "--out", str(table), folder=handed_out / "casebook-instructor")
    assert done.returncode == 0, done.stderr
    rows = defaultdict(list)
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["submission"]].append(row)
    return Grades(rows, table)


@pytest.fixture(scope="session")
def empty_runs(python: Path, student_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each student's notebook, run untouched in an empty folder, beside the zip file that its last cell makes."""
    folders = {}
    for name in NAMES:
        folders[name] = tmp_path_factory.mktemp(name)
        shutil.copy(student_folder / f"{name}.ipynb", folders[name])
    script = textwrap.dedent("""
        import pathlib, subprocess, sys
        from concurrent.futures import ThreadPoolExecutor

        def run(path):
            command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", path.name]
            for attempt in range(3):
                done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True)
                if "Kernel died before replying" not in done.stderr:  # two kernels that start at once took one port
                    break
            return f"{path}: {done.stderr[-1500:]}" if done.returncode else ""

        with ThreadPoolExecutor(2) as pool:
            failed = list(filter(None, pool.map(run, map(pathlib.Path, sys.argv[1:]))))
        sys.exit("\\n".join(failed) or 0)
    """)
    paths = [str(folder / f"{name}.ipynb") for name, folder in folders.items()]
    done = away(python, "-c", script, *paths, folder=tmp_path_factory.mktemp("running"))
    assert done.returncode == 0, done.stderr
    return folders


@pytest.fixture(scope="session")
def grades(
    python: Path,
    handed_out: Path,
    empty_runs: dict[str, Path],
    assignments: dict[str, Assignment],
    tmp_path_factory: pytest.TempPathFactory,
) -> Grades:
    """One class hands in: of every assignment a perfect, an empty and a mistaken submission; some hand in nonsense."""
    submissions = tmp_path_factory.mktemp("submissions")
    for name, assignment in assignments.items():
        solved = course_assignments.read_notebook(
            handed_out / "casebook-instructor" / "assignments" / name / "solution.ipynb"
        )
        for kind in ("perfect", "mistaken"):
            made, _ = course_assignments.submission(assignment, solved, kind)
            (submissions / kind).mkdir(exist_ok=True)
            nbformat.write(made, submissions / kind / f"{name}.ipynb")
        (exported,) = empty_runs[name].glob("*.zip")
        (submissions / "empty").mkdir(exist_ok=True)
        shutil.copy(exported, submissions / "empty" / f"{name}.zip")
    (submissions / "odd").mkdir()
    (submissions / "odd" / "essay.ipynb").write_text("Dear professor, my computer broke.", encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), submissions / "odd" / "another_course.ipynb")
    return graded(python, handed_out, submissions)


# What students get --------------------------------------------------------------------------------


def test_every_chapter_has_an_assignment_and_there_is_a_capstone() -> None:
    chapters = [path.stem for path in sorted((ROOT / "chapters").glob("0*.md"))]
    assert [f"A{int(chapter[:2])}{chapter[2:]}" for chapter in chapters] == BY_CHAPTER
    assert "capstone" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_runs_from_the_unpacked_zip_in_an_empty_folder(name: str, empty_runs: dict[str, Path]) -> None:
    executed = course_assignments.read_notebook(empty_runs[name] / f"{name}.ipynb")
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert code and all(cell.execution_count for cell in code if cell.source.strip())
    assert len(list(empty_runs[name].glob("*.zip"))) == 1  # what its last cell exports


@pytest.mark.parametrize("name", NAMES)
def test_the_students_notebook_has_questions_rubric_and_no_output(name: str, student_folder: Path) -> None:
    notebook = course_assignments.read_notebook(student_folder / f"{name}.ipynb")
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "| Criterion | Points |" in text
    assert "SOLUTION" not in text and "IGNORE" not in text
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert '"hidden": true' not in json.dumps(notebook.metadata) and "hidden=True" not in json.dumps(notebook.metadata)
    assert "](event:" not in text and "{glue" not in text


def test_the_same_sources_make_the_same_zip(handed_out: Path, tmp_path: Path) -> None:
    course.pack(tmp_path, check=False)
    for name in ("student.zip", "instructor.zip"):
        assert (tmp_path / name).read_bytes() == (handed_out / name).read_bytes()


# Grades -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_earns_what_the_master_says(name: str, assignments: dict[str, Assignment]) -> None:
    assert course_assignments.rehearse(assignments[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_perfect_submission_gets_all_points(name: str, grades: Grades, assignments: dict[str, Assignment]) -> None:
    by_tests = {q.name: q.points for q in assignments[name].questions if not q.manual}
    assert grades.points(f"perfect/{name}.ipynb") == by_tests


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_submission_gets_none(name: str, grades: Grades) -> None:
    assert set(grades.points(f"empty/{name}.zip").values()) == {0.0}


@pytest.mark.parametrize("name", NAMES)
def test_a_mistaken_submission_gets_part_of_them(name: str, grades: Grades, assignments: dict[str, Assignment]) -> None:
    earned = grades.points(f"mistaken/{name}.ipynb")
    questions = [q for q in assignments[name].questions if not q.manual]
    # A question that builds on one before may lose more than its own mistake costs.
    assert earned.keys() == {q.name for q in questions}
    assert all(earned[q.name] <= q.mistakes[0].earns for q in questions)
    assert 0 < sum(earned.values()) < sum(q.points for q in questions)


@pytest.mark.parametrize("name", NAMES)
def test_who_loses_points_is_told_why(name: str, grades: Grades) -> None:
    rows = [row for row in grades.rows[f"mistaken/{name}.ipynb"] if row["by"] == "tests"]
    assert all(row["remarks"] for row in rows if float(row["points"]) < float(row["possible"]))


@pytest.mark.parametrize("name", NAMES)
def test_written_answers_wait_in_the_table_for_a_person(
    name: str, grades: Grades, assignments: dict[str, Assignment]
) -> None:
    by_hand = [row for row in grades.rows[f"perfect/{name}.ipynb"] if row["by"] == "hand"]
    written = [q for q in assignments[name].questions if q.manual]
    assert [row["question"] for row in by_hand] == [q.name for q in written]
    assert all(row["points"] == "" for row in by_hand)
    assert all("**Strong" in row["answer"] for row in by_hand)
    for row in grades.rows[f"empty/{name}.zip"]:
        assert row["by"] != "hand" or row["answer"] == "_Type your answer here, replacing this text._"


def test_what_cannot_be_graded_gets_a_reason_instead_of_points(grades: Grades) -> None:
    (essay,), (other,) = grades.rows["odd/essay.ipynb"], grades.rows["odd/another_course.ipynb"]
    assert "not a readable notebook" in essay["remarks"] and essay["points"] == ""
    assert "belongs to no assignment of this course" in other["remarks"]


def test_a_submission_that_never_ends_is_stopped_and_named(handed_out: Path, tmp_path: Path) -> None:
    name = BY_CHAPTER[0]
    made = course_assignments.read_notebook(handed_out / "casebook-student" / f"{name}.ipynb")
    made.cells.insert(0, nbformat.v4.new_code_cell("while True: pass"))
    nbformat.write(made, tmp_path / "endless.ipynb")
    command = [sys.executable, "grade.py", str(tmp_path), "--seconds", "20", "--out", str(tmp_path / "grades.csv")]
    subprocess.run(command, cwd=handed_out / "casebook-instructor", capture_output=True, timeout=300, check=True)
    assert "was still running after 20 seconds" in (tmp_path / "grades.csv").read_text(encoding="utf-8-sig")


def totals(folder: Path, text: str) -> tuple[list[dict[str, str]], str]:
    """Add up a table; return the rows of totals.csv and what was said on the error channel."""
    (folder / "grades.csv").write_text(text, encoding="utf-8-sig")
    command = [sys.executable, str(ROOT / "course" / "grade.py"), "--totals", str(folder / "grades.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [], done.stderr
    with (folder / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file)), ""


TABLE = """submission,assignment,question,points,possible,by,remarks,answer
ada.zip,A1,q1,2.0,3,tests,,
ada.zip,A1,q2,4.5,5,hand,,"Drift, or not?"
bob.zip,A1,q1,0,3,tests,Count again.,
bob.zip,A1,q2,,5,hand,,"I think; so."
eve.ipynb,,,,,,not a readable notebook,
"""


def test_points_given_by_hand_are_added_up_and_what_is_still_to_mark_is_named(tmp_path: Path) -> None:
    (ada, bob, eve), _ = totals(tmp_path, TABLE)
    assert (ada["points"], ada["possible"], ada["to_mark"]) == ("6.5", "8.0", "")
    assert (bob["points"], bob["to_mark"]) == ("0.0", "q2")
    assert eve["to_mark"] == "not a readable notebook"


def test_a_table_saved_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    with (tmp_path / "other.csv").open("w", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(TABLE.splitlines()))
        csv.writer(file, delimiter=";").writerows([[c.replace("4.5", "4,5") for c in row] for row in rows])
    found, _ = totals(tmp_path, (tmp_path / "other.csv").read_text(encoding="utf-8"))
    assert [row["points"] for row in found] == ["6.5", "0.0", "0.0"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("4.5,5", "6,5", "row 2 (ada.zip, q2): 6 is not between 0 and 5 points"),
        ("4.5,5", "good,5", "row 2 (ada.zip, q2): points must be a number, not 'good'"),
        ("possible", "max", "has no column possible"),
    ],
)
def test_a_table_filled_in_wrongly_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    rows, said = totals(tmp_path, TABLE.replace(old, new))
    assert not rows and message in said and "Traceback" not in said


# Leaks --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def secrets() -> list[Secret]:
    return course_leaks.secrets()


def test_every_source_of_answers_is_among_the_secrets(secrets: list[Secret]) -> None:
    origins = {secret.origin.split(",")[0] for secret in secrets}
    private = [ROOT / "course" / folder for folder in course_leaks.PRIVATE]
    files = {p.relative_to(ROOT).as_posix() for folder in private for p in folder.rglob("*.md")}
    assert set(NAMES) <= origins
    assert files <= origins


def test_no_answer_stands_in_the_public_book(secrets: list[Secret], site: Path) -> None:
    assert list(map(str, course_leaks.find(secrets, site))) == []


def test_no_answer_stands_in_what_students_get(secrets: list[Secret], handed_out: Path) -> None:
    assert list(map(str, course_leaks.find(secrets, handed_out / "student.zip"))) == []


def test_the_instructors_zip_holds_them_so_the_search_can_find(secrets: list[Secret], handed_out: Path) -> None:
    found = {leak.secret for leak in course_leaks.find(secrets, handed_out / "instructor.zip")}
    assert len(found) > 0.95 * len(secrets)


@pytest.mark.parametrize("disguise", ["page", "notebook", "wheel", "search index"])
def test_a_planted_answer_is_found(disguise: str, secrets: list[Secret], tmp_path: Path) -> None:
    master = course_assignments.read(course_assignments.MASTERS / "A1_background.md")
    code = master.questions[0].solution[0]
    place = tmp_path / "public"
    place.mkdir()
    if disguise == "page":
        lit = code.replace("=", '<span class="o">=</span>').replace('"', "&quot;").replace("\n", "<br>\n")
        (place / "page.html").write_text(f"<pre>{lit}</pre>", encoding="utf-8")
    elif disguise == "notebook":
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        nbformat.write(notebook, place / "notes.ipynb")
    elif disguise == "wheel":
        with zipfile.ZipFile(place / "helpers.whl", "w") as wheel:
            wheel.writestr("helpers/answers.py", code)
    else:
        (place / "index.js").write_text(json.dumps({"text": code}), encoding="utf-8")
    assert any(leak.secret.origin.startswith("A1_background") for leak in course_leaks.find(secrets, place))


def test_a_planted_sample_answer_is_found_across_line_breaks_and_markup(secrets: list[Secret], tmp_path: Path) -> None:
    master = course_assignments.read(course_assignments.MASTERS / "A1_background.md")
    sample = master.questions[-1].samples.replace(" the ", " <em>the</em>\n   ")
    (tmp_path / "page.html").write_text(f"<p>{sample}</p>", encoding="utf-8")
    assert course_leaks.find(secrets, tmp_path)


def test_a_place_that_does_not_exist_is_no_proof(secrets: list[Secret], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        course_leaks.find(secrets, tmp_path / "nothing")


# Faulty masters -----------------------------------------------------------------------------------


def spoilt(tmp_path: Path, old: str, new: str) -> Path:
    text = (course_assignments.MASTERS / "A1_background.md").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "A1_background.md"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points: 3\nminutes: 12", "minutes: 12", "question q1: points must be a number above 0, not None"),
        ("hidden: true\npoints: 1", "hidden: true\npoints: 2", "question q1: its hidden tests add up to 4 points"),
        ("minutes: 12", "minutes: 112", "180 minutes; an assignment takes 60 to 90"),
        ("outcomes: [O1, O2, O4, O5]", "outcomes: [O1]", "outcomes of the header are not those of its questions"),
        ("chapter: 01_background", "chapter: 01_backdrop", "there is no chapter '01_backdrop'"),
        ("# IGNORE mistake, earns 1: takes", "# IGNORE this", "is neither '# IGNORE mistake, earns N: why'"),
        ("# IGNORE mistake, earns 1: takes", "# IGNORE mistake, earns 3: takes", "earns all points"),
        ("| Uses figures from the questions above correctly, with their years | 1 |\n", "", "adds up to 4 points, not"),
        ("**Weak (1 point).**", "Weak.", "question q6: lacks a sample answer: **Weak"),
        ("name: q2", "name: q1", "question q1: the name is used twice"),
        ("](claim:S0-05)", "](claim:S0-99999)", "there is no claim of this id"),
        ("](claim:S0-05)", "](../../chapters/back/claims.md)", "outside the book only event:, claim:, source:"),
    ],
)
def test_a_faulty_master_is_refused_with_one_clear_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CourseError, match="A1_background|claim") as refused:
        course_assignments.read(spoilt(tmp_path, old, new))
    assert message in str(refused.value)


@pytest.mark.parametrize("kind", ["SOLUTION", "PROMPT", "TESTS"])
def test_a_question_without_a_part_is_refused(tmp_path: Path, kind: str) -> None:
    text = (course_assignments.MASTERS / "A1_background.md").read_text(encoding="utf-8")
    begin, end = (text.index(f"```otter\n# {edge} {kind}") for edge in ("BEGIN", "END"))
    path = tmp_path / "A1_background.md"
    path.write_text(text[:begin] + text[text.index("```", end + 3) + 4 :], encoding="utf-8")
    with pytest.raises(CourseError, match="question q1: has no (solution|prompt|visible test)"):
        course_assignments.read(path)


def test_a_rehearsal_notices_a_wrong_solution_and_a_mistake_that_earns_otherwise(tmp_path: Path) -> None:
    wrong = course_assignments.read(spoilt(tmp_path, 'left_out = yearly.attrs["left_out"]', "left_out = 0"))
    (fault,) = course_assignments.rehearse(wrong)
    assert "q3: the solution earns 2 points, not 3" in fault and "test_events_left_out" in fault

    dear = course_assignments.read(
        spoilt(tmp_path, "# IGNORE mistake, earns 2: takes the lowest", "# IGNORE mistake, earns 1: takes the lowest")
    )
    (fault,) = course_assignments.rehearse(dear)
    assert "q3: the mistake that 'takes the lowest" in fault and "earns 2 points, not 1" in fault
