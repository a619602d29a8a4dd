"""Honest numbers pay by the Brier score, and base rates are shares of spans of the record."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import events as ev
from helpers.numbers import forecast_course


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 0.7, 1.0])
def test_the_brier_score_is_best_at_the_belief(chance: float) -> None:
    table = forecast_course.expected(chance).pivot(index="written", columns="rule", values="score")
    assert table["Brier score"].idxmin() == chance


@pytest.mark.parametrize(("chance", "best"), [(0.3, 0.0), (0.7, 1.0)])
def test_plain_distance_pays_for_certainty(chance: float, best: float) -> None:
    table = forecast_course.expected(chance).pivot(index="written", columns="rule", values="score")
    assert table["plain distance"].idxmin() == best


def test_a_belief_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1, not at 1\.5"):
        forecast_course.expected(1.5)


def test_a_base_rate_counts_spans_and_not_events(data: dict[str, pd.DataFrame]) -> None:
    events = data["events"]
    rates = forecast_course.base_rates(events, 90)
    last, pair = events["start"].max(), ev.between(events, "AZE", "IRN")
    hits = 0
    for k in range(int(rates["spans"].iloc[0])):
        until, since = last - pd.Timedelta(days=90 * k), last - pd.Timedelta(days=90 * (k + 1))
        hits += bool(((pair["type"] == "visit") & (pair["start"] <= until) & (pair["start"] > since)).any())
    assert rates.loc["an official visit", "with"] == hits
    assert rates["share"].between(0, 100).all()


def test_spans_longer_than_the_record_are_refused(data: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="no whole span of 9000 days"):
        forecast_course.base_rates(data["events"], 9000)


def test_the_marks_to_beat_are_those_of_chapter_6(data: dict[str, pd.DataFrame]) -> None:
    from helpers.numbers import forecast_scores

    values = forecast_course.values(data)
    worded = forecast_scores.worded(data["forecasts"], data["forecast_phrases"])
    chapter = forecast_scores.values_of(worded, data["events"]["start"].max())
    assert values["brier_articles"] == pytest.approx(chapter["brier_all"])
    assert values["brier_elsewhere"] == pytest.approx(chapter["brier_elsewhere"])
    assert values["n_scored"] == chapter["n_ended"]
