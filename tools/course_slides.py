"""Slides of the course: one deck per chapter, made from the chapter's own executed notebook.

A deck is a Markdown file in ``course/slides``. It holds titles, short lines and speaker notes; figures, explorers,
numbers, questions and key points are taken from the chapter, so that nothing of the book is typed twice. reveal.js
shows the deck: its files come with the package sphinx-revealjs. That package's own builder turns a document's headings
into slides; these slides take their figures from another document's outputs, so a template of our own makes the page.

What a deck may hold, besides Markdown and the roles of the chapters (``{glue:text}``, links to evidence):

- ``## Title`` begins a slide, and ``## {finding}`x1-years` `` takes the finding (or question) of that exhibit as title;
- ``:::{exhibit} x1-years`` shows an exhibit or explorer, and lines before the closing ``:::`` as its caption; the
  book's own, ``{caption}`x1-years` ``, is mostly too long for a slide and goes into the notes;
- ``:::{chapter} Key points`` shows the list of that section of the chapter;
- ``:::{sides}`` shows a list as cards, one for each side;
- ``:::{sources}`` counts the publications behind the links of the chapter, by side;
- ``:::{notes} 3 minutes`` holds the speaker notes, in four paragraphs: **Say.**, **Ask.**, **Mistake.** and **View.**
"""

from __future__ import annotations

import html
import importlib.resources
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import pandas as pd
import portable
import site_address
import yaml
from evidence_pages import short_cards
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.myst_role import myst_role_plugin
from myst_nb.core.variables import format_plain_text

from helpers import tables
from helpers.cards import PAGES

ROOT = Path(__file__).resolve().parents[1]
DECKS = ROOT / "course" / "slides"

#: The book as seen from ``_build/course/slides``, where nothing says where it is published.
BESIDE = "../../html"
#: Minutes of a lecture; what is left of a session's 90 belongs to the exercises.
LECTURE = 50
#: What the speaker notes of every slide hold.
NOTES = ("Say", "Ask", "Mistake", "View")
#: Exhibits and explorers higher than this share of their width stand beside the words, the others below them.
TALL = {"figure": 0.55, "div": 0.45}
#: Characters from which a list of the chapter is set in smaller letters, and in yet smaller ones.
FEW, MANY = 450, 700
#: Publishers named for a side on the slide of sources.
NAMED = 4

#: Roles that quote an exhibit: what they take from it.
_PARTS = {
    "finding": r'<p class="(?:exhibit-title|explorer-question)">(.*?)</p>',
    "caption": r'<p class="exhibit-caption">(.*?)</p>',
}
_BLOCK = re.compile(r"^:::\{(\w+)\} *(.*)\n((?:(?!:::).*\n)*):::$", re.MULTILINE)
_EXHIBIT = re.compile(r'<(?:figure class="exhibit"|div class="explorer") id="([^"]+)"')


class DeckError(ValueError):
    """A fault of a deck, with its file and slide."""


@dataclass(frozen=True)
class Slide:
    """One slide: finished markup, its minutes, its kind for the style sheet, and the id of its figure, if any.

    A slide of kind ``figure`` has its figure below the words, of kind ``beside`` next to them; ``few`` stands for a few
    words in large letters, ``full`` for a list or table.
    """

    title: Markup
    body: Markup
    notes: Markup
    minutes: int
    kind: str = "few"
    figure: str = ""


@dataclass(frozen=True)
class Deck:
    """The slides of one chapter."""

    name: str
    title: str
    slides: Sequence[Slide]
    peeks: Markup

    @property
    def minutes(self) -> int:
        """Length of the lecture: the minutes of all slides."""
        return sum(slide.minutes for slide in self.slides)


