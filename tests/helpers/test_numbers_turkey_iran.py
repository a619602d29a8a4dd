"""Chapter 3: arenas, quarrels, crossings, trade and the figures that prose quotes."""

from __future__ import annotations

import csv
import datetime as dt

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import turkey_iran as ti

DATA = tables.data_folder()
UNTIL = pd.Timestamp("2022-12-31")

# Arenas as a reader of the summaries assigned them, one by one, before looking at what the rules say.
BY_HAND = {
    "2020-02-23-tur-irn-border-closure": ti.ECONOMY,
    "2020-10-30-irn-tur-visit": ti.CAUCASUS,
    "2020-12-11-tur-irn-diplomatic-protest": ti.CAUCASUS,
    "2020-12-12-tur-irn-meeting": ti.CAUCASUS,
    "2021-02-28-irn-tur-ambassador-summoned": ti.LEVANT,
    "2021-10-irn-tur-statement": ti.CAUCASUS,
    "2021-11-15-tur-irn-visit": ti.CHANNELS,
    "2021-11-15-tur-irn-statement": ti.CAUCASUS,
    "2022-01-20-irn-tur-gas-cut": ti.ECONOMY,
    "2022-05-10-irn-tur-water": ti.WATER,
    "2022-07-19-irn-tur-statement": ti.CAUCASUS,
    "2022-07-19-irn-tur-summit-statement": ti.LEVANT,
    "2022-07-19-tur-irn-council": ti.CHANNELS,
    "2022-12-06-tur-irn-statement": ti.CAUCASUS,
    "2023-09-03-tur-irn-visit": ti.CHANNELS,
    "2025-03-03-irn-tur-ambassador-summoned": ti.LEVANT,
    "2025-03-04-tur-irn-ambassador-summoned": ti.LEVANT,
    "2025-11-30-irn-tur-infrastructure": ti.ECONOMY,
    "2025-11-30-irn-tur-security": ti.LEVANT,
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def acts(*items: tuple[str, str, str]) -> pd.DataFrame:
    """Make a table of (day, arena, tone)."""
    table = pd.DataFrame(items, columns=["start", "arena", "tone"])
    table["start"] = pd.to_datetime(table["start"])
    return table


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return tables.load("events")


@pytest.fixture(scope="module")
def found(events: pd.DataFrame) -> dict[str, int | float | str]:
    names = ("sources", "claims", "forecasts", "ties", "flows")
    return ti.values(events, *(tables.load(name) for name in names))


def test_rules_agree_with_hand_coding(events: pd.DataFrame) -> None:
    table = ti.pair(events).set_index("id")["arena"]
    assert table.loc[list(BY_HAND)].to_dict() == BY_HAND


def test_every_act_of_the_pair_has_an_arena(events: pd.DataFrame) -> None:
    assert set(ti.pair(events)["arena"]) <= set(ti.ARENAS)


def test_an_unnamed_summons_follows_only_a_recent_event() -> None:
    day = {"place": "", "other_actors": ""}
    cause = day | {"id": "a", "start": pd.Timestamp("2025-02-26"), "type": "statement", "summary": "On Syria."}
    soon = day | {"id": "b", "start": pd.Timestamp("2025-03-12"), "type": "summons", "summary": "Envoy called in."}
    late = soon | {"start": pd.Timestamp("2025-03-13")}
    assert ti.arenas(pd.DataFrame([soon, cause], index=[7, 3])).to_dict() == {7: ti.LEVANT, 3: ti.LEVANT}
    assert ti.arenas(pd.DataFrame([cause, late])).tolist() == [ti.LEVANT, "other"]


def test_technical_stoppages_are_neutral_unless_asked_for(events: pd.DataFrame) -> None:
    ids = ["2020-02-23-tur-irn-border-closure", "2022-01-20-irn-tur-gas-cut"]
    plain, strict = (ti.pair(events, technical).set_index("id") for technical in (False, True))
    assert plain.loc[ids, "tone"].tolist() == ["neutral", "neutral"]
    assert strict.loc[ids, "tone"].tolist() == ["conflict", "conflict"]
    assert sorted(plain.index[plain["technical"]]) == ids


def test_quarrels_join_acts_up_to_the_gap() -> None:
    table = acts(
        ("2022-01-01", "A", "conflict"),
        ("2022-01-31", "A", "conflict"),
        ("2022-03-03", "A", "conflict"),
        ("2022-01-05", "B", "conflict"),
        ("2022-01-06", "B", "cooperation"),
    )
    joined = ti.quarrels(table, gap=30)
    assert joined[["arena", "acts"]].to_numpy().tolist() == [["A", 2], ["B", 1], ["A", 1]]
    assert len(ti.quarrels(table, gap=31)) == 2


def test_crossing_counts_the_last_day_of_the_window_and_the_base_rate_by_hand() -> None:
    table = acts(
        ("2022-01-01", ti.CAUCASUS, "conflict"), ("2022-01-11", ti.LEVANT, "conflict"), ("2022-01-11", "C", "neutral")
    )
    until = pd.Timestamp("2022-01-30")
    # Windows of 10 days open on 20 days, 1 to 20 January; those of 1 to 11 January reach the other act, and
    # only the window of 1 January holds the first one.
    count, crossed, expected, chance = ti.crossing(table, 10, until)
    assert (count, crossed) == (2, 1)
    assert expected == pytest.approx(11 / 20 + 1 / 20)
    assert chance == pytest.approx(1 - (9 / 20) * (19 / 20))
    assert ti.crossing(table, 9, until)[1] == 0


def test_acts_of_the_same_day_can_be_left_out() -> None:
    table = acts(("2022-07-19", ti.CAUCASUS, "conflict"), ("2022-07-19", ti.LEVANT, "conflict"))
    assert ti.crossing(table, 30, UNTIL)[1] == 2
    assert ti.crossing(table, 30, UNTIL, same_day=False)[1] == 0


def test_a_window_longer_than_the_record_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than the record"):
        ti.crossing(acts(("2022-12-01", ti.WATER, "conflict")), 90, UNTIL)


def test_reach_tells_conflict_from_cooperation_and_silence() -> None:
    table = acts(
        ("2022-01-01", ti.CAUCASUS, "conflict"),
        ("2022-01-20", ti.LEVANT, "cooperation"),
        ("2022-01-21", ti.CHANNELS, "cooperation"),
        ("2022-01-25", ti.CHANNELS, "conflict"),
        ("2022-02-15", ti.WATER, "conflict"),
    )
    first = ti.reach(table, 31).iloc[0]
    assert first.tolist() == ["own", "cooperation", "none", "none", "both"]
    assert ti.reach(table, 60).iloc[0][ti.WATER] == "conflict"


def test_crossings_of_the_chapter_counted_from_the_file(events: pd.DataFrame, found: dict) -> None:
    arena = ti.pair(events).set_index("id")["arena"]
    pair = [
        (dt.date.fromisoformat(r["start"]), arena[r["id"]])
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"TUR", "IRN"}
        and r["tone"] == "conflict"
        and "not punitive" not in r["coding_note"]
        and len(r["start"]) == 10
    ]
    openings = [
        (day, name)
        for day, name in pair
        if not any(other == name and 0 < (day - before).days <= 30 for before, other in pair)
    ]
    quarrels = set(openings)
    crossed = [
        (day, name)
        for day, name in quarrels
        if any(other != name and 0 <= (later - day).days <= 90 for later, other in pair)
    ]
    assert len(pair) == found["n_conflict"]
    assert (len(quarrels), len(crossed)) == (found["n_quarrels"], found["crossed"])


