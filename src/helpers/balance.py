"""Signed networks: structural balance, exact frustration, and how far the findings rest on doubtful signs.

A network is an undirected `networkx.Graph` whose edges carry ``sign``, +1 or -1. Structural balance (Heider 1946;
Cartwright and Harary 1956) expects it to split into two camps with friends inside and foes across. The *frustration
index* counts the fewest edges that stand in the way of that.
"""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "Sampled",
    "against_chance",
    "flips",
    "frustrated_ties",
    "frustration_index",
    "optimal_partitions",
    "periods",
    "random_signs",
    "sampled",
    "sensitivity",
    "signed_graph",
    "triad_census",
    "triads",
    "triangle_index",
    "trio",
    "walk_balance",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Partition = tuple[set[object], set[object]]

#: Networks (or connected parts) of up to this many nodes are solved by listing every partition.
SMALL = 15

#: What a doubtful sign may be instead, by the manner of error: see `sampled`.
ERRORS: dict[str, dict[int, tuple[int, ...]]] = {
    "flip": {1: (-1,), -1: (1,), 0: ()},
    "step": {1: (0,), -1: (0,), 0: (1, -1)},
    "any": {1: (0, -1), -1: (0, 1), 0: (1, -1)},
}


# From the table of ties to a graph ----------------------------------------------------------------


def periods(ties: pd.DataFrame) -> dict[str, int]:
    """Map the label of each period of the ties to its first year, in order.

    Examples
    --------
    >>> periods(pd.DataFrame({"period_start": [2020, 2013], "period_end": [2020, 2019]}))
    {'2013–2019': 2013, '2020': 2020}
    """
    spans = ties[["period_start", "period_end"]].drop_duplicates().sort_values(["period_start", "period_end"])
    return {str(a) if a == b else f"{a}–{b}": int(a) for a, b in spans.itertuples(index=False)}


def signed_graph(
    ties: pd.DataFrame,
    year: int,
    evidence: Literal["direct", "all"] = "all",
    confidence: Collection[str] = ("high", "medium", "low"),
    actors: Iterable[str] | None = None,
) -> nx.Graph:
    """Build the signed network of one year.

    Parameters
    ----------
    ties : pandas.DataFrame
        Table ``ties``, whole or in part.
    year : int
        A tie counts if its period covers this year.
    evidence : {"direct", "all"}
        ``"direct"`` leaves out ties whose sign is inferred.
    confidence : collection of str
        Levels of confidence that count.
    actors : iterable of str, optional
        Only ties between these; by default all actors that have a tie in that year. Every one of them is a node, also
        where the filters leave it without an edge.

    Returns
    -------
    networkx.Graph
        Edges carry ``sign`` (+1 or -1), ``tie`` (id of the row), ``evidence`` and ``confidence``. A neutral tie is no
        edge: it stands in ``.graph["neutral"]``, a list of ``(a, b, attributes)`` with the same attributes and sign 0.
        ``.graph["year"]`` holds the year.

    Raises
    ------
    ValueError
        If `evidence` or a confidence is unknown, no tie covers the year, an actor has no tie in it, or two rows give
        the sign of one pair for it: the table must then be mended, since neither row has the better claim.

    Examples
    --------
    >>> ties = pd.DataFrame({"id": ["t1", "t2"], "actor_a": ["A", "A"], "actor_b": ["B", "C"], "period_start": 2020,
    ...     "period_end": 2021, "sign": [-1, 0], "evidence": "direct", "confidence": "medium"})
    >>> graph = signed_graph(ties, 2021)
    >>> list(graph.edges(data="sign")), graph.graph["neutral"][0][:2]
    ([('A', 'B', -1)], ('A', 'C'))
    """
    if evidence not in ("direct", "all"):
        raise ValueError(f"unknown evidence {evidence!r}: use 'direct' or 'all'")
    unknown = set(confidence) - {"high", "medium", "low"}
    if unknown:
        raise ValueError(f"unknown confidence {sorted(unknown)}: use high, medium, low")
    rows = ties[(ties["period_start"] <= year) & (ties["period_end"] >= year)]
    if rows.empty:
        raise ValueError(f"no tie covers the year {year}")
    present = sorted(set(rows["actor_a"]) | set(rows["actor_b"]))
    nodes = present if actors is None else list(actors)
    absent = [a for a in nodes if a not in present]
    if absent:
        raise ValueError(f"no tie of {', '.join(absent)} covers the year {year}")
    rows = rows[rows["actor_a"].isin(nodes) & rows["actor_b"].isin(nodes)]
    first: dict[frozenset[str], str] = {}
    for tie, a, b in rows[["id", "actor_a", "actor_b"]].itertuples(index=False):
        pair = frozenset((a, b))
        if pair in first:
            raise ValueError(f"two rows give the sign of {a} and {b} in {year}: {first[pair]} and {tie}")
        first[pair] = tie
    rows = rows[rows["confidence"].isin(list(confidence)) & ((evidence == "all") | (rows["evidence"] == "direct"))]
    graph = nx.Graph(year=year, neutral=[])
    graph.add_nodes_from(nodes)
    for row in rows.itertuples():
        told = {"sign": int(row.sign), "tie": row.id, "evidence": row.evidence, "confidence": row.confidence}
        if row.sign:
            graph.add_edge(row.actor_a, row.actor_b, **told)
        else:
            graph.graph["neutral"].append((row.actor_a, row.actor_b, told))
    _matrix(graph)  # the sign of every edge is checked here
    return graph


