"""Sphinx extension: a Content-Security-Policy on every page: a browser loads and runs the book's own files only.

It stands in a ``<meta>`` element, so that it holds on any host and for a copy opened from a folder. Scripts are files:
the templates in ``assets/templates`` leave the theme's inline scripts out, ``site.js`` does their work, and a page that
still holds one stops the build. Blocks of data (``type="application/json"``) are not run and need no leave. Style
attributes are allowed, because every mark of an inline drawing has one; style elements are not.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

#: What a page may do. An empty source list is written 'none'.
DIRECTIVES: dict[str, tuple[str, ...]] = {
    "default-src": (),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "style-src-attr": ("'unsafe-inline'",),
    "img-src": ("'self'", "data:", "blob:"),  # relief in maps and icons in styles; a drawing saved as PNG
    "connect-src": ("'self'",),  # the search reads pages for its excerpts
    "form-action": ("'self'",),
    "base-uri": (),
}
POLICY = "; ".join(f"{name} {' '.join(sources) or chr(39) + 'none' + chr(39)}" for name, sources in DIRECTIVES.items())
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />'

SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
PRINT = re.compile(r'<button onclick="window\.print\(\)"')


def own_scripts_only(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Leave out the lines of script that the theme would write into a page: nothing reads what they set."""
    del app, pagename, templatename, doctree
    context["script_files"] = [script for script in context["script_files"] if getattr(script, "filename", None)]


def inline_scripts(page: str) -> list[str]:
    """Return the scripts that stand in a page, by their first words, and the attributes that hold script.

    Examples
    --------
    >>> inline_scripts('<script src="a.js"></script><script type="application/json">{}</script>')
    []
    >>> inline_scripts('<script>alert(1)</script>')
    ['alert(1)']
    """
    found = [
        body.strip()[:60]
        for attributes, body in SCRIPT.findall(page)
        if not re.search(r"\bsrc=", attributes) and 'type="application/json"' not in attributes
    ]
    # Only in markup: the details of data hold "on...=" as text, with its quotes escaped.
    return found + re.findall(r"""<[a-z][^<>]*\s(on[a-z]+=["'][^"']{0,60})""", page)


def protect(page: str) -> str:
    """Return a page with the policy, first in its head, and with its print button left to ``site.js``.

    Examples
    --------
    >>> protect('<head><title>x</title></head>').startswith('<head><meta http-equiv="Content-Security-Policy"')
    True
    """
    page = PRINT.sub('<button type="button" data-print=""', page)
    return re.sub(r"<head\b[^>]*>", lambda head: head[0] + META, page, count=1)


def protect_site(app: Sphinx, exception: Exception | None) -> None:
    """Write the policy into every page of a successful build, and refuse a page that it would break."""
    if exception or app.builder.format != "html":
        return
    refused = []
    for path in sorted(Path(app.outdir).rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        if META in page:  # kept from the last build
            continue
        page = protect(page)
        refused += [f"{path.relative_to(app.outdir)}: {script}" for script in inline_scripts(page)]
        path.write_text(page, encoding="utf-8")
    if refused:
        raise ExtensionError(
            "The pages' Content-Security-Policy (tools/csp.py) lets no inline script run. Move these into a file of "
            "assets/static:\n" + "\n".join(refused)
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", own_scripts_only, priority=950)
    app.connect("build-finished", protect_site, priority=950)  # after the pages have their final form
    return {"parallel_read_safe": True, "parallel_write_safe": True}
