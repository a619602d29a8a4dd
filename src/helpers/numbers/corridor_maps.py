"""The maps of chapter 4: the network as it stood on a day, and the ways that a pair of places takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers import charts, evidence
from helpers.corridors import STATUSES, as_of
from helpers.exhibits import BLUE, GREEN, VERMILION, Exhibit

if TYPE_CHECKING:
    from helpers.tables import Ground

__all__ = [
    "AREAS", "CAUCASUS", "DAYS", "MODES", "SYUNIK", "VAGUE", "changes", "draw_as_of", "draw_region", "draw_ways",
    "within", "without_pipelines",
]  # fmt: skip

Tables = Mapping[str, pd.DataFrame]
View = tuple[float, float, float, float]

#: Map windows as (west, east, south, north) in degrees.
CAUCASUS: View = (43.0, 50.5, 37.2, 42.0)
SYUNIK: View = (44.6, 47.5, 38.5, 39.95)
_REGION: View = (34.5, 64.0, 24.8, 48.0)

#: Days that the explorer offers, before the last day of the data.
DAYS = ("2020-03-15", "2021-08-26", "2021-12-31", "2022-12-31")

#: Controls of the explorers: words to value.
MODES = {"road": "road", "rail": "rail"}
AREAS = {"South Caucasus": CAUCASUS, "Syunik and Nakhchivan": SYUNIK}
#: Words in a note that mark a date as soft.
VAGUE = "background knowledge|approximate"

#: How the ways of a pair are drawn, by mode and by how many draws choose them.
_WAYS_DRAWN = {
    f"{mode}, {words}": (colour, dash, width)
    for words, width in (("most draws", 3.2), ("fewer", 1.2))
    for mode, colour, dash in (("rail", BLUE, "-"), ("road", VERMILION, (0, (4, 1))), ("sea", GREEN, (0, (1, 1))))
}

#: Labelled places of the maps: side (1 right, -1 left) and rise in points.
_LABELS: dict[View, dict[str, tuple[int, int]]] = {
    CAUCASUS: {
        "tbilisi": (1, 3), "baku": (1, 4), "yerevan": (1, 3), "ganja": (1, 4), "tabriz": (1, -3),
        "nakhchivan": (-1, -2), "goris": (-1, 6), "meghri": (1, -11), "horadiz": (1, -10), "kars": (1, -10),
        "rasht": (-1, -4), "astara": (1, 2),
    },
    SYUNIK: {
        "sadarak": (1, 4), "nakhchivan": (-1, -4), "julfa": (-1, -9), "ordubad": (-1, -10), "meghri": (1, 4),
        "norduz": (1, -10), "kajaran": (-1, 0), "kapan": (1, 2), "goris": (-1, 6), "sisian": (-1, 4),
        "horadiz": (-1, 4), "aghband": (1, 4),
    },
    _REGION: {
        "astrakhan": (1, 4), "makhachkala": (-1, 4), "baku": (1, 4), "tbilisi": (1, 4), "poti": (-1, 4),
        "tabriz": (-1, -9), "rasht": (-1, -4), "tehran": (1, 3), "bafq": (1, 4), "bandar-abbas": (1, 3),
        "chabahar": (-1, -10), "zahedan": (-1, 4), "mashhad": (-1, 4), "aktau": (1, 4), "turkmenbashi": (1, -10),
        "mersin": (1, 4),
    },
}  # fmt: skip
_MAP_NAMES = {CAUCASUS: "caucasus", SYUNIK: "syunik", _REGION: "region"}
_ROUTE_LABELS = (
    "moscow", "astrakhan", "mumbai", "bandar-abbas", "tehran", "rasht", "baku", "tbilisi", "poti", "yerevan",
    "nakhchivan", "istanbul", "tabriz", "kars", "meghri",
)  # fmt: skip


def within(places: pd.DataFrame, links: pd.DataFrame, view: View) -> pd.DataFrame:
    """Keep the links with an end in a map window."""
    west, east, south, north = view
    inside = places[places["lon"].between(west, east) & places["lat"].between(south, north)]["id"]
    return links[links["place_a"].isin(inside) | links["place_b"].isin(inside)]


def without_pipelines(known: pd.DataFrame) -> pd.DataFrame:
    """Drop what carries oil and gas: pipelines, and sea legs that serve them."""
    return known[(known["mode"] != "pipeline") & (known["corridors"] != "pipelines")]


def changes(tables: Tables, last: pd.Timestamp) -> list[str]:
    """List the days on which some link's status changed, with `DAYS` and the last day, for a live kernel."""
    begun = tables["link_status"]["valid_from"].dropna()
    return sorted({*DAYS, *begun[begun.between(DAYS[0], last)].dt.date.astype(str), str(last.date())})


