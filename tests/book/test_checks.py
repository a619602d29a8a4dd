"""The checks of prose and links find what they are for, and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from helpers import numbers

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


prose, links = tool("check_prose"), tool("check_links")


def page(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Trade reached $417 million.",
        "It rose by 48 %.",
        "There were 60 trucks.",
        "A ratio of 8.7 to one.",
        "- 12 events",
        "The 3 ministers met on 15 September 2021.",
    ],
)
def test_a_typed_number_is_found(tmp_path: Path, text: str) -> None:
    assert len(list(prose.typed_numbers(page(tmp_path, f"# Title\n\n{text}\n")))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "On 15 September 2021, and from 12 to 20 September, and in 2012–16.",
        "The 3+3 format, S0 and S1-21, chapter 2.",
        "Reading 20 minutes.",
        "Trade reached {glue:text}`usd:.0f` million.",
        "See [the note](event:2021-08-11-aze-irn-diplomatic-protest) and `x = 42`.",
        "```{code-cell} ipython3\nx = 42\n```",
        "## 1991 to 2000",
        "Licence CC BY 4.0; ISO 3166-1 codes.",
    ],
)
def test_dates_names_and_code_are_no_typed_numbers(tmp_path: Path, text: str) -> None:
    assert list(prose.typed_numbers(page(tmp_path, f"---\nversion: 3\n---\n\n{text}\n"))) == []


def test_the_line_is_given(tmp_path: Path) -> None:
    found = list(prose.typed_numbers(page(tmp_path, "# A\n\n```{code-cell} ipython3\n1\n```\n\nSo 99 cases.\n")))
    assert found[0].startswith(f"{tmp_path / 'page.md'}:7: ")


def test_unknown_evidence_is_found(tmp_path: Path) -> None:
    text = "[a](event:2021-09-15-aze-irn-arrest) [b](event:nothing) [c](claim:S9-99) [d](source:ramani-2021)"
    found = list(prose.unknown_evidence(page(tmp_path, text)))
    assert len(found) == 2
    assert "'nothing' is not an id in data/events.csv" in found[0]
    assert "'S9-99' is not an id in data/claims.csv" in found[1]


def test_a_cell_may_have_fifteen_lines(tmp_path: Path) -> None:
    def cell(lines: int) -> str:
        return "```{code-cell} ipython3\n:tags: [hide-input]\n" + "x = 1\n" * lines + "```\n"

    assert list(prose.long_cells(page(tmp_path, cell(15)))) == []
    assert len(list(prose.long_cells(page(tmp_path, cell(16))))) == 1


def test_links_to_missing_files_and_anchors_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html">x</a><a href="b.html#here">x</a><a href="b.html#gone">x</a><a href="c.html">x</a>'
        '<img src="no.png"><a href="https://example.org/">x</a><a href="#top" id="top">x</a>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="here">x</p>', encoding="utf-8")
    assert links.broken_links(tmp_path) == [
        "a.html: b.html#gone: no such anchor",
        "a.html: c.html: no such file",
        "a.html: no.png: no such file",
    ]


@pytest.mark.parametrize(("value", "error"), [([1], TypeError), (None, TypeError), (float("nan"), ValueError)])
def test_prose_cannot_quote_what_is_no_value(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="x"):
        numbers.put({"x": value})  # type: ignore[dict-item]
