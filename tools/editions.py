"""Editions of the book besides the site, and the release that holds them all.

``python tools/editions.py site pdf epub notebooks data`` writes each into ``_build/editions``, from the finished site,
the tables and the chapters; ``release`` puts them into ``_build/release`` with check sums, a manifest, the list of all
parts and their licences. The same commit gives the same bytes: no file carries the time of its making, only the date
in SOURCE_DATE_EPOCH (by default that of the commit).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import execution
import paper
import portable
import site_address
import yaml
from frames import chromium
from portable import NAME

from helpers import tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "editions"
RELEASE = ROOT / "_build" / "release"
STYLES = ROOT / "assets" / "editions"


class EditionError(Exception):
    """A failure whose message is all that the reader needs to see."""


def _git(*arguments: str) -> str:
    try:
        run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return run.stdout.strip()


def date() -> dt.datetime:
    """Return the date that the editions carry: SOURCE_DATE_EPOCH, else that of the commit.

    Raises
    ------
    EditionError
        If there is neither.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct")
    if not seconds.isdigit():
        raise EditionError(f"No date: {seconds or 'this is no git repository, and SOURCE_DATE_EPOCH is not set'!r}.")
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def about() -> dict[str, Any]:
    """Return what ``CITATION.cff`` says of the book."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def finished_site() -> Path:
    """Return the folder of the finished site.

    Raises
    ------
    EditionError
        If the book is not built.
    """
    if not (SITE / "index.html").is_file():
        raise EditionError("The book is not built: run `make book`.")
    return SITE


# --- zips -------------------------------------------------------------------------------------------------------------


def site(out: Path = OUT) -> Path:
    """Zip the site; unpacked, it opens from its folder without a network."""
    folder = finished_site()
    files = (path for path in folder.rglob("*") if path.is_file())
    entries: dict[str, bytes | Path] = {f"{NAME}/{path.relative_to(folder).as_posix()}": path for path in files}
    return portable.write_zip(out / f"{NAME}-site.zip", entries)


def data(out: Path = OUT) -> Path:
    """Zip the tables with their description and licence."""
    return portable.write_zip(out / f"{NAME}-data.zip", portable.data_entries(tables.data_folder(ROOT)))


def notebooks(out: Path = OUT) -> Path:
    """Zip the chapters as notebooks with results, and what they need to run in an empty folder."""
    import notebooks

    return portable.write_zip(out / f"{NAME}-notebooks.zip", notebooks.entries(f"{NAME}-notebooks"))


# --- PDF --------------------------------------------------------------------------------------------------------------


#: Pages that are lists: in smaller type on paper.
LISTS = ("chapters/back/chronology", "chapters/back/claims", "chapters/back/sources")


def printed_page(found: list[paper.Page], numbers: dict[str, int]) -> str:
    """Return the whole book as one HTML document: title page, contents, pages.

    Parameters
    ----------
    found : list of paper.Page
    numbers : dict of str to int
        Number of the sheet on which each page begins, for the contents; empty before the first printing.
    """
    from lxml import html as markup

    cited = about()
    contents, part = [], None
    for page in found[1:]:
        if page.part != part:
            part = page.part
            contents.append(f"</ol><h3>{html.escape(part)}</h3><ol>")
        number = numbers.get(page.key, "")
        contents.append(f'<li><a href="#{page.key}">{html.escape(page.title)}</a><span>{number}</span></li>')
    bodies = []
    for page in found:
        page.body.set("class", "page long" if page.name in LISTS else "page")
        bodies.append(markup.tostring(page.body, encoding="unicode"))
    styles = "".join((STYLES / name).read_text(encoding="utf-8") for name in ("paper.css", "print.css"))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(cited["title"])}</title>'
        f"<style>{styles}</style></head><body>"
        f"{_title_page(cited)}"
        f'<nav class="book-contents"><h2>Contents</h2><ol>{"".join(contents)}</ol></nav>{"".join(bodies)}</body></html>'
    )


def _title_page(cited: dict[str, Any]) -> str:
    title, subtitle = cited["title"].split(": ", 1)
    return (
        f'<section class="book-title"><h1>{html.escape(title)}</h1>'
        f'<p class="subtitle">{html.escape(subtitle[0].upper() + subtitle[1:])}</p>'
        f"<p>{html.escape(_authors(cited))}</p>{_edition_note(cited)}</section>"
    )


def _authors(cited: dict[str, Any]) -> str:
    return ", ".join(a.get("name") or f"{a['given-names']} {a['family-names']}" for a in cited["authors"])


def _edition_note(cited: dict[str, Any]) -> str:
    address = site_address.address()
    where = f' The book with its controls: <a href="{address}/">{address}</a>.' if address else ""
    day = date()
    return (
        f"<p>Edition {html.escape(str(cited['version']))}, {day.day} {day:%B %Y}. Interactive figures stand in their "
        "first setting; the site and the notebooks have all of them, with the data behind every figure and the code."
        f"{where}</p><p>Text and data: CC BY 4.0. Code: MIT.</p>"
    )


def pdf(out: Path = OUT, browser: Browser | None = None) -> Path:
    """Print the book: tagged, with bookmarks, a title page, contents with page numbers, and links that work.

    The browser prints twice: the first time to learn on which sheet every page begins.

    Parameters
    ----------
    out : pathlib.Path
    browser : playwright.sync_api.Browser, optional
        A running Chromium; by default one is started.
    """
    from playwright.sync_api import sync_playwright

    found = paper.pages(finished_site(), site_address.address())
    for page in found:
        paper.draw_hatching(page.body)
        paper.smooth_pictures(page.body)
        for drawing in page.body.iter("svg"):
            drawing.set("role", "img")  # as a group of marks it would be tagged without its description
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{NAME}.pdf"
    with ExitStack() as stack:
        if browser is None:
            path = chromium()
            if path is None:
                raise EditionError("Chromium prints the PDF, and none was found: put it on the PATH or set CHROMIUM.")
            running = stack.enter_context(sync_playwright())
            browser = running.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            stack.callback(browser.close)
        _print(browser, printed_page(found, {}), target)
        _print(browser, printed_page(found, _first_sheets(found, target)), target)
    # The time of printing becomes the date of the edition.
    stamp = f"D:{date():%Y%m%d%H%M%S}+00'00'".encode()
    target.write_bytes(re.sub(rb"D:\d{14}[+-]\d\d'\d\d'", stamp, target.read_bytes()))
    return target


def _print(browser: Browser, document: str, target: Path) -> None:
    source = target.with_suffix(".print.html")
    source.write_text(document, encoding="utf-8")
    page = browser.new_page()
    try:
        page.goto(source.as_uri(), timeout=600_000)
        page.pdf(path=target, tagged=True, outline=True, prefer_css_page_size=True, print_background=True)
    finally:
        page.close()
        source.unlink()


def _first_sheets(found: list[paper.Page], printed: Path) -> dict[str, int]:
    """Return the number of the sheet on which each page of the book begins."""
    from pypdf import PdfReader

    reader = PdfReader(printed)
    sheets = {
        key.lstrip("/"): reader.get_destination_page_number(place) for key, place in reader.named_destinations.items()
    }
    return {page.key: sheet + 1 for page in found if (sheet := sheets.get(page.key)) is not None}


# --- EPUB -------------------------------------------------------------------------------------------------------------


def _xhtml(title: str, body: bytes) -> bytes:
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        b'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">'
        b"<head><title>" + html.escape(title).encode() + b"</title>"
        b'<link rel="stylesheet" type="text/css" href="paper.css"/></head><body>' + body + b"</body></html>\n"
    )


def epub(out: Path = OUT) -> Path:
    """Write the book as EPUB 3: a file per page, contents, and what readers with assistive technology ask first."""
    from lxml import etree

    cited, found = about(), paper.pages(finished_site(), site_address.address())
    places = {
        element.get("id"): f"{page.key}.xhtml"
        for page in found
        for element in page.body.iter(etree.Element)
        if element.get("id")
    }
    files: dict[str, bytes] = {"title.xhtml": _xhtml(cited["title"], _title_page(cited).encode())}
    manifest = ['<item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>']
    for page in found:
        body = etree.tostring(paper.as_xhtml(page, places), encoding="utf-8")
        files[f"{page.key}.xhtml"] = _xhtml(page.title, body)
        kinds = " ".join(kind for kind, mark in (("mathml", b"<math"), ("svg", b"<svg")) if mark in body)
        properties = f' properties="{kinds}"' if kinds else ""
        manifest.append(
            f'<item id="{page.key}" href="{page.key}.xhtml" media-type="application/xhtml+xml"{properties}/>'
        )
    files["nav.xhtml"] = _xhtml("Contents", _epub_contents(found).encode())
    files["paper.css"] = (STYLES / "paper.css").read_bytes()
    spine = "".join(f'<itemref idref="{key}"/>' for key in ("title", "nav", *(page.key for page in found)))
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{NAME} {cited['version']} {date().isoformat()}")
    files["content.opf"] = f"""\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{html.escape(cited["title"])}</dc:title>
