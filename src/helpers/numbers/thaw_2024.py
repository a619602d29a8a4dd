"""Figures that chapter 6, on the thaw of 2024, quotes, and its drawings; forecasts: see `forecast_scores`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers import charts, evidence, regimes
from helpers import events as ev
from helpers.exhibits import GREEN, GREY, INK, ORANGE, PURPLE, SKY, TONES, VERMILION, Exhibit, Link, canvas, style
from helpers.numbers import Value, forecast_scores

__all__ = [
    "DEPTHS",
    "KNOWN_ON",
    "START",
    "cutoff",
    "depth",
    "draw_codings",
    "draw_embassy",
    "draw_ledger",
    "draw_regimes",
    "drivers",
    "drivers_table",
    "embassy",
    "ladder",
    "ledger",
    "monthly",
    "moods",
    "promises",
    "shift",
    "span",
    "starts",
    "theme",
    "turned",
    "two_codings",
    "values",
    "windows",
]

#: First day searched for regimes: the year of the war, with which the book's swings begin.
FIRST = "2020-01-01"
#: The visit from which the ledger of cooperation counts, and the eve of the war of 2026, with which it ends.
START, _LEDGER_END = "2023-07-05-irn-aze-visit", pd.Timestamp("2026-02-27")
_ATTACK, _STRIKE = "2023-01-27-gun-aze-attack", "2026-03-05-unk-aze-attack"
_STRUCK, _KARABAKH = "2026-03-05", "2023-09-19-aze-arm-attack"
#: The embassy leaves, comes back, and leaves again.
_CLOSED, _REOPENED = "2023-01-29-aze-irn-closure", "2024-07-15-aze-irn-diplomacy"
_EVACUATED = "2026-03-06-aze-irn-closure"
_SEED = 2024
#: A month counts as well covered by the machine if it holds this share of its days.
_WHOLE = 0.85

#: The steps of the embassy case, in a few words each.
_EMBASSY = {
    _ATTACK: "gunman kills the security chief",
    "2023-01-28-irn-aze-meeting": "Raisi telephones condolences",
    _CLOSED: "Baku suspends the mission",
    "2023-02-18-aze-irn-accusation": "Aliyev: sent from within the state",
    "2023-03-02-aze-irn-meeting": "Baku raises host-state duties",
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
    _REOPENED: "embassy works at a new address",
    "2024-10-14-aze-irn-visit": "Pezeshkian promises to see it through",
    "2024-12-aze-irn-diplomacy": "consular services resume",
    "2025-irn-aze-trial": "Supreme Court upholds (day unknown)",
    "2025-01-07-aze-irn-statement": "Aliyev: gunman still unpunished",
    "2025-05-21-irn-aze-trial": "Iran executes the gunman",
    _EVACUATED: "Baku orders evacuation",
}

#: Drivers that S2 or S4 name, as far as a dated event stands for them.
_DRIVERS = {
    "2023-05-17-rus-irn-agreement": "transit: Rasht–Astara agreement",
    _KARABAKH: "new balance: operation in Karabakh",
    "2024-02-05-irn-aze-trial": "Iranian step: gunman sentenced",
    "2024-04-01-isr-irn-attack": "Israel and Iran: blows of April 2024",
    "2024-05-19-irn-irn-accident": "leaders: death of Raisi",
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

#: Days on which a reader can look at the ledger, each with a reason.
KNOWN_ON = {
    "18 September 2023, eve of the Karabakh operation": "2023-09-18",
    "1 January 2024": "2024-01-01",
    "11 May 2024, S2 appears": "2024-05-11",
    "31 August 2024, S4 appears": "2024-08-31",
    "1 June 2025, after visit and drills": "2025-06-01",
    "27 February 2026, eve of the war": "2026-02-27",
}


def cutoff(events: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the last event."""
    return events["start"].max()


# The turn ------------------------------------------------------------------------------------------


