"""Reading and validating the tables of ``data/``.

`load` returns a typed table or raises one `DataError` that names file, row, column and value. Run
``python -m helpers.tables`` to check every file and see every problem.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.memo import remember
from helpers.schemas import TABLES, Field, Table, pandera_schema

__all__ = [
    "DataError", "Ground", "csv_rows", "data_folder", "explode", "ground", "load", "load_all", "outlines", "problems",
]  # fmt: skip


class DataError(ValueError):
    """A fault in a data file, located.

    Attributes
    ----------
    file : str
        The file at fault.
    row : int or None
        Data row, counted from 1 below the header; None when the fault is not in one row.
    column : str or None
        Column at fault.
    value : str or None
        The value found.
    problem : str
        What is wrong, in words that follow the value.
    """

    def __init__(
        self,
        file: Path,
        problem: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.file, self.row, self.column, self.value, self.problem = str(file), row, column, value, problem
        where = [self.file]
        if row is not None:
            # The header is line 1, so row 1 stands on line 2 as long as no cell spans lines, which none may.
            where.append(f"row {row} (line {row + 1})" if row else "header (line 1)")
        if column is not None:
            where.append(f"column '{column}'")
        shown = "" if value is None else f"{value[:120]!r} "
        super().__init__(f"{', '.join(where)}: {shown}{problem}")


def data_folder(root: str | os.PathLike[str] | None = None) -> Path:
    """Find the folder that holds the tables.

    Parameters
    ----------
    root : path, optional
        A data folder, or a project folder with ``data/`` in it. Without it: the environment variable
        ``CASEBOOK_DATA``, else the nearest ``data/datapackage.json`` at or above the working directory, else
        the one beside this package's source, else the one installed with it.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    given = root if root is not None else os.environ.get("CASEBOOK_DATA")
    if given is not None:
        folder = Path(given)
        if not folder.is_dir():
            raise FileNotFoundError(f"no data folder at {folder}")
        return folder / "data" if (folder / "data").is_dir() else folder
    here = Path.cwd()
    package = Path(__file__).resolve().parent
    for base in (here, *here.parents, package.parents[1], package):
        if (base / "data" / "datapackage.json").is_file():
            return base / "data"
    raise FileNotFoundError(f"no data/datapackage.json at or above {here}")


