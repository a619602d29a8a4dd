"""Check the prose of the book: numbers, evidence, cells, names and terms, dates, length of sentences, wording.

Run from the project's root::

    python tools/check_prose.py [FILE ...]          # what fails
    python tools/check_prose.py --dates [FILE ...]  # dates that a person should look at
    python tools/check_prose.py --terms [FILE ...]  # terms of the glossary used before they are linked
    python tools/check_prose.py --read [FILE ...]   # how long the sentences are

Prints each finding as ``file:line: words`` and returns 1 if there is any. The wording check needs the texts of the
five articles, which are not part of the project: set CASEBOOK_ARTICLES to a folder of .txt files, else it is skipped.
"""

from __future__ import annotations

import argparse
import calendar
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from helpers.evidence import ARTICLES
from helpers.tables import csv_rows, data_folder, load

MAX_CELL = 15
RUN = 8  # consecutive words shared with an article that count as borrowed
MONTHS = list(calendar.month_name)
MONTH = rf"(?:{'|'.join(MONTHS[1:])})"
MEDIAN = 25  # words: the median sentence of a page must be shorter
GLOSSARY = Path("chapters/back/glossary.md")
# Numerals that are names, dates or ids and so do not come from a table.
ALLOWED = [
    rf"\b\d{{1,2}}(?:(?:[–-]| and | to )\d{{1,2}})? {MONTH}\b",
    rf"\b{MONTH} \d{{1,2}}\b",
    r"\b(?:1[89]|20)\d\d(?:s|[–/-]\d{2,4})?\b",
    r"\b\d{1,2}th century\b",
    r"\b3\+3\b",
    r"\bS[0-4](?:-\d\d)?\b",
    r"\b(?:[Cc]hapter|[Ss]ession)s? \d(?:(?:,? and|,| to) \d)*\b",
    r"\b\d+(?:–\d+)? min(?:utes?)?\b",
    r"\b[Ee]xercises? \d\b",
    r"\b[OA]\d+\b",  # outcomes and assignments of the course
    r"\b(?:ISO|ICD) \d+(?:-\d)?\b",
    r"\bCC BY \d\.\d\b",
    r"\bGDELT \d\.\d\b",
    r"\bWCAG \d\.\d\b",
    r"\bPython 3\.\d+\b",
]
WORDING = {".md", ".csv", ".py", ".yml", ".json", ".toml", ".cff"}


def text_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines that readers see as text: no front matter, code, formulas, directives."""
    body = re.sub(r"\A---\n.*?\n---\n", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    body = re.sub(r"```\{(?:code-cell|math)\}.*?\n```", lambda m: "\n" * m[0].count("\n"), body, flags=re.DOTALL)
    for number, line in enumerate(body.splitlines(), start=1):
        if not re.match(r"\s*(:[\w-]+:|`{3,}|:{3,}|%|\(.*\)=)", line):
            yield number, line


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines of running text without roles, code and addresses."""
    for number, line in text_lines(text):
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
    header, *rows = csv_rows(data_folder() / f"{table}.csv")
    return frozenset(row[header.index("id")] for row in rows)


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


