"""Forecasts in words: from a phrase to a probability, from a horizon to an outcome, and from both to a score.

The functions take tables with one row per forecast: ``article_id``, ``probability`` (0 to 1) and ``outcome`` (1 true,
0 false, between for partly true, missing while open), as `resolve` makes them from the table ``forecasts``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "FEW_CLUSTERS",
    "SCALE_NAMES",
    "WORD_SCALES",
    "Decomposition",
    "Interval",
    "Words",
    "baselines",
    "brier_score",
    "calibration",
    "compare",
    "decomposition",
    "hindsight",
    "interval",
    "over_time",
    "read_words",
    "resolve",
    "skill",
]

Floats = npt.NDArray[np.float64]
Numbers: TypeAlias = Sequence[float] | pd.Series | Floats


class Words(NamedTuple):
    """What a phrase means on one scale: a probability and the range around it, each 0 to 1."""

    low: float
    point: float
    high: float


#: Names of the scales of `WORD_SCALES`, with year.
SCALE_NAMES = {
    "kent": "Kent 1964",
    "icd203": "ICD 203, 2015",
    "survey": "survey of 46 readers",
}

#: Phrases and what they mean, by scale.
#:
#: ``kent``: proposed for American estimates; the point "give or take about" the rest. S. Kent, "Words of Estimative
#: Probability", Studies in Intelligence 8 (1964). Words of mere possibility stand outside his scale.
#:
#: ``icd203``: American standard with ranges; the point is the middle of the range, which the standard does not name.
#: Office of the Director of National Intelligence, Intelligence Community Directive 203, Analytic Standards (2015).
#:
#: ``survey``: what 46 readers of an internet forum understood, median and quartiles; not a probability sample.
#: zonination, "perceptions", file probly.csv (GitHub, MIT licence), a survey in Reddit's r/samplesize.
WORD_SCALES: dict[str, dict[str, Words]] = {
    "kent": {
        "certain": Words(1.00, 1.00, 1.00),
        "almost certain": Words(0.87, 0.93, 0.99),
        "probable": Words(0.63, 0.75, 0.87),
        "chances about even": Words(0.40, 0.50, 0.60),
        "probably not": Words(0.20, 0.30, 0.40),
        "almost certainly not": Words(0.02, 0.07, 0.12),
        "impossible": Words(0.00, 0.00, 0.00),
    },
    "icd203": {
        "almost certain": Words(0.95, 0.97, 0.99),
        "very likely": Words(0.80, 0.875, 0.95),
        "likely": Words(0.55, 0.675, 0.80),
        "roughly even chance": Words(0.45, 0.50, 0.55),
        "unlikely": Words(0.20, 0.325, 0.45),
        "very unlikely": Words(0.05, 0.125, 0.20),
        "almost no chance": Words(0.01, 0.03, 0.05),
    },
    "survey": {
        "almost certainly": Words(0.90, 0.95, 0.9775),
        "highly likely": Words(0.8425, 0.90, 0.95),
        "very good chance": Words(0.75, 0.80, 0.85),
        "probably": Words(0.65, 0.75, 0.80),
        "probable": Words(0.65, 0.70, 0.7875),
        "likely": Words(0.65, 0.70, 0.75),
        "we believe": Words(0.60, 0.70, 0.80),
        "better than even": Words(0.55, 0.60, 0.60),
        "about even": Words(0.50, 0.50, 0.50),
        "probably not": Words(0.20, 0.265, 0.3875),
        "we doubt": Words(0.15, 0.25, 0.33),
        "unlikely": Words(0.10, 0.20, 0.2875),
        "improbable": Words(0.07, 0.15, 0.28),
        "little chance": Words(0.10, 0.15, 0.20),
        "chances are slight": Words(0.10, 0.10, 0.15),
        "highly unlikely": Words(0.05, 0.05, 0.10),
        "almost no chance": Words(0.01, 0.02, 0.05),
    },
}

#: Fewer clusters than this make a clustered interval too narrow; see `interval`.
FEW_CLUSTERS = 20


def read_words(phrases: pd.DataFrame, scale: str, reading: Literal["low", "point", "high"] = "point") -> pd.Series:
    """Turn the phrases of forecasts into probabilities on one scale.

    Parameters
    ----------
    phrases : pandas.DataFrame
        One row per forecast: ``forecast_id``, a column named like the scale with a phrase of it, and ``negated``
        (boolean): the phrase speaks of the opposite of the forecast, as "war is unlikely" does of "no war".
    scale : str
        A key of `WORD_SCALES`.
    reading : {"low", "point", "high"}
        The point, or the lowest or highest probability of the forecast that the phrase allows.

    Returns
    -------
    pandas.Series
        ``probability`` by forecast id.

    Raises
    ------
    ValueError
        If the scale or the reading is unknown, a column is missing, or the scale lacks a phrase.

    Examples
    --------
    >>> phrases = pd.DataFrame({"forecast_id": ["war", "no war"], "kent": "probably not", "negated": [False, True]})
    >>> read_words(phrases, "kent").to_dict()
    {'war': 0.3, 'no war': 0.7}
    """
    if scale not in WORD_SCALES:
        raise ValueError(f"unknown scale {scale!r}: use {', '.join(WORD_SCALES)}")
    if reading not in Words._fields:
        raise ValueError(f"unknown reading {reading!r}: use {', '.join(Words._fields)}")
    _need(phrases, "forecast_id", scale, "negated")
    opposite = {"low": "high", "point": "point", "high": "low"}[reading]
    found = {}
    for forecast, phrase, negated in phrases[["forecast_id", scale, "negated"]].itertuples(index=False):
        if phrase not in WORD_SCALES[scale]:
            raise ValueError(f"forecast {forecast}: the scale {scale} has no phrase {phrase!r}")
        words = WORD_SCALES[scale][phrase]
        value = 1 - getattr(words, opposite) if negated else getattr(words, reading)
        found[forecast] = round(value, 6)
    return pd.Series(found, name="probability", dtype=float).rename_axis("forecast_id")


def resolve(
    forecasts: pd.DataFrame, today: str | pd.Timestamp, partly: float | None = 0.5, early: bool = False
) -> pd.DataFrame:
    """Say what each forecast was worth on a given day: the outcome is known once its horizon has ended.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table ``forecasts``.
    today : date-like
        The day of judgement.
    partly : float or None
        What *partly* true counts, 0 to 1; None leaves such forecasts out.
    early : bool
        Also count verdicts on horizons that have not ended, or have no end. The table does not date a verdict, so this
        makes sense only for the day on which the table was last brought up to date.

    Returns
    -------
    pandas.DataFrame
        `forecasts` with ``status`` and ``outcome`` (1, 0, `partly`, or missing unless ``resolved``). Status is
        ``resolved``; ``running``: the horizon has not ended; ``not begun``; ``undecided``: it has ended, but the
        evidence leaves the forecast open; ``partly``: true in part, and left out.

    Raises
    ------
    ValueError
        If `today` is no date, `partly` lies outside 0 to 1, or a resolution is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["f1"], "resolution": ["yes"], "horizon_start": [pd.NaT],
    ...     "horizon_end": [pd.Timestamp("2022-12-31")]})
    >>> [resolve(table, day)["status"].item() for day in ("2022-06-01", "2022-12-31")]
    ['running', 'resolved']
    """
    _need(forecasts, "id", "resolution", "horizon_start", "horizon_end")
    day = pd.to_datetime(today, errors="coerce")
    if pd.isna(day):
        raise ValueError(f"{today!r} is not a date")
    if partly is not None and not 0 <= partly <= 1:
        raise ValueError(f"partly counts {partly}: it must lie between 0 and 1")
    worth = {"yes": 1.0, "no": 0.0, "partly": math.nan if partly is None else partly, "open": math.nan}
    strange = forecasts[~forecasts["resolution"].isin(list(worth))]
    if not strange.empty:
        first = strange.iloc[0]
        raise ValueError(f"forecast {first['id']} has the resolution {first['resolution']!r}: use {', '.join(worth)}")
    verdict = forecasts["resolution"] != "open"
    ended = forecasts["horizon_end"] <= day
    status = pd.Series("running", index=forecasts.index, dtype=object)
    status[forecasts["horizon_start"] > day] = "not begun"
    status[ended & ~verdict] = "undecided"
    status[verdict & (ended | (early & (status != "not begun")))] = "resolved"
    if partly is None:
        status[(status == "resolved") & (forecasts["resolution"] == "partly")] = "partly"
    outcome = forecasts["resolution"].map(worth).where(status == "resolved")
    return forecasts.assign(status=status, outcome=outcome.astype(float))


def brier_score(probability: Numbers, outcome: Numbers) -> float:
    """Return the mean squared distance between probabilities and outcomes (Brier 1950, for yes-or-no questions).

    Nought is perfect, one the worst; always saying one half gives a quarter if no outcome is partly true. A forecast
    that came partly true scores best if its probability was what *partly* counts: that favours vague forecasts, so try
    other values too.

    Parameters
    ----------
    probability : sequence of float
        What was forecast, 0 to 1.
    outcome : sequence of float
        What happened: 1 true, 0 false, or between. Same length.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If nothing is given, lengths differ, a value is missing, or a value lies outside 0 to 1.

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950) 1-3.

    Examples
    --------
    >>> brier_score([0.8, 0.3], [1, 0])
    0.065
    """
    p, o = _checked(probability, outcome)
    return float(round(np.mean((p - o) ** 2), 12))


class Decomposition(NamedTuple):
    """Parts of a Brier score: ``brier`` = ``reliability`` - ``resolution`` + ``uncertainty``."""

    brier: float
    reliability: float
    resolution: float
    uncertainty: float


def decomposition(
    probability: Numbers, outcome: Numbers, method: Literal["murphy", "corp"] = "murphy"
) -> Decomposition:
    """Split a Brier score into reliability, resolution and uncertainty.

    *Reliability* is what is lost because outcomes differ from the probabilities given (nought is best), *resolution*
    what is won because forecasts tell likely from unlikely, *uncertainty* the variance of the outcomes, which the
    forecaster cannot help.

    Parameters
    ----------
    probability, outcome : sequence of float
        See `brier_score`.
    method : {"murphy", "corp"}
        ``"murphy"`` compares the forecasts of each stated probability with their mean outcome. With few forecasts per
        value both parts come out too large. ``"corp"`` compares with the isotonic regression of outcomes on
        probabilities, which needs no bins; its reliability is called miscalibration and its resolution discrimination.

    Returns
    -------
    Decomposition
        For outcomes of 0 and 1 uncertainty is base rate times (1 - base rate).

    Raises
    ------
    ValueError
        If `method` is unknown, or as in `brier_score`.

    References
    ----------
    A. H. Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12 (1973) 595-600.

    T. Dimitriadis, T. Gneiting and A. I. Jordan, "Stable reliability diagrams for probabilistic classifiers", PNAS 118
    (2021) e2016191118.

    Examples
    --------
    >>> parts = decomposition([0.5, 0.5, 1, 1], [0, 1, 1, 1])
    >>> parts.brier, parts.reliability, parts.resolution, parts.uncertainty
    (0.125, 0.0, 0.0625, 0.1875)
    """
    p, o = _checked(probability, outcome)
    if method == "murphy":
        expected = pd.Series(o).groupby(p).transform("mean").to_numpy()
    elif method == "corp":
        expected = _isotonic(p, o)
    else:
        raise ValueError(f"unknown method {method!r}: use 'murphy' or 'corp'")
    score = float(np.mean((p - o) ** 2))
    spread = float(np.mean((expected - o) ** 2))  # what is left when the probabilities are put right
    uncertainty = float(np.mean((o - o.mean()) ** 2))
    return Decomposition(*(round(x, 12) for x in (score, score - spread, uncertainty - spread, uncertainty)))


def _isotonic(p: Floats, o: Floats) -> Floats:
    from sklearn.isotonic import IsotonicRegression

    return np.asarray(IsotonicRegression().fit_transform(p, o), dtype=float)


class Interval(NamedTuple):
    """A bootstrap interval: bounds, number of clusters resampled, and a warning, empty where none is due."""

    low: float
    high: float
    clusters: int
    note: str


def interval(
    scored: pd.DataFrame, draws: int, seed: int, level: float = 0.9, cluster: str | None = "article_id"
) -> Interval:
    """Say how far the Brier score could move if other articles (or forecasts) of the kind had been drawn.

    Forecasts of one article share an author, a day and a view, so whole articles are resampled. With few clusters such
    an interval is too narrow, and the note says so.

    Parameters
    ----------
    scored : pandas.DataFrame
        ``probability``, ``outcome`` and the column `cluster`; rows without an outcome are left out.
    draws : int
        Number of resamples.
    seed : int
        Of the random numbers.
    level : float
        Share of the resampled scores inside the interval.
    cluster : str or None
        Column whose values are resampled; None resamples single forecasts, as if they were independent.

    Returns
    -------
    Interval
        Percentiles of the resampled scores.

    Raises
    ------
    ValueError
        If `draws` is below 1, `level` is not between 0 and 1, there is but one cluster, or as in `brier_score`.

    References
    ----------
    A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust inference", Journal of Human Resources 50
    (2015) 317-372: few clusters begin somewhere between 20 and 50.

    Examples
    --------
    >>> scored = pd.DataFrame({"article_id": ["a", "b"], "probability": 0.5, "outcome": [1.0, 0.0]})
    >>> interval(scored, 100, seed=1).note
    'only 2 clusters: the interval is too narrow'
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    rows = _scored(scored)
    squares = (rows["probability"] - rows["outcome"]) ** 2
    if cluster is None:
        groups = squares.groupby(np.arange(len(rows)))
    else:
        _need(rows, cluster)
        groups = squares.groupby(rows[cluster].to_numpy())
        if groups.ngroups < 2:
            raise ValueError(f"one value of {cluster} only: with cluster=None single forecasts are resampled")
    total, size = groups.sum().to_numpy(), groups.size().to_numpy()
    picks = np.random.default_rng(seed).integers(len(total), size=(draws, len(total)))
    means = total[picks].sum(axis=1) / size[picks].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    notes = []
    if len(total) < FEW_CLUSTERS:
        notes.append(f"only {len(total)} {'forecasts' if cluster is None else 'clusters'}: the interval is too narrow")
    if cluster is None:
        notes.append("forecasts count as independent, which those of one article are not")
    return Interval(float(low), float(high), len(total), "; ".join(notes))


