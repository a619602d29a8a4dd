"""Figures and drawings of chapter 1, on the years from recognition to the end of the war of 2020."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import events as ev
from helpers import evidence, exhibits
from helpers.exhibits import Exhibit
from helpers.numbers import Value

__all__ = [
    "AGENCIES",
    "DIRECTIONS",
    "FILTERS",
    "IRRITANTS",
    "KINDS",
    "NOT_MERCHANDISE",
    "SPAN",
    "VARIANTS",
    "chance",
    "draw_issues",
    "draw_trade",
    "draw_variants",
    "draw_years",
    "filtered",
    "lanes",
    "phase",
    "silent_runs",
    "tell_trade",
    "tell_years",
    "swings",
    "tau",
    "trade",
    "values",
    "variants",
    "window",
    "yearly",
]

#: First and last day of the chapter.
SPAN = ("1991-01-01", "2020-12-31")

#: Which events a reader may keep: label to key.
FILTERS = {
    "All scored events": "all",
    "High confidence only": "high",
    "Two or more publishers": "two",
}

#: Kinds of year, never joined: key of ``flows.coverage`` to label.
KINDS = {
    "calendar_year": "Calendar years",
    "iranian_year": "Iranian years (March to March)",
    "part_year": "Parts of a year",
}

#: What crossed the border: key to label.
DIRECTIONS = {
    "turnover": "Turnover, both ways",
    "from_iran": "Goods from Iran to Azerbaijan",
    "from_azerbaijan": "Goods from Azerbaijan to Iran",
}

#: Agency groups: start of the agency's name to (label, colour, marker).
AGENCIES: dict[str, tuple[str, str, str]] = {
    "Azerbaijan State": ("Azerbaijani customs, statistics", exhibits.BLUE, "o"),
    "Azerbaijan DPM": ("Azerbaijani minister", exhibits.SKY, "D"),
    "Iran IRICA": ("Iranian customs (IRICA)", exhibits.VERMILION, "s"),
    "Iran TPO": ("Iranian trade promotion (TPO)", exhibits.ORANGE, "^"),
    "Iran": ("Other Iranian, joint bodies", exhibits.PURPLE, "v"),
    "Critical Threats": ("Analyst (Critical Threats)", exhibits.GREY, "X"),
}

#: A figure that adds transit to trade and so measures something else.
NOT_MERCHANDISE = "trade-irn-aze-turnover-2021-03-iran-mfa-safari"

#: The irritants by field, as this chapter sorts them: field to event ids. Sorting is a judgement.
IRRITANTS: dict[str, tuple[str, ...]] = {
    "Caspian Sea": (
        "2001-07-23-irn-aze-maritime-incident",
        "2001-07-23-aze-irn-diplomatic-protest",
        "2001-07-24-gbr-irn-statement",
        "2001-07-24-irn-aze-statement",
        "2001-07-29-irn-aze-airspace-violation",
        "2001-08-irn-aze-airspace-violation",
        "2001-08-24-tur-aze-visit",
        "2001-09-aze-irn-postponement",
        "2019-10-01-rus-irn-agreement",
    ),
    "Armenia and Karabakh": (
        "1992-05-08-arm-aze-attack",
        "2016-04-03-unk-irn-spillover",
        "2020-04-15-aze-irn-accusation",
        "2020-04-15-aze-irn-accusation",
        "2020-04-16-irn-aze-denial",
        "2020-05-06-aze-irn-statement",
        "2020-09-27-unk-irn-spillover",
        "2020-09-29-irn-unk-spillover",
        "2020-10-03-unk-irn-spillover",
        "2020-10-07-irn-aze-statement",
        "2020-10-13-unk-irn-spillover",
        "2020-10-15-irn-aze-statement",
        "2020-10-25-irn-aze-troop-deployment",
        "2020-10-28-irn-aze-statement",
    ),
    "Israel": (
        "1992-04-07-isr-aze-diplomacy",
        "1993-isr-aze-diplomacy",
        "1997-08-29-isr-aze-visit",
        "2009-06-28-isr-aze-visit",
        "2009-06-03-aze-irn-statement",
        "2012-02-isr-aze-arms-deal",
        "2012-02-12-irn-aze-diplomatic-protest",
        "2012-02-13-aze-irn-denial",
        "2012-03-28-isr-aze-accusation",
        "2012-03-29-aze-isr-denial",
        "2014-08-24-irn-isr-accusation",
        "2016-12-13-isr-aze-visit",
        "2020-10-02-isr-aze-arms-use",
    ),
    "Faith and alleged networks": (
        "2007-12-aze-irn-trial",
        "2010-12-irn-aze-statement",
        "2011-10-07-aze-aze-trial",
        "2011-11-19-unk-aze-attack",
        "2012-01-aze-irn-arrest",
        "2012-02-aze-irn-arrest",
        "2012-03-14-aze-irn-arrest",
        "2012-05-21-irn-aze-recall",
        "2012-05-21-aze-irn-accusation",
        "2012-05-22-irn-aze-diplomatic-protest",
        "2015-11-26-aze-aze-arrest",
        "2018-07-03-gun-aze-attack",
        "2018-07-06-aze-irn-accusation",
        "2020-07-28-rus-aze-extradition",
    ),
    "Kin, language, old borders": (
        "2006-03-irn-aze-diplomatic-protest",
        "2012-05-02-irn-aze-arrest",
        "2012-05-29-aze-irn-diplomatic-protest",
        "2013-04-16-irn-aze-statement",
        "2020-09-29-irn-irn-arrest",
        "2020-12-10-tur-irn-statement",
        "2020-12-11-irn-tur-diplomatic-protest",
        "2020-12-11-irn-tur-statement",
        "2020-12-11-tur-irn-diplomatic-protest",
        "2020-12-13-irn-tur-statement",
    ),
    "Roads and border posts": (
        "2002-09-14-aze-irn-road-tax",
        "2007-03-irn-aze-statement",
        "2011-10-19-irn-aze-border-incident",
        "2013-11-17-irn-aze-transit",
        "2020-02-29-aze-irn-closure",
        "2020-03-aze-irn-transit",
        "2020-03-26-aze-irn-closure",
        "2020-04-20-aze-irn-transit",
    ),
}

_COURTESY = "Visits, talks, accords"
_COURTESY_TYPES = ("visit", "meeting", "agreement", "recognition", "mediation")

#: Ways to choose the years or the events in which a trend is sought: label to (key, first year, last year).
VARIANTS: dict[str, tuple[str, int, int]] = {
    "All years, 1991–2020": ("all", 1991, 2020),
    "High confidence only": ("high", 1991, 2020),
    "Two or more publishers": ("two", 1991, 2020),
    "Without visits and talks": ("no-talks", 1991, 2020),
    "Stop at 2013": ("all", 1991, 2013),
    "Start at 2001": ("all", 2001, 2020),
    "Start at 2001, high confidence": ("high", 2001, 2020),
    "Start at 2001, two publishers": ("two", 2001, 2020),
}


def window(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(pd.Timestamp(SPAN[0]), pd.Timestamp(SPAN[1]))]


def filtered(events: pd.DataFrame, sources: pd.DataFrame, key: str) -> pd.DataFrame:
    """Keep the events that pass a test of quality.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name.
    key : {"all", "high", "two", "no-talks"}
        Everything; coded with high confidence; two or more independent publishers; all but visits, meetings
        and mediation (CAMEO root 04).

    Raises
    ------
    ValueError
        If `key` is none of these.
    """
    if key == "all":
        return events
    if key == "high":
        return events[events["confidence"] == "high"]
    if key == "two":
        return events[events["id"].map(evidence.corroboration(events, sources)["publishers"]) >= 2]
    if key == "no-talks":
        return events[~events["cameo"].str.startswith("04")]
    raise ValueError(f"unknown filter {key!r}")


def yearly(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    key: str = "all",
    first: int = 1991,
    last: int = 2020,
) -> pd.DataFrame:
    """Return the series of Iran and Azerbaijan per year, after a filter.

    Returns
    -------
    pandas.DataFrame
        As `helpers.events.dyad_series`, with whole years as index.
    """
    kept = filtered(events, sources, key)
    series = ev.dyad_series(kept, cameo, "AZE", "IRN", "Y", f"{first}-01-01", f"{last}-12-31")
    left_out = series.attrs["left_out"]
    series.index = pd.Index([p.year for p in series.index], name="year")
    series.attrs["left_out"] = left_out
    return series


def silent_runs(series: pd.DataFrame) -> list[tuple[int, int]]:
    """List the stretches of years without any event, as (first, last).

    Examples
    --------
    >>> silent_runs(pd.DataFrame({"events": [1, 0, 0, 2, 0]}, index=[2001, 2002, 2003, 2004, 2005]))
    [(2002, 2003), (2005, 2005)]
    """
    runs: list[tuple[int, int]] = []
    for year in series.index[series["events"] == 0]:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], int(year))
        else:
            runs.append((int(year), int(year)))
    return runs


def tau(values: Sequence[float]) -> float:
    """Return Kendall's tau-a of values against their order: 1 if each is above all before it, -1 the reverse.

    Examples
    --------
    >>> tau([1.0, 2.0, 3.0]), tau([3.0, 1.0, 2.0])
    (1.0, -0.3333333333333333)
    """
    pairs = list(itertools.combinations(values, 2))
    if not pairs:
        raise ValueError("a trend needs at least two values")
    return sum((b > a) - (b < a) for a, b in pairs) / len(pairs)


def chance(values: Sequence[float], draws: int = 2000, seed: int = 1991) -> float:
    """Say how often shuffled years show a trend at least as strong either way (a permutation test)."""
    found, shuffled, rng = abs(tau(values)) - 1e-12, list(values), random.Random(seed)
    hits = 0
    for _ in range(draws):
        rng.shuffle(shuffled)
        hits += abs(tau(shuffled)) >= found
    return hits / draws


def swings(means: pd.Series) -> int:
    """Count the changes between net cooperative and net conflictual years; years without events are skipped.

    Examples
    --------
    >>> swings(pd.Series([1.0, None, 2.0, -1.0, 3.0]))
    2
    """
    signs = (means.dropna() > 0).tolist()
    return sum(a != b for a, b in itertools.pairwise(signs))


def phase(events: pd.DataFrame, cameo: pd.DataFrame, first: int, last: int) -> float:
    """Return the mean Goldstein value of the pair's scored events over a span of years, each counting once."""
    pair = ev.between(events, "AZE", "IRN")
    part = pair[pair["scored"] & pair["start"].dt.year.between(first, last)]
    return float(ev.score(part, cameo)["goldstein"].mean())


