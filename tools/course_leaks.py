"""Find answers of the course where students or the public could read them.

A *secret* is a statement of code from a solution or hidden test, or a sentence from a sample answer, a marking guide, a
role sheet, a script or a question for grading. Text is compared word by word, whatever its case, markup, quotes or line
breaks; secrets of fewer than `WORDS` words say too little to be told from chance. Run ``python tools/course_leaks.py``
to search the built book and the student's zip.
"""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import course_assignments
from course_assignments import Assignment

__all__ = ["Leak", "Secret", "find", "secrets"]

ROOT = Path(__file__).resolve().parents[1]
PRIVATE = ("instructor", "simulations")
WORDS = 7  # of a sentence or statement; fewer are common property
TEXT = {".csv", ".html", ".htm", ".ipynb", ".js", ".json", ".md", ".py", ".rst", ".svg", ".txt", ".xhtml", ".xml"}
ZIPS = {".zip", ".whl", ".epub", ".imscc"}


@dataclass(frozen=True)
class Secret:
    """Something that students must not read: its words, and where it comes from."""

    words: tuple[str, ...]
    origin: str


@dataclass(frozen=True)
class Leak:
    """A secret that was found, and where."""

    secret: Secret
    place: str

    def __str__(self) -> str:
        """Say where it was found, what, and whence."""
        return f"{self.place}: {' '.join(self.secret.words[:20])} (from {self.secret.origin})"


def words(text: str) -> list[str]:
    """Reduce a text to its words, without markup.

    Examples
    --------
    >>> words("A [link](event:x) &amp; <b>two</b> *words*")
    ['a', 'link', 'two', 'words']
    """
    text = re.sub(r"\]\((?:<[^>]*>|[^)\s]*)(?: \"[^\"]*\")?\)", " ", text)
    text = re.sub(r"</?[a-zA-Z!][^<>]*>", "", text)
    return re.findall(r"\w+", html.unescape(text).casefold())


# What is secret -----------------------------------------------------------------------------------


def secrets(root: Path = ROOT) -> list[Secret]:
    """List every secret of the course.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the project.
    """
    found: list[Secret] = []
    for assignment in course_assignments.read_all(root / "course" / "assignments"):
        found += _of_assignment(assignment)
    for folder in PRIVATE:
        for path in sorted((root / "course" / folder).rglob("*")):
            origin = path.relative_to(root).as_posix()
            if path.suffix == ".md":
                found += _of_prose(path.read_text(encoding="utf-8"), origin)
            elif path.suffix == ".csv":
                found += _of_questions(path.read_text(encoding="utf-8"), origin)
    return [secret for secret in dict.fromkeys(found) if len(secret.words) >= WORDS]


def _of_assignment(assignment: Assignment) -> Iterator[Secret]:
    # A hidden test may begin as the code that students are given does; that is no answer.
    given = {
        tuple(words(s)) for _, code in course_assignments.given_code(assignment.notebook) for s in _statements(code)
    }
    for question in assignment.questions:
        origin = f"{assignment.name}, {question.name}"
        shown = [*question.prompt, *(t.code for t in question.tests if not t.hidden)]
        known = {tuple(words(s)) for code in shown for s in _statements(code)}
        hidden = [secret for t in question.tests if t.hidden for secret in _of_code(t.code)]
        answers = [secret for code in (*question.solution, *question.alternatives) for secret in _of_code(code)]
        for secret in [*answers, *(s for s in hidden if s not in given)]:
            if secret not in known:
                yield Secret(secret, origin)
        for mistake in question.mistakes:
            yield Secret(tuple(words(mistake.reason)), origin)
        yield from _of_prose(question.samples, origin)


def _of_code(code: str) -> list[tuple[str, ...]]:
    return [tuple(words(s)) for s in _statements(code) if not s.startswith(("import ", "from "))]