def baselines(scored: pd.DataFrame, no_change: pd.Series | None = None, firmness: float = 1.0) -> pd.DataFrame:
    """Give the probabilities that forecasters without any insight would have named.

    Parameters
    ----------
    scored : pandas.DataFrame
        ``id``, ``article_id``, ``outcome``; rows without an outcome are left out.
    no_change : pandas.Series, optional
        By forecast id: 1 if the forecast comes true when things go on as they were, 0 if it then fails.
    firmness : float
        Probability, one half to one, that "no change" gives to things going on.

    Returns
    -------
    pandas.DataFrame
        Index as in `scored`: ``one half``; ``base rate elsewhere``: the mean outcome of all other articles'
        forecasts, which is known only afterwards but owes nothing to the article judged; with `no_change` also
        ``no change``.

    Raises
    ------
    ValueError
        If there is but one article, `firmness` lies outside one half to one, or `no_change` lacks a forecast or holds
        another value than 0 and 1.

    Examples
    --------
    >>> scored = pd.DataFrame({"id": ["f1", "f2", "f3"], "article_id": ["a", "a", "b"], "outcome": [1.0, 0.0, 1.0]})
    >>> baselines(scored)["base rate elsewhere"].tolist()
    [1.0, 1.0, 0.5]
    """
    _need(scored, "id", "article_id", "outcome")
    rows = scored[scored["outcome"].notna()]
    if rows["article_id"].nunique() < 2:
        raise ValueError("the base rate elsewhere needs resolved forecasts of two articles or more")
    if not 0.5 <= firmness <= 1:
        raise ValueError(f"firmness must lie between one half and one, not {firmness}")
    own = rows.groupby("article_id")["outcome"]
    others = (rows["outcome"].sum() - own.transform("sum")) / (len(rows) - own.transform("size"))
    table = pd.DataFrame({"one half": 0.5, "base rate elsewhere": others}, index=rows.index)
    if no_change is not None:
        stays = rows["id"].map(no_change)
        for forecast, value in zip(rows["id"], stays, strict=True):
            if value not in (0, 1):
                raise ValueError(f"no_change must be 0 or 1 for every forecast, but it is {value} for {forecast}")
        table["no change"] = np.where(stays.astype(float) == 1, firmness, 1 - firmness)
    return table


