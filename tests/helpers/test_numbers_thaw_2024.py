"""The figures of chapter 6, counted again from the files and on small known cases."""

import csv
import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from helpers import forecasts as fc
from helpers import regimes, tables
from helpers.evidence import ARTICLES
from helpers.numbers import forecast_scores as scoring
from helpers.numbers import thaw_2024 as thaw
from helpers.numbers import thaw_ledger as record

NAMES = ("events", "sources", "cameo", "claims", "forecasts", "forecast_phrases", "machine_scores")


def rows(name):
    path = tables.data_folder() / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pair():
    return [r for r in rows("events") if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}]


@pytest.fixture(scope="module")
def data():
    return {name: tables.load(name) for name in NAMES}


@pytest.fixture(scope="module")
def figures(data):
    return thaw.values(*data.values())


@pytest.fixture(scope="module")
def worded(data):
    return scoring.worded(data["forecasts"], data["forecast_phrases"])


@pytest.fixture(scope="module")
def found(data):
    return thaw.moods(data["events"], data["cameo"])


@pytest.fixture(scope="module")
def today(data):
    return thaw.cutoff(data["events"])


# --- the turn ----------------------------------------------------------------------------------------------------


def test_regimes_hold_each_scored_act_since_2020_once(found, figures):
    value = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    acts = [r for r in pair() if r["scored"] == "true" and r["precision"] != "year" and r["start"] >= thaw.FIRST]
    assert found["events"].sum() == figures["n_regime_events"] == len(acts)
    total = sum(value[r["cameo"]] for r in acts)
    assert (found["mean"] * found["events"]).sum() == pytest.approx(total)


def test_the_turn_is_the_best_single_cut_between_the_regimes_beside_it(data, found):
    turn = thaw.turned(found)
    before = found.iloc[turn.name - 1]
    acts = thaw._in_order(data["events"], data["cameo"], before["start"])
    values, cut = acts["goldstein"].to_numpy(), int((acts["start"] < turn["start"]).sum())
    left = {i: values[:i].var() * i + values[i:].var() * (len(values) - i) for i in range(10, len(values) - 9)}
    assert min(left, key=left.get) == cut
    assert before["mean"] < 0 < turn["mean"]
    assert turn["low"] <= turn["start"] <= turn["high"]


def test_turned_is_empty_without_a_cooperative_regime_after_the_attack(found):
    assert thaw.turned(found[found["start"] < pd.Timestamp("2023-01-01")]).empty
    assert thaw.turned(found[found["mean"] < 0]).empty


def test_prose_on_the_turn_holds(data, found, figures):
    turn = thaw.turned(found)
    day = data["events"].set_index("id")["start"]
    assert found.iloc[turn.name - 1]["opened_by"] == "2022-10-17-irn-aze-military-exercise"
    assert turn["opened_by"] == "2023-06-08-irn-aze-meeting"
    assert turn.name == len(found) - 1  # the search finds no break after the turn
    assert turn["high"] < day[record.REOPENED]
    assert figures["n_shift_found"] == "none"
    assert figures["karabakh_low"] < 0 < figures["karabakh_high"]
    assert figures["rho_low"] > 0
    assert figures["machine_turn"] == figures["start_month"]


def test_month_sums_agree_with_the_file(data, figures):
    value = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    sums = {}
    for r in pair():
        if r["precision"] != "year" and "2022" <= r["start"] < "2026" and r["scored"] == "true":
            sums[r["start"][:7]] = sums.get(r["start"][:7], 0) + value[r["cameo"]]
    tone = thaw.monthly(data["events"], data["cameo"])["goldstein_sum"]
    assert {str(m): v for m, v in tone.items() if v} == pytest.approx({m: v for m, v in sums.items() if v})
    lowest = pd.Period(min(sums, key=sums.get), "M")
    assert figures["low_month"] == f"{lowest:%B %Y}"
    later = {m for m, v in sums.items() if m >= str(regimes.turn(tone)) and v < 0}
    assert later == {"2024-01", "2024-09", "2025-01", "2025-07"}  # the prose names what each holds
    assert figures["n_negative_after"] == len(later)


