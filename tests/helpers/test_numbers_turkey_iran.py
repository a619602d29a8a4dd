"""Chapter 3: arenas, quarrels, what follows them, power, trade, ties, March 2026 and the figures that prose quotes."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import turkey_iran as ti

DATA = tables.data_folder()
TABLES = ("events", "sources", "cameo", "forecasts", "ties", "flows")

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
    "2022-06-17-tur-irn-arrest": ti.PLOTS,
    "2022-07-19-irn-tur-multilateral-forum": ti.LEVANT,
    "2022-07-19-irn-tur-statement": ti.CAUCASUS,
    "2022-07-19-irn-tur-summit-statement": ti.LEVANT,
    "2022-07-19-tur-irn-council": ti.CHANNELS,
    "2022-09-16-irn-tur-summit": ti.CHANNELS,
    "2022-12-06-tur-irn-statement": ti.CAUCASUS,
    "2023-01-28-tur-irn-statement": ti.CAUCASUS,
    "2023-09-03-tur-irn-visit": ti.CHANNELS,
    "2024-12-11-irn-tur-statement": ti.LEVANT,
    "2025-03-01-irn-tur-gas": ti.ECONOMY,
    "2025-03-03-irn-tur-ambassador-summoned": ti.LEVANT,
    "2025-03-04-tur-irn-ambassador-summoned": ti.LEVANT,
    "2025-11-30-irn-tur-infrastructure": ti.ECONOMY,
    "2025-11-30-irn-tur-security": ti.LEVANT,
    "2026-01-28-tur-irn-arrest": ti.PLOTS,
    "2026-03-04-tur-irn-ambassador-summoned": ti.PLOTS,
    "2026-03-09-irn-tur-meeting": ti.PLOTS,
    "2026-03-09-tur-irn-statement": ti.PLOTS,
    "2026-03-10-tur-irn-meeting": ti.PLOTS,
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


def last_day() -> dt.date:
    """Give the end of the record: what opens a window later than this allows is not counted."""
    return dt.date.fromisoformat(max(r["start"] for r in rows("events") if len(r["start"]) == 10))


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
    return ti.values({name: tables.load(name) for name in TABLES})


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
    assert first.tolist() == ["own", "cooperation", "none", "none", "none", "both"]
    assert ti.reach(table, 60).iloc[0][ti.WATER] == "conflict"
    told = ti.reach(table.assign(summary=["One.", "Two.", "Three.", "Four.", "Five."]), 31, words=True).iloc[0]
    assert told[ti.CHANNELS] == "21 January 2022: Three; 25 January 2022: Four"
    assert told[ti.WATER] == ""


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


def test_power_is_what_a_simulation_finds() -> None:
    found = ti.power(pd.Series({"acts": 12, "expected": 3.6}), points=(0, 20), most=60, step=12)
    assert found.loc[found["points"] == 0, "power"].tolist() == pytest.approx([2.5] * 5)
    last = found.iloc[-1]
    assert (last["quarrels"], last["points"]) == (60, 20)
    # By hand: at 60 quarrels and 30 per cent by chance, 26 or more lie in the upper 2.5 per cent.
    rng = np.random.default_rng(1)
    chance, real = (rng.binomial(60, rate, 200_000) for rate in (0.3, 0.5))
    assert (chance >= 26).mean() < 0.025 < (chance >= 25).mean()
    assert (real >= 26).mean() * 100 <= last["power"] <= (real >= 25).mean() * 100


def test_power_grows_with_the_record_and_with_spillover() -> None:
    found = ti.power(pd.Series({"acts": 10, "expected": 3.0})).pivot(index="quarrels", columns="points", values="power")
    assert (found.diff().dropna() >= -1e-9).all().all()
    assert (found.diff(axis=1).dropna(axis=1) >= -1e-9).all().all()
    assert found.to_numpy().max() <= 100


def test_crossings_of_the_chapter_counted_from_the_file(events: pd.DataFrame, found: dict) -> None:
    arena = ti.pair(events).set_index("id")["arena"]
    pair = conflicts(arena)
    begun = openings(pair)
    for name, days in (("14", 14), ("main", 90), ("180", 180)):
        whole = {(day, own) for day, own in begun if (last_day() - day).days >= days}
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
    begun = [day for day, _ in openings(conflicts(arena)) if (last_day() - day).days >= 90]
    assert found["deal_followed"] == sum(any(0 < (d - day).days <= 90 for d in deals) for day in begun)
    assert found["deal_acts"] == len(begun)


def test_blows_answered_counted_from_the_file(found: dict) -> None:
    blows = defaultdict(set)
    for r in political():
        if r["scored"] == "true":
            blows[r["source_actor"]].add(dt.date.fromisoformat(r["start"]))
    for actor, other in (("TUR", "IRN"), ("IRN", "TUR")):
        whole = [day for day in blows[actor] if (last_day() - day).days >= 14]
        hit = sum(any(0 < (d - day).days <= 14 for d in blows[other]) for day in whole)
        name = f"blow_{actor.lower()}"
        assert (found[f"{name}_acts"], found[f"{name}_followed"]) == (len(whole), hit)


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
    assert 0 < found["low_main"] <= found["crossed_main"] <= found["high_main"]
    # Within a fortnight answers come at the edge of chance or beyond it.
    for name in ("deal", "baku"):
        assert found[f"{name}_low"] <= found[f"{name}_followed"] <= found[f"{name}_high"]
    for name in ("blow_tur", "blow_irn", "step_soon"):
        assert found[f"{name}_low"] == 0
        assert found[f"{name}_followed"] >= found[f"{name}_high"]
        # The key point: a minority was answered.
        assert found[f"{name}_followed"] < found[f"{name}_acts"] / 2
    # Of the periods compared, 2022 has most quarrels, and trade rose.
    assert found["quarrels_2022"] > max(found[k] for k in ("quarrels_2023", "quarrels_ten_2024", "quarrels_ten_2025"))
    assert found["trade_rise"] > 0 > -found["trade_fall"]
    # Within the own three months of each act nothing stands out.
    assert ti.outcomes(ti.sequels(events, tables.load("cameo"), 14, "nearby")) == ([], [])


def test_variants_count_fewer_crossings_than_quarrels(events: pd.DataFrame) -> None:
    table = ti.variants(events, tables.load("sources"), tables.load("cameo"))
    assert (table["followed"] <= table["acts"]).all()
    assert (table["low"] <= table["expected"]).all()
    assert (table["expected"] <= table["high"]).all()
    windows = ["Window of 14 days", "As in the text (90 days)", "Window of 180 days"]
    assert table.loc[windows, "expected"].is_monotonic_increasing


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
    trios = [[sign[a, b, p] for a, b in (("AZE", "TUR"), ("AZE", "IRN"), ("IRN", "TUR"))] for p in periods]
    assert found["n_open"] == sum(0 in signs for signs in trios)
    # The text: of the three ties only that of Baku and Tehran moves.
    baku_ankara, baku_tehran, tehran_ankara = (set(signs) for signs in zip(*trios, strict=True))
    assert (len(baku_ankara), len(tehran_ankara)) == (1, 1)
    assert found["n_neighbour_signs"] == len(baku_tehran)


def test_reasons_of_the_triangle_stand_where_its_signs_do() -> None:
    ties = tables.load("ties")
    signs, words = ti.triangle(ties), ti.triangle(ties, words=True)
    assert words.shape == signs.shape
    assert words.loc["Azerbaijan–Turkey", "2021"] == "Shusha Declaration"
    assert (words.iloc[:3] != "").all().all()
    assert (words.loc["triangle"] == "").all()


def test_trade_from_the_file(found: dict) -> None:
    value = {r["id"]: float(r["value"]) for r in rows("flows") if r["kind"] == "trade"}
    customs = value["trade-irn-tur-export-2022-03-iran-irica"] + value["trade-irn-tur-import-2022-03-iran-irica"]
    turkish = value["trade-tur-irn-turnover-2022-01-turkstat"]
    assert found["trade_irica"] == pytest.approx(customs / 1000)
    assert found["trade_ratio"] == pytest.approx(customs / turkish)
    assert found["trade_rise"] == pytest.approx(100 * (turkish / value["trade-tur-irn-turnover-2021-01-turkstat"] - 1))


def test_trade_never_joins_unlike_periods() -> None:
    series = ti.trade(tables.load("flows"))
    series["days"] = (series["end"] - series["start"]).dt.days // 3  # leap years
    assert (series.groupby("series")[["agency", "coverage", "days"]].nunique() == 1).all().all()


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


def test_march_2026_from_the_file(events: pd.DataFrame, found: dict) -> None:
    late = [r for r in rows("events") if r["start"] >= "2026-03"]
    sides = [(r["source_actor"], r["target_actor"]) for r in late]
    assert found["n_missiles"] == sides.count(("UNK", "TUR"))
    assert found["n_to_baku"] == sides.count(("TUR", "AZE"))
    warned = [r for r in late if (r["source_actor"], r["target_actor"], r["tone"]) == ("TUR", "IRN", "conflict")]
    assert found["n_to_iran"] == len(warned)
    # The text: Ankara did not strike. CAMEO roots from 15 on are shows and uses of force.
    assert found["n_force"] == sum(r["source_actor"] == "TUR" and int(r["cameo"][:2]) >= 15 for r in late) == 0
    # The figure has a lane for each act of Turkey and on Turkey that the table holds.
    drawn = ti.march_2026(events)
    assert set(drawn["lane"]) == set(ti.MARCH)
    assert set(drawn["id"]) >= {r["id"] for r in late if "TUR" in (r["source_actor"], r["target_actor"])}


def test_business_holds_no_conflict_but_the_technical_stoppages(events: pd.DataFrame) -> None:
    table = ti.pair(events, technical=True)
    business = table[table["arena"].isin([ti.ECONOMY, ti.CHANNELS]) & (table["tone"] == "conflict")]
    assert set(business["arena"]) == {ti.ECONOMY}
    assert business["technical"].all()
