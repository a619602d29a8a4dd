"""Figures that chapter 3, on the rivalry of Turkey and Iran around Azerbaijan, quotes, and its selections.

The chapter asks whether the rivalry is kept in compartments. An *arena* is the subject of an event, a *quarrel*
a run of conflictual acts in one arena, and a quarrel *crosses* if a conflictual act in another arena follows within
a window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import events as ev
from helpers import evidence
from helpers.numbers import Value

if TYPE_CHECKING:
    from helpers.exhibits import Exhibit

__all__ = [
    "ARENAS",
    "FORECASTS",
    "TRIANGLE",
    "alliance",
    "arenas",
    "by_quarter",
    "crossing",
    "draw_forecasts",
    "draw_variants",
    "pair",
    "quarrels",
    "reach",
    "trade",
    "trade_kinds",
    "triangle",
    "values",
    "variants",
]

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
_CAUCASUS_WORDS = r"Karabakh|Azerbaijan|Azeri|Aras|poem|[Cc]orridor|Zangezur|3\+3|Minsk|Armenia"
_NEAR_PLACES = {"Baku", "Nakhchivan", "Shusha"}
_FOLLOW_UP_DAYS = 14
# Conflictual codes whose sources give a cause other than politics: an epidemic, a fault, a commercial halt.
_NOT_POLITICAL = r"not punitive|not punishment"

#: The three ties of the triangle, with labels.
TRIANGLE = {
    ("AZE", "TUR"): "Azerbaijan–Turkey",
    ("IRN", "TUR"): "Iran–Turkey",
    ("AZE", "IRN"): "Azerbaijan–Iran",
}

#: Forecasts of the articles that concern Turkey and Iran, with short wordings for a chart.
FORECASTS = {
    "mamedov-2021-f05": "S0: Turkey does not go to war with Iran for Baku",
    "anonymous-2021-f02": "S3: no war with Iran",
    "mamedov-2021-f04": "S0: Turkey goes on strengthening its alliance with Baku",
    "mamedov-2021-f06": "S0: Erdogan visits Tehran and a road map is issued",
    "ramani-2021-f08": "S1: no full Armenian–Turkish rapprochement",
    "ramani-2021-f05": "S1: Iran–Turkey friction grows and blocks integration",
    "anonymous-2021-f08": "S3: Iran moves closer to the PKK if ties sour",
}


def arenas(events: pd.DataFrame) -> pd.Series:
    """Say which arena each event belongs to.

    Rules on type, summary, place and other actors decide, the first that fits. An event that names no subject,
    such as a summons over "Fidan's words", takes the arena of the event before it if that is at most 14 days
    older; what is left goes to councils and visits if the two sides met, else to ``"other"``.

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
    >>> row = {"start": day, "id": "e", "place": "", "other_actors": ""}
    >>> text = {"type": "statement", "summary": "Advice against an operation in northern Syria."}
    >>> arenas(pd.DataFrame([row | text])).tolist()
    ['Syria, Iraq and PKK']
    """
    ordered = events.sort_values(["start", "id"])
    summary, kind = ordered["summary"], ordered["type"]
    near = ordered["other_actors"].str.contains("AZE|ARM") | ordered["place"].isin(_NEAR_PLACES)
    rules = [
        (kind.isin(_ECONOMY_TYPES), ECONOMY),
        (kind == "water", WATER),
        (summary.str.contains(_LEVANT_WORDS), LEVANT),
        (kind.isin({"council", "summit"}), CHANNELS),
        (summary.str.contains(_CAUCASUS_WORDS), CAUCASUS),
        (kind == "visit", CHANNELS),
        (near, CAUCASUS),
    ]
    found = pd.Series(pd.NA, index=ordered.index, dtype="object")
    for fits, arena in rules:
        found = found.mask(found.isna() & fits, arena)
    previous = found.ffill()
    seen = ordered["start"].where(found.notna()).ffill()
    close = (ordered["start"] - seen).dt.days <= _FOLLOW_UP_DAYS
    found = found.where(found.notna() | ~close, previous)
    found = found.mask(found.isna() & (kind == "meeting"), CHANNELS).fillna("other")
    return found.reindex(events.index).rename("arena")


def pair(events: pd.DataFrame, technical: bool = False) -> pd.DataFrame:
    """Keep what Turkey and Iran do toward one another, in order, with its arena.

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
    table = ev.between(events, "TUR", "IRN").sort_values(["start", "id"]).reset_index(drop=True)
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
    """Join conflictual acts of one arena into quarrels.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    gap : int
        Days without a further act after which a quarrel is over.

    Returns
    -------
    pandas.DataFrame
        ``arena``, ``start``, ``end``, ``acts``, in order of start.
    """
    acts = table[table["tone"] == "conflict"].sort_values("start")
    fresh = acts.groupby("arena")["start"].diff().dt.days.fillna(gap + 1) > gap
    number = fresh.groupby(acts["arena"]).cumsum().rename("number")
    joined = acts.groupby([acts["arena"], number])["start"].agg(["min", "max", "size"]).reset_index()
    joined = joined.rename(columns={"min": "start", "max": "end", "size": "acts"}).drop(columns="number")
    return joined.sort_values(["start", "arena"], ignore_index=True)


