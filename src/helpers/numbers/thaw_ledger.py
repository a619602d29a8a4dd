"""Chapter 6, what the thaw consisted of: the embassy case, the ledger of cooperation, promises, and their drawings."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np
import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    TONES,
    Exhibit,
    Link,
    canvas,
    fit,
    legend,
    style,
    two_widths,
)
from helpers.numbers import Value

__all__ = [
    "ATTACK",
    "CLOSED",
    "DEPTHS",
    "EVACUATED",
    "FINER",
    "KNOWN_ON",
    "REOPENED",
    "START",
    "STRIKE",
    "STRUCK",
    "dated_rows",
    "depth",
    "draw_embassy",
    "draw_ledger",
    "embassy",
    "known_on",
    "ladder",
    "ledger",
    "promises",
    "theme",
    "values_of",
    "windows",
]

#: The visit from which the ledger counts, and the eve of the war of 2026, with which it ends.
START, _LEDGER_END = "2023-07-05-irn-aze-visit", pd.Timestamp("2026-02-27")
ATTACK, STRIKE, STRUCK = "2023-01-27-gun-aze-attack", "2026-03-05-unk-aze-attack", "2026-03-05"
#: The embassy leaves, comes back, and leaves again.
CLOSED, REOPENED = "2023-01-29-aze-irn-closure", "2024-07-15-aze-irn-diplomacy"
EVACUATED = "2026-03-06-aze-irn-closure"

#: The steps of the embassy case, in a few words each.
_EMBASSY = {
    ATTACK: "gunman kills the security chief",
    "2023-01-28-irn-aze-meeting": "Raisi telephones condolences",
    CLOSED: "Baku suspends the mission",
    "2023-02-18-aze-irn-accusation": "Aliyev: sent from within the state",
    "2023-03-01-aze-irn-meeting": "Baku raises host-state duties",
    START: "Iran's minister received in Baku",
    "2023-09-24-irn-aze-meeting": "ministers discuss restoring it",
    "2023-10-01-irn-aze-trial": "death sentence reported, denied",
    "2023-10-03-aze-irn-visit": "Baku's envoy in Tehran",
    "2023-10-09-irn-aze-statement": "Tehran: reopening soon",
    "2023-12-aze-irn-statement": "both speak of a road map",
    "2024-01-27-irn-aze-trial": "first court hearing",
    "2024-02-05-irn-aze-trial": "Iran: gunman sentenced to death",
    "2024-03-05-aze-irn-meeting": "ministers discuss the steps",
    "2024-07-09-irn-aze-statement": "Tehran: within 15 to 20 days",
    REOPENED: "embassy works at a new address",
    "2024-10-14-aze-irn-visit": "Pezeshkian promises to see it through",
    "2024-12-aze-irn-diplomacy": "consular services resume",
    "2025-irn-aze-trial": "Supreme Court upholds (day unknown)",
    "2025-01-07-aze-irn-statement": "Aliyev: gunman still unconvicted",
    "2025-05-21-irn-aze-trial": "Iran executes the gunman",
    EVACUATED: "Baku orders evacuation",
}

#: Rungs of depth, shallow first.
DEPTHS = ("said", "met or called", "signed", "begun or done")

#: Theme of a cooperative act by words of its summary; the first that fits decides.
_THEMES = {
    "embassy case": r"reopen|restoring the mission|on the embassy|embassy in Tehran|embassy's return|gunman|embassy k",
    "energy and water": r"\bdams?\b|[Ee]nergy (?:[Mm]inister|cooperation)|energy ministers|power grid",
    "defence": r"[Dd]efence minister|[Mm]ilitary (?:coop|and defence|commission)|drill|[Nn]avy|[Aa]rmed forces chief",
    "people and culture": r"[Cc]ulture M|student|leaving Iran",
    "transport and trade": r"bridge|railway|corridor|freight|trade had|commission|Airlines|to Nakhchivan|transport,",
}
#: What presidents say to one another is politics, whatever else they touch on.
_LEADERS = r"^(?:Aliyev|Pezeshkian|Raisi)\b.*(?:telephon|visit)"

#: Two lines each: the event that promised, the event that kept it (-: none found); what, this book's reading, how.
_PROMISES = """
2023-05-17-rus-irn-agreement | - |
    a railway from Rasht to Astara | under way | land still being bought in January 2026
