"""Figures that chapter 6, on the thaw of 2024 and on the articles' forecasts, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    PURPLE,
    SKY,
    VERMILION,
    Exhibit,
    Link,
    canvas,
    style,
)
from helpers.numbers import Value

__all__ = [
    "DEPTHS",
    "KNOWN_ON",
    "PARTLY",
    "SPAN",
    "START",
    "WHICH",
    "brier",
    "brier_interval",
    "cutoff",
    "depth",
    "draw_brier",
    "draw_drivers",
    "draw_embassy",
    "draw_ledger",
    "draw_machine",
    "draw_probabilities",
    "drivers",
    "embassy",
    "forecast_table",
    "horizons",
    "ledger",
    "machine",
    "monthly",
    "outcomes",
    "promises",
    "scoreboard",
    "starts",
    "thaw_start",
    "values",
    "windows",
]

#: First and last day of the monthly series.
SPAN = ("2022-01-01", "2025-12-31")

#: The visit from which this chapter counts the thaw.
START = "2023-07-05-irn-aze-visit"

#: The embassy leaves and comes back, and leaves again.
_CLOSED, _REOPENED, _EVACUATED = (
    "2023-01-29-aze-irn-closure",
    "2024-07-15-aze-irn-diplomacy",
    "2026-03-06-aze-irn-closure",
)

#: The last day before the war of 2026, where the ledger of cooperation ends.
_LEDGER_END = pd.Timestamp("2026-02-27")

#: The steps of the embassy case, in a few words each.
_EMBASSY = {
    "2023-01-27-gun-aze-attack": "gunman kills the security chief",
    "2023-01-29-aze-irn-closure": "Baku suspends the mission",
    "2023-03-02-aze-irn-meeting": "Baku raises host-state duties",
    "2023-07-05-irn-aze-visit": "Iran's minister received in Baku",
    "2023-09-24-irn-aze-meeting": "ministers discuss restoring it",
    "2023-10-01-irn-aze-trial": "death sentence reported, denied",
    "2023-10-03-aze-irn-visit": "Baku's envoy in Tehran",
    "2023-10-09-irn-aze-statement": "Tehran: reopening soon",
    "2023-12-aze-irn-statement": "both speak of a road map",
    "2024-01-27-irn-aze-trial": "first court hearing",
    "2024-02-05-irn-aze-trial": "Iran: gunman sentenced to death",
    "2024-03-05-aze-irn-meeting": "ministers discuss the steps",
    "2025-irn-aze-trial": "Supreme Court upholds (day unknown)",
    "2024-07-09-irn-aze-statement": "Tehran: within 15 to 20 days",
    "2024-07-15-aze-irn-diplomacy": "embassy works at a new address",
    "2025-05-21-irn-aze-trial": "Iran executes the gunman",
    "2026-03-06-aze-irn-closure": "Baku orders evacuation",
}

#: Drivers that S2 or S4 name, as far as a dated event stands for them.
_DRIVERS = {
    "2023-05-17-rus-irn-agreement": "transit: Rasht–Astara agreement",
    "2023-09-19-aze-arm-attack": "new balance: operation in Karabakh",
    "2024-02-05-irn-aze-trial": "Iranian step: gunman sentenced",
    "2024-04-01-isr-irn-attack": "Israel and Iran: blows of April 2024",
    "2024-05-19-irn-irn-accident": "leaders: death of Raisi",
}

#: How many net cooperative months in a row the start of the thaw may ask for.
_RUNS = {"One month": 1, "Three in a row": 3, "Six in a row": 6}

#: Rungs of depth, shallow first.
DEPTHS = ("said", "met or called", "signed", "begun or done")

_THEMES = {
    "politics": """
        2023-07-05-irn-aze-visit 2023-07-27-aze-irn-meeting 2023-09-aze-irn-statement
        2023-09-17-aze-irn-meeting 2023-09-20-irn-aze-statement 2023-10-23-irn-aze-meeting
        2023-11-09-irn-aze-meeting 2023-11-18-aze-irn-meeting 2024-04-23-irn-aze-statement
        2024-05-21-aze-irn-visit 2024-06-aze-irn-meeting 2024-07-aze-irn-meeting
        2025-01-08-irn-aze-visit 2025-04-28-irn-aze-visit 2025-04-28-irn-aze-visit
        2025-08-15-irn-aze-statement 2025-10-21-aze-irn-meeting 2025-12-08-irn-aze-visit
        2025-12-23-irn-aze-meeting 2026-01-23-irn-aze-meeting
    """,
    "embassy case": """
        2023-09-24-irn-aze-meeting 2023-10-03-aze-irn-visit 2023-10-09-irn-aze-statement
        2023-12-aze-irn-statement 2024-03-05-aze-irn-meeting 2025-irn-aze-trial
        2024-02-05-irn-aze-trial 2024-03-05-aze-irn-meeting 2024-07-aze-irn-meeting-2
        2024-07-09-irn-aze-statement 2024-07-15-aze-irn-diplomacy 2025-05-21-irn-aze-trial
    """,
    "transport and trade": """
        2023-07-23-aze-irn-meeting 2023-10-06-aze-irn-agreement 2023-10-06-aze-irn-agreement-2
        2023-12-30-aze-irn-transit 2025-02-10-aze-irn-statement 2025-04-08-aze-irn-meeting
        2025-10-13-aze-irn-meeting 2026-01-14-aze-irn-transit
    """,
    "defence": """
        2023-08-23-irn-aze-meeting 2023-09-10-aze-irn-agreement 2023-10-04-irn-aze-meeting
        2024-05-02-aze-irn-visit 2024-11-19-aze-irn-meeting 2025-05-18-irn-aze-military-exercise
        2026-02-10-irn-aze-statement
    """,
    "energy and water": """
        2024-03-15-aze-irn-visit 2024-05-19-aze-irn-meeting 2025-01-aze-irn-meeting
        2025-10-aze-irn-agreement
    """,
    "people and culture": """
        2024-05-01-irn-aze-visit 2025-01-18-irn-aze-release
    """,
}
_THEME_OF = {event: theme for theme, ids in _THEMES.items() for event in ids.split()}

#: Two lines each: the event that promised, the event that kept it (-: none found); what, this book's reading, how.
_PROMISES = """
2023-05-17-rus-irn-agreement | - |
    a railway from Rasht to Astara | under way | land still being bought in January 2026
