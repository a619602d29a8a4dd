"""Self-checks: a chapter's questions, with feedback for every option, alive with or without a kernel.

The questions stand in the tables ``questions`` and ``options``. In Jupyter a `SelfCheck` is a set of ipywidgets. On a
page of the book it is native, labelled radio buttons and check boxes; a few lines of script (``figures.js``) say what
an answer is worth, and without script the feedback stands folded under each question.
"""

from __future__ import annotations

import dataclasses
import html
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import evidence, tables
from helpers.cards import PAGES
from helpers.exhibits import STATIC, Link
from helpers.numbers import Value
from helpers.tables import DataError

__all__ = ["Option", "Question", "SelfCheck", "bank", "feedback"]

LETTERS = "ABCD"
FEWEST, MOST = 3, 4
NOTHING_CHOSEN = "Choose an answer first."


@dataclass(frozen=True)
class Option:
    """One answer that is offered.

    Parameters
    ----------
    text : str
    right : bool
        Whether it is right, or belongs to a right answer of several.
    feedback : str
        Why it tempts, or why it is right, and what the evidence says.
    """

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """One question with its options, in the order in which they are shown.

    Parameters
    ----------
    id : str
    chapter : str
        File name of the chapter, without suffix.
    objective : int
        Which of the chapter's objectives it checks, counted from 1.
    skill : {"recall", "figure", "method", "sources", "misconception"}
    kind : {"single", "multiple"}
        Whether one option is right, or several and not all.
    text : str
    evidence : tuple of str
        What the answer rests on, written as prose links it: ``event:ID``, ``claim:ID``, ``source:ID``.
    options : tuple of Option
        Three or four.
    """

    id: str
    chapter: str
    objective: int
    skill: str
    kind: str
    text: str
    evidence: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def right(self) -> frozenset[int]:
        """Numbers of the right options, counted from 0."""
        return frozenset(i for i, option in enumerate(self.options) if option.right)

    def filled(self, values: Mapping[str, Value]) -> Question:
        """Put figures in place of their names in braces, such as ``{days_held}`` or ``{low_sum:.1f}``.

        Raises
        ------
        ValueError
            If a name is not among `values`.
        """

        def fill(text: str) -> str:
            try:
                return text.format_map(values)
            except KeyError as error:
                raise ValueError(f"question {self.id}: no figure called {error} among those given") from None

        options = tuple(dataclasses.replace(o, text=fill(o.text), feedback=fill(o.feedback)) for o in self.options)
        return dataclasses.replace(self, text=fill(self.text), options=options)


def bank(root: str | os.PathLike[str] | None = None) -> list[Question]:
    """Read the questions of ``questions.csv`` with their options, checked.

    Parameters
    ----------
    root : path, optional
        Folder of the two tables; by default the book's data. The evidence is always that of the book.

    Returns
    -------
    list of Question
        In the order of the file.

    Raises
    ------
    DataError
        If a cell breaks its schema, a question has too few or too many options or not as many right ones as its kind
        asks for, or an evidence id is unknown; located by file, row, column and value.

    Examples
    --------
    >>> len({question.chapter for question in bank()})
    7
    """
    questions, options = tables.load("questions", root), tables.load("options", root)
    file = tables.data_folder(root) / "questions.csv"
    known = {kind: set(tables.load(f"{kind}s")["id"]) for kind in PAGES}
    offered = {name: part.sort_values("id") for name, part in options.groupby("question_id")}
    found = []
    for number, row in enumerate(questions.itertuples(), start=1):
        own = offered.get(row.id, options.head(0))
        question = Question(
            row.id,
            row.chapter,
            int(row.objective),
            row.skill,
            row.kind,
            row.question,
            tuple(row.evidence.split(";")),
            tuple(Option(o.option, bool(o.right), o.feedback) for o in own.itertuples()),
        )
        _check(question, file, number, known)
        found.append(question)
    return found


def _check(question: Question, file: Path, row: int, known: Mapping[str, Collection[str]]) -> None:
    """Refuse what no single cell shows."""
    offered, right = len(question.options), len(question.right)
    if not FEWEST <= offered <= MOST:
        raise DataError(file, f"has {offered} options, allowed are {FEWEST} to {MOST}", row, "id", question.id)
    if question.kind == "single" and right != 1:
        raise DataError(file, f"asks for one right option, but {right} are right", row, "kind", question.kind)
    if question.kind == "multiple" and not 2 <= right < offered:
        words = f"asks for two right options or more, and a wrong one, but {right} of {offered} are right"
        raise DataError(file, words, row, "kind", question.kind)
    for item in question.evidence:
        kind, _, target = item.partition(":")
        if target not in known[kind]:
            raise DataError(file, f"is not an id in {kind}s.csv", row, "evidence", item)


def feedback(question: Question, chosen: Collection[int]) -> list[str]:
    """Say what an answer is worth: a verdict, then the feedback of each option chosen.

    Parameters
    ----------
    question : Question
    chosen : collection of int
        Numbers of the options chosen, counted from 0.

    Returns
    -------
    list of str
        For one right option, its verdict and feedback in one; for several, the count of right and wrong choices first.

    Examples
    --------
    >>> options = (Option("tea", True, "It is."), Option("ink", False, "No."), Option("oil", False, "No."))
    >>> feedback(Question("01-x", "01_x", 1, "recall", "single", "Drink?", (), options), [0])
    ['A is right. It is.']
    """
    if not chosen:
        return [NOTHING_CHOSEN]
    lines = [_line(question, i) for i in sorted(chosen)]
    if question.kind == "single":
        return lines
    hits = len(question.right & set(chosen))
    return [_count(hits, len(question.right), len(set(chosen) - question.right)), *lines]