def variants(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Look for a trend of the yearly mean under each of `VARIANTS`.

    Returns
    -------
    pandas.DataFrame
        Indexed by label: ``years`` (with events), ``tau``, ``chance``, ``swings``.
    """
    rows = {}
    for label, (key, first, last) in VARIANTS.items():
        means = yearly(events, sources, cameo, key, first, last)["goldstein_mean"].dropna()
        rows[label] = {
            "years": len(means),
            "tau": tau(means.tolist()),
            "chance": chance(means.tolist()),
            "swings": swings(means),
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype({"years": int, "swings": int})


def trade(flows: pd.DataFrame) -> pd.DataFrame:
    """Keep the dollar figures of trade between Iran and Azerbaijan and say what each measures.

    Percentages of growth and the one figure that adds transit are left out. An export of the one is an import
    of the other, so ``direction`` joins the two words while ``agency`` keeps apart who counted.

    Returns
    -------
    pandas.DataFrame
        Rows of `flows` with ``direction`` (key of `DIRECTIONS`) and ``group`` (label of `AGENCIES`).

    Raises
    ------
    ValueError
        If an agency belongs to no group.
    """
    pair = ((flows["from_actor"] == "IRN") & (flows["to_actor"] == "AZE")) | (
        (flows["from_actor"] == "AZE") & (flows["to_actor"] == "IRN")
    )
    kept = flows[
        (flows["kind"] == "trade") & pair & (flows["unit"] == "million US dollars") & (flows["id"] != NOT_MERCHANDISE)
    ].copy()
    # The reporting state stands in from_actor, so its imports come from to_actor.
    origin = kept["from_actor"].where(kept["measure"] == "export", kept["to_actor"])
    names = origin.map({"IRN": "from_iran", "AZE": "from_azerbaijan"})
    kept["direction"] = names.where(kept["measure"] != "turnover", "turnover")
    kept["group"] = kept["agency"].map(_group)
    return kept.sort_values(["period_start", "period_end", "id"])


def _group(agency: str) -> str:
    for start, (label, _, _) in AGENCIES.items():
        if agency.startswith(start):
            return label
    raise ValueError(f"no group for agency {agency!r}")


def lanes(events: pd.DataFrame) -> pd.DataFrame:
    """Place events in the lanes of `IRRITANTS`, dealings between the two states in a lane of their own.

    Returns
    -------
    pandas.DataFrame
        Events of `SPAN` that belong to a lane, with ``lane`` and ``year``; an irritant is never a courtesy.
    """
    part = window(events).copy()
    where = {i: lane for lane, ids in IRRITANTS.items() for i in ids}
    part["lane"] = part["id"].map(where)
    courtesy = part["id"].isin(ev.between(part, "AZE", "IRN")["id"]) & part["type"].isin(_COURTESY_TYPES)
    part.loc[part["lane"].isna() & courtesy, "lane"] = _COURTESY
    part = part.dropna(subset=["lane"])
    part["year"] = part["start"].dt.year
    return part.sort_values(["start", "id"])


def tell_years(series: pd.DataFrame, measure: str) -> str:
    """Put the finding of a yearly series into a sentence.

    Parameters
    ----------
    series : pandas.DataFrame
        Result of `yearly`.
    measure : {"events", "goldstein_sum", "goldstein_mean"}
    """
    full = series[series["events"] > 0]
    first, last = series.index[0], series.index[-1]
    if measure == "events":
        top = full["events"].idxmax()
        return (
            f"{full['events'].sum()} events in {len(full)} of {len(series)} years: "
            f"{top} has {full['events'].max()}, {len(series) - len(full)} years have none"
        )
    if measure == "goldstein_sum":
        sums = full["goldstein_sum"]
        return (
            f"{int((sums > 0).sum())} years end above zero and {int((sums < 0).sum())} below; the lowest is "
            f"{sums.idxmin()} ({sums.min():.0f}), the highest {sums.idxmax()} ({sums.max():.0f})"
        ).replace("-", "−")
    means = full["goldstein_mean"]
    trend, luck = tau(means.tolist()), chance(means.tolist())
    kind = "no trend" if luck >= 0.05 else "a rising tone" if trend > 0 else "a falling tone"
    return (
        f"{first} to {last}: {kind} (tau {trend:.2f}, matched by shuffled years {luck * 100:.0f}% of the "
        f"time), {swings(means)} changes of sign"
    ).replace("-", "−")


def tell_trade(figures: pd.DataFrame, direction: str, kind: str) -> str:
    """Put the figures of one direction and kind of year into a sentence."""
    label = f"{DIRECTIONS[direction]} – {KINDS[kind]}"
    if figures.empty:
        return f"{label}: no figure"
    low, high = figures["value"].min(), figures["value"].max()
    if len(figures) == 1:
        return f"{label}: a single figure, {low:.0f} million dollars"
    n = figures["agency"].nunique()
    return (
        f"{label}: {len(figures)} figures by {n} {'agency' if n == 1 else 'agencies'}, "
        f"{low:.0f} to {high:.0f} million dollars"
    )


def draw_years(
    series: pd.DataFrame,
    measure: str,
    *,
    id: str,  # noqa: A002
    title: str,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw one or two measures per year; years without any event are marked, because silence is not calm.

    Parameters
    ----------
    series : pandas.DataFrame
        Result of `yearly`.
    measure : {"events", "goldstein_sum", "goldstein_mean", "both"}
        ``"both"`` draws counts above means.
    """
    from matplotlib.patches import Patch

    names = {"events": "Events", "goldstein_sum": "Goldstein sum", "goldstein_mean": "Mean tone (Goldstein)"}
    shown = ["events", "goldstein_mean"] if measure == "both" else [measure]
    silent = series.index[series["events"] == 0]
    with exhibits.style():
        fig, axes = exhibits.canvas(height=1.0 + 1.7 * len(shown), rows=len(shown), sharex=True, squeeze=False)
        for ax, column in zip(axes[:, 0], shown, strict=True):
            for first, last in silent_runs(series):
                ax.axvspan(first - 0.5, last + 0.5, color=exhibits.GREY, alpha=0.18, linewidth=0)
            _year_marks(ax, series, column)
            ax.set_ylabel(names[column])
            ax.grid(visible=False, axis="x")
        axes[-1, 0].set_xlim(series.index[0] - 0.7, series.index[-1] + 0.7)
        axes[-1, 0].set_xticks(range((series.index[0] + 4) // 5 * 5, series.index[-1] + 1, 5))
        band = Patch(color=exhibits.GREY, alpha=0.3, linewidth=0, label="year without a coded event")
        fig.legend(handles=[band], loc="outside upper right")
    told = "; ".join(
        f"{y} {int(r['events'])} events, mean {r['goldstein_mean']:.1f}" for y, r in series.iterrows() if r["events"]
    )
    alt = (
        f"Yearly {' and '.join(names[c].lower() for c in shown)}, {series.index[0]} to {series.index[-1]}. "
        f"{len(silent)} years without an event. {told}."
    )
    data = series[["events", "goldstein_sum", "goldstein_mean"]].reset_index()
    return Exhibit(id, title, fig, alt, data, caption, provenance)


def _year_marks(ax: Any, series: pd.DataFrame, column: str) -> None:
    full = series[series["events"] > 0]
    if column == "events":
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.bar(full.index, full[column], color=exhibits.BLUE, width=0.7)
        for year, n in full[column].items():
            ax.annotate(str(n), (year, n), (0, 2), textcoords="offset points", ha="center", fontsize=8)
        ax.margins(y=0.15)
        return
    for sign, colour, marker, hatch in ((1, exhibits.BLUE, "^", ""), (-1, exhibits.VERMILION, "v", "//")):
        part = full[full[column] * sign > 0]
        if column == "goldstein_sum":
            ax.bar(
                part.index,
                part[column],
                width=0.7,
                color="none" if hatch else colour,
                edgecolor=colour,
                hatch=hatch,
            )
        else:
            ax.vlines(part.index, 0, part[column], color=colour, linewidth=1.2)
            ax.scatter(part.index, part[column], color=colour, marker=marker, s=34, zorder=3)
    ax.axhline(0, color=exhibits.INK, linewidth=0.8)
    ax.margins(y=0.12)


def draw_trade(
    figures: pd.DataFrame,
    kinds: Sequence[str],
    *,
    id: str,  # noqa: A002
    title: str,
    line: float | None = None,
    labels: bool = False,
    span: tuple[str, str] | None = None,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw each trade figure as a bar over the period it covers, kinds of year in panels of their own.

    Filled marks are turnover, hollow ones goods in one direction.

    Parameters
    ----------
    figures : pandas.DataFrame
        Result of `trade`, or part of it.
    kinds : sequence of str
        Keys of `KINDS`, top panel first.
    line : float, optional
        A figure without year, drawn across.
    labels : bool
        Write the values beside the marks.
    span : (str, str), optional
        First and last day of the axis.
    """
    height = max(float(figures["value"].max()), line or 0.0) * 1.14
    looks = {label: (colour, marker) for label, colour, marker in AGENCIES.values()}
    with exhibits.style():
        fig, axes = exhibits.canvas(height=1.1 + 1.75 * len(kinds), rows=len(kinds), sharex=True, squeeze=False)
        for ax, kind in zip(axes[:, 0], kinds, strict=True):
            part = figures[figures["coverage"] == kind]
            for row in part.itertuples():
                colour, marker = looks[row.group]
                whole = row.direction == "turnover"
                length = row.period_end - row.period_start
                # Marks of the two kinds stand apart, so that near-equal figures of one agency both show.
                place = row.period_start + length * (0.5 if whole else 0.75)
                face = colour if whole else "white"
                ax.plot([row.period_start, row.period_end], [row.value] * 2, color=colour, linewidth=2)
                ax.plot(
                    place,
                    row.value,
                    marker=marker,
                    markersize=6.5,
                    markerfacecolor=face,
                    markeredgecolor=colour,
                    linestyle="none",
                )
                if labels:
                    crowded = (part["value"] > row.value) & (part["value"] < row.value + 0.13 * height)
                    crowded &= (part["period_start"] < row.period_end) & (part["period_end"] > row.period_start)
                    low = bool(crowded.any())
                    ax.annotate(
                        f"{row.value:.0f}",
                        (row.period_end if low else place, row.value),
                        (4, 0) if low else (0, 6),
                        textcoords="offset points",
                        ha="left" if low else "center",
                        va="center" if low else "bottom",
                        fontsize=8,
                    )
            if line is not None:
                ax.axhline(line, color=exhibits.INK, linewidth=0.9, linestyle="--")
            ax.set_ylabel("million dollars")
            ax.set_title(KINDS[kind], loc="left")
            ax.set_ylim(0, height)
            if span is not None:
                ax.set_xlim(pd.Timestamp(span[0]), pd.Timestamp(span[1]))
        handles = [
            axes[0, 0].plot([], [], color=c, marker=m, linewidth=2, label=name)[0]
            for name, (c, m) in looks.items()
            if name in set(figures["group"])
        ]
        fig.legend(handles=handles, loc="outside upper left", ncols=3 if len(handles) > 2 else 2)
    told = "; ".join(
        f"{r.agency} {r.period_start:%Y-%m} to {r.period_end:%Y-%m}, {DIRECTIONS[r.direction].lower()}, {r.value:,.0f}"
        for r in figures.itertuples()
    )
    told = told or "No figure of this kind is in the table"
    alt = f"Trade figures in million dollars by agency and kind of year. {told}."
    return Exhibit(id, title, fig, alt, _trade_table(figures), caption, provenance)


def _trade_table(figures: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Agency": figures["agency"],
            "Measures": figures["direction"].map(DIRECTIONS),
            "From": figures["period_start"].dt.strftime("%Y-%m-%d"),
            "To": figures["period_end"].dt.strftime("%Y-%m-%d"),
            "Kind of year": figures["coverage"].map(KINDS),
            "Million dollars": figures["value"],
            "Note": figures["note"],
            "Source id": figures["source_ids"],
        }
    ).reset_index(drop=True)


def draw_issues(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    id: str,  # noqa: A002
    title: str,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw the lanes of `lanes` by year; each mark leads to the first source of its event."""
    part = lanes(events)
    names = [_COURTESY, *IRRITANTS]
    part["step"] = part.groupby(["lane", "year"]).cumcount()
    rows = part.groupby("lane")["step"].max().floordiv(3).add(1).reindex(names).clip(lower=2)
    floor = rows.sum() - rows.cumsum()
    part["x"] = part["year"] + (part["step"] % 3 - 1) * 0.3
    part["y"] = part["lane"].map(floor) + part["step"] // 3 + 0.5
    urls = sources.set_index("id")["url"]
    with exhibits.style():
        fig, ax = exhibits.canvas(height=1.0 + 0.17 * float(rows.sum()))
        for tone, (colour, marker, _) in exhibits.TONES.items():
            marks = part[part["tone"] == tone]
            dots = ax.scatter(marks["x"], marks["y"], s=20, marker=marker, color=colour, linewidths=0, zorder=3)
            dots.set_urls([f"mark:{i}" for i in marks["id"]])
        for y in floor.iloc[:-1]:
            ax.axhline(y, color=exhibits.INK, linewidth=0.5, alpha=0.5)
        ax.set_yticks([floor[n] + rows[n] / 2 for n in names], names)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_xlim(1990.3, 2020.7)
        ax.set_ylim(0, float(rows.sum()))
        ax.set_xticks(range(1992, 2021, 4))
        handles = [ax.scatter([], [], s=24, marker=m, color=c, label=n) for c, m, n in exhibits.TONES.values()]
        fig.legend(handles=handles, loc="outside upper left", ncols=3, handletextpad=0.2)
    links = {
        r.id: (
            urls[r.source_ids.split(";")[0]],
            f"{evidence.date_label(r.start, r.end, r.precision)}: {r.summary}",
        )
        for r in part.itertuples()
    }
    told = "; ".join(f"{n}: " + ", ".join(map(str, sorted(set(part.loc[part["lane"] == n, "year"])))) for n in names)
    data = pd.DataFrame(
        {
            "Field": part["lane"],
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in part.itertuples()],
            "Event": part["summary"],
            "Tone": part["tone"],
            "Confidence": part["confidence"],
            "Source ids": part["source_ids"],
        }
    ).reset_index(drop=True)
    alt = f"{len(part)} events by year and field. Years with marks: {told}."
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


def draw_variants(
    table: pd.DataFrame,
    *,
    id: str,  # noqa: A002
    title: str,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw the trend under each variant, with how often chance does as much."""
    with exhibits.style():
        fig, ax = exhibits.canvas(height=0.8 + 0.34 * len(table))
        places = list(range(len(table)))[::-1]
        ax.axvline(0, color=exhibits.INK, linewidth=0.8)
        for y, (_, row) in zip(places, table.iterrows(), strict=True):
            firm = row["chance"] < 0.05
            ax.plot(
                row["tau"],
                y,
                marker="D" if firm else "o",
                color=exhibits.VERMILION if firm else exhibits.BLUE,
                markerfacecolor=exhibits.VERMILION if firm else "white",
                markersize=7,
            )
            ax.text(
                1.02,
                y,
                f"{row['years']:.0f} years, chance {row['chance'] * 100:.0f}%",
                va="center",
                fontsize=8.5,
            )
        ax.set_yticks(places, list(table.index))
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(-1, 1)
        ax.set_ylim(-0.6, len(table) - 0.4)
        ax.set_xlabel("Kendall's tau of the yearly mean: −1 steady decline, 1 steady rise")
    told = "; ".join(f"{i}: tau {r['tau']:.2f}, chance {r['chance'] * 100:.0f} per cent" for i, r in table.iterrows())
    data = table.rename_axis("Variant").reset_index()
    return Exhibit(id, title, fig, f"Trend by variant. {told}.", data, caption, provenance)


def _figure(rows: Mapping[str, str], key: str, pattern: str) -> str:
    found = re.search(pattern, rows[key])
    if found is None:
        raise ValueError(f"{key}: no figure of the form {pattern!r} in {rows[key]!r}")
    return found[1]


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    flows: pd.DataFrame,
    indicators: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, flows, indicators : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    part = window(events)
    series = yearly(events, sources, cameo)
    found = variants(events, sources, cameo)
    return {
        "data_to": evidence.date_label(events["start"].max()),
        **_coverage(part, series, sources),
        **_moods(events, cameo, series, found),
        **_dated(part),
        **_trade_values(flows, claims, indicators),
        **_lane_values(part, events),
    }


def _coverage(part: pd.DataFrame, series: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    pair = ev.between(part, "AZE", "IRN")
    early = pair[pair["start"].dt.year <= 2010]
    late = pair[pair["start"].dt.year > 2010]
    voices = evidence.corroboration(pair, sources)["publishers"]
    first, last = max(silent_runs(series), key=lambda run: run[1] - run[0])
    opening = pair[pair["start"].dt.year <= 1994]
    library = opening["source_ids"].str.contains("heydar-aliyev|wikipedia|wikisum")
    return {
        "n_all": len(part),
        "n_pair": len(pair),
        "n_early": len(early),
        "n_2012": int(series.loc[2012, "events"]),
        "silence_from": first,
        "silence_to": last,
        "single_early": float((early["id"].map(voices) == 1).mean() * 100),
        "single_late": float((late["id"].map(voices) == 1).mean() * 100),
        "n_opening": len(opening),
        "n_opening_library": int(library.sum()),
    }


def _moods(events: pd.DataFrame, cameo: pd.DataFrame, series: pd.DataFrame, found: pd.DataFrame) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for name, first, last in (
        ("opening", 1991, 1994),
        ("cold", 2001, 2013),
        ("thaw", 2014, 2019),
        ("war", 2020, 2020),
    ):
        result[f"{name}_mean"] = phase(events, cameo, first, last)
    means = series["goldstein_mean"].dropna()
    for name, label in (
        ("all", "All years, 1991–2020"),
        ("high", "High confidence only"),
        ("two", "Two or more publishers"),
        ("notalks", "Without visits and talks"),
        ("to2013", "Stop at 2013"),
        ("from2001", "Start at 2001"),
        ("from2001_two", "Start at 2001, two publishers"),
    ):
        result[f"tau_{name}"] = float(found.loc[label, "tau"])
    return result | {
        "chance_to2013": float(found.loc["Stop at 2013", "chance"] * 100),
        "n_years": len(means),
        "n_years_from2001_two": int(found.loc["Start at 2001, two publishers", "years"]),
        "n_years_two": int(found.loc["Two or more publishers", "years"]),
        "n_warm": int((means > 0).sum()),
        "n_cold": int((means < 0).sum()),
        "n_swings": swings(means),
        "n_variants": len(found),
    }


def _dated(part: pd.DataFrame) -> dict[str, Value]:
    starts, said = part.set_index("id")["start"], part.set_index("id")["summary"].to_dict()
    announced, met = starts["2015-04-20-irn-aze-visit"], starts["2017-10-24-irn-aze-meeting"]
    return {
        "n_arrested": _figure(said, "2012-03-14-aze-irn-arrest", r"(\d+) citizens"),
        "n_deputies": _figure(said, "2020-12-13-irn-tur-statement", r"(\d+) Iranian lawmakers"),
        "n_nakhchivan_trucks": _figure(said, "2013-11-17-irn-aze-transit", r"over (\d+) "),
        "commission_months": (met.year - announced.year) * 12 + met.month - announced.month,
        "days_assurance_to_recall": int(
            (starts["2012-05-21-irn-aze-recall"] - starts["2012-03-12-aze-irn-visit"]).days
        ),
        "days_war_to_deployment": int(
            (starts["2020-10-25-irn-aze-troop-deployment"] - starts["2020-09-27-irn-aze-mediation"]).days
        ),
    }


def _trade_values(flows: pd.DataFrame, claims: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, Value]:
    rows = trade(flows)
    value = rows.set_index("id")["value"]
    said = claims.set_index("id")
    s1 = float(said.loc["S1-20", "number"]) / 1e6
    ranks = re.findall(r"\b(\d+th)\b", said.loc["S1-21", "reason"])
    spring = flows[
        (flows["agency"] == "Azerbaijan State Customs Committee")
        & (flows["measure"] == "turnover")
        & (flows["period_start"] == "2020-01-01")
        & (flows["period_end"] == "2020-07-31")
    ].set_index("to_actor")["value"]
    facts = indicators.set_index("id")["value"]
    irica = value["trade-irn-aze-export-2016-03-iran-irica"] + value["trade-irn-aze-import-2016-03-iran-irica"]
    scc = value["trade-aze-irn-turnover-2016-01-azerbaijan-state-cus"]
    top = value["trade-aze-irn-turnover-2019-01-azerbaijan-dpm-musta"]
    return {
        "s1_trade": s1,
        "n_equal_s1": int((rows["value"].round() == s1).sum()),
        "n_trade": len(rows),
        "n_trade_agencies": int(rows["agency"].nunique()),
        "rank_one": ranks[0],
        "rank_two": ranks[1],
        "tpo_low": value["trade-irn-aze-export-2018-03-iran-tpo"],
        "tpo_high": value["trade-irn-aze-export-2018-03-iran-tpo-2"],
        "chamber_2018": value["trade-irn-aze-turnover-2018-01-iran-azerbaijan-cham"],
        "minister_2019": top,
        "irica_1395": irica,
        "scc_2016": scc,
        "ratio_2016": irica / scc,
        "aei_2008": value["trade-irn-aze-turnover-2008-01-critical-threats-aei"],
        "irica_1386": value["trade-irn-aze-import-2007-03-iran-irica"],
        "irica_1391": value["trade-irn-aze-export-2012-03-iran-irica"],
        "turkey_times": float(spring["TUR"] / spring["IRN"]),
        "russia_times": float(spring["RUS"] / spring["IRN"]),
        "gdp_share": float(top * 1e6 / facts["aze-gdp-current-usd-2019"] * 100),
        "population_ratio": float(facts["irn-population-2021"] / facts["aze-population-2021"]),
    }


def _lane_values(part: pd.DataFrame, events: pd.DataFrame) -> dict[str, Value]:
    placed = lanes(events)
    irritants = placed[placed["lane"] != _COURTESY]
    return {
        "n_unplaced": len(part) - len(placed),
        "n_fields": len(IRRITANTS),
        "n_2020_fields": int(irritants.loc[irritants["year"] == 2020, "lane"].nunique()),
    }
