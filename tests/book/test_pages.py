"""The built pages, read as files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = (
    "01_background", "02_crisis_2021", "03_turkey_iran", "04_corridors", "05_israel_factor", "06_thaw_2024",
    "07_after_the_thaw",
)  # fmt: skip


@pytest.fixture(scope="module")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    return {
        page.relative_to(site).as_posix(): BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        for page in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def chapters(soups: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    return {name: soups[f"chapters/{name}.html"] for name in CHAPTERS}


def words(soup: BeautifulSoup) -> int:
    """Words of running text: no code, figures, tables, controls."""
    copy = BeautifulSoup(str(soup.select_one("main article") or soup.main), "lxml")
    for tag in copy.select("div.cell, figure, table, details, .explorer, nav"):
        tag.decompose()
    return len(copy.get_text(" ").split())


def test_landing_page_and_all_chapters_are_there(soups: dict[str, BeautifulSoup]) -> None:
    assert {"index.html", "chapters/back/data.html", *(f"chapters/{c}.html" for c in CHAPTERS)} <= set(soups)


def test_the_landing_page_offers_the_three_ways_in(soups: dict[str, BeautifulSoup]) -> None:
    titles = [card.get_text(" ", strip=True) for card in soups["index.html"].select(".sd-card-title, .sd-card-body")]
    assert all(any(t.startswith(way) for t in titles) for way in ("Read", "Run", "Teach")) or all(
        way in " ".join(titles) for way in ("Start with", "make lab", "exercises")
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_narrative_exhibits_explorers_and_its_anatomy(name: str, chapters) -> None:
    soup = chapters[name]
    long = name == "02_crisis_2021"
    assert words(soup) >= (1500 if long else 800)
    assert len(soup.select("figure.exhibit")) >= (3 if long else 2)
    assert len(soup.select(".explorer")) >= (2 if long else 1)
    headings = " | ".join(h.get_text() for h in soup.find_all("h2"))
    for part in ("Questions", "Objectives", "How each side tells it", "Limits", "Exercises", "Key points"):
        assert part in headings


@pytest.mark.parametrize("name", CHAPTERS)
def test_statements_lead_to_evidence(name: str, chapters) -> None:
    links = chapters[name].select("a.evidence")
    assert len(links) >= 15
    assert all("#" in link["href"] for link in links)


def test_no_number_of_a_chapter_failed_to_arrive(soups: dict[str, BeautifulSoup]) -> None:
    for name, soup in soups.items():
        if "/api/" in name:
            continue  # code and its examples, which speak of such things
        text = soup.get_text(" ")
        assert not re.search(r"\{glue|glue:text|\bnan\b|<NA>|Traceback", text), name
        assert not soup.select(".problematic, .system-message"), name


def test_every_image_has_alt_text_that_is_not_a_file_name(soups: dict[str, BeautifulSoup]) -> None:
    for name, soup in soups.items():
        for image in soup.find_all("img"):
            assert image.get("alt"), f"{name}: {image}"
            assert not re.search(r"\.(png|svg|jpe?g|gif)$|^_images/", image["alt"]), f"{name}: {image['alt']}"
        for drawing in soup.select(".exhibit-view svg"):
            assert len(drawing["aria-label"].split()) >= 5, name


def test_every_exhibit_has_a_finding_data_and_provenance(soups: dict[str, BeautifulSoup]) -> None:
    seen = 0
    for name, soup in soups.items():
        for figure in soup.select("figure.exhibit"):
            seen += 1
            where = f"{name}#{figure['id']}"
            assert len(figure.select_one(".exhibit-title").get_text().split()) >= 4, where
            assert figure.select_one(".exhibit-data table td"), where
            assert figure.select_one("a[download]"), where
            assert figure.select_one(".exhibit-provenance"), where
    assert seen >= 20


def test_ids_are_used_once_on_a_page(soups: dict[str, BeautifulSoup]) -> None:
    for name, soup in soups.items():
        for frame in soup.find_all("template"):
            frame.decompose()  # only one frame is in the page at a time
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        double = {i for i in ids if ids.count(i) > 1}
        assert not double, f"{name}: {sorted(double)[:5]}"


def test_no_page_asks_a_third_party_for_anything(soups: dict[str, BeautifulSoup]) -> None:
    asked = [
        f"{name}: {tag.name} {tag[key]}"
        for name, soup in soups.items()
        for names, key in (
            (["script", "img", "iframe", "source", "embed"], "src"),
            (["link"], "href"),
            (["object"], "data"),
        )
        for tag in soup.find_all(names, attrs={key: True})
        if re.match(r"(https?:)?//", tag[key]) and tag.get("rel") != ["canonical"]
    ]
    assert not asked


def test_no_link_inside_the_book_is_broken(site: Path) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from check_links import broken_links
    finally:
        sys.path.remove(str(ROOT / "tools"))
    assert broken_links(site) == []


def test_prose_has_no_typed_numbers_unknown_evidence_or_long_cells() -> None:
    run = subprocess.run([sys.executable, "tools/check_prose.py"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:]


def test_a_chapter_weighs_no_more_than_the_limit(site: Path) -> None:
    for name in CHAPTERS:
        page = site / "chapters" / f"{name}.html"
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        files = {tag["src"] for tag in soup.find_all(["script", "img"], src=True)}
        files |= {tag["href"] for tag in soup.find_all("link", rel="stylesheet")}
        parts = [(page.parent / f.split("?")[0]).resolve() for f in files if not f.startswith("data:")]
        total = page.stat().st_size + sum(p.stat().st_size for p in parts)
        assert total <= 1_500_000, f"{name}: {total / 1e6:.2f} MB"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, helpers;print([m for m in ('pandas', 'matplotlib', 'ipywidgets', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    code = (
        "import sys; from helpers import evidence, events, tables; tables.load('actors');"
        "print([m for m in ('matplotlib', 'ipywidgets', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_page_says_what_it_holds_to_those_who_search_or_share_it(soups: dict[str, BeautifulSoup]) -> None:
    told = {}
    for name, soup in soups.items():
        if name == "search.html":
            continue
        assert len(soup.title.get_text().split()) >= 2, name
        told[name] = soup.select_one('meta[name="description"]')["content"]
        assert len(told[name].split()) >= 8, f"{name}: {told[name]}"
        assert soup.select_one('meta[property="og:title"]')["content"], name
    assert len(set(told.values())) == len(told), "two pages describe themselves in the same words"


def test_formulas_need_no_script(soups: dict[str, BeautifulSoup]) -> None:
    methods = next(soup for name, soup in soups.items() if name.endswith("methods.html"))
    assert len(methods.find_all("math", display="block")) >= 6
    assert not methods.find_all("script", src=re.compile("mathjax", re.IGNORECASE))


def test_every_explorer_states_its_question_and_has_data_and_provenance(soups: dict[str, BeautifulSoup]) -> None:
    seen = 0
    for name, soup in soups.items():
        for explorer in soup.select(".explorer"):
            seen += 1
            where = f"{name}#{explorer['id']}"
            assert explorer.select_one(".explorer-question").get_text().rstrip().endswith("?"), where
            assert explorer.select_one(".exhibit-data table td"), where
            assert explorer.select_one(".exhibit-provenance").get_text().strip(), where
            assert explorer.select_one(".explorer-notice"), where
    assert seen >= 14
