"""Known answers for the figures of chapter 7, counted from the CSV files without the package."""

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import after_the_thaw as thaw

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data():
    return tables.load_all()


@pytest.fixture(scope="module")
def found(data):
    names = ("events", "sources", "cameo", "claims", "forecasts", "flows", "machine_scores")
    return thaw.values(*(data[n] for n in names))


def test_counts_of_the_period(found):
    part = [r for r in rows("events") if "2025-01-01" <= r["start"] <= "2026-03-31"]
    pair = [r for r in part if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}]
    assert found["n_events"] == len(part)
    assert found["n_pair"] == len(pair)
    assert found["n_disputed"] == sum(bool(r["disagreement"]) for r in part)


def test_march_sum_adds_up_by_hand(found):
    goldstein = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    march = [
        goldstein[r["cameo"]]
        for r in rows("events")
        if r["start"][:7] == "2026-03"
        and {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        and r["scored"] == "true"
    ]
    assert found["march_events"] == len(march)
    assert found["march_sum"] == pytest.approx(sum(march))
    assert found["unfiled_march"] == pytest.approx(sum(march) - goldstein["195"])
    assert found["march_plus"] == pytest.approx(sum(x for x in march if x > 0))


def test_forecasts_that_reach_into_the_test(found):
    reach = [r for r in rows("forecasts") if not r["horizon_end"] or r["horizon_end"] >= "2025-01-01"]
    for word in ("yes", "partly", "no", "open"):
        assert found[f"n_{word}"] == sum(r["resolution"] == word for r in reach)
    decided = [r for r in reach if r["resolution"] != "open"]
    late = [r for r in decided if r["article_id"].endswith("2024")]
    assert found["share_2024"] == pytest.approx(100 * sum(r["resolution"] == "yes" for r in late) / len(late))
    assert found["n_2021"] + found["n_2024"] == found["n_decided"] == len(decided)


def test_each_topic_holds_known_forecasts_once(data):
    members = [m for group in thaw.TOPICS.values() for m in group]
    assert len(members) == len(set(members))
    assert set(members) == set(thaw.reaching(data["forecasts"])["id"])


def test_a_forecast_without_topic_is_refused(data):
    stranger = data["forecasts"].iloc[[1]].assign(id="stranger-f01")
    with pytest.raises(KeyError, match="stranger-f01"):
        thaw.reaching(stranger)


def test_a_forecast_that_ended_before_the_test_is_left_out(data):
    early = data["forecasts"][data["forecasts"]["id"] == "mamedov-2021-f01"]
    assert early["horizon_end"].iloc[0] < pd.Timestamp("2025-01-01")
    assert thaw.reaching(early).empty


def test_days_of_recovery(data):
    steps = thaw.recovery(data["events"], data["cameo"])
    assert steps.loc["foreign ministers talk"].tolist() == [
        (dt.date(2021, 10, 13) - dt.date(2021, 10, 1)).days,
        (dt.date(2023, 4, 8) - dt.date(2023, 1, 27)).days,
        0,
    ]
    assert (
        steps.loc["embassy works again", "2023 (embassy attack)"] == (dt.date(2024, 7, 15) - dt.date(2023, 1, 27)).days
    )
    assert steps.loc["embassy works again"].isna().tolist() == [True, False, True]


def test_marks_of_one_lane_keep_their_distance(data):
    placed = thaw.stacked(thaw.period(data["events"]))
    for _, line in placed.groupby(["lane", "level"]):
        gaps = line["start"].sort_values().diff().dropna().dt.days
        assert (gaps >= 9).all()
    assert (placed["precision"] == "day").all()


def test_stacking_nothing_gives_nothing(data):
    assert thaw.stacked(data["events"].iloc[:0]).empty


def test_assumptions_move_the_shares_the_way_they_must(data):
    table = thaw.robustness(data["events"], data["sources"], data["cameo"], data["forecasts"])
    base = table.loc["as in the chapter"]
    assert table.loc["articles of 2021", "forecasts"] + table.loc["articles of 2024", "forecasts"] == base["forecasts"]
    assert table.loc["partly counts half", "came true, %"] > base["came true, %"]
    assert table.loc["open horizons dropped", "forecasts"] < base["forecasts"]


def dated(first, last):
    return [r for r in rows("events") if first <= r["start"] <= last and r["precision"] == "day"]


@pytest.mark.parametrize("day, share", [("2026-02-25", 0), ("2026-12-31", 1)])
def test_known_frames_count_what_had_been_reported(data, day, share):
    total = len(dated(*thaw.WEEKS))
    known = share * total
    exhibit = thaw.draw_known(data["events"], data["sources"], pd.Timestamp(day))
    assert f"{known} of {total} events known" in exhibit.title
    assert len(exhibit.data) == known


def test_a_side_without_a_report_gets_an_empty_frame(data):
    sources = data["sources"].assign(side="other")
    exhibit = thaw.draw_told(data["events"], sources, "Turkish")
    assert exhibit.title.startswith(f"Turkish publishers: 0 of {len(dated(*thaw.SPAN))} dated")
    assert exhibit.data.empty
