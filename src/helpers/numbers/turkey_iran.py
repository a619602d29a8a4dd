"""Figures that chapter 3, on the rivalry of Turkey and Iran around Azerbaijan, quotes, and its selections.

The chapter asks whether the rivalry is kept in compartments. An *arena* is the subject of an event, a *quarrel*
a run of conflictual acts in one arena, and a quarrel *crosses* if a conflictual act in another arena follows within
a window. Chance is that of `helpers.reciprocity`.
"""

from __future__ import annotations

import pandas as pd

from helpers import events as ev
from helpers import evidence
from helpers.balance import trio
from helpers.numbers import Value
from helpers.reciprocity import follow_ups, followed, reciprocity

__all__ = [
    "ARENAS",
    "CHANCES",
    "FORECASTS",
    "START",
    "TRIANGLE",
    "WINDOWS",
    "alliance",
    "arenas",
    "by_quarter",
    "crossing",
    "outcomes",
    "pair",
    "quarrels",
    "reach",
    "sequels",
    "trade",
    "trade_kinds",
    "values",
    "variants",
    "votes",
]

#: First day of the record: before it the table holds single acts of the pair, not a series.
START = pd.Timestamp("2020-01-01")
#: Windows in days that the explorers offer, and the one that the text reads.
WINDOWS, MAIN = (14, 30, 60, 90, 180), 90
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
ECONOMY = "Energy and trade"
CHANNELS = "Councils and visits"
#: The arenas, in the order in which figures show them.
ARENAS = [CAUCASUS, LEVANT, WATER, ECONOMY, CHANNELS]

# First rule that fits decides. Subject words come before the kind of meeting, the actors concerned come last.
_ECONOMY_TYPES = {"gas", "gas-cut", "trade", "border-closure", "border-reopening", "infrastructure"}
_LEVANT_WORDS = r"Iraq|Sinjar|Syria|PKK|militia"
_WATER_WORDS = r"\bdams?\b|shared waters"
_CAUCASUS_WORDS = r"Karabakh|Azerbaijan|Azeri|Aras|poem|[Cc]orridor|Zangezur|3\+3|Minsk|Armenia"
_NEAR_PLACES = {"Baku", "Nakhchivan", "Shusha"}
_FOLLOW_UP_DAYS = 14
# Conflictual codes whose sources give a cause other than politics: an epidemic, a fault, a commercial halt.
_NOT_POLITICAL = r"not punitive|not punishment"
_BY_SIGN = {True: "conflict", False: "cooperation"}
# Steps of the alliance of Turkey and Azerbaijan, in words or on the ground.
_ALLIANCE_TYPES = {"alliance-declaration", "agreement", "military-exercise", "energy-deal", "gas", "infrastructure"}

#: The three ties of the triangle, with labels.
TRIANGLE = {
    ("AZE", "TUR"): "Azerbaijan–Turkey",
    ("AZE", "IRN"): "Azerbaijan–Iran",
    ("IRN", "TUR"): "Iran–Turkey",
}

