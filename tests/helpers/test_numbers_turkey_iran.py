"""Chapter 3: arenas, quarrels, what follows them, trade, votes and the figures that prose quotes."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import turkey_iran as ti

DATA = tables.data_folder()
TABLES = ("events", "sources", "cameo", "claims", "forecasts", "ties", "flows", "dyad_indicators")

# Arenas as a reader of the summaries assigned them, one by one, before looking at what the rules say.
BY_HAND = {
    "2020-02-23-tur-irn-border-closure": ti.ECONOMY,
    "2020-10-07-irn-tur-statement": ti.CAUCASUS,
    "2020-10-30-irn-tur-visit": ti.CAUCASUS,
    "2020-12-10-tur-irn-diplomacy": ti.CAUCASUS,
    "2020-12-11-tur-irn-diplomatic-protest": ti.CAUCASUS,
    "2020-12-12-tur-irn-meeting": ti.CAUCASUS,
    "2021-02-28-irn-tur-ambassador-summoned": ti.LEVANT,
    "2021-10-irn-tur-statement": ti.CAUCASUS,
    "2021-11-15-tur-irn-visit": ti.CHANNELS,
    "2021-11-15-tur-irn-statement": ti.CAUCASUS,
    "2022-01-20-irn-tur-gas-cut": ti.ECONOMY,
    "2022-05-10-irn-tur-water": ti.WATER,
    "2022-05-12-tur-irn-denial": ti.WATER,
    "2022-07-19-irn-tur-statement": ti.CAUCASUS,
    "2022-07-19-irn-tur-summit-statement": ti.LEVANT,
    "2022-07-19-tur-irn-council": ti.CHANNELS,
    "2022-09-16-irn-tur-summit": ti.CHANNELS,
    "2022-12-06-tur-irn-statement": ti.CAUCASUS,
    "2023-01-28-tur-irn-statement": ti.CAUCASUS,
    "2023-09-03-tur-irn-visit": ti.CHANNELS,
    "2025-03-01-irn-tur-gas": ti.ECONOMY,
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
    return table.assign(end=table["start"], precision="day", id=[f"e{i}" for i in range(len(table))])


def political() -> list[dict[str, str]]:
    """Read the conflictual acts of the pair since 2020, dated to the day and of political cause, from the file."""
    return [
        r
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"TUR", "IRN"}
        and r["start"] >= "2020"
        and r["tone"] == "conflict"
        and r["precision"] == "day"
        and "not punitive" not in r["coding_note"]
    ]


def conflicts(arena: pd.Series) -> list[tuple[dt.date, str]]:
    """Give day and arena of each of them."""
    return [(dt.date.fromisoformat(r["start"]), arena[r["id"]]) for r in political()]


def openings(acts: list[tuple[dt.date, str]]) -> set[tuple[dt.date, str]]:
    """Keep the first act of each run without a gap above thirty days."""
    return {
        (day, name)
        for day, name in acts
        if not any(other == name and 0 < (day - before).days <= 30 for before, other in acts)
    }


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return tables.load("events")


@pytest.fixture(scope="module")
def found() -> dict[str, int | float | str]:
    return ti.values(*(tables.load(name) for name in TABLES))


def test_rules_agree_with_hand_coding(events: pd.DataFrame) -> None:
    table = ti.pair(events).set_index("id")["arena"]
    assert table.loc[list(BY_HAND)].to_dict() == BY_HAND


def test_every_act_of_the_pair_has_an_arena(events: pd.DataFrame) -> None:
    table = ti.pair(events)
    assert set(table["arena"]) <= set(ti.ARENAS)
    assert table["start"].min() >= ti.START


def test_an_unnamed_summons_follows_only_a_recent_quarrel() -> None:
    day = {"place": "", "other_actors": "", "tone": "conflict"}
    cause = day | {"id": "a", "start": pd.Timestamp("2025-02-26"), "type": "statement", "summary": "On Syria."}
    soon = day | {"id": "c", "start": pd.Timestamp("2025-03-12"), "type": "summons", "summary": "Envoy called in."}
    late = soon | {"start": pd.Timestamp("2025-03-13")}
    deal = cause | {"id": "b", "start": pd.Timestamp("2025-03-01"), "type": "gas", "tone": "cooperation"}
    assert ti.arenas(pd.DataFrame([soon, cause], index=[7, 3])).to_dict() == {7: ti.LEVANT, 3: ti.LEVANT}
    assert ti.arenas(pd.DataFrame([cause, late])).tolist() == [ti.LEVANT, "other"]
    assert ti.arenas(pd.DataFrame([cause, deal, soon])).tolist() == [ti.LEVANT, ti.ECONOMY, ti.LEVANT]
    assert ti.arenas(pd.DataFrame([cause, soon | {"tone": "neutral"}])).tolist() == [ti.LEVANT, "other"]


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
    assert len(ti.quarrels(table.assign(precision="month"))) == 0


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


def test_crossing_counts_the_last_day_of_the_window_and_the_base_rate_by_hand() -> None:
    table = acts(("2020-01-01", ti.CAUCASUS, "conflict"), ("2020-01-11", ti.LEVANT, "conflict"))
    until = pd.Timestamp("2020-01-30")
    # Windows of 10 days open on 20 days, 1 to 20 January. Those of 1 to 11 January reach the act over Syria; only that
    # of 1 January holds the act over the Caucasus.
    found = ti.crossing(table, 10, until, "anywhere")
    assert found[["acts", "followed"]].tolist() == [2, 1]
    assert found["expected"] == pytest.approx(11 / 20 + 1 / 20, abs=0.06)
    assert ti.crossing(table, 9, until)["followed"] == 0


def test_acts_of_the_same_day_can_be_left_out() -> None:
    table = acts(("2022-07-19", ti.CAUCASUS, "conflict"), ("2022-07-19", ti.LEVANT, "conflict"))
    until = pd.Timestamp("2022-12-31")
    assert ti.crossing(table, 30, until)["followed"] == 2
    assert ti.crossing(table, 30, until, same_day=False)["followed"] == 0


def test_crossings_of_the_chapter_counted_from_the_file(events: pd.DataFrame, found: dict) -> None:
    arena = ti.pair(events).set_index("id")["arena"]
    pair = conflicts(arena)
    begun = openings(pair)
    last = dt.date.fromisoformat(max(r["start"] for r in rows("events") if len(r["start"]) == 10))
    for name, days in (("14", 14), ("main", 90), ("180", 180)):
        whole = {(day, own) for day, own in begun if (last - day).days >= days}
        crossed = sum(
            any(other != own and 0 <= (later - day).days <= days for later, other in pair) for day, own in whole
        )
        assert (len(whole), crossed) == (found[f"quarrels_{name}"], found[f"crossed_{name}"])
    assert len(begun) == found["n_quarrels"]


def test_deals_after_quarrels_counted_from_the_file(events: pd.DataFrame, found: dict) -> None:
    arena = ti.pair(events).set_index("id")["arena"]
    deals = [
        dt.date.fromisoformat(r["start"])
        for r in rows("events")
        if r["id"] in arena and arena[r["id"]] in {ti.ECONOMY, ti.CHANNELS} and r["tone"] == "cooperation"
    ]
    begun = openings(conflicts(arena))
    assert found["deal_followed"] == sum(any(0 < (d - day).days <= 90 for d in deals) for day, _ in begun)
    assert found["deal_acts"] == len(begun)


def test_blows_answered_counted_from_the_file(found: dict) -> None:
    blows = defaultdict(set)
    for r in political():
        if r["scored"] == "true":
            blows[r["source_actor"]].add(dt.date.fromisoformat(r["start"]))
    for actor, other in (("TUR", "IRN"), ("IRN", "TUR")):
        hit = sum(any(0 < (d - day).days <= 14 for d in blows[other]) for day in blows[actor])
        assert (found[f"blow_{actor.lower()}_acts"], found[f"blow_{actor.lower()}_followed"]) == (
            len(blows[actor]),
            hit,
        )


def test_objections_to_steps_of_the_alliance_fall_in_autumn_2021(events: pd.DataFrame, found: dict) -> None:
    steps = {r.id: r.start.date() for r in ti.alliance(events).itertuples()}
    objected = [
        dt.date.fromisoformat(r["start"])
        for r in rows("events")
        if r["source_actor"] == "IRN" and r["tone"] == "conflict" and r["precision"] == "day"
        if r["target_actor"] == "TUR" or "TUR" in r["other_actors"].split(";")
    ]
    hit = [day for day in steps.values() if any(0 < (d - day).days <= 14 for d in objected)]
    assert (found["step_soon_acts"], found["step_soon_followed"]) == (len(steps), len(hit))
    # The text says so.
    assert {(day.year, day.month) for day in hit} <= {(2021, 9), (2021, 10)}


def test_what_the_text_says_of_chance_holds(events: pd.DataFrame, found: dict) -> None:
    assert found["low_main"] == 0
    assert found["crossed_main"] <= found["high_main"]
    for name in ("deal", "baku"):
        assert found[f"{name}_low"] <= found[f"{name}_followed"] <= found[f"{name}_high"]
    for name in ("blow_tur", "blow_irn", "step_soon"):
        assert found[f"{name}_followed"] > found[f"{name}_high"]
    # Of the years compared, 2022 has most quarrels, and trade rose.
    assert found["quarrels_2022"] > max(found[f"quarrels_{year}"] for year in (2023, 2024, 2025))
    assert found["trade_rise"] > 0
    # Within the own three months of each act nothing stands out.
    assert ti.outcomes(ti.sequels(events, tables.load("cameo"), 14, "nearby")) == ([], [])


def test_variants_count_fewer_crossings_than_quarrels(events: pd.DataFrame) -> None:
    table = ti.variants(events, tables.load("sources"), tables.load("cameo"))
    assert (table["followed"] <= table["acts"]).all()
    assert (table["low"] <= table["expected"]).all()
    assert (table["expected"] <= table["high"]).all()
    windows = ["Window of 14 days", "As in the text (90 days)", "Window of 180 days"]
    assert table.loc[windows, "expected"].is_monotonic_increasing


def test_votes_counted_from_the_file(found: dict) -> None:
    share = {
        (frozenset((r["actor_a"], r["actor_b"])), int(r["year"])): float(r["value"])
        for r in rows("dyad_indicators")
        if r["indicator"] == "unga_agreement"
    }
    ally, neighbour, rival = (frozenset(p) for p in (("AZE", "TUR"), ("AZE", "IRN"), ("IRN", "TUR")))
    years = [y for p, y in share if p == ally and (neighbour, y) in share and (rival, y) in share]
    assert found["n_votes"] == len(years)
    assert found["votes_iran_nearer"] == sum(share[neighbour, y] > share[ally, y] for y in years)
    assert found["votes_rival_least"] == sum(share[rival, y] < min(share[ally, y], share[neighbour, y]) for y in years)
    last = sorted(years)[-5:]
    # The text: in the last five years the ranges do not overlap, by ideal points neither.
    assert max(share[ally, y] for y in last) < min(share[neighbour, y] for y in last)
    assert found["points_iran_nearer"] == 5


def test_drills_hold_only_turkey_and_azerbaijan(events: pd.DataFrame, found: dict) -> None:
    steps = ti.alliance(events)
    actors = steps[["source_actor", "target_actor", "other_actors"]].agg(";".join, axis=1)
    assert actors.str.contains("TUR").all()
    assert actors.str.contains("AZE").all()
    assert found["n_drills"] == int((steps["type"] == "military-exercise").sum())


def test_signs_of_the_triangle_from_the_file(found: dict) -> None:
    sign = {(r["actor_a"], r["actor_b"], r["period_start"]): int(r["sign"]) for r in rows("ties")}
    periods = {start for a, b, start in sign if (a, b) == ("IRN", "TUR")}
    assert found["n_periods"] == len(periods)
    assert found["n_rival_negative"] == sum(sign["IRN", "TUR", p] < 0 for p in periods)
    trios = [[sign[a, b, p] for a, b in (("AZE", "TUR"), ("AZE", "IRN"), ("IRN", "TUR"))] for p in periods]
    assert found["n_open"] == sum(0 in signs for signs in trios)
    # The text: Baku's tie with Ankara never changes.
    assert found["n_ally"] == len(periods)


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


def test_business_holds_no_conflict_but_the_technical_stoppages(events: pd.DataFrame) -> None:
    table = ti.pair(events, technical=True)
    business = table[table["arena"].isin([ti.ECONOMY, ti.CHANNELS]) & (table["tone"] == "conflict")]
    assert set(business["arena"]) == {ti.ECONOMY}
    assert business["technical"].all()
