"""What every table of ``data/`` holds: one definition, read by the loader and by ``datapackage.json``.

A `Table` lists its `Field` objects. From it come the pandera schema that `helpers.tables` checks every
file with, and the Frictionless description (`datapackage`) that travels with the files, so the two
cannot disagree. Run ``python -m helpers.schemas`` to write ``data/datapackage.json`` again after a change.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

__all__ = ["SIDES", "TABLES", "Field", "Table", "datapackage", "pandera_schema"]

#: From whose country a publisher speaks. A statement about the publisher, not about the truth of a report.
SIDES = ("Azerbaijani", "Iranian", "Armenian", "Turkish", "Israeli", "Russian", "Western", "other")

CONFIDENCE = ("high", "medium", "low")
ROLES = ("GOV", "MIL", "IGV", "LEG", "MED", "BUS", "CVL", "OPP", "UNK")
ID = r"[a-z0-9][a-z0-9.\-]*"
PARTIAL_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"


@dataclass(frozen=True)
class Field:
    """One column: its name, the kind of value it holds, and what it means.

    Parameters
    ----------
    name : str
        Column name, as in the header of the file.
    description : str
        What a reader should know, with the rule behind a coded value.
    kind : {"text", "date", "partial_date", "number", "integer", "boolean"}
        ``text`` may hold anything but control characters and spreadsheet formulas.
    required : bool
        Whether every row must have a value.
    unit : str
        Unit of a number.
    values : tuple of str
        The only values allowed.
    pattern : str
        Regular expression that the whole value (each item of a list) must match.
    minimum, maximum : float, optional
        Bounds of a number, both allowed themselves.
    refers_to : str
        Table whose first column must hold the value (or each item of a list).
    many : bool
        Whether the cell is a list with ``;`` between its items.
    """

    name: str
    description: str
    kind: str = "text"
    required: bool = True
    unit: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    refers_to: str = ""
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One CSV file: what a row is, its fields (the first is the key), and rules that span columns.

    ``ordered`` names pairs of date columns where the first may not be later than the second;
    ``distinct`` names pairs of columns that may not hold the same value in a row; ``together`` names two columns with a
    value of each that a row holds both of, or neither.
    """

    name: str
    row_is: str
    fields: tuple[Field, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    distinct: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, str, str, str], ...] = ()
    past: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the column that identifies a row."""
        return self.fields[0].name

    def field(self, name: str) -> Field:
        """Return the field called `name`."""
        return next(f for f in self.fields if f.name == name)


def _id(what: str, pattern: str = ID) -> Field:
    return Field("id", f"Stable, readable id of {what}.", pattern=pattern)


def _sources(note: str = "Sources of the row.") -> Field:
    return Field("source_ids", note, refers_to="sources", many=True)


_CONFIDENCE = Field(
    "confidence",
    "high: plain report by a publisher close to the matter; medium: one indirect or undated report; "
    "low: hearsay, or a claim nobody confirmed.",
    values=CONFIDENCE,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "sources",
            "a publication or data set that other tables cite",
            (
                _id("the source: publisher and date"),
                Field("title", "Title, where it was read; empty otherwise.", required=False),
                Field("author", "Author, where known.", required=False),
                Field("publisher", "Who published the page. One name for all sites of one publisher."),
                Field("date", "Date of publication, as precise as known.", "partial_date", required=False),
                Field("url", "Address.", required=False, pattern=r"https?://\S+"),
                Field(
                    "kind",
                    "What sort of publisher.",
                    values=(
                        "agency",
                        "newspaper",
                        "broadcaster",
                        "government",
                        "international",
                        "think-tank",
                        "academic",
                        "encyclopedia",
                        "company",
                        "ngo",
                        "aggregator",
                        "blog",
                        "dataset",
                        "article",
                        "coding",
                    ),
                ),
                Field(
                    "side",
                    "Country from which the publisher speaks, or for the rest its group (Western, other).",
                    values=SIDES,
                ),
                Field("language", "Language of the page, ISO 639-1.", pattern=r"[a-z]{2}"),
                Field("mirror", "Whether the site mostly repeats other publishers' reports.", "boolean"),
                Field(
                    "origin",
                    "The outlet that wrote the report, where the page carries another outlet's text (a wire copy, an "
                    "archive of press reports). It is this voice that counts, and `side` is its side.",
                    required=False,
                ),
                Field("licence", "Licence, for data sets whose figures were re-keyed.", required=False),
                Field("note", "What a reader should know about the source.", required=False),
            ),
        ),
        Table(
            "actors",
            "a state, organisation or group that acts in another table",
            (
                _id("the actor: ISO 3166-1 alpha-3 for states", r"[A-Z][A-Z0-9_&\-]*"),
                Field("name", "English name."),
                Field("kind", "Sort of actor.", values=("state", "organisation", "group", "media", "unknown")),
                Field("note", "What the code covers.", required=False),
                _sources("Where the code and name come from."),
            ),
        ),
        Table(
            "cameo",
            "a type of event in the CAMEO scheme, with its Goldstein value",
            (
                _id("the type: the CAMEO event code, kept as text", r"\d{2,4}"),
                Field("name", "Name of the type."),
                Field("root", "Two-digit root class.", pattern=r"\d{2}"),
                Field(
                    "goldstein",
                    "Goldstein value: conflict (negative) to cooperation (positive), as in GDELT's own lookup table.",
                    "number",
                    minimum=-10,
                    maximum=10,
                ),
                Field(
                    "quad",
                    "Quad class as GDELT assigns it: 1 verbal cooperation, 2 material cooperation, "
                    "3 verbal conflict, 4 material conflict.",
                    "integer",
                    minimum=1,
                    maximum=4,
                ),
                _sources(),
            ),
        ),
        Table(
            "gazetteer",
            "a place where an event happened",
            (
                Field("id", "English name of the place, as used in this book."),
                Field(
                    "lat", "Latitude; empty for an area or a line.", "number", False, "degrees north", (), "", -90, 90
                ),
                Field("lon", "Longitude.", "number", False, "degrees east", (), "", -180, 180),
                Field(
                    "actor",
                    "State in whose internationally recognised territory it lies.",
                    refers_to="actors",
                    required=False,
                ),
                Field("note", "What the name covers, and other names.", required=False),
                _sources("Where the coordinates come from."),
            ),
        ),
        Table(
            "events",
            "something that happened between actors on a date",
            (
                _id("the event: date, source actor, target actor, type"),
                Field("start", "First day. With precision month or year: first day of that span.", "date"),
                Field("end", "Last day. With precision month or year: last day of that span.", "date"),
                Field("precision", "How precisely the date is known.", values=("day", "month", "year")),
                Field("source_actor", "Who acted.", refers_to="actors"),
                Field("target_actor", "Toward whom.", refers_to="actors"),
                Field("other_actors", "Who else was concerned.", refers_to="actors", many=True, required=False),
                Field("source_role", "In what role the source acted.", values=ROLES),
                Field("target_role", "In what role the target was addressed.", values=ROLES),
                Field("cameo", "CAMEO code of the act.", refers_to="cameo"),
                Field(
                    "scored",
                    "Whether the event enters a Goldstein series: false where the code does not describe an "
                    "act toward the target (a stray shell, a trial of the target's attacker, an unproven allegation, "
                    "an accident).",
                    "boolean",
                ),
                Field("type", "Plain name of the sort of event.", pattern=r"[a-z\-]+"),
                Field(
                    "tone",
                    "The coder's reading of the act as a whole, made apart from the CAMEO code.",
                    values=("cooperation", "conflict", "neutral"),
                ),
                Field(
                    "place",
                    "Where; empty when the sources name no place. Coordinates stand in `gazetteer`.",
                    refers_to="gazetteer",
                    many=True,
                    required=False,
                ),
                Field("summary", "What happened, in one sentence of this book's own words."),
                Field(
                    "article_ids",
                    "Which of the five articles mention it.",
                    refers_to="sources",
                    many=True,
                    required=False,
                ),
                _sources("Reports of the event."),
                _CONFIDENCE,
                Field("disagreement", "Where sources differ, or what is uncertain.", required=False),
                Field("coding_note", "Why the code was chosen, where the choice was close.", required=False),
            ),
            ordered=(("start", "end"),),
            past=("start",),
        ),
        Table(
            "claims",
            "one proposition of one of the five articles, with the verdict of the evidence",
            (
                _id("the claim: article and running number", r"S[0-4]-\d{2}"),
                Field("article_id", "The article.", refers_to="sources"),
                Field("paragraph", "Paragraph of the article.", "integer", minimum=1),
                Field("claim", "The proposition, in this book's own words."),
                Field(
                    "kind",
                    "What sort of statement it is.",
                    values=(
                        "event",
                        "figure",
                        "relation",
                        "motive",
                        "causal",
                        "forecast",
                        "evaluation",
                        "definition",
                    ),
                ),
                Field("actors", "Whom it is about.", refers_to="actors", many=True, required=False),
                Field("date_mentioned", "Date or span it speaks of, in EDTF.", required=False),
                Field(
                    "date_basis",
                    "How that date was found.",
                    values=("stated", "year-inferred", "period-inferred", "none"),
                ),
                Field("number", "Number it states.", "number", required=False),
                Field("unit", "Unit of that number.", required=False),
                Field("place", "Place it names.", required=False),
                Field(
                    "theme",
                    "Topic.",
                    values=(
                        "crisis-2021",
                        "background",
                        "israel",
                        "corridors",
                        "rupture-2023",
                        "thaw-2024",
                        "domestic-politics",
                        "turkey-iran",
                        "russia",
                        "west",
                        "armenia",
                    ),
                ),
                Field("attributed_to", "Whose voice: the author's or another named one."),
                Field("stance_toward", "Actor credited (+) or blamed (-) by it; 0 for neither."),
                Field("hedge", "How firmly it is put.", values=("flat", "hedged", "possible", "reported")),
                Field(
                    "checkable",
                    "Whether public evidence could raise or lower belief in it: false exactly where the verdict is "
                    "not_checkable.",
                    "boolean",
                ),
                Field("core", "Whether it carries the article's argument.", "boolean"),
                Field(
                    "verdict",
                    "What the evidence in this book says.",
                    values=("supported", "contradicted", "mixed", "open", "not_checkable"),
                ),
                Field("reason", "Why, in one sentence.", required=False),
                Field("event_ids", "Events that bear on it.", refers_to="events", many=True, required=False),
                _sources("The article, then further sources that bear on it."),
            ),
            together=(("checkable", "false", "verdict", "not_checkable"),),
        ),
        Table(
            "contradictions",
            "a point on which the five articles differ",
            (
                _id("the point", r"c\d{2}-[a-z0-9\-]+"),
                Field("kind", "Flat contradiction, or a difference in what is told.", pattern=r"[a-z\- ]+"),
                Field("topic", "What it is about."),
                Field("claim_ids_a", "Claims on one side.", refers_to="claims", many=True),
                Field("claim_ids_b", "Claims on the other side.", refers_to="claims", many=True),
                Field("explanation", "How they differ."),
                _sources("The articles concerned."),
            ),
        ),
        Table(
            "article_overlap",
            "how close two of the five articles stand to one another in wording",
            (
                Field("id", "The pair.", pattern=rf"{ID}--{ID}"),
                Field("article_a", "One article.", refers_to="sources"),
                Field("article_b", "The other.", refers_to="sources"),
                Field("sentences_a", "Sentences of six words or more in the one.", "integer", minimum=1),
                Field("sentences_b", "In the other.", "integer", minimum=1),
                Field(
                    "best_cosine",
                    "Highest TF-IDF cosine of a sentence of the one with one of the other: 1 for the same words.",
                    "number",
                    minimum=0,
                    maximum=1,
                ),
                Field("second_cosine", "The next highest.", "number", minimum=0, maximum=1),
                Field("close_pairs", "Pairs of sentences with a cosine of 0.3 or more.", "integer", minimum=0),
                Field(
                    "shared_runs",
                    "Share of the runs of five words of the article with fewer that the other has too.",
                    "number",
                    minimum=0,
                    maximum=1,
                ),
                _sources("Both articles; measured by tools/measure_overlap.py, which needs their texts."),
            ),
            distinct=(("article_a", "article_b"),),
        ),
        Table(
            "forecasts",
            "a forward-looking statement of an article, made testable and resolved",
            (
                _id("the forecast: article and running number"),
                Field("article_id", "The article.", refers_to="sources"),
                Field("proposition", "The forecast in this book's own words."),
                Field(
                    "hedge_words",
                    "The few words from which the probability was read. For the article known only from a "
                    "machine-altered copy these are the copy's words, not the author's.",
                ),
                Field("probability", "Probability as read from the wording.", "number", minimum=0, maximum=1),
                Field("probability_reason", "Why that probability."),
                Field("horizon_start", "First day on which it can come true.", "date", required=False),
                Field("horizon_end", "Last day; empty when the text sets none.", "date", required=False),
                Field("horizon", "The horizon in words."),
                Field("criterion", "What would count as come true."),
                Field(
                    "resolution",
                    "Whether it came true by that criterion.",
                    values=("yes", "partly", "no", "open"),
                ),
                Field("resolution_note", "How it was resolved.", required=False),
                _sources("The article, then the evidence for the resolution."),
            ),
            ordered=(("horizon_start", "horizon_end"),),
        ),
        Table(
            "forecast_phrases",
            "the reading of one forecast's words: the nearest phrase on each scale of probability words",
            (
                Field("id", "The forecast.", refers_to="forecasts"),
                Field("kent", "Phrase of Kent's scale of 1964."),
                Field("icd203", "Phrase of the American standard ICD 203 of 2015."),
                Field("survey", "Phrase of the survey of readers."),
                Field(
                    "negated",
                    "Whether the phrase speaks of the opposite of the proposition: that war is unlikely, where the "
                    "forecast is that there will be none.",
                    "boolean",
                ),
                Field(
                    "rests_on",
                    "word: the phrase itself stands in the text; the others translate a hedge, a bare possibility, a "
                    "flat assertion, a relayed plan, or advice.",
                    values=("word", "hedge", "possibility", "assertion", "relayed", "advice"),
                ),
                Field("reason", "Why these phrases."),
                Field(
                    "no_change",
                    "Whether the forecast comes true if the year before the article repeats itself. Coded, like the "
                    "phrases, with the outcome known.",
                    "boolean",
                ),
                Field("no_change_reason", "Why."),
                _sources("Who read the words."),
            ),
        ),
        Table(
            "watch_list",
            "an open question that a reader may forecast, with the day on which a stranger can settle it",
            (
                _id("the question: subject and year"),
                Field("sign", "Which sign of the watch list of chapter 7 it comes from."),
                Field("question", "The question, to be answered by yes or no."),
                Field("criterion", "What counts as yes; doubtful cases are said."),
                Field("closes", "Last day that counts. A forecast made on it or later is too late.", "date"),
                Field("settled_by", "Who would report it."),
                Field(
                    "no_change",
                    "Whether the answer is yes if things stay as the last row of evidence found them.",
                    "boolean",
                ),
                Field(
                    "forecast_id",
                    "The forecast of an article that asks the same, where there is one.",
                    required=False,
                    refers_to="forecasts",
                ),
                Field("event_ids", "Where the matter stood last.", required=False, refers_to="events", many=True),
                _sources("Where the matter stood last."),
            ),
        ),
        Table(
            "ties",
            "the sign of the relation of two actors in a period",
            (
                _id("the tie: the pair and the period"),
                Field("actor_a", "First actor of the unordered pair.", refers_to="actors"),
                Field("actor_b", "Second actor.", refers_to="actors"),
                Field("period_start", "First year.", "integer", minimum=1991, maximum=2100),
                Field("period_end", "Last year.", "integer", minimum=1991, maximum=2100),
                Field(
                    "sign",
                    "1: alliance, partnership or clear cooperation; -1: war, cut relations, sanctions or a dominant "
                    "open dispute; 0: mixed, distant or not enough to decide.",
                    "integer",
                    minimum=-1,
                    maximum=1,
                ),
                Field("justification", "Why that sign."),
                Field(
                    "evidence",
                    "direct: the source speaks of that pair in that period; inferred: it supports the pair's general "
                    "relation and the sign for the period is the coder's judgement.",
                    values=("direct", "inferred"),
                ),
                _CONFIDENCE,
                _sources(),
            ),
            ordered=(("period_start", "period_end"),),
            distinct=(("actor_a", "actor_b"),),
        ),
        Table(
            "indicators",
            "the value of one indicator for one country and year",
            (
                _id("the value: country, indicator, year"),
                Field("actor", "The country.", refers_to="actors"),
                Field("year", "The year.", "integer", minimum=1990, maximum=2100),
                Field("indicator", "What is measured.", pattern=r"[a-z0-9_]+"),
                Field("value", "The value.", "number"),
                Field("unit", "Its unit."),
                _sources(),
            ),
        ),
        Table(
            "dyad_indicators",
            "the value of one indicator for a pair of countries and a year",
            (
                _id("the value: pair, indicator, year"),
                Field("actor_a", "First actor of the unordered pair.", refers_to="actors"),
                Field("actor_b", "Second actor.", refers_to="actors"),
                Field("year", "The year.", "integer", minimum=1990, maximum=2100),
                Field("indicator", "What is measured.", pattern=r"[a-z0-9_]+"),
                Field("value", "The value.", "number"),
                Field("unit", "Its unit."),
                Field(
                    "count",
                    "How many observations it rests on, such as common votes.",
                    "integer",
                    required=False,
                    minimum=1,
                ),
                _sources(),
            ),
            distinct=(("actor_a", "actor_b"),),
        ),
        Table(
            "flows",
            "one figure by one agency for one pair or corridor and one period",
            (
                _id("the figure"),
                Field("kind", "What flows.", values=("trade", "freight", "arms", "oil", "energy")),
                Field("measure", "Which figure about it.", pattern=r"[a-z0-9_\-]+"),
                Field("agency", "Who reports it."),
                Field(
                    "from_actor",
                    "Whose flow (the reporter, for trade).",
                    refers_to="actors",
                    many=True,
                    required=False,
                ),
                Field("to_actor", "The partner.", refers_to="actors", many=True, required=False),
                Field("corridor", "Corridor, for freight.", required=False),
                Field("segment", "Stretch or indicator the figure is about.", required=False),
                Field("mode", "Mode of transport, for freight.", required=False),
                Field("period_start", "First day.", "date"),
                Field(
                    "period_end",
                    "Last day; empty when the source names a single day or none.",
                    "date",
                    required=False,
                ),
                Field(
                    "coverage",
                    "Kind of period. Calendar years, Iranian years (from 20 or 21 March) and parts of a year are "
                    "never joined into one line.",
                    values=("calendar_year", "iranian_year", "part_year", "multi_year", "point"),
                ),
                Field(
                    "value",
                    "The figure; empty where the source gives only a growth rate.",
                    "number",
                    required=False,
                ),
                Field("unit", "Its unit."),
                Field("summary", "What the source says, where the value alone misleads.", required=False),
                Field("note", "Bounds, definitions and clashes with other figures.", required=False),
                _CONFIDENCE,
                _sources(),
            ),
            ordered=(("period_start", "period_end"),),
        ),
        Table(
            "places",
            "a node of the transport network",
            (
                _id("the place"),
                Field("name", "English name."),
                Field(
                    "actor",
                    "State in whose internationally recognised territory it lies.",
                    refers_to="actors",
                ),
                Field("lat", "Latitude.", "number", unit="degrees north", minimum=-90, maximum=90),
                Field("lon", "Longitude.", "number", unit="degrees east", minimum=-180, maximum=180),
                Field("kind", "Sort of place.", values=("port", "city", "border-crossing", "junction")),
                Field("note", "What it is for.", required=False),
                _sources(),
            ),
        ),
        Table(
            "links",
            "a physical link between two places by one mode",
            (
                _id("the link: both places and the mode"),
                Field("place_a", "One end.", refers_to="places"),
                Field("place_b", "The other end.", refers_to="places"),
                Field("mode", "Mode of transport.", values=("rail", "road", "sea", "pipeline")),
                Field("length_km", "Length.", "number", unit="km", minimum=0.1, maximum=20000),
                Field(
                    "length_basis",
                    "Where the length comes from.",
                    values=("sourced", "split", "estimated"),
                ),
                Field("length_rule", "The source's figure or the factor on the great-circle distance."),
                Field("great_circle_km", "Great-circle distance.", "number", unit="km", minimum=0, maximum=20000),
                Field("corridors", "Corridors that use it.", many=True, required=False),
                Field(
                    "capacity_mtpa",
                    "Design capacity.",
                    "number",
                    required=False,
                    unit="million tonnes a year",
                    minimum=0,
                    maximum=1000,
                ),
                _sources("For an estimated length: supports that the link exists, not its length."),
            ),
            distinct=(("place_a", "place_b"),),
        ),
        Table(
            "link_status",
            "the state of one link over one span of time",
            (
                _id("the status: the link and a running number"),
                Field("link_id", "The link.", refers_to="links"),
                Field("status", "Its state.", values=("open", "closed", "planned", "under-construction")),
                Field(
                    "valid_from",
                    "First day; empty: before the study period, or not found.",
                    "date",
                    required=False,
                ),
                Field("valid_to", "Last day; empty: still so at the last check.", "date", required=False),
                Field("note", "What changed and why.", required=False),
                _sources(),
            ),
            ordered=(("valid_from", "valid_to"),),
        ),
        Table(
            "milestones",
            "a dated step of a corridor project",
            (
                _id("the step: date and corridor"),
                Field(
                    "date",
                    "Day of the step (nominal where the note of the source gives only the month).",
                    "date",
                ),
                Field("corridor", "The project.", pattern=r"[A-Za-z\-/]+"),
                Field("summary", "What happened."),
                Field("value", "A figure the source gives, with unit.", required=False),
                _sources(),
            ),
        ),
        Table(
            "machine_scores",
            "one month of one pair as scored by machine from news (GDELT)",
            (
                _id("the score: pair and month"),
                Field("month", "The month.", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
                Field("actor_a", "First actor of the unordered pair.", refers_to="actors"),
                Field("actor_b", "Second actor.", refers_to="actors"),
                Field(
                    "score",
                    "Mean over the days present of the day's summed Goldstein values, with small terms for volume and "
                    "tone. Compare months of one pair; do not read as a count.",
                    "number",
                ),
                Field("days_present", "Days of the month in the source.", "integer", minimum=0, maximum=31),
                Field("days_in_month", "Days of the month.", "integer", minimum=28, maximum=31),
                _sources(),
            ),
            distinct=(("actor_a", "actor_b"),),
        ),
        Table(
            "codings",
            "one variable of one row, coded again twice without sight of the first coding",
            (
                Field("id", "The row and the variable.", pattern=r"[A-Za-z0-9.\-]+"),
                Field("sample", "Table the row belongs to.", values=("events", "claims", "ties")),
                Field("unit_id", "The row."),
                Field(
                    "variable",
                    "What was coded.",
                    values=("cameo", "tone", "kind", "hedge", "stance_toward", "sign"),
                ),
                Field("first", "Value in the table when the sample was drawn, coded from the pages."),
                Field("coder_a", "Value of the first blind coder, coded from the summary."),
                Field("coder_b", "Value of the second blind coder."),
                Field("final", "Value after adjudication; it stands in the table now."),
                Field("reason", "Why, where the three differed.", required=False),
                _sources(),
            ),
        ),
        Table(
            "names",
            "a place, route, body or person that has several names, with the form that this book uses",
            (
                _id("the name"),
                Field(
                    "kind",
                    "What is named.",
                    values=("land", "place", "water", "route", "body", "document", "event", "person"),
                ),
                Field("name", "The form of this book."),
                Field("others", "Other forms and spellings met in English.", required=False, many=True),
                *(
                    Field(
                        language,
                        f"{words} forms, the usual one first; empty where none was found.",
                        pattern=script,
                        required=False,
                        many=True,
                    )
                    for language, words, script in (
                        ("az", "Azerbaijani", r"[A-Za-zÇçƏəĞğIıİiÖöŞşÜüâ –]+"),
                        # Persian has its own kaf and yeh; the Arabic ones look alike and are not found by a search.
                        ("fa", "Persian", r"(?!.*[كيى])[\u0621-\u06cc\u200c –]+"),
                        ("hy", "Armenian", r"[\u0531-\u0587\d –-]+"),
                        ("tr", "Turkish", r"[A-Za-zÇçĞğIıİiÖöŞşÜüâ –]+"),
                        ("ru", "Russian", r"[А-Яа-яЁё «»–]+"),
                    )
                ),
                Field("note", "Who uses which form, and what the choice implies.", required=False),
                _sources(
                    "`geonames`: forms are among its alternate names; `casebook-coding`: forms were read on pages in "
                    "the language or follow common usage; other sources show who uses a form."
                ),
            ),
        ),
        Table(
            "questions",
            "a question of a chapter's self-check",
            (
                _id("the question: number of the chapter and a word", r"\d{2}-[a-z0-9\-]+"),
                Field("chapter", "File name of the chapter, without suffix.", pattern=r"\d{2}_[a-z0-9_]+"),
                Field(
                    "objective",
                    "Which of the chapter's objectives it checks, counted in their order.",
                    "integer",
                    minimum=1,
                    maximum=9,
                ),
                Field(
                    "skill",
                    "What is asked for: what matters, reading a figure, method, judging sources, or a misconception.",
                    values=("recall", "figure", "method", "sources", "misconception"),
                ),
                Field("kind", "One right option, or several and not all.", values=("single", "multiple")),
                Field("question", "The question. A name in braces stands for a figure computed when it is shown."),
                Field(
                    "evidence",
                    "What the answer rests on, written as prose links it: event:ID, claim:ID, source:ID.",
                    many=True,
                    pattern=r"(event|claim|source):[A-Za-z0-9.\-]+",
                ),
            ),
        ),
        Table(
            "options",
            "an answer offered to a question",
            (
                _id("the option: question and letter; the letters give the order", r"\d{2}-[a-z0-9\-]+\.[a-d]"),
                Field("question_id", "The question.", refers_to="questions"),
                Field("right", "Whether the option is right, or one of several that are.", "boolean"),
                Field("option", "The answer."),
                Field("feedback", "Why it tempts or why it is right, and what the evidence says."),
            ),
        ),
    )
}


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        return dt.date.fromisoformat(text).year >= 1900
    except ValueError:
        return False


def _is_partial_date(text: str) -> bool:
    return bool(re.fullmatch(PARTIAL_DATE, text)) and (len(text) < 10 or _is_date(text))


def _is_number(text: str, pattern: str = r"-?\d+(\.\d+)?([eE][+-]?\d+)?") -> bool:
    return bool(re.fullmatch(pattern, text))


# A cell that begins like this runs as a formula when the CSV is opened in a spreadsheet.
_FORMULA = re.compile(r"^[=+@\t\r]|^-(?!\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_KIND_TESTS: dict[str, tuple[Callable[[str], bool], str]] = {
    "text": (lambda v: not _CONTROL.search(v), "contains a control character"),
    "date": (_is_date, "is not a real date written YYYY-MM-DD"),
    "partial_date": (_is_partial_date, "is not a date written YYYY, YYYY-MM or YYYY-MM-DD"),
    "number": (_is_number, "is not a number"),
    "integer": (lambda v: _is_number(v, r"-?\d+"), "is not a whole number"),
    "boolean": (lambda v: v in ("true", "false"), "is neither true nor false"),
}


def _tests(field: Field) -> list[tuple[Callable[[str], bool], str]]:
    """List the tests that one non-empty cell of `field` must pass, with the words for a failure."""

    def each(test: Callable[[str], bool]) -> Callable[[str], bool]:
        return (lambda v: all(test(item) for item in v.split(";"))) if field.many else test

    tests: list[tuple[Callable[[str], bool], str]] = [_KIND_TESTS[field.kind]]
    if field.kind == "text":
        # Signed marks such as "+" in `stance_toward` end a code; a formula begins the cell.
        tests.append((lambda v: not _FORMULA.match(v), "would run as a formula in a spreadsheet"))
        tests.append((lambda v: v == v.strip(), "begins or ends with a space"))
    if field.values:
        tests.append((each(lambda v: v in field.values), f"is not one of {', '.join(field.values)}"))
    if field.pattern:
        tests.append((each(lambda v: bool(re.fullmatch(field.pattern, v))), f"does not match {field.pattern}"))
    if field.many:
        tests.append((lambda v: all(v.split(";")), "has an empty item between its semicolons"))
    number = field.kind in ("number", "integer")
    if number and field.minimum is not None:
        tests.append((lambda v: not _is_number(v) or float(v) >= (field.minimum or 0), f"is below {field.minimum}"))
    if number and field.maximum is not None:
        tests.append((lambda v: not _is_number(v) or float(v) <= (field.maximum or 0), f"is above {field.maximum}"))
    return tests


@cache
def pandera_schema(name: str) -> pa.DataFrameSchema:
    """Build the pandera schema that a file is checked with, cell by cell, before it is typed.

    Parameters
    ----------
    name : str
        Name of the table.

    Returns
    -------
    pandera.DataFrameSchema
        Schema over text columns; each check's ``error`` says in words what is wrong.

    Examples
    --------
    >>> list(pandera_schema("cameo").columns)
    ['id', 'name', 'root', 'goldstein', 'quad', 'source_ids']
    """
    import pandera.pandas as pa

    def check(test: Callable[[str], bool], words: str) -> pa.Check:
        def passes(column: pd.Series) -> pd.Series:
            failed = [value for value in column.unique() if value != "" and not test(value)]
            return ~column.isin(failed)

        return pa.Check(passes, error=words)

    table = TABLES[name]
    columns: dict[str, pa.Column] = {}
    for field in table.fields:
        checks = [check(test, words) for test, words in _tests(field)]
        if field.required:
            checks.append(pa.Check(lambda column: column != "", error="is empty, but the column needs a value"))
        if field.name == table.key:
            checks.append(
                pa.Check(
                    lambda column: ~column.duplicated(keep="first"),
                    error="is used as id by an earlier row too",
                )
            )
        columns[field.name] = pa.Column(str, checks, description=field.description)
    return pa.DataFrameSchema(columns, strict=False)


_FRICTIONLESS_TYPE = {"text": "string", "partial_date": "string"}


def _frictionless_field(table: Table, field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.name == table.key:
        constraints["unique"] = True
    if field.values and not field.many:
        constraints["enum"] = list(field.values)
    pattern = PARTIAL_DATE if field.kind == "partial_date" else field.pattern
    if pattern:
        constraints["pattern"] = f"{pattern}(;{pattern})*" if field.many else pattern
    if field.minimum is not None:
        constraints["minimum"] = field.minimum
    if field.maximum is not None:
        constraints["maximum"] = field.maximum
    described = {
        "name": field.name,
        "type": _FRICTIONLESS_TYPE.get(field.kind, field.kind),
        "description": field.description,
    }
    if field.unit:
        described["unit"] = field.unit
    if field.many:
        described["itemSeparator"] = ";"
        if field.refers_to:
            described["itemsReferTo"] = f"{field.refers_to}.{TABLES[field.refers_to].key}"
    return described | ({"constraints": constraints} if constraints else {})


def datapackage() -> dict[str, Any]:
    """Describe all tables as a Frictionless Data Package.

    Returns
    -------
    dict
        The content of ``data/datapackage.json``.

    Examples
    --------
    >>> [r["name"] for r in datapackage()["resources"]][:3]
    ['sources', 'actors', 'cameo']
    """
    resources = []
    for table in TABLES.values():
        keys = [
            {"fields": [f.name], "reference": {"resource": f.refers_to, "fields": [TABLES[f.refers_to].key]}}
            for f in table.fields
            if f.refers_to and not f.many and f.required
        ]
        schema: dict[str, Any] = {
            "fields": [_frictionless_field(table, f) for f in table.fields],
            "primaryKey": [table.key],
            "missingValues": [""],
        }
        if keys:
            schema["foreignKeys"] = keys
        resources.append(
            {
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.csv",
                "description": f"One row is {table.row_is}.",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
        )
    return {
        "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
        "name": "iran-azerbaijan-casebook",
        "title": "Relations between Iran and Azerbaijan, 1991 to the present",
        "description": "Events, claims, forecasts, ties, flows and the transport network, each row with its sources.",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "CC BY 4.0",
            }
        ],
        "sources": [{"title": "See sources.csv; every row of every table names the sources it rests on."}],
        "resources": resources,
    }


def main(root: str = "data") -> int:
    """Write ``datapackage.json`` into the folder `root`."""
    path = Path(root) / "datapackage.json"
    path.write_text(json.dumps(datapackage(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
