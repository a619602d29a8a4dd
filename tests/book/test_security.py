"""A browser loads and runs the book's own files only, and text from data stays text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import csp
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from frames import visit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers import cards, exhibits, explore, schemas
from helpers.numbers import back_pages

ROOT = Path(__file__).resolve().parents[2]


def pages_of(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


# --- The policy, read as files ---------------------------------------------------------------------------------------


def test_every_page_begins_with_the_policy_and_holds_no_inline_script(site: Path) -> None:
    for path in pages_of(site):
        page = path.read_text(encoding="utf-8")
        assert page.count(csp.META) == 1, path
        assert page.index(csp.META) < page.index("<script"), path
        assert csp.inline_scripts(page) == [], path


def test_the_policy_names_nothing_but_the_site_itself() -> None:
    allowed = {source for sources in csp.DIRECTIVES.values() for source in sources}
    assert allowed == {"'self'", "data:", "blob:", "'unsafe-inline'"}
    assert [name for name, sources in csp.DIRECTIVES.items() if "'unsafe-inline'" in sources] == ["style-src-attr"]
    assert csp.DIRECTIVES["script-src"] == ("'self'",)
    assert csp.DIRECTIVES["default-src"] == ()


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<script>run()</script>", ["run()"]),
        ('<SCRIPT type="module">run()</SCRIPT >', ["run()"]),
        ('<img alt="x" onerror="run()">', ['onerror="run()']),
        ('<script src="a.js"></script>', []),
        ('<script type="application/json">{"a": 1}</script>', []),
        ("<p>once=&quot;x&quot; onload=x</p>", []),
    ],
)
def test_inline_scripts_are_found(markup: str, found: list[str]) -> None:
    assert csp.inline_scripts(markup) == found


# --- The policy in a browser -----------------------------------------------------------------------------------------

#: Collects what the policy refuses.
LISTEN = """window.refused = [];
document.addEventListener('securitypolicyviolation', e => refused.push(e.effectiveDirective + ' ' + e.blockedURI));"""


@pytest.fixture(scope="module", params=["http", "file"])
def address(request, site: Path) -> Iterator[str]:
    """The site as a host serves it, and as a folder."""
    if request.param == "file":
        yield site.as_uri()
        return

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(browser) -> Iterator[object]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(LISTEN)
    opened = context.new_page()
    opened.errors = []
    opened.on("console", lambda m: opened.errors.append(f"{opened.url}: {m.text}") if m.type == "error" else None)
    opened.on("pageerror", lambda e: opened.errors.append(f"{opened.url}: {e}"))
    yield opened
    context.close()


@pytest.mark.browser
def test_no_page_does_what_the_policy_refuses(address: str, site: Path, page) -> None:
    for path in pages_of(site):
        page.goto(f"{address}/{path.relative_to(site).as_posix()}")
        assert page.evaluate("refused") == [], path
        assert page.evaluate("document.styleSheets.length") >= 5, path  # the styles did load
        assert page.locator("html[data-theme=light], html[data-theme=dark]").count() == 1, path
    assert page.errors == []


@pytest.mark.browser
def test_under_the_policy_the_page_does_all_it_should(address: str, site: Path, page) -> None:
    chapter = f"{address}/chapters/05_israel_factor.html"
    visit(page, chapter)
    explorer = page.locator(".explorer").first
    frame = explorer.locator(".explorer-frame").first
    before = frame.inner_html()
    control = explorer.locator("form [data-names]").first
    control.evaluate("""c => {
        if (c.type === 'checkbox') c.checked = !c.checked; else c.value = c.value === '0' ? '1' : '0';
        c.dispatchEvent(new Event('input', {bubbles: true})); }""")
    assert frame.inner_html() != before
    drawing = page.locator("figure.exhibit .exhibit-view svg").first
    assert drawing.bounding_box()["width"] > 300
    link = page.locator("main a.evidence").first
    link.scroll_into_view_if_needed()
    link.focus()
    assert page.locator("#peek").is_visible()
    page.keyboard.press("Escape")
    mode = page.locator("html").get_attribute("data-mode")
    page.locator("button.theme-switch-button:visible").first.click()
    assert page.locator("html").get_attribute("data-mode") != mode
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".dropdown-download-buttons > button").click()
    page.locator("button[data-print]").click()
    assert page.evaluate("window.printed")
    for kind in ("SVG", "PNG"):
        block = page.locator("figure.exhibit:not(.explorer *) details.exhibit-data").first
        block.evaluate("b => { b.open = true; }")
        with page.expect_download() as saved:
            block.get_by_role("button", name=f"Figure ({kind})").click()
        assert Path(saved.value.path()).stat().st_size > 1000
    if (site / "chapters/back/chronology.html").is_file():
        page.goto(f"{address}/chapters/back/chronology.html")
        page.locator(".entry-filter input[type=search]").fill("embassy")
        assert 0 < page.locator("li.entry:visible").count() < page.locator("li.entry").count()
        assert page.locator(".entry-timeline svg").count() == 1
    page.goto(f"{address}/search.html?q=Baku")
    page.locator("#search-results li").first.wait_for(timeout=30_000)
    if address.startswith("http"):
        page.locator("#search-results li p.context").first.wait_for(timeout=30_000)
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.evaluate("refused") == []
    assert page.errors == []


@pytest.mark.browser
def test_a_planted_script_is_refused(site: Path, page, tmp_path: Path) -> None:
    planted = """<script>window.planted = 1;</script><img src="missing.png" onerror="window.planted = 2">
        <a href="javascript:window.planted = 3" id="lure">x</a><iframe srcdoc="<script>parent.planted = 4</script>">
        </iframe><script src="https://example.org/x.js"></script><style>body { display: none; }</style>
        <form action="https://example.org/" id="form"></form>"""
    copy = Path(shutil.copytree(site / "_static", tmp_path / "_static")).parent / "index.html"
    text = (site / "index.html").read_text(encoding="utf-8")
    copy.write_text(text.replace("<h1>", planted + "<h1>", 1), encoding="utf-8")
    page.goto(copy.as_uri())
    page.evaluate("document.getElementById('lure').click()")
    page.evaluate("document.getElementById('form').submit()")
    page.wait_for_timeout(200)
    assert page.evaluate("window.planted") is None
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    refused = " ".join(page.evaluate("refused"))
    for directive in ("script-src-elem inline", "script-src-attr inline", "style-src-elem inline", "form-action"):
        assert directive in refused
    assert "example.org/x.js" in refused


# --- Text from data ---------------------------------------------------------------------------------------------------

#: Sets a word on the window if it ever runs.
RUN = "window.hacked=1"
HOSTILE = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus x='",
    f"<svg onload={RUN}>",
    f"</title><svg/onload={RUN}>",
    f"</textarea></style></template></svg><script>{RUN}</script>",
    f"<a href=javascript:{RUN}>x</a>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<!--><script>{RUN}</script>-->",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"${{{RUN}}} {{{{{RUN}}}}} {{glue:text}}`x` [x](javascript:{RUN})",
    "a $b$ and $5 million \\frac{1}{2} ` % # & ; ' \" < >",
]


def free_text(table: str) -> list[str]:
    """The columns of a table that may hold any text."""
    return [
        field.name
        for field in schemas.TABLES[table].fields
        if field.kind == "text" and not (field.values or field.pattern or field.refers_to)
    ]


def spoilt(data: dict[str, pd.DataFrame], words: list[str]) -> dict[str, pd.DataFrame]:
    """The tables, with these words in turn in every cell that may hold any text."""
    found = {}
    for name, table in data.items():
        table = table.copy()
        for shift, column in enumerate(c for c in free_text(name) if c in table):
            table[column] = [words[(row + shift) % len(words)] for row in range(len(table))]
        found[name] = table
    return found


def everything_shown(data: dict[str, pd.DataFrame], words: list[str]) -> str:
    """Everything that makes HTML from tables, in one piece of markup."""
    tables_ = spoilt(data, words)
    uses = back_pages.use_of_sources(data)
    few = {name: tables_ | {name: tables_[name].head(len(words) + 2)} for name in ("events", "claims", "sources")}
    lists = {
        "events": cards.event_cards(few["events"]),
        "claims": cards.claim_cards(few["claims"]),
        "sources": cards.source_cards(few["sources"], uses),
    }
    parts = []
    for name, found in lists.items():
        lanes = {"IRN": words[0], "AZE": words[-1], "": "others"} if name == "events" else {}
        parts.append(cards.CardList(name, words[0], found, list(found[0].facets), lanes).to_html())
        parts += [f"<div>{card.short}</div>" for card in found]
    for name, table in tables_.items():
        parts.append(exhibits.EvidenceTable(table.head(len(words)), f"{name}: {words[0]}").to_html())
    links = pd.DataFrame({w: [exhibits.Link(w, w), (exhibits.Link(w, f"https://a.b/{w}"), w)] for w in words})
    parts.append(exhibits.EvidenceTable(links, words[0], [f"row {word}" for word in (words * 2)[:2]]).to_html())
    parts.append(drawing("hostile", words).to_html())
    parts.append(
        explore.Explorer(
            id="hostile-x",
            question=words[0],
            draw=lambda which: drawing("hostile-frame", which),
            controls={"which": explore.choice(words[0], {f"{n} {w}": [w] for n, w in enumerate(words)})},
            notice=words[0],
            provenance=words[0],
        ).to_html()
    )
    return "".join(parts)


def drawing(name: str, words: list[str]) -> exhibits.Exhibit:
    """A figure with hostile words wherever a figure has words."""
    with exhibits.style():
        fig, ax = exhibits.canvas(height=1 + len(words) / 3)
        for row, word in enumerate(words):
            ax.text(0, row, word, url=f"mark:{row}", parse_math=False)
        ax.set_ylim(-1, len(words))
    text = words[0]
    return exhibits.Exhibit(
        name, f"A finding {text}", fig, f"A figure that shows {text} as plain words", pd.DataFrame({text: words}),
        f"Read {text}", f"From {text}", {str(n): (word, f"Details: {word}") for n, word in enumerate(words)},
    )  # fmt: skip


def structure(markup: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page and the names of their attributes, without what they say."""
    return [(tag.name, tuple(tag.attrs)) for tag in BeautifulSoup(markup, "lxml").find_all(True)]


