"""A draft treaty is read as a legal regime, and its effects are those of the models of chapter 4."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from helpers import corridors
from helpers.numbers import corridors_numbers, negotiation
from helpers.numbers.negotiation import CLAUSES, PAPERS, Treaty


@pytest.fixture(scope="module")
def day(data: dict[str, pd.DataFrame]) -> pd.Timestamp:
    return data["events"]["start"].max()


def test_every_option_names_events_that_exist(data: dict[str, pd.DataFrame]) -> None:
    known = set(data["events"]["id"])
    for clause in CLAUSES.values():
        for option in clause.options.values():
            assert set(option.events) <= known
    assert {paper.event for paper in PAPERS} <= known


def test_papers_ask_for_options_that_exist() -> None:
    for paper in PAPERS:
        for clause, options in paper.options.items():
            assert set(options) <= set(CLAUSES[clause].options)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="clause guard has no option 'nobody': use armenia, third, azerbaijan"):
        Treaty(guard="nobody")


@pytest.mark.parametrize(
    ("draft", "regime"),
    [
        (Treaty(), "sovereign"),
        (Treaty(checks="seal"), "kaliningrad"),
        (Treaty(checks="none"), "unimpeded"),
        (Treaty(checks="none", crossing="shut"), "sealed"),
    ],
)
def test_drafts_meet_the_four_regimes_of_the_model(draft: Treaty, regime: str) -> None:
    found = negotiation.meaning(draft)
    assert found.regime == regime
    assert found.closed == ()


def test_shut_roads_with_checks_are_a_fifth_form() -> None:
    found = negotiation.meaning(Treaty(crossing="shut"))
    assert (found.regime, found.closed) == ("sovereign", corridors.CROSSING)


def test_every_draft_can_be_read() -> None:
    for options in product(*(clause.options for clause in CLAUSES.values())):
        found = negotiation.meaning(Treaty(*options))
        assert found.regime in corridors.REGIMES
        assert "AZE" in found.closers
        assert set(found.projects) <= set(corridors.PROJECTS)


@pytest.mark.parametrize(
    ("draft", "who"),
    [
        (Treaty(), {"ARM", "AZE"}),
        (Treaty(guard="third"), {"ARM", "AZE", "RUS"}),
        (Treaty(operator="company"), {"ARM", "AZE", "USA"}),
        (Treaty(guard="azerbaijan"), {"AZE"}),
        (Treaty(closure="never"), {"AZE"}),
        (Treaty(closure="will"), {"ARM", "AZE"}),
    ],
)
def test_who_can_shut_the_rails(draft: Treaty, who: set[str]) -> None:
    assert set(negotiation.closers(draft)) == who


@pytest.mark.parametrize(
    ("draft", "setting", "pair"),
    [
        (Treaty(), "sovereign", "Tehran – Yerevan"),
        (Treaty(checks="seal"), "kaliningrad", "Baku – Nakhchivan"),
        (Treaty(checks="none", crossing="shut"), "sealed", "Tehran – Yerevan"),
    ],
)
def test_access_is_that_of_chapter_4(
    data: dict[str, pd.DataFrame], day: pd.Timestamp, draft: Treaty, setting: str, pair: str
) -> None:
    _, projects, regime = corridors_numbers.SETTINGS[setting]
    draws = corridors.draw_costs(data["links"], n=500, seed=1)
    costs = []
    for these, law in (((), "sovereign"), (projects, regime)):
        finished = [link for project in these for link in corridors.PROJECTS[project]]
        net = corridors.network(data["places"], data["links"], data["link_status"], day, finished=finished)
        costs.append(corridors.cheapest(net, draws, [negotiation.ENDS[pair]], regime=law).iloc[:, 0])
    told = negotiation.access(data, day, draft).loc[pair]
    assert told["median"] == pytest.approx(((costs[1] / costs[0] - 1) * 100).median())


def test_cheapest_agrees_with_the_simulated_ways(data: dict[str, pd.DataFrame], day: pd.Timestamp) -> None:
    net = corridors.network(data["places"], data["links"], data["link_status"], day)
    draws = corridors.draw_costs(data["links"], n=5, seed=3)
    pairs = [("tehran", "yerevan"), ("baku", "nakhchivan")]
    quick = corridors.cheapest(net, draws, pairs, closed=["agarak--meghri-road"])
    ways = corridors.simulate(net, draws, pairs, closed=["agarak--meghri-road"])
    for o, d in pairs:
        one = ways[(ways["origin"] == o) & (ways["destination"] == d)].set_index("draw")["cost"]
        assert quick[(o, d)].to_numpy() == pytest.approx(one.to_numpy())


def test_leverage_is_that_of_chapter_4(data: dict[str, pd.DataFrame], day: pd.Timestamp) -> None:
    told = corridors_numbers.leverage(data, day)
    for draft, row in (
        (Treaty(), "Armenian checks"),
        (Treaty(checks="none", closure="never"), "without checks, no Armenian veto"),
    ):
        chapter = told[told["row"] == row].set_index("player")["median"]
        assert negotiation.leverage(data, day, draft)["median"].to_dict() == pytest.approx(chapter.to_dict())


def test_a_third_hand_takes_leverage_from_armenia_and_azerbaijan(
    data: dict[str, pd.DataFrame], day: pd.Timestamp
) -> None:
    plain = negotiation.leverage(data, day, Treaty())["median"]
    for draft in (Treaty(guard="third"), Treaty(operator="company")):
        other = negotiation.leverage(data, day, draft)["median"]
        assert other["ARM"] < plain["ARM"]
        assert other["AZE"] < plain["AZE"]


def test_notice_is_nothing_to_the_model() -> None:
    will, notice = Treaty(closure="will"), Treaty(closure="notice")
    assert negotiation.meaning(will) == negotiation.meaning(notice)


def test_shut_roads_harm_iran_under_every_check(data: dict[str, pd.DataFrame], day: pd.Timestamp) -> None:
    for checks in CLAUSES["checks"].options:
        shut = negotiation.access(data, day, Treaty(checks=checks, crossing="shut"))
        assert shut.loc["Tehran – Yerevan", "low"] > 0
        assert abs(negotiation.access(data, day, Treaty(checks=checks)).loc["Tehran – Yerevan", "median"]) < 0.5


def test_a_draft_departs_from_a_paper_where_it_differs() -> None:
    framework = Treaty(checks="seal", operator="company")
    assert negotiation.papers(framework)["TRIPP framework, 2026"] == []
    assert negotiation.papers(framework)["Azerbaijan's demand, 2024"] == ["guard", "checks"]


def test_the_drawing_names_regime_and_closers(data: dict[str, pd.DataFrame], day: pd.Timestamp) -> None:
    drawn = negotiation.draw(data, day, guard="third", checks="none")
    assert drawn.title.startswith("Without checks: Tehran–Yerevan")
    assert "Armenia, Azerbaijan, Russia can shut" in drawn.title
    assert "Crossroads of Peace, 2023" in drawn.caption
    assert set(drawn.data["who"]) >= {"Iran", "Tehran – Yerevan"}
