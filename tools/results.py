"""Sphinx extension: a page is read once its notebook has run, so that others can run meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from execution import FORKING, jobs
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

#: Waits for the results of the page with this name; set by who runs notebooks. An option would be kept with the pages.
wait_for: Callable[[str], None] | None = None


class NoResultsError(SphinxError):
    """A page whose notebook did not come to its end; the cause says why."""

    category = "Pages cannot be rendered"


def before_reading(app: Sphinx, page: str, source: list[str]) -> None:
    """Wait for the results of a page."""
    del app, source
    if wait_for:
        try:
            wait_for(page)
        except Exception as error:
            raise NoResultsError(f"{page} waited for results in vain.") from error


def before_writing(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let pages be written in parallel, which Sphinx would take for reading them so if it had been told before."""
    del env
    app.parallel = jobs() if FORKING else 1
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", before_reading, priority=100)
    app.connect("env-updated", before_writing)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
