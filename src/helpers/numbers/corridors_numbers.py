"""Figures, ledgers and drawings of chapter 4, on the transport corridors."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import charts, evidence
from helpers.exhibits import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, VERMILION, Exhibit, Link, canvas, style
from helpers.numbers import Value
from helpers.tables import explode

__all__ = [
    "AREAS",
    "CAUCASUS",
    "DAYS",
    "MODES",
    "REGION",
    "SYUNIK",
    "as_of",
    "by_corridor",
    "closures",
    "definitions",
    "draw_as_of",
    "draw_growth",
    "draw_region",
    "draw_rest",
    "draw_steps",
    "draw_tonnage",
    "ground",
    "growth",
    "names",
    "rasht_astara",
    "reduced",
    "rest_growth",
    "steps",
    "values",
]

#: Map windows as (west, east, south, north) in degrees.
CAUCASUS = (43.0, 50.5, 37.2, 42.0)
SYUNIK = (44.6, 47.5, 38.5, 39.95)
REGION = (34.5, 64.0, 24.8, 48.0)

#: Days that the explorer offers; the last day of the data is added by the chapter.
DAYS = (
    "2020-03-15",
    "2020-12-15",
    "2021-08-26",
    "2021-12-31",
    "2022-09-15",
    "2023-06-30",
    "2024-07-31",
)

#: Mode control of the explorer: words to value.
MODES = {"road": "road", "rail": "rail"}

#: Area control of the explorer: words to map window.
AREAS = {"South Caucasus": CAUCASUS, "Syunik and Nakhchivan": SYUNIK}

STATUSES = ("open", "under-construction", "planned", "closed")

#: Words in a note that mark a date as soft.
_VAGUE = "background knowledge|approximate"

#: How a status is drawn, as on the other maps: colour, dashes, width.
_LOOKS = {
    "open": (GREEN, "-", 2.0),
    "under-construction": (ORANGE, (0, (4, 1.5)), 2.0),
    "planned": (PURPLE, (0, (1, 1.5)), 2.0),
    "closed": (VERMILION, (0, (5, 3)), 1.3),
}

#: Labelled places of the explorer's maps: side (1 right, -1 left) and rise in points.
_LABELS = {
    CAUCASUS: {
        "tbilisi": (1, 3),
        "baku": (1, 4),
        "yerevan": (1, 3),
        "ganja": (1, 4),
        "tabriz": (1, -3),
        "nakhchivan": (-1, -2),
        "goris": (-1, 6),
        "meghri": (1, -11),
        "horadiz": (1, -10),
        "kars": (1, -10),
        "rasht": (-1, -4),
        "astara": (1, 2),
    },
    SYUNIK: {
        "sadarak": (1, 4),
        "nakhchivan": (-1, -4),
        "julfa": (-1, -9),
        "ordubad": (-1, -10),
        "meghri": (1, 4),
        "norduz": (1, -10),
        "kajaran": (-1, 0),
        "kapan": (1, 2),
        "goris": (-1, 6),
        "sisian": (-1, 4),
        "horadiz": (-1, 4),
        "aghband": (1, 4),
    },
}
_REGION_LABELS = (
    "astrakhan",
    "makhachkala",
    "baku",
    "tbilisi",
    "poti",
    "tabriz",
    "rasht",
    "tehran",
    "bafq",
    "bandar-abbas",
    "chabahar",
    "zahedan",
    "mashhad",
    "aktau",
    "turkmenbashi",
    "mersin",
)
_SHORT = {"astara": "Astara", "julfa": "Julfa"}

#: What a milestone is, read by one coder: an act on paper, works, an opening or a closure. A step that is missing
#: here counts as not coded.
_PAPER = (
    "2000-09-12-instc",
    "2002-05-16-instc",
    "2005-09-01-instc",
    "2012-11-01-kars-nakhchivan",
    "2016-01-01-persiangulf-blacksea",
    "2017-06-15-instc-west",
    "2020-11-10-zangezur-tripp",
    "2021-04-19-persiangulf-blacksea",
    "2021-06-15-zangezur-tripp",
    "2021-10-08-armenia-ns",
    "2021-12-08-persiangulf-blacksea",
    "2022-03-11-araz",
    "2022-04-05-araz",
    "2022-11-01-armenia-ns",
    "2023-01-01-middle",
    "2023-05-17-instc-west",
    "2023-05-19-instc-west",
    "2023-10-23-armenia-ns",
    "2023-10-28-instc-west",
    "2024-05-14-armenia-ns",
    "2024-09-01-instc-west",
    "2024-12-01-instc-west",
    "2024-12-04-armenia-ns",
    "2024-12-16-armenia-ns",
    "2024-12-17-middle",
    "2025-02-10-araz",
    "2025-04-16-instc-west",
    "2025-04-16-instc-west-2",
    "2025-08-08-zangezur-tripp",
    "2025-10-13-araz",
    "2025-10-13-instc-west",
    "2025-10-13-zangezur-tripp",
    "2025-10-21-zangezur-tripp",
    "2025-11-05-instc-east",
    "2025-11-12-zangezur-tripp",
    "2025-11-26-instc-west-2",
    "2025-11-26-zangezur-tripp",
    "2025-11-30-turkey-iran",
    "2026-02-03-crossroads-of-peace",
)
_WORKS = (
    "2020-07-07-instc-east",
    "2022-01-25-instc-west",
    "2022-09-21-araz",
    "2023-10-06-araz",
    "2025-03-07-zangezur-tripp",
    "2025-04-18-zangezur-tripp",
    "2025-08-22-kars-nakhchivan",
    "2025-08-31-btk",
    "2025-09-23-araz",
    "2025-10-25-instc-east",
    "2025-11-05-instc-west",
    "2025-11-26-instc-west",
    "2025-12-23-zangezur-tripp",
    "2026-01-09-instc-west",
    "2026-02-01-araz",
)
_OPENED = (
    "2006-07-13-pipelines",
    "2014-12-03-instc-east",
    "2016-12-29-araz",
    "2017-03-05-instc-west",
    "2017-10-30-btk",
    "2018-02-08-instc-west",
    "2018-03-29-instc-west",
    "2018-06-12-pipelines",
    "2018-11-22-instc-west",
    "2019-03-06-instc-west",
    "2019-07-01-pipelines",
    "2020-06-04-turkey-iran",
    "2021-08-27-armenia-ns",
    "2021-11-04-armenia-ns",
    "2022-08-30-lachin",
    "2022-11-12-instc-east",
    "2023-12-30-instc-west",
    "2024-05-20-btk",
    "2024-06-20-instc-transcaspian",
    "2025-09-01-middle",
    "2025-10-21-crossroads-of-peace",
)
_CLOSED = (
    "2020-02-23-turkey-iran",
    "2021-08-25-armenia-ns",
    "2021-11-11-armenia-ns",
    "2022-08-26-lachin",
    "2022-12-12-lachin",
    "2023-03-30-lachin",
    "2023-04-23-lachin",
    "2023-05-16-btk",
)
_KINDS = (
    dict.fromkeys(_PAPER, "paper")
    | dict.fromkeys(_WORKS, "works")
    | dict.fromkeys(_OPENED, "opened")
    | dict.fromkeys(_CLOSED, "closed")
)

#: Lanes of the milestone chart, top first.
_LANES = {
    "INSTC": "INSTC as a whole",
    "INSTC-west": "INSTC, western route",
    "INSTC-transcaspian": "INSTC, trans-Caspian",
    "INSTC-east": "INSTC, eastern route",
    "PersianGulf-BlackSea": "Persian Gulf–Black Sea",
    "Armenia-NS": "Armenia north–south",
    "Zangezur/TRIPP": "Zangezur / Syunik / TRIPP",
    "Araz": "Araz corridor",
    "Kars-Nakhchivan": "Kars–Nakhchivan",
    "Crossroads-of-Peace": "Crossroads of Peace",
    "Lachin": "Lachin corridor",
    "BTK": "Baku–Tbilisi–Kars",
    "Middle": "Middle Corridor",
    "Turkey-Iran": "Turkey–Iran",
}

#: Who shut or opened what, and the reason the acting side gave: event or milestone, actor, act, reason.
_CLOSURES = (
    ("event", "2020-02-23-tur-irn-border-closure", "Turkey", "closes", "health"),
    ("event", "2020-02-29-aze-irn-closure", "Azerbaijan", "closes", "health"),
    ("event", "2020-06-04-tur-irn-border-reopening", "Turkey", "opens", "call of the presidents"),
    ("event", "2021-08-25-aze-arm-closure", "Azerbaijan", "closes", "none in the row"),
    ("event", "2021-10-05-irn-aze-closure", "Iran", "closes", "none; Tehran said its skies were open"),
    ("event", "2021-11-10-aze-arm-closure", "Azerbaijan", "closes", "border and customs control"),
    ("event", "2021-11-15-aze-arm-closure", "Azerbaijan", "closes", "border and customs control"),
    ("milestone", "2022-12-12-lachin", "Azerbaijan (Armenian accounts)", "closes", "none in the row"),
    ("milestone", "2023-05-16-btk", "Georgian section", "closes", "works"),
    ("event", "2023-12-30-aze-irn-transit", "Azerbaijan and Iran", "opens", "more capacity, says S2"),
    ("milestone", "2024-05-20-btk", "Georgian section", "opens", "works done"),
    ("event", "2025-09-22-aze-nei-closure", "Azerbaijan", "closes", "health; freight exempt"),
    ("milestone", "2025-10-21-crossroads-of-peace", "Azerbaijan", "opens", "none in the row"),
    ("event", "2026-03-05-aze-irn-closure", "Azerbaijan", "closes", "drone strike"),
    ("event", "2026-03-09-aze-irn-transit", "Azerbaijan", "opens", "end of the freight halt"),
)

#: Names of the corridors: name, ends, whose word, claims, events and sources that carry it.
_NAMES = (
    (
        "INSTC, western route",
        "Russia – Azerbaijan – Iran – India, by rail and road",
        "all members of the agreement",
        ("S2-14", "S4-21"),
        (),
        ("trend-news-agency-4122354",),
    ),
    (
        "INSTC, trans-Caspian route",
        "Russian Caspian ports – Iranian Caspian ports",
        "all members of the agreement",
        (),
        (),
        ("mehr-news-agency-1909705",),
    ),
    (
        "INSTC, eastern route",
        "Russia – Kazakhstan – Turkmenistan – Iran, by rail",
        "all members of the agreement",
        (),
        (),
        ("ritm-eurasia-75126",),
    ),
    (
        "Zangezur corridor",
        "mainland Azerbaijan – Syunik – Nakhchivan (S1, S2); on to Turkey (S0, S4)",
        "Azerbaijan and Turkey; Armenia rejects it",
        ("S0-39", "S1-60", "S2-38", "S4-34"),
        ("2021-06-15-tur-aze-alliance-declaration",),
        (),
    ),
    (
        "TRIPP, the Syunik route",
        "the Armenian stretch between Azerbaijan and Nakhchivan",
        "Armenia and the United States, since August 2025",
        (),
        ("2025-08-08-aze-arm-agreement", "2026-01-13-arm-usa-agreement"),
        (),
    ),
    (
        "Araz corridor",
        "mainland Azerbaijan – Iranian bank of the Aras – Nakhchivan",
        "Azerbaijan and Iran",
        ("S2-47",),
        ("2022-03-11-aze-irn-agreement", "2023-10-06-aze-irn-agreement"),
        (),
    ),
    (
        "Persian Gulf–Black Sea",
        "Iran – Armenia or Azerbaijan – Georgia – Black Sea ports",
        "Iran",
        (),
        (),
        ("eurasia-ro-page", "news-az-iran-azerbaijan-and-geor"),
    ),
    (
        "Middle Corridor",
        "China – Kazakhstan – Caspian – Azerbaijan – Georgia",
        "the association of the route (TITR)",
        (),
        (),
        ("the-astana-times-2023-05",),
    ),
)

#: Labels of the tonnage rows by segment, in the order of what they count: the widest first.
_DEFINITIONS = {
    "all routes": "all routes, tonnes of any kind",
    "Russian section, all routes": "Russian section, all routes",
    "Russian section": "Russian section",
    "North-South corridor through Azerbaijan": "through Azerbaijan, with its own trade",
    "Samur-Yalama border": "over the Russian–Azerbaijani border",
    "three routes (rail)": "three routes, rail",
    "western route (rail)": "western route, rail (Kommersant)",
    "western route": "western route, rail (Trend)",
    "Kazakh ports to north Iran": "Kazakh ports to north Iran",
    "eastern route": "eastern route, all modes",
    "eastern route (rail)": "eastern route, rail",
    "trans-Caspian route (rail)": "trans-Caspian route, rail",
    "Azerbaijan Railways transit (Yalama-Astara)": "Azerbaijan Railways transit",
    "through Azerbaijan (Mustafayev)": "through Azerbaijan (Mustafayev)",
    "Astara rail border, Iran to Russia": "Astara rail, Iran to Russia only",
    "Iran-Azerbaijan rail": "Astara rail, both directions",
    "Astara customs, transit": "Astara customs, transit",
    "Astara customs, transit to foreign countries": "Astara customs, transit abroad",
}


def as_of(links: pd.DataFrame, status: pd.DataFrame, day: str | pd.Timestamp) -> pd.DataFrame:
    """Say for each link what its status was on one day.

    A status holds from its first day to the day before its last; an empty first day means "always", an empty last
    day "still". Links without a status on that day are left out.

    Parameters
    ----------
    links, status : pandas.DataFrame
        Tables ``links`` and ``link_status``.
    day : date-like
        The day.

    Returns
    -------
    pandas.DataFrame
        Rows of `links` with ``status``, ``valid_from`` and ``note`` of the status.
    """
    day = pd.Timestamp(day)
    begun = status["valid_from"].isna() | (status["valid_from"] <= day)
    lasting = status["valid_to"].isna() | (day < status["valid_to"])
    current = status.loc[begun & lasting, ["link_id", "status", "valid_from", "note"]]
    return links.merge(current, left_on="id", right_on="link_id", validate="one_to_one").drop(columns="link_id")


def reduced(
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


def _within(
    places: pd.DataFrame, links: pd.DataFrame, view: tuple[float, float, float, float], both: bool
) -> pd.DataFrame:
    west, east, south, north = view
    inside = places[places["lon"].between(west, east) & places["lat"].between(south, north)]["id"]
    ends = links["place_a"].isin(inside), links["place_b"].isin(inside)
    return links[(ends[0] & ends[1]) if both else (ends[0] | ends[1])]


def _counts(shown: pd.DataFrame) -> dict[str, int]:
    return {s: int((shown["status"] == s).sum()) for s in STATUSES}


def draw_as_of(
    places: pd.DataFrame,
    links: pd.DataFrame,
    status: pd.DataFrame,
    lines: Sequence[Sequence[tuple[float, float]]],
    day: pd.Timestamp,
    mode: str,
    area: tuple[float, float, float, float] = CAUCASUS,
) -> Exhibit:
    """Draw the road or rail links of an area with the status they had on one day.

    All links of a status are one path, so that a frame stays small.

    Parameters
    ----------
    places, links, status : pandas.DataFrame
        Tables ``places``, ``links``, ``link_status``.
    lines : sequence of lines
        Outlines of the world; cut to the area here.
    day : pandas.Timestamp
        The day shown.
    mode : str
        ``"rail"`` or ``"road"``.
    area : (west, east, south, north)
        `CAUCASUS` or `SYUNIK`.
    """
    known = as_of(links, status, day)
    shown = _within(places, known[known["mode"] == mode], area, both=False)
    where = places.set_index("id")
    ends = {p: (where.loc[p, "lon"], where.loc[p, "lat"]) for p in sorted({*shown["place_a"], *shown["place_b"]})}
    n = _counts(shown)
    west, east, south, north = area
    shape = 1 / np.cos(np.radians((south + north) / 2))
    with style():
        fig, ax = canvas(height=6.6 * (north - south) / (east - west) * shape + 0.5)
        coast = reduced(lines, area, (east - west) / 45)
        ax.plot(*_joined(coast), color=GREY, linewidth=0.7, alpha=0.8, zorder=1)
        for name, (colour, dash, width) in _LOOKS.items():
            part = shown[shown["status"] == name]
            pairs = [[ends[a], ends[b]] for a, b in zip(part["place_a"], part["place_b"], strict=True)]
            label = f"{name.replace('-', ' ')} ({n[name]})"
            ax.plot(*_joined(pairs), color=colour, linestyle=dash, linewidth=width, zorder=2, label=label)
        dots = where.loc[sorted({*ends, *_LABELS[area]})]
        inside = dots[dots["lon"].between(west, east) & dots["lat"].between(south, north)]
        ax.plot(inside["lon"], inside["lat"], color=INK, marker="s", markersize=2.4, linestyle="none", zorder=3)
        for place, (side, rise) in _LABELS[area].items():
            ax.annotate(
                _SHORT.get(place, where.loc[place, "name"]),
                tuple(where.loc[place, ["lon", "lat"]]),
                (5 * side, rise),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                fontsize=9,
                zorder=4,
            )
        ax.set(xlim=(west, east), ylim=(south, north), aspect=shape, xticks=[], yticks=[])
        fig.legend(loc="outside upper left", ncols=4)
    name = where["name"]
    told = "; ".join(
        f"{s.replace('-', ' ')}: "
        + ", ".join(f"{name[r.place_a]}–{name[r.place_b]}" for r in shown[shown["status"] == s].itertuples())
        for s in STATUSES[1:]
        if n[s]
    )
    rest = ", ".join(f"{n[s]} {s.replace('-', ' ')}" for s in STATUSES[1:] if n[s])
    title = (
        f"{evidence.date_label(day)}, {mode}: of {len(shown)} links {n['open']} open{', ' if rest else ''}{rest}. "
        f"{_latest(shown, places)}"
    )
    data = shown[["id", "mode", "status", "valid_from"]].reset_index(drop=True)
    return Exhibit("x4-as-of", title, fig, f"Map of {mode} links. {told or 'All are open'}.", data)


def _joined(parts: Sequence[Sequence[tuple[float, float]]]) -> tuple[list[float], list[float]]:
    xs: list[float] = []
    ys: list[float] = []
    for part in parts:
        xs += [*(x for x, _ in part), np.nan]
        ys += [*(y for _, y in part), np.nan]
    return xs, ys


def _latest(shown: pd.DataFrame, places: pd.DataFrame) -> str:
    dated = shown.dropna(subset=["valid_from"])
    if dated.empty:
        return "No link carries a dated change."
    newest = dated[dated["valid_from"] == dated["valid_from"].max()]
    name = places.set_index("id")["name"]
    row = newest.iloc[0]
    more = f" and {len(newest) - 1} more" if len(newest) > 1 else ""
    vague = " (date approximate)" if re.search(_VAGUE, row["note"]) else ""
    return (
        f"Latest dated change: {name[row['place_a']]}–{name[row['place_b']]}{more}, "
        f"{row['status'].replace('-', ' ')} since {evidence.date_label(row['valid_from'])}{vague}."
    )


def ground(known: pd.DataFrame) -> pd.DataFrame:
    """Drop what carries oil and gas: pipelines, and sea legs that serve them."""
    return known[(known["mode"] != "pipeline") & (known["corridors"] != "pipelines")]


def draw_region(
    places: pd.DataFrame,
    known: pd.DataFrame,
    lines: Sequence[Sequence[tuple[float, float]]],
    title: str,
    provenance: str,
) -> Exhibit:
    """Draw the corridors from the Caspian and the Black Sea to the Gulf; pipelines are left out.

    Parameters
    ----------
    places : pandas.DataFrame
        Table ``places``.
    known : pandas.DataFrame
        Result of `as_of`.
    """
    return charts.route_map(
        places,
        _within(places, ground(known), REGION, both=False).sort_values(
            "status", key=lambda column: column.map(STATUSES.index)
        ),
        lines,
        id="x4-map",
        title=title,
        view=REGION,
        labels=list(_REGION_LABELS),
        caption="Lines join places straight and do not follow the track or road. Green and solid: open; orange and "
        "long-dashed: under construction; pink and dotted: planned; red and thin: closed. Sea legs are drawn as links.",
        provenance=provenance,
    )


def by_corridor(known: pd.DataFrame) -> pd.DataFrame:
    """Count links by corridor (rows) and status (columns); a link that serves two corridors counts in both."""
    long = explode(ground(known), "corridors").merge(known[["id", "status"]], on="id")
    long = long[long["corridors"].isin(list(_LANES))]
    table = pd.crosstab(long["corridors"], long["status"]).reindex(columns=list(STATUSES), fill_value=0)
    table = table.loc[[c for c in _LANES if c in table.index]].rename(index=_LANES)
    return table.rename(columns=lambda s: s.replace("-", " ")).rename_axis(index=None, columns=None)


def steps(milestones: pd.DataFrame) -> pd.DataFrame:
    """Add to each milestone what kind of step it is: ``paper``, ``works``, ``opened``, ``closed`` or ``not coded``."""
    return milestones.assign(kind=milestones["id"].map(_KINDS).fillna("not coded"))


def draw_steps(milestones: pd.DataFrame, sources: pd.DataFrame, title: str, provenance: str) -> Exhibit:
    """Draw the milestones since 2016 in a lane per corridor; earlier ones and pipelines stand in the table only."""
    coded = steps(milestones).sort_values(["date", "id"])
    by_id = sources.set_index("id")
    looks = {
        "paper": ("none", INK, "o", "on paper"),
        "works": (ORANGE, ORANGE, "s", "works"),
        "opened": (GREEN, GREEN, "^", "opened or reopened"),
        "closed": (VERMILION, VERMILION, "X", "closed or controlled"),
    }
    drawn = coded[(coded["date"] >= "2016-01-01") & coded["corridor"].isin(list(_LANES))].copy()
    used = [c for c in _LANES if c in set(drawn["corridor"])]
    lanes = {c: len(used) - 1 - i for i, c in enumerate(used)}
    drawn["y"] = drawn["corridor"].map(lanes) + _levels(drawn) * 0.29
    with style():
        fig, ax = canvas(height=5.6)
        for kind, (face, edge, marker, label) in looks.items():
            part = drawn[drawn["kind"] == kind]
            ax.scatter(
                part["date"],
                part["y"],
                s=34,
                marker=marker,
                facecolors=face,
                edgecolors=edge,
                label=label,
                zorder=3,
            )
        ax.set_yticks(list(lanes.values()), [_LANES[c] for c in lanes])
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(-0.6, len(lanes) - 0.4)
        ax.set_xlim(pd.Timestamp("2015-10-01"), drawn["date"].max() + pd.Timedelta(days=90))
        fig.legend(loc="outside upper left", ncols=4, handletextpad=0.2)
    counts = pd.crosstab(drawn["corridor"], drawn["kind"]).reindex([c for c in lanes if c in set(drawn["corridor"])])
    told = "; ".join(
        f"{_LANES[str(c)]}: " + ", ".join(f"{v} {looks[str(k)][3]}" for k, v in row.items() if v and k in looks)
        for c, row in counts.iterrows()
    )
    table = pd.DataFrame(
        {
            "Date": coded["date"],
            "Corridor": coded["corridor"],
            "Step": coded["summary"],
            "Figure": coded["value"].map(_in_words),
            "Kind": coded["kind"],
            "Source": [_sources(ids, by_id) for ids in coded["source_ids"]],
        }
    )
    return Exhibit(
        "x4-steps",
        title,
        fig,
        f"Timeline of {len(drawn)} milestones in {counts.shape[0]} lanes. {told}.",
        table,
        "One mark per step; marks close in time are moved apart a little. The kind of step is this book's reading. "
        "The table also holds the steps before 2016 and those of pipelines.",
        provenance,
    )


def _levels(drawn: pd.DataFrame, near: int = 75) -> pd.Series:
    """Give marks of a lane that stand within `near` days of each other different levels, -1, 0 or 1."""
    levels: dict[object, int] = {}
    for _, lane in drawn.groupby("corridor"):
        last = dict.fromkeys((0, 1, -1), pd.Timestamp("1900-01-01"))
        for index, date in lane["date"].items():
            free = [level for level, day in last.items() if (date - day).days > near]
            level = free[0] if free else min(last, key=lambda x: last[x])
            levels[index] = level
            last[level] = date
    return pd.Series(levels).reindex(drawn.index)


def _sources(ids: str, by_id: pd.DataFrame) -> tuple[Link, ...]:
    return tuple(Link(evidence.citation(by_id.loc[i]), by_id.loc[i, "url"]) for i in ids.split(";"))


def rasht_astara(milestones: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """List the milestones that bear on the gap between Rasht and Astara, with their sources."""
    part = steps(milestones)
    text = part["summary"]
    named = text.str.contains("Rasht-Astara") | part["id"].isin(
        [
            "2000-09-12-instc",
            "2018-03-29-instc-west",
            "2019-03-06-instc-west",
            "2023-05-19-instc-west",
            "2023-10-28-instc-west",
            "2025-11-26-instc-west",
            "2026-01-09-instc-west",
        ]
    )
    part = part[named].sort_values("date")
    by_id = sources.set_index("id")
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(d) for d in part["date"]],
            "Step": part["summary"].tolist(),
            "Figure": part["value"].map(_in_words).tolist(),
            "Source": [_sources(ids, by_id) for ids in part["source_ids"]],
        }
    )


def names(sources: pd.DataFrame) -> pd.DataFrame:
    """List the corridors by name: ends, who uses the name, and where the book has it from."""
    by_id = sources.set_index("id")
    return pd.DataFrame(
        [
            {
                "Name": name,
                "From – by way of – to": ends,
                "Whose word": whose,
                "Evidence": tuple(
                    [Link(c, f"back/claims.html#{c}") for c in claims]
                    + [Link(f"event of {e[:10]}", f"back/chronology.html#{e}") for e in events]
                    + [Link(by_id.loc[s, "publisher"], by_id.loc[s, "url"]) for s in pages]
                ),
            }
            for name, ends, whose, claims, events, pages in _NAMES
        ]
    )


def closures(events: pd.DataFrame, milestones: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """List who shut and who opened a way, with the reason the acting side gave, in order of date.

    Raises
    ------
    KeyError
        If a row of the ledger is missing from the tables.
    """
    by_event, by_step, by_id = (t.set_index("id") for t in (events, milestones, sources))
    rows = []
    for table, key, actor, act, reason in _CLOSURES:
        if table == "event":
            row = by_event.loc[key]
            date = evidence.date_label(row["start"], None, row["precision"])
            step = Link(row["summary"], f"back/chronology.html#{key}")
        else:
            row = by_step.loc[key]
            date = evidence.date_label(row["date"])
            words = f"{_LANES[row['corridor']]}: {_in_words(row['summary'])}"
            step = Link(words, by_id.loc[row["source_ids"].split(";")[0], "url"])
        rows.append({"Date": date, "Step": step, "Who": actor, "Act": act, "Reason given": reason})
    return pd.DataFrame(rows)


def definitions(flows: pd.DataFrame) -> pd.DataFrame:
    """List the tonnage figures of the north–south routes, each under the definition its source uses.

    Returns
    -------
    pandas.DataFrame
        ``definition`` (in the order of scope, widest first), ``period``, ``value`` (million tonnes), ``whole``
        (a full calendar or Iranian year), ``derived`` (computed from a growth rate), ``agency``, ``note``, ``id``.
    """
    part = flows[
        (flows["kind"] == "freight")
        & (flows["measure"] == "volume")
        & (flows["unit"] == "million tonnes")
        & flows["corridor"].isin(["INSTC", "Astara rail border"])
        & flows["segment"].isin(list(_DEFINITIONS))
    ].copy()
    partial = part["note"].str.contains(r"\bpart year\b", regex=True)
    rank = part["segment"].map({s: i for i, s in enumerate(_DEFINITIONS)})
    part = part.assign(
        definition=part["segment"].map(_DEFINITIONS),
        whole=part["coverage"].isin(["calendar_year", "iranian_year"]) & ~partial,
        derived=part["note"].str.startswith("derived"),
        year=part["period_start"].dt.year,
        rank=rank,
    )
    part["period"] = [
        _period(s, e, c, p)
        for s, e, c, p in zip(part["period_start"], part["period_end"], part["coverage"], partial, strict=True)
    ]
    part = part.sort_values(["rank", "period_start", "period_end"])
    columns = ["definition", "period", "year", "value", "whole", "derived", "agency", "note", "id"]
    return part[columns].reset_index(drop=True)


def _period(start: pd.Timestamp, end: pd.Timestamp, coverage: str, partial: bool) -> str:
    if coverage == "iranian_year":
        return f"Iranian year {start.year - 621}"
    if coverage == "calendar_year":
        return f"part of {start.year}" if partial else f"{start.year}"
    return f"{start:%b %Y}–{end:%b %Y}" if start.year != end.year else f"{start:%b}–{end:%b %Y}"


def _short(value: float) -> str:
    # At most two decimals: more digits in a drawing's text would be cut when its SVG is made lean.
    return "under 0.01" if value < 0.01 else f"{value:.2f}".rstrip("0").rstrip(".")


def _in_words(value: str) -> str:
    for short, long in (("musd", "million US dollars"), ("bn usd", "billion US dollars")):
        value = value.replace(short, long)
    return value.replace("mt/y", "million tonnes a year")


def draw_tonnage(flows: pd.DataFrame, title: str, provenance: str) -> Exhibit:
    """Draw each tonnage figure in the row of its own definition; nothing is joined by a line."""
    data = definitions(flows)
    rows = list(dict.fromkeys(data["definition"]))
    at = {name: len(rows) - 1 - i for i, name in enumerate(rows)}
    groups = (
        ("whole year", data["whole"] & ~data["derived"], "o", BLUE),
        ("whole year, derived from a growth rate", data["whole"] & data["derived"], "D", "none"),
        ("part of a year", ~data["whole"], "s", "none"),
    )
    with style():
        fig, ax = canvas(height=1.0 + 0.36 * len(rows))
        for label, chosen, marker, face in groups:
            part = data[chosen]
            edge = BLUE if label.startswith("whole") else VERMILION
            y = part["definition"].map(at)
            ax.scatter(part["value"], y, s=34, marker=marker, facecolors=face, edgecolors=edge, label=label, zorder=3)
        ax.set_xscale("log")
        ax.set_xlim(0.005, 40)
        ax.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
        ax.minorticks_off()
        ax.set_xlabel("million tonnes (each step of the scale is tenfold)")
        ax.set_yticks(list(at.values()), list(at))
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(-0.7, len(rows) - 0.3)
        said = [
            textwrap.fill(
                "; ".join(f"{p}: {_short(v)}" for p, v in zip(part["period"], part["value"], strict=True)), 38
            )
            for _, part in data.groupby("definition", sort=False)
        ]
        words = ax.twinx()
        words.set_ylim(ax.get_ylim())
        words.set_yticks(list(at.values()), said, fontsize=7.5)
        words.tick_params(axis="y", length=0)
        words.grid(visible=False)
        words.spines["right"].set_visible(False)
        fig.legend(loc="outside upper left", ncols=3, handletextpad=0.2)
    told = "; ".join(f"{r.definition}, {r.period}: {r.value:.3g}" for r in data.itertuples())
    return Exhibit(
        "x4-tonnage",
        title,
        fig,
        f"{len(data)} tonnage figures in {len(rows)} rows, one per definition, in million tonnes. {told}.",
        data.drop(columns=["year"]),
        "One row per definition, the widest first; discs and diamonds are whole years, squares parts of a year. No two "
        "rows measure the same thing, and no line joins them.",
        provenance,
    )


def growth(flows: pd.DataFrame) -> pd.DataFrame:
    """List the growth rates that Russian officials gave for trade with Iran, in order of period.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``start``, ``end``, ``value`` (per cent on the same months a year before), ``agency``, ``note``,
        ``id``, ``source_ids``.
    """
    part = flows[
        (flows["measure"] == "turnover_growth") & (flows["from_actor"] == "RUS") & (flows["to_actor"] == "IRN")
    ].sort_values(["period_start", "period_end"])
    short = part["agency"].str.extract(r"\((.+)\)")[0].fillna("presidency")
    spans = zip(part["period_start"], part["period_end"], part["coverage"], strict=True)
    period = [_period(s, e, c, False) for s, e, c in spans]
    return pd.DataFrame(
        {
            "period": period,
            "start": part["period_start"].to_numpy(),
            "end": part["period_end"].to_numpy(),
            "value": part["value"].to_numpy(),
            "agency": short.to_numpy(),
            "note": part["note"].to_numpy(),
            "id": part["id"].to_numpy(),
            "source_ids": part["source_ids"].to_numpy(),
        }
    )


def draw_growth(flows: pd.DataFrame, title: str, provenance: str) -> Exhibit:
    """Draw each growth rate as a bar as wide as the months it covers."""
    data = growth(flows)
    colours = {"Novak": (VERMILION, "-"), "presidency": (BLUE, "--"), "Overchuk": (GREEN, "-.")}
    with style():
        fig, ax = canvas(height=3.4)
        for row in data.itertuples():
            colour, dash = colours.get(row.agency, (GREY, ":"))
            ax.plot([row.start, row.end], [row.value] * 2, color=colour, linestyle=dash, linewidth=3)
            middle = row.start + (row.end - row.start) / 2
            low = row.agency == "presidency" and row.value < 10
            ax.annotate(
                f"{row.agency}, {row.period}: {row.value:g}",
                (middle, row.value),
                (0, -6 if low else 5),
                textcoords="offset points",
                ha="center",
                va="top" if low else "bottom",
                fontsize=8.5,
            )
        ax.set_ylim(0, float(data["value"].max()) * 1.15)
        ax.set_xlim(pd.Timestamp("2023-09-15"), pd.Timestamp("2026-01-31"))
        import matplotlib.dates as mdates

        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 7)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
        ax.set_ylabel("growth on a year before (per cent)")
    told = "; ".join(f"{r.agency}, {r.period}: {r.value:g} per cent" for r in data.itertuples())
    return Exhibit(
        "x4-growth",
        title,
        fig,
        f"{len(data)} growth rates of Russian–Iranian trade, each drawn over the months it covers. {told}.",
        data.drop(columns=["source_ids"]),
        "Each stroke is as wide as the period it speaks of. Speakers differ by colour and dash. The end of the "
        "presidency's stroke for 2025 is assumed, because the speech named no month.",
        provenance,
    )


def rest_growth(first: float, year: float, share: float) -> float:
    """Compute how much the other nine months grew, given the first quarter's and the year's growth.

    Parameters
    ----------
    first, year : float
        Growth in per cent of the first quarter and of the whole year.
    share : float
        The first quarter's share of the base year's trade, between 0 and 1.

    Raises
    ------
    ValueError
        If `share` is not between 0 and 1.

    Examples
    --------
    >>> round(rest_growth(48, 13, 0.25), 2)
    1.33
    """
    if not 0 <= share < 1:
        raise ValueError(f"share {share} is not between 0 and 1")
    return (year - share * first) / (1 - share)


def draw_rest(first: float, year: float, share: float) -> Exhibit:
    """Draw the growth of the first quarter, of the year and of the remaining months for one share of the base year."""
    rest = rest_growth(first, year, share)
    values_ = {
        "first quarter (Novak)": first,
        "whole year (presidency)": year,
        "other nine months (computed)": rest,
    }
    colours, hatches = (VERMILION, BLUE, PURPLE), ("", "//", "xx")
    with style():
        fig, ax = canvas(height=1.7)
        for y, ((_, value), colour, hatch) in enumerate(zip(values_.items(), colours, hatches, strict=True)):
            ax.barh(2 - y, value, color="none" if hatch else colour, edgecolor=colour, hatch=hatch, height=0.65)
            ax.text(max(value, 0) + 0.7, 2 - y, f"{value:.1f}", va="center", fontsize=9)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.set_yticks([2, 1, 0], list(values_))
        ax.set_xlim(-8, first * 1.12)
        ax.set_xlabel("growth on 2023 (per cent)")
        ax.grid(visible=False, axis="y")
    title = (
        f"If the first quarter held {share * 100:.0f} per cent of the trade of 2023, the other nine months of 2024 "
        f"{'grew by' if rest >= 0 else 'shrank by'} {abs(rest):.1f} per cent."
    )
    data = pd.DataFrame({"period": list(values_), "growth in per cent": list(values_.values())})
    alt = "Three bars: " + "; ".join(f"{k} {v:.1f} per cent" for k, v in values_.items()) + "."
    return Exhibit("x4-rest", title, fig, alt, data)


def _parts(note: str) -> tuple[float, float]:
    found = re.search(r"exports \+(\d+) and imports \+(\d+)", note)
    if found is None:
        raise ValueError(f"no growth of exports and imports in {note!r}")
    return float(found[1]), float(found[2])


def values(
    events: pd.DataFrame,
    places: pd.DataFrame,
    links: pd.DataFrame,
    link_status: pd.DataFrame,
    milestones: pd.DataFrame,
    flows: pd.DataFrame,
    sources: pd.DataFrame,
    claims: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures that the chapter quotes.

    Parameters
    ----------
    events, places, links, link_status, milestones, flows, sources, claims : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    last = events["start"].max()
    now = as_of(links, link_status, last)
    net = ground(now)
    unopened = net[net["status"] != "open"]
    west = now[(now["mode"] == "rail") & now["corridors"].str.split(";").map(lambda c: "INSTC-west" in c)]
    gap = west[west["status"] != "open"]
    fixed = west[west["length_basis"] != "estimated"]["length_km"].sum()
    guess = west[west["length_basis"] == "estimated"]["length_km"].sum()
    coded = steps(milestones)
    routes = coded[coded["corridor"] != "pipelines"]
    kinds = routes["kind"].value_counts()
    tons = definitions(flows).set_index("id")["value"]
    rates = growth(flows).set_index("id")
    first = rates.loc["trade-rus-irn-growth-pct-2024-01-russian-government-n"]
    year = rates.loc["trade-rus-irn-growth-pct-2024-01-russian-presidency", "value"]
    exports, imports = _parts(first["note"])
    by_flow = flows.set_index("id")
    sold = by_flow.loc["trade-irn-rus-import-2023-03-iran-tpo", "value"]
    bought = by_flow.loc["trade-irn-rus-export-2023-03-iran-tpo", "value"]
    shut = closures(events, milestones, sources)
    acts = shut[shut["Act"] == "closes"]
    corridor_claims = claims[claims["theme"] == "corridors"]
    dated = link_status["valid_from"].notna()
    vague = link_status["note"].str.contains(_VAGUE)
    north_south = definitions(flows)
    step_day = milestones.set_index("id")["date"]
    zangezur = coded[coded["corridor"] == "Zangezur/TRIPP"]
    works = milestones.set_index("id")["value"].str.extract(r"([\d.]+)")[0]
    solid_places = set(links.loc[links["length_basis"] == "estimated", "id"])
    return {
        "cutoff": evidence.date_label(last),
        "last_status": evidence.date_label(link_status["valid_from"].max()),
        "n_links": len(net),
        "n_unopened": len(unopened),
        "n_unopened_caucasus": len(_within(places, unopened, CAUCASUS, both=False)),
        **{f"n_{s.replace('-', '_')}": int((net["status"] == s).sum()) for s in STATUSES},
        "share_open": float((net["status"] == "open").mean() * 100),
        "n_estimated": int(net["id"].isin(solid_places).sum()),
        "share_estimated": float((net["length_basis"] == "estimated").mean() * 100),
        "west_links": len(west),
        "west_km": float(west["length_km"].sum()),
        "west_gap_links": len(gap),
        "west_gap_km": float(gap["length_km"].sum()),
        "west_gap_share": float(gap["length_km"].sum() / west["length_km"].sum() * 100),
        "west_estimated_share": float(guess / (fixed + guess) * 100),
        "west_gap_low": float(gap["length_km"].sum() / (fixed + 1.2 * guess) * 100),
        "west_gap_high": float(gap["length_km"].sum() / (fixed + 0.8 * guess) * 100),
        "n_status": len(link_status),
        "n_undated": int((~dated).sum()),
        "share_undated": float((~dated).mean() * 100),
        "n_vague": int((dated & vague).sum()),
        "n_dated_changes": int(dated.sum()),
        "n_steps": len(routes),
        **{f"steps_{k}": int(kinds.get(k, 0)) for k in ("paper", "works", "opened", "closed")},
        "share_paper": float(kinds.get("paper", 0) / len(routes) * 100),
        "n_uncoded": int(kinds.get("not coded", 0)),
        "paper_2025": int(((routes["kind"] == "paper") & (routes["date"].dt.year == 2025)).sum()),
        "opened_2025": int(((routes["kind"] == "opened") & (routes["date"].dt.year == 2025)).sum()),
        "n_zangezur_steps": len(zangezur),
        "n_zangezur_opened": int((zangezur["kind"] == "opened").sum()),
        "years_to_agreement": (step_day["2023-05-17-instc-west"] - step_day["2000-09-12-instc"]).days // 365,
        "finish_first": works["2023-05-19-instc-west"],
        "finish_second": works["2023-10-28-instc-west"],
        "land_share": works["2025-11-05-instc-west"],
        "land_km": works["2025-11-26-instc-west"],
        "horadiz_first": works["2025-03-07-zangezur-tripp"],
        "horadiz_last": works["2025-12-23-zangezur-tripp"],
        "ady_2023": float(tons["freight-instc-azerbaijan-railways-tran-2023-01"]),
        "ady_2024": float(tons["freight-instc-azerbaijan-railways-tran-2024-01"]),
        "west_rail_2023": float(tons["freight-instc-western-route-rail-2023-01"]),
        "west_q1_2023": float(tons["freight-instc-western-route-2023-01"]),
        "west_ratio": float(
            tons["freight-instc-western-route-rail-2023-01"] / tons["freight-instc-azerbaijan-railways-tran-2023-01"]
        ),
        "samur_2022": float(tons["freight-instc-samur-yalama-border-2022-01"]),
        "all_2022": float(tons["freight-instc-all-routes-2022-01"]),
        "russia_2018": float(tons["freight-instc-russian-section-all-rout-2018-01"]),
        "russia_2020": float(tons["freight-instc-russian-section-2020-01"]),
        "through_2024": float(tons["freight-instc-north-south-corridor-thr-2024-01-2"]),
        "through_ratio": float(
            tons["freight-instc-north-south-corridor-thr-2024-01-2"]
            / tons["freight-instc-azerbaijan-railways-tran-2024-01"]
        ),
        "east_2023": float(tons["freight-instc-eastern-route-2023-01"]),
        "east_rail_2023": float(tons["freight-instc-eastern-route-rail-2023-01"]),
        **{
            f"titr_{y}": float(by_flow.loc[f"freight-middle-titr-{y}-01{tail}", "value"])
            for y, tail in ((2022, ""), (2023, ""), (2024, "-3"))
        },
        "n_figures": len(north_south),
        "n_definitions": int(north_south["definition"].nunique()),
        "n_whole": int(north_south["whole"].sum()),
        "n_comparable": int(
            (north_south[north_south["whole"] & ~north_south["derived"]].groupby("definition").size() >= 2).sum()
        ),
        "freight_2025": float(by_flow.loc["freight-instc-north-south-azerbaijan-r-2025-01", "value"]),
        "first_quarter": float(first["value"]),
        "whole_2024": float(year),
        "full_2025": float(rates.loc["trade-rus-irn-growth-pct-2025-01-russian-government-o-2", "value"]),
        "low_2025": float(rates.loc["trade-rus-irn-growth-pct-2025-01-russian-presidency", "value"]),
        "months_2025": float(rates.loc["trade-rus-irn-growth-pct-2025-01-russian-government-o", "value"]),
        "rest_quarter": rest_growth(float(first["value"]), float(year), 0.25),
        "rest_low": rest_growth(float(first["value"]), float(year), 0.15),
        "rest_fall": -rest_growth(float(first["value"]), float(year), 0.30),
        "share_zero": float(year / first["value"] * 100),
        "exports_rise": exports,
        "imports_rise": imports,
        "implied_share": (float(first["value"]) - imports) / (exports - imports) * 100,
        "comma_rise": exports / 10,
        "comma_share": (float(first["value"]) - imports) / (exports / 10 - imports) * 100,
        "tpo_share": float(sold / (sold + bought) * 100),
        "n_closures": len(acts),
        "n_closures_aze": int(acts["Who"].str.startswith("Azerbaijan").sum()),
        "n_closures_health": int(acts["Reason given"].str.startswith("health").sum()),
        "n_openings": int((shut["Act"] == "opens").sum()),
        "halt_days": (
            events.set_index("id").loc["2026-03-09-aze-irn-transit", "start"]
            - events.set_index("id").loc["2026-03-05-aze-irn-closure", "start"]
        ).days,
        "n_claims": len(corridor_claims),
        **{
            f"n_claims_{v}": int((corridor_claims["verdict"] == v).sum())
            for v in ("supported", "mixed", "open", "contradicted", "not_checkable")
        },
        "days_goris": (step_day["2021-08-27-armenia-ns"] - step_day["2021-08-25-armenia-ns"]).days,
    }
