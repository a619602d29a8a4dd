"""Figures, selections and drawings of chapter 5, on the Israel factor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from helpers import balance, charts, evidence
from helpers import events as ev
from helpers import reciprocity as rec
from helpers.exhibits import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILION, Exhibit, canvas, style
from helpers.numbers import Value

__all__ = [
    "ACTORS",
    "BARRELS_PER_TON",
    "CIRCLES",
    "DOUBT",
    "PRESENCE",
    "PRESENCE_SIGNS",
    "RECORD",
    "WINDOW",
    "arms_by_year",
    "arms_shares",
    "camps",
    "clashes",
    "draw_answers",
    "draw_clashes",
    "draw_neighbours",
    "iranian_words",
    "neighbour_links",
    "oil_rates",
    "oil_shares",
    "presence",
    "readings",
    "rows_of_pair",
    "splits",
    "steps",
    "values",
    "window_share",
]

#: Days on either side of a clash that the sign test compares, unless told otherwise.
WINDOW = 90

#: First day of the record that the sign test rests on: the month in which the war in Gaza began.
RECORD = "2023-10-01"

#: First day of the record of Israeli–Azerbaijani steps and Iranian answers: the year of the first recall.
ANSWERS_FROM = "2009-01-01"

#: The nine states of the signed network, in the order of the circle.
ACTORS = {
    "AZE": "Azerbaijan",
    "ISR": "Israel",
    "TUR": "Turkey",
    "PAK": "Pakistan",
    "GEO": "Georgia",
    "USA": "United States",
    "RUS": "Russia",
    "ARM": "Armenia",
    "IRN": "Iran",
}

#: The circles of actors whose camps are compared.
CIRCLES: dict[str, dict[str, str]] = {
    "nine states": ACTORS,
    "twelve, with the EU, France, India": {**ACTORS, "EU": "EU", "FRA": "France", "IND": "India"},
}

#: How likely a sign is taken to be one step off, by the kind of evidence it rests on: an assumption.
DOUBT = {"direct": 0.1, "inferred": 0.25}

#: Barrels in a metric ton of crude: a convention of the oil trade, not a datum; it varies by grade.
BARRELS_PER_TON = 7.33

#: What has been said about Israel in Azerbaijan: proposition to the claims on it by article and the words by which a
#: charge is recognised. The first three leave records: there the words are empty.
PRESENCE: dict[str, tuple[dict[str, str], str]] = {
    "Arms deliveries": ({"S4": "S4-40", "S0": "S0-45"}, ""),
    "Oil sales": ({"S4": "S4-39"}, ""),
    "Embassy in Israel": ({}, ""),
    "Intelligence agents": ({"S0": "S0-48"}, r"\bagents\b|operatives"),
    "Use of air bases": ({"S4": "S4-41"}, r"airfield|air ?base"),
    "Presence near the border": (
        {"S0": "S0-15", "S1": "S1-07"},
        r"Israel's presence|Israeli presence|Israelis were active|Israeli activity|nest on|"
        r"(?:use of its|came from Azerbaijani|from its) soil",
    ),
    "Soldiers told to leave": ({"S4": "S4-46"}, r"soldiers were barred"),
    "Drones from or over it": ({}, r"took off from|crossed Azerbaijani airspace|drones entering"),
}

#: How a cell of the presence table is drawn.
PRESENCE_SIGNS = {
    "flat": (BLUE, "!", "flat statement"),
    "hedged": (SKY, "~", "hedged"),
    "reported": (PURPLE, "R", "only reported"),
    "one": (GREY, "1", "publisher"),
    "several": (GREEN, "2+", "publishers"),
    "record": (GREEN, "§", "own record"),
    "denied": (ORANGE, "↔", "alleged, denied"),
    "supported": (GREEN, "✓", "supported"),
    "mixed": (GREY, "±", "mixed"),
    "open": (VERMILION, "?", "open"),
}


# Arms and oil -------------------------------------------------------------------------------------


def _sure(flows: pd.DataFrame, kind: str, measure: str, keep_low: bool = False) -> pd.DataFrame:
    rows = flows[(flows["kind"] == kind) & (flows["measure"] == measure)]
    return rows if keep_low else rows[rows["confidence"] != "low"]


def arms_shares(flows: pd.DataFrame, keep_low: bool = False) -> pd.DataFrame:
    """Tabulate suppliers' shares of Azerbaijan's major-arms imports, one row per SIPRI release of five years.

    Parameters
    ----------
    flows : pandas.DataFrame
        Table ``flows``.
    keep_low : bool
        Keep rows of low confidence; where two rows give the same share, the later row then wins.

    Returns
    -------
    pandas.DataFrame
        Index: the five years; columns ``Israel``, ``Russia``, ``Turkey or Belarus``, ``no share in our rows``.
    """
    rows = _sure(flows, "arms", "share", keep_low)
    first, last = rows["period_start"].dt.year, rows["period_end"].dt.year
    rows = rows[(rows["to_actor"] == "AZE") & ~rows["id"].str.contains("israeli-m") & (last - first == 4)]
    columns = {"ISR": "Israel", "RUS": "Russia", "TUR": "Turkey or Belarus", "BLR": "Turkey or Belarus"}
    table = rows.assign(
        release=first.astype(str) + "–" + last.astype(str), supplier=rows["from_actor"].map(columns)
    ).pivot_table(index="release", columns="supplier", values="value", aggfunc="last")
    table = table.reindex(columns=["Israel", "Russia", "Turkey or Belarus"]).rename_axis(columns=None)
    return table.assign(**{"no share in our rows": 100 - table.sum(axis=1)})


def arms_by_year(flows: pd.DataFrame, first: int = 2005) -> pd.DataFrame:
    """Tabulate SIPRI's trend-indicator values of deliveries to Azerbaijan by year and supplier.

    A year without a row counts as zero: SIPRI then lists no delivery.

    Returns
    -------
    pandas.DataFrame
        Index: every year from `first` to the last in the table; columns ``Israel``, ``Russia``, ``others``.
    """
    rows = flows[(flows["measure"] == "tiv") & (flows["to_actor"] == "AZE")]
    names = rows["from_actor"].map({"ISR": "Israel", "RUS": "Russia"}).fillna("others")
    table = rows.groupby([rows["period_start"].dt.year.rename("year"), names])["value"].sum().unstack(fill_value=0.0)
    table = table.reindex(range(first, int(table.index.max()) + 1), fill_value=0.0)
    return table.reindex(columns=["Israel", "Russia", "others"]).rename_axis(columns=None)


def window_share(by_year: pd.DataFrame, first: int, last: int, supplier: str = "Israel") -> float:
    """Return the share of one supplier in the listed deliveries of a span of years, in per cent.

    Raises
    ------
    ValueError
        If the table lacks a year of the span or lists no delivery in it.
    """
    if not {first, last} <= set(by_year.index):
        raise ValueError(f"no deliveries listed for {first} to {last}")
    part = by_year.loc[first:last]
    total = float(part.to_numpy().sum())
    if total == 0:
        raise ValueError(f"no delivery from {first} to {last}")
    return float(part[supplier].sum()) / total * 100


def oil_rates(flows: pd.DataFrame) -> pd.DataFrame:
    """Bring figures on Azerbaijani oil for Israel to one unit: thousand barrels a day.

    Returns
    -------
    pandas.DataFrame
        Index: period and scope; columns ``export figures`` and ``tanker tracking``. The row for 2024
        implied by the growth that the 2025 row states is computed from it.

    Raises
    ------
    ValueError
        If a daily rate states no growth, so that the year before cannot be implied.
    """
    rows = _sure(flows, "oil", "volume")
    found: list[tuple[str, float, float]] = []
    for row in rows.sort_values(["period_start", "period_end"]).itertuples():
        days = (row.period_end - row.period_start).days + 1
        span = f"{row.period_start:%b}–{row.period_end:%b %Y}".replace(f"{row.period_end:%b}–{row.period_end:%b}", "")
        when = f"{row.period_start:%Y}" if row.coverage == "calendar_year" else span or f"{row.period_start:%b %Y}"
        if row.period_start.month == row.period_end.month:
            when = f"{row.period_start:%b %Y}"
        if row.unit in ("thousand tons", "thousand tonnes"):
            scope = ", SOCAR only" if "SOCAR" in row.segment else ", lower bound" if "more than" in row.note else ""
            scope = ", with products" if "product" in row.segment else scope
            found.append((when + scope, row.value * BARRELS_PER_TON / days, np.nan))
        else:
            stated = re.search(r"plus (\d+(?:\.\d+)?) %", row.summary)
            if stated is None:
                raise ValueError(f"flows {row.id}: the summary states no growth, so the year before cannot be implied")
            found.append((f"{row.period_start.year - 1}, implied", np.nan, row.value / (1 + float(stated[1]) / 100)))
            found.append((when, np.nan, row.value))
    return pd.DataFrame(found, columns=["period", "export figures", "tanker tracking"]).set_index("period")


def oil_shares(flows: pd.DataFrame, keep_low: bool = False) -> pd.DataFrame:
    """Keep the rows that give Azerbaijan's own share of Israel's oil (not Kazakhstan's with it)."""
    rows = _sure(flows, "oil", "share", keep_low)
    return rows[rows["from_actor"] == "AZE"]


# Steps, answers, presence -------------------------------------------------------------------------


def _concern(events: pd.DataFrame, *actors: str) -> pd.DataFrame:
    """Keep the events that name all these actors, whether as source, target or otherwise."""
    named = zip(events["source_actor"], events["target_actor"], events["other_actors"], strict=True)
    return events[[set(actors) <= {a, b, *others.split(";")} for a, b, others in named]]


def steps(events: pd.DataFrame, first: str = ANSWERS_FROM) -> pd.DataFrame:
    """Keep the cooperative acts between Israel and Azerbaijan: scored events of CAMEO roots 03 to 06."""
    pair = ev.between(events, "AZE", "ISR")
    roots = pair["cameo"].str[:2].isin(["03", "04", "05", "06"])
    return pair[pair["scored"] & roots & (pair["confidence"] != "low") & (pair["start"] >= pd.Timestamp(first))]


def iranian_words(events: pd.DataFrame, first: str = ANSWERS_FROM, last: str = "9999") -> pd.DataFrame:
    """Keep what Iran's officials said or did short of force to Azerbaijan or Israel where both are concerned.

    Scored events of government, army or parliament, of CAMEO roots 01 to 13 or 16 (a recall), not of low confidence.
    """
    rows = _concern(events, "AZE", "ISR")
    rows = rows[(rows["source_actor"] == "IRN") & rows["target_actor"].isin(["AZE", "ISR"]) & rows["scored"]]
    official = rows["source_role"].isin(["GOV", "MIL", "LEG"]) & (rows["confidence"] != "low")
    root = rows["cameo"].str[:2].astype(int)
    within = (rows["start"] >= pd.Timestamp(first)) & (rows["start"].dt.strftime("%Y-%m-%d") <= last)
    return rows[official & ((root <= 13) | (root == 16)) & within]


def presence(
    claims: pd.DataFrame, events: pd.DataFrame, flows: pd.DataFrame, sources: pd.DataFrame, days: int = 14
) -> pd.DataFrame:
    """Tabulate what has been said about Israel in Azerbaijan, how firmly, and on what it rests.

    A charge is an event that concerns both, does not come from Azerbaijan and has the words of the proposition. It is
    denied if Azerbaijan denies or rejects something (CAMEO 016, 120) on which both are concerned within `days`, or if
    its own summary tells of the denial.

    Returns
    -------
    pandas.DataFrame
        Index: proposition of `PRESENCE`; columns: the wording of the articles that speak of it, number of publishers
        of the charge and of the denial (the best-reported event counts), ``evidence``: ``record`` (statistics or an
        act of both states), ``denied`` (a named official charges, Azerbaijan denies) or ``reported``; ``verdict`` on
        the first claim. Cells are keys of `PRESENCE_SIGNS` or empty.
    """
    by_claim = claims.set_index("id")
    voices = evidence.corroboration(events, sources)["publishers"]
    both = _concern(events, "AZE", "ISR")
    said = both[both["source_actor"] != "AZE"]
    denials = both[(both["source_actor"] == "AZE") & both["cameo"].isin(["016", "120"])]
    records = {
        "Arms deliveries": len(_from_to(_sure(flows, "arms", "tiv"), "ISR", "AZE")),
        "Oil sales": len(_from_to(_sure(flows, "oil", "volume"), "AZE", "ISR")),
        "Embassy in Israel": len(_from_to(events[events["cameo"] == "050"], "AZE", "ISR", "source_actor")),
    }

    def voiced(ids: Sequence[str]) -> str:
        return "" if not len(ids) else "several" if voices.loc[list(ids)].max() >= 2 else "one"

    rows = {}
    for name, (told, words) in PRESENCE.items():
        charges = said[said["summary"].str.contains(words) & (said["cameo"].str[:2] != "04")] if words else said[:0]
        answers = rec.follow_ups(charges, denials, days)["answers"]
        own = charges.loc[charges["summary"].str.contains(r"; .*denied"), "id"]
        denied = [*{i for ids in answers for i in ids.split(";") if i}, *own]
        named = (charges["source_actor"] == "IRN") & (charges["confidence"] == "high")
        rows[name] = {
            **{a: by_claim.loc[told[a], "hedge"] if a in told else "" for a in ("S0", "S1", "S4")},
            "charge": voiced(charges["id"]),
            "denial": voiced(denied),
            "evidence": "record" if records.get(name) else "denied" if named.any() and denied else "reported",
            "verdict": by_claim.loc[next(iter(told.values())), "verdict"] if told else "",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _from_to(rows: pd.DataFrame, one: str, other: str, source: str = "from_actor") -> pd.DataFrame:
    target = "target_actor" if source == "source_actor" else "to_actor"
    return rows[(rows[source] == one) & (rows[target] == other)]


# Clashes and the sign test ------------------------------------------------------------------------


def clashes(events: pd.DataFrame, first: str = RECORD, apart: int = 30) -> pd.DataFrame:
    """List the Israeli–Iranian clashes: attacks (CAMEO roots 18 to 20) that name both, or by the United States on Iran.

    Parameters
    ----------
    events : pandas.DataFrame
        Table ``events``.
    first : str
        First day.
    apart : int
        Attacks that follow one another within so many days are one clash, which begins with the first.

    Returns
    -------
    pandas.DataFrame
        ``clash`` (label: month and year), ``start``, ``event`` (id of the first attack), ``attacks`` (their number).
    """
    hits = events[(events["type"] == "attack") & events["cameo"].str[:2].isin(["18", "19", "20"])]
    hits = _concern(hits, "IRN", "ISR")
    by = hits["source_actor"].isin(["ISR", "IRN", "USA"]) & hits["target_actor"].isin(["ISR", "IRN"])
    hits = hits[by & (hits["start"] >= pd.Timestamp(first)) & (hits["precision"] == "day")].sort_values("start")
    new = (hits["start"].diff().dt.days.fillna(apart + 1) > apart).cumsum()
    grouped = hits.groupby(new)
    table = grouped.agg(start=("start", "first"), event=("id", "first"), attacks=("id", "size")).reset_index(drop=True)
    table.insert(0, "clash", table["start"].dt.strftime("%B %Y"))
    return table


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

    Parameters
    ----------
    events, sources, cameo : pandas.DataFrame
        Tables of that name.
    rule : {"day", "month", "no condolences", "no israel", "backed"}
        Events dated to the day; those dated to a month too; or a part of the first.
    by : {"goldstein", "tone"}
        Read the Goldstein value of the code, or the coder's tone (-1, 0, 1).
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
    """Read the sign test: does the tone fall (``apart``, as S2 has it) or rise (``together``, S4) after each clash?

    Parameters
    ----------
    scored : pandas.DataFrame
        Result of `rows_of_pair`.
    shocks : pandas.DataFrame
        Result of `clashes`.
    end : pandas.Timestamp
        Last day of the record; it begins with `RECORD`.
    days, skip : int
        See `helpers.reciprocity.before_after`.

    Returns
    -------
    pandas.DataFrame
        Result of `before_after` with ``clash`` and ``direction``; ``.attrs`` kept.
    """
    found = rec.before_after(scored, shocks["start"], days, skip, RECORD, end)
    words = np.sign(found["change"].round(9)).map({-1.0: "apart", 1.0: "together", 0.0: "level"}).fillna("no reading")
    table = found.assign(direction=words)
    table.insert(0, "clash", shocks["clash"].to_numpy())
    table.attrs = found.attrs
    return table


def splits(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, shocks: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Repeat `readings` under other windows, rows and measures; setting to result."""
    end = events["start"].max()
    plain = rows_of_pair(events, sources, cameo)
    found = {f"{days} days": readings(plain, shocks, end, days) for days in (15, 30, 60, WINDOW, 120)}
    found[f"days {WINDOW + 1} to {2 * WINDOW}"] = readings(plain, shocks, end, skip=WINDOW)
    for words, rule in {**dict(list(ROWS.items())[1:]), "with events dated to a month": "month"}.items():
        found[f"{WINDOW} days, {words}"] = readings(rows_of_pair(events, sources, cameo, rule), shocks, end)
    toned = rows_of_pair(events, sources, cameo, by="tone")
    return {**found, f"{WINDOW} days, tone as coded": readings(toned, shocks, end)}


def neighbour_links(scores: pd.DataFrame, last: str = "9999-12", changes: bool = True) -> pd.DataFrame:
    """Correlate Iran's machine-coded tone toward four neighbours with that between Iran and Israel.

    Month by month. Only months of which every day is in the source count, and only changes between two such months
    in a row.

    Parameters
    ----------
    scores : pandas.DataFrame
        Table ``machine_scores``.
    last : str
        Last month.
    changes : bool
        Correlate changes from one month to the next rather than levels.

    Returns
    -------
    pandas.DataFrame
        Index: neighbour; ``rank correlation``, ``low`` and ``high`` (approximate 95 per cent interval), ``months``.
        Positive: when Iran and Israel clash, Iran's tone toward the neighbour falls too.
    """
    whole = scores[(scores["days_present"] == scores["days_in_month"]) & (scores["month"] <= last)]
    names = whole["actor_a"] + "-" + whole["actor_b"]
    wide = whole.assign(pair=names).pivot(index="month", columns="pair", values="score").astype(float)
    wide = wide.reindex(pd.period_range(wide.index.min(), wide.index.max(), freq="M").astype(str))
    wide = wide.diff() if changes else wide
    rows = {}
    pairs = {"Azerbaijan": "AZE-IRN", "Armenia": "ARM-IRN", "Turkey": "IRN-TUR", "Russia": "IRN-RUS"}
    for label, pair in pairs.items():
        both = wide[[pair, "IRN-ISR"]].dropna()
        rho = float(both.rank().corr().iloc[0, 1])
        # Standard error of Fisher's z for a rank correlation (Bonett and Wright 2000).
        half = 1.96 * np.sqrt((1 + rho**2 / 2) / (len(both) - 3))
        low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
        rows[label] = {"rank correlation": rho, "low": float(low), "high": float(high), "months": len(both)}
    return pd.DataFrame.from_dict(rows, orient="index")


# Signed network -----------------------------------------------------------------------------------


def _share(partitions: Sequence[tuple[set[Any], set[Any]]], a: str, b: str) -> float:
    return float(np.mean([(a in first) == (b in first) for first, _ in partitions]))


def camps(ties: pd.DataFrame, actors: Mapping[str, str] = ACTORS, draws: int = 999, seed: int = 5) -> pd.DataFrame:
    """Say for each period how balanced the network is and with whom Azerbaijan falls into one camp.

    Parameters
    ----------
    ties : pandas.DataFrame
        Table ``ties``.
    actors : mapping
        Actor code to name.
    draws, seed : int
        Of the shuffled networks (`helpers.balance.against_chance`) and of the drawn signs (`helpers.balance.sampled`,
        with the odds of `DOUBT`).

    Returns
    -------
    pandas.DataFrame
        Index: period; ``observed`` (frustration index), ``low``, ``high`` and ``p`` of shuffled signs; ``drawn_low``
        and ``drawn_high`` (5th and 95th percentile with doubtful signs drawn); ``with_iran`` and ``with_israel``
        (share of the best splits of the drawn networks that put Azerbaijan into one camp with either); ``best_iran``
        and ``best_direct`` (share of the best splits of the network as coded, and on direct evidence, that put it
        with Iran); ``movable`` (inferred ties of which some other sign would change the index).
    """
    rows = {}
    for label, year in balance.periods(ties).items():
        graph = balance.signed_graph(ties, year, actors=actors)
        chance = balance.against_chance(graph, draws, seed).loc["frustration index"]
        drawn = balance.sampled(graph, DOUBT, draws, seed)
        tried = balance.sensitivity(graph)
        direct = balance.signed_graph(ties, year, "direct", actors=actors)
        rows[label] = {
            **chance[["observed", "low", "high", "p"]].to_dict(),
            "drawn_low": float(np.quantile(drawn.index, 0.05)),
            "drawn_high": float(np.quantile(drawn.index, 0.95)),
            "with_iran": float(drawn.camps.loc["AZE", "IRN"]),
            "with_israel": float(drawn.camps.loc["AZE", "ISR"]),
            "best_iran": _share(balance.optimal_partitions(graph), "AZE", "IRN"),
            "best_direct": _share(balance.optimal_partitions(direct), "AZE", "IRN"),
            "movable": int(tried[tried["index_change"] != 0].groupby(["a", "b"]).ngroups),
            "inferred": int(tried.groupby(["a", "b"]).ngroups),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def draw_web(ties: pd.DataFrame, year: int, level: Any, circle: str) -> Exhibit:
    """Draw one frame of the network explorer: the ties, one best split, and what all best splits say."""
    actors = CIRCLES[circle]
    graph: nx.Graph = balance.signed_graph(ties, year, level, actors=actors)
    closed, found = balance.triads(graph), balance.optimal_partitions(graph)
    index, (first, _) = balance.frustration_index(graph)
    share = _share(found, "AZE", "IRN")
    whose = "with Iran" if share == 1 else "not with Iran" if share == 0 else f"with Iran in {share:.0%} of best splits"
    title = (
        f"{(~closed['balanced']).sum()} of {len(closed)} triangles strained; frustration {index} of "
        f"{graph.number_of_edges()} ties; Azerbaijan {whose}"
    )
    part = ties[(ties["period_start"] == year) & ((level == "all") | (ties["evidence"] == "direct"))]
    return charts.network(part, actors, id="x5-web-frame", title=title, camp=first)


# Drawings -----------------------------------------------------------------------------------------


def draw_answers(
    events: pd.DataFrame, sources: pd.DataFrame, shocks: pd.DataFrame, days: int = 30, **words: str
) -> Exhibit:
    """Draw Israeli–Azerbaijani steps, answered or not, above Iranian words and Israeli–Iranian clashes.

    What is dated to a month stands in its middle.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name.
    shocks : pandas.DataFrame
        Result of `clashes`.
    days : int
        Within which Iran answers.
    **words
        ``id``, ``title``, ``caption`` and ``provenance`` of the exhibit.
    """
    lanes = {"met": "steps: Iran\nanswered", "unmet": "steps: no\nanswer", "words": "Iran's words", "clash": "clashes"}
    said = iranian_words(events)
    acts = rec.follow_ups(steps(events), said, days)
    frame = pd.concat(
        [
            acts.assign(source_actor=np.where(acts["answers"] != "", "met", "unmet")),
            said.assign(source_actor="words"),
            events[events["id"].isin(shocks["event"])].assign(source_actor="clash"),
        ]
    )
    when = [
        evidence.date_label(a, b, p) for a, b, p in zip(frame["start"], frame["end"], frame["precision"], strict=True)
    ]
    middle = frame["start"] + (frame["end"] - frame["start"]) / 2
    moved = frame["start"].where(frame["precision"] == "day", middle.dt.normalize())
    frame = frame.assign(when=when, start=moved, end=moved, precision="day").sort_values("start")
    span = (f"{frame['start'].min():%Y}-01-01", f"{events['start'].max() + pd.Timedelta(days=60):%Y-%m-%d}")
    return charts.timeline(frame, sources, lanes=lanes, span=span, apart=110, **words)  # type: ignore[arg-type]


def draw_clashes(found: pd.DataFrame, *, id: str, title: str, caption: str = "", provenance: str = "") -> Exhibit:  # noqa: A002
    """Draw the mean tone before (hollow) and after (filled) each clash, with numbers of events.

    Parameters
    ----------
    found : pandas.DataFrame
        Result of `readings`.
    """
    heights = np.arange(len(found))[::-1]
    with style():
        fig, ax = canvas(height=1.1 + 0.42 * len(found))
        ax.axvline(0, color=INK, linewidth=0.8)
        for y, row in zip(heights, found.itertuples(), strict=True):
            if row.direction != "no reading":
                down = row.direction == "apart"
                look = {"arrowstyle": "->", "color": VERMILION if down else BLUE, "shrinkA": 5, "shrinkB": 5}
                look |= {"linewidth": 1.6, "linestyle": "--" if down else "-"}
                ax.annotate("", (row.after, y), (row.before, y), arrowprops=look)
            odds = "" if pd.isna(row.chance) else f"{row.chance:.0%}"
            for x, words in ((7.2, f"{row.n_before} → {row.n_after}"), (10.2, row.direction), (12.6, odds)):
                ax.text(x, y, words, ha="right", va="center", fontsize=9)
        ax.scatter(found["before"], heights, s=52, facecolors="none", edgecolors=INK, linewidths=1.3, label="before")
        ax.scatter(found["after"], heights, s=52, color=INK, zorder=3, label="after")
        for x, words in ((7.2, "events"), (10.2, "reading"), (12.6, "chance")):
            ax.text(x, len(found) - 0.45, words, ha="right", va="bottom", fontsize=8.5)
        ax.set_yticks(heights, found["clash"])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_ylim(-0.6, len(found) - 0.1)
        ax.set_xlim(-6.5, 12.7)
        ax.set_xticks([-5, 0, 5])
        ax.set_xlabel("mean Goldstein value of acts between Azerbaijan and Iran")
        fig.legend(loc="outside upper left", ncols=2, handletextpad=0.2)
    told = "; ".join(
        f"{r.clash}: {_plus(r.before)} before ({r.n_before} events), {_plus(r.after)} after ({r.n_after}), "
        f"{r.direction}{'' if pd.isna(r.chance) else f', as low on {r.chance:.0%} of ordinary days'}"
        for r in found.itertuples()
    )
    return Exhibit(id, title, fig, f"Mean tone before and after each clash. {told}.", found, caption, provenance)


def _plus(value: float) -> str:
    return "none" if pd.isna(value) else f"{value:+.1f}"


def draw_neighbours(
    links: Mapping[str, pd.DataFrame],
    *,
    id: str,  # noqa: A002
    title: str,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw rank correlations with intervals, one row per neighbour and one mark per entry of `links` (at most three).

    Parameters
    ----------
    links : mapping of str to pandas.DataFrame
        Label to result of `neighbour_links`.
    """
    names = list(next(iter(links.values())).index)
    at = np.arange(len(names))[::-1]
    with style():
        fig, ax = canvas(height=1.1 + 0.6 * len(names))
        ax.axvline(0, color=INK, linewidth=0.8)
        looks = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"))
        for step, ((label, table), (colour, marker)) in enumerate(zip(links.items(), looks, strict=False)):
            y = at + 0.25 - 0.25 * step
            ax.hlines(y, table["low"], table["high"], color=colour, linewidth=1.4)
            ax.scatter(table["rank correlation"], y, s=44, color=colour, marker=marker, zorder=3, label=label)
        ax.set_yticks(at, [f"Iran–{n}" for n in names])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_xlim(-0.75, 0.75)
        ax.set_xlabel("together (S4)  ←  rank correlation with Iran–Israel  →  apart (S2)")
        fig.legend(loc="outside upper left", ncols=3, handletextpad=0.2)
    data = pd.concat(dict(links), names=["reading", "neighbour"]).reset_index()
    told = "; ".join(
        f"{r['reading']}, Iran–{r['neighbour']} {r['rank correlation']:+.2f} ({r['low']:+.2f} to {r['high']:+.2f})"
        for _, r in data.iterrows()
    )
    return Exhibit(id, title, fig, f"Rank correlations with intervals. {told}.", data, caption, provenance)


# Figures for the prose ----------------------------------------------------------------------------


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    flows: pd.DataFrame,
    ties: pd.DataFrame,
    machine_scores: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, flows, ties, machine_scores : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    israel = claims[claims["theme"] == "israel"]["verdict"]
    return {
        "data_to": evidence.date_label(events["start"].max()),
        "n_israel_claims": len(israel),
        "claims_open": int((israel == "open").sum()),
        "claims_not_checkable": int((israel == "not_checkable").sum()),
        **_trade_values(flows),
        **_answer_values(events),
        **_clash_values(events, sources, cameo),
        **_neighbour_values(machine_scores),
        **_network_values(ties),
    }


def _trade_values(flows: pd.DataFrame) -> dict[str, Value]:
    shares, by_year, rates = arms_shares(flows), arms_by_year(flows), oil_rates(flows)
    by_id = flows.set_index("id")["value"]
    low = flows[flows["kind"].isin(["arms", "oil"]) & (flows["confidence"] == "low")]["kind"]
    own = oil_shares(flows, keep_low=True)
    forty = own[own["value"] == 40]
    # Tons by customs: the whole of 2024 and its first month.
    year, january = (
        by_id["oil-volume-aze-isr-2024-crude-exports-to-isr"],
        by_id["oil-volume-aze-isr-2024-crude-exports-to-i"],
    )
    implied = float(rates.filter(like="implied", axis=0)["tanker tracking"].iloc[0])
    return {
        "isr_peak": float(shares["Israel"].max()),
        "isr_peak_years": str(shares["Israel"].idxmax()),
        "isr_1418": float(shares.loc["2014–2018", "Israel"]),
        "isr_last": float(shares["Israel"].iloc[-1]),
        "isr_last_years": str(shares.index[-1]),
        "rus_first": float(shares["Russia"].iloc[0]),
        "rus_first_years": str(shares.index[0]),
        "recomputed_1418": window_share(by_year, 2014, 2018),
        "recomputed_1620": window_share(by_year, 2016, 2020),
        "recomputed_1014": window_share(by_year, 2010, 2014),
        "misprint": float(by_id["arms-share-isr-aze-2016-2020-share-of-azerbaija-2"]),
        "export_share": float(by_id["arms-share-isr-aze-2014-2018-share-of-israeli-m"]),
        "tiv_isr_peak_year": int(by_year["Israel"].idxmax()),
        "tiv_isr_2020": float(by_year.loc[2020, "Israel"]),
        "tiv_rus_peak_year": int(by_year["Russia"].idxmax()),
        "n_low_flows": len(low),
        "n_low_arms": int((low == "arms").sum()),
        "n_low_oil": int((low == "oil").sum()),
        "n_forty": len(forty),
        "n_forty_low": int((forty["confidence"] == "low").sum()),
        "forty": 40,
        "share_rebuttal": float(by_id["oil-share-of-demand-aze-isr-2023-share-of-israeli-oil"]),
        "share_2025": float(oil_shares(flows)["value"].iloc[-1]),
        "rate_2020": float(rates.loc["Jan–Jun 2020", "export figures"]),
        "rate_customs_2024": float(rates.loc["2024", "export figures"].dropna().iloc[0])
        if isinstance(rates.loc["2024", "export figures"], pd.Series)
        else float(rates.loc["2024", "export figures"]),
        "rate_implied_2024": implied,
        "january_share": float(january / year * 100),
    }


def _answer_values(events: pd.DataFrame) -> dict[str, Value]:
    acts, words = steps(events), iranian_words(events)
    found = rec.follow_ups(acts, words, 30)
    around = rec.follow_ups(acts.assign(start=acts["start"] - pd.Timedelta(days=30)), words, 30)
    days = [rows[rows["precision"] == "day"] for rows in (acts, words)]
    chance = rec.followed(days[0], days[1], 30, ANSWERS_FROM, events["start"].max(), same_day=True)
    return {
        "n_steps": len(acts),
        "n_steps_day": int(chance["acts"]),
        "n_answered": int((found["answers"] != "").sum()),
        "n_answered_90": int((rec.follow_ups(acts, words, WINDOW)["answers"] != "").sum()),
        "n_around": int((around["answers"] != "").sum()),
        "n_answered_day": int(chance["followed"]),
        "answered_expected": float(chance["expected"]),
        "answered_low": int(chance["low"]),
        "answered_high": int(chance["high"]),
        "answered_p": float(chance["p"]),
        "n_words": len(words),
        "n_words_2021": len(iranian_words(events, "2021-08-01", "2021-12-31")),
    }


def _clash_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    shocks, end = clashes(events), events["start"].max()
    found = splits(events, sources, cameo, shocks)
    main, later = found[f"{WINDOW} days"], found[f"days {WINDOW + 1} to {2 * WINDOW}"]
    apart = {k: int(t["direction"].eq("apart").sum()) for k, t in found.items()}
    plain = rows_of_pair(events, sources, cameo)
    named = plain[plain["id"].isin(_concern(plain, "ISR")["id"])]
    wars = shocks[shocks["attacks"].ge(1) & shocks["start"].ge("2025-01-01")]["start"]
    windows = [int(named["start"].between(d, d + pd.Timedelta(days=WINDOW)).sum()) for d in shocks["start"]]
    month, record = shocks.assign(start=shocks["start"]), (RECORD, end)
    blows = {
        k: rec.followed(month, plain[plain["goldstein"] * s > 0], 14, *record) for k, s in (("bad", -1), ("good", 1))
    }
    isfahan = events.set_index("id").loc["2023-01-28-unk-irn-attack", "start"]
    long = rec.before_after(plain, [isfahan], WINDOW, start="2022-01-01", end=end)
    each = clashes(events, apart=0)
    return {
        "window": WINDOW,
        "n_clashes": len(shocks),
        "n_attacks": int(shocks["attacks"].sum()),
        "n_apart": apart[f"{WINDOW} days"],
        "n_together": int(main["direction"].eq("together").sum()),
        "n_tested": int(main["chance"].notna().sum()),
        "falls": int(main.attrs["falls"]),
        "expected": float(main.attrs["expected"]),
        "p": float(main.attrs["p"]),
        "p_low": float(min(t.attrs["p"] for t in found.values())),
        "p_high": float(max(t.attrs["p"] for t in found.values())),
        "n_settings": len(found),
        "n_apart_min": min(apart.values()),
        "n_apart_max": max(apart.values()),
        "n_apart_tone": apart[f"{WINDOW} days, tone as coded"],
        "p_tone": float(found[f"{WINDOW} days, tone as coded"].attrs["p"]),
        "n_war_settings": sum(
            bool(t.loc[t["date"].isin(wars), "direction"].isin(["apart", "no reading"]).all()) for t in found.values()
        ),
        "n_later": int(later["change"].notna().sum()),
        "n_later_apart": int(later["direction"].eq("apart").sum()),
        "p_later": float(later.attrs["p"]),
        "jul24_n_after": int(main["n_after"].iloc[1]),
        "jun25_change": float(main["change"].iloc[-2]),
        "jun25_chance": float(main["chance"].iloc[-2]) * 100,
        "feb26_change": float(main["change"].iloc[-1]),
        "feb26_n_after": int(main["n_after"].iloc[-1]),
        "named_before": int(sum(windows[:-2])),
        "named_jun25": windows[-2],
        "named_feb26": windows[-1],
        "bad_followed": int(blows["bad"]["followed"]),
        "bad_acts": int(blows["bad"]["acts"]),
        "bad_expected": float(blows["bad"]["expected"]),
        "bad_p": float(blows["bad"]["p"]),
        "good_followed": int(blows["good"]["followed"]),
        "good_expected": float(blows["good"]["expected"]),
        "isfahan_change": float(long["change"].iloc[0]),
        "n_each": len(each),
        "n_each_apart": int(readings(plain, each, end)["direction"].eq("apart").sum()),
        "days_after_last": int((end - shocks["start"].iloc[-1]).days),
    }


def _neighbour_values(scores: pd.DataFrame) -> dict[str, Value]:
    changes = neighbour_links(scores)
    here = changes.loc["Azerbaijan"]
    return {
        "rho_aze": float(here["rank correlation"]),
        "rho_aze_low": float(here["low"]),
        "rho_aze_high": float(here["high"]),
        "rho_months": int(here["months"]),
        "rho_tur": float(changes.loc["Turkey", "rank correlation"]),
        "scores_to": pd.Period(scores["month"].max(), "M").strftime("%B %Y"),
    }


def _network_values(ties: pd.DataFrame) -> dict[str, Value]:
    shape = balance.trio(ties, ["AZE", "IRN", "ISR"])
    inside = ties[ties["actor_a"].isin(ACTORS) & ties["actor_b"].isin(ACTORS)]
    nine, twelve = (camps(ties, actors) for actors in CIRCLES.values())
    found: dict[str, Value] = {
        "n_actors": len(ACTORS),
        "n_periods": shape.shape[1],
        "share_inferred": float((inside["evidence"] == "inferred").mean() * 100),
        "doubt_direct": DOUBT["direct"] * 100,
        "doubt_inferred": DOUBT["inferred"] * 100,
        "p_nine_low": float(nine["p"].min()),
        "p_nine_high": float(nine["p"].max()),
        "n_twelve_beyond": int((twelve["p"] <= 0.05).sum()),
        "n_circle_agrees": int((nine["best_iran"].round() == twelve["best_iran"].round()).sum()),
        "movable_2024": int(nine.loc["2024", "movable"]),
        "inferred_2024": int(nine.loc["2024", "inferred"]),
    }
    for label, year in {"2013–2019": 2013, "2021": 2021, "2024": 2024, "2025": 2025}.items():
        row = nine.loc[label]
        graph = balance.signed_graph(ties, year, actors=ACTORS)
        turned = balance.flips(graph)
        own = turned[[{a, b} == {"AZE", "IRN"} for a, b in zip(turned["a"], turned["b"], strict=True)]]
        found |= {
            f"frustration_{year}": int(row["observed"]),
            f"drawn_low_{year}": int(row["drawn_low"]),
            f"drawn_high_{year}": int(row["drawn_high"]),
            f"with_iran_{year}": float(row["with_iran"] * 100),
            f"with_israel_{year}": float(row["with_israel"] * 100),
        }
        if len(own):
            found[f"frustration_{year}_flipped"] = int(own["index"].iloc[0])
    spans = ties[ties["period_start"] == 2013].iloc[0]
    found["years_unbalanced"] = int(spans["period_end"] - spans["period_start"] + 1)
    return found
