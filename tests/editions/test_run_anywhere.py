"""Notebooks that stand alone, links to where they run, and the files that hosts and editors read."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import editions
import execution
import nbformat
import notebooks
import portable
import pytest
import run_links
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]


def nowhere(_target: str) -> None:
    return None


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("a {glue:text}`n:.1f` b", "a 2.5 b"),
        ("{glue:text}`who` {term}`ties <tie>`, {math}`x_1`", "Iran ties, $x_1$"),
        ("[words](event:1991-a) and [more](https://example.org)", "words and [more](https://example.org)"),
        ("(a-place)=\n## Head", '<a id="a-place"></a>\n## Head'),
        ("```{admonition} At a glance\n- one\n```", "> **At a glance**\n>\n> - one"),
        (":::{warning}\nCare.\n:::", "> **Warning**\n>\n> Care."),
        (
            ":::{dropdown} Solution\n:open:\nIt is.\n:::",
            "<details>\n<summary>Solution</summary>\n\nIt is.\n\n</details>",
        ),
        ("::::{grid} 1 1 2\n:gutter: 3\n:::{card} A\nB\n:::\n::::", "**A**\n\nB"),
    ],
)
def test_myst_becomes_markdown_that_every_viewer_shows(myst: str, plain: str) -> None:
    def web_only(target: str) -> str | None:
        return target if target.startswith("https:") else None

    assert notebooks.plain_text(myst, {"n": 2.46, "who": "Iran"}, "p", web_only) == plain


@pytest.mark.parametrize(
    ("myst", "message"),
    [
        ("{glue:text}`nothing`", "p: no cell puts the value 'nothing'"),
        ("{eval}`1 + 1`", "p: notebooks cannot show the role 'eval'"),
        (":::{iframe} x\n:::", "p: notebooks cannot show the directive 'iframe'"),
        (":::{note}\nnever closed", "p: the directive 'note' has no end"),
    ],
)
def test_what_a_notebook_cannot_show_stops_the_edition(myst: str, message: str) -> None:
    with pytest.raises(portable.PortableError, match=re.escape(message)):
        notebooks.plain_text(myst, {}, "p", nowhere)


def test_evidence_leads_to_the_press_or_to_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    page, event = "chapters/01_background", "event:1991-12-25-irn-aze-recognition"
    monkeypatch.delenv("BOOK_URL", raising=False)
    assert notebooks._address(event, page).startswith("https://")
    assert notebooks._address("02_crisis_2021.md", page) == "02_crisis_2021.ipynb"
    assert notebooks._address("back/claims.md", page) is None
    monkeypatch.setenv("BOOK_URL", "https://example.org/book/")
    assert notebooks._address(event, page) == (
        "https://example.org/book/chapters/back/chronology.html#1991-12-25-irn-aze-recognition"
    )
    assert notebooks._address("back/claims.md#x", page) == "https://example.org/book/chapters/back/claims.html#x"


# --- the notebooks of the chapters ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks edition, unpacked; with the results of the book, so that the chapters need not run once more."""
    folder = tmp_path_factory.mktemp("unpacked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notebooks, "run", lambda: {name: portable.executed(name) for name in portable.pages()})
        zipfile.ZipFile(editions.notebooks(folder)).extractall(folder)
    return folder / f"{editions.NAME}-notebooks"


def test_the_zip_holds_chapters_wheel_requirements_and_licences(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    chapters = {f"{page.rsplit('/', 1)[-1]}.ipynb" for page in portable.pages()}
    assert len(chapters) == 7
    assert chapters | {"README.md", "requirements.txt", "LICENSE", "LICENSE-DATA"} < names
    assert sum(name.endswith(".whl") for name in names) == 1


def test_every_notebook_is_valid_and_plain_and_its_first_cell_installs(unpacked: Path) -> None:
    for path in unpacked.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code[0].source == portable.first_cell().source
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert not re.search(r"\{[a-z:]+\}`|^:::|^```\{|\]\((event|claim|source):|\]\([^)]*\.md", text, re.MULTILINE)
        assert len(text) > 5000
        assert sum(bool(cell.outputs) for cell in code) >= 6


@pytest.mark.slow
def test_each_chapter_runs_from_the_unpacked_zip_with_nothing_but_its_requirements(
    unpacked: Path, fresh_environment: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    python = fresh_environment(unpacked / "requirements.txt")
    for name in ("PYTHONPATH", "CASEBOOK_DATA", "HELPERS_STATIC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")

    async def run(path: Path, free: asyncio.Semaphore) -> nbformat.NotebookNode:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.outputs = []
        notebook.cells.append(
            nbformat.v4.new_code_cell("import helpers, sys; print(helpers.__file__, 'sphinx' in sys.modules)")
        )
        client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}})
        client.km = client.create_kernel_manager()
        client.km._kernel_spec = KernelSpec(argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"])
        async with free:
            await client.async_execute()
        return notebook

    async def run_all() -> list[nbformat.NotebookNode]:
        free = asyncio.Semaphore(2)
        return await asyncio.gather(*(run(path, free) for path in sorted(unpacked.glob("*.ipynb"))))

    # In a thread: a browser of an earlier test keeps the event loop of this one.
    with ThreadPoolExecutor(1) as thread:
        executed = thread.submit(asyncio.run, run_all()).result()
    for notebook in executed:
        last = notebook.cells[-1].outputs[0].text
        assert str(python.parents[1]) in last
        assert "False" in last
        shown = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs if "data" in o]
        assert any("application/vnd.jupyter.widget-view+json" in o["data"] for o in shown)
        assert any("image/png" in o["data"] for o in shown)


