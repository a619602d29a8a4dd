"""Figures, selections and drawings of chapter 5, on the Israel factor."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers import events as ev
from helpers import evidence
from helpers.exhibits import BLUE, GREEN, GREY, INK, PURPLE, SKY, VERMILION, Exhibit, canvas, style
from helpers.numbers import Value

__all__ = [
    "ACTORS",
    "BARRELS_PER_TON",
    "PRESENCE",
    "PRESENCE_SIGNS",
    "WINDOW",
    "WORDS",
    "answers",
    "arms_by_year",
    "arms_shares",
    "clash_windows",
    "clashes",
    "draw_answers",
    "draw_clashes",
    "draw_neighbours",
    "frustration",
    "iranian_words",
    "neighbour_links",
    "oil_rates",
    "oil_shares",
    "ordinary_days",
    "period_label",
    "periods",
    "presence",
    "robustness",
    "steps",
    "triads",
    "triangle",
    "values",
    "window_share",
]

#: Days on either side of a clash that the sign test compares, unless told otherwise.
WINDOW = 90

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

#: Types of events that are words: no drills, and no words that others only say were spoken.
WORDS = ("statement", "accusation", "denial", "meeting", "diplomatic-protest")

#: Barrels in a metric ton of crude: a convention of the oil trade, not a datum; it varies by grade.
BARRELS_PER_TON = 7.33

#: Israeli–Iranian clashes: label, first day, event (or tie, where no event does) that carries it, whether
#: known to the day.
CLASHES = (
    ("consulate strike, April 2024", "2024-04-01", "2024-04-01-isr-irn-attack", True),
    ("killing in Tehran, July 2024", "2024-07-31", "2024-07-31-isr-irn-attack", True),
    ("twelve-day war, June 2025", "2025-06-01", "irn-isr-2025", False),
    ("war from February 2026", "2026-02-28", "2026-02-28-usa-irn-attack", True),
)

#: What has been said about an Israeli presence: proposition, claims by article, accusations and denials.
PRESENCE: tuple[tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "Intelligence work",
        {"S0": "S0-48"},
        ("2012-02-12-irn-aze-diplomatic-protest",),
        ("2012-02-13-aze-irn-denial",),
    ),
    ("Use of air bases", {"S4": "S4-41"}, ("2012-03-28-isr-aze-accusation",), ("2012-03-29-aze-isr-denial",)),
    (
        "Wider foothold near Iran",
        {"S0": "S0-15"},
        ("2021-09-28-irn-aze-statement", "2021-10-02-irn-aze-statement"),
        ("2021-10-aze-irn-denial",),
    ),
    (
        "Forces at the border",
        {"S1": "S1-07"},
        ("2021-09-30-irn-aze-meeting", "2021-10-irn-aze-accusation"),
        ("2021-10-04-aze-irn-denial", "2021-10-05-aze-irn-statement"),
    ),
    (
        "Personnel told to leave",
        {"S4": "S4-46"},
        ("2024-08-12-isr-aze-dispute",),
        ("2024-08-12-isr-aze-dispute",),
    ),
    ("Drones through airspace", {}, ("2025-06-26-irn-aze-accusation",), ("2025-06-27-aze-irn-statement",)),
)

#: How a cell of the presence table is drawn.
PRESENCE_SIGNS = {
    "flat": (BLUE, "!", "flat statement"),
    "hedged": (SKY, "~", "hedged"),
    "reported": (PURPLE, "R", "as a report"),
    "one": (GREY, "1", "publisher"),
    "several": (GREEN, "2+", "publishers"),
    "supported": (GREEN, "✓", "supported"),
    "mixed": (GREY, "±", "mixed"),
    "open": (VERMILION, "?", "open"),
}


def period_label(first: int, last: int) -> str:
    """Write a span of years.

    Examples
    --------
    >>> period_label(2013, 2019), period_label(2020, 2020)
    ('2013–2019', '2020')
    """
    return str(first) if first == last else f"{first}–{last}"


def _sure(flows: pd.DataFrame, keep_low: bool) -> pd.DataFrame:
    return flows if keep_low else flows[flows["confidence"] != "low"]


# Arms and oil -------------------------------------------------------------------------------------


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
        Index: the five years; columns ``Israel``, ``Russia``, ``Turkey or Belarus``,
        ``no share in our rows``.
    """
    rows = _sure(flows, keep_low)
    rows = rows[(rows["kind"] == "arms") & (rows["measure"] == "share") & (rows["to_actor"] == "AZE")]
    rows = rows[~rows["id"].str.contains("israeli-m") & (_years(rows) == 5)]
    columns = {"ISR": "Israel", "RUS": "Russia", "TUR": "Turkey or Belarus", "BLR": "Turkey or Belarus"}
    table = rows.assign(
        release=[period_label(a.year, b.year) for a, b in zip(rows["period_start"], rows["period_end"], strict=True)],
        supplier=rows["from_actor"].map(columns),
    ).pivot_table(index="release", columns="supplier", values="value", aggfunc="last")
    table = table.reindex(columns=["Israel", "Russia", "Turkey or Belarus"]).rename_axis(columns=None)
    return table.assign(**{"no share in our rows": 100 - table.sum(axis=1)})