2023-07-23-aze-irn-meeting | 2023-12-30-aze-irn-transit |
    Astarachay bridge within four months | kept | a month late, first for empty trucks
2023-10-04-irn-aze-meeting | - |
    a joint exercise on the Caspian | kept | by a note in the row; no dated event of its own
2023-10-06-aze-irn-agreement | - |
    Aghband road bridge within a year | under way | unfinished in January 2026
2023-10-06-aze-irn-agreement-2 | - |
    a railway through Iran to Nakhchivan | nothing found | no later step in the chronology
2023-10-09-irn-aze-statement | 2024-07-15-aze-irn-diplomacy |
    the embassy back soon | kept | after most of a year
2024-03-15-aze-irn-visit | 2025-10-aze-irn-agreement |
    linked power grids | under way | project start announced, operation unconfirmed
2024-05-01-irn-aze-visit | - |
    a joint film on the poet Nizami | nothing found | no later step in the chronology
2024-07-aze-irn-meeting | 2025-04-28-irn-aze-visit |
    presidents to visit each other | half kept | Pezeshkian came; no visit by Aliyev found
2024-07-09-irn-aze-statement | 2024-07-15-aze-irn-diplomacy |
    the embassy back in 15 to 20 days | kept | earlier than said
"""

#: Days on which a reader can look at the ledger, each with a reason.
KNOWN_ON = {
    "18 September 2023, eve of the Karabakh operation": "2023-09-18",
    "1 January 2024": "2024-01-01",
    "11 May 2024, S2 appears": "2024-05-11",
    "31 August 2024, S4 appears": "2024-08-31",
    "1 June 2025, after visit and drill": "2025-06-01",
    "27 February 2026, eve of the war": "2026-02-27",
}

#: What a forecast that came partly true counts.
PARTLY = {"nought": 0.0, "one half": 0.5, "one": 1.0}

#: Which forecasts are scored.
WHICH = {
    "all that are decided": "decided",
    "only those whose horizon has ended": "ended",
    "only the riskier ones, read below 0.85": "risky",
}

_RESOLUTIONS = ("yes", "partly", "no", "open")

_MARKS = dict(zip(evidence.ARTICLES, zip((BLUE, VERMILION, GREEN, PURPLE, ORANGE), "os^Dv", strict=True), strict=True))


def cutoff(events: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the last event."""
    return events["start"].max()