def test_sums_of_the_low_are_those_of_the_file(figures, found):
    value = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    turn = thaw.turned(found)
    first, last = (found.loc[i, "start"].date().isoformat() for i in (turn.name - 1, turn.name))
    low = [r for r in pair() if r["scored"] == "true" and r["precision"] != "year" and first <= r["start"] < last]
    for side in ("AZE", "IRN"):
        mine = [value[r["cameo"]] for r in low if r["source_actor"] == side]
        assert (figures[f"n_low_{side.lower()}"], figures[f"sum_low_{side.lower()}"]) == (
            len(mine),
            pytest.approx(sum(mine)),
        )
    codes = {r["id"]: r["cameo"] for r in rows("events")}
    filed = [value[r["cameo"]] for r in low] + [value[codes[i]] for i in thaw._ALLEGED]
    assert figures["mean_filed"] == pytest.approx(np.mean(filed))


def test_sets_of_evidence_are_parts_of_the_table_but_for_two_filed_deeds(data):
    sets = thaw.evidence_sets(data["events"], data["sources"])
    whole = sets.pop("all scored acts")
    filed = sets.pop("attacks filed under Iran")
    changed = whole["source_actor"].to_numpy() != filed["source_actor"].to_numpy()
    assert set(whole.loc[changed, "id"]) == {"2023-01-27-gun-aze-attack", "2023-03-28-unk-aze-attack"}
    assert set(filed.loc[changed, "source_actor"]) == {"IRN"}
    for part in sets.values():
        assert len(part) < len(whole)
        assert set(part["id"]) < set(whole["id"])
    assert not sets["one act a day on each side"].duplicated(["start", "source_actor", "target_actor"]).any()


def test_table_of_starts_agrees_with_the_chapter(data, figures):
    table = thaw.starts(data["events"], data["sources"], data["cameo"]).set_index("Acts counted")
    whole = table.loc["all scored acts"]
    assert whole["Usual rule"] == f"{figures['regime_turn']} ({figures['turn_low']} – {figures['turn_high']})"
    assert whole["Months in a row"] == figures["start_month"]
    # As the prose says: the date stands in every set, but the strict rule gives up on one of them.
    assert table["Usual rule"].str.startswith(figures["regime_turn"]).all()
    assert table.index[table["Strict rule"] == "none"].tolist() == ["high confidence only"]
    assert figures["widest_high"] in table.loc["two or more publishers", "Usual rule"]


def test_a_single_act_more_can_turn_the_strict_rule_where_evidence_is_thin(data):
    """As the prose says: one more act of autumn 2021 turns the answer for acts of high confidence."""
    events = data["events"]
    more = events[events["id"] == "2021-09-23-aze-irn-meeting"].assign(
        id="2021-09-23-irn-aze-statement", source_actor="IRN", target_actor="AZE", cameo="020"
    )
    longer = pd.concat([events, more], ignore_index=True).sort_values(["start", "id"], ignore_index=True)
    table = thaw.starts(longer, data["sources"], data["cameo"]).set_index("Acts counted")
    assert table.loc["high confidence only", "Strict rule"] != "none"


def test_drivers_lie_where_their_dates_put_them(data, found):
    clock, turn = thaw.drivers(data["events"], data["cameo"], found), thaw.turned(found)
    fortnight = pd.Timedelta(days=14)
    for row in clock.itertuples():
        edge = min(abs(row.date - turn["low"]), abs(row.date - turn["high"])) <= fortnight
        side = "before" if row.date < turn["low"] else "after" if row.date > turn["high"] else "inside"
        assert row.place == ("at its edge" if edge else side)
        assert pd.isna(row.p) == (row.date <= turn["start"])
    places = clock["place"].value_counts()
    assert places.to_dict() == {"after": 3, "before": 1, "inside": 1, "at its edge": 1}  # as prose and key points say
    assert clock.index[clock["place"] == "before"].tolist() == ["2023-03-10-irn-sau-agreement"]
    assert clock.index[clock["place"] == "at its edge"].tolist() == [thaw._KARABAKH]