def monthly(events: pd.DataFrame, cameo: pd.DataFrame, first: str = "2022-01-01") -> pd.DataFrame:
    """Sum up the pair's scored events by month to the end of 2025; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "M", first, "2025-12-31")


def moods(events: pd.DataFrame, cameo: pd.DataFrame, rule: str = "bic") -> pd.DataFrame:
    """Return the regimes of the pair, event by event, since 2020: `helpers.regimes.calendar`, computed rows only."""
    found = regimes.calendar(events, cameo, start=FIRST, rule=rule, phases={})
    return found.reset_index(drop=True)


def turned(found: pd.DataFrame) -> pd.Series:
    """Return, of `moods`, the regime that is net cooperative and opened after the attack on the embassy."""
    later = found[(found["start"] > pd.Timestamp("2023-01-27")) & (found["mean"] > 0)]
    return later.iloc[0] if len(later) else pd.Series(dtype=object)


def _in_order(events: pd.DataFrame, cameo: pd.DataFrame, first: Any, before: Any = "2100") -> pd.DataFrame:
    """Return the pair's scored events of a span in the order in which `helpers.regimes.calendar` reads them."""
    pair = ev.score(ev.between(events, "AZE", "IRN"), cameo)
    pair = pair[pair["scored"] & (pair["precision"] != "year") & (pair["start"] >= pd.Timestamp(first))]
    return pair[pair["start"] < pd.Timestamp(before)].sort_values(["start", "id"], ignore_index=True)


