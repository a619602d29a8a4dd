"""Measure the scoring of forecasts and print lines of timings: ``python tools/bench_forecasts.py``."""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd

from helpers import forecasts, tables


def bench_forecasts() -> None:
    """Print the timings."""
    table = tables.load("forecasts")
    days = pd.date_range("2021-12-31", "2026-03-31", freq="ME")
    scored = forecasts.resolve(table, days[-1], early=True)
    known = scored[scored["outcome"].notna()]
    p, o = known["probability"], known["outcome"]
    work: dict[str, Callable[[], object]] = {
        "resolve": lambda: forecasts.resolve(table, days[-1]),
        "isotonic decomposition, with the import of scikit-learn": lambda: forecasts.decomposition(p, o, "corp"),
        "isotonic decomposition": lambda: forecasts.decomposition(p, o, "corp"),
        "calibration, with the import of statsmodels": lambda: forecasts.calibration(p, o),
        "interval, 10,000 draws by article": lambda: forecasts.interval(scored, 10_000, seed=1),
        "comparison of the articles, 2,000 draws": lambda: forecasts.compare(scored, 2000, seed=1),
        "10,000 permutations for hindsight": lambda: forecasts.hindsight(
            scored, scored.set_index("id")["probability"].round(1), 10_000, seed=1
        ),
        f"scores on {len(days)} days": lambda: forecasts.over_time(table, days),
    }
    for words, call in work.items():
        start = time.perf_counter()
        call()
        print(f"forecasts ({len(table)}, {len(known)} decided), {words}: {time.perf_counter() - start:.3f} s")


if __name__ == "__main__":
    bench_forecasts()
