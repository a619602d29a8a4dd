"""Figures that chapter 2, on the crisis of autumn 2021, quotes, and its drawings."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import BLUE, GREY, INK, TONES, VERMILION, Exhibit, Link, canvas, fit, legend, style, two_widths
from helpers.memo import remember
from helpers.numbers import Value
from helpers.reciprocity import follow_ups, reciprocity
from helpers.schemas import SIDES

__all__ = ["ADMITTED", "CHANCES", "EVERY_DAY", "LANES", "SPAN", "TELLERS", "WHOSE", "WINDOWS", "about", "crisis"]
__all__ += ["draw_accounts", "draw_answers", "draw_days", "draw_known", "draw_omissions", "draw_subjects", "draw_told"]
__all__ += ["disputed", "draw_tone", "ledger", "omissions", "subjects", "telling", "tone", "values"]

#: First and last day of what the chapter counts as the crisis and its aftermath.
SPAN = ("2021-08-01", "2021-12-31")
EVERY_DAY = [f"{day:%Y-%m-%d}" for day in pd.date_range(*SPAN)]

#: The year before it, from the eve of the war of 2020, and a longer record, from its end to the end of 2023.
_YEAR_BEFORE, _YEARS = ("2020-09-01", "2021-07-31"), ("2020-11-10", "2023-12-31")

#: Lanes of the chapter's timelines: who acts.
LANES = {"IRN": "Iran", "AZE": "Azerbaijan", "ARM": "Armenia", "TUR": "Turkey", "": "others"}

#: Who can be asked to tell the crisis: everyone, the five articles, the press of each side.
TELLERS = (
    {"everyone": "all"}
    | {label: article for article, label in evidence.ARTICLES.items()}
    | {f"{side} publishers" if side != "other" else "publishers elsewhere": side for side in SIDES}
)

#: Whose acts a tone counts: words, and the actors in order (nothing: both ways).
WHOSE = {"both states": "", "Iran toward Azerbaijan": "IRN", "Azerbaijan toward Iran": "AZE"}

#: Which events a tone admits.
ADMITTED = {"all events": "all", "those of two independent publishers": "backed"}

#: Days after an act in which an answer counts.
WINDOWS = (3, 7, 14)

#: How chance places acts, see `helpers.reciprocity.NULLS`. Stretches of 30 days part the sharp weeks from the rest.
CHANCES = {
    "acts fall on any day": "anywhere",
    "all acts shift together": "rotated",
    "acts stay in their 30 days": "nearby",
}
_STRETCH = 30

#: Roles that speak or act for a state.
_STATE = ("GOV", "MIL", "LEG")

_HELD, _INTERVIEW, _CALL = "2021-09-15-aze-irn-arrest", "2021-09-27-aze-irn-statement", "2021-10-13-aze-irn-meeting"
_GUARDS, _ARMY = "2021-09-21-irn-aze-military-exercise", "2021-10-01-irn-aze-military-exercise"

#: The steps that changed something on the ground or between the capitals: deeds, formal messages and things agreed,
#: dated to the day; speeches are left out. Short name, and who moved toward whom.
_STEPS = {
    "2021-08-11-aze-irn-diplomatic-protest": ("protest note", "Azerbaijan presses"),
    "2021-08-11-irn-aze-transit": ("trucks go on, by Baku's count", "Iran presses"),
    "2021-08-25-aze-arm-closure": ("road shut", "Azerbaijan presses"),
    "2021-08-27-aze-arm-transit": ("road open again", "Azerbaijan yields"),
    "2021-09-02-aze-tur-military-exercise": ("commandos in the Caspian", "Azerbaijan, with a third state"),
    "2021-09-12-aze-tur-military-exercise": ("drill with Turkey and Pakistan", "Azerbaijan, with a third state"),
    "2021-09-13-aze-irn-road-tax": ("levy on trucks", "Azerbaijan presses"),
    _HELD: ("two drivers held", "Azerbaijan presses"),
    "2021-09-20-aze-tur-military-exercise": ("live fire in Nakhchivan", "Azerbaijan, with a third state"),
    _GUARDS: ("Guards' drill", "Iran presses"),
    "2021-09-30-irn-aze-meeting": ("warning to the ambassador", "Iran presses"),
    _ARMY: ("army's drill", "Iran presses"),
    "2021-10-01-irn-aze-transit": ("directive on border posts", "Iran yields"),
    "2021-10-04-aze-irn-statement": ("border base shown", "Azerbaijan presses"),
    "2021-10-04-irn-arm-visit": ("help for a bypass road", "Iran, with a third state"),
    "2021-10-05-aze-irn-closure": ("mosque closed", "Azerbaijan presses"),
    "2021-10-05-irn-aze-closure": ("airspace closed, reportedly", "Iran presses"),
    "2021-10-05-tur-aze-military-exercise": ("drill in Nakhchivan, next stage", "Azerbaijan, with a third state"),
    "2021-10-11-aze-irn-military-exercise": ("naval drill", "Azerbaijan presses"),
    _CALL: ("ministers' call", "both yield"),
    "2021-10-19-aze-irn-arrest": ("clerics detained", "Azerbaijan presses"),
    "2021-10-20-irn-aze-transit": ("hauliers told to keep out", "Iran yields"),
    "2021-10-21-aze-irn-release": ("drivers released", "Azerbaijan yields"),
    "2021-10-23-aze-irn-censorship": ("Shia websites offline, reportedly", "Azerbaijan presses"),
    "2021-11-10-aze-arm-closure": ("customs posts", "Azerbaijan presses"),
    "2021-11-21-aze-irn-visit": ("commission talks in Tehran", "both yield"),
    "2021-11-28-irn-aze-agreement": ("gas swap", "both yield"),
    "2021-12-22-irn-aze-visit": ("Iran's minister in Baku", "both yield"),
    "2021-12-29-aze-irn-release": ("convicts to be handed over", "Azerbaijan yields"),
    "2021-12-29-irn-arm-agreement": ("consulate in Kapan decided", "Iran, with a third state"),
}

#: The sides whose telling of the steps stands beside that of the articles.
_SIDES = ("Azerbaijani", "Iranian", "Armenian", "Turkish", "Russian", "Western")

#: Steps that a timeline names, and the days at which the count of subjects can be cut.
_NAMED = {
    "2021-08-25-aze-arm-closure": "road shut",
    _HELD: "drivers held",
    _GUARDS: "Guards' drill",
    _CALL: "ministers' call",
    "2021-11-28-aze-irn-meeting": "presidents meet",
}
_CUTS = {_GUARDS: "Guards' drill", _INTERVIEW: "Aliyev asks", _ARMY: "army's drill", _CALL: "ministers' call"}

#: What an act of Iran is about, by the words of its summary: key, name, words.
_SUBJECTS = {
    "road": ("the road", r"truck|haulier|\btolls?\b|Goris|bypass|road dispute|transit to Armenia|border posts"),
    "drivers": ("the two drivers", r"\bdrivers\b"),
    "outside": (
        "drills with outsiders",
        r"foreign (?:armies|states|forces)|commandos|drill of Azerbaijan|Azerbaijani naval",
    ),
    "israel": ("Israel", r"Israel|Zionist"),
    "fighters": ("Islamist fighters", r"Islamic State|ISIS|Takfiri|[Tt]errorists"),
    "borders": ("changed borders", r"border change|borders must not|red line|geopolitical|redraw"),
}


def crisis(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(*(pd.Timestamp(d) for d in SPAN))]


@remember
def values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, claims: pd.DataFrame) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables of that name; name to value."""
    part = crisis(events)
    pair = ev.between(part, "AZE", "IRN")
    voices = evidence.corroboration(part, sources)
    by_id = events.set_index("id")
    begin, scale = by_id["start"], cameo.set_index("id")["goldstein"]
    before = pair["start"] < begin[_GUARDS]
    scored = ev.score(pair[pair["scored"]], cameo)
    classes = scored.groupby(["source_actor", "quad"]).size()
    own = scored["summary"].str.contains("Shia") & scored["cameo"].str.startswith("173")
    tellers = [a for a in evidence.ARTICLES if len(evidence.told_by(part, sources, a))]
    said = claims[(claims["theme"] == "crisis-2021") & claims["article_id"].isin(tellers)]["verdict"].value_counts()
    readings = pd.Series([reading for _, reading in _STEPS.values()]).value_counts()
    figures: dict[str, Value] = {
        "cutoff": evidence.date_label(pd.Timestamp(SPAN[1])),
        "n_events": len(part),
        "n_pair": len(pair),
        "n_disputed": int((part["disagreement"] != "").sum()),
        **{f"goldstein_{act}": float(scale[c]) for act, c in (("drill", "150"), ("arrest", "173"), ("talks", "041"))},
        "days_closure_to_drill": int((begin[_GUARDS] - begin["2021-08-25-aze-arm-closure"]).days),
        "days_levy_to_drill": int((begin[_GUARDS] - begin["2021-09-13-aze-irn-road-tax"]).days),
        "days_arrest_to_drill": int((begin[_GUARDS] - begin[_HELD]).days),
        "days_drill_to_call": int((begin[_CALL] - begin[_GUARDS]).days),
        "days_held": int((begin["2021-10-21-aze-irn-release"] - begin[_HELD]).days),
        "days_arrest_to_summit": int((begin["2021-11-28-aze-irn-meeting"] - begin[_HELD]).days),
        "n_deputies": _number(by_id, "2021-10-03-irn-aze-statement-2", r"(\d+) Iranian MPs"),
        "n_israelis": _number(by_id, "2021-10-01-irn-aze-accusation", r"([\d,]+) Israeli"),
        "n_fighters": _number(by_id, "2021-10-01-irn-aze-accusation", r"([\d,]+) ISIS"),
        "deeds_clerics": int((own & (scored["source_actor"] == "AZE")).sum()),
        "n_steps": len(_STEPS),
        "n_yields_both": int(readings["both yield"]),
        "n_claims": int(said.sum()),
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_two_sides": float((voices["n_sides"] >= 2).mean() * 100),
    }
    for code, state in (("IRN", "Iran"), ("AZE", "Azerbaijan")):
        key, acts = code.lower(), pair["source_actor"] == code
        figures |= {
            f"n_acts_{key}": int(acts.sum()),
            f"n_before_{key}": int((acts & before).sum()),
            f"n_after_{key}": int((acts & ~before).sum()),
            f"words_{key}": int(classes.get((code, 3), 0)),
            f"deeds_{key}": int(classes.get((code, 4), 0)),
            f"n_presses_{key}": int(readings[f"{state} presses"]),
            f"n_yields_{key}": int(readings[f"{state} yields"]),
            f"n_third_{key}": int(readings[f"{state}, with a third state"]),
        }
    for verdict in ("supported", "mixed", "contradicted", "open", "not_checkable"):
        figures[f"n_claims_{verdict}"] = int(said.get(verdict, 0))
    return {
        **figures,
        **_tone_values(events, sources, cameo),
        **_subject_values(events),
        **_answer_values(events, cameo),
        **_omission_values(events, sources),
    }