def _years(rows: pd.DataFrame) -> pd.Series:
    return rows["period_end"].dt.year - rows["period_start"].dt.year + 1


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
    """Bring figures on Azerbaijani crude for Israel to one unit: thousand barrels a day.

    Returns
    -------
    pandas.DataFrame
        Index: period and scope; columns ``export figures`` and ``tanker tracking``. The row for 2024
        implied by the growth that the 2025 row states is computed from it.
    """
    rows = flows[(flows["kind"] == "oil") & (flows["measure"] == "volume") & (flows["confidence"] != "low")]
    found: list[tuple[str, float, float]] = []
    for row in rows.sort_values("period_start").itertuples():
        days = (row.period_end - row.period_start).days + 1
        whole = row.coverage == "calendar_year"
        when = f"{row.period_start:%Y}" if whole else _months(row.period_start, row.period_end)
        if row.unit in ("thousand tons", "thousand tonnes"):
            scope = ", SOCAR only" if "SOCAR" in row.segment else ", lower bound" if "more than" in row.note else ""
            found.append((when + scope, row.value * BARRELS_PER_TON / days, np.nan))
        else:
            stated = re.search(r"plus (\d+(?:\.\d+)?) %", row.summary)
            if stated is None:
                raise ValueError(f"flows {row.id}: the summary states no growth, so the year before cannot be implied")
            growth = float(stated[1])
            found.append((f"{row.period_start.year - 1}, implied", np.nan, row.value / (1 + growth / 100)))
            found.append((when, np.nan, row.value))
    table = pd.DataFrame(found, columns=["period", "export figures", "tanker tracking"]).set_index("period")
    return table


def _months(start: pd.Timestamp, end: pd.Timestamp) -> str:
    return f"{start:%b %Y}" if start.month == end.month else f"{start:%b}–{end:%b %Y}"


def oil_shares(flows: pd.DataFrame, keep_low: bool = False) -> pd.DataFrame:
    """Keep the rows that give Azerbaijan's own share of Israel's oil (not Kazakhstan's with it)."""
    rows = _sure(flows, keep_low)
    return rows[(rows["kind"] == "oil") & (rows["measure"] == "share") & (rows["from_actor"] == "AZE")]


# Steps, answers, presence -------------------------------------------------------------------------


def steps(events: pd.DataFrame, first: str = "2022-01-01") -> pd.DataFrame:
    """Keep the cooperative acts between Israel and Azerbaijan: scored events of CAMEO roots 03 to 06."""
    pair = ev.between(events, "AZE", "ISR")
    return pair[
        pair["scored"] & pair["cameo"].str[:2].isin(["03", "04", "05", "06"]) & (pair["start"] >= pd.Timestamp(first))
    ]


def iranian_words(events: pd.DataFrame, first: str = "2022-01-01", last: str | None = None) -> pd.DataFrame:
    """Keep Iran's words to Azerbaijan or Israel that name Israel: of a type in `WORDS`, CAMEO roots 01 to 15."""
    rows = events[(events["source_actor"] == "IRN") & events["target_actor"].isin(["AZE", "ISR"])]
    named = (rows["target_actor"] == "ISR") | rows["other_actors"].str.split(";").map(lambda a: "ISR" in a)
    rows = rows[
        named
        & rows["type"].isin(WORDS)
        & (rows["cameo"].str[:2].astype(int) <= 15)
        & (rows["start"] >= pd.Timestamp(first))
    ]
    return rows if last is None else rows[rows["start"] <= pd.Timestamp(last)]


def answers(acts: pd.DataFrame, words: pd.DataFrame, days: int = 30) -> pd.DataFrame:
    """Say which acts were followed by words within a number of days.

    An act dated to a month is followed by everything from the first of the month to `days` after its last
    day: the rule that finds most answers.

    Returns
    -------
    pandas.DataFrame
        `acts` with ``answers``: ids joined by ``;``.
    """
    reach = pd.Timedelta(days=days)
    found = [
        ";".join(words.loc[words["start"].between(a, b + reach), "id"])
        for a, b in zip(acts["start"], acts["end"], strict=True)
    ]
    return acts.assign(answers=found)


