"""Forecasts in words: probabilities, outcomes, scores."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import forecasts as fc

# Forecasts of rain at Niamey in 2016 by the EMOS method, and whether it rained: the example of T. Dimitriadis,
# T. Gneiting and A. I. Jordan, PNAS 118 (2021) e2016191118, to five digits. The documentation of the authors' R package
# reliabilitydiag prints: score 0.232, miscalibration 0.0183, discrimination 0.0305, uncertainty 0.244.
EMOS_PRINTED = """
.47093 .44724 .42877 .50643 .48927 .50769 .42868 .45132 .44408 .46012 .57688 .73341 .49690 .48475 .44099 .32775
.48598 .71204 .61584 .88017 .54222 .44719 .52493 .60325 .63191 .46645 .42693 .50755 .59286 .42830 .57400 .53458
.46352 .65439 .59188 .45812 .47873 .51764 .65644 .77604 .74282 .58838 .48144 .45715 .43064 .56728 .73464 .68297
.55667 .62535 .44561 .45830 .32825 .47376 .78415 .62638 .51802 .57749 .92264 .51083 .46721 .45818 .22938 .45056
.46120 .51229 .56971 .47765 .48438 .49909 .56213 .48120 .58206 .44520 .45282 .56690 .55835 .44414 .45822 .45570
.49030 .48360 .49380 .48524 .47992 .31552 .46187 .47852 .48598 .44805 .31508 .19623
"""
EMOS = np.array(EMOS_PRINTED.split(), dtype=float)
RAIN = np.array(
    [*"01101100101010011111101101010110010010111011111111000110111101111011010110100000010110110000"], dtype=float
)

DAY = "2026-03-18"


def asked(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Scored forecasts from (id, article, probability, outcome)."""
    return pd.DataFrame(rows, columns=["id", "article_id", "probability", "outcome"])


def table(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """Forecasts from (resolution, horizon start, horizon end)."""
    frame = pd.DataFrame(rows, columns=["resolution", "horizon_start", "horizon_end"])
    for column in ("horizon_start", "horizon_end"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(id=[f"f{i}" for i in range(len(frame))], article_id="a", probability=0.8)


unit = st.floats(0, 1)
pairs = st.lists(st.tuples(unit, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=30)
#: Probabilities as coders give them: few values, many forecasts of each.
coarse = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.sampled_from([0.0, 1.0])), min_size=1)


# Published results --------------------------------------------------------------------------------


def test_the_decomposition_of_the_niamey_forecasts() -> None:
    parts = fc.decomposition(EMOS, RAIN, "corp")
    assert parts.brier == pytest.approx(0.232, abs=5e-4)
    assert parts.reliability == pytest.approx(0.0183, abs=5e-5)
    assert parts.resolution == pytest.approx(0.0305, abs=5e-5)
    assert parts.uncertainty == pytest.approx(0.244, abs=5e-4)


def test_kent_and_the_standard_as_printed() -> None:
    kent = {
        phrase: (round(100 * w.point), round(100 * (w.high - w.point))) for phrase, w in fc.WORD_SCALES["kent"].items()
    }
    assert kent == {
        "certain": (100, 0), "almost certain": (93, 6), "probable": (75, 12), "chances about even": (50, 10),
        "probably not": (30, 10), "almost certainly not": (7, 5), "impossible": (0, 0),
    }  # fmt: skip
    ranges = sorted((w.low, w.high) for w in fc.WORD_SCALES["icd203"].values())
    assert [r[0] for r in ranges] == [0.01, 0.05, 0.20, 0.45, 0.55, 0.80, 0.95]
    assert [r[1] for r in ranges] == [0.05, 0.20, 0.45, 0.55, 0.80, 0.95, 0.99], "each term ends where the next begins"


@pytest.mark.parametrize("scale", fc.WORD_SCALES)
def test_every_phrase_lies_within_its_range_and_mirrors_allow(scale: str) -> None:
    assert scale in fc.SCALE_NAMES
    for phrase, words in fc.WORD_SCALES[scale].items():
        assert 0 <= words.low <= words.point <= words.high <= 1, phrase
    points = [w.point for w in fc.WORD_SCALES[scale].values()]
    assert points == sorted(points, reverse=True), "from the firmest yes to the firmest no"


# Words --------------------------------------------------------------------------------------------


def test_words_become_probabilities_and_negation_turns_the_range_round() -> None:
    phrases = pd.DataFrame({"forecast_id": ["f", "g"], "icd203": ["unlikely", "unlikely"], "negated": [False, True]})
    readings = {r: fc.read_words(phrases, "icd203", r).tolist() for r in ("low", "point", "high")}
    assert readings == {"low": [0.2, 0.55], "point": [0.325, 0.675], "high": [0.45, 0.8]}


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({}, {"scale": "nato"}, "unknown scale 'nato'"),
        ({}, {"scale": "kent", "reading": "middle"}, "unknown reading 'middle'"),
        ({"kent": "maybe"}, {"scale": "kent"}, "forecast f: the scale kent has no phrase 'maybe'"),
        ({}, {"scale": "survey"}, "no column 'survey'"),
    ],
)
def test_unknown_words_are_refused(change, options, words: str) -> None:
    phrases = pd.DataFrame({"forecast_id": ["f"], "kent": ["probable"], "negated": [False]}).assign(**change)
    with pytest.raises(ValueError, match=words):
        fc.read_words(phrases, **options)


