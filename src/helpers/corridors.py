"""The transport network: what can be used on a day, what a way costs, and what a closure does.

`network` gives the links that can be used. `priced` turns them into a routing graph whose nodes are pairs of place and
mode, so that a change of mode is an edge with a cost of its own. Everything else works on that graph.

Costs are generalised costs in US dollars per tonne (see `helpers.transport_costs`). Many of their parameters are
assumptions, so read a result with its range (`draw_costs`, `simulate`) and not to the dollar. Nothing here knows how
much freight there is: pairs of places count alike.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from helpers.routing import Grid, Route, all_pairs, known, min_cut, routes
from helpers.transport_costs import MODES, REGIMES, Costs, Draws, Floats, Parameter, central, draw_costs, price

__all__ = [
    "CROSSING",
    "MODES",
    "PAIRS",
    "PROJECTS",
    "REGIMES",
    "STATUSES",
    "SYUNIK",
    "Costs",
    "Draws",
    "Parameter",
    "Route",
    "accessibility",
    "all_pairs",
    "as_of",
    "cheapest",
    "closures",
    "criticality",
    "draw_costs",
    "gains",
    "min_cut",
    "network",
    "priced",
    "routes",
    "simulate",
    "winners",
]

#: What a link may be.
STATUSES = ("open", "under-construction", "planned", "closed")

#: The rails of the Syunik route that a legal regime is about, and the roads from Iran to Armenia that cross them.
SYUNIK = ("aghband--nrnadzor-rail", "nrnadzor--meghri-rail", "meghri--karchevan-rail", "karchevan--ordubad-rail")
CROSSING = ("agarak--meghri-road", "agarak--kajaran-road")

#: Links that a project would finish, for the `finished` of `network`.
PROJECTS: dict[str, tuple[str, ...]] = {
    "Rasht–Astara": ("astara-2--rasht-rail",),
    "Syunik rails": (*SYUNIK, "horadiz--aghband-rail", "ordubad--julfa-rail"),
    "Araz road": (
        "horadiz--aghband-road",
        "aghband--kalaleh-road",
        "kalaleh--jolfa-road",
        "kalaleh--siyah-rud-road",
        "siyah-rud--ordubad-road",
    ),
    "Kars–Nakhchivan": ("kars--igdir-rail", "igdir--dilucu-rail", "dilucu--sadarak-rail"),
    "Chabahar": ("chabahar--khash-rail",),
    "Armenian rails": (
        "gyumri--akhurik-rail",
        "akhurik--dogukapi-rail",
        "dogukapi--kars-rail",
        "yeraskh--sadarak-rail",
    ),
}

#: Origins and destinations that the chapter asks about; each counts alike, for want of data on demand.
PAIRS: tuple[tuple[str, str], ...] = (
    ("moscow", "mumbai"),
    ("moscow", "bandar-abbas"),
    ("moscow", "tehran"),
    ("baku", "tehran"),
    ("baku", "nakhchivan"),
    ("baku", "istanbul"),
    ("nakhchivan", "istanbul"),
    ("tehran", "yerevan"),
    ("tehran", "tbilisi"),
    ("tehran", "poti"),
    ("tehran", "istanbul"),
    ("yerevan", "moscow"),
    ("yerevan", "bandar-abbas"),
    ("yerevan", "baku"),
    ("dostyk", "istanbul"),
    ("dostyk", "poti"),
)

#: Track gauge in millimetres; a rail link between two gauges carries one change of gauge.
_GAUGE = {"IRN": 1435, "TUR": 1435} | dict.fromkeys(("ARM", "AZE", "GEO", "KAZ", "RUS", "TKM"), 1520)

#: Links that run through a state in which neither end lies, and the border checks that this brought. The road from
#: Goris to Kapan was not checked while it was open; Azerbaijan's checks closed it.
_THROUGH: dict[str, tuple[tuple[str, ...], int]] = {
    "aghband--julfa-rail": (("IRN",), 2),
    "goris--kapan-road": (("AZE",), 0),
}


def as_of(links: pd.DataFrame, link_status: pd.DataFrame, day: str | pd.Timestamp) -> pd.DataFrame:
    """Say for each link what its status was on one day.

    A status holds from its first day to the day before its last; an empty first day means "always", an empty last
    day "still". Links without a status on that day are left out.

    Parameters
    ----------
    links, link_status : pandas.DataFrame
        Tables of that name.
    day : date-like
        The day.

    Returns
    -------
    pandas.DataFrame
        Rows of `links` with ``status``, ``valid_from`` and ``note`` of the status.

    Raises
    ------
    ValueError
        If a status is unknown, ends before it begins, belongs to an unknown link, or if a link has two at once.
    """
    known(set(link_status["status"].unique()), STATUSES, "status")
    known(set(link_status["link_id"].unique()), set(links["id"].unique()), "link of a status:")
    begin, end = link_status["valid_from"], link_status["valid_to"]
    turned = link_status[begin > end]
    if len(turned):
        row = turned.iloc[0]
        raise ValueError(f"a status of link {row['link_id']!r} ends before it begins, on {row['valid_to'].date()}")
    day = pd.Timestamp(day)
    current = link_status[(begin.isna() | (begin <= day)) & (end.isna() | (day < end))]
    twice = current[current["link_id"].duplicated()]
    if len(twice):
        raise ValueError(f"link {twice['link_id'].iloc[0]!r} has two statuses on {day.date()}")
    current = current[["link_id", "status", "valid_from", "note"]]
    return links.merge(current, left_on="id", right_on="link_id").drop(columns="link_id")


def network(
    places: pd.DataFrame,
    links: pd.DataFrame,
    link_status: pd.DataFrame,
    day: str | pd.Timestamp,
    mode: str | Collection[str] = MODES,
    usable: str | Collection[str] = "open",
    finished: str | Collection[str] = (),
) -> nx.MultiGraph:
    """Build the network that could be used on a day.

    Parameters
    ----------
    places, links, link_status : pandas.DataFrame
        Tables of that name.
    day : date-like
        The day.
    mode : str or collection of str
        Modes kept; by default `MODES`, which leaves pipelines out.
    usable : str or collection of str
        Statuses that count as usable.
    finished : str or collection of str
        Ids of links taken as usable whatever their status (see `PROJECTS`).

    Returns
    -------
    networkx.MultiGraph
        Every place is a node with ``name`` and ``actor``. An edge's key is the link's id; it carries ``link``,
        ``mode``, ``km``, ``basis`` ("sourced", "split", "estimated"), ``countries`` (those it runs through),
        ``borders`` (border checks on it), ``gauge`` (True if the gauge changes), ``status`` and ``capacity_mtpa``
        (missing if unknown).

    Raises
    ------
    ValueError
        If a place, link, mode or status is unknown, a length is not positive, or `as_of` refuses the statuses.

    Examples
    --------
    >>> places = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"], "actor": ["AZE", "IRN"]})
    >>> links = pd.DataFrame([{"id": "a--b", "place_a": "a", "place_b": "b", "mode": "rail", "length_km": 10.0,
    ...                        "length_basis": "sourced", "capacity_mtpa": None}])
    >>> status = pd.DataFrame([{"link_id": "a--b", "status": "planned", "valid_from": pd.NaT, "valid_to": pd.NaT,
    ...                         "note": ""}])
    >>> network(places, links, status, "2024-01-01").number_of_edges()
    0
    >>> net = network(places, links, status, "2024-01-01", finished=["a--b"])
    >>> net.edges["a", "b", "a--b"]["gauge"], net.edges["a", "b", "a--b"]["status"]
    (True, 'planned')
    """
    modes, usable, finished = ({x} if isinstance(x, str) else set(x) for x in (mode, usable, finished))
    known(modes, {*MODES, "pipeline"}, "mode")
    known(usable, STATUSES, "status")
    known(finished, set(links["id"].unique()), "link")
    known({*links["place_a"].unique(), *links["place_b"].unique()}, set(places["id"].unique()), "place of a link:")
    short = links[~(links["length_km"] > 0)]
    if len(short):
        raise ValueError(f"link {short['id'].iloc[0]!r} has a length of {short['length_km'].iloc[0]} km")
    now = as_of(links, link_status, day)
    # Lists of plain text: to walk through a column of text takes twenty times as long.
    status = dict(zip(now["id"].tolist(), now["status"].tolist(), strict=True))
    ids = places["id"].tolist()
    actor = dict(zip(ids, places["actor"].tolist(), strict=True))
    net = nx.MultiGraph(day=pd.Timestamp(day))
    for place, name in zip(ids, places["name"].tolist(), strict=True):
        net.add_node(place, name=name, actor=actor[place])
    for link in links[links["mode"].isin(modes)].itertuples():
        state = status.get(link.id, "unknown")
        if state not in usable and link.id not in finished:
            continue
        ends = actor[link.place_a], actor[link.place_b]
        through, checks = _THROUGH.get(link.id, ((), int(ends[0] != ends[1])))
        net.add_edge(
            link.place_a,
            link.place_b,
            key=link.id,
            link=link.id,
            mode=link.mode,
            km=float(link.length_km),
            basis=link.length_basis,
            countries=tuple(sorted({*ends, *through})),
            borders=0 if link.mode == "sea" else checks,
            gauge=link.mode == "rail" and _GAUGE.get(ends[0]) != _GAUGE.get(ends[1]),
            status=state,
            **({} if pd.isna(link.capacity_mtpa) else {"capacity_mtpa": float(link.capacity_mtpa)}),
        )
    return net


def priced(
    net: nx.MultiGraph, costs: Costs | None = None, regime: str = "sovereign", corridor: Collection[str] = SYUNIK
) -> nx.MultiGraph:
    """Turn a network into a routing graph with generalised costs.

    A change of mode is possible wherever two modes meet. Ships pay for ports and time, not for borders. A regime other
    than "sovereign" adds a transit service on the corridor, with fewer checks and no stop between its ends: goods that
    begin, end or change on the way are checked as at any border.

    Parameters
    ----------
    net : networkx.MultiGraph
        Result of `network`.
    costs : Costs, optional
        Parameters; by default those of `Costs`, at their central values.
    regime : str
        Legal regime of the corridor, a key of `REGIMES`. Where it shuts the crossing, the links `CROSSING` are out,
        whether or not the corridor can be used, and the corridor serves transit only.
    corridor : collection of str
        Links that the regime is about; those that are not in the network have no effect.

    Returns
    -------
    networkx.MultiGraph
        Nodes ``(place, mode)`` with ``place`` (None for transit without a stop) and ``actor``; edges with ``cost`` and
        ``money`` (USD per tonne), ``hours``, ``km``, ``link`` (None for a change of mode), ``kind`` (the mode, or the
        change), ``borders``, ``check`` and ``countries``.

    Raises
    ------
    ValueError
        If the regime is unknown.
    """
    known({regime}, REGIMES, "regime")
    check, crossing, _ = REGIMES[regime]
    used: dict[str, set[str]] = {place: set() for place in net}
    touched = [place for a, b, e in net.edges(data=True) if e["link"] in corridor for place in (a, b)]
    inside = {place for place in touched if touched.count(place) > 1}
    joins: list[tuple[tuple[str, str], tuple[str, str], dict[str, Any]]] = []
    for a, b, e in net.edges(data=True):
        kept = {name: e[name] for name in ("link", "km", "basis", "borders", "gauge", "countries")} | {
            "kind": e["mode"]
        }
        if e["link"] in corridor and check != "full":
            one, other = ((place, "transit" if place in inside else e["mode"]) for place in (a, b))
            joins.append((one, other, {**kept, "check": check}))
        if crossing or e["link"] not in (*corridor, *CROSSING):
            joins.append(((a, e["mode"]), (b, e["mode"]), {**kept, "check": "full"}))
    for place, mode in (end for one, other, _ in joins for end in (one, other)):
        used[place].add(mode)
    graph = nx.MultiGraph()
    for place, modes in used.items():
        actor = net.nodes[place]["actor"]
        stops = sorted(modes - {"transit"})
        # A place without a usable link stays in the graph: it is known, only out of reach.
        graph.add_nodes_from(((place, m) for m in stops or [""]), place=place, actor=actor)
        if "transit" in modes:
            graph.add_node((place, "transit"), place=None, actor=actor)
        empty = {"link": None, "km": 0.0, "borders": 0, "gauge": False, "countries": (actor,), "check": "full"}
        for m, n in combinations(stops, 2):
            kind = "port" if "sea" in (m, n) else "transfer"
            joins.append(((place, m), (place, n), {**empty, "kind": kind}))
    graph.add_edges_from(joins)
    edges = [e for _, _, e in graph.edges(data=True)]
    if edges:
        cost, money, hours = (table[0] for table in price(edges, central(edges, costs or Costs())))
        for e, c, m, h in zip(edges, cost, money, hours, strict=True):
            e.update(cost=float(c), money=float(m), hours=float(h))
    return graph


def accessibility(
    graph: nx.Graph, pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS, closed: Collection[str] = ()
) -> pd.DataFrame:
    """Describe the best route of each pair of places.

    Parameters
    ----------
    graph : networkx graph
        Result of `priced`.
    pairs : iterable of (origin, destination)
        Pairs of places.
    closed : collection of str
        Links taken out.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``origin``, ``destination`` and the fields of `Route`; a pair without a way has an infinite
        ``cost`` and nothing else.
    """
    grid = Grid(graph)
    pairs = grid.check(pairs)
    rows = []
    for (o, d), found in zip(pairs, grid.paths(grid.closed(closed), pairs), strict=True):
        best = vars(grid.route(*found)) if found else {"cost": np.inf}
        rows.append({"origin": o, "destination": d} | best)
    return pd.DataFrame(rows)


def closures(
    graph: nx.Graph, closed: Collection[str], pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS
) -> pd.DataFrame:
    """Say what the joint closure of one or several links does to each pair.

    Parameters
    ----------
    graph : networkx graph
        Result of `priced`.
    closed : collection of str
        Ids of the links.
    pairs : iterable of (origin, destination)
        Pairs of places.

    Returns
    -------
    pandas.DataFrame
        ``origin``, ``destination``, ``before``, ``after`` (USD per tonne, infinite without a way), ``rise``,
        ``percent``, ``cut_off`` (True if the closure takes the last way).

    Raises
    ------
    ValueError
        If a link is not in the graph.
    """
    grid = Grid(graph)
    pairs = grid.check(pairs)
    table = pd.DataFrame(pairs, columns=["origin", "destination"])
    table["before"], table["after"] = grid.costs(grid.cost, pairs), grid.costs(grid.closed(closed), pairs)
    table["cut_off"] = np.isfinite(table["before"]) & ~np.isfinite(table["after"])
    table["rise"] = (table["after"] - table["before"]).where(np.isfinite(table["after"]))
    table["percent"] = table["rise"] / table["before"] * 100
    return table


def criticality(graph: nx.Graph, pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS, together: int = 1) -> pd.DataFrame:
    """Rank links, or pairs of links, by what their closure costs.

    Only links on a best route are tried, for two links the second on a best route that the first leaves: no other
    closure changes anything. The measure is the network robustness index of Scott et al. without traffic: the rise of
    the total cost over `pairs`.

    Parameters
    ----------
    graph : networkx graph
        Result of `priced`.
    pairs : iterable of (origin, destination)
        Pairs of places; each counts alike.
    together : {1, 2}
        How many links close at once.

    Returns
    -------
    pandas.DataFrame
        ``links`` (ids joined by " + "), ``rise`` (USD per tonne, summed over the pairs that stay connected),
        ``percent`` of the total cost of those pairs, ``hit`` (pairs that pay more), ``cut_off`` (pairs that lose their
        last way), ``beyond`` (what the rise exceeds the sum of the single rises by; missing where a pair is cut off).
        Sorted by ``cut_off`` and ``rise``.

    Raises
    ------
    ValueError
        If `together` is neither 1 nor 2.

    References
    ----------
    Scott, D. M., Novak, D. C., Aultman-Hall, L., & Guo, F. (2006). Network Robustness Index. Journal of Transport
    Geography 14(3), 215-227.
    """
    if together not in (1, 2):
        raise ValueError(f"one or two links can close together, not {together}")
    grid = Grid(graph)
    pairs = grid.check(pairs)
    base = grid.costs(grid.cost, pairs)

    def used(closed: tuple[str, ...]) -> set[str]:
        ways = grid.paths(grid.closed(closed), pairs)
        return {link for way in ways if way for i in way[2] if (link := grid.links[i]) is not None}

    singles = [(link,) for link in sorted(used(()))]
    doubles = {tuple(sorted((*one, other))) for one in singles for other in used(one)} if together == 2 else set()
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for closed in [*singles, *sorted(doubles)]:
        after = grid.costs(grid.closed(closed), pairs)
        lost = np.isfinite(base) & ~np.isfinite(after)
        stay = np.isfinite(after)
        rise = float((after[stay] - base[stay]).sum())
        alone = sum(rows[(link,)]["rise"] for link in closed if (link,) in rows) if len(closed) > 1 else rise
        rows[closed] = {
            "links": " + ".join(closed),
            "rise": rise,
            "percent": rise / float(base[stay].sum()) * 100 if stay.any() else 0.0,
            "hit": int((after[stay] > base[stay] + 1e-9).sum()),
            "cut_off": int(lost.sum()),
            "beyond": np.nan if lost.any() else rise - alone,
        }
    table = pd.DataFrame([row for closed, row in rows.items() if len(closed) == together])
    if table.empty:
        return pd.DataFrame(columns=["links", "rise", "percent", "hit", "cut_off", "beyond"])
    return table.sort_values(["cut_off", "rise"], ascending=False, ignore_index=True)


def gains(before: nx.Graph, after: nx.Graph, pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS) -> pd.DataFrame:
    """Say what each state gains or loses when one network takes the place of another.

    Parameters
    ----------
    before, after : networkx graph
        Results of `priced`, for instance without and with a link (`finished` of `network`).
    pairs : iterable of (origin, destination)
        Pairs of places.

    Returns
    -------
    pandas.DataFrame
        Indexed by state: ``saving`` (USD per tonne over pairs that begin or end there and are connected in both; a
        pair counts for both its ends), ``connected`` (pairs of its own that gain or, negative, lose a way),
        ``transit`` (change in the number of other states' pairs that cross it) and ``transit_km`` (change in their
        kilometres on it; a link between two states counts half in each).
    """
    pairs = list(pairs)
    tables = [
        accessibility(g, pairs).reindex(columns=["origin", "destination", "cost", "links", "via"])
        for g in (before, after)
    ]
    spans = [
        {e["link"]: (e["km"], e["countries"]) for _, _, e in g.edges(data=True) if e["link"]} for g in (before, after)
    ]
    actor = {d["place"]: d["actor"] for _, d in before.nodes(data=True) if d["place"] is not None}
    found: dict[str, dict[str, float]] = {}

    def add(state: str, column: str, value: float) -> None:
        found.setdefault(state, dict.fromkeys(("saving", "connected", "transit", "transit_km"), 0.0))[column] += value

    for (o, d), old, new in zip(pairs, *(t["cost"] for t in tables), strict=True):
        for state in {actor[o], actor[d]}:
            if np.isfinite(old) and np.isfinite(new):
                add(state, "saving", old - new)
            else:
                add(state, "connected", float(np.isfinite(new)) - float(np.isfinite(old)))
    for sign, table, span in zip((-1, 1), tables, spans, strict=True):
        for row in table[np.isfinite(table["cost"])].itertuples():
            ends = {actor[row.origin], actor[row.destination]}
            for state in set(row.via) - ends:
                add(state, "transit", sign)
            for km, states in (span[link] for link in row.links):
                for state in set(states) - ends:
                    add(state, "transit_km", sign * km / len(states))
    return pd.DataFrame.from_dict(found, orient="index").sort_index()


def cheapest(
    net: nx.MultiGraph,
    draws: Draws,
    pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS,
    regime: str = "sovereign",
    corridor: Collection[str] = SYUNIK,
    closed: Collection[str] = (),
) -> pd.DataFrame:
    """Compute the least cost of each pair under each draw, as `simulate` does, without the ways: much faster.

    Parameters
    ----------
    net, draws, pairs, regime, corridor, closed
        As in `simulate`.

    Returns
    -------
    pandas.DataFrame
        Draws by pairs: USD per tonne, infinite without a way.
    """
    grid, pairs, costs = _drawn(net, draws, pairs, regime, corridor, closed)
    columns = pd.MultiIndex.from_tuples(pairs, names=["origin", "destination"])
    return pd.DataFrame(grid.least(pairs)(costs), columns=columns).rename_axis("draw")


def simulate(
    net: nx.MultiGraph,
    draws: Draws,
    pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS,
    regime: str = "sovereign",
    corridor: Collection[str] = SYUNIK,
    closed: Collection[str] = (),
) -> pd.DataFrame:
    """Find the best route of each pair under each draw of the costs.

    Parameters
    ----------
    net : networkx.MultiGraph
        Result of `network`.
    draws : Draws
        Result of `draw_costs` for the table of links that `net` was made of.
    pairs : iterable of (origin, destination)
        Pairs of places.
    regime, corridor : str and collection of str
        As in `priced`.
    closed : collection of str
        Links taken out.

    Returns
    -------
    pandas.DataFrame
        One row per draw and pair: ``draw``, ``origin``, ``destination``, ``cost`` (infinite without a way), ``via``
        (states in order, joined by "–") and ``links`` (joined by ";").
    """
    grid, pairs, costs = _drawn(net, draws, pairs, regime, corridor, closed)
    tables = []
    for (o, d), least in zip(pairs, grid.least(pairs)(costs).T, strict=True):
        cost, words = np.full(len(draws), np.inf), np.full((2, len(draws)), "", dtype=object)
        unsolved = np.isfinite(least)
        # Few ways win, again and again: search only where no way found so far costs as little as it should.
        while unsolved.any():
            first = int(unsolved.argmax())
            _, states, edges = grid.paths(costs[first], [(o, d)])[0] or (np.inf, [], [])
            total = costs[:, edges].sum(axis=1)
            won = unsolved & (total <= least * (1 + 1e-9))
            won[first] = True
            links = (link for i in edges if (link := grid.links[i]))
            cost[won], words[0, won], words[1, won] = total[won], "–".join(grid.via(states, edges)), ";".join(links)
            unsolved &= ~won
        row = {"draw": range(len(draws)), "origin": o, "destination": d, "cost": cost}
        tables.append(pd.DataFrame(row | {"via": words[0], "links": words[1]}))
    return pd.concat(tables).sort_values("draw", kind="stable", ignore_index=True)


def _drawn(
    net: nx.MultiGraph,
    draws: Draws,
    pairs: Iterable[tuple[Hashable, Hashable]],
    regime: str,
    corridor: Collection[str],
    closed: Collection[str],
) -> tuple[Grid, list[tuple[Hashable, Hashable]], Floats]:
    """Return the priced network, the pairs, and the generalised cost of each edge (columns) under each draw (rows)."""
    grid = Grid(priced(net, regime=regime, corridor=corridor))
    found = grid.check(pairs)
    known({link for link in grid.links if link}, set(draws.length.columns), "link for these draws:")
    return grid, found, np.where(np.isfinite(grid.closed(closed)), price(grid.edges, draws)[0], np.inf)


def winners(simulated: pd.DataFrame, by: str = "via") -> pd.DataFrame:
    """Say how often each route is the cheapest of its pair.

    Parameters
    ----------
    simulated : pandas.DataFrame
        Result of `simulate`.
    by : {"via", "links"}
        What makes two routes the same: the states they cross, or every link.

    Returns
    -------
    pandas.DataFrame
        ``origin``, ``destination``, the route (column `by`, empty if there is no way), ``share`` of the draws, and
        the ``low`` (5th percentile), ``median`` and ``high`` (95th) of its cost where it wins; the commonest first
        within a pair.

    Raises
    ------
    ValueError
        If `by` is neither.
    """
    known({by}, ("via", "links"), "way to tell routes apart")
    n = simulated["draw"].nunique()
    grouped = simulated.groupby(["origin", "destination", by], sort=False)["cost"]
    table = grouped.quantile([0.05, 0.5, 0.95], interpolation="nearest").unstack()
    table.columns = ["low", "median", "high"]
    table.insert(0, "share", grouped.size() / n)
    first = {
        pair: i for i, pair in enumerate(dict.fromkeys(zip(simulated["origin"], simulated["destination"], strict=True)))
    }
    table = table.reset_index()
    order = [first[pair] for pair in zip(table["origin"], table["destination"], strict=True)]
    table = table.assign(order=order).sort_values(["order", "share"], ascending=[True, False], ignore_index=True)
    return table.drop(columns="order")
