"""A faulty input stops the build, says where the fault is, and leaves the last good book in place."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = "<title>the last good book</title>"
NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# A page

"""


@pytest.fixture
def project(small_project: Callable[..., Path]) -> Path:
    """A copy of the project with one page and a finished book."""
    return small_project(NOTEBOOK + "Nothing to run.\n", finished=GOOD)


def build(project: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    environment.pop("CASEBOOK_DATA", None)
    command = [sys.executable, "tools/build.py"]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)


def assert_stopped(project: Path, run: subprocess.CompletedProcess[str], *words: str) -> None:
    said = run.stdout + run.stderr
    assert run.returncode != 0, said
    for word in words:
        assert word in said, said
    assert "last good book" in said
    assert (project / "_build" / "html" / "index.html").read_text(encoding="utf-8") == GOOD


def test_a_bad_row_stops_the_build_and_is_located(project: Path) -> None:
    events = project / "data" / "events.csv"
    lines = events.read_text(encoding="utf-8").split("\n")
    lines[5] = lines[5].replace(",19", ",3019", 1)
    events.write_text("\n".join(lines), encoding="utf-8")
    assert_stopped(project, build(project), "events.csv", "row 5", "'start'", "3019")


def test_a_missing_table_stops_the_build(project: Path) -> None:
    (project / "data" / "flows.csv").unlink()
    assert_stopped(project, build(project), "flows.csv", "missing")


def test_a_link_to_unknown_evidence_stops_the_build(project: Path) -> None:
    (project / "index.md").write_text(NOTEBOOK + "It [happened](event:2021-13-nothing).\n", encoding="utf-8")
    assert_stopped(project, build(project), "index.md:9", "2021-13-nothing")


def test_an_error_in_a_cell_stops_the_build_with_its_traceback(project: Path) -> None:
    cell = "```{code-cell} ipython3\nundefined_name + 1\n```\n"
    (project / "index.md").write_text(NOTEBOOK + cell, encoding="utf-8")
    assert_stopped(project, build(project), "index.md", "NameError", "undefined_name")


def test_a_warning_on_a_page_stops_the_build(project: Path) -> None:
    (project / "index.md").write_text(NOTEBOOK + "{glue:text}`no_such_number`\n", encoding="utf-8")
    assert_stopped(project, build(project), "no_such_number")


def test_a_sound_page_replaces_the_book_and_a_second_build_does_nothing(project: Path) -> None:
    cell = "```{code-cell} ipython3\nprint(2 * 21)\n```\n"
    (project / "index.md").write_text(NOTEBOOK + cell, encoding="utf-8")
    first = build(project)
    assert first.returncode == 0, first.stdout + first.stderr
    page = project / "_build" / "html" / "index.html"
    assert "42" in page.read_text(encoding="utf-8")
    stamp = page.stat().st_mtime_ns
    second = build(project)
    assert second.returncode == 0
    assert "up to date" in second.stdout
    assert page.stat().st_mtime_ns == stamp


def test_a_changed_value_reaches_the_page_in_spite_of_the_cache(project: Path) -> None:
    cell = (
        "```{code-cell} ipython3\nfrom helpers import tables\n"
        'print(tables.load("actors").set_index("id").loc["IRN", "name"])\n```\n'
    )
    (project / "index.md").write_text(NOTEBOOK + cell, encoding="utf-8")
    assert build(project).returncode == 0
    actors = project / "data" / "actors.csv"
    actors.write_text(actors.read_text(encoding="utf-8").replace("IRN,Iran,", "IRN,Persia,"), encoding="utf-8")
    run = build(project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Persia" in (project / "_build" / "html" / "index.html").read_text(encoding="utf-8")
