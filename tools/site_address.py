"""Sphinx extension: what a site with a public address adds to its pages.

The address stands in one place, the environment variable ``BOOK_URL`` (on a public host its workflow sets it). With it,
pages name their own address and there is a sitemap; without it, as in a folder, there is neither.
"""

from __future__ import annotations

import os
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

VARIABLE = "BOOK_URL"


def address() -> str:
    """Return where the book is published, without a slash at the end, or "" where nothing says so.

    Raises
    ------
    ValueError
        If the address does not start with ``https://``.
    """
    found = os.environ.get(VARIABLE, "").rstrip("/")
    if found and not found.startswith("https://"):
        raise ValueError(f"{VARIABLE} is {found!r}: a public address starts with https://")
    return found


def set_address(app: Sphinx, config: Config) -> None:
    """Give the address to Sphinx and to the extension that writes the descriptions for sharing."""
    del app
    if found := address():
        config["html_baseurl"] = config["ogp_site_url"] = f"{found}/"
        config["sitemap_url_scheme"] = "{link}"
        config["sitemap_show_lastmod"] = False


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    if os.environ.get(VARIABLE):
        app.setup_extension("sphinx_sitemap")
        app.connect("config-inited", set_address, priority=100)  # before the extensions read it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