def reach(table: pd.DataFrame, days: int, gap: int = 30) -> pd.DataFrame:
    """Tell, per quarrel and arena, what happened within so many days of the quarrel's first act.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    days : int
        Length of the window; the first day of the quarrel is part of it.
    gap : int
        See `quarrels`.

    Returns
    -------
    pandas.DataFrame
        A row per quarrel, labelled by day and arena, a column per arena: ``own``, ``conflict``, ``both``,
        ``cooperation`` or ``none``.
    """
    rows = {}
    for quarrel in quarrels(table, gap).itertuples():
        until = quarrel.start + pd.Timedelta(days=days)
        window = table[table["start"].between(quarrel.start, until)]
        row = {}
        for arena in ARENAS:
            tones = set(window.loc[window["arena"] == arena, "tone"]) & {"conflict", "cooperation"}
            row[arena] = "both" if len(tones) == 2 else next(iter(tones), "none")
        row[quarrel.arena] = "own"
        rows[f"{quarrel.start.day} {quarrel.start:%b %Y}: {quarrel.arena}"] = row
    return pd.DataFrame.from_dict(rows, orient="index", columns=ARENAS)


def crossing(
    table: pd.DataFrame, days: int, until: pd.Timestamp, gap: int = 30, same_day: bool = True
) -> tuple[int, int, float, float]:
    """Count the quarrels that crossed into another arena, and how many would by chance.

    The base rate of a quarrel in arena *A* is the share of all days on which a window of that length, opened on
    any day at all, holds a conflictual act in an arena other than *A*.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `pair`.
    days : int
        Length of the window.
    until : pandas.Timestamp
        Last day covered; base-rate windows end there.
    gap : int
        See `quarrels`.
    same_day : bool
        Count acts of the quarrel's first day, so that one meeting with two complaints is a crossing.

    Returns
    -------
    (int, int, float, float)
        Quarrels, those that crossed, number expected from base rates, and the probability that chance alone
        gives at least as many (quarrels taken as independent).

    Raises
    ------
    ValueError
        If the window is longer than the record.
    """
    found = quarrels(table, gap)
    acts = table[table["tone"] == "conflict"]
    first, last = table["start"].min(), until - pd.Timedelta(days=days)
    if last < first:
        raise ValueError(f"a window of {days} days is longer than the record")
    openings = pd.date_range(first, last).to_numpy()
    low = np.timedelta64(0 if same_day else 1, "D")
    high = np.timedelta64(days, "D")
    crossed, chances = 0, []
    for quarrel in found.itertuples():
        elsewhere = acts.loc[acts["arena"] != quarrel.arena, "start"].to_numpy()
        wait = elsewhere - np.datetime64(quarrel.start)
        crossed += bool(((wait >= low) & (wait <= high)).any())
        waits = elsewhere[None, :] - openings[:, None]
        chances.append(float(((waits >= low) & (waits <= high)).any(axis=1).mean()))
    spread = np.array([1.0])
    for chance in chances:
        spread = np.convolve(spread, [1 - chance, chance])
    return len(found), crossed, float(sum(chances)), float(spread[crossed:].sum())