2023-07-23-aze-irn-meeting | 2023-12-30-aze-irn-transit |
    Astarachay bridge within four months | kept | a month late, first for empty trucks
2023-10-04-irn-aze-meeting | 2024-11-04-aze-irn-military-exercise |
    a joint exercise on the Caspian | kept | after a year, and again in 2025
2023-10-06-aze-irn-agreement | 2026-02-23-irn-aze-agreement |
    Aghband road bridge within a year | half kept | reported built after two years, border posts unfinished
2023-10-06-aze-irn-agreement-2 | - |
    a railway through Iran to Nakhchivan | nothing found | no later step in the chronology
2023-10-09-irn-aze-statement | 2024-07-15-aze-irn-diplomacy |
    the embassy back soon | kept | after most of a year
2024-03-15-aze-irn-visit | 2025-10-aze-irn-agreement |
    linked power grids | under way | project start announced, operation unconfirmed
2024-05-01-irn-aze-visit | - |
    a joint film on the poet Nizami | nothing found | no later step in the chronology
2024-07-aze-irn-meeting | 2025-04-28-irn-aze-visit |
    presidents to visit each other | half kept | Pezeshkian came twice; no visit by Aliyev found
2024-07-09-irn-aze-statement | 2024-07-15-aze-irn-diplomacy |
    the embassy back in 15 to 20 days | kept | earlier than said
2024-10-14-aze-irn-visit | 2025-05-21-irn-aze-trial |
    the attack case to be seen through | kept | the gunman was executed; no public finding on who was behind him
2025-09-23-aze-irn-visit | - |
    a second bridge, from Ordubad to Siyahrud | nothing found | site inspected, no later step
