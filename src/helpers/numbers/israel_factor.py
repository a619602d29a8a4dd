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
    "CIRCLES",
    "PRESENCE_SIGNS",
    "ROWS",
    "WINDOWS",
    "arms_by_year",
    "arms_shares",
    "camps",
    "clashes",
    "draw_answers",
    "draw_clashes",
    "draw_web",
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

_NINE = ("Azerbaijan", "Israel", "Turkey", "Pakistan", "Georgia", "United States", "Russia", "Armenia", "Iran")

#: The nine states of the signed network, in the order of the circle.
ACTORS = dict(zip(["AZE", "ISR", "TUR", "PAK", "GEO", "USA", "RUS", "ARM", "IRN"], _NINE, strict=True))

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

    With `keep_low`, of two rows that give the same share the later one wins.
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
    """Tabulate SIPRI's values of deliveries to Azerbaijan by year: ``Israel``, ``Russia``, ``others``.

    A year without a row counts as zero: SIPRI then lists no delivery.
    """
    rows = flows[(flows["measure"] == "tiv") & (flows["to_actor"] == "AZE")]
    names = rows["from_actor"].map({"ISR": "Israel", "RUS": "Russia"}).fillna("others")
    table = rows.groupby([rows["period_start"].dt.year.rename("year"), names])["value"].sum().unstack(fill_value=0.0)
    table = table.reindex(range(first, int(table.index.max()) + 1), fill_value=0.0)
    return table.reindex(columns=["Israel", "Russia", "others"]).rename_axis(columns=None)


def window_share(by_year: pd.DataFrame, first: int, last: int, supplier: str = "Israel") -> float:
    """Return the share of one supplier in the listed deliveries of a span of years, in per cent.

    Raises a `ValueError` if the table lacks a year of the span or lists no delivery in it.
    """
    if not {first, last} <= set(by_year.index):
        raise ValueError(f"no deliveries listed for {first} to {last}")
    part = by_year.loc[first:last]
    total = float(part.to_numpy().sum())
    if total == 0:
        raise ValueError(f"no delivery from {first} to {last}")
    return float(part[supplier].sum()) / total * 100


def oil_rates(flows: pd.DataFrame) -> pd.DataFrame:
    """Bring figures on Azerbaijani oil for Israel to one unit: thousand barrels a day, by period and scope.

    The row for 2024 implied by the growth that the 2025 row states is computed from it; a daily rate that states no
    growth raises a `ValueError`.
    """
    rows = _sure(flows, "oil", "volume")
    found: list[tuple[str, float, float]] = []
    for row in rows.sort_values(["period_start", "period_end"]).itertuples():
        days = (row.period_end - row.period_start).days + 1
        when = (
            f"{row.period_start:%Y}" if row.coverage == "calendar_year" else _months(row.period_start, row.period_end)
        )
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