def test_no_variant_has_more_crossings_than_quarrels(events: pd.DataFrame) -> None:
    table = ti.variants(events, tables.load("sources"))
    assert (table["crossed"] <= table["quarrels"]).all()
    assert table["probability"].between(0, 1).all()
    windows = ["Window of 30 days", "As in the chapter (90 days)", "Window of 180 days"]
    assert table.loc[windows, "expected"].is_monotonic_increasing


def test_trade_from_the_file(found: dict) -> None:
    value = {r["id"]: float(r["value"]) for r in rows("flows") if r["kind"] == "trade"}
    customs = value["trade-irn-tur-export-2022-03-iran-irica"] + value["trade-irn-tur-import-2022-03-iran-irica"]
    turkish = value["trade-tur-irn-turnover-2022-01-turkstat"]
    assert found["trade_irica"] == pytest.approx(customs / 1000)
    assert found["trade_ratio"] == pytest.approx(customs / turkish)
    assert found["trade_rise"] == pytest.approx(100 * (turkish / value["trade-tur-irn-turnover-2021-01-turkstat"] - 1))


def test_trade_never_joins_unlike_periods() -> None:
    series = ti.trade_kinds(ti.trade(tables.load("flows")))
    assert (series.groupby("series")[["agency", "coverage", "months"]].nunique() == 1).all().all()


