"""Figures and drawings of chapter 7: January 2025 to the latest event, as a test of the five articles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    TONES,
    VERMILION,
    EvidenceTable,
    Exhibit,
    canvas,
    style,
)
from helpers.numbers import Value
from helpers.schemas import SIDES

__all__ = [
    "LANES",
    "SHOCKS",
    "SPAN",
    "TELLERS",
    "TOPICS",
    "WEEKS",
    "draw_course",
    "draw_known",
    "draw_outcomes",
    "draw_recovery",
    "draw_told",
    "monthly",
    "period",
    "reaching",
    "recovery",
    "robustness",
    "robustness_table",
    "stacked",
    "values",
]

#: First day of the test and last day of the last month with events.
SPAN = ("2025-01-01", "2026-03-31")

#: The weeks around the strike on Nakhchivan.
WEEKS = ("2026-02-26", "2026-03-20")

LANES = {"AZE": "Azerbaijan", "IRN": "Iran", "": "others"}

#: Everyone, then the publishers of each side.
TELLERS = {"everyone": "all"} | {
    f"{side} publishers" if side != "other" else "publishers elsewhere": side for side in SIDES
}

#: What each of the forecasts that reach into the test is about.
TOPICS: dict[str, tuple[str, ...]] = {
    "Course of relations": (
        "mamedov-2021-f02",
        "ramani-2021-f01",
        "mammadov-2024-f04",
        "mammadov-2024-f09",
        "avdaliani-2024-f01",
        "avdaliani-2024-f02",
    ),
    "War and restraint": (
        "mamedov-2021-f05",
        "mamedov-2021-f10",
        "anonymous-2021-f02",
        "avdaliani-2024-f08",
    ),
    "Conduct of Tehran": (
        "mamedov-2021-f07",
        "mammadov-2024-f10",
        "avdaliani-2024-f04",
        "avdaliani-2024-f05",
    ),
    "Corridors, grids, trade": (
        "mamedov-2021-f03",
        "ramani-2021-f04",
        "ramani-2021-f07",
        "mammadov-2024-f02",
        "mammadov-2024-f03",
        "mammadov-2024-f05",
        "mammadov-2024-f06",
        "anonymous-2021-f06",
        "avdaliani-2024-f06",
    ),
    "Israel": (
        "mamedov-2021-f08",
        "mamedov-2021-f09",
        "mammadov-2024-f07",
        "mammadov-2024-f08",
        "avdaliani-2024-f03",
        "avdaliani-2024-f07",
    ),
    "Armenia, Turkey, Russia": (
        "ramani-2021-f08",
        "anonymous-2021-f05",
        "anonymous-2021-f08",
        "avdaliani-2024-f09",
    ),
}

#: Shock of each crisis, then the first recorded contact of the foreign ministers and the mission's return.
SHOCKS: dict[str, tuple[str, str, str]] = {
    "2021 (border drill)": ("2021-10-01-irn-aze-military-exercise", "2021-10-13-aze-irn-meeting", ""),
    "2023 (embassy attack)": (
        "2023-01-27-gun-aze-attack",
        "2023-04-08-irn-aze-meeting",
        "2024-07-15-aze-irn-diplomacy",
    ),
    "2026 (drone strike)": ("2026-03-05-unk-aze-attack", "2026-03-05-irn-aze-meeting", ""),
}

#: Turning points named on the timeline.
_TURNS = {
    "2025-01-01-aze-irn-dispute": "Baku protests",
    "2025-04-28-irn-aze-visit": "Pezeshkian in Baku",
    "2025-05-18-irn-aze-military-exercise": "Aras-2025 drill",
    "2025-06-26-irn-aze-accusation": "airspace claims",
    "2025-08-08-aze-arm-agreement": "TRIPP agreed",
    "2025-10-13-aze-irn-meeting": "three-way talks",
    "2025-12-08-irn-aze-visit": "Araghchi in Baku",
    "2026-02-28-usa-irn-attack": "war on Iran",
    "2026-03-05-unk-aze-attack": "strike on Nakhchivan",
}

_RESOLUTIONS = {
    "yes": (BLUE, "o", "came true"),
    "partly": (ORANGE, "D", "partly"),
    "no": (VERMILION, "X", "did not"),
    "open": (GREY, "s", "open"),
}

#: Claims whose verdict the chapter's table quotes.
_VERDICTS = ["S0-82", "S0-57", "S1-14", "S1-59", "S2-37", "S2-51", "S2-57", "S3-35", "S3-57", "S4-04", "S4-49", "S4-63"]


def period(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(pd.Timestamp(SPAN[0]), pd.Timestamp(SPAN[1]))]


def monthly(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Sum up what Iran and Azerbaijan did toward each other, month by month over `SPAN`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "M", *SPAN)


def reaching(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Keep the forecasts whose horizon ends in 2025 or later, or was left open, and add article and topic.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table of that name.

    Returns
    -------
    pandas.DataFrame
        Rows of `forecasts` with ``label`` (S0 to S4) and ``topic``.

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


def recovery(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Count the days from each shock to the first steps back.

    Only events dated to the day count. A step not seen by the last such event is missing.

    Returns
    -------
    pandas.DataFrame
        Index: step; columns: crises of `SHOCKS`; cells: days.
    """
    by_id = events.set_index("id")["start"]
    pair = ev.score(ev.between(events[events["precision"] == "day"], "AZE", "IRN"), cameo)
    rows: dict[str, dict[str, float]] = {}
    for crisis, (shock, call, mission) in SHOCKS.items():
        begin = by_id[shock]
        later = pair[(pair["start"] >= begin) & (pair["start"] < begin + pd.Timedelta(days=730))]
        steps = {
            "foreign ministers talk": by_id[call],
            "first cooperative act": later.loc[later["tone"] == "cooperation", "start"].min(),
            "first cooperative deed": later.loc[
                (later["quad"] == 2) & later["scored"] & (later["tone"] == "cooperation"), "start"
            ].min(),
            "embassy works again": by_id[mission] if mission else pd.NaT,
        }
        rows[crisis] = {step: (day - begin).days if pd.notna(day) else np.nan for step, day in steps.items()}
    return pd.DataFrame(rows)