#: Forecasts of the articles that concern Turkey and Iran, with short wordings for a chart.
FORECASTS = {
    "mamedov-2021-f05": "S0: no Turkish war with Iran for Baku",
    "anonymous-2021-f02": "S3: no war with Iran",
    "mamedov-2021-f04": "S0: alliance with Baku keeps growing",
    "mamedov-2021-f06": "S0: Erdogan visits Tehran, road map out",
    "ramani-2021-f08": "S1: no Armenian–Turkish rapprochement",
    "ramani-2021-f05": "S1: Iran–Turkey friction blocks projects",
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
    """Keep what Turkey and Iran do toward one another from `START` on, in order, with its arena.

    Parameters
    ----------
    events : pandas.DataFrame
        Table ``events``.
    technical : bool
        Let a closure for an epidemic and a gas cut for a fault stand as conflictual. By default they count as
        neutral here, because their sources give a cause other than politics.

    Returns
    -------
    pandas.DataFrame
        Rows of `events` with ``arena`` and ``technical``.
    """
    table = ev.between(events, "TUR", "IRN").sort_values(["start", "id"])
    table = table[table["start"] >= START].reset_index(drop=True)
    table["arena"] = arenas(table)
    table["technical"] = (table["tone"] == "conflict") & table["coding_note"].str.contains(_NOT_POLITICAL)
    if not technical:
        table["tone"] = table["tone"].mask(table["technical"], "neutral")
    return table


def by_quarter(table: pd.DataFrame) -> pd.DataFrame:
    """Move events to the middle of their quarter and the lane of their arena: marks of a timeline then stack."""
    middle = table["start"].dt.to_period("Q").dt.start_time + pd.Timedelta(days=45)
    when = [evidence.date_label(r.start, r.end, r.precision) for r in table.itertuples()]
    return table.assign(start=middle, end=middle, precision="day", source_actor=table["arena"], when=when)


def quarrels(table: pd.DataFrame, gap: int = 30) -> pd.DataFrame:
    """Join conflictual acts of one arena into quarrels. Acts known to the month only are left out.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    gap : int
        Days without a further act after which a quarrel is over.

    Returns
    -------
    pandas.DataFrame
        ``id`` (day and arena), ``arena``, ``start``, ``end``, ``acts``, in order of start.
    """
    acts = table[(table["tone"] == "conflict") & (table["precision"] == "day")].sort_values("start")
    fresh = acts.groupby("arena")["start"].diff().dt.days.fillna(gap + 1) > gap
    number = fresh.groupby(acts["arena"]).cumsum().rename("number")
    joined = acts.groupby([acts["arena"], number])["start"].agg(["min", "max", "size"]).reset_index()
    joined = joined.rename(columns={"min": "start", "max": "end", "size": "acts"}).drop(columns="number")
    joined = joined.sort_values(["start", "arena"], ignore_index=True)
    joined.insert(0, "id", [f"{s.day} {s:%b %Y}: {a}" for s, a in zip(joined["start"], joined["arena"], strict=True)])
    return joined


def reach(table: pd.DataFrame, days: int) -> pd.DataFrame:
    """Tell, per quarrel and arena, what happened within so many days of the quarrel's first act.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    days : int
        Length of the window; the first day of the quarrel is part of it.

    Returns
    -------
    pandas.DataFrame
        A row per quarrel, a column per arena: ``own``, ``conflict``, ``both``, ``cooperation`` or ``none``.
    """
    found = quarrels(table)
    opened = found.assign(end=found["start"])
    known = table[table["precision"] == "day"]
    names = {(True, True): "both", (True, False): "conflict", (False, True): "cooperation", (False, False): "none"}
    columns = {}
    for arena in ARENAS:
        part = known[known["arena"] == arena]
        hit = [follow_ups(opened, part[part["tone"] == t], days)["wait"].notna() for t in ("conflict", "cooperation")]
        columns[arena] = [
            "own" if own == arena else names[bool(bad), bool(good)]
            for own, bad, good in zip(found["arena"], *hit, strict=True)
        ]
    return pd.DataFrame(columns, index=found["id"].to_list())


def crossing(
    table: pd.DataFrame, days: int, until: pd.Timestamp, null: str = "rotated", same_day: bool = True
) -> pd.Series:
    """Count the quarrels that crossed into another arena, and how many would by chance.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    days : int
        Length of the window.
    until : pandas.Timestamp
        Last day of the record, which begins on `START`.
    null : str
        See `helpers.reciprocity.NULLS`.
    same_day : bool
        Count acts of the quarrel's first day, so that one meeting with two complaints is a crossing.

    Returns
    -------
    pandas.Series
        See `helpers.reciprocity.followed`; its acts are quarrels.
    """
    acts = table[(table["tone"] == "conflict") & (table["precision"] == "day")]
    return followed(quarrels(table), acts, days, START, until, same_day, "arena", null, draws=_DRAWS)


def sequels(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str = "rotated") -> pd.DataFrame:
    """Compare what follows a quarrel, an act or a step of the alliance with what chance would bring.

    Parameters
    ----------
    events, cameo : pandas.DataFrame
        Tables of that name.
    days, null
        See `helpers.reciprocity.followed`.

    Returns
    -------
    pandas.DataFrame
        Indexed by words for the sequence: the columns of `helpers.reciprocity.followed`, of which ``acts`` counts
        what comes first.
    """
    until = events["start"].max()
    table = pair(events)
    found = quarrels(table)
    known = events[events["precision"] == "day"]
    dealt = table["arena"].isin([ECONOMY, CHANNELS]) & (table["tone"] == "cooperation")
    with_baku = ev.between(known, "IRN", "AZE")
    names_turkey = known["target_actor"].eq("TUR") | known["other_actors"].str.contains("TUR")
    blames = known[known["source_actor"].eq("IRN") & names_turkey & known["tone"].eq("conflict")]
    ally = alliance(known)
    runs = {
        "Quarrel → quarrel elsewhere": crossing(table, days, until, null),
        "Quarrel → council, visit or deal": followed(found, table[dealt], days, START, until, null=null, draws=_DRAWS),
        "Quarrel → Iran–Baku conflict": followed(
            found, with_baku[with_baku["tone"] == "conflict"], days, START, until, null=null
        ),
        "Alliance step → Iran objects": followed(ally, blames, days, START, until, null=null, draws=_DRAWS),
    }
    names = {"TUR": "Turkey", "IRN": "Iran"}
    other = {"TUR": "Iran", "IRN": "Turkey"}
    words = {"conflict": "blow", "cooperation": "good turn"}
    for row in reciprocity(table, cameo, "TUR", "IRN", days, START, until, by="tone", null=null, draws=_DRAWS).to_dict(
        "records"
    ):
        if row["act"] == row["answer"]:
            kind = words[row["act"]]
            runs[f"{names[row['actor']]}'s {kind} → {other[row['actor']]}'s"] = pd.Series(row)
    return pd.DataFrame.from_dict(runs, orient="index").drop(columns=["actor", "act", "answer"]).astype(float)


def outcomes(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name the sequences of `sequels` above, and below, the range that holds 95 per cent of what chance gives."""
    above, below = table["followed"] > table["high"], table["followed"] < table["low"]
    return table.index[above].tolist(), table.index[below].tolist()


def variants(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Repeat the count of crossings under other assumptions.

    Parameters
    ----------
    events, sources, cameo : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    pandas.DataFrame
        Indexed by the assumption: the columns of `helpers.reciprocity.followed`.
    """
    until = events["start"].max()
    base = pair(events)
    voices = evidence.corroboration(base, sources)["publishers"]
    sign = ev.score(base, cameo)["goldstein"].lt(0)
    runs = {
        f"As in the text ({MAIN} days)": crossing(base, MAIN, until),
        "Window of 14 days": crossing(base, 14, until),
        "Window of 180 days": crossing(base, 180, until),
        "Chance within 90 days": crossing(base, MAIN, until, "nearby"),
        "Chance on any day": crossing(base, MAIN, until, "anywhere"),
        "Same day left out": crossing(base, MAIN, until, same_day=False),
        "Conflict read from the code": crossing(base.assign(tone=sign.map(_BY_SIGN)), MAIN, until),
        "With closure and gas fault": crossing(pair(events, technical=True), MAIN, until),
        "Water counted as Caucasus": crossing(base.assign(arena=base["arena"].replace(WATER, CAUCASUS)), MAIN, until),
        "High confidence only": crossing(base[base["confidence"] == "high"], MAIN, until),
        "Two or more publishers": crossing(base[base["id"].map(voices) >= 2], MAIN, until),
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


def votes(dyad_indicators: pd.DataFrame, indicator: str = "unga_agreement") -> pd.DataFrame:
    """Keep one indicator for the three pairs of the triangle: ``pair``, ``year``, ``value``, ``count``."""
    names = {frozenset(p): label for p, label in TRIANGLE.items()}
    pairs = [names.get(frozenset(p)) for p in zip(dyad_indicators["actor_a"], dyad_indicators["actor_b"], strict=True)]
    table = dyad_indicators.assign(pair=pairs).dropna(subset=["pair"])
    return table.loc[table["indicator"] == indicator, ["pair", "year", "value", "count"]].reset_index(drop=True)


def trade(flows: pd.DataFrame) -> pd.DataFrame:
    """Line up trade of Turkey and Iran by who counts it, without joining unlike periods.

    Turnover stands as published; where an agency gives only exports and imports of a period, they are added.

    Parameters
    ----------
    flows : pandas.DataFrame
        Table ``flows``.

    Returns
    -------
    pandas.DataFrame
        ``agency``, ``coverage``, ``start``, ``end``, ``year`` (of the first day), ``months``, ``billion`` (US
        dollars).

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
    table = table.rename(columns={"period_start": "start", "period_end": "end"})
    table["year"] = table["start"].dt.year
    table["months"] = ((table["end"] - table["start"]).dt.days / 30.4).round().astype(int)
    return table.sort_values("start", ignore_index=True)


def trade_kinds(table: pd.DataFrame) -> pd.DataFrame:
    """Name the series of `trade` for a chart; of part years, only those of ten months are kept."""
    part = table["coverage"] == "part_year"
    table = table[~part | (table["months"] == 10)].copy()
    words = {"calendar_year": "", "part_year": ", first ten months", "iranian_year": ", Iranian year"}
    names = {
        "Iran IRICA": "Iran's customs",
        "Iranian embassy/ministry": "Iranian embassy",
        "analysts (Hurriyet)": "Analysts, with gold",
    }
    table["series"] = table["agency"].replace(names).str.cat(table["coverage"].map(words))
    return table


def _vote_values(dyad_indicators: pd.DataFrame) -> dict[str, Value]:
    shares = votes(dyad_indicators).pivot(index="year", columns="pair", values="value").mul(100)
    points = votes(dyad_indicators, "unga_ideal_point_distance").pivot(index="year", columns="pair", values="value")
    ally, neighbour, rival = TRIANGLE.values()
    whole, close = shares.dropna(), points.dropna()
    found: dict[str, Value] = {
        "votes_last": int(whole.index.max()),
        "n_votes": len(whole),
        "votes_iran_nearer": int((whole[neighbour] > whole[ally]).sum()),
        "points_iran_nearer": int((close[neighbour] < close[ally]).sum()),
        "votes_rival_least": int((whole.idxmin(axis=1) == rival).sum()),
    }
    for name, label in {"ally": ally, "neighbour": neighbour, "rival": rival}.items():
        last = whole[label].tail(5)
        found |= {f"votes_{name}_low": float(last.min()), f"votes_{name}_high": float(last.max())}
    return found


def _sequel_values(events: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    every = [sequels(events, cameo, days, null) for days in WINDOWS for null in CHANCES.values()]
    outside = sum(len(names) for t in every for names in outcomes(t))
    text = sequels(events, cameo, MAIN)
    soon = sequels(events, cameo, WINDOWS[0])
    found: dict[str, Value] = {
        "n_sequels": sum(len(t) for t in every),
        "n_sequels_out": outside,
        "n_sequels_chance": sum(len(t) for t in every) * 0.05,
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


def _crossing_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    tests = variants(events, sources, cameo)
    day = events.set_index("id")["start"]
    poem = day["2020-12-10-tur-irn-statement"]
    found: dict[str, Value] = {
        "n_variants": len(tests),
        "n_above": int((tests["followed"] > tests["expected"]).sum()),
        "n_outside": sum(map(len, outcomes(tests))),
        "most_above": float((tests["followed"] - tests["expected"]).max()),
        "wait_poem": int((day["2020-12-12-tur-irn-meeting"] - poem).days),
        "poem_to_iraq": int((day["2021-02-27-irn-tur-statement"] - poem).days),
        "water_to_summit": int((day["2022-07-19-irn-tur-summit-statement"] - day["2022-05-10-irn-tur-water"]).days),
    }
    rows = {
        "main": f"As in the text ({MAIN} days)",
        "14": "Window of 14 days",
        "180": "Window of 180 days",
        "later": "Same day left out",
        "technical": "With closure and gas fault",
        "firm": "Two or more publishers",
        "code": "Conflict read from the code",
    }
    for name, label in rows.items():
        row = tests.loc[label]
        found |= {f"quarrels_{name}": int(row["acts"]), f"crossed_{name}": int(row["followed"])}
        found[f"expected_{name}"] = float(row["expected"])
        found |= {f"low_{name}": int(row["low"]), f"high_{name}": int(row["high"])}
    found["need_main"] = int(tests["high"].iloc[0]) + 1
    return found


def _trade_values(flows: pd.DataFrame, found: pd.DataFrame) -> dict[str, Value]:
    money = trade(flows)
    turkish = money[money["agency"] == "TurkStat"]
    full = turkish[turkish["coverage"] == "calendar_year"].set_index("year")["billion"]
    tens = turkish[turkish["months"] == 10].set_index("year")["billion"]
    irica = money.loc[money["agency"] == "Iran IRICA", "billion"].iloc[0]
    begun = found["start"].dt.year.value_counts()
    return {
        "trade_2022": float(full[2022]),
        "trade_low": float(full.min()),
        "trade_high": float(full.max()),
        "trade_rise": float((full[2022] / full[2021] - 1) * 100),
        "trade_fall": float((1 - full[2023] / full[2022]) * 100),
        "trade_ten_2024": float((tens[2024] / tens[2023] - 1) * 100),
        "trade_ten_2025": float((tens[2025] / tens[2024] - 1) * 100),
        "n_turkstat": len(full),
        "trade_irica": float(irica),
        "trade_ratio": float(irica / full[2022]),
        **{f"quarrels_{year}": int(begun.get(year, 0)) for year in (2022, 2023, 2024, 2025)},
    }


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    ties: pd.DataFrame,
    flows: pd.DataFrame,
    dyad_indicators: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, forecasts, ties, flows, dyad_indicators : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    cut = events["start"].max()
    table = pair(events)
    voices = evidence.corroboration(table, sources)
    sides = {side: len(evidence.told_by(table, sources, side)) for side in ("Iranian", "Turkish", "Western")}
    found = quarrels(table)
    good = table[(table["tone"] == "cooperation") & (table["precision"] == "day")]
    waits = follow_ups(found.assign(start=found["end"]), good, len(pd.date_range(START, cut)), same_day=False)["wait"]
    signs = trio(ties, ["AZE", "TUR", "IRN"])
    chosen = forecasts.set_index("id").loc[list(FORECASTS)]
    decided = chosen[chosen["resolution"].isin(["yes", "no"])]
    theme = claims[claims["theme"] == "turkey-iran"]["article_id"].value_counts()
    involved = events[["source_actor", "target_actor", "other_actors"]].agg(";".join, axis=1).str.contains("TUR")
    late = events["start"].ge("2026-01-01")
    flow = flows.set_index("id")["value"]
    summons = table[table["type"].isin(["ambassador-summoned", "diplomatic-protest"])]
    return {
        "cutoff": evidence.date_label(cut),
        "first_pair": evidence.date_label(table["start"].min()),
        "last_pair": evidence.date_label(table["start"].max()),
        "n_pair": len(table),
        "n_conflict": int((table["tone"] == "conflict").sum()),
        "n_summons": len(summons),
        "n_summons_2022_2024": int(summons["start"].dt.year.between(2022, 2024).sum()),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "told_iranian": sides["Iranian"],
        "told_turkish": sides["Turkish"],
        "told_western": sides["Western"],
        "n_quarrels": len(found),
        "n_quarrels_caucasus": int((found["arena"] == CAUCASUS).sum()),
        "n_quarrels_levant": int((found["arena"] == LEVANT).sum()),
        "n_quarrels_water": int((found["arena"] == WATER).sum()),
        "wait_median": float(waits.median()),
        "wait_longest": int(waits.max()),
        "arms_share": float(flow["arms-share-tur-aze-2011-2020-share-of-azerbaija"]),
        "trade_baku_2022": float(flow["trade-aze-tur-turnover-2022-01-azerbaijan-state-cus-2"] / 1000),
        "n_periods": len(signs.columns),
        "n_ally": int((signs.loc["AZE–TUR"] == 1).sum()),
        "n_rival_negative": int((signs.loc["TUR–IRN"] == -1).sum()),
        "n_open": int((signs.loc["triangle"] == "open").sum()),
        "n_neighbour_signs": int(signs.loc["AZE–IRN"].nunique()),
        "n_steps": len(alliance(events)),
        "n_drills": int((alliance(events)["type"] == "military-exercise").sum()),
        "n_turkey_2026": int((involved & late).sum()),
        "n_events_2026": int(late.sum()),
        "n_decided": len(decided),
        "n_true": int((decided["resolution"] == "yes").sum()),
        "brier": float(((decided["probability"] - (decided["resolution"] == "yes")) ** 2).mean()),
        "n_claims": int(theme.sum()),
        **{f"claims_{evidence.article_label(i)[:2].lower()}": int(theme.get(i, 0)) for i in evidence.ARTICLES},
        **_crossing_values(events, sources, cameo),
        **_sequel_values(events, cameo),
        **_trade_values(flows, found),
        **_vote_values(dyad_indicators),
    }
