"""Known answers for the figures of chapter 7, counted from the CSV files without the package."""

import csv
import datetime as dt
import inspect
import itertools
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
    return thaw.values(**{name: data[name] for name in inspect.signature(thaw.values).parameters})


@pytest.fixture(scope="module")
def grid(data):
    """Today, and the two regimes that differ only in who may cross the strip."""
    wanted = [("", False), ("unimpeded", False), ("sealed", False)]
    return thaw.scenarios(data["places"], data["links"], data["link_status"], wanted, draws=20, games=4)


def between(first, last):
    """Return the Goldstein values of the scored acts of the pair that began in a span, as (day, value)."""
    goldstein = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    return [
        (r["start"], r["precision"], goldstein[r["cameo"]])
        for r in rows("events")
        if first <= r["start"] <= last
        and {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        and r["scored"] == "true"
    ]


def dated(first, last):
    return [r for r in rows("events") if first <= r["start"] <= last and r["precision"] == "day"]


def test_counts_of_the_period(found):
    part = [r for r in rows("events") if "2025-01-01" <= r["start"] <= "2026-03-31"]
    pair = [r for r in part if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}]
    assert found["n_events"] == len(part)
    assert found["n_pair"] == len(pair)
    assert found["n_disputed"] == sum(bool(r["disagreement"]) for r in part)


def test_nothing_later_is_in_the_table():
    assert max(r["start"] for r in rows("events")) <= thaw.SPAN[1]


def test_march_sum_adds_up_by_hand_with_and_without_the_strike(found):
    strike = next(r for r in rows("events") if r["id"] == thaw.STRIKE)
    value = next(float(r["goldstein"]) for r in rows("cameo") if r["id"] == strike["cameo"])
    march = [score for *_, score in between("2026-03-01", "2026-03-31")]
    assert strike["source_actor"] == "UNK"  # so it is not among them
    assert found["march_events"] == len(march)
    assert found["march_sum"] == pytest.approx(sum(march))
    assert found["goldstein_strike"] == value < 0
    assert found["filed_march"] == pytest.approx(sum(march) + value)


def test_filing_the_strike_changes_one_row_and_nothing_else(data):
    events = data["events"]
    told = thaw.filed(events)
    changed = events.index[events["source_actor"] != told["source_actor"]]
    assert events.loc[changed, "id"].tolist() == [thaw.STRIKE]
    assert told.loc[changed, "source_actor"].tolist() == ["IRN"]
    pd.testing.assert_frame_equal(events.drop(columns="source_actor"), told.drop(columns="source_actor"))


def test_the_accusation_stands_beside_the_strike():
    day = [r for r in rows("events") if r["start"] == "2026-03-05" and r["source_actor"] == "AZE"]
    assert any(r["cameo"].startswith("112") and r["target_actor"] == "IRN" for r in day)


def test_forecasts_that_reach_into_the_test(found):
    reach = [r for r in rows("forecasts") if not r["horizon_end"] or r["horizon_end"] >= "2025-01-01"]
    decided = [r for r in reach if r["resolution"] != "open"]
    late = [r for r in decided if r["article_id"].endswith("2024")]
    assert found["n_yes"] == sum(r["resolution"] == "yes" for r in reach)
    assert found["n_2021"] + found["n_2024"] == found["n_decided"] == len(decided)
    worth = {"yes": 1.0, "partly": 0.5, "no": 0.0}
    points = [worth[r["resolution"]] for r in late]
    assert found["share_2024"] == pytest.approx(100 * sum(points) / len(points))
    squares = [(float(r["probability"]) - worth[r["resolution"]]) ** 2 for r in decided]
    assert found["brier"] == pytest.approx(sum(squares) / len(squares))
    assert found["brier_low"] < found["brier"] < found["brier_high"]
    assert found["brier_best"] <= min(found["brier_s2"], found["brier_s4"])


