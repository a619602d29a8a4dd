"""For what drives a browser: find it, open a page, list an explorer's settings, bring it into one as a hand would."""

import os
import shutil
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


def chromium() -> str | None:
    """Return the path of a Chromium: that of the environment variable CHROMIUM, else the first on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def visit(page: Any, address: str | Path) -> None:
    """Open an address or file in a Playwright page and wait until its explorers are unpacked."""
    page.goto(address.as_uri() if isinstance(address, Path) else address)
    page.wait_for_selector("html[data-ready]", state="attached")
