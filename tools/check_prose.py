"""Check the prose of the book: typed numbers, evidence links, long cells, borrowed wording.

Run from the project's root::

    python tools/check_prose.py [FILE ...]

Prints each finding as ``file:line: words`` and returns 1 if there is any. The wording check needs the texts of the
five articles, which are not part of the project: set CASEBOOK_ARTICLES to a folder of .txt files, else it is skipped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from helpers.evidence import ARTICLES
from helpers.tables import load

MAX_CELL = 15
RUN = 8  # consecutive words shared with an article that count as borrowed
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# Numerals that are names, dates or ids and so do not come from a table.
ALLOWED = [
    rf"\b\d{{1,2}}(?:(?:[–-]| and | to )\d{{1,2}})? {MONTH}\b",
    rf"\b{MONTH} \d{{1,2}}\b",
    r"\b(?:1[89]|20)\d\d(?:s|[–/-]\d{2,4})?\b",
    r"\b\d{1,2}th century\b",
    r"\b3\+3\b",
    r"\bS[0-4](?:-\d\d)?\b",
    r"\b[Cc]hapters? \d(?: (?:and|to) \d)?\b",
    r"\b\d+(?:–\d+)? minutes?\b",
    r"\b(?:ISO|ICD) \d+(?:-\d)?\b",
    r"\bCC BY \d\.\d\b",
    r"\bGDELT \d\.\d\b",
]
WORDING = {".md", ".csv", ".py", ".yml", ".json", ".toml", ".cff"}


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines of running text: no front matter, code cells, directives' options, roles or addresses."""
    body = re.sub(r"\A---\n.*?\n---\n", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    body = re.sub(r"```\{code-cell\}.*?\n```", lambda m: "\n" * m[0].count("\n"), body, flags=re.DOTALL)
    for number, line in enumerate(body.splitlines(), start=1):
        if re.match(r"\s*(:[\w-]+:|`{3,}|:{3,}|%|\(.*\)=)", line):
            continue
        line = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|https?://\S+|<[^>]*>", " ", line)
        line = re.sub(r"^\s*(#+ |\d+\. )", "", line)
        yield number, line


def typed_numbers(path: Path) -> Iterator[str]:
    """Find numerals in prose that should be computed."""
    for number, line in prose_lines(path.read_text(encoding="utf-8")):
        for pattern in ALLOWED:
            line = re.sub(pattern, " ", line)
        for match in re.finditer(r"[$€]?\d[\d.,]*\s?%?", line):
            yield f"{path}:{number}: typed number {match[0].strip()!r}: compute it and use {{glue:text}}"


@cache
def _ids(table: str) -> frozenset[str]:
    return frozenset(load(table)["id"])


def unknown_evidence(path: Path) -> Iterator[str]:
    """Find links to events, claims or sources that the tables lack."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for kind, target in re.findall(r"\]\((event|claim|source):([^)]*)\)", line):
            if target not in _ids(f"{kind}s"):
                yield f"{path}:{number}: {target!r} is not an id in data/{kind}s.csv"


def long_cells(path: Path) -> Iterator[str]:
    """Find code cells of more than `MAX_CELL` lines; longer code belongs in the package."""
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"```\{code-cell\}[^\n]*\n(.*?)\n```", text, flags=re.DOTALL):
        code = re.sub(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", "", match[1], flags=re.DOTALL)
        lines = [line for line in code.splitlines() if line.strip()]
        if len(lines) > MAX_CELL:
            line = text[: match.start()].count("\n") + 1
            yield f"{path}:{line}: a cell of {len(lines)} lines (at most {MAX_CELL})"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def borrowed_wording(articles: Path) -> Iterator[str]:
    """Find runs of words shared with an article, in every tracked text file. Titles may be quoted."""
    titles = load("sources").set_index("id").loc[list(ARTICLES), "title"]
    quoted = set().union(*(_runs(_words(title)) for title in titles))
    texts = [p.read_text(encoding="utf-8") for p in sorted(articles.glob("*.txt"))]
    taken = set().union(*(_runs(_words(text)) for text in texts)) - quoted
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = Path(name)
        if path.suffix in WORDING and path.is_file():
            shared = _runs(_words(path.read_text(encoding="utf-8"))) & taken
            yield from (f"{path}: words shared with an article: {' '.join(run)}" for run in sorted(shared))


def pages() -> list[Path]:
    """List the pages of the book, relative to the project folder."""
    return [Path("index.md"), *sorted(Path("chapters").rglob("*.md"))]


def main(arguments: list[str]) -> int:
    """Run all checks over the given files, or over every page of the book."""
    checked = [Path(a) for a in arguments] or pages()
    findings: list[str] = []
    for page in checked:
        findings += [*typed_numbers(page), *unknown_evidence(page), *long_cells(page)]
    articles = os.environ.get("CASEBOOK_ARTICLES")
    if articles and Path(articles).is_dir():
        findings += borrowed_wording(Path(articles))
    else:
        print("wording check skipped: CASEBOOK_ARTICLES names no folder with the articles' texts")
    print("\n".join([*findings, f"{len(checked)} pages checked, {len(findings)} findings"]))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
