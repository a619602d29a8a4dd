"""Figures that chapter 6, on the thaw of 2024, quotes, and its drawings; forecasts: see `forecast_scores`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers import events as ev
from helpers import evidence, regimes
from helpers.exhibits import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    TONES,
    VERMILION,
    Exhibit,
    canvas,
    fit,
    legend,
    style,
    two_widths,
)
from helpers.memo import remember
from helpers.numbers import Value, forecast_scores, methods, thaw_ledger
from helpers.numbers.thaw_ledger import ATTACK, CLOSED, EVACUATED, REOPENED, START, STRIKE, STRUCK, dated_rows

__all__ = [
    "cutoff",
    "draw_codings",
    "draw_drivers",
    "draw_regimes",
    "drivers",
    "evidence_sets",
    "monthly",
    "moods",
    "shift",
    "span",
    "starts",
    "turned",
    "two_codings",
    "values",
]

#: First day searched for regimes: the year of the war, with which the book's swings begin.
FIRST = "2020-01-01"
#: Deeds of the low that no state owns, and that Baku lays to Iran.
_ALLEGED = [ATTACK, "2023-03-28-unk-aze-attack"]
_DRILL = "2022-10-17-irn-aze-military-exercise"
_KARABAKH = "2023-09-19-aze-nkr-attack"
#: Draws behind a range. With fewer, the ends of the turn's move by weeks; with these, by days, within the edge.
_DRAWS, _EDGE = 1000, pd.Timedelta(days=14)
#: A month counts as well covered by the machine if it holds this share of its days.
_WHOLE = 0.85

#: Drivers that S2 or S4 name, as far as a dated event stands for them.
_DRIVERS = {
    "2023-03-10-irn-sau-agreement": "neighbours: accord with Saudi Arabia",
    "2023-05-17-rus-irn-agreement": "transit: Rasht–Astara agreement",
    _KARABAKH: "balance: offensive in Karabakh",
    "2024-02-05-irn-aze-trial": "Iranian step: gunman sentenced",
    "2024-04-01-isr-irn-attack": "Israel and Iran: blows of April 2024",
    "2024-05-19-irn-irn-accident": "leaders: death of Raisi",
}


def cutoff(events: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the last event."""
    return events["start"].max()


# The turn ------------------------------------------------------------------------------------------


def monthly(events: pd.DataFrame, cameo: pd.DataFrame, first: str = "2022-01-01") -> pd.DataFrame:
    """Sum up the pair's scored events by month to the end of 2025; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "M", first, "2025-12-31")


def evidence_sets(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of events on which the turn is dated: all, stricter sets, and all as Baku has them."""
    publishers = evidence.corroboration(events, sources)["publishers"]
    return {
        "all scored acts": events,
        "high confidence only": events[events["confidence"] == "high"],
        "two or more publishers": events[events["id"].map(publishers) >= 2],
        "one act a day on each side": events.sort_values(["start", "id"]).drop_duplicates(
            ["start", "source_actor", "target_actor"]
        ),
        "attacks filed under Iran": events.assign(
            source_actor=events["source_actor"].mask(events["id"].isin(_ALLEGED), "IRN")
        ),
    }


