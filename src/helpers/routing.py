"""Shortest ways, k shortest ways and cuts on any networkx graph whose edges carry ``cost``.

Nodes may be states of a place, such as its railway and its road: nodes that share a ``place`` attribute are one place,
and a way may begin and end at any of its states. Without that attribute every node is a place of its own; if it is
None, the node is passed without a stop and is no place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from helpers.transport_costs import Floats

__all__ = ["Grid", "Route", "all_pairs", "known", "min_cut", "routes"]

Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Route:
    """A way from one place to another: what it costs (USD per tonne), takes and passes.

    ``via`` lists the states it crosses in order, ends included; ``changes`` counts the changes of mode.
    """

    cost: float
    money: float
    hours: float
    km: float
    borders: int
    changes: int
    places: tuple[Any, ...]
    links: tuple[str, ...]
    via: tuple[str, ...]


def known(given: Iterable[Any], all_known: Collection[Any], what: str) -> None:
    """Raise a ValueError that names the first thing given that is not known."""
    unknown = sorted(map(str, set(given) - set(all_known)))
    if unknown:
        raise ValueError(f"unknown {what} {unknown[0]!r}")


class Grid:
    """A graph as arrays, for many shortest-path runs with changing costs.

    Parameters
    ----------
    graph : networkx graph
        Edges carry ``cost`` (zero or more), and ``link`` if they can be closed.

    Raises
    ------
    ValueError
        If an edge has no cost or one below zero.
    """

    def __init__(self, graph: nx.Graph) -> None:
        self.graph = graph
        self.states = list(graph)
        self.place: list[Hashable] = [graph.nodes[s].get("place", s) for s in self.states]
        self.at: dict[Hashable, list[int]] = {}
        for i, place in enumerate(self.place):
            if place is not None:
                self.at.setdefault(place, []).append(i)
        index = {s: i for i, s in enumerate(self.states)}
        rows = [(index[u], index[v], e) for u, v, e in graph.edges(data=True)]
        for u, v, e in rows:
            if not e.get("cost", -1.0) >= 0:
                raise ValueError(f"the edge from {self.states[u]} to {self.states[v]} has no cost, or one below zero")
        self.edges = [e for _, _, e in rows]
        self.links = [e.get("link") for e in self.edges]
        self.cost = np.array([e["cost"] for e in self.edges], dtype=float)
        tail, head = (np.array([r[i] for r in rows], dtype=np.int64) for i in (0, 1))
        self.arc_edge = np.arange(len(rows))
        if not graph.is_directed():
            tail, head = np.concatenate([tail, head]), np.concatenate([head, tail])
            self.arc_edge = np.concatenate([self.arc_edge, self.arc_edge])
        # Parallel arcs share a slot of the sparse matrix; the cheapest of them fills it.
        size = len(self.states)
        self.slots, self.arc_slot = np.unique(tail * size + head, return_inverse=True)
        self.first = np.searchsorted(np.sort(self.arc_slot), np.arange(len(self.slots)))
        self.heads = self.slots % max(size, 1)
        self.starts = np.searchsorted(self.slots, np.arange(size + 1) * size)

    def closed(self, links: Collection[str]) -> Floats:
        """Return the costs with the edges of some links at infinity."""
        shut = {links} if isinstance(links, str) else set(links)
        known(shut, {x for x in self.links if x is not None}, "link")
        return np.where([x in shut for x in self.links], np.inf, self.cost)

    def check(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Return the pairs as a list, all of them known."""
        pairs = list(pairs)
        known((place for pair in pairs for place in pair), self.at.keys(), "place")
        return pairs

    def run(self, cost: Floats, sources: Sequence[int], trace: bool = False) -> Any:
        """Run Dijkstra's algorithm from some states; with `trace` add predecessors and the edge of each slot."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        arc_cost = cost[self.arc_edge]
        order = np.lexsort((arc_cost, self.arc_slot))[self.first]
        size = len(self.states)
        matrix = csr_array((arc_cost[order], self.heads, self.starts), shape=(size, size))
        found = dijkstra(matrix, indices=sources, return_predecessors=trace)
        return (*found, self.arc_edge[order]) if trace else found

    def costs(self, cost: Floats, pairs: Sequence[Pair]) -> Floats:
        """Return the least cost of each pair, infinite where there is no way."""
        sources = sorted({i for o, _ in pairs for i in self.at[o]})
        row = {s: r for r, s in enumerate(sources)}
        dist = self.run(cost, sources)
        return np.array([min(dist[row[i], j] for i in self.at[o] for j in self.at[d]) for o, d in pairs])

    def least(self, pairs: Sequence[Pair]) -> Callable[[Floats], Floats]:
        """Prepare `costs` for many rows of edge costs at once: the function returned gives rows of costs by pair.

        States at no end of a pair are taken out one by one, their neighbours joined by what the way through them costs.
        In which order, and which neighbours, depends on the graph alone and is found once.
        """
        if self.graph.is_directed():
            raise ValueError("the graph is directed: its ways cost more in one direction than in the other")
        near: list[set[int]] = [set() for _ in self.states]
        slots: dict[frozenset[int], int] = {}

        def slot(i: int, j: int) -> int:
            near[i].add(j)
            near[j].add(i)
            return slots.setdefault(frozenset((i, j)), len(slots))

        index = {s: i for i, s in enumerate(self.states)}
        of_edge = np.array([slot(index[u], index[v]) for u, v in self.graph.edges()], dtype=int)
        kept = sorted({i for pair in pairs for place in pair for i in self.at[place]})
        inner, steps = set(range(len(self.states))) - set(kept), []
        while inner:
            gone = min(inner, key=lambda i: len(near[i]))
            inner.remove(gone)
            for i in near[gone]:
                near[i].remove(gone)
            for i, j in combinations(sorted(near[gone]), 2):
                steps.append((slots[frozenset((i, gone))], slots[frozenset((j, gone))], slot(i, j)))
        row = {s: r for r, s in enumerate(kept)}
        ends = [(s, row[i], row[j]) for (i, j), s in ((sorted(k), s) for k, s in slots.items()) if {i, j} <= set(kept)]
        chosen = [np.ix_([row[i] for i in self.at[o]], [row[j] for j in self.at[d]]) for o, d in pairs]

        def found(costs: Floats) -> Floats:
            joined = np.full((len(slots), len(costs)), np.inf)
            np.minimum.at(joined, of_edge, costs.T)
            for one, other, both in steps:
                np.minimum(joined[both], joined[one] + joined[other], out=joined[both])
            dist = np.full((len(kept), len(kept), len(costs)), np.inf)
            dist[range(len(kept)), range(len(kept))] = 0.0
            for s, i, j in ends:
                dist[i, j] = dist[j, i] = joined[s]
            for k in range(len(kept)):
                np.minimum(dist, dist[:, [k]] + dist[k], out=dist)
            return np.array([dist[ways].min(axis=(0, 1)) for ways in chosen]).T

        return found

    def paths(self, cost: Floats, pairs: Sequence[Pair]) -> list[tuple[float, list[int], list[int]] | None]:
        """Return cost, states and edges of the best way of each pair; None where there is none."""
        sources = sorted({i for o, _ in pairs for i in self.at[o]})
        row = {s: r for r, s in enumerate(sources)}
        dist, before, edge = self.run(cost, sources, trace=True)
        found: list[tuple[float, list[int], list[int]] | None] = []
        for o, d in pairs:
            least, start, end = min((dist[row[i], j], i, j) for i in self.at[o] for j in self.at[d])
            if not np.isfinite(least):
                found.append(None)
                continue
            states = [end]
            while states[-1] != start:
                states.append(int(before[row[start], states[-1]]))
            states.reverse()
            slots = np.searchsorted(self.slots, [a * len(self.states) + b for a, b in pairwise(states)])
            found.append((float(least), states, [int(edge[x]) for x in slots]))
        return found

    def route(self, cost: float, states: Sequence[int], edges: Sequence[int]) -> Route:
        """Sum up a path."""
        data = [self.edges[i] for i in edges]
        money, hours, km = (sum(float(e.get(name, 0)) for e in data) for name in ("money", "hours", "km"))
        return Route(
            cost=cost,
            money=money,
            hours=hours,
            km=km,
            borders=sum(int(e.get("borders", 0)) for e in data),
            changes=sum(e.get("kind") in ("transfer", "port") for e in data),
            places=self.stops(states),
            links=tuple(e["link"] for e in data if e.get("link") is not None),
            via=self.via(states, edges),
        )

    def stops(self, states: Sequence[int]) -> tuple[Any, ...]:
        """List the places along a path."""
        return tuple(place for place, _ in groupby(self.place[i] for i in states) if place is not None)

    def via(self, states: Sequence[int], edges: Sequence[int]) -> tuple[str, ...]:
        """List the states of the world along a path, in order."""
        actors = [self.graph.nodes[self.states[i]].get("actor", "") for i in states]
        passed = actors[:1]
        for (here, there), i in zip(pairwise(actors), edges, strict=True):
            passed += [*(c for c in self.edges[i].get("countries", ()) if c not in (here, there)), there]
        return tuple(actor for actor, _ in groupby(passed) if actor)


def routes(graph: nx.Graph, origin: Hashable, destination: Hashable, k: int = 1) -> list[Route]:
    """Find the `k` cheapest routes that visit no place twice, cheapest first.

    Yen's algorithm as implemented in networkx. Of parallel links of one mode only the cheapest is used.

    Parameters
    ----------
    graph : networkx graph
        Result of `helpers.corridors.priced`, or any graph whose edges carry ``cost``.
    origin, destination : hashable
        Places.
    k : int
        Number of routes; fewer are returned if there are fewer.

    Raises
    ------
    ValueError
        If a place is unknown, there is no route, both places are one, or `k` is below 1.

    References
    ----------
    Yen, J. Y. (1971). Finding the k shortest loopless paths in a network. Management Science 17(11), 712-716.

    Examples
    --------
    >>> triangle = nx.Graph()
    >>> triangle.add_weighted_edges_from([("a", "b", 1), ("b", "c", 1), ("a", "c", 3)], weight="cost")
    >>> [(r.cost, r.places) for r in routes(triangle, "a", "c", 2)]
    [(2.0, ('a', 'b', 'c')), (3.0, ('a', 'c'))]
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    grid = Grid(graph)
    grid.check([(origin, destination)])
    if origin == destination:
        raise ValueError(f"origin and destination are both {origin!r}")
    split = _split(grid, origin, destination)
    found: list[Route] = []
    try:
        for path in nx.shortest_simple_paths(split, "from", "to", weight="cost"):
            states = [i for i, _ in groupby(node[0] for node in path[1:-1])]
            steps = [split.edges[arc] for arc in pairwise(path)]
            edges = [step["edge"] for step in steps if step["edge"] is not None]
            way = grid.route(sum(step["cost"] for step in steps), states, edges)
            # With transit the same links can be used in two ways: the dearer one is no route of its own.
            if len(way.places) == len(set(way.places)) and way.links not in {r.links for r in found if r.links}:
                found.append(way)
            if len(found) == k:
                break
    except nx.NetworkXNoPath:
        raise ValueError(f"no route from {origin!r} to {destination!r}") from None
    return found


