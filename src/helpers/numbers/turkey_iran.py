"""Figures that chapter 3, on the rivalry of Turkey and Iran around Azerbaijan, quotes, and its selections.

The chapter asks whether the rivalry is kept in compartments. An *arena* is the subject of an event, a *quarrel*
a run of conflictual acts in one arena, and a quarrel *crosses* if a conflictual act in another arena follows within
a window. Chance is that of `helpers.reciprocity`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from helpers import events as ev
from helpers import evidence
from helpers.balance import periods, trio
from helpers.memo import remember
from helpers.numbers import Value
from helpers.reciprocity import follow_ups, followed, reciprocity

__all__ = [
    "ARENAS",
    "CHANCES",
    "FORECASTS",
    "MARCH",
    "START",
    "WAR",
    "WINDOWS",
    "alliance",
    "arenas",
    "crossing",
    "march_2026",
    "outcomes",
    "pair",
    "power",
    "quarrels",
    "reach",
    "sequels",
    "trade",
    "triangle",
    "values",
    "variants",
]

#: First day of the record: before it the table holds single acts of the pair, not a series.
START = pd.Timestamp("2020-01-01")
#: The day after the American and Israeli war on Iran began.
WAR = pd.Timestamp("2026-03-01")
#: Windows in days that the explorers offer, and the one that the text reads.
WINDOWS, MAIN = (14, 30, 90, 180), 90
_DRAWS = 999
#: How chance places acts, see `helpers.reciprocity.NULLS`.
CHANCES = dict(
    zip(
        ["all acts shifted together", "each act within its 90 days", "each act on any day"],
        ["rotated", "nearby", "anywhere"],
        strict=True,
    )
)

CAUCASUS = "Caucasus"
LEVANT = "Syria, Iraq and PKK"
WATER = "Water"
PLOTS = "Plots and missiles"
ECONOMY = "Energy and trade"
CHANNELS = "Councils and visits"
#: The arenas, in the order in which figures show them.
ARENAS = [CAUCASUS, LEVANT, WATER, PLOTS, ECONOMY, CHANNELS]

# First rule that fits decides. Subject words come before the kind of meeting, the actors concerned come last.
_ECONOMY_TYPES = {"gas", "gas-cut", "trade", "border-closure", "border-reopening", "infrastructure"}
_LEVANT_WORDS = r"Iraq|Sinjar|Syria|PKK|militia"
_WATER_WORDS = r"\bdams?\b|shared waters"
_PLOT_WORDS = r"missile|airspace"
_CAUCASUS_WORDS = r"Karabakh|Azerbaijan|Azeri|Aras|poem|[Cc]orridor|Zangezur|3\+3|Minsk|Armenia"
_NEAR_PLACES = {"Baku", "Nakhchivan", "Shusha"}
_FOLLOW_UP_DAYS = 14
# Conflictual codes whose sources give a cause other than politics: an epidemic, a fault, a commercial halt.
_NOT_POLITICAL = r"not punitive|not punishment"
# Steps of the alliance of Turkey and Azerbaijan, in words or on the ground.
_ALLIANCE_TYPES = {"alliance-declaration", "agreement", "military-exercise", "energy-deal", "gas", "infrastructure"}

#: Lanes of a timeline of March 2026.
MARCH = {"fire": "Missiles and drones", "iran": "Iran to Turkey"}
MARCH |= {"to-iran": "Turkey to Iran", "to-baku": "Turkey to Baku"}
_LANES = {("UNK", "TUR"): "fire", ("UNK", "AZE"): "fire", ("IRN", "TUR"): "iran"}
_LANES |= {("TUR", "IRN"): "to-iran", ("TUR", "AZE"): "to-baku"}

# Assumptions of `variants` that prose quotes.
_QUOTED = {
    "main": f"As in the text ({MAIN} days)",
    "14": "Window of 14 days",
    "180": "Window of 180 days",
    "later": "Same day left out",
    "technical": "With closure and gas fault",
    "firm": "Two or more publishers",
    "code": "Conflict read from the code",
}

_COVERAGE = {"calendar_year": "", "part_year": ", first ten months", "iranian_year": ", Iranian year"}
_AGENCIES = {
    "Iran IRICA": "Iran's customs",
    "Iranian embassy/ministry": "Iranian embassy",
    "analysts (Hurriyet)": "Analysts, with gold",
}

#: Forecasts of the articles that concern Turkey and Iran, with short wordings for a chart.
FORECASTS = {
    "mamedov-2021-f05": "S0: no Turkish war with Iran for Baku",
    "anonymous-2021-f02": "S3: no war with Iran",
    "mamedov-2021-f04": "S0: alliance with Baku keeps growing",
    "mamedov-2021-f06": "S0: Erdogan visits, road map out",
    "ramani-2021-f08": "S1: Yerevan and Ankara stay apart",
    "ramani-2021-f05": "S1: friction of Turkey and Iran blocks projects",
    "anonymous-2021-f08": "S3: Iran nears the PKK if ties sour",
}


def arenas(events: pd.DataFrame) -> pd.Series:
    """Say which arena each event belongs to.

    Rules on type, summary, place and other actors decide, the first that fits. A conflictual act that names no
    subject, such as a summons over "Fidan's words", takes the arena of the last conflictual act if that is at most
    14 days older; what is left goes to councils and visits if the two sides met, else to ``"other"``.

    Parameters
    ----------
    events : pandas.DataFrame
        Rows of table ``events``.

    Returns
    -------
    pandas.Series
        Arena by row label of `events`.

    Examples
    --------
    >>> day = pd.Timestamp("2022-07-19")
    >>> row = {"start": day, "id": "e", "place": "", "other_actors": "", "tone": "conflict"}
    >>> text = {"type": "statement", "summary": "Advice against an operation in northern Syria."}
    >>> arenas(pd.DataFrame([row | text])).tolist()
    ['Syria, Iraq and PKK']
    """
    ordered = events.sort_values(["start", "id"])
    summary, kind = ordered["summary"], ordered["type"]
    neighbours = ordered["other_actors"].str.contains("AZE|ARM")
    rules = [
        (kind.isin(_ECONOMY_TYPES), ECONOMY),
        ((kind == "water") | summary.str.contains(_WATER_WORDS), WATER),
        ((kind == "arrest") | summary.str.contains(_PLOT_WORDS), PLOTS),
        (summary.str.contains(_LEVANT_WORDS) & ~neighbours, LEVANT),
        (kind.isin({"council", "summit"}), CHANNELS),
        (summary.str.contains(_CAUCASUS_WORDS), CAUCASUS),
        (kind == "visit", CHANNELS),
        (neighbours | ordered["place"].isin(_NEAR_PLACES), CAUCASUS),
    ]
    found = pd.Series(pd.NA, index=ordered.index, dtype="object")
    for fits, arena in rules:
        found = found.mask(found.isna() & fits, arena)
    hostile = ordered["tone"] == "conflict"
    seen = ordered["start"].where(found.notna() & hostile).ffill()
    close = hostile & ((ordered["start"] - seen).dt.days <= _FOLLOW_UP_DAYS)
    found = found.where(found.notna() | ~close, found.where(hostile).ffill())
    found = found.mask(found.isna() & (kind == "meeting"), CHANNELS).fillna("other")
    return found.reindex(events.index).rename("arena")


def pair(events: pd.DataFrame, technical: bool = False) -> pd.DataFrame:
    """Keep what Turkey and Iran do toward one another from `START` on, in order, with ``arena`` and ``technical``.

    A closure for an epidemic and a gas cut for a fault count as neutral, because their sources give a cause other than
    politics; with `technical` they stand as conflictual.
    """
    table = ev.between(events, "TUR", "IRN").sort_values(["start", "id"])
    table = table[table["start"] >= START].reset_index(drop=True)
    table["arena"] = arenas(table)
    table["technical"] = (table["tone"] == "conflict") & table["coding_note"].str.contains(_NOT_POLITICAL)
    if not technical:
        table["tone"] = table["tone"].mask(table["technical"], "neutral")
    return table


def quarrels(table: pd.DataFrame, gap: int = 30) -> pd.DataFrame:
    """Join conflictual acts of one arena in a `pair` into quarrels; acts known to the month only are left out.

    A quarrel is over after `gap` days without a further act. Returns ``id`` (day and arena), ``arena``, ``start``,
    ``end``, ``acts``, in order of start.
    """
    acts = table[(table["tone"] == "conflict") & (table["precision"] == "day")].sort_values("start")
    fresh = acts.groupby("arena")["start"].diff().dt.days.fillna(gap + 1) > gap
    number = fresh.groupby(acts["arena"]).cumsum().rename("number")
    joined = acts.groupby([acts["arena"], number])["start"].agg(["min", "max", "size"]).reset_index()
    joined = joined.rename(columns={"min": "start", "max": "end", "size": "acts"}).drop(columns="number")
    joined = joined.sort_values(["start", "arena"], ignore_index=True)
    joined.insert(0, "id", [f"{s.day} {s:%b %Y}: {a}" for s, a in zip(joined["start"], joined["arena"], strict=True)])
    return joined


def reach(table: pd.DataFrame, days: int, words: bool = False) -> pd.DataFrame:
    """Tell, per quarrel of a `pair` and arena, what happened within so many days of the quarrel's first act.

    The first day counts. Cells are ``own``, ``conflict``, ``both``, ``cooperation`` or ``none``; with `words`, the
    first act of each tone in words.
    """
    known = table[(table["precision"] == "day") & (table["tone"] != "neutral")]
    found = quarrels(table)
    rows = []
    for quarrel in found.itertuples():
        inside = known[known["start"].between(quarrel.start, quarrel.start + pd.Timedelta(days=days))]
        row = {}
        for arena in ARENAS:
            part = inside[inside["arena"] == arena]
            tones = sorted(set(part["tone"]))
            if words:
                first = part.drop_duplicates("tone")[["start", "summary"]].itertuples()
                row[arena] = "; ".join(f"{evidence.date_label(a.start)}: {a.summary.rstrip('.')}" for a in first)
            elif arena == quarrel.arena:
                row[arena] = "own"
            else:
                row[arena] = "both" if len(tones) == 2 else tones[0] if tones else "none"
        rows.append(row)
    return pd.DataFrame(rows, index=found["id"].to_list(), columns=ARENAS)


def crossing(
    table: pd.DataFrame, days: int, until: pd.Timestamp, null: str = "rotated", same_day: bool = True
) -> pd.Series:
    """Count the quarrels of a `pair` that crossed into another arena within so many days, and how many would by chance.

    See `helpers.reciprocity.followed` for what comes back and for `null`; `until` is the last day of the record, which
    begins on `START`. With `same_day`, one meeting with two complaints is a crossing.
    """
    acts = table[(table["tone"] == "conflict") & (table["precision"] == "day")]
    return followed(quarrels(table), acts, days, START, until, same_day, "arena", null, draws=_DRAWS)


def power(crossed: pd.Series, points: tuple[int, ...] = (10, 20, 30), most: int = 200, step: int = 18) -> pd.DataFrame:
    """Say how often a longer record would show spillover that is really there.

    A one-sided binomial test at 2.5 per cent against the rate that chance gives; on the edge of the critical region it
    tosses a coin, so that its size is exact. Quarrels count as independent: as they come in bunches, more are needed.

    Parameters
    ----------
    crossed : pandas.Series
        Result of `crossing`; from it come the rate by chance and the number of quarrels on record.
    points : tuple of int
        Percentage points by which spillover lifts the rate.
    most, step : int
        Largest number of quarrels, and the distance from one number to the next.

    Returns
    -------
    pandas.DataFrame
        ``quarrels``, ``spillover`` (words), ``points``, ``power`` (per cent of records in which the test finds it).

    Examples
    --------
    >>> power(pd.Series({"acts": 10, "expected": 5.0}), points=(0, 50), most=10)["power"].round(1).tolist()
    [2.5, 100.0]
    """
    base = float(crossed["expected"] / crossed["acts"])
    n = np.append(np.arange(int(crossed["acts"]), most, step), most)
    limit = stats.binom.isf(0.025, n, base)
    toss = (0.025 - stats.binom.sf(limit, n, base)) / stats.binom.pmf(limit, n, base)
    parts = []
    for extra in points:
        rate = min(base + extra / 100, 1.0)
        found = stats.binom.sf(limit, n, rate) + toss * stats.binom.pmf(limit, n, rate)
        words = f"adds {extra} points to chance"
        parts.append(pd.DataFrame({"quarrels": n, "spillover": words, "points": extra, "power": found * 100}))
    return pd.concat(parts, ignore_index=True)


@remember
def sequels(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str = "rotated") -> pd.DataFrame:
    """Compare what follows a quarrel, an act or a step of the alliance with what chance would bring.

    Indexed by words for the sequence: the columns of `helpers.reciprocity.followed`, of which ``acts`` counts what
    comes first; `days` and `null` as there.
    """
    until = events["start"].max()
    table, known = pair(events), events[events["precision"] == "day"]
    found, hostile = quarrels(table), known["tone"] == "conflict"
    dealt = table["arena"].isin([ECONOMY, CHANNELS]) & (table["tone"] == "cooperation")
    names_turkey = known["target_actor"].eq("TUR") | known["other_actors"].str.contains("TUR")
    blames = known[hostile & known["source_actor"].eq("IRN") & names_turkey]
    pairs = {
        "Quarrel → council, visit or deal": (found, table[dealt]),
        "Quarrel → Iran–Baku conflict": (found, ev.between(known[hostile], "IRN", "AZE")),
        "Alliance step → Iran objects": (alliance(known), blames),
    }
    runs = {"Quarrel → quarrel elsewhere": crossing(table, days, until, null)}
    for name, (acts, answers) in pairs.items():
        runs[name] = followed(acts, answers, days, START, until, null=null, draws=_DRAWS)
    sides = {"TUR": ("Turkey's", "Iran's"), "IRN": ("Iran's", "Turkey's")}
    words = {"conflict": "blow", "cooperation": "good turn"}
    answered = reciprocity(table, cameo, "TUR", "IRN", days, START, until, by="tone", null=null, draws=_DRAWS)
    for row in answered[answered["act"] == answered["answer"]].to_dict("records"):
        first, then = sides[row["actor"]]
        runs[f"{first} {words[row['act']]} → {then}"] = pd.Series(row)
    return pd.DataFrame.from_dict(runs, orient="index").drop(columns=["actor", "act", "answer"]).astype(float)


def outcomes(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name the sequences of `sequels` above, and below, the range that holds 95 per cent of what chance gives."""
    above, below = table["followed"] > table["high"], table["followed"] < table["low"]
    return table.index[above].tolist(), table.index[below].tolist()


