"""The crisis game of the course: rounds, cards from the table of events, what happened next, and scores of foresight.

Every card is an event. A team sees on a day what the press of that day had (`helpers.evidence.first_report`), and what
it did or was told in confidence. Questions are settled by events too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from helpers import evidence
from helpers.exhibits import EvidenceTable, Link
from helpers.forecasts import brier_score
from helpers.numbers import Value
from helpers.schemas import SIDES

__all__ = ["ROUNDS", "TEAMS", "Round", "answers", "cards", "debrief", "foresight", "schedule", "values"]

#: The teams of the game and the actor that each plays; the desk plays nobody's state.
TEAMS: dict[str, str] = {"Tehran": "IRN", "Baku": "AZE", "Yerevan": "ARM", "Ankara": "TUR", "Press and hauliers": ""}

#: First and last day of the rows that the game and its debrief draw on.
SPAN = ("2021-08-01", "2021-12-31")


@dataclass(frozen=True)
class Round:
    """One day of the game.

    Parameters
    ----------
    day : str
        ISO date; a card may hold nothing that the press did not have on that day.
    cards : tuple of str
        Events that everybody learns.
    question : str
        What each team gives a probability for, with its last day.
    settled_by : str
        Event that makes the answer *yes*; empty if none did, and the answer is *no*.
    confidential : mapping of str to tuple of str
        Events that the press learned later, and the teams that know of them on the day.
    """

    day: str
    cards: tuple[str, ...]
    question: str
    settled_by: str = ""
    confidential: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ROUNDS: tuple[Round, ...] = (
    Round(
        "2021-08-12",
        ("2021-05-09-irn-aze-denial", "2021-06-19-aze-irn-transit", "2021-08-11-aze-irn-diplomatic-protest"),
        "Will anyone shut the road between Goris and Kapan to trucks, even for a day, by 31 August?",
        "2021-08-25-aze-arm-closure",
        {"2021-07-aze-irn-statement": ("Tehran", "Baku")},
    ),
    Round(
        "2021-08-26",
        ("2021-08-25-aze-arm-closure",),
        "Will trucks from Iran pass on that road again by 2 September?",
        "2021-08-27-aze-arm-transit",
    ),
    Round(
        "2021-09-16",
        (
            "2021-08-27-aze-arm-transit",
            "2021-09-11-aze-irn-accusation",
            "2021-09-12-aze-tur-military-exercise",
            "2021-09-13-aze-irn-road-tax",
            "2021-09-13-irn-tur-statement",
            "2021-09-15-aze-irn-arrest",
            "2021-09-16-irn-aze-protest",
        ),
        "Will the foreign ministers of Iran and Azerbaijan meet in person by 25 September?",
        "2021-09-23-aze-irn-meeting",
    ),
    Round(
        "2021-09-28",
        (
            "2021-09-17-irn-aze-statement",
            "2021-09-19-irn-aze-statement",
            "2021-09-20-aze-tur-military-exercise",
            "2021-09-21-irn-aze-military-exercise",
            "2021-09-23-aze-irn-meeting",
            "2021-09-25-irn-aze-statement",
            "2021-09-27-aze-irn-statement",
        ),
        "Will Azerbaijan hand back the two drivers by 12 October?",
    ),
    Round(
        "2021-10-05",
        (
            "2021-09-30-irn-aze-meeting",
            "2021-10-01-irn-aze-military-exercise",
            "2021-10-03-irn-aze-statement",
            "2021-10-03-arm-irn-statement",
            "2021-10-04-arm-irn-visit",
            "2021-10-04-aze-irn-denial",
            "2021-10-05-aze-irn-closure",
            "2021-10-05-tur-aze-military-exercise",
        ),
        "Will Iran or Azerbaijan recall its ambassador from the other by 12 October?",
        "",
        {"2021-10-01-irn-aze-transit": ("Tehran",)},
    ),
    Round(
        "2021-10-12",
        (
            "2021-10-05-irn-aze-closure",
            "2021-10-05-irn-aze-denial",
            "2021-10-06-aze-irn-transit",
            "2021-10-06-rus-irn-meeting",
            "2021-10-11-aze-irn-denial",
            "2021-10-11-irn-aze-statement",
        ),
        "Will Azerbaijan hand back the two drivers by 31 October?",
        "2021-10-21-aze-irn-release",
        {"2021-10-01-irn-aze-transit": ("Tehran",)},
    ),
)


def cards(
    events: pd.DataFrame, sources: pd.DataFrame, number: int, team: str | None = None, back: str = ""
) -> EvidenceTable:
    """Lay out what one team learns in a round.

    Parameters
    ----------
    events, sources : pandas.DataFrame
    number : int
        Round, from 1.
    team : str, optional
        One of `TEAMS`; without it, what everybody learns.
    back : str
        Address of the chronology, if the cards should link to it.

    Returns
    -------
    helpers.exhibits.EvidenceTable
        ``Date``, ``What is reported``, ``Told by`` (sides whose publishers had it on that day) and ``Known to``.

    Raises
    ------
    ValueError
        If there is no such round or team.
    """
    if not 1 <= number <= len(ROUNDS):
        raise ValueError(f"no round {number}: there are {len(ROUNDS)}")
    if team is not None and team not in TEAMS:
        raise ValueError(f"no team {team!r}: use one of {', '.join(TEAMS)}")
    this = ROUNDS[number - 1]
    known = dict.fromkeys(this.cards, "everybody")
    known |= {event: " and ".join(who) for event, who in this.confidential.items() if team in who}
    rows = events[events["id"].isin(list(known))].sort_values(["start", "id"])
    told = _told_by_then(rows, sources, pd.Timestamp(this.day))
    table = pd.DataFrame(
        {
            "Date": _dates(rows, until=False),  # on the day nobody knew when a drill would end
            "What is reported": _steps(rows, back),
            "Told by": [told.get(i, "no press yet") for i in rows["id"]],
            "Known to": [known[i] for i in rows["id"]],
        }
    )
    day = evidence.date_label(pd.Timestamp(this.day))
    return EvidenceTable(table, f"Round {number}, {day}: cards for {team or 'everybody'}")


def _dates(rows: pd.DataFrame, until: bool = True) -> list[str]:
    spans = zip(rows["start"], rows["end"], rows["precision"], strict=True)
    return [evidence.date_label(start, end if until else None, precision) for start, end, precision in spans]


def _steps(rows: pd.DataFrame, back: str) -> list[Link | str]:
    named = zip(rows["id"], rows["summary"], strict=True)
    return [Link(words, f"{back}#{event}") if back else words for event, words in named]


def _told_by_then(events: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> dict[str, str]:
    told = evidence.mentions(events, sources)
    then = told[told["date"].map(lambda d: bool(d) and pd.Period(d).end_time.normalize() <= day)]
    sides = then.groupby("event_id")["side"].agg(lambda s: ", ".join(sorted(set(s), key=SIDES.index)))
    return {str(event): str(words) for event, words in sides.items()}


def schedule(questions: bool = False) -> pd.DataFrame:
    """List the rounds: day, number of cards, and for the facilitator the question, which gives earlier ones away."""
    table = pd.DataFrame(
        {
            "Round": range(1, len(ROUNDS) + 1),
            "Day": [evidence.date_label(pd.Timestamp(r.day)) for r in ROUNDS],
            "Cards": [len(r.cards) for r in ROUNDS],
        }
    )
    return table.assign(**{"Question for a probability": [r.question for r in ROUNDS]}) if questions else table


def answers(events: pd.DataFrame, back: str = "") -> pd.DataFrame:
    """List how each question came out: ``Round``, ``Question``, ``Answer`` (yes or no), ``Row`` that settles it."""
    rows = events.set_index("id")

    def row(event: str) -> Link | str:
        if not event:
            return "no such event in the table by that day"
        words = f"{evidence.date_label(rows.loc[event, 'start'])}: {rows.loc[event, 'summary']}"
        return Link(words, f"{back}#{event}") if back else words

    return pd.DataFrame(
        {
            "Round": range(1, len(ROUNDS) + 1),
            "Question": [r.question for r in ROUNDS],
            "Answer": ["yes" if r.settled_by else "no" for r in ROUNDS],
            "Row": [row(r.settled_by) for r in ROUNDS],
        }
    )


def foresight(probabilities: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Score what the teams wrote on the rounds' questions.

    Parameters
    ----------
    probabilities : mapping of str to sequence of float
        Team to its probabilities of *yes*, from 0 to 1, one per round.

    Returns
    -------
    pandas.DataFrame
        Indexed by team: ``Brier`` (0 is perfect, 0.25 is what "one in two" gets throughout, 1 is always wrong), best
        first; the row ``one in two`` stands among them.

    Raises
    ------
    ValueError
        If a team has not one probability per round, or one lies outside 0 to 1.

    Examples
    --------
    >>> foresight({"Baku": [0.9, 0.9, 0.9, 0.1, 0.1, 0.9]}).round(2)["Brier"].to_dict()
    {'Baku': 0.01, 'one in two': 0.25}
    """
    outcome = [float(bool(r.settled_by)) for r in ROUNDS]
    scores = {}
    for team, given in {**probabilities, "one in two": [0.5] * len(ROUNDS)}.items():
        if len(given) != len(ROUNDS):
            raise ValueError(f"{team}: {len(given)} probabilities, but {len(ROUNDS)} rounds")
        scores[team] = brier_score(list(given), outcome)
    return pd.DataFrame({"Brier": pd.Series(scores).sort_values(kind="stable")}).rename_axis("Team")


