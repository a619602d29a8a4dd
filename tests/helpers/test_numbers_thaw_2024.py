"""The figures of chapter 6, counted again from the files and on small known cases."""

import csv
import datetime as dt
import math

import pandas as pd
import pytest

from helpers import events as ev
from helpers import tables
from helpers.numbers import thaw_2024 as thaw


def rows(name):
    path = tables.data_folder() / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data():
    names = ("events", "sources", "cameo", "claims", "forecasts", "machine_scores")
    return {name: tables.load(name) for name in names}


@pytest.fixture(scope="module")
def figures(data):
    return thaw.values(*data.values())


# --- the Brier score -------------------------------------------------------------------------------------------


def test_brier_of_known_cases():
    assert thaw.brier([1, 0, 1], [1, 0, 1]) == 0
    assert thaw.brier([0, 1], [1, 0]) == 1
    assert thaw.brier([0.7], [0.5]) == pytest.approx(0.04)
    # Brier's own kind of example: ten forecasts of 0.8, eight of which come true
    assert thaw.brier([0.8] * 10, [1] * 8 + [0] * 2) == pytest.approx(0.16)


def test_brier_is_lowest_when_one_says_the_base_rate():
    happened = [1, 1, 1, 0]
    scores = {p / 100: thaw.brier([p / 100] * 4, happened) for p in range(101)}
    assert min(scores, key=scores.get) == 0.75


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [([], []), ([0.5], [1, 0]), ([1.2], [1]), ([0.5], [-0.1]), ([math.nan], [1]), ([0.5], [math.nan])],
)
def test_brier_refuses_what_it_cannot_score(probability, outcome):
    with pytest.raises(ValueError, match="forecast|probabilities"):
        thaw.brier(probability, outcome)


def test_interval_holds_the_score_and_repeats():
    said, happened = [0.9, 0.8, 0.3, 0.6, 0.7], [1, 0, 0, 1, 1]
    low, high = thaw.brier_interval(said, happened)
    assert low < thaw.brier(said, happened) < high
    assert (low, high) == thaw.brier_interval(said, happened)
    wide = thaw.brier_interval(said, happened, level=0.99)
    assert wide[0] <= low
    assert wide[1] >= high


# --- forecasts, counted from the file ----------------------------------------------------------------------------


@pytest.mark.parametrize("partly", [0.0, 0.5, 1.0])
def test_scores_by_article_agree_with_the_file(data, partly):
    worth = {"yes": 1.0, "no": 0.0, "partly": partly}
    squares = {}
    for row in rows("forecasts"):
        if row["resolution"] != "open":
            gap = float(row["probability"]) - worth[row["resolution"]]
            squares.setdefault(row["article_id"], []).append(gap * gap)
    board = thaw.scoreboard(thaw.outcomes(data["forecasts"], partly))
    for article, label in thaw.evidence.ARTICLES.items():
        assert board.loc[label, "Brier"] == pytest.approx(sum(squares[article]) / len(squares[article]))
    every = [s for part in squares.values() for s in part]
    assert board.loc["all", "Brier"] == pytest.approx(sum(every) / len(every))
    assert board.loc["all", "forecasts"] == len(every)


def test_counts_and_means_by_resolution_agree_with_the_file(figures):
    for resolution in ("yes", "partly", "no", "open"):
        read = [float(r["probability"]) for r in rows("forecasts") if r["resolution"] == resolution]
        assert figures[f"n_{resolution}"] == len(read)
        assert figures[f"p_{resolution}"] == pytest.approx(sum(read) / len(read))


def test_ended_leaves_out_open_and_running_horizons(data):
    last = max(r["start"] for r in rows("events"))
    kept = {
        r["id"]
        for r in rows("forecasts")
        if r["resolution"] != "open" and r["horizon_end"] and r["horizon_end"] <= last
    }
    scored = thaw.outcomes(data["forecasts"], 0.5, "ended", thaw.cutoff(data["events"]))
    assert set(scored["id"]) == kept


def test_outcomes_refuses_unknown_sets(data):
    with pytest.raises(ValueError, match="unknown set"):
        thaw.outcomes(data["forecasts"], 0.5, "all")
    with pytest.raises(ValueError, match="needs today"):
        thaw.outcomes(data["forecasts"], 0.5, "ended")


# --- dating the thaw ---------------------------------------------------------------------------------------------


def series(*sums):
    return pd.DataFrame(
        {"goldstein_sum": [float(s) for s in sums]}, index=pd.period_range("2023-01", periods=len(sums), freq="M")
    )


def test_start_needs_a_run_after_the_lowest_month():
    tone = series(5, 5, 5, -9, 2, 0, 3, 4, 1)
    assert str(thaw.thaw_start(tone, 1)) == "2023-05"
    assert str(thaw.thaw_start(tone, 2)) == "2023-07"  # a month without events breaks a run
    assert str(thaw.thaw_start(tone, 3)) == "2023-07"
    with pytest.raises(ValueError, match="no 4 net cooperative months"):
        thaw.thaw_start(tone, 4)
    with pytest.raises(ValueError, match="at least 1"):
        thaw.thaw_start(tone, 0)


