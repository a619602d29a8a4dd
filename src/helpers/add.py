"""Add evidence from the command line: a form to fill in, a check, and a preview of what changes in the book.

Three steps::

    python -m helpers.add form events > new.toml    # a form with every field explained
    python -m helpers.add check new.toml            # faults, or what the book would say differently
    python -m helpers.add write new.toml            # the same, then into data/

The file may hold rows of several tables, such as an event and the two sources it needs: ``[[sources]]``,
``[[sources]]``, ``[[events]]``. Either all rows are written or none.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from helpers import tables
from helpers.schemas import TABLES, Field
from helpers.tables import DataError

__all__ = ["changes", "check", "form", "read_form", "write"]

Rows = dict[str, list[dict[str, str]]]

#: Tables kept in the order of their columns named here; rows of the others go to the end.
_ORDER = {"events": ("start", "id"), "sources": ("id",)}


def form(*names: str) -> str:
    """Return a TOML form for one new row of each table named, every field with its meaning.

    Examples
    --------
    >>> print(form("actors").splitlines()[0])
    [[actors]]  # a state, organisation or group that acts in another table
    """
    parts = []
    for name in names:
        table = _table(name)
        lines = [f"[[{name}]]  # {table.row_is}"]
        for field in table.fields:
            lines.append(f"# {field.description}{_rule(field)}")
            lines.append(f'{"" if field.required else "# "}{field.name} = ""')
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def read_form(path: Path) -> Rows:
    """Read a filled-in form.

    Parameters
    ----------
    path : pathlib.Path
        TOML file with an array of tables per table of ``data/``. Values may be text, numbers, booleans, dates, or
        lists of text; fields left out count as empty.

    Returns
    -------
    dict of str to list of dict
        Rows by table, every field as the text that the CSV holds.

    Raises
    ------
    DataError
        If the file is not such a form, naming table, row and field.
    """
    try:
        raw = path.read_bytes()
        # Windows PowerShell redirects into UTF-16; other editors of that system begin UTF-8 with a mark.
        content = tomllib.loads(raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"))
    except FileNotFoundError:
        raise DataError(path, "the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(path, f"is not well-formed TOML: {error}") from None
    rows: Rows = {}
    for name, entries in content.items():
        if name not in TABLES or not isinstance(entries, list):
            raise DataError(path, f"is not a table; write [[table]] with one of {', '.join(TABLES)}", value=name)
        fields = [f.name for f in TABLES[name].fields]
        for number, entry in enumerate(entries, start=1):
            for key in entry:
                if key not in fields:
                    raise DataError(
                        path, f"is not a field of {name}; its fields are {', '.join(fields)}", number, key, key
                    )
        rows[name] = [{f: _text(entry.get(f, "")) for f in fields} for entry in entries]
    if not rows:
        raise DataError(path, "holds no row: fill in a form from `python -m helpers.add form events`")
    return rows


def check(rows: Rows, path: Path, root: str | os.PathLike[str] | None = None) -> list[DataError]:
    """List the faults that `rows` would bring into the tables, located in the form at `path`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _with_rows(rows, root, Path(scratch))
        found = []
        for name in rows:
            old = len(tables.load(name, root))
            for error in tables.problems(name, folder):
                # Rows of the form stand below those that are in the table already.
                where = f"[[{name}]] number {error.row - old}" if error.row else f"table {name}"
                found.append(DataError(path, f"{error.problem} ({where})", None, error.column, error.value))
        return found


def changes(rows: Rows, root: str | os.PathLike[str] | None = None) -> list[str]:
    """Say which figures in the prose of the book the rows would change.

    Parameters
    ----------
    rows : dict
        As `read_form` returns them; they must be free of faults.
    root : path, optional
        See `helpers.tables.data_folder`.

    Returns
    -------
    list of str
        One line per changed figure: page, name, old and new value.
    """
    from helpers.numbers import every_value

    before = every_value(tables.load_all(root))
    with tempfile.TemporaryDirectory() as scratch:
        after = every_value(tables.load_all(_with_rows(rows, root, Path(scratch))))
    lines = []
    for page, values in after.items():
        for name in dict.fromkeys([*before[page], *values]):
            old, new = before[page].get(name, "-"), values.get(name, "-")
            if old != new:
                lines.append(f"{page}: {name} {_shown(old)} -> {_shown(new)}")
    return lines


def write(rows: Rows, root: str | os.PathLike[str] | None = None) -> list[Path]:
    """Write the rows into the tables, all or none, and return the files changed.

    Raises
    ------
    DataError
        If the rows are faulty; nothing is written then.
    """
    folder = tables.data_folder(root)
    found = check(rows, folder, root)
    if found:
        raise found[0]
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        changed = _with_rows(rows, root, Path(scratch), ordered=True)
        targets = []
        for name in rows:
            targets.append(folder / f"{name}.csv")
            os.replace(changed / f"{name}.csv", targets[-1])
    return targets


def _table(name: str) -> Any:
    if name not in TABLES:
        raise DataError(Path(f"{name}.csv"), f"is not a table; the tables are {', '.join(TABLES)}")
    return TABLES[name]


def _rule(field: Field) -> str:
    notes = [
        "" if field.required else "May be left out.",
        f"One of: {', '.join(field.values)}." if field.values else "",
        f"Ids of {field.refers_to}.csv{', with ; between them' if field.many else ''}." if field.refers_to else "",
    ]
    return "".join(f" {note}" for note in notes if note)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ";".join(_text(item) for item in value)
    return str(value)


def _shown(value: float | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _with_rows(rows: Rows, root: str | os.PathLike[str] | None, scratch: Path, ordered: bool = False) -> Path:
    """Copy the tables into `scratch` with the rows added, at the end or, if `ordered`, in their place."""
    folder = scratch / "data"
    shutil.copytree(tables.data_folder(root), folder)
    for name, new in rows.items():
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, everything = list(reader.fieldnames or []), [*reader, *new]
        if ordered and name in _ORDER:
            everything.sort(key=lambda row: tuple(row[column] for column in _ORDER[name]))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(everything)
    return folder


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 if the form has faults."""
    parser = argparse.ArgumentParser(prog="python -m helpers.add", description="Add evidence to the tables.")
    step = parser.add_subparsers(dest="step", required=True)
    blank = step.add_parser("form", help="print a form to fill in")
    blank.add_argument("tables", nargs="+", help="tables, such as: sources events")
    for name, words in (("check", "list faults, or preview what changes"), ("write", "check, preview and write")):
        step.add_parser(name, help=words).add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.step == "form":
            print(form(*chosen.tables), end="")
            return 0
        rows = read_form(chosen.file)
        found = check(rows, chosen.file)
        for error in found:
            print(error, file=sys.stderr)
        if found:
            return 1
        lines = changes(rows)
        print("\n".join([f"No fault. {len(lines)} figures in the prose would change:", *lines]))
        if chosen.step == "write":
            print("Written:", ", ".join(path.name for path in write(rows)), "- now run: make book")
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
