"""Routes, closures, costs and leverage on the transport network."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import corridors as co
from helpers import transit_game as game
from helpers.numbers import corridors_numbers
from helpers.routing import Grid
from helpers.transport_costs import Parameter

# Sioux Falls network: from, to, free-flow time, capacity and equilibrium flow of 76 links; hundreds of trips between 24
# zones. LeBlanc, L. J., Morlok, E. K., & Pierskalla, W. P. (1975). An efficient approach to solving the road network
# equilibrium traffic assignment problem. Transportation Research 9(5), 309-318; best known flows as published by the
# Transportation Networks for Research Core Team (github.com/bstabler/TransportationNetworks).
SIOUX_FALLS = """\
1 2 6 25900.20064 4494.6576464564205; 1 3 4 23403.47319 8119.079948047809; 2 1 6 25900.20064 4519.079948047809;
2 6 5 4958.180928 5967.3363961713767; 3 1 4 23403.47319 8094.6576464564205; 3 4 4 17110.52372 14006.371019862527;
3 12 4 23403.47319 10022.319615163622; 4 3 4 17110.52372 14030.560917400857; 4 5 2 17782.7941 18006.371019862527;
4 11 6 4908.82673 5200; 5 4 2 17782.7941 18030.560917400857; 5 6 4 4947.995469 8798.2677141063105;
5 9 5 10000.0 15780.782055471172; 6 2 5 4958.180928 5991.7586977627652; 6 5 4 4947.995469 8806.498666814754;
6 8 2 4898.587646 12492.925360562731; 7 8 3 7841.81131 12101.529122313244; 7 18 2 23403.47319 15794.010606975833;
8 6 2 4898.587646 12525.578614862563; 8 7 3 7841.81131 12040.918272853545; 8 9 10 5050.193156 6882.6649126617776;
8 16 5 5045.822583 8388.7130630035899; 9 5 5 10000.0 15796.741000301059; 9 8 10 5050.193156 6836.7059752944042;
9 10 3 13915.78842 21744.076080176768; 10 9 3 13915.78842 21814.076087639281; 10 11 5 10000.0 17726.625032961048;
10 15 6 13512.00155 23125.797290102622; 10 16 4 4854.917717 11047.093881273468; 10 17 8 4993.510694 8100;
11 4 6 4908.82673 5300; 11 10 5 10000.0 17604.223533231314; 11 12 6 4908.82673 8365.2856538592168;
11 14 4 4876.508287 9776.1195327472524; 12 3 4 23403.47319 9973.7074160339034; 12 11 6 4908.82673 8404.934623946574;
12 13 3 25900.20064 12287.605269022839; 13 12 3 25900.20064 12378.642039980477;
13 24 4 5091.256152 11121.357960019523; 14 11 4 4876.508287 9814.0690629301607;
14 15 5 5127.526119 9036.3341340276384; 14 23 4 4924.790605 8400.4368302748553;
15 10 6 13512.00155 23192.283359357847; 15 14 5 5127.526119 9079.8203165874729;
15 19 3 14564.75315 19083.289764747366; 15 22 3 9599.180565 18409.935026515312; 16 8 5 5045.822583 8406.7144052110962;
16 10 4 4854.917717 11073.009319210491; 16 17 2 5229.910063 11695.002916533696;
16 18 3 19679.89671 15278.325241515115; 17 10 8 4993.510694 8100; 17 16 2 5229.910063 11683.838282439508;
17 19 2 4823.950831 9953.0214320510204; 18 7 2 23403.47319 15854.621456435532; 18 16 3 19679.89671 15333.406655753832;
18 20 4 23403.47319 18976.79611920187; 19 15 3 14564.75315 19116.724279078175; 19 17 2 4823.950831 9941.8567979568325;
19 20 4 5002.607563 8688.3670404945951; 20 18 4 23403.47319 18992.488382900287;
20 19 4 5002.607563 8710.6369207312164; 20 21 6 5059.91234 6302.0228741869942; 20 22 5 5075.697193 7000;
21 20 6 5059.91234 6239.9850181220318; 21 22 2 5229.910063 8619.539698101762; 21 24 3 4885.357564 10309.410803922008;
22 15 3 9599.180565 18386.472763999562; 22 20 5 5075.697193 7000; 22 21 2 5229.910063 8607.387929735014;
22 23 4 5000.0 9661.8242313658484; 23 14 4 4924.790605 8394.9001778979291; 23 22 4 5000.0 9626.2102004833505;
23 24 2 5078.508436 7902.9839270551529; 24 13 4 5091.256152 11112.394730977161;
24 21 3 4885.357564 10259.524716223794; 24 23 2 5078.508436 7861.8332437957288;
"""
TRIPS = """\
0 1 1 5 2 3 5 8 5 13 5 2 5 3 5 5 4 1 3 3 1 4 3 1
1 0 1 2 1 4 2 4 2 6 2 1 3 1 1 4 2 0 1 1 0 1 0 0
1 1 0 2 1 3 1 2 1 3 3 2 1 1 1 2 1 0 0 0 0 1 1 0
5 2 2 0 5 4 4 7 7 12 14 6 6 5 5 8 5 1 2 3 2 4 5 2
2 1 1 5 0 2 2 5 8 10 5 2 2 1 2 5 2 0 1 1 1 2 1 0
3 4 3 4 2 0 4 8 4 8 4 2 2 1 2 9 5 1 2 3 1 2 1 1
5 2 1 4 2 4 0 10 6 19 5 7 4 2 5 14 10 2 4 5 2 5 2 1
8 4 2 7 5 8 10 0 8 16 8 6 6 4 6 22 14 3 7 9 4 5 3 2
5 2 1 7 8 4 6 8 0 28 14 6 6 6 9 14 9 2 4 6 3 7 5 2
13 6 3 12 10 8 19 16 28 0 40 20 19 21 40 44 39 7 18 25 12 26 18 8
5 2 3 15 5 4 5 8 14 39 0 14 10 16 14 14 10 1 4 6 4 11 13 6
2 1 2 6 2 2 7 6 6 20 14 0 13 7 7 7 6 2 3 4 3 7 7 5
5 3 1 6 2 2 4 6 6 19 10 13 0 6 7 6 5 1 3 6 6 13 8 8
3 1 1 5 1 1 2 4 6 21 16 7 6 0 13 7 7 1 3 5 4 12 11 4
5 1 1 5 2 2 5 6 10 40 14 7 7 13 0 12 15 2 8 11 8 26 10 4
5 4 2 8 5 9 14 22 14 44 14 7 6 7 12 0 28 5 13 16 6 12 5 3
4 2 1 5 2 5 10 14 9 39 10 6 5 7 15 28 0 6 17 17 6 17 6 3
1 0 0 1 0 1 2 3 2 7 2 2 1 1 2 5 6 0 3 4 1 3 1 0
3 1 0 2 1 2 4 7 4 18 4 3 3 3 8 13 17 3 0 12 4 12 3 1
3 1 0 3 1 3 5 9 6 25 6 5 6 5 11 16 17 4 12 0 12 24 7 4
1 0 0 2 1 1 2 4 3 12 4 3 6 4 8 6 6 1 4 12 0 18 7 5
4 1 1 4 2 2 5 5 7 26 11 7 13 12 26 12 17 3 12 24 18 0 21 11
3 0 1 5 1 1 2 3 5 18 13 7 8 11 10 5 6 1 3 7 7 21 0 7
1 0 0 2 0 1 1 2 2 8 6 5 7 4 4 3 3 0 1 4 5 11 7 0
"""

# Soviet railways: two stations and the capacity between them in thousands of tonnes, -1 for no limit; 0 stands for all
# origins, 54 for all destinations. Harris, T. E., & Ross, F. S. (1955). Fundamentals of a method for evaluating rail
# net capacities. RAND RM-1573, figure 7; keyed as in github.com/simonskodt/aldes-flow-behind-enemy-lines (MIT).
HARRIS_ROSS = """\
0 1 -1; 0 17 -1; 0 16 -1; 0 2 -1; 0 3 -1; 0 4 -1; 4 5 44; 0 5 -1; 0 10 -1; 0 27 -1; 5 7 40; 5 6 48; 6 7 30; 7 8 40;
8 9 44; 9 10 16; 3 4 24; 7 14 30; 7 13 34; 7 11 10; 2 3 24; 2 14 30; 2 13 24; 3 14 38; 13 14 24; 7 9 10; 1 2 10;
2 16 6; 13 15 16; 2 15 30; 15 16 4; 16 17 6; 9 11 50; 11 13 34; 11 12 38; 12 13 52; 6 8 28; 10 11 4; 1 17 26; 1 19 6;
18 19 8; 1 18 12; 17 18 2; 12 20 4; 15 20 54; 17 20 34; 18 20 24; 10 28 28; 28 27 14; 10 25 2; 27 26 8; 26 25 8;
11 25 28; 11 24 34; 12 23 12; 20 23 30; 20 21 30; 18 22 20; 22 21 32; 21 23 22; 23 24 17; 24 25 28; 25 29 12; 29 30 5;
28 30 19; 22 37 39; 37 38 36; 21 36 34; 36 38 32; 23 35 2; 35 38 2; 23 34 65; 34 39 36; 24 33 17; 33 39 17; 25 32 42;
32 40 29; 25 31 22; 31 41 10; 30 41 20; 41 40 6; 40 39 20; 39 38 33; 30 42 16; 41 43 24; 40 44 24; 39 44 16; 39 45 36;
39 46 17; 38 46 30; 42 43 13; 43 44 27; 44 45 37; 45 46 20; 44 49 53; 45 49 25; 45 48 60; 46 48 29; 46 47 23;
47 48 16; 48 49 19; 49 43 3; 47 53 16; 48 53 49; 49 53 32; 49 50 10; 43 50 23; 50 42 10; 42 52 10; 42 51 14; 52 51 8;
51 50 2; 50 53 19; 47 54 -1; 48 54 -1; 49 54 -1; 50 54 -1; 51 54 -1; 52 54 -1;
"""

DAY = "2026-03-15"


def numbers(text: str) -> list[list[float]]:
    return [[float(x) for x in item.split()] for item in text.replace("\n", " ").split(";") if item.strip()]


# --- published results ---------------------------------------------------------------------------------------------


def test_sioux_falls_shortest_paths_confirm_the_published_equilibrium() -> None:
    roads = nx.DiGraph()
    objective = spent = 0.0
    for u, v, time, capacity, flow in numbers(SIOUX_FALLS):
        cost = time * (1 + 0.15 * (flow / capacity) ** 4)
        roads.add_edge(int(u), int(v), cost=cost)
        objective += time * (flow + 0.15 * flow**5 / (5 * capacity**4))
        spent += flow * cost
    assert objective == pytest.approx(4231335.287107441, rel=1e-12)
    trips = np.array([[int(x) for x in row.split()] for row in TRIPS.splitlines()]) * 100
    assert trips.sum() == 360600
    # In equilibrium every trip takes a shortest path, so both sums are the same time.
    least = co.all_pairs(roads).loc[range(1, 25), range(1, 25)].to_numpy()
    assert (trips * least).sum() == pytest.approx(spent, rel=1e-12)


def test_harris_ross_flow_and_bottleneck() -> None:
    rails = nx.Graph()
    for u, v, capacity in numbers(HARRIS_ROSS):
        rails.add_edge(int(u), int(v), **({} if capacity < 0 else {"tonnes": capacity}))
    flow, cut = co.min_cut(rails, 0, 54, "tonnes")
    bottleneck = {(28, 30), (29, 30), (31, 41), (38, 46), (39, 44), (39, 45), (39, 46), (40, 41), (40, 44)}
    assert flow == 163
    assert {tuple(sorted(edge)) for edge in cut} == bottleneck
    assert sum(rails.edges[edge]["tonnes"] for edge in cut) == 163


def test_min_cut_of_a_textbook_network_is_directed() -> None:
    # Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, figure 26.1: flow 23.
    arcs = ["s 16 a", "s 13 c", "a 10 c", "c 4 a", "a 12 b", "b 9 c", "c 14 d", "d 7 b", "b 20 t", "d 4 t"]
    pipes = nx.DiGraph()
    pipes.add_edges_from((u, v, {"limit": int(c)}) for u, c, v in (arc.split() for arc in arcs))
    flow, cut = co.min_cut(pipes, "s", "t", "limit")
    assert (flow, set(cut)) == (23, {("a", "b"), ("d", "b"), ("d", "t")})


def test_bernstein_k_shortest_paths() -> None:
    # G. Bernstein's case, from the test-suite of networkx (test_simple_paths.py, test_Greg_Bernstein).
    roads = nx.Graph()
    edges = [(4, 1, 10), (4, 0, 7), (0, 1, 10), (3, 0, 10), (2, 3, 12), (1, 2, 15)]
    roads.add_weighted_edges_from(edges, weight="cost")
    found = co.routes(roads, 1, 3, 10)
    assert [r.cost for r in found][:3] == [20, 27, 27]
    assert found[0].places == (1, 0, 3)
    assert {found[1].places, found[2].places} == {(1, 2, 3), (1, 4, 0, 3)}
    assert len(found) == len(list(nx.all_simple_paths(roads, 1, 3)))


def test_shapley_values_of_known_games() -> None:
    # Glove game and Littlechild & Owen's (1973) airport game, both as in the Wikipedia article on each.
    glove = game.shapley("abc", lambda s: min(len(s & {"a", "b"}), len(s & {"c"})))
    assert glove == pytest.approx({"a": 1 / 6, "b": 1 / 6, "c": 4 / 6})
    strip = {"a": 8, "b": 11, "c": 13, "d": 18}
    airport = game.shapley(list(strip), lambda s: max((strip[x] for x in s), default=0))
    assert airport == pytest.approx({"a": 2, "b": 3, "c": 4, "d": 9})


# --- properties ----------------------------------------------------------------------------------------------------

STATES = ["AZE", "IRN", "ARM", "GEO"]


def tables(drawn: list[tuple[int, int, str, float]], size: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables places, links and link_status of a small world; place i lies in state i modulo 4."""
    ids = [f"p{i}" for i in range(size)]
    places = pd.DataFrame({"id": ids, "name": ids, "actor": [STATES[i % 4] for i in range(size)]})
    links = pd.DataFrame(
        [
            {"id": f"l{n}", "place_a": f"p{a}", "place_b": f"p{b}", "mode": m, "length_km": km,
             "length_basis": ["sourced", "estimated"][n % 2], "capacity_mtpa": [1.0, np.nan][n % 2]}
            for n, (a, b, m, km) in enumerate(drawn)
        ]
    )  # fmt: skip
    never = pd.Series([pd.NaT] * len(links), dtype="datetime64[ns]")
    status = pd.DataFrame(
        {"link_id": links["id"], "status": "open", "valid_from": never, "valid_to": never, "note": ""}
    )
    return places, links, status


