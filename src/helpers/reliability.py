"""How far independent coders agree: Krippendorff's alpha with an interval, raw agreement, confusion.

Codings come as a long table: one row per ``unit``, ``coder`` and ``variable``, with a ``value``. A missing row, a
missing value and an empty text all mean that the coder gave no value; alpha takes any number of coders and gaps.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["LEVELS", "RELIABLE", "TENTATIVE", "agreement", "alpha", "confusion", "reading", "summary"]

#: Levels of measurement, by what a difference between two values means.
LEVELS = {
    "nominal": "two values are the same or not",
    "ordinal": "how many codings lie between two values",
    "interval": "the difference of two numbers",
    "ratio": "the difference of two numbers in relation to their sum",
}

#: Krippendorff's thresholds (2004, p. 241).
RELIABLE, TENTATIVE = 0.8, 0.667

_COLUMNS = ["unit", "coder", "variable", "value"]

Level = str | Sequence[Any]


def alpha(codings: pd.DataFrame, level: Level = "nominal") -> float:
    """Compute Krippendorff's alpha of one variable: 1 for perfect agreement, 0 for what chance gives.

    Parameters
    ----------
    codings : pandas.DataFrame
        ``unit``, ``coder``, ``value``, one row per unit and coder; other columns are ignored. Units with fewer than
        two values take no part.
    level : {"nominal", "ordinal", "interval", "ratio"} or sequence
        Level of measurement. A sequence names the values from low to high and makes the level ordinal; without it an
        ordinal variable must be numbers.

    Returns
    -------
    float
        Missing (``nan``) where alpha is undefined: no unit has two values, or all values that can be paired are the
        same, so that nothing shows whether the coders could have told values apart.

    Raises
    ------
    ValueError
        If a column is missing, a coder has two values for one unit, `level` is unknown, or a value does not suit it.

    References
    ----------
    Hayes, A. F. and Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding data.
    Communication Methods and Measures 1, 77–89.
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.

    Examples
    --------
    >>> codings = pd.DataFrame({"unit": [1, 1, 2, 2, 3, 3], "coder": ["A", "B"] * 3, "value": [0, 0, 1, 1, 0, 1]})
    >>> round(alpha(codings), 3)
    0.444
    """
    return _alpha(_values_by_unit(codings, level), level)


def agreement(codings: pd.DataFrame) -> float:
    """Return the share of pairs of codings of one unit that are equal; missing without such a pair.

    Parameters
    ----------
    codings : pandas.DataFrame
        As in `alpha`.

    Raises
    ------
    ValueError
        See `alpha`.

    Examples
    --------
    >>> codings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["A", "B"] * 2, "value": [0, 0, 0, 1]})
    >>> agreement(codings)
    0.5
    """
    return _agreement(_values_by_unit(codings, "nominal"))


def confusion(codings: pd.DataFrame, variable: str, first: str, second: str) -> pd.DataFrame:
    """Cross-tabulate what two coders gave the same units.

    Parameters
    ----------
    codings : pandas.DataFrame
        Long table of codings.
    variable : str
        The variable.
    first, second : str
        The coders: rows and columns of the result.

    Returns
    -------
    pandas.DataFrame
        Numbers of units that both coded; the same values in rows and columns, in order.

    Raises
    ------
    ValueError
        If a column is missing, a coder has two values for one unit, or `variable` or a coder is unknown.

    Examples
    --------
    >>> codings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["A", "B"] * 2, "variable": "tone",
    ...                         "value": ["conflict", "conflict", "neutral", "conflict"]})
    >>> confusion(codings, "tone", "A", "B").to_numpy().tolist()
    [[1, 0], [1, 0]]
    """
    _need(codings, _COLUMNS)
    part = codings[codings["variable"] == variable]
    if part.empty:
        raise ValueError(f"no coding of variable {variable!r}")
    wide = _present(part).pivot(index="unit", columns="coder", values="value")
    for coder in (first, second):
        if coder not in wide:
            raise ValueError(f"no coding of {variable!r} by coder {coder!r}")
    both = wide[[first, second]].dropna()
    names = sorted(set(both[first]) | set(both[second]))
    return pd.crosstab(both[first], both[second]).reindex(index=names, columns=names, fill_value=0)


def reading(value: float) -> str:
    """Put an alpha into words, after Krippendorff (2004, p. 241).

    Parameters
    ----------
    value : float
        Alpha, possibly missing.

    Returns
    -------
    {"reliable enough", "tentative", "not reliable", "undefined"}
        From 0.800, from 0.667, below, missing.

    References
    ----------
    Krippendorff, K. (2004). Content Analysis: An Introduction to Its Methodology, 2nd edition. Sage.

    Examples
    --------
    >>> [reading(a) for a in (0.8, 0.7, 0.5, float("nan"))]
    ['reliable enough', 'tentative', 'not reliable', 'undefined']
    """
    if math.isnan(value):
        return "undefined"
    return "reliable enough" if value >= RELIABLE else "tentative" if value >= TENTATIVE else "not reliable"


def summary(
    codings: pd.DataFrame, levels: Mapping[str, Level], level: float = 0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Say for each variable how far the coders agree.

    Parameters
    ----------
    codings : pandas.DataFrame
        Long table: ``unit``, ``coder``, ``variable``, ``value``.
    levels : mapping of str to level
        Variables to report, in order, each with its level of measurement, see `alpha`.
    level : float
        Coverage of the interval.
    draws : int
        Number of bootstrap samples of units. One in which alpha is undefined is left out.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Indexed by ``variable``: ``units`` (with two or more values), ``coders``, ``agreement`` (share of pairs),
        ``alpha``, ``low``, ``high`` (percentile interval; missing where alpha is), ``reading`` of alpha, and
        ``reading_low`` of the lower bound: what may safely be said.

    Raises
    ------
    ValueError
        See `alpha`; also if no row codes a variable.

    Notes
    -----
    Units are drawn with replacement, each with all its values. This bears the question "what if other units had been
    sampled", which the original algorithm of Hayes and Krippendorff (2007), who draw pairs, does not.

    Examples
    --------
    >>> codings = pd.DataFrame({"unit": [1, 1, 2, 2, 3, 3], "coder": ["A", "B"] * 3, "variable": "tone",
    ...                         "value": [0, 0, 1, 1, 0, 1]})
    >>> summary(codings, {"tone": "nominal"})[["units", "coders", "alpha", "reading"]].round(3).to_numpy().tolist()
    [[3, 2, 0.444, 'not reliable']]
    """
    _need(codings, _COLUMNS)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    rows = {}
    for variable, measured in levels.items():
        rng = np.random.default_rng(seed)  # anew, so that a variable's interval does not depend on the others
        part = codings[codings["variable"] == variable]
        if part.empty:
            raise ValueError(f"no coding of variable {variable!r}")
        units = [values for values in _values_by_unit(part, measured) if len(values) > 1]
        found = _alpha(units, measured)
        drawn = _resampled(units, measured, draws, rng) if not math.isnan(found) else np.empty(0)
        known = drawn[~np.isnan(drawn)]
        low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2]) if known.size else (math.nan, math.nan)
        rows[variable] = {
            "units": len(units),
            "coders": _present(part)["coder"].nunique(),
            "agreement": _agreement(units),
            "alpha": found,
            "low": float(low),
            "high": float(high),
            "reading": reading(found),
            "reading_low": reading(float(low)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("variable")


def _need(codings: pd.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if column not in codings:
            raise ValueError(f"the codings lack the column {column!r}")


def _present(codings: pd.DataFrame) -> pd.DataFrame:
    """Drop missing values; refuse a second value of one coder for one unit."""
    kept = codings[codings["value"].notna() & (codings["value"].astype(str).str.strip() != "")]
    twice = kept.duplicated(["unit", "coder"])
    if twice.any():
        row = kept[twice].iloc[0]
        raise ValueError(f"coder {row['coder']} has two values for unit {row['unit']}")
    return kept


def _values_by_unit(codings: pd.DataFrame, level: Level) -> list[list[Any]]:
    """List the values of each unit, as numbers unless the level is nominal; of an order, the ranks."""
    _need(codings, ["unit", "coder", "value"])
    kept = _present(codings)
    values = kept["value"]
    if not isinstance(level, str):
        unknown = sorted({str(v) for v in values if v not in level})
        if unknown:
            raise ValueError(f"value {unknown[0]!r} is not in the order {list(level)}")
        values = values.map(list(level).index)
    elif level not in LEVELS:
        raise ValueError(f"unknown level {level!r}: use one of {', '.join(LEVELS)}, or the values from low to high")
    elif level != "nominal":
        numbers = pd.to_numeric(values, errors="coerce")
        if numbers.isna().any():
            raise ValueError(f"value {values[numbers.isna()].iloc[0]!r} is not a number, which level {level!r} needs")
        if level == "ratio" and (numbers < 0).any():
            raise ValueError(f"value {numbers[numbers < 0].iloc[0]!r} is below 0, which level 'ratio' does not allow")
        values = numbers
    return [list(part) for _, part in values.groupby(kept["unit"], sort=False)]


def _agreement(units: list[list[Any]]) -> float:
    pairs = [a == b for values in units for a, b in combinations(values, 2)]
    return sum(pairs) / len(pairs) if pairs else math.nan


def _alpha(units: list[list[Any]], level: Level) -> float:
    from nltk.metrics.agreement import AnnotationTask

    paired = [values for values in units if len(values) > 1]
    counts = Counter(value for values in paired for value in values)
    # The library calls full agreement on a single value perfect. Krippendorff (2011) calls alpha undefined.
    if len(counts) < 2:
        return math.nan
    # Alpha does not ask who gave a value, only that the values of a unit come from different coders.
    rows = [(coder, unit, value) for unit, values in enumerate(paired) for coder, value in enumerate(values)]
    return float(AnnotationTask(rows, distance=_distance(level, counts)).alpha())


def _resampled(units: list[list[Any]], level: Level, draws: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Compute alpha for each of `draws` samples of the units, drawn with replacement.

    The library goes through all pairs of values anew for each sample. Alpha needs of a unit only how often it holds
    which value, so the samples are weights on one table of counts.
    """
    names = sorted({value for values in units for value in values})
    counts = np.array([[values.count(name) for name in names] for values in units], dtype=float)
    size = counts.sum(axis=1)
    picks = rng.integers(len(units), size=(draws, len(units)))
    weights = np.array([np.bincount(row, minlength=len(units)) for row in picks])
    totals = weights @ counts
    n = totals.sum(axis=1)
    # Of ordered values the difference depends on how often each occurs, so that every sample has a table of its own.
    ordered = level == "ordinal" or not isinstance(level, str)
    seen = [Counter(dict(zip(names, total, strict=True))) for total in totals] if ordered else [Counter()]
    tables = np.array([_table(names, level, count) for count in seen])
    within = np.array([((counts @ table) * counts).sum(axis=1) / (size - 1) for table in tables])
    expected = ((totals[:, None] @ tables)[:, 0] * totals).sum(axis=1) / (n * (n - 1))
    expected[expected == 0] = math.nan
    found: npt.NDArray[np.float64] = 1 - (weights * within).sum(axis=1) / n / expected
    return found


def _table(names: Sequence[Any], level: Level, counts: Counter[Any]) -> npt.NDArray[np.float64]:
    """Tabulate the squared difference of every two values."""
    distance = _distance(level, counts)
    return np.array([[distance(a, b) for b in names] for a in names], dtype=float)


def _distance(level: Level, counts: Counter[Any]) -> Callable[[Any, Any], float]:
    """Return the squared difference of two values at a level (Krippendorff 2011)."""
    from nltk.metrics import binary_distance, interval_distance

    def ratio(a: float, b: float) -> float:
        return 0.0 if a == b else ((a - b) / (a + b)) ** 2

    if level == "nominal":
        return binary_distance
    if level == "interval":
        return interval_distance
    if level == "ratio":
        return ratio
    # Of ordered values only their place counts: the codings between two, with half of those at either end.
    place, below = {}, 0.0
    for value in sorted(counts):
        place[value] = below + counts[value] / 2
        below += counts[value]
    return lambda a, b: (place[a] - place[b]) ** 2