def skill(score: float, reference: float) -> float:
    """Return the share of a reference's Brier score that a forecaster saves: 1 - score / reference.

    Returns
    -------
    float
        1 for perfect forecasts, 0 for the reference's own, negative for worse; ``nan`` if the reference is perfect.

    Raises
    ------
    ValueError
        If a score lies outside 0 to 1.

    Examples
    --------
    >>> skill(0.2, 0.25)
    0.2
    """
    for value in (score, reference):
        if not 0 <= value <= 1:
            raise ValueError(f"a Brier score lies between 0 and 1, not at {value}")
    return round(1 - score / reference, 12) if reference else math.nan


def compare(
    scored: pd.DataFrame,
    draws: int,
    seed: int,
    no_change: pd.Series | None = None,
    firmness: float = 1.0,
    level: float = 0.9,
) -> pd.DataFrame:
    """Score each article and all together, with intervals, baselines, and how little the order means.

    The articles forecast different things, so a lower score may only mean easier questions. ``first in`` and
    ``.attrs["p_equal"]`` treat forecasts as independent, which those of one article are not: even they overstate the
    differences.

    Parameters
    ----------
    scored : pandas.DataFrame
        Result of `resolve`, with ``probability``.
    draws, seed, level
        See `interval`.
    no_change, firmness
        See `baselines`.

    Returns
    -------
    pandas.DataFrame
        Index: ``article_id`` in order of appearance, then ``all``. Columns: ``forecasts``, ``resolved``, ``mean
        probability`` and ``mean outcome`` of the resolved, ``brier``, ``low``, ``high``; ``skill: `` and each baseline;
        ``first in``: share of resamples in which the article has the lowest score; ``note``. An article without a
        resolved forecast has missing scores. ``.attrs["p_equal"]``: probability of article means as far apart as these
        if the articles were interchangeable (permutation test).

    Raises
    ------
    ValueError
        As in `interval` and `baselines`.

    Examples
    --------
    >>> scored = pd.DataFrame({"id": list("abcd"), "article_id": ["x", "x", "y", "y"], "outcome": [1.0, 0.0, 1.0, 1.0],
    ...     "probability": [0.9, 0.4, 0.5, 0.5]})
    >>> compare(scored, 200, seed=1)["brier"].round(3).to_dict()
    {'x': 0.085, 'y': 0.25, 'all': 0.168}
    """
    rows = _scored(scored)
    naive = baselines(rows, no_change, firmness)
    squares = (rows["probability"] - rows["outcome"]) ** 2
    table: dict[str, dict[str, Any]] = {}
    for article in [*scored["article_id"].unique(), "all"]:
        mine = pd.Series(True, index=rows.index) if article == "all" else rows["article_id"] == article
        asked = len(scored) if article == "all" else int((scored["article_id"] == article).sum())
        table[article] = {"forecasts": asked, "resolved": int(mine.sum())}
        if not mine.any():
            table[article]["note"] = "no forecast is resolved"
            continue
        part = rows[mine]
        bounds = interval(part, draws, seed, level, cluster="article_id" if article == "all" else None)
        score = brier_score(part["probability"], part["outcome"])
        table[article] |= {
            "mean probability": part["probability"].mean(),
            "mean outcome": part["outcome"].mean(),
            "brier": score,
            "low": bounds.low,
            "high": bounds.high,
            **{f"skill: {n}": skill(score, brier_score(naive.loc[mine, n], part["outcome"])) for n in naive},
            "note": bounds.note,
        }
    frame = pd.DataFrame.from_dict(table, orient="index")
    rng = np.random.default_rng(seed)
    parts = {article: part.to_numpy() for article, part in squares.groupby(rows["article_id"], sort=False)}
    means = np.array([p[rng.integers(p.size, size=(draws, p.size))].mean(axis=1) for p in parts.values()])
    first = means == means.min(axis=0)
    shares = (first / first.sum(axis=0)).mean(axis=1)
    frame.insert(len(frame.columns) - 1, "first in", pd.Series(dict(zip(parts, shares, strict=True))))
    frame.attrs["p_equal"] = _p_equal(list(parts.values()), rng, draws)
    return frame