class Chapter:
    """What a deck takes from its chapter: exhibits by id, glued values by name, sections by heading.

    Parameters
    ----------
    name : str
        Such as ``01_background``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.exhibits: dict[str, str] = {}
        notebook = portable.executed(name)
        self.values = portable.values(notebook)
        for output in (o for cell in notebook.cells for o in cell.get("outputs", ())):
            markup = output.get("data", {}).get("text/html", "")
            if found := _EXHIBIT.match(markup):
                self.exhibits[found[1]] = markup
        self.text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        self.title = re.search(r"^# (.+)$", self.text, re.MULTILINE)[1]  # type: ignore[index]

    def section(self, heading: str) -> str:
        """Return the list in a section of the chapter, as Markdown."""
        found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", self.text, re.MULTILINE | re.DOTALL)
        items = re.findall(r"^- .+$", found[1], re.MULTILINE) if found else []
        if not items:
            raise DeckError(f"chapter {self.name} has no section {heading!r} with a list")
        return "\n".join(items)

    def exhibit(self, key: str) -> str:
        """Return the markup of an exhibit or explorer."""
        if key not in self.exhibits:
            raise DeckError(f"chapter {self.name} has no exhibit {key!r}; it has {', '.join(self.exhibits)}")
        return self.exhibits[key]


class Words:
    """Renders the Markdown of a deck, with the values of its chapter and links into the book.

    Parameters
    ----------
    chapter : Chapter
    book : str
        Address of the book, without a slash at its end.
    """

    def __init__(self, chapter: Chapter, book: str) -> None:
        self.chapter, self.book = chapter, book
        self.linked: dict[str, str] = {}
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(myst_role_plugin)
        # markdown-it binds a rule to its renderer, and passes that first.
        self._markdown.add_render_rule("myst_role", lambda _, tokens, i, *__: self._role(tokens[i]))
        self._markdown.add_render_rule("link_open", lambda _, tokens, i, *__: self._link(tokens[i]))

    def block(self, text: str) -> Markup:
        """Render paragraphs, lists and tables."""
        return Markup(self._markdown.render(text))

    def line(self, text: str) -> Markup:
        """Render one line."""
        return Markup(self._markdown.renderInline(text))

    def _role(self, token: Token) -> str:
        role, content = token.meta["name"], token.content
        if role == "term":
            return html.escape(re.sub(r"\s*<.*>$", "", content))
        if role in _PARTS:
            found = re.search(_PARTS[role], self.chapter.exhibit(content))
            if not found:
                raise DeckError(f"exhibit {content!r} has no {role}")
            return found[1]
        if role != "glue:text":
            raise DeckError(f"role {role!r} is unknown here")
        name, _, form = content.partition(":")
        if name not in self.chapter.values:
            raise DeckError(f"chapter {self.chapter.name} has no value {name!r}")
        return html.escape(format_plain_text(repr(self.chapter.values[name]), form or "s"))

    def _link(self, token: Token) -> str:
        address = str(token.attrGet("href"))
        kind, _, key = address.partition(":")
        if kind in PAGES:
            page = PAGES[kind]
            if key not in short_cards()[page]:
                raise DeckError(f"a link leads to {kind} {key!r}, which the tables lack")
            self.linked[f"{page}.html#{key}"] = short_cards()[page][key]
            return f'<a class="evidence" href="{self.book}/chapters/back/{page}.html#{html.escape(key)}">'
        if found := re.fullmatch(r"([\w/]+)\.md(#[\w-]+)?", address):
            return f'<a href="{self.book}/chapters/{found[1]}.html{found[2] or ""}">'
        if address.startswith("https://"):
            return f'<a href="{html.escape(address)}">'
        raise DeckError(f"a link leads to {address!r}, which is neither evidence, nor a page of the book, nor https")


def _take(markup: str, pattern: str) -> tuple[str, str]:
    """Cut the first match of a pattern out of markup; return the rest, and the pattern's group or nothing."""
    found = re.search(pattern, markup, re.DOTALL)
    return (markup[: found.start()] + markup[found.end() :], found[1]) if found else (markup, "")


def _figure(markup: str, caption: Markup | None, titled: bool, book: str) -> tuple[Markup, Markup]:
    """Return an exhibit as a slide shows it, and what moves from it into the notes.

    Data, citation, caption and provenance have no place on a slide; the notes take what helps to read the figure.
    """
    markup, _ = _take(markup, r'<details class="exhibit-data">(.*?)</details>')
    markup, basis = _take(markup, r'<p class="exhibit-provenance">(.*?)</p>')
    markup, notice = _take(markup, r'<p class="explorer-notice"><strong>.*?</strong>(.*?)</p>')
    shown, own = markup, ""
    if markup.startswith("<figure"):
        shown, own = _take(markup, r'<p class="exhibit-caption">(.*?)</p>')
        if caption is not None:
            shown = shown.replace("</figure>", f'<div class="exhibit-caption">{caption}</div></figure>')
    if titled:
        shown, _ = _take(shown, r'(<figcaption>.*?</figcaption>|<p class="explorer-question">.*?</p>)')
    shown = shown.replace('<div class="explorer"', '<div class="explorer" data-prevent-swipe', 1)
    shown = re.sub(r'(href=")(back/\w+\.html#)', rf"\1{book}/chapters/\2", shown)
    told = {"How to read it": own, "What to notice": notice, "It rests on": basis}
    notes = "".join(f"<p><strong>{name}.</strong> {words.strip()}</p>" for name, words in told.items() if words)
    return Markup(shown), Markup(notes)