@remember
def moods(events: pd.DataFrame, cameo: pd.DataFrame, rule: str = "bic") -> pd.DataFrame:
    """Return the regimes of the pair, event by event, since 2020: `helpers.regimes.calendar`, computed rows only."""
    found = regimes.calendar(events, cameo, start=FIRST, rule=rule, phases={}, draws=_DRAWS)
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
        ``Acts counted``: see `evidence_sets`; ``Usual rule``: first day of the cooperative regime after the attack,
        with its range; ``Strict rule``: the same by the rule ``ar1``; ``Months in a row``: `helpers.regimes.turn` on
        monthly sums. ``none`` where a rule finds no turn.
    """
    rows = []
    for name, part in evidence_sets(events, sources).items():
        found = [turned(moods(part, cameo, rule)) for rule in ("bic", "ar1")]
        dated = [f"{evidence.date_label(f['start'])} ({span(f)})" if len(f) else "none" for f in found]
        rows.append([name, *dated, _month(regimes.turn(monthly(part, cameo)["goldstein_sum"]))])
    return pd.DataFrame(rows, columns=["Acts counted", "Usual rule", "Strict rule", "Months in a row"])


def span(regime: pd.Series) -> str:
    """Write the days between which a regime may have begun."""
    return f"{evidence.date_label(regime['low'])} – {evidence.date_label(regime['high'])}"


def shift(events: pd.DataFrame, cameo: pd.DataFrame, found: pd.DataFrame, day: Any, end: Any = STRUCK) -> pd.Series:
    """Compare the tone before and after a day, within the regime that began with the turn and up to `end`.

    The day must be fixed by something other than these acts; see `helpers.regimes.level_shift`.
    """
    acts = _in_order(events, cameo, turned(found)["start"], end)
    return regimes.level_shift(acts["goldstein"], int((acts["start"] < pd.Timestamp(day)).sum()))


@remember
def drivers(events: pd.DataFrame, cameo: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Place each driver beside the range of the turn; if it came later, add how the tone moved (see `shift`).

    ``place`` is ``before``, ``inside`` or ``after``, or ``at its edge`` nearer than two weeks to an end of the range.
    """
    regime, wanted = turned(found), ["difference", "low", "high", "p"]
    table = pd.DataFrame({"driver": _DRIVERS, "date": events.set_index("id").loc[list(_DRIVERS), "start"]})
    low, high = regime["low"], regime["high"]
    places = {
        "at its edge": table["date"].between(low - _EDGE, low + _EDGE)
        | table["date"].between(high - _EDGE, high + _EDGE),
        "before": table["date"] < low,
        "inside": table["date"] < high,
    }
    table["place"] = np.select(list(places.values()), list(places), "after")
    for event, date in table["date"].items():
        if date > regime["start"]:
            table.loc[event, wanted] = shift(events, cameo, found, date)[wanted].astype(float)
    return table


@remember
def two_codings(events: pd.DataFrame, cameo: pd.DataFrame, machine_scores: pd.DataFrame) -> regimes.Comparison:
    """Set the hand-coded months beside the machine's, over the months of the latter; see `helpers.regimes.compare`."""
    machine = regimes.machine_series(machine_scores, "AZE", "IRN")
    span = machine.index[0].start_time, machine.index[-1].end_time
    return regimes.compare(ev.dyad_series(events, cameo, "AZE", "IRN", "M", *span)["goldstein_sum"], machine)


# What the prose quotes -----------------------------------------------------------------------------


