"""Signed networks: balance, exact frustration, and doubtful signs."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from helpers import balance

ROOT = Path(__file__).resolve().parents[2]

# Alliances and enmities of sixteen peoples of the New Guinea highlands: K. E. Read, "Cultures of the Central Highlands,
# New Guinea", Southwestern Journal of Anthropology 10 (1954) 1-43, as coded by Hage and Harary (1983). The three
# results are printed in the documentation of the R package signnet (D. Schoch): balanced triangles 0.8676471, walks
# 0.3575761, frustration 0.7586207, which is 1 - 2L/m with m = 58 edges, so that L = 7.
TRIBES = """
Gavev: Kotun -Ove -Alika -Nagam -Gahuk -Asaro Nagad Gama
Kotun: -Ove -Nagam -Gahuk -Notoh -Kohik Nagad Gama
Ove: Alika Gahuk Masil Ukudz
Alika: Ukudz
Nagam: Masil Notoh Seuve -Nagad -Gama
Gahuk: Masil Ukudz -Notoh Geham Asaro -Uheto -Gama
Masil: Ukudz Geham Asaro Uheto
Ukudz: Geham Asaro -Seuve
Notoh: Kohik -Geham Uheto -Nagad
Kohik: -Geham Uheto -Nagad
Geham: Asaro -Uheto -Nagad -Gama
Asaro: -Seuve -Nagad -Gama
Uheto: Seuve -Nagad -Gama
Seuve: -Gama
Nagad: Gama
"""


def network(edges) -> nx.Graph:
    """A graph from (a, b, sign)."""
    graph = nx.Graph()
    graph.add_edges_from((a, b, {"sign": sign}) for a, b, sign in edges)
    return graph


@pytest.fixture(scope="module")
def tribes() -> nx.Graph:
    lines = (line.split(":") for line in TRIBES.strip().splitlines())
    return network((a, b.lstrip("-"), -1 if b.startswith("-") else 1) for a, rest in lines for b in rest.split())


def random_network(n: int, m: int, negative: float, seed: int) -> nx.Graph:
    graph, rng = nx.gnm_random_graph(n, m, seed=seed), np.random.default_rng(seed)
    for *_, data in graph.edges(data=True):
        data["sign"] = -1 if rng.random() < negative else 1
    return graph


def by_brute_force(graph: nx.Graph) -> int:
    """The frustration index straight from its definition: try every partition."""
    nodes, best = list(graph), graph.number_of_edges()
    for chosen in itertools.product((True, False), repeat=len(nodes)):
        camp = dict(zip(nodes, chosen, strict=True))
        best = min(best, sum((camp[a] == camp[b]) != (sign > 0) for a, b, sign in graph.edges(data="sign")))
    return best


@st.composite
def networks(draw, most: int = 8) -> nx.Graph:
    n = draw(st.integers(1, most))
    pairs = list(itertools.combinations(range(n), 2))
    signs = draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=len(pairs), max_size=len(pairs)))
    graph = network((a, b, s) for (a, b), s in zip(pairs, signs, strict=True) if s)
    graph.add_nodes_from(range(n))
    return graph


@pytest.fixture
def no_lists(monkeypatch) -> None:
    """Send the smallest networks through annealing and integer programming too."""
    monkeypatch.setattr(balance, "SMALL", 1)


# Published results --------------------------------------------------------------------------------


def test_the_tribes_of_read_1954(tribes) -> None:
    assert (len(tribes), tribes.number_of_edges()) == (16, 58)
    assert balance.triangle_index(tribes) == pytest.approx(0.8676471, abs=5e-8)
    assert balance.walk_balance(tribes) == pytest.approx(0.3575761, abs=5e-8)
    index, partition = balance.frustration_index(tribes)
    assert 1 - 2 * index / 58 == pytest.approx(0.7586207, abs=5e-8)
    assert len(balance.frustrated_ties(tribes, partition)) == index == 7
    census = balance.triad_census(tribes)
    assert sum(census.values()) == sum(nx.triangles(tribes).values()) // 3 == 68
    assert (census["+++"] + census["+--"]) / 68 == pytest.approx(0.8676471, abs=5e-8)


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("n", [5, 7, 8])
def test_all_foes_are_split_in_halves(n: int) -> None:
    # Every pair inside a camp is frustrated, so equal camps are best; the linear bound n(n-1)/6 is too low, and the
    # integer program has to close the gap.
    foes = network((a, b, -1) for a, b in itertools.combinations(range(n), 2))
    index, (first, second) = balance.frustration_index(foes)
    assert index == math.comb(n, 2) - n * n // 4
    assert abs(len(first) - len(second)) <= 1


# The index ----------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(networks())
def test_the_index_equals_brute_force(graph: nx.Graph) -> None:
    index, partition = balance.frustration_index(graph)
    assert index == by_brute_force(graph) == len(balance.frustrated_ties(graph, partition))


@settings(max_examples=15)
@given(graph=networks(7))
def test_integer_programming_equals_brute_force(graph: nx.Graph) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(balance, "SMALL", 1)
        index, partition = balance.frustration_index(graph)
    assert index == by_brute_force(graph) == len(balance.frustrated_ties(graph, partition))


@pytest.mark.parametrize(("n", "m", "negative"), [(18, 60, 0.5), (20, 50, 0.3), (22, 80, 0.5)])
def test_larger_networks_agree_with_a_search_over_one_half(n: int, m: int, negative: float) -> None:
    # An independent route: fix the signs seen from twelve nodes, then each other node joins its better side only if
    # the rest is an independent set; so delete edges among the rest.
    graph = random_network(n, m, negative, seed=n)
    graph.remove_edges_from([(a, b) for a, b in graph.edges if a >= 12 and b >= 12])
    best = graph.number_of_edges()
    for bits in itertools.product((1, -1), repeat=11):
        side = dict(enumerate((1, *bits)))
        inner = sum(side[a] * side[b] != s for a, b, s in graph.edges(data="sign") if a < 12 and b < 12)
        for v in range(12, n):
            pull = [side[u] * graph[v][u]["sign"] for u in graph[v]]
            inner += min(pull.count(1), pull.count(-1))
        best = min(best, inner)
    assert balance.frustration_index(graph)[0] == best


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("seed", range(8))
def test_branch_and_cut_finds_what_annealing_missed(seed: int, monkeypatch) -> None:
    # Without annealing the search starts from one bad partition.
    monkeypatch.setattr(balance._Component, "anneal", lambda *_: None)
    graph = random_network(9, 20, 0.5, seed)
    index, partition = balance.frustration_index(graph)
    assert index == by_brute_force(graph) == len(balance.frustrated_ties(graph, partition))


@pytest.mark.parametrize("friends", [[], [(0, 1)]])
def test_no_bound_in_the_search_exceeds_the_truth(friends, monkeypatch) -> None:
    # Nearly all foes: the linear bound falls short, so the search branches.
    graph = network((*pair, 1 if pair in friends else -1) for pair in itertools.combinations(range(8), 2))
    root, parts = balance._Component(balance._matrix(graph)), []
    sides = np.array(list(itertools.product((1, -1), repeat=8)))
    agree = sides[:, root.a] * sides[:, root.b]
    costs = (agree != root.signs).sum(axis=1)
    bound = balance._Component.lower_bound

    def recorded(self, target: int) -> int:
        parts.append((self, target, bound(self, target)))
        return parts[-1][2]

    monkeypatch.setattr(balance._Component, "lower_bound", recorded)
    # The search is told that the best is worse than it is, so it looks into parts that it would pass by.
    monkeypatch.setattr(balance._Component, "best", lambda self: (int(costs.min()) + 4, self.pool[:, 0]))
    root.search(root, 0, math.inf)
    assert len(parts) > 4, "it did branch"
    for part, target, found in parts:
        allowed = (agree == part.signs)[:, part.most == 0].all(axis=1)
        assert min(found, target) <= costs[allowed].min(initial=99)


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_solution_that_misses_a_cycle_is_not_taken_for_proof(seed: int, monkeypatch) -> None:
    bound, calls = balance._Component.lower_bound, []

    def late(self, target: int) -> int:
        calls.append(target)
        return bound(self, target) if len(calls) > 3 else 0  # at first x stays at nought: whole, but of no cycle

    monkeypatch.setattr(balance._Component, "lower_bound", late)
    monkeypatch.setattr(balance._Component, "anneal", lambda *_: None)
    graph = random_network(9, 20, 0.5, seed)
    assert balance.frustration_index(graph)[0] == by_brute_force(graph)


def test_a_part_of_the_search_that_contradicts_itself_is_closed() -> None:
    part = balance._Component(balance._matrix(network([("A", "B", -1), ("A", "C", -1), ("B", "C", -1)])))
    part.most[:] = 0
    assert part.lower_bound(9) == 9


@pytest.mark.parametrize("seed", range(2))
def test_the_xor_model_of_aref_mason_and_wilson_gives_the_same(seed: int) -> None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    graph = random_network(20, 55, 0.5, seed)
    edges = list(graph.edges(data="sign"))
    rows, floor = np.zeros((2 * len(edges), 20 + len(edges))), []
    for e, (a, b, sign) in enumerate(edges):
        # Positive: x >= |camp a - camp b|. Negative: x >= |camp a + camp b - 1|.
        rows[2 * e, [20 + e, a, b]] = (1, 1, -sign)
        rows[2 * e + 1, [20 + e, a, b]] = (1, -1, sign)
        floor += [0, 0] if sign > 0 else [1, -1]
    cost = np.r_[np.zeros(20), np.ones(len(edges))]
    model = milp(cost, constraints=LinearConstraint(rows, floor), bounds=Bounds(0, 1), integrality=1 - cost)
    assert balance.frustration_index(graph)[0] == round(model.fun)


def test_a_network_of_states_has_the_index_built_into_it() -> None:
    # Two camps of 60; the signs of 15 edges in triangles without a common edge are turned. Each triangle needs one
    # frustrated edge, and turning the 15 back is enough.
    rng = np.random.default_rng(3)
    graph = nx.Graph()
    triangles = [(3 * i, 3 * i + 1, 3 * i + 2) for i in range(15)]
    edges = {pair for trio in triangles for pair in itertools.combinations(trio, 2)}
    while len(edges) < 600:
        edges.add(tuple(sorted(rng.choice(120, 2, replace=False).tolist())))
    graph.add_edges_from((a, b, {"sign": 1 if (a < 60) == (b < 60) else -1}) for a, b in edges)
    for a, b, _ in triangles:
        graph[a][b]["sign"] *= -1
    index, partition = balance.frustration_index(graph)
    assert index == 15
    if nx.is_connected(graph):
        assert set(map(frozenset, partition)) == {frozenset(range(60)), frozenset(range(60, 120))}


@settings(max_examples=25)
@given(networks(), st.sets(st.integers(0, 7)))
def test_the_index_is_bounded_and_survives_a_change_of_camps(graph: nx.Graph, movers: set[int]) -> None:
    index, _ = balance.frustration_index(graph)
    negative = sum(sign < 0 for *_, sign in graph.edges(data="sign"))
    assert 0 <= index <= min(negative, graph.number_of_edges() // 2)
    switched = network(
        (a, b, sign if (a in movers) == (b in movers) else -sign) for a, b, sign in graph.edges(data="sign")
    )
    switched.add_nodes_from(graph)
    assert balance.frustration_index(switched)[0] == index
    assert balance.walk_balance(switched) == pytest.approx(balance.walk_balance(graph))
    assert balance.triangle_index(switched) == pytest.approx(balance.triangle_index(graph), nan_ok=True)


@settings(max_examples=25)
@given(networks(), st.sets(st.integers(0, 7)))
def test_a_balanced_network_has_no_frustration(graph: nx.Graph, camp: set[int]) -> None:
    for a, b, data in graph.edges(data=True):
        data["sign"] = 1 if (a in camp) == (b in camp) else -1
    index, partition = balance.frustration_index(graph)
    assert index == 0
    assert balance.walk_balance(graph) == pytest.approx(1)
    assert balance.frustrated_ties(graph, partition).empty
    assert set(balance.triads(graph)["balanced"]) <= {True}


@settings(max_examples=25)
@given(networks())
def test_only_balance_has_index_nought_and_walks_of_one(graph: nx.Graph) -> None:
    assert (balance.frustration_index(graph)[0] == 0) == (balance.walk_balance(graph) > 1 - 1e-9)


@settings(max_examples=25)
@given(networks(6), networks(6))
def test_the_index_adds_up_over_components(one: nx.Graph, other: nx.Graph) -> None:
    both = nx.disjoint_union(one, other)
    parts = [balance.frustration_index(g)[0] for g in (one, other)]
    assert balance.frustration_index(both)[0] == sum(parts)


@pytest.mark.parametrize("small", [1, 15])
def test_the_partition_does_not_depend_on_the_order_of_the_graph(small: int, monkeypatch) -> None:
    monkeypatch.setattr(balance, "SMALL", small)
    graph = random_network(12, 40, 0.5, seed=4)
    mixed = nx.Graph()
    order = np.random.default_rng(1).permutation(12).tolist()
    mixed.add_nodes_from(order)
    mixed.add_edges_from([(b, a, data) for a, b, data in graph.edges(data=True)][::-1])
    assert balance.frustration_index(mixed) == balance.frustration_index(graph)
    assert 0 in balance.frustration_index(graph)[1][0], "the first node is in the first camp"


def test_nodes_of_mixed_kinds_and_without_edges_are_kept() -> None:
    graph = network([("A", 1, -1)])
    graph.add_node(("a", "tuple"))
    index, (first, second) = balance.frustration_index(graph)
    assert index == 0
    assert first | second == {"A", 1, ("a", "tuple")}
    assert not first & second


def test_all_optimal_partitions_are_listed() -> None:
    foes = network([("A", "B", -1), ("A", "C", -1), ("B", "C", -1)])
    found = {frozenset(map(frozenset, p)) for p in balance.optimal_partitions(foes)}
    assert found == {frozenset({frozenset(x), frozenset(y)}) for x, y in (("AB", "C"), ("AC", "B"), ("BC", "A"))}
    assert balance.optimal_partitions(foes)[0] == balance.frustration_index(foes)[1]
    foes.add_node("D")
    assert len(balance.optimal_partitions(foes)) == 6
    with pytest.raises(ValueError, match="16 nodes"):
        balance.optimal_partitions(nx.empty_graph(16))


def test_giving_up_is_said_and_not_hidden() -> None:
    with pytest.raises(TimeoutError, match="lies between"):
        balance.frustration_index(network((a, b, -1) for a, b in itertools.combinations(range(17), 2)), time_limit=0)


# Triads -------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(networks())
def test_census_list_and_index_of_triads_agree(graph: nx.Graph) -> None:
    listed, census = balance.triads(graph), balance.triad_census(graph)
    assert listed["signs"].value_counts().to_dict() == {k: v for k, v in census.items() if v}
    assert len(listed) == sum(nx.triangles(graph).values()) // 3
    share = listed["balanced"].mean() if len(listed) else math.nan
    assert balance.triangle_index(graph) == pytest.approx(share, nan_ok=True)


def test_large_networks_do_not_overflow_the_walks() -> None:
    friends = 100 * (np.ones((9, 9), dtype=int) - np.eye(9, dtype=int))  # e to the 800 is beyond a float
    assert balance._walk_balances(friends[None]).tolist() == [1.0]


# Bad input ----------------------------------------------------------------------------------------

BAD = {
    "directed": (nx.DiGraph([(1, 2, {"sign": 1})]), "directed"),
    "multigraph": (nx.MultiGraph([(1, 2, {"sign": 1})]), "multigraph"),
    "empty": (nx.Graph(), "no node"),
    "self-loop": (nx.Graph([("A", "A", {"sign": 1})]), "'A' has an edge to itself"),
    "no sign": (nx.Graph([("A", "B")]), "'A' to 'B' has no sign"),
    "nought": (network([("A", "B", 0)]), "has the sign 0"),
    "two": (network([("A", "B", 2)]), "has the sign 2"),
    "fraction": (network([("A", "B", 0.5)]), "has the sign 0.5"),
    "missing": (network([("A", "B", math.nan)]), "has the sign nan"),
    "text": (network([("A", "B", "1")]), "has the sign '1'"),
    "boolean": (network([("A", "B", True)]), "has the sign True"),
}
READERS = [balance.frustration_index, balance.triads, balance.triad_census, balance.triangle_index,
           balance.walk_balance, balance.flips, balance.optimal_partitions]  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("reader", READERS)
def test_bad_graphs_are_refused(kind: str, reader) -> None:
    graph, words = BAD[kind]
    with pytest.raises(ValueError, match=words):
        reader(graph)


def test_a_partition_must_cover_every_node_once() -> None:
    graph = network([("A", "B", 1)])
    with pytest.raises(ValueError, match="'B' must be in one camp"):
        balance.frustrated_ties(graph, ({"A"}, set()))
    with pytest.raises(ValueError, match="'A' must be in one camp"):
        balance.frustrated_ties(graph, ({"A", "B"}, {"A"}))


def test_whole_numbers_of_other_libraries_are_signs() -> None:
    assert balance.frustration_index(network([("A", "B", np.int8(-1)), ("B", "C", 1.0)]))[0] == 0


# What if ------------------------------------------------------------------------------------------


def check_flips(graph: nx.Graph) -> None:
    index, triangle = balance.frustration_index(graph)[0], balance.triangle_index(graph)
    for row in balance.flips(graph).itertuples():
        turned = graph.copy()
        turned[row.a][row.b]["sign"] *= -1
        assert row.index == balance.frustration_index(turned)[0] == index + row.index_change
        assert row.triangle == pytest.approx(balance.triangle_index(turned), nan_ok=True)
        assert row.triangle_change == pytest.approx(row.triangle - triangle, nan_ok=True)


@settings(max_examples=15)
@given(networks(7))
def test_a_flip_is_what_solving_anew_would_give(graph: nx.Graph) -> None:
    check_flips(graph)


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("seed", range(2))
def test_flips_of_larger_networks_use_what_is_known_and_stay_exact(seed: int) -> None:
    check_flips(random_network(9, 18, 0.4, seed))


def test_flips_of_the_tribes(tribes) -> None:
    table = balance.flips(tribes)
    optimum = balance.frustrated_ties(tribes, balance.frustration_index(tribes)[1])
    falls = {frozenset(p) for p in table.loc[table["index_change"] == -1, ["a", "b"]].to_numpy()}
    assert {frozenset(p) for p in optimum[["a", "b"]].to_numpy()} <= falls


@pytest.mark.parametrize("seed", range(3))
def test_random_networks_keep_what_they_promise(seed: int, tribes) -> None:
    shuffled = balance.random_signs(tribes, seed, "ties")
    assert {frozenset(e) for e in shuffled.edges} == {frozenset(e) for e in tribes.edges}
    assert sum(s for *_, s in shuffled.edges(data="sign")) == sum(s for *_, s in tribes.edges(data="sign"))
    rewired = balance.random_signs(tribes, seed, "degrees")
    for sign in (1, -1):
        degree = [{v: sum(s == sign for *_, s in g.edges(v, data="sign")) for v in g} for g in (tribes, rewired)]
        assert degree[0] == degree[1]
    assert {frozenset(e) for e in rewired.edges} != {frozenset(e) for e in tribes.edges}, "edges did move"


def test_rewiring_reaches_every_network_equally_often() -> None:
    # Every network of five nodes with the same positive and negative degrees, found by trying all 59,049.
    start = balance._matrix(network([(0, 1, 1), (2, 3, 1), (0, 2, -1), (1, 3, -1), (3, 4, 1), (1, 4, -1)]))
    pairs = np.triu_indices(5, 1)
    ends = np.array([[v in pair for v in range(5)] for pair in zip(*pairs, strict=True)], dtype=int)
    every = np.array(list(itertools.product((-1, 0, 1), repeat=10)))
    same = [(((every == sign) @ ends) == ((start[pairs] == sign) @ ends)).all(axis=1) for sign in (1, -1)]
    wanted = {tuple(signs) for signs in every[same[0] & same[1]].tolist()}
    drawn = balance._random_stack(start, 4000, 1, "degrees")[:, *pairs]
    counts = pd.Series([tuple(signs) for signs in drawn.tolist()]).value_counts()
    assert set(counts.index) == wanted
    assert len(wanted) == 15
    assert chisquare(counts).pvalue > 0.001


def test_rewiring_keeps_count_of_the_edges(tribes) -> None:
    signs = balance._matrix(tribes)
    state = signs.tolist()
    edges = list(zip(*(side.tolist() for side in balance._edges(signs)), strict=True))
    balance._exchange(state, edges, np.random.default_rng(1), 3000)
    assert {frozenset(e) for e in edges} == {frozenset(e) for e in zip(*np.nonzero(state), strict=True)}
    assert len({frozenset(e) for e in edges}) == len(edges) == 58


def test_the_tribes_are_more_balanced_than_chance(tribes) -> None:
    table = balance.against_chance(tribes, 9, seed=1)
    assert table["p"].tolist() == pytest.approx([1 / 10] * 3), "no shuffle is as balanced"
    assert table.loc["frustration index", "observed"] == 7
    assert (table["low"] <= table["mean"]).all()
    assert (table["mean"] <= table["high"]).all()


def test_the_same_seed_gives_the_same_comparison() -> None:
    graph = random_network(8, 20, 0.5, seed=1)
    one, same, other = (balance.against_chance(graph, 40, seed=s, keep="degrees") for s in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_a_shuffle_of_one_sign_only_changes_nothing() -> None:
    foes = network((a, b, -1) for a, b in itertools.combinations("ABCD", 2))
    table = balance.against_chance(foes, 9, seed=1)
    assert table["p"].tolist() == [1.0, 1.0, 1.0]
    assert table["sd"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


def test_without_a_closed_triad_chance_says_nothing_of_triads() -> None:
    table = balance.against_chance(network([("A", "B", 1), ("B", "C", -1)]), 9, seed=1)
    assert math.isnan(table.loc["triangle index", "p"])


@pytest.mark.parametrize(
    ("options", "words"),
    [({"draws": 0}, "at least 1, not 0"), ({"keep": "nodes"}, "unknown rule 'nodes'")],
)
def test_impossible_comparisons_are_refused(options, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        balance.against_chance(network([("A", "B", 1)]), **{"draws": 9, "seed": 1} | options)
    with pytest.raises(ValueError, match="no edge"):
        balance.against_chance(nx.empty_graph(3), 9, seed=1)


# Doubtful signs -----------------------------------------------------------------------------------


def coded(*ties: tuple[str, str, int, str]) -> nx.Graph:
    """A graph as `signed_graph` makes it, from (a, b, sign, evidence)."""
    graph = nx.Graph(neutral=[])
    for a, b, sign, evidence in ties:
        told = {"sign": sign, "evidence": evidence}
        graph.add_nodes_from((a, b))
        if sign:
            graph.add_edge(a, b, **told)
        else:
            graph.graph["neutral"].append((a, b, told))
    return graph


DOUBTFUL = coded(("A", "B", 1, "direct"), ("B", "C", 1, "direct"), ("A", "C", 1, "inferred"), ("A", "D", 0, "inferred"))


@pytest.mark.parametrize(
    ("error", "indices"),
    [("flip", {1: 1.0}), ("step", {0: 1.0}), ("any", {0: 0.5, 1: 0.5})],
)
def test_a_sign_that_is_surely_wrong(error: str, indices: dict[int, float]) -> None:
    drawn = balance.sampled(DOUBTFUL, {"inferred": 1.0}, 4000, seed=2, error=error)
    assert drawn.shares().to_dict() == pytest.approx(indices, abs=0.03)
    # A and D: without a tie either camp is as good; a neutral tie that errs goes either way.
    assert drawn.camps.loc["A", "D"] == pytest.approx(0.5, abs=0.03)


def test_camps_average_over_draws_and_over_optimal_partitions() -> None:
    drawn = balance.sampled(DOUBTFUL, {"inferred": 0.3}, 8000, seed=5, error="flip")
    # In three draws of ten the triangle is + + -: then one of three partitions splits A from B.
    assert drawn.index.mean() == pytest.approx(0.3, abs=0.02)
    assert drawn.triangle.mean() == pytest.approx(0.7, abs=0.02)
    assert drawn.camps.loc["A", "B"] == pytest.approx(0.7 + 0.3 * 2 / 3, abs=0.02)
    assert np.diag(drawn.camps).tolist() == [1, 1, 1, 1]


@settings(max_examples=15)
@given(networks(6))
def test_without_doubt_nothing_moves(graph: nx.Graph) -> None:
    if graph.number_of_edges() == 0:
        graph.add_edge("a", "b", sign=1)
    nx.set_edge_attributes(graph, "inferred", "evidence")
    drawn = balance.sampled(graph, {"inferred": 0.0}, 3, seed=1)
    assert set(drawn.index) == {balance.frustration_index(graph)[0]}
    partitions = balance.optimal_partitions(graph)
    for a, b in itertools.combinations(graph, 2):
        together = [(a in first) == (b in first) for first, _ in partitions]
        assert drawn.camps.loc[a, b] == pytest.approx(np.mean(together))


def test_the_same_seed_gives_the_same_draws() -> None:
    one, same, other = (balance.sampled(DOUBTFUL, {"inferred": 0.5}, 50, seed=s) for s in (1, 1, 2))
    assert one.camps.equals(same.camps)
    assert not one.camps.equals(other.camps)


def test_networks_beyond_the_lists_are_sampled_too(tribes) -> None:
    assert len(tribes) > balance.SMALL
    graph = tribes.copy()
    nx.set_edge_attributes(graph, "inferred", "evidence")
    drawn = balance.sampled(graph, {"inferred": 0.05}, 5, seed=1, error="flip")
    assert drawn.index.shape == (5,)
    assert (np.abs(drawn.index - 7) <= 10).all()
    assert drawn.camps.loc["Gama", "Nagad"] > 0.5


@pytest.mark.parametrize(
    ("wrong", "options", "words"),
    [
        ({"inferred": 1.5}, {}, "lies outside 0 to 1"),
        ({"guessed": 0.1}, {}, "no tie has the evidence 'guessed'"),
        ({"inferred": 0.1}, {"error": "worse"}, "unknown error 'worse'"),
        ({"inferred": 0.1}, {"draws": 0}, "at least 1"),
        ({"low": 0.1}, {"by": "confidence"}, "does not say its confidence"),
    ],
)
def test_impossible_doubts_are_refused(wrong, options, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        balance.sampled(DOUBTFUL, wrong, **{"draws": 5, "seed": 1} | options)


def test_sensitivity_tries_every_other_sign_of_every_doubtful_tie() -> None:
    table = balance.sensitivity(DOUBTFUL, pair=("A", "C"))
    assert table[["a", "b", "instead", "index"]].to_numpy().tolist() == [
        ["A", "C", -1, 1], ["A", "C", 0, 0], ["A", "D", -1, 0], ["A", "D", 1, 0],
    ]  # fmt: skip
    assert table["together"].tolist() == pytest.approx([1 / 3, 1, 1, 1])
    assert table.attrs == {"index": 0, "triangle": 1.0, "together": 1.0}
    with pytest.raises(ValueError, match="'E' is not in the network"):
        balance.sensitivity(DOUBTFUL, pair=("A", "E"))
    with pytest.raises(ValueError, match="no tie has the evidence 'x'"):
        balance.sensitivity(DOUBTFUL, ["x"])
    stray = coded(("A", "B", 1, "inferred"))
    stray.graph["neutral"].append(("A", "Z", {"sign": 0, "evidence": "inferred"}))
    with pytest.raises(ValueError, match="'Z' names a node"):
        balance.sensitivity(stray)


# The table of ties --------------------------------------------------------------------------------


def test_the_graph_of_a_year_is_what_the_file_says(data) -> None:
    with (ROOT / "data" / "ties.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if int(r["period_start"]) <= 2023 <= int(r["period_end"])]
    graph = balance.signed_graph(data["ties"], 2023)
    assert {d["tie"]: d["sign"] for *_, d in graph.edges(data=True)} == {
        r["id"]: int(r["sign"]) for r in rows if r["sign"] != "0"
    }
    assert {d["tie"] for *_, d in graph.graph["neutral"]} == {r["id"] for r in rows if r["sign"] == "0"}
    direct = balance.signed_graph(data["ties"], 2023, "direct", ["medium"], ["IRN", "AZE", "PAK", "GEO"])
    chosen = {r["id"] for r in rows if r["evidence"] == "direct" and r["confidence"] == "medium"}
    assert {d["tie"] for *_, d in direct.edges(data=True)} <= chosen
    assert list(direct) == ["IRN", "AZE", "PAK", "GEO"], "actors stay also without a direct tie"


def test_every_period_of_the_data_can_be_solved_and_agrees_with_networkx(data) -> None:
    actors = ["AZE", "ISR", "TUR", "PAK", "GEO", "USA", "RUS", "ARM", "IRN"]
    for year in balance.periods(data["ties"]).values():
        graph = balance.signed_graph(data["ties"], year, actors=actors)
        negative = sum(sign < 0 for *_, sign in graph.edges(data="sign"))
        # A tie is frustrated if negative inside a camp or positive across: minimise the weight of the cut.
        best = min(
            negative + nx.cut_size(graph, [v for i, v in enumerate(actors[1:]) if mask >> i & 1], weight="sign")
            for mask in range(1 << 8)
        )
        assert balance.frustration_index(graph)[0] == best


def test_the_trio_repeats_the_signs_of_the_table(data) -> None:
    shape = balance.trio(data["ties"], ("AZE", "IRN", "ISR"))
    sign = data["ties"].set_index("id")["sign"]
    assert shape.loc["AZE–IRN", "2024"] == sign["aze-irn-2024"]
    assert list(shape.columns) == list(balance.periods(data["ties"]))
    assert shape.loc["triangle", "2013–2019"] == "unbalanced"
    assert shape.loc["triangle", "2021"] == "balanced"
    assert shape.loc["triangle", "2025"] == "open"
    with pytest.raises(ValueError, match="three different actors"):
        balance.trio(data["ties"], ("AZE", "IRN", "AZE"))


def test_two_signs_for_one_pair_and_year_are_refused_by_name(data) -> None:
    ties = data["ties"]
    double = ties[ties["id"] == "aze-irn-2024"].assign(id="irn-aze-again", actor_a="IRN", actor_b="AZE")
    with pytest.raises(ValueError, match="aze-irn-2024 and irn-aze-again"):
        balance.signed_graph(pd.concat([ties, double]), 2024)
    balance.signed_graph(pd.concat([ties, double]), 2025)  # another year is sound


@pytest.mark.parametrize(
    ("year", "options", "words"),
    [
        (1990, {}, "no tie covers the year 1990"),
        (2024, {"actors": ["AZE", "CHN"]}, "no tie of CHN covers the year 2024"),
        (2024, {"evidence": "both"}, "unknown evidence 'both'"),
        (2024, {"confidence": ["sure"]}, "unknown confidence"),
    ],
)
def test_impossible_graphs_are_refused(data, year: int, options, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        balance.signed_graph(data["ties"], year, **options)


def test_a_sign_that_the_table_must_not_hold_is_refused(data) -> None:
    spoilt = data["ties"].assign(sign=data["ties"]["sign"].replace(-1, -2))
    with pytest.raises(ValueError, match="has the sign -2"):
        balance.signed_graph(spoilt, 2024)