def _told(known: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Say of each link that is not open, or whose status has a first day, what is known; nothing of the others."""
    name = places.set_index("id")["name"]
    words = [
        f"{name[r.place_a]}–{name[r.place_b]}, {r.mode}: {r.status.replace('-', ' ')}"
        + ("" if pd.isna(r.valid_from) else f" since {evidence.date_label(r.valid_from)}")
        + (" (date approximate)" if re.search(VAGUE, r.note) else "")
        if r.status != "open" or pd.notna(r.valid_from)
        else ""
        for r in known.itertuples()
    ]
    return pd.Series(words, index=known.index, dtype=object)


def draw_region(tables: Tables, known: pd.DataFrame, lines: Any, land: Ground, title: str, provenance: str) -> Exhibit:
    """Draw the whole network with its statuses, what is not open on top."""
    shown = within(tables["places"], known, _REGION).sort_values("status", key=lambda s: s != "open")
    return charts.route_map(
        tables["places"],
        shown.assign(details=_told(shown, tables["places"]).where(shown["status"] != "open", "")),
        lines,
        id="x4-map",
        view=_REGION,
        labels=_LABELS[_REGION],
        ground=land,
        names="region",
        title=title,
        caption="Lines join places straight and do not follow the track or road; sea legs are links too. Green and "
        "solid: open; orange and long-dashed: under construction; pink and dotted: planned; red and thin: closed.",
        provenance=provenance,
    )


def draw_as_of(
    tables: Tables,
    lines: Any,
    day: pd.Timestamp,
    mode: str,
    area: View = CAUCASUS,
    land: Ground | None = None,
) -> Exhibit:
    """Draw the road or rail links of an area (`CAUCASUS` or `SYUNIK`) with the status they had on one day."""
    places, known = tables["places"], as_of(tables["links"], tables["link_status"], day)
    shown = within(places, known[known["mode"] == mode], area)
    told = _told(shown, places)
    counts = [f"{n} {s.replace('-', ' ')}" for s in STATUSES if (n := int((shown["status"] == s).sum()))]
    dated = shown.dropna(subset=["valid_from"])
    newest = dated[dated["valid_from"] == dated["valid_from"].max()]
    more = f", and {len(newest) - 1} more" if len(newest) > 1 else ""
    latest = f"Latest dated change: {told[newest.index[0]]}{more}." if len(newest) else "No link has a dated change."
    title = f"{evidence.date_label(day)}, {mode}: of {len(shown)} links {', '.join(counts)}. {latest}"
    look: dict[str, Any] = {"view": area, "labels": _LABELS[area], "ground": land, "names": _MAP_NAMES[area]}
    return charts.route_map(places, shown.assign(details=told), lines, id="x4-as-of", title=title, **look)


def draw_ways(
    used: pd.Series, everywhere: pd.Series, tables: Tables, lines: Any, title: str, land: Ground | None = None
) -> Exhibit:
    """Draw the ways of one pair, wide where half of the draws or more choose them.

    Parameters
    ----------
    used, everywhere : pandas.Series
        By link, the share of draws that use it: in the setting shown, and in all settings, which fill the window.
    """
    links, where = tables["links"].set_index("id"), tables["places"].set_index("id")
    reached = links.loc[everywhere.index]
    area = _window(where.loc[list({*reached["place_a"], *reached["place_b"]})])
    drawn = links.loc[used.index].reset_index()
    drawn["status"] = drawn["mode"] + np.where(used >= 0.5, ", most draws", ", fewer")
    shown = {*drawn["place_a"], *drawn["place_b"]}
    look: dict[str, Any] = {"labels": [p for p in _ROUTE_LABELS if p in shown], "looks": _WAYS_DRAWN, "ground": land}
    return charts.route_map(tables["places"], drawn, lines, id="x4-route", view=area, title=title, **look)


def _window(ends: pd.DataFrame) -> View:
    """Give the map window that holds some places, as far as the ground reaches, not too narrow for the figure."""
    (west, east), (south, north) = (
        ends["lon"].clip(36.0, 64.0).agg(["min", "max"]),
        ends["lat"].clip(25.0, 47.0).agg(["min", "max"]),
    )
    shape = 1 / np.cos(np.radians((south + north) / 2))
    tall = max((north - south) * 1.16, (east - west) * 1.16 / 2.2 / shape)
    wide = max((east - west) * 1.16, tall * shape * 1.3)
    x, y = (west + east) / 2, (south + north) / 2
    return float(x - wide / 2), float(x + wide / 2), float(y - tall / 2), float(y + tall / 2)
