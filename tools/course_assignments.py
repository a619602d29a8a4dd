"""Assignments of the course: from one master each, a student's notebook without answers and an autograder.

The masters stand in ``course/assignments`` as MyST notebooks in the format of otter-grader; ``course/README.md`` says
how to write one. What otter does not check stops the build here: a question without points, solution, hidden test or
rubric, hidden points that do not add up, a typical mistake that nobody wrote down.
"""

from __future__ import annotations

import copy
import inspect
import io
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NoReturn

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode
from portable import press, write_zip

from helpers.cards import PAGES

__all__ = [
    "Assignment",
    "CourseError",
    "Question",
    "build",
    "given_code",
    "linked",
    "read",
    "read_all",
    "read_notebook",
    "rehearse",
    "submission",
]

ROOT = Path(__file__).resolve().parents[1]
MASTERS = ROOT / "course" / "assignments"
_GRADED = {True: "by a person", False: "by tests"}
LEVELS = ("Strong", "Middling", "Weak")  # sample answers of a written question
MINUTES = (60, 90)

_BOUNDARY = re.compile(r"#\s*(BEGIN|END)\s+(QUESTION|PROMPT|SOLUTION|TESTS)\s*$", re.I)
_MISTAKE = re.compile(r"#\s*IGNORE\s+mistake,\s*earns\s+(\d+(?:\.\d+)?):\s*(\S.*)$", re.I)
_ALTERNATIVE = re.compile(r"#\s*IGNORE\s+also right:\s*(\S.*)$", re.I)
_TEST_CONFIG = re.compile(r'^"""\s*#\s*BEGIN TEST CONFIG\n(.*?)\n"""\s*#\s*END TEST CONFIG\n', re.S)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_RUBRIC_ROW = re.compile(r"^\|(?P<what>[^|]+)\|\s*(?P<points>\d+(?:\.\d+)?)\s*\|\s*$", re.M)


class CourseError(Exception):
    """A fault in the sources of the course; its message names the file and, where there is one, the question."""


@dataclass(frozen=True)
class Test:
    """One test cell: what it is worth, and whether students see it."""

    code: str
    hidden: bool
    points: float


@dataclass
class Mistake:
    """A typical wrong answer: what it still earns, and why it is wrong."""

    earns: float
    reason: str
    code: str


@dataclass
class Question:
    """One question of a master.

    ``solution`` holds the sources of the code cells of the model answer, ``samples`` the written answers.
    """

    name: str
    points: float
    minutes: int
    outcomes: list[str]
    manual: bool
    text: str = ""
    prompt: list[str] = field(default_factory=list)
    solution: list[str] = field(default_factory=list)
    samples: str = ""
    tests: list[Test] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)


@dataclass
class Assignment:
    """One master, read and checked. ``notebook`` is what otter gets."""

    name: str
    title: str
    chapter: str
    outcomes: list[str]
    questions: list[Question]
    notebook: NotebookNode
    #: Files that the notebook writes and students hand in with it.
    handed_in: list[str]

    @property
    def points(self) -> float:
        """What the whole assignment is worth."""
        return sum(q.points for q in self.questions)

    @property
    def minutes(self) -> int:
        """How long a student works on it."""
        return sum(q.minutes for q in self.questions)

    def facts(self) -> dict[str, Any]:
        """Say what a grading script must know: names, points and kind of each question."""
        questions = [{"name": q.name, "points": q.points, "by_hand": q.manual} for q in self.questions]
        return {"name": self.name, "title": self.title, "points": self.points, "questions": questions}


# Reading a master ---------------------------------------------------------------------------------


