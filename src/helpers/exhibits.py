"""Exhibits: a figure with its finding, caption, alt text, data and provenance, and the style all figures share.

An `Exhibit` shows itself as HTML (inline SVG, so that text stays text and marks can be links) and, outside a build of
the book, as PNG too. It is drawn twice, for the width of a page and for that of a phone, and the page shows the one
that fits. Everything that comes from data is escaped on its way into HTML.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import html
import importlib.metadata
import io
import os
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import pandas as pd

from helpers.memo import FOLDER, remember

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PURPLE",
    "SKY",
    "STATIC",
    "TONES",
    "VERMILION",
    "EvidenceTable",
    "Exhibit",
    "Link",
    "canvas",
    "download_link",
    "fit",
    "html_table",
    "legend",
    "scroll_box",
    "style",
    "svg_markup",
    "two_widths",
    "wrapped",
]

# Okabe and Ito's palette (2008), which people with the common kinds of colour blindness tell apart. No figure relies
# on colour alone: marks differ in shape, lines in dashes, bars in hatching or label.
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
ORANGE, SKY, PURPLE = "#e69f00", "#56b4e9", "#cc79a7"
GREY = "#7f7f7f"
#: Text, axes and frames: becomes the page's own text colour, so figures suit a light and a dark page.
INK = "#24292f"

#: How a tone is drawn: colour, marker, name.
TONES: dict[str, tuple[str, str, str]] = {
    "cooperation": (BLUE, "^", "cooperative"),
    "neutral": (GREY, "o", "neutral"),
    "conflict": (VERMILION, "v", "conflictual"),
}

#: Title of the book, as in ``CITATION.cff``.
BOOK = "Neighbours on a Pendulum: an executable casebook on Iran and Azerbaijan"

#: The environment variable that a build of the book sets: HTML output only, no widgets and no PNG copies.
STATIC = "HELPERS_STATIC"

_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#8c8c8c",
    "grid.alpha": 0.35,
    "grid.linewidth": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw with the book's style inside a ``with`` block; nothing outside it changes."""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        yield


#: Inches of a figure on a page and on a phone; text has the same size in both.
_WIDE, _NARROW = 7.4, 3.75
_on_phone: ContextVar[bool] = ContextVar("on_phone", default=False)
#: Whether a function draws that may still change what others draw for it.
_within: ContextVar[bool] = ContextVar("within", default=False)

_P = ParamSpec("_P")
_T = TypeVar("_T")


def fit(wide: _T, narrow: _T) -> _T:
    """Return what suits the width now drawn for: the first on a page, the second on a phone.

    Examples
    --------
    >>> fit("4 columns", "2 columns")
    '4 columns'
    """
    return narrow if _on_phone.get() else wide