def presence(claims: pd.DataFrame, events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what has been said about an Israeli presence, by whom and how firmly.

    Returns
    -------
    pandas.DataFrame
        Index: proposition of `PRESENCE`; columns: the articles that speak of it, number of publishers of the
        accusation and of the denial (the best-reported event counts), verdict on the claim. Cells are
        keys of `PRESENCE_SIGNS` or empty.
    """
    by_claim = claims.set_index("id")
    voices = evidence.corroboration(events, sources)["publishers"]

    def voiced(ids: Sequence[str]) -> str:
        return "several" if voices.loc[list(ids)].max() >= 2 else "one"

    rows = {}
    for name, told, accusations, denials in PRESENCE:
        verdicts = [by_claim.loc[c, "verdict"] for c in told.values()]
        rows[name] = {
            **{a: by_claim.loc[told[a], "hedge"] if a in told else "" for a in ("S0", "S1", "S4")},
            "accused": voiced(accusations),
            "denied": voiced(denials),
            "verdict": verdicts[0] if verdicts else "open",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# Clashes ------------------------------------------------------------------------------------------


def clashes(events: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """List the Israeli–Iranian clashes of `CLASHES`, checked against the rows that carry them.

    Raises
    ------
    KeyError
        If neither table has the row.
    """
    table = pd.DataFrame(CLASHES, columns=["clash", "start", "row", "to_the_day"])
    table["start"] = pd.to_datetime(table["start"])
    missing = set(table["row"]) - set(events["id"]) - set(ties["id"])
    if missing:
        raise KeyError(f"no event or tie {', '.join(sorted(missing))}")
    return table


def clash_windows(
    events: pd.DataFrame,
    cameo: pd.DataFrame,
    shocks: pd.DataFrame,
    days: int = WINDOW,
    day_precise: bool = False,
    skip: int = 0,
) -> pd.DataFrame:
    """Compare the tone between Azerbaijan and Iran before and after each clash.

    Parameters
    ----------
    events, cameo : pandas.DataFrame
        Tables of that name.
    shocks : pandas.DataFrame
        Result of `clashes`.
    days : int
        Length of either window; the day of the clash belongs to the second.
    day_precise : bool
        Leave out events dated to a month only.
    skip : int
        Days after the clash that the second window leaves out: 90 compares the tone before with that of days 91
        onward.

    Returns
    -------
    pandas.DataFrame
        `shocks` with ``n_before``, ``n_after``, ``before``, ``after`` (mean Goldstein value; missing
        without an event), ``sum_before``, ``sum_after``, ``change`` of the mean, ``direction``: ``apart``
        where it falls, ``together`` where it rises, ``level`` or ``no reading``.
    """
    pair = ev.between(events, "AZE", "IRN")
    pair = pair[pair["scored"] & (pair["precision"].isin(["day"] if day_precise else ["day", "month"]))]
    pair = ev.score(pair, cameo)
    span = pd.Timedelta(days=days)
    rows = []
    for start in shocks["start"]:
        begin = start + pd.Timedelta(days=skip + 1 if skip else 0)
        end = start + pd.Timedelta(days=skip) + span
        parts = {
            "before": pair.loc[(pair["start"] >= start - span) & (pair["start"] < start), "goldstein"],
            "after": pair.loc[(pair["start"] >= begin) & (pair["start"] <= end), "goldstein"],
        }
        rows.append(
            {f"n_{k}": len(v) for k, v in parts.items()}
            | {k: float(v.mean()) for k, v in parts.items()}
            | {f"sum_{k}": float(v.sum()) for k, v in parts.items()}
        )
    table = shocks.reset_index(drop=True).join(pd.DataFrame(rows))
    table["change"] = table["after"] - table["before"]
    sign = np.sign(table["change"])
    table["direction"] = sign.map({-1.0: "apart", 1.0: "together", 0.0: "level"}).fillna("no reading")
    return table


def ordinary_days(
    events: pd.DataFrame, cameo: pd.DataFrame, shocks: pd.DataFrame, first: str = "2023-10-01", step: int = 15
) -> pd.DataFrame:
    """Put dates on which nothing special happened through the test that `clash_windows` runs.

    Parameters
    ----------
    events, cameo, shocks : pandas.DataFrame
        As in `clash_windows`.
    first : str
        First date; the last is `WINDOW` days before the last event.
    step : int
        Days between two dates. Their windows overlap, so they are not independent.

    Returns
    -------
    pandas.DataFrame
        Result of `clash_windows` for the dates at least half a window away from every clash.
    """
    days = pd.date_range(first, events["start"].max() - pd.Timedelta(days=WINDOW), freq=f"{step}D")
    far = [d for d in days if (shocks["start"] - d).abs().min() >= pd.Timedelta(days=WINDOW / 2)]
    return clash_windows(events, cameo, pd.DataFrame({"clash": "none", "start": far}))


def robustness(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, shocks: pd.DataFrame) -> pd.DataFrame:
    """Count the directions that `clash_windows` finds under other windows and stricter rows.

    Returns
    -------
    pandas.DataFrame
        Index: setting; columns ``apart``, ``together``, ``no reading``: numbers of clashes.
    """
    voices = evidence.corroboration(events, sources)["publishers"]
    backed = events[events["id"].map(voices) >= 2]
    cases = {f"{days} days": clash_windows(events, cameo, shocks, days) for days in (30, 60, 90, 120)}
    for days in (WINDOW, 120):
        cases[f"{days} days, dated to the day"] = clash_windows(events, cameo, shocks, days, day_precise=True)
    cases[f"{WINDOW} days, two publishers"] = clash_windows(backed, cameo, shocks)
    table = pd.DataFrame({k: v["direction"].value_counts() for k, v in cases.items()}).T
    return table.reindex(columns=["apart", "together", "no reading"]).fillna(0).astype(int)


def neighbour_links(scores: pd.DataFrame, last: str = "9999-12", changes: bool = True) -> pd.DataFrame:
    """Correlate Iran's machine-coded tone toward four neighbours with that between Iran and Israel.

    Month by month. Only months of which every day is in the source count, and only changes
    between two such months in a row.

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
        Index: neighbour; ``rank correlation``, ``low`` and ``high`` (approximate 95 per cent interval),
        ``months``.
        Positive: when Iran and Israel clash, Iran's tone toward the neighbour falls too.
    """
    whole = scores[(scores["days_present"] == scores["days_in_month"]) & (scores["month"] <= last)]
    names = whole["actor_a"] + "-" + whole["actor_b"]
    wide = whole.assign(pair=names).pivot(index="month", columns="pair", values="score").astype(float)
    wide = wide.reindex(pd.period_range(wide.index.min(), wide.index.max(), freq="M").astype(str))
    wide = wide.diff() if changes else wide
    rows = {}
    for label, pair in {
        "Azerbaijan": "AZE-IRN",
        "Armenia": "ARM-IRN",
        "Turkey": "IRN-TUR",
        "Russia": "IRN-RUS",
    }.items():
        both = wide[[pair, "IRN-ISR"]].dropna()
        rho = float(both.rank().corr().iloc[0, 1])
        # Standard error of Fisher's z for a rank correlation (Bonett and Wright 2000).
        half = 1.96 * np.sqrt((1 + rho**2 / 2) / (len(both) - 3))
        low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
        rows[label] = {"rank correlation": rho, "low": float(low), "high": float(high), "months": len(both)}
    return pd.DataFrame.from_dict(rows, orient="index")


# Signed network -----------------------------------------------------------------------------------


def periods(ties: pd.DataFrame) -> dict[str, int]:
    """Map the label of each period of the ties to its first year, in order."""
    spans = ties[["period_start", "period_end"]].drop_duplicates().sort_values("period_start")
    return {period_label(int(a), int(b)): int(a) for a, b in spans.itertuples(index=False)}


def _signs(ties: pd.DataFrame, actors: Sequence[str]) -> dict[frozenset[str], int]:
    inside = ties["actor_a"].isin(list(actors)) & ties["actor_b"].isin(list(actors))
    kept = ties[inside & (ties["sign"] != 0)]
    pairs = [frozenset(p) for p in zip(kept["actor_a"], kept["actor_b"], strict=True)]
    if len(set(pairs)) < len(pairs):
        raise ValueError("two ties of one pair: give one period at a time")
    return dict(zip(pairs, (int(s) for s in kept["sign"]), strict=True))


def triads(ties: pd.DataFrame, actors: Sequence[str]) -> pd.DataFrame:
    """List the closed triads of signed ties and whether each is balanced (product of the signs positive).

    Parameters
    ----------
    ties : pandas.DataFrame
        Ties of one period; neutral ties close no triad.
    actors : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``triad`` (codes joined by a hyphen) and ``balanced``.

    Examples
    --------
    >>> ties = pd.DataFrame({"actor_a": ["A", "A", "B"], "actor_b": ["B", "C", "C"], "sign": [1, 1, -1]})
    >>> triads(ties, ["A", "B", "C"])["balanced"].tolist()
    [False]
    """
    signs = _signs(ties, actors)
    found = []
    for trio in itertools.combinations(sorted(actors), 3):
        pairs = [frozenset(p) for p in itertools.combinations(trio, 2)]
        if all(pair in signs for pair in pairs):
            sides = [signs[pair] for pair in pairs]
            found.append(("-".join(trio), bool(np.prod(sides) > 0)))
    return pd.DataFrame(found, columns=["triad", "balanced"])


def frustration(ties: pd.DataFrame, actors: Sequence[str]) -> int:
    """Count the fewest ties whose sign would have to change for two camps to explain all (exact search).

    Examples
    --------
    >>> ties = pd.DataFrame({"actor_a": ["A", "A", "B"], "actor_b": ["B", "C", "C"], "sign": [1, 1, -1]})
    >>> frustration(ties, ["A", "B", "C"])
    1
    """
    order = {a: i for i, a in enumerate(actors)}
    edges = [(*sorted(order[a] for a in pair), sign) for pair, sign in _signs(ties, actors).items()]
    best = len(edges)
    for camp in itertools.product((1, -1), repeat=len(order) - 1):
        side = (1, *camp)
        best = min(best, sum(side[a] * side[b] != sign for a, b, sign in edges))
    return best


def triangle(ties: pd.DataFrame) -> pd.DataFrame:
    """Tabulate the signs of the triangle Azerbaijan–Iran–Israel by period, and its balance.

    Returns
    -------
    pandas.DataFrame
        Rows: the three pairs and ``triangle``; columns: periods. Cells: 1, 0, -1; in the last row
        ``balanced``, ``unbalanced`` or ``open`` (a neutral side).
    """
    columns = {}
    for label, year in periods(ties).items():
        part = ties[ties["period_start"] == year]
        sign = {frozenset(p): int(s) for *p, s in part[["actor_a", "actor_b", "sign"]].itertuples(index=False)}
        sides = [sign[frozenset(p)] for p in (("AZE", "IRN"), ("AZE", "ISR"), ("IRN", "ISR"))]
        product = int(np.prod(sides))
        columns[label] = [*sides, {1: "balanced", -1: "unbalanced", 0: "open"}[product]]
    index = ["Azerbaijan–Iran", "Azerbaijan–Israel", "Iran–Israel", "triangle"]
    return pd.DataFrame(columns, index=index, dtype=object)


# Drawings -----------------------------------------------------------------------------------------


def draw_answers(
    acts: pd.DataFrame,
    words: pd.DataFrame,
    shocks: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    id: str,  # noqa: A002
    title: str,
    last: pd.Timestamp,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw three lanes: Israeli–Azerbaijani steps, Iranian words on Israel, Israeli–Iranian clashes.

    Parameters
    ----------
    acts : pandas.DataFrame
        Result of `answers`.
    words, shocks : pandas.DataFrame
        Results of `iranian_words` and `clashes`.
    sources : pandas.DataFrame
        Table ``sources``.
    last : pandas.Timestamp
        Right end of the axis.
    """
    import matplotlib.dates as mdates

    by_id = sources.set_index("id")
    lanes = {2: "Israeli–\nAzerbaijani\nsteps", 1: "Iranian words\non Israel", 0: "Israeli–Iranian\nclashes"}
    links: dict[str, tuple[str, str]] = {}
    first = pd.Timestamp(min(acts["start"].min(), words["start"].min()).year, 1, 1)
    with style():
        fig, ax = canvas(height=3.0)
        for lane, frame, colour, marker in ((2, acts, BLUE, "o"), (1, words, VERMILION, "v")):
            for precise in (True, False):
                part = frame[(frame["precision"] == "day") == precise]
                if part.empty:
                    continue
                ready = part.get("answers", pd.Series("", index=part.index)) != ""
                stacked = part.groupby("start").cumcount()
                height = lane + np.where(ready, 0.22, 0.0) - 0.2 * stacked
                dots = ax.scatter(
                    part["start"],
                    height,
                    s=46,
                    marker=marker,
                    facecolors=colour if precise else "none",
                    edgecolors=colour,
                    linewidths=1.2,
                    zorder=3,
                )
                dots.set_urls([f"mark:{i}" for i in part["id"]])
            for row in frame.itertuples():
                source = by_id.loc[row.source_ids.split(";")[0]]
                when = evidence.date_label(row.start, row.end, row.precision)
                links[row.id] = (source["url"], f"{when}: {row.summary} (source: {source['publisher']})")
        for row in acts[acts["answers"] != ""].itertuples():
            reply = words.set_index("id").loc[row.answers.split(";")[0], "start"]
            ax.annotate(
                "",
                (reply, 1.1),
                (row.start, 2.14),
                arrowprops={"arrowstyle": "->", "color": INK, "linewidth": 0.9},
            )
        for row in shocks.itertuples():
            ax.axvline(row.start, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
            ax.scatter([row.start], [0], s=60, marker="X", color=INK, zorder=3, linewidths=0)
        ax.set_yticks(list(lanes), list(lanes.values()))
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_ylim(-0.5, 2.6)
        ax.set_xlim(first, last + pd.Timedelta(days=20))
        ax.xaxis.set_major_locator(mdates.YearLocator())
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
        handles = [
            ax.scatter([], [], s=46, color=BLUE, label="step"),
            ax.scatter([], [], s=46, marker="v", color=VERMILION, label="words"),
            ax.scatter([], [], s=60, marker="X", color=INK, linewidths=0, label="clash"),
            ax.scatter([], [], s=46, facecolors="none", edgecolors=INK, label="hollow: dated to a month"),
        ]
        fig.legend(handles=handles, loc="outside upper left", ncols=4, handletextpad=0.2, columnspacing=1.2)
    answered = int((acts["answers"] != "").sum())
    alt = (
        f"Three lanes from {first.year} to {evidence.date_label(last)}: {len(acts)} steps between Israel and "
        f"Azerbaijan, {answered} of them joined by an arrow to one of {len(words)} Iranian statements that name "
        f"Israel, and {len(shocks)} Israeli–Iranian clashes ({'; '.join(shocks['clash'])})."
    )
    data = pd.concat([acts.assign(lane="step"), words.assign(lane="Iranian words", answers="")]).sort_values("start")
    shown = pd.DataFrame(
        {
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in data.itertuples()],
            "Lane": data["lane"],
            "Event": data["summary"],
            "Answered by": data["answers"],
            "Confidence": data["confidence"],
        }
    )
    return Exhibit(id, title, fig, alt, shown.reset_index(drop=True), caption, provenance, links)


def draw_clashes(
    windows: pd.DataFrame,
    *,
    id: str,  # noqa: A002
    title: str,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw the mean tone before (hollow) and after (filled) each clash, with numbers of events."""
    with style():
        fig, ax = canvas(height=0.9 + 0.55 * len(windows))
        heights = np.arange(len(windows))[::-1]
        ax.axvline(0, color=INK, linewidth=0.8)
        for y, row in zip(heights, windows.itertuples(), strict=True):
            if row.direction == "no reading":
                ax.text(0.1, y, "no event on one side", va="center", fontsize=9, color=INK)
            else:
                down = row.direction == "apart"
                ax.annotate(
                    "",
                    (row.after, y),
                    (row.before, y),
                    arrowprops={
                        "arrowstyle": "->",
                        "color": VERMILION if down else BLUE,
                        "linewidth": 1.6,
                        "linestyle": "--" if down else "-",
                        "shrinkA": 5,
                        "shrinkB": 5,
                    },
                )
            ax.scatter([row.before], [y], s=52, facecolors="none", edgecolors=INK, linewidths=1.3, zorder=3)
            ax.scatter([row.after], [y], s=52, color=INK, zorder=3)
            ax.text(
                9.9,
                y,
                f"{row.n_before} → {row.n_after}  {row.direction}",
                ha="right",
                va="center",
                fontsize=9,
            )
        ax.text(9.9, len(windows) - 0.45, "events before → after", ha="right", va="bottom", fontsize=8.5)
        ax.set_yticks(heights, windows["clash"])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_ylim(-0.6, len(windows) - 0.1)
        ax.set_xlim(-5, 10)
        ax.set_xlabel("mean Goldstein value of acts between Azerbaijan and Iran")
        handles = [
            ax.scatter([], [], s=52, facecolors="none", edgecolors=INK, label="before"),
            ax.scatter([], [], s=52, color=INK, label="after"),
        ]
        fig.legend(handles=handles, loc="outside upper left", ncols=2, handletextpad=0.2)
    told = "; ".join(
        f"{r.clash}: {_plus(r.before)} before ({r.n_before} events), {_plus(r.after)} after ({r.n_after}), "
        f"{r.direction}"
        for r in windows.itertuples()
    )
    data = windows.drop(columns=["row"])
    return Exhibit(id, title, fig, f"Mean tone before and after each clash. {told}.", data, caption, provenance)


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
    """Draw rank correlations with intervals, one row per neighbour and one mark per entry of `links`.

    Parameters
    ----------
    links : mapping of str to pandas.DataFrame
        Label to result of `neighbour_links`; at most three.
    """
    looks = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"))
    names = list(next(iter(links.values())).index)
    with style():
        fig, ax = canvas(height=1.1 + 0.6 * len(names))
        ax.axvline(0, color=INK, linewidth=0.8)
        for step, ((label, table), (colour, marker)) in enumerate(zip(links.items(), looks, strict=False)):
            y = np.arange(len(names))[::-1] + 0.25 - 0.25 * step
            ax.hlines(y, table["low"], table["high"], color=colour, linewidth=1.4)
            ax.scatter(table["rank correlation"], y, s=44, color=colour, marker=marker, zorder=3, label=label)
        ax.set_yticks(np.arange(len(names))[::-1], [f"Iran–{n}" for n in names])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_xlim(-0.75, 0.75)
        ax.set_ylim(-0.6, len(names) - 0.4)
        ax.set_xlabel("together (S4)  ←  rank correlation with Iran–Israel  →  apart (S2)")
        fig.legend(loc="outside upper left", ncols=3, handletextpad=0.2)
    told = "; ".join(
        f"{label}: "
        + ", ".join(
            f"Iran–{n} {r['rank correlation']:+.2f} ({r['low']:+.2f} to {r['high']:+.2f})" for n, r in t.iterrows()
        )
        for label, t in links.items()
    )
    data = pd.concat(dict(links), names=["reading", "neighbour"]).reset_index()
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
    events, sources, cameo, claims, flows, ties : pandas.DataFrame
        Tables of that name.
    machine_scores : pandas.DataFrame
        Table ``machine_scores``.

    Returns
    -------
    dict
        Name to value.
    """
    last = events["start"].max()
    israel = claims[claims["theme"] == "israel"]
    return {
        "data_to": evidence.date_label(last),
        "n_israel_claims": len(israel),
        **{
            f"claims_{v}": int((israel["verdict"] == v).sum())
            for v in ("supported", "mixed", "open", "contradicted", "not_checkable")
        },
        **_trade_values(flows),
        **_answer_values(events),
        **_clash_values(events, sources, cameo, ties, machine_scores),
        **_network_values(ties),
    }


def _trade_values(flows: pd.DataFrame) -> dict[str, Value]:
    shares, by_year, rates = arms_shares(flows), arms_by_year(flows), oil_rates(flows)
    by_id = flows.set_index("id")
    low = flows[flows["kind"].isin(["arms", "oil"]) & (flows["confidence"] == "low")]
    own = oil_shares(flows, keep_low=True)
    kept = oil_shares(flows)
    implied, customs = rates.filter(like="implied", axis=0), rates.filter(like="lower bound", axis=0)
    return {
        "isr_peak": float(shares["Israel"].max()),
        "isr_peak_years": str(shares["Israel"].idxmax()),
        "isr_1418": float(shares.loc["2014–2018", "Israel"]),
        "isr_last": float(shares["Israel"].iloc[-1]),
        "isr_last_years": str(shares.index[-1]),
        "rus_first": float(shares["Russia"].iloc[0]),
        "rus_first_years": str(shares.index[0]),
        "rus_1418": float(shares.loc["2014–2018", "Russia"]),
        "rus_1620": float(shares.loc["2016–2020", "Russia"]),
        "recomputed_1418": window_share(by_year, 2014, 2018),
        "recomputed_1620": window_share(by_year, 2016, 2020),
        "recomputed_1014": window_share(by_year, 2010, 2014),
        "misprint": float(by_id.loc["arms-share-isr-aze-2016-2020-share-of-azerbaija-2", "value"]),
        "misprint_release": float(by_id.loc["arms-share-isr-aze-2016-2020-share-of-azerbaija", "value"]),
        "export_share": float(by_id.loc["arms-share-isr-aze-2014-2018-share-of-israeli-m", "value"]),
        "tiv_isr_peak": float(by_year["Israel"].max()),
        "tiv_isr_peak_year": int(by_year["Israel"].idxmax()),
        "tiv_isr_2020": float(by_year.loc[2020, "Israel"]),
        "tiv_rus_peak": float(by_year["Russia"].max()),
        "tiv_rus_peak_year": int(by_year["Russia"].idxmax()),
        "n_low_flows": len(low),
        "n_low_arms": int((low["kind"] == "arms").sum()),
        "n_low_oil": int((low["kind"] == "oil").sum()),
        "n_forty": int((own["value"] == 40).sum()),
        "n_forty_low": int(((own["value"] == 40) & (own["confidence"] == "low")).sum()),
        "forty": float(own["value"].mode()[0]),
        "n_share_kept": len(kept),
        "share_2025": float(kept["value"].iloc[-1]),
        "share_two_2016": float(by_id.loc["oil-share-aze-kaz-isr-2016-share-of-israeli-o", "value"]),
        "barrels": BARRELS_PER_TON,
        "rate_2018": float(rates["export figures"].iloc[0]),
        "rate_2023": float(rates.loc["Jan–Nov 2023", "export figures"]),
        "rate_jan_2024": float(rates.loc["Jan 2024", "export figures"]),
        "rate_customs_2024": float(customs["export figures"].iloc[0]),
        "rate_implied_2024": float(implied["tanker tracking"].iloc[0]),
        "rate_2025": float(rates["tanker tracking"].iloc[-1]),
        "rate_gap_2024": float(implied["tanker tracking"].iloc[0] / customs["export figures"].iloc[0]),
        "value_2023": float(by_id.loc["oil-value-aze-isr-2023-crude-exports-to-i", "value"]) / 1000,
    }


def _answer_values(events: pd.DataFrame) -> dict[str, Value]:
    acts, words = steps(events), iranian_words(events)
    month, quarter = answers(acts, words, 30), answers(acts, words, WINDOW)
    firm = acts[acts["confidence"] == "high"]
    return {
        "n_steps": len(acts),
        "n_answered": int((month["answers"] != "").sum()),
        "n_answered_90": int((quarter["answers"] != "").sum()),
        "n_words": len(words),
        "n_words_2021": len(iranian_words(events, "2021-08-01", "2021-12-31")),
        "n_steps_2025": int((acts["start"] >= "2025-01-01").sum()),
        "n_steps_firm": len(firm),
        "n_answered_firm": int((answers(firm, words, 30)["answers"] != "").sum()),
    }


def _clash_values(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, ties: pd.DataFrame, scores: pd.DataFrame
) -> dict[str, Value]:
    shocks = clashes(events, ties)
    main = clash_windows(events, cameo, shocks)
    table = robustness(events, sources, cameo, shocks)
    plainly = ordinary_days(events, cameo, shocks)
    plainly = plainly[plainly["direction"] != "no reading"]
    rate = float(plainly["direction"].eq("apart").mean())
    n_apart = int(main["direction"].eq("apart").sum())
    later = clash_windows(events, cameo, shocks, skip=WINDOW)
    read = later["after"].notna() & later["before"].notna()
    plain = table["apart"].iloc[:4]
    precise = table.loc[f"{WINDOW} days, dated to the day"]
    longer = table.loc["120 days, dated to the day"]
    backed = table.loc[f"{WINDOW} days, two publishers"]
    changes, early, levels = (
        neighbour_links(scores),
        neighbour_links(scores, last="2023-09"),
        neighbour_links(scores, changes=False),
    )
    found: dict[str, Value] = {
        "window": WINDOW,
        "n_clashes": len(shocks),
        "n_apart": n_apart,
        "n_ordinary": len(plainly),
        "ordinary_apart": rate * 100,
        "chance": 100 * _at_least(n_apart, len(main), rate),
        "n_later": int(read.sum()),
        "n_later_above_after": int((later["after"] > main["after"])[read].sum()),
        "n_later_above_before": int((later["after"] > later["before"])[read].sum()),
        "rho_tur": float(changes.loc["Turkey", "rank correlation"]),
        "n_together": int(main["direction"].eq("together").sum()),
        "n_apart_min": int(plain.min()),
        "n_apart_max": int(plain.max()),
        "n_apart_precise": int(precise["apart"]),
        "n_apart_longer": int(longer["apart"]),
        "n_together_longer": int(longer["together"]),
        "n_apart_backed": int(backed["apart"]),
        "n_read_backed": int(backed[["apart", "together"]].sum()),
        "days_after_last": int((events["start"].max() - shocks["start"].iloc[-1]).days),
        "rho_aze": float(changes.loc["Azerbaijan", "rank correlation"]),
        "rho_aze_low": float(changes.loc["Azerbaijan", "low"]),
        "rho_aze_high": float(changes.loc["Azerbaijan", "high"]),
        "rho_months": int(changes.loc["Azerbaijan", "months"]),
        "rho_aze_early": float(early.loc["Azerbaijan", "rank correlation"]),
        "rho_aze_early_low": float(early.loc["Azerbaijan", "low"]),
        "rho_aze_early_high": float(early.loc["Azerbaijan", "high"]),
        "rho_aze_level": float(levels.loc["Azerbaijan", "rank correlation"]),
        "rho_others_level_min": float(levels["rank correlation"].drop("Azerbaijan").min()),
        "rho_others_level_max": float(levels["rank correlation"].drop("Azerbaijan").max()),
        "scores_to": pd.Period(scores["month"].max(), "M").strftime("%B %Y"),
    }
    for name, row in zip(("apr24", "jul24", "jun25", "feb26"), main.itertuples(), strict=True):
        found |= {
            f"{name}_n_before": row.n_before,
            f"{name}_n_after": row.n_after,
            f"{name}_before": row.before,
            f"{name}_after": row.after,
        }
    return found


def _at_least(hits: int, tries: int, rate: float) -> float:
    """Return the binomial probability of `hits` or more."""
    return sum(math.comb(tries, k) * rate**k * (1 - rate) ** (tries - k) for k in range(hits, tries + 1))


def _network_values(ties: pd.DataFrame) -> dict[str, Value]:
    names = list(ACTORS)
    shape = triangle(ties)
    found: dict[str, Value] = {"n_actors": len(names), "n_periods": len(shape.columns)}
    open_count = shape.loc["triangle"].value_counts()
    for kind in ("balanced", "unbalanced", "open"):
        found[f"triangle_{kind}"] = int(open_count.get(kind, 0))
    inside = ties[ties["actor_a"].isin(names) & ties["actor_b"].isin(names)]
    found["n_ties"] = len(inside)
    found["share_inferred"] = float((inside["evidence"] == "inferred").mean() * 100)
    for year in (2013, 2021, 2024, 2025):
        part = inside[inside["period_start"] == year]
        direct = part[part["evidence"] == "direct"]
        closed = triads(part, names)
        found |= {
            f"frustration_{year}": frustration(part, names),
            f"frustration_direct_{year}": frustration(direct, names),
            f"n_triads_{year}": len(closed),
            f"n_unbalanced_{year}": int((~closed["balanced"]).sum()),
        }
    for year in (2013, 2024):
        thaw = inside[inside["period_start"] == year]
        pair = thaw["actor_a"].eq("AZE") & thaw["actor_b"].eq("IRN")
        found[f"frustration_{year}_flipped"] = frustration(thaw.assign(sign=thaw["sign"].where(~pair, -1)), names)
    start, end = inside.loc[inside["period_start"] == 2013, ["period_start", "period_end"]].iloc[0]
    found["years_unbalanced"] = int(end - start + 1)
    return found
