"""Figures of the page on forecasting: why honest numbers pay, base rates to start from, the articles' scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import charts
from helpers import events as ev
from helpers.exhibits import Exhibit
from helpers.forecasts import baselines, brier_score
from helpers.numbers import Value, forecast_scores

__all__ = ["KINDS", "base_rates", "draw_expected", "expected", "rates_table", "values"]

#: Kinds of event between the two states for which a base rate is given: words and event types.
KINDS: dict[str, tuple[str, ...]] = {
    "an official visit": ("visit",),
    "an agreement": ("agreement",),
    "a military exercise": ("military-exercise",),
    "an arrest on the other's account": ("arrest",),
    "a closure or new control": ("closure", "border-closure", "road-tax"),
    "an ambassador called in or a protest note": ("ambassador-summoned", "diplomatic-protest"),
}

_SINCE = "2021-01-01"


def expected(chance: float) -> pd.DataFrame:
    """Compute the score that a forecaster must expect, for each probability that could be written.

    Parameters
    ----------
    chance : float
        The belief, from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        Long form: ``written``, ``rule`` ("Brier score" or "plain distance"), ``score``; lower is better.

    Raises
    ------
    ValueError
        If `chance` lies outside 0 to 1.

    Examples
    --------
    >>> table = expected(0.7).pivot(index="written", columns="rule", values="score")
    >>> float(table["Brier score"].idxmin()), float(table["plain distance"].idxmin())
    (0.7, 1.0)
    """
    if not 0 <= chance <= 1:
        raise ValueError(f"a chance lies between 0 and 1, not at {chance}")
    written = np.round(np.linspace(0, 1, 21), 2)
    rules = {
        "Brier score": [chance * brier_score([w], [1]) + (1 - chance) * brier_score([w], [0]) for w in written],
        "plain distance": list(chance * (1 - written) + (1 - chance) * written),
    }
    return pd.concat([pd.DataFrame({"written": written, "rule": rule, "score": s}) for rule, s in rules.items()])


def draw_expected(chance: float = 0.7) -> Exhibit:
    """Draw `expected` for one belief."""
    table = expected(chance)
    low = table.pivot(index="written", columns="rule", values="score").idxmin()
    return charts.lines(
        table, id="xf-proper", x="written", y="score", group="rule",
        xlabel="probability written", ylabel="score to expect (less is better)",
        title=f"Who believes in {chance:.0%} does best by the Brier score with {low['Brier score']:.0%}, and by plain "
        f"distance with {low['plain distance']:.0%}".replace("%", " per cent"),
        caption="Expected score of one forecast, for each number that a forecaster with this belief could write.",
        provenance="Computed; helpers.forecasts.brier_score.",
    )  # fmt: skip


def base_rates(events: pd.DataFrame, days: int = 90) -> pd.DataFrame:
    """Say in what share of past spans something happened between Iran and Azerbaijan.

    Parameters
    ----------
    events : pandas.DataFrame
    days : int
        Length of a span. Spans follow one another without overlap, the last ends with the last event of the table.

    Returns
    -------
    pandas.DataFrame
        Indexed by the words of `KINDS`: ``spans``, ``with`` (spans that saw at least one such event) and ``share``,
        in per cent.

    Raises
    ------
    ValueError
        If no whole span fits into the record since 2021.
    """
    last = events["start"].max()
    n = int((last - pd.Timestamp(_SINCE)).days // days)
    if days < 1 or n < 1:
        raise ValueError(f"no whole span of {days} days between {_SINCE} and {last.date()}")
    pair = ev.between(events, "AZE", "IRN")
    number = (last - pair["start"]).dt.days // days
    found = {}
    for words, types in KINDS.items():
        hit = number[pair["type"].isin(types) & (number < n)].nunique()
        found[words] = {"spans": n, "with": int(hit), "share": hit / n * 100}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("In a span there was")


def values(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Compute the figures that the page quotes: the articles' scores and those of forecasters without insight."""
    forecasts = forecast_scores.worded(tables["forecasts"], tables["forecast_phrases"])
    day = tables["events"]["start"].max()
    scored = forecast_scores.judge(forecasts, day)
    known = scored[scored["outcome"].notna()]
    naive = baselines(known)
    words = forecast_scores.by_words(forecasts, day)["brier"]
    kent = words.iloc[1:]
    return {
        "n_forecasts": len(forecasts),
        "n_scored": len(known),
        "brier_articles": float(brier_score(known["probability"], known["outcome"])),
        "brier_elsewhere": float(((naive["base rate elsewhere"] - known["outcome"]) ** 2).mean()),
        "brier_half": brier_score([0.5], [1]),
        "scale_low": float(kent.min()),
        "scale_high": float(kent.max()),
        "span_days": 90,
    }


def rates_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Write the result of `base_rates` for reading."""
    share = [f"{r:.0f} per cent" for r in rates["share"]]
    spans = [f"{a} of {n}" for a, n in zip(rates["with"], rates["spans"], strict=True)]
    return pd.DataFrame({"In such a span there was": list(rates.index), "Share": share, "Spans": spans})
