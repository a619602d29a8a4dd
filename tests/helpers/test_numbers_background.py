"""Chapter 1: known answers, counted from the CSV files without the helpers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import background

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pair_rows():
    return [
        r
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"} and r["start"][:4] <= "2020"
    ]


@pytest.fixture(scope="module")
def loaded():
    return {n: tables.load(n) for n in ("events", "sources", "cameo", "claims", "flows", "indicators")}


@pytest.fixture(scope="module")
def found(loaded):
    return background.values(**loaded)


def test_event_counts_match_the_file(found):
    pair = pair_rows()
    assert found["n_pair"] == len(pair)
    assert found["n_early"] == sum(r["start"][:4] <= "2010" for r in pair)
    assert found["n_all"] == sum(r["start"][:4] <= "2020" for r in rows("events"))


def test_series_counts_scored_events_only(loaded):
    series = background.yearly(loaded["events"], loaded["sources"], loaded["cameo"])
    pair = pair_rows()
    assert series["events"].sum() == sum(r["scored"] == "true" for r in pair)
    assert series.attrs["left_out"] == len(pair) - series["events"].sum()


def test_silent_years_match_the_file(found):
    years = {int(r["start"][:4]) for r in pair_rows() if r["scored"] == "true"}
    empty = [y for y in range(1991, 2021) if y not in years]
    assert set(range(found["silence_from"], found["silence_to"] + 1)) <= set(empty)
    assert found["silence_from"] - 1 in years
    assert found["silence_to"] + 1 in years


def test_2012_has_more_events_than_any_year_before(loaded):
    counts = background.yearly(loaded["events"], loaded["sources"], loaded["cameo"])["events"]
    assert counts[2012] > counts.loc[:2011].max()


def test_mean_of_a_block_matches_a_hand_count(found):
    scale = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    block = [scale[r["cameo"]] for r in pair_rows() if r["scored"] == "true" and "2014" <= r["start"][:4] <= "2019"]
    assert found["thaw_mean"] == pytest.approx(sum(block) / len(block))


@pytest.mark.parametrize(
    ("values", "expected"), [([1, 2, 3, 4], 1), ([4, 3, 2, 1], -1), ([1, 1, 1], 0), ([2, 1, 3], 1 / 3)]
)
def test_tau_of_known_orders(values, expected):
    assert background.tau(values) == pytest.approx(expected)


def test_tau_needs_two_values():
    with pytest.raises(ValueError, match="two values"):
        background.tau([1.0])


def test_chance_tells_a_clear_trend_from_none():
    assert background.chance(list(range(12))) < 0.01
    assert background.chance([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]) > 0.5
    assert background.chance([1, 3, 2, 5, 4]) == background.chance([1, 3, 2, 5, 4])


def test_swings_skip_years_without_events():
    assert background.swings(pd.Series([1.0, None, -2.0, -1.0, None, 3.0])) == 2
    assert background.swings(pd.Series([None, 1.0])) == 0


def test_filters_nest_and_refuse_unknown_keys(loaded):
    everything = loaded["events"]
    for key in ("high", "two", "no-talks"):
        kept = background.filtered(everything, loaded["sources"], key)
        assert 0 < len(kept) < len(everything)
        assert set(kept["id"]) < set(everything["id"])
    assert not background.filtered(everything, loaded["sources"], "no-talks")["cameo"].str.startswith("04").any()
    with pytest.raises(ValueError, match="unknown filter"):
        background.filtered(everything, loaded["sources"], "best")


def test_trade_keeps_every_dollar_figure_of_the_pair_but_one(loaded):
    expected = {
        r["id"]
        for r in rows("flows")
        if r["kind"] == "trade"
        and {r["from_actor"], r["to_actor"]} == {"IRN", "AZE"}
        and r["unit"] == "million US dollars"
    } - {background.NOT_MERCHANDISE}
    kept = background.trade(loaded["flows"])
    assert set(kept["id"]) == expected
    assert kept["direction"].isin(background.DIRECTIONS).all()
    assert kept["coverage"].isin(background.KINDS).all()


def test_an_export_of_one_is_an_import_of_the_other(loaded):
    kept = background.trade(loaded["flows"]).set_index("id")["direction"]
    assert kept["trade-irn-aze-export-2016-03-iran-irica"] == "from_iran"
    assert kept["trade-aze-irn-import-2013-01-azerbaijan-state-sta"] == "from_iran"
    assert kept["trade-aze-irn-export-2016-01-azerbaijan-state-cus"] == "from_azerbaijan"
    assert kept["trade-irn-aze-import-2007-03-iran-irica"] == "from_azerbaijan"


def test_trade_refuses_an_agency_without_a_group(loaded):
    flows = loaded["flows"].copy()
    flows.loc[flows["id"] == "trade-irn-aze-export-2016-03-iran-irica", "agency"] = "Nobody"
    with pytest.raises(ValueError, match="no group for agency 'Nobody'"):
        background.trade(flows)


def test_trade_figures_in_prose_match_the_file(found):
    value = {r["id"]: r["value"] for r in rows("flows")}
    assert found["s1_trade"] == 417
    assert found["scc_2016"] == float(value["trade-aze-irn-turnover-2016-01-azerbaijan-state-cus"])
    assert found["irica_1395"] == pytest.approx(358 + 46.8)
    assert found["turkey_times"] == pytest.approx(2500 / 179.2)
    people = {r["id"]: float(r["value"]) for r in rows("indicators") if r["indicator"] == "population"}
    assert found["population_ratio"] == pytest.approx(people["irn-population-2021"] / people["aze-population-2021"])


def test_irritants_exist_once_and_lie_in_the_period():
    start = {r["id"]: r["start"] for r in rows("events")}
    listed = [i for ids in background.IRRITANTS.values() for i in ids]
    assert len(listed) == len(set(listed))
    assert all(start[i] <= background.SPAN[1] for i in listed)


def test_lanes_place_each_event_at_most_once(loaded, found):
    placed = background.lanes(loaded["events"])
    assert placed["id"].is_unique
    assert set(placed["lane"]) == {*background.IRRITANTS, "Visits, talks, accords"}
    assert len(placed) + found["n_unplaced"] == found["n_all"]
    irritants = placed[placed["lane"].isin(background.IRRITANTS)]
    assert len(irritants) == sum(map(len, background.IRRITANTS.values()))
    assert irritants.loc[irritants["year"] == 2020, "lane"].nunique() == found["n_2020_fields"]


def test_commission_met_thirty_months_after_it_was_announced(found):
    assert found["commission_months"] == (2017 - 2015) * 12 + (10 - 4)


def test_tell_trade_speaks_of_missing_and_single_figures(loaded):
    kept = background.trade(loaded["flows"])
    assert "no figure" in background.tell_trade(kept.iloc[:0], "turnover", "part_year")
    assert "a single figure" in background.tell_trade(kept.iloc[:1], "turnover", "part_year")


def test_drawings_link_marks_and_tell_every_panel(loaded):
    exhibit = background.draw_issues(loaded["events"], loaded["sources"], id="x1-test", title="Test")
    assert set(exhibit.links) == set(background.lanes(loaded["events"])["id"])
    assert "mark:" not in exhibit.svg()
    kept = background.trade(loaded["flows"])
    drawing = background.draw_trade(kept, list(background.KINDS), id="x1-test", title="Test")
    assert [ax.get_title(loc="left") for ax in drawing.figure.axes] == list(background.KINDS.values())
    assert len(drawing.data) == len(kept)