def load(name: str, root: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Read one table, check it against its schema and return it typed.

    Parameters
    ----------
    name : str
        Name of the table, such as ``"events"``.
    root : path, optional
        See `data_folder`.

    Returns
    -------
    pandas.DataFrame
        One row per record in file order. Dates are ``datetime64``, numbers ``float64``, whole numbers ``Int64``,
        booleans ``bool``; text is ``str`` with ``""`` for an empty cell; a list stays one string with ``;``
        between its items (see `explode`).

    Raises
    ------
    DataError
        The first fault found, located by file, row, column and value.

    Examples
    --------
    >>> cameo = load("cameo")
    >>> cameo.set_index("id").loc["057", "name"]
    'Sign formal agreement'
    """
    if name not in TABLES:
        raise DataError(Path(f"{name}.csv"), f"is not a table; the tables are {', '.join(TABLES)}")
    folder = data_folder(root)
    path = folder / f"{name}.csv"
    stamps = tuple(_stamp(p) for p in [path, *(folder / f"{t}.csv" for t in _referred(TABLES[name]))])
    return _load(name, folder, stamps).copy()


def load_all(root: str | os.PathLike[str] | None = None) -> dict[str, pd.DataFrame]:
    """Read every table, by name; see `load`."""
    return {name: load(name, root) for name in TABLES}


def problems(name: str, root: str | os.PathLike[str] | None = None) -> list[DataError]:
    """List every fault of one table, in reading order; an empty list means that it is valid."""
    folder = data_folder(root)
    try:
        raw = _read(folder / f"{name}.csv", TABLES[name])
    except DataError as error:
        return [error]
    return _check(TABLES[name], raw, folder)


def explode(table: pd.DataFrame, column: str, root_key: str = "id") -> pd.DataFrame:
    """Turn a list column into long form: one row per row of `table` and item of the list.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
        A column with ``;`` between the items of a cell.
    root_key : str
        Column kept beside it.

    Returns
    -------
    pandas.DataFrame
        Columns `root_key` and `column`; rows with an empty cell give none.

    Examples
    --------
    >>> explode(pd.DataFrame({"id": ["a", "b"], "who": ["IRN;AZE", ""]}), "who")["who"].tolist()
    ['IRN', 'AZE']
    """
    long = table[[root_key, column]].assign(**{column: table[column].str.split(";")}).explode(column)
    return long[long[column] != ""].reset_index(drop=True)


def outlines(root: str | os.PathLike[str] | None = None) -> list[list[tuple[float, float]]]:
    """Read the coasts and borders that maps are drawn on (Natural Earth, de facto control, for orientation only).

    Returns
    -------
    list of lines
        Each a list of (longitude, latitude) in degrees.

    Raises
    ------
    DataError
        If the file is missing or is not GeoJSON made of lines.
    """
    return [line for _, line in _shapes(data_folder(root) / "geo" / "outlines.geojson")]


@dataclass(frozen=True)
class Ground:
    """What lies under the routes of a map (Natural Earth, public domain, for orientation only).

    Parameters
    ----------
    relief : numpy.ndarray
        Rows from north to south: 0 flat or lit, 1 to 6 ever deeper in shadow, 7 sea.
    extent : (west, east, south, north)
        Degrees that `relief` covers.
    water : list of (kind, line)
        Shores of lakes, which end where they begin, and courses of rivers.
    names : list of (properties, place)
        ``map`` (for which window the name is meant), ``kind``, ``name`` and ``angle``; longitude and latitude.
    """

    relief: np.ndarray[Any, np.dtype[Any]]
    extent: tuple[float, float, float, float]
    water: list[tuple[str, list[tuple[float, float]]]]
    names: list[tuple[dict[str, Any], tuple[float, float]]]


def ground(root: str | os.PathLike[str] | None = None) -> Ground:
    """Read relief, lakes, rivers and the names of seas, states and ranges; errors as in `outlines`.

    Examples
    --------
    >>> ground().relief.max()
    np.uint8(7)
    """
    from matplotlib.image import imread

    folder = data_folder(root) / "geo"
    shapes = _shapes(folder / "ground.geojson")
    try:
        shade = (imread(folder / "relief.png") * 255 / 32).round().astype(np.uint8)
    except FileNotFoundError:
        raise DataError(folder / "relief.png", "the file is missing") from None
    water = [(str(about["kind"]), line) for about, line in shapes if len(line) > 1]
    return Ground(shade, (30.0, 72.0, 23.0, 49.0), water, [(a, line[0]) for a, line in shapes if len(line) == 1])


def _shapes(path: Path) -> list[tuple[dict[str, Any], list[tuple[float, float]]]]:
    """Read the properties and points of each line of a GeoJSON file; a point is a line of one."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        parts = [(f["properties"], f["geometry"]["coordinates"]) for f in features]
        return [
            (about, [(float(x), float(y)) for x, y in (line if isinstance(line[0], list) else [line])])
            for about, line in parts
        ]
    except FileNotFoundError:
        raise DataError(path, "the file is missing") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DataError(path, f"is not GeoJSON made of lines: {error}") from None


def _referred(table: Table) -> list[str]:
    return sorted({f.refers_to for f in table.fields if f.refers_to})


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DataError(path, "the file is missing") from None
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=64)
@remember
def _load(name: str, folder: Path, stamps: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    """Load a table once per state of the files it depends on; `stamps` serves as a cache key only."""
    del stamps
    table = TABLES[name]
    raw = _read(folder / f"{name}.csv", table)
    found = _check(table, raw, folder)
    if found:
        raise found[0]
    return pd.DataFrame({f.name: _typed(raw[f.name], f) for f in table.fields})


def csv_rows(path: Path) -> list[list[str]]:
    """Read the rows of a CSV file, the header first, as text, refusing what a lenient reader would pass over.

    Raises
    ------
    DataError
        If the file is missing, not UTF-8 or not well-formed.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(path, "the file is missing") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_error(path, data, error) from None
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(path, f"is not well-formed CSV: {error}") from None


def _read(path: Path, table: Table) -> pd.DataFrame:
    lines = csv_rows(path)
    if not lines:
        raise DataError(path, "the file is empty")
    header, rows = lines[0], lines[1:]
    wanted = [f.name for f in table.fields]
    for column in wanted:
        if column not in header:
            raise DataError(path, "is a column the table needs, but the file lacks it", 0, column, column)
    for column in header:
        if column not in wanted or header.count(column) > 1:
            raise DataError(path, "is an unknown or repeated column", 0, column, column)
    if not rows:
        raise DataError(path, "the table is empty: no row below the header", 0)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            column = header[min(len(row), len(header) - 1)]
            raise DataError(
                path, f"the row has {len(row)} cells, the header {len(header)}", number, column, ",".join(row)
            )
    return pd.DataFrame(rows, columns=header, dtype=str)


def _encoding_error(path: Path, data: bytes, error: UnicodeDecodeError) -> DataError:
    """Locate the bytes that are not UTF-8: count rows and cells up to them."""
    before = list(csv.reader(io.StringIO(data[: error.start].decode("utf-8-sig", "replace"), newline="")))
    header = before[0] if before else []
    row, cell = max(len(before) - 1, 0), max(len(before[-1]) - 1, 0) if before else 0
    bad = data[error.start : error.end].hex(" ")
    column = header[cell] if row and cell < len(header) else None
    return DataError(path, "is not UTF-8: save the file as UTF-8", row, column, f"bytes {bad}")


def _check(table: Table, raw: pd.DataFrame, folder: Path) -> list[DataError]:
    """Find every fault of a table that could be read."""
    path = folder / f"{table.name}.csv"
    faults = _cell_faults(table, raw)
    for field in table.fields:
        if field.refers_to:
            faults += _reference_faults(field, raw, folder)
    spoilt = {(row, column) for row, column, _ in faults}
    faults += _row_faults(table, raw, spoilt)
    order = {f.name: i for i, f in enumerate(table.fields)}
    faults.sort(key=lambda fault: (fault[0], order[fault[1]]))
    return [DataError(path, words, row + 1, column, str(raw[column].iloc[row])) for row, column, words in faults]


def _cell_faults(table: Table, raw: pd.DataFrame) -> list[tuple[int, str, str]]:
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(table.name).validate(raw, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return [
            (int(row), column, words)
            for row, column, words in zip(cases["index"], cases["column"], cases["check"], strict=True)
        ]
    return []


def _reference_faults(field: Field, raw: pd.DataFrame, folder: Path) -> list[tuple[int, str, str]]:
    known = _keys(folder / f"{field.refers_to}.csv", TABLES[field.refers_to].key)
    return [
        (row, field.name, f"names {item!r}, which is not an id in {field.refers_to}.csv")
        for row, cell in enumerate(raw[field.name].tolist())
        for item in (cell.split(";") if field.many else [cell])
        if item and item not in known
    ]


def _row_faults(table: Table, raw: pd.DataFrame, spoilt: set[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Rules that span columns; cells already found at fault are left out."""
    columns = {name: raw[name].tolist() for pair in (*table.ordered, *table.distinct) for name in pair}
    columns |= {name: raw[name].tolist() for name in (*table.past, *(n for t in table.together for n in (t[0], t[2])))}
    today = dt.date.today().isoformat()
    faults = []

    def pairs(one: str, other: str) -> Iterator[tuple[int, str, str]]:
        for row, (a, b) in enumerate(zip(columns[one], columns[other], strict=True)):
            if a and b and not {(row, one), (row, other)} & spoilt:
                yield row, a, b

    for first, last in table.ordered:
        faults += [(row, last, f"is earlier than {first} ({a})") for row, a, b in pairs(first, last) if a > b]
    for one, other in table.distinct:
        faults += [(row, other, f"is the same as {one}") for row, a, b in pairs(one, other) if a == b]
    for one, value, other, partner in table.together:
        apart = [(row, a) for row, a, b in pairs(one, other) if (a == value) != (b == partner)]
        faults += [(row, other, f"does not go with {one} {a}: {value} goes with {partner}") for row, a in apart]
    for name in table.past:
        late = [row for row, day, _ in pairs(name, name) if day > today]
        faults += [(row, name, f"is later than today ({today})") for row in late]
    return faults


@lru_cache(maxsize=64)
def _keys_at(path: Path, key: str, stamp: tuple[int, int]) -> frozenset[str]:
    del stamp
    raw = _read(path, TABLES[path.stem])
    return frozenset(raw[key])


def _keys(path: Path, key: str) -> frozenset[str]:
    return _keys_at(path, key, _stamp(path))


def _typed(column: pd.Series, field: Field) -> pd.Series:
    """Type a column whose every cell has passed its checks."""
    if field.kind == "date":
        return pd.to_datetime(column.replace("", None), format="%Y-%m-%d")
    if field.kind == "number":
        return pd.to_numeric(column.replace("", None)).astype("float64")
    if field.kind == "integer":
        return pd.to_numeric(column.replace("", None)).astype("Int64")
    if field.kind == "boolean":
        return column == "true"
    return column


def main() -> int:
    """Check every table; print each fault on a line; return 1 if there is any."""
    folder = data_folder()
    found = [error for name in TABLES for error in problems(name, folder)]
    for error in found:
        print(error, file=sys.stderr)
    print(f"{len(TABLES)} tables checked in {folder}: {len(found)} faults" if found else f"{len(TABLES)} tables valid")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
