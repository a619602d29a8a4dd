"""Figures and tables of the pages on data, chronology, claims, sources, and limits."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import evidence
from helpers.events import QUAD_CLASSES
from helpers.exhibits import (
    BLUE,
    GREY,
    VERMILION,
    EvidenceTable,
    Exhibit,
    Link,
    canvas,
    legend,
    style,
    two_widths,
    wrapped,
)
from helpers.numbers import Value
from helpers.schemas import SIDES, TABLES
from helpers.tables import explode

__all__ = [
    "PEOPLE",
    "by_language",
    "by_publisher",
    "by_reporter",
    "by_side",
    "by_type",
    "codes_in_use",
    "draw_overlap",
    "field_table",
    "limits",
    "seldom_named",
    "use_of_sources",
    "values",
]

#: People of whom a record of states says little: who, and whole words that would name them in a summary.
PEOPLE = {
    "Women": ("woman", "women", "girl", "girls", "wife", "widow", "mother", "headscarf", "headscarves"),
    "Refugees and displaced people": ("refugee", "refugees", "displaced"),
    "Prisoners and detainees": ("prisoner", "prisoners", "detainee", "detainees", "captive", "captives", "jailed"),
    "Azerbaijanis of Iran": (
        "Azerbaijanis in Iran", "Azerbaijanis of Iran", "Iranian Azerbaijanis", "ethnic Azerbaijanis",
        "Azeri", "Azeris",
    ),
    "Armenians of Karabakh": ("Karabakh Armenians", "Armenians of Karabakh", "ethnic Armenians", "Armenian population"),
    "Talysh, Lezgins, Tats, Udis": ("Talysh", "Lezgin", "Lezgins", "Tat", "Tats", "Udi", "Udis"),
    "Journalists": ("journalist", "journalists", "editor", "editors", "blogger", "cartoonist"),
}  # fmt: skip

#: Language of the press of a side, ISO 639-1; the other sides have none of their own.
_OWN = {
    "Azerbaijani": "az", "Iranian": "fa", "Armenian": "hy", "Turkish": "tr", "Israeli": "he", "Russian": "ru",
}  # fmt: skip


def values(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Compute the figures that describe the data as a whole.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables by name.

    Returns
    -------
    dict
        ``rows_TABLE`` for every table; shares and counts of corroboration.
    """
    events, sources, claims = tables["events"], tables["sources"], tables["claims"]
    overlap = tables["article_overlap"].set_index("id")["best_cosine"].sort_values(ascending=False)
    voices = evidence.corroboration(events, sources)
    undated = ~sources["kind"].isin(["dataset", "coding"]) & (sources["date"] == "")
    rows: dict[str, Value] = {f"rows_{name}": len(table) for name, table in tables.items()}
    return (
        rows
        | {
            "n_tables": len(tables),
            "first_year": int(events["start"].dt.year.min()),
            "last_event": evidence.date_label(events["start"].max()),
            "share_two_publishers": float((voices["publishers"] >= 2).mean() * 100),
            "share_two_sides": float((voices["n_sides"] >= 2).mean() * 100),
            "n_publishers": int(sources["publisher"].nunique()),
            "n_mirrors": int(sources["mirror"].sum()),
            "n_undated": int(undated.sum()),
            "n_unscored": int((~events["scored"]).sum()),
            "n_disagreement": int((events["disagreement"] != "").sum()),
            "n_low": int((events["confidence"] == "low").sum()),
            "n_core": int(claims["core"].sum()),
            "silent_years": _silent(events),
            "overlap_best": float(overlap.iloc[0]),
            "overlap_next": float(overlap.iloc[1]),
            "overlap_s0_s3": float(overlap["mamedov-2021--anonymous-2021"]),
        }
        | limits(events, sources)
    )


def _silent(events: pd.DataFrame) -> str:
    years = set(events["start"].dt.year)
    empty = [str(year) for year in range(min(years), max(years) + 1) if year not in years]
    return f"No event is coded for {', '.join(empty)}." if empty else "Every year has at least one."


