"""Names stand in the right script, with their language and direction, and nothing in them can break the page."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from babel import Locale
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from helpers import names, tables

PLAIN = {
    "id": "x",
    "name": "X",
    "others": "",
    "az": "",
    "fa": "",
    "hy": "",
    "tr": "",
    "ru": "",
    "note": "",
    "cited": [],
}


def rendered(**cells: object) -> Tag:
    markup = names.NameTable(pd.DataFrame([PLAIN | cells]), "Caption").to_html()
    body = BeautifulSoup(markup, "lxml").find("tbody")
    assert isinstance(body, Tag)
    return body


def test_every_name_stands_in_exactly_one_section(data: dict[str, pd.DataFrame]) -> None:
    shown = [row for section in names.SECTIONS for row in names.name_table(data, section).data["id"]]
    assert sorted(shown) == sorted(data["names"]["id"])


@pytest.mark.parametrize(("id", "code"), [("azerbaijan", "AZ"), ("iran", "IR"), ("armenia", "AM"), ("turkey", "TR")])
@pytest.mark.parametrize("language", names.LANGUAGES)
def test_names_of_states_are_those_of_unicode(data: dict[str, pd.DataFrame], id: str, code: str, language: str) -> None:
    assert data["names"].set_index("id").loc[id, language] == Locale(language).territories[code]


@pytest.mark.parametrize(
    ("id", "language", "forms"),
    [
        ("aras", "fa", "ارس"),
        ("aras", "az", "Araz"),
        ("khankendi", "hy", "Ստեփանակերտ"),
        ("shusha", "hy", "Շուշի"),
        ("nakhchivan", "ru", "Нахичевань;Нахчыван"),
        ("crossroads-of-peace", "hy", "Խաղաղության խաչմերուկ"),
        ("persian-gulf", "tr", "Basra Körfezi"),
    ],
)
def test_known_names(data: dict[str, pd.DataFrame], id: str, language: str, forms: str) -> None:
    assert data["names"].set_index("id").loc[id, language] == forms


def test_all_text_is_composed_so_that_a_search_finds_it(data: dict[str, pd.DataFrame]) -> None:
    cells = data["names"].drop(columns="source_ids").to_numpy().ravel()
    assert [cell for cell in cells if unicodedata.normalize("NFC", cell) != cell] == []


def test_the_form_of_the_book_is_never_listed_among_the_others(data: dict[str, pd.DataFrame]) -> None:
    rows = data["names"]
    assert rows["id"][[n in o.split(";") for n, o in zip(rows["name"], rows["others"], strict=True)]].tolist() == []


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("fa", "Aras"),
        ("fa", "كريدور"),  # Arabic kaf, which looks like the Persian one
        ("hy", "Apaքս"),  # Latin letters among Armenian ones
        ("ru", "Apakc"),
        ("az", "Аraz"),  # a Cyrillic A
        ("tr", "ارس"),
    ],
)
def test_a_form_in_another_script_is_refused(spoilable: Path, column: str, wrong: str) -> None:
    path = spoilable / "names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[2][column] = wrong
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    found = tables.problems("names", spoilable)
    assert [(e.row, e.column, e.value) for e in found] == [(3, column, wrong)]


def test_each_form_carries_its_language_and_persian_its_direction(data: dict[str, pd.DataFrame]) -> None:
    for section in names.SECTIONS:
        soup = BeautifulSoup(names.name_table(data, section).to_html(), "lxml")
        for cell in soup.select("td[lang]"):
            assert cell.get("dir") == ("rtl" if cell["lang"] == "fa" else None)
        outside = soup.get_text(" ") if not soup.select("td[lang]") else ""
        for cell in soup.select("td[lang]"):
            cell.decompose()
        outside += soup.get_text(" ")
        assert not re.search(r"[\u0530-\u06ff\u0400-\u04ff]", outside), "a foreign form without its language"


def test_two_forms_are_parted_by_the_comma_of_the_script_and_none_is_a_dash() -> None:
    body = rendered(az="Sünik;Zəngəzur", fa="سیونیک;زنگزور")
    assert [td.text for td in body.find_all("td")] == ["Sünik, Zəngəzur", "سیونیک، زنگزور", "–", "–", "–"]
    assert body.find("td", lang="ru") is None


def test_note_others_and_sources_stand_below() -> None:
    body = rendered(note="Said so.", others="Y;Z", cited=[("s1", "One & Co")])
    assert body.find_all("tr")[1].text == "Said so. Also in English: Y, Z. (One & Co)"
    assert body.select_one('a.evidence[href="sources.html#s1"]') is not None
    assert body.find("th", attrs={"scope": "rowgroup"}) is not None


def test_a_name_without_a_note_has_one_row() -> None:
    assert len(rendered(az="Bakı").find_all("tr")) == 1


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=";"), min_size=1))
def test_nothing_in_a_cell_becomes_markup(text: str) -> None:
    body = rendered(name=text, az=text, note=text, cited=[("s", text)])
    assert {tag.name for tag in body.find_all(True)} <= {"tr", "th", "td", "div", "a"}
    assert body.find("td", lang="az").text == text  # type: ignore[union-attr]


def test_an_unknown_section_is_an_error(data: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(KeyError, match="Rivers"):
        names.name_table(data, "Rivers")
