"""Sources, corroboration, cut-off dates, and who tells what.

Pure functions over the tables that `helpers.tables.load` returns. Nothing here knows about figures.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from helpers.schemas import SIDES
from helpers.tables import explode

__all__ = [
    "ARTICLES",
    "article_label",
    "citation",
    "corroboration",
    "date_label",
    "date_labels",
    "first_report",
    "known_by",
    "mentions",
    "told_by",
]

#: The five articles the book starts from: source id and short label.
ARTICLES: dict[str, str] = {
    "mamedov-2021": "S0 Mamedov 2021",
    "ramani-2021": "S1 Ramani 2021",
    "mammadov-2024": "S2 Mammadov 2024",
    "anonymous-2021": "S3 unknown author 2021",
    "avdaliani-2024": "S4 Avdaliani 2024",
}

_MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
_MONTHS += ["August", "September", "October", "November", "December"]


def article_label(article_id: str) -> str:
    """Return the short label of one of the five articles, such as ``S1 Ramani 2021``."""
    return ARTICLES[article_id]


def date_label(start: pd.Timestamp, end: pd.Timestamp | None = None, precision: str = "day") -> str:
    """Write a date or span as a reader would, no more precisely than it is known.

    Parameters
    ----------
    start, end : pandas.Timestamp
        First and last day.
    precision : {"day", "month", "year"}

    Returns
    -------
    str

    Examples
    --------
    >>> date_label(pd.Timestamp("2021-09-12"), pd.Timestamp("2021-09-20"))
    '12–20 September 2021'
    >>> date_label(pd.Timestamp("2021-10-01"), pd.Timestamp("2021-10-31"), "month")
    'October 2021'
    """
    month = _MONTHS[start.month - 1]
    if precision == "year":
        return f"{start.year}"
    if precision == "month":
        return f"{month} {start.year}"
    if end is None or end == start:
        return f"{start.day} {month} {start.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {month} {start.year}"
    return f"{date_label(start)} – {date_label(end)}"


def date_labels(events: pd.DataFrame) -> list[str]:
    """Write the dates of events by their ``start``, ``end`` and ``precision``; see `date_label`.

    Examples
    --------
    >>> days = [pd.Timestamp("2021-10-01"), pd.Timestamp("2021-10-31")]
    >>> date_labels(pd.DataFrame([[*days, "month"]], columns=["start", "end", "precision"]))
    ['October 2021']
    """
    return [date_label(*row) for row in zip(events["start"], events["end"], events["precision"], strict=True)]


def citation(source: pd.Series) -> str:
    """Cite a source in one line: author, title, publisher, date; what is unknown is left out.

    Examples
    --------
    >>> citation(pd.Series({"author": "", "title": "", "publisher": "Trend", "origin": "", "date": "2021-09-28"}))
    'Trend, 28 September 2021'
    """
    carried = f"{source['origin']}, read at {source['publisher']}" if source["origin"] else source["publisher"]
    parts = [source["author"], f"“{source['title']}”" if source["title"] else "", carried]
    date = source["date"]
    if date:
        bits = [int(b) for b in date.split("-")]
        if len(bits) == 3:
            date = date_label(pd.Timestamp(*bits))
        elif len(bits) == 2:
            date = f"{_MONTHS[bits[1] - 1]} {bits[0]}"
    return ", ".join(p for p in [*parts, date or "undated"] if p)


def mentions(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """List who reports which event: one row per event and source.

    Returns
    -------
    pandas.DataFrame
        ``event_id``, then every column of `sources` with ``id`` renamed to ``source_id``.
    """
    long = explode(events, "source_ids")
    told = sources.set_index("id").reindex(long["source_ids"]).rename_axis("source_id").reset_index()
    told.insert(0, "event_id", long["id"])
    return told


def corroboration(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count how many voices stand behind each event.

    A site that mostly repeats others (``mirror``) counts as a voice only where nothing else reports the event:
    a copy adds no evidence. Two pages of one publisher are one voice, and so is a page that carries another outlet's
    report (``origin``): the outlet that wrote it counts, wherever it is read.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        The tables of that name.

    Returns
    -------
    pandas.DataFrame
        Indexed by event id: ``sources`` (pages), ``publishers`` (independent voices), ``sides`` (names joined by
        ``;`` in the order of `helpers.schemas.SIDES`), ``n_sides``.

    Examples
    --------
    >>> events = pd.DataFrame({"id": ["e"], "source_ids": ["a;b"]})
    >>> sources = pd.DataFrame({"id": ["a", "b"], "publisher": ["P", "Q"], "origin": ["", "P"],
    ...                         "side": ["Iranian", "Iranian"], "mirror": [False, False]})
    >>> corroboration(events, sources).to_dict("records")
    [{'sources': 2, 'publishers': 1, 'sides': 'Iranian', 'n_sides': 1}]
    """
    # Lists of plain text: to walk through a column of text takes twenty times as long.
    columns = [sources[name].tolist() for name in ("publisher", "origin", "side", "mirror")]
    known = dict(zip(sources["id"].tolist(), zip(*columns, strict=True), strict=True))
    rows = []
    for cell in events["source_ids"].tolist():
        pages = [known[source] for source in set(cell.split(";"))]
        own_voice = [page for page in pages if not page[3]] or pages
        voices = {origin or publisher for publisher, origin, _, _ in own_voice}
        sides = sorted({side for _, _, side, _ in own_voice}, key=SIDES.index)
        rows.append((len(pages), len(voices), ";".join(sides), len(sides)))
    return pd.DataFrame(rows, pd.Index(events["id"], name="id"), ["sources", "publishers", "sides", "n_sides"])


