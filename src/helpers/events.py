"""Event scales and dyad series.

An event of type *t* carries the Goldstein value of *t* (Goldstein 1992, extended to the CAMEO codes; the values are
those of GDELT's own look-up table, kept in ``data/cameo.csv``) and one of four quad classes. A dyad series adds them
up by period for a pair of actors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["QUAD_CLASSES", "between", "dyad_series", "score", "tone_index"]

#: The quad classes as GDELT numbers them.
QUAD_CLASSES = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}

_FREQUENCIES = {"W": "W-SUN", "M": "M", "Q": "Q-DEC", "Y": "Y-DEC"}
_DAYS = {"W": 7, "M": 31, "Q": 92, "Y": 366}


def score(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Add the Goldstein value and the quad class of each event.

    Parameters
    ----------
    events : pandas.DataFrame
        Table ``events``.
    cameo : pandas.DataFrame
        Table ``cameo``.

    Returns
    -------
    pandas.DataFrame
        `events` with ``goldstein`` (float, -10 to 10) and ``quad`` (1 to 4).

    Raises
    ------
    KeyError
        If an event has a code that `cameo` lacks.

    Examples
    --------
    >>> events = pd.DataFrame({"id": ["e"], "cameo": ["173"]})
    >>> cameo = pd.DataFrame({"id": ["173"], "goldstein": [-5.0], "quad": [4]})
    >>> score(events, cameo).loc[0, "goldstein"]
    np.float64(-5.0)
    """
    unknown = sorted(set(events["cameo"].unique()) - set(cameo["id"].unique()))
    if unknown:
        raise KeyError(f"no Goldstein value for CAMEO codes {', '.join(unknown)}")
    return events.merge(
        cameo[["id", "goldstein", "quad"]].rename(columns={"id": "cameo"}),
        on="cameo",
        how="left",
        validate="many_to_one",
    )


def between(events: pd.DataFrame, a: str, b: str, directed: bool = False) -> pd.DataFrame:
    """Keep the events in which `a` acts toward `b`, or, unless `directed`, `b` toward `a`.

    Examples
    --------
    >>> events = pd.DataFrame({"source_actor": ["IRN", "AZE", "TUR"], "target_actor": ["AZE", "IRN", "AZE"]})
    >>> len(between(events, "AZE", "IRN")), len(between(events, "AZE", "IRN", directed=True))
    (2, 1)
    """
    forward = (events["source_actor"] == a) & (events["target_actor"] == b)
    backward = (events["source_actor"] == b) & (events["target_actor"] == a)
    return events[forward if directed else forward | backward]


def dyad_series(
    events: pd.DataFrame,
    cameo: pd.DataFrame,
    a: str,
    b: str,
    freq: str = "M",
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    directed: bool = False,
) -> pd.DataFrame:
    """Sum up the events of a pair by period.

    Events marked as not ``scored``, and events dated less precisely than the period, are left out; their number
    stands in ``.attrs["left_out"]``. An event of several days counts in the period in which it began.

    Parameters
    ----------
    events, cameo : pandas.DataFrame
        Tables of that name.
    a, b : str
        Actor codes.
    freq : {"W", "M", "Q", "Y"}
        Weeks (Monday to Sunday), months, quarters or years.
    start, end : date-like, optional
        First and last day of the series; by default those of the events.
    directed : bool
        Count only what `a` does toward `b`.

    Returns
    -------
    pandas.DataFrame
        One row per period (a gapless ``PeriodIndex``): ``events``, ``goldstein_sum`` (0 in a period without events),
        ``goldstein_mean`` (missing in such a period: silence is not neutrality), ``quad_1`` to ``quad_4``.

    Raises
    ------
    ValueError
        If `freq` is unknown, if `start` lies after `end`, or if there is no event and no span was given.
    """
    if freq not in _FREQUENCIES:
        raise ValueError(f"unknown frequency {freq!r}: use one of {', '.join(_FREQUENCIES)}")
    pair = between(events, a, b, directed)
    if start is not None:
        pair = pair[pair["start"] >= pd.Timestamp(start)]
    if end is not None:
        pair = pair[pair["start"] <= pd.Timestamp(end)]
    if pair.empty and (start is None or end is None):
        raise ValueError(f"no event between {a} and {b}: give start and end for an empty series")
    first = pd.Timestamp(start) if start is not None else pair["start"].min()
    last = pd.Timestamp(end) if end is not None else pair["start"].max()
    if first > last:
        raise ValueError(f"start {first.date()} lies after end {last.date()}")
    span = (pair["end"] - pair["start"]).dt.days + 1
    usable = score(pair[pair["scored"] & ((pair["precision"] == "day") | (span <= _DAYS[freq]))], cameo)
    code = _FREQUENCIES[freq]
    periods = pd.period_range(first, last, freq=code, name="period")
    begun = pd.PeriodIndex(usable["start"], freq=code)
    values = usable["goldstein"].groupby(begun)
    series = pd.DataFrame({"events": values.size().reindex(periods, fill_value=0).astype(int)}, index=periods)
    series["goldstein_sum"] = values.sum().reindex(periods, fill_value=0.0).astype(float)
    series["goldstein_mean"] = values.mean().reindex(periods).astype(float)
    for quad in QUAD_CLASSES:
        places = periods.get_indexer(begun[usable["quad"] == quad])
        series[f"quad_{quad}"] = np.bincount(places, minlength=len(periods))
    series.attrs["left_out"] = len(pair) - len(usable)
    return series


def tone_index(series: pd.DataFrame, window: int = 4) -> pd.Series:
    """Average the Goldstein value over the last `window` periods, each event counting once.

    Parameters
    ----------
    series : pandas.DataFrame
        Result of `dyad_series`.
    window : int
        Number of periods, the present one included.

    Returns
    -------
    pandas.Series
        Missing where the window holds no event.

    Raises
    ------
    ValueError
        If `window` is below 1.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window}")
    total = series["goldstein_sum"].rolling(window, min_periods=1).sum()
    count = series["events"].rolling(window, min_periods=1).sum()
    return (total / count.where(count > 0)).rename("tone_index")
