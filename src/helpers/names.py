"""Names in six languages: a table that tells browsers and screen readers the language of every form.

Persian runs from right to left; a wrong direction moves its punctuation and a wrong language its pronunciation, so each
cell carries both.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.exhibits import scroll_box

__all__ = ["LANGUAGES", "SECTIONS", "NameTable", "name_table"]

#: Column of `names`, name of the language.
LANGUAGES = {"az": "Azerbaijani", "fa": "Persian", "hy": "Armenian", "tr": "Turkish", "ru": "Russian"}

#: Heading of a table, with the kinds of names in it.
SECTIONS = {
    "Lands": ("land",),
    "Towns and villages": ("place",),
    "Waters": ("water",),
    "Roads, railways and corridors": ("route",),
    "Bodies, documents, wars and drills": ("body", "document", "event"),
    "Persons": ("person",),
}

#: Sources that say where forms were checked; the page names them once for all rows.
GENERAL = ("geonames", "casebook-coding")


@dataclass(frozen=True)
class NameTable:
    """A table of names, one group of two rows each: the forms, then the note with its sources.

    Parameters
    ----------
    data : pandas.DataFrame
        Rows of `names`, with an added column ``cited``: pairs of source id and publisher.
    caption : str
        What the table holds.
    """

    data: pd.DataFrame
    caption: str

    def to_html(self) -> str:
        """Return the table as HTML; every form is escaped and carries its language and direction."""
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("In this book", *LANGUAGES.values()))
        groups = "".join(_group(row) for row in self.data.to_dict("records"))
        table = f"<table><caption>{html.escape(self.caption)}</caption><thead><tr>{heads}</tr></thead>{groups}</table>"
        return scroll_box(table, self.caption)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return {"text/plain": f"{self.caption} ({len(self.data)} rows)", "text/html": self.to_html()}


def name_table(tables: Mapping[str, pd.DataFrame], section: str) -> NameTable:
    """Collect the names of one section, in the order of the file.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        At least `names` and `sources`.
    section : str
        A heading of `SECTIONS`.

    Returns
    -------
    NameTable

    Examples
    --------
    >>> from helpers.tables import load
    >>> shown = name_table({t: load(t) for t in ("names", "sources")}, "Waters").to_html()
    >>> '<td lang="fa" dir="rtl">ارس</td>' in shown
    True
    """
    names, publishers = tables["names"], tables["sources"].set_index("id")["publisher"]
    chosen = names[names["kind"].isin(SECTIONS[section])]
    cited = [
        [(source, publishers[source]) for source in cell.split(";") if source not in GENERAL]
        for cell in chosen["source_ids"]
    ]
    return NameTable(chosen.assign(cited=cited), f"{section}: names in six languages")


def _group(row: Mapping[Any, Any]) -> str:
    head = f'<th scope="rowgroup">{html.escape(row["name"])}</th>'
    forms = "".join(_form(language, row[language]) for language in LANGUAGES)
    below = _below(row)
    # Where the forms scroll sideways, the note keeps to the width that is seen.
    width = "max-width:min(calc(100vw - 3rem), 36rem)"
    note = f'<tr><td colspan="{1 + len(LANGUAGES)}"><div style="{width}">{below}</div></td></tr>'
    group = f"<tr>{head}{forms}</tr>{note if below else ''}"
    return f'<tbody id="name-{html.escape(row["id"], quote=True)}">{group}</tbody>'


def _form(language: str, cell: str) -> str:
    if not cell:
        return "<td>–</td>"
    direction, comma = (' dir="rtl"', "،") if language == "fa" else ("", ",")
    return f'<td lang="{language}"{direction}>{html.escape(cell.replace(";", f"{comma} "))}</td>'


def _below(row: Mapping[Any, Any]) -> str:
    also = f"Also in English: {', '.join(row['others'].split(';'))}." if row["others"] else ""
    links = ", ".join(
        f'<a class="evidence" href="sources.html#{html.escape(source, quote=True)}">{html.escape(publisher)}</a>'
        for source, publisher in row["cited"]
    )
    said = " ".join(html.escape(text) for text in (row["note"], also) if text)
    return f"{said} ({links})" if links else said
