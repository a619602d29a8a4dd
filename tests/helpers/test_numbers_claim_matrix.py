"""The claim matrix counts what the tables hold."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from helpers import tables
from helpers.numbers.claim_matrix import VERDICTS, claim_matrix, draw_claim_matrix


@pytest.mark.parametrize("core", [False, True])
def test_each_cell_is_a_recount_of_the_file(data, core: bool) -> None:
    with (Path(tables.data_folder()) / "claims.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["core"] == "true" or not core]
    counted = Counter((row["theme"], row["article_id"], row["verdict"]) for row in rows)
    found = claim_matrix(data["claims"], data["contradictions"], core)
    assert found["claims"].sum() == len(rows)
    for row in found.itertuples():
        for verdict in VERDICTS:
            assert getattr(row, verdict) == counted[row.theme, row.article_id, verdict]


def test_a_point_counts_once_for_each_article_and_topic_it_touches(data) -> None:
    found = claim_matrix(data["claims"], data["contradictions"]).set_index(["theme", "article_id"])["points"]
    claims = data["claims"].set_index("id")
    wanted: Counter[tuple[str, str]] = Counter()
    for row in data["contradictions"].itertuples():
        named = [i for side in (row.claim_ids_a, row.claim_ids_b) for i in side.split(";") if i]
        wanted.update({(claims.loc[i, "theme"], claims.loc[i, "article_id"]) for i in named})
    assert found[found > 0].to_dict() == dict(wanted)


def test_the_drawing_tells_every_cell_and_is_made_for_a_phone_too(data) -> None:
    exhibit = draw_claim_matrix(data["claims"], data["contradictions"])
    assert exhibit.narrow is not None
    assert len(exhibit.links) == len(exhibit.data)
    assert str(len(data["claims"])) in exhibit.title