def read(path: Path) -> Assignment:
    """Read and check one master.

    Parameters
    ----------
    path : pathlib.Path
        A file of ``course/assignments``.

    Returns
    -------
    Assignment

    Raises
    ------
    CourseError
        The first fault found.
    """
    where = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    try:
        notebook = jupytext.read(path)
    except Exception as error:  # any fault of the reader becomes one located message
        raise CourseError(f"{where}: not a MyST notebook: {error}") from error
    head = notebook.metadata.pop("assignment", None) or {}
    for key in ("chapter", "outcomes"):
        if not head.get(key):
            raise CourseError(f"{where}: the header lacks assignment: {key}")
    if not (ROOT / "chapters" / f"{head['chapter']}.md").is_file() and head["chapter"] != "all":
        raise CourseError(f"{where}: there is no chapter {head['chapter']!r}")
    from otter.assign.blocks import extract_all_fenced_otter_cells  # slow to import

    cells = extract_all_fenced_otter_cells(notebook.cells)
    first = cells[0].source if cells else ""
    title = re.match(r"# (.+)", first)
    if not title:
        raise CourseError(f"{where}: the first cell must begin with a title, '# …'")
    questions = _questions(cells, where)
    for question in questions:
        _check(question, where)
    assignment = Assignment(
        path.stem, title[1], head["chapter"], list(head["outcomes"]), questions, notebook, head.get("hands_in", [])
    )
    if sorted(assignment.outcomes) != sorted({o for q in questions for o in q.outcomes}):
        raise CourseError(f"{where}: the outcomes of the header are not those of its questions together")
    low, high = MINUTES
    if not low <= assignment.minutes <= high:
        raise CourseError(f"{where}: {assignment.minutes} minutes; an assignment takes {low} to {high}")
    if not any(q.manual for q in questions):
        raise CourseError(f"{where}: has no written question (manual: true)")
    notebook.cells = _for_otter(cells, assignment)
    return assignment


def read_all(folder: Path = MASTERS) -> list[Assignment]:
    """Read every master of a folder, in order of name; see `read`."""
    found = sorted(folder.glob("*.md"))
    if not found:
        raise CourseError(f"{folder} holds no assignment")
    return [read(path) for path in found]


def _questions(cells: list[NotebookNode], where: str) -> list[Question]:
    """Sort the cells of a master into its questions; otter checks the nesting of the blocks again."""
    questions: list[Question] = []
    now: Question | None = None
    block = ""
    for cell in cells:
        source = cell.source
        edge = _BOUNDARY.match(source.splitlines()[0]) if cell.cell_type == "raw" and source else None
        if edge:
            begins, kind = edge[1].upper() == "BEGIN", edge[2].upper()
            if kind != "QUESTION":
                if now is None:
                    raise CourseError(f"{where}: {source.splitlines()[0]!r} stands outside a question")
                block = kind if begins else ""
            elif begins:
                if now is not None:
                    raise CourseError(f"{where}, question {now.name}: has no END QUESTION")
                now = _begin(yaml.safe_load(source), where)
                if now.name in {q.name for q in questions}:
                    raise CourseError(f"{where}, question {now.name}: the name is used twice")
                questions.append(now)
            else:
                now = None
            continue
        if now is not None:
            _sort(cell, block, now, where)
    if now is not None:
        raise CourseError(f"{where}, question {now.name}: has no END QUESTION")
    if not questions:
        raise CourseError(f"{where}: has no question")
    return questions


def _begin(config: Any, where: str) -> Question:
    config = config or {}
    name = config.get("name")
    if not name:
        raise CourseError(f"{where}: a question has no name")
    for key in ("points", "minutes"):
        if not isinstance(config.get(key), int | float) or config[key] <= 0:
            raise CourseError(f"{where}, question {name}: {key} must be a number above 0, not {config.get(key)!r}")
    if not config.get("outcomes"):
        raise CourseError(f"{where}, question {name}: names no outcome")
    return Question(name, config["points"], config["minutes"], list(config["outcomes"]), bool(config.get("manual")))


def _sort(cell: NotebookNode, block: str, question: Question, where: str) -> None:
    """Put one cell of a question where it belongs."""
    source, code = cell.source, cell.cell_type == "code"
    first = source.splitlines()[0] if source else ""
    if code and re.match(r"#\s*IGNORE", first, re.I):
        body = "\n".join(source.splitlines()[1:]).strip()
        if found := _MISTAKE.match(first):
            question.mistakes.append(Mistake(float(found[1]), found[2].strip(), body))
        elif _ALTERNATIVE.match(first):
            question.alternatives.append(body)
        else:
            raise CourseError(
                f"{where}, question {question.name}: {first!r} is neither '# IGNORE mistake, earns N: why' "
                "nor '# IGNORE also right: what'"
            )
    elif block == "TESTS":
        config = _TEST_CONFIG.match(source)
        said = (yaml.safe_load(config[1]) or {}) if config else {}
        question.tests.append(Test(source, bool(said.get("hidden")), float(said.get("points", 0))))
    elif block == "SOLUTION" and code:
        if re.search(r"#\s*(?:BEGIN |END )?SOLUTION", source):
            raise CourseError(
                f"{where}, question {question.name}: a solution is a whole cell; leave out the '# SOLUTION' marks"
            )
        question.solution.append(source)
    elif block == "SOLUTION":
        question.samples += source + "\n\n"
    elif block == "PROMPT":
        question.prompt.append(source)
    elif not code:
        question.text += source + "\n\n"


