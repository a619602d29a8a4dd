"""datapackage.json says what the loader enforces."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from helpers import schemas

ROOT = Path(__file__).resolve().parents[2]


def test_the_description_in_data_is_the_one_the_schemas_give() -> None:
    written = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert written == schemas.datapackage(), "run `make data-package`"


def test_frictionless_accepts_the_package() -> None:
    command = [sys.executable, "-m", "frictionless", "validate", "data/datapackage.json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]


def test_every_table_is_in_the_design_and_every_field_is_described() -> None:
    for table in schemas.TABLES.values():
        assert table.row_is
        for field in table.fields:
            assert len(field.description) > 2, f"{table.name}.{field.name}"


def test_references_name_tables_that_exist() -> None:
    targets = {f.refers_to for t in schemas.TABLES.values() for f in t.fields if f.refers_to}
    assert targets <= set(schemas.TABLES)
