"""Figures that chapter 2, on the crisis of autumn 2021, quotes."""

from __future__ import annotations

import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import Exhibit, Link
from helpers.numbers import Value
from helpers.schemas import SIDES

__all__ = [
    "LANES",
    "SPAN",
    "TELLERS",
    "crisis",
    "disputed",
    "draw_known",
    "draw_told",
    "ledger",
    "telling",
    "values",
    "weekly_tone",
]

#: First and last day of what the chapter counts as the crisis and its aftermath.
SPAN = ("2021-08-01", "2021-12-31")


#: Lanes of the chapter's timelines: who acts.
LANES = {"IRN": "Iran", "AZE": "Azerbaijan", "ARM": "Armenia", "TUR": "Turkey", "": "others"}

#: Who can be asked to tell the crisis: everyone, the five articles, the press of each side.
TELLERS = (
    {"everyone": "all"}
    | {label: article for article, label in evidence.ARTICLES.items()}
    | {f"{side} publishers" if side != "other" else "publishers elsewhere": side for side in SIDES}
)

#: The steps that changed something on the ground or between the capitals, and who moved toward whom.
_STEPS = {
    "2021-08-11-aze-irn-diplomatic-protest": "Azerbaijan presses",
    "2021-08-25-aze-arm-closure": "Azerbaijan presses",
    "2021-09-13-aze-irn-road-tax": "Azerbaijan presses",
    "2021-09-15-aze-irn-arrest": "Azerbaijan presses",
    "2021-10-01-irn-aze-military-exercise": "Iran presses",
    "2021-10-05-irn-aze-closure": "Iran presses",
    "2021-10-11-irn-aze-statement": "Iran yields",
    "2021-10-13-aze-irn-meeting": "both yield",
    "2021-10-15-aze-irn-accusation": "Azerbaijan presses",
    "2021-10-19-aze-irn-arrest": "Azerbaijan presses",
    "2021-10-20-irn-aze-transit": "Iran yields",
    "2021-10-21-aze-irn-release": "Azerbaijan yields",
    "2021-10-23-aze-irn-censorship": "Azerbaijan presses",
    "2021-11-10-aze-arm-closure": "Azerbaijan presses",
    "2021-11-21-aze-irn-visit": "both yield",
    "2021-11-28-irn-aze-agreement": "both yield",
    "2021-12-29-irn-arm-agreement": "Iran goes round",
}


def crisis(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(*(pd.Timestamp(d) for d in SPAN))]


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    contradictions: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims, contradictions : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    part = crisis(events)
    by_id = events.set_index("id")
    voices = evidence.corroboration(part, sources)
    weekly = weekly_tone(events, cameo)
    firm = weekly_tone(events[events["confidence"] != "low"], cameo)
    backed = set(part["id"]) & set(voices.index[voices["publishers"] >= 2])
    solid = weekly_tone(events[events["id"].isin(backed)], cameo)
    low, high = weekly["goldstein_sum"].idxmin(), weekly["goldstein_sum"].idxmax()
    pair = ev.between(part, "AZE", "IRN")
    arrest = by_id.loc["2021-09-15-aze-irn-arrest", "start"]
    release = by_id.loc["2021-10-21-aze-irn-release", "start"]
    drill = by_id.loc["2021-10-01-irn-aze-military-exercise", "start"]
    summit = by_id.loc["2021-11-28-aze-irn-meeting", "start"]
    told = {a: len(evidence.told_by(part, sources, a)) for a in evidence.ARTICLES}
    sides = {s: len(evidence.told_by(part, sources, s)) for s in ("Iranian", "Azerbaijani", "Armenian", "Western")}
    crisis_claims = claims[claims["theme"] == "crisis-2021"]
    early = part[part["start"] < drill]
    return {
        "n_events": len(part),
        "n_pair": len(pair),
        "n_iran_acts": int((pair["source_actor"] == "IRN").sum()),
        "n_azerbaijan_acts": int((pair["source_actor"] == "AZE").sum()),
        "n_single": int((voices["publishers"] == 1).sum()),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_two_sides": float((voices["n_sides"] >= 2).mean() * 100),
        "n_disputed": int((part["disagreement"] != "").sum()),
        "n_before_drill": len(early),
        "low_week": evidence.date_label(low.start_time.normalize()),
        "low_sum": float(weekly["goldstein_sum"].min()),
        "low_events": int(weekly.loc[low, "events"]),
        "high_week": evidence.date_label(high.start_time.normalize()),
        "high_sum": float(weekly["goldstein_sum"].max()),
        "low_mean": float(weekly["goldstein_mean"].min()),
        "low_mean_week": evidence.date_label(weekly["goldstein_mean"].idxmin().start_time.normalize()),
        "firm_low_week": evidence.date_label(firm["goldstein_sum"].idxmin().start_time.normalize()),
        "firm_low_sum": float(firm["goldstein_sum"].min()),
        "solid_low_week": evidence.date_label(solid["goldstein_sum"].idxmin().start_time.normalize()),
        "solid_low_sum": float(solid["goldstein_sum"].min()),
        "n_solid": len(backed),
        "first_positive_week": evidence.date_label(
            weekly.index[(weekly.index > low) & (weekly["goldstein_sum"] > 0)][0].start_time.normalize()
        ),
        "last_negative_week": evidence.date_label(weekly.index[weekly["goldstein_sum"] < 0][-1].start_time.normalize()),
        "weeks_without": int((weekly["events"] == 0).sum()),
        "n_weeks": len(weekly),
        "n_presses_aze": sum(v == "Azerbaijan presses" for v in _STEPS.values()),
        "n_presses_irn": sum(v == "Iran presses" for v in _STEPS.values()),
        "n_yields_aze": sum(v == "Azerbaijan yields" for v in _STEPS.values()),
        "n_yields_irn": sum(v == "Iran yields" for v in _STEPS.values()),
        "n_yields_both": sum(v == "both yield" for v in _STEPS.values()),
        "n_steps": len(_STEPS),
        "goldstein_drill": float(cameo.set_index("id").loc["150", "goldstein"]),
        "goldstein_arrest": float(cameo.set_index("id").loc["173", "goldstein"]),
        "goldstein_talks": float(cameo.set_index("id").loc["041", "goldstein"]),
        "cutoff": evidence.date_label(pd.Timestamp(SPAN[1])),
        "left_out": int(weekly.attrs["left_out"]),
        "days_held": int((release - arrest).days),
        "days_arrest_to_drill": int((drill - arrest).days),
        "days_drill_to_call": int((by_id.loc["2021-10-13-aze-irn-meeting", "start"] - drill).days),
        "days_arrest_to_summit": int((summit - arrest).days),
        "told_s0": told["mamedov-2021"],
        "told_s1": told["ramani-2021"],
        "told_s3": told["anonymous-2021"],
        "told_iranian": sides["Iranian"],
        "told_azerbaijani": sides["Azerbaijani"],
        "told_armenian": sides["Armenian"],
        "told_western": sides["Western"],
        "n_claims": len(crisis_claims),
        "n_claims_supported": int((crisis_claims["verdict"] == "supported").sum()),
        "n_claims_open": int(crisis_claims["verdict"].isin(["open", "not_checkable"]).sum()),
        "n_claims_mixed": int((crisis_claims["verdict"] == "mixed").sum()),
        "n_claims_contradicted": int((crisis_claims["verdict"] == "contradicted").sum()),
        "n_contradictions": len(contradictions),
    }


