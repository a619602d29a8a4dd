"""Figures and drawings of chapter 7: January 2025 to the latest event, as a test of the five articles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import balance, charts, corridors, evidence, regimes, transit_game
from helpers import events as ev
from helpers import forecasts as fc
from helpers.exhibits import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    TONES,
    VERMILION,
    EvidenceTable,
    Exhibit,
    canvas,
    fit,
    legend,
    style,
    two_widths,
    wrapped,
)
from helpers.memo import remember
from helpers.numbers import Value
from helpers.numbers.thaw_2024 import moods
from helpers.schemas import SIDES

__all__ = [
    "SHOCKS", "SIGNS", "SPAN", "STRIKE", "SYUNIK", "TOPICS", "WEEKS",
    "Setting", "draw_course", "draw_known", "draw_outcomes", "draw_regimes", "draw_scenario", "filed",
    "monthly", "open_regime", "outcomes", "period", "reaching", "repair", "robustness",
    "robustness_table", "scenarios", "signed", "tellers", "values",
]  # fmt: skip

#: First day of the test and last day of the last month with events.
SPAN = ("2025-01-01", "2026-03-31")

#: The weeks around the strike on Nakhchivan.
WEEKS = ("2026-02-26", "2026-03-20")

#: The strike: an act of unknown source in the table, of Iran in Baku's account.
STRIKE = "2026-03-05-unk-aze-attack"

#: Who acts toward whom; the empty key takes every other act.
LANES = {"AZE>IRN": "Azerbaijan\nto Iran", "IRN>AZE": "Iran to\nAzerbaijan", "": "with or among\nothers"}

#: First day of each crisis that chapters 2, 6 and 7 follow.
SHOCKS = {
    "2021 (border drill)": "2021-10-01-irn-aze-military-exercise",
    "2023 (embassy attack)": "2023-01-27-gun-aze-attack",
    "2026 (drone strike)": STRIKE,
}

#: What each of the forecasts that reach into the test is about.
TOPICS: dict[str, tuple[str, ...]] = {
    topic: tuple(words.split())
    for topic, words in {
        "Course of relations": """mamedov-2021-f02 ramani-2021-f01 mammadov-2024-f04 mammadov-2024-f09
            avdaliani-2024-f01 avdaliani-2024-f02""",
        "War and restraint": "mamedov-2021-f05 mamedov-2021-f10 anonymous-2021-f02 avdaliani-2024-f08",
        "Conduct of Tehran": "mamedov-2021-f07 mammadov-2024-f10 avdaliani-2024-f04 avdaliani-2024-f05",
        "Corridors, grids, trade": """mamedov-2021-f03 ramani-2021-f04 ramani-2021-f07 mammadov-2024-f02
            mammadov-2024-f03 mammadov-2024-f05 mammadov-2024-f06 anonymous-2021-f06 avdaliani-2024-f06""",
        "Israel": """mamedov-2021-f08 mamedov-2021-f09 mammadov-2024-f07 mammadov-2024-f08 avdaliani-2024-f03
            avdaliani-2024-f07""",
        "Armenia, Turkey, Russia": "ramani-2021-f08 anonymous-2021-f05 anonymous-2021-f08 avdaliani-2024-f09",
    }.items()
}

#: Turning points named on the timeline.
_TURNS = {
    "2025-01-01-aze-irn-dispute": "Baku protests",
    "2025-04-28-irn-aze-visit": "Pezeshkian in Baku",
    "2025-06-13-isr-irn-attack": "June war",
    "2025-08-08-aze-arm-agreement": "TRIPP agreed",
    "2025-10-13-aze-irn-meeting": "three-way talks",
    "2025-12-08-irn-aze-visit": "Araghchi in Baku",
    "2026-02-28-usa-irn-attack": "war on Iran",
    STRIKE: "strike on Nakhchivan",
}

#: Claims whose verdict the chapter's table quotes.
_VERDICTS = (
    "S0-82", "S0-57", "S1-14", "S1-59", "S2-37", "S2-51", "S2-57", "S3-35", "S3-57", "S4-04", "S4-49", "S4-63",
)  # fmt: skip

#: The Syunik lever of the scenarios: what is built and under which legal regime.
SYUNIK = {
    "not built": "",
    "Armenian checks": "sovereign",
    "Kaliningrad style": "kaliningrad",
    "without checks": "unimpeded",
    "sealed": "sealed",
}

#: The tie of Baku and Tehran in the signed network; zero is the coded sign of 2025.
SIGNS = {"hostile": -1, "neutral, as coded": 0, "friendly": 1}

#: Settings of the transport levers: legal regime (empty: not built), and whether Rasht–Astara is finished.
_SETTINGS = tuple((regime, rasht) for regime in SYUNIK.values() for rasht in (False, True))

#: Draws of the costs behind the ways of goods, and behind the game, which takes longer.
_DRAWS, _GAMES = 100, 25

#: The two scenarios of the text.
_POLARISED, _INTEGRATED = ("sealed", False), ("kaliningrad", True)

#: Pairs of places whose cost the scenarios show.
_WAYS = {
    ("baku", "nakhchivan"): "Baku–Nakhchivan",
    ("tehran", "yerevan"): "Tehran–Yerevan",
    ("baku", "tehran"): "Baku–Tehran",
    ("moscow", "bandar-abbas"): "Moscow–Bandar Abbas",
}

#: As in chapter 4: range of the cost at which a shipper gives up, and the seed of all draws.
_RESERVATION, _SEED = (1.1, 2.0), 1

_STATES = {
    "ARM": "Armenia", "AZE": "Azerbaijan", "EU": "EU", "FRA": "France", "GEO": "Georgia", "IND": "India",
    "IRN": "Iran", "ISR": "Israel", "PAK": "Pakistan", "RUS": "Russia", "TUR": "Turkey", "USA": "United States",
}  # fmt: skip

#: The network without the actors that have no part in the pair's neighbourhood.
_NINE = [a for a in _STATES if a not in ("EU", "FRA", "IND")]


def period(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(pd.Timestamp(SPAN[0]), pd.Timestamp(SPAN[1]))]


def filed(events: pd.DataFrame) -> pd.DataFrame:
    """Ascribe the strike on Nakhchivan to Iran: Baku's account, which Tehran denies."""
    return events.assign(source_actor=events["source_actor"].where(events["id"] != STRIKE, "IRN"))


