"""A model of leverage: what each state adds to transport, by the Shapley value.

States that control links may let freight pass or not. The **characteristic function** gives each coalition *S* what its
links save the shippers of a set of pairs of places, per tonne::

    v(S) = sum over pairs of max(0, r * c(N) - c(S))

where c(S) is the least generalised cost over links whose every controlling player is in *S* (states that are not
players block nothing), N holds all players, and r * c(N), the **reservation**, is the cost at which a shipper gives up
or goes round by a way that is not in the network. What no player can block is taken off, so that v of nobody is zero;
a pair counts only if N can join its ends. The Shapley value shares v(N) among the players: each gets its mean
contribution over all orders in which they may join.

This is a model, not a measurement. It takes for granted that gains can be shared, that states bargain over passage
alone and without force, that every pair counts alike, and that the reservation is known; it is an assumption, and the
results move with it. Read differences between players and signs of change, not levels.

References
----------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II, 307-317.
Hubert, F., & Ikonnikova, S. (2011). Investment options and bargaining power: the Eurasian supply chain for natural gas.
Journal of Industrial Economics 59(1), 85-116.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from helpers.corridors import PAIRS, SYUNIK, priced
from helpers.memo import remember
from helpers.routing import Grid, known
from helpers.transport_costs import Draws, Floats, price

__all__ = ["PLAYERS", "leverage", "shapley", "shift", "who_gains"]

#: States that hold the links of the chapter's routes.
PLAYERS = ("ARM", "AZE", "GEO", "IRN", "RUS", "TUR")

#: More players than this would take too long: every coalition is tried.
_MOST = 12


def shapley(players: Sequence[str], value: Callable[[frozenset[str]], Any]) -> dict[str, Any]:
    """Compute the Shapley value by trying every coalition.

    Parameters
    ----------
    players : sequence of str
        The players, at most 12.
    value : callable
        What a coalition (a frozenset of players) can get: a number, or an array with a number per draw. The empty
        coalition must get nothing.

    Returns
    -------
    dict
        Player to value; the values sum to that of all players together.

    Raises
    ------
    ValueError
        If there is no player, one twice or more than 12, or if the empty coalition gets something.

    Examples
    --------
    Glove game: two hold a left glove, one a right glove, and only a pair is worth something.

    >>> pair = lambda s: min(len(s & {"left", "other left"}), len(s & {"right"}))
    >>> values = shapley(["left", "other left", "right"], pair)
    >>> {player: round(value, 3) for player, value in values.items()}
    {'left': 0.167, 'other left': 0.167, 'right': 0.667}
    """
    n = len(players)
    worth = {s: value(s) for s in _coalitions(players)}
    if np.any(np.asarray(worth[frozenset()]) != 0):
        raise ValueError("the empty coalition must get nothing")
    # An order in which i comes right after the members of s: |s|! ways before it, (n - |s| - 1)! after it.
    weight = [factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)]
    return {i: sum(weight[len(s)] * (worth[s | {i}] - worth[s]) for s in worth if i not in s) for i in players}


def _coalitions(players: Sequence[str]) -> list[frozenset[str]]:
    """List all sets of players, the empty one first, if their number allows that."""
    if not 0 < len(players) <= _MOST or len(set(players)) < len(players):
        raise ValueError(f"a game needs 1 to {_MOST} different players, not {', '.join(players) or 'none'}")
    return [frozenset(c) for size in range(len(players) + 1) for c in combinations(players, size)]


@remember
def leverage(
    net: nx.MultiGraph,
    draws: Draws,
    pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS,
    players: Sequence[str] = PLAYERS,
    *,
    reservation: tuple[float, float],
    seed: int,
    regime: str = "sovereign",
    corridor: Collection[str] = SYUNIK,
    reference: nx.MultiGraph | None = None,
) -> pd.DataFrame:
    """Compute each player's Shapley value in the transit game under each draw of the costs.

    Parameters
    ----------
    net : networkx.MultiGraph
        Result of `helpers.corridors.network`.
    draws : Draws
        Result of `helpers.corridors.draw_costs`.
    pairs : iterable of (origin, destination)
        Pairs of places; those that all players together cannot join are left out.
    players : sequence of str
        States that may block their links; others never do.
    reservation : (float, float)
        Range of r, drawn evenly: a shipper gives up above r times the best cost in `reference`; at least 1.
    seed : int
        Seed of the reservations.
    regime, corridor : str and collection of str
        As in `helpers.corridors.priced`.
    reference : networkx.MultiGraph, optional
        Network whose best costs, under sovereign checks, set the reservations; by default `net`.

    Returns
    -------
    pandas.DataFrame
        Draws by players: USD per tonne, summed over the pairs.

    Raises
    ------
    ValueError
        If a player is no state of the network, the range of r is turned round or below 1, or no pair is connected.
    """
    low, high = reservation
    if not 1 <= low <= high:
        raise ValueError(f"the reservation needs 1 <= low <= high, not {low} and {high}")
    known(players, {actor for _, actor in net.nodes(data="actor")}, "state")
    grid, pairs = Grid(priced(net, regime=regime, corridor=corridor)), list(pairs)
    before = Grid(priced(net if reference is None else reference))
    r = np.random.default_rng(seed).uniform(low, high, (len(draws), 1))
    limit = r * before.least(before.check(pairs))(price(before.edges, draws)[0])
    joined = np.flatnonzero(np.isfinite(limit).all(axis=0))
    if not len(joined):
        raise ValueError("no pair is connected in the reference network")
    limit, least, costs = limit[:, joined], grid.least([pairs[i] for i in joined]), price(grid.edges, draws)[0]
    holders = [set(players) & set(e["countries"]) if e["link"] else set() for e in grid.edges]

    worth: dict[frozenset[str], Floats] = {}
    coalitions, some = _coalitions(players), max(1, 4096 // len(draws))  # as many at once as memory easily holds
    for part in (coalitions[i : i + some] for i in range(0, len(coalitions), some)):
        blocked = np.array([[not h <= s for h in holders] for s in part])
        least_costs = least(np.where(blocked[:, None], np.inf, costs).reshape(-1, len(holders)))
        saved = np.maximum(0.0, limit - least_costs.reshape(len(part), *limit.shape)).sum(axis=2)
        worth |= zip(part, saved, strict=True)
    return pd.DataFrame(shapley(players, lambda s: worth[s] - worth[frozenset()])).rename_axis("draw")


def shift(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare two results of `leverage` draw by draw.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Results of `leverage` under the same draws, seed and reference.

    Returns
    -------
    pandas.DataFrame
        Indexed by player: ``before`` and ``after`` (medians, USD per tonne), ``change`` (median) with ``low`` (5th) and
        ``high`` (95th percentile), ``share_before`` and ``share_after`` (medians of the part of the total, per cent)
        and ``against`` (share of the draws in which the change has the other sign than its median, or is nil).

    Raises
    ------
    ValueError
        If the two do not have the same players and draws.
    """
    if list(before.columns) != list(after.columns) or len(before) != len(after):
        raise ValueError("before and after need the same players and draws")
    change = after - before
    part = [(t.div(t.sum(axis=1), axis=0) * 100).median() for t in (before, after)]
    middle = change.median()
    against = (
        np.sign(change.where(change.abs() > 1e-9, 0.0)) != np.sign(middle.where(middle.abs() > 1e-9, 1.0))
    ).mean()
    return pd.DataFrame(
        {
            "before": before.median(),
            "after": after.median(),
            "change": middle,
            "low": change.quantile(0.05),
            "high": change.quantile(0.95),
            "share_before": part[0],
            "share_after": part[1],
            "against": against,
        }
    )


def who_gains(
    net: nx.MultiGraph,
    others: Mapping[str, nx.MultiGraph],
    draws: Draws,
    pairs: Iterable[tuple[Hashable, Hashable]] = PAIRS,
    players: Sequence[str] = PLAYERS,
    *,
    reservation: tuple[float, float],
    seed: int,
) -> pd.DataFrame:
    """Say who gains leverage if a link opens, for several links one by one, under sovereign checks.

    Parameters
    ----------
    net : networkx.MultiGraph
        The network without them; it also sets the reservations.
    others : mapping of str to networkx.MultiGraph
        Name of a link or project to the network with it.
    draws, pairs, players, reservation, seed
        As in `leverage`.

    Returns
    -------
    pandas.DataFrame
        The columns of `shift`, indexed by ``project`` and ``player``.
    """
    pairs = list(pairs)
    before = leverage(net, draws, pairs, players, reservation=reservation, seed=seed)
    tables = {
        name: shift(before, leverage(other, draws, pairs, players, reservation=reservation, seed=seed, reference=net))
        for name, other in others.items()
    }
    return pd.concat(tables, names=["project", "player"])
