"""Sphinx extension: links that open a chapter as a notebook elsewhere, where the repository has a public address.

Binder runs the whole repository, set up by ``.binder/``. Colab and the download take the chapter from the branch
``notebooks``, which holds the notebooks edition unpacked. Without an address (see `site_address.repository`) there are
no links.
"""

from __future__ import annotations

import html
import os
import re
from typing import Any
from urllib.parse import urlsplit

import site_address
from sphinx.application import Sphinx

#: The branch that holds the notebooks edition, made by the workflow that publishes the site.
BRANCH = "notebooks"


def links(page: str, repository: str) -> list[tuple[str, str]]:
    """Return words and address of every way to run a chapter.

    Parameters
    ----------
    page : str
        Such as ``chapters/01_background``.
    repository : str
        Its public address; "" for none.

    Examples
    --------
    >>> links("chapters/01_background", "")
    []
    """
    parts = urlsplit(repository)
    if not repository or parts.netloc != "github.com":
        return []
    name, notebook = parts.path.strip("/"), f"{page.rsplit('/', 1)[-1]}.ipynb"
    main = os.environ.get("GITHUB_REF_NAME") if os.environ.get("GITHUB_REF_TYPE") == "tag" else "HEAD"
    return [
        ("Run on Binder", f"https://mybinder.org/v2/gh/{name}/{main}?urlpath=lab/tree/{page}.md"),
        ("Run on Colab", f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{notebook}"),
        ("Download the notebook", f"{repository}/raw/{BRANCH}/{notebook}"),
    ]


def add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Put the links under the title of a chapter."""
    del app, templatename, doctree
    if not re.match(r"chapters/\d\d_", pagename):
        return
    found = links(pagename, site_address.repository())
    if found:
        shown = " · ".join(f'<a href="{html.escape(url)}">{html.escape(words)}</a>' for words, url in found)
        context["body"] = context["body"].replace("</h1>", f'</h1>\n<p class="run-links">{shown}</p>', 1)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
