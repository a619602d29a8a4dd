"""A faulty input stops the build, says where the fault is, and leaves the last good book in place."""

from __future__ import annotations

import os
import shutil
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


def site(project: Path) -> dict[str, bytes]:
    folder = project / "_build" / "html"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_build_that_keeps_pages_makes_the_site_that_a_clean_build_makes(project: Path) -> None:
    toc = "format: jb-book\nroot: index\nchapters:\n- file: second\n- file: third\n"
    (project / "_toc.yml").write_text(toc, encoding="utf-8")
    second = "See [](third.md).\n\n```{glossary}\nDelta\n: Mouth of a river.\n```\n\n```{code-cell}\n6 * 7\n```\n"
    (project / "second.md").write_text(NOTEBOOK + second, encoding="utf-8")
    third = project / "third.md"
    third.write_text("# Third\n\nAbout rivers.\n", encoding="utf-8")
    first = build(project)
    assert first.returncode == 0 and "rendering 3 of 3" in first.stdout, first.stdout + first.stderr
    times = {name: (project / "_build/html" / name).stat().st_mtime_ns for name in ("second.html", "third.html")}

    stamp = third.stat().st_mtime_ns
    third.write_text("# Third\n\nAbout mountains.\n", encoding="utf-8")
    os.utime(third, ns=(stamp, stamp))  # the date of a file proves nothing
    text = build(project)
    assert text.returncode == 0 and "rendering 1 of 3" in text.stdout, text.stdout + text.stderr
    assert b"mountains" in site(project)["third.html"]
    assert (project / "_build/html/second.html").stat().st_mtime_ns == times["second.html"], "an unchanged page stands"

    third.write_text("# Highlands\n\nAbout mountains.\n", encoding="utf-8")
    title = build(project)
    assert title.returncode == 0 and "rendering 1 of 3" in title.stdout, title.stdout + title.stderr
    kept = site(project)
    assert kept["second.html"].count(b"Highlands") >= 2, "in the margin and in the link"
    assert b"rivers" not in kept["searchindex.js"]

    shutil.rmtree(project / "_build")
    assert build(project).returncode == 0
    clean = site(project)
    assert kept.keys() == clean.keys()
    assert [name for name, content in kept.items() if content != clean[name]] == []


def test_pages_are_not_kept_from_a_site_that_somebody_changed(project: Path) -> None:
    page = project / "_build" / "html" / "index.html"
    assert build(project).returncode == 0
    page.write_text("spoilt", encoding="utf-8")
    (project / "_build" / "book.key").unlink()
    again = build(project)
    assert "rendering 1 of 1" in again.stdout, again.stdout + again.stderr
    assert "Nothing to run." in page.read_text(encoding="utf-8")


def test_whatever_results_depend_on_reaches_the_page_in_spite_of_the_cache(project: Path) -> None:
    cell = (
        "```{code-cell} ipython3\nfrom helpers import tables\nfrom helpers.evidence import date_label\n"
        'print(tables.load("actors").set_index("id").loc["IRN", "name"])\n'
        'print(date_label(tables.load("events")["start"].min()))\n```\n'
    )
    (project / "index.md").write_text(NOTEBOOK + cell, encoding="utf-8")

    def page_after(file: str, old: str, new: str) -> tuple[str, str]:
        path = project / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        run = build(project)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout, site(project)["index.html"].decode()

    assert build(project).returncode == 0
    _, page = page_after("data/actors.csv", "IRN,Iran,", "IRN,Persia,")
    assert "Persia" in page
    _, page = page_after("src/helpers/evidence.py", '"December"', '"Decembris"')
    assert "1 Decembris 1991" in page
    said, _ = page_after("requirements.lock", "pandas==", "pandas==0.")  # what is locked counts, not what is there
    assert "running 1 notebook" in said