def test_month_sums_agree_with_the_file(data, figures):
    value = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    sums = {}
    for r in rows("events"):
        pair = {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        month = r["precision"] != "year" and "2022" <= r["start"] < "2026"
        if pair and month and r["scored"] == "true":
            sums[r["start"][:7]] = sums.get(r["start"][:7], 0) + value[r["cameo"]]
    tone = thaw.monthly(data["events"], data["cameo"])["goldstein_sum"]
    assert {str(m): v for m, v in tone.items() if v} == pytest.approx({m: v for m, v in sums.items() if v})
    assert figures["low_sum"] == pytest.approx(min(sums.values()))


def test_table_of_starts_agrees_with_the_rule(data, figures):
    found = thaw.starts(data["events"], data["sources"], data["cameo"]).set_index("Events used")
    tone = thaw.monthly(data["events"], data["cameo"])
    for name, run in (("One month", 1), ("Three in a row", 3), ("Six in a row", 6)):
        assert pd.Period(found.loc["all scored events", name], "M") == thaw.thaw_start(tone, run)
    cells = [cell for row in found.to_numpy() for cell in row]
    assert figures["n_rules_same"] == cells.count(figures["start_month"])


# --- the embassy, the drivers, the ledger ------------------------------------------------------------------------


def test_days_of_the_embassy_agree_with_the_file(figures):
    start = {r["id"]: dt.date.fromisoformat(r["start"]) for r in rows("events")}
    shut, back, gone = (start[i] for i in (thaw._CLOSED, thaw._REOPENED, thaw._EVACUATED))
    assert figures["days_closed"] == (back - shut).days
    assert figures["days_open"] == (gone - back).days


def test_steps_of_the_embassy_stand_in_order_of_date(data):
    dated = thaw.embassy(data["events"]).query("precision == 'day'")
    assert dated["start"].is_monotonic_increasing
    with pytest.raises(KeyError, match="2023-01-27-gun-aze-attack"):
        thaw.embassy(data["events"].query("id != '2023-01-27-gun-aze-attack'"))


def test_only_transit_comes_before_the_first_visit(data):
    clock = thaw.drivers(data["events"])
    assert clock.loc[clock["days"] < 0, "event_id"].tolist() == ["2023-05-17-rus-irn-agreement"]


def test_ledger_agrees_with_the_file(data, figures):
    kept = {
        r["id"]
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        and r["tone"] == "cooperation"
        and "2023-07-05" <= r["start"] <= "2026-02-27"
    }
    acts = thaw.ledger(data["events"])
    assert set(acts["id"]) == kept
    assert figures["n_said"] + figures["n_met"] + figures["n_signed"] + figures["n_done"] == len(kept)
    assert thaw.ladder(acts).to_numpy().sum() == len(kept)
    assert "not yet sorted" not in set(acts["theme"])
    assert set(thaw._THEME_OF) == kept


def test_ledger_takes_in_a_row_it_does_not_know(data):
    one = data["events"].query("id == '2024-05-02-aze-irn-visit'").assign(id="2024-05-03-new")
    acts = thaw.ledger(pd.concat([data["events"], one]))
    assert acts.set_index("id").loc["2024-05-03-new", "theme"] == "not yet sorted"
    assert "not yet sorted" in thaw.ladder(acts).index


def test_depth_of_every_code_in_use(data):
    assert {thaw.depth(c) for c in thaw.ledger(data["events"])["cameo"]} == set(thaw.DEPTHS)
    assert thaw.depth("051") == "said"
    assert thaw.depth("0841") == "begun or done"


def test_promises_are_kept_after_they_were_made(data):
    table = thaw.promises(data["events"])
    assert (table["Days"].replace("", "1").astype(int) > 0).all()
    # who keeps in full or by half must be named, unless the row itself tells of it
    silent = table[table["Reading"].isin(["kept", "half kept"]) & (table["Kept by"] == "")]
    assert [link.text for link in silent["Promise"]] == ["A joint exercise on the Caspian"]


def test_windows_count_each_act_once(data):
    pair = ev.between(data["events"], "AZE", "IRN")
    since = pair[(pair["start"] >= "2022-07-01") & (pair["precision"] != "year")]
    assert thaw.windows(data["events"]).to_numpy().sum() == len(since)


def test_machine_months_are_those_of_the_file(data):
    kept = {
        r["month"]: float(r["score"])
        for r in rows("machine_scores")
        if (r["actor_a"], r["actor_b"]) == ("AZE", "IRN") and r["month"] >= "2022-01"
    }
    auto = thaw.machine(data["machine_scores"])
    assert {str(m): v for m, v in auto["score"].items()} == kept


# --- drawings ----------------------------------------------------------------------------------------------------


def test_frames_of_the_explorers_differ(data):
    today = thaw.cutoff(data["events"])
    drawn = {
        (which, partly): thaw.draw_brier(data["forecasts"], today, partly, which).title
        for which in thaw.WHICH.values()
        for partly in thaw.PARTLY.values()
    }
    assert len(set(drawn.values())) == len(drawn)
    frames = [thaw.draw_ledger(data["events"], data["sources"], day) for day in thaw.KNOWN_ON.values()]
    totals = [int(frame.data[list(thaw.DEPTHS)].to_numpy().sum()) for frame in frames]
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]