def _number(by_id: pd.DataFrame, event: str, words: str) -> str:
    found = re.search(words, by_id.loc[event, "summary"])
    if found is None:
        raise ValueError(f"table events, row {event}: no number as in {words!r} in the summary")
    return found[1]


def _tone_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    weekly, firm, solid = (tone(events, sources, cameo, admitted=a) for a in ("all", "firm", "backed"))
    sums = weekly["goldstein_sum"]
    pair = ev.between(crisis(events), "AZE", "IRN")
    pair = pair[pair["scored"] & (pair["precision"] == "day")]
    read = pair["tone"].map({"conflict": -1, "cooperation": 1, "neutral": 0})
    series = {
        "": sums,
        "firm_": firm["goldstein_sum"],
        "solid_": solid["goldstein_sum"],
        "read_": read.groupby(pair["start"].dt.to_period("W-SUN")).sum(),
        "iran_": tone(events, sources, cameo, whose="IRN")["goldstein_sum"],
        "azerbaijan_": tone(events, sources, cameo, whose="AZE")["goldstein_sum"],
        "allied_": tone(_as_toward_iran(events), sources, cameo, whose="AZE")["goldstein_sum"],
    }
    found: dict[str, Value] = {}
    for name, one in series.items():
        found |= {f"{name}low_week": _begin(one.idxmin()), f"{name}low_sum": float(one.min())}
    return found | {
        "low_events": int(weekly.loc[sums.idxmin(), "events"]),
        "n_solid": int(solid["events"].sum()),
        "n_scored": int(weekly["events"].sum()),
        "first_positive_week": _begin(sums.index[(sums.index > sums.idxmin()) & (sums > 0)][0]),
        "last_negative_week": _begin(sums.index[sums < 0][-1]),
        "left_out": int(weekly.attrs["left_out"]),
    }


