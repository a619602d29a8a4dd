"""Change points and their uncertainty on short series.

A *regime* is a run of periods around one level. The breaks between regimes are those that minimise the residual sum
of squares (exact search, Bai and Perron 2003); how many there are is decided by a stated rule. Two doubts go with
every answer: how far a break could lie elsewhere (block bootstrap), and how often the same rule finds a break in
noise that is merely autocorrelated (simulation).

Silence. A period without events has no mean: its value is missing, and it is passed over, never filled in. Its sum is
0, and it counts. A period that the index lacks is neither, so every series needs a gapless index. A sum and a mean
therefore answer different questions; every function here takes either and says nothing about which is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import events as ev
from helpers.memo import remember

__all__ = [
    "PHASES",
    "Comparison",
    "break_dates",
    "breaks",
    "calendar",
    "compare",
    "false_breaks",
    "fits",
    "level_shift",
    "machine_series",
    "power",
    "sup_f",
    "swings",
    "trend",
    "turn",
]

#: The phases in which chapters 1, 2, 6 and 7 tell the story, each with the event that opens it. It lasts until the next
#: opens. Histories agree on most; the articles open the rupture with the embassy attack (S4) or give it no date.
PHASES: dict[str, str] = {
    "opening": "1991-12-25-irn-aze-recognition",
    "cold years": "2001-07-23-irn-aze-maritime-incident",
    "first thaw": "2014-04-09-aze-irn-visit",
    "war of 2020": "2020-09-27-irn-aze-mediation",
    "after the war": "2020-11-10-irn-aze-statement",
    "crisis": "2021-08-11-aze-irn-diplomatic-protest",
    "repair": "2021-11-28-aze-irn-meeting",
    "rupture": "2022-10-17-irn-aze-military-exercise",
    "thaw": "2023-07-05-irn-aze-visit",
    "shock": "2026-03-05-unk-aze-attack",
}

#: Below this many observed periods `breaks` warns: a step of one standard deviation is then mostly missed or misplaced.
SHORT = 40

#: Above this share of false breaks `breaks` warns.
DOUBTFUL = 0.1

#: What a perfect fit leaves is rounding, and no wider than this.
TINY = 1e-9

#: No search tries more breaks than this.
MOST = 20

_RULES = ("bic", "lwz", "ar1")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def fits(series: pd.Series, min_size: int | None = None) -> pd.DataFrame:
    """Fit the best segmentation with 0, 1, 2 … breaks, and show which penalty would choose it.

    Parameters
    ----------
    series : pandas.Series
        Numbers by period: a gapless ``PeriodIndex``, or whole numbers in steps of 1 such as years. Missing values
        are passed over.
    min_size : int, optional
        Fewest observed periods of a regime, at least 2. By default 15 per cent of those observed, as is usual
        since Bai and Perron (2003).

    Returns
    -------
    pandas.DataFrame
        A row for each number of breaks that fits, at most 20. ``breaks`` (first periods of the new regimes), ``rss``
        (residual sum of squares), ``bic``, ``lwz``; ``penalty_low`` and ``penalty_high``: the range of penalties per
        break, in variances of the series, with which this number minimises cost plus penalty; both missing where no
        penalty chooses it. These ranges are the scan that a chart of breaks against penalty needs, exact for each.

    Raises
    ------
    ValueError
        If the index has a gap, a value is infinite, all values are equal, or there are too few for two regimes.

    Notes
    -----
    The search is exact: `ruptures.KernelCPD` with a linear kernel, whose cost is l2. The grid of candidate dates that
    other searches of that library use by default (``jump=5``) moves the break of the Nile by two years.

    The criteria are those of the R package strucchange: minus twice the Gaussian log-likelihood, plus a constant for
    each of ``2 * (breaks + 1)`` parameters (levels, dates, variance). The constant is ln n for BIC (Yao 1988) and
    0.299 (ln n)^2.1 for LWZ (Liu, Wu and Zidek 1997). Both take the periods as independent.

    The cost suits values that scatter alike in all regimes. Take the square root of counts first.

    References
    ----------
    Bai, J. and Perron, P. (2003). Computation and analysis of multiple structural change models. Journal of Applied
    Econometrics 18, 1–22.
    Liu, J., Wu, S. and Zidek, J. V. (1997). On segmented multivariate regression. Statistica Sinica 7, 497–525.
    Truong, C., Oudre, L. and Vayatis, N. (2020). Selective review of offline change point detection methods. Signal
    Processing 167, 107299.
    Yao, Y.-C. (1988). Estimating the number of change-points via Schwarz' criterion. Statistics and Probability
    Letters 6, 181–189.

    Examples
    --------
    >>> series = pd.Series([1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0, 9.0], index=range(2001, 2009))
    >>> table = fits(series)
    >>> table.loc[1, "breaks"], round(float(table.loc[1, "rss"]), 1)
    ((2005,), 2.0)
    """
    values = _checked(series)
    at = _observed(values)
    cuts, rss = _search(values[at], _regime_size(len(at), min_size))
    low, high = _penalty_ranges(rss / values[at].var(ddof=1))
    return pd.DataFrame(
        {
            "breaks": [tuple(series.index[at[cut]] for cut in found) for found in cuts],
            "rss": rss,
            "bic": _criterion("bic", rss, len(at)),
            "lwz": _criterion("lwz", rss, len(at)),
            "penalty_low": low,
            "penalty_high": high,
        },
        index=pd.RangeIndex(len(rss), name="m"),
    )


def breaks(
    series: pd.Series,
    events: pd.Series | None = None,
    rule: str | float = "bic",
    min_size: int | None = None,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Cut a series into regimes, and say how far to trust the cuts.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`: a mean (missing in silent periods) or a sum (0 in them).
    events : pandas.Series, optional
        Numbers of events by period, on the same index.
    rule : {"bic", "lwz", "ar1"} or float
        What decides the number of breaks. ``"bic"`` is the usual choice for long, independent series, ``"lwz"`` is
        stricter. ``"ar1"`` takes the smallest penalty with which only 5 per cent of simulated AR(1) series without
        any break, as autocorrelated and as long as this one, show one. A number is the penalty per break, in
        variances of the series; 2 ln n is common with the search PELT (Killick, Fearnhead and Eckley 2012), which
        gives the same breaks.
    min_size : int, optional
        See `fits`.
    draws : int
        Simulated series behind ``"ar1"`` and the warning.
    seed : int

    Returns
    -------
    pandas.DataFrame
        A row per regime, in order: ``start`` and ``end`` (first and last observed period), ``mean``, ``periods``
        (observed), ``silent`` (missing between start and end), ``events`` (missing without `events`).
        ``.attrs["warning"]`` says in plain words why the breaks may be false (empty if nothing speaks against them);
        ``.attrs["false_breaks"]`` is the share of noise series with a break, ``.attrs["p"]`` that of noise series in
        which breaks explain as much, both from `false_breaks`. ``.attrs["autocorrelation"]`` is that of the whole
        series, on which these rest; ``.attrs["autocorrelation_within"]`` what is left of it within the regimes
        (missing after a perfect fit).

    Raises
    ------
    ValueError
        See `fits`; also if `rule` is unknown or `events` has another index.

    References
    ----------
    Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints with a linear computational
    cost. Journal of the American Statistical Association 107, 1590–1598.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=8, freq="M")
    >>> tone = pd.Series([-3.0, -2.0, None, -3.0, 2.0, 3.0, 2.0, 3.0], index=months)
    >>> found = breaks(tone)
    >>> found[["start", "end", "periods", "silent"]].astype(str).to_numpy().tolist()
    [['2023-01', '2023-04', '3', '1'], ['2023-05', '2023-08', '4', '0']]
    >>> found.attrs["warning"][:27]
    'Only 7 observed periods: a '
    """
    values = _checked(series)
    if events is not None and not events.index.equals(series.index):
        raise ValueError("events must have the index of the series")
    at = _observed(values)
    size = _regime_size(len(at), min_size)
    noise = false_breaks(series, rule, min_size, draws, seed)
    cuts, rss = _search(values[at], size)
    chosen = cuts[_choose(rss, len(at), _penalty(rule, noise["penalty"]))]
    rows = []
    for part in np.split(at, chosen):
        inside = slice(int(part[0]), int(part[-1]) + 1)
        rows.append(
            {
                "start": series.index[part[0]],
                "end": series.index[part[-1]],
                "mean": float(values[part].mean()),
                "periods": len(part),
                "silent": int(part[-1] - part[0] + 1 - len(part)),
                "events": pd.NA if events is None else int(events.iloc[inside].sum()),
            }
        )
    table = pd.DataFrame(rows).astype({"events": "Int64"})
    rate, p, phi = (float(noise[key]) for key in ("rate", "p", "autocorrelation"))
    rest = values.copy()
    for part in np.split(at, chosen):
        rest[part] -= values[part].mean()
    table.attrs = {
        "rule": rule,
        "false_breaks": rate,
        "p": p,
        "autocorrelation": phi,
        "autocorrelation_within": math.nan if _spread(rest) < TINY else _autocorrelation(rest, len(table)),
        "warning": _warning(len(at), rate, phi, len(table) > 1, p),
    }
    return table


