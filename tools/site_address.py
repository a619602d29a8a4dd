"""Public addresses of the book and its repository, and a Sphinx extension: what the first adds to the pages.

Each stands in one place, an environment variable. With ``BOOK_URL`` (on a public host its workflow sets it) pages name
their own address and there is a sitemap; without it, as in a folder, there is neither.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def repository() -> str:
    """Return the address of the repository, without a slash at the end, or "" where nothing says so.

    The environment variable ``REPOSITORY_URL`` says so; GitHub Actions sets its own.

    Raises
    ------
    ValueError
        If the address does not start with ``https://``.

    Examples
    --------
    >>> os.environ["REPOSITORY_URL"] = "https://github.com/someone/casebook/"
    >>> repository()
    'https://github.com/someone/casebook'
    >>> del os.environ["REPOSITORY_URL"]
    """
    found = os.environ.get("REPOSITORY_URL", "")
    if not found and "GITHUB_REPOSITORY" in os.environ:
        found = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{os.environ['GITHUB_REPOSITORY']}"
    found = found.rstrip("/").removesuffix(".git")
    if found and not found.startswith("https://"):
        raise ValueError(f"REPOSITORY_URL is {found!r}: a public address starts with https://")
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
