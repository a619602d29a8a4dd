"""Figures, ledgers, model runs and drawings of chapter 4, on the transport corridors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from helpers import corridors as model
from helpers import evidence, transit_game
from helpers import exhibits as ex
from helpers.corridors import STATUSES, as_of
from helpers.memo import remember
from helpers.numbers import Value
from helpers.numbers.corridor_maps import (
    CAUCASUS,
    SYUNIK,
    VAGUE,
    Tables,
    draw_as_of,
    draw_ways,
    within,
    without_pipelines,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.tables import Ground

__all__ = [
    "LEGAL", "PAIRS", "SETTINGS", "SYUNIK", "as_of", "compare", "costs_table", "definitions", "draw_as_of",
    "draw_route", "draw_steps", "draw_tonnage", "growth", "ledger", "leverage", "model_values", "rasht_astara",
    "regimes", "rest_growth", "runs", "steps", "stretches", "values",
]  # fmt: skip

PAIRS = {
    "Tehran – Yerevan": ("tehran", "yerevan"),
    "Baku – Nakhchivan": ("baku", "nakhchivan"),
    "Baku – Istanbul": ("baku", "istanbul"),
    "Moscow – Mumbai": ("moscow", "mumbai"),
    "Bandar Abbas – Poti": ("bandar-abbas", "poti"),
}

#: What is done about the way to Nakhchivan: words, projects finished, legal regime of the rails through Syunik.
SETTINGS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "none": ("nothing, as today", (), "sovereign"),
    "sovereign": ("Syunik rails, Armenian checks", ("Syunik rails",), "sovereign"),
    "kaliningrad": ("Syunik rails, Kaliningrad style", ("Syunik rails",), "kaliningrad"),
    "unimpeded": ("Syunik rails, without checks", ("Syunik rails",), "unimpeded"),
    "sealed": ("Syunik rails, sealed strip", ("Syunik rails",), "sealed"),
    "kars": ("without checks, and on to Kars", ("Syunik rails", "Kars–Nakhchivan"), "unimpeded"),
    "araz": ("Araz road through Iran", ("Araz road",), "sovereign"),
}

#: Control of the explorer of ways: words to setting.
LEGAL = {words[0]: name for name, words in list(SETTINGS.items())[:5]}

#: Leverage game: what opens, project, regime, and whether Armenia may shut the rails.
_GAMES = {
    "Armenian checks": ("Syunik rails", "sovereign", True),
    "Kaliningrad style": ("Syunik rails", "kaliningrad", True),
    "without checks": ("Syunik rails", "unimpeded", True),
    "without checks, no Armenian veto": ("Syunik rails", "unimpeded", False),
    "sealed, no Armenian veto": ("Syunik rails", "sealed", False),
    "Araz road": ("Araz road", "sovereign", True),
    "Rasht–Astara": ("Rasht–Astara", "sovereign", True),
}
_NAMES = {
    "ARM": "Armenia", "AZE": "Azerbaijan", "GEO": "Georgia", "IND": "India", "IRN": "Iran", "KAZ": "Kazakhstan",
    "RUS": "Russia", "TKM": "Turkmenistan", "TUR": "Turkey",
}  # fmt: skip
_SEED = 1
#: A shipper gives up above this many times the best cost of today; an assumption, drawn evenly.
_RESERVATION = (1.1, 2.0)
#: Tonnes in a twenty-foot container, an assumption that makes the model comparable with published figures.
_TONNES_PER_TEU = 15.0

#: Kinds of milestone by words of the summary, tried in this order; what fits none is an act on paper.
_KINDS = {
    "closed": r"block|closed|Blockade|checkpoint|starts customs control|takes Lachin",
    "works": r"Foundation|launched|Ground broken|laying starts|handed|acquired|allocated|side finished|testing"
    r"|bridge construction|^Horadiz-Aghband rail|^Chabahar-Zahedan railway\.",
    "opened": r"\b(?:re)?open(?:s|ed)\b|Presidents open|trial opening|commissioned|inaugurated|resumes|train starts"
    r"|First freight train|lifts all|ready for deliver",
}

#: Lanes of the milestone chart, top first.
_LANES = {
    "INSTC": "INSTC as a whole", "INSTC-west": "INSTC, western route", "INSTC-transcaspian": "INSTC, trans-Caspian",
    "INSTC-east": "INSTC, eastern route", "PersianGulf-BlackSea": "Persian Gulf–Black Sea",
    "Armenia-NS": "Armenia north–south", "Zangezur/TRIPP": "Zangezur / Syunik / TRIPP", "Araz": "Araz corridor",
    "Kars-Nakhchivan": "Kars–Nakhchivan", "Crossroads-of-Peace": "Crossroads of Peace", "Lachin": "Lachin corridor",
    "BTK": "Baku–Tbilisi–Kars", "Middle": "Middle Corridor", "Turkey-Iran": "Turkey–Iran",
}  # fmt: skip

#: The ledger of closures: kinds of event, codes that shut or open, words that make it a matter of transport, and words
#: that give the reason of the acting side.
_LEDGER_TYPES = ("closure", "transit", "border-closure", "border-reopening", "release")
_SHUTS, _OPENS = ("172", "191", "144", "163"), ("081", "0872", "061", "073", "0842")
_WAYS = r"\b(?:borders?|crossings?|road|lorries|trucks?|[Ff]reight|[Cc]argo|bridge|airspace|rail|line|load)\b"
_REASONS = {
    r"Covid|prolonged the closure|passengers": "health",
    r"customs control|border and customs|for checks|weight limits|asking for papers": "checks and rules",
    r"drone strike|Nakhchivan strike|shots|answered": "security or reply",
    r"Yerevan called that a lie": "security or reply, denied by Armenia",
    r"to support Azerbaijan": "for an ally",
}

#: Freight that is a state's own trade, not north–south transit.
_OWN_TRADE = r"exports|imports|farm goods|forecast"

#: Rows of table ``flows`` whose value is quoted, by name.
_FLOWS = {
    "ady_2023": "freight-instc-azerbaijan-railways-tran-2023-01",
    "ady_2025": "freight-instc-azerbaijan-railways-no-2025-01",
    "astara_2019": "freight-astara-rail-border-astara-terminal-of-aze-2019-01",
    "astara_2024": "freight-astara-rail-border-astara-terminal-of-aze-2024-01",
    "west_rail_2023": "freight-instc-western-route-rail-2023-01", "east_2023": "freight-instc-eastern-route-2023-01",
    "all_2022": "freight-instc-all-routes-2022-01", "all_2022_other": "freight-instc-all-routes-2022-01-2",
    "through_2025": "freight-instc-north-south-corridor-thr-2025-01",
    "committee_2025": "freight-instc-north-south-corridor-t-growth-2025-01",
    "premiers_2025": "freight-instc-north-south-azerbaijan-r-2025-01",
    "first_quarter": "trade-rus-irn-growth-pct-2024-01-russian-government-n",
    "whole_2024": "trade-rus-irn-growth-pct-2024-01-russian-presidency",
    "sold": "trade-irn-rus-import-2023-03-iran-tpo", "bought": "trade-irn-rus-export-2023-03-iran-tpo",
}  # fmt: skip
#: Milestones whose first figure is quoted, by name.
_STEPS = {
    "finish_first": "2023-05-19-instc-west", "finish_second": "2023-10-28-instc-west",
    "land_km": "2025-11-26-instc-west",
    "horadiz_first": "2025-03-07-zangezur-tripp", "horadiz_last": "2025-12-23-zangezur-tripp",
}  # fmt: skip


# --- what ways cost ------------------------------------------------------------------------------------------------


def costs_table() -> pd.DataFrame:
    """List the parameters of the cost model: words, central value, range, unit, whether assumed, and source."""
    table = model.Costs().table()
    assumed = table["source"].str.startswith("assumption")
    return pd.DataFrame(
        {
            "Parameter": [str(name).replace("_", " ") for name in table.index],
            "Central": table["central"].map("{:g}".format),
            "Range": [f"{low:g}–{high:g}" for low, high in zip(table["low"], table["high"], strict=True)],
            "Unit": table["unit"],
            "Basis": np.where(assumed, "assumption", "source"),
            "Source or note": table["source"].str.replace(r"^assumption[ :;]*", "", regex=True).str.strip(),
        }
    )


def _net(tables: Tables, day: pd.Timestamp, *projects: str, mode: Sequence[str] = model.MODES) -> nx.MultiGraph:
    finished = [link for project in projects for link in model.PROJECTS[project]]
    return model.network(tables["places"], tables["links"], tables["link_status"], day, mode, finished=finished)


@remember
def runs(tables: Tables, day: pd.Timestamp, n: int = 500) -> pd.DataFrame:
    """Find the best way of each pair of `PAIRS` under `n` draws of the costs, for each of `SETTINGS`.

    Adds to `helpers.corridors.simulate` a ``setting``, ``rasht`` (Rasht–Astara finished) and ``pair``.
    """
    draws = model.draw_costs(tables["links"], n=n, seed=_SEED)
    parts = [
        model.simulate(
            _net(tables, day, *projects, *["Rasht–Astara"][:rasht]), draws, PAIRS.values(), regime=regime
        ).assign(setting=setting, rasht=rasht)
        for rasht in (False, True)
        for setting, (_, projects, regime) in SETTINGS.items()
        if setting in LEGAL.values() or not rasht
    ]
    pair = {ends: name for name, ends in PAIRS.items()}
    found = pd.concat(parts, ignore_index=True)
    return found.assign(pair=[pair[ends] for ends in zip(found["origin"], found["destination"], strict=True)])


def _pick(found: pd.DataFrame, pair: str, setting: str, rasht: bool) -> pd.DataFrame:
    chosen = (found["pair"] == pair) & (found["setting"] == setting) & (found["rasht"] == rasht)
    return found[chosen].set_index("draw")


def compare(found: pd.DataFrame, pair: str, setting: str, rasht: bool = False) -> dict[str, float]:
    """Compare the cost of a pair in `runs` with that of today, draw by draw.

    Gives ``median``, ``low`` (5th percentile) and ``high`` (95th) of the change in per cent, and the share of draws in
    which nothing changes (``unchanged``).
    """
    today, then = _pick(found, pair, "none", False)["cost"], _pick(found, pair, setting, rasht)["cost"]
    change = (then / today - 1) * 100
    low, median, high = change.quantile([0.05, 0.5, 0.95])
    same = (change.abs() < 1e-6).mean() * 100
    return {"median": float(median), "low": float(low), "high": float(high), "unchanged": float(same)}


def draw_route(
    found: pd.DataFrame, tables: Tables, lines: Any, pair: str, setting: str, rasht: bool, land: Ground | None = None
) -> ex.Exhibit:
    """Draw the ways of one pair with `helpers.numbers.corridor_maps.draw_ways`; the title gives cost and range."""
    chosen, today = _pick(found, pair, setting, rasht), _pick(found, pair, "none", False)
    low, middle, high = chosen["cost"].quantile([0.05, 0.5, 0.95])
    ways = chosen["via"].value_counts(normalize=True)
    words = ", ".join(_NAMES[state] for state in str(ways.index[0]).split("–"))
    title = (
        f"{pair}: {middle:.0f} dollars a tonne, nine draws in ten between {low:.0f} and {high:.0f} (today "
        f"{today['cost'].median():.0f}). Commonest way, in {ways.iloc[0] * 100:.0f} per cent of draws: {words}."
    )
    return draw_ways(_used(chosen), _used(found[found["pair"] == pair]), tables, lines, title, land)


def _used(chosen: pd.DataFrame) -> pd.Series:
    """Give the share of the rows whose way uses each link, for links used in one row in twenty or more."""
    counts = chosen["links"].value_counts()
    long = counts.rename("n").reset_index().assign(links=lambda t: t["links"].str.split(";")).explode("links")
    share = long.groupby("links")["n"].sum() / len(chosen)
    return share[(share >= 0.05) & (share.index != "")]


def regimes(found: pd.DataFrame) -> pd.DataFrame:
    """Give for `helpers.charts.spans` what each setting changes for the pairs that the way to Nakhchivan touches."""
    rows = [
        {"panel": pair, "row": words} | compare(found, pair, setting)
        for pair in list(PAIRS)[:3]
        for setting, (words, projects, _) in SETTINGS.items()
        if projects
    ]
    return pd.DataFrame(rows)


def leverage(tables: Tables, day: pd.Timestamp, n: int = 32) -> pd.DataFrame:
    """Say what each opening does to each state's leverage in `helpers.transit_game`.

    "No Armenian veto" takes the right to shut the rails through Syunik from Armenia, and nothing else. Adds to
    `helpers.transit_game.shift` the ``player`` and what `helpers.charts.spans` asks for.
    """
    draws = model.draw_costs(tables["links"], n=n, seed=_SEED)
    fixed: dict[str, Any] = {"reservation": _RESERVATION, "seed": _SEED}
    today = _net(tables, day)
    before = transit_game.leverage(today, draws, **fixed)
    shifts = {}
    for name, (project, regime, veto) in _GAMES.items():
        net = _net(tables, day, project)
        for *_, link, e in net.edges(keys=True, data=True):
            if link in model.SYUNIK and not veto:
                e["countries"] = tuple(c for c in e["countries"] if c != "ARM")
        after = transit_game.leverage(net, draws, regime=regime, reference=today, **fixed)
        shifts[name] = transit_game.shift(before, after)
    table = pd.concat(shifts, names=["row", "player"]).reset_index()
    table = table.assign(panel=table["player"].map(_NAMES), median=table["change"], draws=n)
    return table.sort_values("panel", kind="stable", ignore_index=True)


def stretches(tables: Tables, day: pd.Timestamp) -> pd.DataFrame:
    """Rank what a closure would cost today, links in a row whose closure costs the same taken as one stretch.

    Gives ``stretch`` (words), ``links`` (their number) and what `helpers.corridors.criticality` says of each of them.
    """
    found = model.criticality(model.priced(_net(tables, day)))
    links, name = tables["links"].set_index("id"), tables["places"].set_index("id")["name"]
    rows = []
    for _, part in found.groupby(["cut_off", found["rise"].round(6)], sort=False):
        chain = nx.Graph(links.loc[part["links"], ["place_a", "place_b"]].itertuples(index=False, name=None))
        for bunch in nx.connected_components(chain):
            inner = part[links.loc[part["links"], "place_a"].isin(bunch).to_numpy()]
            tips = sorted(name[p].split(" (")[0] for p in bunch if chain.degree(p) == 1)
            modes = "/".join(sorted(set(links.loc[inner["links"], "mode"])))
            row = {"stretch": f"{'–'.join(tips[:: len(tips) - 1 or 1])}, {modes}", "links": len(inner)}
            rows.append(row | inner.iloc[0][["percent", "hit", "cut_off"]].to_dict())
    return pd.DataFrame(rows).sort_values(["cut_off", "percent"], ascending=False, ignore_index=True)


def model_values(tables: Tables, day: pd.Timestamp, found: pd.DataFrame, shifts: pd.DataFrame) -> dict[str, Value]:
    """Compute the figures that the chapter quotes from the models: `runs`, `leverage` and those of one network."""
    out: dict[str, Value] = {"n_draws": len(draws := found["draw"].unique()), "n_pairs": len(model.PAIRS)}
    out |= dict(zip(("give_up_low", "give_up_high"), _RESERVATION, strict=True))
    for key, pair in (("iran", "Tehran – Yerevan"), ("nakh", "Baku – Nakhchivan"), ("istanbul", "Baku – Istanbul")):
        for setting in list(SETTINGS)[1:]:
            out[f"{key}_{setting}"] = _range(compare(found, pair, setting), " per cent")
    north = [_pick(found, "Moscow – Mumbai", "none", rasht)["via"].str.contains("AZE") for rasht in (False, True)]
    out |= {"aze_before": north[0].mean() * 100, "aze_after": north[1].mean() * 100}
    saved = compare(found, "Moscow – Mumbai", "none", True)
    out |= {"rasht_no_saving": saved["unchanged"], "rasht_best_saving": -saved["low"]}
    # The parameter whose high half of draws differs most from its low half in the choice of Azerbaijan.
    halves, costs = {}, model.draw_costs(tables["links"], n=len(draws), seed=_SEED)
    for name, values_drawn in costs.values.items():
        upper = values_drawn > np.median(values_drawn)
        halves[name] = [float(north[1].to_numpy()[half].mean() * 100) for half in (upper, ~upper)]
    first = max(halves, key=lambda name: abs(halves[name][0] - halves[name][1]))
    out |= {"first_parameter": first.replace("_", " "), "first_high": halves[first][0], "first_low": halves[first][1]}
    gulf = _pick(found, "Bandar Abbas – Poti", "none", False)["via"]
    out |= {f"gulf_{k.lower()}": gulf.str.contains(k).mean() * 100 for k in ("ARM", "AZE")}
    ends, land = [("moscow", "bandar-abbas")], {}
    for key, project in (("before", ()), ("after", ("Rasht–Astara",))):
        rails = model.priced(_net(tables, day, *project, mode=("rail",)))
        out[f"rail_{key}"] = float(model.accessibility(rails, ends)["cost"].iloc[0])
        land[key] = model.simulate(_net(tables, day, *project, mode=("rail", "road")), costs, ends)
    out["land_aze"] = land["before"]["via"].str.contains("AZE").mean() * 100
    out["land_saving"] = float((1 - land["after"]["cost"] / land["before"]["cost"]).median() * 100)
    best = model.routes(model.priced(_net(tables, day)), "moscow", "mumbai")[0]
    out |= {"teu": best.money * _TONNES_PER_TEU, "teu_tonnes": _TONNES_PER_TEU, "teu_days": best.hours / 24}
    flows = tables["flows"]
    told = flows[(flows["corridor"] == "INSTC") & flows["segment"].str.startswith("Nhava Sheva–Moscow")]
    for measure, name in (("transit_cost", "dollars"), ("transit_time", "days")):
        figures = told[told["measure"] == measure]["value"]
        out |= {f"published_{name}_low": figures.min(), f"published_{name}_high": figures.max()}
    top = (rank := stretches(tables, day))[rank["cut_off"] == 0].iloc[0]
    out |= {f"critical_{k}": top[k].item() for k in ("percent", "links", "hit")}
    out["n_cut"] = int(model.min_cut(_net(tables, day), "tehran", "yerevan")[0])
    basis = costs_table()["Basis"]
    out |= {"n_parameters": len(basis), "n_assumed": int((basis == "assumption").sum())}
    out["n_game"] = int(shifts["draws"].iloc[0])
    for r in shifts.itertuples():
        key = f"{r.player.lower()}_{re.sub('[^a-z]+', '_', r.row.lower())}"
        out[key] = _range({"median": r.change, "low": r.low, "high": r.high})
    return out


def _range(got: Mapping[str, float], unit: str = "") -> str:
    """Write a median with its range, such as "−1 per cent (−37 to 0)"."""
    median, low, high = (f"{round(got[k]):+d}".replace("-", "−").replace("+0", "0") for k in ("median", "low", "high"))
    return f"{median}{unit} ({low} to {high})"


# --- steps, closures, tonnes, growth -------------------------------------------------------------------------------


def steps(milestones: pd.DataFrame) -> pd.DataFrame:
    """Add to each milestone what ``kind`` of step its words tell of: ``paper``, ``works``, ``opened`` or ``closed``."""
    kind = pd.Series("paper", index=milestones.index)
    for name, words in reversed(_KINDS.items()):
        kind = kind.mask(milestones["summary"].str.contains(words), name)
    return milestones.assign(kind=kind)


def _strip(marks: pd.DataFrame, looks: Mapping[str, tuple[str, str, str]], height: float) -> tuple[Figure, Axes]:
    """Draw marks in rows, top row first: ``x``, ``row``, ``rise`` (-1 to 1), ``kind`` (key of `looks`), ``id``."""
    rows = list(dict.fromkeys(marks["row"]))
    y = len(rows) - 1 - marks["row"].map(rows.index) + marks["rise"] * 0.29
    names = ex.wrapped(rows, 60, 24)
    fig, ax = ex.canvas(height=0.9 + height * len(rows) + 0.15 * sum(n.count("\n") for n in names))
    for kind, (face, edge, marker) in looks.items():
        part = marks[marks["kind"] == kind]
        look: dict[str, Any] = {"facecolors": face, "edgecolors": edge, "label": kind, "zorder": 3}
        dots = ax.scatter(part["x"], y[part.index], s=34, marker=marker, **look)
        dots.set_urls([f"mark:{i}" for i in part["id"]])
    ax.set_yticks(range(len(rows)), names[::-1])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ex.legend(fig, *ax.get_legend_handles_labels(), handletextpad=0.2)
    return fig, ax


@ex.two_widths
def draw_steps(milestones: pd.DataFrame, sources: pd.DataFrame, title: str, provenance: str) -> ex.Exhibit:
    """Draw the milestones since 2016 in a lane per corridor; earlier ones and pipelines stand in the table only."""
    import matplotlib.dates as mdates

    coded = steps(milestones).sort_values(["date", "id"])
    looks = {
        "on paper": ("none", ex.BLUE, "o"),
        "works": (ex.ORANGE, ex.ORANGE, "s"),
        "opened or reopened": (ex.GREEN, ex.GREEN, "^"),
        "closed or controlled": (ex.VERMILION, ex.VERMILION, "X"),
    }
    words = dict(zip(("paper", "works", "opened", "closed"), looks, strict=True))
    drawn = coded[(coded["date"] >= "2016-01-01") & coded["corridor"].isin(list(_LANES))]
    drawn = drawn.sort_values("corridor", key=lambda c: c.map(list(_LANES).index), kind="stable")
    drawn = drawn.assign(row=drawn["corridor"].map(_LANES), x=drawn["date"], kind=drawn["kind"].map(words))
    with ex.style():
        fig, ax = _strip(drawn.assign(rise=_levels(drawn, ex.fit(75, 150))), looks, 0.34)
        ax.set_xlim(pd.Timestamp("2015-10-01"), drawn["date"].max() + pd.Timedelta(days=90))
        ax.xaxis.set_major_locator(mdates.YearLocator(ex.fit(1, 3)))
    by_id = sources.set_index("id")
    links = {
        r.id: (by_id.loc[r.source_ids.split(";")[0], "url"], f"{evidence.date_label(r.date)}: {r.summary} ({r.kind})")
        for r in drawn.itertuples()
    }
    counts = pd.crosstab(drawn["row"], drawn["kind"]).loc[list(dict.fromkeys(drawn["row"]))]
    told = "; ".join(f"{c}: " + ", ".join(f"{v} {k}" for k, v in row.items() if v) for c, row in counts.iterrows())
    table = _listed(coded, sources)
    table.insert(1, "Corridor", coded["corridor"].tolist())
    return ex.Exhibit(
        "x4-steps",
        title,
        fig,
        f"Timeline of {len(drawn)} milestones in {len(counts)} lanes. {told}.",
        table.assign(Kind=coded["kind"].tolist()),
        "One mark per step, which leads to its source; marks close in time are moved apart. The kind of step is read "
        "from its words. The table also holds the steps before 2016 and those of pipelines.",
        provenance,
        links,
    )


def _levels(drawn: pd.DataFrame, near: int) -> pd.Series:
    """Give marks of a lane that stand within `near` days of each other different levels, -1, 0 or 1."""
    levels: dict[object, int] = {}
    for _, lane in drawn.groupby("corridor"):
        last = dict.fromkeys((0, 1, -1), pd.Timestamp("1900-01-01"))
        for index, date in lane["date"].items():
            free = [level for level, day in last.items() if (date - day).days > near]
            level = free[0] if free else min(last, key=lambda x: last[x])
            levels[index] = level
            last[level] = date
    return pd.Series(levels).reindex(drawn.index)


def _sources(ids: str, by_id: pd.DataFrame) -> tuple[ex.Link, ...]:
    return tuple(ex.Link(evidence.citation(by_id.loc[i]), by_id.loc[i, "url"]) for i in ids.split(";"))


def _listed(milestones: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    by_id = sources.set_index("id")
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(d) for d in milestones["date"]],
            "Step": milestones["summary"].tolist(),
            "Figure": milestones["value"].map(_in_words).tolist(),
            "Source": [_sources(ids, by_id) for ids in milestones["source_ids"]],
        }
    )


def rasht_astara(milestones: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """List the milestones that bear on the gap between Rasht and Astara, with their sources."""
    words = r"Rasht|Qazvin|Astara rail|sign the INSTC|completion|acquired|allocated"
    named = milestones["corridor"].isin(["INSTC", "INSTC-west"]) & milestones["summary"].str.contains(words)
    return _listed(milestones[named].sort_values("date"), sources)


def ledger(events: pd.DataFrame, sources: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """List who shut and who opened a way, by the codes and words of the events, in order of date.

    ``Step`` links to the event; ``Reason`` is the one that its words give, ``Told by`` the sides of its sources.
    """
    chosen = (
        events["type"].isin(_LEDGER_TYPES)
        & events["cameo"].isin([*_SHUTS, *_OPENS])
        & events["summary"].str.contains(_WAYS)
    )
    part = events[chosen].sort_values(["start", "id"])
    who = part["source_actor"].map(actors.set_index("id")["name"])
    reason = pd.Series("none told", index=part.index)
    for words, label in _REASONS.items():
        reason = reason.mask((part["summary"] + part["disagreement"]).str.contains(words), label)
    shut = part["cameo"].isin(_SHUTS)
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(s, None, p) for s, p in zip(part["start"], part["precision"], strict=True)],
            "Step": [ex.Link(s, f"back/chronology.html#{i}") for i, s in zip(part["id"], part["summary"], strict=True)],
            "Who": who.where(part["source_role"] != "CVL", "citizens of " + who).tolist(),
            "Act": np.where(shut, "closes", "opens"),
            "Reason": reason.where(shut, "").tolist(),
            "Told by": evidence.corroboration(part, sources)["sides"].str.replace(";", ", ").tolist(),
        }
    )


def definitions(flows: pd.DataFrame) -> pd.DataFrame:
    """List the tonnage figures of the north–south routes by definition, that with the largest figure first.

    In million tonnes; ``whole`` marks full calendar or Iranian years, ``derived`` what was computed from a growth rate.
    """
    part = flows[
        (flows["kind"] == "freight")
        & (flows["measure"] == "volume")
        & (flows["unit"] == "million tonnes")
        & flows["corridor"].isin(["INSTC", "Astara rail border"])
        & ~flows["segment"].str.contains(_OWN_TRADE)
    ].copy()
    partial = part["note"].str.contains(r"\bpart year\b", regex=True)
    part = part.assign(
        definition=part["segment"]
        .str.replace(r"(?: of)? ?Azerbaijan Railways,?", " Az. Railways", regex=True)
        .str.strip(),
        whole=part["coverage"].isin(["calendar_year", "iranian_year"]) & ~partial,
        derived=part["note"].str.startswith("derived"),
        year=part["period_start"].dt.year,
        rank=part.groupby("segment")["value"].transform("max"),
    )
    part["period"] = _periods(part, partial)
    part = part.sort_values(["rank", "definition", "period_start", "period_end"], ascending=[False, True, True, True])
    columns = ["definition", "period", "year", "value", "whole", "derived", "agency", "note", "id", "source_ids"]
    return part[columns].reset_index(drop=True)


def _periods(flows: pd.DataFrame, partial: pd.Series) -> list[str]:
    def words(start: pd.Timestamp, end: pd.Timestamp, coverage: str, part: bool) -> str:
        if coverage == "iranian_year":
            return f"Iranian year {start.year - 621}"
        if coverage == "calendar_year" or part:
            return f"part of {start.year}" if part else f"{start.year}"
        return f"{start:%b %Y}–{end:%b %Y}" if start.year != end.year else f"{start:%b}–{end:%b %Y}"

    columns = (flows["period_start"], flows["period_end"], flows["coverage"], partial)
    return [words(*row) for row in zip(*columns, strict=True)]


def _in_words(value: str) -> str:
    value = value.replace("musd", "million US dollars").replace("bn usd", "billion US dollars")
    return value.replace("mt/y", "million tonnes a year")


@ex.two_widths
def draw_tonnage(flows: pd.DataFrame, sources: pd.DataFrame, provenance: str) -> ex.Exhibit:
    """Draw each tonnage figure in the row of its own definition; nothing is joined by a line."""
    data = definitions(flows)
    looks = {
        "whole year": (ex.BLUE, ex.BLUE, "o"),
        "whole year, derived from a growth rate": ("none", ex.BLUE, "D"),
        "part of a year": ("none", ex.VERMILION, "s"),
    }
    kind = np.select([data["whole"] & ~data["derived"], data["whole"]], list(looks)[:2], list(looks)[2])
    with ex.style():
        fig, ax = _strip(data.assign(kind=kind, x=data["value"], row=data["definition"], rise=0.0), looks, 0.24)
        ax.set(xscale="log", xlim=(0.005, 40))
        ax.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
        ax.minorticks_off()
        ax.set_xlabel(*ex.wrapped(["million tonnes (each step of the scale is tenfold)"], 90, 30))
    by_id, rows = sources.set_index("id"), data["definition"].nunique()
    links = {
        r.id: (by_id.loc[r.source_ids.split(";")[0], "url"], f"{r.definition}, {r.period}: {r.value:.3g} ({r.agency})")
        for r in data.itertuples()
    }
    told = "; ".join(f"{r.definition}, {r.period}: {r.value:.3g}" for r in data.itertuples())
    return ex.Exhibit(
        "x4-tonnage",
        f"From {data['value'].min():.2f} to {data['value'].max():.0f} million tonnes: {len(data)} figures that count "
        f"{rows} different things",
        fig,
        f"{len(data)} tonnage figures in {rows} rows, one per definition, in million tonnes. {told}.",
        data.drop(columns=["year", "id"]),
        "One row per definition, that with the largest figure first; each mark leads to its source. No two rows "
        "measure the same thing, and no line joins them.",
        provenance,
        links,
    )


def growth(flows: pd.DataFrame) -> pd.DataFrame:
    """List for `helpers.charts.trade` the growth of trade with Iran that Russian officials gave, by period."""
    told = (flows["measure"] == "turnover_growth") & (flows["from_actor"] == "RUS") & (flows["to_actor"] == "IRN")
    part = flows[told].sort_values(["period_start", "period_end"], ignore_index=True)
    speaker = part["agency"].str.extract(r"\((.+)\)")[0].fillna("presidency")
    return part.assign(group=speaker, what="Turnover on the same months of the year before")


def rest_growth(first: float, year: float, share: float) -> float:
    """Compute how much the other nine months grew, from the growth of the first quarter and of the year in per cent.

    `share` is the first quarter's part of the base year's trade, from 0 to below 1; otherwise a ValueError.

    Examples
    --------
    >>> round(rest_growth(48, 13, 0.25), 2)
    1.33
    """
    if not 0 <= share < 1:
        raise ValueError(f"share {share} is not between 0 and 1")
    return (year - share * first) / (1 - share)


def _parts(note: str) -> tuple[float, float]:
    found = re.search(r"exports \+(\d+) and imports \+(\d+)", note)
    if found is None:
        raise ValueError(f"no growth of exports and imports in {note!r}")
    return float(found[1]), float(found[2])


@remember
def values(tables: Tables) -> dict[str, Value]:
    """Compute the figures that the chapter quotes from all tables, those of the models apart (`model_values`)."""
    events, status = tables["events"], tables["link_status"]
    net = without_pipelines(as_of(tables["links"], status, last := events["start"].max()))
    unopened = net[net["status"] != "open"]
    west = net[(net["mode"] == "rail") & net["corridors"].str.split(";").map(lambda c: "INSTC-west" in c)]
    km = west.groupby([west["status"] != "open", west["length_basis"] == "estimated"])["length_km"].sum()
    gap, guessed = km.xs(True, level=0).sum(), km.xs(True, level=1).sum()
    routes = (coded := steps(tables["milestones"]))[coded["corridor"] != "pipelines"]
    kinds, in_2025 = routes["kind"].value_counts(), routes[routes["date"].dt.year == 2025]["kind"].value_counts()
    zangezur = coded[coded["corridor"] == "Zangezur/TRIPP"]
    days, figure = coded.set_index("id")["date"], coded.set_index("id")["value"].str.extract(r"([\d.]+)")[0]
    flow = tables["flows"].set_index("id")
    told = {name: float(flow.loc[row, "value"]) for name, row in _FLOWS.items()}
    jump, year = told["first_quarter"], told["whole_2024"]
    exports, imports = _parts(flow.loc[_FLOWS["first_quarter"], "note"])
    freight = definitions(tables["flows"])
    stated = freight[freight["whole"] & ~freight["derived"]].groupby("definition")["year"].nunique()
    shut = ledger(events, tables["sources"], tables["actors"])
    acts = shut[shut["Act"] == "closes"]
    own = acts[acts["Who"] == "Azerbaijan"]["Reason"]
    verdicts = tables["claims"][tables["claims"]["theme"] == "corridors"]["verdict"].value_counts()
    dated = status["valid_from"].notna()
    begun = events.set_index("id")["start"]
    return {
        **told,
        **{name: figure[row] for name, row in _STEPS.items()},
        "committee_2025": -told["committee_2025"],
        "through_ratio": told["through_2025"] / told["ady_2025"],
        "cutoff": evidence.date_label(last),
        "last_status": evidence.date_label(status["valid_from"].max()),
        "n_links": len(net),
        "n_unopened": len(unopened),
        "n_unopened_caucasus": len(within(tables["places"], unopened, CAUCASUS)),
        **{f"n_{s.replace('-', '_')}": int((net["status"] == s).sum()) for s in STATUSES},
        "share_estimated": float((net["length_basis"] == "estimated").mean() * 100),
        "west_gap_links": int((west["status"] != "open").sum()),
        "west_km": float(km.sum()),
        "west_gap_km": float(gap),
        "west_estimated_share": float(guessed / km.sum() * 100),
        "n_status": len(status),
        "n_undated": int((~dated).sum()),
        "n_vague": int((dated & status["note"].str.contains(VAGUE)).sum()),
        "n_steps": len(routes),
        **{f"steps_{k}": int(kinds.get(k, 0)) for k in ("paper", *_KINDS)},
        **{f"{k}_2025": int(in_2025.get(k, 0)) for k in ("paper", "opened")},
        "share_paper": float(kinds.get("paper", 0) / len(routes) * 100),
        "n_zangezur_steps": len(zangezur),
        "n_zangezur_opened": int((zangezur["kind"] == "opened").sum()),
        "years_to_agreement": (days["2023-05-17-instc-west"] - days["2000-09-12-instc"]).days // 365,
        "n_figures": len(freight),
        "n_definitions": int(freight["definition"].nunique()),
        "n_comparable": int((stated >= 2).sum()),
        "rest_quarter": rest_growth(jump, year, 0.25),
        "rest_low": rest_growth(jump, year, 0.15),
        "rest_fall": -rest_growth(jump, year, 0.30),
        "exports_rise": exports,
        "imports_rise": imports,
        "implied_share": (jump - imports) / (exports - imports) * 100,
        "comma_rise": exports / 10,
        "comma_share": (jump - imports) / (exports / 10 - imports) * 100,
        "tpo_share": told["sold"] / (told["sold"] + told["bought"]) * 100,
        "n_closures": len(acts),
        **{f"n_closures_{a.lower()}": int((acts["Who"] == _NAMES[a]).sum()) for a in ("AZE", "IRN", "TUR")},
        **{f"aze_{k}": int(own.str.startswith(k).sum()) for k in ("health", "checks", "security")},
        "n_openings": len(shut) - len(acts),
        "halt_days": (begun["2026-03-09-aze-irn-transit"] - begun["2026-03-05-aze-irn-closure-2"]).days,
        "n_claims": int(verdicts.sum()),
        **{f"n_claims_{v}": int(verdicts.get(v, 0)) for v in ("supported", "mixed", "open")},
    }