def robustness(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, forecasts: pd.DataFrame
) -> pd.DataFrame:
    """Repeat the two main counts under other assumptions.

    Returns
    -------
    pandas.DataFrame
        Index: assumption; columns: months net cooperative, Goldstein sum of March 2026, forecasts counted,
        share that came true (per cent; half a point for ``partly`` where said).
    """
    reach = reaching(forecasts)
    decided = reach[reach["resolution"] != "open"]
    voices = evidence.corroboration(events, sources)["publishers"]
    firm = events[events["id"].map(voices) >= 2]
    sure = events[events["confidence"] == "high"]
    unfiled = events[events["id"] != "2026-03-05-unk-aze-attack"]

    def tone(table: pd.DataFrame) -> tuple[int, float]:
        sums = monthly(table, cameo)["goldstein_sum"]
        return int((sums > 0).sum()), float(sums.iloc[-1])

    def share(table: pd.DataFrame, partly: float) -> tuple[int, float]:
        points = table["resolution"].map({"yes": 1.0, "no": 0.0, "partly": partly})
        return len(table), float(points.mean() * 100)

    open_ended = decided["horizon_end"].isna()
    early = decided["article_id"].str.endswith("2021")
    base_tone, base_share = tone(events), share(decided, 0.0)
    rows = {
        "as in the chapter": (*base_tone, *base_share),
        "events with two publishers": (*tone(firm), *base_share),
        "events of high confidence": (*tone(sure), *base_share),
        "strike not ascribed to Iran": (*tone(unfiled), *base_share),
        "partly counts half": (*base_tone, *share(decided, 0.5)),
        "open horizons dropped": (*base_tone, *share(decided[~open_ended], 0.0)),
        "articles of 2021": (*base_tone, *share(decided[early], 0.0)),
        "articles of 2024": (*base_tone, *share(decided[~early], 0.0)),
    }
    return pd.DataFrame.from_dict(
        rows,
        orient="index",
        columns=["months net cooperative", "sum March 2026", "forecasts", "came true, %"],
    )