# Outcomes -----------------------------------------------------------------------------------------

CASES = table(
    ("yes", None, "2022-12-31"),
    ("partly", "2022-01-01", "2023-12-31"),
    ("open", None, "2022-12-31"),
    ("no", None, None),
)


@pytest.mark.parametrize(
    ("day", "early", "states"),
    [
        ("2021-06-01", False, ["running", "not begun", "running", "running"]),
        ("2022-12-31", False, ["resolved", "running", "undecided", "running"]),
        ("2024-01-01", False, ["resolved", "resolved", "undecided", "running"]),
        ("2024-01-01", True, ["resolved", "resolved", "undecided", "resolved"]),
        ("2021-06-01", True, ["resolved", "not begun", "running", "resolved"]),
    ],
)
def test_a_forecast_is_open_until_its_horizon_ends(day: str, early: bool, states: list[str]) -> None:
    judged = fc.resolve(CASES, day, early=early)
    assert judged["status"].tolist() == states
    assert judged["outcome"].notna().tolist() == [s == "resolved" for s in states]


@pytest.mark.parametrize(
    ("partly", "outcome", "status"), [(0.0, 0.0, "resolved"), (1.0, 1.0, "resolved"), (None, None, "partly")]
)
def test_partly_counts_what_it_is_told_to(partly, outcome, status: str) -> None:
    row = fc.resolve(CASES, "2024-01-01", partly).iloc[1]
    assert row["status"] == status
    assert row["outcome"] == outcome if outcome is not None else pd.isna(row["outcome"])