def trio(ties: pd.DataFrame, actors: Sequence[str]) -> pd.DataFrame:
    """Tabulate the signs among three actors by period, and whether their triangle is balanced.

    Parameters
    ----------
    ties : pandas.DataFrame
        Table ``ties``.
    actors : sequence of three str

    Returns
    -------
    pandas.DataFrame
        Rows: the three pairs (``A–B``, in the order of `actors`) and ``triangle``; columns: periods. Cells: 1, 0 or -1,
        missing where no row speaks of the pair; in the last row ``balanced``, ``unbalanced``, ``open`` (a neutral side)
        or ``unknown``.

    Raises
    ------
    ValueError
        If `actors` are not three different ones, or as in `signed_graph`.

    Examples
    --------
    >>> ties = pd.DataFrame({"id": list("xyz"), "actor_a": ["A", "A", "B"], "actor_b": ["B", "C", "C"], "sign": -1,
    ...     "period_start": 2020, "period_end": 2020, "evidence": "direct", "confidence": "low"})
    >>> trio(ties, ["A", "B", "C"]).loc["triangle", "2020"]
    'unbalanced'
    """
    if len(set(actors)) != 3 or len(actors) != 3:
        raise ValueError(f"a triangle needs three different actors, not {', '.join(actors)}")
    pairs = list(itertools.combinations(actors, 2))
    columns = {}
    for label, year in periods(ties).items():
        graph = signed_graph(ties, year)
        known: dict[frozenset[object], int] = {frozenset((a, b)): t["sign"] for a, b, t in graph.graph["neutral"]}
        known |= {frozenset((a, b)): sign for a, b, sign in graph.edges(data="sign")}
        sides = [known.get(frozenset(pair)) for pair in pairs]
        told = [side for side in sides if side is not None]
        state = {1: "balanced", -1: "unbalanced", 0: "open"}[math.prod(told)] if len(told) == 3 else "unknown"
        columns[label] = [*sides, state]
    return pd.DataFrame(columns, index=[*("–".join(pair) for pair in pairs), "triangle"], dtype=object)


# Checks and arrays --------------------------------------------------------------------------------


def _order(graph: nx.Graph) -> list[object]:
    """Put the nodes in an order that does not depend on how the graph was built."""
    return sorted(graph, key=str)


def _matrix(graph: nx.Graph) -> Ints:
    """Check a graph and return its signs as a symmetric matrix in the order of `_order`."""
    if graph.is_directed():
        raise ValueError("the graph is directed: a signed network must be undirected")
    if graph.is_multigraph():
        raise ValueError("the graph is a multigraph: a pair must have one edge at most")
    if len(graph) == 0:
        raise ValueError("the graph is empty: it has no node")
    place = {node: i for i, node in enumerate(_order(graph))}
    signs = np.zeros((len(place), len(place)), dtype=np.int64)
    for a, b, data in graph.edges(data=True):
        if a == b:
            raise ValueError(f"node {a!r} has an edge to itself")
        if "sign" not in data:
            raise ValueError(f"the edge {a!r} to {b!r} has no sign")
        sign = data["sign"]
        if isinstance(sign, (str, bool, np.bool_)) or sign not in (1, -1):
            raise ValueError(f"the edge {a!r} to {b!r} has the sign {sign!r}: it must be 1 or -1")
        signs[place[a], place[b]] = signs[place[b], place[a]] = int(sign)
    return signs


def _edges(signs: Ints) -> tuple[Ints, Ints]:
    a, b = np.nonzero(np.triu(signs))
    return a.astype(np.int64), b.astype(np.int64)


def _check_draws(draws: int) -> None:
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")


# Triads and walks ---------------------------------------------------------------------------------


def triads(graph: nx.Graph) -> pd.DataFrame:
    """List the closed triads and whether each is balanced: the product of its signs positive.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, with edge attribute ``sign``.

    Returns
    -------
    pandas.DataFrame
        ``triad`` (names joined by a hyphen, in alphabetical order), ``signs`` (such as ``++-``), ``balanced``.

    Raises
    ------
    ValueError
        If the graph is directed, a multigraph or empty, has a self-loop, or an edge whose sign is missing or not 1
        or -1.

    Examples
    --------
    >>> triads(nx.Graph([("A", "B", {"sign": 1}), ("A", "C", {"sign": 1}), ("B", "C", {"sign": -1})]))
       triad signs  balanced
    0  A-B-C   ++-     False
    """
    signs, names = _matrix(graph), _order(graph)
    found = []
    for i, j in zip(*_edges(signs), strict=True):
        for k in np.flatnonzero(signs[i] * signs[j]):
            if k > j:
                sides = (signs[i, j], signs[i, k], signs[j, k])
                kind = "+" * sum(s > 0 for s in sides) + "-" * sum(s < 0 for s in sides)
                found.append(("-".join(str(names[v]) for v in (i, j, k)), kind, bool(math.prod(sides) > 0)))
    return pd.DataFrame(found, columns=["triad", "signs", "balanced"])


def triad_census(graph: nx.Graph) -> dict[str, int]:
    """Count the closed triads by their signs.

    Parameters
    ----------
    graph : networkx.Graph
        See `triads`, also for errors.

    Returns
    -------
    dict
        Counts of ``+++``, ``++-``, ``+--`` and ``---``. The first and third are balanced.

    Examples
    --------
    >>> triad_census(nx.Graph([("A", "B", {"sign": 1}), ("A", "C", {"sign": 1}), ("B", "C", {"sign": -1})]))
    {'+++': 0, '++-': 1, '+--': 0, '---': 0}
    """
    signs = _matrix(graph)
    plus, minus = (signs > 0).astype(np.int64), (signs < 0).astype(np.int64)
    return {
        "+++": int(np.trace(plus @ plus @ plus)) // 6,
        "++-": int(np.trace(plus @ plus @ minus)) // 2,
        "+--": int(np.trace(plus @ minus @ minus)) // 2,
        "---": int(np.trace(minus @ minus @ minus)) // 6,
    }


def triangle_index(graph: nx.Graph) -> float:
    """Return the share of closed triads that are balanced (Cartwright and Harary 1956).

    Parameters
    ----------
    graph : networkx.Graph
        See `triads`, also for errors.

    Returns
    -------
    float
        0 to 1; ``nan`` where no triad is closed.

    Examples
    --------
    >>> triangle_index(nx.Graph([("A", "B", {"sign": 1}), ("A", "C", {"sign": -1}), ("B", "C", {"sign": -1})]))
    1.0
    """
    return float(_triangle_indices(_matrix(graph)[None])[0])