def weekly_tone(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Sum up the pair's scored events by week of the crisis; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "W", *SPAN)


def ledger(events: pd.DataFrame) -> pd.DataFrame:
    """List the steps of the crisis with who pressed and who yielded, as this book reads them.

    Returns
    -------
    pandas.DataFrame
        ``Date``, ``Step`` (a `Link` to its row of the chronology), ``Reading``.

    Raises
    ------
    KeyError
        If an event of the ledger is missing from `events`.
    """
    rows = events.set_index("id").loc[list(_STEPS)]
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in rows.itertuples()],
            "Step": [Link(r.summary, f"back/chronology.html#{r.Index}") for r in rows.itertuples()],
            "Reading": list(_STEPS.values()),
        }
    )


def telling(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count for each teller the events of the crisis it tells, by who acts in them.

    Returns
    -------
    pandas.DataFrame
        Index: teller; columns: ``Iran acts``, ``Azerbaijan acts``, ``others act``. Tellers of nothing are left out.
    """
    part = crisis(events)
    rows = {}
    for label, teller in TELLERS.items():
        if teller == "all":
            continue
        actors = evidence.told_by(part, sources, teller)["source_actor"]
        iran, azerbaijan = int((actors == "IRN").sum()), int((actors == "AZE").sum())
        rows[label] = {
            "Iran acts": iran,
            "Azerbaijan acts": azerbaijan,
            "others act": len(actors) - iran - azerbaijan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table[table.sum(axis=1) > 0]


def disputed(events: pd.DataFrame) -> pd.DataFrame:
    """List the events of the crisis on which sources differ or something is uncertain."""
    part = crisis(events)
    part = part[part["disagreement"] != ""]
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in part.itertuples()],
            "Event": [Link(r.summary, f"back/chronology.html#{r.id}") for r in part.itertuples()],
            "What differs": part["disagreement"].tolist(),
            "Confidence": part["confidence"].tolist(),
        }
    )


def draw_told(events: pd.DataFrame, sources: pd.DataFrame, teller: str) -> Exhibit:
    """Draw the crisis as one teller tells it; what it leaves out stays as faint dots."""
    part = crisis(events)
    told = evidence.told_by(part, sources, teller)
    name = next(label for label, t in TELLERS.items() if t == teller)
    share = len(told) / len(part) * 100
    pair = ev.between(told, "AZE", "IRN")
    acts = pair["source_actor"].value_counts()
    finding = (
        f"{name[0].upper()}{name[1:]}: {len(told)} of {len(part)} events ({share:.0f} per cent); "
        "between the two states "
        f"{acts.get('IRN', 0)} acts of Iran and {acts.get('AZE', 0)} of Azerbaijan."
    )
    return charts.timeline(
        told, sources, id="x2-told", title=finding, lanes=LANES, background=part, span=SPAN, linked=False
    )


def draw_known(events: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> Exhibit:
    """Draw what a reader of the press could know of the crisis by one day; events not yet known stay as faint dots."""
    part = crisis(events)
    known = evidence.known_by(part, sources, day)
    tones = known["tone"].value_counts()
    happened = part[part["start"] <= day]
    finding = (
        f"By {evidence.date_label(day)} the pages at hand had reported {len(known)} of the {len(happened)} events "
        f"that had happened: {tones.get('conflict', 0)} conflictual, {tones.get('cooperation', 0)} cooperative."
    )
    return charts.timeline(
        known, sources, id="x2-known", title=finding, lanes=LANES, background=part, span=SPAN, linked=False
    )