def _p_equal(parts: list[Floats], rng: np.random.Generator, draws: int) -> float:
    """Return the permutation probability of a spread of means between groups at least as wide as the one seen."""
    pooled, sizes = np.concatenate(parts), np.array([p.size for p in parts])
    begins = np.cumsum(sizes) - sizes

    def spread(rows: Floats) -> Floats:
        sums: Floats = np.add.reduceat(rows - pooled.mean(), begins, axis=1)
        return (sums**2 / sizes).sum(axis=1)

    drawn = spread(rng.permuted(np.tile(pooled, (draws, 1)), axis=1))
    return float((np.sum(drawn >= spread(pooled[None]) - 1e-12) + 1) / (draws + 1))


def calibration(
    probability: Numbers, outcome: Numbers, edges: Sequence[float] | None = None, level: float = 0.9
) -> pd.DataFrame:
    """Tabulate how often forecasts of each probability came true.

    Parameters
    ----------
    probability, outcome : sequence of float
        See `brier_score`.
    edges : sequence of float, optional
        Limits of classes, rising from 0 to 1; a class holds its lower limit, the last one also 1. Without them every
        stated probability is its own class.
    level : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per class that holds a forecast: ``low edge`` and ``high edge`` (with `edges`), ``forecasts``, ``mean
        probability``, ``mean outcome``, ``low``, ``high`` (Wilson interval of the mean outcome, as if forecasts were
        independent), ``recalibrated``: the mean outcome by isotonic regression, which never falls as the probability
        rises.

    Raises
    ------
    ValueError
        If `edges` do not rise from 0 to 1, `level` is not between 0 and 1, or as in `brier_score`.

    Examples
    --------
    >>> calibration([0.2, 0.2, 0.9], [0, 1, 1], edges=[0, 0.5, 1])[["forecasts", "mean outcome"]].to_numpy().tolist()
    [[2.0, 0.5], [1.0, 1.0]]
    """
    from statsmodels.stats.proportion import proportion_confint

    p, o = _checked(probability, outcome)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    classes = p
    if edges is not None:
        limits = np.asarray(edges, dtype=float)
        if limits.size < 2 or limits[0] != 0 or limits[-1] != 1 or not (np.diff(limits) > 0).all():
            raise ValueError(f"edges must rise from 0 to 1, not {list(edges)}")
        classes = np.clip(np.searchsorted(limits, p, side="right") - 1, 0, limits.size - 2).astype(float)
    frame = pd.DataFrame({"p": p, "o": o, "fitted": _isotonic(p, o)}).groupby(classes)
    table = pd.DataFrame(
        {"forecasts": frame.size(), "mean probability": frame["p"].mean(), "mean outcome": frame["o"].mean()}
    )
    low, high = proportion_confint(frame["o"].sum(), table["forecasts"], alpha=1 - level, method="wilson")
    table = table.assign(low=low, high=high, recalibrated=frame["fitted"].mean())
    if edges is not None:
        place = table.index.astype(int)
        table.insert(0, "low edge", limits[place])
        table.insert(1, "high edge", limits[place + 1])
    return table.reset_index(drop=True)


