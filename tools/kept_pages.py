"""Sphinx extension: where pages are kept from the last build, write all of them anew if one changed what others show.

Sphinx writes the pages that it read again, and those whose contents lists name them. But a page also shows the titles
of others in its margin, and links that lead to their headings and terms.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

#: What Sphinx keeps of each domain for links between pages.
TARGETS = {"std": ("objects", "labels", "anonlabels", "terms"), "py": ("objects", "modules")}


def shared(env: BuildEnvironment) -> dict[str, Any]:
    """Return what pages show of other pages: titles, contents, and the targets of links."""
    return {
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "contents": {name: toc.astext() for name, toc in env.tocs.items()},
        "headings": {name: copy.deepcopy(kept.get("myst_slugs")) for name, kept in env.metadata.items()},
        "targets": {
            domain: {kind: dict(env.domaindata[domain].get(kind, {})) for kind in kinds}
            for domain, kinds in TARGETS.items()
        },
    }


def before(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Note what pages show of each other, before changed ones are read."""
    del docnames
    app.casebook_shared = shared(env)  # type: ignore[attr-defined]


def after(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Have all pages written if that is no longer the same."""
    return [] if shared(env) == app.casebook_shared else sorted(env.found_docs)  # type: ignore[attr-defined]


def complete_index(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Make the search index what it is after a clean build.

    Sphinx leaves words in it that no page has any more, and out of it the defined terms of pages that it did not write.
    """
    index, kept = app.builder.indexer, Path(app.doctreedir) / "terms.json"  # type: ignore[attr-defined]
    for words in (index._mapping, index._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    last = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    terms = last | index._index_entries
    index._index_entries = {name: terms[name] for name in sorted(terms)}
    kept.write_text(json.dumps(index._index_entries), encoding="utf-8")
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("env-before-read-docs", before, priority=100)
    app.connect("env-updated", after)
    app.connect("html-collect-pages", complete_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
