"""Change points, their uncertainty, tests that respect autocorrelation, and the comparison of two codings."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import ruptures
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from helpers import events as ev
from helpers import regimes as rg

# Annual flow of the Nile at Aswan, 1871–1970, in 10^8 cubic metres (Cobb 1978, Biometrika 65, 243–251).
NILE = pd.Series(
    [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865,
        845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050,
        918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ],
    index=range(1871, 1971),
    dtype=float,
)  # fmt: skip

# Breaks (last period of a regime, counted from 1), residual sums of squares and BIC of the Nile with 0 to 5 breaks, and
# the largest F statistic, as the examples of the R package strucchange print them (Zeileis, Kleiber, Krämer and Hornik
# 2003, Computational Statistics & Data Analysis 44, 109–123).
NILE_BREAKS = [[], [28], [28, 83], [28, 68, 83], [28, 45, 68, 83], [15, 30, 45, 68, 83]]
NILE_RSS = [2835157, 1597457, 1552924, 1538097, 1507888, 1659994]
NILE_BIC = [1318, 1270, 1276, 1285, 1292, 1311]
NILE_SUP_F = 75.93
# Their 95 per cent interval for the last year of the first regime (method of Bai 1997).
NILE_INTERVAL = (1895, 1902)

# British coal-mining disasters a year, 1851–1962 (Jarrett 1979, Biometrika 66, 191–193), the version with 191 events.
COAL = pd.Series(
    [int(n) for n in "4541043406334026335453144155342522342132211113001011003103220111010100021000110233112111123300014"
                     "000100000100101"],
    index=range(1851, 1963),
    dtype=float,
)  # fmt: skip


def months(values: list[float | None], first: str = "2021-01") -> pd.Series:
    return pd.Series(values, index=pd.period_range(first, periods=len(values), freq="M"), dtype=float)


def noise(phi: float, n: int, seed: int = 0) -> pd.Series:
    """One AR(1) series, made otherwise than in the module."""
    rng = np.random.default_rng(seed)
    values = [rng.standard_normal() / np.sqrt(1 - phi**2)]
    for _ in range(n - 1):
        values.append(phi * values[-1] + rng.standard_normal())
    return pd.Series(values)


def brute(values: np.ndarray, m: int, size: int) -> float:
    """Smallest residual sum of squares with m breaks, by trying every place."""
    best = np.inf
    for cut in itertools.combinations(range(size, len(values) - size + 1), m):
        parts = np.split(values, cut)
        if all(len(part) >= size for part in parts):
            best = min(best, sum(((part - part.mean()) ** 2).sum() for part in parts))
    return float(best)


steps = st.lists(st.integers(-9, 9), min_size=8, max_size=12).filter(lambda v: len(set(v)) > 1)


# Segmentation -------------------------------------------------------------------------------------


def test_the_nile_is_cut_as_published() -> None:
    table = rg.fits(NILE)
    first_years = [tuple(1871 + last for last in cut) for cut in NILE_BREAKS]
    assert table["breaks"].tolist() == first_years
    assert table["rss"].round().tolist() == NILE_RSS
    assert table["bic"].round().tolist() == NILE_BIC
    f, year = rg.sup_f(NILE)
    assert (round(f, 2), year) == (NILE_SUP_F, 1899)


@pytest.mark.parametrize("rule", ["bic", "lwz", "ar1", 2 * np.log(100)])
def test_every_rule_finds_the_one_break_of_the_nile(rule: str | float) -> None:
    table = rg.breaks(NILE, rule=rule, draws=100)
    assert table[["start", "end", "periods"]].to_numpy().tolist() == [[1871, 1898, 28], [1899, 1970, 72]]
    assert table["mean"].tolist() == pytest.approx([1097.75, 849.97], abs=0.01)
    assert table.attrs["p"] < 0.05, "more than autocorrelation explains"


def test_the_nile_break_lies_where_others_put_it() -> None:
    (found,) = rg.break_dates(NILE, draws=120).itertuples()
    low, high = (year + 1 for year in NILE_INTERVAL)
    assert found.date == 1899
    assert abs(found.low - low) <= 3
    assert abs(found.high - high) <= 4
    assert found.share > 0.2


def test_a_grid_of_candidate_dates_would_miss_the_nile_break() -> None:
    trap = ruptures.Dynp(model="l2").fit(NILE.to_numpy()).predict(n_bkps=1)
    assert trap[0] == 30
    assert rg.fits(NILE).loc[1, "breaks"] == (1871 + 28,)


def test_coal_disasters_fall_when_counts_are_made_to_scatter_alike() -> None:
    def likelihood(k: int) -> float:
        return sum(part.sum() * np.log(part.mean()) for part in np.split(COAL.to_numpy(), [k]))

    # The break that is most likely if the counts follow Poisson's law: 1891 is the last year of many disasters.
    best = max(range(1, len(COAL)), key=likelihood)
    assert COAL.index[best - 1] == 1891
    assert rg.fits(np.sqrt(COAL + 3 / 8)).loc[1, "breaks"] == (1892,), "Anscombe's square root"
    assert rg.fits(COAL).loc[1, "breaks"] == (1887,), "raw counts scatter more where they are high"


@settings(max_examples=25)
@given(steps, st.integers(2, 3))
def test_the_search_is_exact(drawn: list[int], size: int) -> None:
    table = rg.fits(pd.Series(drawn), min_size=size)
    for m, row in table.iterrows():
        assert row["rss"] == pytest.approx(brute(np.array(drawn, float), int(m), size), abs=1e-6)
    assert len(table) == len(drawn) // size


@settings(max_examples=25)
@given(steps, st.floats(0.2, 30))
def test_a_penalty_decides_as_the_scan_says_and_no_worse_than_pelt(drawn: list[int], penalty: float) -> None:
    series = pd.Series(drawn, dtype=float)
    table = rg.fits(series, 2)
    inside = table[(table["penalty_low"] <= penalty + 1e-9) & (penalty - 1e-9 <= table["penalty_high"])]
    found = len(rg.breaks(series, rule=penalty, min_size=2, draws=20)) - 1
    assert found in inside.index  # two of them on the border of two ranges
    sums = table["rss"] + penalty * series.var() * table.index
    assert sums[found] == pytest.approx(sums.min())
    # PELT prunes, and with a least size of regimes it can prune the best: 0 1 0 0 1 0 0 0 with a penalty of half a
    # variance is an example.
    theirs = ruptures.Pelt(model="l2", min_size=2, jump=1).fit(series.to_numpy()).predict(pen=penalty * series.var())
    parts = np.split(series.to_numpy(), theirs[:-1])
    rss = sum(((part - part.mean()) ** 2).sum() for part in parts)
    assert sums[found] <= rss + penalty * series.var() * (len(parts) - 1) + 1e-6


@settings(max_examples=15)
@given(steps)
def test_the_ranges_of_penalties_join_and_fall(drawn: list[int]) -> None:
    ranges = rg.fits(pd.Series(drawn), 2)[["penalty_low", "penalty_high"]].dropna()
    assert ranges["penalty_high"].iloc[0] == np.inf
    assert ranges["penalty_low"].iloc[-1] == 0
    assert ranges["penalty_high"].iloc[1:].tolist() == pytest.approx(ranges["penalty_low"].iloc[:-1].tolist())


@settings(max_examples=15)
@given(steps, st.floats(0.1, 100), st.floats(-50, 50))
def test_units_and_zero_point_do_not_matter(drawn: list[int], scale: float, shift: float) -> None:
    series = pd.Series(drawn, dtype=float)
    plain, moved = rg.fits(series, 2), rg.fits(series * scale + shift, 2)
    assert moved["rss"].tolist() == pytest.approx((plain["rss"] * scale**2).tolist(), abs=1e-6 * scale**2)
    assert moved["rss"].iloc[0] == pytest.approx(series.var(ddof=0) * len(series) * scale**2)


def test_a_step_without_noise_is_found_once() -> None:
    table = rg.breaks(pd.Series([0.0] * 10 + [5.0] * 10), draws=20)
    assert table["start"].tolist() == [0, 10]
    assert np.isnan(table.attrs["autocorrelation_within"]), "nothing is left within"


# Silence ------------------------------------------------------------------------------------------


def test_a_silent_month_is_passed_over_by_a_mean_and_counts_in_a_sum() -> None:
    mean = months([-4, None, -5, -4, None, -5, 4, 5, None, 4, 5, 4])
    counts = pd.Series([1, 0, 2, 1, 0, 1, 1, 1, 0, 3, 1, 1], index=mean.index)
    table = rg.breaks(mean, counts, draws=20)
    assert table[["periods", "silent", "events"]].to_numpy().tolist() == [[4, 2, 5], [5, 1, 7]]
    assert table["mean"].tolist() == pytest.approx([-4.5, 4.4])
    total = rg.breaks(mean.fillna(0.0), counts, rule=0.5, draws=20)
    assert (total["periods"].sum(), total["silent"].sum()) == (12, 0)
    assert total["mean"].iloc[0] == pytest.approx(-3.0), "the sum of a silent month is 0, and it counts"


def test_a_break_next_to_silence_shows_the_gap() -> None:
    table = rg.breaks(months([-4, -5, -4, None, None, 4, 5, 4]), draws=20)
    assert [str(table["end"].iloc[0]), str(table["start"].iloc[1])] == ["2021-03", "2021-06"]


# False breaks -------------------------------------------------------------------------------------


def test_autocorrelated_noise_gives_false_breaks_in_half_of_short_series() -> None:
    # PELT with penalty 2 ln n and regimes of two periods on 24 periods: 6 per cent of white noise, 50 per cent of AR(1)
    # noise with autocorrelation 0.5, by 400 simulated series each; on 120 periods 75 per cent.
    found = {
        (n, phi): rg.false_breaks(noise(0, n), 2 * np.log(n), 2, 400, autocorrelation=phi)["rate"]
        for n, phi in ((24, 0.0), (24, 0.5), (120, 0.5))
    }
    assert found[24, 0.0] == pytest.approx(0.06, abs=0.05)
    assert found[24, 0.5] == pytest.approx(0.5, abs=0.1)
    assert found[120, 0.5] == pytest.approx(0.75, abs=0.1)


def test_the_calibrated_rule_keeps_its_promise_on_fresh_noise() -> None:
    series = [noise(0.5, 40, seed) for seed in range(30)]
    found = [len(rg.breaks(s, rule="ar1", draws=40)) > 1 for s in series]
    usual = [rg.fits(s)["bic"].idxmin() > 0 for s in series]
    assert np.mean(found) <= 0.15
    assert np.mean(usual) > 0.5


def test_a_short_or_autocorrelated_series_is_warned_of_in_words() -> None:
    short = rg.breaks(noise(0.6, 24, 1)).attrs["warning"]
    assert short.startswith("Only 24 observed periods")
    assert "per cent of series that have none" in short
    clear = rg.breaks(noise(0.0, 100, 3), rule="lwz").attrs
    assert clear["warning"] == ""
    assert clear["false_breaks"] <= rg.DOUBTFUL


def test_a_break_that_noise_often_shows_is_called_so() -> None:
    walk = noise(0.9, 60, 2)
    found = rg.breaks(walk)
    assert len(found) > 1
    assert found.attrs["p"] > 0.05
    assert "explain as much as they do here" in found.attrs["warning"]


def test_the_autocorrelation_of_a_short_series_is_not_underrated() -> None:
    drawn = [noise(0.7, 24, seed) for seed in range(60)]
    ours = [rg.false_breaks(s, draws=20)["autocorrelation"] for s in drawn]
    raw = [np.corrcoef(s[1:], s[:-1])[0, 1] for s in drawn]
    assert abs(np.mean(ours) - 0.7) < 0.05 < 0.7 - np.mean(raw)


def test_same_seed_same_result() -> None:
    series = noise(0.4, 40)
    one, same, other = (rg.false_breaks(series, draws=60, seed=s) for s in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)
    dates = [rg.break_dates(NILE, m=2, draws=30, seed=s) for s in (1, 1)]
    assert dates[0].equals(dates[1])


def test_intervals_hold_their_break_and_widen_with_noise() -> None:
    rng = np.random.default_rng(0)
    step = np.repeat([0.0, 4.0], 20)
    widths = []
    for scale in (0.5, 3.0):
        (found,) = rg.break_dates(pd.Series(step + scale * rng.standard_normal(40)), m=1, draws=200).itertuples()
        assert found.low <= found.date <= found.high
        widths.append(found.high - found.low)
    assert widths[0] < widths[1]
    none = rg.break_dates(noise(0, 40, 5), m=0)
    assert none.empty


# Tests of level and trend -------------------------------------------------------------------------


def test_blocks_keep_false_alarms_down_where_single_periods_do_not() -> None:
    assert rg.power(12, 12, 0.0, 0.5, draws=150) <= 0.15
    shuffled = [rg.level_shift(noise(0.5, 24, seed), 12, draws=199)["p_shuffled"] <= 0.05 for seed in range(60)]
    assert np.mean(shuffled) >= 0.2
    assert rg.power(12, 12, 0.0, 0.0, draws=150) <= 0.1


def test_power_grows_with_the_step() -> None:
    rates = [rg.power(12, 12, shift, 0.5, draws=100) for shift in (0.0, 1.0, 3.0)]
    assert rates[0] < rates[1] < rates[2]
    assert rates[2] > 0.9


def test_a_level_is_compared_over_what_was_observed() -> None:
    series = months([-3, None, -1, -2, -2, None, 4, 4, 6, None, 5, 6])
    found = rg.level_shift(series, "2021-07", draws=400)
    assert found["before"] == pytest.approx(-2.0)
    assert found["after"] == pytest.approx(5.0)
    assert found[["n_before", "n_after"]].tolist() == [4, 5]
    assert found["low"] <= found["difference"] <= found["high"]
    mirrored = rg.level_shift(-series, pd.Period("2021-07", "M"), draws=400)
    assert mirrored["difference"] == pytest.approx(-found["difference"])
    assert mirrored["p"] == found["p"]


def test_blocks_of_one_period_are_a_plain_permutation_test() -> None:
    series = noise(0.0, 30, 4)
    found = rg.level_shift(series, 15, block=1)
    assert found["p"] == found["p_shuffled"]
    assert found["block"] == 1


@settings(max_examples=20)
@given(st.permutations(range(10)))
def test_tau_is_that_of_kendall(order: list[int]) -> None:
    found = rg.trend(pd.Series(order, dtype=float), block=1, draws=50)
    assert found["tau"] == pytest.approx(kendalltau(range(10), order).statistic)


def test_a_trend_passes_over_silence() -> None:
    found = rg.trend(months([1, None, 2, 3, None, 4, 5, 6, 7, 8, 9, None]), draws=500)
    assert (found["tau"], found["n"]) == (1.0, 9)
    assert found["p"] < 0.05
    assert rg.trend(noise(0, 40, 6), draws=500)["p"] > 0.05


def test_swings_and_turns() -> None:
    assert rg.swings(months([1, None, 2, -1, 0, 3])) == 2
    series = months([-1, -9, 1, 2, None, 4, 5, 6])
    assert str(rg.turn(series, 2)) == "2021-03"
    assert str(rg.turn(series, 3)) == "2021-06", "silence breaks a run"
    assert str(rg.turn(series.fillna(0.0), 3)) == "2021-06", "and so does a sum of 0"
    with pytest.raises(ValueError, match="no 4 periods in a row above nought after 2021-02"):
        rg.turn(series, 4)


# Calendar -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calendar(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return rg.calendar(data["events"], data["cameo"], start="2019-01-01")


def pair(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    both = ev.score(ev.between(data["events"], "AZE", "IRN"), data["cameo"])
    return both[both["scored"]]


def test_documented_phases_follow_one_another_without_gap(
    calendar: pd.DataFrame, data: dict[str, pd.DataFrame]
) -> None:
    phases = calendar[calendar["kind"] == "documented"]
    assert phases["phase"].tolist() == list(rg.PHASES)
    day = data["events"].set_index("id")["start"]
    assert phases["start"].tolist() == [day[event] for event in rg.PHASES.values()]
    assert (phases["start"].iloc[1:].to_numpy() - phases["end"].iloc[:-1].to_numpy() == np.timedelta64(1, "D")).all()
    inside = pair(data)
    assert phases["end"].iloc[-1] == inside["end"].max()
    inside = inside[inside["start"] >= phases["start"].iloc[0]]
    assert phases["events"].sum() == len(inside)


def test_computed_regimes_share_out_the_events_searched(calendar: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    regimes = calendar[calendar["kind"] == "computed"]
    searched = pair(data)
    searched = searched[searched["start"] >= "2019-01-01"]
    assert regimes["events"].sum() == len(searched)
    assert (regimes["events"] >= 5).all()
    mean = (regimes["mean"] * regimes["events"]).sum() / regimes["events"].sum()
    assert mean == pytest.approx(searched["goldstein"].mean())
    later = regimes.iloc[1:]
    assert ((later["low"] <= later["start"]) & (later["start"] <= later["high"])).all()
    opened = data["events"].set_index("id").loc[regimes["opened_by"], "start"]
    assert opened.tolist() == regimes["start"].tolist()


def test_an_event_known_only_to_the_year_has_no_place_in_the_order() -> None:
    day = pd.date_range("2021-01-01", periods=40, freq="5D")
    events = pd.DataFrame({"start": day, "end": day, "id": [f"e{i}" for i in range(40)], "precision": "day"})
    events = events.assign(cameo=["173"] * 20 + ["042"] * 20, source_actor="IRN", target_actor="AZE", scored=True)
    cameo = pd.DataFrame({"id": ["042", "173"], "goldstein": [1.9, -5.0], "quad": [1, 4]})
    # This one begins with the record and ends long after it.
    events.loc[0, ["end", "precision"]] = [pd.Timestamp("2021-12-31"), "year"]
    found = rg.calendar(events, cameo, phases={})
    assert found["opened_by"].tolist() == ["e1", "e20"]
    assert found["end"].tolist() == [day[20] - pd.Timedelta(days=1), day[-1]]
    assert found["events"].tolist() == [19, 20]
    assert found["mean"].tolist() == pytest.approx([-5.0, 1.9])
    assert found["conflict"].tolist() == [1.0, 0.0]


def test_the_crisis_of_2021_is_seen_without_being_told(calendar: pd.DataFrame) -> None:
    regimes = calendar[calendar["kind"] == "computed"]
    (at,) = regimes[(regimes["start"] <= "2021-10-01") & (regimes["end"] >= "2021-10-01")].itertuples()
    assert at.mean < 0 < regimes.loc[at.Index + 1, "mean"]


def test_a_calendar_by_month_passes_over_silence_and_needs_no_phases(data: dict[str, pd.DataFrame]) -> None:
    found = rg.calendar(data["events"], data["cameo"], "TUR", "IRN", "Q", "2018-01-01", phases={})
    assert set(found["kind"]) == {"computed"}
    assert found["start"].iloc[0] >= pd.Timestamp("2018-01-01")
    assert (found["end"] > found["start"]).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": "W"}, "unknown unit 'W'"),
        ({"phases": {"golden age": "1999-nothing"}}, "no event '1999-nothing' to open a phase"),
        ({"phases": dict(reversed(rg.PHASES.items()))}, "not after the one before it"),
    ],
)
def test_an_impossible_calendar_is_refused(data: dict[str, pd.DataFrame], options: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rg.calendar(data["events"], data["cameo"], **options)


# Two codings --------------------------------------------------------------------------------------


def test_machine_months_keep_their_gaps(data: dict[str, pd.DataFrame]) -> None:
    scores = data["machine_scores"]
    series = rg.machine_series(scores, "IRN", "AZE")
    rows = scores[(scores["actor_a"] == "AZE") & (scores["actor_b"] == "IRN")]
    assert series.notna().sum() == len(rows)
    assert series["2021-10"] == rows.set_index("month").loc["2021-10", "score"]
    whole = rg.machine_series(scores, "IRN", "AZE", 1.0)
    assert whole.notna().sum() == (rows["days_present"] == rows["days_in_month"]).sum()
    assert whole.index.equals(series.index)
    holed = rg.machine_series(scores[scores["month"] != "2021-10"], "IRN", "AZE")
    assert np.isnan(holed["2021-10"])


def test_two_codings_are_compared_where_both_see() -> None:
    hand = months([3, 1, 2, None, -1, -4, -9, -2, 1, 0, 2, 4])
    machine = months([9, 20, 8, -5, -20, -30, -10, 7, 5, 15], first="2021-02")
    found = rg.compare(hand, machine, draws=200)
    both = pd.concat([hand, machine], axis=1).dropna()
    assert found.summary["correlation"] == pytest.approx(spearmanr(both[0], both[1]).statistic)
    assert found.summary[["periods", "hand_only", "machine_only"]].tolist() == [9, 2, 1]
    assert found.months["covered"].tolist() == ["hand", "both", "both", "machine", *["both"] * 7, "hand"]
    assert found.months["low"].value_counts().to_dict() == {"neither": 11, "both": 1}
    changed = rg.compare(hand.fillna(2.5), machine, changes=True, draws=200)
    differences = pd.concat([hand.fillna(2.5).diff(), machine.diff()], axis=1).dropna()
    assert changed.summary["correlation"] == pytest.approx(spearmanr(differences[0], differences[1]).statistic)


def test_agreement_and_independence_are_told_apart() -> None:
    a, b = (pd.Series(noise(0.5, 80, s).to_numpy(), pd.period_range("2015-01", periods=80, freq="M")) for s in (1, 2))
    same = rg.compare(a, 3 * a + 7, draws=200).summary
    assert (same["correlation"], same["low"]) == pytest.approx((1.0, 1.0))
    assert (same["low_both"], same["low_hand"]) == (16, 0)
    apart = rg.compare(a, b, draws=200).summary
    assert apart["low"] < 0 < apart["high"]


def test_real_codings_agree_in_rank(data: dict[str, pd.DataFrame]) -> None:
    hand = ev.dyad_series(data["events"], data["cameo"], "AZE", "IRN", "M", "2018-02-01", "2024-02-29")
    machine = rg.machine_series(data["machine_scores"], "AZE", "IRN")
    total = rg.compare(hand["goldstein_sum"], machine)
    assert 0 < total.summary["low"] < total.summary["correlation"] < total.summary["high"] < 1
    assert total.months.loc["2021-10", "low"] == "both"
    mean = rg.compare(hand["goldstein_mean"], machine)
    assert mean.summary["machine_only"] == (hand["events"] == 0).sum()


# Bad input ----------------------------------------------------------------------------------------

GOOD = noise(0.3, 20)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (GOOD.drop(7), "lacks 7: add it"),
        (GOOD.iloc[::-1], "must be in order"),
        (pd.concat([GOOD, GOOD.iloc[-1:]]), "each period once"),
        (GOOD.set_axis(pd.date_range("2021", periods=20)), "periods or whole numbers"),
        (GOOD.replace(GOOD[3], np.inf), "value of 3 is infinite"),
        (GOOD * 0, "no two different values"),
        (GOOD * np.nan, "no two different values"),
        (GOOD.iloc[:3], "3 observed periods are too few for two regimes of 2"),
        (GOOD.iloc[:0], "is empty"),
    ],
)
def test_a_faulty_series_is_refused(series: pd.Series, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rg.breaks(series)


def test_a_month_that_is_left_out_is_not_taken_for_silence() -> None:
    with pytest.raises(ValueError, match="lacks 2021-03: add it, with 0 for a sum or a missing value for a mean"):
        rg.fits(months([1, 2, 3, 4, 5, 6]).drop(pd.Period("2021-03", "M")))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rg.breaks(GOOD, rule="aic"), "unknown rule 'aic'"),
        (lambda: rg.breaks(GOOD, rule=-1.0), "penalty must be above 0, not -1"),
        (lambda: rg.breaks(GOOD, GOOD.iloc[1:]), "events must have the index"),
        (lambda: rg.fits(GOOD, 1), "min_size must be at least 2, not 1"),
        (lambda: rg.fits(GOOD, 11), "too few for two regimes of 11"),
        (lambda: rg.false_breaks(GOOD, draws=5), "draws must be at least 20"),
        (lambda: rg.false_breaks(GOOD, autocorrelation=1.0), "between -1 and 1"),
        (lambda: rg.false_breaks(GOOD.where(GOOD.index % 2 == 0)), "no two neighbouring periods"),
        (lambda: rg.break_dates(GOOD, m=10), "10 breaks do not fit"),
        (lambda: rg.break_dates(GOOD, level=1.0), "level must lie between 0 and 1"),
        (lambda: rg.break_dates(GOOD, draws=0), "draws must be at least 1"),
        (lambda: rg.level_shift(GOOD, 99), "99 is not in the series, which runs from 0 to 19"),
        (lambda: rg.level_shift(GOOD, 0), "no observed period before 0"),
        (lambda: rg.level_shift(GOOD.where(GOOD.index < 9), 10), "no observed period after 10"),
        (lambda: rg.level_shift(GOOD, 10, block=9), "block must lie between 1 and 3"),
        (lambda: rg.power(2, 2, 1.0), "8 in all"),
        (lambda: rg.power(9, 9, 1.0, 1.5), "between -1 and 1"),
        (lambda: rg.turn(GOOD, 0), "run must be at least 1"),
        (lambda: rg.compare(GOOD, GOOD), "no PeriodIndex"),
        (lambda: rg.compare(months([1, 2, 3]), months([1, 2, 4])), "only 3 periods are covered by both"),
        (lambda: rg.compare(months([1] * 9 + [2]).iloc[:9], months(list(range(9)))), "hand-coded series is constant"),
        (lambda: rg.compare(months([1, 2] * 5), months([1, 2] * 5), tail=0), "tail must lie between"),
        (lambda: rg.compare(months([1, 2] * 5), months([1, 2] * 5).set_axis(
            pd.period_range("2021Q1", periods=10, freq="Q"))), "unlike periods: M and Q"),
    ],
)  # fmt: skip
def test_impossible_requests_are_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_faulty_machine_scores_are_named(data: dict[str, pd.DataFrame]) -> None:
    scores = data["machine_scores"]
    with pytest.raises(ValueError, match="no machine score of AZE and XXX"):
        rg.machine_series(scores, "AZE", "XXX")
    with pytest.raises(ValueError, match="two machine scores of AZE and IRN in 2018-02"):
        rg.machine_series(pd.concat([scores, scores]), "AZE", "IRN")
    with pytest.raises(ValueError, match="min_share"):
        rg.machine_series(scores, "AZE", "IRN", 2.0)