def robustness_table(table: pd.DataFrame) -> EvidenceTable:
    """Show the result of `robustness`."""
    shown = table.round({"sum March 2026": 1, "came true, %": 0}).rename_axis("Assumption").reset_index()
    return EvidenceTable(shown, "The two main counts under other assumptions")


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    flows: pd.DataFrame,
    machine_scores: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, forecasts, flows, machine_scores : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value; ``v_S2_37`` and the like are the verdicts on those claims.
    """
    part = period(events)
    pair = ev.between(part, "AZE", "IRN")
    voices = evidence.corroboration(part, sources)
    tone = monthly(events, cameo)
    march, before = tone.iloc[-1], tone.iloc[:-1]
    late = part[part["start"] >= pd.Timestamp("2026-03-01")]
    scored = ev.between(late[late["scored"]], "AZE", "IRN")["cameo"]
    scores = scored.map(cameo.set_index("id")["goldstein"])
    firm = events[events["id"].map(evidence.corroboration(events, sources)["publishers"]) >= 2]
    steps = recovery(events, cameo)
    reach = reaching(forecasts)
    outcome = reach["resolution"].value_counts()
    robust = robustness(events, sources, cameo, forecasts).to_dict("index")
    goldstein = cameo.set_index("id")["goldstein"]
    by_flow = flows.set_index("id")["value"]
    verdicts = claims.set_index("id")["verdict"].str.replace("_", " ")
    days = {str(crisis)[:4]: column for crisis, column in steps.items()}
    when = events.set_index("id")["start"].to_dict()
    strike = when["2026-03-05-unk-aze-attack"]
    found: dict[str, Value] = {
        "cut_off": evidence.date_label(part.loc[part["precision"] == "day", "start"].max()),
        "n_events": len(part),
        "n_pair": len(pair),
        "months_positive": int((before["goldstein_sum"] > 0).sum()),
        "months_before": len(before),
        "months_negative": int((before["goldstein_sum"] < 0).sum()),
        "months_silent": int((before["events"] == 0).sum()),
        "march_sum": float(march["goldstein_sum"]),
        "march_events": int(march["events"]),
        "march_positive": int((scores > 0).sum()),
        "march_plus": float(scores[scores > 0].sum()),
        "goldstein_strike": float(goldstein["195"]),
        "left_out": int(tone.attrs["left_out"]),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_one_side": float((voices["n_sides"] == 1).mean() * 100),
        "n_disputed": int((part["disagreement"] != "").sum()),
        "n_late": len(late),
        "late_iranian": len(evidence.told_by(late, sources, "Iranian")),
        "act_2021": int(days["2021"]["first cooperative act"]),
        "act_2023": int(days["2023"]["first cooperative act"]),
        "act_2026": int(days["2026"]["first cooperative act"]),
        "mission_2023": int(days["2023"]["embassy works again"]),
        "freight_days": int((when["2026-03-09-aze-irn-transit"] - strike).days),
        "days_watched": int((part.loc[part["precision"] == "day", "start"].max() - strike).days),
        "n_yes": int(outcome.get("yes", 0)),
        "n_partly": int(outcome.get("partly", 0)),
        "n_no": int(outcome.get("no", 0)),
        "n_open": int(outcome.get("open", 0)),
        "mean_probability": float(reach.loc[reach["resolution"] != "open", "probability"].mean() * 100),
        "firm_events": int(monthly(firm, cameo)["events"].iloc[-1]),
        "n_decided": int((reach["resolution"] != "open").sum()),
        "share_true": float(robust["as in the chapter"]["came true, %"]),
        "share_2021": float(robust["articles of 2021"]["came true, %"]),
        "share_2024": float(robust["articles of 2024"]["came true, %"]),
        "n_2021": int(robust["articles of 2021"]["forecasts"]),
        "n_2024": int(robust["articles of 2024"]["forecasts"]),
        "firm_march": float(robust["events with two publishers"]["sum March 2026"]),
        "unfiled_march": float(robust["strike not ascribed to Iran"]["sum March 2026"]),
        "sure_march": float(robust["events of high confidence"]["sum March 2026"]),
        "firm_months": int(robust["events with two publishers"]["months net cooperative"]),
        "trade_2025": float(by_flow["trade-aze-irn-turnover-2025-01-azerbaijan-state-cus-2"]),
        "machine_end": evidence.date_label(pd.Timestamp(f"{machine_scores['month'].max()}-01"), precision="month"),
    }
    return found | {f"v_{claim.replace('-', '_')}": str(verdicts[claim]) for claim in _VERDICTS}


def stacked(events: pd.DataFrame, gap: float = 9.0) -> pd.DataFrame:
    """Give each event a level in its lane so that no two marks closer than `gap` days stand side by side.

    Parameters
    ----------
    events : pandas.DataFrame
        Needs ``id``, ``start``, ``precision`` and ``source_actor``; events not dated to a day are dropped.
    gap : float
        Days that a mark takes up on the axis.

    Returns
    -------
    pandas.DataFrame
        The kept rows in order of date, with ``lane`` (a key of `LANES`) and ``level`` (from 0).
    """
    rows = events[events["precision"] == "day"].sort_values(["start", "id"]).copy()
    rows["lane"] = rows["source_actor"].where(rows["source_actor"].isin(LANES), "")
    free: dict[str, list[pd.Timestamp]] = {lane: [] for lane in LANES}
    levels = []
    for lane, start in zip(rows["lane"], rows["start"], strict=True):
        ends = free[lane]
        level = next((i for i, end in enumerate(ends) if (start - end).days >= gap), len(ends))
        ends[level : level + 1] = [start]
        levels.append(level)
    rows["level"] = levels
    return rows


def draw_course(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    name: str,
    title: str,
    shown: pd.DataFrame | None = None,
    linked: bool = True,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw the whole period in three lanes, with the turning points numbered on top.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name.
    name, title, caption, provenance : str
        Anchor on the page, and as for every exhibit; the key to the numbers is added to the caption.
    shown : pandas.DataFrame, optional
        Events drawn as marks; the others of the period become faint dots. By default all are marks.
    linked : bool
        Whether a mark leads to its first source.

    Returns
    -------
    Exhibit
    """
    import matplotlib.dates as mdates

    rows = stacked(period(events))
    marks = rows if shown is None else rows[rows["id"].isin(shown["id"])]
    depth = rows.groupby("lane")["level"].max().add(1).reindex(list(LANES), fill_value=1)
    floor = depth.sum() - depth.cumsum()
    rows = rows.assign(y=rows["lane"].map(floor) + rows["level"] + 0.5)
    marks = marks.assign(y=rows.loc[marks.index, "y"])
    voices = evidence.corroboration(events, sources)["publishers"]
    top = float(depth.sum())
    with style():
        fig, ax = canvas(height=1.3 + 0.2 * top)
        rest = rows[~rows["id"].isin(marks["id"])]
        ax.scatter(rest["start"], rest["y"], s=7, color=GREY, alpha=0.55, linewidths=0)
        links = charts.event_marks(ax, marks, voices, sources, linked)
        when = events.set_index("id")["start"].to_dict()
        for number, turn in enumerate(_TURNS, start=1):
            ax.vlines(when[turn], 0, top + 0.15, color=INK, linewidth=0.6, alpha=0.45, zorder=1)
            side = {"2026-02-28-usa-irn-attack": "right", "2026-03-05-unk-aze-attack": "left"}.get(turn, "center")
            ax.text(when[turn], top + 0.25, str(number), ha=side, va="bottom", fontsize=9, fontweight="bold")
        charts.lane_axis(ax, floor, depth, list(LANES.values()))
        ax.grid(visible=False)
        ax.set_ylim(0, top + 1.3)
        ax.set_xlim(pd.Timestamp("2024-12-20"), pd.Timestamp("2026-04-05"))
        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 4, 7, 10)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
        charts.mark_legend(fig, ax)
    tones = marks["tone"].value_counts()
    who = ", ".join(f"{words} {int((marks['lane'] == lane).sum())}" for lane, words in LANES.items())
    key = "; ".join(f"{n} {words}" for n, words in enumerate(_TURNS.values(), start=1))
    alt = (
        f"Timeline from January 2025 to March 2026 with {len(marks)} events dated to the day, by acting side "
        f"({who}): " + ", ".join(f"{int(tones.get(t, 0))} {n}" for t, (_, _, n) in TONES.items()) + ". "
        f"{len(rest)} further events stand in the background. Turning points: {key}."
    )
    data = charts.event_table(marks, sources)
    return Exhibit(name, title, fig, alt, data, f"{caption} Numbers: {key}.".strip(), provenance, links)