def monthly(events: pd.DataFrame, cameo: pd.DataFrame, span: tuple[str, str] = SPAN) -> pd.DataFrame:
    """Sum up the pair's scored events by month; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "M", *span)


def thaw_start(series: pd.DataFrame, run: int = 3) -> pd.Period:
    """Date a thaw by rule: the first of `run` months in a row, after the lowest month, that are net cooperative.

    Parameters
    ----------
    series : pandas.DataFrame
        Result of `monthly`. The lowest month is that of the lowest ``goldstein_sum``.
    run : int
        How many months in a row must have a sum above nought; a month without events breaks the run.

    Returns
    -------
    pandas.Period

    Raises
    ------
    ValueError
        If `run` is below 1, or if no such run exists.

    Examples
    --------
    >>> months = pd.period_range("2023-01", "2023-05", freq="M")
    >>> thaw_start(pd.DataFrame({"goldstein_sum": [-3.0, -9.0, 1.0, 2.0, 4.0]}, index=months), 2)
    Period('2023-03', 'M')
    """
    if run < 1:
        raise ValueError(f"run must be at least 1, not {run}")
    sums = series["goldstein_sum"]
    after = sums[sums.index > sums.idxmin()] > 0
    streak = after.astype(int).rolling(run).sum()
    ends = streak.index[streak == run]
    if ends.empty:
        raise ValueError(f"no {run} net cooperative months in a row after {sums.idxmin()}")
    return ends[0] - (run - 1)


def machine(machine_scores: pd.DataFrame, first: str = "2022-01") -> pd.DataFrame:
    """Keep the machine-coded months of the pair, from `first` on, indexed by month."""
    part = machine_scores[
        (machine_scores["actor_a"] == "AZE") & (machine_scores["actor_b"] == "IRN") & (machine_scores["month"] >= first)
    ]
    return part.set_index(pd.PeriodIndex(part["month"], freq="M")).sort_index()


def embassy(events: pd.DataFrame) -> pd.DataFrame:
    """List the dated steps of the embassy case, in order, with a short ``label`` each."""
    part = events[events["id"].isin(_EMBASSY)].copy()
    missing = set(_EMBASSY) - set(part["id"])
    if missing:
        raise KeyError(f"steps of the embassy case missing from events: {', '.join(sorted(missing))}")
    part["label"] = part["id"].map(_EMBASSY)
    order = {step: i for i, step in enumerate(_EMBASSY)}
    return part.sort_values("id", key=lambda ids: ids.map(order)).reset_index(drop=True)


def drivers(events: pd.DataFrame) -> pd.DataFrame:
    """Count for each dated driver the days from the first ministerial visit; negative means before.

    Returns
    -------
    pandas.DataFrame
        ``driver``, ``event_id``, ``date``, ``days``, in order of date.
    """
    by_id = events.set_index("id")
    start = by_id.loc[START, "start"]
    rows = by_id.loc[list(_DRIVERS)]
    return pd.DataFrame(
        {
            "driver": list(_DRIVERS.values()),
            "event_id": list(_DRIVERS),
            "date": rows["start"].to_list(),
            "days": (rows["start"] - start).dt.days.to_list(),
        }
    ).sort_values("days", ignore_index=True)


def depth(code: str) -> str:
    """Say how far an act of this CAMEO code goes: words, a meeting, a signature, or a deed.

    Examples
    --------
    >>> [depth(c) for c in ("019", "041", "057", "061", "050")]
    ['said', 'met or called', 'signed', 'begun or done', 'begun or done']
    """
    if code == "057":
        return "signed"
    if code == "050":  # the return of a mission is coded as diplomatic cooperation
        return "begun or done"
    root = code[:2]
    if root == "04":
        return "met or called"
    return "said" if root in ("01", "02", "03", "05", "09", "10", "11", "12", "13") else "begun or done"


def ledger(events: pd.DataFrame) -> pd.DataFrame:
    """List the cooperative acts between the two states from the first visit to the eve of the war of 2026.

    Returns
    -------
    pandas.DataFrame
        Rows of `events` with ``theme`` (``not yet sorted`` for a row that this chapter does not know) and ``depth``.
    """
    pair = ev.between(events, "AZE", "IRN")
    first = events.set_index("id").loc[START, "start"]
    part = pair[(pair["tone"] == "cooperation") & pair["start"].between(first, _LEDGER_END)]
    # A row dated to a year begins on 1 January of it and stays in: its place in time is only rough.
    return part.assign(
        theme=part["id"].map(_THEME_OF).fillna("not yet sorted"), depth=part["cameo"].map(depth)
    ).reset_index(drop=True)


def ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """Count rows of the `ledger` by theme and depth; every known theme has a row."""
    themes = [*_THEMES, *sorted(set(rows["theme"]) - set(_THEMES))]
    counts = pd.crosstab(rows["theme"], rows["depth"]).reindex(index=themes, columns=list(DEPTHS), fill_value=0)
    return counts.rename_axis(index=None, columns=None)


def promises(events: pd.DataFrame) -> pd.DataFrame:
    """List what was promised in the thaw and what came of it by the last event, as this book reads it.

    Returns
    -------
    pandas.DataFrame
        ``Promise`` and ``Kept by`` (links to the chronology), ``Date``, ``Days``, ``Reading``, ``How``. Days are
        counted only between events dated to a day.
    """
    by_id = events.set_index("id")

    def when(event: str) -> str:
        return evidence.date_label(*by_id.loc[event, ["start", "end", "precision"]])

    rows = []
    for line in _PROMISES.replace("|\n", "| ").strip().splitlines():
        promised, kept, words, reading, how = (cell.strip() for cell in line.split("|"))
        found = kept != "-"
        exact = found and (by_id.loc[[promised, kept], "precision"] == "day").all()
        rows.append(
            {
                "Promise": Link(words[0].upper() + words[1:], f"back/chronology.html#{promised}"),
                "Date": when(promised),
                "Reading": reading,
                "Kept by": Link(when(kept), f"back/chronology.html#{kept}") if found else "",
                "Days": str((by_id.loc[kept, "start"] - by_id.loc[promised, "start"]).days) if exact else "",
                "How": how,
            }
        )
    return pd.DataFrame(rows)


def windows(events: pd.DataFrame) -> pd.DataFrame:
    """Count the acts between the two states by tone in the year before the visit of July 2023 and since.

    Events dated to a whole year are left out. The last window is open: it ends with the last event.
    """
    last = evidence.date_label(cutoff(events))
    edges = pd.to_datetime(["2022-07-01", "2023-07-01", "2024-07-01", "2025-07-01", "2026-03-01", "2100-01-01"])
    names = [
        "July 2022 – June 2023",
        "July 2023 – June 2024",
        "July 2024 – June 2025",
        "July 2025 – February 2026",
        f"March 2026, to {last}",
    ]
    pair = ev.between(events[events["precision"] != "year"], "AZE", "IRN")
    cut = pd.cut(pair["start"], edges, right=False, labels=names)
    counts = pd.crosstab(cut, pair["tone"], dropna=False)
    order = {"conflict": "conflictual", "neutral": "neutral", "cooperation": "cooperative"}
    return (
        counts.reindex(index=names, columns=list(order), fill_value=0)
        .rename(columns=order)
        .rename_axis(index=None, columns=None)
    )


def brier(probability: Sequence[float] | pd.Series, outcome: Sequence[float] | pd.Series) -> float:
    """Score probability forecasts: the mean squared distance between what was said and what happened.

    Brier (1950), in the form for yes-or-no questions. Nought is perfect, one is the worst; always saying one half
    gives a quarter. An outcome between nought and one (a forecast that came partly true) is allowed: the score of
    such a forecast is best if its probability was that value.

    Parameters
    ----------
    probability : sequence of float
        What was forecast, between 0 and 1.
    outcome : sequence of float
        What happened: 1 true, 0 false, or a value between for *partly*. Same length.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If nothing is given, lengths differ, a value is missing, or a value lies outside 0 to 1.

    Examples
    --------
    >>> brier([0.8, 0.3], [1, 0])
    0.065
    >>> brier([0.5, 0.5, 0.5], [1, 0, 1])
    0.25
    """
    p, o = np.asarray(probability, dtype=float), np.asarray(outcome, dtype=float)
    if p.shape != o.shape or p.ndim != 1:
        raise ValueError(f"{p.size} probabilities for {o.size} outcomes")
    if p.size == 0:
        raise ValueError("no forecast to score")
    values = np.concatenate([p, o])
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("probabilities and outcomes must lie between 0 and 1, and none may be missing")
    return float(round(np.mean((p - o) ** 2), 12))


def brier_interval(
    probability: Sequence[float] | pd.Series,
    outcome: Sequence[float] | pd.Series,
    level: float = 0.9,
    draws: int = 2000,
) -> tuple[float, float]:
    """Say how far the score could move if other forecasts of the same kind had been drawn (percentile bootstrap).

    The interval is too narrow wherever forecasts depend on one another, as those of one article do.

    Parameters
    ----------
    probability, outcome : sequence of float
        See `brier`.
    level : float
        Share of resampled scores inside the interval.
    draws : int
        Number of resamples; the random numbers are the same in every run.

    Returns
    -------
    (float, float)

    Examples
    --------
    >>> brier_interval([0.5, 0.5], [1, 0])
    (0.25, 0.25)
    """
    brier(probability, outcome)  # same demands on the input
    squares = (np.asarray(probability, dtype=float) - np.asarray(outcome, dtype=float)) ** 2
    picks = np.random.default_rng(2024).integers(0, len(squares), size=(draws, len(squares)))
    low, high = np.quantile(squares[picks].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def outcomes(
    forecasts: pd.DataFrame, partly: float = 0.5, which: str = "decided", today: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Keep the forecasts to be scored and add what happened as a number.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table of that name.
    partly : float
        What *partly* counts, between 0 and 1. Open forecasts are always left out.
    which : {"decided", "ended", "risky"}
        All decided ones; those whose horizon has an end that lies before `today`; those read below 0.85.
    today : pandas.Timestamp, optional
        Needed for ``"ended"``.

    Returns
    -------
    pandas.DataFrame
        Rows of `forecasts` with ``outcome``.

    Raises
    ------
    ValueError
        If `which` is unknown, or ``"ended"`` comes without `today`.
    """
    decided = forecasts[forecasts["resolution"] != "open"]
    if which == "ended":
        if today is None:
            raise ValueError("which='ended' needs today")
        decided = decided[decided["horizon_end"] <= today]
    elif which == "risky":
        decided = decided[decided["probability"] < 0.85]
    elif which != "decided":
        raise ValueError(f"unknown set {which!r}: use decided, ended or risky")
    return decided.assign(outcome=decided["resolution"].map({"yes": 1.0, "no": 0.0, "partly": partly}))