#: Any text around it, in letters that the font of the drawings has.
any_text = st.text(st.characters(max_codepoint=0x17E, exclude_categories=("Cc",)), max_size=20)


@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(pick=st.integers(0, len(HOSTILE) - 1), before=any_text, after=any_text)
def test_text_from_data_never_changes_the_structure_of_what_is_shown(data, pick: int, before: str, after: str) -> None:
    word = f"x{before}{HOSTILE[pick]}{after}x"
    shown = everything_shown(data, [word, "plain"])
    assert csp.inline_scripts(shown) == []
    harmless = everything_shown(data, ["plain", "words"])
    names = {tag for tag, _ in structure(shown)}
    assert names <= {tag for tag, _ in structure(harmless)}
    assert {(tag, attribute) for tag, attributes in structure(shown) for attribute in attributes} <= {
        (tag, attribute) for tag, attributes in structure(harmless) for attribute in attributes
    }
    soup = BeautifulSoup(shown, "lxml")
    for link in soup.select("a[href]"):
        assert re.match(r"(https?://|#|\.{0,2}/|[\w./-]+\.html|data:text/csv;charset=utf-8,)", link["href"]), link[
            "href"
        ]


@pytest.mark.browser
@pytest.mark.parametrize("policy", ["", csp.META], ids=["escaping alone", "with the policy"])
def test_hostile_text_in_every_column_shows_as_text_and_does_not_run(data, page, policy: str, tmp_path: Path) -> None:
    for script in ("figures.js", "evidence.js"):
        shutil.copy(ROOT / "assets" / "static" / script, tmp_path)
    file = tmp_path / "hostile.html"
    file.write_text(
        f'<!DOCTYPE html><html lang="en"><head>{policy}<meta charset="utf-8"><title>x</title>'
        '<script src="figures.js" defer></script><script src="evidence.js" defer></script></head>'
        f"<body><main>{everything_shown(data, HOSTILE)}</main></body></html>",
        encoding="utf-8",
    )
    page.goto(file.as_uri())
    for mark in page.locator("#hostile svg :is(a, .mark)").all()[:6]:
        mark.focus()
    for setting in range(len(HOSTILE)):
        page.locator("#hostile-x select").select_option(str(setting))
    page.locator("#events .entry-filter input").fill("script")
    shown = page.locator("main").evaluate("m => m.textContent")
    for word in HOSTILE:
        assert word in shown
    details = page.locator("#hostile svg [data-details]").evaluate_all("all => all.map(m => m.dataset.details)")
    assert details == [f"Details: {word}" for word in HOSTILE]
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("refused") == []
    assert page.errors == []