def test_shift_is_the_difference_of_means(data, found):
    value = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    first = thaw.turned(found)["start"].date().isoformat()
    sides = {False: [], True: []}
    for r in pair():
        if r["scored"] == "true" and r["precision"] != "year" and first <= r["start"] < "2026-03-05":
            sides[r["start"] >= "2024-07-15"].append(value[r["cameo"]])
    moved = thaw.shift(data["events"], data["cameo"], found, "2024-07-15")
    assert moved["difference"] == pytest.approx(np.mean(sides[True]) - np.mean(sides[False]))
    assert (moved["n_before"], moved["n_after"]) == (len(sides[False]), len(sides[True]))


# --- hand and machine --------------------------------------------------------------------------------------------


def test_machine_months_are_those_of_the_file(data, figures):
    kept = {
        r["month"]: float(r["score"]) for r in rows("machine_scores") if (r["actor_a"], r["actor_b"]) == ("AZE", "IRN")
    }
    both = thaw.two_codings(data["events"], data["cameo"], data["machine_scores"])
    assert {str(m): v for m, v in both.months["machine"].items()} == kept
    assert both.months["hand"].notna().all()
    assert figures["rho_months"] == len(kept)
    assert figures["rho"] == pytest.approx(both.months[["hand", "machine"]].corr("spearman").iloc[0, 1])


def test_low_months_are_the_lowest_fifth_of_each(data, figures):
    months = thaw.two_codings(data["events"], data["cameo"], data["machine_scores"]).months
    most = 0.2 * len(months)
    low = {}
    for name in ("hand", "machine"):  # months that tie count together or not at all
        values = sorted(months[name])
        edge = max(v for v in values if sum(w <= v for w in values) <= most)
        low[name] = set(months.index[months[name] <= edge])
    assert figures["low_both"] == len(low["hand"] & low["machine"])
    assert figures["n_low_hand"] == len(low["hand"] - low["machine"])
    alone = low["machine"] - low["hand"]
    assert figures["n_low_machine"] == len(alone)
    assert figures["n_low_machine_positive"] == sum(months.loc[m, "machine"] > 0 for m in alone)


# --- the embassy, the ledger, the promises -----------------------------------------------------------------------


def test_days_of_the_embassy_agree_with_the_file(figures):
    start = {r["id"]: dt.date.fromisoformat(r["start"]) for r in rows("events")}
    shut, back, gone = (start[i] for i in (record.CLOSED, record.REOPENED, record.EVACUATED))
    assert figures["days_closed"] == (back - shut).days
    assert figures["days_open"] == (gone - back).days


def test_steps_of_the_embassy_stand_in_order_of_date(data):
    steps = record.embassy(data["events"])
    assert steps.query("precision == 'day'")["start"].is_monotonic_increasing
    assert steps["source_actor"].isin(["GUN", "AZE", "IRN"]).all()
    with pytest.raises(KeyError, match="2023-01-27-gun-aze-attack"):
        record.embassy(data["events"].query("id != '2023-01-27-gun-aze-attack'"))


def test_the_return_and_the_trial_are_steps_of_the_embassy_case(data):
    """No event on the case may be missing: those whose summary speaks of the embassy's return or of its attacker."""
    words = r"reopen.*embassy|embassy.*(?:reopen|resumed|evacuated)|embassy gunman"
    told = {r["id"] for r in pair() if re.search(words, r["summary"]) and r["start"] > "2023-01-27"}
    assert told <= set(record.embassy(data["events"])["id"])