def draw_known(events: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> Exhibit:
    """Draw the weeks of the strike as a reader of the press could know them on `day`."""
    span = events["start"].between(pd.Timestamp(WEEKS[0]), pd.Timestamp(WEEKS[1])) & (events["precision"] == "day")
    weeks = events[span]
    known = evidence.known_by(weeks, sources, day)
    pair = ev.between(known, "AZE", "IRN")
    tones = pair["tone"].value_counts()
    title = (
        f"{evidence.date_label(day)}: {len(known)} of {len(weeks)} events known; between the two states "
        f"{int(tones.get('cooperation', 0))} cooperative, {int(tones.get('conflict', 0))} conflictual"
    )
    return charts.timeline(
        known,
        sources,
        id="x7-known-frame",
        title=title,
        lanes=LANES,
        background=weeks,
        span=WEEKS,
        linked=False,
        caption="Faint dots: events that the tables hold but that no dated page had yet reported.",
    )


def draw_told(events: pd.DataFrame, sources: pd.DataFrame, teller: str) -> Exhibit:
    """Draw the period as one side's publishers tell it."""
    part = period(events)
    part = part[part["precision"] == "day"]
    told = evidence.told_by(part, sources, teller)
    words = next(words for words, key in TELLERS.items() if key == teller)
    late = told[told["start"] >= pd.Timestamp("2026-03-01")]
    every = part[part["start"] >= pd.Timestamp("2026-03-01")]
    title = (
        f"{words[0].upper()}{words[1:]}: {len(told)} of {len(part)} dated events, "
        f"and {len(late)} of the {len(every)} of March 2026"
    )
    return draw_course(
        events,
        sources,
        name="x7-told-frame",
        title=title,
        shown=told,
        linked=False,
        caption="Faint dots: events that these publishers do not report in the pages found.",
    )


def draw_outcomes(reach: pd.DataFrame, *, name: str, title: str, caption: str = "", provenance: str = "") -> Exhibit:
    """Draw one mark per forecast in a grid of topics and articles.

    Parameters
    ----------
    reach : pandas.DataFrame
        Result of `reaching`.
    name, title, caption, provenance : str
        Anchor on the page, and as for every exhibit.

    Returns
    -------
    Exhibit
    """
    labels = [evidence.article_label(a) for a in evidence.ARTICLES]
    topics = list(TOPICS)
    with style():
        fig, ax = canvas(height=0.9 + 0.46 * len(topics))
        for (topic, article), cell in reach.groupby(["topic", "article_id"]):
            row = len(topics) - 1 - topics.index(str(topic))
            column = list(evidence.ARTICLES).index(str(article))
            cell = cell.assign(rank=cell["resolution"].map(list(_RESOLUTIONS).index)).sort_values("rank")
            for i, resolution in enumerate(cell["resolution"]):
                colour, marker, _ = _RESOLUTIONS[resolution]
                x = column + 0.5 + (i - (len(cell) - 1) / 2) * 0.2
                hollow = resolution == "open"
                ax.scatter(
                    [x],
                    [row + 0.5],
                    s=62,
                    marker=marker,
                    facecolors="none" if hollow else colour,
                    edgecolors=colour,
                    linewidths=1.4 if hollow else 0.5,
                    zorder=3,
                )
        for line in range(len(topics) + 1):
            ax.axhline(line, color=GREY, linewidth=0.5, alpha=0.5)
        for line in range(len(labels) + 1):
            ax.axvline(line, color=GREY, linewidth=0.5, alpha=0.5)
        ax.set_xlim(0, len(labels))
        ax.set_ylim(0, len(topics))
        ax.set_xticks(
            np.arange(len(labels)) + 0.5,
            ["\n".join([label[:2], *label[3:].rsplit(" ", 1)]) for label in labels],
        )
        ax.set_yticks(np.arange(len(topics)) + 0.5, topics[::-1])
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.grid(visible=False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        handles = [
            ax.scatter([], [], s=62, marker=m, facecolors="none" if k == "open" else c, edgecolors=c, label=words)
            for k, (c, m, words) in _RESOLUTIONS.items()
        ]
        fig.legend(handles=handles, loc="outside lower left", ncols=4, handletextpad=0.2)
    counts = pd.crosstab(reach["label"], reach["resolution"])
    told = "; ".join(
        f"{label}: " + ", ".join(f"{n} {_RESOLUTIONS[str(r)][2]}" for r, n in row.items() if n)
        for label, row in counts.iterrows()
    )
    data = reach[["label", "topic", "proposition", "horizon", "criterion", "resolution", "resolution_note"]]
    data = data.sort_values(["label", "topic"]).reset_index(drop=True)
    alt = f"Grid of {len(topics)} topics by five articles with one mark per forecast. {told}."
    return Exhibit(name, title, fig, alt, data, caption, provenance)


def draw_recovery(
    steps: pd.DataFrame, watched: int, *, name: str, title: str, caption: str = "", provenance: str = ""
) -> Exhibit:
    """Draw the days from each shock to the first steps back, on a scale that stretches the first weeks.

    Parameters
    ----------
    steps : pandas.DataFrame
        Result of `recovery`.
    watched : int
        Days between the latest shock and the last dated event: what is missing there is not yet seen.
    name, title, caption, provenance : str
        Anchor on the page, and as for every exhibit.

    Returns
    -------
    Exhibit
    """
    looks: Mapping[str, tuple[str, str]] = dict(
        zip(steps.columns, ((ORANGE, "s"), (VERMILION, "D"), (GREEN, "o")), strict=True)
    )
    ticks = [0, 1, 3, 10, 30, 100, 300, 900]
    with style():
        fig, ax = canvas(height=0.9 + 0.55 * len(steps))
        for row, (_, cells) in enumerate(steps.iloc[::-1].iterrows()):
            ax.axhline(row, color=GREY, linewidth=0.5, alpha=0.6, zorder=1)
            for crisis, day in cells.items():
                colour, marker = looks[str(crisis)]
                missing = bool(pd.isna(day))
                if missing and not str(crisis).startswith("2026"):
                    continue
                x = np.log1p(watched if missing else day)
                ax.scatter(
                    [x],
                    [row],
                    s=70,
                    marker=marker,
                    zorder=3,
                    edgecolors=colour,
                    linewidths=1.4,
                    facecolors="none" if missing else colour,
                )
                words = f"not seen by day {watched}" if missing else f"{day:.0f}"
                ax.annotate(words, (x, row), (0, 7), textcoords="offset points", ha="center", fontsize=8.5)
        ax.set_yticks(range(len(steps)), list(steps.index)[::-1])
        ax.set_ylim(-0.5, len(steps) - 0.3)
        ax.set_xlim(-0.2, np.log1p(ticks[-1]))
        ax.set_xticks(np.log1p(ticks), [str(t) for t in ticks])
        ax.set_xlabel("days after the shock (logarithmic scale)")
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        handles = [ax.scatter([], [], s=70, marker=m, color=c, label=crisis) for crisis, (c, m) in looks.items()]
        fig.legend(handles=handles, loc="outside upper left", ncols=3, handletextpad=0.2)
    told = "; ".join(
        f"{step}: " + ", ".join(f"{c} {d:.0f}" if pd.notna(d) else f"{c} none recorded" for c, d in cells.items())
        for step, cells in steps.iterrows()
    )
    data = steps.rename_axis("step").reset_index()
    return Exhibit(name, title, fig, f"Days after the shock of three crises. {told}.", data, caption, provenance)