def plain(text: str) -> str:
    """Turn links, roles and emphasis into the words that a reader sees; a value becomes ``N``, code ``code``."""
    text = re.sub(r"\{glue:text\}`[^`]*`", "N", text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*?)\s*(?:<[^`]*>)?`", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"https?://\S+|<[^>]*>|\*", "", re.sub(r"`[^`]*`", "code", text))


@dataclass(frozen=True)
class Sentence:
    """A sentence as it stands in the file, and the line on which it begins."""

    line: int
    text: str

    @property
    def words(self) -> int:
        """Number of words that a reader reads."""
        return len(re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*", plain(self.text)))


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of paragraphs and list items; headings, tables and run-in heads are none."""
    paragraph: list[tuple[int, str]] = []
    for number, line in [*text_lines(text), (0, "")]:
        item = re.match(r"\s*(?:[-*+]|\d+\.)\s+(?=\S)", line)
        if not line.strip() or item or line.startswith(("#", "|")):
            yield from _split(paragraph)
            paragraph = []
        if line.strip() and not line.startswith(("#", "|")):
            paragraph.append((number, line[item.end() :] if item else line.strip()))


def _split(paragraph: list[tuple[int, str]]) -> Iterator[Sentence]:
    whole = " ".join(line for _, line in paragraph)
    starts = [0] + [m.end() for m in re.finditer(r"[.!?][\"”’)*]*\s+(?=[\"“(*\[$]*(?:[A-Z]|\{))", whole)]
    ends = [sum(len(line) + 1 for _, line in paragraph[: i + 1]) for i in range(len(paragraph))]
    for start, stop in zip(starts, [*starts[1:], len(whole)], strict=True):
        text = whole[start:stop].strip()
        if len(plain(text).split()) > 2:
            yield Sentence(next(n for (n, _), end in zip(paragraph, ends, strict=True) if start < end), text)


@cache
def rules() -> Any:
    """Read the checked list of names and terms that stands beside this file."""
    return yaml.safe_load(Path(__file__).with_name("prose.yml").read_text(encoding="utf-8"))


def names_and_terms(path: Path) -> Iterator[str]:
    """Find forms that the book does not use, and names that are not explained where a page first uses them.

    What stands in quotation marks is another's word and may have any form.
    """
    text = path.read_text(encoding="utf-8")
    if path.name == GLOSSARY.name:
        return
    for number, line in text_lines(text):
        own = re.sub(r'"[^"]*"|“[^”]*”', " ", plain(line))
        for rule in rules()["refused"]:
            if "unless" in rule and re.search(rule["unless"], own):
                continue
            for match in re.finditer(rule["find"], own):
                yield f"{path}:{number}: {match[0]!r}: say {rule['say']}"
    for rule in rules()["first_use"]:
        first = next((s for s in sentences(text) if re.search(rule["find"], plain(s.text))), None)
        if first and not re.search(rule["needs"], plain(first.text)):
            found = re.search(rule["find"], plain(first.text))
            yield f"{path}:{first.line}: first use of {found[0] if found else ''!r}: {rule['why']}"


def unlinked_terms(path: Path) -> Iterator[str]:
    """Find terms of the glossary that a page uses before it links them.

    Left out are what precedes the first cell, headings, and the words of other links, which cannot hold a second one.
    """
    text = path.read_text(encoding="utf-8")
    opening = text[: text.find("```{code-cell}")].count("\n")
    lines = [(n, line) for n, line in text_lines(text) if n > opening and not line.startswith("#")]
    for term, find in rules()["link"].items():
        for number, line in lines:
            # Roles stand as marks, so that the words in them are not taken for an unlinked use.
            marked = re.sub(r"\{term\}`(?:[^`<]*<)?([^`>]*)>?`", lambda m: f"\0{m[1].strip().lower()}\0", line)
            free = plain(re.sub(r"\[[^\]]*\]\([^)]*\)", " ", marked))
            role = free.find(f"\0{term.lower()}\0")
            use = re.search(find, re.sub("\0[^\0]*\0", lambda m: "\0" * len(m[0]), free))
            if use and (role < 0 or use.start() < role):
                yield f"{path}:{number}: {use[0]!r}: link {{term}}`{term}` here"
            if use or role >= 0:
                break


@dataclass(frozen=True)
class Mention:
    """A date in prose: its words, and what of day, month and year they name."""

    words: str
    days: range
    month: int
    year: int | None

    def agrees(self, first: date, last: date) -> bool:
        """Whether the words can mean a day from `first` to `last`."""
        years = range(first.year, last.year + 1) if self.year is None else [self.year]
        for year in years:
            length = calendar.monthrange(year, self.month)[1]
            days = [day for day in self.days or range(1, length + 1) if day <= length]
            if days and date(year, self.month, days[0]) <= last and date(year, self.month, days[-1]) >= first:
                return True
        return False


def mentions(words: str) -> list[Mention]:
    """Find the dates with a month in a text: ``13 October``, ``12 to 20 September``, ``May 1992``, ``In March``.

    Examples
    --------
    >>> [(list(m.days), m.month, m.year) for m in mentions("On 28 November 2021, then in May")]
    [([28], 11, 2021), ([], 5, None)]
    """
    found = []
    for m in re.finditer(rf"(?:(\d{{1,2}})(?:(?:[–-]| and | to )(\d{{1,2}}))? )?\b({MONTH})\b(?: (\d{{4}}))?", words):
        first, last = int(m[1] or 0), int(m[2] or m[1] or 0)
        days = range(first, last + 1) if first else range(0)
        found.append(Mention(m[0], days, MONTHS.index(m[3]), int(m[4]) if m[4] else None))
    return found


@cache
def _spans() -> dict[str, tuple[date, date]]:
    events = load("events")
    return {i: (a.date(), b.date()) for i, a, b in zip(events["id"], events["start"], events["end"], strict=True)}


def _dated_links(sentence: Sentence) -> list[tuple[str, str]]:
    links = re.findall(r"\[([^\]]*)\]\(event:([^)]*)\)", sentence.text)
    return [(words, event) for words, event in links if event in _spans()]


def dates(path: Path) -> Iterator[str]:
    """Find dates that contradict the event linked beside them, where only one reading is possible.

    That is so where the words of a link hold the date, and where a sentence opens with the only date in it and has one
    link to an event. What else may be wrong is for a person to judge: see `doubtful_dates`.
    """
    for sentence in sentences(path.read_text(encoding="utf-8")):
        links = _dated_links(sentence)
        pairs = [(mention, event) for words, event in links for mention in mentions(words)]
        said = mentions(plain(sentence.text))
        opens = re.match(r"(?:On|In) (?:the night of )?", plain(sentence.text))
        if (
            len(links) == 1
            and len(said) == 1
            and opens
            and plain(sentence.text)[opens.end() :].startswith(said[0].words)
        ):
            pairs.append((said[0], links[0][1]))
        for mention, event in dict.fromkeys(pairs):
            if not mention.agrees(*_spans()[event]):
                yield f"{path}:{sentence.line}: {mention.words!r} does not fit the linked event {event}"


def doubtful_dates(path: Path) -> Iterator[str]:
    """List the dates in prose that fit none of the events linked in their sentence. Many are right: read them."""
    for sentence in sentences(path.read_text(encoding="utf-8")):
        links = _dated_links(sentence)
        for mention in mentions(plain(sentence.text)) if links else []:
            if not any(mention.agrees(*_spans()[event]) for _, event in links):
                yield f"{path}:{sentence.line}: {mention.words!r} beside {', '.join(event for _, event in links)}"


# Forms of "to be", and participles that do not end in -ed; enough for a share, not for a verdict on one sentence.
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|not\s+)?(?:\w{2,}ed|made|held|given|taken|known|seen|said|shown|"
    r"drawn|found|built|cut|left|put|set|read|told|sent|shut|paid|met|lost|won|kept|begun|done|written|chosen|driven|"
    r"broken|spoken|struck|bound|brought|bought|caught|sold|thought|understood)\b"
)


@dataclass(frozen=True)
class Reading:
    """How a page reads."""

    sentences: int
    median: float
    ninetieth: float
    passive: float
    longest: list[Sentence]


def reading(path: Path) -> Reading:
    """Measure the sentences of a page: how many, how long in words as a reader sees them, how many passive."""
    found = list(sentences(path.read_text(encoding="utf-8")))
    lengths = sorted(s.words for s in found)
    if len(found) < 2:
        raise ValueError(f"{path}: fewer than two sentences")
    passive = sum(bool(_PASSIVE.search(plain(s.text))) for s in found) / len(found)
    longest = sorted(found, key=lambda s: -s.words)[:10]
    return Reading(len(found), statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1], passive, longest)


def long_sentences(path: Path) -> Iterator[str]:
    """Find a page whose median sentence is too long."""
    median = reading(path).median
    if median >= MEDIAN:
        yield f"{path}:1: the median sentence has {median:g} words (under {MEDIAN})"


def reading_table(checked: list[Path]) -> str:
    """Return the measures of all pages as a table, and the ten longest sentences of each."""
    rows = [f"{'page':<36}{'sentences':>10}{'median':>8}{'90th':>6}{'passive':>9}"]
    rest = []
    for path in checked:
        page = reading(path)
        rows.append(f"{path!s:<36}{page.sentences:>10}{page.median:>8g}{page.ninetieth:>6.0f}{page.passive:>9.0%}")
        rest += [f"\n{path}: the longest sentences"]
        rest += [f"  line {s.line}, {s.words} words: {plain(s.text)[:110]}" for s in page.longest]
    return "\n".join([*rows, *rest])


def pages() -> list[Path]:
    """List the pages of the book, relative to the project folder."""
    found = (path for path in Path("chapters").rglob("*.md") if ".ipynb_checkpoints" not in path.parts)
    return [Path("index.md"), *sorted(found)]


def main(arguments: list[str]) -> int:
    """Run all checks over the given files, or over every page of the book."""
    parser = argparse.ArgumentParser(description="Check the prose of the book.")
    parser.add_argument("files", nargs="*", type=Path)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--dates", action="store_true", help="list the dates that a person should look at")
    choice.add_argument("--terms", action="store_true", help="list terms used before they are linked to the glossary")
    choice.add_argument("--read", action="store_true", help="print how long the sentences are")
    options = parser.parse_args(arguments)
    checked = options.files or pages()
    if options.read:
        print(reading_table(checked))
        return 0
    findings: list[str] = []
    if options.dates or options.terms:
        for page in checked:
            findings += doubtful_dates(page) if options.dates else unlinked_terms(page)
        print("\n".join([*findings, f"{len(checked)} pages, {len(findings)} to look at"]))
        return 0
    for page in checked:
        findings += [*typed_numbers(page), *unknown_evidence(page), *long_cells(page)]
        findings += [*names_and_terms(page), *dates(page), *long_sentences(page)]
    articles = os.environ.get("CASEBOOK_ARTICLES")
    if articles and Path(articles).is_dir():
        findings += borrowed_wording(Path(articles))
    else:
        print("wording check skipped: CASEBOOK_ARTICLES names no folder with the articles' texts")
    print("\n".join([*findings, f"{len(checked)} pages checked, {len(findings)} findings"]))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