def test_ledger_agrees_with_the_file(data, figures):
    kept = {r["id"] for r in pair() if r["tone"] == "cooperation" and "2023-07-05" <= r["start"] <= "2026-02-27"}
    acts = record.ledger(data["events"])
    assert set(acts["id"]) == kept
    counts = record.ladder(acts)
    assert counts.to_numpy().sum() == figures["n_acts"] == len(kept)
    assert figures["n_signed"] == sum(r["cameo"] == "057" for r in pair() if r["id"] in kept)
    assert figures["share_words"] == pytest.approx(counts[["said", "met or called"]].to_numpy().sum() / len(kept) * 100)


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        ("2024-07-15-aze-irn-diplomacy", "embassy case"),
        ("2024-05-19-aze-irn-meeting", "energy and water"),
        ("2024-11-24-aze-irn-military-exercise", "defence"),
        ("2025-01-18-irn-aze-release", "people and culture"),
        ("2023-12-30-aze-irn-transit", "transport and trade"),
        ("2025-04-28-irn-aze-visit", "politics"),
        ("2026-01-31-aze-irn-meeting", "politics"),  # a president's call that also mentions a bridge
    ],
)
def test_theme_of_known_acts(data, event, subject):
    assert record.theme(data["events"].set_index("id").loc[event, "summary"]) == subject


def test_acts_of_armed_forces_are_defence(data):
    acts = record.ledger(data["events"])
    assert set(acts.loc[acts["source_role"] == "MIL", "theme"]) == {"defence"}


def test_depth_of_every_code_in_use(data):
    assert {record.depth(c) for c in record.ledger(data["events"])["cameo"]} == set(record.DEPTHS)
    assert record.depth("051") == "said"
    assert record.depth("0841") == "begun or done"


def test_promises_are_kept_after_they_were_made(data):
    table = record.promises(data["events"])
    assert (table["Days"].replace("", "1").astype(int) > 0).all()
    assert set(table["Reading"]) == {"kept", "half kept", "under way", "nothing found"}
    fulfilled = table["Reading"].isin(["kept", "half kept"])
    assert (table.loc[fulfilled, "Kept by"] != "").all()
    assert (table.loc[table["Reading"] == "nothing found", "Kept by"] == "").all()


def test_windows_count_each_act_once(data, figures):
    since = [r for r in pair() if r["precision"] != "year" and r["start"] >= "2022-07-01"]
    table = record.windows(data["events"])
    assert table.to_numpy().sum() == len(since)
    second = [r for r in since if "2024-07-01" <= r["start"] < "2025-07-01"]
    hostile = sum(r["tone"] == "conflict" for r in second)
    assert figures["share_second"] == pytest.approx(hostile / len(second) * 100)


# --- the forecasts -----------------------------------------------------------------------------------------------


def test_every_forecast_has_phrases_on_every_scale(data, worded):
    assert sorted(r["id"] for r in rows("forecast_phrases")) == sorted(r["id"] for r in rows("forecasts"))
    pd.testing.assert_frame_equal(worded[list(data["forecasts"])], data["forecasts"])
    for scale in fc.WORD_SCALES:
        assert fc.read_words(worded.assign(forecast_id=worded["id"]), scale).between(0, 1).all()


def test_a_forecast_without_phrases_is_named(data):
    with pytest.raises(ValueError, match="no row in forecast_phrases for avdaliani-2024-f09"):
        scoring.worded(data["forecasts"], data["forecast_phrases"].iloc[:-1])


def test_where_the_words_of_a_scale_are_claimed_they_stand_in_the_text():
    hedges = {r["id"]: r["hedge_words"] for r in rows("forecasts")}
    claimed = [r["id"] for r in rows("forecast_phrases") if r["rests_on"] == "word"]
    assert all("likely" in hedges[i] for i in claimed)
    silent = [i for i, text in hedges.items() if i not in set(claimed) and "likely" in text]
    assert not silent


def test_negated_phrases_raise_the_probability_of_the_forecast(worded):
    kent = fc.read_words(worded.assign(forecast_id=worded["id"]), "kent")
    assert (kent[worded.loc[worded["negated"], "id"]] > 0.5).all()


