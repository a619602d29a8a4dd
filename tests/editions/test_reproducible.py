"""Two clean builds of one commit are the same, byte for byte, except for what is listed here with its reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import build
import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Pattern of files that may differ, and why. There is none.
MAY_DIFFER: dict[str, str] = {}


def copy_project(target: Path) -> Path:
    """Copy what git tracks or would track, and nothing that an earlier build left."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


def build_anew(project: Path) -> Path:
    """Build the book in another folder, with other hashes, another time zone and one notebook at a time."""
    environment = {
        **os.environ,
        "JOBS": "1",
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": str(project / "src"),
        "TZ": "Pacific/Auckland",
    }
    environment.pop("CASEBOOK_DATA", None)
    run = subprocess.run(
        [sys.executable, "tools/build.py"], cwd=project, env=environment, capture_output=True, text=True, timeout=3500
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return project / "_build" / "html"


def differences(one: Path, other: Path) -> list[str]:
    """Return the files of two folders that one lacks, or whose bytes differ."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    return sorted(
        name.as_posix()
        for name in names
        if not any(fnmatch(name.as_posix(), pattern) for pattern in MAY_DIFFER)
        if not ((one / name).is_file() and (other / name).is_file())
        or (one / name).read_bytes() != (other / name).read_bytes()
    )


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.html").write_text("the same", encoding="utf-8")
    assert differences(tmp_path / "a", tmp_path / "b") == []
    (tmp_path / "a" / "page.html").write_text("another", encoding="utf-8")
    (tmp_path / "b" / "more.html").touch()
    assert differences(tmp_path / "a", tmp_path / "b") == ["more.html", "page.html"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git says which files make the project, and this is no clone")
def test_a_second_clean_build_elsewhere_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    stamp = build.BUILD / "book.key"
    if not build.stamp_matches(stamp, build.book_key()):
        pytest.fail("the book is not up to date: run `make book` (or `make test`, which does)")
    again = build_anew(copy_project(tmp_path / "another place"))
    assert differences(site, again) == []