def canvas(
    height: float = 3.2, width: float | None = None, rows: int = 1, **subplot_options: Any
) -> tuple[Figure, Any]:
    """Make a figure and its axes at the width of the page or phone; call it inside `style`.

    Parameters
    ----------
    height, width : float
        Inches; text is sized for the default width.
    rows : int
        Panels above one another.
    **subplot_options
        Passed to ``Figure.subplots``.

    Returns
    -------
    (matplotlib.figure.Figure, Axes or array of Axes)
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width or fit(_WIDE, _NARROW), height))
    FigureCanvasAgg(fig)  # measures text
    return fig, fig.subplots(rows, **subplot_options)


def wrapped(labels: Iterable[object], wide: int = 46, narrow: int = 19) -> list[str]:
    """Break labels into lines of at most so many characters, on a page and on a phone; words stay whole."""
    return [textwrap.fill(str(label), fit(wide, narrow), break_long_words=False) for label in labels]


def legend(fig: Figure, *entries: Any, ncols: int = 4, loc: str = "outside upper left", **options: Any) -> None:
    """Put a legend outside the axes, in as many columns (at most `ncols`) as the figure is wide.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    *entries
        Handles and labels, as ``Figure.legend`` takes them.
    ncols : int
    loc : str
    **options
        Passed to ``Figure.legend``.
    """
    options = {"handletextpad": 0.4, "columnspacing": 1.2, "borderaxespad": 0.3} | options
    for columns in range(ncols, 0, -1):
        box = fig.legend(*entries, loc=loc, ncols=columns, **options)
        if columns == 1 or box.get_window_extent(fig.canvas.get_renderer()).width <= fig.bbox.width:
            return
        box.remove()


def two_widths(draw: Callable[_P, Exhibit]) -> Callable[_P, Exhibit]:
    """Decorate a drawing function so that its exhibits can also be drawn for a phone.

    The second drawing is made when it is needed, by calling the function again with the same arguments; in it `canvas`
    is narrower, and `fit`, `wrapped` and `legend` adapt.
    """

    @functools.wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> Exhibit:
        with _set(_within):
            exhibit = draw(*args, **kwargs)
        if _on_phone.get():
            return exhibit

        def for_phone() -> Figure:
            with _set(_within), _set(_on_phone):
                return draw(*args, **kwargs).figure

        return dataclasses.replace(exhibit, narrow=for_phone, drawn_by=f"{draw.__module__}.{draw.__qualname__}")

    @remember
    @functools.wraps(draw)
    def finished(*args: _P.args, **kwargs: _P.kwargs) -> Exhibit:
        return drawn(*args, **kwargs).finished()

    @functools.wraps(draw)
    def shown(*args: _P.args, **kwargs: _P.kwargs) -> Exhibit:
        kept = os.environ.get(STATIC) and os.environ.get(FOLDER) and draw.__module__.startswith("helpers.")
        return finished(*args, **kwargs) if kept and not _within.get() else drawn(*args, **kwargs)

    return shown


@contextmanager
def _set(flag: ContextVar[bool]) -> Iterator[None]:
    token = flag.set(True)
    try:
        yield
    finally:
        flag.reset(token)


@dataclass(frozen=True)
class Link:
    """A hyperlink in a table cell or on a mark. Only web addresses and places in the book are let through."""

    text: str
    url: str

    def markup(self) -> str:
        """Return the link as HTML, or plain text if the address is of another kind."""
        return (
            f'<a href="{_safe_url(self.url)}">{html.escape(self.text)}</a>'
            if _is_safe(self.url)
            else html.escape(self.text)
        )


def _is_safe(url: str) -> bool:
    return bool(re.match(r"(https?://|#|\.{0,2}/|[\w./\-]+\.html)", url))


def _safe_url(url: str) -> str:
    return html.escape(url, quote=True) if _is_safe(url) else "#"


@dataclass(frozen=True)
class Exhibit:
    """One figure and everything a reader needs to trust or reuse it.

    Parameters
    ----------
    id : str
        Anchor on the page; letters, digits and hyphens.
    title : str
        The finding, as a sentence.
    figure : matplotlib.figure.Figure
        The drawing.
    alt : str
        What the figure shows, computed from the same data, for a reader who cannot see it.
    data : pandas.DataFrame
        The numbers drawn. A cell may be a `Link` or a tuple of `Link`.
    caption : str
        How to read it.
    provenance : str
        Tables and methods it rests on, and the last date covered.
    links : mapping, optional
        For marks whose ``url`` is ``mark:KEY``: key to (address, details). The details show on hover and focus; a
        mark without address ("") has only these.
    narrow : callable, optional
        Makes the drawing for a phone; see `two_widths`.
    drawn_by : str
        The function that drew it; `two_widths` fills it in.
    markup : str
        The drawing as SVG, if it was made in an earlier build; the figure is then missing.
    """

    id: str
    title: str
    figure: Figure
    alt: str
    data: pd.DataFrame
    caption: str = ""
    provenance: str = ""
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    narrow: Callable[[], Figure] | None = field(default=None, repr=False, compare=False)
    drawn_by: str = ""
    markup: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse an exhibit that some readers could not use."""
        if not re.fullmatch(r"[a-z][a-z0-9\-]*", self.id):
            raise ValueError(f"exhibit id {self.id!r}: use lower-case letters, digits and hyphens")
        if not self.title.strip():
            raise ValueError(f"exhibit {self.id}: the title (its finding) is empty")
        if len(self.alt.split()) < 5:
            raise ValueError(f"exhibit {self.id}: alt text {self.alt!r} is too short to stand for a figure")

    def svg(self) -> str:
        """Return the drawing as inline SVG, named by its alt text; in the book with its narrow twin, if it has one."""
        if self.markup:
            return self.markup.replace(_ALT, html.escape(self.alt, quote=True))
        if self.narrow is None or not os.environ.get(STATIC):
            return svg_markup(self.figure, self.id, self.alt, self.links)
        return svg_markup(self.figure, self.id, self.alt, self.links, "wide") + svg_markup(
            self.narrow(), f"{self.id}-n", self.alt, self.links, "narrow"
        )

    def finished(self) -> Exhibit:
        """Return the exhibit with its drawing as markup in place of the figure, so that it can be kept."""
        markup = dataclasses.replace(self, alt=_ALT).svg()
        return dataclasses.replace(self, figure=cast(Any, None), narrow=None, markup=markup)

    def to_html(self) -> str:
        """Return the whole exhibit as HTML."""
        return "".join(
            [
                f'<figure class="exhibit" id="{self.id}">',
                f'<figcaption><p class="exhibit-title">{html.escape(self.title)}</p></figcaption>',
                f'<div class="exhibit-view">{self.svg()}</div>',
                f'<p class="exhibit-caption">{html.escape(self.caption)}</p>' if self.caption else "",
                data_block(self.data, self.id, self.title),
                provenance_line(self.provenance, self.drawn_by),
                "</figure>",
            ]
        )

    def png(self, dpi: int = 150) -> bytes:
        """Return the drawing as PNG on white, for formats that cannot hold SVG."""
        buffer = io.BytesIO()
        with style():
            self.figure.savefig(buffer, format="png", dpi=dpi, facecolor="white")
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        bundle = {"text/plain": f"{self.title}\n\n{self.alt}", "text/html": self.to_html()}
        if not os.environ.get(STATIC):
            bundle["image/png"] = base64.b64encode(self.png()).decode()
        return bundle


