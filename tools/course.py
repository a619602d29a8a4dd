"""Make what a lecturer hands out: ``_build/course/`` with zips for students and instructors, slides and quizzes.

Each part has a module of its own with ``build(out)``. A zip for students is not written if an answer is found in it.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import sys
import tempfile
from pathlib import Path

import course_assignments
import course_leaks
import course_quizzes
import course_slides
import jupytext
from course_assignments import CourseError
from course_slides import DeckError
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from portable import PortableError, requirements, write_zip

__all__ = ["build", "handouts", "notebook_page", "pack", "page"]

ROOT = Path(__file__).resolve().parents[1]
COURSE = ROOT / "course"
OUT = ROOT / "_build" / "course"
#: What a notebook of the course needs beside the helpers: the grader's client and somewhere to run.
NEEDS = ("otter-grader", "jupyterlab", "ipykernel")

_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 11pt/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; padding: 0 1em }}
h1, h2, h3 {{ font-family: sans-serif; line-height: 1.2; break-after: avoid }}
table {{ border-collapse: collapse }}
th, td {{ border: 1px solid #777; padding: .2em .5em; text-align: left; vertical-align: top }}
tr {{ break-inside: avoid }}
blockquote {{ border-left: 3px solid #777; margin-left: 0; padding-left: 1em }}
@media print {{ body {{ margin: 0; max-width: none }} }}
</style></head>
<body>
{body}
</body></html>
"""


def page(text: str, name: str) -> str:
    """Render Markdown as a page to print, with evidence linked to its sources.

    Parameters
    ----------
    text : str
        Markdown with headings, lists, tables, quotes and ``[words](event:ID)``.
    name : str
        Title where the text has no heading.

    Returns
    -------
    str
        A whole HTML page that asks nobody for anything.

    Raises
    ------
    CourseError
        If an evidence id is unknown.

    Examples
    --------
    >>> "<h1>Roles</h1>" in page("# Roles", "roles")
    True
    """
    return _titled(_markdown(text), text, name)


def _titled(body: str, text: str, name: str) -> str:
    """Make a page of its body, under the first heading of the text or else a name."""
    heading = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), name)
    return _PAGE.format(title=html.escape(heading), body=body)


def _markdown(text: str) -> str:
    return MarkdownIt("commonmark", {"html": False}).enable("table").render(course_assignments.linked(text))


def notebook_page(text: str, name: str) -> str:
    """Run a MyST notebook and render its text and results, without its code, as a page to print.

    Parameters
    ----------
    text : str
        The notebook.
    name : str
        Title where the text has no heading.
    """
    notebook = jupytext.reads(text, "md:myst")
    folder = {"metadata": {"path": str(ROOT)}}
    # Figures and tables as on a page of the book: plain HTML that needs no kernel.
    NotebookClient(notebook, kernel_name="python3", resources=folder, timeout=300).execute(
        env=os.environ | {"HELPERS_STATIC": "1"}
    )
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(_markdown(cell.source))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            parts.append(data.get("text/html") or f"<pre>{html.escape(output.get('text') or data['text/plain'])}</pre>")
    return _titled("\n".join(parts), text, name)


def handouts(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder of the course by name; Markdown also as a page to print, notebooks run and to run.

    Raises
    ------
    CourseError
        If an evidence id is unknown, or a notebook does not run.
    """
    found: dict[str, bytes] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        name = path.relative_to(folder.parent).as_posix()
        found[name] = path.read_bytes()
        if path.suffix != ".md":
            continue
        text, stem = path.read_text(encoding="utf-8"), name.removesuffix(".md")
        is_notebook = text.startswith("---\njupytext:")
        if is_notebook:
            notebook = jupytext.read(path)
            notebook.nbformat_minor = 4  # cells without ids, which would differ in every build
            for cell in notebook.cells:
                cell.pop("id", None)
            found[f"{stem}.ipynb"] = jupytext.writes(notebook, fmt="ipynb").encode()
        try:
            found[f"{stem}.html"] = (notebook_page if is_notebook else page)(text, path.stem).encode()
        except (CourseError, CellExecutionError) as error:
            raise CourseError(f"course/{name}: {error}") from error
    return found


def pack(out: Path, check: bool = True) -> None:
    """Make the assignments and write both zips.

    Parameters
    ----------
    out : pathlib.Path
        Gets ``student.zip`` and ``instructor.zip``.
    check : bool
        See `course_assignments.build`.

    Raises
    ------
    CourseError
        If a source is faulty, or an answer stands in what students get.
    """
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        course_assignments.build(made, check)
        needed = requirements(made / "needs" / "requirements.txt", *NEEDS)
        common: dict[str, bytes | Path] = {path.name: path for path in needed.parent.iterdir()}
        notebooks = {path.name: path for path in (made / "student").iterdir()}
        student: dict[str, bytes | Path] = {"README.md": COURSE / "for_students.md", **common, **notebooks}
        write_zip(made / "student.zip", {f"casebook-student/{name}": part for name, part in student.items()})
        if leaks := course_leaks.find(course_leaks.secrets(), made / "student.zip"):
            raise CourseError("an answer stands in the student's zip:\n" + "\n".join(map(str, leaks[:10])))
        instructor: dict[str, bytes | Path] = {"README.md": COURSE / "for_instructors.md", **common}
        instructor["grade.py"] = COURSE / "grade.py"
        for path in (made / "instructor").rglob("*"):
            if path.is_file():
                instructor[f"assignments/{path.relative_to(made / 'instructor').as_posix()}"] = path
        for master in course_assignments.MASTERS.glob("*.md"):
            instructor[f"assignments/{master.stem}/master.md"] = master
        for folder in ("instructor", "simulations"):
            instructor.update(handouts(COURSE / folder))
        write_zip(made / "instructor.zip", {f"casebook-instructor/{name}": part for name, part in instructor.items()})
        out.mkdir(parents=True, exist_ok=True)
        for name in ("student.zip", "instructor.zip"):
            shutil.move(made / name, out / name)


def build(out: Path = OUT) -> None:
    """Make everything a lecturer hands out; see `pack` for the zips."""
    pack(out)
    course_slides.build(out)
    course_quizzes.build(out)


def main() -> int:
    """Build into ``_build/course`` or a folder given; say what is there, or what is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    try:
        build(out)
    except (CourseError, DeckError, PortableError) as error:
        print(f"The course was not built: {error}", file=sys.stderr)
        return 1
    for path in sorted(p for p in out.iterdir() if p.is_file()):
        print(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
