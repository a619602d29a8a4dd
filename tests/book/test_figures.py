"""Every drawing of the book, in every setting and at both widths: text that is whole and apart, a twin for phones."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from frames import KEYS, SET, visit

pytestmark = pytest.mark.browser

#: Complaints about the drawing that a box shows: text that leaves it, or covers other text.
FAULTS = """(view) => {
  const drawing = [...view.querySelectorAll('svg')].find((s) => s.getClientRects().length);
  if (!drawing) return ['nothing is drawn'];
  const box = drawing.getBoundingClientRect();
  const texts = [...drawing.querySelectorAll('text')]
    .map((t) => ({ words: t.textContent.trim(), at: t.getBoundingClientRect() }))
    .filter((t) => t.words && t.at.width);
  const faults = drawing.classList.length ? [] : ['no drawing for a phone'];
  texts.forEach(({ words, at }, i) => {
    const out = Math.max(box.left - at.left, at.right - box.right, box.top - at.top, at.bottom - box.bottom);
    if (out > 5) faults.push(`"${words}" leaves the figure by ${out.toFixed(0)} px`);
    for (const other of texts.slice(i + 1)) {
      const width = Math.min(at.right, other.at.right) - Math.max(at.left, other.at.left);
      const height = Math.min(at.bottom, other.at.bottom) - Math.max(at.top, other.at.top);
      if (width > 3 && height > 0.35 * Math.min(at.height, other.at.height))
        faults.push(`"${words}" covers "${other.words}"`);
    }
    if (words.length > 2 && Math.min(at.width, at.height) < 8) faults.push(`"${words}" is too small`);
  });
  return faults;
}"""

#: The same for every setting of an explorer.
FAULTS_OF_FRAMES = f"""(explorer) => ({KEYS})(explorer).flatMap((key) => {{
  ({SET})(explorer, key);
  return ({FAULTS})(explorer.querySelector('.exhibit-view')).map((fault) => `setting ${{key}}: ${{fault}}`);
}})"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_text_of_a_figure_is_clipped_covered_or_too_small(site: Path, browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    faults: dict[str, list[str]] = defaultdict(list)
    for path in sorted(site.rglob("*.html")):
        if 'class="exhibit-view"' not in path.read_text(encoding="utf-8"):
            continue
        visit(page, path)
        for figure in page.locator(".exhibit").all():
            found = figure.locator(".exhibit-view").evaluate(FAULTS)
            faults[f"{path.name}#{figure.get_attribute('id')}"] += found
        for explorer in page.locator(".explorer").all():
            faults[f"{path.name}#{explorer.get_attribute('id')}"] += explorer.evaluate(FAULTS_OF_FRAMES)
    context.close()
    assert len(faults) > 20
    assert {where: what[:3] for where, what in faults.items() if what} == {}
