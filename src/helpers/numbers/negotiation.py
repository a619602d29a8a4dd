"""Draft treaties on the way through Syunik: six clauses, the legal regime they add up to, and what a model makes of it.

A `Treaty` chooses one option in each of `CLAUSES`. `meaning` turns it into the arguments of `helpers.corridors`: how
much of a border check remains, whether the roads from Iran to Armenia still cross the rails, which projects are
finished, and who can shut the rails. `access` and `leverage` recompute the effects. Some clauses change nothing in the
model; `Option.effect` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from helpers import corridors as model
from helpers import exhibits as ex
from helpers import explore, transit_game
from helpers.memo import remember
from helpers.numbers import Value

__all__ = [
    "CLAUSES",
    "ENDS",
    "PAPERS",
    "Clause",
    "Meaning",
    "Option",
    "Paper",
    "Treaty",
    "access",
    "closers",
    "controls",
    "draw",
    "effects",
    "leverage",
    "meaning",
    "model_values",
    "on_record",
    "papers",
    "values",
]

Tables = Mapping[str, pd.DataFrame]


class Option(NamedTuple):
    """One wording of a clause: in words, what it changes in the model, and where it stands on record."""

    words: str
    effect: str
    events: tuple[str, ...] = ()


class Clause(NamedTuple):
    """A matter that a treaty must settle, and its options by key."""

    matter: str
    options: Mapping[str, Option]


_NOTHING = "nothing in the model"
_TRUCE, _CROSSROADS, _FRAMEWORK = (
    "2020-11-10-rus-aze-agreement",
    "2023-10-26-arm-aze-statement",
    "2026-01-13-arm-usa-agreement",
)
_NO_CHECKS = "2024-01-10-aze-arm-statement"

#: The six clauses. Options without an event are asked for by nobody in the tables.
CLAUSES: dict[str, Clause] = {
    "guard": Clause(
        "Guard",
        {
            "armenia": Option("Armenian officers", "Armenia can shut the rails", (_FRAMEWORK, _CROSSROADS)),
            "third": Option("Russian border guards", "Russia can shut them as well", (_TRUCE, _NO_CHECKS)),
            "azerbaijan": Option("Azerbaijani guards", "Armenia can no longer shut them, Azerbaijan alone can"),
        },
    ),
    "checks": Clause(
        "Checks",
        {
            "full": Option("Armenian customs at both ends", "a full border check at each end", (_CROSSROADS,)),
            "seal": Option("goods under seal, scanned", "a part of a border check at each end", (_FRAMEWORK,)),
            "none": Option(
                "no checks", "no border check between the ends", (_NO_CHECKS, "2021-12-14-aze-arm-statement")
            ),
        },
    ),
    "crossing": Clause(
        "Iran's roads",
        {
            "open": Option(
                "cross the rails freely",
                "trucks from Iran reach Armenia as today",
                ("2022-10-13-irn-aze-meeting", "2025-08-10-irn-aze-statement"),
            ),
            "shut": Option("end at the rails", "the roads from Iran to Armenia fall out of the network"),
        },
    ),
    "operator": Clause(
        "Operator",
        {
            "armenian": Option("a railway of Armenia", "nobody is added to those who can shut the rails"),
            "company": Option(
                "a company with an American majority", "the United States can shut the rails as well", (_FRAMEWORK,)
            ),
            "azerbaijani": Option(
                "the railway of Azerbaijan", f"{_NOTHING}: both ends lie on its soil, so it can shut them anyway"
            ),
        },
    ),
    "ways": Clause(
        "Other ways",
        {
            "none": Option("none", "only the rails through Syunik are finished"),
            "araz": Option(
                "a road through Iran",
                "the Araz road is finished too",
                ("2022-03-11-aze-irn-agreement", "2023-10-06-aze-irn-agreement"),
            ),
            "armenian": Option(
                "Armenia's rails reopen",
                "Armenia's rails to Turkey and to Nakhchivan are finished too",
                (_CROSSROADS, "2025-10-21-aze-arm-transit"),
            ),
            "all": Option(
                "all, and the railway to Kars",
                "all of these and the railway from Nakhchivan to Kars are finished too",
                ("2025-08-22-tur-aze-infrastructure",),
            ),
        },
    ),
    "closure": Clause(
        "Closing",
        {
            "will": Option(
                "each state may shut its part at any time",
                "Armenia can shut the rails, if its own officers guard them",
                ("2013-11-06-aze-irn-border-closure", "2026-03-05-aze-irn-closure-2"),
            ),
            "notice": Option(
                "only for stated reasons, after notice",
                f"{_NOTHING} against closing at any time: the length of a notice has no place in it",
                ("2021-11-10-aze-arm-closure",),
            ),
            "never": Option(
                "passage is guaranteed, Armenia may not shut it",
                "Armenia can no longer shut the rails",
                (_TRUCE, "2023-02-22-icj-aze-ruling"),
            ),
        },
    ),
}

#: Projects of `helpers.corridors.PROJECTS` that each option of the clause on other ways finishes.
_PROJECTS: dict[str, tuple[str, ...]] = {
    "none": (),
    "araz": ("Araz road",),
    "armenian": ("Armenian rails",),
    "all": ("Araz road", "Armenian rails", "Kars–Nakhchivan"),
}

#: Pairs of places that show who gains access.
ENDS: dict[str, tuple[str, str]] = {
    "Tehran – Yerevan": ("tehran", "yerevan"),
    "Baku – Nakhchivan": ("baku", "nakhchivan"),
    "Nakhchivan – Istanbul": ("nakhchivan", "istanbul"),
    "Baku – Istanbul": ("baku", "istanbul"),
    "Yerevan – Istanbul": ("yerevan", "istanbul"),
}
_NAMES = {
    "ARM": "Armenia", "AZE": "Azerbaijan", "GEO": "Georgia", "IRN": "Iran", "RUS": "Russia", "TUR": "Turkey",
    "USA": "United States",
}  # fmt: skip
#: Draws, seed and reservation are those of chapter 4, so that equal drafts give equal figures.
_DRAWS, _GAME_DRAWS, _SEED, _RESERVATION = 500, 32, 1, (1.1, 2.0)


#: The two panels of `draw` and the values that each shows at least.
_SHOWN = {
    "cost of the best way, change in per cent": (-80.0, 80.0),
    "leverage, change in dollars a tonne": (-400.0, 400.0),
}


@dataclass(frozen=True)
class Treaty:
    """A draft: the key of one option in each of `CLAUSES`.

    Raises
    ------
    ValueError
        If a clause has no such option.

    Examples
    --------
    >>> Treaty(checks="seal").guard
    'armenia'
    >>> Treaty(checks="some")
    Traceback (most recent call last):
    ValueError: clause checks has no option 'some': use full, seal, none
    """

    guard: str = "armenia"
    checks: str = "full"
    crossing: str = "open"
    operator: str = "armenian"
    ways: str = "none"
    closure: str = "notice"

    def __post_init__(self) -> None:
        """Refuse an option that the clause does not have."""
        for name, option in asdict(self).items():
            if option not in (options := CLAUSES[name].options):
                raise ValueError(f"clause {name} has no option {option!r}: use {', '.join(options)}")


class Paper(NamedTuple):
    """A paper or a position on record: its name, its event, and the options that fit its words, by clause."""

    name: str
    event: str
    options: Mapping[str, tuple[str, ...]]


#: What is on record, in order of time. A clause that the row is silent on, or on whose meaning the sides differ, is
#: left out.
PAPERS: tuple[Paper, ...] = (
    Paper("Truce, 2020", _TRUCE, {"guard": ("third",)}),
    Paper("Araz memorandum, 2022", "2022-03-11-aze-irn-agreement", {"ways": ("araz", "all")}),
    Paper("Iran's line, 2022", "2022-10-13-irn-aze-meeting", {"crossing": ("open",)}),
    Paper(
        "Crossroads of Peace, 2023",
        _CROSSROADS,
        {"guard": ("armenia",), "checks": ("full",), "operator": ("armenian",), "ways": ("armenian", "all")},
    ),
    Paper("Azerbaijan's demand, 2024", _NO_CHECKS, {"guard": ("third",), "checks": ("none",)}),
    Paper(
        "TRIPP framework, 2026",
        _FRAMEWORK,
        {"guard": ("armenia",), "checks": ("full", "seal"), "operator": ("company",)},
    ),
)


class Meaning(NamedTuple):
    """A treaty in the terms of `helpers.corridors`."""

    regime: str
    words: str
    projects: tuple[str, ...]
    closed: tuple[str, ...]
    closers: tuple[str, ...]


def closers(treaty: Treaty) -> dict[str, str]:
    """Say who can shut the rails through Syunik under a draft, by state, each with the reason.

    Examples
    --------
    >>> list(closers(Treaty(closure="never", operator="company")))
    ['AZE', 'USA']
    """
    found = {"AZE": "both ends of the rails lie on its soil"}
    if treaty.closure != "never" and treaty.guard != "azerbaijan":
        found["ARM"] = "the rails run through its land, and it has not given up the right"
    if treaty.guard == "third":
        found["RUS"] = "its guards stand on them"
    if treaty.operator == "company":
        found["USA"] = "it holds most of the company that runs the trains"
    return found


def meaning(treaty: Treaty) -> Meaning:
    """Turn a draft into a legal regime of `helpers.corridors.REGIMES`, projects, closed links and states that can shut.

    Rails that no road from Iran may cross are a sealed strip if nothing is checked on them either. With checks they
    are a fifth form, which chapter 4 does not have: its check, without the links `helpers.corridors.CROSSING`.

    Examples
    --------
    >>> meaning(Treaty(checks="none", crossing="shut")).regime
    'sealed'
    >>> meaning(Treaty(checks="seal", crossing="shut")).words
    'Kaliningrad style, but no road from Iran crosses'
    """
    regime = {"full": "sovereign", "seal": "kaliningrad", "none": "unimpeded"}[treaty.checks]
    words = {"full": "Armenian checks", "seal": "Kaliningrad style", "none": "without checks"}[treaty.checks]
    closed: tuple[str, ...] = ()
    if treaty.crossing == "shut" and treaty.checks == "none":
        regime, words = "sealed", "sealed strip"
    elif treaty.crossing == "shut":
        words, closed = f"{words}, but no road from Iran crosses", model.CROSSING
    return Meaning(regime, words, ("Syunik rails", *_PROJECTS[treaty.ways]), closed, tuple(sorted(closers(treaty))))


def _net(tables: Tables, day: pd.Timestamp, draft: Meaning | None) -> nx.MultiGraph:
    """Build the network of a day, with what a draft finishes, shuts and gives a hand on."""
    finished = [link for project in (draft.projects if draft else ()) for link in model.PROJECTS[project]]
    net = model.network(tables["places"], tables["links"], tables["link_status"], day, finished=finished)
    net.add_node("operator", name="United States", actor="USA")  # no link of its own
    if draft is None:
        return net
    net.remove_edges_from([(a, b, k) for a, b, k in net.edges(keys=True) if k in draft.closed])
    ours = set(draft.closers)
    for *_, link, e in net.edges(keys=True, data=True):
        if link in model.SYUNIK:
            # Azerbaijan holds the ends; what lies between, only those whom the draft lets shut it.
            e["countries"] = tuple(sorted((set(e["countries"]) & {"AZE"}) | (ours - {"AZE"})))
    return net


@remember
def _cheapest(net: nx.MultiGraph, links: pd.DataFrame, regime: str) -> pd.DataFrame:
    draws = model.draw_costs(links, n=_DRAWS, seed=_SEED)
    return model.cheapest(net, draws, ENDS.values(), regime=regime)


def access(tables: Tables, day: pd.Timestamp, treaty: Treaty) -> pd.DataFrame:
    """Say what a draft changes in the least cost of each pair of `ENDS`, against the network of the day.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables by name.
    day : pandas.Timestamp
    treaty : Treaty

    Returns
    -------
    pandas.DataFrame
        Indexed by pair: ``median``, ``low`` (5th) and ``high`` (95th percentile of the draws), in per cent. A pair
        that loses its last way has an infinite change.
    """
    draft = meaning(treaty)
    before = _cheapest(_net(tables, day, None), tables["links"], "sovereign")
    # Who can shut the rails does not change what a way costs: one computation serves all of them.
    after = _cheapest(_net(tables, day, draft._replace(closers=("ARM", "AZE"))), tables["links"], draft.regime)
    return _spread((after / before - 1) * 100, list(ENDS))


def leverage(tables: Tables, day: pd.Timestamp, treaty: Treaty) -> pd.DataFrame:
    """Say what a draft changes in each state's leverage in `helpers.transit_game`, against the network of the day.

    Returns
    -------
    pandas.DataFrame
        Indexed by state (actor id): ``median``, ``low`` (5th) and ``high`` (95th percentile of the draws), in USD per
        tonne over all pairs. The United States stands in it only where it can shut the rails.
    """
    draft = meaning(treaty)
    players = (*transit_game.PLAYERS, *(["USA"] if "USA" in draft.closers else []))
    draws = model.draw_costs(tables["links"], n=_GAME_DRAWS, seed=_SEED)
    today = _net(tables, day, None)
    fixed: dict[str, Any] = {"players": players, "reservation": _RESERVATION, "seed": _SEED}
    before = transit_game.leverage(today, draws, **fixed)
    after = transit_game.leverage(_net(tables, day, draft), draws, regime=draft.regime, reference=today, **fixed)
    return _spread(after - before, list(players))


def _spread(change: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    spread = change.quantile([0.5, 0.05, 0.95]).T.set_axis(["median", "low", "high"], axis=1)
    return spread.set_axis(pd.Index(names), axis=0)


def papers(treaty: Treaty) -> dict[str, list[str]]:
    """Say in which clauses a draft departs from each of `PAPERS`; an empty list means that it departs in none.

    Examples
    --------
    >>> papers(Treaty(checks="none"))["Crossroads of Peace, 2023"]
    ['checks', 'ways']
    """
    chosen = asdict(treaty)
    return {
        paper.name: [clause for clause, options in paper.options.items() if chosen[clause] not in options]
        for paper in PAPERS
    }


@ex.two_widths
def draw(tables: Tables, day: pd.Timestamp, **clauses: str) -> ex.Exhibit:
    """Draw what a draft changes in access and in leverage; title and caption give its legal regime and who can shut it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    day : pandas.Timestamp
    **clauses : str
        Options of `Treaty`.
    """
    treaty = Treaty(**clauses)
    draft, ways, power = meaning(treaty), access(tables, day, treaty), leverage(tables, day, treaty)
    power.index = [_NAMES[state] for state in power.index]
    parts = dict(zip(_SHOWN, (ways, power), strict=True))
    with ex.style():
        fig, axes = ex.canvas(height=4.6, rows=2, height_ratios=[len(ways), len(power)])
        for ax, (words, part) in zip(axes, parts.items(), strict=True):
            _rows(ax, part, *_SHOWN[words])
            ax.set_xlabel(*ex.wrapped([words], 90, 44))
    told = "; ".join(f"{words}: {', '.join(map(_told, part.itertuples()))}" for words, part in parts.items())
    iran, exclave = ways.loc["Tehran – Yerevan"], ways.loc["Baku – Nakhchivan"]
    departs = [name for name, where in papers(treaty).items() if where]
    who = ", ".join(_NAMES[state] for state in draft.closers)
    title = (
        f"{draft.words[0].upper()}{draft.words[1:]}: Tehran–Yerevan {_signed(iran)}, Baku–Nakhchivan "
        f"{_signed(exclave)} per cent; {who} can shut the rails"
    )
    caption = (
        "Mark: median of the draws, bar: nine draws in ten; hollow where the bar touches zero. Left of the line is "
        f"cheaper above, and less leverage below. Departs from: {'; '.join(departs) or 'no paper on record'}."
    )
    table = pd.concat(parts, names=["what", "who"]).round(1).reset_index()
    return ex.Exhibit("xn-draft", title, fig, f"Two panels of medians with ranges. {told}.", table, caption)


def _rows(ax: Any, part: pd.DataFrame, low: float, high: float) -> None:
    # The same span in all drafts, so that bars can be compared; wider only where a draft needs it.
    ends = part[["low", "high"]].replace([np.inf, -np.inf], np.nan)
    ax.set_xlim(min(low, ends["low"].min() * 1.05), max(high, ends["high"].max() * 1.05))
    ax.axvline(0, color=ex.INK, linewidth=0.8)
    for y, row in enumerate(part.itertuples()):
        clear = row.low > 0.05 or row.high < -0.05
        colour, mark = (ex.GREY, "o") if not clear else (ex.BLUE, "^") if row.median > 0 else (ex.VERMILION, "v")
        ax.plot([row.low, row.high], [y, y], color=colour, linewidth=3.5, alpha=0.55)
        ax.plot(row.median, y, mark, color=colour, markersize=6, markerfacecolor=colour if clear else "none")
    ax.set_yticks(range(len(part)), ex.wrapped(part.index, 30, 16))
    ax.set_ylim(len(part) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _signed(row: pd.Series) -> str:
    return f"{round(row['median']):+d}".replace("-", "−").replace("+0", "0")


def _told(row: Any) -> str:
    return f"{row.Index} {row.median:.0f} ({row.low:.0f} to {row.high:.0f})"


def controls(*names: str, start: Treaty | None = None) -> dict[str, explore.Control]:
    """Offer the options of the named clauses as controls of an explorer, set to a draft."""
    first = asdict(start or Treaty())
    return {
        name: explore.choice(
            CLAUSES[name].matter, {o.words: key for key, o in CLAUSES[name].options.items()}, first[name]
        )
        for name in names
    }


def _linked(ids: Sequence[str], events: pd.DataFrame, back: str) -> tuple[ex.Link, ...] | str:
    from helpers.evidence import date_labels

    rows = events.set_index("id").loc[list(ids)]
    dated = zip(date_labels(rows), rows.index, strict=True)
    return tuple(ex.Link(date, f"{back}#{i}") for date, i in dated) or "nobody, in our tables"


def effects(events: pd.DataFrame, back: str = "../back/chronology.html") -> pd.DataFrame:
    """List the options of the clauses, what each changes in the model, and the rows in which it stands on record."""
    rows = [
        {
            "Clause": f"{clause.matter} ({name})",
            "Option": f"{option.words} ({key})",
            "In the model": option.effect,
            "On record": _linked(option.events, events, back),
        }
        for name, clause in CLAUSES.items()
        for key, option in clause.options.items()
    ]
    return pd.DataFrame(rows)


def on_record(events: pd.DataFrame, back: str = "../back/chronology.html") -> pd.DataFrame:
    """List the papers on record, a row each: name, date, and what it asks for in the clauses that it settles."""
    asked = [
        "; ".join(
            f"{CLAUSES[clause].matter}: {' or '.join(CLAUSES[clause].options[o].words for o in options)}"
            for clause, options in paper.options.items()
        )
        for paper in PAPERS
    ]
    rows = [_linked([paper.event], events, back) for paper in PAPERS]
    return pd.DataFrame({"Paper": [paper.name for paper in PAPERS], "Row": rows, "Asks for": asked})


@remember
def values(tables: Tables) -> dict[str, Value]:
    """Compute the counts that the page quotes: clauses, drafts, papers, and options that nobody asks for."""
    drafts = 1
    for clause in CLAUSES.values():
        drafts *= len(clause.options)
    known = set(tables["events"]["id"])
    options = [option for clause in CLAUSES.values() for option in clause.options.values()]
    return {
        "n_clauses": len(fields(Treaty)),
        "n_drafts": drafts,
        "n_papers": len(PAPERS),
        "n_unasked": sum(not known.intersection(option.events) for option in options),
    }


def model_values(tables: Tables) -> dict[str, Value]:
    """Compute what the page quotes from the models: effects of three drafts, each a median with its range."""
    day = tables["events"]["start"].max()
    out: dict[str, Value] = {}
    for name, treaty in (
        ("framework", Treaty(checks="seal", operator="company")),
        ("demand", Treaty(guard="third", checks="none")),
        ("strip", Treaty(guard="azerbaijan", checks="none", crossing="shut")),
    ):
        ways, power = access(tables, day, treaty), leverage(tables, day, treaty)
        out |= {f"{name}_iran": _range(ways.loc["Tehran – Yerevan"]), f"{name}_irn": _range(power.loc["IRN"])}
        out |= {f"{name}_nakh": _range(ways.loc["Baku – Nakhchivan"]), f"{name}_arm": _range(power.loc["ARM"])}
    return out


def _range(row: pd.Series) -> str:
    median, low, high = (f"{round(row[k]):+d}".replace("-", "−").replace("+0", "0") for k in ("median", "low", "high"))
    return f"{median} ({low} to {high})"
