"""The bank of self-check questions, and its two faces."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import check_prose
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import exhibits, selfcheck
from helpers.selfcheck import NOTHING_CHOSEN, Option, Question, SelfCheck
from helpers.tables import DataError

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("0*.md"))
SETS = {"self-check": ROOT / "data", "graded": ROOT / "course" / "instructor"}
MOST_HTML = 8 * 1024


class AnyFigure(dict):
    """Stands for a chapter's figures, whatever they are called."""

    def __missing__(self, name: str) -> float:
        return 12.3


def questions(use: str) -> list[Question]:
    return selfcheck.bank(SETS[use])


def objectives(chapter: str) -> list[str]:
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    return re.findall(r"^- (.+)$", text.split("## Objectives")[1].split("```")[0], flags=re.MULTILINE)


# --- The bank -------------------------------------------------------------------------------------------------------


def test_every_chapter_has_questions_in_the_page_and_others_for_grading() -> None:
    shown, graded = (Counter(q.chapter for q in questions(use)) for use in SETS)
    assert set(shown) == set(graded) == set(CHAPTERS)
    assert min(shown[c] + graded[c] for c in CHAPTERS) >= 7
    assert min(graded.values()) >= 2


def test_no_question_for_grading_stands_in_the_pages() -> None:
    shown, graded = ({text for q in questions(use) for text in (q.id, q.text)} for use in SETS)
    assert shown.isdisjoint(graded)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_objective_of_a_chapter_is_checked_and_no_other(chapter: str) -> None:
    asked = [q.objective for use in SETS for q in questions(use) if q.chapter == chapter]
    assert set(asked) == set(range(1, len(objectives(chapter)) + 1))
    assert {q.objective for q in questions("self-check") if q.chapter == chapter} == set(asked)


def test_all_skills_and_both_kinds_are_asked_for() -> None:
    for values in (Counter(q.skill for q in questions("self-check")), Counter(q.kind for q in questions("self-check"))):
        assert min(values.values()) >= 4
    assert {q.skill for q in questions("self-check")} == {"recall", "figure", "method", "sources", "misconception"}


@pytest.mark.parametrize("use", SETS)
def test_neither_length_nor_place_gives_the_right_option_away(use: str) -> None:
    single = [q for q in questions(use) if q.kind == "single"]
    for pick, least in ((max, 0.4), (min, 0.5)):
        hits = [pick(range(len(q.options)), key=lambda i, q=q: len(q.options[i].text)) in q.right for q in single]
        assert sum(hits) / len(single) < least
    places = Counter(next(iter(q.right)) for q in single)
    assert max(places.values()) / len(single) < 0.45


@pytest.mark.parametrize("use", SETS)
def test_the_bank_keeps_to_the_rules_of_the_prose(use: str, tmp_path: Path) -> None:
    page = tmp_path / "bank.md"
    told = [t for q in questions(use) for t in (q.text, *(o.text for o in q.options), *(o.feedback for o in q.options))]
    page.write_text("\n\n".join(re.sub(r"\{[^}]*\}", "", text) for text in told), encoding="utf-8")
    assert [*check_prose.typed_numbers(page), *check_prose.names_and_terms(page)] == []


@pytest.mark.parametrize("use", SETS)
def test_every_option_has_feedback_of_its_own(use: str) -> None:
    for question in questions(use):
        said = [o.feedback for o in question.options]
        assert len(set(said)) == len(said), question.id
        assert min(len(text.split()) for text in said) >= 5, question.id


def spoil(folder: Path, table: str, row: str, column: str, value: str) -> None:
    cells = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False).set_index("id", drop=False)
    cells.loc[row, column] = value
    cells.to_csv(folder / f"{table}.csv", index=False)


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("options", "01-drift.a", "right", "true", "asks for one right option, but 2 are right"),
        ("options", "02-gave-way.a", "right", "false", "asks for two right options or more"),
        ("options", "01-drift.a", "question_id", "01-wave", "has 2 options, allowed are 3 to 4"),
        ("questions", "01-drift", "evidence", "claim:S9-99", "'claim:S9-99' is not an id in claims.csv"),
        ("questions", "01-drift", "evidence", "S0-05", "does not match"),
    ],
)
def test_a_fault_of_the_bank_is_located(table, row, column, value, words, spoilable: Path) -> None:
    first = selfcheck.bank(spoilable)[0].options
    if row == "01-drift.a" and first[0].right:
        row = "01-drift.b"
    spoil(spoilable, table, row, column, value)
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        selfcheck.bank(spoilable)
    assert caught.value.row is not None


# --- Figures in questions -------------------------------------------------------------------------------------------


def make(kind: str = "single", text: str = "How many days?") -> Question:
    options = (
        Option("<b>{days}</b>", True, "Counted: {days:.1f} & no more."),
        Option("None", kind == "multiple", "Some were."),
        Option("Ten", False, "Too many."),
    )
    return Question("01-days", "01_background", 1, "recall", kind, text, ("claim:S0-05",), options)


