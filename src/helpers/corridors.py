"""The transport network: routes, what they cost, and what a closure does.

`network` gives the links that can be used on a day. `priced` turns them into a routing graph whose nodes are pairs of
place and mode, so that a change of mode is an edge with a cost of its own. Everything else works on that graph, or on
any networkx graph whose edges carry ``cost``.

The **generalised cost** of a route, in US dollars per tonne, is the money paid plus the hours spent times the value of
time. The parameters stand in `Costs`, each with a range and the place it comes from; many are assumptions, so read a
result with its range (`draw_costs`, `simulate`) and not to the dollar. Nothing here knows how much freight there is:
pairs of places count alike.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations, islice, pairwise
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    "Regime",
    "Route",
    "accessibility",
    "all_pairs",
    "as_of",
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

Floats = NDArray[np.float64]

#: What a link may be, and the modes that carry general cargo.
STATUSES = ("open", "under-construction", "planned", "closed")
MODES = ("rail", "road", "sea")

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
    "Armenian rails": ("gyumri--akhurik-rail", "akhurik--dogukapi-rail", "dogukapi--kars-rail", "yeraskh--sadarak-rail"),
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

_CPMM = "CAREC corridor performance monitoring, report "
_ASSUMED = "assumption"


@dataclass(frozen=True)
class Parameter:
    """A number with its range, unit and origin; `source` begins with "assumption" where nothing was found."""

    central: float
    low: float
    high: float
    unit: str
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.central <= self.high < np.inf:
            raise ValueError(f"a parameter needs 0 <= low <= central <= high, not {self.low}, {self.central}, {self.high}")


def _given(central: float, low: float, high: float, unit: str, source: str) -> Any:
    return field(default=Parameter(central, low, high, unit, source))


@dataclass(frozen=True)
class Costs:
    """Parameters of the generalised cost; raising any of them never makes a route cheaper.

    The CAREC monitoring gives averages per crossing and per 500 km for 20 tonnes; border fees were taken off its
    transport cost. Its border times count one crossing; whether both posts are in them is not fully clear.

    Examples
    --------
    >>> Costs().value_of_time.central
    0.42
    >>> Costs().at(value_of_time=1.0).value_of_time.central
    1.0
    """

    value_of_time: Parameter = _given(
        0.42, 0.10, 1.48, "USD per tonne and hour",
        "own calculation: a day in transit costs 0.6 to 2.1 per cent of the goods' value (Hummels & Schaur 2013, American "
        "Economic Review 103(7)); goods at Astara were worth 405 (imports) to 1,691 dollars a tonne (all together) in the "
        "year to March 2018 (azernews.az/region/129980.html)",
    )  # fmt: skip
    road_cost: Parameter = _given(
        0.082, 0.056, 0.149, "USD per tonne-km",
        _CPMM + "2022: mean of 2021 and 2022 less border fees; Georgia 2021 and 2022 (cpmm.carecprogram.org)",
    )  # fmt: skip
    rail_cost: Parameter = _given(
        0.0645, 0.0589, 0.0902, "USD per tonne-km", _CPMM + "2020 and 2022: 2019 to 2022 less border fees; high: 2021 gross"
    )  # fmt: skip
    sea_cost: Parameter = _given(
        0.029, 0.023, 0.040, "USD per tonne-km",
        "rates for 3,000 t from Astrakhan to northern Iran, 29 to 50 dollars a tonne (slship.ru, sealines.su 2020; "
        "glogos.net 2018), over 1,260 km; grain rates, used for all seas",
    )  # fmt: skip
    road_time: Parameter = _given(
        23.8, 18.8, 30.7, "hours per 1,000 km", _CPMM + "2022: 42.0 km/h without delay; Azerbaijan 53.3, Georgia 32.6"
    )  # fmt: skip
    rail_time: Parameter = _given(
        21.9, 18.6, 24.0, "hours per 1,000 km", _CPMM + "2020 and 2022: 45.7 km/h without delay, 41.6 to 53.9"
    )  # fmt: skip
    sea_time: Parameter = _given(55.6, 33.3, 83.3, "hours per 1,000 km", _ASSUMED + ": 18 km/h, 12 to 30")
    road_border_cost: Parameter = _given(
        10.4, 2.4, 17.9, "USD per tonne and crossing", _CPMM + "2022: 208 dollars; Georgia 2020: 48; all 2021: 357"
    )  # fmt: skip
    road_border_hours: Parameter = _given(
        9.9, 4.0, 18.0, "hours per crossing", _CPMM + "2022: all 9.9, Azerbaijan 4.0, Georgia 18.0"
    )  # fmt: skip
    rail_border_cost: Parameter = _given(
        9.8, 8.9, 10.8, "USD per tonne and crossing", _CPMM + "2020 and 2022: 178 to 215 dollars, 2019 to 2022"
    )  # fmt: skip
    rail_border_hours: Parameter = _given(
        34.0, 20.6, 51.9, "hours per crossing", _CPMM + "2020 and 2022: mean and extremes of 2019 to 2022"
    )  # fmt: skip
    gauge_cost: Parameter = _given(
        11.2, 6.0, 16.5, "USD per tonne", _CPMM + "2020: 120 dollars at Erenhot, 329 at Dostyk; centre: the middle"
    )  # fmt: skip
    gauge_hours: Parameter = _given(12.0, 2.0, 48.0, "hours", _ASSUMED)
    transfer_cost: Parameter = _given(6.0, 2.0, 15.0, "USD per tonne, rail to road", _ASSUMED)
    transfer_hours: Parameter = _given(24.0, 4.0, 72.0, "hours, rail to road", _ASSUMED)
    port_cost: Parameter = _given(10.0, 3.0, 30.0, "USD per tonne, ship to land", _ASSUMED)
    port_hours: Parameter = _given(
        48.0, 20.1, 168.0, "hours, ship to land",
        _ASSUMED + "; low: mean handling of a ship at Baku in 2024 (trend.az/business/4052708.html)",
    )  # fmt: skip
    part_check: Parameter = _given(
        0.5, 0.2, 1.0, "share of a full border check",
        _ASSUMED + ", for Kaliningrad-style transit; customs time of Baku–Nakhchivan buses was halved in 2019 "
        "(today.az/news/business/200347.html)",
    )  # fmt: skip
    border_spread: Parameter = _given(
        1.0, 0.2, 2.4, "factor on each crossing", _CPMM + "2022: Red Bridge 1.8 to 24.2 hours, against a mean of 9.9"
    )  # fmt: skip
    length_error: Parameter = _given(
        1.0, 0.85, 1.25, "factor on each estimated length",
        "own comparison of 22 sourced lengths with the estimating rule: 0.68 to 1.32, nine in ten within 0.85 to 1.25",
    )  # fmt: skip

    def at(self, **central: float) -> Costs:
        """Set the central value of some parameters; a range that would not hold it is widened to it."""
        known = {f.name for f in fields(self)}
        for name in central:
            if name not in known:
                raise ValueError(f"unknown parameter {name!r}: use one of {', '.join(sorted(known))}")
        new = {}
        for name, value in central.items():
            old: Parameter = getattr(self, name)
            new[name] = replace(old, central=value, low=min(old.low, value), high=max(old.high, value))
        return replace(self, **new)

    def table(self) -> pd.DataFrame:
        """List the parameters: ``central``, ``low``, ``high``, ``unit``, ``source``, indexed by name."""
        rows = {f.name: vars(getattr(self, f.name)) for f in fields(self)}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")


class Regime(NamedTuple):
    """A legal regime of a corridor: how much of a border check remains, and whether roads may still cross it."""

    check: str
    crossing: bool
    words: str


#: The four regimes of the Syunik route.
REGIMES = {
    "sovereign": Regime("full", True, "Armenia checks goods at both ends, as at any of its borders"),
    "kaliningrad": Regime("part", True, "transit under seal with simplified checks; Armenia keeps its control"),
    "unimpeded": Regime("none", True, "no check at either end; roads cross the rails freely"),
    "sealed": Regime("none", False, "no check, and a guarded strip that no road from Iran to Armenia crosses"),
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
    _known(set(link_status["status"]), STATUSES, "status")
    _known(set(link_status["link_id"]), set(links["id"]), "link of a status:")
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
    usable: Collection[str] = ("open",),
    finished: Collection[str] = (),
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
    usable : collection of str
        Statuses that count as usable.
    finished : collection of str
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
    modes = {mode} if isinstance(mode, str) else set(mode)
    _known(modes, set(MODES) | {"pipeline"}, "mode")
    _known(set(usable), STATUSES, "status")
    _known(set(finished), set(links["id"]), "link")
    _known(set(links["place_a"]) | set(links["place_b"]), set(places["id"]), "place of a link:")
    short = links[~(links["length_km"] > 0)]
    if len(short):
        raise ValueError(f"link {short['id'].iloc[0]!r} has a length of {short['length_km'].iloc[0]} km")
    status = as_of(links, link_status, day).set_index("id")["status"]
    actor = places.set_index("id")["actor"]
    net = nx.MultiGraph(day=pd.Timestamp(day))
    net.add_nodes_from((p.id, {"name": p.name_, "actor": p.actor}) for p in places.rename(columns={"name": "name_"}).itertuples())
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


def _known(given: Iterable[str], known: Collection[Any], what: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"unknown {what} {unknown[0]!r}")


@dataclass(frozen=True)
class Draws:
    """Costs drawn at random: ``values`` has an array per parameter, ``length`` and ``border`` a factor per link."""

    values: dict[str, Floats]
    length: pd.DataFrame
    border: pd.DataFrame

    def __len__(self) -> int:
        return len(self.length)


def draw_costs(links: pd.DataFrame, costs: Costs | None = None, n: int = 1000, *, seed: int) -> Draws:
    """Draw the parameters of the generalised cost, and an error for each uncertain length and border.

    Each parameter is drawn from the triangle of its low, central and high value, on its own. Draws depend on the
    table of links and not on what is open, so that two networks compared under the same draws differ by links alone.

    Parameters
    ----------
    links : pandas.DataFrame
        Table ``links``.
    costs : Costs, optional
        Parameters; by default those of `Costs`.
    n : int
        Number of draws.
    seed : int
        Seed; the same seed gives the same draws.

    Raises
    ------
    ValueError
        If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"the number of draws must be at least 1, not {n}")
    costs = costs or Costs()
    rng = np.random.default_rng(seed)
    values = {f.name: _triangle(rng, getattr(costs, f.name), n) for f in fields(costs)}
    shape = n, len(links)
    length = _triangle(rng, costs.length_error, shape)
    length[:, (links["length_basis"] == "sourced").to_numpy()] = 1.0
    border = _triangle(rng, costs.border_spread, shape)
    return Draws(values, pd.DataFrame(length, columns=links["id"]), pd.DataFrame(border, columns=links["id"]))