def test_each_topic_holds_known_forecasts_once(data):
    members = [m for group in thaw.TOPICS.values() for m in group]
    reach = thaw.reaching(data["forecasts"])
    assert len(members) == len(set(members))
    assert set(members) == set(reach["id"])
    assert thaw.outcomes(reach).to_numpy().sum() == len(members)


def test_a_forecast_without_topic_is_refused(data):
    stranger = data["forecasts"].iloc[[1]].assign(id="stranger-f01")
    with pytest.raises(KeyError, match="stranger-f01"):
        thaw.reaching(stranger)


def test_a_forecast_that_ended_before_the_test_is_left_out(data):
    early = data["forecasts"][data["forecasts"]["id"] == "mamedov-2021-f01"]
    assert early["horizon_end"].iloc[0] < pd.Timestamp("2025-01-01")
    assert thaw.reaching(early).empty


def test_the_sum_since_each_shock_adds_up_by_hand(data, found):
    sums = thaw.repair(data["events"], data["cameo"], days=30)
    last = max(r["start"] for r in rows("events") if r["precision"] == "day")
    for crisis, shock in thaw.SHOCKS.items():
        begin = next(r["start"] for r in rows("events") if r["id"] == shock)
        end = min(last, (dt.date.fromisoformat(begin) + dt.timedelta(days=30)).isoformat())
        by_hand = sum(value for _, precision, value in between(begin, end) if precision == "day")
        mine = sums[sums["crisis"] == crisis]
        assert mine["sum"].iloc[-1] == pytest.approx(by_hand)
        assert mine["days"].tolist() == list(range(len(mine)))
    assert found["days_watched"] == (dt.date.fromisoformat(last) - dt.date(2026, 3, 5)).days


def test_no_crisis_is_followed_beyond_the_record(data):
    ended = data["events"][data["events"]["start"] <= pd.Timestamp("2026-03-07")]
    sums = thaw.repair(ended, data["cameo"])
    assert sums[sums["crisis"].str.startswith("2026")]["days"].max() == 2


def test_regimes_hold_every_act_and_the_fewest_asked_for(data, found):
    first = thaw.open_regime(data["events"], data["cameo"])["start"]
    acts = between(first.date().isoformat(), "2026-12-31")
    for size in (5, 15):
        frame = thaw.draw_regimes(data["events"], data["cameo"], first, size).data
        assert frame["periods"].min() >= size
        assert frame["periods"].sum() == len(acts) == found["regime_events"]
    mean = sum(value for *_, value in acts) / len(acts)
    assert found["regime_mean"] == pytest.approx(mean)
    shock = [value for day, _, value in acts if day >= "2026-03-05"]
    rest = [value for day, _, value in acts if day < "2026-03-05"]
    assert found["step_n"] == len(shock)
    assert found["step_fall"] == pytest.approx(sum(rest) / len(rest) - sum(shock) / len(shock))


def test_filing_the_strike_lowers_the_regime_that_holds_it(found):
    assert found["burst_filed"] < found["burst_mean"] < found["regime_mean"]


def test_only_the_seal_touches_the_road_to_yerevan(grid):
    today, free, sealed = (grid[key].costs["median"] for key in grid)
    assert free["Tehran–Yerevan"] == today["Tehran–Yerevan"] < sealed["Tehran–Yerevan"]
    assert free["Baku–Nakhchivan"] == pytest.approx(sealed["Baku–Nakhchivan"])
    assert free["Baku–Nakhchivan"] < today["Baku–Nakhchivan"]


def test_nothing_built_changes_nothing(grid):
    assert (grid["", False].leverage["change"] == 0).all()
    sealed = grid["sealed", False].leverage
    assert sealed.loc["IRN", "change"] < 0 < sealed.loc["AZE", "change"]