def test_figures_take_the_place_of_their_names() -> None:
    filled = make(text="Of {days}?").filled({"days": 7})
    assert (filled.text, filled.options[0].feedback) == ("Of 7?", "Counted: 7.0 & no more.")


def test_a_figure_that_is_not_given_is_refused() -> None:
    with pytest.raises(ValueError, match="question 01-days: no figure called 'days'"):
        make().filled({})


def test_a_chapter_without_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="99_none"):
        SelfCheck("99_none")


# --- What an answer is worth ----------------------------------------------------------------------------------------


def test_an_answer_gets_the_feedback_of_the_options_chosen() -> None:
    assert selfcheck.feedback(make(), [2]) == ["C is wrong. Too many."]
    assert selfcheck.feedback(make("multiple"), [2, 1]) == [
        "You chose 1 of the 2 right options and 1 wrong.",
        "B is right. Some were.",
        "C is wrong. Too many.",
    ]
    assert selfcheck.feedback(make(), []) == [NOTHING_CHOSEN]


# --- The face of the page -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CHAPTERS)
def page(request) -> tuple[SelfCheck, BeautifulSoup]:
    shown = SelfCheck(request.param, AnyFigure())
    return shown, BeautifulSoup(shown.to_html(), "lxml")


def test_every_question_can_be_answered_and_read_without_script(page) -> None:
    shown, soup = page
    forms = soup.select("form.check")
    assert [f["id"] for f in forms] == [f"check-{q.id}" for q in shown.questions]
    for form, question in zip(forms, shown.questions, strict=True):
        assert question.text in form.select_one("fieldset > legend").get_text()
        assert [o.text in label.get_text() for label, o in zip(form.select("label"), question.options, strict=True)]
        box = "radio" if question.kind == "single" else "checkbox"
        assert len(form.select(f'label > input[type="{box}"][name]')) == len(question.options)
        assert form.button.has_attr("hidden") and form.select_one('[role="status"]').get_text() == ""
        told = form.select("details li")
        assert ["data-right" in li.attrs for li in told] == [o.right for o in question.options]
        assert all(o.feedback in li.get_text() for o, li in zip(question.options, told, strict=True))
        assert len(form.select("details a.evidence")) == len(question.evidence)


def test_a_page_carries_little_for_its_questions(page) -> None:
    assert len(page[0].to_html().encode()) <= MOST_HTML


def test_text_of_the_tables_is_escaped() -> None:
    labels = selfcheck._labels()
    shown = selfcheck._question_html(1, make(text="<i>?").filled({"days": 7}), labels)
    assert "<i>" not in shown and "&lt;b&gt;7&lt;/b&gt;" in shown


def test_a_build_of_the_book_takes_the_page_and_a_notebook_both(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = SelfCheck("03_turkey_iran", AnyFigure())
    assert "application/vnd.jupyter.widget-view+json" in shown._repr_mimebundle_()
    monkeypatch.setenv(exhibits.STATIC, "1")
    assert set(shown._repr_mimebundle_()) == {"text/plain", "text/html"}


# --- The face of a notebook -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_widgets_say_the_same_as_the_page(kind: str) -> None:
    question = make(kind).filled({"days": 7})
    asked, box, button, said = selfcheck._question_widget(1, question).children
    inputs = box.children
    assert all(html.escape(option.text) in asked.value for option in question.options)
    button.click()
    assert NOTHING_CHOSEN in said.value
    if kind == "single":
        inputs[0].value = 0
    else:
        for item in inputs[:1]:
            item.value = True
    button.click()
    assert BeautifulSoup(said.value, "lxml").get_text("|") == "|".join(selfcheck.feedback(question, [0]))
    assert "<b>7" not in said.value


# --- In a browser ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("chapter", ["02_crisis_2021", "07_after_the_thaw"])
def test_the_script_says_what_python_says_by_keyboard_alone(chapter: str, browser) -> None:
    shown = SelfCheck(chapter, AnyFigure())
    page = browser.new_page()
    page.set_content(f"<main>{shown.to_html()}</main>")
    page.add_script_tag(path=ROOT / "assets" / "static" / "figures.js")
    for form, question in zip(page.locator("form.check").all(), shown.questions, strict=True):
        said = form.locator('[role="status"] p')
        form.locator("button").press("Enter")
        assert said.all_inner_texts() == [NOTHING_CHOSEN]
        if question.kind == "single":
            form.locator("input").first.press("Space")
            form.locator("input").first.press("ArrowDown")
            chosen = [1]
        else:
            chosen = [0, len(question.options) - 1]
            for i in chosen:
                form.locator("input").nth(i).press("Space")
        assert said.count() == 0
        form.locator("input").nth(chosen[-1]).press("Enter")
        assert said.all_inner_texts() == selfcheck.feedback(question, chosen)
    page.close()