def scoreboard(scored: pd.DataFrame) -> pd.DataFrame:
    """Score each article and all together.

    Parameters
    ----------
    scored : pandas.DataFrame
        Result of `outcomes`.

    Returns
    -------
    pandas.DataFrame
        Index: article label, then ``all``; columns ``forecasts``, ``mean probability``, ``mean outcome``, ``Brier``,
        ``low``, ``high`` (90 per cent interval) and ``base rate``, the score of always naming the mean outcome of
        those same forecasts, which only hindsight knows.
    """
    groups = [(label, scored[scored["article_id"] == a]) for a, label in evidence.ARTICLES.items()]
    rows = {}
    for label, part in [*groups, ("all", scored)]:
        if part.empty:
            continue
        low, high = brier_interval(part["probability"], part["outcome"])
        rows[label] = {
            "forecasts": len(part),
            "mean probability": part["probability"].mean(),
            "mean outcome": part["outcome"].mean(),
            "Brier": brier(part["probability"], part["outcome"]),
            "low": low,
            "high": high,
            "base rate": brier([part["outcome"].mean()] * len(part), part["outcome"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def forecast_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """List every forecast with its probability, horizon, criterion and resolution."""
    article = forecasts["article_id"].map(evidence.ARTICLES).str[:2]
    return pd.DataFrame(
        {
            "Forecast": article + ": " + forecasts["proposition"],
            "Read as": forecasts["probability"],
            "Horizon": forecasts["horizon"],
            "True if": forecasts["criterion"],
            "Resolution": forecasts["resolution"] + ": " + forecasts["resolution_note"],
        }
    )


def horizons(forecasts: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Count the years from an article to the end of each forecast's horizon; missing where none is set."""
    written = sources.set_index("id")["date"]
    published = forecasts["article_id"].map(lambda a: pd.Period(written[a]).end_time.normalize())
    return (forecasts["horizon_end"] - published).dt.days / 365.25


def starts(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Date the start of the thaw under several assumptions.

    Returns
    -------
    pandas.DataFrame
        ``Events used``, then one column per length of run: the start, or ``never`` if the rule finds none.
    """
    publishers = evidence.corroboration(events, sources)["publishers"]
    sets = {
        "all scored events": events,
        "without low confidence": events[events["confidence"] != "low"],
        "without events known only from S2": events[events["source_ids"] != "mammadov-2024"],
        "two or more publishers": events[events["id"].map(publishers) >= 2],
    }

    def found(series: pd.DataFrame, run: int) -> str:
        try:
            return evidence.date_label(thaw_start(series, run).start_time, None, "month")
        except ValueError:
            return "never"

    series = {name: monthly(part, cameo) for name, part in sets.items()}
    columns = {name: [found(s, run) for s in series.values()] for name, run in _RUNS.items()}
    return pd.DataFrame({"Events used": list(series), **columns})


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    machine_scores: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, forecasts, machine_scores : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    by_id = events.set_index("id")
    day = by_id["start"]
    last = cutoff(events)
    months = monthly(events, cameo)
    voices = evidence.corroboration(events, sources)
    rules = starts(events, sources, cameo).set_index("Events used")
    auto = machine(machine_scores)
    before_auto = auto.loc["2023-01":"2023-06", "score"]
    acts = ledger(events)
    counts = acts["depth"].value_counts()
    kept = promises(events)["Reading"].value_counts()
    years = windows(events)
    share = years["conflictual"] / years.sum(axis=1) * 100
    clock = drivers(events)
    in_span = ev.score(ev.between(events, "AZE", "IRN"), cameo)
    in_span = in_span[in_span["start"].between(*map(pd.Timestamp, SPAN)) & in_span["scored"]]
    low_month, start_month = months["goldstein_sum"].idxmin(), thaw_start(months)
    after = months[months.index >= start_month]
    theme = claims[claims["theme"] == "thaw-2024"]
    resolved = forecasts["resolution"].value_counts()
    mean = forecasts.groupby("resolution")["probability"].mean()
    boards = {n: scoreboard(outcomes(forecasts, v)) for n, v in (("0", 0.0), ("half", 0.5), ("1", 1.0))}
    half = boards["half"]
    ended = scoreboard(outcomes(forecasts, 0.5, "ended", last))
    decided = forecasts[forecasts["resolution"] != "open"]
    years_ahead = horizons(forecasts, sources)
    thawed = forecasts["article_id"].str.endswith("2024")

    def gap(first: str, second: str) -> int:
        return int((day[second] - day[first]).days)

    def lowest(board: pd.DataFrame) -> str:
        return str(board.drop("all")["Brier"].idxmin())[:2]

    first_signed = "2023-09-10-aze-irn-agreement"
    mission = "2023-09-24-irn-aze-meeting"
    karabakh = "2023-09-19-aze-arm-attack"
    return {
        "cutoff": evidence.date_label(last),
        "days_closed": gap(_CLOSED, _REOPENED),
        "days_open": gap(_REOPENED, _EVACUATED),
        "days_attack_to_trial": gap("2023-01-27-gun-aze-attack", "2024-01-27-irn-aze-trial"),
        "days_sentence_to_reopening": gap("2024-02-05-irn-aze-trial", _REOPENED),
        "days_soon": gap("2023-10-09-irn-aze-statement", _REOPENED),
        "days_start_to_karabakh": gap(START, karabakh),
        "days_protocol_to_karabakh": gap(first_signed, karabakh),
        "days_karabakh_to_mission": gap(karabakh, mission),
        "days_january_2025": gap("2025-01-01-aze-irn-dispute", "2025-01-08-irn-aze-visit"),
        "days_march_2026": gap("2026-03-05-unk-aze-attack", "2026-03-09-aze-irn-transit"),
        "n_embassy": len(_EMBASSY),
        "low_month": evidence.date_label(low_month.start_time, None, "month"),
        "low_sum": float(months["goldstein_sum"].min()),
        "start_month": evidence.date_label(start_month.start_time, None, "month"),
        "n_rules": int(rules.size),
        "n_rules_same": int((rules == evidence.date_label(start_month.start_time, None, "month")).sum().sum()),
        "start_solid": str(rules.loc["two or more publishers", "One month"]),
        "start_solid_3": str(rules.loc["two or more publishers", "Three in a row"]),
        "n_negative_after": int((after["goldstein_sum"] < 0).sum()),
        "negative_after": evidence.date_label(after["goldstein_sum"].idxmin().start_time, None, "month"),
        "n_after": len(after),
        "left_out": int(months.attrs["left_out"]),
        "n_mismatch": int(((in_span["tone"] == "conflict") & (in_span["goldstein"] > 0)).sum()),
        "machine_july": float(auto.loc["2023-07", "score"]),
        "machine_negative": int((before_auto < 0).sum()),
        "machine_last": evidence.date_label(auto.index[-1].start_time, None, "month"),
        "n_drivers": len(clock),
        "n_drivers_before": int((clock["days"] < 0).sum()),
        "days_transit": int(-clock.loc[clock["event_id"] == "2023-05-17-rus-irn-agreement", "days"].iloc[0]),
        "n_acts": len(acts),
        "n_before_karabakh": int((acts["start"] < day[karabakh]).sum()),
        "n_said": int(counts.get("said", 0)),
        "n_met": int(counts.get("met or called", 0)),
        "n_signed": int(counts.get("signed", 0)),
        "n_done": int(counts.get("begun or done", 0)),
        "share_words": float((counts.get("said", 0) + counts.get("met or called", 0)) / len(acts) * 100),
        "share_single": float((voices.loc[acts["id"], "publishers"] == 1).mean() * 100),
        "share_two_sides": float((voices.loc[acts["id"], "n_sides"] >= 2).mean() * 100),
        "n_promises": int(kept.sum()),
        "n_kept": int(kept.get("kept", 0)),
        "n_half": int(kept.get("half kept", 0)),
        "n_under_way": int(kept.get("under way", 0)),
        "n_nothing": int(kept.get("nothing found", 0)),
        "share_before": float(share.iloc[0]),
        "share_first": float(share.iloc[1]),
        "share_second": float(share.iloc[2]),
        "n_claims": len(theme),
        "n_supported": int((theme["verdict"] == "supported").sum()),
        "n_mixed": int((theme["verdict"] == "mixed").sum()),
        "n_unchecked": int(theme["verdict"].isin(["open", "not_checkable"]).sum()),
        "n_contradicted": int((theme["verdict"] == "contradicted").sum()) or "none",
        "n_forecasts": len(forecasts),
        "n_decided": len(decided),
        "n_premature": int((~(decided["horizon_end"] <= last)).sum()),
        "brier_ended": float(ended.loc["all", "Brier"]),
        "brier_all": float(half.loc["all", "Brier"]),
        "brier_base": float(half.loc["all", "base rate"]),
        "base_rate": float(half.loc["all", "mean outcome"]),
        "low_all": float(half.loc["all", "low"]),
        "high_all": float(half.loc["all", "high"]),
        "best_half": lowest(half),
        "best_0": lowest(boards["0"]),
        "best_1": lowest(boards["1"]),
        "all_at_0": float(boards["0"].loc["all", "Brier"]),
        "all_at_1": float(boards["1"].loc["all", "Brier"]),
        "base_at_0": float(boards["0"].loc["all", "base rate"]),
        "base_at_1": float(boards["1"].loc["all", "base rate"]),
        "years_2024": float(years_ahead[thawed].median()),
        "years_2021": float(years_ahead[~thawed].median()),
        "n_smallest": int(half.drop("all")["forecasts"].min()),
        "n_largest": int(half.drop("all")["forecasts"].max()),
        **{f"n_{r}": int(resolved.get(r, 0)) for r in _RESOLUTIONS},
        **{f"p_{r}": float(mean.get(r, 0.0)) for r in _RESOLUTIONS},
        **{f"brier_{label[:2].lower()}": float(half.loc[label, "Brier"]) for label in evidence.ARTICLES.values()},
    }


def draw_machine(auto: pd.DataFrame, start: pd.Period, **words: Any) -> Exhibit:
    """Draw the machine-coded months as bars, hollow where days are missing, and the start of the thaw by hand.

    Parameters
    ----------
    auto : pandas.DataFrame
        Result of `machine`.
    start : pandas.Period
        Result of `thaw_start`.
    **words : str
        ``title``, ``caption`` and ``provenance`` of the exhibit.
    """
    whole = auto["days_present"] >= auto["days_in_month"] - 3
    days = auto.index.to_timestamp()
    with style():
        fig, ax = canvas(height=2.8)
        for above, colour, name in ((True, BLUE, "above nought"), (False, VERMILION, "below nought")):
            for full in (True, False):
                part = ((auto["score"] >= 0) == above) & (whole == full)
                look = {"color": colour} if full else {"color": "none", "hatch": "//"}
                if part.any():
                    label = name if full else f"{name}, days missing"
                    ax.bar(days[part], auto["score"][part], 26, align="edge", edgecolor=colour, label=label, **look)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.axvline(start.start_time, color=INK, linewidth=1.2, linestyle=(0, (4, 2)))
        place = (start.start_time, auto["score"].max() * 0.93)
        ax.annotate("start by hand-coded events", place, (-4, 0), textcoords="offset points", fontsize=8.5, ha="right")
        ax.set_ylabel("machine score")
        ax.grid(visible=False, axis="x")
        fig.legend(loc="outside upper left", ncols=4)
    told = ", ".join(f"{m} {v:.1f}" for m, v in auto["score"].items())
    alt = f"Bars of the monthly machine score: {told}. {int((~whole).sum())} months lack more than three days."
    data = auto[["month", "score", "days_present", "days_in_month"]].reset_index(drop=True)
    return Exhibit(id="x6-machine", figure=fig, alt=alt, data=data, **words)


def draw_embassy(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw the steps of the embassy case as a staircase in time; hatching shows when the mission was shut.

    Parameters
    ----------
    **words : str
        ``title``, ``caption`` and ``provenance`` of the exhibit.
    """
    import matplotlib.dates as mdates

    steps = embassy(events)
    steps["when"] = [evidence.date_label(r.start, r.end, r.precision) for r in steps.itertuples()]
    by_id, day = sources.set_index("id"), steps.set_index("id")["start"]
    looks = {
        "GUN": (GREY, "X", "gunman"),
        "AZE": (ORANGE, "s", "Azerbaijan acts"),
        "IRN": (GREEN, "^", "Iran acts"),
    }
    end = pd.Timestamp("2026-04-01")
    shut = {"facecolor": "none", "edgecolor": GREY, "hatch": "//", "linewidth": 0.8, "alpha": 0.7}
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, ax = canvas(height=0.9 + 0.27 * len(steps))
        ax.axvspan(day[_CLOSED], day[_REOPENED], label="mission shut", **shut)
        ax.axvspan(day[_EVACUATED], end, **shut)
        for row in steps.itertuples():
            y, (colour, marker, _) = -row.Index, looks[row.source_actor]
            middle = row.start + (row.end - row.start) / 2
            ax.plot([row.start, row.end], [y, y], color=colour, linewidth=2)  # a bar where the day is unknown
            dot = ax.scatter([middle], [y], s=52, marker=marker, color=colour, edgecolors=INK, linewidths=0.6, zorder=3)
            dot.set_urls([f"mark:{row.id}"])
            source = by_id.loc[row.source_ids.split(";")[0]]
            links[row.id] = (source["url"], f"{row.when}: {row.summary} (source: {source['publisher']})")
        ax.set_yticks(-steps.index, steps["label"])
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(pd.Timestamp("2023-01-01"), end)
        ax.set_ylim(-len(steps) + 0.3, 0.7)
        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 7)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
        for colour, marker, name in looks.values():
            ax.scatter([], [], s=52, marker=marker, color=colour, edgecolors=INK, linewidths=0.6, label=name)
        fig.legend(loc="outside upper left", ncols=4, handletextpad=0.4)
    told = "; ".join(f"{r.when}: {r.label}" for r in steps.itertuples())
    alt = f"Timeline of {len(steps)} steps. {told}."
    return Exhibit(id="x6-embassy", figure=fig, alt=alt, data=charts.event_table(steps, sources), links=links, **words)


def draw_drivers(events: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw how many days before or after the first ministerial visit each dated driver fell.

    Parameters
    ----------
    **words : str
        ``title``, ``caption`` and ``provenance`` of the exhibit.
    """
    clock = drivers(events)
    clock["when"] = [f"{abs(d)} days {'before' if d < 0 else 'after'}" for d in clock["days"]]
    with style():
        fig, ax = canvas(height=0.9 + 0.36 * len(clock))
        for row in clock.itertuples():
            early = row.days < 0
            look = {"color": "none", "edgecolor": ORANGE, "hatch": "//"} if early else {"color": BLUE}
            ax.barh(-row.Index, row.days, height=0.6, **look)
            ax.annotate(row.when, (row.days, -row.Index), (-4 if early else 4, 0), textcoords="offset points",
                        va="center", ha="right" if early else "left", fontsize=8.5)  # fmt: skip
        ax.axvline(0, color=INK, linewidth=1)
        ax.set_yticks(-clock.index, clock["driver"])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        room = (clock["days"].max() - clock["days"].min()) * 0.38
        ax.set_xlim(clock["days"].min() - room, clock["days"].max() + room)
        ax.set_xlabel(f"days from the visit of {evidence.date_label(events.set_index('id').loc[START, 'start'])}")
    told = "; ".join(f"{r.driver}: {r.when}" for r in clock.itertuples())
    alt = f"Bars of days from the first ministerial visit. {told}."
    return Exhibit(id="x6-drivers", figure=fig, alt=alt, data=clock.drop(columns="when"), **words)


def draw_ledger(events: pd.DataFrame, sources: pd.DataFrame, day: str, backed: bool = False) -> Exhibit:
    """Draw the ledger of cooperation by theme and depth, as known on one day.

    Parameters
    ----------
    day : str
        Last day of reports that count.
    backed : bool
        Keep only acts that two or more independent publishers report.
    """
    rows = ledger(events)
    known = evidence.known_by(rows, sources, day)
    if backed:
        known = known[known["id"].map(evidence.corroboration(rows, sources)["publishers"]) >= 2]
    counts = ladder(known)
    finding = (
        f"As known on {evidence.date_label(pd.Timestamp(day))}: cooperative acts"
        f"{' with two publishers or more' if backed else ''} {len(known)}, of which "
        f"{counts['signed'].sum()} signed and {counts['begun or done'].sum()} begun or done."
    )
    colours = dict(zip(DEPTHS, (SKY, PURPLE, ORANGE, GREEN), strict=True))
    shown = charts.bars(
        counts, id="x6-ledger-frame", title=finding, x="cooperative acts since 5 July 2023", colours=colours
    )
    axes = shown.figure.axes[0]
    axes.set_xlim(0, ladder(rows).sum(axis=1).max() + 1)  # one scale for all days
    axes.set_xticks(range(0, int(ladder(rows).sum(axis=1).max()) + 1, 5))
    for patch in axes.patches:
        patch.set_visible(patch.get_width() > 0)  # no edge for an empty part
    return shown


def draw_probabilities(forecasts: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw each forecast at its probability, in the row of its resolution, with the mean of the row.

    Parameters
    ----------
    **words : str
        ``title``, ``caption`` and ``provenance`` of the exhibit.
    """
    told = []
    with style():
        fig, ax = canvas(height=3.4)
        for y, resolution in enumerate(_RESOLUTIONS):
            part = forecasts[forecasts["resolution"] == resolution].sort_values(["probability", "article_id"])
            shared = part.groupby("probability")["id"]
            height = -y + (shared.cumcount() - (shared.transform("size") - 1) / 2) * 0.125
            for article, (colour, marker) in _MARKS.items():
                mine = part["article_id"] == article
                ax.scatter(part["probability"][mine], height[mine], s=30, marker=marker, color=colour,
                           edgecolors=INK, linewidths=0.4, zorder=3)  # fmt: skip
            mean = part["probability"].mean()
            ax.plot([mean, mean], [-y - 0.42, -y + 0.42], color=INK, linewidth=1.8, zorder=2)
            told.append(f"{resolution}: {len(part)} forecasts, mean probability {mean:.2f}")
        for article, (colour, marker) in _MARKS.items():
            label = evidence.ARTICLES[article]
            ax.scatter([], [], s=30, marker=marker, color=colour, edgecolors=INK, linewidths=0.4, label=label)
        ax.plot([], [], color=INK, linewidth=1.8, label="mean of the row")
        ax.set_yticks([-y for y in range(len(_RESOLUTIONS))], _RESOLUTIONS)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("probability as read from the wording")
        fig.legend(loc="outside upper left", ncols=3)
    alt = f"Dots of probability by resolution. {'; '.join(told)}."
    data = forecasts[["article_id", "proposition", "probability", "resolution"]].reset_index(drop=True)
    return Exhibit(id="x6-probabilities", figure=fig, alt=alt, data=data, **words)


def draw_brier(forecasts: pd.DataFrame, today: pd.Timestamp, partly: float, which: str) -> Exhibit:
    """Draw the Brier score of each article with its interval and the score of naming the base rate.

    Parameters
    ----------
    today, partly, which
        See `outcomes`.
    """
    board = scoreboard(outcomes(forecasts, partly, which, today))
    total = board.loc["all"]
    order = ", ".join(label[:2] for label in board.drop("all")["Brier"].sort_values().index)
    finding = (
        f"{total['forecasts']:.0f} forecasts, partly counted as {partly:g}: Brier score {total['Brier']:.2f} against "
        f"{total['base rate']:.2f} for the base rate. Best to worst: {order}."
    )
    y = -np.arange(len(board))
    with style():
        fig, ax = canvas(height=3.1)
        ax.hlines(y, board["low"], board["high"], color=GREY, linewidth=5, alpha=0.55, label="90 per cent interval")
        ax.scatter(board["Brier"], y, s=52, color=BLUE, zorder=3, label="Brier score")
        ax.scatter(board["base rate"], y, s=80, marker="|", color=VERMILION, linewidths=2.2, zorder=3,
                   clip_on=False, label="always the base rate")  # fmt: skip
        ax.axvline(0.25, color=INK, linewidth=1, linestyle=(0, (4, 2)), label="always one half")
        for score, place in zip(board["Brier"], y, strict=True):
            ax.annotate(f"{score:.2f}", (score, place), (0, 6), textcoords="offset points", ha="center", fontsize=8.5)
        ax.set_yticks(y, [f"{label} ({n:.0f})" for label, n in board["forecasts"].items()])
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 0.7)
        ax.set_ylim(-len(board) + 0.5, 0.7)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("Brier score: nought is perfect")
        fig.legend(loc="outside upper left", ncols=4, handletextpad=0.4, columnspacing=1.2)
    told = "; ".join(
        f"{label}: {r['Brier']:.3f} ({r['low']:.2f} to {r['high']:.2f}), base rate {r['base rate']:.3f}"
        for label, r in board.iterrows()
    )
    data = board.rename_axis("article").reset_index()
    return Exhibit("x6-brier-frame", finding, fig, f"Brier scores by article. {told}.", data)
