"""The slides of the course: made from the chapters, whole on every screen, open without a network, with full notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import check_prose
import course_slides
import pytest
from frames import KEYS, SET

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "chapters").glob("0*.md"))
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = """{ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] },
  rules: { 'label-content-name-mismatch': { enabled: true } }, resultTypes: ['violations'], preload: false }"""
BROKEN = f"""async () => (await axe.run('section.present', {RULES})).violations
  .map((v) => `${{v.id}}: ${{v.nodes[0].html.slice(0, 160)}}`)"""
#: What a slide is made of: one of each kind stands for all.
KIND = """() => Reveal.getCurrentSlide().querySelector('.slide').className +
  ['.explorer', '.sides', 'table'].filter((s) => document.querySelector(`.present ${s}`))"""


@pytest.fixture(scope="module")
def decks() -> dict[str, course_slides.Deck]:
    return {deck.name: deck for deck in course_slides.decks()}


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("course")
    course_slides.build(out)
    return out / "slides"


# --- What a deck holds -----------------------------------------------------------------------------------------------


def test_each_chapter_has_a_deck_for_a_session(decks: dict[str, course_slides.Deck]) -> None:
    assert list(decks) == NAMES
    for deck in decks.values():
        assert 14 <= len(deck.slides) <= 20, deck.name
        titles = [slide.title for slide in deck.slides]
        assert "questions for this session" in titles[1]
        assert "What would change our mind" in titles
        assert titles[-2:] == ["Key points", "Whose pages stand behind this chapter"]
        assert sum('class="sides"' in slide.body for slide in deck.slides) == 1
        assert sum('class="explorer"' in slide.body for slide in deck.slides) >= 2
        assert sum('class="exhibit"' in slide.body for slide in deck.slides) >= 3


def test_a_slide_holds_one_exhibit_or_at_most_five_lines(decks: dict[str, course_slides.Deck]) -> None:
    for deck in decks.values():
        for slide in deck.slides:
            figures = len(re.findall(r'class="(?:exhibit|explorer)"', slide.body))
            assert figures <= 1, (deck.name, slide.title)
            own = slide.title != "Key points" and 'class="sides"' not in slide.body
            if own:
                assert slide.body.count("<li>") <= (0 if figures else 5), (deck.name, slide.title)


def test_every_side_that_the_chapter_tells_has_a_card(decks: dict[str, course_slides.Deck]) -> None:
    for deck in decks.values():
        (cards,) = (slide.body for slide in deck.slides if 'class="sides"' in slide.body)
        named = re.findall(r"<li><strong>(.*?)</strong>", cards)
        assert {"Iran", "Azerbaijan", "Armenia", "Turkey", "Russia"} <= set(named), deck.name
        assert all('class="evidence"' in card for card in cards.split("<li>")[1:]), deck.name


def test_exhibits_key_points_and_questions_are_the_chapters_own(decks: dict[str, course_slides.Deck]) -> None:
    deck, chapter = decks["01_background"], course_slides.Chapter("01_background")
    drawing = re.search(r"<svg class=\"wide\".*?</svg>", chapter.exhibits["x1-votes"], re.DOTALL)
    assert drawing and any(drawing[0] in slide.body for slide in deck.slides)
    points = re.search(r"## Key points\n\n(.*?)\n\n", chapter.text, re.DOTALL)
    assert points and deck.slides[-2].body.count("<li>") == points[1].count("\n- ") + 1
    assert f"up to {float(chapter.values['ratio_2016']):.1f} in one year" in deck.slides[-2].body


def test_no_number_is_typed() -> None:
    decks = sorted(course_slides.DECKS.glob("[0-9]*.md"))
    assert [fault for path in decks for fault in check_prose.typed_numbers(path)] == []


def test_links_lead_to_places_that_the_book_has(slides: Path, site: Path) -> None:
    anchors: dict[str, set[str]] = {}
    for page in slides.glob("*.html"):
        for where in re.findall(r'href=\\?"\.\./\.\./html/([^"\\]+)', page.read_text(encoding="utf-8")):
            name, _, anchor = where.partition("#")
            if name not in anchors:
                assert (site / name).is_file(), f"{page.name} links to {name}"
                anchors[name] = set(re.findall(r'\bid="([^"]+)"', (site / name).read_text(encoding="utf-8")))
            assert not anchor or anchor in anchors[name], f"{page.name} links to {where}"
    assert len(anchors) > 10


def test_a_published_book_is_linked_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert course_slides.address() == "../../html"
    monkeypatch.setenv("BOOK_URL", "https://example.org/book/")
    assert course_slides.address() == "https://example.org/book"


# --- Notes -----------------------------------------------------------------------------------------------------------


def test_a_lecture_takes_fifty_of_the_ninety_minutes_of_a_session(decks: dict[str, course_slides.Deck]) -> None:
    assert {deck.name: deck.minutes for deck in decks.values()} == dict.fromkeys(NAMES, course_slides.LECTURE)
    assert all(1 <= slide.minutes <= 6 for deck in decks.values() for slide in deck.slides)


def test_every_slide_tells_the_lecturer_what_to_say_ask_and_mind_and_whose_view_it_shows(
    decks: dict[str, course_slides.Deck],
) -> None:
    for deck in decks.values():
        for slide in deck.slides:
            said = dict(re.findall(r"<p><strong>(\w+)\.</strong> (.*?)</p>", slide.notes, re.DOTALL))
            assert set(said) >= set(course_slides.NOTES), (deck.name, slide.title)
            assert len(said["Say"].split()) >= 9 and "?" in said["Ask"], (deck.name, slide.title)
            if slide.figure:
                assert "<strong>It rests on.</strong>" in slide.notes, (deck.name, slide.title)


NOTES = ":::{notes} 3 minutes\n**Say.** a\n**Ask.** b?\n**Mistake.** c\n**View.** d\n:::\n"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "the slide has no notes"),
        (NOTES.replace("3 minutes", "a while"), "such as '3 minutes'"),
        (NOTES.replace("**Ask.** b?\n", ""), "the notes lack Ask"),
        (":::{exhibit} x9-none\n:::\n" + NOTES, "no exhibit 'x9-none'; it has x1-years"),
        (":::{chapter} Nowhere\n:::\n" + NOTES, "no section 'Nowhere'"),
        ("{glue:text}`nothing`\n" + NOTES, "no value 'nothing'"),
        ("[x](event:1899-none)\n" + NOTES, "event '1899-none', which the tables lack"),
        ("[x](http://example.org)\n" + NOTES, "neither evidence"),
        (":::{video} x\n:::\n" + NOTES, "block 'video' is unknown"),
        (NOTES + ":::{sides}\n- a\n", "is not closed"),
    ],
)
def test_a_fault_names_file_and_slide(tmp_path: Path, body: str, fault: str) -> None:
    path = tmp_path / "01_background.md"
    path.write_text(f"---\nchapter: 01_background\n---\n{NOTES}\n## A title\n\n{body}", encoding="utf-8")
    with pytest.raises(course_slides.DeckError) as error:
        course_slides.read(path)
    assert str(error.value).startswith("01_background.md, slide 2 (A title): ")
    assert fault in str(error.value)


def test_markup_in_a_deck_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "01_background.md"
    text = f"---\nchapter: 01_background\n---\n{NOTES}\n## <b>A</b>\n\n<script>alert()</script>\n\n{NOTES}"
    path.write_text(text, encoding="utf-8")
    slide = course_slides.read(path).slides[1]
    assert slide.title == "&lt;b&gt;A&lt;/b&gt;" and "<script>" not in slide.body


# --- On the screen ---------------------------------------------------------------------------------------------------

#: Moves to a slide and tells what is wrong with it: words or figures that leave it, small letters, a missing name.
FAULTS = """() => {
  const section = Reveal.getCurrentSlide();
  const sheet = section.querySelector('.slide').getBoundingClientRect();
  const scale = sheet.width / 1280;
  const foot = section.querySelector('.foot').getBoundingClientRect();
  const faults = [];
  const shown = (e) => e.getClientRects().length && e.getBoundingClientRect().width;
  for (const e of section.querySelectorAll('.slide :is(:not(svg *), svg.wide text)')) {
    if (!shown(e)) continue;
    const at = e.getBoundingClientRect();
    const words = (e.textContent || e.tagName).trim().slice(0, 40);
    const out = Math.max(at.right - sheet.right, sheet.left - at.left, sheet.top - at.top, at.bottom - sheet.bottom);
    if (out > 1)
      faults.push(`${e.tagName} "${words}" leaves the slide`);
    else if (!e.closest('.foot') && !e.children.length && at.bottom > foot.top + 3 * scale && at.left < foot.right)
      faults.push(`${e.tagName} "${words}" stands on the foot`);
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const small = parseFloat(getComputedStyle(e).fontSize) < 18;
    if (own && small && !e.matches('svg *, option, legend'))
      faults.push(`"${words}" is smaller than 18 px`);
  }
  const apart = `.words > ul > li, .words > p, .sides li, h1, h2, table, .explorer form, .explorer-finding,
    .exhibit-caption, .exhibit-view`;
  const lines = [...section.querySelectorAll(apart)].filter(shown);
  lines.forEach((a, i) => lines.slice(i + 1).forEach((b) => {
    const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const over = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
    if (over > 2 && Math.min(x.right, y.right) - Math.max(x.left, y.left) > 2 && !a.contains(b))
      faults.push(`"${a.textContent.trim().slice(0, 30)}" covers "${b.textContent.trim().slice(0, 30)}"`);
  }));
  for (const drawing of section.querySelectorAll('.exhibit-view svg')) {
    if (drawing.classList.contains('narrow') ? shown(drawing) : !shown(drawing)) faults.push('the wrong drawing shows');
    if (drawing.classList.contains('narrow')) continue;
    if ((drawing.getAttribute('aria-label') || '').length < 30) faults.push('a drawing has no name');
    for (const text of drawing.querySelectorAll('text')) {
      const matrix = text.getScreenCTM();
      const size = (parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b)) / scale;
      const words = text.textContent.trim();
      const least = drawing.querySelector('image') ? 10.5 : 12; // names of waters on a map are small
      if (words && size < least) faults.push(`"${words}" in the figure: ${size.toFixed(1)} px`);
    }
  }
  return faults;
}"""

#: The same for what a setting of an explorer changes: its words, and the letters of its figure.
FAULTS_OF_SETTINGS = f"""(explorer) => {{
  const foot = explorer.closest('.slide').querySelector('.foot').getBoundingClientRect();
  return ({KEYS})(explorer).flatMap((key) => {{
    ({SET})(explorer, key);
    const drawing = explorer.querySelector('.exhibit-view svg.wide');
    const box = drawing.viewBox.baseVal, room = drawing.getBoundingClientRect();
    const scale = Math.min(room.width / box.width, room.height / box.height);
    const least = drawing.querySelector('image') ? 10.5 : 12; // names of waters on a map are small
    const faults = [...drawing.querySelectorAll('text')].filter((t) => t.textContent.trim())
      .map((t) => [t.textContent.trim(), parseFloat(getComputedStyle(t).fontSize) * scale])
      .filter(([, size]) => size < least).map(([words, size]) => `"${{words}}" in the figure: ${{size.toFixed(1)}} px`);
    for (const e of explorer.querySelectorAll('.explorer-finding, .exhibit-caption, .exhibit-view, form')) {{
      if (e.getBoundingClientRect().bottom > foot.top + 3) faults.push(`${{e.className}} stands on the foot`);
    }}
    if (room.height < 200) faults.push('the words leave no room for the figure');
    return faults.map((fault) => `setting ${{key}}: ${{fault}}`);
  }});
}}"""


@pytest.fixture(scope="module")
def opened(slides: Path, browser) -> Iterator:
    """Opens a deck at a size without a network; faults of the console and requests elsewhere end the test."""
    contexts, faults = [], []

    def open_deck(name: str, width: int = 1280, height: int = 720, query: str = "", theme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"{name}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"{name}: {error}"))
        inside = slides.as_uri()
        page.on(
            "request",
            lambda request: (
                faults.append(f"{name}: {request.url}")
                if not request.url.startswith((inside, "data:", "blob:", "about:"))
                else None
            ),
        )
        page.goto(f"{inside}/{name}.html{query}")
        # By selector: a waiting function would be evaluated as a string, which the pages' policy forbids.
        page.wait_for_selector("html[data-ready] .reveal.ready", state="attached")
        return page

    yield open_deck
    for context in contexts:
        context.close()
    assert faults == []


def close(page) -> None:
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_each_slide_is_whole_and_legible_in_every_setting(opened, name: str) -> None:
    found = {}
    for size in ((1280, 720), (1024, 768)):
        page = opened(name, *size)
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate(f"Reveal.slide({number})")
            found[f"slide {number + 1} at {size}"] = page.evaluate(FAULTS)
            # reveal.js scales one layout to the window: settings change that layout alike in both.
            for explorer in page.locator("section.present .explorer").all() if size == (1280, 720) else []:
                found[f"slide {number + 1}, explorer"] = explorer.evaluate(FAULTS_OF_SETTINGS)
        close(page)
    assert {where: faults[:3] for where, faults in found.items() if faults} == {}


@pytest.mark.browser
@pytest.mark.parametrize(("name", "theme"), list(zip(NAMES, ["light", "dark"] * 4, strict=False)))
def test_slides_break_no_rule_of_accessibility(opened, name: str, theme: str) -> None:
    page, found = opened(name, theme=theme), {}
    page.evaluate(AXE)
    kinds: set[str] = set()
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number})")
        kind = page.evaluate(KIND)
        if kind not in kinds:
            kinds.add(kind)
            found[number + 1] = page.evaluate(BROKEN)
    close(page)
    assert len(found) >= 5
    assert {number: faults for number, faults in found.items() if faults} == {}


@pytest.mark.browser
def test_slides_have_the_colours_of_the_book(opened, site: Path, browser) -> None:
    look = """(words) => [getComputedStyle(document.body).backgroundColor,
      ...[words, `${words} a.evidence`].map((e) => getComputedStyle(document.querySelector(e)).color)]"""
    for theme in ("light", "dark"):
        context = browser.new_context(color_scheme=theme, offline=True)
        book = context.new_page()
        book.goto((site / "chapters" / "01_background.html").as_uri())
        deck = opened("01_background", theme=theme)
        assert deck.evaluate(look, ".slide li") == book.evaluate(look, "main section p")
        deck.keyboard.press("t")
        assert deck.evaluate("document.documentElement.dataset.theme") != theme
        context.close()
        close(deck)


# --- Keys and controls -----------------------------------------------------------------------------------------------


def at_explorer(page, name: str) -> None:
    page.evaluate(f"""Reveal.slide([...document.querySelectorAll('.slides > section')]
      .findIndex((s) => s.querySelector('#{name}')))""")


def here(page) -> int:
    return page.evaluate("Reveal.getIndices().h")


@pytest.mark.browser
def test_arrow_keys_turn_slides_except_in_a_control(opened) -> None:
    page = opened("01_background")
    page.keyboard.press("ArrowRight")
    assert here(page) == 1
    at_explorer(page, "x1-tone")
    slide, slider = here(page), page.locator("#x1-tone-price")
    slider.focus()
    before, words = slider.input_value(), page.locator("#x1-tone .explorer-finding").inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert slider.input_value() == str(int(before) - 2) and here(page) == slide
    assert page.locator("#x1-tone .explorer-finding").inner_text() != words
    choice = page.locator("#x1-tone-key")
    choice.focus()
    page.keyboard.press("ArrowDown")
    assert choice.input_value() == "1" and here(page) == slide
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")  # out of the control first
    page.keyboard.press("ArrowRight")
    assert here(page) == slide + 1
    close(page)


@pytest.mark.browser
def test_a_remote_turns_the_slide_even_from_a_slider(opened) -> None:
    page = opened("01_background")
    at_explorer(page, "x1-tone")
    slide, slider = here(page), page.locator("#x1-tone-price")
    slider.focus()
    value = slider.input_value()
    page.keyboard.press("PageDown")
    assert here(page) == slide + 1 and slider.input_value() == value
    page.keyboard.press("PageUp")
    assert here(page) == slide
    close(page)


@pytest.mark.browser
def test_arrow_keys_walk_over_the_marks_of_a_figure(opened) -> None:
    page = opened("02_crisis_2021")
    at_explorer(page, "x2-days")
    slide = here(page)
    page.locator("#x2-days svg.wide a").first.focus()
    page.keyboard.press("ArrowRight")
    assert here(page) == slide and page.locator("#mark-details").is_visible()
    assert page.evaluate("[...document.querySelectorAll('#x2-days svg.wide a')].indexOf(document.activeElement)") == 1
    close(page)


@pytest.mark.browser
def test_a_view_that_was_sent_on_opens_on_its_slide(opened) -> None:
    page = opened("01_background", query="#x1-tone?x1-tone.key=two-or-more-publishers")
    assert page.evaluate("Reveal.getCurrentSlide().querySelector('#x1-tone') !== null")
    assert page.locator("#x1-tone-key").input_value() == "2"
    close(page)


@pytest.mark.browser
def test_evidence_opens_on_the_slide(opened) -> None:
    page = opened("01_background")
    page.evaluate("Reveal.slide(2)")
    page.locator("section.present a.evidence").first.focus()
    assert page.locator("#peek").is_visible() and "Mamedov" in page.locator("#peek").inner_text()
    close(page)


@pytest.mark.browser
def test_the_speaker_view_shows_notes_and_pace(opened) -> None:
    page = opened("01_background")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    view.wait_for_selector(".speaker-controls-notes:not(.hidden) .value p")
    assert "This session lays the ground" in view.locator(".speaker-controls-notes .value").inner_text()
    page.keyboard.press("ArrowRight")
    view.locator(".speaker-controls-notes .value", has_text="Read the first question").wait_for()
    close(page)


# --- On paper --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_slides_and_notes_print_on_a_sheet_each(opened, decks: dict[str, course_slides.Deck], tmp_path: Path) -> None:
    import pypdf

    number = len(decks["01_background"].slides)
    for query, sheets in (("?print-pdf", number), ("?print-pdf&showNotes=separate-page", 2 * number)):
        page = opened("01_background", query=query, theme="dark")
        page.wait_for_selector("html.reveal-print .pdf-page")
        page.pdf(path=tmp_path / "slides.pdf", prefer_css_page_size=True, print_background=True)
        printed = pypdf.PdfReader(tmp_path / "slides.pdf").pages
        assert len(printed) == sheets
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert "Key points" in "".join(sheet.extract_text() for sheet in printed)
        close(page)


@pytest.mark.browser
def test_without_script_all_slides_stand_below_one_another(slides: Path, browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto((slides / "01_background.html").as_uri())
    tops = [box.bounding_box()["y"] for box in page.locator(".slide").all()]
    assert len(tops) >= 14 and all(b - a >= 720 for a, b in zip(tops, tops[1:], strict=False))
    context.close()
