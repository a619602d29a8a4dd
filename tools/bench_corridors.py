"""Measure the models of the transport network on the real tables, and print what they may take.

The limits are those of the project: all pairs of places with one link closed in 50 milliseconds, 1,000 draws of the
costs over the pairs of the chapter in 10 seconds. Run it with ``python tools/bench_corridors.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from helpers import corridors, tables, transit_game


def best(act: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of the fastest of some runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return min(times)


def bench_corridors() -> None:
    """Print a line per task: what it took, and its limit if it has one."""
    places, links, status = (tables.load(name) for name in ("places", "links", "link_status"))
    day = status["valid_from"].max()
    net = corridors.network(places, links, status, day)
    rasht = corridors.network(places, links, status, day, finished=corridors.PROJECTS["Rasht–Astara"])
    graph = corridors.priced(net)
    draws = corridors.draw_costs(links, n=1000, seed=1)
    few = corridors.draw_costs(links, n=100, seed=1)
    tasks: list[tuple[str, Callable[[], object], float | None]] = [
        ("network of one day", lambda: corridors.network(places, links, status, day), None),
        ("routing graph with costs", lambda: corridors.priced(net), None),
        ("all pairs of places, one link closed", lambda: corridors.all_pairs(graph, ["astara--astara-2-rail"]), 0.05),
        ("ten cheapest routes of one pair", lambda: corridors.routes(graph, "moscow", "mumbai", 10), None),
        ("criticality of every link", lambda: corridors.criticality(graph), None),
        ("criticality of pairs of links", lambda: corridors.criticality(graph, together=2), None),
        (f"1,000 draws, {len(corridors.PAIRS)} pairs", lambda: corridors.simulate(net, draws), 10.0),
        (
            f"leverage of {len(transit_game.PLAYERS)} states, 100 draws, one link opened",
            lambda: transit_game.who_gains(net, {"Rasht–Astara": rasht}, few, reservation=(1.1, 2.0), seed=1),
            None,
        ),
    ]
    print(f"{'Corridors: ' + str(net.number_of_edges()) + ' usable links':<66}{'seconds':>9}{'limit':>8}{'ratio':>7}")
    for label, act, limit in tasks:
        seconds = best(act)
        rest = f"{limit:8.2f}{seconds / limit:7.2f}" if limit else ""
        print(f"{label:<66}{seconds:9.3f}{rest}")


if __name__ == "__main__":
    bench_corridors()