def _as_toward_iran(events: pd.DataFrame) -> pd.DataFrame:
    """Recode drills of Azerbaijan with Turkey as if they were shows of force toward Iran."""
    joint = (events["type"] == "military-exercise") & events["id"].str.contains("aze-tur|tur-aze")
    codes = {"source_actor": "AZE", "target_actor": "IRN", "cameo": "150"}
    return events.assign(**{column: events[column].mask(joint, code) for column, code in codes.items()})


def _begin(period: pd.Period) -> str:
    return evidence.date_label(period.start_time.normalize())


def tone(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    unit: str = "W",
    whose: str = "",
    admitted: str = "all",
) -> pd.DataFrame:
    """Sum up the pair's scored events of the crisis by week ("W") or day ("D").

    `whose` is a value of `WHOSE`; `admitted` lets in ``"all"`` events, the ``"firm"`` (not of low confidence) or the
    ``"backed"`` (of two independent publishers). Returns what `helpers.events.dyad_series` does, by day only
    ``events`` and ``goldstein_sum``.
    """
    part = crisis(events)
    if admitted == "firm":
        part = part[part["confidence"] != "low"]
    elif admitted == "backed":
        part = part[evidence.corroboration(part, sources)["publishers"].to_numpy() >= 2]
    a, b = ("AZE", "IRN") if whose == "AZE" else ("IRN", "AZE")
    if unit == "W":
        return ev.dyad_series(part, cameo, a, b, "W", *SPAN, directed=bool(whose))
    pair = ev.between(part, a, b, directed=bool(whose))
    by_day = ev.score(pair[pair["scored"] & (pair["precision"] == "day")], cameo).groupby("start")["goldstein"]
    series = pd.DataFrame({"events": by_day.size(), "goldstein_sum": by_day.sum()})
    return series.reindex(pd.date_range(*SPAN), fill_value=0).to_period("D")


