"""Generalised cost of freight: its parameters with their ranges and origins, and random draws of them.

The generalised cost of a way, in US dollars per tonne, is the money paid plus the hours spent times the value of time.
What could not be sourced is marked "assumption" and has a wide range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MODES", "REGIMES", "Costs", "Draws", "Floats", "Parameter", "Regime", "central", "draw_costs", "price"]

Floats = NDArray[np.float64]

#: Modes that carry general cargo.
MODES = ("rail", "road", "sea")

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
        """Refuse a range that does not hold the central value."""
        low, central, high = self.low, self.central, self.high
        if not 0 <= low <= central <= high < np.inf:
            raise ValueError(f"a parameter needs 0 <= low <= central <= high, not {low}, {central}, {high}")


def _given(central: float, low: float, high: float, unit: str, *source: str) -> Any:
    return field(default=Parameter(central, low, high, unit, "".join(source)))


@dataclass(frozen=True)
class Costs:
    """Parameters of the generalised cost; raising any of them never makes a way cheaper.

    The CAREC monitoring (cpmm.carecprogram.org) gives means for 20 tonnes, per crossing and per 500 km; border fees
    were taken off its transport cost. Whether its border times hold one post or both is not fully clear: here they
    count once per crossing. Its rail borders include some changes of gauge.

    Examples
    --------
    >>> Costs().value_of_time.central
    0.42
    >>> Costs().at(value_of_time=2.0).value_of_time.high
    2.0
    """

    value_of_time: Parameter = _given(
        *(0.42, 0.10, 1.48, "USD per tonne and hour"),
        "own calculation: a day in transit costs 0.6 to 2.1 per cent of the value of goods (Hummels & Schaur 2013, ",
        "American Economic Review 103(7), 2935-2959); goods at Astara were worth 405 dollars a tonne (imports) to ",
        "1,691 (imports, exports and transit) in the year to March 2018 (azernews.az/region/129980.html)",
    )
    road_cost: Parameter = _given(
        *(0.082, 0.056, 0.149, "USD per tonne and km"),
        _CPMM,
        "2022: mean of 2021 and 2022 less border fees; low and high: Georgia 2021 and 2022",
    )
    rail_cost: Parameter = _given(
        *(0.0645, 0.0589, 0.0902, "USD per tonne and km"),
        _CPMM,
        "2020 and 2022: mean of 2019 to 2022 less border fees; low: 2022; high: 2021 with fees",
    )
    sea_cost: Parameter = _given(
        *(0.029, 0.023, 0.040, "USD per tonne and km"),
        "rates for 3,000 t of grain from Astrakhan to northern Iran, 29 to 50 dollars a tonne (slship.ru and ",
        "sealines.su, 2020; glogos.net, 2018), over 1,260 km; used for all seas",
    )
    road_time: Parameter = _given(
        *(23.8, 18.8, 30.7, "hours per 1,000 km"),
        _CPMM,
        "2022: 42.0 km/h without delay; Azerbaijan 53.3; Georgia 32.6 in 2021",
    )
    rail_time: Parameter = _given(
        *(21.9, 18.6, 24.0, "hours per 1,000 km"),
        _CPMM,
        "2020 and 2022: 45.7 km/h without delay, 41.6 to 53.9 in 2019 to 2022",
    )
    sea_time: Parameter = _given(55.6, 33.3, 83.3, "hours per 1,000 km", _ASSUMED, ": 18 km/h, 12 to 30")
    road_border_cost: Parameter = _given(
        *(10.4, 2.4, 17.9, "USD per tonne and crossing"),
        _CPMM,
        "2022: 208 dollars; low: Georgia 2020, 48; high: all in 2021, 357",
    )
    road_border_hours: Parameter = _given(
        *(9.9, 4.0, 18.0, "hours per crossing"), _CPMM, "2022: all 9.9, Azerbaijan 4.0, Georgia 18.0"
    )
    rail_border_cost: Parameter = _given(
        *(9.8, 8.9, 10.8, "USD per tonne and crossing"), _CPMM, "2020 and 2022: 178 to 215 dollars in 2019 to 2022"
    )
    rail_border_hours: Parameter = _given(
        *(34.0, 20.6, 51.9, "hours per crossing"), _CPMM, "2020 and 2022: mean and extremes of 2019 to 2022"
    )
    gauge_cost: Parameter = _given(
        *(11.2, 6.0, 16.5, "USD per tonne"),
        _CPMM,
        "2020: 120 dollars at Erenhot, 329 at Dostyk, and the middle",
    )
    gauge_hours: Parameter = _given(12.0, 2.0, 48.0, "hours", _ASSUMED)
    transfer_cost: Parameter = _given(6.0, 2.0, 15.0, "USD per tonne, between rail and road", _ASSUMED)
    transfer_hours: Parameter = _given(24.0, 4.0, 72.0, "hours, between rail and road", _ASSUMED)
    port_cost: Parameter = _given(10.0, 3.0, 30.0, "USD per tonne, between ship and land", _ASSUMED)
    port_hours: Parameter = _given(
        *(48.0, 20.1, 168.0, "hours, between ship and land"),
        _ASSUMED,
        "; low: mean time to load or unload a ship at Baku in 2024 (trend.az/business/4052708.html)",
    )
    part_check: Parameter = _given(
        *(0.5, 0.2, 1.0, "share of a full border check"),
        _ASSUMED,
        " for Kaliningrad-style transit; customs time of buses from Baku to Nakhchivan was halved in 2019 ",
        "(today.az/news/business/200347.html)",
    )
    border_spread: Parameter = _given(
        *(1.0, 0.2, 2.4, "factor on each crossing"),
        _CPMM,
        "2022: Red Bridge 1.8 to 24.2 hours by side and direction, against a mean of 9.9",
    )
    length_error: Parameter = _given(
        *(1.0, 0.83, 1.23, "factor on each estimated length"),
        "own comparison: for 23 lengths with a source, nine in ten lie at 0.83 to 1.23 times the estimating rule",
    )

    def at(self, **central: float) -> Costs:
        """Set the central value of some parameters; a range that would not hold it is widened to it.

        Raises
        ------
        ValueError
            If a parameter is unknown or a value negative.
        """
        known = {f.name for f in fields(self)}
        new = {}
        for name, value in central.items():
            if name not in known:
                raise ValueError(f"unknown parameter {name!r}")
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


@dataclass(frozen=True)
class Draws:
    """Costs drawn at random: ``values`` has an array per parameter, ``length`` and ``border`` a factor per link."""

    values: dict[str, Floats]
    length: pd.DataFrame
    border: pd.DataFrame

    def __len__(self) -> int:
        """Return the number of draws."""
        return len(self.length)


def draw_costs(links: pd.DataFrame, costs: Costs | None = None, n: int = 1000, *, seed: int) -> Draws:
    """Draw the parameters of the generalised cost, and an error for each uncertain length and each border.

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