def _warning(n: int, rate: float, autocorrelation: float, found: bool, p: float) -> str:
    said = []
    if n < SHORT:
        said.append(
            f"Only {n} observed periods: a step of one standard deviation would often be missed, and is seldom "
            "placed exactly."
        )
    if rate > DOUBTFUL:
        said.append(
            f"The rule finds a break in {rate * 100:.0f} per cent of series that have none but are as "
            f"autocorrelated ({autocorrelation:.2f}) and as long."
        )
    if found and p > 0.05:
        said.append(f"In {p * 100:.0f} per cent of such series breaks explain as much as they do here.")
    return " ".join(said)


def false_breaks(
    series: pd.Series,
    rule: str | float = "bic",
    min_size: int | None = None,
    draws: int = 200,
    seed: int = 0,
    autocorrelation: float | None = None,
) -> pd.Series:
    """Run a rule on noise that is as autocorrelated as a series but has no break.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`. The noise has its length and its silent periods. Its variance plays no part: rules and test
        are free of scale.
    rule, min_size
        See `breaks`.
    draws : int
        Number of simulated first-order autoregressive, AR(1), series.
    seed : int
    autocorrelation : float, optional
        Of the noise, between -1 and 1. By default that of neighbouring observed periods, corrected for the bias of
        short series (Marriott and Pope 1954) and kept within ±0.95. A true break raises it, so that the check errs
        on the side of doubt.

    Returns
    -------
    pandas.Series
        ``autocorrelation``; ``rate``: share of noise series in which the rule finds a break; ``gain``: by how much
        breaks improve the BIC of the series at best; ``p``: share of noise series that breaks improve at least as
        much, the series itself counted among them; ``sup_f``, see there, and ``p_sup_f`` alike; ``penalty``: the
        penalty in variances with which 5 per cent of noise series have a break.

    Raises
    ------
    ValueError
        See `fits`; also if `draws` is below 20 or `autocorrelation` not between -1 and 1.

    References
    ----------
    Marriott, F. H. C. and Pope, J. A. (1954). Bias in the estimation of autocorrelations. Biometrika 41, 390–402.

    Examples
    --------
    >>> series = pd.Series(np.random.default_rng(1).standard_normal(24))
    >>> rate = false_breaks(series, rule=2 * np.log(24), min_size=2, autocorrelation=0.5)["rate"]
    >>> bool(0.35 < rate < 0.65)
    True
    """
    if draws < 20:
        raise ValueError(f"draws must be at least 20, not {draws}")
    if autocorrelation is not None and not -1 < autocorrelation < 1:
        raise ValueError(f"autocorrelation must lie between -1 and 1, not {autocorrelation}")
    _penalty(rule, 0.0)
    values = _checked(series)
    at = _observed(values)
    size = _regime_size(len(at), min_size)
    phi = _autocorrelation(values) if autocorrelation is None else autocorrelation
    noise, n = _noise_rss(phi, len(values), at, size, draws, seed), len(at)
    # With less than the largest gain per break, in variances, a series would be cut.
    gains = (1 - noise[:, 1:] / noise[:, :1]) / np.arange(1, noise.shape[1])
    penalty = float(np.quantile(gains.max(axis=1) * (n - 1), 0.95))
    own = _search(values[at], size)[1]

    def share(statistic: Callable[[Floats, int], Floats]) -> float:
        return float((np.sum(statistic(noise, n) >= statistic(own, n) - 1e-9) + 1) / (draws + 1))

    return pd.Series(
        {
            "autocorrelation": phi,
            "rate": float(np.mean(_choose(noise, n, _penalty(rule, penalty)) > 0)),
            "gain": float(_gain(own, n)),
            "p": share(_gain),
            "sup_f": float(_f(own, n)),
            "p_sup_f": share(_f),
            "penalty": penalty,
        }
    )