def draw_tone(
    events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, unit: str, whose: str, admitted: str
) -> Exhibit:
    """Draw the tone by week or day, of both states or of one, of all events or of the better attested."""
    series = tone(events, sources, cameo, unit, whose, admitted)
    sums = series["goldstein_sum"]
    below = sums.index[sums < 0]
    finding = (
        f"The tone is lowest, at {sums.min():.1f}, in the week of {_begin(sums.idxmin())}; the last week below zero "
        f"began on {_begin(below[-1])}."
        if unit == "W"
        else f"The tone is lowest, at {sums.min():.1f}, on {_begin(sums.idxmin())}; {len(below)} days lie below zero."
    )
    # One scale for all settings of a unit, so that the two states can be compared.
    every = pd.concat([tone(events, sources, cameo, unit, side)["goldstein_sum"] for side in WHOSE.values()]) * 1.2
    word = {"W": "week", "D": "day"}[unit]
    ends = (every.min(), every.max())
    return charts.tone_bars(series, id="x2-tone-frame", title=finding, unit=word, limits=ends)


def about(events: pd.DataFrame, span: tuple[str, str] = SPAN) -> pd.DataFrame:
    """List what Iran's officials, officers and deputies do and say about each subject.

    Returns rows of `events`, one per act and ``subject``. The words of an event's summary decide; one act may be about
    several subjects or none. Acts dated only to a month are left out.
    """
    acts = events[events["start"].between(*(pd.Timestamp(d) for d in span)) & (events["precision"] == "day")]
    acts = acts[(acts["source_actor"] == "IRN") & acts["source_role"].isin(_STATE)]
    found = ((name, acts["summary"].str.contains(words)) for name, words in _SUBJECTS.values())
    return pd.concat([acts[rows].assign(subject=name) for name, rows in found])


def subjects(events: pd.DataFrame) -> pd.DataFrame:
    """Count `about` by phase: ``early`` (before the Guards' drill), ``middle`` (to the ministers' call), ``late``."""
    acts, begin = about(events), events.set_index("id")["start"]
    phase = pd.Series("middle", acts.index).mask(acts["start"] < begin[_GUARDS], "early")
    table = pd.crosstab(acts["subject"], phase.mask(acts["start"] > begin[_CALL], "late"))
    return table.reindex([name for name, _ in _SUBJECTS.values()], columns=["early", "middle", "late"], fill_value=0)