def _check(q: Question, where: str) -> None:
    """Refuse a question that could not be answered, graded or marked."""

    def fault(what: str) -> NoReturn:
        raise CourseError(f"{where}, question {q.name}: {what}")

    if not q.text.strip():
        fault("has no text")
    if q.manual:
        rows = list(_RUBRIC_ROW.finditer(q.text))
        if not rows:
            fault("has no rubric, a table with the columns criterion and points")
        total = sum(float(row["points"]) for row in rows)
        if total != q.points:
            fault(f"its rubric adds up to {total:g} points, not to {q.points:g}")
        if missing := [level for level in LEVELS if f"**{level}" not in q.samples]:
            fault(f"lacks a sample answer: **{missing[0]}")
        return
    if not q.prompt:
        fault("has no prompt, the cell in which students write")
    if not q.solution:
        fault("has no solution")
    if not any(not t.hidden for t in q.tests):
        fault("has no visible test")
    hidden = [t for t in q.tests if t.hidden]
    if not hidden:
        fault("has no hidden test")
    if paying := [t for t in q.tests if not t.hidden and t.points]:
        fault(f"a visible test earns {paying[0].points:g} points; only hidden tests do")
    if sum(t.points for t in hidden) != q.points:
        fault(f"its hidden tests add up to {sum(t.points for t in hidden):g} points, not to {q.points:g}")
    if not q.mistakes:
        fault("names no typical mistake (a code cell that begins '# IGNORE mistake, earns N: why')")
    if dear := [m for m in q.mistakes if m.earns >= q.points]:
        fault(f"the mistake {dear[0].reason!r} earns all points")


def _for_otter(cells: list[NotebookNode], assignment: Assignment) -> list[NotebookNode]:
    """Return the cells that otter gets: configured, evidence linked to its pages, solutions marked for removal."""
    config = {
        "name": assignment.name,
        "tests": {"ok_format": False},  # tests are functions, so that they may be as long as they need to be
        "export_cell": {
            "pdf": False,
            "run_tests": False,
            "instructions": "Then hand in the zip file.",
            "files": assignment.handed_in,
        },
        "show_question_points": True,
    }
    found = [_raw("# ASSIGNMENT CONFIG\n" + yaml.safe_dump(config))]
    block, titled = "", False
    for cell in cells:
        if cell.cell_type == "raw":
            edge = _BOUNDARY.match(cell.source.splitlines()[0])
            block = edge[2].upper() if edge and edge[1].upper() == "BEGIN" else ""
            if edge and edge[2].upper() == "QUESTION" and block:
                kept = {k: v for k, v in yaml.safe_load(cell.source).items() if k in ("name", "points", "manual")}
                cell = _raw("# BEGIN QUESTION\n" + yaml.safe_dump(kept))
        elif cell.cell_type == "markdown":
            cell.source = linked(cell.source)
            if not titled:
                cell.source += "\n\n" + _overview(assignment)
                titled = True
        elif block == "SOLUTION":
            cell.source = f"# BEGIN SOLUTION NO PROMPT\n{cell.source}\n# END SOLUTION"
        found.append(cell)
    return found


def _overview(assignment: Assignment) -> str:
    rows = [
        f"| {q.name} | {q.points:g} | {q.minutes} | {', '.join(q.outcomes)} | {_GRADED[q.manual]} |"
        for q in assignment.questions
    ]
    total = f"| all | {assignment.points:g} | {assignment.minutes} | | |"
    return "\n".join(["| Question | Points | Minutes | Outcomes | Graded |", "|---|---|---|---|---|", *rows, total])


# Evidence in texts outside the book ---------------------------------------------------------------


def linked(text: str) -> str:
    """Turn ``[words](event:ID)`` into a link to the first source of the row, with the id as its title.

    Outside the book there is no page of evidence to link to; the id still leads to the row of the table.

    Raises
    ------
    CourseError
        If an id is unknown, or a link leads to a page of the book.

    Examples
    --------
    >>> linked("No link.")
    'No link.'
    """

    def replaced(match: re.Match[str]) -> str:
        words, target = match.groups()
        kind, _, key = target.partition(":")
        if kind in ("http", "https", "mailto") or target.startswith("#"):
            return match[0]
        if kind not in PAGES:
            raise CourseError(
                f"{match[0]}: outside the book only event:, claim:, source: and web addresses lead anywhere"
            )
        if target not in press():
            raise CourseError(f"{match[0]}: there is no {kind} of this id")
        place = press()[target]
        return f'[{words}](<{place}> "{kind} {key}")' if place else f"{words} ({kind} `{key}`)"

    return _LINK.sub(replaced, text)