#: Stands for the alt text in kept markup; five words, as an exhibit asks.
_ALT = "\ue000 alt text stands here"


@dataclass(frozen=True)
class EvidenceTable:
    """A table that is itself what the reader came for; its rows can be linked to.

    Parameters
    ----------
    data : pandas.DataFrame
        Cells may be `Link` or tuples of `Link`.
    caption : str
        What the table holds.
    row_ids : sequence of str, optional
        Anchors of the rows.
    boxed : bool
        Show a long table in a box that scrolls, so that the text around it stays within reach.
    """

    data: pd.DataFrame
    caption: str
    row_ids: Sequence[str] | None = None
    boxed: bool = False

    def to_html(self) -> str:
        """Return the table as HTML; where it is larger than its place, it scrolls by mouse and by keyboard."""
        kind = "evidence-table boxed" if self.boxed else "evidence-table"
        return scroll_box(html_table(self.data, self.caption, self.row_ids), self.caption, kind)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return {"text/plain": f"{self.caption} ({len(self.data)} rows)", "text/html": self.to_html()}


def svg_markup(
    figure: Figure, salt: str, alt: str, links: Mapping[str, tuple[str, str]] | None = None, css: str = ""
) -> str:
    """Turn a figure into lean inline SVG.

    What matplotlib writes for a file of its own is cut: metadata, ids nobody refers to, fonts (the page's own are
    used), digits beyond a tenth of a point, and a style rule that would leak into the page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    salt : str
        Makes ids in the SVG unique on the page, and the same in every build.
    alt : str
        Accessible name of the drawing.
    links : mapping, optional
        See `Exhibit`.
    css : str
        Class of the element. In a ``narrow`` one the marks carry no details: the page's script takes them from the
        wide twin, whose marks have the same order.

    Returns
    -------
    str
        An ``<svg>`` element; ``role="img"``, or ``role="group"`` if marks have details.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        # Straight to the writer of SVG: savefig would lay the figure out twice.
        FigureCanvasSVG(figure).print_svg(
            buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: _shorten_numbers(tag[0]), svg)
    svg = svg.replace("xlink:href", "href").replace(INK, "currentColor")
    # Two ways in which matplotlib versions write the font of a text.
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r"font: (italic |oblique |bold |\d{3} )*([\d.]+px)[^;\"]*", r"font-size: \2", svg)
    svg = re.sub(r"; ?font-family: [^;\"]*|font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", svg)
    svg = re.sub(r"; stroke-linecap: square|; stroke-linejoin: miter", "", svg)
    svg = re.sub(r"image-rendering: ?[a-z-]+;?", "", svg)  # a coarse picture looks better smoothed
    svg = re.sub(r"\s*\n\s*", " ", svg)
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r"(?<=[;:]) (?=[^\"<>]*\")", "", svg)
    svg, shared = _compact(svg[svg.index(">") + 1 :].replace("<defs></defs>", ""))
    svg = re.sub(
        r'<a href="mark:([^"]*)" target="_blank">(.*?)</a>',
        lambda m: _mark(m, links or {}, css != "narrow"),
        svg,
        flags=re.DOTALL,
    )
    lost = re.findall(r'href="mark:([^"]*)"', svg)
    if lost:
        raise ValueError(f"exhibit {salt}: marks without a link: {', '.join(lost)}")
    width, height = (round(72 * float(side), 1) for side in figure.get_size_inches())
    role = "group" if links else "img"
    kind = f'class="{css}" ' if css else ""
    root = (
        f'<svg {kind}viewBox="0 0 {width:g} {height:g}" width="{width * 4 / 3:.0f}" height="{height * 4 / 3:.0f}" '
        f'role="{role}" aria-label="{html.escape(alt, quote=True)}" '
        f'style="{shared}stroke-linejoin:round;stroke-linecap:butt" xmlns="http://www.w3.org/2000/svg">'
    )
    return root + svg


def _compact(body: str) -> tuple[str, str]:
    """Leave out groups without a meaning and styles that an element inherits; return also what all are to inherit."""
    open_groups: list[str] = []

    def group(tag: re.Match[str]) -> str:
        if tag[0] != "</g>":
            open_groups.append(tag[0])
            return "" if tag[0] == "<g>" else tag[0]
        return "" if open_groups.pop() == "<g>" else "</g>"

    body = re.sub(r"<g/>", "", re.sub(r"<g(?: [^>]*[^/])?>|</g>", group, body))
    sizes = Counter(re.findall(r"font-size:[\d.]+px", body))
    shared = ["fill:currentColor", *(size for size, _ in sizes.most_common(1))]
    own = {  # what a mark that is used many times says itself, its uses need not say
        name: {part.partition(":")[0] for part in look.split(";")}
        for name, look in re.findall(r'<path id="([^"]*)"[^>]* style="([^"]*)"', body)
    }

    def look(tag: re.Match[str]) -> str:
        target = re.search(r'href="#([^"]*)"', tag[0])
        said = own.get(target[1], set()) if target else set()
        before, found, after = re.split(r' style="([^"]*)"', tag[0])
        parts = [p for p in found.split(";") if p and p not in shared and p.partition(":")[0] not in said]
        return before + (f' style="{";".join(parts)}"' if parts else "") + after

    body = re.sub(r'<(?:path|use|text|tspan) [^>]*style="[^>]*>', look, body)
    return re.sub(r' d="([^"]*)"', lambda path: f' d="{_path(path[1])}"', body), "".join(f"{part};" for part in shared)


def _path(steps: str) -> str:
    """Write the steps of a path without needless spaces; those along one axis with one number.

    Examples
    --------
    >>> _path("M 1 2 L 1 5.5 L 3 4 z ")
    'M1 2V5.5L3 4z'
    """
    steps = re.sub(r"\s*([A-Za-z])\s*", r"\1", steps).strip()
    steps = re.sub(r"(?<![\d.-])(-?[\d.]+) (-?[\d.]+)L\1 (?=[\d-])", r"\1 \2V", steps)
    return re.sub(r"(?<![\d.-])(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) \2(?![\d.])", r"\1 \2H\3", steps)


def _mark(found: re.Match[str], links: Mapping[str, tuple[str, str]], told: bool) -> str:
    """Give one mark its link, if it has an address, and its details, which name it for screen readers."""
    if found[1] not in links:
        return found[0]
    url, label = links[found[1]]
    title = f"<title>{html.escape(label)}</title>" if told else ""
    if url:
        return f'<a href="{_safe_url(url)}">{title}{found[2]}</a>'
    return f'<g class="mark" role="img">{title}{found[2]}</g>'


def _shorten_numbers(tag: str) -> str:
    """Round the coordinates in one tag to a tenth of a point; numbers in text between tags are left alone."""
    tag = re.sub(r"(?<=[\s\"(,MLCQ\-])\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", tag)
    return re.sub(r"\.0+(?=[\s\"),LMCQzZ])", "", tag)


def _cell(value: Any) -> str:
    if isinstance(value, Link):
        return value.markup()
    if isinstance(value, tuple):
        return "; ".join(_cell(item) for item in value)
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 10000 else f"{value:,.0f}"
    return html.escape(str(value))


def html_table(data: pd.DataFrame, caption: str, row_ids: Sequence[str] | None = None) -> str:
    """Return a table as HTML with a caption and header cells; everything in it is escaped.

    Parameters
    ----------
    data : pandas.DataFrame
        The index is not shown.
    caption : str
        Read out before the table.
    row_ids : sequence of str, optional
        Anchors of the rows.

    Examples
    --------
    >>> "&lt;b&gt;" in html_table(pd.DataFrame({"x": ["<b>"]}), "A table")
    True
    """
    head = "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in data.columns)
    rows = []
    for number, row in enumerate(data.itertuples(index=False, name=None)):
        anchor = f' id="{html.escape(row_ids[number], quote=True)}"' if row_ids is not None else ""
        rows.append(f"<tr{anchor}>" + "".join(f"<td>{_cell(v)}</td>" for v in row) + "</tr>")
    body = "".join(rows)
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Link):
        return value.url
    if isinstance(value, tuple):
        return " ".join(str(_plain(v)) for v in value)
    return value


def csv_text(data: pd.DataFrame) -> str:
    """Return the data as CSV, links as their addresses, cells that a spreadsheet would run defused with a quote."""
    plain = data.map(_plain)
    for column in plain.columns:
        if not pd.api.types.is_numeric_dtype(plain[column]):
            plain[column] = plain[column].map(
                lambda v: f"'{v}" if isinstance(v, str) and re.match(r"[=+@\t\r]|-(?!\d)", v) else v
            )
    return plain.to_csv(index=False, lineterminator="\n")


def provenance_line(provenance: str, drawn_by: str = "") -> str:
    """Return what a figure rests on: tables, methods, cut-off date, and the function that drew it."""
    words = html.escape(provenance)
    if drawn_by:
        words += f" Drawn by <code>{html.escape(drawn_by)}</code>."
    return f'<p class="exhibit-provenance">{words.strip()}</p>' if words else ""


@functools.cache
def edition() -> str:
    """Return the book's title and edition, as a citation of one of its figures names them."""
    return f"{BOOK}, edition {importlib.metadata.version('iran-azerbaijan-casebook')}"