def _statements(code: str) -> list[str]:
    """Return the simple statements of code and the heads of the others."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.stmt) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if hasattr(node, "body"):
            if not isinstance(node, ast.FunctionDef):
                found.append(code.splitlines()[node.lineno - 1].strip())
        else:
            found.append(ast.get_source_segment(code, node) or "")
    return found


def _of_prose(text: str, origin: str, questions: bool = False) -> Iterator[Secret]:
    """Cut Markdown into sentences, also at ids and names in code letters.

    Headings, quotes and the heads of tables are not secret, nor, unless `questions`, what ends in a question mark: a
    question is no answer, and most are asked in public.
    """
    text = re.sub(r"^---\n.*?\n---\n", "", text, flags=re.S)
    lines = [line for line in text.splitlines() if not re.match(r"\s*(#|>|\|?\s*:?-+:?\s*\||```|:::)", line)]
    text = re.sub(r"`[^`\n]*`", ". ", "\n".join(lines))
    for block in re.split(r"\n\s*\n", text):
        parts = block.split("|") if block.lstrip().startswith("|") else [" ".join(block.split())]
        for part in parts:
            for sentence in re.split(r"(?<=[.!?:;])\s+", part):
                if questions or not sentence.rstrip("*_ ").endswith("?"):
                    yield Secret(tuple(words(sentence)), origin)


def _of_questions(text: str, origin: str) -> Iterator[Secret]:
    """Take every question, option and feedback of a table of questions for grading."""
    for row in csv.DictReader(io.StringIO(text)):
        for column in ("question", "option", "feedback"):
            yield from _of_prose(row.get(column) or "", origin, questions=True)


# Where to look ------------------------------------------------------------------------------------


def find(wanted: Iterable[Secret], *places: Path) -> list[Leak]:
    """Search files, folders and zip files, whatever lies inside them, for secrets.

    Parameters
    ----------
    wanted : iterable of Secret
    *places : pathlib.Path

    Returns
    -------
    list of Leak
        One per secret and file.

    Raises
    ------
    FileNotFoundError
        If a place does not exist: nothing found would then mean nothing.
    """
    by_start: dict[tuple[str, ...], list[Secret]] = {}
    for secret in wanted:
        by_start.setdefault(secret.words[:WORDS], []).append(secret)
    found: dict[Leak, None] = {}
    for place in places:
        if not place.exists():
            raise FileNotFoundError(place)
        for name, text in _texts(place):
            said = words(text)
            for start in zip(*(said[i:] for i in range(WORDS)), strict=False):
                if start in by_start:
                    rest = " " + " ".join(said) + " "
                    for secret in by_start[start]:
                        if f" {' '.join(secret.words)} " in rest:
                            found[Leak(secret, name)] = None
    return list(found)


def _texts(place: Path) -> Iterator[tuple[str, str]]:
    """Give name and text of every readable file."""
    if place.is_dir():
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            yield from _read(path.as_posix(), path.suffix, path.read_bytes)
    else:
        yield from _read(place.as_posix(), place.suffix, place.read_bytes)


def _read(name: str, suffix: str, content: Any) -> Iterator[tuple[str, str]]:
    if suffix in ZIPS:
        with zipfile.ZipFile(io.BytesIO(content())) as parts:
            for part in parts.namelist():
                yield from _read(f"{name}: {part}", Path(part).suffix, lambda part=part: parts.read(part))
    elif suffix == ".ipynb":
        yield name, "\n".join(_strings(json.loads(content())))
    elif suffix in (".js", ".json"):
        # In quoted text a line break is a backslash and a letter.
        yield name, re.sub(r"\\[bfnrt]", " ", content().decode("utf-8", errors="replace")).replace("\\", " ")
    elif suffix in TEXT:
        yield name, content().decode("utf-8", errors="replace")


def _strings(value: Any) -> Iterator[str]:
    """Give every text in a notebook, the lines of a cell joined."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            yield "".join(value)
        else:
            for part in value:
                yield from _strings(part)


def main() -> int:
    """Search the built book and the student's zip; return 1 if a secret is found."""
    places = [ROOT / "_build" / "html", ROOT / "_build" / "course" / "student.zip"]
    wanted = secrets()
    leaks = find(wanted, *places)
    print("\n".join(map(str, leaks)) or f"none of {len(wanted)} secrets found")
    return bool(leaks)


if __name__ == "__main__":
    sys.exit(main())