<dc:creator>{html.escape(_authors(cited))}</dc:creator>
<dc:language>en</dc:language>
<dc:date>{date():%Y-%m-%d}</dc:date>
<dc:rights>Text and data: CC BY 4.0. Code: MIT.</dc:rights>
<meta property="dcterms:modified">{date():%Y-%m-%dT%H:%M:%SZ}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Every figure has a description of what it shows.</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="paper.css" media-type="text/css"/>
{"".join(manifest)}
</manifest>
<spine>{spine}</spine>
</package>
""".encode()
    container = (
        b'<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        b'<rootfiles><rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        b"</container>"
    )
    entries: dict[str, bytes | Path] = {f"book/{name}": content for name, content in files.items()}
    return portable.write_zip(
        out / f"{NAME}.epub",
        entries | {"META-INF/container.xml": container},
        first=("mimetype", b"application/epub+zip"),
    )


def _epub_contents(found: list[paper.Page]) -> str:
    lines, part = [], ""
    for page in found:
        if page.part != part:
            lines.append(f"{'</ol></li>' if part else ''}<li><span>{html.escape(page.part)}</span><ol>")
            part = page.part
        lines.append(f'<li><a href="{page.key}.xhtml">{html.escape(page.title)}</a></li>')
    end = "</ol></li>" if part else ""
    return f'<nav epub:type="toc" class="book-contents"><h1>Contents</h1><ol>{"".join(lines)}{end}</ol></nav>'


# --- release ----------------------------------------------------------------------------------------------------------

EDITIONS: dict[str, tuple[Callable[[], Path], str]] = {
    "site": (site, "the website, to unpack and open from its folder without a network"),
    "pdf": (pdf, "the book on paper, tagged, with bookmarks"),
    "epub": (epub, "the book for e-readers"),
    "notebooks": (notebooks, "the chapters as notebooks with results; they run in an empty folder"),
    "data": (data, "all tables with their description and licence"),
}


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / name
    return subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=900)


def parts_list(folder: Path) -> Path:
    """Write the list of all parts (SBOM, CycloneDX): packages of the lock file with version and hashes."""
    target = folder / f"{NAME}-sbom.json"
    run = _tool(
        "cyclonedx-py", "requirements", "requirements.lock", "--pyproject", "pyproject.toml", "--output-reproducible",
        "--no-validate",  # it compiles grammars for minutes
        "--output-format", "JSON", "--output-file", str(target),
    )  # fmt: skip
    if run.returncode:
        raise EditionError(f"The list of parts could not be made:\n{run.stderr}")
    return target


def licences(folder: Path) -> Path:
    """Write the licence of every installed package, by name."""
    run = _tool("pip-licenses", "--format=json", "--with-urls", "--order=name")
    if run.returncode:
        raise EditionError(f"The list of licences could not be made:\n{run.stderr}")
    target = folder / f"{NAME}-licences.json"
    found = [entry for entry in json.loads(run.stdout) if entry["Name"] != NAME]
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return target


def audit(folder: Path) -> str:
    """Ask the database of known weaknesses about every package of the lock file.

    Returns
    -------
    str
        What came of it, for the manifest. The report is written only where the database answered.

    Raises
    ------
    EditionError
        If a weakness is known.
    """
    target = folder / f"{NAME}-audit.json"
    run = _tool(
        "pip-audit", "--requirement", "requirements.lock", "--require-hashes", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--timeout", "20", "--output", str(target),
    )  # fmt: skip
    if run.returncode == 0:
        return "no known weakness in a locked package"
    if target.is_file() and target.stat().st_size:
        weak = [p for p in json.loads(target.read_text(encoding="utf-8"))["dependencies"] if p.get("vulns")]
        names = ", ".join(f"{p['name']} {p['version']}: {p['vulns'][0]['id']}" for p in weak)
        raise EditionError(
            f"Known weaknesses in locked packages ({names}): run `make lock`, or say why they do not matter."
        )
    target.unlink(missing_ok=True)
    return "not asked: the database of known weaknesses could not be reached"


def release() -> Path:
    """Put all editions into one folder with check sums and a manifest.

    An earlier release gives way only to a whole one.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    stage = ROOT / "_build" / "release.new"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    said = {}
    for make, words in EDITIONS.values():
        path = make()
        shutil.copy(path, stage / path.name)
        said[path.name] = words
        print(f"  {path.name}", flush=True)
    said[portable.wheel(stage).name] = "the helper package with the tables inside"
    said[parts_list(stage).name] = "list of all parts (SBOM, CycloneDX), as locked"
    said[licences(stage).name] = "licence of every package that the book is made with"
    verdict = audit(stage)
    said[f"{NAME}-audit.json"] = "known weaknesses of the locked packages, as of the day of the release"
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": _sum(path), "what": said[path.name]}
        for path in sorted(stage.iterdir())
    ]
    manifest = {
        "title": about()["title"],
        "version": about()["version"],
        "commit": _git("rev-parse", "HEAD") or os.environ.get("GITHUB_SHA", ""),
        "date": date().isoformat(),
        "audit": verdict,
        "files": files,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (stage / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    sums = "".join(f"{_sum(path)}  {path.name}\n" for path in sorted(stage.iterdir()))
    (stage / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    shutil.rmtree(RELEASE, ignore_errors=True)
    stage.rename(RELEASE)
    return RELEASE


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(wanted: list[str]) -> int:
    """Make the editions asked for; return the exit status."""
    known = {name: make for name, (make, _) in EDITIONS.items()} | {"release": release}
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        print(f"Say which: {', '.join(known)}{'; not ' + ', '.join(unknown) if unknown else ''}", file=sys.stderr)
        return 2
    try:
        for name in wanted:
            path = known[name]()
            size = f" ({path.stat().st_size / 1e6:.1f} MB)" if path.is_file() else ""
            print(f"{path.relative_to(ROOT)}{size}", flush=True)
    except (EditionError, execution.BuildError, portable.PortableError) as error:
        print(f"\nEdition failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
