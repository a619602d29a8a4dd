"""Measure the exact frustration index and what builds on it, and print lines of timings.

Run ``python tools/bench_balance.py``; with ``--hard`` also networks whose signs are negative at random, the
hardest kind, each with a time limit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import networkx as nx
import numpy as np

from helpers import balance, tables

YEARS = 51  # as many networks as years of alliances in the studies of the post-war system
EDGES = 600
LIMIT = 60.0  # seconds for a hard network


def network(nodes: int, edges: int, noise: float, seed: int, camps: bool) -> nx.Graph:
    """Draw edges at random; signs by two random camps, or all positive, then turned with probability `noise`."""
    rng = np.random.default_rng(seed)
    camp = rng.integers(2, size=nodes)
    graph = nx.gnm_random_graph(nodes, edges, seed=seed)
    for a, b, data in graph.edges(data=True):
        friends = not camps or camp[a] == camp[b]
        data["sign"] = 1 if friends == (rng.random() >= noise) else -1
    return graph


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bench_balance(hard: bool = False) -> None:
    """Print the timings."""
    sizes = np.linspace(60, 120, YEARS).astype(int).tolist()
    for words, noise, camps in (
        ("two camps, 10 % of signs against them", 0.10, True),
        ("two camps, 20 % against them", 0.20, True),
        ("no camps, 25 % negative", 0.25, False),
    ):
        times, indices = [], []
        for seed, nodes in enumerate(sizes):
            graph = network(nodes, EDGES, noise, seed, camps)
            start = time.perf_counter()
            indices.append(balance.frustration_index(graph)[0])
            times.append(time.perf_counter() - start)
        print(
            f"frustration index, {YEARS} networks of 60 to 120 nodes and {EDGES} edges, {words}: {sum(times):.1f} s in "
            f"all, median {np.median(times):.2f} s, slowest {max(times):.2f} s; L from {min(indices)} to {max(indices)}"
        )
    ties = tables.load("ties")
    graph = balance.signed_graph(ties, 2024)
    what: dict[str, Callable[[], object]] = {
        "frustration index": lambda: balance.frustration_index(graph),
        "flips of every tie": lambda: balance.flips(graph),
        "1,000 draws of doubtful signs": lambda: balance.sampled(graph, {"inferred": 0.2}, 1000, seed=1),
        "999 shuffles": lambda: balance.against_chance(graph, 999, seed=1),
        "999 rewirings": lambda: balance.against_chance(graph, 999, seed=1, keep="degrees"),
        "every doubtful tie": lambda: balance.sensitivity(graph, pair=("AZE", "IRN")),
    }
    balance.frustration_index(graph)  # the lists of partitions are built once
    for words, work in what.items():
        print(f"ties of 2024 ({len(graph)} actors, {graph.number_of_edges()} edges), {words}: {seconds(work):.3f} s")
    large = network(60, 240, 0.10, 1, camps=True)
    print(f"60 nodes and 240 edges, flips of every edge: {seconds(lambda: balance.flips(large)):.1f} s")
    if not hard:
        return
    for nodes, edges, noise in ((40, 200, 0.5), (60, 240, 0.5), (90, 600, 0.3), (60, 600, 0.5), (120, 600, 0.5)):
        graph = network(nodes, edges, noise, 1, camps=False)
        start = time.perf_counter()
        try:
            outcome = f"L = {balance.frustration_index(graph, LIMIT)[0]}"
        except TimeoutError as error:
            outcome = str(error)
        spent = time.perf_counter() - start
        print(f"hard: {nodes} nodes, {edges} edges, {noise:.0%} negative at random: {spent:.1f} s, {outcome}")


if __name__ == "__main__":
    bench_balance(hard="--hard" in sys.argv)