# Trying a master -----------------------------------------------------------------------------------


def rehearse(assignment: Assignment) -> list[str]:
    """Try every answer that a master names, in this process and without otter.

    The solution and every alternative must pass all tests, and every mistake earn what it says, if the questions before
    are solved. The prompts, all left as they are, must run and earn nothing.

    Parameters
    ----------
    assignment : Assignment

    Returns
    -------
    list of str
        What went otherwise; empty if the master is sound.
    """
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # for the files that answers write
        return _rehearse(assignment)


def _rehearse(assignment: Assignment) -> list[str]:
    faults: list[str] = []
    solved, untouched = _fresh(), _fresh()
    for number, given in given_code(assignment.notebook):
        for question in assignment.questions[:number]:
            faults += _tried(assignment, question, solved, untouched)
        for names in (solved, untouched):
            try:
                _run(given, names)
            except Exception as error:  # whatever is wrong with the cell is what an author wants to read
                return [*faults, f"{assignment.name}: given code does not run: {type(error).__name__}: {error}"]
    for question in assignment.questions:
        faults += _tried(assignment, question, solved, untouched)
    return faults


def _tried(assignment: Assignment, q: Question, solved: dict[str, Any], untouched: dict[str, Any]) -> list[str]:
    """Try the answers of one question, once, and leave its solution behind."""
    done: set[str] = solved.setdefault("__tried__", set())
    if q.manual or q.name in done:
        return []
    done.add(q.name)
    tries = [("the empty prompt", "\n".join(q.prompt), 0.0)]
    tries += [(f"the mistake that {m.reason!r}", m.code, m.earns) for m in q.mistakes]
    tries += [(f"alternative {n}", code, q.points) for n, code in enumerate(q.alternatives, 1)]
    tries += [("the solution", "\n".join(q.solution), q.points)]
    faults = []
    for what, code, expected in tries:
        said = f"{assignment.name}, {q.name}: {what}"
        names = untouched if what == "the empty prompt" else solved if what == "the solution" else dict(solved)
        try:
            _run(code, names)
        except Exception as error:  # as above
            faults.append(f"{said} does not run: {type(error).__name__}: {error}")
            continue
        results = {test: _passes(test.code, names) for test in q.tests}
        earned = sum(test.points for test, reason in results.items() if not reason)
        failed = [reason for reason in results.values() if reason]
        if earned != expected:
            faults.append(f"{said} earns {earned:g} points, not {expected:g}. {'; '.join(failed)}")
        elif failed and expected == q.points:
            faults.append(f"{said} fails a visible test. {'; '.join(failed)}")
    return faults


def _fresh() -> dict[str, Any]:
    return {"__name__": "rehearsal", "display": lambda *_, **__: None}


def _run(code: str, names: dict[str, Any]) -> None:
    with redirect_stdout(io.StringIO()):
        exec(code, names)


