"""Figures, selections and drawings of chapter 5, on the Israel factor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers import balance, charts, evidence
from helpers import events as ev
from helpers import exhibits as ex
from helpers import reciprocity as rec
from helpers.exhibits import Exhibit, canvas, fit, legend, style, two_widths
from helpers.memo import remember
from helpers.numbers import Value

__all__ = ["CIRCLES", "PRESENCE_SIGNS", "ROWS", "TRIANGLE_SIGNS", "WEBS", "WINDOWS", "arms_by_year", "arms_shares"]
__all__ += ["camps", "checks", "clashes", "draw_answers", "draw_clashes", "draw_web", "oil_rates", "presence"]
__all__ += ["readings", "rows_of_pair", "splits", "values", "window_share"]

#: Days on either side of a clash that the sign test compares, unless told otherwise.
WINDOW = 90

#: First day of the record that the sign test rests on: the month in which the war in Gaza began.
RECORD = "2023-10-01"

#: First day of the record of Israeli–Azerbaijani steps and Iranian answers: the year of the first recall.
ANSWERS_FROM = "2009-01-01"

_NINE = ("Azerbaijan", "Israel", "Turkey", "Pakistan", "Georgia", "United States", "Russia", "Armenia", "Iran")

#: The nine states of the signed network, in the order of the circle.
ACTORS = dict(zip(["AZE", "ISR", "TUR", "PAK", "GEO", "USA", "RUS", "ARM", "IRN"], _NINE, strict=True))

#: The circles of actors whose camps are compared.
CIRCLES: dict[str, dict[str, str]] = {
    "nine states": ACTORS,
    "twelve, with the EU, France, India": {**ACTORS, "EU": "EU", "FRA": "France", "IND": "India"},
}

#: What the network explorer counts: words for the reader to kind of evidence and circle.
WEBS = {
    "nine states": ("all", "nine states"),
    "nine states, direct evidence only": ("direct", "nine states"),
    "twelve, with the EU, France, India": ("all", "twelve, with the EU, France, India"),
}

#: How likely a sign is taken to be one step off, by the kind of evidence it rests on: an assumption.
DOUBT = {"direct": 0.1, "inferred": 0.25}

#: Barrels in a metric ton of crude: a convention of the oil trade, not a datum; it varies by grade.
BARRELS_PER_TON = 7.33

#: What has been said about Israel in Azerbaijan, and about Iran's hand against Israelis there: proposition to the state
#: accused, the claims on it by article, and the words by which a charge is recognised. The first four accuse nobody:
#: they leave records.
PRESENCE: dict[str, tuple[str, dict[str, str], str]] = {
    "Arms deliveries": ("", {"S4": "S4-40", "S0": "S0-45"}, ""),
    "Oil sales": ("", {"S4": "S4-39"}, ""),
    "Embassy in Israel": ("", {}, ""),
    "Trials over plots": ("", {}, ""),
    "Israeli agents": ("AZE", {"S0": "S0-48"}, r"\bagents\b|operatives"),
    "Use of air bases": ("AZE", {"S4": "S4-41"}, r"airfield|air ?base"),
    "Presence by border": (
        "AZE",
        {"S0": "S0-15", "S1": "S1-07"},
        r"Israel's presence|Israeli presence|Israelis were active|Israeli activity|nest on|"
        r"(?:use of its|came from Azerbaijani|from its) soil",
    ),
    "Order to soldiers": ("AZE", {"S4": "S4-46"}, r"soldiers were barred"),
    "Drones from there": ("AZE", {}, r"took off from|crossed Azerbaijani airspace|drones entering"),
    "Iran behind plots": ("IRN", {"S1": "S1-23"}, r"Guards|Iranian agents|Iranian citizen"),
    "Plot on a rabbi": ("IRN", {}, r"\brabbi\b"),
}

_ARTICLES = ("S0", "S1", "S4")
#: A step whose answer is doubtful: the row of the answer does not say that it was meant for it.
_GAS_DEAL = "2025-01-31-aze-isr-energy-deal"

#: How a cell of the presence table is drawn.
PRESENCE_SIGNS = {
    "flat": (ex.BLUE, "!", "flat statement"),
    "hedged": (ex.SKY, "~", "hedged"),
    "reported": (ex.PURPLE, "R", "only reported"),
    "one": (ex.GREY, "1", "publisher"),
    "several": (ex.GREEN, "2+", "publishers"),
    "record": (ex.GREEN, "§", "on record"),
    "denied": (ex.ORANGE, "↔", "alleged, denied"),
    "supported": (ex.GREEN, "✓", "supported"),
    "mixed": (ex.GREY, "±", "mixed"),
    "open": (ex.VERMILION, "?", "open"),
}


#: How a cell of the triangle is drawn.
TRIANGLE_SIGNS: dict[object, tuple[str, str, str]] = {
    1: (ex.BLUE, "+", "positive"),
    0: (ex.GREY, "0", "neutral"),
    -1: (ex.VERMILION, "−", "negative"),
    "balanced": (ex.GREEN, "✓", "balanced: fits"),
    "unbalanced": (ex.ORANGE, "✗", "unbalanced: strain"),
    "open": (ex.GREY, "?", "open: a neutral side"),
}


# Arms and oil -------------------------------------------------------------------------------------


def _sure(flows: pd.DataFrame, kind: str, measure: str, keep_low: bool = False) -> pd.DataFrame:
    rows = flows[(flows["kind"] == kind) & (flows["measure"] == measure)]
    return rows if keep_low else rows[rows["confidence"] != "low"]


def arms_shares(flows: pd.DataFrame, what: str = "value") -> pd.DataFrame:
    """Tabulate suppliers' shares of Azerbaijan's major-arms imports, one row per SIPRI release of five years.

    `what` names the column of ``flows`` to show: ``value``, or ``agency`` (who reports the share).
    """
    rows = _sure(flows, "arms", "share")
    first, last = rows["period_start"].dt.year, rows["period_end"].dt.year
    rows = rows[(rows["to_actor"] == "AZE") & ~rows["id"].str.contains("israeli-m") & (last - first == 4)]
    columns = {"ISR": "Israel", "RUS": "Russia", "TUR": "Turkey or Belarus", "BLR": "Turkey or Belarus"}
    table = rows.assign(
        release=first.astype(str) + "–" + last.astype(str), supplier=rows["from_actor"].map(columns)
    ).pivot_table(index="release", columns="supplier", values=what, aggfunc="last")
    table = table.reindex(columns=["Israel", "Russia", "Turkey or Belarus"]).rename_axis(columns=None)
    rest: Any = 100 - table.sum(axis=1) if what == "value" else ""
    return table.assign(**{"no share in our rows": rest})


def arms_by_year(flows: pd.DataFrame, first: int = 2005) -> pd.DataFrame:
    """Tabulate SIPRI's values of deliveries to Azerbaijan by year: ``Israel``, ``Russia``, ``others``.

    A year without a row counts as zero: SIPRI then lists no delivery.
    """
    rows = flows[(flows["measure"] == "tiv") & (flows["to_actor"] == "AZE")]
    names = rows["from_actor"].map({"ISR": "Israel", "RUS": "Russia"}).fillna("others")
    table = rows.groupby([rows["period_start"].dt.year.rename("year"), names])["value"].sum().unstack(fill_value=0.0)
    table = table.reindex(range(first, int(table.index.max()) + 1), fill_value=0.0)
    return table.reindex(columns=["Israel", "Russia", "others"]).rename_axis(columns=None)


def window_share(by_year: pd.DataFrame, first: int, last: int) -> float:
    """Return Israel's share of the listed deliveries of a span of years, in per cent.

    Raises a `ValueError` if the table lacks a year of the span or lists no delivery in it.
    """
    part = by_year.loc[first:last]
    if not {first, last} <= set(part.index) or not part.to_numpy().any():
        raise ValueError(f"no deliveries listed for {first} to {last}")
    return float(part["Israel"].sum() / part.to_numpy().sum() * 100)


def oil_rates(flows: pd.DataFrame) -> pd.DataFrame:
    """Bring figures on Azerbaijani oil for Israel to one unit: thousand barrels a day, by period and scope.

    The row for 2024 implied by the growth that the 2025 row states is computed from it; a daily rate that states no
    growth raises a `ValueError`. Column ``told``: who gives the figure, and its own words.
    """
    found: list[tuple[str, float, float, str]] = []
    for row in _sure(flows, "oil", "volume").sort_values(["period_start", "period_end"]).itertuples():
        start, end = row.period_start, row.period_end
        months = f"{start:%b %Y}" if start.month == end.month else f"{start:%b}–{end:%b %Y}"
        when = f"{start:%Y}" if row.coverage == "calendar_year" else months
        told = f"{row.agency}: {row.value:,.6g} {row.unit}. {row.summary}{f' ({row.note})' if row.note else ''}"
        if row.unit in ("thousand tons", "thousand tonnes"):
            scope = ", SOCAR only" if "SOCAR" in row.segment else ", lower bound" if "more than" in row.note else ""
            scope = ", with products" if "product" in row.segment else scope
            found.append((when + scope, row.value * BARRELS_PER_TON / ((end - start).days + 1), np.nan, told))
        else:
            stated = re.search(r"plus (\d+(?:\.\d+)?) %", row.summary)
            if stated is None:
                raise ValueError(f"flows {row.id}: the summary states no growth, so the year before cannot be implied")
            found.append((f"{start.year - 1}, implied", np.nan, row.value / (1 + float(stated[1]) / 100), told))
            found.append((when, np.nan, row.value, told))
    return pd.DataFrame(found, columns=["period", "export figures", "tanker tracking", "told"]).set_index("period")


def oil_shares(flows: pd.DataFrame, keep_low: bool = False) -> pd.DataFrame:
    """Keep the rows that give Azerbaijan's own share of Israel's oil (not Kazakhstan's with it)."""
    return _sure(flows, "oil", "share", keep_low).query("from_actor == 'AZE'")


# Steps, answers, presence -------------------------------------------------------------------------


def _concern(events: pd.DataFrame, *actors: str) -> pd.DataFrame:
    """Keep the events that name all these actors, whether as source, target or otherwise."""
    named = zip(events["source_actor"], events["target_actor"], events["other_actors"], strict=True)
    return events[[set(actors) <= {a, b, *others.split(";")} for a, b, others in named]]


def steps(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the cooperative acts between Israel and Azerbaijan: scored events of CAMEO roots 03 to 06."""
    pair = ev.between(events, "AZE", "ISR")
    pair = pair[pair["scored"] & pair["cameo"].str[:2].isin(["03", "04", "05", "06"]) & (pair["confidence"] != "low")]
    return pair[pair["start"] >= ANSWERS_FROM]


def iranian_words(events: pd.DataFrame) -> pd.DataFrame:
    """Keep what Iran's officials said or did short of force to Azerbaijan or Israel where both are concerned.

    Scored events of government, army or parliament, of CAMEO roots 01 to 13 or 16 (a recall), not of low confidence.
    """
    rows = _concern(events, "AZE", "ISR")
    rows = rows[(rows["source_actor"] == "IRN") & rows["target_actor"].isin(["AZE", "ISR"]) & rows["scored"]]
    official = rows["source_role"].isin(["GOV", "MIL", "LEG"]) & (rows["confidence"] != "low")
    root = rows["cameo"].str[:2].astype(int)
    return rows[official & ((root <= 13) | (root == 16)) & (rows["start"] >= ANSWERS_FROM)]


@remember
def _answered(events: pd.DataFrame, days: int, around: bool) -> tuple[pd.DataFrame, pd.Series]:
    """Return the steps with the Iranian words within `days` after (or on either side), and the same against chance."""
    acts, words = steps(events), iranian_words(events)
    back = pd.Timedelta(days=days if around else 0)
    found = rec.follow_ups(acts.assign(start=acts["start"] - back), words, days)["answers"]
    dated = [rows[rows["precision"] == "day"] for rows in (acts.assign(start=acts["start"] - back), words)]
    span = days + back.days
    chance = rec.followed(dated[0], dated[1], span, ANSWERS_FROM, events["start"].max(), same_day=True)
    return acts.assign(answers=found), chance


def presence(
    claims: pd.DataFrame, events: pd.DataFrame, flows: pd.DataFrame, sources: pd.DataFrame, days: int = 14
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tabulate what has been said about Israel (and Iran) in Azerbaijan, how firmly, and on what it rests.

    A charge is an event that concerns Azerbaijan and Israel, does not come from the accused and has the words of the
    proposition. It is denied if the accused denies or rejects something (CAMEO 016, 120) on which both are concerned
    within `days`, or if its own summary tells of the denial.

    Returns
    -------
    (pandas.DataFrame, pandas.DataFrame)
        Keys of `PRESENCE_SIGNS`, and words for each of them. Rows: propositions of `PRESENCE`; columns: the wording of
        the articles that speak of it, publishers of the charge and of the denial (the best-reported event counts),
        ``evidence`` (``record``, ``denied`` if Iran or Azerbaijan charges and the other denies, else ``reported``),
        ``verdict`` on the first claim.
    """
    by_claim, by_event = claims.set_index("id"), events.set_index("id")
    voices = evidence.corroboration(events, sources)["publishers"]
    both = _concern(events, "AZE", "ISR")
    arms, oil = _sure(flows, "arms", "tiv"), _sure(flows, "oil", "volume")
    own = both[both["source_actor"] == "AZE"].set_index("cameo")["summary"]
    records = {
        "Arms deliveries": (arms["from_actor"].eq("ISR") & arms["to_actor"].eq("AZE")).any(),
        "Oil sales": (oil["from_actor"].eq("AZE") & oil["to_actor"].eq("ISR")).any(),
        "Embassy in Israel": own.filter(like="050").str.contains("embassy").any(),
        "Trials over plots": own.filter(like="173").str.contains("court").any(),
    }

    def voiced(ids: Sequence[str]) -> tuple[str, str]:
        if not len(ids):
            return "", ""
        best = max(sorted(ids), key=voices.get)  # the earliest, if several are as well reported
        when = evidence.date_label(*by_event.loc[best, ["start", "end", "precision"]])
        return "several" if voices[best] >= 2 else "one", f"{when}: {by_event.loc[best, 'summary']}"

    rows = {}
    for name, (accused, told, words) in PRESENCE.items():
        from_others = both["source_actor"].ne(accused) & (both["cameo"].str[:2] != "04") & (accused != "")
        charges = both[from_others & both["summary"].str.contains(words)]
        denials = both[(both["source_actor"] == accused) & both["cameo"].isin(["016", "120"])]
        answers = rec.follow_ups(charges, denials, days)["answers"]
        denied = [i for ids in answers for i in ids.split(";") if i]
        denied += list(charges.loc[charges["summary"].str.contains("; .*(?:denied|groundless)"), "id"])
        accuser = {"AZE": "IRN", "IRN": "AZE"}.get(accused)
        named = ((charges["source_actor"] == accuser) & (charges["confidence"] == "high")).any()
        first = next(iter(told.values()), None)
        rows[name] = {
            **{a: tuple(by_claim.loc[told[a], ["hedge", "claim"]]) if a in told else ("", "") for a in _ARTICLES},
            "charge": voiced(list(charges["id"])),
            "denial": voiced(denied),
            "evidence": ("record" if records.get(name) else "denied" if named and denied else "reported", ""),
            "verdict": tuple(by_claim.loc[first, ["verdict", "reason"]]) if first else ("", ""),
        }
    grid = pd.DataFrame.from_dict(rows, orient="index")
    return grid.map(lambda cell: cell[0]), grid.map(lambda cell: cell[1])


# Clashes and the sign test ------------------------------------------------------------------------


def clashes(events: pd.DataFrame, apart: int = 30) -> pd.DataFrame:
    """List the Israeli–Iranian clashes: attacks (CAMEO roots 18 to 20) that name both, or by the United States on Iran.

    Attacks that follow one another within `apart` days are one clash, which begins with the first.

    Columns: ``clash`` (label), ``start``, ``event`` (id of the first attack), ``attacks`` (their number), ``war``
    (whether the United States attacked too).
    """
    attacks = (events["type"] == "attack") & events["cameo"].str[:2].isin(["18", "19", "20"])
    hits = _concern(events[attacks], "IRN", "ISR")
    by = hits["source_actor"].isin(["ISR", "IRN", "USA"]) & hits["target_actor"].isin(["ISR", "IRN"])
    hits = hits[by & (hits["start"] >= RECORD) & (hits["precision"] == "day")].sort_values("start")
    new = (hits["start"].diff().dt.days.fillna(apart + 1) > apart).cumsum()
    grouped = hits.groupby(new)
    table = grouped.agg(start=("start", "first"), event=("id", "first"), attacks=("id", "size"))
    table["war"] = hits["source_actor"].eq("USA").groupby(new).any()
    table.insert(0, "clash", table["start"].dt.strftime("%B %Y") + np.where(table["war"], ", war", ""))
    return table.reset_index(drop=True)


#: Which events between Azerbaijan and Iran the sign test counts: words for the reader to rule.
ROWS = {
    "all events dated to the day": "day",
    "without condolences": "no condolences",
    "without those that name Israel": "no israel",
    "with two or more publishers": "backed",
}


def rows_of_pair(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, rule: str = "day", by: str = "goldstein"
) -> pd.DataFrame:
    """Keep and score the events of Azerbaijan and Iran that the sign test counts.

    `rule` is ``day`` (events dated to the day), ``month`` (those dated to a month too) or another value of `ROWS`;
    `by` reads the ``goldstein`` value of the code or the coder's ``tone`` (-1, 0, 1).
    """
    pair = ev.score(ev.between(events, "AZE", "IRN"), cameo)
    pair = pair[pair["scored"] & pair["precision"].isin(["day", "month"] if rule == "month" else ["day"])]
    if rule == "no condolences":
        pair = pair[pair["cameo"] != "018"]
    elif rule == "no israel":
        pair = pair[~pair["id"].isin(_concern(pair, "ISR")["id"])]
    elif rule == "backed":
        pair = pair[pair["id"].map(evidence.corroboration(events, sources)["publishers"]) >= 2]
    if by == "tone":
        pair = pair.assign(goldstein=pair["tone"].map({"cooperation": 1.0, "neutral": 0.0, "conflict": -1.0}))
    return pair


def readings(
    scored: pd.DataFrame, shocks: pd.DataFrame, end: pd.Timestamp, days: int = WINDOW, skip: int = 0
) -> pd.DataFrame:
    """Read for each clash whether the tone falls (``apart``, as S2 has it) or rises (``together``, as S4 has it).

    Takes the results of `rows_of_pair` and `clashes` and the last day of the record, which begins with `RECORD`; adds
    ``clash`` and ``direction`` to the result of `helpers.reciprocity.before_after`.
    """
    found = rec.before_after(scored, shocks["start"], days, skip, RECORD, end)
    words = np.sign(found["change"].round(9)).map({-1.0: "apart", 1.0: "together", 0.0: "level"}).fillna("no reading")
    table = found.assign(direction=words)
    table.insert(0, "clash", shocks["clash"].to_numpy())
    table.attrs = found.attrs
    return table


#: Windows that the sign test offers: days before and after, and days left out after the clash.
WINDOWS = ((15, 0), (30, 0), (60, 0), (WINDOW, 0), (120, 0), (WINDOW, WINDOW))

_LATER, _TONED = f"days {WINDOW + 1} to {2 * WINDOW}", f"{WINDOW} days, tone as coded"


@remember
def splits(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, shocks: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Repeat `readings` under other windows, rows and measures; setting to result."""
    end = events["start"].max()
    plain = rows_of_pair(events, sources, cameo)
    found = {_LATER if skip else f"{n} days": readings(plain, shocks, end, n, skip) for n, skip in WINDOWS}
    for words, rule in {**dict(list(ROWS.items())[1:]), "with events dated to a month": "month"}.items():
        found[f"{WINDOW} days, {words}"] = readings(rows_of_pair(events, sources, cameo, rule), shocks, end)
    toned = rows_of_pair(events, sources, cameo, by="tone")
    return {**found, _TONED: readings(toned, shocks, end)}


def checks(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, shocks: pd.DataFrame) -> pd.DataFrame:
    """List other ways to put the question of the sign test, for the reader: ``found``, ``by chance`` and ``p``."""
    end = events["start"].max()
    plain, quiet = (rows_of_pair(events, sources, cameo, rule) for rule in ("day", "no israel"))
    falls = {
        f"lower within {WINDOW} days (main setting)": readings(plain, shocks, end),
        f"lower in {_LATER}": readings(plain, shocks, end, WINDOW, WINDOW),
        f"lower in {_LATER}, without acts that name Israel": readings(quiet, shocks, end, WINDOW, WINDOW),
        f"lower within {WINDOW} days, each attack a clash of its own": readings(plain, clashes(events, apart=0), end),
    }
    rows = [
        (words, t.attrs["falls"], int(t["chance"].notna().sum()), t.attrs["expected"], t.attrs["p"])
        for words, t in falls.items()
    ]
    for words, sign in (("a conflictual act within two weeks", -1), ("a cooperative act within two weeks", 1)):
        found = rec.followed(shocks, plain[plain["goldstein"] * sign > 0], 14, RECORD, end)
        rows.append((words, int(found["followed"]), int(found["acts"]), found["expected"], found["p"]))
    grid = [
        readings(rows_of_pair(events, sources, cameo, rule), shocks, end, *window).attrs["p"]
        for rule in ROWS.values()
        for window in WINDOWS
    ]
    low = sum(p < 0.05 for p in grid)
    rows.append(("of all windows and rows above, p below one in twenty", low, len(grid), 0.05 * len(grid), np.nan))
    told = [(words, f"{n} of {of}", f"{luck:.1f}", "" if np.isnan(p) else f"{p:.2f}") for words, n, of, luck, p in rows]
    return pd.DataFrame(told, columns=["after the clashes", "found", "by chance", "p"])


# Signed network -----------------------------------------------------------------------------------


def _share(partitions: Sequence[tuple[set[Any], set[Any]]], a: str, b: str) -> float:
    return float(np.mean([(a in first) == (b in first) for first, _ in partitions]))


@remember
def camps(ties: pd.DataFrame, actors: Mapping[str, str] = ACTORS, draws: int = 999, seed: int = 5) -> pd.DataFrame:
    """Say for each period how balanced the network is and with whom Azerbaijan falls into one camp.

    `draws` and `seed` are those of the shuffled networks (`helpers.balance.against_chance`) and of the drawn signs
    (`helpers.balance.sampled`, with the odds of `DOUBT`).

    By period: ``observed`` (frustration index) and its ``p`` against shuffled signs; ``with_iran`` (share of the best
    splits of the drawn networks that put Azerbaijan into one camp with Iran), ``best_iran`` and ``best_direct`` (the
    same in the network as coded, and on direct evidence); ``inferred`` (ties) and ``movable`` (those of which another
    sign would change the index).
    """
    rows = {}
    for label, year in balance.periods(ties).items():
        graph = balance.signed_graph(ties, year, actors=actors)
        chance = balance.against_chance(graph, draws, seed).loc["frustration index"]
        drawn = balance.sampled(graph, DOUBT, draws, seed)
        tried = balance.sensitivity(graph)
        direct = balance.signed_graph(ties, year, "direct", actors=actors)
        rows[label] = {
            **chance[["observed", "p"]].to_dict(),
            "with_iran": float(drawn.camps.loc["AZE", "IRN"]),
            "best_iran": _share(balance.optimal_partitions(graph), "AZE", "IRN"),
            "best_direct": _share(balance.optimal_partitions(direct), "AZE", "IRN"),
            "movable": int(tried[tried["index_change"] != 0].groupby(["a", "b"]).ngroups),
            "inferred": int(tried.groupby(["a", "b"]).ngroups),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# Drawings -----------------------------------------------------------------------------------------


def draw_web(ties: pd.DataFrame, year: int, level: Any, circle: str) -> Exhibit:
    """Draw one frame of the network explorer: the ties, which of them turned, and the camps of all best splits."""
    actors = CIRCLES[circle]
    graph = balance.signed_graph(ties, year, level, actors=actors)
    found = balance.optimal_partitions(graph)
    side = {a: a in found[0][0] for a in actors}
    index = sum((side[a] == side[b]) != (sign > 0) for a, b, sign in graph.edges(data="sign"))
    share = {a: _share(found, "AZE", a) for a in actors if graph.degree(a)}
    label = {first: words for words, first in balance.periods(ties).items()}
    usable = ties[(level == "all") | (ties["evidence"] == "direct")]
    usable = usable[usable["actor_a"].isin(actors) & usable["actor_b"].isin(actors)]
    part, old = (usable[usable["period_start"] == y] for y in (year, max((y for y in label if y < year), default=0)))
    before = dict(zip(old["actor_a"] + "-" + old["actor_b"], old["sign"], strict=True))
    was = (part["actor_a"] + "-" + part["actor_b"]).map(before)
    turned = part[was.notna() & (was != part["sign"])].set_index(["actor_a", "actor_b"])["sign"]
    title = f"{label[year]}: "
    if before:
        to = {1: "to positive", 0: "to neutral", -1: "to negative"}.get(turned.get(("AZE", "IRN")))
        title += f"{len(turned)} ties turned, {f'Azerbaijan–Iran {to}' if to else 'not Azerbaijan–Iran'}; "
    whose = {1.0: "in Iran's camp", 0.0: "not in Iran's camp"}
    title += f"the best split leaves {index} of {graph.number_of_edges()} ties frustrated, Azerbaijan "
    title += whose.get(share["IRN"], f"in Iran's camp in {share['IRN']:.0%} of equally good ones")
    return charts.network(part, actors, id="x5-web-frame", title=title, before=before, camp=share)


def draw_answers(
    events: pd.DataFrame, sources: pd.DataFrame, shocks: pd.DataFrame, days: int = 30, around: bool = False
) -> Exhibit:
    """Draw Israeli–Azerbaijani steps above Iranian words and Israeli–Iranian clashes.

    A step is met if an Iranian word comes within `days` after it, or also before it if `around`. What is dated to a
    month stands in its middle.
    """
    met, unmet = ("word\nnear", "no word") if around else ("answered", "no\nanswer")
    lanes = {"met": f"steps: {met}", "unmet": f"steps: {unmet}", "words": "Iran's words", "clash": "clashes"}
    acts, chance = _answered(events, days, around)
    frame = pd.concat(
        [
            acts.assign(source_actor=np.where(acts["answers"] != "", "met", "unmet")),
            iranian_words(events).assign(source_actor="words"),
            events[events["id"].isin(shocks["event"])].assign(source_actor="clash"),
        ]
    )
    when = evidence.date_labels(frame)
    middle = frame["start"] + (frame["end"] - frame["start"]) / 2
    moved = frame["start"].where(frame["precision"] == "day", middle.dt.normalize())
    frame = frame.assign(when=when, start=moved, end=moved, precision="day").sort_values("start")
    span = (f"{frame['start'].min():%Y}-01-01", f"{events['start'].max() + pd.Timedelta(days=180):%Y-%m-%d}")
    title = f"Iran spoke within {days} days {'before or after' if around else 'after'} {(acts['answers'] != '').sum()} "
    title += f"of {len(acts)} steps; of the {chance['acts']:.0f} dated to the day {chance['followed']:.0f}, by chance "
    title += f"{chance['expected']:.1f} (p = {chance['p']:.2f})"
    return charts.timeline(
        frame, sources, id="x5-answers-frame", title=title, lanes=lanes, span=span, apart=110, by="lane"
    )


@two_widths
def draw_clashes(found: pd.DataFrame) -> Exhibit:
    """Draw the mean tone before (hollow) and after (filled) each clash: a result of `readings`."""
    counts = found["direction"].value_counts()
    title = ", ".join(f"{counts[k]} {k}" for k in ("apart", "together", "level", "no reading") if k in counts)
    told = ". Falls where both windows lie in the record: {falls}, by chance {expected:.1f} (p = {p:.2f})"
    title += told.format(**found.attrs)
    at, rows, sep = np.arange(len(found))[::-1], list(found.itertuples()), fit("; ", "\n")
    odds = ["" if pd.isna(row.chance) else f", chance {row.chance:.0%}" for row in rows]
    labels = [
        sep.join([row.clash, f"{row.n_before} → {row.n_after} events", row.direction + o])
        for row, o in zip(rows, odds, strict=True)
    ]
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, ax = canvas(height=1.1 + fit(0.42, 0.62) * len(found))
        ax.axvline(0, color=ex.INK, linewidth=0.8)
        for y, row in zip(at, rows, strict=True):
            if row.direction != "no reading":
                down = row.direction == "apart"
                look = {"arrowstyle": "->", "color": ex.VERMILION if down else ex.BLUE, "shrinkA": 5, "shrinkB": 5}
                look |= {"linewidth": 1.6, "linestyle": "--" if down else "-"}
                ax.annotate("", (row.after, y), (row.before, y), arrowprops=look)
        for when, fill in (("before", "none"), ("after", ex.INK)):
            seen = found[found[when].notna()]
            look = {"facecolors": fill, "edgecolors": ex.INK, "linewidths": 1.3, "zorder": 3, "label": when}
            dots = ax.scatter(seen[when], at[found[when].notna().to_numpy()], s=52, **look)
            dots.set_urls([f"mark:{i}-{when}" for i in seen.index])
            words = seen["clash"] + seen[[when, f"n_{when}"]].apply(
                lambda r: ": mean {:+.1f} over {:.0f} events ".format(*r), axis=1
            )
            links |= {f"{i}-{when}": ("", f"{w}{when}") for i, w in words.items()}
        ax.set_yticks(at, labels)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set(ylim=(-0.6, len(found) - 0.4), xlim=(-6, 9))
        ax.set_xlabel(fit("mean Goldstein value of acts between Azerbaijan and Iran", "mean Goldstein value"))
        legend(fig, *ax.get_legend_handles_labels())
    means = "; ".join(words for _, words in links.values())
    alt = f"Mean tone before and after each clash. {'. '.join(labels)}. {means}.".replace("\n", "; ")
    return Exhibit("x5-clash-frame", title, fig, alt, found, links=links)


# Figures for the prose ----------------------------------------------------------------------------


@remember
def values(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables by name; name to value."""
    events = tables["events"]
    verdicts = tables["claims"].loc[tables["claims"]["theme"] == "israel", "verdict"]
    return {
        "data_to": evidence.date_label(events["start"].max()),
        "n_israel_claims": len(verdicts),
        "claims_open": int((verdicts == "open").sum()),
        "claims_not_checkable": int((verdicts == "not_checkable").sum()),
        **_trade_values(tables["flows"]),
        **_answer_values(events),
        **_clash_values(events, tables["sources"], tables["cameo"]),
        **_network_values(tables["ties"]),
    }


def _trade_values(flows: pd.DataFrame) -> dict[str, Value]:
    shares, by_year = arms_shares(flows), arms_by_year(flows)
    by_id = flows.set_index("id")["value"]
    own = oil_shares(flows, keep_low=True)
    # Tons by customs: the whole of 2024 and its first month.
    year = by_id["oil-volume-aze-isr-2024-crude-exports-to-isr"]
    january = by_id["oil-volume-aze-isr-2024-crude-exports-to-i"]
    return {
        "isr_peak": float(shares["Israel"].max()),
        "isr_peak_years": str(shares["Israel"].idxmax()),
        "isr_last": float(shares["Israel"].iloc[-1]),
        "isr_last_years": str(shares.index[-1]),
        "rus_first": float(shares["Russia"].iloc[0]),
        "rus_first_years": str(shares.index[0]),
        **{f"recomputed_{n}": window_share(by_year, 2000 + n // 100, 2000 + n % 100) for n in (1014, 1519, 1620)},
        "export_share": float(by_id["arms-share-isr-aze-2014-2018-share-of-israeli-m"]),
        "tiv_isr_peak_year": int(by_year["Israel"].idxmax()),
        "tiv_isr_2020": float(by_year.loc[2020, "Israel"]),
        "tiv_rus_peak_year": int(by_year["Russia"].idxmax()),
        "n_forty": int((own["value"] == 40).sum()),
        "forty": 40,
        "share_rebuttal": float(by_id["oil-share-of-demand-aze-isr-2023-share-of-israeli-oil"]),
        "share_2025": float(oil_shares(flows)["value"].iloc[-1]),
        "january_share": float(january / year * 100),
    }


def _answer_values(events: pd.DataFrame) -> dict[str, Value]:
    acts, _ = _answered(events, 30, around=False)
    near, _ = _answered(events, 30, around=True)
    met, visit = acts["answers"] != "", acts["cameo"] == "042"
    found: dict[str, Value] = {
        "n_steps": len(acts),
        "n_answered": int(met.sum()),
        "n_answered_sure": int((met & (acts["id"] != _GAS_DEAL)).sum()),
        "n_around": int((near["answers"] != "").sum()),
        "n_visits": int(visit.sum()),
        "n_visits_met": int((met & visit).sum()),
        "n_words_2021": int(iranian_words(events)["start"].between("2021-08-01", "2021-12-31").sum()),
    }
    sure = events[events["id"] != _GAS_DEAL]
    for name, rows, days, around in (
        ("month", events, 30, False),
        ("week", events, 7, False),
        ("sure", sure, 7, False),
        ("near", events, 60, True),
    ):
        chance = _answered(rows, days, around)[1]
        found |= {f"{name}_{k}": int(chance[k]) for k in ("acts", "followed")}
        found |= {f"{name}_{k}": float(chance[k]) for k in ("expected", "p")}
    return found


def _clash_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    shocks = clashes(events)
    found = splits(events, sources, cameo, shocks)
    main, short = found[f"{WINDOW} days"], found["15 days"]
    apart = [int(table["direction"].eq("apart").sum()) for table in found.values()]
    plain = rows_of_pair(events, sources, cameo)
    wars = [table.loc[shocks["war"].to_numpy(), "direction"].isin(["apart", "no reading"]) for table in found.values()]
    bad = plain[(plain["start"] >= shocks["start"].iloc[-1]) & (plain["goldstein"] < 0)]
    return {
        "window": WINDOW,
        "n_clashes": len(shocks),
        "n_attacks": int(shocks["attacks"].sum()),
        "n_apart": int(main["direction"].eq("apart").sum()),
        "n_together": int(main["direction"].eq("together").sum()),
        "n_tested": int(main["chance"].notna().sum()),
        "falls": main.attrs["falls"],
        "expected": main.attrs["expected"],
        "p": main.attrs["p"],
        "p_low": float(min(table.attrs["p"] for table in found.values())),
        "n_settings": len(found),
        "n_apart_min": min(apart),
        "n_apart_max": max(apart),
        "n_war_settings": sum(bool(war.all()) for war in wars),
        "jul24_n_after": int(main["n_after"].iloc[1]),
        "feb26_n_before": int(short["n_before"].iloc[-1]),
        "feb26_by_baku": float(bad.loc[bad["source_actor"] == "AZE", "goldstein"].sum() / bad["goldstein"].sum() * 100),
    }


def _network_values(ties: pd.DataFrame) -> dict[str, Value]:
    inside = ties[ties["actor_a"].isin(ACTORS) & ties["actor_b"].isin(ACTORS)]
    nine, twelve = (camps(ties, actors) for actors in CIRCLES.values())
    turned = (
        balance.flips(balance.signed_graph(ties, 2024, actors=ACTORS)).set_index("tie").loc["aze-irn-2024", "index"]
    )
    strained = ties.set_index("id").loc["aze-irn-2013-2019"]
    # Sides: 1 with Iran, -1 not, 0 as often the one as the other.
    side, wide = (np.sign(table[["best_iran", "best_direct"]] - 0.5) for table in (nine, twelve))
    return {
        "n_actors": len(ACTORS),
        "n_periods": len(nine),
        "years_unbalanced": int(strained["period_end"] - strained["period_start"] + 1),
        "share_inferred": float((inside["evidence"] == "inferred").mean() * 100),
        "doubt_direct": DOUBT["direct"] * 100,
        "doubt_inferred": DOUBT["inferred"] * 100,
        "p_nine_low": float(nine["p"].min() * 100),
        "p_nine_high": float(nine["p"].max() * 100),
        "n_twelve_beyond": int((twelve["p"] < 0.05).sum()),
        "n_level_agrees": int((side["best_iran"] == side["best_direct"]).sum()),
        "n_level_agrees_twelve": int((wide["best_iran"] == wide["best_direct"]).sum()) or "none",
        "n_circle_agrees": int((side["best_iran"] == wide["best_iran"]).sum()),
        "twelve_with_iran_2021": float(twelve.loc["2021", "with_iran"] * 100),
        **{f"with_iran_{k[:4]}": float(nine.loc[k, "with_iran"] * 100) for k in ("2013–2019", "2021", "2024", "2025")},
        **{f"{name}_2024": int(nine.loc["2024", name]) for name in ("movable", "inferred")},
        "frustration_2024": int(nine.loc["2024", "observed"]),
        "frustration_2024_flipped": int(turned),
    }
