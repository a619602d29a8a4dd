"""The same call in JupyterLab, with a kernel, and on the page, without: both faces show the same."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from frames import visit
from myst_nb.core.read import read_myst_markdown_notebook

from helpers import evidence

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = ROOT / "chapters" / "02_crisis_2021.md"
EXPLORER = "x2-as-told-by"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab with a notebook that holds the chapter's set-up and one of its explorers; its address."""
    folder = tmp_path_factory.mktemp("lab")
    chapter = read_myst_markdown_notebook(CHAPTER.read_text(encoding="utf-8"), path=CHAPTER)
    code = [cell.source for cell in chapter.cells if cell.cell_type == "code"]
    wanted = next(source for source in code if f'id="{EXPLORER}"' in source)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (code[0], wanted)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "trial.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = {"JUPYTER_CONFIG_PATH": str(ROOT / "assets" / "jupyter"), "JUPYTER_PREFER_ENV_PATH": "1"}
    environment = {k: v for k, v in os.environ.items() if k not in ("HELPERS_STATIC", "MPLBACKEND")} | names
    environment |= {"JUPYTER_RUNTIME_DIR": str(folder / "run"), "CASEBOOK_DATA": str(ROOT / "data")}
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=trial"]
    running = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", str(folder), *options],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token=trial", timeout=2).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.5)
        else:
            pytest.fail("JupyterLab did not start within two minutes")
        yield f"{address}/lab/tree/trial.ipynb?token=trial"
    finally:
        running.terminate()
        running.wait(30)


def test_the_live_widget_and_the_page_show_the_same_for_every_setting(lab: str, site: Path, browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    page, live = context.new_page(), context.new_page()
    visit(page, site / "chapters" / "02_crisis_2021.html")
    live.goto(lab)
    live.wait_for_selector(".jp-Notebook", timeout=120_000)
    # Run before the kernel has answered, the notebook asks for a kernel.
    live.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=120_000)
    live.get_by_role("menuitem", name="Run", exact=True).click()
    live.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    live.wait_for_selector(".widget-dropdown select", timeout=120_000)
    assert not live.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()
    shown = live.locator(".widget-dropdown select option").all_text_contents()
    offered = [words.replace("\N{NO-BREAK SPACE}", " ") for words in shown]
    box = page.locator(f"#{EXPLORER}")
    assert offered == box.locator("select option").all_text_contents()
    assert len(offered) > len(evidence.ARTICLES)
    for number in (1, 2, len(offered) - 1, 0):
        words = offered[number]
        box.locator("select").select_option(index=number)
        live.locator(".widget-dropdown select").select_option(index=number)
        alt = box.locator(".explorer-frame svg").first.get_attribute("aria-label")
        assert words in alt
        drawn = live.locator(".widget-html svg[aria-label]")
        live.wait_for_function(
            "alt => [...document.querySelectorAll('.widget-html svg')].some(s => s.getAttribute('aria-label') === alt)",
            arg=alt,
            timeout=30_000,
        )
        assert drawn.count() == 1
        finding = box.locator(".explorer-finding").inner_text()
        assert finding in live.locator(".jp-OutputArea-output .widget-vbox").inner_text()
    context.close()