def _subject_values(events: pd.DataFrame) -> dict[str, Value]:
    acts, counts, begin = about(events), subjects(events), events.set_index("id")["start"]
    year = about(events, _YEAR_BEFORE)["subject"].value_counts()
    found: dict[str, Value] = {}
    for key, (name, _) in _SUBJECTS.items():
        found |= {f"{key}_{phase}": int(counts.loc[name, phase]) for phase in counts}
        found[f"{key}_year"] = int(year.get(name, 0))
    for cut, event in (("interview", _INTERVIEW), ("army", _ARMY)):
        before = acts.loc[acts["start"] < begin[event], "subject"].value_counts()
        found |= {f"{key}_by_{cut}": int(before.get(_SUBJECTS[key][0], 0)) for key in ("road", "israel")}
    return found


def draw_subjects(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw `about` day by day, a lane for each subject; the title compares the road with Israel."""
    counts, acts = subjects(events), about(events)
    road, israel = (counts.loc[_SUBJECTS[key][0]] for key in ("road", "israel"))
    title = (
        f"Before the Guards' drill {road['early']} acts of Iran are about the road and {israel['early']} about Israel; "
        f"from then to the ministers' call it is {road['middle']} and {israel['middle']}"
    )
    options: dict[str, Any] = {"lanes": {name: name for name, _ in _SUBJECTS.values()}, "by": "subject", **words}
    options |= {"span": ("2021-09-01", "2021-11-30"), "apart": 2, "turns": _days(events, _CUTS)}
    table = _listed(acts, sources).assign(Subject=acts["subject"].tolist())
    acts = acts.assign(source_actor=acts["subject"], id=acts["id"] + "." + acts["subject"])
    return dataclasses.replace(charts.timeline(acts, sources, id="x2-subjects", title=title, **options), data=table)


def _days(events: pd.DataFrame, named: dict[str, str]) -> dict[str, str]:
    begin = events.set_index("id")["start"]
    return {begin[event].date().isoformat(): words for event, words in named.items()}


def ledger(events: pd.DataFrame) -> pd.DataFrame:
    """List the steps of the crisis with who pressed and who yielded, as this book reads them.

    The next act of the other side is the first act of that state, toward the mover, its partner in the step or as a
    step of its own, that began a day to a fortnight later. An event of the ledger that `events` lacks is a `KeyError`.
    """
    rows = events.set_index("id", drop=False).loc[list(_STEPS)].reset_index(drop=True)
    known = crisis(events)
    known = known[(known["precision"] == "day") & known["source_role"].isin(_STATE)]
    tones = known.set_index("id")["tone"].map({t: name for t, (_, _, name) in TONES.items()})
    answers: list[Link | str] = []
    for i, (_, reading) in enumerate(_STEPS.values()):
        if reading.startswith("both"):
            answers.append("–")
            continue
        other = "IRN" if reading.startswith("Azerbaijan") else "AZE"
        fits = known["target_actor"].isin({"AZE", "IRN", *rows.loc[i, ["source_actor", "target_actor"]]})
        acts = known[(fits | known["id"].isin(_STEPS)) & (known["source_actor"] == other)]
        found = follow_ups(rows.loc[[i]], acts, WINDOWS[-1], same_day=False).loc[i]
        first, wait = found["answers"].split(";")[0], found["wait"]
        answers.append(
            f"none in {WINDOWS[-1]} days"
            if math.isnan(wait)
            else Link(f"{wait:.0f} {'day' if wait == 1 else 'days'} later, {tones[first]}", _row(first))
        )
    return pd.DataFrame(
        {
            "Date": evidence.date_labels(rows),
            "Step": [Link(name, _row(i)) for i, (name, _) in _STEPS.items()],
            "Reading": [reading for _, reading in _STEPS.values()],
            "Next act of the other side": answers,
        }
    )


def _row(event: str) -> str:
    return f"back/chronology.html#{event}"


@remember
def _answers(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str) -> pd.DataFrame:
    table = reciprocity(events, cameo, "AZE", "IRN", days, *SPAN, null=null, block=_STRETCH)
    names = {"AZE": "Azerbaijan", "IRN": "Iran"}
    other = table["actor"].map({"AZE": "Iran", "IRN": "Azerbaijan"})
    return table.assign(label=table["actor"].map(names) + " " + table["act"] + " → " + other + " " + table["answer"])


def _answer_values(events: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    tables = {(d, n): _answers(events, cameo, d, n) for d in WINDOWS for n in CHANCES.values()}
    every = pd.concat(tables, names=["days", "null", "row"]).reset_index(["days", "null"])
    like, blow = every["act"] == every["answer"], every["act"] == "conflict"
    kept, rare = every["null"] != "anywhere", every["followed"] > every["high"]
    hand, one_week = like & ~blow & (every["actor"] == "IRN"), every["days"] == WINDOWS[1]
    groups = {
        "all": like | ~like,
        "blow_anywhere": like & blow & ~kept,
        "blow_kept": like & blow & kept,
        "hand_week": hand & one_week,
        "hand_other": hand & ~one_week,
    }
    found: dict[str, Value] = {"stretch": _STRETCH, "n_rare_chance": len(every) * 0.025}
    for name, rows in groups.items():
        found |= {f"{name}_tests": int(rows.sum()), f"{name}_rare": int((rows & rare).sum())}
    years = reciprocity(events, cameo, "AZE", "IRN", WINDOWS[1], *_YEARS, null="nearby", block=_STRETCH)
    for prefix, table in {"": tables[WINDOWS[1], "rotated"], "years_": years}.items():
        for row in table[(table["act"] == "conflict") & (table["answer"] == "conflict")].itertuples():
            for figure in ("acts", "followed", "low", "high"):
                found[f"{prefix}blow_{row.actor.lower()}_{figure}"] = int(getattr(row, figure))
    return found


def draw_answers(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str) -> Exhibit:
    """Draw how many acts of each side and sign are followed by an answer of each sign, against chance."""
    table = _answers(events, cameo, days, null)
    labels = [f"{label} ({n})" for label, n in zip(table["label"], table["acts"], strict=True)]
    shares = table[["followed", "low", "high"]].div(table["acts"], axis=0).mul(100).set_axis(labels)
    often = table.loc[table["followed"] > table["high"], "label"].tolist()
    which = ", ".join(often) or f"none of {len(table)} kinds of answer"
    title = f"Within {days} days, more often than chance gives: {which}."
    shares, x = shares.rename(columns={"followed": "observed"}), f"per cent of acts with an answer within {days} days"
    return charts.ranges(shares, id="x2-answers-frame", title=title, x=x, end=100)


def telling(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Count for each teller the events of the crisis it tells, by who acts in them; tellers of nothing are left out."""
    part = crisis(events)
    rows = {}
    for label, teller in TELLERS.items():
        actors = evidence.told_by(part, sources, teller)["source_actor"]
        iran, azerbaijan = int((actors == "IRN").sum()), int((actors == "AZE").sum())
        others = len(actors) - iran - azerbaijan
        rows[label] = {"Iran acts": iran, "Azerbaijan acts": azerbaijan, "others act": others}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("teller")
    return table[table.sum(axis=1) > 0]


@two_widths
def draw_accounts(events: pd.DataFrame, sources: pd.DataFrame, caption: str = "", provenance: str = "") -> Exhibit:
    """Draw the same weeks once for the press of each side: how many acts of either state it reports."""
    import matplotlib.dates as mdates
    from matplotlib.patches import Patch
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    weeks = pd.period_range(*SPAN, freq="W-SUN").start_time
    whole = crisis(events)
    part = whole[whole["precision"] == "day"]

    def counted(rows: pd.DataFrame, actor: str) -> pd.Series:
        days = rows.loc[rows["source_actor"] == actor, "start"]
        return (days - pd.to_timedelta(days.dt.day_of_week, "D")).value_counts().reindex(weeks, fill_value=0)

    outline = {actor: counted(part, actor) for actor in ("IRN", "AZE")}
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, axes = canvas(height=fit(6.0, 6.8), rows=4, ncols=2, sharex=True, sharey=True)
        for ax, (name, side) in zip(axes.flat, list(TELLERS.items())[-len(SIDES) :], strict=True):
            told = evidence.told_by(part, sources, side)
            words = f"{len(evidence.told_by(whole, sources, side))} of {len(whole)}"
            for actor, sign in (("IRN", 1), ("AZE", -1)):
                ax.stairs(sign * outline[actor], [*weeks, weeks[-1] + pd.Timedelta(days=7)], color=GREY, linewidth=0.9)
                every, sharp = (counted(t, actor) for t in (told, told[told["tone"] == "conflict"]))
                for low, high, colour, hatch in ((sharp * 0, sharp, VERMILION, "////"), (sharp, every, BLUE, "")):
                    some = weeks[high > low]
                    look = {"color": "none" if hatch else colour, "edgecolor": colour, "hatch": hatch, "linewidth": 0.8}
                    look |= {"align": "edge", "clip_on": False}
                    bars = ax.bar(some, sign * (high - low)[some], 6.2, sign * low[some], **look)
                    for bar, week in zip(bars, some, strict=True):
                        told_of = f"{every[week]} of {outline[actor][week]} acts of {LANES[actor]}"
                        links[f"{side}{week:%m%d}{actor}"] = (
                            "",
                            f"{side}, {week.day} {week:%B}: {told_of}, {sharp[week]} conflictual",
                        )
                        bar.set_url(f"mark:{side}{week:%m%d}{actor}")
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.set_title(f"{name[0].upper()}{name[1:]}{fit(': ', chr(10))}{words}", loc="left", fontsize=9)
            ax.grid(visible=False, axis="x")
        ax.set_ylim(-outline["AZE"].max() - 1, outline["IRN"].max() + 1)
        ax.yaxis.set_major_locator(MultipleLocator(4))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{abs(y):.0f}"))
        ax.xaxis.set_major_locator(mdates.MonthLocator(interval=fit(1, 2)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b"))
        fig.supylabel("acts a week: Azerbaijan's down, Iran's up", fontsize=9.5)
        handles = [
            Patch(facecolor="none", edgecolor=VERMILION, hatch="////", label="told, conflictual"),
            Patch(facecolor=BLUE, edgecolor=BLUE, label="told, other"),
            Patch(facecolor="none", edgecolor=GREY, label="reported by anyone"),
        ]
        legend(fig, handles=handles, ncols=3)
    table = telling(events, sources)
    share = table.div(table.loc["everyone"]).mul(100).round().astype(int)[["Azerbaijan acts", "Iran acts"]]
    (a, b), (c, d) = (share.loc[f"{side} publishers"] for side in ("Azerbaijani", "Iranian"))
    told = "; ".join(f"{name}: " + ", ".join(f"{c} {n}" for c, n in row.items()) for name, row in table.iterrows())
    return Exhibit(
        "x2-accounts",
        f"Azerbaijani publishers report {a} per cent of Azerbaijan's acts and {b} of Iran's; Iranian ones {c} and {d}",
        fig,
        f"{len(SIDES)} panels of bars by week, one for the publishers of each side: acts of Iran above zero, acts of "
        f"Azerbaijan below. In all: {told}.",
        table.reset_index(),
        caption,
        provenance,
        links,
    )


def omissions(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Say for each step of the ledger which article, and which publishers of the nearest sides, tell it.

    Columns are short names (``S0``, ``Iranian``), those of no step left out; a cell is empty where nobody tells.
    """
    steps = events.set_index("id", drop=False).loc[list(_STEPS)]
    pages = evidence.mentions(steps, sources)
    told = {}
    for article, label in evidence.ARTICLES.items():
        inside = steps["id"].isin(evidence.told_by(steps, sources, article)["id"])
        told[label[:2]] = inside.map({True: label, False: ""})
    for side in _SIDES:
        own = pages[(pages["side"] == side) & ~pages["source_id"].isin(list(evidence.ARTICLES))]
        names = own.groupby("event_id")["publisher"].agg(lambda names: ", ".join(sorted(set(names))))
        told[side] = names.reindex(steps["id"]).fillna("")
    table = pd.DataFrame(told).set_axis([name for name, _ in _STEPS.values()])
    return table.loc[:, (table != "").any()]


def _omission_values(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    table = omissions(events, sources) != ""
    articles = [label[:2] for label in evidence.ARTICLES.values() if label[:2] in table]
    counts = {f"steps_{label.lower()}": int(table[label].sum()) for label in articles}
    silent = ~table[articles].any(axis=1).to_numpy()
    written = min(pd.Period(d).end_time for d in sources.set_index("id").loc[list(evidence.ARTICLES), "date"])
    before = (events.set_index("id").loc[list(_STEPS), "start"] < written).to_numpy()
    return {
        **counts,
        "steps_unmentioned": int(silent.sum()),
        "steps_early": int(before.sum()),
        "steps_early_unmentioned": int((silent & before).sum()),
    }


def draw_omissions(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw `omissions` as a table of marks."""
    table, found = omissions(events, sources), _omission_values(events, sources)
    named = ", ".join(f"{key[-2:].upper()} tells {n}" for key, n in found.items() if len(key) == len("steps_s0"))
    title = f"Of {len(table)} steps {named}; {found['steps_unmentioned']} are in none of the articles"
    told = (table != "").replace({True: "told", False: ""})
    signs: dict[object, tuple[str, str, str]] = {"told": (BLUE, "●", "told")}
    return charts.matrix(told, id="x2-omissions", title=title, signs=signs, row_label="step", details=table, **words)


def disputed(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """List the events of the crisis on which sources differ or something is uncertain."""
    part = crisis(events)
    return _listed(part[part["disagreement"] != ""], sources, "Disagreement")


def _listed(events: pd.DataFrame, sources: pd.DataFrame, more: str = "Sides") -> pd.DataFrame:
    """Make a table of events; their words link to the chronology, where their sources stand."""
    table = charts.event_table(events, sources)[["Date", "Event", more, "Confidence"]]
    return table.assign(Event=[Link(words, _row(i)) for words, i in zip(events["summary"], events["id"], strict=True)])


def draw_days(events: pd.DataFrame, sources: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw the crisis day by day; the title counts the busiest fortnight."""
    part = crisis(events)
    days = part.loc[part["precision"] == "day", "start"].sort_values()
    ends = [(int(days.between(d, d + pd.Timedelta(days=13)).sum()), d) for d in days.unique()]
    most, begin = max(ends, key=lambda found: found[0])
    fortnight = evidence.date_label(begin, begin + pd.Timedelta(days=13))
    title = f"{most} of {len(days)} events dated to the day fall into one fortnight, {fortnight}"
    return dataclasses.replace(_timeline(events, part, sources, "x2-days", title, **words), data=_listed(part, sources))


def draw_told(events: pd.DataFrame, sources: pd.DataFrame, teller: str) -> Exhibit:
    """Draw the crisis as one teller tells it; what it leaves out stays as faint dots."""
    part = crisis(events)
    told = evidence.told_by(part, sources, teller)
    name = next(label for label, t in TELLERS.items() if t == teller)
    acts = ev.between(told, "AZE", "IRN")["source_actor"].value_counts()
    row = {"Events told": len(told), "Iran acts": acts.get("IRN", 0), "Azerbaijan acts": acts.get("AZE", 0)}
    title = (
        f"{name[0].upper()}{name[1:]}: {len(told)} of {len(part)} events ({len(told) / len(part) * 100:.0f} per cent); "
        f"between the two states {row['Iran acts']} acts of Iran and {row['Azerbaijan acts']} of Azerbaijan."
    )
    exhibit = _timeline(events, told, sources, "x2-told", title, background=part, linked=False)
    return dataclasses.replace(exhibit, data=pd.DataFrame([row]))


def draw_known(events: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> Exhibit:
    """Draw what a reader of the press could know of the crisis by one day; events not yet known stay as faint dots."""
    part = crisis(events)
    known = evidence.known_by(part, sources, day)
    conflict, cooperation = (int((known["tone"] == tone).sum()) for tone in ("conflict", "cooperation"))
    happened = int((part["start"] <= day).sum())
    title = (
        f"By {evidence.date_label(day)} the pages at hand had reported {len(known)} of the {happened} events that had "
        f"happened: {conflict} conflictual, {cooperation} cooperative."
    )
    row = {"Happened": happened, "Reported": len(known), "Conflictual": conflict, "Cooperative": cooperation}
    told = set(known["id"])
    named = {event: words for event, words in _NAMED.items() if event in told}
    exhibit = _timeline(events, known, sources, "x2-known", title, named=named, background=part, linked=False)
    return dataclasses.replace(exhibit, data=pd.DataFrame([row]))


def _timeline(
    events: pd.DataFrame,
    part: pd.DataFrame,
    sources: pd.DataFrame,
    id: str,
    title: str,
    *,
    named: dict[str, str] = _NAMED,
    **options: Any,
) -> Exhibit:
    # In the width of a page a mark covers three days.
    turns = _days(events, named)
    return charts.timeline(part, sources, id=id, title=title, lanes=LANES, span=SPAN, apart=3, turns=turns, **options)
