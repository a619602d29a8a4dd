"""Figures and tables of the pages on data, chronology, claims and sources."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import evidence
from helpers.events import QUAD_CLASSES
from helpers.exhibits import BLUE, GREY, VERMILION, EvidenceTable, Exhibit, Link, canvas, style
from helpers.numbers import Value
from helpers.schemas import SIDES, TABLES
from helpers.tables import explode

__all__ = [
    "by_publisher",
    "by_reporter",
    "by_side",
    "by_type",
    "codes_in_use",
    "draw_overlap",
    "field_table",
    "use_of_sources",
    "values",
]


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
    return rows | {
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


def _silent(events: pd.DataFrame) -> str:
    years = set(events["start"].dt.year)
    empty = [str(year) for year in range(min(years), max(years) + 1) if year not in years]
    return f"No event is coded for {', '.join(empty)}." if empty else "Every year has at least one."


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
        ax.set_xlabel("TF-IDF cosine (0: no word in common, 1: the same words)")
        ax.grid(axis="y", visible=False)
        fig.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
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