def variants(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Repeat the count of crossings under other assumptions.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    pandas.DataFrame
        Indexed by the assumption: ``quarrels``, ``crossed``, ``expected``, ``probability``.
    """
    until = events["start"].max()
    base = pair(events)
    voices = evidence.corroboration(base, sources)["publishers"]
    firm = base[base["id"].map(voices) >= 2]
    high = base[base["confidence"] == "high"]
    merged = base.assign(arena=base["arena"].replace(WATER, CAUCASUS))
    runs = {
        "As in the chapter (90 days)": crossing(base, 90, until),
        "Window of 30 days": crossing(base, 30, until),
        "Window of 180 days": crossing(base, 180, until),
        "Acts of the same day left out": crossing(base, 90, until, same_day=False),
        "Closure and gas fault as quarrels": crossing(pair(events, technical=True), 90, until),
        "Water counted as Caucasus": crossing(merged, 90, until),
        "High-confidence events only": crossing(high, 90, until),
        "Two or more publishers only": crossing(firm, 90, until),
    }
    columns = ["quarrels", "crossed", "expected", "probability"]
    return pd.DataFrame.from_dict(runs, orient="index", columns=columns)


def alliance(events: pd.DataFrame) -> pd.DataFrame:
    """Keep what Turkey and Azerbaijan do together: events between them, or joint drills aimed past both."""
    joint = events["type"].eq("military-exercise") & events["other_actors"].str.contains("TUR")
    chosen = events[events.index.isin(ev.between(events, "TUR", "AZE").index) | joint]
    return chosen.sort_values(["start", "id"])


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


def triangle(ties: pd.DataFrame) -> pd.DataFrame:
    """Lay out the three ties between Azerbaijan, Iran and Turkey: a row per pair, a column per period."""
    rows = {}
    for (a, b), label in TRIANGLE.items():
        part = ties[(ties["actor_a"] == a) & (ties["actor_b"] == b)].sort_values("period_start")
        spans = [period(s, e) for s, e in zip(part["period_start"], part["period_end"], strict=True)]
        rows[label] = dict(zip(spans, part["sign"].astype(int), strict=True))
    return pd.DataFrame.from_dict(rows, orient="index")


def period(start: int, end: int) -> str:
    """Write a period of years."""
    return str(start) if start == end else f"{start}–{end}"


def draw_forecasts(forecasts: pd.DataFrame, *, title: str, caption: str, provenance: str) -> Exhibit:
    """Draw each forecast of `FORECASTS` at its probability, marked by what came of it.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table ``forecasts``.
    title, caption, provenance : str
        See `helpers.exhibits.Exhibit`.
    """
    from helpers.exhibits import BLUE, GREY, ORANGE, VERMILION, Exhibit, canvas, style

    looks = {
        "yes": (BLUE, "o", "came true"),
        "no": (VERMILION, "X", "did not"),
        "partly": (ORANGE, "D", "in part"),
        "open": (GREY, "s", "not decided"),
    }
    chosen = forecasts.set_index("id").loc[list(FORECASTS)]
    with style():
        fig, ax = canvas(height=3.2)
        for y, (_id, row) in enumerate(chosen.iloc[::-1].iterrows()):
            colour, marker, _ = looks[row["resolution"]]
            ax.plot([0, row["probability"]], [y, y], color=colour, linewidth=1)
            ax.plot(row["probability"], y, color=colour, marker=marker, markersize=8)
            ax.annotate(
                f"{row['probability']:.2f}",
                (row["probability"], y),
                (9, 0),
                textcoords="offset points",
                va="center",
            )
        ax.set_yticks(range(len(chosen)), [FORECASTS[i] for i in chosen.index[::-1]])
        ax.set_xlim(0, 1.1)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
        ax.set_xlabel("probability read from the article's wording")
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        for colour, marker, words in looks.values():
            ax.plot([], [], color=colour, marker=marker, markersize=8, linestyle="none", label=words)
        fig.legend(loc="outside upper left", ncols=4, handletextpad=0.2)
    told = "; ".join(
        f"{FORECASTS[i]}: {row['probability']:.2f}, {looks[row['resolution']][2]}" for i, row in chosen.iterrows()
    )
    columns = ["proposition", "hedge_words", "probability", "resolution", "resolution_note"]
    data = chosen[columns].reset_index(drop=True)
    alt = f"Probabilities of {len(chosen)} forecasts. {told}."
    return Exhibit("x3-forecasts", title, fig, alt, data, caption, provenance)


def draw_variants(table: pd.DataFrame, *, title: str, caption: str, provenance: str) -> Exhibit:
    """Draw counted against expected crossings, one line per assumption.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `variants`.
    title, caption, provenance : str
        See `helpers.exhibits.Exhibit`.
    """
    from helpers.exhibits import BLUE, GREY, VERMILION, Exhibit, canvas, style

    with style():
        fig, ax = canvas(height=3.3)
        for y, row in enumerate(table.iloc[::-1].itertuples()):
            ax.plot([row.expected, row.crossed], [y, y], color=GREY, linewidth=1.2, zorder=1)
            ax.scatter(row.expected, y, s=60, marker="|", color=VERMILION, linewidths=2.2, zorder=2)
            ax.scatter(row.crossed, y, s=46, marker="o", color=BLUE, zorder=3)
            end = (max(row.crossed, row.expected), y)
            ax.annotate(f"of {row.quarrels}", end, (9, 0), textcoords="offset points", va="center")
        ax.scatter([], [], s=46, marker="o", color=BLUE, label="quarrels that crossed")
        ax.scatter([], [], s=60, marker="|", color=VERMILION, linewidths=2.2, label="expected by chance")
        ax.set_yticks(range(len(table)), list(table.index[::-1]))
        ax.set_xlim(-0.3, float(table[["crossed", "expected"]].max().max()) + 1.2)
        ax.set_xlabel("quarrels")
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        fig.legend(loc="outside upper left", ncols=2, handletextpad=0.2)
    told = "; ".join(
        f"{row.Index}: {row.crossed} of {row.quarrels}, expected {row.expected:.1f}" for row in table.itertuples()
    )
    alt = f"Crossings counted and expected under {len(table)} assumptions. {told}."
    data = table.round(3).rename_axis("assumption").reset_index()
    return Exhibit("x3-robust", title, fig, alt, data, caption, provenance)


def _waits(table: pd.DataFrame, found: pd.DataFrame) -> list[int]:
    """Count the days from the last act of each quarrel to the next cooperative act on a later day, in any arena."""
    contact = table.loc[table["tone"] == "cooperation", "start"]
    return [int((contact[contact > end].min() - end).days) for end in found["end"] if (contact > end).any()]


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    ties: pd.DataFrame,
    flows: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, claims, forecasts, ties, flows : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    cut = events["start"].max()
    table = pair(events)
    voices = evidence.corroboration(table, sources)
    tellers = ("Iranian", "Turkish", "Western")
    sides = {side: len(evidence.told_by(table, sources, side)) for side in tellers}
    found = quarrels(table)
    tests = variants(events, sources)
    main = tests.iloc[0]
    waits = _waits(table, found)
    money = trade(flows)
    turkish = money[money["agency"] == "TurkStat"]
    turkstat = turkish[turkish["coverage"] == "calendar_year"].set_index("year")
    tens = turkish[turkish["months"] == 10].set_index("year")["billion"]
    irica = money[money["agency"] == "Iran IRICA"].iloc[0]
    flow = flows.set_index("id")["value"]
    signs = triangle(ties)
    chosen = forecasts.set_index("id").loc[list(FORECASTS)]
    decided = chosen[chosen["resolution"].isin(["yes", "no"])]
    theme = claims[claims["theme"] == "turkey-iran"]
    drills = alliance(events).query("type == 'military-exercise'")
    involved = events["source_actor"].eq("TUR") | events["target_actor"].eq("TUR")
    involved |= events["other_actors"].str.contains("TUR")
    day = events.set_index("id")["start"]
    poem, call = day["2020-12-10-tur-irn-statement"], day["2020-12-12-tur-irn-meeting"]
    iraq, dams = day["2021-02-27-irn-tur-statement"], day["2022-05-10-irn-tur-water"]
    summit = day["2022-07-19-irn-tur-summit-statement"]
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
        "crossed": int(main["crossed"]),
        "expected": float(main["expected"]),
        "chance": float(main["probability"] * 100),
        "crossed_30": int(tests.loc["Window of 30 days", "crossed"]),
        "expected_30": float(tests.loc["Window of 30 days", "expected"]),
        "crossed_180": int(tests.loc["Window of 180 days", "crossed"]),
        "expected_180": float(tests.loc["Window of 180 days", "expected"]),
        "crossed_later": int(tests.loc["Acts of the same day left out", "crossed"]),
        "crossed_technical": int(tests.loc["Closure and gas fault as quarrels", "crossed"]),
        "quarrels_technical": int(tests.loc["Closure and gas fault as quarrels", "quarrels"]),
        "quarrels_firm": int(tests.loc["Two or more publishers only", "quarrels"]),
        "quarrels_high": int(tests.loc["High-confidence events only", "quarrels"]),
        "crossed_high": int(tests.loc["High-confidence events only", "crossed"]),
        "least_chance": float(tests["probability"].min() * 100),
        "n_variants": len(tests),
        "n_above": int((tests["crossed"] > tests["expected"]).sum()),
        "most_above": float((tests["crossed"] - tests["expected"]).max()),
        "wait_poem": int((call - poem).days),
        "wait_median": float(np.median(waits)),
        "wait_longest": max(waits),
        "n_wait_longest": waits.count(max(waits)),
        "poem_to_iraq": int((iraq - poem).days),
        "water_to_summit": int((summit - dams).days),
        "trade_2022": float(turkstat.loc[2022, "billion"]),
        "trade_low": float(turkstat["billion"].min()),
        "trade_high": float(turkstat["billion"].max()),
        "trade_rise": float((turkstat.loc[2022, "billion"] / turkstat.loc[2021, "billion"] - 1) * 100),
        "trade_fall": float((1 - turkstat.loc[2023, "billion"] / turkstat.loc[2022, "billion"]) * 100),
        "trade_ten_change": float((tens[2025] / tens[2024] - 1) * 100),
        "n_turkstat": len(turkstat),
        "trade_irica": float(irica["billion"]),
        "trade_ratio": float(irica["billion"] / turkstat.loc[2022, "billion"]),
        "trade_baku_2022": float(flow["trade-aze-tur-turnover-2022-01-azerbaijan-state-cus-2"] / 1000),
        "arms_share": float(flow["arms-share-tur-aze-2011-2020-share-of-azerbaija"]),
        "n_periods": len(signs.columns),
        "n_ally": int((signs.loc["Azerbaijan–Turkey"] > 0).sum()),
        "n_rival_negative": int((signs.loc["Iran–Turkey"] < 0).sum()),
        "whole_period": ", ".join(signs.columns[(signs != 0).all()]),
        "n_drills": len(drills),
        "n_turkey_2026": int((involved & events["start"].ge("2026-01-01")).sum()),
        "n_events_2026": int(events["start"].ge("2026-01-01").sum()),
        "n_decided": len(decided),
        "n_true": int((decided["resolution"] == "yes").sum()),
        "brier": float(((decided["probability"] - (decided["resolution"] == "yes")) ** 2).mean()),
        "n_claims": len(theme),
        "claims_s0": int((theme["article_id"] == "mamedov-2021").sum()),
        "claims_s1": int((theme["article_id"] == "ramani-2021").sum()),
        "claims_s2": int((theme["article_id"] == "mammadov-2024").sum()),
        "claims_s3": int((theme["article_id"] == "anonymous-2021").sum()),
        "claims_s4": int((theme["article_id"] == "avdaliani-2024").sum()),
    }