"""

#: Days on which a reader of the page can look at the ledger, some with a reason; in a notebook, every month too.
KNOWN_ON = {
    "2023-09-18": "eve of the offensive in Karabakh",
    "2024-01-01": "",
    "2024-05-11": "S2 appears",
    "2024-08-31": "S4 appears",
    "2025-01-01": "",
    "2025-06-01": "after visit and drills",
    "2025-10-01": "",
    "2026-02-27": "eve of the war",
}
FINER = sorted({*KNOWN_ON, *pd.date_range("2023-10-01", "2026-02-01", freq="MS").strftime("%Y-%m-%d")})


def known_on(day: str) -> str:
    """Write a day of `FINER` with its reason, if it has one.

    Examples
    --------
    >>> known_on("2024-05-11"), known_on("2024-06-01")
    ('11 May 2024, S2 appears', '1 June 2024')
    """
    return ", ".join(filter(None, [evidence.date_label(pd.Timestamp(day)), KNOWN_ON.get(day, "")]))


def embassy(events: pd.DataFrame) -> pd.DataFrame:
    """List the dated steps of the embassy case, in order, with a short ``label`` each."""
    missing = set(_EMBASSY) - set(events["id"])
    if missing:
        raise KeyError(f"steps of the embassy case missing from events: {', '.join(sorted(missing))}")
    part = events.set_index("id").loc[list(_EMBASSY)].reset_index()
    return part.assign(label=list(_EMBASSY.values()))


def depth(code: str) -> str:
    """Say how far an act of this CAMEO code goes: words, a meeting, a signature, or a deed.

    Examples
    --------
    >>> [depth(c) for c in ("019", "041", "057", "061", "050")]
    ['said', 'met or called', 'signed', 'begun or done', 'begun or done']
    """
    if code in ("057", "050"):  # the return of a mission is coded as diplomatic cooperation
        return "signed" if code == "057" else "begun or done"
    if code[:2] == "04":
        return "met or called"
    return "said" if code[:2] in ("01", "02", "03", "05", "09", "10", "11", "12", "13") else "begun or done"


def theme(summary: str) -> str:
    """Say what a cooperative act is about, by rules on the words of its summary.

    Examples
    --------
    >>> theme("Aliyev telephoned Raisi about the bridge."), theme("The bridge opened.")
    ('politics', 'transport and trade')
    """
    if re.search(_LEADERS, summary):
        return "politics"
    return next((name for name, words in _THEMES.items() if re.search(words, summary)), "politics")


def ledger(events: pd.DataFrame) -> pd.DataFrame:
    """List the cooperative acts between the two states from the first visit to the eve of the war of 2026.

    A row dated to a year stays in: its place in time is rough.
    """
    pair = ev.between(events, "AZE", "IRN")
    first = events.set_index("id").loc[START, "start"]
    part = pair[(pair["tone"] == "cooperation") & pair["start"].between(first, _LEDGER_END)]
    return part.assign(theme=part["summary"].map(theme), depth=part["cameo"].map(depth)).reset_index(drop=True)


def ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """Count rows of the `ledger` by theme and depth; every theme has a row."""
    counts = pd.crosstab(rows["theme"], rows["depth"])
    counts = counts.reindex(index=["politics", *_THEMES], columns=list(DEPTHS), fill_value=0)
    return counts.rename_axis(index=None, columns=None)


def promises(events: pd.DataFrame) -> pd.DataFrame:
    """List what was promised in the thaw and what came of it by the last event, as this book reads it.

    Days are counted only between events dated to a day.
    """
    by_id = events.set_index("id")
    rows = []
    for line in _PROMISES.replace("|\n", "| ").strip().splitlines():
        promised, kept, words, reading, how = (cell.strip() for cell in line.split("|"))
        found = [promised, kept] if kept != "-" else [promised]
        labels = evidence.date_labels(by_id.loc[found])
        exact = len(found) == 2 and (by_id.loc[found, "precision"] == "day").all()
        rows.append(
            {
                "Promise": Link(words[0].upper() + words[1:], f"back/chronology.html#{promised}"),
                "Date": labels[0],
                "Reading": reading,
                "Kept by": Link(labels[1], f"back/chronology.html#{kept}") if len(found) == 2 else "",
                "Days": str((by_id.loc[kept, "start"] - by_id.loc[promised, "start"]).days) if exact else "",
                "How": how,
            }
        )
    return pd.DataFrame(rows)


def windows(events: pd.DataFrame) -> pd.DataFrame:
    """Count the acts between the two states by tone in the year before the visit of July 2023 and since.

    Events dated to a whole year are left out. The last window is open: it ends with the last event.
    """
    edges = pd.to_datetime(["2022-07-01", "2023-07-01", "2024-07-01", "2025-07-01", "2026-03-05", "2100-01-01"])
    names = ["July 2022 – June 2023", "July 2023 – June 2024", "July 2024 – June 2025", "July 2025 – 4 March 2026"]
    names.append(evidence.date_label(pd.Timestamp(STRUCK), events["start"].max()))
    # A whole month counts from its last day, so that March 2026 falls in the window that most of it lies in.
    pair = ev.between(events[events["precision"] != "year"], "AZE", "IRN")
    day = pair["start"].where(pair["precision"] == "day", pair["end"])
    counts = pd.crosstab(pd.cut(day, edges, right=False, labels=names), pair["tone"], dropna=False)
    tones = {tone: name for tone, (_, _, name) in TONES.items()}
    order = ["conflict", "neutral", "cooperation"]
    return counts.reindex(index=names, columns=order, fill_value=0).rename(columns=tones).rename_axis(None, axis=1)


def values_of(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Count the ledger, the promises and the windows."""
    acts = ledger(events)
    rungs = acts["depth"].value_counts().reindex(DEPTHS, fill_value=0)
    voices = evidence.corroboration(acts, sources)
    kept = promises(events)["Reading"].value_counts()
    years = windows(events)
    share = years["conflictual"] / years.sum(axis=1) * 100
    return {
        "n_acts": len(acts),
        "n_signed": int(rungs["signed"]),
        "n_done": int(rungs["begun or done"]),
        "n_done_gunman": int(((acts["type"] == "trial") & (acts["depth"] == DEPTHS[-1])).sum()),
        "share_words": float((rungs["said"] + rungs["met or called"]) / len(acts) * 100),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_two_sides": float((voices["n_sides"] >= 2).mean() * 100),
        "n_promises": int(kept.sum()),
        "n_kept": int(kept.get("kept", 0)),
        "n_half": int(kept.get("half kept", 0)),
        "n_under_way": int(kept.get("under way", 0)),
        "n_nothing": int(kept.get("nothing found", 0)),
        "share_first": float(share.iloc[1]),
        "share_second": float(share.iloc[2]),
    }