def over_time(forecasts: pd.DataFrame, days: Iterable[str | pd.Timestamp], partly: float | None = 0.5) -> pd.DataFrame:
    """Score the articles as a reader would have on each of several days: the verdict depends on the horizon.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table ``forecasts``.
    days : iterable of date-like
        Days of judgement.
    partly : float or None
        See `resolve`.

    Returns
    -------
    pandas.DataFrame
        One row per day and article, and per day for ``all``: ``day``, ``article_id``, ``resolved``, ``brier`` (missing
        while nothing is resolved), ``came true`` (sum of outcomes).

    Raises
    ------
    ValueError
        As in `resolve`.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["f1"], "article_id": ["a"], "resolution": ["yes"], "probability": [0.8],
    ...     "horizon_start": [pd.NaT], "horizon_end": [pd.Timestamp("2022-12-31")]})
    >>> over_time(table, ["2022-06-01", "2023-01-01"])["resolved"].tolist()
    [0, 0, 1, 1]
    """
    rows = []
    for day in days:
        scored = resolve(forecasts, day, partly)
        known = scored[scored["outcome"].notna()]
        for article in [*forecasts["article_id"].unique(), "all"]:
            part = known if article == "all" else known[known["article_id"] == article]
            score = brier_score(part["probability"], part["outcome"]) if len(part) else math.nan
            rows.append((pd.Timestamp(day), article, len(part), score, part["outcome"].sum()))
    return pd.DataFrame(rows, columns=["day", "article_id", "resolved", "brier", "came true"])