def _triangle_indices(stack: Ints) -> Floats:
    """Do `triangle_index` for a stack of sign matrices, shape (draws, n, n)."""
    signed = np.trace(stack @ stack @ stack, axis1=1, axis2=2).astype(float)
    size = np.abs(stack)
    closed = np.trace(size @ size @ size, axis1=1, axis2=2).astype(float)
    closed[closed == 0] = np.nan
    return np.asarray((1 + signed / closed) / 2)


def walk_balance(graph: nx.Graph) -> float:
    r"""Return the balance of all closed walks, long ones counting less (Estrada and Benzi 2014).

    .. math:: K = \operatorname{tr} e^{A} / \operatorname{tr} e^{|A|}

    with the matrix of signs :math:`A`. Each node also counts once for itself, so many isolated nodes raise it.

    Parameters
    ----------
    graph : networkx.Graph
        See `triads`, also for errors.

    Returns
    -------
    float
        Above 0 and at most 1; 1 if and only if the network is balanced.

    References
    ----------
    E. Estrada and M. Benzi, "Walk-based measure of balance in signed networks: detecting lack of balance in social
    networks", Physical Review E 90 (2014) 042802.

    Examples
    --------
    >>> round(walk_balance(nx.Graph([("A", "B", {"sign": -1}), ("A", "C", {"sign": -1}), ("B", "C", {"sign": -1})])), 4)
    0.6858
    """
    return float(_walk_balances(_matrix(graph)[None])[0])


def _walk_balances(stack: Ints) -> Floats:
    signed, size = np.linalg.eigvalsh(stack.astype(float)), np.linalg.eigvalsh(np.abs(stack).astype(float))
    top = size.max(axis=1, keepdims=True)  # taken out of both sums, so that large networks do not overflow
    return np.asarray(np.exp(signed - top).sum(axis=1) / np.exp(size - top).sum(axis=1))


# Frustration --------------------------------------------------------------------------------------


def frustration_index(graph: nx.Graph, time_limit: float | None = None) -> tuple[int, Partition]:
    """Count, exactly, the fewest edges that keep the network from splitting into two camps.

    An edge is frustrated by a partition if it is positive across the camps or negative inside one. The index L is the
    least number of frustrated edges over all partitions; it is also the least number of signs whose change would make
    the network balanced.

    Each connected component is solved on its own. Up to `SMALL` nodes every partition is listed. Beyond, annealing
    finds a partition, and integer programming by branch and cut proves that none is better: linear programs (HiGHS,
    through `scipy.optimize.linprog`) over the negative cycles, each of which holds a frustrated edge. Handing the XOR
    model of Aref, Mason and Wilson with the same cycles to `scipy.optimize.milp` gave the same indices, several times
    slower.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, with edge attribute ``sign``. It need not be connected.
    time_limit : float, optional
        Seconds after which to give up. Networks of 120 nodes and 600 edges take a fraction of a second where camps
        explain most signs, but hours where signs are as good as random.

    Returns
    -------
    index : int
        L.
    partition : tuple of two sets
        The camps of one optimal partition; the second may be empty. There are often several: see
        `optimal_partitions`. The choice is the same in every run and does not depend on the order of nodes and edges.
        The first node of each component, in alphabetical order, is in the first set; which camp of one component goes
        with which of another has no meaning.

    Raises
    ------
    ValueError
        See `triads`.
    TimeoutError
        If the proof takes longer than `time_limit`; the message gives the bounds reached.

    References
    ----------
    S. Aref, A. J. Mason and M. C. Wilson, "A modeling and computational study of the frustration index in signed
    networks", Networks 75 (2020) 95-110.

    F. Barahona, "On the computational complexity of Ising spin glass models", Journal of Physics A 15 (1982) 3241.

    Examples
    --------
    >>> foes = nx.Graph([("A", "B", {"sign": -1}), ("A", "C", {"sign": -1}), ("B", "C", {"sign": -1})])
    >>> index, (first, second) = frustration_index(foes)
    >>> index, sorted(first), sorted(second)
    (1, ['A', 'B'], ['C'])
    """
    signs, names = _matrix(graph), _order(graph)
    index, sides = _solve(signs, time_limit)
    return index, _camps(sides, names)


def optimal_partitions(graph: nx.Graph) -> list[Partition]:
    """List every partition that reaches the frustration index, for networks of up to `SMALL` nodes.

    Parameters
    ----------
    graph : networkx.Graph
        See `frustration_index`.

    Returns
    -------
    list of tuple of two sets
        The first node in alphabetical order is always in the first set. Isolated nodes and separate components appear
        on either side, so each doubles the list. The first is the one that `frustration_index` returns if the network
        is connected.

    Raises
    ------
    ValueError
        If the network has more nodes, or as in `triads`.

    Examples
    --------
    >>> foes = nx.Graph([("A", "B", {"sign": -1}), ("A", "C", {"sign": -1}), ("B", "C", {"sign": -1})])
    >>> len(optimal_partitions(foes))
    3
    """
    signs, names = _matrix(graph), _order(graph)
    if len(names) > SMALL:
        raise ValueError(f"the network has {len(names)} nodes: all optimal partitions are listed only up to {SMALL}")
    costs = _costs(signs[None])[:, 0]
    return [_camps(sides, names) for sides in _all_sides(len(names))[costs == costs.min()]]