def _laned(events: pd.DataFrame) -> pd.DataFrame:
    """Put who acts toward whom in place of the source actor, as `LANES` reads it."""
    return events.assign(source_actor=events["source_actor"] + ">" + events["target_actor"])


def monthly(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Sum up what Iran and Azerbaijan did toward each other, month by month over `SPAN`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "M", *SPAN)


def tones(events: pd.DataFrame, cameo: pd.DataFrame, first: str | pd.Timestamp) -> pd.DataFrame:
    """List the scored acts between the two from a day on, in order; those dated to a year are left out."""
    pair = ev.score(ev.between(events, "AZE", "IRN"), cameo)
    pair = pair[pair["scored"] & (pair["precision"] != "year") & (pair["start"] >= pd.Timestamp(first))]
    return pair.sort_values(["start", "id"], ignore_index=True)


def reaching(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Keep the forecasts whose horizon ends in 2025 or later, or was left open, and add article and topic.

    Raises
    ------
    KeyError
        If a forecast that reaches into the test has no topic in `TOPICS`.
    """
    end = forecasts["horizon_end"]
    part = forecasts[(end >= pd.Timestamp(SPAN[0])) | end.isna()].copy()
    topics = {forecast: topic for topic, members in TOPICS.items() for forecast in members}
    missing = sorted(set(part["id"]) - set(topics))
    if missing:
        raise KeyError(f"no topic for {', '.join(missing)}")
    part["topic"] = part["id"].map(topics)
    part["label"] = part["article_id"].map(lambda a: evidence.article_label(a).split()[0])
    return part


def open_regime(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.Series:
    """Return the last regime of `helpers.numbers.thaw_2024.moods`, which chapter 6 shows whole."""
    return moods(events, cameo).iloc[-1]


def repair(events: pd.DataFrame, cameo: pd.DataFrame, days: int = 60) -> pd.DataFrame:
    """Add up the tone between the two from each shock on, day by day.

    A crisis is followed for `days` days or to the last event dated to the day, whichever comes first. Acts dated less
    precisely are left out.

    Returns
    -------
    pandas.DataFrame
        ``crisis``, ``days`` since the shock, ``sum`` of the Goldstein values so far.
    """
    exact = events[events["precision"] == "day"]
    day, pair = exact.set_index("id")["start"], tones(exact, cameo, "1991-01-01")
    rows = []
    for crisis, shock in SHOCKS.items():
        seen = min(days, int((exact["start"].max() - day[shock]).days))
        since = (pair["start"] - day[shock]).dt.days
        sums = pair.groupby(since)["goldstein"].sum().reindex(range(seen + 1), fill_value=0.0).cumsum()
        rows.append(pd.DataFrame({"crisis": crisis, "days": sums.index, "sum": sums.to_numpy()}))
    return pd.concat(rows, ignore_index=True)


def tellers(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count the events of the period that each side's publishers report, before March 2026 and in it."""
    part = period(events)
    late = part["start"] >= pd.Timestamp("2026-03-01")
    rows = {
        "publishers elsewhere" if side == "other" else f"{side} publishers": {
            "January 2025 to February 2026": len(evidence.told_by(part[~late], sources, side)),
            "March 2026": len(evidence.told_by(part[late], sources, side)),
        }
        for side in SIDES
    }
    return pd.DataFrame.from_dict(rows, orient="index")


class Setting(NamedTuple):
    """What the transport models say of one setting: cost of each way, and change of each state's leverage."""

    costs: pd.DataFrame
    leverage: pd.DataFrame


@remember
def scenarios(
    places: pd.DataFrame,
    links: pd.DataFrame,
    link_status: pd.DataFrame,
    settings: Sequence[tuple[str, bool]] = _SETTINGS,
    draws: int = _DRAWS,
    games: int = _GAMES,
) -> dict[tuple[str, bool], Setting]:
    """Run the route model and the transit game for settings of the transport levers.

    Routes rest on `draws` of the costs, the game, which takes longer, on `games`.

    Returns
    -------
    dict
        Setting to `Setting`: ``costs`` indexed by way (``low``, ``median``, ``high`` of the USD per tonne, ``via`` the
        commonest way); ``leverage`` from `helpers.transit_game.shift`, against the network as it is.
    """
    found = {}
    drawn, few = (corridors.draw_costs(links, n=n, seed=_SEED) for n in (draws, games))
    today = corridors.network(places, links, link_status, SPAN[1])
    before = transit_game.leverage(today, few, reservation=_RESERVATION, seed=_SEED)
    for regime, rasht in settings:
        projects = ["Syunik rails"] * bool(regime) + ["Rasht–Astara"] * rasht
        built = [link for project in projects for link in corridors.PROJECTS[project]]
        net = corridors.network(places, links, link_status, SPAN[1], finished=built)
        legal = regime or "sovereign"
        runs = corridors.simulate(net, drawn, list(_WAYS), regime=legal)
        pair = pd.Series(list(zip(runs["origin"], runs["destination"], strict=True))).map(_WAYS)
        costs = runs.groupby(pair)["cost"].quantile([0.05, 0.5, 0.95]).unstack()
        costs.columns = ["low", "median", "high"]
        costs["via"] = runs.groupby(pair)["via"].agg(lambda via: via.mode().iloc[0])
        after = before
        if built:
            after = transit_game.leverage(net, few, reservation=_RESERVATION, seed=_SEED, regime=legal, reference=today)
        found[regime, rasht] = Setting(costs.reindex(list(_WAYS.values())), transit_game.shift(before, after))
    return found


def signed(ties: pd.DataFrame, sign: int, actors: Iterable[str] | None = None) -> tuple[int, list[str], float]:
    """Find the camps of the network of 2025 if the tie of Baku and Tehran had a given sign.

    Returns the frustration index, the two camps of one best partition in words, and the share of the best partitions
    that put Baku and Tehran in one camp.
    """
    own = ties["id"] == "aze-irn-2025"
    if own.sum() != 1:
        raise ValueError("no tie 'aze-irn-2025' to turn")
    graph = balance.signed_graph(ties.assign(sign=ties["sign"].where(~own, sign)), 2025, actors=actors)
    index, _ = balance.frustration_index(graph)
    best = balance.optimal_partitions(graph)
    camps = [", ".join(sorted(_STATES[str(a)] for a in camp)) for camp in best[0]]
    return index, camps, float(np.mean([("AZE" in one) == ("IRN" in one) for one, _ in best]))


def robustness(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, forecasts: pd.DataFrame
) -> pd.DataFrame:
    """Repeat the main counts under other assumptions.

    Returns
    -------
    pandas.DataFrame
        Index: assumption; columns: months net cooperative, Goldstein sum of March 2026, the same from 8 March on,
        forecasts counted, share that came true (per cent; ``partly`` counts half), Brier score.
    """
    reach = reaching(forecasts)
    decided = reach[reach["resolution"] != "open"]
    voices = evidence.corroboration(events, sources)["publishers"]

    def tone(table: pd.DataFrame) -> tuple[int, float, float]:
        sums = monthly(table, cameo)["goldstein_sum"]
        return int((sums > 0).sum()), float(sums.iloc[-1]), float(tones(table, cameo, "2026-03-08")["goldstein"].sum())

    def share(table: pd.DataFrame, partly: float = 0.5) -> tuple[int, float, float]:
        scored = fc.resolve(table, SPAN[1], partly, early=True)
        score = fc.brier_score(scored["probability"], scored["outcome"])
        return len(table), float(scored["outcome"].mean() * 100), score

    early = decided["article_id"].str.endswith("2021")
    tone_base, share_base = tone(events), share(decided)
    rows = {
        "as in the chapter": (*tone_base, *share_base),
        "strike filed under Iran": (*tone(filed(events)), *share_base),
        "events with two publishers": (*tone(events[events["id"].map(voices) >= 2]), *share_base),
        "events of high confidence": (*tone(events[events["confidence"] == "high"]), *share_base),
        "events dated to the day": (*tone(events[events["precision"] == "day"]), *share_base),
        "partly counts nought": (*tone_base, *share(decided, 0.0)),
        "horizons that have ended": (*tone_base, *share(decided[decided["horizon_end"] <= pd.Timestamp(SPAN[1])])),
        "articles of 2021": (*tone_base, *share(decided[early])),
        "articles of 2024": (*tone_base, *share(decided[~early])),
    }
    columns = [
        "months net cooperative",
        "sum March 2026",
        "sum from 8 March",
        "forecasts",
        "came true, %",
        "Brier score",
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def robustness_table(table: pd.DataFrame) -> EvidenceTable:
    """Show the result of `robustness`."""
    digits = {"sum March 2026": 1, "sum from 8 March": 1, "came true, %": 0, "Brier score": 2}
    return EvidenceTable(
        table.round(digits).rename_axis("Assumption").reset_index(), "The main counts under other assumptions"
    )


@remember
def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    flows: pd.DataFrame,
    machine_scores: pd.DataFrame,
    ties: pd.DataFrame,
    places: pd.DataFrame,
    links: pd.DataFrame,
    link_status: pd.DataFrame,
    milestones: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Returns
    -------
    dict
        Name to value; ``v_S2_37`` and the like are the verdicts on those claims.
    """
    part = period(events)
    exact = part[part["precision"] == "day"]
    voices = evidence.corroboration(part, sources)
    tone = monthly(events, cameo)
    march, before = tone.iloc[-1], tone["goldstein_sum"].iloc[:-1]
    late = part[part["start"] >= pd.Timestamp("2026-03-01")]
    robust = robustness(events, sources, cameo, forecasts)
    base, by_sum = robust.loc["as in the chapter"], robust["sum March 2026"]
    outcome = reaching(forecasts)["resolution"].value_counts()
    goldstein = cameo.set_index("id")["goldstein"]
    flow = flows.set_index("id")["value"]
    when = events.set_index("id")["start"]
    verdicts = claims.set_index("id")["verdict"].str.replace("_", " ")
    found: dict[str, Value] = {
        "cut_off": evidence.date_label(exact["start"].max()),
        "n_events": len(part),
        "n_pair": len(ev.between(part, "AZE", "IRN")),
        "months_positive": int((before > 0).sum()),
        "months_before": len(before),
        "months_negative": int((before < 0).sum()),
        "march_sum": float(march["goldstein_sum"]),
        "march_events": int(march["events"]),
        "filed_march": float(by_sum["strike filed under Iran"]),
        "firm_march": float(by_sum["events with two publishers"]),
        "sure_march": float(by_sum["events of high confidence"]),
        "goldstein_strike": float(goldstein[events.set_index("id").loc[STRIKE, "cameo"]]),
        "left_out": int(tone.attrs["left_out"]),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_one_side": float((voices["n_sides"] == 1).mean() * 100),
        "n_disputed": int((part["disagreement"] != "").sum()),
        "n_late": len(late),
        "late_iranian": len(evidence.told_by(late, sources, "Iranian")),
        "late_azerbaijani": len(evidence.told_by(late, sources, "Azerbaijani")),
        "mission_2023": int((when["2024-07-15-aze-irn-diplomacy"] - when["2023-01-27-gun-aze-attack"]).days),
        **{f"mend_{side.lower()}": _mended(events, cameo, side) for side in ("AZE", "IRN")},
        "mend_foreigners": float(goldstein[events.set_index("id").loc["2026-03-08-aze-irn-transit", "cameo"]]),
        "n_draws": _DRAWS,
        "n_games": _GAMES,
        "freight_days": int((when["2026-03-09-aze-irn-transit"] - when[STRIKE]).days),
        "days_watched": int((exact["start"].max() - when[STRIKE]).days),
        "n_yes": int(outcome["yes"]),
        "n_failed": int(outcome["no"]),
        "n_decided": int(base["forecasts"]),
        **{f"share_{y}": float(robust.loc[f"articles of {y}", "came true, %"]) for y in (2021, 2024)},
        **{f"n_{y}": int(robust.loc[f"articles of {y}", "forecasts"]) for y in (2021, 2024)},
        "trade_2025": float(flow["trade-aze-irn-turnover-2025-01-azerbaijan-state-cus-2"]),
        "transit_2025": float(flow["freight-instc-azerbaijan-railways-no-2025-01"] * 1000),
        "fall_2025": float(-flow["freight-instc-north-south-corridor-t-growth-2025-01"]),
        "rise_2025": float(flow["freight-instc-north-south-azerbaijan-r-2025-01"]),
        "land_km": int(milestones.set_index("id").loc["2026-01-09-instc-west", "value"].split()[0]),
        "machine_end": evidence.date_label(pd.Timestamp(f"{machine_scores['month'].max()}-01"), precision="month"),
    }
    return (
        found
        | {f"v_{claim.replace('-', '_')}": str(verdicts[claim]) for claim in _VERDICTS}
        | _forecast_values(forecasts)
        | _regime_values(events, sources, cameo)
        | _scenario_values(ties, places, links, link_status)
    )


def _forecast_values(forecasts: pd.DataFrame) -> dict[str, Value]:
    """Score the forecasts that reach into the test, and each article on its own."""
    scored = fc.resolve(reaching(forecasts), SPAN[1], early=True)
    board = fc.compare(scored, 2000, _SEED)
    rows = scored[scored["outcome"].notna()]
    naive = fc.baselines(rows)["base rate elsewhere"]
    each, sizes = board.drop("all"), rows["article_id"].value_counts()
    return {
        "brier": float(board.loc["all", "brier"]),
        "brier_low": float(board.loc["all", "low"]),
        "brier_high": float(board.loc["all", "high"]),
        "brier_naive": fc.brier_score(naive, rows["outcome"]),
        "n_fewest": int(sizes.min()),
        "n_most": int(sizes.max()),
        "brier_best": float(each["brier"].min()),
        "brier_worst": float(each["brier"].max()),
        "brier_s2": float(each.loc["mammadov-2024", "brier"]),
        "brier_s4": float(each.loc["avdaliani-2024", "brier"]),
        "p_equal": float(board.attrs["p_equal"]),
    }


def _mended(events: pd.DataFrame, cameo: pd.DataFrame, side: str) -> float:
    """Add up the cooperative acts of one of the two toward the other since the strike."""
    acts = tones(events, cameo, events.set_index("id").loc[STRIKE, "start"])
    return float(acts["goldstein"][(acts["source_actor"] == side) & (acts["goldstein"] > 0)].sum())


def _regime_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    """Ask whether March 2026 opens a regime, and how the tone adds up after each shock."""
    since = open_regime(events, cameo)
    shock = events.set_index("id").loc[STRIKE, "start"]
    acts, told = (tones(table, cameo, since["start"]) for table in (events, filed(events)))
    burst, longer = (regimes.breaks(acts["goldstein"], min_size=size) for size in (5, 10))
    baku = regimes.breaks(told["goldstein"], min_size=5)
    step = regimes.level_shift(acts["goldstein"], int((acts["start"] < shock).sum()))
    sums = repair(events, cameo).set_index(["crisis", "days"])["sum"]
    names = {name[:4]: name for name in SHOCKS}
    last = int(sums[names["2026"]].index.max())
    voices = evidence.corroboration(events, sources)["publishers"]
    firm = repair(events[events["id"].map(voices) >= 2], cameo)
    return {
        "regime_start": evidence.date_label(since["start"]),
        "regime_low": evidence.date_label(since["low"]),
        "regime_high": evidence.date_label(since["high"]),
        "regime_mean": float(since["mean"]),
        "regime_events": int(since["events"]),
        "burst_events": int(burst["periods"].iloc[1]),
        "burst_mean": float(burst["mean"].iloc[1]),
        "after_events": int(burst["periods"].iloc[-1]),
        "after_mean": float(burst["mean"].iloc[-1]),
        "burst_filed": float(baku["mean"].iloc[1]),
        "regime_p5": float(burst.attrs["p"]),
        "regime_p10": float(longer.attrs["p"]),
        "step_fall": float(-step["difference"]),
        "step_deep": float(-step["low"]),
        "step_high": float(step["high"]),
        "step_p": float(step["p"]),
        "step_n": int(step["n_after"]),
        "low_2026": float(sums[names["2026"]].min()),
        **{f"at_{year}": float(sums[name][last]) for year, name in names.items()},
        "at_filed": float(
            sums[names["2026"]][last] + cameo.set_index("id")["goldstein"][events.set_index("id").loc[STRIKE, "cameo"]]
        ),
        "at_firm": float(firm[firm["crisis"] == names["2026"]]["sum"].iloc[-1]),
    }


def _scenario_values(
    ties: pd.DataFrame, places: pd.DataFrame, links: pd.DataFrame, link_status: pd.DataFrame
) -> dict[str, Value]:
    """Run the models for today, for the two scenarios and for each lever alone."""
    runs = {"today": ("", False), "rail": ("", True), "checks": ("sovereign", False)}
    runs |= {"polar": _POLARISED, "integ": _INTEGRATED}
    found = scenarios(places, links, link_status)  # all of them, which the chapter's explorer needs too
    out: dict[str, Value] = {}
    for name, setting in runs.items():
        costs, shift = found[setting]
        kept = {"nakh": costs.loc["Baku–Nakhchivan"], "yer": costs.loc["Tehran–Yerevan"]}
        for short, row in (kept | {"irn": shift.loc["IRN"], "arm": shift.loc["ARM"]}).items():
            middle = "change" if "change" in row else "median"
            out |= {f"{short}_{name}_{k}": float(row[k]) for k in ("low", middle, "high")}
    low, high = found[_POLARISED].leverage.loc["ARM", ["low", "high"]]
    out["arm_polar_words"] = "leaves the sign open" if low <= 0 <= high else "leaves zero out"
    for name, sign in (("hostile", -1), ("neutral", 0), ("friendly", 1)):
        out[f"index_{name}"], camps, _ = signed(ties, sign)
        camp = next(camp for camp in camps if "Iran" in camp)
        out[f"camp_{name}"] = ", ".join(state for state in camp.split(", ") if state != "Iran")
        out[f"nine_{name}"] = signed(ties, sign, _NINE)[0]
    return out


@two_widths
def draw_course(events: pd.DataFrame, sources: pd.DataFrame, *, title: str, caption: str, provenance: str) -> Exhibit:
    """Draw the whole period by who acts toward whom, with the turning points numbered on top."""
    import matplotlib.dates as mdates

    day = events.set_index("id")["start"]
    shown = charts.timeline(
        _laned(period(events)),
        sources,
        id="x7-course",
        title=title,
        lanes=LANES,
        span=SPAN,
        apart=6,
        turns={f"{day[turn]:%Y-%m-%d}": str(number) for number, turn in enumerate(_TURNS, start=1)},
        provenance=provenance,
    )
    ax = shown.figure.axes[0]
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=fit((1, 4, 7, 10), (1, 7))))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
    key = "; ".join(f"{n} {words}" for n, words in enumerate(_TURNS.values(), start=1))
    alt = f"{shown.alt} Turning points: {key}."
    return dataclasses.replace(shown, alt=alt, caption=f"{caption} Numbers: {key}.")


def draw_known(events: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> Exhibit:
    """Draw the weeks of the strike as a reader of the press could know them on `day`."""
    span = events["start"].between(pd.Timestamp(WEEKS[0]), pd.Timestamp(WEEKS[1])) & (events["precision"] == "day")
    weeks = events[span]
    known = evidence.known_by(weeks, sources, day)
    tones_ = ev.between(known, "AZE", "IRN")["tone"].value_counts()
    title = (
        f"{evidence.date_label(day)}: {len(known)} of {len(weeks)} events known; between the two states "
        f"{int(tones_.get('cooperation', 0))} cooperative, {int(tones_.get('conflict', 0))} conflictual"
    )
    return charts.timeline(
        _laned(known),
        sources,
        id="x7-known-frame",
        title=title,
        lanes=LANES,
        background=_laned(weeks),
        span=WEEKS,
        linked=False,
        caption="Faint dots: events that the tables hold but that no dated page had yet reported.",
    )


@two_widths
def draw_regimes(
    events: pd.DataFrame, cameo: pd.DataFrame, first: pd.Timestamp, size: int, baku: bool = False
) -> Exhibit:
    """Draw the acts in order, cut into regimes of `size` acts or more; `baku` files the strike under Iran."""
    acts = tones(filed(events) if baku else events, cameo, first)
    found = regimes.breaks(acts["goldstein"], min_size=size)
    ranges = regimes.break_dates(acts["goldstein"], min_size=size)
    begins = [evidence.date_label(d) for d in acts.loc[found["start"], "start"]]
    links = {
        r.id: ("", f"{evidence.date_label(r.start, r.end, r.precision)}: {r.summary} ({r.goldstein:+.1f})")
        for r in acts.itertuples()
    }
    with style():
        fig, ax = canvas(height=3.0)
        for tone, (colour, marker, name) in TONES.items():
            part = acts[acts["tone"] == tone]
            dots = ax.scatter(part.index, part["goldstein"], s=14, marker=marker, color=colour, label=name)
            dots.set_urls([f"mark:{i}" for i in part["id"]])
        for row in found.itertuples():
            ax.hlines(row.mean, row.start - 0.5, row.end + 0.5, color=INK, linewidth=2.2)
        for cut in ranges.itertuples():
            ax.axvline(cut.date - 0.5, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
            last = max(cut.high, cut.low + 1) - 0.5  # wide enough to be seen
            label = "range of a break" if cut.Index == 0 else ""
            ax.hlines(-10.3, cut.low - 0.5, last, color=ORANGE, linewidth=6, alpha=0.7, label=label)
        years = acts.groupby(acts["start"].dt.year).apply(lambda part: part.index[0], include_groups=False)
        ax.set_xticks(list(years), [f"{acts.loc[i, 'start']:%b\n%Y}" for i in years])
        ax.get_xticklabels()[-1].set_ha("right" if years.iloc[-1] > 0.9 * len(acts) else "center")
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.set_xlim(-1.5, len(acts) + 0.5)
        ax.set_ylim(-10.8, 9)
        ax.set_ylabel("Goldstein value")
        ax.set_xlabel("acts in order, each one step")
        ax.grid(visible=False, axis="x")
        legend(fig, *ax.get_legend_handles_labels(), ncols=3)
    told = "; ".join(
        f"from {d} {n} acts, mean {m:+.1f}" for d, n, m in zip(begins, found["periods"], found["mean"], strict=True)
    )
    title = f"At least {size} acts a regime: {told} (p = {found.attrs['p']:.2f} against noise)"
    alt = f"Dots of the Goldstein value of {len(acts)} acts in order, with a level line for each regime: {told}."
    data = found.assign(start=begins)[["start", "periods", "mean"]]
    for name, end in (("earliest start", "low"), ("latest start", "high")):
        data[name] = ["", *map(evidence.date_label, acts.loc[ranges[end], "start"])]  # the first regime has no break
    caption = f"Orange: where each break may lie (95 per cent, block bootstrap). {found.attrs['warning']}"
    return Exhibit("x7-regimes-frame", title, fig, alt, data, caption, links=links)


@two_widths
def draw_scenario(
    found: dict[tuple[str, bool], Setting], ties: pd.DataFrame, regime: str, rasht: bool, sign: int
) -> Exhibit:
    """Draw what the three models say of one setting, against the network as it is."""
    today, (costs, shift) = found["", False].costs, found[regime, rasht]
    index, camps, together = signed(ties, sign)
    clear = (shift["low"] > 0) | (shift["high"] < 0)
    with style():
        fig, (upper, lower) = canvas(height=fit(4.9, 5.6), rows=2, gridspec_kw={"height_ratios": [4, 6]})
        at = -np.arange(len(costs))
        upper.hlines(at + 0.17, today["low"], today["high"], color=GREY, linewidth=5, alpha=0.5, label="today")
        upper.scatter(today["median"], at + 0.17, s=30, marker="|", color=INK, zorder=3)
        upper.hlines(at - 0.17, costs["low"], costs["high"], color=BLUE, linewidth=3, label="in this setting")
        upper.scatter(costs["median"], at - 0.17, s=34, color=BLUE, zorder=3)
        upper.set_yticks(at, wrapped(costs.index, 46, 14))
        upper.set_ylim(at[-1] - 0.6, 0.6)
        upper.set_xlim(0, 640)
        upper.set_xticks([0, 200, 400, 600])
        upper.set_xlabel(*wrapped(["dollars per tonne, median and 90 per cent range"], 90, 40))
        at = -np.arange(len(shift))
        lower.hlines(at, shift["low"], shift["high"], color=GREY, linewidth=5, alpha=0.5)
        for some, fill, label in ((clear, VERMILION, "sign clear"), (~clear, "none", "sign unclear or no change")):
            if some.any():
                lower.scatter(
                    shift["change"][some],
                    at[some],
                    s=40,
                    marker="D",
                    facecolors=fill,
                    edgecolors=VERMILION,
                    zorder=3,
                    label=label,
                )
        lower.axvline(0, color=INK, linewidth=0.8)
        lower.set_yticks(at, [_STATES[str(p)] for p in shift.index])
        lower.set_ylim(at[-1] - 0.6, 0.6)
        # One scale for all settings, so that frames compare.
        lower.set_xlim(*(1.08 * f(f(s.leverage[k]) for s in found.values()) for f, k in ((min, "low"), (max, "high"))))
        lower.set_xticks([-300, -150, 0, 150])
        lower.set_xlabel(*wrapped(["change of leverage on today, dollars per tonne over all pairs"], 90, 36))
        legend(fig, *map(sum, zip(*(ax.get_legend_handles_labels() for ax in (upper, lower)), strict=True), ([], [])))
        for ax in (upper, lower):
            ax.tick_params(axis="y", length=0)
            ax.grid(visible=False, axis="y")
    gain, loss = (
        ", ".join(_STATES[str(p)] for p in shift.index[clear & (np.sign(shift["change"]) == s)]) for s in (1, -1)
    )
    way = costs.loc["Baku–Nakhchivan"]
    through = ", ".join(_STATES[state] for state in way["via"].split("–")[1:-1])
    side = {0.0: "never", 1.0: "always"}.get(together, f"in {together * 100:.0f} per cent of cases")
    title = (
        f"Baku–Nakhchivan {way['median']:.0f} dollars a tonne ({way['low']:.0f} to {way['high']:.0f}), most often "
        f"through {through}. Leverage clearly up: {gain or 'nobody'}; down: {loss or 'nobody'}. "
        f"Frustration {index}; best camps put Baku and Tehran together {side}."
    )
    told = "; ".join(f"{w} {r['median']:.0f} ({r['low']:.0f} to {r['high']:.0f})" for w, r in costs.iterrows())
    moved = "; ".join(
        f"{_STATES[str(p)]} {r['change']:+.0f} ({r['low']:+.0f} to {r['high']:+.0f})" for p, r in shift.iterrows()
    )
    split = " – against – ".join(camps)
    alt = f"Upper panel, dollars per tonne: {told}. Lower panel, change of leverage: {moved}. Camps: {split}."
    caption = f"One best split of the signed network: {split}."
    return Exhibit("x7-scenario-frame", title, fig, alt, costs.reset_index(names="way"), caption)


def outcomes(reach: pd.DataFrame) -> pd.DataFrame:
    """Count the forecasts of each topic by what became of them."""
    words = {"yes": "came true", "partly": "partly", "no": "did not", "open": "open"}
    counts = pd.crosstab(reach["topic"], reach["resolution"])
    counts = counts.reindex(index=list(TOPICS), columns=list(words), fill_value=0)
    return counts.rename(columns=words).rename_axis(index=None, columns=None)


def draw_outcomes(reach: pd.DataFrame, *, title: str, caption: str, provenance: str) -> Exhibit:
    """Draw the forecasts of each topic by what became of them; each forecast stands in the data."""
    looks = {"came true": BLUE, "partly": ORANGE, "did not": VERMILION, "open": GREY}
    shown = charts.bars(
        outcomes(reach),
        id="x7-outcomes",
        title=title,
        x="forecasts",
        colours=looks,
        caption=caption,
        provenance=provenance,
    )
    data = reach[
        ["label", "topic", "proposition", "probability", "horizon", "criterion", "resolution", "resolution_note"]
    ]
    return dataclasses.replace(shown, data=data.sort_values(["topic", "label"], ignore_index=True))
