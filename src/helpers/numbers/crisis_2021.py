"""Figures that chapter 2, on the crisis of autumn 2021, quotes."""

from __future__ import annotations

import math

import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import BLUE, TONES, Exhibit, Link
from helpers.numbers import Value
from helpers.reciprocity import follow_ups, reciprocity
from helpers.schemas import SIDES

__all__ = [
    "ADMITTED",
    "CHANCES",
    "LANES",
    "SPAN",
    "TELLERS",
    "WHOSE",
    "WINDOWS",
    "crisis",
    "disputed",
    "draw_answers",
    "draw_days",
    "draw_known",
    "draw_omissions",
    "draw_subjects",
    "draw_tellers",
    "draw_tone",
    "draw_told",
    "ledger",
    "omissions",
    "subjects",
    "telling",
    "tone",
    "values",
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

#: A longer record for the same question: from the end of the war of 2020 to the end of 2023.
_YEARS = ("2020-11-10", "2023-12-31")

#: The steps that changed something on the ground or between the capitals: short name, and who moved toward whom.
_STEPS = {
    "2021-08-11-aze-irn-diplomatic-protest": ("protest note", "Azerbaijan presses"),
    "2021-08-11-irn-aze-transit": ("trucks go on, by Baku's count", "Iran presses"),
    "2021-08-25-aze-arm-closure": ("road shut", "Azerbaijan presses"),
    "2021-08-27-aze-arm-transit": ("road open again", "Azerbaijan yields"),
    "2021-09-12-aze-tur-military-exercise": ("drill with Turkey and Pakistan", "Azerbaijan presses"),
    "2021-09-13-aze-irn-road-tax": ("levy on trucks", "Azerbaijan presses"),
    "2021-09-15-aze-irn-arrest": ("two drivers held", "Azerbaijan presses"),
    "2021-10-01-irn-aze-military-exercise": ("Iran's drill", "Iran presses"),
    "2021-10-04-irn-arm-visit": ("help for a bypass road", "Iran goes round"),
    "2021-10-05-aze-irn-closure": ("mosque closed", "Azerbaijan presses"),
    "2021-10-05-irn-aze-closure": ("airspace closed, reportedly", "Iran presses"),
    "2021-10-11-aze-irn-military-exercise": ("naval drill", "Azerbaijan presses"),
    "2021-10-11-irn-aze-statement": ("skies and borders called open", "Iran yields"),
    "2021-10-13-aze-irn-meeting": ("ministers' call", "both yield"),
    "2021-10-15-aze-irn-accusation": ("drug charge", "Azerbaijan presses"),
    "2021-10-19-aze-irn-arrest": ("clerics detained", "Azerbaijan presses"),
    "2021-10-20-irn-aze-transit": ("hauliers told to keep out", "Iran yields"),
    "2021-10-21-aze-irn-release": ("drivers released", "Azerbaijan yields"),
    "2021-10-23-aze-irn-censorship": ("Shia websites offline", "Azerbaijan presses"),
    "2021-11-10-aze-arm-closure": ("customs posts", "Azerbaijan presses"),
    "2021-11-21-aze-irn-visit": ("commission talks in Tehran", "both yield"),
    "2021-11-28-irn-aze-agreement": ("gas swap", "both yield"),
    "2021-12-22-irn-aze-visit": ("Iran's minister in Baku", "both yield"),
    "2021-12-29-aze-irn-release": ("convicts to be handed over", "Azerbaijan yields"),
    "2021-12-29-irn-arm-agreement": ("consulate in Kapan decided", "Iran goes round"),
}

#: The sides whose telling of the steps stands beside that of the articles.
_SIDES = ("Azerbaijani", "Iranian", "Armenian", "Western")

#: The days from which a phase of the quarrel runs: the first word of an Iranian drill, and the ministers' call.
_TURNS = ("2021-09-27-aze-irn-statement", "2021-10-13-aze-irn-meeting")

#: What an act of Iran is about, by the words of its summary: key, name, words.
_SUBJECTS = {
    "road": ("the road and its charges", r"truck|haulier|\btolls?\b|Goris|bypass|road dispute|transit to Armenia"),
    "drivers": ("the two drivers", r"\bdrivers\b"),
    "outside": ("drills of others", r"foreign armies|foreign states|commandos|Azerbaijani naval"),
    "israel": ("Israel", r"Israel|Zionist"),
    "borders": ("changed borders", r"border change|geopolitical|redraw"),
}


def crisis(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(*(pd.Timestamp(d) for d in SPAN))]


def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter.

    Parameters
    ----------
    events, sources, cameo, claims : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    dict
        Name to value.
    """
    part = crisis(events)
    pair = ev.between(part, "AZE", "IRN")
    voices = evidence.corroboration(part, sources)
    shares = {
        "share_single": float((voices["publishers"] == 1).mean() * 100),
        "share_two_sides": float((voices["n_sides"] >= 2).mean() * 100),
    }
    begin = events.set_index("id")["start"]
    drill, arrest = begin["2021-10-01-irn-aze-military-exercise"], begin["2021-09-15-aze-irn-arrest"]
    call, release = begin["2021-10-13-aze-irn-meeting"], begin["2021-10-21-aze-irn-release"]
    scale = cameo.set_index("id")["goldstein"]
    before, after = pair[pair["start"] < drill], pair[pair["start"] >= drill]
    classes = ev.score(pair[pair["scored"]], cameo).groupby(["source_actor", "quad"]).size()
    tellers = [a for a in evidence.ARTICLES if len(evidence.told_by(part, sources, a))]
    said = claims[(claims["theme"] == "crisis-2021") & claims["article_id"].isin(tellers)]["verdict"].value_counts()
    readings = pd.Series([reading for _, reading in _STEPS.values()]).value_counts()
    return {
        "cutoff": evidence.date_label(pd.Timestamp(SPAN[1])),
        "n_events": len(part),
        "n_pair": len(pair),
        "n_iran_acts": int((pair["source_actor"] == "IRN").sum()),
        "n_azerbaijan_acts": int((pair["source_actor"] == "AZE").sum()),
        "n_before_iran": int((before["source_actor"] == "IRN").sum()),
        "n_before_azerbaijan": int((before["source_actor"] == "AZE").sum()),
        "n_after_iran": int((after["source_actor"] == "IRN").sum()),
        "n_after_azerbaijan": int((after["source_actor"] == "AZE").sum()),
        "n_disputed": int((part["disagreement"] != "").sum()),
        "goldstein_drill": float(scale["150"]),
        "goldstein_arrest": float(scale["173"]),
        "goldstein_talks": float(scale["041"]),
        "days_arrest_to_drill": int((drill - arrest).days),
        "days_drill_to_call": int((call - drill).days),
        "days_held": int((release - arrest).days),
        "days_arrest_to_summit": int((begin["2021-11-28-aze-irn-meeting"] - arrest).days),
        **{f"deeds_{s.lower()}": int(classes.get((s, 4), 0)) for s in ("IRN", "AZE")},
        **{f"words_{s.lower()}": int(classes.get((s, 3), 0)) for s in ("IRN", "AZE")},
        "n_steps": len(_STEPS),
        "n_presses_aze": int(readings["Azerbaijan presses"]),
        "n_presses_irn": int(readings["Iran presses"]),
        "n_yields_aze": int(readings["Azerbaijan yields"]),
        "n_yields_irn": int(readings["Iran yields"]),
        "n_yields_both": int(readings["both yield"]),
        "n_round": int(readings["Iran goes round"]),
        "n_claims": int(said.sum()),
        **{
            f"n_claims_{v}": int(said.get(v, 0))
            for v in ("supported", "mixed", "contradicted", "open", "not_checkable")
        },
        **shares,
        **_tone_values(events, sources, cameo),
        **_subject_values(events),
        **_answer_values(events, cameo),
        **_omission_values(events, sources),
    }


def _tone_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    weekly, firm, solid = (tone(events, sources, cameo, admitted=a) for a in ("all", "firm", "backed"))
    sums, means = weekly["goldstein_sum"], weekly["goldstein_mean"]
    pair = ev.between(crisis(events), "AZE", "IRN")
    pair = pair[pair["scored"] & (pair["precision"] == "day")]
    read = pair["tone"].map({"conflict": -1, "cooperation": 1, "neutral": 0})
    by_reading = read.groupby(pair["start"].dt.to_period("W-SUN")).sum()
    sides = {s: tone(events, sources, cameo, whose=s)["goldstein_sum"] for s in ("IRN", "AZE")}
    return {
        "low_week": _begin(sums.idxmin()),
        "low_sum": float(sums.min()),
        "low_events": int(weekly.loc[sums.idxmin(), "events"]),
        "low_mean": float(means.min()),
        "low_mean_week": _begin(means.idxmin()),
        "low_mean_events": int(weekly.loc[means.idxmin(), "events"]),
        "firm_low_week": _begin(firm["goldstein_sum"].idxmin()),
        "firm_low_sum": float(firm["goldstein_sum"].min()),
        "solid_low_week": _begin(solid["goldstein_sum"].idxmin()),
        "solid_low_sum": float(solid["goldstein_sum"].min()),
        "n_solid": int(solid["events"].sum()),
        "n_scored": int(weekly["events"].sum()),
        "read_low_week": _begin(by_reading.idxmin()),
        "first_positive_week": _begin(sums.index[(sums.index > sums.idxmin()) & (sums > 0)][0]),
        "last_negative_week": _begin(sums.index[sums < 0][-1]),
        "weeks_without": int((weekly["events"] == 0).sum()),
        "n_weeks": len(weekly),
        "low_week_iran": _begin(sides["IRN"].idxmin()),
        "low_sum_iran": float(sides["IRN"].min()),
        "low_week_azerbaijan": _begin(sides["AZE"].idxmin()),
        "low_sum_azerbaijan": float(sides["AZE"].min()),
        "left_out": int(weekly.attrs["left_out"]),
    }


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
    """Sum up the pair's scored events of the crisis by week or day.

    Parameters
    ----------
    events, sources, cameo : pandas.DataFrame
        Tables of that name.
    unit : {"W", "D"}
    whose : str
        A value of `WHOSE`.
    admitted : {"all", "firm", "backed"}
        All events, those not of low confidence, or those of two independent publishers.

    Returns
    -------
    pandas.DataFrame
        As `helpers.events.dyad_series`; by day only ``events`` and ``goldstein_sum``.
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
    word = {"W": "week", "D": "day"}[unit]
    below = sums.index[sums < 0]
    finding = (
        f"The tone is lowest, at {sums.min():.1f}, in the week of {_begin(sums.idxmin())}; the last week below zero "
        f"began on {_begin(below[-1])}."
        if unit == "W"
        else f"The tone is lowest, at {sums.min():.1f}, on {_begin(sums.idxmin())}; {len(below)} days lie below zero."
    )
    return charts.tone_bars(series, id="x2-tone-frame", title=finding, unit=word)


def subjects(events: pd.DataFrame) -> pd.DataFrame:
    """Count the acts of Iran that are about each subject, by phase of the quarrel.

    The words of an event's summary decide (`_SUBJECTS`); one act may be about several subjects or none. Acts dated
    only to a month are left out.

    Returns
    -------
    pandas.DataFrame
        Index: subject. Columns: the three phases.
    """
    acts = _about(events)
    first, second = (events.set_index("id").loc[turn, "start"] for turn in _TURNS)
    early, late = acts["start"] < first, acts["start"] > second
    phases = {
        f"before {first.day} {first:%B}": early,
        f"{first.day} {first:%B} to {second.day} {second:%B}": ~early & ~late,
        f"after {second.day} {second:%B}": late,
    }
    table = {name: {label: int(acts.loc[rows, key].sum()) for key, (label, _) in _SUBJECTS.items()}
             for name, rows in phases.items()}  # fmt: skip
    return pd.DataFrame(table)


def _about(events: pd.DataFrame) -> pd.DataFrame:
    acts = crisis(events)
    acts = acts[(acts["source_actor"] == "IRN") & (acts["precision"] == "day")]
    return acts.assign(**{key: acts["summary"].str.contains(words) for key, (_, words) in _SUBJECTS.items()})


def _subject_values(events: pd.DataFrame) -> dict[str, Value]:
    acts, counts = _about(events), subjects(events)
    found: dict[str, Value] = {"n_israel": int(acts["israel"].sum())}
    for key, (label, _) in _SUBJECTS.items():
        found |= {f"{key}_{n}": int(counts.loc[label].iloc[i]) for i, n in enumerate(("early", "middle", "late"))}
        found[f"{key}_first"] = evidence.date_label(acts.loc[acts[key], "start"].min())
    return found


def draw_subjects(events: pd.DataFrame, provenance: str) -> Exhibit:
    """Draw `subjects`; the title compares the road with Israel."""
    table = subjects(events)
    road, israel = (table.loc[_SUBJECTS[key][0]] for key in ("road", "israel"))
    return charts.bars(
        table,
        id="x2-subjects",
        x="acts of Iran about it",
        title=f"B{table.columns[0][1:]} {road.iloc[0]} acts of Iran are about the road and "
        f"{israel.iloc[0]} about Israel; from then to the ministers' call it is {road.iloc[1]} and {israel.iloc[1]}",
        caption="What Iran's acts are about, by the words of their summaries; one act can be about several things, and "
        "Iran's own drill is none of them. The first phase ends when Azerbaijan's president asks about an Iranian "
        "drill, the second with the ministers' call.",
        provenance=provenance,
    )


def ledger(events: pd.DataFrame) -> pd.DataFrame:
    """List the steps of the crisis with who pressed and who yielded, as this book reads them.

    Returns
    -------
    pandas.DataFrame
        ``Date``, ``Step`` (a `Link` to its row of the chronology), ``Reading``, ``Next act of the other side`` (a
        `Link` to the first act of the other state toward the one that moved, or step of it in this ledger, that
        began a day to a fortnight later).

    Raises
    ------
    KeyError
        If an event of the ledger is missing from `events`.
    """
    rows = events.set_index("id", drop=False).loc[list(_STEPS)].reset_index(drop=True)
    reading = pd.Series([r for _, r in _STEPS.values()])
    part = crisis(events)
    known = part[part["precision"] == "day"]
    toward = known["target_actor"].isin(["AZE", "IRN"]) | known["id"].isin(_STEPS)
    tones = known.set_index("id")["tone"].map({t: name for t, (_, _, name) in TONES.items()})
    answer: dict[int, Link | str] = dict.fromkeys(rows.index, "–")
    for side, other in (("Azerbaijan", "IRN"), ("Iran", "AZE")):
        acts = rows[reading.str.startswith(side)]
        found = follow_ups(acts, known[(known["source_actor"] == other) & toward], WINDOWS[-1], same_day=False)
        for i, ids, wait in zip(found.index, found["answers"], found["wait"], strict=True):
            first = ids.split(";")[0]
            answer[i] = (
                f"none in {WINDOWS[-1]} days"
                if math.isnan(wait)
                else Link(f"{wait:.0f} {'day' if wait == 1 else 'days'} later, {tones[first]}", _row(first))
            )
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in rows.itertuples()],
            "Step": [Link(name, _row(i)) for i, (name, _) in _STEPS.items()],
            "Reading": reading,
            "Next act of the other side": pd.Series(answer),
        }
    )