def dated_rows(fig: Any, ax: Any, rows: pd.DataFrame, looks: dict[str, tuple[str, str, str]], months: int) -> None:
    """Draw a mark per row at its date, a row each; its label stands beside the axes, or above the mark on a phone.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``id``, ``label``, ``start``, ``end`` (a bar where the day is unknown), ``kind`` (key of `looks`).
    looks : dict
        Colour, marker and name.
    months : int
        Months between the ticks of the axis.
    """
    import matplotlib.dates as mdates

    at, labels = -np.arange(len(rows)), rows["label"].tolist()
    shape: dict[str, Any] = {"s": 56, "edgecolors": INK, "linewidths": 0.6, "zorder": 3}
    for y, row in zip(at, rows.itertuples(), strict=True):
        colour, marker, _ = looks[row.kind]
        ax.plot([row.start, row.end], [y, y], color=colour, linewidth=2)
        middle = row.start + (row.end - row.start) / 2
        ax.scatter([middle], [y], marker=marker, color=colour, **shape).set_urls([f"mark:{row.id}"])
    for colour, marker, name in looks.values():
        ax.scatter([], [], marker=marker, color=colour, label=name, **shape)
    ax.set_yticks(at, fit(labels, [""] * len(rows)))
    for y, label in zip(at, fit([], labels), strict=False):
        ax.annotate(label, (0, y), (3, 5), xycoords=ax.get_yaxis_transform(), textcoords="offset points", fontsize=8.5)
    ax.set_ylim(-len(rows) + fit(0.3, 0.5), 0.9)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, months)))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
    legend(fig, ncols=6)


@two_widths
def draw_embassy(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw the steps of the embassy case as a staircase in time; shading shows when the mission was shut."""
    steps = embassy(events)
    steps["when"] = evidence.date_labels(steps)
    by_id, day, end = sources.set_index("id"), steps.set_index("id")["start"], pd.Timestamp("2026-04-01")
    looks = {"GUN": (GREY, "X", "gunman"), "AZE": (ORANGE, "s", "Azerbaijan acts"), "IRN": (GREEN, "^", "Iran acts")}
    links = {row.id: charts.event_link(row, by_id) for row in steps.itertuples()}
    with style():
        fig, ax = canvas(height=0.9 + fit(0.25, 0.38) * len(steps))
        for begin, until, label in ((CLOSED, day[REOPENED], "mission shut"), (EVACUATED, end, "")):
            ax.axvspan(day[begin], until, color=GREY, alpha=0.18, linewidth=0, label=label)
        ax.set_xlim(pd.Timestamp("2023-01-01"), end)
        dated_rows(fig, ax, steps.assign(kind=steps["source_actor"]), looks, 6)
    alt = f"Timeline of {len(steps)} steps. {'; '.join(f'{r.when}: {r.label}' for r in steps.itertuples())}."
    return Exhibit("x6-embassy", figure=fig, alt=alt, data=charts.event_table(steps, sources), links=links, **words)


def draw_ledger(events: pd.DataFrame, sources: pd.DataFrame, day: Any, backed: bool = False) -> Exhibit:
    """Draw the ledger of cooperation by theme and depth, as known on one day; see `ladder`."""
    rows, day = ledger(events), pd.Timestamp(day)
    known = evidence.known_by(rows, sources, day)
    if backed:
        known = known[known["id"].map(evidence.corroboration(rows, sources)["publishers"]) >= 2]
    counts = ladder(known)
    finding = (
        f"As known on {evidence.date_label(day)}: cooperative acts"
        f"{' with two publishers or more' if backed else ''} {len(known)}, of which "
        f"{counts['signed'].sum()} signed and {counts['begun or done'].sum()} begun or done."
    )
    latest = known.sort_values("start").drop_duplicates(["theme", "depth"], keep="last").copy()
    latest["told"] = [
        f"Last {r.depth}, {evidence.date_label(r.start, r.end, r.precision)}: {textwrap.shorten(r.summary, 80)}"
        for r in latest.itertuples()
    ]
    details = latest.pivot_table(index="theme", columns="depth", values="told", aggfunc="first")
    return charts.bars(
        counts,
        id="x6-ledger-frame",
        title=finding,
        x=f"cooperative acts since {evidence.date_label(events.set_index('id').loc[START, 'start'])}",
        colours=dict(zip(DEPTHS, (SKY, PURPLE, ORANGE, GREEN), strict=True)),
        details=details.reindex_like(counts).astype(object).fillna(""),
        upto=int(ladder(rows).sum(axis=1).max()),
    )