def _is_tall(markup: str) -> bool:
    kind, width, height = re.search(r'^<(\w+).*?viewBox="0 0 ([\d.]+) ([\d.]+)"', markup, re.DOTALL).groups()  # type: ignore[union-attr]
    return float(height) > TALL[kind] * float(width)


def _notes(head: str, text: str, words: Words) -> tuple[int, Markup]:
    """Return the minutes and the notes of a slide, refusing a slide that leaves a lecturer without one of the four."""
    minutes = re.fullmatch(r"([1-9]\d*) minutes?", head.strip())
    if not minutes:
        raise DeckError(f"the notes begin with {head!r}: write how long, such as '3 minutes'")
    missing = [name for name in NOTES if not re.search(rf"^\*\*{name}\.\*\* \S", text, re.MULTILINE)]
    if missing:
        raise DeckError(f"the notes lack {', '.join(missing)}")
    return int(minutes[1]), words.block(re.sub(r"\n(?=\*\*)", "\n\n", text))


def _slide(title: str, text: str, words: Words) -> Slide:
    """Make a slide of its title and what stands below it."""
    parts: list[Markup] = []
    extra, figure, kind, minutes, notes = Markup(), "", "few", 0, Markup()
    place = 0
    for block in _BLOCK.finditer(text):
        parts.append(words.block(text[place : block.start()]))
        place = block.end()
        name, head, body = block[1], block[2].strip(), block[3]
        if name == "exhibit":
            markup = words.chapter.exhibit(head)
            shown, extra = _figure(markup, words.block(body) if body.strip() else None, head in title, words.book)
            figure, kind = head, "beside" if _is_tall(markup) else "figure"
            parts.append(shown)
        elif name == "chapter":
            section = words.chapter.section(head)
            kind = "few" if len(section) < FEW else "full" if len(section) < MANY else "full dense"
            parts.append(words.block(section))
        elif name == "sides":
            kind = "full"
            parts.append(Markup('<div class="sides">{}</div>').format(words.block(body)))
        elif name == "sources":
            kind = "full"
            parts.append(_sources(words))
        elif name == "notes":
            minutes, notes = _notes(head, body, words)
        else:
            raise DeckError(f"block {name!r} is unknown")
    if ":::" in text[place:]:
        raise DeckError("a block ':::' is not closed")
    if not minutes:
        raise DeckError("the slide has no notes")
    parts.append(words.block(text[place:]))
    return Slide(words.line(title), Markup().join(parts), notes + extra, minutes, kind, figure)


@cache
def _all_tables() -> dict[str, pd.DataFrame]:
    return tables.load_all()


def _sources(words: Words) -> Markup:
    """Count the publications behind the links of the chapter, and name the publishers met most often, by side."""
    data = _all_tables()
    events, claims, sources = (data[name].set_index("id") for name in ("events", "claims", "sources"))
    links = set(re.findall(r"\]\((event|claim|source):([^)]+)\)", words.chapter.text))
    ids: set[str] = {key for kind, key in links if kind == "source"}
    for kind, key in links:
        if kind == "event":
            ids.update(events.at[key, "source_ids"].split(";"))
        elif kind == "claim":
            ids.update(filter(None, claims.at[key, "source_ids"].split(";")))
    used = sources.loc[sorted(ids)]
    rows = []
    for side, part in sorted(used.groupby("side"), key=lambda item: (-len(item[1]), item[0])):
        names = [name for name, _ in Counter(part.loc[part["publisher"] != "unknown", "publisher"]).most_common(NAMED)]
        more = part["publisher"].nunique() - len(names)
        rows.append((side, len(part), ", ".join(names) + (f" and {more} more" if more > 0 else "")))
    n_events, n_claims = (sum(kind == name for kind, _ in links) for name in ("event", "claim"))
    head = "<tr><th scope='col'>Side</th><th scope='col'>Publications</th><th scope='col'>Publishers met most</th></tr>"
    body = Markup().join(
        Markup("<tr><th scope='row'>{}</th><td class='number'>{}</td><td>{}</td></tr>").format(*row) for row in rows
    )
    return Markup(
        "<p>The chapter links to {} events and {} coded claims. Behind them stand {} publications of {} publishers; "
        '<a href="{}/chapters/back/sources.html">all are listed in the book</a>.</p>'
        '<table class="by-side"><thead>{}</thead><tbody>{}</tbody></table>'
    ).format(n_events, n_claims, len(used), used["publisher"].nunique(), words.book, Markup(head), body)


