"""What tests share: the real tables, a copy to spoil, the built book, and a browser."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from frames import chromium
from hypothesis import settings

from helpers import tables

# A shared or busy machine is slow at times; that is no fault of the code under test.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data() -> dict[str, pd.DataFrame]:
    return tables.load_all(ROOT)


@pytest.fixture
def spoilable(tmp_path: Path) -> Path:
    """A copy of data/ that a test may damage."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


@pytest.fixture
def small_project(tmp_path: Path) -> Callable[..., Path]:
    """Make a copy of the project whose book is one page, with a finished site if its text is given."""

    def make(page: str, finished: str = "") -> Path:
        for name in ("data", "src", "tools", "assets"):
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        for name in ("_config.yml", "requirements.lock", "LICENSE-DATA"):
            shutil.copy(ROOT / name, tmp_path)
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
        (tmp_path / "index.md").write_text(page, encoding="utf-8")
        if finished:
            (tmp_path / "_build" / "html").mkdir(parents=True)
            (tmp_path / "_build" / "html" / "index.html").write_text(finished, encoding="utf-8")
        return tmp_path

    return make


def _uv(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uv", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)


@pytest.fixture(scope="session")
def fresh_environment() -> Callable[[Path], Path]:
    """Make an environment with nothing but what a ``requirements.txt`` asks for, and return its Python.

    Environments stay in ``_build/envs``, under the hash of the requirements (which hold the hash of the wheel). Where
    no registry answers, the test is skipped, or fails if NETWORK_TESTS=required.
    """

    def make(requirements: Path) -> Path:
        key = hashlib.sha256(sys.version.encode() + requirements.read_bytes()).hexdigest()[:16]
        ready, folder = (ROOT / "_build" / "envs" / name for name in (key, f"{key}.{os.getpid()}"))
        program = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        if ready.exists():
            return ready / program
        python = folder / program
        made = _uv("venv", "--quiet", "--clear", "--python", sys.executable, folder)
        assert made.returncode == 0, made.stderr
        asked = ("--require-hashes", "--requirement", requirements.name)
        run = _uv("pip", "install", "--quiet", "--python", python, *asked, folder=requirements.parent)
        if run.returncode:  # pip knows settings of the machine that uv does not read
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile"]
            run = subprocess.run([*pip, *asked], cwd=requirements.parent, capture_output=True, text=True, timeout=1800)
            # Is it the requirements, or does no registry answer for one small package either?
            required = os.environ.get("NETWORK_TESTS") == "required"
            if run.returncode and not required:
                probe = [*pip, "--dry-run", "--no-cache-dir", "--ignore-installed", "six"]
                if subprocess.run(probe, capture_output=True, timeout=600).returncode:
                    pytest.skip(f"no package registry answers: {run.stderr.strip().splitlines()[-1]}")
        assert run.returncode == 0, run.stderr
        with suppress(OSError):  # another worker was first
            folder.rename(ready)
        return ready / program

    return make


@pytest.fixture(scope="session")
def site() -> Path:
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").is_file():
        pytest.fail("the book is not built: run `make book` (or `make test`, which does)")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A real headless Chromium; without one the test is skipped, or fails if BROWSER_TESTS=required."""
    path = chromium()
    if path is None:
        reason = "no Chromium found (put it on the PATH or set CHROMIUM)"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update"]  # fmt: skip
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=quiet)
        yield running
        running.close()
