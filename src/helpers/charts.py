"""The drawing functions the chapters share.

Each takes typed tables and returns an `helpers.exhibits.Exhibit`; none reads a file. Findings (titles) are passed in or
computed by the caller from the same data; alt texts are computed here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers import evidence
from helpers.exhibits import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    TONES,
    VERMILION,
    Exhibit,
    Link,
    canvas,
    fit,
    legend,
    style,
    two_widths,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    from helpers import tables

__all__ = [
    "bars",
    "clip_lines",
    "event_link",
    "event_marks",
    "event_table",
    "lane_axis",
    "lines",
    "mark_legend",
    "matrix",
    "network",
    "ranges",
    "route_map",
    "spans",
    "timeline",
    "tone_bars",
    "trade",
    "turn_lines",
]

LINE_STYLES = [
    (BLUE, "o", "-"),
    (VERMILION, "s", "--"),
    (GREEN, "^", "-."),
    (PURPLE, "D", ":"),
    (ORANGE, "v", (0, (5, 1))),
    (SKY, "P", (0, (3, 1, 1, 1))),
    (GREY, "X", (0, (1, 2))),
]


def _day(stamp: pd.Timestamp) -> str:
    return evidence.date_label(stamp)


def event_table(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Prepare events for reading: date, what happened, who reports it (links), how firmly.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Tables of that name; a column ``when`` of the first overrides the words for its dates.

    Returns
    -------
    pandas.DataFrame
        Columns ``Date``, ``Event``, ``Reported by`` (tuples of `Link`), ``Sides``, ``Confidence``, ``Disagreement``.
    """
    by_id = sources.set_index("id")
    voices = evidence.corroboration(events, sources)

    def links(ids: str) -> tuple[Link, ...]:
        return tuple(Link(evidence.citation(by_id.loc[i]), by_id.loc[i, "url"]) for i in ids.split(";"))

    return pd.DataFrame(
        {
            "Date": events["when"].tolist() if "when" in events else evidence.date_labels(events),
            "Event": events["summary"].tolist(),
            "Reported by": [links(ids) for ids in events["source_ids"]],
            "Sides": voices["sides"].str.replace(";", ", ").tolist(),
            "Confidence": events["confidence"].tolist(),
            "Disagreement": events["disagreement"].tolist(),
        }
    )


def event_marks(
    ax: Axes, marks: pd.DataFrame, voices: pd.Series, sources: pd.DataFrame, linked: bool
) -> dict[str, tuple[str, str]]:
    """Draw events as marks whose shape says the tone and whose filling says how many publishers report them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    marks : pandas.DataFrame
        Rows of table ``events`` with a height ``y``; a column ``when`` overrides the words for a mark's date.
    voices : pandas.Series
        Independent publishers by event id.
    sources : pandas.DataFrame
        Table ``sources``.
    linked : bool
        Whether each mark leads to the first source of its event.

    Returns
    -------
    dict
        The links of the marks, for `helpers.exhibits.Exhibit`; empty unless `linked`.
    """
    by_id = sources.set_index("id")
    links: dict[str, tuple[str, str]] = {}
    for tone, (colour, marker, name) in TONES.items():
        for firm in (True, False):
            part = marks[(marks["tone"] == tone) & ((marks["id"].map(voices) >= 2) == firm)]
            if part.empty:
                continue
            dots = ax.scatter(
                part["start"],
                part["y"],
                s=44,
                marker=marker,
                facecolors=colour if firm else "none",
                edgecolors=colour,
                linewidths=1.2,
                zorder=3,
            )
            if linked:
                links |= {row.id: event_link(row, by_id, name) for row in part.itertuples()}
                dots.set_urls([f"mark:{i}" for i in part["id"]])
    return links


def event_link(row: Any, by_id: pd.DataFrame, name: str = "") -> tuple[str, str]:
    """Lead the mark of an event to its first source, with what happened as details.

    Parameters
    ----------
    row : named tuple
        Row of table ``events``; a field ``when`` overrides the words for its date.
    by_id : pandas.DataFrame
        Table ``sources`` by id.
    name : str
        What else to say of the event, such as its tone.
    """
    source = by_id.loc[row.source_ids.split(";")[0]]
    when = getattr(row, "when", None) or _day(row.start)
    known = "; ".join(filter(None, [name, f"source: {source['publisher']}"]))
    return source["url"], f"{when}: {row.summary} ({known})"


def lane_axis(ax: Axes, floor: pd.Series, depth: pd.Series, labels: Sequence[str]) -> None:
    """Part the lanes of a timeline, top lane first, and label each in its middle."""
    for level in list(floor)[:-1]:
        ax.axhline(level, color=INK, linewidth=0.5, alpha=0.5)
    ax.set_yticks([bottom + height / 2 for bottom, height in zip(floor, depth, strict=True)], list(labels))
    ax.tick_params(axis="y", length=0)


def mark_legend(fig: Figure, ax: Axes) -> None:
    """Explain the marks that `event_marks` draws."""
    handles = [ax.scatter([], [], s=44, marker=m, facecolors=c, edgecolors=c, label=n) for c, m, n in TONES.values()]
    handles.append(ax.scatter([], [], s=44, facecolors="none", edgecolors=INK, label="hollow: one publisher only"))
    legend(fig, handles=handles, handletextpad=0.2)


