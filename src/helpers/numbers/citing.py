"""How to cite the book and its parts, in words and in the formats that reference managers read.

Title, authors and version come from ``CITATION.cff`` and ``pyproject.toml``, the year from ``LICENSE-DATA``, the rest
from the tables: nothing is written down twice.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers import evidence
from helpers.exhibits import EvidenceTable, Exhibit, download_link
from helpers.numbers import Value

__all__ = ["FORMATS", "ROOT", "References", "Work", "bibtex", "book", "csl_json", "in_words", "parts", "ris", "values"]

#: The project's folder.
ROOT = Path(__file__).resolve().parents[3]

#: Kind of work: its name in CSL-JSON and in RIS. BibTeX has no type for most of them and gets ``@misc``.
KINDS = {
    "book": ("book", "EBOOK"),
    "chapter": ("chapter", "ECHAP"),
    "figure": ("figure", "FIGURE"),
    "event": ("entry", "GEN"),
    "data": ("dataset", "DATA"),
    "code": ("software", "COMP"),
}


@dataclass(frozen=True)
class Work:
    """Something to cite: the book, or a part `within` it."""

    key: str
    kind: str
    title: str
    authors: tuple[str, ...]
    year: int
    version: str
    data_to: str
    within: str = ""

    @property
    def host(self) -> str:
        """The edition, and for a part the book that holds it."""
        return f"In: {self.within}, edition {self.version}" if self.within else f"Edition {self.version}"


def book(events: pd.DataFrame, root: Path = ROOT) -> Work:
    """Describe the book as the files of the project name it.

    Parameters
    ----------
    events : pandas.DataFrame
        Table ``events``: its last day is the cut-off of the data.
    root : pathlib.Path
        Folder with ``CITATION.cff``, ``pyproject.toml`` and ``LICENSE-DATA``.

    Raises
    ------
    ValueError
        If ``CITATION.cff`` and ``pyproject.toml`` name different versions, or ``LICENSE-DATA`` no year.
    """
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if str(cff["version"]) != version:
        raise ValueError(f"{root}: CITATION.cff, version '{cff['version']}' is not that of pyproject.toml, '{version}'")
    year = re.search(r"Copyright \(c\) (\d{4})", (root / "LICENSE-DATA").read_text(encoding="utf-8"))
    if year is None:
        raise ValueError(f"{root / 'LICENSE-DATA'}: no year of copyright")
    authors = tuple(a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in cff["authors"])
    to = evidence.date_label(events["start"].max())
    return Work(f"casebook-{year[1]}", "book", cff["title"], authors, int(year[1]), version, to)


def parts(whole: Work, event: pd.Series, figure: Exhibit, root: Path = ROOT) -> list[Work]:
    """Describe the book, its chapters, a figure, an event, the data and the code, each as one work.

    Parameters
    ----------
    whole : Work
        The `book`.
    event : pandas.Series
        Row of table ``events``, as an example.
    figure : helpers.exhibits.Exhibit
        Figure, as an example.
    """

    def part(key: str, kind: str, title: str) -> Work:
        return replace(whole, key=f"{whole.key}-{key}", kind=kind, title=title, within=whole.title)

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for entry in toc["parts"][0]["chapters"]]
    chapters = [part(f"chapter-{n}", "chapter", _heading(root / f"{file}.md")) for n, file in enumerate(files, 1)]
    when = evidence.date_label(event["start"], event["end"], event["precision"])
    return [
        whole,
        *chapters,
        part(figure.id, "figure", f"{figure.title} (figure {figure.id})"),
        part(event["id"], "event", f"{when}: {event['summary'].rstrip('.')} (table events, row {event['id']})"),
        part("data", "data", "Data: tables with their description"),
        part("code", "code", "Code: Python package helpers and build tools"),
    ]


def _heading(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"{page}: no heading")
    return found[1].strip()


def values(events: pd.DataFrame) -> dict[str, Value]:
    """Compute what the page quotes about the book itself: ``book_title``, ``version``, ``data_to``, ``year``."""
    whole = book(events)
    return {"book_title": whole.title, "version": whole.version, "data_to": whole.data_to, "year": whole.year}


def in_words(work: Work) -> str:
    """Cite a work in one line.

    Examples
    --------
    >>> in_words(Work("k", "chapter", "A Crisis", ("A Person",), 2026, "1.0", "1 May 2025", "A Book"))
    'A Person (2026). A Crisis. In: A Book, edition 1.0. Data to 1 May 2025.'
    """
    stop = "" if work.title.endswith(("?", "!")) else "."
    return f"{' and '.join(work.authors)} ({work.year}). {work.title}{stop} {work.host}. Data to {work.data_to}."


def bibtex(works: Sequence[Work]) -> str:
    """Write works as BibTeX entries; names and titles stand in two braces, so that they keep their form."""
    return "\n\n".join(
        "\n".join(
            [
                f"@misc{{{work.key},",
                f"  author = {{{' and '.join(f'{{{_tex(name)}}}' for name in work.authors)}}},",
                f"  title = {{{{{_tex(work.title)}}}}},",
                f"  howpublished = {{{_tex(work.host)}}},",
                f"  year = {{{work.year}}},",
                f"  note = {{Data to {work.data_to}}},",
                "}",
            ]
        )
        for work in works
    )


_TEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def _tex(text: str) -> str:
    return text.translate(_TEX)


def csl_json(works: Sequence[Work]) -> str:
    """Write works as CSL-JSON, which Zotero, Pandoc and others read."""
    return json.dumps(
        [
            {
                "id": work.key,
                "type": KINDS[work.kind][0],
                "title": work.title,
                "author": [{"literal": name} for name in work.authors],
                "issued": {"date-parts": [[work.year]]},
                "version": work.version,
                "note": f"Data to {work.data_to}",
            }
            | ({"container-title": work.within} if work.within else {})
            for work in works
        ],
        ensure_ascii=False,
        indent=1,
    )


def ris(works: Sequence[Work]) -> str:
    """Write works as RIS, which EndNote, Mendeley and others read."""
    entries = []
    for work in works:
        tags = [("TY", KINDS[work.kind][1]), *(("AU", name) for name in work.authors), ("TI", work.title)]
        tags += [("T2", work.within)] if work.within else []
        tags += [("PY", str(work.year)), ("ET", work.version), ("N1", f"Data to {work.data_to}"), ("ER", "")]
        entries.append("\n".join(f"{tag}  - {value}" for tag, value in tags))
    return "\n\n".join(entries)


#: Format: file name, media type, writer.
FORMATS: dict[str, tuple[str, str, Callable[[Sequence[Work]], str]]] = {
    "BibTeX": ("casebook.bib", "application/x-bibtex", bibtex),
    "RIS": ("casebook.ris", "application/x-research-info-systems", ris),
    "CSL-JSON": ("casebook.json", "application/vnd.citationstyles.csl+json", csl_json),
}


@dataclass(frozen=True)
class References:
    """Works to cite: in words as a table, and in each of `FORMATS` folded, with a download."""

    works: Sequence[Work]

    def to_html(self) -> str:
        """Return table and formats as HTML."""
        words = pd.DataFrame({"What": [w.kind for w in self.works], "Cite as": [in_words(w) for w in self.works]})
        blocks = []
        for name, (file, media, write) in FORMATS.items():
            text = write(self.works)
            blocks.append(
                f'<details class="exhibit-data"><summary>{name} ({len(self.works)} entries)</summary>'
                f'<pre tabindex="0" role="region" aria-label="{name}">{html.escape(text)}</pre>'
                f"<p>{download_link(f'Download {file}', file, media, text)}</p>"
                "</details>"
            )
        return EvidenceTable(words, "How to cite the book and its parts").to_html() + "".join(blocks)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return {"text/plain": "\n".join(in_words(w) for w in self.works), "text/html": self.to_html()}
