"""Adding evidence: a form, a check that locates faults, a preview, and all rows or none."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helpers import add, tables
from helpers.schemas import TABLES
from helpers.tables import DataError

SOURCE = {
    "id": "made-up-agency-2024-02-01", "publisher": "Made-up Agency", "date": "2024-02-01", "kind": "agency",
    "url": "https://example.org/visit", "side": "Iranian", "language": "en", "mirror": False,
}  # fmt: skip
EVENT = {
    "id": "2024-02-01-irn-aze-visit", "start": "2024-02-01", "end": "2024-02-01", "precision": "day",
    "source_actor": "IRN", "target_actor": "AZE", "source_role": "GOV", "target_role": "GOV", "cameo": "042",
    "scored": True, "type": "visit", "tone": "cooperation", "place": ["Baku"], "summary": "A visit made up for a test.",
    "source_ids": ["made-up-agency-2024-02-01"], "confidence": "high",
}  # fmt: skip


def toml(**rows: dict[str, object]) -> str:
    """Write one row per table as a form."""

    def value(v: object) -> str:
        return str(v).lower() if isinstance(v, bool) else repr(v).replace("'", '"')

    return "\n".join(
        "\n".join([f"[[{name}]]", *(f"{key} = {value(v)}" for key, v in row.items())]) for name, row in rows.items()
    )


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "new.toml"
    path.write_text(toml(sources=SOURCE, events=EVENT), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", TABLES)
def test_a_form_is_toml_and_explains_every_field(name: str) -> None:
    text = add.form(name)
    required = {f.name for f in TABLES[name].fields if f.required}
    assert set(tomllib.loads(text)[name][0]) == required
    assert all(f"{f.name} = " in text and f.description in text for f in TABLES[name].fields)


def test_a_sound_event_is_written_in_its_place_with_its_source(filled: Path, spoilable: Path) -> None:
    rows = add.read_form(filled)
    before = tables.load("events", spoilable)
    assert add.check(rows, filled, spoilable) == []
    assert {path.name for path in add.write(rows, spoilable)} == {"sources.csv", "events.csv"}
    after = tables.load("events", spoilable)
    assert len(after) == len(before) + 1
    assert set(after["id"]) - set(before["id"]) == {EVENT["id"]}
    at = after["id"].tolist().index(EVENT["id"])
    assert after["start"].iloc[at - 1] <= after["start"].iloc[at] <= after["start"].iloc[at + 1]
    assert after["place"].iloc[at] == "Baku"
    assert bool(after["scored"].iloc[at]) is True


def test_the_preview_names_page_and_figure_and_writes_nothing(filled: Path, spoilable: Path) -> None:
    before = (spoilable / "events.csv").read_bytes()
    lines = add.changes(add.read_form(filled), spoilable)
    n = len(tables.load("events", spoilable))
    assert f"back/data: rows_events {n} -> {n + 1}" in lines
    assert any(line.startswith("06_thaw_2024: ") for line in lines)
    assert (spoilable / "events.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("cameo", "9999", "not an id in cameo.csv"),
        ("place", ["Atlantis"], "not an id in gazetteer.csv"),
        ("tone", "warm", "is not one of"),
        ("end", "2024-01-01", "earlier than start"),
        ("start", "2024-02-31", "not a real date"),
        ("summary", "=1+1", "formula"),
    ],
)
def test_a_fault_is_located_in_the_form_and_nothing_is_written(
    tmp_path: Path, spoilable: Path, column: str, value: object, words: str
) -> None:
    path = tmp_path / "new.toml"
    path.write_text(toml(sources=SOURCE, events=EVENT | {column: value}), encoding="utf-8")
    rows = add.read_form(path)
    files = {name: (spoilable / f"{name}.csv").read_bytes() for name in ("sources", "events")}
    with pytest.raises(DataError, match=words) as caught:
        add.write(rows, spoilable)
    assert caught.value.column == column
    assert "[[events]] number 1" in str(caught.value)
    assert files == {name: (spoilable / f"{name}.csv").read_bytes() for name in files}


def test_an_id_that_exists_is_refused(tmp_path: Path, spoilable: Path) -> None:
    path = tmp_path / "new.toml"
    known = tables.load("events", spoilable)["id"].iloc[0]
    path.write_text(toml(sources=SOURCE, events=EVENT | {"id": known}), encoding="utf-8")
    assert [e.column for e in add.check(add.read_form(path), path, spoilable)] == ["id"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[events]]\ncolour = 1", "not a field of events"),
        ("[[weather]]\nid = 1", "is not a table"),
        ("events = 3", "is not a table"),
        ("[[events", "not well-formed TOML"),
        ("", "holds no row"),
    ],
)
def test_what_is_no_form_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "new.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        add.read_form(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_form_is_read_as_editors_and_shells_of_windows_write_it(filled: Path, encoding: str) -> None:
    rows = add.read_form(filled)
    filled.write_text(filled.read_text(encoding="utf-8"), encoding=encoding)
    assert add.read_form(filled) == rows


def test_a_missing_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        add.read_form(tmp_path / "none.toml")


def test_the_command_previews_and_then_writes(filled: Path, spoilable: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(spoilable))
    assert add.main(["check", str(filled)]) == 0
    assert "figures in the prose would change" in capsys.readouterr().out
    assert add.main(["write", str(filled)]) == 0
    assert EVENT["id"] in set(tables.load("events", spoilable)["id"])
    assert add.main(["check", str(filled)]) == 1  # the same ids a second time
    assert "earlier row" in capsys.readouterr().err


def test_the_form_is_printed_by_the_command() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "helpers.add", "form", "events"], capture_output=True, text=True, check=True
    ).stdout
    assert out == add.form("events")
