"""The Methods page promises results that tests reproduce: the tests must exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.numbers import methods

TESTS = Path(__file__).parent


@pytest.mark.parametrize("row", methods.REPRODUCED, ids=lambda row: row[0])
def test_each_promised_result_has_its_test(row: tuple[str, str, str, str, str]) -> None:
    *_, file, name = row
    text = (TESTS / file).read_text(encoding="utf-8")
    assert any(line.startswith("def test_") and name in line for line in text.splitlines()), (file, name)


def test_the_page_lists_them_all() -> None:
    assert len(methods.reproduced().data) == len(methods.REPRODUCED)
