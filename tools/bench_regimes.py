"""Measure the search for regimes, the tests around it, reciprocity and reliability; print a line each."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from helpers import events as ev
from helpers import reciprocity, regimes, reliability, tables

ROUNDS = 3  # the fastest counts: other work on the machine only adds to a time


def seconds(call: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some runs, after one that imports what the call needs."""
    call()
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return min(found)


def bench_regimes() -> dict[str, float]:
    """Return seconds by name of what is measured."""
    events, cameo, scores = (tables.load(name) for name in ("events", "cameo", "machine_scores"))
    rng = np.random.default_rng(0)
    long = pd.Series(rng.standard_normal(500))
    months = ev.dyad_series(events, cameo, "AZE", "IRN", "M", "2020-01-01", "2026-03-31")
    tone, total = months["goldstein_mean"], months["goldstein_sum"]
    iran, azerbaijan = (
        ev.dyad_series(events, cameo, a, b, "M", "2020-01-01", "2026-03-31", directed=True)["goldstein_sum"].rename(a)
        for a, b in (("IRN", "AZE"), ("AZE", "IRN"))
    )
    pair = ev.score(ev.between(events, "AZE", "IRN"), cameo)
    clashes = pd.to_datetime(["2024-04-01", "2024-07-31", "2025-06-13"])
    coded = pd.DataFrame(
        {
            "unit": np.tile(np.arange(150), 2),
            "coder": np.repeat(["A", "B"], 150),
            "variable": "v",
            "value": rng.integers(4, size=300),
        }
    )
    calls: dict[str, Callable[[], object]] = {
        "regimes: all fits of 500 periods": lambda: regimes.fits(long, 10),
        "regimes: breaks of the monthly mean, 200 noise series": lambda: regimes.breaks(tone),
        "regimes: break dates, 300 draws": lambda: regimes.break_dates(tone, m=3),
        "regimes: level shift, 1,999 permutations and draws": lambda: regimes.level_shift(tone, "2023-07"),
        "regimes: trend, 1,999 permutations": lambda: regimes.trend(tone),
        "regimes: power, 200 series": lambda: regimes.power(12, 12, 1.0, 0.5),
        "regimes: calendar of events since 2020": lambda: regimes.calendar(events, cameo, start="2020-01-01"),
        "regimes: calendar of all events": lambda: regimes.calendar(events, cameo),
        "regimes: two codings, 1,000 draws": lambda: regimes.compare(
            total, regimes.machine_series(scores, "AZE", "IRN")
        ),
        "reciprocity: eight tests of 1,999 placements": lambda: reciprocity.reciprocity(events, cameo, "AZE", "IRN"),
        "reciprocity: levels around three dates": lambda: reciprocity.before_after(pair, clashes),
        "reciprocity: Granger, 75 months, 3 lags, all shifts": lambda: reciprocity.granger(iran, azerbaijan),
        "reliability: 150 units, 2 coders, 500 draws": lambda: reliability.summary(coded, {"v": "ordinal"}),
    }
    return {name: seconds(call) for name, call in calls.items()}


if __name__ == "__main__":
    for name, took in bench_regimes().items():
        print(f"{name:58} {took:8.3f} s")
