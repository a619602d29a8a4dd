"""Figures and tables of the pages on data, chronology, claims and sources."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import evidence
from helpers.charts import event_table
from helpers.exhibits import EvidenceTable, Link
from helpers.numbers import Value
from helpers.schemas import SIDES, TABLES
from helpers.tables import explode

__all__ = ["by_side", "chronology", "claim_table", "field_table", "source_table", "use_of_sources", "values"]


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
        "empty_years": ", ".join(
            str(y)
            for y in range(events["start"].dt.year.min(), events["start"].dt.year.max() + 1)
            if y not in set(events["start"].dt.year)
        ),
    }


def chronology(events: pd.DataFrame, sources: pd.DataFrame, first: int, last: int) -> EvidenceTable:
    """List the events that began in the years `first` to `last`, each row an anchor for links from the chapters."""
    part = events[events["start"].dt.year.between(first, last)]
    table = event_table(part, sources)
    table.insert(1, "Who", (part["source_actor"] + " → " + part["target_actor"]).tolist())
    years = f"{first}" if first == last else f"{first} to {last}"
    return EvidenceTable(table, f"Events of {years}, with their sources", part["id"].tolist())


def claim_table(claims: pd.DataFrame, article_id: str) -> EvidenceTable:
    """List the claims of one article with verdict, reason and the events that bear on them."""
    part = claims[claims["article_id"] == article_id]
    bearing = [
        tuple(Link(i, f"chronology.html#{i}") for i in ids.split(";")) if ids else "" for ids in part["event_ids"]
    ]
    data = pd.DataFrame(
        {
            "Claim": part["id"].tolist(),
            "What it says": part["claim"].tolist(),
            "Kind": part["kind"].tolist(),
            "Hedge": part["hedge"].tolist(),
            "Verdict": part["verdict"].str.replace("_", " ").tolist(),
            "Why": part["reason"].tolist(),
            "Events": bearing,
        }
    )
    return EvidenceTable(data, f"Claims of {evidence.article_label(article_id)}", part["id"].tolist())


def use_of_sources(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Count in how many rows of all tables each source is cited."""
    cited = [explode(table, "source_ids")["source_ids"] for table in tables.values() if "source_ids" in table]
    return pd.concat(cited).value_counts().reindex(tables["sources"]["id"], fill_value=0).rename("rows")


def source_table(tables: Mapping[str, pd.DataFrame], side: str) -> EvidenceTable:
    """List the sources of one side, with how often each is cited."""
    sources = tables["sources"]
    used = use_of_sources(tables)
    part = sources[sources["side"] == side].sort_values(["publisher", "date"])
    data = pd.DataFrame(
        {
            "Source": [
                Link(evidence.citation(row), row["url"]) if row["url"] else evidence.citation(row)
                for _, row in part.iterrows()
            ],
            "Kind": part["kind"].tolist(),
            "Language": part["language"].tolist(),
            "Mirror": part["mirror"].map({True: "yes", False: ""}).tolist(),
            "Rows": part["id"].map(used).tolist(),
            "Note": [
                ". ".join(x for x in (n, licence and f"Licence: {licence}") if x)
                for n, licence in zip(part["note"], part["licence"], strict=True)
            ],
        }
    )
    return EvidenceTable(
        data,
        f"Sources that speak from the {side} side" if side != "other" else "Other sources",
        part["id"].tolist(),
    )


def by_side(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count sources by side, split into own reporting and mirror sites."""
    sources = tables["sources"]
    counts = pd.crosstab(sources["side"], sources["mirror"]).reindex(list(SIDES), fill_value=0)
    return counts.rename(columns={False: "own reporting", True: "mirror site"}).rename_axis(columns=None)


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
