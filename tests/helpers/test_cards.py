"""Cards: every row of evidence once, everything escaped, filters that fit."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import cards, evidence
from helpers.numbers import back_pages


@pytest.fixture(scope="module")
def made(data: dict[str, pd.DataFrame]) -> dict[str, list[cards.Card]]:
    return {
        "events": cards.event_cards(data),
        "claims": cards.claim_cards(data),
        "sources": cards.source_cards(data, back_pages.use_of_sources(data)),
    }


@pytest.mark.parametrize("name", ["events", "claims", "sources"])
def test_every_row_has_one_card(name: str, made, data: dict[str, pd.DataFrame]) -> None:
    assert sorted(card.id for card in made[name]) == sorted(data[name]["id"])


def test_events_stand_in_order_of_date(made, data: dict[str, pd.DataFrame]) -> None:
    start = data["events"].set_index("id")["start"]
    days = [start[card.id] for card in made["events"]]
    assert days == sorted(days)


def test_an_event_shows_who_says_so_and_where_sources_differ(made, data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"].set_index("id"), data["sources"].set_index("id")
    voices = evidence.corroboration(data["events"], data["sources"])
    for card in made["events"]:
        soup, event = BeautifulSoup(card.body, "lxml"), events.loc[card.id]
        links = {a["href"] for a in soup.select(".entry-sources a")}
        assert links == {u for u in sources.loc[event["source_ids"].split(";"), "url"] if u}
        assert f"{voices.loc[card.id, 'publishers']} independent publisher" in soup.get_text()
        assert bool(soup.select(".entry-differ")) == bool(event["disagreement"])
        assert event["summary"] in BeautifulSoup(card.short, "lxml").get_text()


def test_a_claim_shows_verdict_reason_and_its_events(made, data: dict[str, pd.DataFrame]) -> None:
    claims = data["claims"].set_index("id")
    for card in made["claims"]:
        soup, claim = BeautifulSoup(card.body, "lxml"), claims.loc[card.id]
        wanted = {f"chronology.html#{i}" for i in claim["event_ids"].split(";") if i}
        assert {a["href"] for a in soup.select("li a") if a["href"].startswith("chronology")} == wanted
        assert claim["verdict"].replace("_", " ") in soup.select_one(".tag").get_text()
        assert claim["reason"] in soup.get_text()


def test_text_from_data_cannot_become_markup(data: dict[str, pd.DataFrame]) -> None:
    hostile = "<img src=x onerror=alert(1)> & \"quoted\" 'text'"
    spoilt = {name: table.copy() for name, table in data.items()}
    text_columns = {
        "events": ["summary", "disagreement", "place", "type"],
        "claims": ["claim", "reason", "theme"],
        "sources": ["title", "author", "publisher", "origin", "note", "licence"],
        "actors": ["name"],
        "cameo": ["name"],
    }
    for name, columns in text_columns.items():
        for column in columns:
            spoilt[name][column] = hostile
    uses = back_pages.use_of_sources(data)
    lists = [cards.event_cards(spoilt), cards.claim_cards(spoilt), cards.source_cards(spoilt, uses)]
    for found in lists:
        page = cards.CardList("x", "rows", found[:40], list(found[0].facets)).to_html()
        page += "".join(card.short for card in found[:40])
        soup = BeautifulSoup(page, "lxml")
        assert not soup.find_all("img")
        assert all(not name.startswith("on") for tag in soup.find_all() for name in tag.attrs)
        assert hostile in soup.get_text()


def test_every_offered_value_fits_some_card_and_every_card_is_offered(made) -> None:
    found = made["events"]
    facets = list(found[0].facets)
    soup = BeautifulSoup(cards.CardList("list", "events", found, facets).to_html(), "lxml")
    assert len(soup.select("li.entry")) == len(found)
    for number, facet in enumerate(facets):
        offered = [o.get_text() for o in soup.select(f"select#list-{number} option")][1:]
        held = {v for item in soup.select("li.entry") for v in item[f"data-f{number}"].split("|")}
        assert set(offered) == held, facet
        assert not any("|" in value for value in held)


def test_short_cards_cover_everything_a_chapter_can_link_to(data: dict[str, pd.DataFrame]) -> None:
    short = cards.peeks(data, back_pages.use_of_sources(data))
    assert {page: set(found) for page, found in short.items()} == {
        "chronology": set(data["events"]["id"]),
        "claims": set(data["claims"]["id"]),
        "sources": set(data["sources"]["id"]),
    }


def test_a_list_with_lanes_gives_each_card_its_place_on_the_timeline(data, made) -> None:
    found = made["events"]
    page = BeautifulSoup(cards.CardList("x", "events", found, [], lanes={"IRN": 'I"ran', "": "rest"}).to_html(), "lxml")
    assert json.loads(page.select_one(".entry-timeline")["data-lanes"]) == {"IRN": 'I"ran', "": "rest"}
    events = data["events"].set_index("id")
    for item in page.select("li.entry"):
        lane, tone, firm = item["data-mark"].split("|")
        actor = events.loc[item["id"], "source_actor"]
        assert (lane or actor not in ("IRN", "AZE")) and lane in ("", actor)
        assert tone == events.loc[item["id"], "tone"]
        assert ("1 independent publisher," in item.get_text()) == (firm == "single")
    assert not BeautifulSoup(cards.CardList("x", "events", found, []).to_html(), "lxml").select("[data-mark]")