def _split(grid: Grid, origin: Hashable, destination: Hashable) -> nx.DiGraph:
    """Split each state into an arriving and a leaving node, so that a way changes mode at most once per place."""
    split = nx.DiGraph()
    for slot, edge in zip(grid.arc_slot, grid.arc_edge, strict=True):
        tail, head = divmod(int(grid.slots[slot]), len(grid.states))
        inside = grid.place[tail] == grid.place[head] is not None
        arc = ((tail, "in"), (head, "out")) if inside else ((tail, "out"), (head, "in"))
        cost = float(grid.cost[edge])
        if not split.has_edge(*arc) or cost < split.edges[arc]["cost"]:
            split.add_edge(*arc, cost=cost, edge=int(edge))
    free = [((i, "in"), (i, "out")) for i in range(len(grid.states))]
    ends = [("from", (i, "out")) for i in grid.at[origin]] + [((i, "in"), "to") for i in grid.at[destination]]
    split.add_edges_from([*free, *ends], cost=0.0, edge=None)
    return split


def all_pairs(graph: nx.Graph, closed: Collection[str] = ()) -> pd.DataFrame:
    """Compute the least generalised cost between all places (Dijkstra's algorithm, from scipy).

    Parameters
    ----------
    graph : networkx graph
        Result of `helpers.corridors.priced`, or any graph whose edges carry ``cost``.
    closed : collection of str
        Links taken out.

    Returns
    -------
    pandas.DataFrame
        Places by places, in USD per tonne; infinite where there is no way.

    Raises
    ------
    ValueError
        If a link is unknown, or an edge has no cost or one below zero.
    """
    grid = Grid(graph)
    dist = np.atleast_2d(grid.run(grid.closed(closed), range(len(grid.states))))
    order = np.array([i for states in grid.at.values() for i in states])
    starts = np.cumsum([0, *(len(states) for states in grid.at.values())])[:-1]
    least = np.minimum.reduceat(np.minimum.reduceat(dist[np.ix_(order, order)], starts, axis=0), starts, axis=1)
    return pd.DataFrame(least, index=list(grid.at), columns=list(grid.at))