def _count(hits: int, right: int, wrong: int) -> str:
    return f"You chose {hits} of the {right} right options and {wrong} wrong."


def _line(question: Question, number: int) -> str:
    option = question.options[number]
    return f"{LETTERS[number]} {_verdict(option)}. {option.feedback}"


def _verdict(option: Option) -> str:
    return "is right" if option.right else "is wrong"


@dataclass(frozen=True)
class SelfCheck:
    """The self-check of one chapter.

    Parameters
    ----------
    chapter : str
        File name of the chapter, without suffix.
    values : mapping, optional
        Figures that the questions quote, by name, as the chapter's module in `helpers.numbers` returns them.

    Raises
    ------
    ValueError
        If the bank has no question for the chapter, or a question quotes a figure that is not among the values.
    """

    chapter: str
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a chapter without questions."""
        if not self.questions:
            raise ValueError(f"no question in data/questions.csv for chapter {self.chapter!r}")

    @cached_property
    def questions(self) -> list[Question]:
        """The chapter's questions, figures filled in."""
        return [q.filled(self.values) for q in bank() if q.chapter == self.chapter]

    def to_html(self) -> str:
        """Return the questions as HTML that needs no kernel and no network, and can be read without script."""
        labels = _labels()
        return "".join(_question_html(n, q, labels) for n, q in enumerate(self.questions, start=1))

    def widget(self) -> Any:
        """Return the questions as live ipywidgets, for a notebook with a kernel."""
        import ipywidgets as widgets

        return widgets.VBox([_question_widget(n, q) for n, q in enumerate(self.questions, start=1)])

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, Any]:
        """Offer the page's face in a build of the book, else the live one, and the page's for saved notebooks."""
        plain = f"{len(self.questions)} questions on chapter {self.chapter}"
        page = {"text/plain": plain, "text/html": self.to_html()}
        return page if os.environ.get(STATIC) else {**self.widget()._repr_mimebundle_(), **page}


def _labels() -> dict[str, pd.Series]:
    """Words for a link to each row of evidence: the day of an event, the id of a claim, the publisher of a source."""
    events = tables.load("events").set_index("id")
    spans = events[["start", "end", "precision"]].itertuples(index=False, name=None)
    claims, sources = tables.load("claims")["id"], tables.load("sources").set_index("id")["publisher"]
    return {
        "event": pd.Series([f"event of {evidence.date_label(*span)}" for span in spans], index=events.index),
        "claim": pd.Series([f"claim {i}" for i in claims], index=claims),
        "source": sources,
    }


def _evidence_html(item: str, labels: Mapping[str, pd.Series]) -> str:
    kind, _, target = item.partition(":")
    link = Link(labels[kind][target], f"back/{PAGES[kind]}.html#{target}").markup()
    return link.replace("<a ", '<a class="evidence" ', 1)


def _asked(question: Question) -> str:
    return question.text if question.kind == "single" else f"{question.text} Choose all that apply."


def _question_html(number: int, question: Question, labels: Mapping[str, pd.Series]) -> str:
    box = "radio" if question.kind == "single" else "checkbox"
    options = "".join(
        f'<label><input type="{box}" name="o"> <span>{letter}. {html.escape(option.text)}</span></label>'
        for letter, option in zip(LETTERS, question.options, strict=False)
    )
    reasons = "".join(
        f"<li{' data-right' if option.right else ''}><b>{letter} {_verdict(option)}.</b> "
        f"{html.escape(option.feedback)}</li>"
        for letter, option in zip(LETTERS, question.options, strict=False)
    )
    rests_on = ", ".join(_evidence_html(item, labels) for item in question.evidence)
    # The button waits for the script: without it nothing would happen.
    return (
        f'<form class="check" id="check-{question.id}" autocomplete="off"><fieldset>'
        f"<legend>{number}. {html.escape(_asked(question))}</legend>{options}</fieldset>"
        f'<button hidden>Check</button><div role="status"></div>'
        f"<details><summary>Answer to question {number}, with reasons</summary>"
        f"<ul>{reasons}</ul><p>Evidence: {rests_on}.</p></details></form>"
    )


def _question_widget(number: int, question: Question) -> Any:
    import ipywidgets as widgets

    letters = LETTERS[: len(question.options)]
    listed = "".join(
        f"<p>{letter}. {html.escape(o.text)}</p>" for letter, o in zip(letters, question.options, strict=True)
    )
    ask = widgets.HTML(f"<p><strong>{number}. {html.escape(_asked(question))}</strong></p>{listed}")
    said = widgets.HTML()
    button = widgets.Button(description="Check", tooltip=f"Check the answer to question {number}")
    # The letters alone: Jupyter sets the words of a radio button or box in one line, however long they are.
    if question.kind == "single":
        radio = widgets.RadioButtons(
            options=list(zip(letters, range(len(letters)), strict=True)), value=None, orientation="horizontal"
        )
        inputs = [radio]
    else:
        inputs = [widgets.Checkbox(description=i, indent=False, layout={"width": "auto"}) for i in letters]

    def check(_button: Any = None) -> None:
        if question.kind == "single":
            chosen = [] if radio.value is None else [radio.value]
        else:
            chosen = [i for i, item in enumerate(inputs) if item.value]
        said.value = "".join(f"<p>{html.escape(line)}</p>" for line in feedback(question, chosen))

    button.on_click(check)
    return widgets.VBox([ask, widgets.HBox(inputs), button, said])