def _row(event: str) -> str:
    return f"back/chronology.html#{event}"


def _answers(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str) -> pd.DataFrame:
    table = reciprocity(events, cameo, "AZE", "IRN", days, *SPAN, null=null, block=_STRETCH)
    names = {"AZE": "Azerbaijan", "IRN": "Iran"}
    other = table["actor"].map({"AZE": "Iran", "IRN": "Azerbaijan"})
    return table.assign(
        label=table["actor"].map(names) + " " + table["act"] + " → " + other + " " + table["answer"],
    )


def _answer_values(events: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    tables = {(d, n): _answers(events, cameo, d, n) for d in WINDOWS for n in CHANCES.values()}
    every = pd.concat(tables, names=["days", "null", "row"]).reset_index(["days", "null"])
    like, blow = every["act"] == every["answer"], every["act"] == "conflict"
    kept, rare = every["null"] != "anywhere", every["followed"] > every["high"]
    hand, one_week = like & ~blow & (every["actor"] == "IRN"), every["days"] == WINDOWS[1]
    years = reciprocity(events, cameo, "AZE", "IRN", WINDOWS[1], *_YEARS, null="nearby", block=_STRETCH)
    found: dict[str, Value] = {
        "stretch": _STRETCH,
        "n_tests": len(every),
        "n_rare": int(rare.sum()),
        "n_rare_anywhere": int((rare & ~kept).sum()),
        "n_rare_chance": len(every) * 0.025,
        "blow_tests_anywhere": int((like & blow & ~kept).sum()),
        "blow_rare_anywhere": int((like & blow & ~kept & rare).sum()),
        "blow_tests_kept": int((like & blow & kept).sum()),
        "blow_rare_kept": int((like & blow & kept & rare).sum()),
        "hand_tests_week": int((hand & one_week).sum()),
        "hand_rare_week": int((hand & rare & one_week).sum()),
        "hand_tests_other": int((hand & ~one_week).sum()),
        "hand_rare_other": int((hand & rare & ~one_week).sum()),
    }
    week = tables[WINDOWS[1], "rotated"]
    for name, table in {"": week, "years_": years}.items():
        for row in table[table["act"] == table["answer"]].itertuples():
            key = f"{name}{'blow' if row.act == 'conflict' else 'hand'}_{row.actor.lower()}"
            found |= {f"{key}_{f}": int(getattr(row, f)) for f in ("acts", "followed", "low", "high")}
    return found


def draw_answers(events: pd.DataFrame, cameo: pd.DataFrame, days: int, null: str) -> Exhibit:
    """Draw how many acts of each side and sign are followed by an answer of each sign, against chance."""
    table = _answers(events, cameo, days, null)
    labels = [f"{label} ({n})" for label, n in zip(table["label"], table["acts"], strict=True)]
    shares = table[["followed", "low", "high"]].div(table["acts"], axis=0).mul(100).set_axis(labels)
    often = table.loc[table["followed"] > table["high"], "label"].tolist()
    which = ", ".join(often) or f"none of {len(table)} kinds of answer"
    return charts.ranges(
        shares.rename(columns={"followed": "observed"}),
        id="x2-answers-frame",
        title=f"Within {days} days, more often than chance gives: {which}.",
        x=f"per cent of acts with an answer within {days} days",
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


def omissions(events: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Say which step of the ledger the articles and the nearest sides tell.

    Returns
    -------
    pandas.DataFrame
        Index: step; columns: tellers, by short name (``S0``, ``Iranian``), those of no step left out; cells ``told``
        or empty.
    """
    steps = events.set_index("id", drop=False).loc[list(_STEPS)]
    tellers = {label[:2]: article for article, label in evidence.ARTICLES.items()} | {s: s for s in _SIDES}
    told = {
        label: steps["id"].isin(evidence.told_by(steps, sources, teller)["id"]).map({True: "told", False: ""})
        for label, teller in tellers.items()
    }
    table = pd.DataFrame(told).set_axis([name for name, _ in _STEPS.values()])
    return table.loc[:, (table == "told").any()]


def _omission_values(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    table = omissions(events, sources) == "told"
    articles = [label[:2] for label in evidence.ARTICLES.values() if label[:2] in table]
    counts = {f"steps_{label.lower()}": int(table[label].sum()) for label in articles}
    return {**counts, "steps_unmentioned": int((~table[articles].any(axis=1)).sum())}


def draw_omissions(events: pd.DataFrame, sources: pd.DataFrame, provenance: str) -> Exhibit:
    """Draw `omissions` as a table of marks."""
    table = omissions(events, sources)
    found = _omission_values(events, sources)
    named = [f"{key[-2:].upper()} tells {n}" for key, n in found.items() if key != "steps_unmentioned"]
    return charts.matrix(
        table,
        id="x2-omissions",
        title=f"Of {len(table)} steps {', '.join(named)}; {found['steps_unmentioned']} are in none of the articles",
        signs={"told": (BLUE, "●", "told")},
        row_label="step",
        caption="Steps of the ledger in order of time, and who tells them: an article (S0 to S4) in its text, a "
        "side in at least one page of its publishers found for this book. An article that tells no step has no column.",
        provenance=provenance,
    )


def disputed(events: pd.DataFrame) -> pd.DataFrame:
    """List the events of the crisis on which sources differ or something is uncertain."""
    part = crisis(events)
    part = part[part["disagreement"] != ""]
    return pd.DataFrame(
        {
            "Date": [evidence.date_label(r.start, r.end, r.precision) for r in part.itertuples()],
            "Event": [Link(r.summary, _row(r.id)) for r in part.itertuples()],
            "What differs": part["disagreement"].tolist(),
            "Confidence": part["confidence"].tolist(),
        }
    )


def draw_days(events: pd.DataFrame, sources: pd.DataFrame, caption: str, provenance: str) -> Exhibit:
    """Draw the crisis day by day; the title counts the busiest fortnight."""
    part = crisis(events)
    days = part.loc[part["precision"] == "day", "start"].sort_values()
    ends = [(int(days.between(d, d + pd.Timedelta(days=13)).sum()), d) for d in days.unique()]
    most, begin = max(ends, key=lambda found: found[0])
    finding = (
        f"{most} of {len(days)} events dated to the day fall into one fortnight, "
        f"{evidence.date_label(begin, begin + pd.Timedelta(days=13))}"
    )
    return _timeline(part, sources, "x2-days", finding, caption=caption, provenance=provenance)


def draw_told(events: pd.DataFrame, sources: pd.DataFrame, teller: str) -> Exhibit:
    """Draw the crisis as one teller tells it; what it leaves out stays as faint dots."""
    part = crisis(events)
    told = evidence.told_by(part, sources, teller)
    name = next(label for label, t in TELLERS.items() if t == teller)
    share = len(told) / len(part) * 100
    acts = ev.between(told, "AZE", "IRN")["source_actor"].value_counts()
    finding = (
        f"{name[0].upper()}{name[1:]}: {len(told)} of {len(part)} events ({share:.0f} per cent); "
        "between the two states "
        f"{acts.get('IRN', 0)} acts of Iran and {acts.get('AZE', 0)} of Azerbaijan."
    )
    return _timeline(told, sources, "x2-told", finding, background=part, linked=False)


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
    return _timeline(known, sources, "x2-known", finding, background=part, linked=False)


def _timeline(
    part: pd.DataFrame,
    sources: pd.DataFrame,
    id: str,
    title: str,
    background: pd.DataFrame | None = None,
    linked: bool = True,
    caption: str = "",
    provenance: str = "",
) -> Exhibit:
    # In the width of a page a mark covers three days.
    return charts.timeline(
        part,
        sources,
        id=id,
        title=title,
        lanes=LANES,
        background=background,
        span=SPAN,
        linked=linked,
        apart=3,
        caption=caption,
        provenance=provenance,
    )


def draw_tellers(events: pd.DataFrame, sources: pd.DataFrame, provenance: str) -> Exhibit:
    """Draw `telling`; the title gives the share of own acts in what the press of each of the two states reports."""
    told = telling(events, sources)
    own = {"Azerbaijani": "Azerbaijan acts", "Iranian": "Iran acts"}
    share = {s: told.loc[f"{s} publishers", c] / told.loc[f"{s} publishers"].sum() * 100 for s, c in own.items()}
    whole = crisis(events)["source_actor"].value_counts(normalize=True) * 100
    return charts.bars(
        told,
        id="x2-tellers",
        x="events of the crisis",
        unit="events told",
        title=f"Acts of their own state: {share['Azerbaijani']:.0f} per cent of what Azerbaijani and "
        f"{share['Iranian']:.0f} per cent of what Iranian publishers report",
        caption="Events of the crisis told by each article and by the publishers of each side, split by who acts. In "
        f"all events of these months Azerbaijan acts in {whole['AZE']:.0f} and Iran in {whole['IRN']:.0f} per cent. "
        "Tellers without an event are left out.",
        provenance=provenance,
    )
