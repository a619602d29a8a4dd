"""Check every link inside the built book: the file is there, and so is the anchor.

Run from the project's root after ``make book``::

    python tools/check_links.py [FOLDER]

What lies outside is not asked for. ``python tools/check_links.py --addresses`` lists the pages that the tables cite,
for a link checker on a machine that may ask them.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup


@cache
def anchors(page: Path) -> frozenset[str]:
    """Collect the ids (and old-style names) of a page."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    return frozenset(str(tag[key]) for key in ("id", "name") for tag in soup.select(f"[{key}]"))


def broken_links(site: Path) -> list[str]:
    """List links, images, scripts and styles of all pages that lead nowhere inside the book."""
    broken = []
    for page in sorted(site.rglob("*.html")):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        wanted = {str(tag[key]) for key in ("href", "src") for tag in soup.select(f"[{key}]")}
        for address in sorted(wanted):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file():
                broken.append(f"{page.relative_to(site)}: {address}: no such file")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
                broken.append(f"{page.relative_to(site)}: {address}: no such anchor")
    return broken


def cited_addresses() -> list[str]:
    """List the web addresses in the table of sources, each once."""
    from helpers import tables

    return sorted({str(url) for url in tables.load("sources")["url"] if url})


def main(site: str = "_build/html") -> int:
    """Print broken links, or the addresses outside; return 1 if a link is broken."""
    if site == "--addresses":
        print("\n".join(cited_addresses()))
        return 0
    found = broken_links(Path(site))
    print("\n".join([*found, f"{len(found)} broken links"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
