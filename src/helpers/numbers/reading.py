"""Examples of the page on how to read the figures: three weeks of 2021, and tone by year against chance."""

from __future__ import annotations

import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import Exhibit
from helpers.memo import remember
from helpers.numbers import Value

__all__ = ["SPAN", "TELLERS", "against_chance", "draw_chance", "draw_sample", "draw_told", "sample", "values"]

#: First and last day of the example.
SPAN = ("2021-09-24", "2021-10-14")
_LANES = {"IRN": "Iran", "AZE": "Azerbaijan"}

#: Tellers of the example's explorer: words to value.
TELLERS = {
    "everyone": "all",
    "Iranian publishers": "Iranian",
    "Azerbaijani publishers": "Azerbaijani",
    "S1 Ramani 2021": "ramani-2021",
}


def sample(events: pd.DataFrame) -> pd.DataFrame:
    """Keep what Iran and Azerbaijan did toward each other in `SPAN`, as far as it is dated to the day."""
    pair = ev.between(events, "AZE", "IRN")
    return pair[pair["start"].between(*map(pd.Timestamp, SPAN)) & (pair["precision"] == "day")]


def against_chance(events: pd.DataFrame, first: int = 2018) -> pd.DataFrame:
    """Compare the share of cooperative acts in each year with what its number of acts would give by chance.

    Chance draws every act from the same urn: the share of all years since `first`. The range holds at least 95 per
    cent of such draws (binomial).

    Returns
    -------
    pandas.DataFrame
        One row per year, labelled with its number of acts: ``observed``, ``low``, ``high``, in per cent.
    """
    from scipy.stats import binom

    pair = ev.between(events, "AZE", "IRN")
    pair = pair[pair["start"].dt.year >= first]
    good = pair["tone"] == "cooperation"
    years = good.groupby(pair["start"].dt.year).agg(["size", "sum"])
    low, high = binom.interval(0.95, years["size"], good.mean())
    return pd.DataFrame(
        {
            "observed": (years["sum"] / years["size"] * 100).to_numpy(),
            "low": low / years["size"].to_numpy() * 100,
            "high": high / years["size"].to_numpy() * 100,
        },
        index=[f"{year} ({n} acts)" for year, n in years["size"].items()],
    )


@remember
def values(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Compute what the page says about its examples."""
    part, rows = sample(events), against_chance(events)
    voices = evidence.corroboration(part, sources)["publishers"]
    outside = (rows["observed"] < rows["low"]) | (rows["observed"] > rows["high"])
    return {
        "n_sample": len(part),
        "n_sample_conflict": int((part["tone"] == "conflict").sum()),
        "n_sample_hollow": int((voices < 2).sum()),
        "n_years": len(rows),
        "n_years_outside": int(outside.sum()),
        "wide_year": str((rows["high"] - rows["low"]).idxmax()),
        "narrow_year": str((rows["high"] - rows["low"]).idxmin()),
    }


def draw_sample(events: pd.DataFrame, sources: pd.DataFrame) -> Exhibit:
    """Draw `sample` as a timeline with a link at every mark."""
    part, got = sample(events), values(events, sources)
    return charts.timeline(
        part,
        sources,
        id="xr-marks",
        title=f"{got['n_sample_conflict']} of {got['n_sample']} acts were conflictual; "
        f"{got['n_sample_hollow']} rest on one publisher",
        lanes=_LANES,
        span=SPAN,
        caption="One mark per act, in the lane of whoever acts, at the day it began; marks of one day are stacked. "
        "Select a mark to open its first source.",
        provenance="Tables events and sources: acts of Iran and Azerbaijan toward each other.",
    )


def draw_told(events: pd.DataFrame, sources: pd.DataFrame, teller: str, day: pd.Timestamp) -> Exhibit:
    """Draw what one teller tells of `sample` and the press had reported by one day; the rest as faint dots."""
    part = sample(events)
    told = evidence.known_by(evidence.told_by(part, sources, teller), sources, day)
    name = next(words for words, value in TELLERS.items() if value == teller)
    return charts.timeline(
        told,
        sources,
        id="xr-told-frame",
        title=f"As told by {name} and known on {evidence.date_label(day)}: {len(told)} of {len(part)} acts",
        lanes=_LANES,
        background=part,
        span=SPAN,
        linked=False,
    )


def draw_chance(events: pd.DataFrame) -> Exhibit:
    """Draw `against_chance`."""
    rows = against_chance(events)
    outside = rows.index[(rows["observed"] < rows["low"]) | (rows["observed"] > rows["high"])]
    return charts.ranges(
        rows,
        id="xr-ranges",
        x="cooperative acts, per cent",
        title=f"In {len(outside)} of {len(rows)} years the tone is further from the average than chance would give",
        caption="Diamond: share of cooperative acts in a year. Bar: where it would lie, in at least nineteen of twenty "
        "tries, if every year had the same mood. A filled diamond lies outside its bar. Few acts make a wide bar.",
        provenance="Table events: acts of Iran and Azerbaijan toward each other; range: binomial.",
    )