@remember
def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    forecasts: pd.DataFrame,
    forecast_phrases: pd.DataFrame,
    machine_scores: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables of that name."""
    day = events.set_index("id")["start"]
    verdicts = claims.loc[claims["theme"] == "thaw-2024", "verdict"].value_counts()
    gaps = {
        "closed": (CLOSED, REOPENED),
        "open": (REOPENED, EVACUATED),
        "attack_to_trial": (ATTACK, "2024-01-27-irn-aze-trial"),
        "sentence_to_reopening": ("2024-02-05-irn-aze-trial", REOPENED),
        "soon": ("2023-10-09-irn-aze-statement", REOPENED),
        "fighting_to_drill": ("2022-09-13-aze-arm-attack", _DRILL),
        "drill_to_attack": (_DRILL, ATTACK),
        "start_to_karabakh": (START, _KARABAKH),
        "protocol_to_karabakh": ("2023-09-10-aze-irn-agreement", _KARABAKH),
        "karabakh_to_reopening": (_KARABAKH, REOPENED),
        "karabakh_to_mission": (_KARABAKH, "2023-09-24-irn-aze-meeting"),
        "january_2025": ("2025-01-01-aze-irn-dispute", "2025-01-08-irn-aze-visit"),
        "march_2026": (STRIKE, "2026-03-09-aze-irn-transit"),
    }
    return {
        "cutoff": evidence.date_label(cutoff(events)),
        **{f"days_{name}": int((day[second] - day[first]).days) for name, (first, second) in gaps.items()},
        "n_embassy": len(thaw_ledger.embassy(events)),
        "n_claims": int(verdicts.sum()),
        **{f"n_{v}": int(verdicts.get(v, 0)) or "none" for v in ("supported", "mixed", "contradicted")},
        "n_unchecked": int(verdicts.get("open", 0) + verdicts.get("not_checkable", 0)),
        **_turn_values(events, sources, cameo),
        **_coding_values(two_codings(events, cameo, machine_scores), machine_scores),
        **thaw_ledger.values_of(events, sources),
        **forecast_scores.values_of(forecast_scores.worded(forecasts, forecast_phrases), cutoff(events)),
    }


def _turn_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    """Date the turn and say what moved the tone after it."""
    found = moods(events, cameo)
    regime, clock = turned(found), drivers(events, cameo, found)
    before = found.iloc[int(regime.name) - 1]
    dated = {name: moods(part, cameo) for name, part in evidence_sets(events, sources).items()}
    filed = dated["attacks filed under Iran"]
    low = _in_order(events, cameo, before["start"], regime["start"])
    riyadh = events.set_index("id").loc["2023-06-06-irn-sau-diplomacy", "start"]
    sums = monthly(events, cameo)["goldstein_sum"]
    start = regimes.turn(sums)
    moved = {
        "karabakh": clock.loc[_KARABAKH],
        "reopened": shift(events, cameo, found, "2024-07-15"),
        "june": shift(events, cameo, found, "2025-06-13"),
        "strike": shift(events, cameo, found, STRUCK, "2100"),
    }
    acts = _in_order(events, cameo, regime["start"], STRUCK)["start"]
    sides = int((acts < moved["karabakh"]["date"]).sum()), int((acts >= moved["karabakh"]["date"]).sum())
    return {
        "n_regime_events": int(found["events"].sum()),
        "regime_before": evidence.date_label(before["start"]),
        "mean_before": float(before["mean"]),
        "mean_filed": float(filed.iloc[int(turned(filed).name) - 1]["mean"]),
        **{f"n_low_{a.lower()}": int((low["source_actor"] == a).sum()) for a in ("AZE", "IRN")},
        **{f"sum_low_{a.lower()}": float(low.loc[low["source_actor"] == a, "goldstein"].sum()) for a in ("AZE", "IRN")},
        "mean_after": float(regime["mean"]),
        "regime_turn": evidence.date_label(regime["start"]),
        "days_riyadh_to_turn": int((regime["start"] - riyadh).days),
        **{f"turn_{end}": evidence.date_label(regime[end]) for end in ("low", "high")},
        "widest_high": evidence.date_label(max(turned(found)["high"] for found in dated.values())),
        **{f"turn_{k}": float(found.attrs[k]) for k in ("p", "autocorrelation")},
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
        "power_karabakh": regimes.power(*sides, 1.0, seed=2024) * 100,
        **{f"{name}_{k}": float(row[k]) for name, row in moved.items() for k in ("difference", "low", "high")},
    }


def _month(period: pd.Period) -> str:
    return evidence.date_label(period.start_time, None, "month")


def _coding_values(found: regimes.Comparison, machine_scores: pd.DataFrame) -> dict[str, Value]:
    """Say how far hand and machine agree, and where each misses."""
    summary, months = found
    whole = regimes.compare(months["hand"], regimes.machine_series(machine_scores, "AZE", "IRN", _WHOLE)).summary
    pair = machine_scores[machine_scores["id"].str.startswith("aze-irn-")].set_index("month")
    january, half = pair.loc["2023-01"], pair.loc["2023-01":"2023-06"]
    alone = months[months["low"] == "machine"]
    below = months[months["machine"] < 0]
    one_file = methods.one_file().loc["Azerbaijan and Iran"]
    return {
        **{f"rho{n}": float(summary[k]) for n, k in (("", "correlation"), ("_low", "low"), ("_high", "high"))},
        "rho_months": int(summary["periods"]),
        **{f"rho_whole{n}": float(whole[k]) for n, k in (("", "correlation"), ("_low", "low"), ("_high", "high"))},
        "low_both": int(summary["low_both"]),
        "low_expected": float(summary["low_both_expected"]),
        "low_by_hand": int(summary["low_both"] + summary["low_hand"]),
        "low_by_machine": int(summary["low_both"] + summary["low_machine"]),
        "n_low_hand": int(summary["low_hand"]),
        "n_low_machine": len(alone),
        "n_low_machine_positive": int((alone["machine"] > 0).sum()),
        "machine_september": float(months.loc["2021-09", "machine"]),
        "hand_september": float(months.loc["2021-09", "hand"]),
        "machine_january": float(january["score"]),
        "days_missing": int(january["days_in_month"] - january["days_present"]),
        "days_missing_half": int((half["days_in_month"] - half["days_present"]).sum()),
        "machine_first": _month(months.index[0]),
        "machine_last": _month(months.index[-1]),
        "n_machine_crisis": len(below),
        "n_machine_crisis_negative": int((below["hand"] < 0).sum()),
        "machine_worst": _month(months["machine"].idxmin()),
        "article_events": int(one_file["Events"]),
        "article_count": int(one_file["Articles"]),
        "article_sum": float(one_file["Goldstein sum"]),
        "article_vote": float(one_file["One vote an article"]),
        "machine_turn": _month(regimes.turn(months.loc["2022":, "machine"])),
    }


# Drawings ------------------------------------------------------------------------------------------


@two_widths
def draw_regimes(events: pd.DataFrame, cameo: pd.DataFrame, part: pd.DataFrame, strict: bool = False) -> Exhibit:
    """Draw the scored acts of the pair since 2020 at their Goldstein value, the regimes, and the ranges of the breaks.

    `part` is one of `evidence_sets` of `events`.
    """
    acts, found, bottom = _in_order(part, cameo, FIRST), moods(part, cameo, "ar1" if strict else "bic"), -12.2
    turn, links = turned(found), {}
    with style():
        fig, ax = canvas(height=3.6)
        for colour, marker, name in TONES.values():
            some = acts[acts["tone"].map(lambda t: TONES[t][2]) == name]
            ax.scatter(some["start"], some["goldstein"], s=15, marker=marker, color=colour, alpha=0.85, label=name,
                       linewidths=0)  # fmt: skip
        for regime in found.itertuples():
            middle, named = regime.start + (regime.end - regime.start) / 2, regime.Index == 0
            lines = ax.hlines(regime.mean, regime.start, regime.end, color=INK, linewidth=3.5,
                              label="mean of a regime" if named else "")  # fmt: skip
            lines.set_urls([f"mark:level-{regime.Index}"])
            days = f"{evidence.date_label(regime.start)} to {evidence.date_label(regime.end)}"
            links[f"level-{regime.Index}"] = ("", f"{days}: mean {regime.mean:+.1f}, {regime.events} acts")
            ax.annotate(f"{regime.mean:+.1f}", (middle, fit(8.8, 8.6 + regime.Index % 2)), ha="center", fontsize=9,
                        fontweight="bold")  # fmt: skip
            if pd.notna(regime.low):
                where = (
                    f"The break of {evidence.date_label(regime.start)} may lie from {span(pd.Series(regime._asdict()))}"
                )
                bar = ax.hlines(bottom, regime.low, regime.high, color=ORANGE, linewidth=7, alpha=0.7,
                                label="range of a break" if regime.Index == 1 else "")  # fmt: skip
                bar.set_urls([f"mark:range-{regime.Index}"])
                links[f"range-{regime.Index}"] = ("", where.replace(" – ", " to "))
                ax.plot(regime.start, bottom, color=INK, marker="|", linestyle="none", markersize=9)
        day = events.set_index("id")["start"]
        for event, label, side in (
            (ATTACK, "embassy attacked", fit("center", "right")),
            (REOPENED, "reopened", "center"),
            (STRIKE, "drones", fit("center", "right")),
        ):
            ax.vlines(day[event], -10.8, 8.2, color=INK, linewidth=1, linestyle=(0, (4, 2)))
            ax.annotate(label, (day[event], fit(10.5, 11.4)), ha=side, fontsize=8.5)
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.set_ylim(bottom - 1, fit(11.8, 13))
        ax.set_xlim(pd.Timestamp("2019-12-01"), pd.Timestamp("2026-06-15"))
        ax.set_yticks([-10, -5, 0, 5, 10])
        ax.set_ylabel("Goldstein value")
        ax.grid(visible=False, axis="x")
        legend(fig, ncols=3)
    finding = (
        f"{len(found)} regimes in {len(acts)} acts: the thaw opens on {evidence.date_label(turn['start'])} "
        f"(range {span(turn)}), a year before the embassy reopens"
        if len(turn)
        else f"No lasting change of level is sure in these {len(acts)} acts"
    )
    told = "; ".join(f"{evidence.date_label(r.start)} mean {r.mean:+.1f}, {r.events} acts" for r in found.itertuples())
    alt = f"{len(acts)} acts by day and Goldstein value, with regimes from: {told}."
    data = found[["phase", "start", "end", "low", "high", "events", "mean", "conflict"]]
    caption = (
        "One mark per act, by tone. Thick line: mean of a regime. Orange: where each break may lie (95 per cent, block "
        "bootstrap)."
    )
    return Exhibit("x6-regimes-frame", finding, fig, alt, data, caption, links=links)


@two_widths
def draw_codings(found: regimes.Comparison, machine_scores: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw both codings month by month; the lowest fifth of months is marked by whether the other agrees."""
    months = found.months
    whole = regimes.machine_series(machine_scores, "AZE", "IRN", _WHOLE).reindex(months.index).notna()
    looks = {"both": (VERMILION, "", "low in both"), "alone": (ORANGE, "//", "low in this one only")}
    looks["other"] = (SKY, "", "other months")
    told = {
        str(m): f"{_month(m)}: by hand {r['hand']:+.1f}, by machine {r['machine']:+.1f}; low by {r['low']}"
        for m, r in months[months["low"] != "neither"].iterrows()
    }
    with style():
        fig, axes = canvas(height=4.2, rows=2, sharex=True)
        for ax, name in zip(axes, ("hand", "machine"), strict=True):
            kind = months["low"].replace({name: "alone"})
            kind = kind.where(kind.isin(["both", "alone"]), "other")
            for key, (colour, hatch, label) in looks.items():
                part = months[kind == key]
                bars = ax.bar(part.index.to_timestamp(), part[name].fillna(0), 26, align="edge", hatch=hatch,
                              edgecolor=colour, color="none" if hatch else colour, linewidth=0.8,
                              label=label if name == "hand" else "")  # fmt: skip
                for bar, month in zip(bars, part.index, strict=True):
                    bar.set_url(f"mark:{month}" if key != "other" else None)
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.grid(visible=False, axis="x")
        gaps = months.index[~whole].to_timestamp() + pd.Timedelta(days=14)
        axes[1].scatter(gaps, [months["machine"].min() * 1.25] * len(gaps), marker="x", s=20, color=INK,
                        label="many days missing")  # fmt: skip
        axes[0].set_ylabel("by hand: sum")
        axes[1].set_ylabel("by machine: mean of days")
        legend(fig)
    alt = f"Two rows of monthly bars, by hand and by machine. Low in one or both: {'; '.join(told.values())}."
    data = months.assign(month=months.index.astype(str))[["month", "hand", "machine", "low"]].reset_index(drop=True)
    return Exhibit("x6-codings", figure=fig, alt=alt, data=data, links={k: ("", v) for k, v in told.items()}, **words)