ends = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda x: x[0] != x[1])
link = st.tuples(ends, st.sampled_from(co.MODES), st.floats(1, 2000)).map(lambda x: (*x[0], x[1], x[2]))
worlds = st.lists(link, min_size=1, max_size=9)
few = settings(max_examples=20)


def world(drawn: list[tuple[int, int, str, float]]) -> nx.MultiGraph:
    return co.network(*tables(drawn, 6), DAY)


def at_most(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    x, y = a.to_numpy(), b.to_numpy()
    return bool((np.isinf(y) | (x <= y * (1 + 1e-12))).all())


@few
@given(worlds, st.data())
def test_closing_links_never_shortens_a_way(drawn, data) -> None:
    graph = co.priced(world(drawn))
    one = data.draw(st.sampled_from([f"l{i}" for i in range(len(drawn))]))
    two = data.draw(st.sampled_from([f"l{i}" for i in range(len(drawn))]))
    free, without, neither = (co.all_pairs(graph, closed) for closed in ([], [one], [one, two]))
    assert at_most(free, without)
    assert at_most(without, neither)


@few
@given(worlds)
def test_a_way_costs_the_same_there_and_back_and_no_detour_is_cheaper(drawn) -> None:
    costs = co.all_pairs(co.priced(world(drawn)))
    assert np.allclose(costs, costs.T, rtol=1e-12)
    assert (np.diag(costs) == 0).all()
    # Changing at the place between can only add to the sum of two ways, so the triangle may fail by one change of mode.
    table, change = costs.to_numpy(), 10 + 0.42 * 48
    over = table[:, :, None] + table[None, :, :] + change
    assert (table <= over.min(axis=1) * (1 + 1e-12)).all()


@few
@given(worlds, st.data())
def test_many_costs_at_once_give_what_each_gives_alone(drawn, data) -> None:
    grid = Grid(co.priced(world(drawn)))
    places = list(grid.at)
    pairs = data.draw(st.lists(st.tuples(*[st.sampled_from(places)] * 2), min_size=1, max_size=5))
    costs = np.random.default_rng(0).uniform(0, 9, (4, len(grid.cost)))
    costs[costs < 2] = np.inf
    alone = np.array([grid.costs(cost, pairs) for cost in costs])
    np.testing.assert_allclose(grid.least(pairs)(costs), alone, rtol=1e-12)
    with pytest.raises(ValueError, match="directed"):
        Grid(nx.DiGraph([("a", "b", {"cost": 1.0})])).least([("a", "b")])


@few
@given(worlds, st.sampled_from(list(co.Costs().table().index)), st.floats(1, 5))
def test_raising_a_parameter_never_lowers_a_cost(drawn, name: str, factor: float) -> None:
    net = world(drawn)
    costs = co.Costs()
    higher = costs.at(**{name: getattr(costs, name).central * factor})
    for regime in co.REGIMES:
        low, high = (co.priced(net, c, regime, corridor=["l0", "l1", "l2"]) for c in (costs, higher))
        assert at_most(co.all_pairs(low), co.all_pairs(high))


@few
@given(worlds)
def test_a_lighter_regime_never_raises_a_cost_and_stops_on_the_way_stay_checked(drawn) -> None:
    net = world(drawn)
    full, part, none = (
        co.all_pairs(co.priced(net, regime=r, corridor=["l0", "l1", "l2"]))
        for r in ("sovereign", "kaliningrad", "unimpeded")
    )
    assert at_most(none, part)
    assert at_most(part, full)
    assert list(none) == list(full), "transit adds no place"


@few
@given(st.lists(link, min_size=1, max_size=7))
def test_k_routes_are_those_of_a_full_search(drawn) -> None:
    graph = co.priced(world(drawn))
    least = co.all_pairs(graph)
    if np.isinf(least.loc["p0", "p1"]):
        with pytest.raises(ValueError, match="no route from 'p0' to 'p1'"):
            co.routes(graph, "p0", "p1")
        return
    found = co.routes(graph, "p0", "p1", 1000)
    costs = [r.cost for r in found]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(least.loc["p0", "p1"])
    for r in found:
        assert r.cost == pytest.approx(r.money + 0.42 * r.hours)
        assert len(set(r.places)) == len(r.places)
        assert (r.places[0], r.places[-1], len(r.links)) == ("p0", "p1", len(r.places) - 1)
    # Every simple sequence of places and modes, with the cheapest of parallel links.
    kinds = {(frozenset((f"p{a}", f"p{b}")), m) for a, b, m, _ in drawn}
    simple = nx.Graph([tuple(pair) for pair, _ in kinds])
    paths = nx.all_simple_paths(simple, "p0", "p1")
    assert len(found) == sum(
        int(np.prod([sum(pair == frozenset(step) for pair, _ in kinds) for step in pairwise(path)])) for path in paths
    )


@few
@given(worlds, st.sampled_from([1, 2]))
def test_criticality_agrees_with_closing_every_link(drawn, together: int) -> None:
    graph = co.priced(world(drawn))
    pairs = [("p0", "p1"), ("p2", "p3")]
    ranked = co.criticality(graph, pairs, together).set_index("links")
    ids = [f"l{i}" for i in range(len(drawn))]
    single = {x: co.closures(graph, [x], pairs) for x in ids}
    sets = [(a,) for a in ids] if together == 1 else [(a, b) for a in ids for b in ids if a < b]
    for closed in sets:
        table = co.closures(graph, closed, pairs)
        name = " + ".join(closed)
        if name in ranked.index:
            assert ranked.loc[name, "rise"] == pytest.approx(table["rise"].sum(), abs=1e-6)
            assert ranked.loc[name, "cut_off"] == table["cut_off"].sum()
        elif together == 1:
            assert table["rise"].fillna(0).abs().max() < 1e-6
            assert not table["cut_off"].any()
        else:  # left out: one of the two alone does as much
            assert any(table["after"].equals(single[x]["after"]) for x in closed)


@few
@given(worlds)
def test_draws_without_spread_give_the_central_result(drawn) -> None:
    places, links, status = tables(drawn, 6)
    net = co.network(places, links, status, DAY)
    flat = co.Costs(**{
        name: Parameter(p.central, p.central, p.central, p.unit, p.source)
        for name, p in vars(co.Costs()).items()
    })  # fmt: skip
    pairs = [("p0", "p1"), ("p2", "p3")]
    drawn_costs = co.simulate(net, co.draw_costs(links, flat, 2, seed=1), pairs)
    central = co.accessibility(co.priced(net), pairs)["cost"]
    assert np.allclose(drawn_costs["cost"], [*central, *central])
    shares = co.winners(drawn_costs).groupby(["origin", "destination"])["share"].sum()
    assert np.allclose(shares, 1)


@few
@given(worlds)
def test_the_minimum_cut_separates_and_no_smaller_set_of_links_does(drawn) -> None:
    net = world(drawn)
    size, cut = co.min_cut(net, "p0", "p1")
    rest = nx.MultiGraph(net)
    rest.remove_edges_from([(a, b, key) for a, b, key in net.edges(keys=True) if key in cut])
    assert len(cut) == size
    assert not nx.has_path(rest, "p0", "p1")
    halved = nx.Graph(
        [(end, key) for a, b, key in net.edges(keys=True) for end in (a, b)] + [("p0", "p0 stub"), ("p1", "p1 stub")]
    )
    assert size == nx.edge_connectivity(halved, "p0", "p1")


@few
@given(st.lists(st.integers(0, 20), min_size=7, max_size=7), st.integers(0, 9))
def test_shapley_is_efficient_symmetric_and_gives_a_dummy_its_own(worths: list[int], alone: int) -> None:
    def value(s: frozenset[str]) -> int:
        core = sum(2**i for i, x in enumerate("abc") if x in s)
        return (worths[core - 1] if core else 0) + alone * ("dummy" in s)

    shares = game.shapley(["a", "b", "c", "dummy"], value)
    assert sum(shares.values()) == pytest.approx(value(frozenset(["a", "b", "c", "dummy"])))
    assert shares["dummy"] == pytest.approx(alone)
    swap = str.maketrans("ab", "ba")
    swapped = game.shapley(["a", "b", "c"], lambda s: value(frozenset(x.translate(swap) for x in s)))
    same = game.shapley(["a", "b", "c"], lambda s: value(s) + value(frozenset(x.translate(swap) for x in s)))
    assert same["a"] == pytest.approx(same["b"])
    assert swapped["a"] == pytest.approx(shares["b"])


# --- the model -----------------------------------------------------------------------------------------------------


def test_a_cost_is_the_sum_of_its_parts() -> None:
    # p0 (AZE) - rail - p1 (IRN) - road - p4 (AZE): a change of gauge, two borders, a change of mode.
    net = world([(0, 1, "rail", 100.0), (1, 4, "road", 100.0)])
    edge = net.edges["p0", "p1", "l0"]
    assert (edge["gauge"], edge["borders"], edge["countries"], edge["status"]) == (True, 1, ("AZE", "IRN"), "open")
    (way,) = co.routes(co.priced(net), "p0", "p4")
    assert way.money == pytest.approx(100 * 0.0645 + 9.8 + 11.2 + 6 + 100 * 0.082 + 10.4)
    assert way.hours == pytest.approx(2.19 + 34 + 12 + 24 + 2.38 + 9.9)
    assert (way.borders, way.changes, way.km, way.via) == (2, 1, 200, ("AZE", "IRN", "AZE"))
    lighter = co.routes(co.priced(net, regime="kaliningrad", corridor=["l0"]), "p0", "p4")[0]
    assert way.money - lighter.money == pytest.approx(9.8 / 2)
    assert way.hours - lighter.hours == pytest.approx(34 / 2)


def test_transit_is_for_goods_that_do_not_stop() -> None:
    # A corridor p0 (AZE) - p2 (ARM) - p4 (AZE) by rail, with a road from p2 on to p5 (IRN).
    net = world([(0, 2, "rail", 10.0), (2, 4, "rail", 10.0), (2, 5, "road", 10.0)])
    corridor = ["l0", "l1"]

    def cost(regime: str, a: str, b: str) -> float:
        return co.all_pairs(co.priced(net, regime=regime, corridor=corridor)).loc[a, b]

    border = 9.8 + 0.42 * 34
    through = [cost(regime, "p0", "p4") for regime in co.REGIMES]
    assert np.diff(through) == pytest.approx([-border, -border, 0])
    for a, b in [("p0", "p2"), ("p0", "p5")]:
        assert cost("unimpeded", a, b) == pytest.approx(cost("sovereign", a, b))
        assert np.isinf(cost("sealed", a, b))
    graph = co.priced(net, regime="kaliningrad", corridor=corridor)
    (way,) = co.routes(graph, "p0", "p4", 5)
    assert (way.links, way.places, way.via) == (("l0", "l1"), ("p0", "p4"), ("AZE", "ARM", "AZE"))
    assert np.isinf(co.all_pairs(graph, ["l1"]).loc["p0", "p4"]), "closing a link closes both services"


def test_ships_pay_for_ports_and_not_for_borders() -> None:
    (way,) = co.routes(co.priced(world([(0, 1, "road", 10.0), (1, 2, "sea", 100.0)])), "p0", "p2")
    assert way.money == pytest.approx(10 * 0.082 + 10.4 + 10 + 100 * 0.029)
    assert (way.borders, way.changes) == (1, 1)


def test_a_link_opens_on_its_day_and_counts_as_asked() -> None:
    places, links, status = tables([(0, 1, "road", 10.0)], 2)
    status["valid_from"] = pd.Timestamp("2020-05-01")
    status["valid_to"] = pd.Timestamp("2020-06-01")

    def count(day: str, **options: object) -> int:
        return co.network(places, links, status, day, **options).number_of_edges()

    days = ["2020-04-30", "2020-05-01", "2020-05-31", "2020-06-01"]
    assert [count(day) for day in days] == [0, 1, 1, 0]
    assert count("2020-04-30", finished="l0") == 1
    status["status"] = "planned"
    assert count("2020-05-01") == 0
    assert count("2020-05-01", usable=("open", "planned")) == 1
    assert count("2020-05-01", usable="planned", mode="rail") == 0


def test_a_place_without_a_link_is_out_of_reach_but_known() -> None:
    graph = co.priced(world([(0, 1, "road", 10.0)]))
    assert np.isinf(co.all_pairs(graph).loc["p0", "p5"])
    table = co.accessibility(graph, [("p0", "p5"), ("p0", "p1")])
    assert table["cost"].map(np.isfinite).tolist() == [False, True]


def test_a_closure_that_cuts_off_is_told_apart_from_one_that_costs() -> None:
    graph = co.priced(world([(0, 1, "road", 10.0), (0, 1, "road", 50.0), (2, 3, "road", 10.0)]))
    pairs = [("p0", "p1"), ("p2", "p3")]
    first = co.closures(graph, ["l0"], pairs)
    assert first["rise"].tolist() == pytest.approx([40 * (0.082 + 0.42 * 0.0238), 0])
    assert co.closures(graph, ["l0", "l1"], pairs)["cut_off"].tolist() == [True, False]
    ranked = co.criticality(graph, pairs, 2).set_index("links")
    assert ranked.loc["l0 + l1", "cut_off"] == 1
    assert ranked.loc["l0 + l1", "rise"] == 0


def test_gains_go_to_the_ends_and_transit_to_those_between() -> None:
    # From p0 (AZE) to p2 (ARM): first over p3 (GEO), then a shorter way over p1 (IRN).
    places, links, status = tables(
        [(0, 3, "road", 500.0), (3, 2, "road", 500.0), (0, 1, "road", 10.0), (1, 2, "road", 10.0)], 4
    )
    status.loc[2, "status"] = "planned"
    before, after = (co.priced(co.network(places, links, status, DAY, finished=f)) for f in ([], ["l2"]))
    gain = co.gains(before, after, [("p0", "p2")])
    saved = 980 * (0.082 + 0.42 * 0.0238)
    assert gain["saving"].to_dict() == pytest.approx({"ARM": saved, "AZE": saved, "GEO": 0, "IRN": 0})
    assert gain["transit"].to_dict() == {"ARM": 0, "AZE": 0, "GEO": -1, "IRN": 1}
    assert gain["transit_km"].to_dict() == pytest.approx({"ARM": 0, "AZE": 0, "GEO": -500, "IRN": 10})
    opened = co.gains(co.priced(world([(0, 1, "road", 1.0)])), co.priced(world([(0, 2, "road", 1.0)])), [("p0", "p2")])
    assert opened["connected"].to_dict() == {"ARM": 1, "AZE": 1}


def test_draws_repeat_with_their_seed_and_stay_in_their_range() -> None:
    _, links, _ = tables([(0, 1, "road", 10.0), (0, 1, "rail", 10.0)], 2)
    one, two, other = (co.draw_costs(links, n=200, seed=s) for s in (1, 1, 2))
    assert all((one.values[name] == two.values[name]).all() for name in one.values)
    assert one.length.equals(two.length)
    assert not (one.values["road_cost"] == other.values["road_cost"]).all()
    for name, p in co.Costs().table().iterrows():
        assert one.values[name].min() >= p["low"]
        assert one.values[name].max() <= p["high"]
    assert (one.length["l0"] == 1).all(), "a sourced length has no error"
    assert one.length["l1"].std() > 0
    assert len(one) == 200


def test_every_parameter_says_where_it_comes_from() -> None:
    table = co.Costs().table()
    assert (table["low"] < table["high"]).all()
    assert table[["unit", "source"]].map(len).to_numpy().min() > 4
    guessed = table[table["source"].str.startswith("assumption")]
    wide = guessed["high"] / guessed["low"]
    assert (wide >= 2.5).all(), "a guess must have a wide range"


def test_leverage_shares_what_all_players_save() -> None:
    places, links, _ = drawn = tables(
        [(0, 3, "road", 500.0), (3, 2, "road", 500.0), (0, 1, "road", 300.0), (1, 2, "road", 300.0)], 4
    )
    net = co.network(*drawn, DAY)
    draws = co.draw_costs(links, n=20, seed=3)
    one = {"reservation": (1.5, 1.5), "seed": 1}
    pairs = [("p0", "p2")]
    values = game.leverage(net, draws, pairs, STATES, **one)
    total = 0.5 * co.simulate(net, draws, pairs).groupby("draw")["cost"].sum()
    assert np.allclose(values.sum(axis=1), total)
    assert np.allclose(values["AZE"], values["ARM"]), "both ends are needed alike"
    assert (values["IRN"] >= values["GEO"] - 1e-9).mean() > 0.9, "the shorter way gives more"
    alone = game.leverage(co.network(*drawn, DAY, mode="road"), draws, pairs, ["GEO"], **one)
    assert alone["GEO"].median() == pytest.approx(0, abs=1e-9), "who can be passed by has no leverage"
    same = game.shift(values, values)
    assert (same["change"] == 0).all()


# --- real data -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def build(data: dict[str, pd.DataFrame]):
    def make(day: str = DAY, **options: object) -> nx.MultiGraph:
        return co.network(data["places"], data["links"], data["link_status"], day, **options)

    return make


@pytest.mark.parametrize("day", ["1991-01-01", "2021-08-26", "2024-01-01", DAY])
def test_statuses_are_those_of_the_chapter(data: dict[str, pd.DataFrame], day: str) -> None:
    args = data["links"], data["link_status"], day
    pd.testing.assert_frame_equal(co.as_of(*args), corridors_numbers.as_of(*args))


def test_named_links_and_pairs_exist(data: dict[str, pd.DataFrame]) -> None:
    ids, places = set(data["links"]["id"]), set(data["places"]["id"])
    assert {x for links in co.PROJECTS.values() for x in links} | {*co.SYUNIK, *co.CROSSING} <= ids
    assert {place for pair in co.PAIRS for place in pair} <= places
    assert set(game.PLAYERS) <= set(data["places"]["actor"])


def test_the_way_from_tehran_to_yerevan_follows_the_closures_of_2021(build) -> None:
    def links(day: str) -> set[str]:
        return set(co.routes(co.priced(build(day)), "tehran", "yerevan")[0].links)

    assert "goris--kapan-road" in links("2021-08-20")
    assert "norduz--agarak-road" not in links("2021-08-26"), "shut on that day, and the bypass not yet built"
    assert "tatev--kapan-road" in links("2021-12-31")


def test_the_regimes_are_ordered_and_only_sealing_cuts_the_way_to_iran(build) -> None:
    net = build(finished=co.PROJECTS["Syunik rails"])
    costs = {regime: co.accessibility(co.priced(net, regime=regime)).set_index(["origin", "destination"])["cost"]
             for regime in co.REGIMES}  # fmt: skip
    assert (costs["unimpeded"] <= costs["kaliningrad"]).all()
    assert (costs["kaliningrad"] <= costs["sovereign"]).all()
    free, sealed = (costs[r]["tehran", "yerevan"] for r in ("unimpeded", "sealed"))
    assert free == pytest.approx(costs["sovereign"]["tehran", "yerevan"])
    assert sealed > free
    assert not any(e["link"] in co.CROSSING for *_, e in co.priced(net, regime="sealed").edges(data=True))


def test_finishing_rasht_astara_opens_an_unbroken_railway(build) -> None:
    rails = {"mode": "rail"}
    without = co.all_pairs(co.priced(build(**rails))).loc["moscow", "bandar-abbas"]
    joined = co.routes(co.priced(build(**rails, finished="astara-2--rasht-rail")), "moscow", "bandar-abbas")[0]
    assert joined.cost < without
    assert joined.via == ("RUS", "AZE", "IRN")
    assert "astara-2--rasht-rail" in joined.links


def test_a_capacity_bounds_the_real_flow_only_where_it_is_known(build) -> None:
    flow, cut = co.min_cut(build(mode="rail"), "moscow", "tehran", "capacity_mtpa")
    assert flow == sum(build().edges[a, b, k]["capacity_mtpa"] for a, b, k in build().edges(keys=True) if k in cut)
    with pytest.raises(ValueError, match="nothing bounds the flow"):
        co.min_cut(build(), "tehran", "qom", "capacity_mtpa")
    iran = {place for place, actor in build().nodes(data="actor") if actor == "IRN"}
    assert co.min_cut(build(mode=("rail", "road")), iran, "yerevan")[0] >= 2


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        (1, "length_km", -1.0, "link 'l0' has a length of -1.0 km"),
        (1, "length_km", np.nan, "link 'l0' has a length of nan km"),
        (1, "place_a", "atlantis", "unknown place of a link: 'atlantis'"),
        (2, "status", "rumoured", "unknown status 'rumoured'"),
        (2, "link_id", "l9", "unknown link of a status: 'l9'"),
        (2, "valid_to", pd.Timestamp("2019-01-01"), "link 'l0' ends before it begins, on 2019-01-01"),
    ],
)
def test_a_spoilt_table_is_refused(table: int, column: str, value: object, words: str) -> None:
    world = tables([(0, 1, "road", 10.0), (1, 2, "road", 10.0)], 3)
    world[2]["valid_from"] = pd.Timestamp("2020-01-01")
    world[table].loc[0, column] = value
    with pytest.raises(ValueError, match=words):
        co.network(*world, DAY)