def debrief(events: pd.DataFrame, sources: pd.DataFrame, back: str = "") -> pd.DataFrame:
    """Lay the cards and what became known later in order of time: ``Date``, ``Step``, ``In the press from``, ``Round``.

    The rows are the cards of all rounds, those that settle a question, and the acts between Iran and Azerbaijan that
    closed the crisis.
    """
    last = ("2021-10-13-aze-irn-meeting", "2021-10-20-irn-aze-transit", "2021-10-21-aze-irn-release",
            "2021-11-10-aze-arm-closure", "2021-11-28-aze-irn-meeting", "2021-12-22-irn-aze-visit")  # fmt: skip
    seen: dict[str, str] = {}
    for number, this in enumerate(ROUNDS, start=1):
        for event in (*this.cards, *this.confidential):
            seen.setdefault(event, f"{number}{', in confidence' if event in this.confidential else ''}")
    later = [r.settled_by for r in ROUNDS if r.settled_by]
    ids = dict.fromkeys([*seen, *later, *last])
    rows = events[events["id"].isin(ids)].sort_values(["start", "id"])
    known = evidence.first_report(rows, sources)
    return pd.DataFrame(
        {
            "Date": _dates(rows),
            "Step": _steps(rows, back),
            "In the press from": [evidence.date_label(known[i]) for i in rows["id"]],
            "Card in round": [seen.get(i, "none: it came after") for i in rows["id"]],
        }
    )


def values(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Compute the figures that the page quotes: rounds, cards, and who acts in the rows of these months."""
    months = events[events["start"].between(*map(pd.Timestamp, SPAN))]
    acts = months["source_actor"].value_counts()
    known = evidence.known_by(months, sources, ROUNDS[-1].day)
    sides = evidence.corroboration(known, sources)["n_sides"]
    return {
        "n_rounds": len(ROUNDS),
        "n_cards": len({event for r in ROUNDS for event in (*r.cards, *r.confidential)}),
        "n_months": len(months),
        **{f"acts_{actor.lower()}": int(acts.get(actor, 0)) for actor in ("IRN", "AZE", "ARM", "TUR", "RUS")},
        "one_side": float((sides == 1).mean() * 100),
    }