def starts(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Date the turn under several assumptions.

    Returns
    -------
    pandas.DataFrame
        ``Events used``; ``Regimes``: first day of the cooperative regime after the attack by the usual rule, with its
        range; ``Strict rule``: the same by the rule ``ar1``; ``Months in a row``: `helpers.regimes.turn` on monthly
        sums. ``none`` where a rule finds no turn.
    """
    publishers = evidence.corroboration(events, sources)["publishers"]
    one_a_day = events.sort_values(["start", "id"]).drop_duplicates(["start", "source_actor", "target_actor"])
    sets = {
        "all scored events": events,
        "high confidence only": events[events["confidence"] == "high"],
        "two or more publishers": events[events["id"].map(publishers) >= 2],
        "one act a day on each side": one_a_day,
    }
    rows = []
    for name, part in sets.items():
        usual, acts = turned(moods(part, cameo)), _in_order(part, cameo, FIRST)
        strict = regimes.breaks(acts["goldstein"], rule="ar1", min_size=10)
        opened = strict.assign(start=acts["start"].loc[strict["start"]].to_numpy())
        once = turned(opened)
        try:
            month = _month(regimes.turn(monthly(part, cameo)["goldstein_sum"]))
        except ValueError:
            month = "none"
        dated = f"{evidence.date_label(usual['start'])} ({span(usual)})" if len(usual) else "none"
        rows.append([name, dated, evidence.date_label(once["start"]) if len(once) else "none", month])
    return pd.DataFrame(rows, columns=["Events used", "Regimes", "Strict rule", "Months in a row"])


def span(regime: pd.Series) -> str:
    """Write the days between which a regime may have begun."""
    return f"{evidence.date_label(regime['low'])} – {evidence.date_label(regime['high'])}"


def shift(events: pd.DataFrame, cameo: pd.DataFrame, found: pd.DataFrame, day: Any, end: Any = _STRUCK) -> pd.Series:
    """Compare the tone before and after a day, within the regime that began with the turn and up to `end`.

    The day must be fixed by something other than these acts; see `helpers.regimes.level_shift`.
    """
    acts = _in_order(events, cameo, turned(found)["start"], end)
    return regimes.level_shift(acts["goldstein"], int((acts["start"] < pd.Timestamp(day)).sum()))


def drivers(events: pd.DataFrame, cameo: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Place each driver beside the range of the turn; if it came later, add how the tone moved (see `shift`)."""
    regime, wanted = turned(found), ["difference", "low", "high", "p"]
    table = pd.DataFrame({"driver": _DRIVERS, "date": events.set_index("id").loc[list(_DRIVERS), "start"]})
    table["place"] = np.select(
        [table["date"] < regime["low"], table["date"] <= regime["high"]], ["before", "inside"], "after"
    )
    for event, date in table["date"].items():
        if date > regime["start"]:
            table.loc[event, wanted] = shift(events, cameo, found, date)[wanted].astype(float)
    return table


def drivers_table(clock: pd.DataFrame) -> pd.DataFrame:
    """Write the result of `drivers` for reading."""
    tone = [
        "older than the turn" if pd.isna(r.p) else f"{r.difference:+.1f} ({r.low:+.1f} to {r.high:+.1f}), p {r.p:.2f}"
        for r in clock.itertuples()
    ]
    links = [
        Link(evidence.date_label(d), f"back/chronology.html#{i}")
        for i, d in zip(clock.index, clock["date"], strict=True)
    ]
    columns = {"Driver": clock["driver"], "Date": links, "Against the range of the turn": clock["place"]}
    return pd.DataFrame(columns | {"Change of tone at that date": tone})


def two_codings(events: pd.DataFrame, cameo: pd.DataFrame, machine_scores: pd.DataFrame) -> regimes.Comparison:
    """Set the hand-coded months beside the machine's, over the months of the latter; see `helpers.regimes.compare`."""
    machine = regimes.machine_series(machine_scores, "AZE", "IRN")
    span = machine.index[0].start_time, machine.index[-1].end_time
    return regimes.compare(ev.dyad_series(events, cameo, "AZE", "IRN", "M", *span)["goldstein_sum"], machine)


# The embassy, the ledger and the promises ----------------------------------------------------------


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
    import re

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
        labels = [evidence.date_label(*by_id.loc[i, ["start", "end", "precision"]]) for i in found]
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
    names.append(evidence.date_label(pd.Timestamp(_STRUCK), cutoff(events)))
    # A whole month counts from its last day, so that March 2026 falls in the window that most of it lies in.
    pair = ev.between(events[events["precision"] != "year"], "AZE", "IRN")
    day = pair["start"].where(pair["precision"] == "day", pair["end"])
    counts = pd.crosstab(pd.cut(day, edges, right=False, labels=names), pair["tone"], dropna=False)
    tones = {tone: name for tone, (_, _, name) in TONES.items()}
    order = ["conflict", "neutral", "cooperation"]
    return counts.reindex(index=names, columns=order, fill_value=0).rename(columns=tones).rename_axis(None, axis=1)


# What the prose quotes -----------------------------------------------------------------------------


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    machine_scores: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables of that name."""
    day = events.set_index("id")["start"]
    verdicts = claims.loc[claims["theme"] == "thaw-2024", "verdict"].value_counts()
    gaps = {
        "closed": (_CLOSED, _REOPENED),
        "open": (_REOPENED, _EVACUATED),
        "attack_to_trial": (_ATTACK, "2024-01-27-irn-aze-trial"),
        "sentence_to_reopening": ("2024-02-05-irn-aze-trial", _REOPENED),
        "soon": ("2023-10-09-irn-aze-statement", _REOPENED),
        "drill_to_attack": ("2022-10-19-irn-aze-military-exercise", _ATTACK),
        "start_to_karabakh": (START, _KARABAKH),
        "karabakh_to_mission": (_KARABAKH, "2023-09-24-irn-aze-meeting"),
        "january_2025": ("2025-01-01-aze-irn-dispute", "2025-01-08-irn-aze-visit"),
        "march_2026": (_STRIKE, "2026-03-09-aze-irn-transit"),
    }
    return {
        "cutoff": evidence.date_label(cutoff(events)),
        **{f"days_{name}": int((day[second] - day[first]).days) for name, (first, second) in gaps.items()},
        "n_embassy": len(_EMBASSY),
        "n_claims": int(verdicts.sum()),
        **{f"n_{v}": int(verdicts.get(v, 0)) or "none" for v in ("supported", "mixed", "contradicted")},
        "n_unchecked": int(verdicts.get("open", 0) + verdicts.get("not_checkable", 0)),
        **_turn_values(events, cameo),
        **_coding_values(two_codings(events, cameo, machine_scores), machine_scores),
        **_depth_values(events, sources),
        **forecast_scores.values_of(forecasts, cutoff(events)),
    }


def _turn_values(events: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    """Date the turn and say what moved the tone after it."""
    found = moods(events, cameo)
    regime, clock = turned(found), drivers(events, cameo, found)
    before = found.iloc[int(regime.name) - 1]
    sums = monthly(events, cameo)["goldstein_sum"]
    start = regimes.turn(sums)
    moved = {
        "karabakh": clock.loc[_KARABAKH],
        "reopened": shift(events, cameo, found, "2024-07-15"),
        "june": shift(events, cameo, found, "2025-06-13"),
        "strike": shift(events, cameo, found, _STRUCK, "2100"),
    }
    acts = _in_order(events, cameo, regime["start"], _STRUCK)["start"]
    sides = int((acts < moved["karabakh"]["date"]).sum()), int((acts >= moved["karabakh"]["date"]).sum())
    return {
        "n_regime_events": int(found["events"].sum()),
        "regime_before": evidence.date_label(before["start"]),
        "mean_before": float(before["mean"]),
        "mean_after": float(regime["mean"]),
        "regime_turn": evidence.date_label(regime["start"]),
        **{f"turn_{end}": evidence.date_label(regime[end]) for end in ("low", "high")},
        **{f"turn_{k}": float(found.attrs[k]) for k in ("p", "autocorrelation", "autocorrelation_within")},
        "turn_false": float(found.attrs["false_breaks"]) * 100,
        "low_month": _month(sums.idxmin()),
        "start_month": _month(start),
        "n_negative_after": int((sums[start:] < 0).sum()),
        "n_after": len(sums[start:]),
        "n_drivers": len(clock),
        "n_drivers_after": int((clock["place"] == "after").sum()),
        "n_shift_tests": int(clock["p"].notna().sum()),
        "n_shift_found": int((clock["p"] < 0.05).sum()) or "none",
        **dict(zip(("n_before_karabakh", "n_after_karabakh"), sides, strict=True)),
        "power_karabakh": regimes.power(*sides, 1.0, seed=_SEED) * 100,
        **{f"{name}_{k}": float(row[k]) for name, row in moved.items() for k in ("difference", "low", "high")},
    }


def _month(period: pd.Period) -> str:
    return evidence.date_label(period.start_time, None, "month")


def _coding_values(found: regimes.Comparison, machine_scores: pd.DataFrame) -> dict[str, Value]:
    """Say how far hand and machine agree, and where each misses."""
    summary, months = found
    whole = regimes.compare(months["hand"], regimes.machine_series(machine_scores, "AZE", "IRN", _WHOLE)).summary
    january = machine_scores.set_index("id").loc["aze-irn-2023-01"]
    alone = months[months["low"] == "machine"]

    def named(which: str) -> str:
        *first, last = [_month(m) for m in months.index[months["low"] == which]] or ["none"]
        return f"{', '.join(first)} and {last}" if first else last

    return {
        **{f"rho{n}": float(summary[k]) for n, k in (("", "correlation"), ("_low", "low"), ("_high", "high"))},
        "rho_months": int(summary["periods"]),
        **{f"rho_whole{n}": float(whole[k]) for n, k in (("", "correlation"), ("_low", "low"), ("_high", "high"))},
        "rho_steps": float(regimes.compare(months["hand"], months["machine"], changes=True).summary["correlation"]),
        "low_both": int(summary["low_both"]),
        "low_expected": float(summary["low_both_expected"]),
        "low_each": int(summary["low_both"] + summary["low_hand"]),
        "low_hand": named("hand"),
        "low_machine": named("machine"),
        "n_low_machine": len(alone),
        "n_low_machine_positive": int((alone["machine"] > 0).sum()),
        "machine_september": float(months.loc["2021-09", "machine"]),
        "hand_september": float(months.loc["2021-09", "hand"]),
        "machine_january": float(january["score"]),
        "days_missing": int(january["days_in_month"] - january["days_present"]),
        "machine_first": _month(months.index[0]),
        "machine_last": _month(months.index[-1]),
        "machine_turn": _month(regimes.turn(months.loc["2022":, "machine"])),
    }


def _depth_values(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
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


# Drawings ------------------------------------------------------------------------------------------


def draw_regimes(events: pd.DataFrame, cameo: pd.DataFrame, found: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw every scored act of the pair since 2020 at its Goldstein value, the regimes, and the range of each break."""
    acts = _in_order(events, cameo, FIRST)
    bottom = -12.2
    with style():
        fig, ax = canvas(height=3.6)
        for colour, marker, name in TONES.values():
            part = acts[acts["tone"].map(lambda t: TONES[t][2]) == name]
            ax.scatter(part["start"], part["goldstein"], s=15, marker=marker, color=colour, alpha=0.7, label=name,
                       linewidths=0)  # fmt: skip
        ax.hlines(found["mean"], found["start"], found["end"], color=INK, linewidth=3, label="mean of a regime")
        for regime in found.itertuples():
            middle = regime.start + (regime.end - regime.start) / 2
            ax.annotate(f"{regime.mean:+.1f}", (middle, 8.8), ha="center", fontsize=9, fontweight="bold")
        moved = found[found["low"].notna()]
        ax.hlines([bottom] * len(moved), moved["low"], moved["high"], color=ORANGE, linewidth=6, alpha=0.7,
                  label="range of a break")  # fmt: skip
        ax.plot(moved["start"], [bottom] * len(moved), color=INK, marker="|", linestyle="none", markersize=9)
        day = events.set_index("id")["start"]
        for event, label in ((_ATTACK, "embassy attacked"), (_REOPENED, "reopened"), (_STRIKE, "drones")):
            ax.vlines(day[event], -10.8, 8.2, color=INK, linewidth=1, linestyle=(0, (4, 2)))
            ax.annotate(label, (day[event], 10.5), ha="center", fontsize=8.5)
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.set_ylim(bottom - 1, 11.8)
        ax.set_yticks([-10, -5, 0, 5, 10])
        ax.set_ylabel("Goldstein value")
        ax.grid(visible=False, axis="x")
        fig.legend(loc="outside upper left", ncols=3, handletextpad=0.4)
    told = "; ".join(f"{evidence.date_label(r.start)} mean {r.mean:+.1f}, {r.events} acts" for r in found.itertuples())
    alt = f"{len(acts)} acts by day and Goldstein value, with {len(found)} regimes from: {told}."
    data = found[["phase", "start", "end", "low", "high", "events", "mean", "conflict"]]
    return Exhibit(id="x6-regimes", figure=fig, alt=alt, data=data, **words)


def draw_codings(found: regimes.Comparison, machine_scores: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw both codings month by month; the lowest fifth of months is marked by whether the other agrees."""
    months = found.months
    days = months.index.to_timestamp()
    whole = regimes.machine_series(machine_scores, "AZE", "IRN", _WHOLE).reindex(months.index).notna()
    looks = {"both": (VERMILION, "", "low in both"), "alone": (ORANGE, "//", "low in this one only")}
    looks["other"] = (SKY, "", "other months")
    with style():
        fig, axes = canvas(height=4.2, rows=2, sharex=True)
        for ax, name in zip(axes, ("hand", "machine"), strict=True):
            kind = months["low"].replace({name: "alone"})
            kind = kind.where(kind.isin(["both", "alone"]), "other")
            for key, (colour, hatch, label) in looks.items():
                part = (kind == key).to_numpy()
                ax.bar(days[part], months[name].fillna(0)[part], 26, align="edge", hatch=hatch, edgecolor=colour,
                       color="none" if hatch else colour, linewidth=0.8, label=label)  # fmt: skip
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.grid(visible=False, axis="x")
        gaps = days[~whole.to_numpy()] + pd.Timedelta(days=14)
        marks = axes[1].scatter(gaps, [months["machine"].min() * 1.25] * len(gaps), marker="x", s=20, color=INK)
        axes[0].set_ylabel("by hand: sum")
        axes[1].set_ylabel("by machine: mean of days")
        bars = axes[0].get_legend_handles_labels()
        fig.legend([*bars[0], marks], [*bars[1], "many days missing"], loc="outside upper left", ncols=4,
                   handletextpad=0.4, columnspacing=1.1)  # fmt: skip
    counts = months["low"].value_counts()
    told = "; ".join(
        f"{evidence.date_label(m.start_time, None, 'month')} low in {r['low']} ({r['hand']:.1f}, {r['machine']:.1f})"
        for m, r in months[months["low"] != "neither"].iterrows()
    )
    alt = f"Two rows of monthly bars, by hand and by machine. Low in both: {counts.get('both', 0)} months. {told}."
    data = months.assign(month=months.index.astype(str))[["month", "hand", "machine", "low"]].reset_index(drop=True)
    return Exhibit(id="x6-codings", figure=fig, alt=alt, data=data, **words)


def draw_embassy(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw the steps of the embassy case as a staircase in time; hatching shows when the mission was shut."""
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
        fig, ax = canvas(height=0.9 + 0.25 * len(steps))
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


def draw_ledger(events: pd.DataFrame, sources: pd.DataFrame, day: str, backed: bool = False) -> Exhibit:
    """Draw the ledger of cooperation by theme and depth, as known on one day; see `ladder`."""
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
    most = int(ladder(rows).sum(axis=1).max())
    shown.figure.axes[0].set_xlim(0, most + 1)  # one scale for all days
    shown.figure.axes[0].set_xticks(range(0, most + 1, 5))
    return shown
