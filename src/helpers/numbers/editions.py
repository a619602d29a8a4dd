"""What the page on changes says about earlier drafts of the book."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import charts, evidence
from helpers.exhibits import Exhibit
from helpers.numbers import Value

__all__ = ["DRAFTS", "Draft", "draw_growth", "growth", "values"]


@dataclass(frozen=True)
class Draft:
    """The evidence of an earlier draft, as it was counted then.

    `two_publishers` is the number of events with two or more independent publishers; `commit` names the state of the
    project in its history, from which the tests count again.
    """

    name: str
    commit: str
    events: int
    two_publishers: int
    sources: int


#: Drafts before this edition, oldest first.
DRAFTS = (
    Draft("first draft", "b517605", 439, 162, 882),
    Draft("second draft", "766ada7", 810, 614, 2026),
)

#: Judgements that the second reading changed, between the first draft and the state named `READ`.
READ = "4c29cb1"
CHANGED = {"verdicts": 17, "forecasts": 12}


def values() -> dict[str, Value]:
    """Compute what the page quotes: the evidence of each draft, and how many judgements the second reading changed.

    Returns
    -------
    dict
        ``n_events_N``, ``n_sources_N`` and ``share_two_N`` for draft N (from 1).
    """
    found: dict[str, Value] = {f"n_{what}_changed": count for what, count in CHANGED.items()}
    for number, draft in enumerate(DRAFTS, 1):
        found[f"n_events_{number}"] = draft.events
        found[f"n_sources_{number}"] = draft.sources
        found[f"share_two_{number}"] = draft.two_publishers / draft.events * 100
    return found


def growth(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count the events of each draft and of this edition by the number of their publishers."""
    backed = int((evidence.corroboration(events, sources)["publishers"] >= 2).sum())
    rows = {d.name: (d.two_publishers, d.events - d.two_publishers) for d in DRAFTS}
    rows["this edition"] = (backed, len(events) - backed)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["two or more publishers", "one publisher"])


def draw_growth(events: pd.DataFrame, sources: pd.DataFrame) -> Exhibit:
    """Draw `growth`."""
    table = growth(events, sources)
    share = table["two or more publishers"] / table.sum(axis=1) * 100
    return charts.bars(
        table,
        id="xc-growth",
        x="events",
        unit="events",
        title=f"Events with a second publisher rose from {share.iloc[0]:.0f} to {share.iloc[-1]:.0f} per cent",
        caption="Events of each draft by the number of independent publishers that report them; hatched: one only.",
        provenance="Earlier drafts as counted then; tables events and sources of this edition.",
    )
