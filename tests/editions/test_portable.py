"""What notebooks need away from the project: a wheel, requirements that are exact, a cell that installs them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import portable
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def names(requirements: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE))


def needed_here(package: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """What a package needs on this machine, by the metadata of what is installed; a second road to the same list."""
    found: set[str] = set()
    waiting = [(package, extras)]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                plain = re.sub(r"[-_.]+", "-", need.name).lower()
                found.add(plain)
                waiting.append((plain, frozenset(need.extras)))
    return found


def test_the_wheel_is_the_same_twice_and_holds_code_tables_and_licences(tmp_path: Path) -> None:
    first = portable.wheel(tmp_path / "a").read_bytes()
    portable._wheel.cache_clear()
    wheel = portable.wheel(tmp_path / "b")
    assert wheel.read_bytes() == first
    held = set(zipfile.ZipFile(wheel).namelist())
    tables = {f"helpers/data/{path.relative_to(ROOT / 'data').as_posix()}" for path in (ROOT / "data").rglob("*.*")}
    code = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert tables | code | {"helpers/py.typed"} <= held
    assert sum("licenses/LICENSE" in name for name in held) == 2
    assert not [name for name in held if "__pycache__" in name or name.startswith("tests")]


def test_requirements_are_hashed_and_complete_and_hold_nothing_of_the_book(tmp_path: Path) -> None:
    path = portable.requirements(tmp_path / "requirements.txt", "ipykernel")
    listed = names(path)
    assert needed_here("iran-azerbaijan-casebook") | needed_here("ipykernel") | {"ipykernel"} <= listed
    assert not listed & {"sphinx", "jupyter-book", "myst-nb", "pytest", "jupyterlab"}
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8"))
    assert len(entries) > 40
    assert all("--hash=sha256:" in entry for entry in entries)


def test_extras_and_packages_add_what_they_need(tmp_path: Path) -> None:
    plain = names(portable.requirements(tmp_path / "a.txt"))
    course = names(portable.requirements(tmp_path / "b.txt", "course", "jupyterlab"))
    assert plain < course
    assert {"otter-grader", "jupyterlab", "jupyter-server"} <= course


def test_an_unknown_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(portable.PortableError, match="no-such-package"):
        portable.requirements(tmp_path / "requirements.txt", "no-such-package")


def test_a_chapter_comes_with_its_results_and_others_with_a_clear_error() -> None:
    assert portable.pages()[0] == "chapters/01_background"
    notebook = portable.executed("01_background")
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code" and "exhibit" in cell.source)
    with pytest.raises(portable.PortableError, match="no page chapters/99_nothing"):
        portable.executed("chapters/99_nothing")


def test_opened_alone_a_notebook_installs_from_the_repository_if_its_address_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("REPOSITORY_URL", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    assert "git+" not in portable.first_cell().source
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/casebook")
    assert '["git+https://github.com/someone/casebook"]' in portable.first_cell().source


def test_the_helpers_run_in_an_empty_folder_with_nothing_but_their_requirements(
    tmp_path: Path, fresh_environment: Callable[[Path], Path]
) -> None:
    python = fresh_environment(portable.requirements(tmp_path / "made" / "requirements.txt", "ipykernel"))
    code = (
        "from helpers import numbers, tables; from helpers.numbers import background\n"
        "numbers.put({'n': len(tables.load('events'))}); print(tables.data_folder())"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    run = subprocess.run([python, "-I", "-c", code], cwd=empty, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    assert "site-packages" in run.stdout


def test_the_first_cell_does_nothing_where_helpers_are_and_says_what_is_missing_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = portable.first_cell().source
    exec(source, {})
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(FileNotFoundError, match=r"requirements\.txt"):
        exec(source, {})