def given_code(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Give the code that students find already written, each with the number of questions that end before it."""
    block, number = "", 0
    for cell in notebook.cells:
        if cell.cell_type == "raw":
            edge = _BOUNDARY.match(cell.source.splitlines()[0])
            block = edge[2].upper() if edge and edge[1].upper() == "BEGIN" else ""
            number += edge is not None and edge[1].upper() == "END" and edge[2].upper() == "QUESTION"
        elif cell.cell_type == "code" and block in ("", "QUESTION") and not re.match(r"#\s*IGNORE", cell.source, re.I):
            yield number, cell.source


def _passes(code: str, names: dict[str, Any]) -> str:
    """Run one test as otter does; return why it fails, or an empty text."""
    made: dict[str, Any] = {}
    exec(_TEST_CONFIG.sub("", code), made)
    (test,) = [v for v in made.values() if inspect.isfunction(v)]
    try:
        with redirect_stdout(io.StringIO()):
            test(**{name: names.get(name) for name in inspect.signature(test).parameters})
    except Exception as error:  # any exception is a failed test
        return f"{test.__name__}: {type(error).__name__} {error}".strip()
    return ""


# Making the two versions --------------------------------------------------------------------------


def build(out: Path, check: bool = True) -> None:
    """Make both versions of every assignment.

    Parameters
    ----------
    out : pathlib.Path
        Gets ``student/NAME.ipynb``, ``instructor/NAME/solution.ipynb``, ``instructor/NAME/autograder.zip`` and
        ``instructor/assignments.json``.
    check : bool
        Also try every answer that the masters name, see `rehearse`.

    Raises
    ------
    CourseError
        If a master is faulty or an answer does not earn what it should.
    """
    assignments = read_all()
    if check:
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
            if faults := [fault for found in processes.map(rehearse, assignments) for fault in found]:
                raise CourseError("\n".join(faults))
    for part in ("student", "instructor"):
        shutil.rmtree(out / part, ignore_errors=True)
        (out / part).mkdir(parents=True)
    for assignment in assignments:
        _assign(assignment, out)
    facts = json.dumps([a.facts() for a in assignments], indent=1, ensure_ascii=False)
    (out / "instructor" / "assignments.json").write_text(facts + "\n", encoding="utf-8")


def _assign(assignment: Assignment, out: Path) -> None:
    """Let otter make the two versions of one assignment, and put them where they belong."""
    from otter.assign import main as otter_assign

    name = assignment.name
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        master = folder / f"{name}.ipynb"
        _write(assignment.notebook, master)
        try:
            otter_assign(str(master), str(folder / "made"), no_pdfs=True, no_run_tests=True)
        except Exception as error:  # otter raises many kinds; each is a fault of the master
            raise CourseError(f"{name}: otter assign failed: {type(error).__name__}: {error}") from error
        student = read_notebook(folder / "made" / "student" / master.name)
        # What is left of a solution whose prompt stands in a cell of its own.
        student.cells = [c for c in student.cells if c.source.strip() or c.cell_type != "code"]
        _write(student, out / "student" / master.name)
        private = out / "instructor" / name
        private.mkdir()
        _write(read_notebook(folder / "made" / "autograder" / master.name), private / "solution.ipynb")
        (autograder,) = (folder / "made" / "autograder").glob("*.zip")
        with zipfile.ZipFile(autograder) as parts:
            write_zip(private / "autograder.zip", {name: parts.read(name) for name in parts.namelist()})


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook whose cells are numbered: ids drawn at random would differ in every build."""
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def _raw(source: str) -> NotebookNode:
    return nbformat.v4.new_raw_cell(source)  # type: ignore[no-untyped-call]


# Submissions made from a master, for tests and for trying the grader ------------------------------


def submission(assignment: Assignment, solved: NotebookNode, kind: str, number: int = 0) -> tuple[NotebookNode, float]:
    """Make a submission whose grade is known.

    Parameters
    ----------
    assignment : Assignment
    solved : NotebookNode
        The notebook ``solution.ipynb`` that `build` made.
    kind : {"perfect", "mistaken", "other route"}
        Each question solved; answered by its mistake of this number (the last, if it has fewer); answered by its
        alternative of this number, where it has one, and else solved.
    number : int

    Returns
    -------
    notebook : NotebookNode
    points : float
        What the tests must give for it.

    Raises
    ------
    ValueError
        If `kind` is unknown.
    """
    if kind not in ("perfect", "mistaken", "other route"):
        raise ValueError(f"unknown kind of submission {kind!r}")
    made = copy.deepcopy(solved)
    total = 0.0
    for question in assignment.questions:
        if question.manual:
            continue
        answers = [m.code for m in question.mistakes] if kind == "mistaken" else question.alternatives
        total += question.mistakes[min(number, len(answers) - 1)].earns if kind == "mistaken" else question.points
        if kind == "perfect" or not answers:
            continue
        cells = list(_solution_cells(made, question))
        cells[0].source = answers[min(number, len(answers) - 1)]
        for cell in cells[1:]:
            cell.source = ""
    return made, total


def _solution_cells(notebook: NotebookNode, question: Question) -> Iterator[NotebookNode]:
    """Find the cells that hold the model answer of a question."""
    marked = {f"# BEGIN SOLUTION NO PROMPT\n{source}\n# END SOLUTION" for source in question.solution}
    found = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source in marked]
    if len(found) != len(question.solution):
        raise CourseError(f"question {question.name}: its solution is not in the notebook as written")
    yield from found


def main() -> int:
    """Check the masters named on the command line, or all; print every fault."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sorted(MASTERS.glob("*.md"))
    faults = []
    for path in paths:
        try:
            assignment = read(path)
            found = rehearse(assignment)
        except CourseError as error:
            found = [str(error)]
        print(*found, sep="\n", end="\n" if found else "")
        faults += found
        if not found:
            print(f"{assignment.name}: {assignment.points:g} points, {assignment.minutes} minutes, sound")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