def hindsight(scored: pd.DataFrame, words: pd.Series, draws: int, seed: int) -> tuple[float, float]:
    """Test whether probabilities read from words lean toward what happened more than the words do.

    Forecasts put in equally strong words should get equal probabilities, whatever came of them. Where the reader gave
    more to those that came true, the reader knew the outcome, or judged the forecast instead of its words.

    Parameters
    ----------
    scored : pandas.DataFrame
        ``id``, ``probability`` as read by a person, ``outcome``; rows without an outcome are left out.
    words : pandas.Series
        Probability by rule, such as `read_words`, by forecast id: equal values are equally strong words.
    draws : int
        Number of permutations of the outcomes within equally strong words.
    seed : int
        Of the random numbers.

    Returns
    -------
    correlation : float
        Of probability and outcome, each less its mean over equally strong words; ``nan`` if one does not vary.
    p : float
        Share of permutations (and the data themselves) with a correlation as high.

    Raises
    ------
    ValueError
        If `draws` is below 1, `words` lacks a forecast, or as in `brier_score`.

    Examples
    --------
    >>> scored = pd.DataFrame({"id": list("abcd"), "probability": [0.8, 0.6] * 2, "outcome": [1.0, 0.0] * 2})
    >>> hindsight(scored, pd.Series(0.7, index=list("abcd")), 99, seed=1)[0]
    1.0
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    rows = _scored(scored)
    strength = rows["id"].map(words)
    for forecast in rows.loc[strength.isna(), "id"]:
        raise ValueError(f"words has no value for forecast {forecast}")
    p, o = (rows[c] - rows.groupby(strength.to_numpy())[c].transform("mean") for c in ("probability", "outcome"))
    scale = math.sqrt(float((p**2).sum() * (o**2).sum()))
    if scale < 1e-12:
        return math.nan, math.nan
    rng = np.random.default_rng(seed)
    seen = float((p * o).sum())
    drawn = np.zeros(draws)
    for _, part in pd.DataFrame({"p": p, "o": o}).groupby(strength.to_numpy()):
        drawn += rng.permuted(np.tile(part["o"].to_numpy(), (draws, 1)), axis=1) @ part["p"].to_numpy()
    return round(seen / scale, 12), (int((drawn >= seen - 1e-12).sum()) + 1) / (draws + 1)


def _need(table: pd.DataFrame, *columns: str) -> None:
    for column in columns:
        if column not in table.columns:
            raise ValueError(f"the table has no column {column!r}")


def _scored(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows with an outcome, checked."""
    _need(table, "probability", "outcome")
    rows = table[table["outcome"].notna()]
    _checked(rows["probability"], rows["outcome"])
    return rows


def _checked(probability: Numbers, outcome: Numbers) -> tuple[Floats, Floats]:
    p, o = np.asarray(probability, dtype=float), np.asarray(outcome, dtype=float)
    if p.shape != o.shape or p.ndim != 1:
        raise ValueError(f"{p.size} probabilities for {o.size} outcomes")
    if p.size == 0:
        raise ValueError("no forecast to score")
    for name, values in (("probability", p), ("outcome", o)):
        bad = ~((values >= 0) & (values <= 1))
        if bad.any():
            raise ValueError(f"the {name} {values[bad][0]} at place {int(bad.argmax())} is not between 0 and 1")
    return p, o
