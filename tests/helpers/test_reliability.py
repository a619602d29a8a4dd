"""Agreement of coders."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers import reliability as rl

# One string a coder, one place a unit, a dot where the coder gave no value.
DATA = {
    # Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C.
    "four observers": ["123321412...", "1233224125.3", ".3332342251.", "12332441251."],
    # The example of the encyclopedia article on Krippendorff's alpha.
    "three coders": [".....34121133.3", "1.213343.......", "..21344.21133.4"],
    # Hayes and Krippendorff (2007), Communication Methods and Measures 1, 77–89.
    "five observers": [
        "112.001122.01311211000201001111223222221",
        "1130000.21102311121000302102111122222221",
        "203000222100221123001.30.1012202.2232.21",
        ".13....0.10022...31.103021122..122...12.",
        "2..0001.2....3112..0.0..2.0..20.2.2222.1",
    ],
}
# As printed there.
PUBLISHED = [
    ("four observers", "nominal", 0.743),
    ("four observers", "ordinal", 0.815),
    ("four observers", "interval", 0.849),
    ("four observers", "ratio", 0.797),
    ("three coders", "nominal", 0.691),
    ("three coders", "interval", 0.811),
    ("five observers", "ordinal", 0.7598),
    ("five observers", "nominal", 0.477),
    ("five observers", "interval", 0.757),
]


def codings(rows: list[str], variable: str = "v") -> pd.DataFrame:
    """Long table from one string a coder."""
    cells = [
        (unit, f"c{coder}", variable, int(value))
        for coder, row in enumerate(rows)
        for unit, value in enumerate(row)
        if value != "."
    ]
    return pd.DataFrame(cells, columns=["unit", "coder", "variable", "value"])


@pytest.mark.parametrize(("name", "level", "value"), PUBLISHED)
def test_published_alphas(name: str, level: str, value: float) -> None:
    digits = len(str(value)) - 2
    assert round(rl.alpha(codings(DATA[name]), level), digits) == value


def test_an_order_in_words_is_worth_as_much_as_one_in_numbers() -> None:
    table = codings(DATA["five observers"])
    words = ["never", "seldom", "often", "always"]
    named = table.assign(value=[words[v] for v in table["value"]])
    assert rl.alpha(named, words) == pytest.approx(rl.alpha(table, "ordinal"))
    assert rl.alpha(named, ["never", "often", "seldom", "always"]) != pytest.approx(rl.alpha(named, words))
    squared = table.assign(value=table["value"] ** 2)
    assert rl.alpha(squared, "ordinal") == pytest.approx(rl.alpha(table, "ordinal")), "only the order counts"
    assert rl.alpha(squared, "interval") != pytest.approx(rl.alpha(table, "interval"))


rows = st.lists(st.text("123.", min_size=6, max_size=6), min_size=2, max_size=4)


@settings(max_examples=20)
@given(rows, st.sampled_from(list(rl.LEVELS)))
def test_who_coded_and_in_what_order_does_not_matter(drawn: list[str], level: str) -> None:
    table = codings(drawn)
    value = rl.alpha(table, level)
    assert value <= 1 or math.isnan(value)
    renamed = codings(drawn[::-1]).sample(frac=1, random_state=0)
    assert rl.alpha(renamed, level) == pytest.approx(value, nan_ok=True)
    padded = pd.concat([table, pd.DataFrame([{"unit": 99, "coder": "c0", "variable": "v", "value": 2}])])
    assert rl.alpha(padded, level) == pytest.approx(value, nan_ok=True), "a unit coded once tells nothing"


@settings(max_examples=10)
@given(st.text("123", min_size=3, max_size=8), st.sampled_from(list(rl.LEVELS)))
def test_full_agreement_is_one_unless_there_is_only_one_value(row: str, level: str) -> None:
    value = rl.alpha(codings([row, row]), level)
    if len(set(row)) == 1:
        assert math.isnan(value)
    else:
        assert value == pytest.approx(1.0)


@settings(max_examples=20)
@given(rows)
def test_two_values_are_alike_at_every_level_that_counts_differences(drawn: list[str]) -> None:
    table = codings([row.replace("3", "2") for row in drawn])
    assume(not table.empty)
    nominal = rl.alpha(table)
    for level in ("ordinal", "interval", "ratio"):
        assert rl.alpha(table, level) == pytest.approx(nominal, nan_ok=True)


def test_guessing_is_worth_nothing() -> None:
    rng = np.random.default_rng(0)
    guess = ["".join(map(str, rng.integers(1, 4, 400))) for _ in range(2)]
    table = codings(guess)
    assert abs(rl.alpha(table)) < 0.1
    assert rl.agreement(table) == pytest.approx(1 / 3, abs=0.08)


def test_nothing_to_compare_is_undefined() -> None:
    assert math.isnan(rl.alpha(codings(["12..", "..34"])))
    assert math.isnan(rl.agreement(codings(["12..", "..34"])))
    assert math.isnan(rl.alpha(codings(["1111", "1111"]))), "nothing shows that the coders could tell values apart"


def test_raw_agreement_counts_pairs() -> None:
    # Unit 0: one of three pairs agrees. Unit 1: its only pair does. Unit 2: coded once.
    assert rl.agreement(codings(["13.", "13.", "2.4"])) == pytest.approx(2 / 4)


def test_missing_rows_missing_values_and_empty_text_are_one_thing() -> None:
    table = codings(["1.2", "132"]).astype({"value": object})
    for nothing in (None, np.nan, "", " "):
        row = pd.DataFrame([{"unit": 1, "coder": "c0", "variable": "v", "value": nothing}])
        assert rl.alpha(pd.concat([table, row]), "interval") == pytest.approx(rl.alpha(table, "interval"))


def test_confusion_lays_values_side_by_side() -> None:
    table = rl.confusion(codings(["1122.", "11213"]), "v", "c0", "c1")
    assert table.index.tolist() == table.columns.tolist() == [1, 2]
    assert table.to_numpy().tolist() == [[2, 0], [1, 1]]
    assert rl.confusion(codings(["1122.", "11213"]), "v", "c1", "c0").to_numpy().tolist() == [[2, 1], [0, 1]]


def test_a_summary_has_a_row_for_each_variable() -> None:
    rng = np.random.default_rng(0)
    good = "".join(map(str, rng.integers(1, 4, 60)))
    slip = "".join(str(rng.integers(1, 4)) if rng.random() < 0.7 else v for v in good)
    parts = {
        "same": [good, good], "near": [good, slip], "flat": ["1" * 9, "1" * 9], "five": DATA["five observers"],
    }  # fmt: skip
    table = pd.concat([codings(part, name) for name, part in parts.items()])
    levels = {"five": ["0", "1", "2", "3"], "near": "nominal", "flat": "nominal", "same": "nominal"}
    table["value"] = table["value"].astype(str)
    found = rl.summary(table, levels, draws=60)
    assert found.index.tolist() == list(levels)
    assert found["coders"].tolist() == [5, 2, 2, 2]
    assert found["units"].tolist() == [40, 60, 9, 60]
    assert found["reading"].tolist() == ["tentative", "not reliable", "undefined", "reliable enough"]
    assert round(found.loc["five", "alpha"], 4) == 0.7598
    assert found.loc["five", "low"] < 0.7598 < found.loc["five", "high"]
    assert found.loc["same", ["agreement", "alpha", "low", "high"]].tolist() == pytest.approx([1, 1, 1, 1])
    assert found.loc["flat", ["alpha", "low", "high"]].isna().all()
    assert found.loc["flat", "agreement"] == 1
    alone = rl.summary(table, {"near": "nominal"}, draws=60)
    assert alone.loc["near", "low"] == found.loc["near", "low"], "one variable's interval is its own"
    other = rl.summary(table, {"near": "nominal"}, draws=60, seed=1)
    assert other.loc["near", "low"] != alone.loc["near", "low"]


def test_more_units_narrow_the_interval() -> None:
    rng = np.random.default_rng(1)

    def width(n: int) -> float:
        good = rng.integers(1, 4, n)
        other = np.where(rng.random(n) < 0.3, rng.integers(1, 4, n), good)
        found = rl.summary(codings(["".join(map(str, good)), "".join(map(str, other))]), {"v": "nominal"}, draws=60)
        return float(found["high"].iloc[0] - found["low"].iloc[0])

    assert width(200) < 0.7 * width(25)


def test_readings_change_where_krippendorff_draws_the_lines() -> None:
    marks = [1.0, 0.8, 0.7999, 0.667, 0.6669, -0.2, math.nan]
    assert [rl.reading(m) for m in marks] == [
        "reliable enough", "reliable enough", "tentative", "tentative", "not reliable", "not reliable", "undefined",
    ]  # fmt: skip


GOOD = codings(["1231", "1221"])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rl.alpha(GOOD, "cardinal"), "unknown level 'cardinal'"),
        (lambda: rl.alpha(GOOD.drop(columns="coder")), "lack the column 'coder'"),
        (lambda: rl.alpha(pd.concat([GOOD, GOOD.iloc[:1]])), "coder c0 has two values for unit 0"),
        (lambda: rl.alpha(GOOD.replace(3, "three"), "interval"), "value 'three' is not a number, which level"),
        (lambda: rl.alpha(GOOD.assign(value=-GOOD["value"]), "ratio"), "below 0"),
        (lambda: rl.alpha(GOOD, [1, 2]), r"value '3' is not in the order \[1, 2\]"),
        (lambda: rl.confusion(GOOD, "w", "c0", "c1"), "no coding of variable 'w'"),
        (lambda: rl.confusion(GOOD, "v", "c0", "c9"), "no coding of 'v' by coder 'c9'"),
        (lambda: rl.summary(GOOD, {"w": "nominal"}), "no coding of variable 'w'"),
        (lambda: rl.summary(GOOD.drop(columns="variable"), {"v": "nominal"}), "lack the column 'variable'"),
        (lambda: rl.summary(GOOD, {"v": "nominal"}, level=1.0), "level must lie between"),
        (lambda: rl.summary(GOOD, {"v": "nominal"}, draws=0), "draws must be at least 1"),
    ],
)
def test_impossible_requests_are_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_the_fast_alpha_of_a_sample_is_that_of_the_library(level: str) -> None:
    rng = np.random.default_rng(3)
    units = [list(rng.integers(1, 5, size=rng.integers(2, 5))) for _ in range(40)]
    drawn = rl._resampled(units, level, 5, np.random.default_rng(11))
    again = np.random.default_rng(11)
    for value in drawn:
        sample = [units[i] for i in again.integers(len(units), size=len(units))]
        assert value == pytest.approx(rl._alpha(sample, level))