def _months(start: pd.Timestamp, end: pd.Timestamp) -> str:
    return f"{start:%b %Y}" if start.month == end.month else f"{start:%b}–{end:%b %Y}"


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
    arms, oil = _sure(flows, "arms", "tiv"), _sure(flows, "oil", "volume")
    opened = ev.between(events, "AZE", "ISR", directed=True).query("cameo == '050'")["summary"]
    records = {
        "Arms deliveries": (arms["from_actor"].eq("ISR") & arms["to_actor"].eq("AZE")).any(),
        "Oil sales": (oil["from_actor"].eq("AZE") & oil["to_actor"].eq("ISR")).any(),
        "Embassy in Israel": opened.str.contains("embassy").any(),
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


# Clashes and the sign test ------------------------------------------------------------------------


def clashes(events: pd.DataFrame, first: str = RECORD, apart: int = 30) -> pd.DataFrame:
    """List the Israeli–Iranian clashes: attacks (CAMEO roots 18 to 20) that name both, or by the United States on Iran.

    Attacks that follow one another within `apart` days are one clash, which begins with the first.

    Columns: ``clash`` (label), ``start``, ``event`` (id of the first attack), ``attacks`` (their number), ``war``
    (whether the United States attacked too).
    """
    hits = events[(events["type"] == "attack") & events["cameo"].str[:2].isin(["18", "19", "20"])]
    hits = _concern(hits, "IRN", "ISR")
    by = hits["source_actor"].isin(["ISR", "IRN", "USA"]) & hits["target_actor"].isin(["ISR", "IRN"])
    hits = hits[by & (hits["start"] >= pd.Timestamp(first)) & (hits["precision"] == "day")].sort_values("start")
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


def neighbour_links(scores: pd.DataFrame) -> pd.DataFrame:
    """Correlate changes of Iran's machine-coded tone toward four neighbours with those between Iran and Israel.

    Only months of which every day is in the source count, and only changes between two such months in a row.

    By neighbour: ``rank correlation``, ``low`` and ``high`` (approximate 95 per cent interval), ``months``. Positive:
    when Iran and Israel clash, Iran's tone toward the neighbour falls too.
    """
    whole = scores[scores["days_present"] == scores["days_in_month"]]
    names = whole["actor_a"] + "-" + whole["actor_b"]
    wide = whole.assign(pair=names).pivot(index="month", columns="pair", values="score").astype(float)
    changes = wide.reindex(pd.period_range(wide.index.min(), wide.index.max(), freq="M").astype(str)).diff()
    rows = {}
    pairs = {"Azerbaijan": "AZE-IRN", "Armenia": "ARM-IRN", "Turkey": "IRN-TUR", "Russia": "IRN-RUS"}
    for label, pair in pairs.items():
        both = changes[[pair, "IRN-ISR"]].dropna()
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

    `draws` and `seed` are those of the shuffled networks (`helpers.balance.against_chance`) and of the drawn signs
    (`helpers.balance.sampled`, with the odds of `DOUBT`).

    Returns
    -------
    pandas.DataFrame
        Index: period; ``observed`` (frustration index) and its ``p`` against shuffled signs; ``drawn_low`` and
        ``drawn_high`` (5th and 95th percentile with doubtful signs drawn); ``with_iran`` and ``with_israel`` (share
        of the best splits of the drawn networks that put Azerbaijan into one camp with either); ``best_iran`` and
        ``best_direct`` (share of the best splits of the network as coded, and on direct evidence, that put it with
        Iran); ``inferred`` (ties) and ``movable`` (those of which another sign would change the index).
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
    whose = {1.0: "with Iran", 0.0: "not with Iran"}.get(share, f"with Iran in {share:.0%} of equally good ones")
    title = f"{(~closed['balanced']).sum()} of {len(closed)} triangles strained; frustration {index} of "
    title += f"{graph.number_of_edges()} ties; best split: Azerbaijan {whose}"
    part = ties[(ties["period_start"] == year) & ((level == "all") | (ties["evidence"] == "direct"))]
    return charts.network(part, actors, id="x5-web-frame", title=title, camp={str(name) for name in first})


# Drawings -----------------------------------------------------------------------------------------


def draw_answers(
    events: pd.DataFrame, sources: pd.DataFrame, shocks: pd.DataFrame, days: int = 30, **words: str
) -> Exhibit:
    """Draw Israeli–Azerbaijani steps, answered within `days` or not, above Iranian words and Israeli–Iranian clashes.

    What is dated to a month stands in its middle. `words` are id, title, caption and provenance of the exhibit.
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
    """Draw the mean tone before (hollow) and after (filled) each clash: a result of `readings`."""
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
            for x, words in ((12.4, f"{row.n_before} → {row.n_after}"), (15.6, row.direction), (17.9, odds)):
                ax.text(x, y, words, ha="right", va="center", fontsize=9)
        ax.scatter(found["before"], heights, s=52, facecolors="none", edgecolors=INK, linewidths=1.3, label="before")
        ax.scatter(found["after"], heights, s=52, color=INK, zorder=3, label="after")
        for x, words in ((12.4, "events"), (15.6, "reading"), (17.9, "chance")):
            ax.text(x, len(found) - 0.45, words, ha="right", va="bottom", fontsize=8.5)
        ax.set_yticks(heights, found["clash"])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_ylim(-0.6, len(found) - 0.1)
        ax.set_xlim(-8, 18)
        ax.set_xticks([-5, 0, 5, 10])
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


# Figures for the prose ----------------------------------------------------------------------------


def values(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables by name; name to value."""
    events, scores = tables["events"], neighbour_links(tables["machine_scores"])
    verdicts = tables["claims"].loc[tables["claims"]["theme"] == "israel", "verdict"]
    here = scores.loc["Azerbaijan"]
    return {
        "data_to": evidence.date_label(events["start"].max()),
        "n_israel_claims": len(verdicts),
        "claims_open": int((verdicts == "open").sum()),
        "claims_not_checkable": int((verdicts == "not_checkable").sum()),
        **_trade_values(tables["flows"]),
        **_answer_values(events),
        **_clash_values(events, tables["sources"], tables["cameo"]),
        **_network_values(tables["ties"]),
        "rho_aze": float(here["rank correlation"]),
        "rho_aze_low": float(here["low"]),
        "rho_aze_high": float(here["high"]),
        "rho_months": int(here["months"]),
        "rho_tur": float(scores.loc["Turkey", "rank correlation"]),
        "scores_to": pd.Period(tables["machine_scores"]["month"].max(), "M").strftime("%B %Y"),
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
        "recomputed_1519": window_share(by_year, 2015, 2019),
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
        "rate_customs_2024": float(rates.loc["2024", "export figures"]),
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
        "n_words_2021": len(iranian_words(events, "2021-08-01", "2021-12-31")),
    }


def _clash_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    shocks, end = clashes(events), events["start"].max()
    found = splits(events, sources, cameo, shocks)
    main, later, toned = (found[k] for k in (f"{WINDOW} days", _LATER, _TONED))
    apart = {name: int(table["direction"].eq("apart").sum()) for name, table in found.items()}
    odds = [table.attrs["p"] for table in found.values()]
    plain = rows_of_pair(events, sources, cameo)
    named = plain.loc[plain["id"].isin(_concern(plain, "ISR")["id"]), "start"]
    heard = [int(named.between(d, d + pd.Timedelta(days=WINDOW)).sum()) for d in shocks["start"]]
    bad, good = (rec.followed(shocks, plain[plain["goldstein"] * s > 0], 14, RECORD, end) for s in (-1, 1))
    wars = [table.loc[shocks["war"].to_numpy(), "direction"].isin(["apart", "no reading"]) for table in found.values()]
    each = clashes(events, apart=0)
    counted = [rows_of_pair(events, sources, cameo, rule) for rule in ROWS.values()]
    grid = [readings(rows, shocks, end, *window).attrs["p"] for rows in counted for window in WINDOWS]
    lasting = readings(counted[list(ROWS.values()).index("no israel")], shocks, end, WINDOW, WINDOW)
    return {
        "window": WINDOW,
        "n_clashes": len(shocks),
        "n_attacks": int(shocks["attacks"].sum()),
        "n_apart": apart[f"{WINDOW} days"],
        "n_together": int(main["direction"].eq("together").sum()),
        "n_tested": int(main["chance"].notna().sum()),
        "falls": main.attrs["falls"],
        "expected": main.attrs["expected"],
        "p": main.attrs["p"],
        "p_low": float(min(odds)),
        "p_high": float(max(odds)),
        "n_settings": len(found),
        "n_apart_min": min(apart.values()),
        "n_apart_max": max(apart.values()),
        "n_apart_tone": int(toned["direction"].eq("apart").sum()),
        "n_war_settings": sum(bool(war.all()) for war in wars),
        "n_later": int(later["change"].notna().sum()),
        "n_later_apart": apart[_LATER],
        "p_later": float(later.attrs["p"]),
        "n_grid": len(grid),
        "n_grid_low": sum(p < 0.05 for p in grid),
        "lasting_p": lasting.attrs["p"],
        "lasting_apart": int(lasting["direction"].eq("apart").sum()),
        "lasting_read": int(lasting["change"].notna().sum()),
        "jul24_n_after": int(main["n_after"].iloc[1]),
        "feb26_chance": float(found["15 days"]["chance"].iloc[-1]) * 100,
        "feb26_n_before": int(found["15 days"]["n_before"].iloc[-1]),
        "named_before": sum(heard[:-2]),
        "named_jun25": heard[-2],
        "named_feb26": heard[-1],
        "bad_followed": int(bad["followed"]),
        "bad_acts": int(bad["acts"]),
        "bad_expected": float(bad["expected"]),
        "bad_p": float(bad["p"]),
        "good_followed": int(good["followed"]),
        "good_expected": float(good["expected"]),
        "n_each": len(each),
        "n_each_apart": int(readings(plain, each, end)["direction"].eq("apart").sum()),
        "days_after_last": int((end - shocks["start"].iloc[-1]).days),
    }


def _network_values(ties: pd.DataFrame) -> dict[str, Value]:
    inside = ties[ties["actor_a"].isin(ACTORS) & ties["actor_b"].isin(ACTORS)]
    nine, twelve = (camps(ties, actors) for actors in CIRCLES.values())
    graph = balance.signed_graph(ties, 2024, actors=ACTORS)
    turned = balance.flips(graph).set_index("tie").loc["aze-irn-2024", "index"]
    strained = ties.set_index("id").loc["aze-irn-2013-2019"]
    # Sides: 1 with Iran, -1 not, 0 as often the one as the other.
    side = {name: np.sign(column - 0.5) for name, column in nine[["best_iran", "best_direct"]].items()}
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
        "n_circle_agrees": int((side["best_iran"] == np.sign(twelve["best_iran"] - 0.5)).sum()),
        **{f"with_iran_{k[:4]}": float(nine.loc[k, "with_iran"] * 100) for k in ("2013–2019", "2021", "2024", "2025")},
        **{f"{name}_2024": int(nine.loc["2024", name]) for name in ("drawn_low", "drawn_high", "movable", "inferred")},
        "frustration_2024": int(nine.loc["2024", "observed"]),
        "frustration_2024_flipped": int(turned),
    }
