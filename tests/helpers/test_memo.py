"""Results kept by the content of the arguments."""

from pathlib import Path

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
    monkeypatch.delenv(memo.FOLDER, raising=False)
    monkeypatch.setattr(memo, "_MOST", 2)
    calls = []
    square = memo.remember(lambda n: calls.append(n) or n * n)
    assert [square(n) for n in (1, 2, 3, 3, 2, 1)] == [1, 4, 9, 9, 4, 1]
    assert calls == [1, 2, 3, 1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(memo.FOLDER, str(tmp_path / "memory"))
    return tmp_path / "memory"


def process(calls: list[object]):
    """Define the function anew, as another process does."""

    @memo.remember
    def tripled(thing):
        calls.append(thing)
        return [thing, thing, thing]

    return tripled


def test_what_one_process_computed_another_finds_in_the_folder(folder):
    calls: list[object] = []
    assert process(calls)(7) == process(calls)(7) == [7, 7, 7]
    assert process(calls)(8) == [8, 8, 8]
    assert calls == [7, 8]
    assert len(list(folder.iterdir())) == 2


@pytest.mark.usefixtures("folder")
def test_functions_of_one_name_in_different_places_are_kept_apart():
    @memo.remember
    def tripled(thing):
        return f"another {thing}"

    assert process([])(7) == [7, 7, 7]
    assert tripled(7) == "another 7"


@pytest.mark.usefixtures("folder")
def test_what_pandas_notes_in_a_table_while_it_works_does_not_count():
    calls: list[object] = []
    fresh, used = (pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "kind": ["a", "b"]}) for _ in range(2))
    used["n"].dtype.numpy_dtype  # noqa: B018
    used.groupby("kind")["n"].sum()
    assert process(calls)(fresh)[0].equals(process(calls)(used)[0])
    assert len(calls) == 1
    process(calls)(fresh.astype({"n": "Int32"}))
    assert len(calls) == 2, "but the type of a column counts"


def test_an_error_is_raised_each_time_and_nothing_is_kept_of_it(folder):
    @memo.remember
    def fails(thing):
        raise ValueError(thing)

    for _ in range(2):
        with pytest.raises(ValueError, match="7"):
            fails(7)
    assert not folder.exists()


def test_a_result_that_cannot_be_written_whole_leaves_nothing_behind(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        process([])(7)
    assert list(folder.iterdir()) == []
