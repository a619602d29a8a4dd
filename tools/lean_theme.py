"""Sphinx extension: a light, accessible edition of sphinx-book-theme.

The templates in ``assets/templates`` leave Font Awesome out; this module drops the other scripts
that no page needs, corrects one label in the markup of code cells, and removes from the finished
site the style rules and files that nothing uses.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2
from sphinx.application import Sphinx
from tinycss2.ast import AtRule, Comment, Node, QualifiedRule

UNUSED_SCRIPTS = ("design-tabs.js",)
UNUSED_FILES = (
    "images",
    "locales",
    "vendor",
    "scripts/fontawesome.js*",
    "**/*.map",
    "*webpack-macros.html",
)
#: Style sheets of the theme and the extensions; the book's own are left as written.
THEME_STYLES = ("basic.css", "mystnb.*.css", "pygments.css", "sphinx-design.min.css", "styles/*.css")


def trim_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Drop unused scripts from a page, and labels that contradict the visible text of a button."""
    del app, pagename, templatename, doctree
    context["script_files"] = [
        script
        for script in context["script_files"]
        if Path(getattr(script, "filename", None) or "").name not in UNUSED_SCRIPTS
    ]
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")


def used_classes(site: Path) -> set[str]:
    """Collect every class in the pages and every word in the scripts, which may set classes."""
    words: set[str] = set()
    for page in site.rglob("*.html"):
        # Without \b in front this is ten times as fast; each value counts once.
        for value in set(re.findall(r"""class=("[^"]*"|'[^']*')""", page.read_text(encoding="utf-8"))):
            words.update(value[1:-1].split())
    for script in (site / "_static").rglob("*.js"):
        words.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    return words


def selectors(rule: QualifiedRule) -> Iterator[list[Node]]:
    """Split the prelude of a style rule at its commas."""
    part: list[Node] = []
    for token in rule.prelude:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def may_match(selector: list[Node], used: set[str]) -> bool:
    """Tell whether a selector can match: all its classes occur (those in :not() etc. aside)."""
    return all(
        name.type != "ident" or name.value in used
        for dot, name in zip(selector, selector[1:], strict=False)
        if dot.type == "literal" and dot.value == "."
    )


def prune(rules: Iterable[Node], used: set[str]) -> Iterator[Node]:
    """Yield the rules, also inside ``@media`` and ``@supports``, that can apply to some page."""
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            kept = [selector for selector in selectors(rule) if may_match(selector, used)]
            if kept:
                comma = tinycss2.ast.LiteralToken(0, 0, ",")
                rule.prelude = [token for selector in kept for token in (*selector, comma)][:-1]
                yield rule
        elif isinstance(rule, AtRule) and rule.lower_at_keyword in {"media", "supports"}:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            rule.content = list(prune(inner, used))
            if rule.content:
                yield rule
        elif isinstance(rule, AtRule) and rule.lower_at_keyword == "font-face":
            continue  # only Font Awesome; the book uses the fonts of the reader's system
        elif not isinstance(rule, Comment) or rule.value.startswith("!"):  # "!" marks a licence
            yield rule


def trim_site(app: Sphinx, exception: Exception | None) -> None:
    """Remove unused files and style rules from a successful build."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for page in Path(app.outdir).rglob("*.html"):
        # Without script nothing resolves "auto", and the page would have no colours.
        text = page.read_text(encoding="utf-8")
        if 'data-theme="auto"' in text:  # a page kept from the last build has it no more
            page.write_text(text.replace('data-theme="auto"', 'data-theme="light"', 1), encoding="utf-8")
    trim_styles(static, used_classes(Path(app.outdir)), Path(app.doctreedir) / "styles.json")


def trim_styles(static: Path, used: set[str], known: Path) -> None:
    """Remove from the style sheets of theme and extensions what no page uses.

    Parameters
    ----------
    static
        Folder of style sheets and scripts.
    used
        Every class that occurs.
    known
        Where the result is kept, for builds in which none of this has changed.
    """
    sheets = [path for pattern in THEME_STYLES for path in sorted(static.glob(pattern))]
    read = sorted(path for kind in ("*.css", "*.js") for path in static.rglob(kind))
    key = hashlib.sha256(" ".join(sorted(used)).encode() + b"".join(path.read_bytes() for path in read)).hexdigest()
    kept = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    if kept.get("key") == key:
        for path in sheets:
            path.write_text(kept[path.relative_to(static).as_posix()], encoding="utf-8")
    else:
        for path in sheets:
            rules = tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"), skip_whitespace=True)
            path.write_text(tinycss2.serialize(list(prune(rules, used))), encoding="utf-8")
        drop_unread_properties(static, sheets)
        kept = {path.relative_to(static).as_posix(): path.read_text(encoding="utf-8") for path in sheets} | {"key": key}
        known.write_text(json.dumps(kept), encoding="utf-8")


def drop_unread_properties(static: Path, sheets: Iterable[Path]) -> None:
    """Remove from style sheets the custom properties that no sheet and no script reads."""
    texts = {path: path.read_text(encoding="utf-8") for path in sheets}
    others = [p.read_text(encoding="utf-8") for p in (*static.rglob("*.css"), *static.rglob("*.js")) if p not in texts]

    def without(text: str, read: set[str]) -> str:
        # A value with url(...) may hold a semicolon.
        declared = r"(?<=[{;])\s*(--[\w-]+):(?![^;}]*url\()[^;}]*(?:;|(?=}))"
        return re.sub(declared, lambda found: found[0] if found[1] in read else "", text)

    unread = True
    while unread:  # a property may be read by another one only that is itself unread
        read = set(re.findall(r"(?:var\(\s*|Property(?:Value)?\(.)(--[\w-]+)", "".join([*others, *texts.values()])))
        shorter = {path: without(text, read) for path, text in texts.items()}
        unread, texts = shorter != texts, shorter
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", trim_page, priority=900)
    app.connect("build-finished", trim_site, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