def min_cut(
    graph: nx.Graph,
    origin: Hashable | Collection[Hashable],
    destination: Hashable | Collection[Hashable],
    capacity: str | None = None,
) -> tuple[float, list[Any]]:
    """Find the greatest flow between places and the edges that bound it.

    A cut of least capacity need not be the only one; this is the one nearest to the destination.

    Parameters
    ----------
    graph : networkx graph
        Result of `helpers.corridors.network`, or any graph.
    origin, destination : hashable, or a set, frozenset or list of them
        Nodes; several count as one.
    capacity : str, optional
        Attribute of the edges, such as ``"capacity_mtpa"``; an edge without it bounds nothing. By default every edge
        counts 1, and the flow is the number of links that must close.

    Returns
    -------
    (float, list)
        The flow, and the cut: ids of links, or pairs of nodes where an edge has no ``link``.

    Raises
    ------
    ValueError
        If a node is unknown, a node stands on both sides, a capacity is negative, or nothing bounds the flow.

    References
    ----------
    Ford, L. R., & Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of Mathematics 8, 399-404.

    Examples
    --------
    >>> chain = nx.Graph([("a", "b", {"c": 5}), ("b", "d", {"c": 3})])
    >>> min_cut(chain, "a", "d", "c")
    (3.0, [('b', 'd')])
    """
    starts, ends = (set(x) if isinstance(x, (set, frozenset, list)) else {x} for x in (origin, destination))
    known(starts | ends, graph.nodes, "place")
    if starts & ends:
        raise ValueError(f"{sorted(map(str, starts & ends))[0]!r} is both origin and destination")
    # Several nodes become one. A flow found backwards leaves the cut nearest to the destination.
    one = dict.fromkeys(starts, "origin") | dict.fromkeys(ends, "destination")
    flat = nx.DiGraph()
    flat.add_nodes_from(("origin", "destination"))
    arcs = [(one.get(u, ("", u)), one.get(v, ("", v)), e) for u, v, e in graph.edges(data=True)]
    for a, b, e in arcs:
        limit = 1.0 if capacity is None else float(e.get(capacity, np.inf))
        if limit < 0:
            raise ValueError(f"an edge of {a} has a capacity below zero: {limit}")
        for tail, head in [(b, a)] if graph.is_directed() else [(b, a), (a, b)]:
            flat.add_edge(
                tail, head, capacity=limit + (flat.get_edge_data(tail, head) or {"capacity": 0.0})["capacity"]
            )
    try:
        flow, (near, _) = nx.minimum_cut(flat, "destination", "origin")
    except nx.NetworkXUnbounded:
        raise ValueError(f"nothing bounds the flow: some way has no edge with {capacity!r}") from None
    cut = [
        e.get("link", (u, v))
        for (a, b, e), (u, v) in zip(arcs, graph.edges(), strict=True)
        if b in near and a not in near or (not graph.is_directed() and a in near and b not in near)
    ]
    return float(flow), cut