@two_widths
def draw_drivers(clock: pd.DataFrame, turn: pd.Series, **words: Any) -> Exhibit:
    """Draw the date of each of the `drivers` against the range of the turn, with the change of tone that followed."""
    rows = clock.assign(id=clock.index, label=clock["driver"], start=clock["date"], end=clock["date"])
    rows = rows.assign(kind=clock["place"], when=clock["date"].map(evidence.date_label))
    rows["moved"] = [
        "older than the turn" if pd.isna(r.p) else f"{r.difference:+.1f} ({r.low:+.1f} to {r.high:+.1f})"
        for r in clock.itertuples()
    ]
    rows["told"] = [f"{r.when}, {r.driver}: {r.place}; change of tone: {r.moved}" for r in rows.itertuples()]
    looks = {"before": (GREEN, "<"), "inside": (PURPLE, "o"), "at its edge": (ORANGE, "s"), "after": (GREY, ">")}
    with style():
        fig, ax = canvas(height=0.9 + fit(0.29, 0.5) * len(rows))
        ax.axvspan(turn["low"], turn["high"], color=SKY, alpha=0.25, linewidth=0, label="range of the turn")
        ax.axvline(turn["start"], color=INK, linewidth=1, linestyle=(0, (4, 2)), label="its best date")
        ax.set_xlim(pd.Timestamp("2023-02-01"), pd.Timestamp("2024-07-01"))
        dated_rows(fig, ax, rows, {k: (*look, k) for k, look in looks.items()}, 3)
        for y, row in enumerate(rows.itertuples()):
            late = row.place == "after"
            side = {"xy": (row.date, -y), "xytext": (-8 if late else 8, -4), "textcoords": "offset points"}
            beside = {"xy": (1.02, -y), "xycoords": ax.get_yaxis_transform()}
            ax.annotate(row.moved, **fit(beside, side), ha=fit("left", "right" if late else "left"), va="center",
                        fontsize=8.5)  # fmt: skip
    alt = f"Drivers by date against the range of the turn, {span(turn)}. {'; '.join(rows['told'])}."
    links = {i: (f"back/chronology.html#{i}", told) for i, told in rows["told"].items()}
    data = clock.round(dict.fromkeys(["difference", "low", "high", "p"], 2)).rename(
        columns={"difference": "change of tone"}
    )
    return Exhibit("x6-drivers", figure=fig, alt=alt, data=data, links=links, **words)