def _triangle(rng: np.random.Generator, p: Parameter, size: int | tuple[int, ...]) -> Floats:
    if p.low == p.high:
        return np.full(size, p.central)
    return rng.triangular(p.low, p.central, p.high, size)


def _central(links: Sequence[dict[str, Any]], costs: Costs) -> Draws:
    """Give the central values the form of a single draw."""
    values = {f.name: np.array([getattr(costs, f.name).central]) for f in fields(costs)}
    names = [e["link"] for e in links]
    length = [1.0 if e["basis"] == "sourced" else costs.length_error.central for e in links]
    border = [costs.border_spread.central] * len(links)
    return Draws(values, pd.DataFrame([length], columns=names), pd.DataFrame([border], columns=names))


def _price(links: Sequence[dict[str, Any]], draws: Draws, regime: str, corridor: Collection[str]) -> tuple[Floats, Floats]:
    """Return money and hours of each link (columns) under each draw (rows)."""
    v = {name: value[:, None] for name, value in draws.values.items()}
    names = [e["link"] for e in links]
    length, border = draws.length[names].to_numpy(), draws.border[names].to_numpy()
    share = {"full": 1.0, "part": v["part_check"], "none": 0.0}[REGIMES[regime].check]
    on = np.array([e["link"] in corridor for e in links])
    checks = np.array([e["borders"] for e in links]) * np.where(on, share, 1.0) * border
    km = np.array([e["km"] for e in links]) * length
    gauge = np.array([float(e["gauge"]) for e in links])
    mode = np.array([e["mode"] for e in links])

    def by_mode(rail: Any, road: Any, sea: Any) -> Floats:
        return np.select([mode == "rail", mode == "road"], [rail, road], sea)

    money = km * by_mode(v["rail_cost"], v["road_cost"], v["sea_cost"])
    money = money + checks * by_mode(v["rail_border_cost"], v["road_border_cost"], 0.0) + gauge * v["gauge_cost"]
    hours = km * by_mode(v["rail_time"], v["road_time"], v["sea_time"]) / 1000
    hours = hours + checks * by_mode(v["rail_border_hours"], v["road_border_hours"], 0.0) + gauge * v["gauge_hours"]
    return money, hours