def first_report(events: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Say by which day each event was publicly known.

    The earliest date of its sources, but not before the event began. A source dated only to a month or year counts
    from the last day of that span, so that nothing is known too early. Where no source is dated, the last day of
    the event itself.

    Returns
    -------
    pandas.Series
        ``datetime64`` indexed by event id.

    Examples
    --------
    >>> day = pd.Timestamp("2021-10-01")
    >>> events = pd.DataFrame({"id": ["e"], "source_ids": ["a"], "start": [day], "end": [day]})
    >>> sources = pd.DataFrame({"id": ["a"], "date": ["2021-10"]})
    >>> first_report(events, sources)["e"].date().isoformat()
    '2021-10-31'
    """
    told = mentions(events, sources)
    told["known"] = told["date"].map(_last_day, na_action="ignore")
    earliest = pd.to_datetime(told.groupby("event_id")["known"].min()).reindex(events["id"])
    by_id = events.set_index("id")
    return earliest.fillna(by_id["end"]).clip(lower=by_id["start"]).rename("known")


@cache
def _last_day(partial: str) -> pd.Timestamp | None:
    if not partial:
        return None
    period = pd.Period(partial, freq={4: "Y", 7: "M", 10: "D"}[len(partial)])
    return period.end_time.normalize()


def known_by(events: pd.DataFrame, sources: pd.DataFrame, day: dt.date | str | pd.Timestamp) -> pd.DataFrame:
    """Keep the events that a reader of the press could know of on `day`.

    Parameters
    ----------
    events, sources : pandas.DataFrame
    day : date-like
        The cut-off; the day itself is included.

    Returns
    -------
    pandas.DataFrame
        Rows of `events`, order kept.
    """
    known = first_report(events, sources)
    return events[events["id"].map(known) <= pd.Timestamp(day)]


def told_by(events: pd.DataFrame, sources: pd.DataFrame, teller: str) -> pd.DataFrame:
    """Keep the events that one teller reports.

    Parameters
    ----------
    events, sources : pandas.DataFrame
    teller : str
        ``"all"``, one of the five articles (a key of `ARTICLES`), or a side (one of `helpers.schemas.SIDES`):
        then the events that at least one publisher of that side reports, the five articles not counted.

    Returns
    -------
    pandas.DataFrame
        Rows of `events`, order kept.

    Raises
    ------
    ValueError
        If `teller` is none of these.
    """
    if teller == "all":
        return events
    if teller in ARTICLES:
        return events[events["article_ids"].str.split(";").map(lambda ids: teller in ids)]
    if teller in SIDES:
        told = mentions(events, sources)
        told = told[(told["side"] == teller) & ~told["source_id"].isin(list(ARTICLES))]
        return events[events["id"].isin(told["event_id"])]
    raise ValueError(f"unknown teller {teller!r}: use 'all', one of {list(ARTICLES)} or one of {list(SIDES)}")
