"""axe-core on every page, in both themes, each at another width, and on explorers in several states."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from frames import KEYS, SET, visit

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = """{
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] },
  rules: { 'label-content-name-mismatch': { enabled: true } },
  resultTypes: ['violations'],
}"""
#: Lists hold hundreds of cards made by one function: the first forty stand for all.
RUN = f"""async (where) => (await axe.run(where ?? {{ exclude: ['li.entry:nth-child(n+40)'] }}, {RULES})).violations
  .map((v) => `${{v.id}} (${{v.nodes.length}}): ${{v.nodes[0].html.slice(0, 160)}}`)"""


@pytest.mark.timeout(2400)  # hundreds of rules over pages of thousands of elements
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_no_page_and_no_explorer_breaks_a_rule(site: Path, browser, theme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", offline=True
    )
    page, found = context.new_page(), {}
    pages = sorted(site.rglob("*.html"))
    for path in pages:
        where = path.relative_to(site).as_posix()
        visit(page, path)
        assert page.evaluate("document.documentElement.dataset.theme") == theme, path.name
        page.evaluate(AXE)
        found[where] = page.evaluate(RUN, None)
        for explorer in page.locator(".explorer").all() if theme == "light" else []:
            name = explorer.get_attribute("id")
            keys = explorer.evaluate(KEYS)
            explorer.locator("summary").last.click()  # the data, opened
            for key in {keys[0], keys[len(keys) // 2], keys[-1]}:
                explorer.evaluate(SET, key)
                found[f"{where}#{name} {key}"] = explorer.evaluate(f"(e) => ({RUN})(e)")
    context.close()
    assert len(pages) >= 18 and len(found) > len(pages) + (30 if theme == "light" else -1)
    assert {where: what for where, what in found.items() if what} == {}