@remember
def variants(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Repeat the count of crossings under other assumptions; see `crossing`."""
    until = events["start"].max()
    base = pair(events)
    voices = evidence.corroboration(base, sources)["publishers"]
    sign = ev.score(base, cameo)["goldstein"].lt(0)
    other = {
        _QUOTED["code"]: base.assign(tone=sign.map({True: "conflict", False: "cooperation"})),
        _QUOTED["technical"]: pair(events, technical=True),
        "Water counted as Caucasus": base.assign(arena=base["arena"].replace(WATER, CAUCASUS)),
        "High confidence only": base[base["confidence"] == "high"],
        _QUOTED["firm"]: base[base["id"].map(voices) >= 2],
    }
    runs = {
        _QUOTED["main"]: crossing(base, MAIN, until),
        _QUOTED["14"]: crossing(base, 14, until),
        _QUOTED["180"]: crossing(base, 180, until),
        "Chance within 90 days": crossing(base, MAIN, until, "nearby"),
        "Chance on any day": crossing(base, MAIN, until, "anywhere"),
        _QUOTED["later"]: crossing(base, MAIN, until, same_day=False),
        **{label: crossing(table, MAIN, until) for label, table in other.items()},
    }
    return pd.DataFrame.from_dict(runs, orient="index")


def alliance(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the steps of the alliance of Turkey and Azerbaijan from `START` on: pacts, drills, pipes and rails.

    A drill that Azerbaijan aims at a third state is a joint one if its row names Turkey as actor and in words.
    """
    joint = (
        events["type"].eq("military-exercise")
        & events["other_actors"].str.contains("TUR")
        & events["summary"].str.contains("Turk")
    )
    ours = events.index.isin(ev.between(events, "TUR", "AZE").index) & events["type"].isin(_ALLIANCE_TYPES)
    return events[(ours | joint) & (events["start"] >= START)].sort_values(["start", "id"])


def march_2026(events: pd.DataFrame) -> pd.DataFrame:
    """Keep what Turkey met and did from `WAR` on, and the strike on its ally, with the key of `MARCH` as ``lane``."""
    late = events[events["start"] >= WAR]
    lane = [_LANES.get(sides) for sides in zip(late["source_actor"], late["target_actor"], strict=True)]
    return late.assign(lane=lane).dropna(subset=["lane"]).sort_values(["start", "id"])


def triangle(ties: pd.DataFrame, words: bool = False) -> pd.DataFrame:
    """Tabulate the three ties by period as `helpers.balance.trio` does, or the reason of each sign in words."""
    names = ["Azerbaijan–Turkey", "Azerbaijan–Iran", "Iran–Turkey"]
    signs = trio(ties, ["AZE", "TUR", "IRN"])
    signs.index = pd.Index([*names, "triangle"])
    if not words:
        return signs
    labels = dict(zip(map(frozenset, [{"AZE", "TUR"}, {"AZE", "IRN"}, {"IRN", "TUR"}]), names, strict=True))
    pairs = [labels.get(frozenset(sides)) for sides in zip(ties["actor_a"], ties["actor_b"], strict=True)]
    period = ties["period_start"].map({year: label for label, year in periods(ties).items()})
    why = ties.assign(pair=pairs, period=period).dropna(subset=["pair"])
    return why.pivot(index="pair", columns="period", values="justification").reindex_like(signs).fillna("")


def trade(flows: pd.DataFrame) -> pd.DataFrame:
    """Line up trade of Turkey and Iran by who counts it, without joining unlike periods.

    Turnover stands as published; where an agency gives only exports and imports of a period, they are added. Of part
    years, those of ten months are kept.

    Parameters
    ----------
    flows : pandas.DataFrame
        Table ``flows``.

    Returns
    -------
    pandas.DataFrame
        ``agency``, ``coverage``, ``start``, ``end``, ``year`` (of the first day), ``billion`` (US dollars),
        ``series`` (agency and kind of period, for a chart), ``words`` (on one mark).

    Raises
    ------
    ValueError
        If an agency gives two values for one period and measure: neither may win unseen.
    """
    both = flows[["from_actor", "to_actor"]].isin(["IRN", "TUR"]).all(axis=1)
    kept = flows[both & (flows["kind"] == "trade")]
    keys = ["agency", "coverage", "period_start", "period_end"]
    wide = kept.set_index([*keys, "measure"])["value"].unstack()
    wide = wide.reindex(columns=["turnover", "export", "import"])
    total = wide["turnover"].fillna(wide["export"] + wide["import"])
    table = (total / 1000).dropna().rename("billion").reset_index()
    table = table.rename(columns={"period_start": "start", "period_end": "end"}).sort_values("start")
    months = ((table["end"] - table["start"]).dt.days / 30.4).round()
    table = table[(table["coverage"] != "part_year") | (months == 10)].reset_index(drop=True)
    table["year"] = table["start"].dt.year
    table["series"] = table["agency"].replace(_AGENCIES).str.cat(table["coverage"].map(_COVERAGE))
    table["words"] = [
        f"{r.series}, {r.start:%B %Y} to {r.end:%B %Y}: {r.billion:.2f} billion" for r in table.itertuples()
    ]
    return table


def _crossing_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    tests = variants(events, sources, cameo)
    day = events.set_index("id")["start"]
    poem = day["2020-12-10-tur-irn-statement"]
    begun = tests.iloc[0]
    longer = power(begun, points=(20,), step=1)
    years = ((events["start"].max() - START).days - MAIN) / 365.25
    enough = int(longer.loc[longer["power"] >= 80, "quarrels"].iloc[0])
    found: dict[str, Value] = {
        "n_variants": len(tests),
        "n_above": int((tests["followed"] > tests["expected"]).sum()),
        "n_outside": sum(map(len, outcomes(tests))),
        "most_above": float((tests["followed"] - tests["expected"]).max()),
        "wait_poem": int((day["2020-12-12-tur-irn-meeting"] - poem).days),
        "poem_to_iraq": int((day["2021-02-27-irn-tur-statement"] - poem).days),
        "water_to_summit": int((day["2022-07-19-irn-tur-summit-statement"] - day["2022-05-10-irn-tur-water"]).days),
        "low_main": int(begun["low"]),
        "high_main": int(begun["high"]),
        "need_main": int(begun["high"]) + 1,
        "power_now": float(longer["power"].iloc[0]),
        "power_need": enough,
        "power_bar": float(stats.binom.sf(begun["high"], begun["acts"], begun["expected"] / begun["acts"] + 0.2) * 100),
        "power_years": enough / begun["acts"] * years,
    }
    for name, label in _QUOTED.items():
        row = tests.loc[label]
        found |= {f"quarrels_{name}": int(row["acts"]), f"crossed_{name}": int(row["followed"])}
        found[f"expected_{name}"] = row["expected"]
    return found


def _sequel_values(events: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    every = [sequels(events, cameo, days, null) for days in WINDOWS for null in CHANCES.values()]
    text, soon = sequels(events, cameo, MAIN), sequels(events, cameo, WINDOWS[0])
    found: dict[str, Value] = {
        "n_sequels": sum(map(len, every)),
        "n_sequels_out": sum(len(names) for t in every for names in outcomes(t)),
        "n_sequels_chance": sum(map(len, every)) * 0.05,
    }
    rows = {
        "deal": text.loc["Quarrel → council, visit or deal"],
        "baku": text.loc["Quarrel → Iran–Baku conflict"],
        "step_soon": soon.loc["Alliance step → Iran objects"],
        "blow_tur": soon.loc["Turkey's blow → Iran's"],
        "blow_irn": soon.loc["Iran's blow → Turkey's"],
    }
    for name, row in rows.items():
        found |= {f"{name}_{key}": int(row[key]) for key in ("acts", "followed", "low", "high")}
    return found


def _trade_values(flows: pd.DataFrame, found: pd.DataFrame) -> dict[str, Value]:
    money = trade(flows)
    turkish = money[money["agency"] == "TurkStat"]
    full = turkish[turkish["coverage"] == "calendar_year"].set_index("year")["billion"]
    tens = turkish[turkish["coverage"] == "part_year"].set_index("year")["billion"]
    irica = money.loc[money["agency"] == "Iran IRICA", "billion"].iloc[0]
    year, early = found["start"].dt.year, found["start"].dt.month <= 10
    return {
        "trade_2022": float(full[2022]),
        "trade_rise": float((full[2022] / full[2021] - 1) * 100),
        "trade_fall": float((1 - full[2023] / full[2022]) * 100),
        "trade_ten_2024": float((tens[2024] / tens[2023] - 1) * 100),
        "trade_ten_2025": float((tens[2025] / tens[2024] - 1) * 100),
        "n_turkstat": len(full),
        "trade_irica": float(irica),
        "trade_ratio": float(irica / full[2022]),
        **{f"quarrels_{y}": int((year == y).sum()) for y in (2022, 2023)},
        **{f"quarrels_ten_{y}": int(((year == y) & early).sum()) for y in (2024, 2025)},
    }


@remember
def values(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables, given by name."""
    events, sources, cameo = tables["events"], tables["sources"], tables["cameo"]
    forecasts, ties, flows = (tables[name] for name in ("forecasts", "ties", "flows"))
    cut = events["start"].max()
    table = pair(events)
    hostile = table[table["tone"] == "conflict"]
    voices = evidence.corroboration(table, sources)
    sides = {side: len(evidence.told_by(table, sources, side)) for side in ("Iranian", "Turkish", "Western")}
    found = quarrels(table)
    good = table[(table["tone"] == "cooperation") & (table["precision"] == "day")]
    waits = follow_ups(found.assign(start=found["end"]), good, len(pd.date_range(START, cut)), same_day=False)["wait"]
    signs = triangle(ties)
    chosen = forecasts.set_index("id").loc[list(FORECASTS)]
    decided = chosen[chosen["resolution"].isin(["yes", "no"])]
    march = march_2026(events)
    turkish = march[march["source_actor"] == "TUR"]
    flow = flows.set_index("id")["value"]
    topics = {"caucasus": CAUCASUS, "levant": LEVANT, "water": WATER, "plots": PLOTS}
    return {
        "cutoff": evidence.date_label(cut),
        "first_pair": evidence.date_label(table["start"].min()),
        "last_pair": evidence.date_label(table["start"].max()),
        "n_pair": len(table),
        "n_conflict": len(hostile),
        "n_undated": int((hostile["precision"] != "day").sum()),
        "n_business": int(hostile["arena"].isin([ECONOMY, CHANNELS]).sum()),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        **{f"told_{side.lower()}": number for side, number in sides.items()},
        "n_quarrels": len(found),
        **{f"n_quarrels_{name}": int((found["arena"] == arena).sum()) for name, arena in topics.items()},
        "wait_median": float(waits.median()),
        "wait_longest": int(waits.max()),
        "arms_share": float(flow["arms-share-tur-aze-2011-2020-share-of-azerbaija"]),
        "trade_baku_2022": float(flow["trade-aze-tur-turnover-2022-01-azerbaijan-state-cus-2"] / 1000),
        "n_periods": len(signs.columns),
        "n_open": int((signs.loc["triangle"] == "open").sum()),
        "n_neighbour_signs": int(signs.loc["Azerbaijan–Iran"].nunique()),
        "n_drills": int((alliance(events)["type"] == "military-exercise").sum()),
        "n_missiles": int((march["target_actor"].eq("TUR") & march["source_actor"].eq("UNK")).sum()),
        "n_to_iran": int((turkish["tone"].eq("conflict") & turkish["target_actor"].eq("IRN")).sum()),
        "n_to_baku": int(turkish["target_actor"].eq("AZE").sum()),
        "n_force": int(turkish["cameo"].str[:2].astype(int).ge(15).sum()),
        "n_decided": len(decided),
        "n_true": int((decided["resolution"] == "yes").sum()),
        "brier": float(((decided["probability"] - (decided["resolution"] == "yes")) ** 2).mean()),
        **_crossing_values(events, sources, cameo),
        **_sequel_values(events, cameo),
        **_trade_values(flows, found),
    }