def scroll_box(markup: str, label: str, kind: str = "evidence-table") -> str:
    """Return markup in a box that scrolls by mouse and, named by `label`, by keyboard."""
    return (
        f'<div class="{kind}" tabindex="0" role="region" aria-label="{html.escape(label, quote=True)}">{markup}</div>'
    )


def download_link(words: str, file: str, media: str, text: str) -> str:
    """Return a link that saves a text as a file.

    Only what an address cannot hold is encoded, so that a page that tells its data twice is compressed to half.
    """
    encoded = re.sub(r"[%#\t\r\n]", lambda sign: f"%{ord(sign[0]):02X}", text)
    address = f"data:{media};charset=utf-8,{html.escape(encoded, quote=True)}"
    return f'<a download="{html.escape(file, quote=True)}" href="{address}">{html.escape(words)}</a>'


def data_block(data: pd.DataFrame, name: str, title: str, what: str = "the data") -> str:
    """Return the folded block under a figure: its data as a table and as CSV, and how to cite it.

    The page's script adds downloads of the drawing itself.
    """
    return (
        f'<details class="exhibit-data"><summary>Show {what} ({len(data)} rows), download, cite</summary>'
        f"{scroll_box(html_table(data, title), f'Data: {title}', 'exhibit-scroll')}"
        f'<p class="exhibit-downloads">{download_link("Data (CSV)", f"{name}.csv", "text/csv", csv_text(data))}</p>'
        f'<p class="exhibit-cite">Cite as: “{html.escape(title)}”, figure {name}, in {html.escape(edition())}.</p>'
        "</details>"
    )
