"""The finished pages of the site in the form for paper and e-readers: no controls, explorers as their first setting.

PDF and EPUB are made from the same pages that the site shows, so that they cannot say anything else. What needs a
browser is taken out: scripts, controls, the second drawing for phones, downloads and the data under a figure. Ids get
the name of their page as a prefix, since in one document they must differ.
"""

from __future__ import annotations

import base64
import io
import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import yaml
from lxml import etree, html
from PIL import Image

__all__ = ["Page", "as_xhtml", "draw_hatching", "pages", "parts", "smooth_pictures"]

ROOT = Path(__file__).resolve().parents[1]

_DROPPED = (
    "//template|//script|//form[not(has-class('check'))]|//noscript|//button|//input|//a[has-class('headerlink')]",
    "//svg[has-class('narrow') or has-class('sd-octicon')]",
    "//*[has-class('exhibit-data') or has-class('entry-timeline') or has-class('run-links')]",
    "//details[has-class('hide')]",  # folded code; the notebooks have it
    "//*[has-class('cell_input')]",
    "//*[@hidden]",
)

#: Parsers of HTML lower the case of all names. These are the names of SVG that have capitals.
_SVG_NAMES = {
    name.lower(): name
    for name in re.findall(
        r"\w+",
        "clipPath clipPathUnits gradientTransform gradientUnits lengthAdjust linearGradient markerHeight markerUnits "
        "markerWidth maskContentUnits maskUnits pathLength patternContentUnits patternTransform patternUnits "
        "preserveAspectRatio radialGradient refX refY spreadMethod stdDeviation textLength textPath viewBox",
    )
}
#: Nothing is folded on paper, and questions are not filled in.
_ON_PAPER = {"details": "div", "summary": "p", "form": "div", "fieldset": "div", "legend": "p", "label": "p"}

_XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_MATHML = "http://www.w3.org/1998/Math/MathML"

#: Attributes whose value is one id, or several.
_REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")


@dataclass(frozen=True)
class Page:
    """One page of the book, ready for paper.

    Attributes
    ----------
    name : str
        As in ``_toc.yml``, such as ``chapters/01_background``.
    title : str
    part : str
        Caption of its part of the book; "" for the landing page.
    body : lxml.html.HtmlElement
        A ``<section>``.
    """

    name: str
    title: str
    part: str
    body: html.HtmlElement

    @property
    def key(self) -> str:
        """The page's name as the beginning of an id and of a file name."""
        return _key(self.name)


def _key(name: str) -> str:
    return "p-" + re.sub(r"[^a-z0-9]+", "-", name.removeprefix("chapters/").lower())


