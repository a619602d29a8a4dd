"""The built book in a real Chromium, opened from its folder with the network off."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from frames import KEYS, SET, visit

from helpers import tables

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context(browser) -> Iterator[object]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    yield opened
    opened.close()


@pytest.fixture
def page(context) -> Iterator[object]:
    opened = context.new_page()
    yield opened
    opened.close()


def pages_of(site: Path) -> list[Path]:
    return sorted(p for p in site.rglob("*.html"))


def test_every_page_opens_without_errors_and_asks_for_nothing_outside(site: Path, page) -> None:
    errors: list[str] = []
    outside: list[str] = []
    inside = site.as_uri()
    page.on("console", lambda m: errors.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(f"{page.url}: {e}"))
    page.on("requestfailed", lambda r: errors.append(f"{page.url}: failed {r.url}"))
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((inside, "data:", "blob:")) else None)
    for path in pages_of(site):
        visit(page, path)
        assert page.title(), path
        assert page.locator("h1").count() >= 1, path
    assert errors == []
    assert outside == []


def explorers(site: Path, page) -> Iterator[tuple[str, object]]:
    for path in pages_of(site):
        if 'class="explorer"' not in path.read_text(encoding="utf-8"):
            continue
        visit(page, path)
        for i in range(page.locator(".explorer").count()):
            yield path.name, page.locator(".explorer").nth(i)


#: The key that changes a control from where it stands.
KEY_THAT_MOVES_IT = """c => c.type === 'checkbox' ? 'Space'
  : c.tagName === 'SELECT' ? (c.selectedIndex === c.length - 1 ? 'ArrowUp' : 'ArrowDown')
  : (c.value === c.max ? 'ArrowLeft' : 'ArrowRight')"""


def shown(explorer) -> str:
    """The frame as it stands in the page, with its alt text."""
    return explorer.locator(".explorer-frame").first.inner_html()


def test_every_explorer_changes_its_frame_when_a_control_moves_by_keyboard(site: Path, page) -> None:
    tried = 0
    for name, explorer in explorers(site, page):
        controls = explorer.locator("form [data-names]")
        assert controls.count() >= 1
        for i in range(controls.count()):
            control = controls.nth(i)
            where = f"{name}#{control.get_attribute('id')}"
            assert control.is_enabled(), where
            before = shown(explorer)
            control.focus()
            page.keyboard.press(control.evaluate(KEY_THAT_MOVES_IT))
            assert shown(explorer) != before, where
            tried += 1
    assert tried >= 8


def test_every_frame_of_every_explorer_has_its_own_name_and_finding(site: Path, page) -> None:
    for name, explorer in explorers(site, page):
        alts = []
        for key in explorer.evaluate(KEYS):
            explorer.evaluate(SET, key)
            alts.append(explorer.locator(".explorer-frame svg").first.get_attribute("aria-label"))
            assert explorer.locator(".explorer-finding").inner_text().strip(), f"{name}: {key}"
        assert all(len(words.split()) >= 5 for words in alts), name
        assert len(set(alts)) == len(alts), f"{name}: frames share their alt text"


def test_the_address_holds_the_view_and_brings_it_back(site: Path, page, context) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    page.locator("#x2-as-told-by select").select_option(label="Iranian publishers")
    page.locator("#x2-as-known-on input").focus()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("#x2-as-known-on?x2-as-known-on.day=15-oct-2021&x2-as-told-by.teller=iranian-publishers")
    there = {i: shown(page.locator(i)) for i in ("#x2-as-told-by", "#x2-as-known-on")}
    other = context.new_page()
    visit(other, page.url)
    assert {i: shown(other.locator(i)) for i in there} == there
    assert other.locator("#x2-as-known-on").evaluate("e => Math.abs(e.getBoundingClientRect().top) < 300")
    visit(other, page.url.split("#")[0] + "#x2-as-told-by?x2-as-told-by.teller=nobody")
    assert "does not have (nobody)" in other.locator("#x2-as-told-by .explorer-finding").inner_text()
    other.close()


def test_a_scale_of_days_plays_pauses_and_stops_at_the_end(site: Path, page) -> None:
    page.clock.install()
    visit(page, site / "chapters/02_crisis_2021.html")
    explorer = page.locator("#x2-as-known-on")
    button, slider = explorer.locator("button.explorer-play"), explorer.locator("input")
    before = int(slider.input_value())
    button.press("Enter")
    page.clock.run_for(1300)
    assert int(slider.input_value()) == before + 1
    assert button.inner_text() == "Pause"
    button.press("Enter")
    page.clock.run_for(5000)
    assert int(slider.input_value()) == before + 1, "paused"
    button.press("Enter")
    page.clock.run_for(60000)
    assert slider.input_value() == slider.get_attribute("max")
    assert button.inner_text() == "Play"
    assert page.url.endswith("day=31-dec-2021")


def test_nothing_offers_to_play_where_the_reader_wants_no_motion(site: Path, browser) -> None:
    context = browser.new_context(reduced_motion="reduce", offline=True)
    page = context.new_page()
    visit(page, site / "chapters/02_crisis_2021.html")
    assert page.locator("#x2-as-known-on input").is_visible()
    assert not page.locator("button.explorer-play").first.is_visible()
    context.close()


def test_on_paper_stands_the_first_setting_and_a_note_says_so(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    explorer = page.locator("#x2-as-told-by")
    first = shown(explorer)
    explorer.locator("select").select_option(index=3)
    chosen = shown(explorer)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert shown(explorer) == first
    assert "As told by: everyone" in explorer.locator(".explorer-print").inner_text()
    assert not explorer.locator("form").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown(explorer) == chosen


def test_a_figure_comes_as_csv_svg_and_png(site: Path, page, tmp_path: Path) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    figure = page.locator("#x2-subjects")
    figure.locator("summary").click()
    got = {}
    for button in ("Data (CSV)", "Figure (SVG)", "Figure (PNG)"):
        with page.expect_download() as download:
            figure.get_by_text(button).click()
        got[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    assert set(got) == {"x2-subjects.csv", "x2-subjects.svg", "x2-subjects.png"}
    assert b"currentColor" in got["x2-subjects.svg"] and b"color:rgb(" in got["x2-subjects.svg"].replace(b" ", b"")
    assert got["x2-subjects.png"].startswith(b"\x89PNG") and len(got["x2-subjects.png"]) > 10_000
    assert "figure x2-subjects, in Neighbours on a Pendulum" in figure.locator(".exhibit-cite").inner_text()
    alone = tmp_path / "alone.svg"
    alone.write_bytes(got["x2-subjects.svg"])
    page.goto(alone.as_uri())  # a file of its own, valid XML
    assert page.evaluate("document.documentElement.tagName") == "svg"


def test_marks_show_their_details_and_take_one_stop_of_the_tab_key(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    drawing, tip = page.locator("#x2-days svg.wide"), page.locator("#mark-details")
    assert drawing.locator("a[tabindex='0']").count() == 1
    drawing.locator("a").first.focus()
    first = tip.inner_text()
    assert "source:" in first
    page.keyboard.press("ArrowRight")
    assert tip.is_visible() and tip.inner_text() != first
    assert drawing.locator("a[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    drawing.locator("a").nth(5).hover()
    assert tip.is_visible()


def test_a_control_moved_back_shows_the_first_frame_again(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    explorer = page.locator("#x2-as-told-by")
    first = shown(explorer)
    explorer.locator("select").select_option(index=3)
    assert shown(explorer) != first
    explorer.locator("select").select_option(index=0)
    assert shown(explorer) == first


def test_the_mouse_moves_a_slider(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    explorer = page.locator("#x2-as-known-on")
    before, slider = shown(explorer), explorer.locator("input[type=range]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    assert shown(explorer) != before
    assert explorer.locator("output").inner_text() == "31 Dec 2021"
    assert slider.get_attribute("aria-valuetext") == "31 Dec 2021"


def test_without_script_the_first_frame_stands_and_controls_wait(site: Path, browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((site / "chapters/02_crisis_2021.html").as_uri())
    explorer = page.locator("#x2-as-told-by")
    assert explorer.locator(".explorer-frame svg.wide").is_visible()
    assert explorer.locator("select").is_disabled()
    assert "need JavaScript" in explorer.inner_text()
    context.close()


def test_marks_of_the_timeline_lead_to_the_press(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    links = page.locator("#x2-days svg.wide a")
    assert links.count() >= 80
    addresses = [links.nth(i).evaluate("a => a.getAttribute('href')") for i in range(links.count())]
    assert all(a.startswith("http") for a in addresses)
    links.first.focus()
    assert page.evaluate("document.activeElement.tagName.toLowerCase()") == "a"


def test_a_link_in_the_text_leads_to_its_row_of_the_chronology(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    link = page.locator("a.evidence", has_text="it held two Iranian drivers")
    link.click()
    page.wait_for_url("**/back/chronology.html#*")
    entry = page.locator("li.entry:target")
    assert "two Iranian truck drivers" in entry.inner_text()


def test_a_link_shows_its_evidence_to_the_pointer_and_to_the_keyboard(site: Path, page) -> None:
    visit(page, site / "chapters/02_crisis_2021.html")
    link = page.locator("a.evidence", has_text="it held two Iranian drivers")
    box = page.locator("#peek")
    assert not box.is_visible()
    link.hover()
    box.wait_for(state="visible")
    assert "15 September 2021" in box.inner_text()
    assert "independent publisher" in box.inner_text()
    box.hover()  # the card stays while the pointer rests on it
    page.wait_for_timeout(400)
    assert box.is_visible()
    page.keyboard.press("Escape")
    assert not box.is_visible()
    link.focus()
    box.wait_for(state="visible")
    assert link.get_attribute("aria-describedby") == "peek"
    edges = box.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= 1280


def test_every_link_to_evidence_has_its_card_on_the_page(site: Path, page) -> None:
    for path in sorted((site / "chapters").glob("*.html")):
        visit(page, path)
        missing = page.evaluate(
            """() => {
              const cards = document.querySelector("template.peeks").content;
              return [...document.querySelectorAll("a.evidence")]
                .map((a) => a.getAttribute("href").split("/").pop())
                .filter((key) => !cards.querySelector(`[data-for="${CSS.escape(key)}"]`));
            }"""
        )
        assert missing == [], path.name


def test_the_chronology_is_filtered_by_keyboard_alone(site: Path, page) -> None:
    visit(page, site / "chapters/back/chronology.html")
    status, shown = page.locator(".entry-filter output"), "li.entry:not([hidden])"
    everything = page.locator(shown).count()
    page.get_by_label("Words in the events").focus()
    page.keyboard.type("embassy")
    found = page.locator(shown).count()
    assert 0 < found < everything
    assert status.inner_text() == f"{found} of {everything} events"
    assert all("embassy" in words.lower() for words in page.locator(shown).all_text_contents())
    page.keyboard.press("Tab")
    page.keyboard.type("2023")  # a choice is made by typing its first letters
    fewer = page.locator(shown).count()
    assert 0 < fewer < found
    years = page.locator(shown).evaluate_all("all => all.map((li) => li.dataset.f0)")
    assert set(years) == {"2023"}
    page.get_by_role("button", name="Show all").press("Enter")
    page.wait_for_function(f"document.querySelectorAll('{shown}').length === {everything}")


def test_the_timeline_shows_what_the_filter_leaves_and_leads_to_its_cards(site: Path, page) -> None:
    visit(page, site / "chapters/back/chronology.html")
    marks, cards = page.locator(".entry-timeline svg a"), page.locator("li.entry:not([hidden])")
    assert marks.count() == cards.count() > 700
    page.get_by_label("Words in the events").fill("embassy")
    assert 0 < marks.count() == cards.count() < 200
    page.get_by_label("From year").select_option("2023")
    page.get_by_label("To year").select_option("2024")
    years = cards.evaluate_all("all => all.filter(c => ['2023', '2024'].includes(c.dataset.f0)).length")
    assert 0 < marks.count() == years
    marks.first.focus()
    assert "mbassy" in page.locator("#mark-details").inner_text()
    page.keyboard.press("Enter")
    assert "mbassy" in page.locator("li.entry:target").inner_text()
    page.get_by_role("button", name="All years").click()
    page.wait_for_function("document.querySelectorAll('.entry-timeline svg a').length > 50")


def test_a_link_to_a_hidden_entry_lifts_the_filter(site: Path, page) -> None:
    visit(page, site / "chapters/back/claims.html")
    page.get_by_label("Words in the claims").fill("no claim says this")
    assert page.locator("li.entry:not([hidden])").count() == 0
    page.evaluate("location.hash = '#S1-06'")
    page.wait_for_selector("#S1-06:not([hidden])")


def test_without_script_all_evidence_is_readable(site: Path, browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((site / "chapters/back/sources.html").as_uri())
    assert not page.locator(".entry-filter").is_visible()
    assert page.locator("li.entry").last.is_visible()
    context.close()


def test_all_data_come_as_one_zip(site: Path, page, data, tmp_path: Path) -> None:
    visit(page, site / "chapters/back/data.html")
    link = page.locator("a", has_text="all tables with their description")
    with zipfile.ZipFile((site / "chapters/back" / link.get_attribute("href")).resolve()) as archive:
        archive.extractall(tmp_path)
    for name, table in data.items():
        pd.testing.assert_frame_equal(tables.load(name, tmp_path), table)
    assert (tmp_path / "datapackage.json").is_file() and (tmp_path / "LICENSE").is_file()


def test_the_book_fits_a_phone(site: Path, browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, offline=True)
    page = context.new_page()
    for path in pages_of(site):
        visit(page, path)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= 361, f"{path.name} scrolls sideways: {width}px"
        wide = page.locator(".exhibit-view").evaluate_all(
            "all => all.filter(v => v.scrollWidth > v.clientWidth + 4).length"
        )
        assert wide == 0, f"{path.name}: {wide} figures are wider than the phone"
    context.close()


def test_search_works_from_the_folder(site: Path, page) -> None:
    page.goto((site / "search.html").as_uri() + "?q=embassy")
    page.wait_for_selector("#search-results li a", timeout=15000)
    assert page.locator("#search-results li a").count() >= 3