def test_two_statuses_on_one_day_are_refused() -> None:
    places, links, status = tables([(0, 1, "road", 10.0)], 2)
    with pytest.raises(ValueError, match="link 'l0' has two statuses on 2026-03-15"):
        co.network(places, links, pd.concat([status, status]), DAY)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "airship"}, "unknown mode 'airship'"),
        ({"usable": "rumoured"}, "unknown status 'rumoured'"),
        ({"finished": ["l9"]}, "unknown link 'l9'"),
    ],
)
def test_unknown_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        co.network(*tables([(0, 1, "road", 10.0)], 2), DAY, **options)


def wrong(cost: float) -> nx.Graph:
    return nx.Graph([("a", "b", {"cost": cost})])


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda g: co.routes(g, "p0", "atlantis"), "unknown place 'atlantis'"),
        (lambda g: co.routes(g, "p0", "p5"), "no route from 'p0' to 'p5'"),
        (lambda g: co.routes(g, "p0", "p0"), "origin and destination are both 'p0'"),
        (lambda g: co.routes(g, "p0", "p1", 0), "k must be at least 1, not 0"),
        (lambda g: co.closures(g, ["l9"], [("p0", "p1")]), "unknown link 'l9'"),
        (lambda g: co.accessibility(g, [("p0", "atlantis")]), "unknown place 'atlantis'"),
        (lambda g: co.criticality(g, [("p0", "p1")], 3), "one or two links can close together, not 3"),
        (lambda g: co.priced(g, regime="imperial"), "unknown regime 'imperial'"),
        (lambda g: co.min_cut(g, "atlantis", ("p0", "road")), "unknown place 'atlantis'"),
        (lambda g: co.min_cut(g, [("p0", "road")], ("p0", "road")), "is both origin and destination"),
        (lambda _: co.min_cut(wrong(-1), "a", "b", "cost"), "an edge of .* has a capacity below zero: -1.0"),
        (lambda _: co.all_pairs(wrong(-1)), "the edge from a to b has no cost, or one below zero"),
        (lambda _: co.all_pairs(nx.path_graph(2)), "the edge from 0 to 1 has no cost"),
        (lambda _: co.Costs().at(bribes=1), "unknown parameter 'bribes'"),
        (lambda _: co.Costs().at(road_cost=-1), "0 <= low <= central <= high"),
        (lambda _: co.draw_costs(pd.DataFrame(), n=0, seed=1), "number of draws must be at least 1"),
        (lambda _: game.shapley(["a", "a"], len), "1 to 12 different players, not a, a"),
        (lambda _: game.shapley([], len), "1 to 12 different players, not none"),
        (lambda _: game.shapley(["a"], lambda _: 1), "the empty coalition must get nothing"),
    ],
)
def test_impossible_requests_are_refused(act, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        act(co.priced(world([(0, 1, "road", 10.0)])))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reservation": (0.5, 2)}, "1 <= low <= high, not 0.5 and 2"),
        ({"reservation": (2, 1.5)}, "1 <= low <= high, not 2 and 1.5"),
        ({"players": ["ATL"]}, "unknown state 'ATL'"),
        ({"pairs": [("p0", "p5")]}, "no pair is connected"),
    ],
)
def test_impossible_games_are_refused(change: dict[str, object], words: str) -> None:
    _, links, _ = drawn = tables([(0, 1, "road", 10.0)], 6)
    plain = {"pairs": [("p0", "p1")], "players": ["AZE"], "reservation": (1, 2), "seed": 1}
    with pytest.raises(ValueError, match=words):
        game.leverage(co.network(*drawn, DAY), co.draw_costs(links, n=2, seed=1), **(plain | change))


def test_results_that_do_not_belong_together_are_refused() -> None:
    table = pd.DataFrame({"AZE": [1.0]})
    with pytest.raises(ValueError, match="same players and draws"):
        game.shift(table, table.rename(columns={"AZE": "IRN"}))
    places, links, status = tables([(0, 1, "road", 10.0)], 2)
    net = co.network(places, links, status, DAY)
    with pytest.raises(ValueError, match="unknown link for these draws: 'l0'"):
        co.simulate(net, co.draw_costs(links.assign(id="other"), n=1, seed=1), [("p0", "p1")])
    with pytest.raises(ValueError, match="unknown way to tell routes apart 'colour'"):
        co.winners(pd.DataFrame(), "colour")