def test_the_chapters_are_run_under_the_names_that_the_build_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    stale: list[str] = []
    monkeypatch.setattr(execution, "prepare_kernels", lambda: None)
    monkeypatch.setattr(build, "use_memory", lambda: None)  # it would set the environment for later tests
    monkeypatch.setattr(build, "drop_outdated_cache", lambda _folder: None)
    monkeypatch.setattr(execution, "is_cached", lambda _cache, _notebook: False)
    monkeypatch.setattr(execution.Execution, "__enter__", lambda chapters: stale.extend(chapters.pages) or chapters)
    monkeypatch.setattr(execution.Execution, "__exit__", lambda *_: None)
    monkeypatch.setattr(portable, "executed", lambda name, _folder: name)
    assert list(notebooks.run()) == portable.pages()
    assert stale == portable.pages()


# --- hosts and editors ------------------------------------------------------------------------------------------------


def test_links_to_hosts_appear_with_an_address_only() -> None:
    assert run_links.links("chapters/01_background", "") == []
    assert run_links.links("chapters/01_background", "https://example.org/casebook") == []
    found = dict(run_links.links("chapters/01_background", "https://github.com/someone/casebook"))
    assert found == {
        "Run on Binder": "https://mybinder.org/v2/gh/someone/casebook/HEAD?urlpath=lab/tree/chapters/01_background.md",
        "Run on Colab": "https://colab.research.google.com/github/someone/casebook/blob/notebooks/01_background.ipynb",
        "Download the notebook": "https://github.com/someone/casebook/raw/notebooks/01_background.ipynb",
    }


def test_links_stand_under_the_title_of_chapters_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSITORY_URL", "https://github.com/someone/casebook")
    for name, expected in (("chapters/01_background", 3), ("chapters/back/data", 0)):
        context = {"body": "<h1>Title</h1><p>Text</p>"}
        run_links.add_links(None, name, "", context, None)
        assert context["body"].count("<a href=") == expected
    monkeypatch.delenv("REPOSITORY_URL")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    context = {"body": "<h1>Title</h1>"}
    run_links.add_links(None, "chapters/01_background", "", context, None)
    assert context["body"] == "<h1>Title</h1>"


def test_binder_and_dev_container_use_the_lock_file_and_make() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert tuple(map(int, version.split("."))) >= tuple(map(int, project["requires-python"].lstrip(">=").split(".")))
    setup = ROOT / ".binder" / "postBuild"
    assert "--require-hashes --requirement requirements.lock" in setup.read_text(encoding="utf-8")
    listed = subprocess.run(["git", "ls-files", "--stage", setup], cwd=ROOT, capture_output=True, text=True).stdout
    assert not listed or listed.startswith("100755")
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    target = container["postCreateCommand"].removeprefix("make ")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))["recommendations"]
    assert recommended == container["customizations"]["vscode"]["extensions"]
