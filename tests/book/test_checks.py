"""The checks of prose and links find what they are for, and nothing else."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from helpers import numbers

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


prose, links = tool("check_prose"), tool("check_links")


def page(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Trade reached $417 million.",
        "It rose by 48 %.",
        "There were 60 trucks.",
        "A ratio of 8.7 to one.",
        "- 12 events",
        "The 3 ministers met on 15 September 2021.",
    ],
)
def test_a_typed_number_is_found(tmp_path: Path, text: str) -> None:
    assert len(list(prose.typed_numbers(page(tmp_path, f"# Title\n\n{text}\n")))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "On 15 September 2021, and from 12 to 20 September, and in 2012–16.",
        "The 3+3 format, S0 and S1-21, chapter 2.",
        "Reading 20 minutes; exercise 3.",
        "| 15–40 min | Outcome O10 and assignment A7, on chapters 1, 2 and 4 |",
        "As in session 2; Python 3.11 or newer.",
        "Trade reached {glue:text}`usd:.0f` million.",
        "See [the note](event:2021-08-11-aze-irn-diplomatic-protest) and `x = 42`.",
        "```{code-cell} ipython3\nx = 42\n```",
        "## 1991 to 2000",
        "Licence CC BY 4.0; ISO 3166-1 codes.",
    ],
)
def test_dates_names_and_code_are_no_typed_numbers(tmp_path: Path, text: str) -> None:
    assert list(prose.typed_numbers(page(tmp_path, f"---\nversion: 3\n---\n\n{text}\n"))) == []


def test_the_line_is_given(tmp_path: Path) -> None:
    found = list(prose.typed_numbers(page(tmp_path, "# A\n\n```{code-cell} ipython3\n1\n```\n\nSo 99 cases.\n")))
    assert found[0].startswith(f"{tmp_path / 'page.md'}:7: ")


def test_unknown_evidence_is_found(tmp_path: Path) -> None:
    text = "[a](event:2021-09-15-aze-irn-arrest) [b](event:nothing) [c](claim:S9-99) [d](source:ramani-2021)"
    found = list(prose.unknown_evidence(page(tmp_path, text)))
    assert len(found) == 2
    assert "'nothing' is not an id in data/events.csv" in found[0]
    assert "'S9-99' is not an id in data/claims.csv" in found[1]


def test_a_cell_may_have_fifteen_lines(tmp_path: Path) -> None:
    def cell(lines: int) -> str:
        return "```{code-cell} ipython3\n:tags: [hide-input]\n" + "x = 1\n" * lines + "```\n"

    assert list(prose.long_cells(page(tmp_path, cell(15)))) == []
    assert len(list(prose.long_cells(page(tmp_path, cell(16))))) == 1


def test_links_to_missing_files_and_anchors_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html">x</a><a href="b.html#here">x</a><a href="b.html#gone">x</a><a href="c.html">x</a>'
        '<img src="no.png"><a href="https://example.org/">x</a><a href="#top" id="top">x</a>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="here">x</p>', encoding="utf-8")
    assert links.broken_links(tmp_path) == [
        "a.html: b.html#gone: no such anchor",
        "a.html: c.html: no such file",
        "a.html: no.png: no such file",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Talks with Türkiye.", "'Türkiye': say Turkey"),
        ("The river Araks.", "'Araks': say Aras"),
        ("They crossed the Araz.", "'Araz': say Aras"),
        ("War over Nagorno-Karabakh.", "say Karabakh"),
        ("It [rose by 5%](event:x).", "'%': say per cent"),
        ("It rose by {glue:text}`x:.0f`%.", "'%': say per cent"),
        ("A [visit to **Shushi**](claim:S1-01).", "'Shushi': say Shusha"),
    ],
)
def test_a_form_that_the_book_does_not_use_is_found(tmp_path: Path, text: str, said: str) -> None:
    (found,) = prose.names_and_terms(page(tmp_path, f"# Title\n\n{text}\n"))
    assert found.startswith(f"{tmp_path / 'page.md'}:3: ")
    assert said in found


@pytest.mark.parametrize(
    "text",
    [
        "Turkey and the Aras.",
        "The Araz corridor has a bridge.",
        'It is called "Türkiye" there, or “Artsakh”.',
        "See [the page](https://example.org/Türkiye).",
        "```{code-cell} ipython3\nx = 'Türkiye'\n```",
    ],
)
def test_quotations_addresses_and_code_may_have_any_form(tmp_path: Path, text: str) -> None:
    assert list(prose.names_and_terms(page(tmp_path, f"{text}\n"))) == []


def test_a_name_needs_its_gloss_at_first_use_only(tmp_path: Path) -> None:
    good = "He came to Khankendi (Stepanakert in Armenian usage).\n\nKhankendi is a town.\n"
    assert list(prose.names_and_terms(page(tmp_path, good))) == []
    (found,) = prose.names_and_terms(page(tmp_path, "Talks began.\nHe came to [Khankendi](event:x).\n\n" + good))
    assert found.endswith(":2: first use of 'Khankendi': give both names")


def test_a_contested_name_needs_quotation_marks_at_first_use(tmp_path: Path) -> None:
    assert list(prose.names_and_terms(page(tmp_path, 'The "{term}`Zangezur corridor`" is a demand.\n'))) == []
    assert len(list(prose.names_and_terms(page(tmp_path, "The {term}`Zangezur corridor` is a demand.\n")))) == 1


def test_every_form_of_the_list_is_refused_nowhere_in_the_names_of_the_book(data: dict[str, pd.DataFrame]) -> None:
    forms = set(data["names"]["name"]) - {"Nagorno-Karabakh"}  # listed for what it means, and not used
    for rule in prose.rules()["refused"]:
        assert not [form for form in forms if re.search(rule["find"], form) and "unless" not in rule]


def test_terms_of_the_list_are_terms_of_the_glossary() -> None:
    glossary = (ROOT / prose.GLOSSARY).read_text(encoding="utf-8")
    terms = {line for line in glossary.splitlines() if line and not line.startswith((" ", "#", "`", ":"))}
    assert set(prose.rules()["link"]) <= terms


ARREST = "2021-09-15-aze-irn-arrest"  # dated to the day
ACCORD = "1992-08-aze-irn-agreement"  # dated to the month
SPAN = "2021-09-12-aze-tur-military-exercise"  # 12 to 20 September


@pytest.mark.parametrize(
    "text",
    [
        f"On 15 September Baku [arrested two](event:{ARREST}).",
        f"On 15 September 2021 Baku [arrested two](event:{ARREST}).",
        f"In September Baku [arrested two](event:{ARREST}).",
        f"In August 1992 an [accord](event:{ACCORD}) was signed.",
        f"They drilled [from 12 to 20 September](event:{SPAN}).",
        f"Baku [arrested two](event:{ARREST}), a month after the note of 11 August.",
        f"On 11 August came a note, on 15 September [an arrest](event:{ARREST}).",
        "On 16 September nothing is linked.",
    ],
)
def test_dates_that_fit_or_could_be_another_act_pass(tmp_path: Path, text: str) -> None:
    assert list(prose.dates(page(tmp_path, f"{text}\n"))) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"On 16 September Baku [arrested two](event:{ARREST}).", "16 September"),
        (f"On 15 September 2020 Baku [arrested two](event:{ARREST}).", "15 September 2020"),
        (f"In October Baku [arrested two](event:{ARREST}).", "October"),
        (f"Baku acted [on 16 September](event:{ARREST}), before the drill of 1 October.", "16 September"),
        (f"In July 1992 an [accord](event:{ACCORD}) was signed.", "July 1992"),
        (f"They drilled [from 21 to 25 September](event:{SPAN}).", "21 to 25 September"),
        (f"They met in [30 February](event:{ARREST}).", "30 February"),
    ],
)
def test_a_date_that_contradicts_its_event_is_found(tmp_path: Path, text: str, words: str) -> None:
    path = page(tmp_path, f"First line.\n\nThe talks went on and on. {text}\n")
    (found,) = prose.dates(path)
    assert found.startswith(f"{path}:3: {words!r} does not fit the linked event ")
    assert len(list(prose.doubtful_dates(path))) >= 1


def test_a_date_beside_another_event_is_left_to_judgement(tmp_path: Path) -> None:
    path = page(tmp_path, f"Baku [arrested two](event:{ARREST}), after a note of 11 August had failed.\n")
    assert list(prose.dates(path)) == []
    (doubt,) = prose.doubtful_dates(path)
    assert "'11 August' beside 2021-09-15-aze-irn-arrest" in doubt


def test_a_term_is_linked_where_it_is_first_used(tmp_path: Path) -> None:
    head = "# A\n\nAbout CAMEO.\n\n```{code-cell} ipython3\n1\n```\n\n"
    assert list(prose.unlinked_terms(page(tmp_path, head + "By {term}`CAMEO`. CAMEO again.\n"))) == []
    assert list(prose.unlinked_terms(page(tmp_path, head + "{term}`Codes <CAMEO>` of CAMEO.\n"))) == []
    assert list(prose.unlinked_terms(page(tmp_path, head + "## CAMEO\n\n[CAMEO](claim:S1-01) and `CAMEO`.\n"))) == []
    for late in ("CAMEO, or {term}`CAMEO`.", "CAMEO is old.\n\nBy {term}`CAMEO`.", "[So](claim:S1-01) CAMEO."):
        (found,) = prose.unlinked_terms(page(tmp_path, head + late + "\n"))
        assert found.endswith(":9: 'CAMEO': link {term}`CAMEO` here")


def test_sentences_are_counted_as_they_are_read() -> None:
    text = (
        "# A heading is none\n\n**The result.** It rose by {glue:text}`x:.1f` per cent\nin [the year 2021](event:x.y). "
        '"So what?" he asked *twice*. The {term}`Brier score <Brier score>` fell.\n\n- One item here.\n- Two items '
        "here now.\n\n| a table | is none |\n"
    )
    found = list(prose.sentences(text))
    assert [(s.line, s.words) for s in found] == [(3, 10), (4, 5), (4, 4), (6, 3), (7, 4)]


def test_a_page_of_long_sentences_is_found(tmp_path: Path) -> None:
    def pair(words: int) -> Path:
        sentence = "A " + " ".join(["word"] * (words - 1)) + ". "
        return page(tmp_path, sentence * 2 + "\n")

    assert list(prose.long_sentences(pair(24))) == []
    assert len(list(prose.long_sentences(pair(25)))) == 1


def test_a_page_is_measured(tmp_path: Path) -> None:
    path = page(tmp_path, "He was quickly taken home. She ran far away today. They met.\n")
    measured = prose.reading(path)
    assert (measured.sentences, measured.median, measured.passive) == (2, 5, 0.5)
    assert "50%" in prose.reading_table([path])
    with pytest.raises(ValueError, match=r"page\.md: fewer than two sentences"):
        prose.reading(page(tmp_path, "One only sentence.\n"))


def test_pages_leave_out_copies_of_an_editor() -> None:
    assert not [path for path in prose.pages() if ".ipynb_checkpoints" in path.parts]


@pytest.mark.parametrize(("value", "error"), [([1], TypeError), (None, TypeError), (float("nan"), ValueError)])
def test_prose_cannot_quote_what_is_no_value(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="x"):
        numbers.put({"x": value})  # type: ignore[dict-item]