@pytest.mark.parametrize(
    ("options", "words"),
    [({"today": "soon"}, "'soon' is not a date"), ({"today": DAY, "partly": 1.2}, "partly counts 1.2")],
)
def test_impossible_judgements_are_refused(options, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fc.resolve(CASES, **options)
    with pytest.raises(ValueError, match="forecast f0 has the resolution 'maybe'"):
        fc.resolve(CASES.assign(resolution="maybe"), DAY)


# Scores -------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(coarse)
def test_the_score_is_that_of_scikit_learn(drawn) -> None:
    from sklearn.metrics import brier_score_loss

    p, o = map(list, zip(*drawn, strict=True))
    assert fc.brier_score(p, o) == pytest.approx(brier_score_loss(o, p, labels=[0.0, 1.0], pos_label=1.0))


@settings(max_examples=30)
@given(pairs)
def test_the_score_is_proper_for_every_outcome(drawn) -> None:
    p, o = map(np.array, zip(*drawn, strict=True))
    score = fc.brier_score(p, o)
    assert 0 <= score <= 1
    assert fc.brier_score(o, o) == 0
    assert fc.brier_score(np.full(len(o), o.mean()), o) <= fc.brier_score(np.full(len(o), 0.5), o) + 1e-9


@settings(max_examples=30)
@given(pairs, st.sampled_from(["murphy", "corp"]))
def test_the_parts_add_up(drawn, method: str) -> None:
    p, o = map(np.array, zip(*drawn, strict=True))
    parts = fc.decomposition(p, o, method)
    assert parts.brier == pytest.approx(parts.reliability - parts.resolution + parts.uncertainty)
    assert parts.brier == pytest.approx(fc.brier_score(p, o))
    assert min(parts) >= -1e-9


@settings(max_examples=30)
@given(coarse)
def test_the_parts_are_those_of_murphy(drawn) -> None:
    p, o = map(np.array, zip(*drawn, strict=True))
    parts, base = fc.decomposition(p, o), o.mean()
    reliability = resolution = 0.0
    for value in set(p.tolist()):  # the sums of the paper, term by term
        group = o[p == value]
        reliability += group.size * (value - group.mean()) ** 2 / o.size
        resolution += group.size * (group.mean() - base) ** 2 / o.size
    assert parts[1:] == pytest.approx((reliability, resolution, base * (1 - base)))
    # Isotonic fitting can only be coarser than one value per group.
    assert fc.decomposition(p, o, "corp").resolution <= parts.resolution + 1e-9


def test_always_the_base_rate_is_reliable_and_tells_nothing() -> None:
    for method in ("murphy", "corp"):
        parts = fc.decomposition([0.75] * 4, [1, 1, 1, 0], method)
        assert parts == pytest.approx((0.1875, 0, 0, 0.1875))


@pytest.mark.parametrize(
    ("p", "o", "words"),
    [
        ([], [], "no forecast"),
        ([0.5], [1, 0], "1 probabilities for 2 outcomes"),
        ([0.5, 1.2], [1, 0], "the probability 1.2 at place 1"),
        ([0.5, math.nan], [1, 0], "the probability nan at place 1"),
        ([0.5, 0.5], [1, -1], "the outcome -1.0 at place 1"),
    ],
)
def test_what_is_no_probability_is_refused(p, o, words: str) -> None:
    for scorer in (fc.brier_score, fc.decomposition, fc.calibration):
        with pytest.raises(ValueError, match=words):
            scorer(p, o)
    if p:
        with pytest.raises(ValueError, match="unknown method 'x'"):
            fc.decomposition([0.5], [1], "x")


# Intervals ----------------------------------------------------------------------------------------

FIVE = asked(
    *(
        (f"{a}{i}", a, p, o)
        for a, p, o in zip("abcde", [0.9, 0.8, 0.6, 0.5, 0.2], [1, 1, 0, 1, 1], strict=True)
        for i in range(4)
    )
)


def test_clusters_are_resampled_whole_and_few_of_them_are_said() -> None:
    clustered, single = fc.interval(FIVE, 4000, seed=1), fc.interval(FIVE, 4000, seed=1, cluster=None)
    assert (clustered.clusters, single.clusters) == (5, 20)
    assert clustered.note == "only 5 clusters: the interval is too narrow"
    assert "independent" in single.note
    # Equal clusters of equal forecasts: five draws, not twenty, so twice the width.
    assert (clustered.high - clustered.low) / (single.high - single.low) == pytest.approx(2, abs=0.35)
    squares = (FIVE["probability"] - FIVE["outcome"]) ** 2
    assert clustered.low < squares.mean() < clustered.high
    # All 3,125 ways to draw five of five, without chance.
    means = np.array([squares[i * 4] for i in range(5)])[np.indices((5,) * 5).reshape(5, -1)].mean(axis=0)
    assert clustered[:2] == pytest.approx(np.quantile(means, [0.05, 0.95]), abs=0.02)


def test_enough_clusters_carry_no_warning() -> None:
    many = asked(*((f"f{i}", f"a{i}", 0.5, float(i % 2)) for i in range(fc.FEW_CLUSTERS)))
    assert fc.interval(many, 50, seed=1).note == ""


def test_the_same_seed_gives_the_same_interval() -> None:
    one, same, other = (fc.interval(FIVE, 50, seed=s, cluster=None) for s in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draws": 0}, "at least 1, not 0"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"cluster": "author"}, "no column 'author'"),
    ],
)
def test_impossible_intervals_are_refused(options, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fc.interval(FIVE, **{"draws": 10, "seed": 1} | options)
    with pytest.raises(ValueError, match="one value of article_id only"):
        fc.interval(FIVE[FIVE["article_id"] == "a"], 10, seed=1)
    with pytest.raises(ValueError, match="no forecast to score"):
        fc.interval(FIVE.assign(outcome=math.nan), 10, seed=1)


# Baselines and comparison -------------------------------------------------------------------------


def test_the_base_rate_comes_from_the_other_articles() -> None:
    scored = asked(
        ("f", "a", 0.9, 1), ("g", "a", 0.9, 0), ("h", "b", 0.2, 0), ("i", "c", 0.2, 0.5), ("j", "c", 0.2, math.nan)
    )
    naive = fc.baselines(scored, pd.Series({"f": 1, "g": 0, "h": 0, "i": 1}), firmness=0.9)
    assert naive["base rate elsewhere"].tolist() == pytest.approx([0.25, 0.25, 0.5, 1 / 3])
    assert naive["no change"].tolist() == pytest.approx([0.9, 0.1, 0.1, 0.9])
    assert set(naive["one half"]) == {0.5}


@pytest.mark.parametrize(
    ("no_change", "firmness", "words"),
    [
        (pd.Series({"f": 1.0}), 1.0, "it is nan for g"),
        (pd.Series({"f": 1.0, "g": 0.5}), 1.0, "it is 0.5 for g"),
        (None, 0.3, "firmness must lie"),
    ],
)
def test_impossible_baselines_are_refused(no_change, firmness: float, words: str) -> None:
    scored = asked(("f", "a", 0.9, 1), ("g", "b", 0.9, 0))
    with pytest.raises(ValueError, match=words):
        fc.baselines(scored, no_change, firmness)
    with pytest.raises(ValueError, match="two articles or more"):
        fc.baselines(scored[:1])


def test_skill_is_nought_for_the_reference_and_one_for_perfection() -> None:
    assert [fc.skill(s, 0.2) for s in (0.2, 0.0, 0.3)] == pytest.approx([0, 1, -0.5])
    assert math.isnan(fc.skill(0.1, 0.0))
    with pytest.raises(ValueError, match="not at 1.5"):
        fc.skill(1.5, 0.2)


def test_the_comparison_counts_scores_and_warns() -> None:
    scored = pd.concat([FIVE, asked(("x", "e", 0.9, math.nan), ("y", "f", 0.9, math.nan))], ignore_index=True)
    board = fc.compare(scored, 300, seed=1, no_change=pd.Series(1, index=FIVE["id"]))
    assert list(board.index) == ["a", "b", "c", "d", "e", "f", "all"]
    assert board["forecasts"].tolist() == [4, 4, 4, 4, 5, 1, 22]
    assert board["resolved"].tolist() == [4, 4, 4, 4, 4, 0, 20]
    assert board.loc["a", "brier"] == pytest.approx(0.01)
    assert pd.isna(board.loc["f", "brier"])
    assert board.loc["f", "note"] == "no forecast is resolved"
    assert "5 clusters" in board.loc["all", "note"]
    assert board.loc["a", "skill: one half"] == pytest.approx(1 - 0.01 / 0.25)
    assert board["first in"].drop("all").dropna().tolist() == [1, 0, 0, 0, 0], "article a is best in every draw"
    assert board.attrs["p_equal"] < 0.05
    again = fc.compare(scored, 300, seed=1, no_change=pd.Series(1, index=FIVE["id"]))
    assert board.equals(again)
    assert board.attrs == again.attrs


def test_articles_of_one_score_are_surely_equal() -> None:
    level = asked(*((f"{a}{i}", a, 0.5, float(i % 2)) for a in "abc" for i in range(3)))
    board = fc.compare(level, 50, seed=1)
    assert board.attrs["p_equal"] == 1.0
    assert board["first in"].drop("all").tolist() == pytest.approx([1 / 3] * 3)


def test_articles_that_do_not_differ_are_not_told_apart() -> None:
    rng = np.random.default_rng(4)
    same = asked(
        *((f"{a}{i}", a, float(rng.choice([0.3, 0.7])), float(rng.integers(2))) for a in "abcde" for i in range(8))
    )
    ps = [
        fc.compare(same.assign(outcome=rng.permutation(same["outcome"])), 99, seed=1).attrs["p_equal"]
        for _ in range(10)
    ]
    assert 0.2 < np.mean(ps) < 0.8, "without a difference p is spread over 0 to 1"


def test_calibration_counts_by_class() -> None:
    found = fc.calibration([0.0, 0.2, 0.5, 0.9, 1.0], [0, 1, 0, 1, 1], edges=[0, 0.5, 0.9, 1])
    assert found["forecasts"].tolist() == [2, 1, 2]
    assert found["low edge"].tolist() == [0, 0.5, 0.9]
    assert found["mean outcome"].tolist() == [0.5, 0, 1]
    assert found["recalibrated"].is_monotonic_increasing
    # Wilson's interval for 2 of 2 at 90 per cent, by hand: centre and half-width with z = 1.645.
    z2 = 1.6448536**2
    assert found["low"].iloc[2] == pytest.approx(2 / (2 + z2), abs=1e-6)
    with pytest.raises(ValueError, match="edges must rise"):
        fc.calibration([0.5], [1], edges=[0, 0.7, 0.6, 1])
    with pytest.raises(ValueError, match="level must lie"):
        fc.calibration([0.5], [1], level=0)


@settings(max_examples=30)
@given(coarse)
def test_calibration_loses_no_forecast(drawn) -> None:
    p, o = map(np.array, zip(*drawn, strict=True))
    for edges in (None, [0, 0.25, 0.5, 1]):
        found = fc.calibration(p, o, edges)
        assert found["forecasts"].sum() == len(p)
        assert (found["forecasts"] * found["mean outcome"]).sum() == pytest.approx(o.sum())
        assert (found["low"] <= found["mean outcome"] + 1e-9).all()
        assert (found["mean outcome"] <= found["high"] + 1e-9).all()


# Hindsight ----------------------------------------------------------------------------------------


def test_a_reader_who_knew_is_found_out_and_a_blind_one_is_not() -> None:
    rng = np.random.default_rng(0)
    outcome = rng.integers(2, size=60).astype(float)
    words = pd.Series(np.repeat([0.5, 0.75, 0.93], 20), index=[f"f{i}" for i in range(60)])
    knew = asked(
        *(
            (i, "a", float(np.clip(w + 0.2 * (o - 0.5), 0, 1)), o)
            for (i, w), o in zip(words.items(), outcome, strict=True)
        )
    )
    assert fc.hindsight(knew, words, 199, seed=1) == (pytest.approx(1, abs=0.01), 1 / 200)
    ps = []
    for _ in range(30):
        blind = knew.assign(probability=rng.permutation(np.tile([0.6, 0.7, 0.8], 20)))
        ps.append(fc.hindsight(blind, words, 99, seed=1)[1])
    assert 0.3 < np.mean(ps) < 0.7


def test_words_taken_as_they_are_show_no_hindsight() -> None:
    scored = asked(("f", "a", 0.7, 1), ("g", "a", 0.7, 0), ("h", "b", 0.3, 1))
    correlation, p = fc.hindsight(scored, scored.set_index("id")["probability"], 9, seed=1)
    assert math.isnan(correlation)
    assert math.isnan(p)
    with pytest.raises(ValueError, match="no value for forecast h"):
        fc.hindsight(scored, pd.Series({"f": 0.7, "g": 0.7}), 9, seed=1)
    with pytest.raises(ValueError, match="at least 1"):
        fc.hindsight(scored, pd.Series(dtype=float), 0, seed=1)


# The table of forecasts ---------------------------------------------------------------------------


def test_verdicts_only_come_in_with_time(data) -> None:
    days = ["2021-06-01", "2022-12-31", "2024-12-31", DAY]
    course = fc.over_time(data["forecasts"], days)
    counts = course.pivot(index="day", columns="article_id", values="resolved")
    assert (counts.diff().dropna() >= 0).all().all()
    assert counts.iloc[0].sum() == 0
    assert (counts["all"] == counts.drop(columns="all").sum(axis=1)).all()
    last = fc.resolve(data["forecasts"], DAY)
    known = last[last["outcome"].notna()]
    assert counts["all"].iloc[-1] == len(known) > 20
    assert course["brier"].iloc[-1] == pytest.approx(((known["probability"] - known["outcome"]) ** 2).mean())


def test_the_verdicts_counted_early_are_those_the_table_decides(data) -> None:
    forecasts = data["forecasts"]
    judged = fc.resolve(forecasts, DAY, early=True)
    assert (judged["outcome"].notna() == (forecasts["resolution"] != "open")).all()
    strict = fc.resolve(forecasts, DAY)
    assert set(strict.loc[strict["outcome"].notna(), "id"]) < set(judged.loc[judged["outcome"].notna(), "id"])


def test_the_articles_can_be_compared(data) -> None:
    board = fc.compare(fc.resolve(data["forecasts"], DAY, early=True), 200, seed=1)
    assert board["forecasts"]["all"] == len(data["forecasts"])
    assert (board["low"] <= board["brier"]).all()
    assert (board["brier"] <= board["high"]).all()
    assert board["first in"].drop("all").sum() == pytest.approx(1)
