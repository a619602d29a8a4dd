"""The double coding: complete, adjudicated, and carried into the tables."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import reliability
from helpers.numbers import double_coding

VARIABLES = {"events": {"cameo", "tone"}, "claims": {"kind", "hedge", "stance_toward"}, "ties": {"sign"}}


@pytest.fixture(scope="module")
def codings(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return data["codings"]


def test_the_sample_is_as_large_as_promised(codings: pd.DataFrame) -> None:
    units = codings.groupby("sample")["unit_id"].nunique()
    assert units["events"] >= 149  # one of 150 was later merged with its twin
    assert units["claims"] >= 75
    assert units["ties"] >= 100


def test_every_unit_exists_and_has_all_its_variables(codings: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    for sample, part in codings.groupby("sample"):
        assert set(part["unit_id"]) <= set(data[sample]["id"])
        assert all(set(names) == VARIABLES[sample] for _, names in part.groupby("unit_id")["variable"])


def test_the_final_value_stands_in_the_table(codings: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    held = {
        (sample, row.Index, name): str(getattr(row, name))
        for sample, names in VARIABLES.items()
        for row in data[sample].set_index("id").itertuples()
        for name in names
    }
    astray = [r.id for r in codings.itertuples() if held[r.sample, r.unit_id, r.variable] != r.final]
    assert astray == []


def test_every_difference_was_decided_with_a_reason(codings: pd.DataFrame) -> None:
    differ = (codings["coder_a"] != codings["coder_b"]) | (codings["coder_a"] != codings["first"])
    assert (codings.loc[differ, "reason"] != "").all()
    assert (codings.loc[~differ, "final"] == codings.loc[~differ, "first"]).all()


def test_codes_are_codes_of_the_scheme(codings: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    codes = codings[codings["variable"] == "cameo"]
    for coder in ("first", "coder_a", "coder_b", "final"):
        assert set(codes[coder]) <= set(data["cameo"]["id"])


def test_alpha_of_tone_by_hand(codings: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    """Nominal alpha from its definition: one less observed over expected disagreement."""
    part = codings[codings["variable"] == "tone"]
    pairs = part[["coder_a", "coder_b"]].to_numpy()
    n = 2 * len(pairs)
    observed = sum(a != b for a, b in pairs) / len(pairs)
    counts = pd.Series(pairs.ravel()).value_counts()
    expected = 1 - sum(c * (c - 1) for c in counts) / (n * (n - 1))
    long = double_coding.long(codings, data["cameo"])
    blind = long[(long["variable"] == "tone") & (long["coder"] != "first")]
    assert reliability.alpha(blind) == pytest.approx(1 - observed / expected)


def test_figures_and_drawing_agree(codings: pd.DataFrame, data: dict[str, pd.DataFrame]) -> None:
    found = double_coding.values(codings, data["cameo"])
    assert found["n_differ"] == found["n_kept"] + found["n_changed"]
    drawn = double_coding.draw_alphas(codings, data["cameo"])
    assert len(drawn.data) == len(double_coding.VARIABLES)
    assert f"{found['blind_tone']:.2f} and {found['all_tone']:.2f}" in drawn.alt
    changed = double_coding.changed(codings)
    assert len(changed.data) == found["n_changed"]
