"""Run the notebooks of the book in parallel kernels, and keep their results in a cache."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

#: Kernels are forked from a loaded process; elsewhere that is not safe, or impossible.
FORKING = sys.platform == "linux"


class BuildError(Exception):
    """A failure whose message is all that the author needs to see."""


def jobs() -> int:
    """Return how many processes may work at a time: JOBS, or one per processor."""
    return int(os.environ.get("JOBS") or os.cpu_count() or 1)


def prepare_kernels() -> None:
    """Set what kernels inherit."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # any other would drop every figure
    # Run this environment's kernel even if the reader's account has another one named python3.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


def warm_up() -> None:
    """Where it is safe, start the process that kernels are forked from, if it does not run yet."""
    if FORKING:
        import prefork

        prefork.warm_up()


def check_font() -> None:
    """Refuse to draw in a font that the figures were not laid out for."""
    # Filling matplotlib's font cache here keeps the kernels from all doing so, and from warning about it.
    from matplotlib import font_manager

    try:
        font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    except ValueError:
        raise BuildError(
            "The font DejaVu Sans is missing, in which the figures are laid out. It comes with matplotlib: run "
            "`make clean` and `make book` to install it again."
        ) from None


def _path(page: str) -> Path:
    return ROOT / f"{page}.md"


def forget(page: str, folder: Path) -> None:
    """Delete the cached results of a page, if there are any."""
    from jupyter_cache import get_cache
    from myst_nb.core.read import read_myst_markdown_notebook

    path = _path(page)
    if path.is_file():
        notebook = read_myst_markdown_notebook(path.read_text(encoding="utf-8"), path=path)
        cache = get_cache(str(folder))
        with suppress(KeyError):
            cache.remove_cache(cache.match_cache_notebook(notebook).pk)


def is_cached(cache: Any, notebook: Any) -> bool:
    """Tell whether the cache holds a whole result; what a build that was cut off left of one is deleted."""
    from jupyter_cache.cache.db import NbCacheRecord

    _, key = cache.create_hashed_notebook(notebook)
    kept = Path(cache.path) / "executed" / key
    try:
        NbCacheRecord.record_from_hashkey(key, cache.db)
        json.loads((kept / "base.ipynb").read_text(encoding="utf-8"))
    except (KeyError, FileNotFoundError, ValueError):  # no entry, an entry without its file, or half a file
        if kept.exists():
            shutil.rmtree(kept)
        return False
    return True


def stale_notebooks(cache: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return by their names the notebooks among the pages that have no result in the cache."""
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

    stale = {}
    for name in names:
        path = _path(name)
        text = path.read_text(encoding="utf-8")
        if not is_myst_markdown_notebook(text):
            continue
        notebook = read_myst_markdown_notebook(text, path=path)
        if any(cell.cell_type == "code" for cell in notebook.cells) and not is_cached(cache, notebook):
            stale[name] = notebook
    return stale


class Execution:
    """The run of stale notebooks, `jobs` at a time, while the caller does something else.

    Use it in a ``with`` statement; what has not begun when that is left is not run. Threads suffice because the work
    happens in the kernels. The cache (SQLite) is written from the caller's thread only.

    Parameters
    ----------
    folder
        Of the cache.
    names
        Pages of the book.

    Attributes
    ----------
    pages
        Those that are run, since the cache had no results of them.
    """

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        from jupyter_cache import get_cache

        self._cache = get_cache(str(folder))
        self._stale = stale_notebooks(self._cache, names)
        self._running: dict[Future[Any], str] = {}
        self._failed: list[str] = []
        self.pages = list(self._stale)

    def __enter__(self) -> Execution:
        """Start."""
        if not self._stale:
            print("Chapters: all results are in the cache.")
            return self
        from jupyter_cache.executors.utils import single_nb_execution

        warm_up()
        check_font()
        print(f"Chapters: running {len(self._stale)} notebook(s), {jobs()} at a time", flush=True)
        timeout, options = _options()
        self._pool = ThreadPoolExecutor(jobs())
        self._running = {
            # No timing is recorded in the cells, since that would change their hash.
            self._pool.submit(single_nb_execution, notebook, str(_path(name).parent), timeout, False, **options): name
            # Long ones first: no processor is to wait for one at the end.
            for name, notebook in sorted(self._stale.items(), key=lambda item: -len(item[1].cells))
        }
        self._done = as_completed(list(self._running))
        return self

    def __exit__(self, *_error: object) -> None:
        """Start no further notebook, wait for the end of those that run, and keep their results."""
        if not self._stale:
            return
        self._pool.shutdown(cancel_futures=True)
        for job in list(self._running):
            if not job.cancelled() and not job.exception():
                self._keep(job)

    def wait(self, page: str = "") -> None:
        """Wait until the results of a page, or of all, are in the cache.

        Raises
        ------
        BuildError
            If a notebook stopped with an error; the others have then come to their ends.
        """
        while self._running and (not page or self._failed or page in self._running.values()):
            self._keep(next(self._done))
        if self._failed:
            raise BuildError("Chapters with errors: " + ", ".join(sorted(self._failed)))

    def _keep(self, job: Future[Any]) -> None:
        from jupyter_cache.base import CacheBundleIn

        page, result = self._running.pop(job), job.result()
        path, count = _path(page), len(self._stale) - len(self._running)
        name = path.relative_to(ROOT).as_posix()
        print(f"  {count:2}/{len(self._stale)}  {name:<36}{result.time:6.1f} s", flush=True)
        if result.err is not None:
            self._failed.append(name)
            print(f"\n{name} stopped with an error:\n\n{result.err}\n", file=sys.stderr, flush=True)
            return
        bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
        self._cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _options() -> tuple[int, dict[str, Any]]:
    """Return the seconds that a cell may take, and how kernels are to be run."""
    import yaml
    from traitlets.config import Config

    options: dict[str, Any] = {
        "config": Config(
            # Kernels talk through local ports: encrypt them, or each kernel prints a warning.
            KernelManager={"transport_encryption": "auto"},
            # On a busy machine results come late. By default they would be given up after four seconds, silently.
            NotebookClient={"iopub_timeout": 120, "raise_on_iopub_timeout": True},
        )
    }
    if FORKING:
        from prefork import ForkingKernelManager

        options["kernel_manager_class"] = ForkingKernelManager
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return config["execute"]["timeout"], options
