"""The loader returns typed tables, or one error that says where the fault is."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import tables
from helpers.schemas import TABLES, Field
from helpers.tables import DataError


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def spoil(folder: Path, table: str, row: int, column: str, value: str) -> None:
    """Set one cell of data row `row` (from 1)."""
    header, rows = read(folder / f"{table}.csv")
    rows[row - 1][header.index(column)] = value
    write(folder / f"{table}.csv", header, rows)


def located(error: DataError, folder: Path, table: str, row: int, column: str, value: str) -> None:
    assert Path(error.file) == folder / f"{table}.csv"
    assert (error.row, error.column, error.value) == (row, column, value)
    for words in (f"{table}.csv", f"row {row}", f"line {row + 1}", f"'{column}'"):
        assert words in str(error)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_with_the_columns_of_its_schema(name: str, data: dict[str, pd.DataFrame]) -> None:
    assert list(data[name].columns) == [f.name for f in TABLES[name].fields]
    assert len(data[name]) > 0
    assert data[name][TABLES[name].key].is_unique


def test_values_are_typed_and_unchanged(data: dict[str, pd.DataFrame], spoilable: Path) -> None:
    header, rows = read(spoilable / "events.csv")
    events = data["events"]
    assert events["start"].dt.strftime("%Y-%m-%d").tolist() == [r[header.index("start")] for r in rows]
    assert events["summary"].tolist() == [r[header.index("summary")] for r in rows]
    assert events["scored"].dtype == bool
    assert data["links"]["length_km"].dtype == float
    assert str(data["ties"]["sign"].dtype) == "Int64"
    # A code with a leading nought stays text.
    assert "010" in set(data["cameo"]["id"])


def test_loading_from_the_project_folder_or_the_data_folder_is_the_same(spoilable: Path) -> None:
    pd.testing.assert_frame_equal(tables.load("actors", spoilable), tables.load("actors", spoilable.parent))


def test_a_change_of_the_file_is_seen_at_once(spoilable: Path) -> None:
    assert tables.load("actors", spoilable).set_index("id").loc["IRN", "name"] == "Iran"
    ids = tables.load("actors", spoilable)["id"].tolist()
    spoil(spoilable, "actors", ids.index("IRN") + 1, "name", "Islamic Republic of Iran")
    assert tables.load("actors", spoilable).set_index("id").loc["IRN", "name"] == "Islamic Republic of Iran"


def test_changing_a_loaded_table_does_not_change_the_next_one() -> None:
    mine = tables.load("actors")
    mine.loc[0, "name"] = "changed"
    assert tables.load("actors").loc[0, "name"] != "changed"


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("events", "start", "2021-02-30", "not a real date"),
        ("events", "start", "soon", "not a real date"),
        ("events", "start", "2021-10", "not a real date"),
        ("events", "start", "2999-01-01", "later than"),
        ("events", "end", "1950-01-01", "is earlier than start"),
        ("events", "source_actor", "XXX", "not an id in actors.csv"),
        ("events", "other_actors", "IRN;XXX", "not an id in actors.csv"),
        ("events", "source_ids", "no-such-source", "not an id in sources.csv"),
        ("events", "source_ids", "", "is empty"),
        ("events", "cameo", "9999", "not an id in cameo.csv"),
        ("events", "tone", "friendly", "is not one of"),
        ("events", "scored", "yes", "neither true nor false"),
        ("events", "summary", "", "is empty"),
        ("events", "summary", '=HYPERLINK("http://x")', "formula"),
        ("events", "summary", "@SUM(A1)", "formula"),
        ("events", "summary", "bell \x07", "control character"),
        ("events", "summary", "two\nlines", "control character"),
        ("events", "id", "Not An Id", "does not match"),
        ("sources", "side", "Atlantic", "is not one of"),
        ("sources", "url", "javascript:alert(1)", "does not match"),
        ("sources", "date", "2021-13", "is not a date"),
        ("forecasts", "probability", "1.2", "is above 1"),
        ("forecasts", "probability", "likely", "is not a number"),
        ("ties", "sign", "2", "is above 1"),
        ("ties", "sign", "0.5", "not a whole number"),
        ("links", "length_km", "-4", "is below"),
        ("places", "lat", "95", "is above 90"),
        ("link_status", "link_id", "nowhere--nowhere-rail", "not an id in links.csv"),
        ("claims", "event_ids", "2021-01-01-nobody", "not an id in events.csv"),
        ("machine_scores", "month", "2021-00", "does not match"),
        ("indicators", "value", "", "is empty"),
    ],
)
def test_a_bad_cell_is_located(spoilable: Path, table: str, column: str, value: str, words: str) -> None:
    spoil(spoilable, table, 7, column, value)
    with pytest.raises(DataError, match=words) as caught:
        tables.load(table, spoilable)
    located(caught.value, spoilable, table, 7, column, value)


def test_a_duplicate_id_is_located_at_its_second_use(spoilable: Path) -> None:
    header, rows = read(spoilable / "events.csv")
    rows[9][0] = rows[2][0]
    write(spoilable / "events.csv", header, rows)
    with pytest.raises(DataError, match="earlier row") as caught:
        tables.load("events", spoilable)
    located(caught.value, spoilable, "events", 10, "id", rows[2][0])


def test_two_ends_of_a_link_must_differ(spoilable: Path) -> None:
    header, rows = read(spoilable / "links.csv")
    place = rows[0][header.index("place_a")]
    spoil(spoilable, "links", 1, "place_b", place)
    with pytest.raises(DataError, match="same as place_a") as caught:
        tables.load("links", spoilable)
    located(caught.value, spoilable, "links", 1, "place_b", place)


@pytest.mark.parametrize(
    ("checkable", "verdict", "words"),
    [
        ("true", "not_checkable", "does not go with checkable true"),
        ("false", "open", "does not go with checkable false"),
    ],
)
def test_a_claim_that_cannot_be_checked_has_no_verdict_and_the_other_way_round(
    spoilable: Path, checkable: str, verdict: str, words: str
) -> None:
    spoil(spoilable, "claims", 3, "checkable", checkable)
    spoil(spoilable, "claims", 3, "verdict", verdict)
    with pytest.raises(DataError, match=words) as caught:
        tables.load("claims", spoilable)
    located(caught.value, spoilable, "claims", 3, "verdict", verdict)


def test_the_first_fault_in_reading_order_is_raised_and_all_are_listed(spoilable: Path) -> None:
    spoil(spoilable, "events", 20, "tone", "x")
    spoil(spoilable, "events", 5, "summary", "=1")
    spoil(spoilable, "events", 5, "start", "never")
    found = tables.problems("events", spoilable)
    assert [(e.row, e.column) for e in found] == [(5, "start"), (5, "summary"), (20, "tone")]
    with pytest.raises(DataError) as caught:
        tables.load("events", spoilable)
    assert str(caught.value) == str(found[0])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda _: "", "empty"),
        (lambda text: text.split("\n")[0] + "\n", "no row below the header"),
        (lambda text: text.replace("summary", "sumary", 1), "'summary'"),
        (lambda text: text.replace("id,", "id,extra,", 1), "extra"),
        (lambda text: text.replace("\n", ",surplus\n", 3).replace(",surplus", "", 1), "row 1"),
        (lambda text: text + 'open,"quote', "well-formed"),
    ],
    ids=["no bytes", "header only", "column missing", "column unknown", "cell too many", "quote left open"],
)
def test_a_damaged_file_names_itself(spoilable: Path, damage, words: str) -> None:
    path = spoilable / "events.csv"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=words) as caught:
        tables.load("events", spoilable)
    assert "events.csv" in str(caught.value)


def test_a_missing_file_is_named(spoilable: Path) -> None:
    (spoilable / "events.csv").unlink()
    with pytest.raises(DataError, match=r"events\.csv.*missing"):
        tables.load("events", spoilable)


def test_a_missing_file_that_others_refer_to_is_named(spoilable: Path) -> None:
    (spoilable / "sources.csv").unlink()
    with pytest.raises(DataError, match=r"sources\.csv.*missing"):
        tables.load("events", spoilable)


def test_bytes_that_are_not_utf8_are_located(spoilable: Path) -> None:
    path = spoilable / "events.csv"
    header, rows = read(path)
    spoil(spoilable, "events", 4, "place", "BYTES")
    path.write_bytes(path.read_bytes().replace(b"BYTES", "Nachitschewan ü".encode("latin-1")))
    with pytest.raises(DataError, match="not UTF-8") as caught:
        tables.load("events", spoilable)
    assert (caught.value.row, caught.value.column) == (4, "place")
    assert "fc" in str(caught.value)


def test_a_byte_order_mark_is_no_fault(spoilable: Path) -> None:
    path = spoilable / "actors.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "IRN" in set(tables.load("actors", spoilable)["id"])


def test_html_in_a_text_field_is_data_and_loads_as_it_stands(spoilable: Path) -> None:
    spoil(spoilable, "events", 3, "summary", "<script>alert(1)</script> & more")
    assert tables.load("events", spoilable).loc[2, "summary"] == "<script>alert(1)</script> & more"


def test_an_unknown_table_says_which_there_are() -> None:
    with pytest.raises(DataError, match="events"):
        tables.load("evnets")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        tables.load("events", tmp_path / "nowhere")


def test_outlines_are_lines_of_degrees() -> None:
    lines = tables.outlines()
    assert len(lines) > 50
    assert all(-180 <= x <= 180 and -90 <= y <= 90 for line in lines for x, y in line)


def test_outlines_that_are_no_geojson_are_named(spoilable: Path) -> None:
    (spoilable / "geo" / "outlines.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"outlines\.geojson.*GeoJSON"):
        tables.outlines(spoilable)


def test_explode_keeps_the_key_and_drops_empty_cells() -> None:
    table = pd.DataFrame({"id": ["a", "b", "c"], "items": ["x;y", "", "z"]})
    assert tables.explode(table, "items").to_dict("list") == {"id": ["a", "a", "c"], "items": ["x", "y", "z"]}


HOSTILE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(["actors", "ties", "milestones"]),
    place=st.tuples(st.integers(0), st.integers(0)),
    value=HOSTILE,
)
def test_any_text_in_any_cell_either_loads_unchanged_or_is_located(
    spoilable: Path, table: str, place: tuple[int, int], value: str
) -> None:
    path = spoilable / f"{table}.csv"
    good = path.read_bytes()
    header, rows = read(path)
    row, column = place[0] % len(rows), place[1] % len(header)
    rows[row][column] = value
    try:
        write(path, header, rows)
        try:
            loaded = tables.load(table, spoilable)
        except DataError as error:
            assert "\r" in value or "\n" in value or (error.row is not None and error.column is not None)
        else:
            kept = loaded[header[column]].iloc[row]
            assert kept == value or pd.Timestamp(value) == kept or float(value) == kept
    finally:
        path.write_bytes(good)


def corruptions(field: Field) -> list[str]:
    """Values that the field must refuse."""
    bad = [] if not field.required else [""]
    if field.kind != "text":
        bad += ["never", "12 March", "1,5"]
    else:
        bad += ["=SUM(A1)", "@cmd", "bell\x07", "two\nlines", " leading space", "trailing space "]
    bad += [f"{value}?" for value in field.values[:1]]
    bad += ["no such id!"] if field.refers_to else []
    bad += ["!?"] if field.pattern else []
    bad += ["a;;b", ";"] if field.many else []
    bad += [str(field.minimum - 1)] if field.minimum is not None else []
    bad += [str(field.maximum + 1)] if field.maximum is not None else []
    return bad


@pytest.mark.parametrize("name", TABLES)
def test_each_of_200_corruptions_of_a_table_is_located(name: str, spoilable: Path) -> None:
    rng = random.Random(f"{name} 200")
    header, rows = read(spoilable / f"{name}.csv")
    cells = [(row, field) for row in range(len(rows)) for field in TABLES[name].fields]
    chosen = rng.sample(cells, min(200, len(cells)))
    assert len(chosen) == 200 or len(cells) < 200
    wanted = {}
    for row, field in chosen:
        value = rng.choice(corruptions(field))
        rows[row][header.index(field.name)] = value
        wanted[row + 1, field.name] = value
    write(spoilable / f"{name}.csv", header, rows)
    found = {(e.row, e.column): e.value for e in tables.problems(name, spoilable)}
    assert found == wanted