@two_widths
def timeline(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    id: str,
    title: str,
    lanes: Mapping[str, str],
    background: pd.DataFrame | None = None,
    span: tuple[str, str] | None = None,
    linked: bool = True,
    apart: int = 1,
    by: str = "acting side",
    turns: Mapping[str, str] | None = None,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw events day by day in a lane per actor; each mark leads to its first source.

    Up-pointing marks are cooperative acts, down-pointing ones conflictual, discs neutral. Filled marks have two or
    more independent publishers, hollow ones a single one.

    Parameters
    ----------
    events, sources : pandas.DataFrame
        Events to draw (those dated to a month or year are left out of the drawing, not of the table). A column
        ``when`` gives the words for the date of a mark that was moved.
    lanes : mapping
        Actor code to label, top lane first; the key ``""`` takes every other source actor.
    background : pandas.DataFrame, optional
        Events shown as faint dots, so that a reader sees what is missing from `events`.
    span : (str, str), optional
        First and last day of the axis.
    linked : bool
        Whether marks are links.
    apart : int
        Days by which marks of one height differ at least; nearer ones are stacked. 1 stacks only marks of one day.
    by : str
        What a lane stands for, in the alt text.
    turns : mapping, optional
        Days (ISO) in order, each with the words above a line across the lanes.
    """
    import matplotlib.dates as mdates

    frame = events if background is None else background
    first, last = (pd.Timestamp(d) for d in span) if span else (frame["start"].min(), frame["start"].max())
    order = {actor: i for i, actor in enumerate(lanes)}

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        table = table[(table["precision"] == "day") & table["start"].between(first, last)].copy()
        table["lane"] = table["source_actor"].map(order).fillna(order.get("", np.nan))
        table = table.dropna(subset=["lane"]).sort_values(["start", "id"])
        return table

    base = placed(frame)
    base["step"] = base.groupby("lane")["start"].transform(_levels, apart=fit(apart, 2 * apart))
    depth = base.groupby("lane")["step"].max().add(1).reindex(range(len(lanes)), fill_value=1).clip(lower=2)
    floor = (depth.sum() - depth.cumsum()) + 0.0
    base["y"] = base["lane"].map(floor) + base["step"] + 0.5
    shown = base[base["id"].isin(events["id"])]
    voices = evidence.corroboration(events, sources)["publishers"] if len(events) else pd.Series(dtype=int)
    with style():
        fig, ax = canvas(height=0.7 + 0.2 * float(depth.sum()))
        if background is not None:
            rest = base[~base["id"].isin(shown["id"])]
            ax.scatter(rest["start"], rest["y"], s=7, color=GREY, alpha=0.55, linewidths=0)
        links = event_marks(ax, shown, voices, sources, linked)
        lane_axis(ax, floor, depth, wrapped(lanes.values(), 30, 16))
        ax.grid(visible=False, axis="y")
        ax.set_ylim(0, float(depth.sum()))
        ax.set_xlim(first - pd.Timedelta(days=1), last + pd.Timedelta(days=1))
        turn_lines(ax, turns or {}, (last - first).days / fit(5.9, 2.5))
        long = (last - first).days > 400
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=fit(4, 3), maxticks=fit(9, 5)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y" if long else "%-d %b\n%Y"))
        mark_legend(fig, ax)
    counts = shown["tone"].value_counts()
    who = ", ".join(f"{lanes[a]} {int((shown['lane'] == i).sum())}" for a, i in order.items())
    alt = (
        f"Timeline from {_day(first)} to {_day(last)} with {len(shown)} dated events by {by} ({who}): "
        + ", ".join(f"{int(counts.get(t, 0))} {n}" for t, (_, _, n) in TONES.items())
        + "."
        + (
            f" {len(base) - len(shown)} further events of the period stand in the background."
            if background is not None
            else ""
        )
    )
    # A frame of an explorer shows no table, so it need not pay for one with sources.
    data = event_table(events, sources) if linked else events[["start", "summary"]].reset_index(drop=True)
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


def turn_lines(ax: Axes, turns: Mapping[str, str], days_per_inch: float) -> None:
    """Draw a line at each day with its words above the axes, on the lowest level where they are free of others.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its time axis has its limits already.
    turns : mapping
        Days (ISO) in order, each with its words.
    days_per_inch : float
        Scale of the axis, from which the length of the words follows.
    """
    ends: list[float] = []
    edge = ax.get_xlim()[1]
    for day, words in turns.items():
        stamp = pd.Timestamp(day)
        ax.axvline(stamp, color=INK, linewidth=0.9, linestyle=":", zorder=1)
        at, length = float(ax.convert_xunits(stamp)), (0.068 * len(words) + 0.12) * days_per_inch
        flush = at + length > edge
        begin, end = (at - length, at) if flush else (at, at + length)
        level = next((i for i, before in enumerate(ends) if before <= begin), len(ends))
        ends[level : level + 1] = [end]
        ax.annotate(
            words,
            (stamp, 1),
            (-2 if flush else 2, 3 + 11 * level),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if flush else "left",
            fontsize=8.5,
            annotation_clip=False,
        )


def _levels(days: pd.Series, apart: int) -> pd.Series:
    """Give each of the ordered days the lowest level on which the last mark lies `apart` days back."""
    last: list[pd.Timestamp] = []
    levels = []
    for day in days:
        free = (i for i, before in enumerate(last) if (day - before).days >= apart)
        level = next(free, len(last))
        last[level : level + 1] = [day]
        levels.append(level)
    return pd.Series(levels, index=days.index)


@two_widths
def tone_bars(
    series: pd.DataFrame,
    *,
    id: str,
    title: str,
    unit: str = "week",
    limits: tuple[float, float] | None = None,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw the Goldstein sum of each period as a bar, with the number of events above or below it.

    Parameters
    ----------
    series : pandas.DataFrame
        Result of `helpers.events.dyad_series`; where a period is a day, the numbers are left out.
    unit : str
        Name of a period, for labels.
    limits : (float, float), optional
        Ends of the value axis, so that figures can be compared; by default those of the data.
    """
    import matplotlib.dates as mdates

    begin = series.index.to_timestamp(how="start")
    width = max((series.index[0].end_time - series.index[0].start_time).days, 1) * 0.85
    sums = series["goldstein_sum"]
    words = [
        ("" if unit == "day" else f"{unit} of ") + f"{_day(day)}: sum {total:+.1f}, {n} event{'s' * (n != 1)}"
        for day, total, n in zip(begin, sums, series["events"], strict=True)
    ]
    with style():
        fig, ax = canvas(height=3.0)
        for sign, colour, hatch, label in (
            (1, BLUE, "", "net cooperative"),
            (-1, VERMILION, "//", "net conflictual"),
        ):
            some = (np.sign(sums) == sign).to_numpy()
            drawn = ax.bar(
                begin[some],
                sums[some],
                width=width,
                align="edge",
                color=colour if not hatch else "none",
                edgecolor=colour,
                hatch=hatch,
                linewidth=1,
                label=label,
            )
            for bar, i in zip(drawn, np.flatnonzero(some), strict=True):
                bar.set_url(f"mark:{i}")
        ax.axhline(0, color=INK, linewidth=0.8)
        for x, y, n in zip(begin, sums, series["events"], strict=True):
            if n and width > 1 and len(series) <= fit(60, 25):
                ax.annotate(
                    str(n),
                    (x + pd.Timedelta(days=width / 2), y),
                    (0, 3 if y >= 0 else -3),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if y >= 0 else "top",
                    fontsize=8,
                )
        ax.margins(y=0.12)
        if limits is not None:
            ax.set_ylim(limits)
        edge = (begin[-1] - begin[0]) * 0.02 + pd.Timedelta(days=1)
        ax.set_xlim(begin[0] - edge, begin[-1] + pd.Timedelta(days=width) + edge)
        ax.set_ylabel(f"Goldstein sum per {unit}")
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=fit(4, 3), maxticks=fit(9, 5)))
        ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
        ax.grid(visible=False, axis="x")
        legend(fig, *ax.get_legend_handles_labels())
    low, high = sums.idxmin(), sums.idxmax()
    alt = (
        f"Bars for {len(series)} {unit}s from {_day(begin[0])}: {int((sums > 0).sum())} net cooperative, "
        f"{int((sums < 0).sum())} net conflictual, {int((series['events'] == 0).sum())} without events. "
        f"Lowest {sums.min():.1f} "
        f"in the {unit} of {_day(low.start_time)}, highest {sums.max():.1f} in the {unit} of {_day(high.start_time)}."
    )
    data = pd.DataFrame({f"{unit} from": [t.date().isoformat() for t in begin]}).join(series.reset_index(drop=True))
    links = {str(i): ("", told) for i, told in enumerate(words)}
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