def limits(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Compute what the page on limits says about who speaks, in which language, and about whom.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Shares in per cent of pages or events; counts begin with ``n_``. ``share_SIDE`` is a side's share of the pages,
        ``heard_SIDE`` and ``alone_SIDE`` are the shares of the events that it reports, and that it alone reports.

    Examples
    --------
    >>> from helpers.tables import load
    >>> 0 < limits(load("events"), load("sources"))["share_english"] < 100
    True
    """
    voices, heard = evidence.corroboration(events, sources), by_reporter(events, sources)
    languages, kinds, roles = sources["language"], sources["kind"], events["source_role"]
    found: dict[str, Value] = {
        "share_english": float((languages == "en").mean() * 100),
        "n_languages": int(languages.nunique()),
        "share_one_publisher": float((voices["publishers"] == 1).mean() * 100),
        "share_one_side": float((voices["n_sides"] == 1).mean() * 100),
        "share_mirror": float(sources["mirror"].mean() * 100),
        "share_press": float(kinds.isin(["newspaper", "agency", "broadcaster"]).mean() * 100),
        "share_research": float(kinds.isin(["academic", "think-tank"]).mean() * 100),
        "share_state": float(roles.isin(["GOV", "MIL", "LEG"]).mean() * 100),
        "n_people": int(roles.isin(["CVL", "OPP"]).sum()),
        "n_accusations": int((events["type"] == "accusation").sum()),
        "n_denials": int((events["type"] == "denial").sum()),
        "n_unowned": int((events["source_actor"] == "UNK").sum()),
        "share_before_2011": float((events["start"].dt.year < 2011).mean() * 100),
    }
    for side in SIDES:
        name = side.lower()
        found[f"n_{name}_own"] = int(((sources["side"] == side) & (languages == _OWN.get(side))).sum())
        found[f"share_{name}"] = float((sources["side"] == side).mean() * 100)
        found[f"heard_{name}"] = float(heard.loc[side].sum() / len(events) * 100)
        found[f"alone_{name}"] = float(heard.loc[side, "this side alone"] / len(events) * 100)
    return found


def by_language(sources: pd.DataFrame) -> pd.DataFrame:
    """Count the pages of each side in English, in the language of its own country, and in others.

    Examples
    --------
    >>> pages = pd.DataFrame({"side": ["Iranian"] * 3, "language": ["en", "fa", "ar"]})
    >>> by_language(pages).loc["Iranian"].to_dict()
    {'English': 1, 'its own language': 1, 'other languages': 1}
    """
    own = sources["side"].map(_OWN)
    kind = pd.Series("other languages", index=sources.index)
    kind = kind.mask(sources["language"] == own, "its own language").mask(sources["language"] == "en", "English")
    columns = ["English", "its own language", "other languages"]
    table = pd.crosstab(sources["side"], kind).reindex(index=list(SIDES), columns=columns, fill_value=0)
    return table.rename_axis(index=None, columns=None)


def seldom_named(events: pd.DataFrame) -> EvidenceTable:
    """Count the summaries of events that name `PEOPLE`, with the latest of each as an example.

    A summary may name people in other words, so the counts show what the record is about, not who was there.
    """
    rows = []
    for who, words in PEOPLE.items():
        named = events[events["summary"].str.contains(rf"\b(?:{'|'.join(words)})\b", case=False)]
        latest = named.sort_values(["start", "id"]).tail(1).itertuples()
        links = tuple(Link(evidence.date_label(r.start, r.end, r.precision), f"chronology.html#{r.id}") for r in latest)
        rows.append({"People": who, "Words looked for": ", ".join(words), "Events": len(named), "Latest": links})
    return EvidenceTable(pd.DataFrame(rows), f"Summaries, of {len(events)}, that name people other than office-holders")


def use_of_sources(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Count in how many rows of all tables each source is cited."""
    cited = [explode(table, "source_ids")["source_ids"] for table in tables.values() if "source_ids" in table]
    return pd.concat(cited).value_counts().reindex(tables["sources"]["id"], fill_value=0).rename("rows")


def by_side(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count sources by side, split into own reporting and mirror sites."""
    sources = tables["sources"]
    counts = pd.crosstab(sources["side"], sources["mirror"]).reindex(list(SIDES), fill_value=0)
    return counts.rename(columns={False: "own reporting", True: "mirror site"}).rename_axis(columns=None)


def by_type(events: pd.DataFrame, least: int = 5) -> pd.DataFrame:
    """Count events by kind (rows, most frequent first; rare ones together) and tone."""
    kinds = events["type"].str.replace("-", " ")
    counts = kinds.value_counts()
    kinds = kinds.where(kinds.map(counts) >= least, "other kinds")
    table = pd.crosstab(kinds, events["tone"]).rename_axis(columns=None)
    order = table.sum(axis=1).drop("other kinds").sort_values(ascending=False).index
    return table.loc[[*order, "other kinds"], ["cooperation", "neutral", "conflict"]]


def by_reporter(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count for each side the events that it reports with others, and those that it alone reports."""
    voices = evidence.corroboration(events, sources)
    rows = voices["sides"].str.split(";").explode().rename("side").to_frame().join(voices["n_sides"])
    alone = rows["n_sides"].map(lambda n: "this side alone" if n == 1 else "other sides too")
    table = pd.crosstab(rows["side"], alone).reindex(list(SIDES), fill_value=0)
    return table[["other sides too", "this side alone"]].rename_axis(columns=None, index=None)


def by_publisher(tables: Mapping[str, pd.DataFrame], least: int = 10) -> EvidenceTable:
    """List the publishers with at least `least` pages: side, pages, and rows that cite them."""
    sources = tables["sources"].assign(rows=tables["sources"]["id"].map(use_of_sources(tables)))
    sources = sources[~sources["kind"].isin(["article", "dataset", "coding"])]
    found = sources.groupby(["publisher", "side"], as_index=False).agg(pages=("id", "size"), rows=("rows", "sum"))
    found = found[found["pages"] >= least].sort_values(["pages", "rows"], ascending=False)
    return EvidenceTable(
        found.rename(columns=str.capitalize), "Publishers heard most, with the rows of all tables that cite their pages"
    )


def codes_in_use(tables: Mapping[str, pd.DataFrame]) -> EvidenceTable:
    """List the CAMEO codes that events carry: value, quad class, number of events, and the latest example."""
    events, codes = tables["events"], tables["cameo"].set_index("id")
    latest = events.sort_values("start").groupby("cameo").last()
    rows = pd.DataFrame(
        {
            "Code": latest.index,
            "Name": codes.loc[latest.index, "name"].tolist(),
            "Goldstein value": codes.loc[latest.index, "goldstein"].map(lambda v: f"{v:+.1f}").tolist(),
            "Class": codes.loc[latest.index, "quad"].map(QUAD_CLASSES).tolist(),
            "Events": events["cameo"].value_counts().reindex(latest.index).tolist(),
            "Latest example": [
                Link(summary, f"chronology.html#{i}")
                for i, summary in zip(latest["id"], latest["summary"], strict=True)
            ],
        }
    )
    return EvidenceTable(rows, "CAMEO codes in use", boxed=True)


@two_widths
def draw_overlap(article_overlap: pd.DataFrame) -> Exhibit:
    """Draw for each pair of articles how close their two closest sentences stand."""
    found = article_overlap.sort_values("best_cosine", ascending=False)
    pairs = [
        f"{evidence.ARTICLES[a][:2]} and {evidence.ARTICLES[b][:2]}"
        for a, b in zip(found["article_a"], found["article_b"], strict=True)
    ]
    with style():
        fig, ax = canvas(2.9)
        ax.hlines(range(len(found)), found["second_cosine"], found["best_cosine"], color=GREY)
        ax.scatter(found["best_cosine"], range(len(found)), color=BLUE, label="closest pair of sentences", zorder=3)
        ax.scatter(found["second_cosine"], range(len(found)), color=VERMILION, marker="s", label="second", zorder=3)
        ax.set_yticks(range(len(found)), pairs)
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.set_xlabel(*wrapped(["TF-IDF cosine (0: no word in common, 1: the same words)"], 90, 36))
        ax.grid(axis="y", visible=False)
        legend(fig, *ax.get_legend_handles_labels(), ncols=2)
    said = "; ".join(f"{pair} {value:.2f}" for pair, value in zip(pairs, found["best_cosine"], strict=True))
    return Exhibit(
        "xb-overlap",
        f"{pairs[0]} share wording as no other pair of articles does",
        fig,
        f"Dot plot of the closest sentences of each pair of articles, by cosine: {said}.",
        found.drop(columns=["id", "source_ids"]),
        "For each pair of articles, how close its two closest pairs of sentences stand in wording.",
        "Table article_overlap, measured on the full texts, which are not part of this book.",
    )


def field_table(name: str) -> EvidenceTable:
    """Describe the fields of one table, as in ``datapackage.json``."""
    rows = [
        {
            "Field": f.name,
            "Type": f.kind + (" list" if f.many else ""),
            "Unit": f.unit,
            "Refers to": f.refers_to,
            "Meaning": f.description + (f" Values: {', '.join(f.values)}." if f.values else ""),
        }
        for f in TABLES[name].fields
    ]
    return EvidenceTable(pd.DataFrame(rows), f"Fields of {name}: one row is {TABLES[name].row_is}")