@pytest.mark.parametrize("judged", ["2022-12-31", "2024-12-31", "ended", "all"])
def test_scores_agree_with_the_file(worded, today, judged):
    worth = {"yes": 1.0, "no": 0.0, "partly": 0.5}
    limit = {"ended": today.date().isoformat(), "all": "9999"}.get(judged, judged)
    squares = {}
    for row in rows("forecasts"):
        counts = row["resolution"] != "open" and (
            judged == "all" or (row["horizon_end"] and row["horizon_end"] <= limit)
        )
        if counts:
            gap = float(row["probability"]) - worth[row["resolution"]]
            squares.setdefault(row["article_id"], []).append(gap * gap)
    board = scoring.scores(scoring.judge(worded, today, judged=judged))
    every = [s for part in squares.values() for s in part]
    assert board.loc["all", "resolved"] == len(every)
    assert board.loc["all", "brier"] == pytest.approx(np.mean(every))
    for article in ARTICLES:
        mine = squares.get(article)
        assert board.loc[article, "brier"] == pytest.approx(np.mean(mine) if mine else np.nan, nan_ok=True)


def test_naive_scores_agree_with_the_skill_of_the_model(worded, today):
    board = scoring.scores(scoring.judge(worded, today, "kent"))
    for column, skill in (("elsewhere", "skill: base rate elsewhere"), ("no change", "skill: no change")):
        assert (1 - board["brier"] / board[column]).to_numpy() == pytest.approx(board[skill].to_numpy())


def test_prose_on_the_scores_holds(figures):
    assert figures["brier_all"] < figures["brier_elsewhere"] < figures["scale_low"]
    assert figures["scale_high"] < figures["brier_no_change"]
    assert figures["lean"] > 0
    assert figures["p_lean"] < 0.05 < figures["p_equal_low"]
    assert figures["brier_every"] < figures["brier_all"]


def test_counts_by_resolution_agree_with_the_file(figures):
    for resolution in ("yes", "partly", "no", "open"):
        assert figures[f"n_{resolution}"] == sum(r["resolution"] == resolution for r in rows("forecasts"))


# --- drawings ----------------------------------------------------------------------------------------------------


def test_frames_of_the_explorers_differ(data, worded, today):
    drawn = {
        (words, judged): scoring.draw_scores(worded, today, words, judged).alt
        for words in scoring.WORDS.values()
        for judged in ("2022-12-31", "ended")
    }
    assert len(set(drawn.values())) == len(drawn)
    frames = [record.draw_ledger(data["events"], data["sources"], day) for day in record.KNOWN_ON]
    totals = [int(frame.data[list(record.DEPTHS)].to_numpy().sum()) for frame in frames]
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]
    some = record.draw_ledger(data["events"], data["sources"], "2026-02-27", backed=True)
    assert some.data[list(record.DEPTHS)].to_numpy().sum() < totals[-1]


def test_frames_of_the_turn_say_what_each_set_shows(data):
    events, cameo = data["events"], data["cameo"]
    sets = thaw.evidence_sets(events, data["sources"])
    whole = thaw.draw_regimes(events, cameo, sets["all scored acts"])
    assert "opens on 8 June 2023" in whole.title
    assert len(whole.links) == 2 * len(whole.data) - 1  # each level, and each break between two
    thin = thaw.draw_regimes(events, cameo, sets["high confidence only"], strict=True)
    assert thin.title.startswith("No lasting change of level is sure")
    assert whole.alt != thin.alt


def test_days_of_the_ledger_are_among_the_finer_ones_and_in_order():
    assert set(record.KNOWN_ON) < set(record.FINER)
    assert sorted(record.FINER) == record.FINER
    assert len({record.known_on(day) for day in record.FINER}) == len(record.FINER)


def test_every_figure_names_its_finding_and_its_data(data, found):
    words = {"title": "a finding", "caption": "", "provenance": ""}
    both = thaw.two_codings(data["events"], data["cameo"], data["machine_scores"])
    clock = thaw.drivers(data["events"], data["cameo"], found)
    shown = [
        thaw.draw_drivers(clock, thaw.turned(found), **words),
        thaw.draw_codings(both, data["machine_scores"], **words),
        record.draw_embassy(data["events"], data["sources"], **words),
    ]
    steps = record.embassy(data["events"])
    assert [len(exhibit.data) for exhibit in shown] == [len(clock), len(both.months), len(steps)]
    assert set(shown[0].links) == set(clock.index)
    assert len(shown[1].links) == (both.months["low"] != "neither").sum()
    assert set(shown[2].links) == set(steps["id"])