def frustrated_ties(graph: nx.Graph, partition: Sequence[Collection[object]]) -> pd.DataFrame:
    """List the edges that a partition does not explain.

    Parameters
    ----------
    graph : networkx.Graph
        See `frustration_index`.
    partition : two collections of nodes
        Together all nodes, as `frustration_index` returns them.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b``, ``sign``, ``tie`` (missing where the edge has no id).

    Raises
    ------
    ValueError
        If a node is in neither camp or in both, or as in `triads`.

    Examples
    --------
    >>> graph = nx.Graph([("A", "B", {"sign": -1, "tie": "t"})])
    >>> frustrated_ties(graph, ({"A", "B"}, set()))["tie"].tolist()
    ['t']
    """
    _matrix(graph)
    first, second = partition
    for node in _order(graph):
        if (node in first) == (node in second):
            raise ValueError(f"node {node!r} must be in one camp of the partition, and in one only")
    found = [
        (a, b, data["sign"], data.get("tie"))
        for a, b, data in graph.edges(data=True)
        if ((a in first) == (b in first)) != (data["sign"] > 0)
    ]
    return pd.DataFrame(found, columns=["a", "b", "sign", "tie"])


def _camps(sides: npt.NDArray[np.generic], names: Sequence[object]) -> Partition:
    first = {name for name, side in zip(names, sides, strict=True) if side > 0}
    return first, set(names) - first


@lru_cache(maxsize=8)
def _all_sides(n: int) -> npt.NDArray[np.int8]:
    """List the partitions of `n` nodes, shape (2**(n-1), n), the first node always on side +1."""
    rest = (np.arange(2 ** (n - 1))[:, None] >> np.arange(n - 1)[::-1]) & 1
    return np.hstack([np.ones((len(rest), 1)), 1 - 2 * rest]).astype(np.int8)


@lru_cache(maxsize=4)
def _agreement(n: int) -> npt.NDArray[np.float32]:
    """Say of every partition and pair of nodes whether the two are on one side (+1) or not (-1)."""
    sides = _all_sides(n)
    a, b = np.triu_indices(n, 1)
    return np.asarray(sides[:, a] * sides[:, b], dtype=np.float32)


def _costs(stack: Ints) -> Ints:
    """Count the frustrated edges of every partition (rows) in every network of a stack (columns)."""
    n = stack.shape[1]
    pairs = stack[:, *np.triu_indices(n, 1)]
    total = np.abs(pairs).sum(axis=1)
    # Sums of at most 105 ones: exact in float32, in which the product is fastest.
    return np.asarray((total - _agreement(n) @ pairs.T.astype(np.float32)) / 2).astype(np.int64)


def _solve(signs: Ints, time_limit: float | None = None) -> tuple[int, Ints]:
    """Return the frustration index of a sign matrix and the side (+1 or -1) of each node."""
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    sides = np.ones(len(signs), dtype=np.int64)
    index = 0
    for part in nx.connected_components(nx.from_numpy_array(np.abs(signs))):
        nodes = np.array(sorted(part))
        inside = signs[np.ix_(nodes, nodes)]
        if len(nodes) <= SMALL:
            costs = _costs(inside[None])[:, 0]
            best = int(costs.argmin())
            least, found = int(costs[best]), _all_sides(len(nodes))[best].astype(np.int64)
        else:
            least, found = _Component(inside).solve(deadline)
        index += least
        sides[nodes] = found
    return index, sides