@two_widths
def trade(
    figures: pd.DataFrame,
    *,
    id: str,
    title: str,
    kinds: Mapping[str, str],
    looks: Mapping[str, tuple[str, str]] | None = None,
    line: float | None = None,
    labels: bool = False,
    span: tuple[str, str] | None = None,
    unit: str = "million dollars",
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw each trade figure as a bar over the period it counts, every kind of year in a panel of its own.

    Filled marks are turnover, hollow ones goods in one direction. Nothing joins one figure to another.

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows of table ``flows`` with ``group`` (who counts, for the legend) and ``what`` (words for what is counted,
        beginning with "Turnover" where that is both directions).
    kinds : mapping
        Key of ``coverage`` to the title of its panel, top first; figures of other kinds are left out.
    looks : mapping, optional
        Group to (colour, marker); by default one after the other.
    line : float, optional
        A figure without year, drawn across.
    labels : bool
        Write the values beside the marks.
    span : (str, str), optional
        First and last day of the axis.
    unit : str
        Label of the value axis.
    """
    import matplotlib.dates as mdates

    figures = figures[figures["coverage"].isin(kinds)]
    groups = list(dict.fromkeys(figures["group"]))
    looks = looks or {g: (c, m) for g, (c, m, _) in zip(groups, itertools.cycle(LINE_STYLES))}
    height = max(float(figures["value"].max()) if len(figures) else 1.0, line or 0.0) * 1.14
    figures = figures.reset_index(drop=True)
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, axes = canvas(height=1.1 + 1.75 * len(kinds), rows=len(kinds), sharex=True, squeeze=False)
        for ax, (kind, name) in zip(axes[:, 0], kinds.items(), strict=True):
            part = figures[figures["coverage"] == kind]
            for row in part.itertuples():
                colour, marker = looks[row.group]
                whole = row.what.startswith("Turnover")
                # Marks of the two kinds stand apart, so that near-equal figures of one agency both show.
                place = row.period_start + (row.period_end - row.period_start) * (0.5 if whole else 0.75)
                ax.plot([row.period_start, row.period_end], [row.value] * 2, color=colour, linewidth=2)
                dot = ax.scatter(
                    [place],
                    [row.value],
                    s=42,
                    marker=marker,
                    facecolors=colour if whole else "white",
                    edgecolors=colour,
                    zorder=3,
                )
                dot.set_urls([f"mark:{row.Index}"])
                when = f"{_day(row.period_start)} to {_day(row.period_end)}"
                links[str(row.Index)] = ("", f"{row.agency}: {row.what.lower()}, {when}, {row.value:,.4g} {unit}")
            if span is not None:
                ax.set_xlim(pd.Timestamp(span[0]), pd.Timestamp(span[1]))
            ax.set_ylim(0, height)
            if labels:
                middles = part["period_start"] + (part["period_end"] - part["period_start"]) / 2
                _label_apart(ax, zip(middles, part["value"], strict=True))
            if line is not None:
                ax.axhline(line, color=INK, linewidth=0.9, linestyle="--")
            ax.set_ylabel(unit)
            ax.set_title(name, loc="left")
        locator = mdates.AutoDateLocator(minticks=3, maxticks=fit(10, 6))
        axes[-1, 0].xaxis.set_major_locator(locator)
        axes[-1, 0].xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
        handles = [
            axes[0, 0].plot([], [], color=looks[g][0], marker=looks[g][1], linewidth=2, label=g)[0] for g in groups
        ]
        legend(fig, handles=handles, ncols=3)
    told = "; ".join(
        f"{r.agency} {r.period_start:%Y-%m} to {r.period_end:%Y-%m}, {r.what.lower()}, {r.value:,.4g}"
        for r in figures.itertuples()
    )
    alt = f"Trade figures in {unit} by agency and kind of year. {told or 'No figure of this kind is in the table'}."
    data = pd.DataFrame(
        {
            "Agency": figures["agency"],
            "Measures": figures["what"],
            "From": figures["period_start"].dt.strftime("%Y-%m-%d"),
            "To": figures["period_end"].dt.strftime("%Y-%m-%d"),
            "Kind of year": figures["coverage"].map(kinds),
            unit.capitalize(): figures["value"],
            "Note": figures["note"],
            "Source id": figures["source_ids"],
        }
    )
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


def _label_apart(ax: Axes, points: Iterable[tuple[pd.Timestamp, float]]) -> None:
    """Write values above, below or beside points; one that would cover a mark or another value is left out."""
    import matplotlib.dates as mdates

    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    wide, high = (right - left) * fit(0.05, 0.12), (top - bottom) * 0.085
    at = sorted(((float(mdates.date2num(day)), value) for day, value in points), key=lambda p: -p[1])
    taken = [(x, y, wide * 0.3, high * 0.8) for x, y in at]
    for x, y in at:
        for dx, dy in ((0, 1.2), (0, -1.2), *fit([(0.9, 0), (-0.9, 0)], [])):
            a, b = x + dx * wide, y + dy * high
            inside = left + wide / 2 < a < right - wide / 2 and bottom + high / 2 < b < top - high / 2
            if inside and all(abs(a - x2) * 2 >= wide + w or abs(b - y2) * 2 >= high + h for x2, y2, w, h in taken):
                taken.append((a, b, wide, high))
                ax.annotate(f"{y:.0f}", (a, b), ha="center", va="center", fontsize=8)
                break


@two_widths
def bars(
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    x: str,
    unit: str = "",
    caption: str = "",
    provenance: str = "",
    colours: Mapping[str, str] | None = None,
    values: str = "{:.0f}",
    details: pd.DataFrame | None = None,
    upto: float | None = None,
) -> Exhibit:
    """Draw horizontal bars, one per row; several columns are stacked and differ in hatching as well as colour.

    Parameters
    ----------
    data : pandas.DataFrame
        Index: labels, top first. Columns: the (non-negative) parts of each bar.
    x : str
        Label of the value axis.
    values : str
        Format of the numbers written into the bars.
    details : pandas.DataFrame, optional
        Words on a part of a bar, for those who point at it; rows and columns as in `data`, empty where there are none.
    upto : float, optional
        Where the longest bar would end, so that the frames of an explorer share a scale.
    """
    links: dict[str, tuple[str, str]] = {}
    # Dots and circles would weigh a hundred times as much in SVG as strokes.
    hatches = ["", "//", "\\\\", "xx", "--", "||", "++"]
    palette = [BLUE, VERMILION, GREY, GREEN, ORANGE, PURPLE, SKY]
    with style():
        names = wrapped(data.index)
        fig, ax = canvas(height=0.8 + 0.32 * len(data) + 0.1 * sum(n.count("\n") for n in names))
        left = np.zeros(len(data))
        positions = np.arange(len(data))[::-1]
        largest = upto or float(data.sum(axis=1).max()) or 1.0
        for column, hatch, default in zip(data.columns, itertools.cycle(hatches), itertools.cycle(palette)):
            colour = (colours or {}).get(str(column), default)
            width = data[column].fillna(0).to_numpy(float)
            some = width > 0  # an empty part would still show its edge
            parts = ax.barh(
                positions[some],
                width[some],
                left=left[some],
                height=0.72,
                color="none" if hatch else colour,
                edgecolor=colour,
                hatch=hatch,
                linewidth=1,
                label=str(column),
            )
            if details is not None:
                for row, part in zip(np.flatnonzero(some), parts, strict=True):
                    words = details[column].iloc[row]
                    if words:
                        key = f"{row}-{data.columns.get_loc(column)}"
                        links[key] = ("", words)
                        part.set_url(f"mark:{key}")
            for p, w, start in zip(positions, width, left, strict=True):
                if w and len(data.columns) > 1 and w > largest * fit(0.045, 0.11):
                    ax.text(
                        start + w / 2,
                        p,
                        values.format(w),
                        ha="center",
                        va="center",
                        fontsize=8.5,
                        fontweight="bold",
                        color="white" if not hatch else "#111111",  # on a white patch, in dark pages too
                        bbox={
                            "boxstyle": "round,pad=0.15",
                            "fc": colour if not hatch else "white",
                            "ec": "none",
                            "alpha": 0.9,
                        }
                        if hatch
                        else None,
                    )
            left += width
        if len(data.columns) == 1:
            for p, w in zip(positions, left, strict=True):
                ax.text(w + largest * 0.01, p, values.format(w), va="center", fontsize=8.5)
        ax.set_yticks(positions, names)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.set_xlim(0, largest * fit(1.1, 1.16))
        ax.set_xlabel(*wrapped([x], 90, 36))
        if len(data.columns) > 1:
            legend(fig)
    rows = "; ".join(
        f"{label}: " + ", ".join(f"{c} {values.format(v)}" for c, v in row.items() if pd.notna(v) and v)
        for label, row in data.iterrows()
    )
    alt = f"Horizontal bars of {x}{f' ({unit})' if unit else ''}. {rows}."
    return Exhibit(id, title, fig, alt, data.rename_axis("").reset_index(), caption, provenance, links)


@two_widths
def lines(
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    x: str,
    y: str,
    group: str,
    xlabel: str,
    ylabel: str,
    caption: str = "",
    provenance: str = "",
    zero: bool = True,
    marks_only: Sequence[str] = (),
    height: float = 3.6,
    details: str = "",
) -> Exhibit:
    """Draw a line per group with its own colour, marker and dashes; gaps in a group's data stay gaps.

    Parameters
    ----------
    data : pandas.DataFrame
        Long form with the columns named by `x`, `y` and `group`.
    zero : bool
        Start the value axis at zero.
    marks_only : sequence of str
        Groups drawn as marks without a line, because their values do not form a series.
    details : str
        Column with words on each mark, for those who point at it.
    """
    data = data.reset_index(drop=True)
    links: dict[str, tuple[str, str]] = {}
    groups = list(dict.fromkeys(data[group]))
    with style():
        fig, ax = canvas(height=height)
        for name, (colour, marker, dash) in zip(groups, itertools.cycle(LINE_STYLES)):
            part = data[data[group] == name].sort_values(x)
            ax.plot(
                part[x],
                part[y],
                color=colour,
                marker=marker,
                linestyle="none" if name in marks_only else dash,
                markersize=5,
                linewidth=1.6,
                label=str(name),
            )
            if details:
                dots = ax.scatter(part[x], part[y], s=25, color=colour, marker=marker, zorder=3)
                dots.set_urls([f"mark:{i}" for i in part.index])
                links |= {str(i): ("", words) for i, words in part[details].items()}
        if zero:
            ax.set_ylim(bottom=min(0.0, float(data[y].min()) * 1.05))
        if pd.api.types.is_integer_dtype(data[x]):
            from matplotlib.ticker import MaxNLocator

            ax.xaxis.set_major_locator(MaxNLocator(fit("auto", 5), integer=True))
        elif data[x].map(type).eq(str).all():
            names = list(dict.fromkeys(data[x]))
            ax.set_xticks(range(len(names)), [name.replace("–", fit("–", "–\n")) for name in names])
        ax.set_xlabel(*wrapped([xlabel], 90, 36))
        ax.set_ylabel(*wrapped([ylabel], 40, 40))
        if len(groups) > 1:
            legend(fig, ncols=3)
    told = []
    for name in groups:
        part = data[data[group] == name].sort_values(x).dropna(subset=[y])
        if len(part):
            a, b = part.iloc[0], part.iloc[-1]
            told.append(f"{name}: {a[y]:,.4g} ({_x(a[x])}) to {b[y]:,.4g} ({_x(b[x])}), peak {part[y].max():,.4g}")
    alt = f"Lines of {ylabel} by {xlabel or 'time'}. " + "; ".join(told) + "."
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


def _x(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


@two_widths
def matrix(
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    signs: Mapping[object, tuple[str, str, str]],
    caption: str = "",
    provenance: str = "",
    row_label: str = "row",
    details: pd.DataFrame | None = None,
) -> Exhibit:
    """Draw a table of categories as coloured cells that also carry a symbol.

    Parameters
    ----------
    data : pandas.DataFrame
        Index: row labels; columns: column labels; cells: keys of `signs` (or missing).
    signs : mapping
        Category to (colour, symbol, words).
    details : pandas.DataFrame, optional
        Words on a cell, for those who point at it; rows and columns as in `data`, empty where there are none.
    """
    links: dict[str, tuple[str, str]] = {}
    with style():
        names = wrapped(data.index)
        upright = fit(False, len(data.columns) > 4)
        fig, ax = canvas(
            height=(1.5 if upright else 0.9) + max(0.34, 0.17 * max(n.count("\n") + 1 for n in names)) * len(data)
        )
        for r, (_, row) in enumerate(data.iterrows()):
            for c, value in enumerate(row):
                if value not in signs:
                    continue
                colour, symbol, _ = signs[value]
                cell = ax.add_patch(_box(c, len(data) - 1 - r, colour))
                words = "" if details is None else details.iloc[r, c]
                if words:
                    cell.set_url(f"mark:{r}-{c}")
                    links[f"{r}-{c}"] = ("", words)
                ax.text(c + 0.5, len(data) - 0.5 - r, symbol, ha="center", va="center", fontsize=10, color=INK)
        ax.set_xlim(0, len(data.columns))
        ax.set_ylim(0, len(data))
        ax.set_xticks(np.arange(len(data.columns)) + 0.5, wrapped(data.columns, 13, 18), rotation=90 if upright else 0)
        ax.set_yticks(np.arange(len(data)) + 0.5, names[::-1])
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.grid(visible=False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        used = [v for v in signs if (data == v).any().any()]
        handles = [_box(0, 0, signs[v][0]) for v in used]
        legend(fig, handles, [f"{signs[v][1]} {signs[v][2]}" for v in used], loc="outside lower left")
    told = "; ".join(
        f"{i}: " + ", ".join(f"{c} {signs[v][2]}" for c, v in row.items() if v in signs) for i, row in data.iterrows()
    )
    shown = data.map(lambda v: signs[v][2] if v in signs else "").rename_axis(row_label).reset_index()
    return Exhibit(id, title, fig, f"Table of coloured cells. {told}.", shown, caption, provenance, links)


@two_widths
def ranges(
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    x: str,
    labels: tuple[str, str] = ("observed", "95 per cent of what chance gives"),
    caption: str = "",
    provenance: str = "",
    values: str = "{:.0f}",
    end: float | None = None,
) -> Exhibit:
    """Draw an observed value against a range, one row each; a value outside its range is filled.

    Parameters
    ----------
    data : pandas.DataFrame
        Index: labels, top first. Columns ``observed``, ``low``, ``high``; rows without a value are left empty.
    x : str
        Label of the value axis.
    labels : (str, str)
        Words of the legend for the value and for the range.
    values : str
        Format of numbers in the alt text.
    end : float, optional
        Where the value axis ends; by default where the data do.
    """
    at = np.arange(len(data))[::-1]
    outside = (data["observed"] < data["low"]) | (data["observed"] > data["high"])
    with style():
        names = wrapped(data.index)
        fig, ax = canvas(height=fit(0.9, 1.2) + 0.3 * len(data) + 0.1 * sum(n.count("\n") for n in names))
        ax.hlines(at, data["low"], data["high"], color=GREY, linewidth=7, alpha=0.45)
        dots = ax.scatter(
            data["observed"],
            at,
            s=48,
            marker="D",
            facecolors=[VERMILION if o else "none" for o in outside],
            edgecolors=VERMILION,
            zorder=3,
            clip_on=False,
        )
        dots.set_urls([f"mark:{n}" for n in range(len(data))])
        ax.set_yticks(at, names)
        ax.set_ylim(-0.6, len(data) - 0.4)
        ax.set_xlim(min(0.0, float(data[["observed", "low"]].min().min()) * 1.05), end)
        ax.tick_params(axis="y", length=0, pad=8)
        ax.set_xlabel(*wrapped([x], 90, 36))
        handles = [
            ax.scatter([], [], s=48, marker="D", facecolors="none", edgecolors=VERMILION, label=labels[0]),
            ax.plot([], [], color=GREY, linewidth=7, alpha=0.45, label=labels[1])[0],
            ax.scatter([], [], s=48, marker="D", facecolors=VERMILION, edgecolors=VERMILION, label="outside the range"),
        ]
        legend(fig, handles=handles, ncols=3)
    write, rows = values.format, data[["observed", "low", "high"]].itertuples()
    told = {
        str(n): f"{label}: {write(seen)} against {write(low)} to {write(high)}"
        for n, (label, seen, low, high) in enumerate(rows)
        if pd.notna(seen)
    }
    alt = f"Values of {x} against ranges. {'; '.join(told.values())}."
    links = {n: ("", words) for n, words in told.items()}
    return Exhibit(id, title, fig, alt, data.rename_axis("").reset_index(), caption, provenance, links)


def _box(x: float, y: float, colour: str) -> Rectangle:
    from matplotlib.patches import Rectangle as Patch

    return Patch((x + 0.03, y + 0.05), 0.94, 0.9, facecolor=colour, alpha=0.45, edgecolor=colour, linewidth=1)


@two_widths
def network(
    ties: pd.DataFrame,
    actors: Mapping[str, str],
    *,
    id: str,
    title: str,
    before: Mapping[str, int] | None = None,
    camp: Mapping[str, float] | None = None,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw signed ties on a circle: solid for positive, dashed for negative, thin where the sign is inferred.

    Parameters
    ----------
    ties : pandas.DataFrame
        Rows of table ``ties`` of one period. Neutral ties are drawn only if they have just turned neutral.
    actors : mapping
        Actor code to label, in the order of the circle.
    before : mapping, optional
        Pair, ``A-B``, to its sign in the period before; ties whose sign has changed since lie on a broad band.
    camp : mapping, optional
        Actor to the share of best splits that put it with the first: squares where all do, discs where none does,
        diamonds between; actors left out are hollow.
    """
    names = list(actors)
    angle = {a: np.pi / 2 - 2 * np.pi * i / len(names) for i, a in enumerate(names)}
    place = {a: (np.cos(t), np.sin(t)) for a, t in angle.items()}
    kept = ties[ties["actor_a"].isin(names) & ties["actor_b"].isin(names)]
    old = (kept["actor_a"] + "-" + kept["actor_b"]).map(dict(before or {}))
    kept = kept.assign(turned=old.notna() & (old != kept["sign"]), old=old)
    words = {1: "positive", 0: "neutral", -1: "negative"}
    looks = {1: (BLUE, "-"), -1: (VERMILION, (0, (4, 2))), 0: (GREY, (0, (1, 1.5)))}
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, ax = canvas(height=fit(4.6, 4.9))
        for row in kept[(kept["sign"] != 0) | kept["turned"]].itertuples():
            ends = list(zip(place[row.actor_a], place[row.actor_b], strict=True))
            colour, dash = looks[row.sign]
            if row.turned:
                ax.plot(*ends, color=ORANGE, alpha=0.45, linewidth=8, zorder=1, solid_capstyle="butt")
            (line,) = ax.plot(
                *ends, color=colour, linestyle=dash, linewidth=2.4 if row.evidence == "direct" else 0.9, zorder=2
            )
            line.set_url(f"mark:{row.id}")
            links[row.id] = (
                "",
                f"{actors[row.actor_a]}–{actors[row.actor_b]}: {words[row.sign]}"
                + (f", before {words[int(row.old)]}" if row.turned else "")
                + f" ({row.evidence}). {row.justification}",
            )
        for a, (x, y) in place.items():
            share = None if camp is None else camp.get(a)
            if camp is not None and share is None:  # an actor without a tie belongs to no camp
                ax.scatter([x], [y], s=60, facecolors="none", edgecolors=GREY, zorder=3)
            else:
                marker = "o" if not share else "s" if share == 1 else "D"
                colour = PURPLE if share and share < 1 else INK if share else GREY
                ax.scatter([x], [y], s=130, color=colour, marker=marker, zorder=3, linewidths=0)
            ax.annotate(
                *wrapped([actors[a]], 30, 13),
                (x * 1.09, y * 1.09),
                ha="left" if x > 0.1 else "right" if x < -0.1 else "center",
                va="bottom" if y > 0.1 else "top" if y < -0.1 else "center",
                fontsize=fit(10, 9),
            )
        ax.set_aspect("equal")
        ax.set_xlim(-1.9, 1.9)
        ax.set_ylim(-1.25, 1.25)
        ax.axis("off")
        keys = {"positive": (*looks[1], 2.4), "negative": (*looks[-1], 2.4), "thin: sign inferred": (INK, "-", 0.9)}
        if before is not None:
            keys |= {"turned neutral": (*looks[0], 2.4), "turned since the period before": (ORANGE, "-", 8)}
        handles = [
            ax.plot([], [], color=c, linestyle=dash, linewidth=w, alpha=0.45 if w > 5 else 1, label=name)[0]
            for name, (c, dash, w) in keys.items()
        ]
        if camp is not None:
            first = actors[names[0]]
            for colour, marker, name in (
                (INK, "s", f"in {first}'s camp"),
                (GREY, "o", "in the other camp"),
                (PURPLE, "D", "splits disagree"),
            ):
                handles.append(ax.scatter([], [], s=60, color=colour, marker=marker, label=name))
        legend(fig, handles=handles, loc="outside lower center", ncols=4)
    told = {
        s: ", ".join(f"{actors[r.actor_a]}–{actors[r.actor_b]}" for r in kept[kept["sign"] == s].itertuples()) or "none"
        for s in (1, -1)
    }
    alt = f"Network of {len(names)} actors. Positive ties: {told[1]}. Negative ties: {told[-1]}."
    if camp is not None:
        near = ", ".join(actors[a] for a in names[1:] if camp.get(a) == 1) or "nobody"
        alt += f" In one camp with {actors[names[0]]} in all best splits: {near}."
    turned = [f"{actors[r.actor_a]}–{actors[r.actor_b]}" for r in kept[kept["turned"]].itertuples()]
    if before is not None:
        alt += f" Turned since the period before: {', '.join(turned) or 'none'}."
    data = kept[["actor_a", "actor_b", "sign", "evidence", "justification"]].reset_index(drop=True)
    return Exhibit(id, title, fig, alt, data, caption, provenance, links)


def clip_lines(
    lines: Sequence[Sequence[tuple[float, float]]],
    view: tuple[float, float, float, float],
    step: float = 0.04,
) -> list[list[tuple[float, float]]]:
    """Keep the parts of lines that lie in or just outside a map window, and drop points closer than `step` degrees.

    Returns
    -------
    list of lines
        Runs of at least two points.
    """
    west, east, south, north = view
    kept: list[list[tuple[float, float]]] = []
    for line in lines:
        run: list[tuple[float, float]] = []
        for number, (x, y) in enumerate(line):
            if not (west - 0.3 <= x <= east + 0.3 and south - 0.3 <= y <= north + 0.3):
                kept.append(run)
                run = []
            elif not run or number == len(line) - 1 or max(abs(x - run[-1][0]), abs(y - run[-1][1])) >= step:
                run.append((round(x, 3), round(y, 3)))
        kept.append(run)
    return [run for run in kept if len(run) > 1]


def _joined(parts: Sequence[Sequence[tuple[float, float]]]) -> tuple[list[float], list[float]]:
    """Make one path of several lines, so that a drawing stays small."""
    points = [point for part in parts for point in (*part, (np.nan, np.nan))]
    return [x for x, _ in points], [y for _, y in points]


def _ground(ax: Axes, ground: tables.Ground, view: tuple[float, float, float, float], names: str) -> None:
    """Draw sea, shadows of mountains, lakes and rivers as a faint ground, and write the names meant for a window."""
    west, east, south, north = view
    left, right, bottom, top = ground.extent
    high, wide = ground.relief.shape
    step = (right - left) / wide
    c0, c1 = max(int((west - left) / step), 0), min(int((east - left) / step) + 1, wide)
    r0, r1 = max(int((top - north) / step), 0), min(int((top - south) / step) + 1, high)
    if c1 - c0 > 1 and r1 - r0 > 1:
        coarse = -(-(c1 - c0) // (fit(180, 110) if names else fit(110, 70)))  # so many cells in one
        c1, r1 = c1 - (c1 - c0) % coarse, r1 - (r1 - r0) % coarse
        cells = ground.relief[r0:r1, c0:c1].reshape((r1 - r0) // coarse, coarse, (c1 - c0) // coarse, coarse)
        sea = (cells == 7).mean(axis=(1, 3)) > 0.5
        shade = np.where(cells == 7, 0, cells).mean(axis=(1, 3)).round()
        paint = np.empty((*sea.shape, 4), dtype=np.uint8)
        paint[..., :3] = np.where(sea[..., None], (86, 180, 233), (127, 127, 127))
        paint[..., 3] = np.where(sea, 44, np.minimum(shade * 32, 150))
        edges = (left + c0 * step, left + c1 * step, top - r1 * step, top - r0 * step)
        ax.imshow(paint, extent=edges, aspect="auto", interpolation="none", zorder=0)
    water = ground.water if names else [(kind, line) for kind, line in ground.water if kind == "lake"]
    runs = [(kind, run) for kind, line in water for run in clip_lines([line], view, (east - west) / fit(120, 80))]
    shores = [run for kind, run in runs if kind == "lake" and run[0] == run[-1]]
    for shore in shores:
        ax.fill(*zip(*shore, strict=True), facecolor=SKY, alpha=0.4, linewidth=0, zorder=1)
    ax.plot(*_joined([run for _, run in runs if run not in shores]), color=SKY, linewidth=0.8, zorder=1)
    for about, (x, y) in ground.names:
        if about["map"] in fit((names, f"{names}, page"), (names, f"{names}, phone")):
            look = {"rotation": about["angle"], "fontsize": fit(7.5, 6.5), "alpha": 0.75, "linespacing": 0.9}
            ax.annotate(about["name"], (x, y), ha="center", va="center", zorder=1.5, **look)


@two_widths
def route_map(
    places: pd.DataFrame,
    links: pd.DataFrame,
    outlines: Sequence[Sequence[tuple[float, float]]],
    *,
    id: str,
    title: str,
    view: tuple[float, float, float, float],
    labels: Sequence[str] | Mapping[str, tuple[int, int]] = (),
    looks: Mapping[str, tuple[str, object, float]] | None = None,
    ground: tables.Ground | None = None,
    names: str = "",
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    """Draw transport links on a map; each status has its own dashes and colour.

    Parameters
    ----------
    places : pandas.DataFrame
        Table ``places``.
    links : pandas.DataFrame
        Columns ``place_a``, ``place_b``, ``mode``, ``status``; one row per link on the day shown. A column ``details``
        holds words for those who point at a link, empty where there are none.
    outlines : sequence of lines
        Country outlines as (longitude, latitude) pairs.
    view : (west, east, south, north)
        Degrees.
    labels : sequence of str, or mapping
        Ids of places that get a label; a mapping gives its side (1 right, -1 left) and rise in points.
    looks : mapping, optional
        Status to colour, dashes and width; by default those of the table ``link_status``.
    ground : helpers.tables.Ground, optional
        Relief, water and names to draw below.
    names : str
        Which names of `ground` to write; without them the ground is drawn more coarsely and without rivers.
    """
    from matplotlib.collections import LineCollection

    west, east, south, north = view
    where = places.set_index("id")
    at = dict(zip(where.index, zip(where["lon"], where["lat"], strict=True), strict=True))
    looks = looks or {
        "open": (GREEN, "-", 1.6),
        "under-construction": (ORANGE, (0, (4, 1.5)), 2.4),
        "planned": (PURPLE, (0, (1, 1.2)), 2.4),
        "closed": (VERMILION, (0, (5, 3)), 1.6),
    }
    inside = where[where["lon"].between(west, east) & where["lat"].between(south, north)].index
    shown = links[links["place_a"].isin(inside) | links["place_b"].isin(inside)]
    present = [s for s in looks if (shown["status"] == s).any()]
    shape = 1 / np.cos(np.radians((south + north) / 2))
    told = shown["details"] if "details" in shown else pd.Series("", index=shown.index)
    details = {f"{i}": ("", words) for i, words in told.items() if words}
    if not isinstance(labels, Mapping):
        labels = dict.fromkeys(labels, (1, 4))
    with style():
        fig, ax = canvas(height=fit(7.1, 3.6) * (north - south) / (east - west) * shape + fit(0.4, 0.7))
        if ground is not None:
            _ground(ax, ground, view, names)
        ax.plot(
            *_joined(clip_lines(outlines, view, (east - west) / (fit(150, 90) if names else 50))),
            color=INK,
            linewidth=0.6,
            alpha=0.55,
        )
        for s, (colour, dash, width) in looks.items():  # the legend has them all, so that frames differ in little
            part = shown[shown["status"] == s]
            ends = [[at[a], at[b]] for a, b in zip(part["place_a"], part["place_b"], strict=True)]
            silent = [pair for i, pair in zip(part.index, ends, strict=True) if str(i) not in details]
            look = {"color": colour, "linewidth": width, "zorder": 2}
            ax.plot(*_joined(silent), linestyle=dash, label=s.replace("-", " "), **look)
            marked = [(str(i), pair) for i, pair in zip(part.index, ends, strict=True) if str(i) in details]
            if marked:
                lines = LineCollection([pair for _, pair in marked], linestyles=[dash], **look)
                lines.set_urls([f"mark:{i}" for i, _ in marked])
                ax.add_collection(lines, autolim=False)
        points = where.loc[[p for p in sorted({*shown["place_a"], *shown["place_b"], *labels}) if p in inside]]
        ax.plot(points["lon"], points["lat"], color=INK, marker="s", markersize=2.6, linestyle="none", zorder=3)
        for p, (side, rise) in labels.items():
            ax.annotate(
                where.loc[p, "name"].split(" (")[0],
                at[p],
                (4 * side, rise),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                fontsize=fit(8.5, 7.5),
                zorder=4,
            )
        ax.set(xlim=(west, east), ylim=(south, north), aspect=shape, xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set(visible=True, color=GREY, linewidth=0.6)
        legend(fig, *ax.get_legend_handles_labels())
    counts = ", ".join(f"{int((shown['status'] == s).sum())} {s.replace('-', ' ')}" for s in present)
    named = where["name"]
    listed = "; ".join(
        f"{s.replace('-', ' ')}: "
        + ", ".join(f"{named[r.place_a]}–{named[r.place_b]}" for r in shown[shown["status"] == s].itertuples())
        for s in present
        if s != "open" and looks[s][2] > 1.5  # what is drawn thin is only counted
    )
    alt = f"Map of {len(shown)} transport links: {counts}. {listed}."
    data = shown.assign(**{"from": shown["place_a"].map(named), "to": shown["place_b"].map(named)})[
        ["from", "to", "mode", "status"]
    ].reset_index(drop=True)
    return Exhibit(id, title, fig, alt, data, caption, provenance, details)


@two_widths
def spans(
    data: pd.DataFrame, *, id: str, title: str, x: str, ncols: int = 3, caption: str = "", provenance: str = ""
) -> Exhibit:
    """Draw medians with ranges in panels that share their axes; a range that leaves out nought has a filled triangle.

    Parameters
    ----------
    data : pandas.DataFrame
        ``panel``, ``row`` (both in the order drawn), ``median``, ``low``, ``high``; at most one line per panel and row.
    x : str
        Label of the value axis.
    ncols : int
        Panels side by side.
    """
    panels, rows = (list(dict.fromkeys(data[c])) for c in ("panel", "row"))
    at = {row: len(rows) - 1 - i for i, row in enumerate(rows)}
    ncols = fit(ncols, 1)
    nrows = -(-len(panels) // ncols)
    links: dict[str, tuple[str, str]] = {}
    with style():
        names = wrapped(rows)
        deep = max(n.count("\n") for n in names)
        fig, axes = canvas(
            height=0.7 + nrows * (0.45 + (0.22 + 0.12 * deep) * len(rows)),
            rows=nrows,
            ncols=ncols,
            sharex=True,
            sharey=True,
            squeeze=False,
        )
        for ax, panel in itertools.zip_longest(axes.flat, panels):
            if panel is None:
                ax.set_visible(False)
                continue
            ax.axvline(0, color=INK, linewidth=0.8)
            for r in data[data["panel"] == panel].itertuples():
                clear = r.low > 0.05 or r.high < -0.05
                colour, mark = (GREY, "o") if not clear else (BLUE, "^") if r.median > 0 else (VERMILION, "v")
                ax.plot([r.low, r.high], [at[r.row]] * 2, color=colour, linewidth=3.5, alpha=0.55)
                fill = colour if clear else "none"
                look = {"marker": mark, "markersize": 6, "markerfacecolor": fill, "linestyle": "none"}
                dot = ax.plot(r.median, at[r.row], color=colour, **look)[0]
                dot.set_url(f"mark:{r.Index}")
                links[str(r.Index)] = ("", f"{panel}, {r.row}: {r.median:.0f} ({r.low:.0f} to {r.high:.0f})")
            ax.set_title(panel, loc="left")
            ax.tick_params(axis="y", length=0)
        axes[0, 0].set_yticks(list(at.values()), names)
        axes[0, 0].set_ylim(-0.6, len(rows) - 0.4)
        fig.supxlabel(*wrapped([x], 90, 36), fontsize=9.5)
    told = "; ".join(
        f"{panel}: " + ", ".join(f"{r.row} {r.median:.0f} ({r.low:.0f} to {r.high:.0f})" for r in part.itertuples())
        for panel, part in data.groupby("panel", sort=False)
    )
    shown = data[["panel", "row", "median", "low", "high"]].round(1).reset_index(drop=True)
    return Exhibit(id, title, fig, f"{len(panels)} panels of {x}. {told}.", shown, caption, provenance, links)
