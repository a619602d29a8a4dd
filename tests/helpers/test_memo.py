"""Results kept by the content of the arguments."""

import pandas as pd
import pytest

from helpers import memo


@pytest.fixture
def total():
    calls = []

    @memo.remember
    def add(table, column="x"):
        calls.append(column)
        return table.assign(total=table[column].sum())

    return add, calls


def test_equal_tables_are_computed_once(total):
    add, calls = total
    for table in (pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [1, 2]})):
        assert add(table)["total"].tolist() == [3, 3]
    assert len(calls) == 1


def test_a_table_changed_in_place_or_another_argument_is_computed_anew(total):
    add, calls = total
    table = pd.DataFrame({"x": [1, 2], "y": [5, 5]})
    add(table)
    table.loc[0, "x"] = 7
    assert add(table)["total"].tolist() == [9, 9]
    assert add(table, "y")["total"].tolist() == [10, 10]
    assert calls == ["x", "x", "y"]


def test_what_a_caller_does_to_a_result_stays_with_the_caller(total):
    add, _ = total
    table = pd.DataFrame({"x": [1, 2]})
    changed = add(table)
    changed["total"] = 0
    assert add(table)["total"].tolist() == [3, 3]


def test_the_oldest_result_is_forgotten_first(monkeypatch):
    monkeypatch.setattr(memo, "_MOST", 2)
    calls = []
    square = memo.remember(lambda n: calls.append(n) or n * n)
    assert [square(n) for n in (1, 2, 3, 3, 2, 1)] == [1, 4, 9, 9, 4, 1]
    assert calls == [1, 2, 3, 1]