HOSTILE_PAGE = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# A page

It [happened](event:EVENT), says [somebody](claim:CLAIM) in [a paper](source:SOURCE): {glue:text}`told`.

```{code-cell} ipython3
from helpers import cards, exhibits, numbers, tables
everything = tables.load_all()
numbers.put({"told": everything["events"].loc[0, "summary"]})
cards.CardList("list", "events", cards.event_cards(everything)[:40], ["Actor", "Kind"])
```

```{code-cell} ipython3
exhibits.EvidenceTable(everything["contradictions"], "All cells")
```
"""


@pytest.mark.slow
@pytest.mark.browser
def test_a_book_built_from_hostile_tables_shows_them_as_text(page, small_project: Callable[..., Path]) -> None:
    """The way through the whole build: tables, notebook, glue, the cards behind links, Sphinx."""
    project = small_project(HOSTILE_PAGE)
    ids = {}
    for name in ("events", "claims", "sources", "actors", "cameo", "contradictions"):
        file = project / "data" / f"{name}.csv"
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        ids[name] = table.loc[0, "id"]
        many = {field.name for field in schemas.TABLES[name].fields if field.many}
        for shift, column in enumerate(c for c in free_text(name) if c not in many):
            words = [f"x{HOSTILE[(row + shift) % len(HOSTILE)]}" for row in range(len(table))]
            table[column] = [word if old else old for word, old in zip(words, table[column], strict=True)]
        table.to_csv(file, index=False, lineterminator="\n")
    text = HOSTILE_PAGE
    for place, name in (("EVENT", "events"), ("CLAIM", "claims"), ("SOURCE", "sources")):
        text = text.replace(place, ids[name])
    (project / "index.md").write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "tools/build.py"], cwd=project, capture_output=True, text=True, timeout=900,
        env={**os.environ, "PYTHONPATH": str(project / "src")},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    page.goto((project / "_build" / "html" / "index.html").as_uri())
    links = page.locator("main a.evidence")
    assert links.count() == 3
    for link in links.all():
        link.focus()
        assert "window.hacked" in page.locator("#peek").inner_text()
        page.keyboard.press("Escape")
    assert RUN in links.first.locator("xpath=..").inner_text()  # the glued text, in the same paragraph
    shown = page.locator("main").evaluate("m => m.textContent")
    for word in HOSTILE:
        assert f"x{word}" in shown
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("refused") == []
    assert page.errors == []