def central(edges: Sequence[dict[str, Any]], costs: Costs) -> Draws:
    """Give the central values the form of a single draw for the edges of a routing graph."""
    values = {f.name: np.array([getattr(costs, f.name).central]) for f in fields(costs)}
    links = [e for e in edges if e["link"] is not None]
    length = {e["link"]: 1.0 if e["basis"] == "sourced" else costs.length_error.central for e in links}
    border = {e["link"]: costs.border_spread.central for e in links}
    return Draws(values, pd.DataFrame(length, index=[0]), pd.DataFrame(border, index=[0]))


def price(edges: Sequence[dict[str, Any]], draws: Draws) -> tuple[Floats, Floats, Floats]:
    """Compute what each edge of a routing graph costs.

    Parameters
    ----------
    edges : sequence of dict
        Edge data as `helpers.corridors.priced` lays them out.
    draws : Draws
        Costs.

    Returns
    -------
    (cost, money, hours) : arrays of draws by edges
        In USD per tonne and hours.
    """
    v = {name: value[:, None] for name, value in draws.values.items()}
    ids = [e["link"] for e in edges]
    length = draws.length.reindex(columns=ids, fill_value=1.0).to_numpy()
    border = draws.border.reindex(columns=ids, fill_value=1.0).to_numpy()
    kind, check = (np.array([e[name] for e in edges]) for name in ("kind", "check"))
    km, borders, gauge = (np.array([float(e[name]) for e in edges]) for name in ("km", "borders", "gauge"))
    km = km * length
    borders = borders * border * np.select([check == "full", check == "part"], [1.0, v["part_check"]], 0.0)

    def by_kind(**terms: Floats) -> Floats:
        return np.select([kind == name for name in terms], list(terms.values()), 0.0)

    def total(what: str, moving: Floats) -> Floats:
        at_border = by_kind(rail=v[f"rail_border_{what}"], road=v[f"road_border_{what}"])
        change = by_kind(transfer=v[f"transfer_{what}"], port=v[f"port_{what}"])
        return km * moving + borders * at_border + gauge * v[f"gauge_{what}"] + change

    money = total("cost", by_kind(**{mode: v[f"{mode}_cost"] for mode in MODES}))
    hours = total("hours", by_kind(**{mode: v[f"{mode}_time"] for mode in MODES}) / 1000)
    return money + v["value_of_time"] * hours, money, hours
