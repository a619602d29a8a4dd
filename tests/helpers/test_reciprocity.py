"""Who answers whom: windows after acts, levels around dates, and Granger's test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import events as ev
from helpers import reciprocity as rc

# Chickens (thousands) and eggs (million dozen) in the United States, 1930–1983 (Thurman and Fisher 1988, American
# Journal of Agricultural Economics 70, 237–238).
CHICKEN = [
    468491, 449743, 436815, 444523, 433937, 389958, 403446, 423921, 389624, 418591, 438288, 422841, 476935, 542047,
    582197, 516497, 523227, 467217, 499644, 430876, 456549, 430988, 426555, 398156, 396776, 390708, 383690, 391363,
    374281, 387002, 369484, 366082, 377392, 375575, 382262, 394118, 393019, 428746, 425158, 422096, 433280, 421763,
    404191, 408769, 394101, 379754, 378361, 386518, 396933, 400585, 392110, 384838, 378609, 364584,
]  # fmt: skip
EGG = [
    3581, 3532, 3327, 3255, 3156, 3081, 3166, 3443, 3424, 3561, 3640, 3840, 4456, 5000, 5366, 5154, 5130, 5077, 5032,
    5148, 5404, 5322, 5323, 5307, 5402, 5407, 5500, 5442, 5442, 5542, 5339, 5358, 5403, 5345, 5435, 5474, 5540, 5836,
    5777, 5629, 5704, 5806, 5742, 5502, 5461, 5382, 5377, 5408, 5608, 5777, 5825, 5625, 5800, 5656,
]  # fmt: skip

CAMEO = pd.DataFrame({"id": ["042", "173"], "goldstein": [1.9, -5.0], "quad": [1, 4]})
FIRST, LAST = pd.Timestamp("2020-01-01"), pd.Timestamp("2021-12-31")


def on(*days: int) -> pd.DataFrame:
    """Events on days counted from the first of the record."""
    start = FIRST + pd.to_timedelta(list(days), unit="D")
    return pd.DataFrame({"id": [f"e{d}" for d in days], "start": start, "end": start})


def dyad(*rows: tuple[int, str, str, str]) -> pd.DataFrame:
    """Events from (day, source, target, code)."""
    days, source, target, code = zip(*rows, strict=True)
    table = on(*days).assign(source_actor=source, target_actor=target, cameo=code, scored=True, precision="day")
    return table.assign(id=[f"e{i}" for i in range(len(rows))], tone="neutral")


# Windows ------------------------------------------------------------------------------------------


def test_what_follows_is_listed_with_the_wait() -> None:
    acts = on(10, 40, 90)
    acts.loc[2, "end"] = FIRST + pd.Timedelta(days=100)
    found = rc.follow_ups(acts, on(10, 12, 41, 105), days=5)
    assert found["answers"].tolist() == ["e10;e12", "e41", "e105"]
    assert found["wait"].tolist() == [0.0, 1.0, 15.0]
    later = rc.follow_ups(acts, on(10, 12, 41, 105), days=5, same_day=False)
    assert later["answers"].tolist() == ["e12", "e41", "e105"]
    assert rc.follow_ups(acts, on(300), days=5)["wait"].isna().all()


@settings(max_examples=20)
@given(
    st.lists(st.integers(0, 700), min_size=1, max_size=8),
    st.lists(st.integers(0, 730), max_size=8),
    st.integers(1, 60),
    st.booleans(),
)
def test_acts_followed_are_counted_as_listed(acts: list[int], answers: list[int], days: int, same_day: bool) -> None:
    listed = rc.follow_ups(on(*acts), on(*answers), days, same_day)
    whole = listed["start"] + pd.Timedelta(days=days) <= LAST
    found = rc.followed(on(*acts), on(*answers), days, FIRST, LAST, same_day, draws=20)
    assert found["acts"] == whole.sum()
    assert found["followed"] == (listed.loc[whole, "answers"] != "").sum()
    if found["followed"]:
        assert found["wait"] == listed.loc[whole, "wait"].median()


def test_the_window_ends_on_its_last_day() -> None:
    edge = [rc.followed(on(10), on(10 + wait), 5, FIRST, LAST, draws=20)["followed"] for wait in (0, 1, 5, 6)]
    assert edge == [0, 1, 1, 0]


def test_a_rotation_keeps_acts_together() -> None:
    # Ten days in a row before an answer: shifted together, all ten meet it from three places in the record; each for
    # itself, they never do.
    acts, answers = on(*range(490, 500)), on(500)
    together = rc.followed(acts, answers, 12, FIRST, LAST, null="rotated", draws=5000)
    apart = rc.followed(acts, answers, 12, FIRST, LAST, null="anywhere", draws=5000)
    assert together["followed"] == 10
    assert together["p"] == pytest.approx(3 / 719, rel=0.6)
    assert apart["p"] < 0.0005


def test_chance_anywhere_is_the_share_of_days_with_an_answer_ahead() -> None:
    # One answer on day 100, windows of 1 to 9 days: nine of the 722 days a window can open on have it ahead.
    found = rc.followed(on(95, 300), on(100), 9, FIRST, LAST, null="anywhere", draws=20000)
    openings = (LAST - FIRST).days - 9 + 1
    assert found["followed"] == 1
    assert found["expected"] == pytest.approx(2 * 9 / openings, rel=0.1)
    assert found["p"] == pytest.approx(1 - (1 - 9 / openings) ** 2, rel=0.1)


def test_real_answers_are_told_from_coincidence() -> None:
    rng = np.random.default_rng(1)
    acts = on(*sorted(rng.choice(700, 20, replace=False)))
    prompt = acts.assign(start=acts["start"] + pd.Timedelta(days=2))
    chance = on(*sorted(rng.choice(700, 20, replace=False)))
    for null in rc.NULLS:
        assert rc.followed(acts, prompt, 5, FIRST, LAST, null=null)["p"] < 0.02
        assert rc.followed(acts, chance, 5, FIRST, LAST, null=null)["p"] > 0.05


def test_a_shared_burst_is_an_answer_only_to_a_naive_comparison() -> None:
    # Both sides act much in the same hundred days, without any order between them.
    rng = np.random.default_rng(3)
    acts, answers = (on(*sorted(270 + rng.choice(90, 25, replace=False))) for _ in range(2))
    naive, strict = (rc.followed(acts, answers, 3, FIRST, LAST, null=null) for null in ("anywhere", "nearby"))
    assert naive["p"] < 0.001
    assert strict["p"] > 0.05
    assert strict["expected"] > 5 * naive["expected"]


def test_answers_may_have_to_differ_in_kind() -> None:
    acts = on(10, 50).assign(arena=["water", "gas"])
    answers = on(12, 52, 60).assign(arena=["water", "gas", "water"])
    plain = rc.followed(acts, answers, 20, FIRST, LAST)
    apart = rc.followed(acts, answers, 20, FIRST, LAST, apart="arena")
    assert (plain["followed"], apart["followed"]) == (2, 1)
    assert apart["wait"] == 10


def test_nothing_to_count_gives_missing_not_zero() -> None:
    found = rc.followed(on(728), on(10), 20, FIRST, LAST)
    assert found["acts"] == 0
    assert found[["share", "wait"]].isna().all()


def test_same_seed_same_result() -> None:
    runs = [rc.followed(on(5, 9, 80), on(11, 90), 10, FIRST, LAST, draws=50, seed=s) for s in (1, 1, 2)]
    assert runs[0].equals(runs[1])
    assert not runs[0].equals(runs[2])


# Reciprocity --------------------------------------------------------------------------------------


def test_reciprocity_tells_who_answers_whom_and_how() -> None:
    rows = []
    for day in range(20, 700, 45):
        rows += [(day, "IRN", "AZE", "173"), (day + 2, "AZE", "IRN", "173"), (day + 20, "IRN", "AZE", "042")]
    rows += [(day, "IRN", "AZE", "173") for day in (20,)]  # a second act of one day is the same act
    found = rc.reciprocity(dyad(*rows), CAMEO, "AZE", "IRN", 5, FIRST, LAST, draws=200)
    cell = found.set_index(["actor", "act", "answer"])
    answered = cell.loc[("IRN", "conflict", "conflict")]
    assert (answered["acts"], answered["followed"], answered["wait"]) == (16, 16, 2.0)
    assert answered["p"] < 0.01
    assert cell.loc[("AZE", "conflict", "conflict"), "followed"] == 0
    assert cell.loc[("IRN", "conflict", "cooperation"), "followed"] == 0
    assert cell.loc[("AZE", "cooperation", "conflict"), "acts"] == 0


def test_acts_that_are_not_scored_or_not_dated_to_the_day_do_not_count() -> None:
    events = dyad((10, "IRN", "AZE", "173"), (11, "AZE", "IRN", "173"), (12, "AZE", "IRN", "173"))
    events.loc[1, "scored"] = False
    events.loc[2, "precision"] = "month"
    found = rc.reciprocity(events, CAMEO, "AZE", "IRN", 5, FIRST, LAST, draws=20)
    assert found[["acts", "followed"]].sum().tolist() == [2, 0]


def test_tone_may_stand_for_the_sign() -> None:
    events = dyad((10, "IRN", "AZE", "042"), (12, "AZE", "IRN", "042")).assign(tone="conflict")
    found = rc.reciprocity(events, CAMEO, "AZE", "IRN", 5, FIRST, LAST, by="tone", draws=20)
    assert found.set_index(["actor", "act", "answer"]).loc[("IRN", "conflict", "conflict"), "followed"] == 1


def test_real_conflict_is_answered_sooner_than_by_chance(data: dict[str, pd.DataFrame]) -> None:
    found = rc.reciprocity(data["events"], data["cameo"], "AZE", "IRN", 7, "2020-01-01")
    cells = found[(found["act"] == "conflict") & (found["answer"] == "conflict")]
    assert (cells["followed"] > cells["high"]).all()
    assert (cells["wait"] <= 7).all()


# Levels around dates ------------------------------------------------------------------------------


def scored(*rows: tuple[int, float]) -> pd.DataFrame:
    days, values = zip(*rows, strict=True)
    return on(*days).assign(goldstein=values)


def test_means_before_and_after_a_date() -> None:
    table = scored((0, 1.0), (80, 3.0), (95, 5.0), (100, -2.0), (115, -4.0), (150, 7.0), (729, 0.0))
    date = FIRST + pd.Timedelta(days=100)
    (row,) = rc.before_after(table, [date], 20).itertuples()
    assert (row.n_before, row.n_after, row.before, row.after) == (2, 2, 4.0, -3.0)
    assert row.change == -7.0
    (late,) = rc.before_after(table, [date], 20, skip=30).itertuples()
    assert (late.n_after, late.after) == (1, 7.0)
    (none,) = rc.before_after(table, [FIRST + pd.Timedelta(days=300)], 20).itertuples()
    assert np.isnan(none.change)
    assert np.isnan(none.chance)


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 5)), min_size=3, max_size=15), st.integers(0, 9))
def test_ordinary_days_are_every_day_that_can_be_read(drawn: list[tuple[int, int]], skip: int) -> None:
    table = scored((0, 0.0), *((d, float(v)) for d, v in drawn), (50, 0.0))
    everywhere = rc.before_after(table, FIRST + pd.to_timedelta(range(9, 51 - skip - 9), unit="D"), 9, skip)
    changes = everywhere["change"].dropna()
    expected = [(changes <= change + 1e-9).mean() for change in changes]
    assert everywhere["chance"].dropna().tolist() == pytest.approx(expected)
    falls = (changes < -1e-9).sum()
    assert (everywhere.attrs["falls"], everywhere.attrs["expected"]) == pytest.approx((falls, _mean_falls(everywhere)))


def _mean_falls(everywhere: pd.DataFrame) -> float:
    """Falls that dates read show on average when all are shifted together: each lands on each day once."""
    return everywhere["change"].notna().sum() * (everywhere["change"] < -1e-9).mean()


def test_a_fall_at_every_date_is_unlikely_by_chance() -> None:
    rng = np.random.default_rng(0)
    dates = [FIRST + pd.Timedelta(days=d) for d in (100, 250, 400, 550)]
    days = np.arange(730)
    drop = np.isin(days, np.concatenate([np.arange(d, d + 30) for d in (100, 250, 400, 550)]))
    table = scored(*zip(days, np.where(drop, -4.0, 2.0) + rng.standard_normal(730), strict=True))
    found = rc.before_after(table, dates, 30)
    assert found.attrs["falls"] == 4
    assert found.attrs["p"] < 0.2
    assert (found["chance"] < 0.1).all()
    calm = rc.before_after(table, [d + pd.Timedelta(days=70) for d in dates], 30)
    assert calm.attrs["p"] > found.attrs["p"]


# Granger ------------------------------------------------------------------------------------------


def test_the_egg_comes_first() -> None:
    # As the examples of the R package lmtest print them for order 3.
    years = pd.RangeIndex(1930, 1984)
    table = rc.granger(
        pd.Series(CHICKEN, years, name="chicken", dtype=float), pd.Series(EGG, years, name="egg", dtype=float), [3]
    ).set_index("cause")
    assert table.loc["chicken", "F"] == pytest.approx(0.5916, abs=5e-5)
    assert table.loc["chicken", "p"] == pytest.approx(0.6238, abs=5e-5)
    assert table.loc["egg", "F"] == pytest.approx(5.405, abs=5e-4)
    assert table.loc["egg", "p"] == pytest.approx(0.002966, abs=5e-7)
    assert (table["n"] == 51).all()
    assert table.loc["egg", "p_rotated"] < table.loc["chicken", "p_rotated"]


def test_granger_on_a_real_pair(data: dict[str, pd.DataFrame]) -> None:
    def toward(a: str, b: str) -> pd.Series:
        series = ev.dyad_series(data["events"], data["cameo"], a, b, "M", "2022-01-01", "2025-12-31", directed=True)
        return series["goldstein_sum"].rename(a)

    table = rc.granger(toward("IRN", "AZE"), toward("AZE", "IRN"), [1])
    assert table[["cause", "effect"]].to_numpy().tolist() == [["IRN", "AZE"], ["AZE", "IRN"]]
    assert table[["p", "p_rotated"]].stack().between(0, 1).all()


# Bad input ----------------------------------------------------------------------------------------

A = pd.Series(np.random.default_rng(0).standard_normal(20), name="a")
B = pd.Series(np.random.default_rng(1).standard_normal(20), name="b")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rc.follow_ups(on(1), on(2), -1), "days must not be negative, as -1 is"),
        (lambda: rc.followed(on(1), on(2), 5, FIRST, LAST, null="luck"), "unknown null 'luck'"),
        (lambda: rc.followed(on(1), on(2), 5, LAST, FIRST), "longer than the record"),
        (lambda: rc.followed(on(1), on(2), 900, FIRST, LAST), "a window of 900 days is longer"),
        (lambda: rc.followed(on(1), on(2), 5, FIRST, LAST, block=0), "block and draws must be at least 1"),
        (lambda: rc.reciprocity(dyad((1, "A", "B", "042")), CAMEO, "A", "B", by="luck"), "unknown sign 'luck'"),
        (lambda: rc.reciprocity(dyad((1, "A", "B", "042")), CAMEO, "A", "C"), "no scored event of A and C"),
        (lambda: rc.before_after(scored((0, 1.0), (9, 2.0)), [FIRST], 90), "two windows of 90 days are longer"),
        (lambda: rc.before_after(scored((0, 1.0), (9, 2.0)), [FIRST], 0), "days must be at least 1"),
        (lambda: rc.granger(A, B.iloc[1:]), "must have one index"),
        (lambda: rc.granger(A, A), "one name, 'a'"),
        (lambda: rc.granger(A, B.where(B.index != 4)), "b has no value in 4"),
        (lambda: rc.granger(A * 0, B), "a is constant"),
        (lambda: rc.granger(A, B, [7]), r"20 periods do not allow lags \[7\]"),
        (lambda: rc.granger(A, B, []), "do not allow lags"),
    ],
)
def test_impossible_requests_are_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