def priced(
    net: nx.MultiGraph, costs: Costs | None = None, regime: str = "sovereign", corridor: Collection[str] = SYUNIK
) -> nx.MultiGraph:
    """Turn a network into a routing graph with generalised costs.

    A change of mode is possible wherever two modes meet. Ships pay for ports and time, not for borders.

    Parameters
    ----------
    net : networkx.MultiGraph
        Result of `network`.
    costs : Costs, optional
        Parameters; by default those of `Costs`, at their central values.
    regime : str
        Legal regime of the corridor, a key of `REGIMES`; "sealed" takes the links `CROSSING` out.
    corridor : collection of str
        Links that the regime is about; those that are not in the network have no effect.

    Returns
    -------
    networkx.MultiGraph
        Nodes ``(place, mode)`` with ``place`` and ``actor``; edges with ``cost`` and ``money`` (USD per tonne),
        ``hours``, ``km``, ``link`` (None for a change of mode), ``borders`` and ``countries``.

    Raises
    ------
    ValueError
        If the regime is unknown.
    """
    return _routing(net, costs or Costs(), regime, corridor)[0]


def _routing(
    net: nx.MultiGraph, costs: Costs, regime: str, corridor: Collection[str]
) -> tuple[nx.MultiGraph, list[dict[str, Any]]]:
    """Build the routing graph; return it with the network's edges in the order in which they became its first ones."""
    _known({regime}, REGIMES, "regime")
    shut = () if REGIMES[regime].crossing else CROSSING
    kept = [(a, b, e) for a, b, e in net.edges(data=True) if e["link"] not in shut]
    links = [e for _, _, e in kept]
    graph = nx.MultiGraph()
    used: dict[str, set[str]] = {place: set() for place in net}
    for a, b, e in kept:
        used[a].add(e["mode"])
        used[b].add(e["mode"])
    for place, modes in used.items():
        # A place without a usable link stays in the graph: it is known, only out of reach.
        graph.add_nodes_from(((place, m) for m in sorted(modes) or [""]), place=place, actor=net.nodes[place]["actor"])
    draws = _central(links, costs)
    money, hours = _price(links, draws, regime, corridor) if links else (np.zeros((1, 0)), np.zeros((1, 0)))
    worth = float(draws.values["value_of_time"][0])
    for (a, b, e), m, h in zip(kept, money[0], hours[0], strict=True):
        graph.add_edge(
            (a, e["mode"]),
            (b, e["mode"]),
            key=e["link"],
            cost=float(m + worth * h),
            money=float(m),
            hours=float(h),
            **{name: e[name] for name in ("link", "km", "borders", "countries")},
        )
    for place, modes in used.items():
        for one, other in combinations(sorted(modes), 2):
            kind = "port" if "sea" in (one, other) else "transfer"
            m, h = getattr(costs, f"{kind}_cost").central, getattr(costs, f"{kind}_hours").central
            graph.add_edge((place, one), (place, other), cost=m + worth * h, money=m, hours=h, kind=kind)
    return graph, links
