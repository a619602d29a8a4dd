"""Sphinx extension: cards behind the links to evidence, and all tables as one download.

Each page gets a ``<template>`` with the short cards of just those events, claims and sources that it links to;
``evidence.js`` shows them on hover and focus. The data package is written beside the pages as one zip file.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import portable
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from helpers import cards, tables
from helpers.numbers import back_pages

LINK = re.compile(r'<a class="evidence[^"]*" href="[^"]*?((chronology|claims|sources)\.html#([^"]+))"')


@cache
def short_cards() -> dict[str, dict[str, str]]:
    """Make the short card of every row of evidence, by page and id."""
    everything = tables.load_all()
    return cards.peeks(everything, back_pages.use_of_sources(everything))


def make_cards(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Make the short cards once for all pages, and for the builds that keep pages of this one."""
    del app, docnames
    if not hasattr(env, "casebook_cards"):
        env.casebook_cards = short_cards()  # type: ignore[attr-defined]


def add_cards(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Append the cards of a page's evidence to its body."""
    del templatename, doctree
    # The scheme of the links is set for chapters; other pages stand a folder lower.
    for folder, back in (("chapters/back/", ""), ("chapters/teaching/", "../back/")):
        if pagename.startswith(folder):
            context["body"] = context.get("body", "").replace('href="back/', f'href="{back}')
    found = dict.fromkeys(LINK.findall(context.get("body", "")))
    if found:
        short: dict[str, dict[str, str]] = app.env.casebook_cards  # type: ignore[attr-defined]
        shown = "".join(
            f'<div data-for="{target}">{short[page][html.unescape(key)]}</div>' for target, page, key in found
        )
        context["body"] += f'<template class="peeks">{shown}</template>'


def zip_data(app: Sphinx, exception: Exception | None) -> None:
    """Write all tables, their description and the licence into one zip, the same bytes for the same data."""
    if exception or app.builder.format != "html":
        return
    entries = portable.data_entries(tables.data_folder(str(app.confdir)))
    portable.write_zip(Path(app.outdir) / f"{portable.NAME}-data.zip", entries)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("env-before-read-docs", make_cards)
    app.connect("html-page-context", add_cards)
    app.connect("build-finished", zip_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
