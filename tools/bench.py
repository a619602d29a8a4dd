"""Measure the build, and print a table.

Builds run in temporary copies, so the published book and its caches stay as they are. The limit
for a cold build is what stock Jupyter Book needs for as many notebooks that only import the
libraries and draw one figure, plus the time to draw all explorer frames, spread over the cores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import portable
from build import PAGE_INPUTS, page_texts
from execution import ROOT
from myst_nb.core.read import is_myst_markdown_notebook

TARGET = 1.0  # a cold build may take this many times the limit
UNCHANGED, ONE_CHAPTER = 3, 8  # seconds; the second without the frames of that chapter
ROUNDS = 2  # the faster of two runs: the first one may meet cold disks

STOCK_CHAPTER = """\
---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---
# Chapter {number}

```{{code-cell}} ipython3
import matplotlib.pyplot as plt
import networkx as nx
import pandas as pd

figure, axes = plt.subplots()
axes.plot([1, 2, {number}])
```
"""


def timed(command: list[str], folder: Path, **environment: str) -> float:
    """Run a command, quiet unless it fails, and return the seconds it took."""
    start = time.perf_counter()
    result = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return time.perf_counter() - start


def notebooks() -> list[Path]:
    """List the notebooks of the book, relative to the project folder."""
    return [Path(f"{name}.md") for name, text in page_texts().items() if is_myst_markdown_notebook(text)]


def build_copy(folder: Path, **environment: str) -> float:
    """Build the copy of the project in a folder, with the copy's own helpers and data."""
    command = [sys.executable, "tools/build.py"]
    return timed(command, folder, PYTHONPATH=str(folder / "src"), **environment)


def copy_project(folder: Path) -> None:
    """Copy what a build reads."""
    for name in PAGE_INPUTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def stock_build(folder: Path, count: int) -> float:
    """Build a stock book of trivial notebooks."""
    folder.mkdir()
    chapters = "".join(f"- file: chapter{number}\n" for number in range(2, count + 1))
    toc = "format: jb-book\nroot: chapter1\n" + (f"chapters:\n{chapters}" if chapters else "")
    (folder / "_toc.yml").write_text(toc, encoding="utf-8")
    (folder / "_config.yml").write_text("title: Stock\n", encoding="utf-8")
    for number in range(1, count + 1):
        text = STOCK_CHAPTER.format(number=number)
        (folder / f"chapter{number}.md").write_text(text, encoding="utf-8")
    command = "from jupyter_book.cli.main import main; main()"  # the package has no __main__
    return timed([sys.executable, "-c", command, "build", "."], folder)


def frame_times(log: Path) -> list[float]:
    """Read how long each frame took to draw."""
    return [float(line) for line in log.read_text(encoding="utf-8").split()] if log.is_file() else []


def bench_builds() -> None:
    """Print the times of a cold, an unchanged and a one-chapter build, and the limit."""
    chapters = notebooks()
    cold, stock = [], []
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        for number in range(ROUNDS):
            stock.append(stock_build(top / f"stock{number}", len(chapters)))
            book = top / f"book{number}"
            copy_project(book)
            cold.append(build_copy(book))
        unchanged = build_copy(book)
        chapter = book / f"{portable.pages()[0]}.md"  # the landing page, the first notebook, has no explorer
        text = chapter.read_text(encoding="utf-8")
        chapter.write_text(text.rstrip() + "\n\n```{code-cell} ipython3\nNone\n```\n", encoding="utf-8")
        one_chapter = build_copy(book, HELPERS_FRAME_LOG=str(top / "own.log"))
        own = frame_times(top / "own.log")
        shutil.rmtree(book / "_build")
        # One notebook at a time, so that the frames do not compete for the cores.
        build_copy(book, JOBS="1", HELPERS_FRAME_LOG=str(top / "frames.log"))
        frames = frame_times(top / "frames.log")
    cores = os.cpu_count() or 1
    limit = min(stock) + sum(frames) / cores
    rows = [
        (f"cold build, {len(chapters)} notebooks run", min(cold)),
        ("  limit: stock build plus frames / cores", limit),
        (f"    stock Jupyter Book, {len(chapters)} trivial notebooks", min(stock)),
        (f"    {len(frames)} explorer frames drawn alone, / {cores} cores", sum(frames) / cores),
        (f"build with nothing changed (target {UNCHANGED})", unchanged),
        (
            f"build with one chapter changed, its {len(own)} frames left out (target {ONE_CHAPTER})",
            one_chapter - sum(own),
        ),
        ("  its frames", sum(own)),
    ]
    print(f"\n{'Build':<68}{'seconds':>8}")
    for label, seconds in rows:
        print(f"{label:<68}{seconds:8.1f}")
    ratio = min(cold) / limit
    print(f"cold build: {ratio:.2f} of the limit ({'within' if ratio <= TARGET else 'OVER'} the target of {TARGET})")


if __name__ == "__main__":
    bench_builds()