def parts(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """Return the parts of the book in order: caption, and names of the pages; the landing page comes first."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = [("", [toc["root"]])]
    for part in toc.get("parts", []):
        found.append((part["caption"], list(_files(part["chapters"]))))
    return found


def _files(entries: list[dict[str, object]]) -> Iterator[str]:
    for entry in entries:
        yield str(entry["file"])
        below = entry.get("sections", [])
        assert isinstance(below, list)
        yield from _files(below)


def _select(element: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """Evaluate an XPath in which ``has-class('x')`` asks for one class among several."""
    path = re.sub(r"has-class\('([\w-]+)'\)", r"contains(concat(' ', @class, ' '), ' \1 ')", path)
    return element.xpath("|".join("." + part for part in path.split("|")))


def _unwrap(link: html.HtmlElement) -> None:
    link.tag = "span"
    for name in ("href", "download", "class", "title"):
        link.attrib.pop(name, None)


def _address(href: str, name: str, names: set[str], address: str) -> str | None:
    """Return where a link of a page leads in the whole document; None if it leads nowhere on paper."""
    if re.match(r"(https?|mailto):", href):
        return href
    path, _, place = href.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else f"{name}.html"
    page = target.removesuffix(".html")
    if page in names:
        return f"#{_key(page)}--{unquote(place)}" if place else f"#{_key(page)}"
    return f"{address}/{target}{'#' + place if place else ''}" if address and not href.startswith("data:") else None


def _clean(article: html.HtmlElement, name: str, names: set[str], address: str) -> html.HtmlElement:
    for path in _DROPPED:
        for element in _select(article, path):
            element.drop_tree()
    body = article.find("section") if article.find("section") is not None else article
    body.tag, body.tail = "section", None
    for element in body.iter(etree.Element):
        if element.get("id"):
            element.set("id", f"{_key(name)}--{element.get('id')}")
        for attribute in _REFERRING:
            if element.get(attribute):
                element.set(attribute, " ".join(f"{_key(name)}--{word}" for word in element.get(attribute).split()))
        for attribute in ("clip-path", "style", "fill", "stroke", "mask", "filter"):
            if "url(#" in element.get(attribute, ""):
                element.set(attribute, element.get(attribute).replace("url(#", f"url(#{_key(name)}--"))
        for attribute in list(element.attrib):
            of_no_use = attribute.startswith(("data-", "on")) or attribute in ("autocomplete", "tabindex")
            if of_no_use or (attribute == "role" and element.get("role") not in ("img", "group")):
                del element.attrib[attribute]
        element.tag = _ON_PAPER.get(element.tag, element.tag)
        if element.tag == "use":
            element.set("href", f"#{_key(name)}--{element.get('href', '').removeprefix('#')}")
        elif element.tag == "a" and "href" in element.attrib:
            target = _address(element.get("href"), name, names, address)
            if target is None:
                _unwrap(element)
            else:
                element.set("href", target)
                for extra in ("target", "download"):
                    element.attrib.pop(extra, None)
    body.set("id", _key(name))
    return body


def pages(site: Path, address: str = "", root: Path = ROOT) -> list[Page]:
    """Read the pages of a finished site in the order of the book.

    Parameters
    ----------
    site : pathlib.Path
        The site, such as ``_build/html``.
    address : str
        Its public address; links to files that are not on paper (tables to download) then lead there. Without one
        such links become plain words.
    root : pathlib.Path
        The project, whose ``_toc.yml`` gives the order.

    Returns
    -------
    list of Page

    Raises
    ------
    FileNotFoundError
        If the site lacks a page.
    """
    order = [(caption, name) for caption, names in parts(root) for name in names]
    names = {name for _, name in order}
    found = []
    for caption, name in order:
        document = html.parse(str(site / f"{name}.html"), html.HTMLParser(encoding="utf-8")).getroot()
        (article,) = _select(document, "//article[has-class('bd-article')]")
        body = _clean(article, name, names, address)
        title = body.find(".//h1")
        found.append(Page(name, " ".join(title.text_content().split()), caption, body))
    _drop_dead_links(found)
    return found


def _drop_dead_links(found: list[Page]) -> None:
    """Turn links to places that are not on paper (rows of a table of data, say) into plain words."""
    places = {element.get("id") for page in found for element in page.body.iter(etree.Element) if element.get("id")}
    for page in found:
        for link in page.body.iter("a"):
            if link.get("href", "").startswith("#") and link.get("href")[1:] not in places:
                _unwrap(link)


def draw_hatching(body: html.HtmlElement) -> None:
    """Draw hatched areas as lines: a browser that prints turns every area with a pattern into a large picture.

    Parameters
    ----------
    body : lxml.html.HtmlElement
        Changed in place.
    """
    patterns = {f"url(#{pattern.get('id')})": pattern for pattern in body.iter("pattern")}
    shapes = [shape for shape in body.iter("path") if "url(#" in shape.get("style", "")]
    for number, shape in enumerate(shapes):
        fill = re.search(r"(?<![\w-])fill: ?(url\(#[^)]*\))", shape.get("style"))
        pattern = patterns.get(fill[1]) if fill else None
        if fill is None or pattern is None:
            continue
        lines, width, height = pattern.find("path"), float(pattern.get("width")), float(pattern.get("height"))
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", shape.get("d"))]
        across = [math.floor(n / width) for n in numbers[::2]]
        down = [math.floor(n / height) for n in numbers[1::2]]
        area, clip = etree.Element("g"), etree.Element("clippath", id=f"{body.get('id')}--hatch-{number}")
        for name in ("clip-path", "transform"):
            if shape.get(name):
                area.set(name, shape.get(name))
        clip.append(etree.Element("path", d=shape.get("d")))
        inside = etree.Element("g", {"clip-path": f"url(#{clip.get('id')})"})
        for i in range(min(across), max(across) + 1):
            for j in range(min(down), max(down) + 1):
                tile = etree.SubElement(inside, "path", d=lines.get("d"), style=lines.get("style"))
                tile.set("transform", f"translate({i * width:g} {j * height:g})")
        area.extend([clip, inside])
        shape.addprevious(area)
        shape.set("style", shape.get("style").replace(fill[1], "none"))


def smooth_pictures(body: html.HtmlElement, times: int = 6) -> None:
    """Enlarge the coarse pictures under maps (relief), which a browser smooths and a printed page does not.

    Parameters
    ----------
    body : lxml.html.HtmlElement
        Changed in place.
    times : int
    """
    for picture in body.iter("image"):
        kind, _, content = picture.get("href", "").partition(",")
        if kind != "data:image/png;base64":
            continue
        with Image.open(io.BytesIO(base64.b64decode(content))) as coarse:
            fine = coarse.convert("RGBA").resize(
                (coarse.width * times, coarse.height * times), Image.Resampling.BICUBIC
            )
        out = io.BytesIO()
        fine.save(out, "PNG", optimize=True)
        picture.set("href", f"{kind},{base64.b64encode(out.getvalue()).decode()}")


def as_xhtml(page: Page, places: dict[str, str]) -> etree._Element:
    """Return the body of a page in the namespaces of XHTML, SVG and MathML.

    Parameters
    ----------
    page : Page
    places : dict of str to str
        Id to the file that holds it, for links between files.
    """
    return _convert(page.body, _XHTML, places)


def _convert(element: html.HtmlElement, space: str, places: dict[str, str]) -> etree._Element:
    if element.tag == "svg":
        space = _SVG
    elif element.tag == "math":
        space = _MATHML
    tag = _SVG_NAMES.get(element.tag, element.tag) if space == _SVG else element.tag
    made = etree.Element(f"{{{space}}}{tag}", nsmap={None: space})
    for name, value in element.attrib.items():
        if ":" in name or name == "xmlns":
            continue
        if name == "href" and value.startswith("#") and tag == "a":
            value = places[value[1:]] + value
        made.set(_SVG_NAMES.get(name, name) if space == _SVG else name, value)
    made.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            below = _convert(child, space, places)
            below.tail = child.tail
            made.append(below)
        elif child.tail:  # a comment goes, the text after it stays
            if len(made):
                made[-1].tail = (made[-1].tail or "") + child.tail
            else:
                made.text = (made.text or "") + child.tail
    return made
