"""Figures that the Methods page quotes."""

from __future__ import annotations

import pandas as pd

from helpers import events as ev
from helpers import evidence
from helpers.numbers import Value

__all__ = ["quad_shares", "values"]


def values(events: pd.DataFrame, cameo: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Compute example values of the scale and the delay of reports.

    Parameters
    ----------
    events, cameo, sources : pandas.DataFrame
        Tables of that name.
    """
    goldstein = cameo.set_index("id")["goldstein"]
    lag = (evidence.first_report(events, sources) - events.set_index("id")["start"]).dt.days
    return {
        "goldstein_arrest": float(goldstein["173"]),
        "goldstein_visit": float(goldstein["042"]),
        "goldstein_agreement": float(goldstein["057"]),
        "goldstein_drill": float(goldstein["150"]),
        "median_lag": float(lag.median()),
        "lag_90": float(lag.quantile(0.9)),
    }


def quad_shares(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Count scored events between Iran and Azerbaijan by quad class (rows) and acting state (columns)."""
    pair = ev.score(ev.between(events[events["scored"]], "AZE", "IRN"), cameo)
    counts = pd.crosstab(pair["quad"].map(ev.QUAD_CLASSES), pair["source_actor"])
    return (
        counts.reindex(list(ev.QUAD_CLASSES.values()), fill_value=0)
        .rename(columns={"AZE": "Azerbaijan acts", "IRN": "Iran acts"})
        .rename_axis(columns=None)
    )
