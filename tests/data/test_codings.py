"""The double coding: complete, adjudicated, and carried into the tables."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers import evidence, reliability
from helpers.numbers import double_coding

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import measure_overlap  # noqa: E402

VARIABLES = {"events": {"cameo", "tone"}, "claims": {"kind", "hedge", "stance_toward"}, "ties": {"sign"}}


@pytest.fixture(scope="module")
def codings(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return data["codings"]


def test_the_sample_is_as_large_as_promised(codings: pd.DataFrame) -> None:
    units = codings.groupby("sample")["unit_id"].nunique()
    assert units["events"] >= 148  # two of 150 were later merged with their twins
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
    assert f"{found['blind_tone']:.2f} and {found['first_tone']:.2f}" in drawn.alt
    changed = double_coding.changed(codings)
    assert len(changed.data) == found["n_changed"]


def test_the_dependence_of_two_articles_is_what_their_texts_give(data: dict[str, pd.DataFrame]) -> None:
    folder = Path(os.environ.get("CASEBOOK_ARTICLES", "none"))
    paths = [folder / f"S{n}.txt" for n in range(5)]
    if not all(path.is_file() for path in paths):
        pytest.skip("CASEBOOK_ARTICLES names no folder with the articles' texts")
    texts = {a: path.read_text(encoding="utf-8") for a, path in zip(evidence.ARTICLES, paths, strict=True)}
    found = measure_overlap.measure(texts)
    held = data["article_overlap"]
    assert held["id"].tolist() == found["id"].tolist()
    for column in ("best_cosine", "second_cosine", "shared_runs", "close_pairs", "sentences_a", "sentences_b"):
        assert held[column].astype(float).tolist() == pytest.approx(found[column].astype(float).tolist(), abs=0.002)


def test_the_measure_of_overlap_knows_a_copy_from_a_stranger() -> None:
    one = "The lorries drove north over the river bridge at dawn. Nobody at the border post stopped them that day."
    two = "Wheat prices fell again this spring in the southern markets. Farmers blamed the rain and the late harvest."
    found = measure_overlap.measure({"a": one, "b": one, "c": two}).set_index("id")
    assert found.loc["a--b", ["best_cosine", "shared_runs", "close_pairs"]].tolist() == [1, 1, 2]
    assert found.loc["a--c", ["best_cosine", "shared_runs", "close_pairs"]].tolist() == [0, 0, 0]