def test_trade_refuses_two_values_for_one_thing() -> None:
    flows = tables.load("flows")
    double = flows[flows["id"] == "trade-tur-irn-turnover-2022-01-turkstat"]
    with pytest.raises(ValueError, match="duplicate"):
        ti.trade(pd.concat([flows, double]))


def test_triangle_covers_every_period_once(found: dict) -> None:
    signs = ti.triangle(tables.load("ties"))
    assert signs.shape == (3, found["n_periods"])
    assert signs.notna().all().all()
    # Balanced: the product of the three signs is positive.
    assert signs[found["whole_period"]].prod() == 1


def test_drills_hold_only_turkey_and_azerbaijan(events: pd.DataFrame, found: dict) -> None:
    drills = ti.alliance(events).query("type == 'military-exercise'")
    actors = drills[["source_actor", "target_actor", "other_actors"]].agg(";".join, axis=1)
    assert actors.str.contains("TUR").all()
    assert actors.str.contains("AZE").all()
    assert len(drills) == found["n_drills"]


def test_brier_score_from_the_file(found: dict) -> None:
    chosen = [r for r in rows("forecasts") if r["id"] in ti.FORECASTS and r["resolution"] in {"yes", "no"}]
    errors = [(float(r["probability"]) - (r["resolution"] == "yes")) ** 2 for r in chosen]
    assert found["n_decided"] == len(chosen)
    assert found["brier"] == pytest.approx(sum(errors) / len(errors))


def test_claims_add_up(found: dict) -> None:
    assert found["n_claims"] == sum(found[f"claims_s{i}"] for i in range(5))


def test_turkey_in_2026_from_the_file(found: dict) -> None:
    late = [r for r in rows("events") if r["start"] >= "2026"]
    named = [r for r in late if "TUR" in ";".join([r["source_actor"], r["target_actor"], r["other_actors"]])]
    assert (found["n_events_2026"], found["n_turkey_2026"]) == (len(late), len(named))


def test_drawings_carry_their_data(events: pd.DataFrame) -> None:
    words = {"title": "A finding", "caption": "", "provenance": ""}
    drawn = ti.draw_forecasts(tables.load("forecasts"), **words)
    assert len(drawn.data) == len(ti.FORECASTS)
    table = ti.variants(events, tables.load("sources"))
    exhibit = ti.draw_variants(table, **words)
    assert all(name in exhibit.alt for name in table.index)


def test_business_holds_no_conflict_but_the_technical_stoppages(events: pd.DataFrame) -> None:
    table = ti.pair(events, technical=True)
    business = table[table["arena"].isin([ti.ECONOMY, ti.CHANNELS]) & (table["tone"] == "conflict")]
    assert set(business["arena"]) == {ti.ECONOMY}
    assert business["technical"].all()