class _Component:
    """A connected network too large to list its partitions, or a part of the search for its index.

    With x = 1 for a frustrated edge, every negative cycle (one whose signs multiply to -1) has x summing to 1 or more.
    The linear program over the negative cycles found so far bounds the index from below, the best partition found so
    far from above. Where a gap remains the search branches on an edge: it is satisfied, and then x = 0; or it is
    frustrated, which costs 1, and then it is satisfied once its sign is turned.
    """

    def __init__(self, signs: Ints) -> None:
        self.n = len(signs)
        self.a, self.b = _edges(signs)
        self.m = len(self.a)
        self.signs = signs[self.a, self.b]
        self.paid = 0  # edges that this part of the search takes as frustrated and has turned
        self.most = np.ones(self.m)  # upper bounds of x: 0 where it takes the edge as satisfied
        self.x = np.zeros(self.m)  # last solution of the linear program
        self.cycles: list[tuple[int, ...]] = []
        self.pool = np.ones((self.n, 1), dtype=np.int64)  # partitions found: columns of sides, +1 or -1

    def turned(self, edge: int) -> _Component:
        """Copy the network with one sign changed, and keep what still holds of what was found."""
        other = copy.copy(self)
        other.signs = self.signs.copy()
        other.signs[edge] *= -1
        other.cycles = [cycle for cycle in self.cycles if edge not in cycle]
        other.cycles += other.violated()
        return other

    def solve(self, deadline: float, efforts: Sequence[int] = (30, 300)) -> tuple[int, Ints]:
        """Find the index and an optimal partition: anneal, compare with the linear bound, and search last."""
        for sweeps in efforts:
            if sweeps:
                self.anneal(sweeps)
            upper, sides = self.best()
            lower = self.lower_bound(upper)
            if lower >= upper:
                return upper, sides
        self.search(self, lower, deadline)
        return self.best()

    def costs(self) -> Ints:
        return np.asarray((self.pool[self.a] * self.pool[self.b] != self.signs[:, None]).sum(axis=0))

    def best(self) -> tuple[int, Ints]:
        costs = self.costs()
        return int(costs.min()), self.pool[:, costs.argmin()]

    def add(self, sides: Ints, keep: int = 32) -> None:
        """Add partitions to the pool and keep the best, in an order that does not depend on how they were found."""
        pool = np.hstack([self.pool, sides])
        self.pool = np.unique(pool * pool[0], axis=1)
        self.pool = self.pool[:, np.argsort(self.costs(), kind="stable")[:keep]]

    def anneal(self, sweeps: int, replicas: int = 32) -> None:
        """Add to the pool by simulated annealing of `replicas` partitions at once, always with the same numbers."""
        rng = np.random.default_rng(1982)
        ends, others, signs = np.r_[self.a, self.b], np.r_[self.b, self.a], np.r_[self.signs, self.signs]
        around = [others[ends == v] for v in range(self.n)]
        weight = [signs[ends == v] for v in range(self.n)]
        state = rng.choice([-1, 1], size=(self.n, replicas))
        warmest = 0.6 * math.sqrt(2 * self.m / self.n)  # in units of one edge, by the mean degree
        for heat in np.linspace(warmest, 0.05 * warmest, sweeps):
            chance = heat * np.log(rng.random(state.shape))
            for v in range(self.n):
                gain = -2 * state[v] * (weight[v] @ state[around[v]])
                state[v] = np.where(gain > chance[v], -state[v], state[v])
        moved = True
        while moved:
            moved = False
            for v in range(self.n):
                worse = state[v] * (weight[v] @ state[around[v]]) < 0
                state[v, worse] *= -1
                moved |= bool(worse.any())
        self.add(state)

    def lower_bound(self, target: int) -> int:
        """Raise the linear bound with violated cycles until it reaches `target` or hardly moves."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        value, gain, lower = 0.0, 1.0, self.paid
        while True:
            if self.cycles:
                lengths = [len(cycle) for cycle in self.cycles]
                where = (np.repeat(np.arange(len(lengths)), lengths), np.concatenate([*map(np.array, self.cycles)]))
                rows = csr_array((np.ones(sum(lengths)), where), shape=(len(lengths), self.m))
                if (rows @ self.most == 0).any():  # a negative cycle of edges that are all taken as satisfied
                    return target
                # Interior points with crossover: on these highly degenerate programs four times as fast as simplex.
                result = linprog(
                    np.ones(self.m),
                    A_ub=-rows,
                    b_ub=-np.ones(len(lengths)),
                    bounds=np.column_stack([np.zeros(self.m), self.most]),
                    method="highs-ipm",
                )
                if not result.success:
                    raise RuntimeError(f"HiGHS did not solve the linear bound: {result.message}")
                rising = 0 < value < result.fun - 0.1
                gain, value, self.x = result.fun - value, result.fun, result.x
                if rising:  # else the same cycles could come and go for ever
                    slack = rows @ self.x - 1
                    self.cycles = [cycle for cycle, spare in zip(self.cycles, slack, strict=True) if spare < 0.3]
            # The index is whole, so the bound may be rounded up, but not for the tolerance of the solver.
            lower = self.paid + math.ceil(value - 1e-3)
            new = self.violated() if lower < target and gain > 0.1 else []
            if not new:
                return lower
            self.cycles += new

    def violated(self) -> list[tuple[int, ...]]:
        """Find negative cycles that x violates: for each edge, the shortest one through it.

        In the double cover every node stands twice, positive edges join copies of the same kind and negative ones
        copies of different kinds. A negative cycle is a path from a node to its other copy.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        n = self.n
        start = np.r_[self.a, self.a + n]
        end = np.where(np.tile(self.signs, 2) > 0, np.r_[self.b, self.b + n], np.r_[self.b + n, self.b])
        rows, columns = np.r_[start, end], np.r_[end, start]
        # An arc of length zero would vanish from the sparse matrix.
        cover = csr_array((np.tile(np.maximum(self.x, 0) + 1e-7, 4), (rows, columns)), shape=(2 * n, 2 * n))
        arc = np.full((2 * n, 2 * n), -1)
        arc[rows, columns] = np.tile(np.arange(self.m), 4)
        length, before = dijkstra(cover, indices=np.arange(n), return_predecessors=True)
        known, found = set(self.cycles), set()
        goal = np.where(self.signs > 0, self.b + n, self.b)  # from a to here, the edge itself closes the cycle
        for edge in np.flatnonzero(length[self.a, goal] + self.x < 1 - 1e-4):
            source, here = self.a[edge], goal[edge]
            passed = [int(edge)]
            while here != source:
                passed.append(int(arc[before[source, here], here]))
                here = before[source, here]
            cycle = tuple(sorted(passed))
            # An edge used twice: no simple cycle. Its negative part is shorter still and found through another edge.
            if len(set(cycle)) == len(cycle) and cycle not in known:
                found.add(cycle)
        return sorted(found)

    def search(self, root: _Component, lower: int, deadline: float) -> None:
        """Add a better partition to the pool of the root, or prove that this part of the search holds none.

        `lower` is what is known of the index of the whole, for the message on running out of time.
        """
        while True:
            upper, _ = root.best()
            if self.lower_bound(upper) >= upper:
                return
            if time.monotonic() > deadline:
                words = f"the frustration index lies between {lower} and {upper}"
                raise TimeoutError(f"{words}, but the proof takes longer than the limit")
            root.add(self.rounded())
            halves, new = np.minimum(self.x, 1 - self.x), self.violated()
            self.cycles += new
            if halves.max() > 1e-6:
                break
            if not new:  # x is whole and meets every cycle: the rounded partition is the best one of this part
                return
        degree = np.bincount(np.r_[self.a, self.b], minlength=self.n)
        edge = int((halves * (degree[self.a] + degree[self.b])).argmax())
        for part in (self.turned(edge), copy.copy(self)):
            part.paid += int(part.signs[edge] != self.signs[edge])
            part.most = self.most.copy()
            part.most[edge] = 0
            part.search(root, lower, deadline)

    def rounded(self) -> Ints:
        """Make a partition from x: satisfy the edges of a spanning tree whose x is least."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

        sign = np.zeros((self.n, self.n), dtype=np.int64)
        sign[self.a, self.b] = sign[self.b, self.a] = self.signs
        weights = csr_array((np.maximum(self.x, 0) + 1e-7, (self.a, self.b)), shape=(self.n, self.n))
        order, before = breadth_first_order(minimum_spanning_tree(weights), 0, directed=False)
        sides = np.ones((self.n, 1), dtype=np.int64)
        for v in order[1:]:
            sides[v] = sides[before[v]] * sign[v, before[v]]
        return sides


# What if ------------------------------------------------------------------------------------------


def flips(graph: nx.Graph) -> pd.DataFrame:
    """Say for each edge what a change of its sign would do to the balance of the network.

    The index moves by one at most. It falls where some optimal partition frustrates the edge, rises where even the
    cheapest partition that frustrates the edge costs two more than the optimum, and stays in between. Up to `SMALL`
    nodes this is read off the list of all partitions; larger components are solved anew with the cycles and partitions
    already known.

    Parameters
    ----------
    graph : networkx.Graph
        See `frustration_index`.

    Returns
    -------
    pandas.DataFrame
        One row per edge: ``a``, ``b``, ``sign``, ``tie`` (missing where the edge has no id), ``index`` and ``triangle``
        after the change, ``index_change`` (-1, 0 or 1), ``triangle_change`` (missing without a closed triad).

    Raises
    ------
    ValueError
        See `triads`.

    Examples
    --------
    >>> foes = nx.Graph([("A", "B", {"sign": -1}), ("A", "C", {"sign": -1}), ("B", "C", {"sign": -1})])
    >>> flips(foes)["index_change"].tolist()
    [-1, -1, -1]
    """
    signs, names = _matrix(graph), _order(graph)
    place = {name: i for i, name in enumerate(names)}
    index, _ = _solve(signs)
    changes = _index_changes(signs)
    triangle = _triangle_indices(signs[None])[0]
    rows = []
    for a, b, data in graph.edges(data=True):
        i, j = sorted((place[a], place[b]))
        turned = signs.copy()
        turned[i, j] = turned[j, i] = -signs[i, j]
        after, change = _triangle_indices(turned[None])[0], changes[i, j]
        rows.append((a, b, data["sign"], data.get("tie"), index + change, after, change, after - triangle))
    names_of_columns = ["a", "b", "sign", "tie", "index", "triangle", "index_change", "triangle_change"]
    return pd.DataFrame(rows, columns=names_of_columns)


def _index_changes(signs: Ints) -> dict[tuple[int, int], int]:
    """Map each edge (i < j) to the change of the index if its sign changed."""
    changes: dict[tuple[int, int], int] = {}
    for part in nx.connected_components(nx.from_numpy_array(np.abs(signs))):
        nodes = np.array(sorted(part))
        inside = signs[np.ix_(nodes, nodes)]
        a, b = _edges(inside)
        if len(nodes) <= SMALL:
            costs, sides = _costs(inside[None])[:, 0], _all_sides(len(nodes))
            frustrated = sides[:, a] * sides[:, b] != inside[a, b]
            cheapest = np.where(frustrated, costs[:, None], len(a) + 2).min(axis=0, initial=len(a) + 2)
            moved = np.clip(cheapest - costs.min() - 1, -1, 1)
        else:
            whole = _Component(inside)
            index, _ = whole.solve(math.inf)
            optima = whole.pool[:, whole.costs() == index]
            known = (optima[a] * optima[b] != inside[a, b][:, None]).any(axis=1)
            moved = np.array(
                [-1 if known[e] else whole.turned(e).solve(math.inf, (0, 30, 300))[0] - index for e in range(len(a))]
            )
        changes |= {(int(nodes[i]), int(nodes[j])): int(m) for i, j, m in zip(a, b, moved, strict=True)}
    return changes


def random_signs(graph: nx.Graph, seed: int, keep: Literal["ties", "degrees"]) -> nx.Graph:
    """Draw one random signed network comparable to the given one; see `against_chance`.

    Examples
    --------
    >>> path = nx.Graph([("A", "B", {"sign": 1}), ("B", "C", {"sign": -1})])
    >>> sorted(sign for *_, sign in random_signs(path, 0, "ties").edges(data="sign"))
    [-1, 1]
    """
    signs, names = _matrix(graph), _order(graph)
    drawn = _random_stack(signs, 1, seed, keep)[0]
    found = nx.Graph()
    found.add_nodes_from(names)
    found.add_edges_from((names[i], names[j], {"sign": int(drawn[i, j])}) for i, j in zip(*_edges(drawn), strict=True))
    return found


def against_chance(
    graph: nx.Graph,
    draws: int,
    seed: int,
    keep: Literal["ties", "degrees"] = "ties",
    time_limit: float | None = None,
) -> pd.DataFrame:
    """Compare the balance of a network with that of random signed networks.

    Parameters
    ----------
    graph : networkx.Graph
        See `frustration_index`.
    draws : int
        Number of random networks; 999 is usual.
    seed : int
        Of the random numbers.
    keep : {"ties", "degrees"}
        ``"ties"``: the same edges, with the signs shuffled among them. It asks whether the signs are arranged at all.
        ``"degrees"``: every node keeps its number of positive and of negative edges, but edges move: pairs of edges
        of one sign exchange partners, or change places with pairs of the other sign, ten attempts per edge between
        draws after a hundred at the start. It asks for order beyond some actors having many friends or foes. In a
        dense network few exchanges are possible; then the drawn networks stay close to the given one.
    time_limit : float, optional
        Seconds for each draw; see `frustration_index`. Shuffled signs are as hard as signs get: beyond some 60 nodes
        with as many negative as positive edges a draw may take minutes.

    Returns
    -------
    pandas.DataFrame
        Rows ``frustration index``, ``triangle index``, ``walk balance``; columns ``observed``, ``mean``, ``sd``,
        ``low`` and ``high`` (5th and 95th percentile of the draws), ``p``: (draws at least as balanced as the network,
        plus 1) / (draws + 1).

    Raises
    ------
    ValueError
        If `draws` is below 1, `keep` is unknown, the network has no edge, or as in `triads`.
    TimeoutError
        See `frustration_index`.

    Examples
    --------
    >>> camps = nx.Graph([("A", "B", {"sign": 1}), ("C", "D", {"sign": 1}), ("A", "C", {"sign": -1}),
    ...     ("A", "D", {"sign": -1}), ("B", "C", {"sign": -1}), ("B", "D", {"sign": -1})])
    >>> bool(against_chance(camps, 99, 1).loc["frustration index", "p"] < 0.5)
    True
    """
    _check_draws(draws)
    signs = _matrix(graph)
    stack = _random_stack(signs, draws, seed, keep)
    rows = {}
    measured = {
        "frustration index": (_indices(signs[None])[0], _indices(stack, time_limit), -1),
        "triangle index": (_triangle_indices(signs[None])[0], _triangle_indices(stack), 1),
        "walk balance": (_walk_balances(signs[None])[0], _walk_balances(stack), 1),
    }
    for name, (observed, drawn, better) in measured.items():
        drawn = drawn[~np.isnan(drawn)].astype(float)
        spread = np.quantile(drawn, [0.05, 0.95]) if drawn.size else (math.nan, math.nan)
        at_least = int((better * (drawn - observed) > -1e-9).sum())
        rows[name] = {
            "observed": float(observed),
            "mean": float(drawn.mean()) if drawn.size else math.nan,
            "sd": float(drawn.std()) if drawn.size else math.nan,
            "low": float(spread[0]),
            "high": float(spread[1]),
            "p": (at_least + 1) / (drawn.size + 1) if not math.isnan(observed) else math.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _random_stack(signs: Ints, draws: int, seed: int, keep: str) -> Ints:
    if keep not in ("ties", "degrees"):
        raise ValueError(f"unknown rule {keep!r}: keep 'ties' or 'degrees'")
    a, b = _edges(signs)
    if a.size == 0:
        raise ValueError("the network has no edge whose sign could be drawn")
    rng = np.random.default_rng(seed)
    stack = np.zeros((draws, *signs.shape), dtype=np.int64)
    if keep == "ties":
        drawn = rng.permuted(np.tile(signs[a, b], (draws, 1)), axis=1)
        stack[:, a, b] = stack[:, b, a] = drawn
        return stack
    state, edges = signs.tolist(), list(zip(a.tolist(), b.tolist(), strict=True))
    for draw in range(draws):
        _exchange(state, edges, rng, (100 if draw == 0 else 10) * len(edges))
        stack[draw] = state
    return stack


def _exchange(state: list[list[int]], edges: list[tuple[int, int]], rng: np.random.Generator, attempts: int) -> None:
    """Move signs between pairs of pairs, in place, so that every node keeps its positive and negative degree.

    Two edges u-v and x-y of one sign and the two pairs u-y and x-v of another common state (absent, or the other sign)
    change places. A move is as likely as its reverse, so all networks that the moves reach are equally likely.
    """
    picks = rng.integers(len(edges), size=(attempts, 2)).tolist()
    turns = (rng.random(attempts) < 0.5).tolist()
    for (i, j), turn in zip(picks, turns, strict=True):
        (u, v), (x, y) = edges[i], edges[j]
        if turn:
            x, y = y, x
        if len({u, v, x, y}) < 4:
            continue
        old, new = state[u][v], state[u][y]
        if state[x][y] != old or state[x][v] != new or old == new:
            continue
        for p, q, value in ((u, v, new), (x, y, new), (u, y, old), (x, v, old)):
            state[p][q] = state[q][p] = value
        if new == 0:
            edges[i], edges[j] = (u, y), (x, v)


def _indices(stack: Ints, time_limit: float | None = None) -> Ints:
    """Do `frustration_index` for a stack of sign matrices."""
    if stack.shape[1] > SMALL:
        return np.array([_solve(signs, time_limit)[0] for signs in stack])
    return np.concatenate([_costs(part).min(axis=0) for part in _parts(stack)])


def _parts(stack: Ints) -> list[Ints]:
    """Cut a stack so that the costs of all its partitions take some ten megabytes at a time."""
    size = max(1, 2**21 // 2 ** (stack.shape[1] - 1))
    return [stack[i : i + size] for i in range(0, len(stack), size)]


@dataclass(frozen=True)
class Sampled:
    """What `sampled` drew.

    Attributes
    ----------
    index : numpy.ndarray of int, shape (draws,)
        Frustration index of each draw.
    triangle : numpy.ndarray of float, shape (draws,)
        Triangle index of each draw; ``nan`` without a closed triad.
    camps : pandas.DataFrame
        Actors by actors: how often two are in the same camp. Up to `SMALL` actors every optimal partition of a draw
        counts equally, so that two actors without any connection get one half; beyond, the one partition that
        `frustration_index` returns.
    """

    index: Ints
    triangle: Floats
    camps: pd.DataFrame

    def shares(self) -> pd.Series:
        """Return the share of draws by frustration index."""
        return pd.Series(self.index, name="share").value_counts(normalize=True).sort_index().rename_axis("index")


def sampled(
    graph: nx.Graph,
    wrong: Mapping[str, float],
    draws: int,
    seed: int,
    error: Literal["flip", "step", "any"] = "step",
    by: Literal["evidence", "confidence"] = "evidence",
) -> Sampled:
    """Draw the doubtful signs at random and see how much the balance and the camps move.

    Each tie is wrong with the probability of its level, independently of the others. One coder's errors are rarely
    independent, so the true spread is wider.

    Parameters
    ----------
    graph : networkx.Graph
        Result of `signed_graph` with all evidence: edges carry the attribute `by`, and neutral ties stand in
        ``.graph["neutral"]``. A graph without that list has no neutral tie.
    wrong : mapping of str to float
        Level of `by` to the probability that a sign of that level is wrong. A level left out is never wrong.
    draws : int
        Number of networks drawn.
    seed : int
        Of the random numbers.
    error : {"flip", "step", "any"}
        What a wrong sign is instead. ``"flip"``: the opposite; neutral ties stay neutral. ``"step"``: the next value of
        -1, 0, 1; a neutral tie goes either way with equal odds. ``"any"``: one of the two other values.
    by : {"evidence", "confidence"}
        The attribute that says how doubtful a sign is.

    Returns
    -------
    Sampled

    Raises
    ------
    ValueError
        If `draws` is below 1, a probability lies outside 0 to 1, `error` is unknown, a level in `wrong` occurs nowhere
        in the network, a tie lacks the attribute, or as in `triads`.

    Examples
    --------
    >>> graph = nx.Graph([("A", "B", {"sign": 1, "evidence": "direct"}), ("B", "C", {"sign": 1, "evidence": "direct"}),
    ...     ("A", "C", {"sign": 1, "evidence": "inferred"})])
    >>> sampled(graph, {"inferred": 1.0}, draws=10, seed=1, error="flip").shares().to_dict()
    {1: 1.0}
    """
    _check_draws(draws)
    if error not in ERRORS:
        raise ValueError(f"unknown error {error!r}: use {', '.join(ERRORS)}")
    signs, names = _matrix(graph), _order(graph)
    ties = _leveled(graph, by)
    levels = sorted({level for *_, level in ties})
    for level, chance in wrong.items():
        if not 0 <= chance <= 1:
            raise ValueError(f"the probability {chance} of {level!r} lies outside 0 to 1")
        if level not in levels:
            raise ValueError(f"no tie has the {by} {level!r}: the network has {', '.join(levels)}")
    rng = np.random.default_rng(seed)
    stack = np.repeat(signs[None], draws, axis=0)
    for i, j, sign, level in ties:
        instead = ERRORS[error][sign]
        chance = wrong.get(level, 0.0)
        if chance and instead:
            hit = rng.random(draws) < chance
            value = np.where(hit, rng.choice(instead, size=draws), sign)
            stack[:, i, j] = stack[:, j, i] = value
    index, camps = _camp_shares(stack)
    table = pd.DataFrame(camps, index=names, columns=names)
    return Sampled(index, _triangle_indices(stack), table)


def sensitivity(
    graph: nx.Graph,
    doubtful: Collection[str] = ("inferred",),
    pair: tuple[object, object] | None = None,
    by: Literal["evidence", "confidence"] = "evidence",
) -> pd.DataFrame:
    """Give each doubtful tie, one at a time, every other sign, and say what becomes of the findings.

    Parameters
    ----------
    graph : networkx.Graph
        See `sampled`.
    doubtful : collection of str
        Levels of `by` whose ties are tried.
    pair : two nodes, optional
        Two actors whose common camp is a finding to be watched.
    by : {"evidence", "confidence"}
        The attribute that says how doubtful a sign is.

    Returns
    -------
    pandas.DataFrame
        One row per doubtful tie and other value: ``a``, ``b``, ``sign``, ``instead``, ``index``, ``triangle``,
        ``index_change``, ``triangle_change`` and, with `pair`, ``together``: the share of optimal partitions that put
        the two in one camp (beyond `SMALL` nodes: whether the returned one does). ``.attrs`` holds the same figures for
        the network as it stands: ``index``, ``triangle``, ``together``.

    Raises
    ------
    ValueError
        If a node of `pair` or a level is not in the network, or as in `sampled`.

    Examples
    --------
    >>> graph = nx.Graph([("A", "B", {"sign": 1, "evidence": "direct"}), ("B", "C", {"sign": 1, "evidence": "direct"}),
    ...     ("A", "C", {"sign": 1, "evidence": "inferred"})])
    >>> sensitivity(graph)[["instead", "index"]].to_numpy().tolist()
    [[-1, 1], [0, 0]]
    """
    signs, names = _matrix(graph), _order(graph)
    ties = _leveled(graph, by)
    levels = sorted({level for *_, level in ties})
    for level in doubtful:
        if level not in levels:
            raise ValueError(f"no tie has the {by} {level!r}: the network has {', '.join(levels)}")
    for node in pair or ():
        if node not in graph:
            raise ValueError(f"node {node!r} is not in the network")
    tried = [(i, j, sign, v) for i, j, sign, level in ties if level in doubtful for v in (-1, 0, 1) if v != sign]
    stack = np.repeat(signs[None], len(tried) + 1, axis=0)
    for row, (i, j, _, value) in enumerate(tried, start=1):
        stack[row, i, j] = stack[row, j, i] = value
    table = pd.DataFrame([(names[i], names[j], s, v) for i, j, s, v in tried], columns=["a", "b", "sign", "instead"])
    triangle = _triangle_indices(stack)
    index = _indices(stack)
    table = table.assign(
        index=index[1:],
        triangle=triangle[1:],
        index_change=index[1:] - index[0],
        triangle_change=triangle[1:] - triangle[0],
    )
    table.attrs = {"index": int(index[0]), "triangle": float(triangle[0])}
    if pair is not None:
        one, other = (names.index(node) for node in pair)
        together = np.array([_camp_shares(signs[None])[1][one, other] for signs in stack])
        table["together"] = together[1:]
        table.attrs["together"] = float(together[0])
    return table


def _leveled(graph: nx.Graph, by: str) -> list[tuple[int, int, int, str]]:
    """List all ties, neutral ones too, as places of the two nodes, sign and level of doubt, in a fixed order."""
    place = {node: i for i, node in enumerate(_order(graph))}
    found = []
    for a, b, data in [*graph.edges(data=True), *graph.graph.get("neutral", [])]:
        if by not in data:
            raise ValueError(f"the tie {a!r} to {b!r} does not say its {by}")
        if a not in place or b not in place:
            raise ValueError(f"the neutral tie {a!r} to {b!r} names a node that the network lacks")
        i, j = sorted((place[a], place[b]))
        found.append((i, j, int(data["sign"]), str(data[by])))
    return sorted(found)


def _camp_shares(stack: Ints) -> tuple[Ints, Floats]:
    """Return the index of each network of a stack, and how often two nodes share a camp over all of them."""
    n = stack.shape[1]
    together = np.zeros((n, n))
    if n > SMALL:
        solved = [_solve(signs) for signs in stack]
        for _, sides in solved:
            together += np.equal.outer(sides, sides)
        return np.array([index for index, _ in solved]), together / len(stack)
    index = []
    agreement = _agreement(n)
    pairs = np.triu_indices(n, 1)
    for part in _parts(stack):
        costs = _costs(part)
        index.append(costs.min(axis=0))
        optimal = (costs == index[-1]).astype(np.float32)
        shares = (optimal / optimal.sum(axis=0)).sum(axis=1)
        together[pairs] += (shares.sum() + shares @ agreement) / 2
    together = together / len(stack)
    together += together.T + np.eye(n)
    return np.concatenate(index), together