def frustration(sign):
    """Try every split of the states with ties in 2025."""
    ties = {(r["actor_a"], r["actor_b"]): int(r["sign"]) for r in rows("ties") if r["period_start"] == "2025"}
    ties[next(pair for pair in ties if set(pair) == {"AZE", "IRN"})] = sign
    states = sorted({state for pair in ties for state in pair})
    best, together = len(ties), []
    for sides in itertools.product((0, 1), repeat=len(states) - 1):
        side = dict(zip(states, (0, *sides), strict=True))
        count = sum((side[a] == side[b]) != (s > 0) for (a, b), s in ties.items() if s)
        if count < best:
            best, together = count, []
        if count == best:
            together.append(side["AZE"] == side["IRN"])
    return best, sum(together) / len(together)


@pytest.mark.parametrize("sign", [-1, 0, 1])
def test_the_camps_by_trying_every_split(data, sign):
    index, camps, together = thaw.signed(data["ties"], sign)
    assert (index, together) == frustration(sign)
    assert sum(len(camp.split(", ")) for camp in camps) == 12


def test_a_network_without_the_tie_is_refused(data):
    ties = data["ties"]
    with pytest.raises(ValueError, match="aze-irn-2025"):
        thaw.signed(ties[ties["id"] != "aze-irn-2025"], 1)


def test_assumptions_move_the_shares_the_way_they_must(data):
    table = thaw.robustness(data["events"], data["sources"], data["cameo"], data["forecasts"])
    base = table.loc["as in the chapter"]
    assert table.loc["articles of 2021", "forecasts"] + table.loc["articles of 2024", "forecasts"] == base["forecasts"]
    assert table.loc["partly counts nought", "came true, %"] < base["came true, %"]
    assert table.loc["horizons that have ended", "forecasts"] < base["forecasts"]
    assert table.loc["strike filed under Iran", "sum from 8 March"] == base["sum from 8 March"]
    assert table.loc["strike filed under Iran", "sum March 2026"] < base["sum March 2026"]


@pytest.mark.parametrize("day, share", [("2026-02-25", 0), ("2026-12-31", 1)])
def test_known_frames_count_what_had_been_reported(data, day, share):
    total = len(dated(*thaw.WEEKS))
    known = share * total
    exhibit = thaw.draw_known(data["events"], data["sources"], pd.Timestamp(day))
    assert f"{known} of {total} events known" in exhibit.title
    assert len(exhibit.data) == known


def test_every_event_of_the_period_stands_in_one_lane(data):
    shown = thaw.draw_course(data["events"], data["sources"], title="t", caption="c", provenance="p")
    part = dated(*thaw.SPAN)
    ours = [{r["source_actor"], r["target_actor"]} == {"AZE", "IRN"} for r in part]
    assert len(shown.data) == len([r for r in rows("events") if thaw.SPAN[0] <= r["start"] <= thaw.SPAN[1]])
    assert f"others {len(part) - sum(ours)})" in shown.alt.replace("\n", " ")


def test_tellers_count_the_sides_of_the_sources(data, found):
    side = {r["id"]: r["side"] for r in rows("sources")}
    late = [r for r in rows("events") if r["start"].startswith("2026-03")]
    for word, key in (("Iranian", "late_iranian"), ("Azerbaijani", "late_azerbaijani")):
        by_hand = sum(any(side[s] == word for s in r["source_ids"].split(";")) for r in late)
        assert (
            found[key]
            == by_hand
            == thaw.tellers(data["events"], data["sources"]).loc[f"{word} publishers", "March 2026"]
        )
    assert found["n_late"] == len(late)


def test_what_the_prose_says_of_the_models_holds(found):
    assert found["index_hostile"] == found["index_neutral"] == found["index_friendly"]
    assert found["nine_friendly"] == found["nine_hostile"] + 1
    assert found["irn_polar_change"] < found["irn_checks_change"] < 0
    assert found["irn_polar_change"] < found["irn_integ_change"] < 0 < found["arm_integ_low"]
    assert found["nakh_polar_median"] < found["nakh_integ_median"] < found["nakh_today_median"]
    assert found["at_2021"] < found["at_2023"] < found["at_filed"] < found["at_2026"]