def read(path: Path, book: str = BESIDE) -> Deck:
    """Make the deck of a file.

    Parameters
    ----------
    path : Path
        A Markdown file whose front matter names its chapter.
    book : str
        Address of the book, without a slash at its end.

    Raises
    ------
    DeckError
        Naming file and slide, if something is missing or unknown.
    """
    text = path.read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    chapter = Chapter(yaml.safe_load(front)["chapter"])
    words = Words(chapter, book)
    opening, *rest = re.split(r"^## ", body, flags=re.MULTILINE)
    slides = []
    for title, below in [(chapter.title, opening), *(part.split("\n", 1) for part in rest)]:
        try:
            slides.append(_slide(title, below, words))
        except DeckError as error:
            raise DeckError(f"{path.name}, slide {len(slides) + 1} ({title}): {error}") from error
    peeks = Markup().join(
        Markup('<div data-for="{}">{}</div>').format(target, Markup(card)) for target, card in words.linked.items()
    )
    return Deck(path.stem, chapter.title, slides, peeks)


def address() -> str:
    """Return where the slides look for the book: where it is published, or else beside them.

    With ``BOOK_URL`` set, a deck can be handed on alone. Without it nothing on earth says where the book is; the links
    then lead from ``_build/course/slides`` to ``_build/html``. Cards with the evidence open on the slide in both cases.
    """
    return site_address.address() or BESIDE


def _static(folder: Path) -> None:
    """Copy what a deck loads: reveal.js, the book's own scripts and styles, and those of the slides."""
    reveal = importlib.resources.files("sphinx_revealjs") / "_static" / "revealjs"
    book = ROOT / "assets" / "static"
    folder.mkdir(parents=True)
    for name in ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js"):
        (folder / Path(name).name).write_bytes(reveal.joinpath(name).read_bytes())
    (folder / "LICENSE-reveal.js.txt").write_bytes((reveal / "LICENSE").read_bytes())
    own = [file for file in DECKS.iterdir() if file.suffix in {".css", ".js"}]
    for file in (*own, *(book / name for name in ("book.css", "figures.js", "evidence.js"))):
        shutil.copyfile(file, folder / file.name)


def decks(book: str = BESIDE) -> Iterator[Deck]:
    """Make all decks, in the order of the chapters."""
    for path in sorted(DECKS.glob("[0-9]*.md")):
        yield read(path, book)


def build(out: Path) -> None:
    """Write ``slides/`` and ``slides.zip`` into a folder.

    Parameters
    ----------
    out : Path
        Such as ``_build/course``.
    """
    folder = out / "slides"
    shutil.rmtree(folder, ignore_errors=True)
    _static(folder / "static")
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(DECKS), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    made = list(decks(address()))
    for deck in made:
        page = templates.get_template("deck.html").render(deck=deck, book=address())
        (folder / f"{deck.name}.html").write_text(page, encoding="utf-8")
    page = templates.get_template("index.html").render(decks=made, book=address(), minutes=LECTURE)
    (folder / "index.html").write_text(page, encoding="utf-8")
    shutil.copyfile(ROOT / "LICENSE-DATA", folder / "LICENSE.txt")
    files = (path for path in folder.rglob("*") if path.is_file())
    portable.write_zip(out / "slides.zip", {path.relative_to(out).as_posix(): path for path in files})


if __name__ == "__main__":
    build(ROOT / "_build" / "course")
