"""For tests and bench: open a page, list the settings of an explorer, bring it into one as a reader's hand would."""

from pathlib import Path
from typing import Any

KEYS = "e => Object.keys(JSON.parse(e.querySelector('.explorer-frames').textContent).frames)"

SET = """(e, key) => {
  const controls = [...e.querySelectorAll('form [data-names]')];
  key.split('-').forEach((v, i) => {
    if (controls[i].type === 'checkbox') controls[i].checked = v === '1'; else controls[i].value = v;
  });
  controls[0].dispatchEvent(new Event('input', { bubbles: true }));
}"""


def visit(page: Any, address: str | Path) -> None:
    """Open an address or file in a Playwright page and wait until its explorers are unpacked."""
    page.goto(address.as_uri() if isinstance(address, Path) else address)
    page.wait_for_selector("html[data-ready]", state="attached")