def test_a_chapter_that_runs_again_computes_only_what_is_new_and_nothing_that_is_outdated(project: Path) -> None:
    helper = project / "src/helpers/halved.py"
    helper.write_text(
        "from pathlib import Path\n\nfrom helpers.memo import remember\n\n\n@remember\ndef half(number):\n"
        '    Path("computed.txt").open("a").write(f"{number} ")\n    return number / 2\n',
        encoding="utf-8",
    )
    cell = "```{code-cell} ipython3\nfrom helpers.halved import half\n\nprint(half(8), half(10))\n```\n"

    def page_after(text: str) -> str:
        (project / "index.md").write_text(text, encoding="utf-8")
        run = build(project)
        assert run.returncode == 0, run.stdout + run.stderr
        return site(project)["index.html"].decode()

    assert "4.0 5.0" in page_after(NOTEBOOK + cell)
    assert "6.0 5.0" in page_after(NOTEBOOK + cell.replace("half(8)", "half(12)"))
    assert (project / "computed.txt").read_text(encoding="utf-8") == "8 10 12 "
    helper.write_text(helper.read_text(encoding="utf-8").replace("/ 2", "/ 20"), encoding="utf-8")
    assert "0.4 0.5" in page_after(NOTEBOOK + cell)
    assert len(list((project / "_build/memory").iterdir())) == 1, "results of other code are gone"


def two_pages(project: Path, second: str) -> None:
    """Write a second page, which another process writes than the first one where there are two processors."""
    (project / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: other\n", encoding="utf-8")
    (project / "other.md").write_text(NOTEBOOK + second, encoding="utf-8")


def test_one_chapter_in_error_does_not_keep_others_from_their_results(project: Path) -> None:
    (project / "index.md").write_text(NOTEBOOK + "```{code-cell} ipython3\n1 / 0\n```\n", encoding="utf-8")
    cell = "```{code-cell} ipython3\nimport time\n\ntime.sleep(3)\nprint(6 * 7)\n```\n"
    two_pages(project, cell)
    assert_stopped(project, build(project), "Build failed: Chapters with errors: index.md", "ZeroDivisionError")
    (project / "index.md").write_text(NOTEBOOK + "```{code-cell} ipython3\n1 / 1\n```\n", encoding="utf-8")
    again = build(project)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "running 1 notebook(s)" in again.stdout
    assert b"42" in site(project)["other.html"]


def test_results_of_what_runs_are_kept_when_the_build_is_refused_meanwhile(project: Path) -> None:
    cell = "```{code-cell} ipython3\nimport time\n\ntime.sleep(3)\nprint(6 * 7)\n```\n"
    wrong, right = "[happened](event:2021-13-nothing)", "happened"
    (project / "index.md").write_text(NOTEBOOK + f"It {wrong}.\n\n{cell}", encoding="utf-8")
    assert_stopped(project, build(project), "running 1 notebook(s)", "2021-13-nothing")
    (project / "index.md").write_text(NOTEBOOK + f"It {right}.\n\n{cell}", encoding="utf-8")
    again = build(project)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "all results are in the cache" in again.stdout
    assert b"42" in site(project)["index.html"]


def test_a_warning_of_a_second_process_stops_the_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS", "2")
    two_pages(project, "```json\n{'no': json]\n```\n")
    assert_stopped(project, build(project), "other.md:9", "literal_block", "Build failed")


def test_a_fault_in_a_second_process_stops_the_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS", "2")
    two_pages(project, "Nothing to run.\n")
    extension = project / "tools/evidence_pages.py"
    text, begin = extension.read_text(encoding="utf-8"), "    del templatename, doctree\n"
    assert begin in text
    fault = f'{begin}    if pagename == "other":\n        1 / 0\n'
    extension.write_text(text.replace(begin, fault), encoding="utf-8")
    assert_stopped(project, build(project), "Build failed", "add_cards", "division by zero")


def test_a_fault_in_an_extension_stops_the_build_and_is_named(project: Path) -> None:
    extension = project / "tools/kept_pages.py"
    text = extension.read_text(encoding="utf-8")
    assert "return [] if shared" in text
    extension.write_text(text.replace("return [] if shared", "1 / 0\n    return [] if shared"), encoding="utf-8")
    assert_stopped(project, build(project), "Build failed", "kept_pages", "division by zero")


def test_an_address_that_is_set_reaches_the_pages(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build(project).returncode == 0
    monkeypatch.setenv("BOOK_URL", "https://example.org/book")
    run = build(project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "https://example.org/book/" in site(project)["index.html"].decode()
    monkeypatch.setenv("BOOK_URL", "example.org")
    run = build(project)
    assert run.returncode == 1 and "starts with https://" in run.stderr
