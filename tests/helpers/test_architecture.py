"""The drawing of the package holds what the code does, and the code keeps to the rooms and doors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers.numbers import architecture
from helpers.numbers.architecture import ROOMS, Room

SOURCE = Path(architecture.__file__).parents[1]


def package(folder: Path, **files: str) -> Path:
    """Write a small package called helpers."""
    for name, text in files.items():
        path = folder / "helpers" / f"{name.replace('__', '/', 1) if '__' in name[1:-1] else name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "helpers"


def test_imports_of_every_form_and_place_are_found(tmp_path: Path) -> None:
    folder = package(
        tmp_path,
        low="import os\n",
        middle="from helpers import low\n",
        high="import helpers.middle\ndef f():\n    from helpers.low import x\n    from helpers import middle\n",
    )
    found = architecture.imports(folder)
    assert list(found.itertuples(index=False, name=None)) == [
        ("high", "low", 1), ("high", "middle", 2), ("middle", "low", 1),
    ]  # fmt: skip


def test_an_import_of_a_module_that_is_not_there_is_located(tmp_path: Path) -> None:
    folder = package(tmp_path, one="x = 1\nfrom helpers import two\n")
    with pytest.raises(ValueError, match=r"one\.py:2: imports 'two'"):
        architecture.imports(folder)


ROOMS_OF_TWO = (Room("Top", "", ("a", "b"), ("Ground",)), Room("Side", "", ("s",)), Room("Ground", "", ("c", "d")))


@pytest.mark.parametrize(
    ("edges", "names", "words"),
    [
        ([("a", "c"), ("a", "b"), ("c", "d")], "abcd", []),
        ([("c", "a")], "abcd", ["c imports a, but Ground has no door to Top"]),
        ([("a", "s")], "abcds", ["a imports s, but Top has no door to Side"]),
        ([("a", "b"), ("b", "a")], "ab", ["imports in a circle"]),
        ([], "abz", ["z has no room"]),
    ],
)
def test_a_breach_of_the_rules_is_named(edges: list[tuple[str, str]], names: str, words: list[str]) -> None:
    found = pd.DataFrame(edges, columns=["importer", "imported"]).assign(places=1)
    said = architecture.breaches(found, names, ROOMS_OF_TWO)
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))


def test_a_door_may_not_lead_up() -> None:
    rooms = (Room("Top", "", ("a",)), Room("Ground", "", ("b",), ("Top",)))
    none = pd.DataFrame(columns=["importer", "imported", "places"])
    assert "does not lead down" in architecture.breaches(none, "ab", rooms)[0]


def test_dependencies_of_the_package_point_downwards_only() -> None:
    assert architecture.breaches(architecture.imports(), architecture.modules()) == []


def test_every_room_holds_modules_that_exist_and_each_module_stands_in_one_room() -> None:
    named = [module for room in ROOMS for module in room.modules]
    assert len(named) == len(set(named))
    assert set(architecture.modules()) == set(named)


def test_no_model_and_no_foundation_knows_how_things_are_shown_and_nothing_imports_a_chapter() -> None:
    found = architecture.imports()
    home = {module: room.name for room in ROOMS for module in room.modules}
    shown = found[found["imported"].map(home).isin(["Showing", "Numbers"])]
    assert set(shown["importer"].map(home)) <= {"Showing", "Numbers", "Commands"}
    for path in SOURCE.rglob("*.py"):
        assert "import chapters" not in path.read_text(encoding="utf-8")


def test_what_is_read_from_the_code_is_what_python_loads() -> None:
    """Loading a module loads what the drawing says it imports at the top, and nothing above it."""
    code = "import sys, helpers.tables; print(*sorted(m for m in sys.modules if m.startswith('helpers.')))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )  # fmt: skip
    assert run.stdout.split() == ["helpers.memo", "helpers.schemas", "helpers.tables"]


def test_the_drawings_show_every_module_and_every_import() -> None:
    found = architecture.imports()
    rooms, matrix = architecture.draw_rooms(), architecture.draw_matrix()
    markup = rooms.to_html()
    for module in architecture.modules():
        assert module in markup
    assert rooms.data["Imports"].sum() + _inside(found) == len(found)
    assert len(matrix.data) == len(found)
    for figure in (rooms.figure, rooms.narrow()):
        (axes,) = figure.axes
        assert max(line.get_xdata().max() for line in axes.lines) < axes.get_xlim()[1], "every arrow is within"
    svg = matrix.svg()
    assert svg.count('class="mark"') == len(found)
    order = [text.get_text() for text in matrix.figure.axes[0].get_yticklabels()]
    assert all(order.index(row.importer) < order.index(row.imported) for row in found.itertuples())


def _inside(found: pd.DataFrame) -> int:
    home = {module: room.name for room in ROOMS for module in room.modules}
    return int((found["importer"].map(home) == found["imported"].map(home)).sum())
