"""Who answers whom: what follows an act within so many days, and whether that is more than chance.

Three questions, three functions. `reciprocity` asks whether acts of one side are followed by acts of the other sooner
than by chance. `before_after` asks whether the tone between two actors changes at given dates more than on ordinary
days. `granger` asks whether the past of one series helps to predict another. None of them shows a cause: what moves
both sides at once looks like an answer, and the null models differ in how much of that they leave standing.

Days are whole days. An event counts on the day on which it began.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import events as ev

__all__ = ["NULLS", "before_after", "follow_ups", "followed", "granger", "reciprocity"]

#: How chance places acts, answers staying where they are: name to what the comparison keeps.
NULLS = {
    "anywhere": "each act on any day of the record; keeps only the answers' own clustering",
    "rotated": "all acts shifted by one random number of days, the ends joined; keeps the clustering of either side",
    "nearby": "each act on any day of its own stretch; keeps how lively each stretch was, so that only order counts",
}

_SHIFTS = 200

_SIGNS = {"conflict": -1, "cooperation": 1}


def follow_ups(acts: pd.DataFrame, answers: pd.DataFrame, days: int, same_day: bool = True) -> pd.DataFrame:
    """List what follows each act.

    Parameters
    ----------
    acts, answers : pandas.DataFrame
        Rows of table ``events``.
    days : int
        An answer begins between the first day of the act and so many days after its last day. An act dated to a month
        is thus followed by everything from the first of the month on: the rule that finds most answers.
    same_day : bool
        Count answers that begin on the first day of the act. Which came first is then unknown.

    Returns
    -------
    pandas.DataFrame
        `acts` with ``answers`` (ids in order of date, joined by ``;``) and ``wait`` (days from the first day of the
        act to the first answer; missing without one).

    Raises
    ------
    ValueError
        If `days` is negative.

    Examples
    --------
    >>> day = pd.to_datetime(["2021-09-01", "2021-09-10"])
    >>> acts = pd.DataFrame({"id": ["a"], "start": day[:1], "end": day[:1]})
    >>> answers = pd.DataFrame({"id": ["b"], "start": day[1:], "end": day[1:]})
    >>> follow_ups(acts, answers, 30)[["answers", "wait"]].to_numpy().tolist()
    [['b', 9.0]]
    """
    _check_days(days)
    ordered = answers.sort_values(["start", "id"])
    ids, day = ordered["id"].to_numpy(object), ordered["start"].to_numpy()
    begins = day.searchsorted((acts["start"] + pd.Timedelta(days=0 if same_day else 1)).to_numpy())
    ends = day.searchsorted((acts["end"] + pd.Timedelta(days=days)).to_numpy(), side="right")
    first = pd.Series([day[i] if i < j else None for i, j in zip(begins, ends, strict=True)], acts.index)
    waits = (pd.to_datetime(first) - acts["start"]).dt.days.astype(float)
    return acts.assign(answers=[";".join(ids[i:j]) for i, j in zip(begins, ends, strict=True)], wait=waits)


def followed(
    acts: pd.DataFrame,
    answers: pd.DataFrame,
    days: int,
    start: str | pd.Timestamp,
    end: str | pd.Timestamp,
    same_day: bool = False,
    apart: str | None = None,
    null: str = "rotated",
    block: int = 90,
    draws: int = 1999,
    seed: int = 0,
) -> pd.Series:
    """Count the acts that are followed by an answer within a window, and how many would be by chance.

    Parameters
    ----------
    acts, answers : pandas.DataFrame
        With ``start`` (day).
    days : int
        Last day of the window, counted from the act.
    start, end : date-like
        First and last day of the record. Acts whose window reaches past its end are left out.
    same_day : bool
        Whether the window opens on the day of the act, or on the next.
    apart : str, optional
        A column of both tables: an answer counts only if it differs there from the act. With the subject of a
        quarrel, this asks whether quarrels cross from one subject into another.
    null : {"anywhere", "rotated", "nearby"}
        How chance places acts, see `NULLS`.
    block : int
        Length of the stretches of ``"nearby"`` in days.
    draws : int
        Number of random placements.
    seed : int

    Returns
    -------
    pandas.Series
        ``acts``, ``followed`` (numbers); ``share``; ``expected``, ``low``, ``high`` (number by chance: mean and
        95 per cent range); ``p`` (share of placements with at least as many, the record itself counted),
        ``p_fewer`` (with at most as many); ``wait``, ``wait_expected`` (median days to the first answer, of those
        followed, in the record and by chance). Shares and waits are missing where nothing is counted.

    Raises
    ------
    ValueError
        If the window is longer than the record, or `null`, `days`, `block` or `draws` is impossible.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, section 4.3 (Monte Carlo tests).
    Cambridge University Press.

    Examples
    --------
    >>> acts = pd.DataFrame({"start": pd.to_datetime(["2021-01-10", "2021-05-02", "2021-09-20"])})
    >>> answers = pd.DataFrame({"start": acts["start"] + pd.Timedelta(days=2)})
    >>> result = followed(acts, answers, 5, "2021-01-01", "2021-12-31", null="anywhere")
    >>> int(result["followed"]), float(result["wait"]), bool(result["p"] < 0.01)
    (3, 2.0, True)
    """
    _check_days(days)
    if null not in NULLS:
        raise ValueError(f"unknown null {null!r}: use one of {', '.join(NULLS)}")
    if block < 1 or draws < 1:
        raise ValueError(f"block and draws must be at least 1, not {block} and {draws}")
    origin = pd.Timestamp(start)
    openings = (pd.Timestamp(end) - origin).days - days + 1
    if openings < 1:
        raise ValueError(f"a window of {days} days is longer than the record")
    at = ((acts["start"] - origin).dt.days).to_numpy(dtype=int)
    inside = (at >= 0) & (at < openings)
    at = at[inside]
    groups = np.zeros(len(at), dtype=int)
    names: Sequence[object] = [None]
    if apart is not None:
        groups, names = pd.factorize(acts.loc[inside, apart])
    opening_days = np.arange(openings)
    waits = np.full((max(len(names), 1), openings), np.inf)
    for row, name in enumerate(names):
        part = answers if apart is None else answers[answers[apart] != name]
        there = np.sort(((part["start"] - origin).dt.days).to_numpy(dtype=float))
        after = np.append(there, np.inf)[np.searchsorted(there, opening_days + (0 if same_day else 1))]
        waits[row] = np.where(after - opening_days <= days, after - opening_days, np.inf)
    own = waits[groups, at]
    rng = np.random.default_rng(seed)
    if null == "anywhere":
        moved = rng.integers(openings, size=(draws, len(at)))
    elif null == "rotated":
        moved = (at + rng.integers(openings, size=(draws, 1))) % openings
    else:
        first = at // block * block
        moved = first + (rng.random((draws, len(at))) * (np.minimum(first + block, openings) - first)).astype(int)
    drawn = waits[groups, moved]
    n, counts = int(np.isfinite(own).sum()), np.isfinite(drawn).sum(axis=1)
    low, high = np.quantile(counts, [0.025, 0.975])
    return pd.Series(
        {
            "acts": len(at),
            "followed": n,
            "share": n / len(at) if len(at) else math.nan,
            "expected": float(counts.mean()),
            "low": float(low),
            "high": float(high),
            "p": float((np.sum(counts >= n) + 1) / (draws + 1)),
            "p_fewer": float((np.sum(counts <= n) + 1) / (draws + 1)),
            "wait": _median(own),
            "wait_expected": _median(drawn),
        }
    )


def reciprocity(
    events: pd.DataFrame,
    cameo: pd.DataFrame,
    a: str,
    b: str,
    days: int = 14,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    by: str = "goldstein",
    null: str = "nearby",
    block: int = 90,
    draws: int = 1999,
    seed: int = 0,
) -> pd.DataFrame:
    """Ask, for either side and either sign, whether acts are answered, how soon and with what sign.

    Only scored events dated to the day count. Several acts of one side and sign on one day are one act. Answers begin
    the day after at the earliest: which of two acts of one day came first is not recorded.

    Parameters
    ----------
    events, cameo : pandas.DataFrame
        Tables of that name.
    a, b : str
        Actor codes.
    days : int
        Length of the window.
    start, end : date-like, optional
        First and last day of the record, by default those of the pair's events.
    by : {"goldstein", "tone"}
        What makes an act conflictual or cooperative: the sign of its Goldstein value, or the coder's reading.
        Neutral acts (0) are left out.
    null, block, draws, seed
        See `followed`.

    Returns
    -------
    pandas.DataFrame
        Eight rows: ``actor`` (who acts first), ``act`` and ``answer`` (``conflict`` or ``cooperation``), then the
        columns of `followed`. Eight tests at once: one p below 0.05 among them is no surprise.

    Raises
    ------
    ValueError
        See `followed`; also if `by` is unknown or the pair has no event that counts.

    References
    ----------
    Goldstein, J. S. and Freeman, J. R. (1990). Three-Way Street: Strategic Reciprocity in World Politics. University
    of Chicago Press.
    """
    if by not in ("goldstein", "tone"):
        raise ValueError(f"unknown sign {by!r}: use goldstein or tone")
    pair = ev.score(ev.between(events, a, b), cameo)
    pair = pair[pair["scored"] & (pair["precision"] == "day")]
    if pair.empty:
        raise ValueError(f"no scored event of {a} and {b} is dated to the day")
    record = (start or pair["start"].min(), end or pair["start"].max())
    sign = np.sign(pair["goldstein"]) if by == "goldstein" else pair["tone"].map(_SIGNS)
    rows = []
    for actor, other in ((a, b), (b, a)):
        for act, act_sign in _SIGNS.items():
            acts = pair[(pair["source_actor"] == actor) & (sign == act_sign)].drop_duplicates("start")
            for answer, answer_sign in _SIGNS.items():
                answers = pair[(pair["source_actor"] == other) & (sign == answer_sign)]
                found = followed(acts, answers, days, *record, null=null, block=block, draws=draws, seed=seed)
                rows.append({"actor": actor, "act": act, "answer": answer, **found})
    return pd.DataFrame(rows).astype({"acts": int, "followed": int})


def before_after(
    scored: pd.DataFrame,
    dates: Sequence[pd.Timestamp] | pd.Series,
    days: int = 90,
    skip: int = 0,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Compare the mean Goldstein value before and after given dates with what ordinary days show.

    Parameters
    ----------
    scored : pandas.DataFrame
        Events of a pair with ``start`` and ``goldstein``, see `helpers.events.score`; each counts once.
    dates : sequence of pandas.Timestamp
        Days fixed beforehand.
    days : int
        Length of either window. The date itself belongs to the second.
    skip : int
        Days after the date that the second window leaves out: with 90 it runs from day 91.
    start, end : date-like, optional
        First and last day of the record, by default those of `scored`. Every day whose windows lie in it and hold an
        event is an ordinary day to compare with, the dates themselves included.

    Returns
    -------
    pandas.DataFrame
        A row per date: ``date``, ``n_before``, ``n_after`` (events), ``before``, ``after`` (means, missing without
        an event: silence is no tone), ``change``, ``chance`` (share of ordinary days with a change at least as far
        down; missing where the windows reach past the record). ``.attrs``: ``falls`` (dates with a fall),
        ``expected`` (falls by chance) and ``p`` (share of shifts of all dates together by 1, 2 … days, the ends of
        the record joined, with at least as many falls; the dates themselves counted).

    Raises
    ------
    ValueError
        If the windows are longer than the record, or `days` or `skip` is impossible.

    Examples
    --------
    >>> day = pd.date_range("2021-01-01", "2021-12-31")
    >>> scored = pd.DataFrame({"start": day, "goldstein": np.where(day < "2021-07-01", 3.0, -2.0)})
    >>> before_after(scored, [pd.Timestamp("2021-07-01")], 30)[["change", "chance"]].round(3).to_numpy().tolist()
    [[-5.0, 0.003]]
    """
    if days < 1 or skip < 0:
        raise ValueError(f"days must be at least 1 and skip at least 0, not {days} and {skip}")
    origin = pd.Timestamp(start) if start is not None else scored["start"].min()
    last = pd.Timestamp(end) if end is not None else scored["start"].max()
    length = (last - origin).days + 1
    # The first day with a whole window before it, and the days from it on that have a whole window after.
    openings = np.arange(days, length - skip - days)
    if not len(openings):
        raise ValueError(f"two windows of {days} days are longer than the record")
    rows, values = [], scored["goldstein"].to_numpy(float)
    begin = skip + 1 if skip else 0
    for date in dates:
        away = (scored["start"].to_numpy() - np.datetime64(date)) / np.timedelta64(1, "D")
        before, after = values[(away >= -days) & (away < 0)], values[(away >= begin) & (away <= skip + days)]
        sizes = {"n_before": len(before), "n_after": len(after)}
        rows.append({"date": date, **sizes, "before": _mean(before), "after": _mean(after)})
    table = pd.DataFrame(rows)
    table["change"] = table["after"] - table["before"]
    at = (scored["start"] - origin).dt.days.to_numpy(dtype=int)
    kept = (at >= 0) & (at < length)
    total = _running(np.bincount(at[kept], values[kept], length))
    count = _running(np.bincount(at[kept], minlength=length).astype(float))

    def mean(low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        n = count[high] - count[low]
        result: npt.NDArray[np.float64] = np.divide(
            total[high] - total[low], n, out=np.full(len(n), np.nan), where=n > 0
        )
        return result

    ordinary = mean(openings + begin, openings + skip + days + 1) - mean(openings - days, openings)
    seen = ordinary[np.isfinite(ordinary)]
    place = (pd.to_datetime(table["date"]) - origin).dt.days.to_numpy(dtype=int) - days
    fits = (place >= 0) & (place < len(openings)) & table["change"].notna().to_numpy()
    table["chance"] = [
        float((seen <= change + 1e-9).mean()) if whole else math.nan
        for change, whole in zip(table["change"], fits, strict=True)
    ]
    shifts = (place[fits][None, :] + np.arange(len(openings))[:, None]) % len(openings)
    falls = (np.nan_to_num(ordinary) < -1e-9)[shifts].sum(axis=1)
    table.attrs = {
        "falls": int(falls[0]),
        "expected": float(falls.mean()),
        "p": float((falls >= falls[0]).mean()),
    }
    return table


def granger(a: pd.Series, b: pd.Series, lags: Sequence[int] = (1, 2, 3)) -> pd.DataFrame:
    """Test whether the past of either of two series helps to predict the other (Granger 1969).

    Parameters
    ----------
    a, b : pandas.Series
        Numbers on one gapless index, without missing values: of a dyad, the sums (0 in silence), what `a` does
        toward `b` and the reverse. Their names label the result.
    lags : sequence of int
        Numbers of past periods to use.

    Returns
    -------
    pandas.DataFrame
        A row per direction and number of lags: ``cause``, ``effect``, ``lags``, ``n`` (periods used), ``F``, ``p``
        (of the F distribution), ``p_rotated``: share of shifts of the cause in time, its ends joined, with F at least
        as large, the true order counted; in a long series every second, third … shift, so that there are at most 200.
        The last needs no normal errors, which a few violent months deny, and keeps the autocorrelation of either
        series.

    Raises
    ------
    ValueError
        If the indexes differ, a value is missing, a series is constant, the names are alike, or there are too few
        periods for the lags.

    References
    ----------
    Granger, C. W. J. (1969). Investigating causal relations by econometric models and cross-spectral methods.
    Econometrica 37, 424–438.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> cause = pd.Series(rng.standard_normal(60), name="cause")
    >>> effect = (cause.shift(1, fill_value=0.0) + rng.standard_normal(60)).rename("effect")
    >>> granger(cause, effect, [1])[["cause", "effect", "p"]].round(3).to_numpy().tolist()
    [['cause', 'effect', 0.0], ['effect', 'cause', 0.505]]
    """
    if not a.index.equals(b.index):
        raise ValueError("the two series must have one index")
    if a.name == b.name:
        raise ValueError(f"the two series have one name, {a.name!r}: name them apart")
    for series in (a, b):
        if series.isna().any():
            raise ValueError(f"{series.name} has no value in {series.index[int(series.isna().argmax())]}")
        if series.nunique() < 2:
            raise ValueError(f"{series.name} is constant")
    if not lags or min(lags) < 1 or len(a) <= 3 * max(lags) + 1:
        raise ValueError(f"{len(a)} periods do not allow lags {list(lags)}")
    rows = []
    for cause, effect in ((a, b), (b, a)):
        y, x = effect.to_numpy(float), cause.to_numpy(float)
        for lag in lags:
            f, p = _granger_f(y, x, lag)
            # Shifts by no more than the lags would leave part of the true order in place.
            shifts = range(lag + 1, len(x) - lag, math.ceil(len(x) / _SHIFTS))
            others = [_granger_f(y, np.roll(x, shift), lag)[0] for shift in shifts]
            rows.append(
                {
                    "cause": cause.name,
                    "effect": effect.name,
                    "lags": lag,
                    "n": len(y) - lag,
                    "F": f,
                    "p": p,
                    "p_rotated": (sum(other >= f for other in others) + 1) / (len(others) + 1),
                }
            )
    return pd.DataFrame(rows)


def _granger_f(effect: npt.NDArray[np.float64], cause: npt.NDArray[np.float64], lag: int) -> tuple[float, float]:
    from statsmodels.tsa.stattools import grangercausalitytests

    f, p, _, _ = grangercausalitytests(np.column_stack([effect, cause]), [lag])[lag][0]["ssr_ftest"]
    return float(f), float(p)


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else math.nan


def _running(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _median(waits: npt.NDArray[np.float64]) -> float:
    seen = waits[np.isfinite(waits)]
    return float(np.median(seen)) if len(seen) else math.nan


def _check_days(days: int) -> None:
    if days < 0:
        raise ValueError(f"days must not be negative, as {days} is")