@remember
def _noise_rss(phi: float, length: int, at: Ints, size: int, draws: int, seed: int) -> Floats:
    """Search AR(1) series, seen at some periods, for breaks: residual sums of squares, one row per series."""
    noise = _ar1(phi, length, draws, np.random.default_rng(seed))[:, at]
    return np.array([_search(row, size)[1] for row in noise])


def break_dates(
    series: pd.Series,
    m: int | None = None,
    rule: str | float = "bic",
    min_size: int | None = None,
    block: int | None = None,
    level: float = 0.95,
    draws: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Say between which dates each break may lie.

    What the regimes leave unexplained is resampled in blocks of random length (stationary bootstrap), which keeps
    its autocorrelation, and put back on the levels; the same number of breaks is then dated anew.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`.
    m : int, optional
        Number of breaks; by default what `rule` chooses.
    rule, min_size
        See `breaks`; ``"ar1"`` simulates 200 series.
    block : int, optional
        Mean length of the blocks in observed periods; by default see `level_shift`.
    level : float
        Share of the resampled dates that the interval holds.
    draws : int
        Number of resampled series.
    seed : int

    Returns
    -------
    pandas.DataFrame
        A row per break: ``date`` (first period of the new regime), ``low``, ``high``, ``share`` (resampled dates
        equal to ``date``). ``.attrs["same"]`` is the share of resampled series in which the rule chooses as many
        breaks (missing if `m` is given). No row if there is no break.

    Raises
    ------
    ValueError
        See `fits`; also if `m` breaks do not fit or `level` is not between 0 and 1.

    Notes
    -----
    The interval takes the number of breaks as known. It is too short where the number is doubtful.

    References
    ----------
    Politis, D. N. and Romano, J. P. (1994). The stationary bootstrap. Journal of the American Statistical Association
    89, 1303–1313.

    Examples
    --------
    >>> series = pd.Series([1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0, 9.0], index=range(2001, 2009))
    >>> break_dates(series, m=1, block=1)[["date", "low", "high"]].to_numpy().tolist()
    [[2005, 2005, 2005]]
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    values = _checked(series)
    at = _observed(values)
    seen, n = values[at], len(at)
    size = _regime_size(n, min_size)
    cuts, rss = _search(seen, size)
    decided: str | float = math.nan
    if m is None:
        decided = _penalty(rule, false_breaks(series, rule, min_size, seed=seed)["penalty"] if rule == "ar1" else 0.0)
        m = _choose(rss, n, decided)
    elif not 0 <= m < len(cuts):
        raise ValueError(f"{m} breaks do not fit: {n} observed periods with regimes of {size} allow {len(cuts) - 1}")
    else:
        rule = ""
    columns = ["date", "low", "high", "share"]
    if m == 0:
        return pd.DataFrame(columns=columns)
    levels = np.concatenate([np.full(len(part), part.mean()) for part in np.split(seen, cuts[m])])
    rest = seen - levels
    unexplained = np.full(len(values), np.nan)
    unexplained[at] = rest
    length = _block_length(unexplained, block, m + 1)
    places, chosen = _dated_anew(levels, rest, size, m, length, draws, seed, decided if rule else None)
    edge = (1 - level) / 2
    # "nearest" keeps the ends of the interval on periods that exist.
    low, high = np.quantile(places, [edge, 1 - edge], axis=0, method="nearest").astype(int)
    table = pd.DataFrame(
        {
            "date": [series.index[at[i]] for i in cuts[m]],
            "low": [series.index[at[i]] for i in low],
            "high": [series.index[at[i]] for i in high],
            "share": (places == np.array(cuts[m])).mean(axis=0),
        }
    )
    table.attrs["same"] = float(np.mean(chosen == m)) if rule else math.nan
    return table


@remember
def _dated_anew(
    levels: Floats, rest: Floats, size: int, m: int, block: int, draws: int, seed: int, decided: str | float | None
) -> tuple[Ints, Ints]:
    """Resample what the levels leave, and search: where m breaks lie, and how many breaks the rule, if any, chooses."""
    dated, chosen = [], []
    for row in rest[_blocks(len(rest), block, draws, np.random.default_rng(seed))]:
        cuts, rss = _search(levels + row - row.mean(), size, m if decided is None else MOST)
        dated.append(cuts[m])
        chosen.append(m if decided is None else _choose(rss, len(rest), decided))
    return np.array(dated), np.array(chosen)


def sup_f(series: pd.Series, min_size: int | None = None) -> tuple[float, Any]:
    """Return the largest F statistic for one break at any date (Andrews 1993), and the first period after it.

    Its usual table of critical values takes the periods as independent; `false_breaks` gives a p value that does not.

    Parameters
    ----------
    series : pandas.Series
    min_size : int, optional
        See `fits`.

    Returns
    -------
    (float, label)

    Raises
    ------
    ValueError
        See `fits`.

    References
    ----------
    Andrews, D. W. K. (1993). Tests for parameter instability and structural change with unknown change point.
    Econometrica 61, 821–856.

    Examples
    --------
    >>> series = pd.Series([1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0, 9.0], index=range(2001, 2009))
    >>> f, date = sup_f(series)
    >>> round(f, 1), date
    (294.0, 2005)
    """
    table = fits(series, min_size)
    return float(_f(table["rss"].to_numpy(), int(series.notna().sum()))), table.loc[1, "breaks"][0]


def level_shift(
    series: pd.Series, date: Any, block: int | None = None, level: float = 0.95, draws: int = 1999, seed: int = 0
) -> pd.Series:
    """Compare the level before and after a date that was fixed beforehand.

    Do not use it on a date that the same series suggested: that is what `false_breaks` is for.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`. Silent periods stay in their blocks.
    date : label, str or pandas.Period
        First period after.
    block : int, optional
        Length of the blocks in periods, at most a sixth of the series, since fewer than six blocks cannot give a
        small p. By default the length that is best for the mean of an AR(1) series (Carlstein 1986), rounded up,
        within that bound. 1 shuffles single periods, which is right only without autocorrelation.
    level : float
        Coverage of the interval.
    draws : int
        Number of permutations, and of bootstrap draws.
    seed : int

    Returns
    -------
    pandas.Series
        ``before``, ``after``, ``difference``; ``low``, ``high`` (interval by stationary bootstrap of what the two
        levels leave unexplained); ``p`` (two-sided, share of permutations of blocks with a difference at least as
        large, the series itself counted); ``p_shuffled`` (the same for single periods: what neglect of
        autocorrelation would claim); ``n_before``, ``n_after`` (observed periods); ``block``.

    Raises
    ------
    ValueError
        See `fits`; also if `date` is not in the series, a side has no observed period, or `block` is too long.

    Notes
    -----
    Simulated at the 5 per cent mark with 24 periods, 12 on either side: false alarms 4 per cent without
    autocorrelation and 10 per cent with one of 0.5 (single periods: 24 per cent). `power` repeats this.

    References
    ----------
    Carlstein, E. (1986). The use of subseries values for estimating the variance of a general statistic from a
    stationary sequence. Annals of Statistics 14, 1171–1179.
    Kirch, C. (2007). Block permutation principles for the change analysis of dependent data. Journal of Statistical
    Planning and Inference 137, 2453–2474.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=12, freq="M")
    >>> tone = pd.Series([-3.0, -2.0, None, -3.0, -1.0, -2.0, 2.0, 3.0, 1.0, None, 2.0, 3.0], index=months)
    >>> result = level_shift(tone, "2023-07", block=1)
    >>> round(float(result["difference"]), 1), bool(result["p"] < 0.05)
    (4.4, True)
    """
    values = _checked(series)
    where = _place(series.index, date)
    at = _observed(values)
    after = at >= where
    seen = values[at]
    if not after.any() or after.all():
        side = "after" if not after.any() else "before"
        raise ValueError(f"no observed period {side} {date}")
    rest = seen - np.where(after, seen[after].mean(), seen[~after].mean())
    unexplained = np.full(len(values), np.nan)
    unexplained[at] = rest
    length = _block_length(unexplained, block, 2)
    rng = np.random.default_rng(seed)
    found = float(seen[after].mean() - seen[~after].mean())

    def beaten(order: Ints) -> float:
        moved = values[order]
        with np.errstate(invalid="ignore"):  # a permutation may leave one side without an observed period
            gaps = _row_means(moved[:, where:]) - _row_means(moved[:, :where])
        gaps = np.abs(gaps[np.isfinite(gaps)])
        return float((np.sum(gaps >= abs(found) - 1e-12) + 1) / (len(gaps) + 1))

    p = beaten(_orders(len(values), length, draws, rng))
    drawn = rest[_blocks(len(rest), length, draws, rng)]
    gaps = found + drawn[:, after].mean(axis=1) - drawn[:, ~after].mean(axis=1)
    low, high = np.quantile(gaps, [(1 - level) / 2, (1 + level) / 2])
    return pd.Series(
        {
            "before": float(seen[~after].mean()),
            "after": float(seen[after].mean()),
            "difference": found,
            "low": float(low),
            "high": float(high),
            "p": p,
            "p_shuffled": p if length == 1 else beaten(_orders(len(values), 1, draws, rng)),
            "n_before": int((~after).sum()),
            "n_after": int(after.sum()),
            "block": length,
        }
    )


def power(
    n_before: int, n_after: int, shift: float, autocorrelation: float = 0.0, draws: int = 200, seed: int = 0
) -> float:
    """Say how often `level_shift` would find a true difference of level at the 5 per cent mark.

    Parameters
    ----------
    n_before, n_after : int
        Observed periods on either side, together at least 8.
    shift : float
        True difference, in standard deviations of a regime; 0 gives the rate of false alarms.
    autocorrelation : float
        Of neighbouring periods within a regime, between -1 and 1.
    draws : int
        Simulated series.
    seed : int

    Returns
    -------
    float
        Share of simulated series with p of 0.05 or less (199 permutations each).

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> power(12, 12, shift=3.0, draws=50) > 0.9
    True
    """
    if min(n_before, n_after) < 1 or n_before + n_after < 8:
        raise ValueError(f"need periods on both sides and 8 in all, not {n_before} and {n_after}")
    if not -1 < autocorrelation < 1:
        raise ValueError(f"autocorrelation must lie between -1 and 1, not {autocorrelation}")
    rng = np.random.default_rng(seed)
    n = n_before + n_after
    rejected = 0
    for row in _ar1(autocorrelation, n, draws, rng):
        row[n_before:] += shift
        parts = row[:n_before], row[n_before:]
        gap = abs(parts[1].mean() - parts[0].mean())
        unexplained = np.concatenate([part - part.mean() for part in parts])
        moved = row[_orders(n, _block_length(unexplained, None, 2), 199, rng)]
        gaps = np.abs(moved[:, n_before:].mean(axis=1) - moved[:, :n_before].mean(axis=1))
        rejected += int((np.sum(gaps >= gap - 1e-12) + 1) / 200 <= 0.05)
    return float(rejected / draws)


def trend(series: pd.Series, block: int | None = None, draws: int = 1999, seed: int = 0) -> pd.Series:
    """Test for a steady rise or decline, whatever its shape.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`; pairs with a missing value are left out.
    block : int, optional
        See `level_shift`. 1 shuffles single periods.
    draws : int
        Number of permutations.
    seed : int

    Returns
    -------
    pandas.Series
        ``tau`` (Kendall's tau-a of value against time: 1 if each value is above all before it, -1 the reverse);
        ``p`` (two-sided, by permutation of blocks), ``p_shuffled`` (of single periods), ``n``, ``block``.

    Raises
    ------
    ValueError
        See `fits` and `level_shift`.

    References
    ----------
    Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245–259.

    Examples
    --------
    >>> round(float(trend(pd.Series([3.0, 1.0, 2.0]), block=1)["tau"]), 3)
    -0.333
    """
    values = _checked(series)
    length = _block_length(values, block, 1)
    n = int(np.isfinite(values).sum())
    rng = np.random.default_rng(seed)

    def taus(rows: Floats) -> Floats:
        signs = (np.sign(rows[:, i + 1 :] - rows[:, [i]]) for i in range(len(values) - 1))
        result: Floats = sum(np.nansum(sign, axis=1) for sign in signs) / (n * (n - 1) / 2)
        return result

    found = float(taus(values[None])[0])

    def beaten(size: int) -> float:
        drawn = np.abs(taus(values[_orders(len(values), size, draws, rng)]))
        return float((np.sum(drawn >= abs(found) - 1e-12) + 1) / (draws + 1))

    p = beaten(length)
    return pd.Series({"tau": found, "p": p, "p_shuffled": p if length == 1 else beaten(1), "n": n, "block": length})


def swings(series: pd.Series) -> int:
    """Count the changes between values above nought and others; silent periods are passed over.

    Examples
    --------
    >>> swings(pd.Series([1.0, None, 2.0, -1.0, 3.0]))
    2
    """
    above = (series.dropna() > 0).to_numpy()
    return int((above[1:] != above[:-1]).sum())


def turn(series: pd.Series, run: int = 3) -> Any:
    """Date a turn for the better by rule: the first of `run` periods in a row above nought, after the lowest period.

    Parameters
    ----------
    series : pandas.Series
        As in `fits`. A silent period breaks the run, be its value 0 or missing.
    run : int
        Number of periods in a row.

    Returns
    -------
    label
        Of the index.

    Raises
    ------
    ValueError
        See `fits`; also if `run` is below 1 or there is no such run.

    Examples
    --------
    >>> months = pd.period_range("2023-01", "2023-05", freq="M")
    >>> turn(pd.Series([-3.0, -9.0, 1.0, 2.0, 4.0], index=months), 2)
    Period('2023-03', 'M')
    """
    if run < 1:
        raise ValueError(f"run must be at least 1, not {run}")
    values = _checked(series)
    lowest = int(np.nanargmin(values))
    above = np.nan_to_num(values[lowest:]) > 0
    streak = np.convolve(above, np.ones(run, int))[: len(above)]
    ends = np.flatnonzero(streak == run)
    if not len(ends):
        raise ValueError(f"no {run} periods in a row above nought after {series.index[lowest]}")
    return series.index[lowest + int(ends[0]) - run + 1]


def calendar(
    events: pd.DataFrame,
    cameo: pd.DataFrame,
    a: str = "AZE",
    b: str = "IRN",
    by: str = "event",
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    rule: str | float = "bic",
    min_size: int | None = None,
    phases: Mapping[str, str] = PHASES,
    draws: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Lay the phases that this book tells of beside the regimes that the events of a pair show.

    Parameters
    ----------
    events, cameo : pandas.DataFrame
        Tables of that name.
    a, b : str
        Actor codes.
    by : {"event", "M", "Q", "Y"}
        What is searched for breaks: the Goldstein values of the pair's events in order of date, each counting once,
        which leaves no silence and dates a break by the event that opens a regime; or the mean of each month, quarter
        or year, which passes over silent ones. Events dated only to a year are left out of the first.
    start, end : date-like, optional
        First and last day searched; by default those of the pair's events.
    rule : {"bic", "lwz", "ar1"} or float
        See `breaks`.
    min_size : int, optional
        Fewest events of a regime, by default 10, or of observed periods, by default 15 per cent.
    phases : mapping of str to str
        Name of a phase to the id of the event that opens it, in order of time; empty for another pair.
    draws, seed : int
        Of the ranges, see `break_dates`. Ends of a range that fall into a busy week need a thousand draws to stand.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``documented`` or ``computed``), ``phase`` (name; of a computed regime its number and sign),
        ``start``, ``end`` (first and last day), ``low``, ``high`` (first days between which the start of a computed
        regime lies with 95 per cent; missing for the first), ``opened_by`` (event id; of a computed regime its first
        event), ``events`` (scored events of the pair that began within), ``mean`` (Goldstein value, each event
        counting once), ``conflict`` (share of them in quad classes 3 and 4). ``.attrs`` as in `breaks`.

    Raises
    ------
    ValueError
        If `by` is unknown, or a phase names no event or stands out of order; see also `fits` and
        `helpers.events.dyad_series`.
    """
    if by not in ("event", "M", "Q", "Y"):
        raise ValueError(f"unknown unit {by!r}: use one of event, M, Q, Y")
    opens = _openings(events, phases)
    pair = ev.score(ev.between(events, a, b), cameo)
    pair = pair[pair["scored"]].sort_values(["start", "id"])
    day = pd.Timedelta(days=1)
    last = max([pair["end"].max(), *opens])
    rows: list[dict[str, Any]] = [
        {"kind": "documented", "phase": name, "start": begin, "end": until - day, "opened_by": event}
        for (name, event), begin, until in zip(phases.items(), opens, [*opens[1:], last + day], strict=False)
    ]
    size: int | None
    if by == "event":
        part = pair[pair["precision"] != "year"].reset_index(drop=True)
        part = part[part["start"] >= pd.Timestamp(start)] if start is not None else part
        part = part[part["start"] <= pd.Timestamp(end)] if end is not None else part
        series = part["goldstein"].reset_index(drop=True)
        size = 10 if min_size is None else min_size
        days = part["start"].reset_index(drop=True)
        closing = part["end"].max()
    else:
        table = ev.dyad_series(events, cameo, a, b, by, start, end)
        series = table["goldstein_mean"]
        size = min_size
        days = series.index.to_series().map(lambda p: p.start_time)
        closing = series.index[-1].end_time.normalize()
    found = breaks(series, rule=rule, min_size=size, seed=seed)
    dates = break_dates(series, m=len(found) - 1, min_size=size, draws=draws, seed=seed)
    starts = list(days[found["start"]])
    spans = [(pd.NaT, pd.NaT), *zip(days[dates["low"]], days[dates["high"]], strict=True)]
    for number, (begin, until, mean, (low, high)) in enumerate(
        zip(starts, [*starts[1:], closing + day], found["mean"], spans, strict=True), start=1
    ):
        name = f"{number}: net {'cooperative' if mean > 0 else 'conflictual'}"
        span = {"start": begin, "end": until - day, "low": low, "high": high}
        rows.append({"kind": "computed", "phase": name, **span, "opened_by": None})
    result = pd.DataFrame(rows, columns=["kind", "phase", "start", "end", "low", "high", "opened_by"])
    result[["low", "high"]] = result[["low", "high"]].apply(pd.to_datetime)
    inside = [pair[pair["start"].between(r.start, r.end)] for r in result.itertuples()]
    first = [part["id"].iloc[0] if len(part) else "" for part in inside]
    result["opened_by"] = result["opened_by"].where(result["kind"] == "documented", first)
    result["events"] = [len(part) for part in inside]
    result["mean"] = [float(part["goldstein"].mean()) for part in inside]
    result["conflict"] = [float((part["quad"] > 2).mean()) for part in inside]
    result.attrs = found.attrs
    return result


def _openings(events: pd.DataFrame, phases: Mapping[str, str]) -> list[pd.Timestamp]:
    """Return the days on which phases open, or say which of them cannot."""
    day = events.set_index("id")["start"]
    missing = [event for event in phases.values() if event not in day.index]
    if missing:
        raise ValueError(f"no event {missing[0]!r} to open a phase")
    opens = [day[event] for event in phases.values()]
    for name, before, begin in zip(list(phases)[1:], opens, opens[1:], strict=False):
        if begin <= before:
            raise ValueError(f"phase {name!r} opens on {begin.date()}, not after the one before it")
    return opens


def machine_series(scores: pd.DataFrame, a: str, b: str, min_share: float = 0.0) -> pd.Series:
    """Line up the machine-coded months of a pair.

    Parameters
    ----------
    scores : pandas.DataFrame
        Table ``machine_scores``.
    a, b : str
        Actor codes, in any order.
    min_share : float
        Share of the days of a month that the source must hold, 0 to 1; months with less are missing.

    Returns
    -------
    pandas.Series
        Score on a gapless monthly ``PeriodIndex``; missing where the source has no such month.

    Raises
    ------
    ValueError
        If there is no row of the pair, or two of one month.

    Examples
    --------
    >>> scores = pd.DataFrame({"actor_a": "AZE", "actor_b": "IRN", "month": ["2021-01", "2021-03"], "score": [2.0, 1.0],
    ...                        "days_present": [31, 20], "days_in_month": [31, 31]})
    >>> machine_series(scores, "IRN", "AZE").tolist()
    [2.0, nan, 1.0]
    """
    if not 0 <= min_share <= 1:
        raise ValueError(f"min_share must lie between 0 and 1, not {min_share}")
    part = scores[scores["actor_a"].isin([a, b]) & scores["actor_b"].isin([a, b])]
    if part.empty:
        raise ValueError(f"no machine score of {a} and {b}")
    if part["month"].duplicated().any():
        raise ValueError(
            f"two machine scores of {a} and {b} in {part.loc[part['month'].duplicated(), 'month'].iloc[0]}"
        )
    whole = part["days_present"] / part["days_in_month"] >= min_share
    months = pd.PeriodIndex(part["month"], freq="M", name="period")
    found = pd.Series(part["score"].where(whole).to_numpy(float), index=months, name="score")
    return found.reindex(pd.period_range(months.min(), months.max(), freq="M", name="period"))


class Comparison(NamedTuple):
    """What `compare` finds: ``summary`` (one value per figure) and ``months`` (one row per period)."""

    summary: pd.Series
    months: pd.DataFrame


def compare(
    hand: pd.Series,
    machine: pd.Series,
    tail: float = 0.2,
    changes: bool = False,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Compare two codings of one relation, period by period, where either may have gaps.

    Parameters
    ----------
    hand, machine : pandas.Series
        Numbers on gapless ``PeriodIndex`` of one frequency; the spans may differ. Missing where a coding has
        nothing: give the hand-coded *sum* to count a silent month as 0, its *mean* to leave it out.
    tail : float
        A period is *low* in a coding if it is among this share of the lowest, of the periods that both cover.
    changes : bool
        Correlate changes from one period to the next (both of which must be there) rather than levels.
    level : float
        Coverage of the interval.
    draws : int
        Number of bootstrap draws.
    seed : int

    Returns
    -------
    Comparison
        ``summary``: ``periods`` (covered by both), ``correlation`` (Spearman's rho), ``low``, ``high`` (stationary
        bootstrap of periods, which keeps autocorrelation), ``block``; ``hand_only``, ``machine_only`` (periods that
        only one covers); ``low_both``, ``low_hand``, ``low_machine`` (low in both, only in the one), and
        ``low_both_expected`` if the two had nothing to do with one another.
        ``months``: ``hand``, ``machine``, ``covered`` and ``low`` (``both``, ``hand``, ``machine`` or ``neither``),
        always in levels.

    Raises
    ------
    ValueError
        If the frequencies differ, fewer than 8 periods are covered by both, or one coding is constant there.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=12, freq="M")
    >>> hand = pd.Series([3.0, 1, 2, None, -1, -4, -9, -2, 1, 0, 2, 4], index=months)
    >>> machine = pd.Series([30.0, 9, 20, 8, -5, -20, -30, -10, 7, 5, 15, None], index=months)
    >>> found = compare(hand, machine, draws=200)
    >>> found.summary[["periods", "hand_only", "machine_only", "low_both"]].astype(int).tolist()
    [10, 1, 1, 2]
    """
    for name, series in (("hand", hand), ("machine", machine)):
        if not isinstance(series.index, pd.PeriodIndex):
            raise ValueError(f"the {name}-coded series has no PeriodIndex")
        _checked(series)
    if hand.index.freq != machine.index.freq:
        raise ValueError(f"unlike periods: {hand.index.freqstr} and {machine.index.freqstr}")
    if not 0 < tail < 1:
        raise ValueError(f"tail must lie between 0 and 1, not {tail}")
    first, last = min(hand.index[0], machine.index[0]), max(hand.index[-1], machine.index[-1])
    months = pd.DataFrame({"hand": hand, "machine": machine}).reindex(
        pd.period_range(first, last, freq=hand.index.freq, name="period")
    )
    seen = months[["hand", "machine"]].notna()
    both = seen.all(axis=1)
    ranks = months[both].rank(method="max", pct=True)
    low = (ranks <= tail).reindex(months.index, fill_value=False)
    months["covered"], months["low"] = _which(seen), _which(low)
    measured = months[["hand", "machine"]].diff() if changes else months[["hand", "machine"]]
    measured = measured.where(measured.notna().all(axis=1))
    paired = measured.dropna().to_numpy(float)
    if len(paired) < 8:
        raise ValueError(f"only {len(paired)} periods are covered by both codings; 8 are the least")
    for name, column in measured.items():
        if column.nunique() < 2:
            raise ValueError(f"the {name}-coded series is constant where both have values")
    length = max(_block_length(column.to_numpy(float), None, 1) for _, column in measured.items())
    drawn = paired[_blocks(len(paired), length, draws, np.random.default_rng(seed))]
    edges = np.nanquantile(_spearman(drawn), [(1 - level) / 2, (1 + level) / 2])
    counts = months["low"].value_counts()
    covered = months["covered"].value_counts()
    summary = pd.Series(
        {
            "periods": len(paired),
            "correlation": float(_spearman(paired[None])[0]),
            "low": float(edges[0]),
            "high": float(edges[1]),
            "block": length,
            "hand_only": int(covered.get("hand", 0)),
            "machine_only": int(covered.get("machine", 0)),
            "low_both": int(counts.get("both", 0)),
            "low_hand": int(counts.get("hand", 0)),
            "low_machine": int(counts.get("machine", 0)),
            "low_both_expected": float(low["hand"].sum() * low["machine"].sum() / both.sum()),
        }
    )
    return Comparison(summary, months)


def _which(marks: pd.DataFrame) -> pd.Series:
    """Name which of the columns ``hand`` and ``machine`` hold in each row."""
    names = np.select(
        [marks["hand"] & marks["machine"], marks["hand"], marks["machine"]], ["both", "hand", "machine"], "neither"
    )
    return pd.Series(names, index=marks.index)


def _spearman(samples: Floats) -> Floats:
    """Return Spearman's rho of each sample of pairs, missing if a column is constant (which a resampled one may be)."""
    from scipy.stats import rankdata

    ranks = rankdata(samples, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        rhos: Floats = ranks.prod(axis=2).sum(axis=1) / np.sqrt((ranks**2).sum(axis=1).prod(axis=1))
    return rhos


# What the functions above share -------------------------------------------------------------------


def _checked(series: pd.Series) -> Floats:
    """Return the values of a series whose index is whole, or say what is wrong with it."""
    index = series.index
    if len(index) == 0:
        raise ValueError("the series is empty")
    if isinstance(index, pd.PeriodIndex):
        whole: pd.Index = pd.period_range(index.min(), index.max(), freq=index.freq)
    elif pd.api.types.is_integer_dtype(index):
        whole = pd.RangeIndex(index.min(), index.max() + 1)
    else:
        raise ValueError(f"the index must hold periods or whole numbers, not {index.dtype}")
    if not index.is_monotonic_increasing or not index.is_unique:
        raise ValueError("the index must be in order, each period once")
    lacking = whole.difference(index)
    if len(lacking):
        raise ValueError(f"the index lacks {lacking[0]}: add it, with 0 for a sum or a missing value for a mean")
    values: Floats = series.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise ValueError(f"the value of {index[int(np.argmax(np.isinf(values)))]} is infinite")
    return values


def _observed(values: Floats) -> Ints:
    """Return the positions with a value; at least two different ones."""
    at = np.flatnonzero(np.isfinite(values))
    if not len(at) or np.ptp(values[at]) == 0:
        raise ValueError("the series has no two different values")
    return at


def _spread(values: Floats) -> float:
    return float(np.nanmax(values) - np.nanmin(values))


def _regime_size(n: int, min_size: int | None) -> int:
    size = max(2, int(0.15 * n)) if min_size is None else min_size
    if size < 2:
        raise ValueError(f"min_size must be at least 2, not {size}")
    if n < 2 * size:
        raise ValueError(f"{n} observed periods are too few for two regimes of {size}")
    return size


def _search(values: Floats, size: int, most: int = MOST) -> tuple[list[list[int]], Floats]:
    """Return, for 0, 1, 2 … breaks, where the best ones lie and the residual sum of squares."""
    from ruptures import KernelCPD

    scaled = (values - values.mean()) / values.std()
    most = min(len(values) // size - 1, most)
    # Exact, in C, and without a grid of candidate dates; a linear kernel makes its cost l2.
    search = KernelCPD(kernel="linear", min_size=size).fit(scaled[:, None])
    search.predict(n_bkps=most)
    cuts: list[list[int]] = [[], *(search.segmentations_dict[m][:-1] for m in range(1, most + 1))]
    total = np.concatenate([[0.0], np.cumsum(scaled)])
    begins = np.array([edge for found in cuts for edge in (0, *found)])
    ends = np.array([edge for found in cuts for edge in (*found, len(values))])
    explained = np.add.reduceat((total[ends] - total[begins]) ** 2 / (ends - begins), np.flatnonzero(begins == 0))
    # Rounding can leave a perfect fit a hair off nought, on either side; its logarithm is taken later.
    return cuts, np.maximum((scaled**2).sum() - explained, 1e-12 * len(values)) * values.var()


def _criterion(rule: str, rss: Floats, n: int) -> Floats:
    constant = math.log(n) if rule == "bic" else 0.299 * math.log(n) ** 2.1
    result: Floats = n * (np.log(rss / n) + 1 + math.log(2 * math.pi)) + constant * 2 * np.arange(1, rss.shape[-1] + 1)
    return result


def _penalty(rule: str | float, calibrated: float) -> str | float:
    """Turn a rule into a criterion or a number, or say that it is neither."""
    if isinstance(rule, str):
        if rule not in _RULES:
            raise ValueError(f"unknown rule {rule!r}: use one of {', '.join(_RULES)}, or a penalty")
        return calibrated if rule == "ar1" else rule
    if not rule > 0 or not math.isfinite(rule):
        raise ValueError(f"a penalty must be above 0, not {rule}")
    return float(rule)


def _choose(rss: Floats, n: int, decided: str | float) -> Any:
    """Return the number of breaks of a series, or of one per row; the fewer of two that do equally well."""
    if isinstance(decided, str):
        return np.argmin(_criterion(decided, rss, n), axis=-1)
    variance = rss[..., :1] / (n - 1)
    return np.argmin(rss / variance + decided * np.arange(rss.shape[-1]), axis=-1)


def _penalty_ranges(cost: Floats) -> tuple[Floats, Floats]:
    """Return for each number of breaks the penalties per break between which it is best (a lower convex hull)."""
    m = np.arange(len(cost))
    low, high = np.zeros(len(cost)), np.full(len(cost), np.inf)
    for i in m:
        if i < m[-1]:
            low[i] = max(0.0, np.max((cost[i] - cost[i + 1 :]) / (m[i + 1 :] - i)))
        if i:
            high[i] = np.min((cost[:i] - cost[i]) / (i - m[:i]))
    never = low >= high
    low[never], high[never] = np.nan, np.nan
    return low, high


def _f(rss: Floats, n: int) -> Floats:
    return np.asarray((rss[..., 0] - rss[..., 1]) / (rss[..., 1] / (n - 2)))


def _gain(rss: Floats, n: int) -> Floats:
    criterion = _criterion("bic", rss, n)
    return np.asarray(criterion[..., 0] - criterion.min(axis=-1))


def _autocorrelation(values: Floats, levels: int = 1) -> float:
    """Estimate the lag-one autocorrelation around fitted levels from neighbours that are both observed."""
    centred = values - np.nanmean(values)
    products = centred[1:] * centred[:-1]
    n = int(np.isfinite(values).sum())
    if not np.isfinite(products).any():
        raise ValueError("no two neighbouring periods are both observed, so there is no autocorrelation to keep")
    raw = float(np.nanmean(products) / np.nanvar(values)) * (n - 1) / n
    # E[r] is about phi - (1 + 3 phi) / n, once for each level. In a very short series this would run away.
    return float(np.clip((raw * n + levels) / max(n - 3 * levels, 1), -0.95, 0.95))


def _ar1(phi: float, n: int, draws: int, rng: np.random.Generator) -> Floats:
    """Simulate stationary AR(1) series of variance 1, one per row."""
    noise = rng.standard_normal((draws, n))
    noise[:, 1:] *= math.sqrt(1 - phi**2)
    for t in range(1, n):
        noise[:, t] += phi * noise[:, t - 1]
    return noise


def _block_length(values: Floats, block: int | None, levels: int) -> int:
    """Return the length of blocks given or fit for values around so many fitted levels."""
    most = max(1, len(values) // 6)
    if block is not None:
        if not 1 <= block <= most:
            raise ValueError(f"block must lie between 1 and {most}, a sixth of the series, not {block}")
        return block
    if _spread(values) < TINY:  # a perfect fit leaves nothing to resample
        return 1
    phi = max(_autocorrelation(values, levels), 0.0)
    best = (math.sqrt(6) * phi / (1 - phi**2)) ** (2 / 3) * len(values) ** (1 / 3)
    return min(max(1, math.ceil(best)), most)


def _blocks(n: int, block: int, draws: int, rng: np.random.Generator) -> Ints:
    """Draw positions of n periods in blocks of random length, with the given mean: one stationary bootstrap a row."""
    from arch.bootstrap import StationaryBootstrap

    sampler = StationaryBootstrap(block, np.empty(n), seed=rng)
    return np.array([sampler.update_indices() for _ in range(draws)])


def _orders(n: int, block: int, draws: int, rng: np.random.Generator) -> Ints:
    """Draw orders of n periods that keep blocks together; where the blocks begin is random, the ends are joined."""
    keys = rng.random((draws, math.ceil(n / block)))[:, np.arange(n) // block]
    order = np.argsort(keys, axis=1, kind="stable")
    turned: Ints = (order + rng.integers(n, size=(draws, 1))) % n
    return turned


def _row_means(rows: Floats) -> Floats:
    there = np.isfinite(rows)
    means: Floats = np.where(there, rows, 0.0).sum(axis=1) / there.sum(axis=1)
    return means


def _place(index: pd.Index, date: Any) -> int:
    label = pd.Period(date, freq=index.freq) if isinstance(index, pd.PeriodIndex) else date
    if label not in index:
        raise ValueError(f"{date} is not in the series, which runs from {index[0]} to {index[-1]}")
    return int(index.get_loc(label))
