"""Evidence as cards: what the chronology, the claims page and the sources page list, and what a link shows on hover.

A `Card` holds finished markup, in which everything that comes from data has been escaped, and the values that a
reader can filter by. A `CardList` shows all its cards; the controls above it only hide some, so that the page needs
no kernel, no network and, for reading, no script.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers import evidence
from helpers.exhibits import TONES, Link
from helpers.memo import remember

__all__ = ["PAGES", "Card", "CardList", "claim_cards", "event_cards", "peeks", "source_cards"]

#: The page of the book that shows each kind of evidence.
PAGES = {"event": "chronology", "claim": "claims", "source": "sources"}

_MARKS = {"^": "▲", "o": "●", "v": "▼"}
_VERDICTS = {"supported": "✓", "contradicted": "✗", "mixed": "±", "open": "?", "not_checkable": "–"}


@dataclass(frozen=True)
class Card:
    """One row of evidence, ready to show.

    Parameters
    ----------
    id : str
        Id of the row, which is its anchor on the page.
    body : str
        Markup for the list; escaped already.
    short : str
        Markup for a card that a link shows on hover or focus; escaped already.
    facets : mapping of str to tuple of str
        Values to filter by, as shown to the reader.
    mark : tuple of str, optional
        How the card stands on a timeline: lane, tone, ``firm`` or ``single``.
    """

    id: str
    body: str
    short: str
    facets: Mapping[str, tuple[str, ...]]
    mark: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class CardList:
    """Cards under a search field and one choice per facet.

    Parameters
    ----------
    id : str
        Anchor on the page, and prefix of the ids of its controls.
    noun : str
        What a card is, in the plural, such as ``events``.
    cards : sequence of Card
    facets : sequence of str
        Facets to offer, in order; their values are offered in alphabetical order.
    lanes : mapping, optional
        Lanes of a timeline above the list, name to label, top first: it shows the cards that the filter leaves, and
        each of its marks leads to its card. It needs the page's script; the list does not.

    Examples
    --------
    >>> cards = [Card("e1", "<p>one</p>", "", {"Year": ("1991",)}), Card("e2", "<p>two</p>", "", {"Year": ("1992",)})]
    >>> "<option>1992</option>" in CardList("list", "events", cards, ["Year"]).to_html()
    True
    """

    id: str
    noun: str
    cards: Sequence[Card]
    facets: Sequence[str]
    lanes: Mapping[str, str] = field(default_factory=dict)

    def to_html(self) -> str:
        """Return controls, timeline and cards as HTML."""
        controls = [_search(self.id, self.noun), *(self._choice(n, facet) for n, facet in enumerate(self.facets))]
        items = "".join(
            f'<li class="entry" id="{_attribute(card.id)}"'
            + "".join(f' data-f{n}="{_attribute("|".join(card.facets[facet]))}"' for n, facet in enumerate(self.facets))
            + (f' data-mark="{_attribute("|".join(card.mark))}"' if self.lanes and card.mark else "")
            + f">{card.body}</li>"
            for card in self.cards
        )
        # The controls wait hidden for the script: without it they would do nothing.
        return (
            f'<div class="entry-list" id="{self.id}" data-noun="{_attribute(self.noun)}">'
            f'<form class="entry-filter" autocomplete="off" hidden aria-label="Filter the {html.escape(self.noun)}">'
            f'{"".join(controls)}<button type="reset">Show all</button>'
            f'<output role="status">{len(self.cards)} {html.escape(self.noun)}</output></form>'
            f"{self._timeline()}"
            f'<ol class="entries">{items}</ol></div>'
        )

    def _timeline(self) -> str:
        if not self.lanes:
            return ""
        lanes = _attribute(json.dumps(self.lanes, ensure_ascii=False))
        ends = "".join(
            f'<span class="entry-control"><label for="{self.id}-{end}">{end.capitalize()} year</label> '
            f'<select id="{self.id}-{end}"></select></span>'
            for end in ("from", "to")
        )
        return (
            f'<div class="entry-timeline" hidden data-lanes="{lanes}">'
            f'<form class="entry-years" autocomplete="off" aria-label="Years of the timeline">{ends}'
            '<button type="reset">All years</button></form><div class="exhibit-view"></div></div>'
        )

    def _choice(self, number: int, facet: str) -> str:
        values = sorted({value for card in self.cards for value in card.facets[facet]})
        options = "".join(f"<option>{html.escape(v)}</option>" for v in values)
        name = f"{self.id}-{number}"
        return (
            f'<span class="entry-control"><label for="{name}">{html.escape(facet)}</label> '
            f'<select id="{name}" data-facet="f{number}"><option value="">all</option>{options}</select></span>'
        )

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return {"text/plain": f"{len(self.cards)} {self.noun}", "text/html": self.to_html()}


@remember
def event_cards(tables: Mapping[str, pd.DataFrame]) -> list[Card]:
    """Make a card of every event, in order of date.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables by name.

    Returns
    -------
    list of Card
        Facets: ``Year``, ``Actor`` (source, target and others), ``Kind``, ``Tone``, ``Reported from`` (sides of
        independent publishers), ``Publishers`` (one, or two and more).
    """
    events, sources = tables["events"], tables["sources"].set_index("id")
    names = tables["actors"].set_index("id")["name"]
    codes = tables["cameo"].set_index("id")
    voices = evidence.corroboration(events, tables["sources"])
    cards = []
    for row in events.sort_values(["start", "id"], kind="stable").itertuples():
        voice, code = voices.loc[row.id], codes.loc[row.cameo]
        date = evidence.date_label(row.start, row.end, row.precision)
        who = f"{names[row.source_actor]} → {names[row.target_actor]}"
        others = [a for a in row.other_actors.split(";") if a]
        sides = voice["sides"].split(";")
        score = f"Goldstein value {code['goldstein']:+.1f}" if row.scored else "not scored"
        facts = [
            f"Also concerned: {', '.join(names[a] for a in others)}" if others else "",
            f"Place: {row.place.replace(';', ', ')}" if row.place else "",
            f"Code {row.cameo}, {code['name'].lower()} ({score})",
            f"Confidence: {row.confidence}",
            f"Told by {', '.join(evidence.ARTICLES[a] for a in row.article_ids.split(';'))}" if row.article_ids else "",
        ]
        head = (
            f'<p class="entry-head"><a href="#{_attribute(row.id)}"><time datetime="{row.start.date().isoformat()}">'
            f"{html.escape(date)}</time></a> <strong>{html.escape(who)}</strong> {_tone(row.tone)} "
            f"<span>{html.escape(row.type.replace('-', ' '))}</span></p>"
        )
        differ = (
            _paragraph("entry-differ", f"Sources differ or are unsure: {row.disagreement}") if row.disagreement else ""
        )
        heard = ", ".join(sides)
        told = f"{_count(voice['publishers'], 'independent publisher')}, {_count(voice['n_sides'], 'side')}"
        pages = "; ".join(_page(sources.loc[s]) for s in row.source_ids.split(";"))
        cards.append(
            Card(
                row.id,
                f"{head}{_paragraph('entry-body', row.summary)}{differ}"
                f'<p class="entry-sources">{html.escape(told)}: {pages}</p>'
                f"{_paragraph('entry-meta', '. '.join(f for f in facts if f) + '.')}",
                f'<p class="entry-head"><strong>{html.escape(date)}: {html.escape(who)}</strong></p>'
                + _paragraph("entry-body", row.summary)
                + _paragraph("entry-sources", f"{told} ({heard}). Confidence: {row.confidence}.")
                + differ,
                {
                    "Year": (str(row.start.year),),
                    "Actor": tuple(names[a] for a in dict.fromkeys([row.source_actor, row.target_actor, *others])),
                    "Kind": (row.type.replace("-", " "),),
                    "Tone": (TONES[row.tone][2],),
                    "Reported from": tuple(sides),
                    "Publishers": ("one only" if voice["publishers"] < 2 else "two or more",),
                },
                (
                    row.source_actor if row.source_actor in ("IRN", "AZE") else "",
                    row.tone,
                    "single" if voice["publishers"] < 2 else "firm",
                ),
            )
        )
    return cards


@remember
def claim_cards(tables: Mapping[str, pd.DataFrame]) -> list[Card]:
    """Make a card of every claim, with the evidence beside it; facets ``Article``, ``Theme``, ``Kind``, ``Verdict``."""
    events, sources = tables["events"].set_index("id"), tables["sources"].set_index("id")
    cards = []
    for row in tables["claims"].itertuples():
        article, verdict = evidence.ARTICLES[row.article_id], row.verdict.replace("_", " ")
        theme = row.theme.replace("-", " ")
        mark = f'<span class="tag verdict-{row.verdict}">{_VERDICTS[row.verdict]} {verdict}</span>'
        bearing = []
        for i in filter(None, row.event_ids.split(";")):
            event = events.loc[i]
            date = evidence.date_label(event["start"], event["end"], event["precision"])
            bearing.append(f"{Link(date, f'chronology.html#{i}').markup()}: {html.escape(event['summary'])}")
        pages = [_page(sources.loc[s]) for s in row.source_ids.split(";") if s != row.article_id]
        proof = "".join(f"<li>{item}</li>" for item in [*bearing, *pages])
        kind = f"{row.kind}, {row.hedge}" + (", carries the argument" if row.core else "")
        cards.append(
            Card(
                row.id,
                f'<p class="entry-head"><a href="#{_attribute(row.id)}">{html.escape(row.id)}</a> '
                f"<strong>{html.escape(article)}</strong> {mark} <span>{html.escape(theme)}</span></p>"
                f"{_paragraph('entry-body', row.claim)}"
                + (_paragraph("entry-differ", row.reason) if row.reason else "")
                + (f'<ul class="entry-proof">{proof}</ul>' if proof else "")
                + _paragraph("entry-meta", f"Paragraph {row.paragraph}. {kind.capitalize()}."),
                f'<p class="entry-head"><strong>{html.escape(article)}</strong> {mark}</p>'
                f"{_paragraph('entry-body', row.claim)}"
                + (_paragraph("entry-differ", row.reason) if row.reason else "")
                + _paragraph(
                    "entry-sources", f"{_count(len(bearing), 'event')} and {_count(len(pages), 'source')} beside it."
                ),
                {
                    "Article": (article,),
                    "Theme": (theme,),
                    "Kind": (row.kind,),
                    "Verdict": (verdict,),
                },
            )
        )
    return cards


@remember
def source_cards(tables: Mapping[str, pd.DataFrame], uses: pd.Series) -> list[Card]:
    """Make a card of every source, by publisher and date; facets ``Side``, ``Kind``, ``Language``.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables by name.
    uses : pandas.Series
        In how many rows of all tables each source is cited, by source id.
    """
    cards = []
    ordered = tables["sources"].sort_values(["publisher", "date", "id"], key=lambda c: c.str.lower())
    for row in ordered.itertuples():
        facts = [
            f"{row.kind}, speaks from the {row.side} side" if row.side != "other" else row.kind,
            "mirror of other publishers" if row.mirror else "",
            f"cited in {_count(int(uses[row.id]), 'row')}",
            f"licence: {row.licence}" if row.licence else "",
            row.note,
        ]
        citation = evidence.citation(pd.Series(row._asdict()))
        shown = Link(citation, row.url).markup() if row.url else html.escape(citation)
        meta = _paragraph("entry-meta", "; ".join(f for f in facts if f) + ".")
        cards.append(
            Card(
                row.id,
                f'<p class="entry-body">{shown}</p>{meta}',
                f"{_paragraph('entry-body', citation)}{meta}",
                {"Side": (row.side,), "Kind": (row.kind,), "Language": (row.language,)},
            )
        )
    return cards


def peeks(tables: Mapping[str, pd.DataFrame], uses: pd.Series) -> dict[str, dict[str, str]]:
    """Return the short card of every event, claim and source, by page name (such as ``chronology``) and id."""
    return {
        PAGES["event"]: {card.id: card.short for card in event_cards(tables)},
        PAGES["claim"]: {card.id: card.short for card in claim_cards(tables)},
        PAGES["source"]: {card.id: card.short for card in source_cards(tables, uses)},
    }


def _attribute(text: str) -> str:
    return html.escape(text, quote=True)


def _paragraph(kind: str, text: str) -> str:
    return f'<p class="{kind}">{html.escape(text)}</p>'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tone(tone: str) -> str:
    _, marker, name = TONES[tone]
    return f'<span class="tag tone-{tone}">{_MARKS[marker]} {name}</span>'


def _page(source: pd.Series) -> str:
    citation = evidence.citation(source)
    shown = Link(citation, source["url"]).markup() if source["url"] else html.escape(citation)
    notes: Iterable[str] = (source["side"], "mirror" if source["mirror"] else "")
    return f"{shown} ({html.escape(', '.join(n for n in notes if n))})"


def _search(list_id: str, noun: str) -> str:
    return (
        f'<span class="entry-control"><label for="{list_id}-search">Words in the {html.escape(noun)}</label> '
        f'<input type="search" id="{list_id}-search"></span>'
    )
