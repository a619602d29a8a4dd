"""Files of machine-coded events, of any size, into a store of Parquet: what `helpers.machine_events` asks.

A store looks like this::

    store/batch=1/MonthYear=202301/Interstate=1/*.parquet  events by month, apart those between two countries
    store/batch=1/_files.json                              what was read: path, size, fingerprint, lines, rows
    store/batch=1/_set_aside.csv                           lines without a usable event: file, line, reason, text

Each event keeps the number of its file in the batch and its line there. A batch is written in ``store/_staging`` and
then moved into place in one rename. So the store holds whole batches only, whenever a run is stopped, and the next
run goes on with the files that no batch lists.

The layouts are those of the codebooks (GDELT Event Database Data Format Codebook 1.03, 2013, and 2.0, 2015): tab
separated, no header, no quoting; 58 columns in 1.0 (57, without SOURCEURL, before April 2013) and 61 in 2.0.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import sys
import time
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import duckdb

    _Stream = IO[bytes] | gzip.GzipFile

__all__ = ["EVENTS", "KEPT", "Report", "column_names", "convert", "events_table", "extra", "set_aside"]

#: Where the events of a batch stand.
EVENTS = "MonthYear=*/Interstate=*/*.parquet"

#: What the store keeps, under GDELT's names. Codes are text: "010" is not 10.
KEPT = {
    "GLOBALEVENTID": "BIGINT", "SQLDATE": "INTEGER", "Actor1Code": "VARCHAR", "Actor1CountryCode": "VARCHAR",
    "Actor2Code": "VARCHAR", "Actor2CountryCode": "VARCHAR", "IsRootEvent": "TINYINT", "EventCode": "VARCHAR",
    "QuadClass": "TINYINT", "GoldsteinScale": "DOUBLE", "NumMentions": "INTEGER", "NumSources": "INTEGER",
    "NumArticles": "INTEGER", "AvgTone": "DOUBLE", "ActionGeo_CountryCode": "VARCHAR", "DATEADDED": "BIGINT",
    "SOURCEURL": "VARCHAR",
}  # fmt: skip

# Memory grows with the threads and with the rows held back for each partition, not with the files.
_SETTINGS = f"""SET memory_limit = '500MB'; SET threads = {min(4, os.cpu_count() or 1)};
    SET enable_progress_bar = false; SET preserve_insertion_order = false;
    SET partitioned_write_flush_threshold = 16384"""

_PIECE = 1 << 20  # bytes read in one go, and the length from which a line can be no event
_WIDTH, _REPEATED = "wrong number of columns", "duplicate GLOBALEVENTID"


@dataclass(frozen=True)
class Report:
    """What `convert` read; its text is a summary.

    Attributes
    ----------
    files : pandas.DataFrame
        One row per file: ``path``, ``status`` ("read", "already in the store" or "refused"), ``note``, ``bytes``,
        ``columns``, ``lines``, ``rows`` (stored) and ``set_aside``. Every line read is stored or set aside.
    reasons : dict of str to int
        Lines set aside by this run, by reason.
    seconds : float
        Time it took.
    """

    files: pd.DataFrame
    reasons: dict[str, int]
    seconds: float

    @property
    def rows(self) -> int:
        """Events that this run stored."""
        return int(self.files["rows"].sum())

    @property
    def set_aside(self) -> int:
        """Lines that this run set aside."""
        return int(self.files["set_aside"].sum())

    def __str__(self) -> str:
        """Return the summary."""
        status = ", ".join(f"{name}: {count:,}" for name, count in self.files["status"].value_counts().items())
        counts = f"{self.rows:,} events stored, {self.set_aside:,} set aside"
        lines = [f"files {status}", f"{self.files['lines'].sum():,} lines in {self.seconds:.1f} s: {counts}"]
        lines += [f"  {count:,} x {reason}" for reason, count in sorted(self.reasons.items())]
        return "\n".join([*lines, *(f"  {row.path}: {row.note}" for row in self.files.itertuples() if row.note)])


@dataclass
class _File:
    path: Path
    bytes: int
    fingerprint: str
    columns: int = 0
    lines: int = 0
    rows: int = 0
    cut: bool = False  # the last line has no end
    faults: dict[int, str] = field(default_factory=dict)  # reason by line
    refused: str = ""

    def entry(self) -> dict[str, Any]:
        """Return what the store remembers of the file."""
        counts = {name: getattr(self, name) for name in ("bytes", "columns", "lines", "rows")}
        return {"path": str(self.path)} | counts | {"set_aside": len(self.faults)}

    def outcome(self, as_: str | None = None) -> dict[str, Any]:
        """Return the file's row of the report; `as_` is the same file in the store."""
        if self.refused:
            found = self.entry() | {"lines": 0, "rows": 0, "set_aside": 0}
            return {"status": "refused", "note": self.refused} | found
        if as_ is not None:
            note = f"as {as_}" if as_ != str(self.path) else ""
            return {"status": "already in the store", "note": note} | self.entry()
        note = "the last line has no end and may be truncated" if self.cut and self.lines not in self.faults else ""
        return {"status": "read", "note": note} | self.entry()


def convert(
    files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    store: str | os.PathLike[str],
    *,
    progress: bool = True,
    batch_bytes: int = 1 << 30,
) -> Report:
    """Read GDELT event files into a store, each file once.

    Parameters
    ----------
    files : path, glob pattern, or iterable of these
        GDELT 1.0 and 2.0 event files, plain, gzip or zip. Packing and layout are found by looking into each file.
    store : path
        Folder of the store; made if missing. A file of the same size and fingerprint as one in the store is not read
        again. The fingerprint is the SHA-256 of the file or, over 64 MiB, of 64 MiB spread evenly over it.
    progress : bool
        Show a progress bar with its rate.
    batch_bytes : int
        Bytes of the text kept after which a batch is closed. A run that is stopped loses at most the batch at hand.

    Returns
    -------
    Report
        What was read, stored, set aside and refused.

    Raises
    ------
    ValueError
        If no file matches, or another conversion is writing to the store.
    RuntimeError
        If a file's events and lines set aside do not add up to its lines; its batch is not stored then.

    Notes
    -----
    Set aside with file, line, reason and text (see `set_aside`): lines with a wrong number of columns, null bytes,
    stray carriage returns, bytes that are not UTF-8 or over a megabyte of text; without an id or a date that exists;
    with text where a number is due, or a quad class other than 1 to 4; blank and truncated lines; and all but the
    first line with a GLOBALEVENTID, also across files and runs. Other blank fields are missing values. A whole file
    is refused, and tried again by the next run, if it cannot be unpacked to its end or has no known layout.

    Examples
    --------
    >>> report = convert("downloads/*.export.CSV.zip", "store")  # doctest: +SKIP
    >>> print(report)  # doctest: +SKIP
    files read: 96
    181,214 lines in 4.1 s: 181,214 events stored, 0 set aside
    """
    with extra("machine"):
        from tqdm import tqdm

    started, store = time.perf_counter(), Path(store)
    found = [_File(path, path.stat().st_size, _fingerprint(path)) for path in _expand(files)]
    new: dict[str, _File] = {}
    reasons: Counter[str] = Counter()
    with _staging(store) as (staging, connection):
        known = {entry["fingerprint"]: entry["path"] for entry in _listed(store)}
        for file in found:
            if file.fingerprint not in known:
                new.setdefault(file.fingerprint, file)
        pending = deque(new.values())
        with tqdm(
            total=sum(file.bytes for file in new.values()), unit="B", unit_scale=True, disable=not progress
        ) as bar:
            while pending:
                reasons.update(_batch(connection, pending, staging, store, batch_bytes, bar))
    outcomes = []
    for file in found:
        first = new.get(file.fingerprint)
        file.refused = first.refused if first else ""
        as_ = known[file.fingerprint] if first is None else None if first is file else str(first.path)
        outcomes.append(file.outcome(as_))
    return Report(pd.DataFrame(outcomes), dict(reasons), time.perf_counter() - started)


def set_aside(store: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Return the lines that were set aside: ``file``, ``line`` (from 1), ``reason`` and ``text``.

    Bytes of the text that are not UTF-8 are written as escapes such as ``\xff``; over a megabyte of text is cut.

    Examples
    --------
    >>> set_aside("no store yet").empty
    True
    """
    parts = [
        pd.read_csv(path, names=["file", "line", "reason", "text"], keep_default_na=False)
        for path in sorted(Path(store).glob("batch=*/_set_aside.csv"))
    ]
    if not parts:
        return pd.DataFrame(columns=["file", "line", "reason", "text"])
    return pd.concat(parts).sort_values(["file", "line"], ignore_index=True)


def column_names(count: int) -> list[str]:
    """Return the names of the columns of a layout.

    Parameters
    ----------
    count : {57, 58, 61}
        Number of columns.

    Examples
    --------
    >>> column_names(61)[-2:], len(column_names(57))
    (['DATEADDED', 'SOURCEURL'], 57)
    """
    actor = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
    event = "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale"
    place = f"Type FullName CountryCode ADM1Code {'ADM2Code ' if count == 61 else ''}Lat Long FeatureID"
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{part}" for number in (1, 2) for part in actor.split()]
    names += [*event.split(), "NumMentions", "NumSources", "NumArticles", "AvgTone"]
    names += [f"{who}Geo_{part}" for who in ("Actor1", "Actor2", "Action") for part in place.split()]
    return [*names, "DATEADDED", "SOURCEURL"][:count]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Say how to install what an import does not find; `name` is the extra that brings it.

    Examples
    --------
    >>> with extra("machine"):
    ...     import tqdm
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error.name} is not installed: pip install '.[{name}]'", name=error.name) from None


def _expand(files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Path]:
    found: dict[Path, None] = {}
    for given in [files] if isinstance(files, (str, os.PathLike)) else files:
        name = os.fspath(given)
        names = [name] if os.path.isfile(name) else sorted(filter(os.path.isfile, glob(name, recursive=True)))
        if not names:
            raise ValueError(f"no file matches {name}")
        found |= dict.fromkeys(map(Path, names))
    if not found:
        raise ValueError("no file given")
    return list(found)


def _fingerprint(path: Path) -> str:
    size, block = path.stat().st_size, 1 << 20
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for place in range(0, size, max(size // 64, block)):
            file.seek(place)
            digest.update(file.read(block))
    return digest.hexdigest()


@contextmanager
def _staging(store: Path) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """Give a clean folder in the store, and a connection whose lock on its file keeps others from writing."""
    with extra("machine"):
        import duckdb

    store.mkdir(parents=True, exist_ok=True)
    lock, staging = store / "_lock.duckdb", store / "_staging"
    try:
        connection = duckdb.connect(str(lock))
    except duckdb.IOException as error:
        raise ValueError(f"cannot write to the store {store}; is another conversion running? ({error})") from None
    with closing(connection):
        shutil.rmtree(staging, ignore_errors=True)  # left by a run that was stopped
        staging.mkdir()
        try:
            connection.execute(f"SET temp_directory = {_quoted(staging / 'spill')}; {_SETTINGS}")
            yield staging, connection
        finally:
            shutil.rmtree(staging, ignore_errors=True)


# Reading: bytes to record batches with file and line ------------------------------------------------


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[_Stream, IO[bytes]]]:
    """Open a file; give its content, and the file itself, whose position tells the progress."""
    with path.open("rb") as raw:
        magic = raw.read(2)
        raw.seek(0)
        if magic == b"\x1f\x8b":
            with gzip.open(raw) as stream:
                yield stream, raw
        elif magic == b"PK":
            with zipfile.ZipFile(raw) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                if len(members) != 1:
                    raise ValueError(f"the archive holds {len(members)} files, not one")
                with archive.open(members[0]) as stream:
                    yield stream, raw
        else:
            yield raw, raw


def _pieces(stream: _Stream) -> Iterator[tuple[bytes, bool]]:
    r"""Cut a stream into pieces of whole lines, all ended by "\n"; say of each whether its last line had no end."""
    while piece := stream.read(_PIECE):
        piece += stream.readline(_PIECE)
        rest = piece  # what is left of an endless line is skipped
        while not rest.endswith(b"\n") and (rest := stream.readline(_PIECE)):
            pass
        cut = not rest.endswith(b"\n")
        ended = piece if piece.endswith(b"\n") else piece + b"\n"
        yield ended.replace(b"\r\n", b"\n") if b"\r" in ended else ended, cut


class _Lines(io.RawIOBase):
    """Give Arrow's reader the pieces of a file, those lines blanked that it would misread.

    Arrow makes one batch of one piece, so that the lines of its rows are known. It makes a row of a blank line, and
    leaves out lines with a wrong number of columns; these are blanked in the first piece, since a batch must not be
    empty there.
    """

    def __init__(self, file: _File, stream: _Stream) -> None:
        self.file, self.pieces = file, _pieces(stream)
        self.waiting: deque[tuple[int, int, bytes]] = deque()  # first line, number of lines, text

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        import pyarrow as pa

        piece, self.file.cut = next(self.pieces, (b"", self.file.cut))
        if not piece:
            return piece
        first, count = self.file.lines + 1, int(np.count_nonzero(np.frombuffer(piece, np.uint8) == ord("\n")))
        ends = pa.py_buffer(np.array([0, len(piece)], np.int32))
        try:  # four times as fast as decode
            pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(piece)]).validate(full=True)
            odd = first == 1 or b"\0" in piece or b"\r" in piece or len(piece) > _PIECE + 65_536
        except pa.ArrowInvalid:
            odd = True
        if odd:
            lines = piece.split(b"\n")
            for at, line in enumerate(lines[:count]):
                if line and (reason := _oddity(line, self.file.columns)):
                    self.file.faults[first + at], lines[at] = reason, b""
            piece = b"\n".join(lines)
        self.file.lines += count
        self.waiting.append((first, count, piece))
        return piece


def _oddity(line: bytes, columns: int) -> str | None:
    if len(line) > _PIECE:
        return "line too long"
    if line.count(b"\t") != columns - 1:
        return _WIDTH
    if b"\0" in line or b"\r" in line:
        return "stray control character"
    try:
        line.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    return None


def _records(file: _File, number: int, bar: Any) -> Iterator[Any]:
    """Read a file in batches of text columns, with the number of the file and the line of each row."""
    import pyarrow as pa
    from pyarrow import csv as reader

    with _unpacked(file.path) as (stream, _raw):
        start = (stream.read(1 << 16) + stream.readline(_PIECE)).splitlines()
    if not start:
        return
    file.columns = Counter(line.count(b"\t") + 1 for line in start).most_common(1)[0][0]
    if file.columns not in (57, 58, 61):
        raise ValueError(f"has {file.columns} columns where GDELT's event files have 57, 58 or 61")
    with _unpacked(file.path) as (stream, raw):
        lines = _Lines(file, stream)
        batches = reader.open_csv(
            pa.PythonFile(lines, mode="r"),
            reader.ReadOptions(column_names=column_names(file.columns), block_size=1 << 22),
            reader.ParseOptions(
                delimiter="\t", quote_char=False, ignore_empty_lines=False, invalid_row_handler=lambda _row: "skip"
            ),
            reader.ConvertOptions(
                column_types=dict.fromkeys(KEPT, pa.string()), include_columns=list(KEPT), strings_can_be_null=True,
                include_missing_columns=True, null_values=[""], check_utf8=False,
            ),
        )  # fmt: skip
        shown = 0
        for batch in batches:
            first, count, text = lines.waiting.popleft()
            at = np.arange(first, first + count)
            if len(batch) != count:
                parts = text.split(b"\n")[:count]
                wrong = [place for place, part in enumerate(parts) if part and part.count(b"\t") != file.columns - 1]
                file.faults |= {first + place: _WIDTH for place in wrong}
                at = np.delete(at, wrong)
            numbers = pa.array(np.full(len(batch), number, np.int32))
            yield batch.append_column("file", numbers).append_column("line", pa.array(at))
            bar.update(raw.tell() - shown)
            shown = raw.tell()
        bar.update(file.bytes - shown)


# Writing: record batches to a batch of the store ----------------------------------------------------


def _batch(
    connection: duckdb.DuckDBPyConnection, pending: deque[_File], staging: Path, store: Path, limit: int, bar: Any
) -> Counter[str]:
    """Write a batch of files and move it into the store; return the reasons of its lines set aside."""
    import pyarrow as pa

    files: list[_File] = []

    def feed() -> Iterator[Any]:
        size = 0
        while pending and size < limit:
            file = pending.popleft()
            files.append(file)
            try:
                for batch in _records(file, len(files) - 1, bar):
                    size += batch.nbytes
                    yield batch
            except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
                file.refused = str(error)

    schema = pa.schema({name: pa.string() for name in KEPT} | {"file": pa.int32(), "line": pa.int64()})
    folder = staging / "read"
    incoming = pa.RecordBatchReader.from_batches(schema, feed())
    connection.register("incoming", incoming)
    connection.execute(_copy(_SELECT, folder))
    connection.unregister("incoming")

    run = connection.execute
    good = [number for number, file in enumerate(files) if not file.refused]
    if any(folder.glob("MonthYear=0/*/*.parquet")):
        for number, line, fault in run(
            f"SELECT file, line, fault FROM {events_table(folder)} WHERE MonthYear = 0"
        ).fetchall():
            files[number].faults.setdefault(line, fault)
        shutil.rmtree(folder / "MonthYear=0")
    if any(folder.glob(EVENTS)):
        new = f"(FROM {events_table(folder)} WHERE file IN ({', '.join(map(str, [-1, *good]))}))"
        repeated = _repeated(connection, new, store)
        for number, line in repeated:
            files[number].faults[line] = _REPEATED
        if repeated or len(good) < len(files):
            run(_copy(f"FROM {new} ANTI JOIN repeated USING (file, line)", staging / "kept"))
            shutil.rmtree(folder)
            folder = staging / "kept"
    if any(folder.glob(EVENTS)):
        for number, rows in run(f"SELECT file, count(*) FROM {events_table(folder)} GROUP BY file").fetchall():
            files[number].rows = rows
    for file in map(files.__getitem__, good):
        if file.rows + len(file.faults) != file.lines:
            counted = f"{file.rows} events and {len(file.faults)} lines set aside"
            raise RuntimeError(f"{file.path} has {file.lines} lines, but {counted}")
    return _move(folder, files, good, store)


def _move(folder: Path, files: list[_File], good: list[int], store: Path) -> Counter[str]:
    """Add to the events what was read and set aside, and move all into the store in one rename."""
    reasons: Counter[str] = Counter()
    folder.mkdir(exist_ok=True)
    with (folder / "_set_aside.csv").open("w", encoding="utf-8", newline="") as sink:
        for number in good:
            for line, text in _texts(files[number]):
                file = files[number]
                cut = file.cut and line == file.lines
                reason = "truncated last line" if cut else file.faults[line] if text else "blank line"
                reasons[reason] += 1
                csv.writer(sink).writerow([file.path, line, reason, text])
    entries = [{"file": number, "fingerprint": files[number].fingerprint} | files[number].entry() for number in good]
    if entries:
        (folder / "_files.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")
        last = max((int(path.name.partition("=")[2]) for path in store.glob("batch=*")), default=0)
        folder.rename(store / f"batch={last + 1}")
    else:
        shutil.rmtree(folder)
    return reasons


def _texts(file: _File) -> Iterator[tuple[int, str]]:
    """Read again the lines set aside."""
    wanted, done = deque(sorted(file.faults)), 0
    with _unpacked(file.path) as (stream, _raw):
        for piece, _cut in _pieces(stream) if wanted else ():
            count = piece.count(b"\n")
            parts = piece.split(b"\n") if wanted and wanted[0] <= done + count else []
            while wanted and wanted[0] <= done + count:
                yield wanted[0], parts[wanted.popleft() - done - 1].decode("utf-8", "backslashreplace")
            done += count


def _repeated(connection: duckdb.DuckDBPyConnection, new: str, store: Path) -> list[tuple[int, int]]:
    """Return file and line of events whose id stands in an earlier line or in the store; leave them in a table."""
    run = connection.execute
    run(f"""CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT file, line FROM {new} SEMI JOIN (SELECT GLOBALEVENTID FROM {new} GROUP BY ALL HAVING count(*) > 1)
            USING (GLOBALEVENTID)
        QUALIFY row_number() OVER (PARTITION BY GLOBALEVENTID ORDER BY file, line) > 1""")
    if any(store.glob(f"batch=*/{EVENTS}")):
        # Ids grow with time, so most of the store lies outside of their range and is not read.
        low, high = run(f"SELECT coalesce(min(GLOBALEVENTID), 0), max(GLOBALEVENTID) FROM {new}").fetchall()[0]
        run(f"""INSERT INTO repeated SELECT file, line FROM {new} WHERE GLOBALEVENTID IN (
            SELECT GLOBALEVENTID FROM {events_table(store / "batch=*")}
            WHERE GLOBALEVENTID BETWEEN {low} AND {high or low})""")
    return run("SELECT DISTINCT file, line FROM repeated").fetchall()


def _select() -> str:
    """Return the query that gives text its types, and says what is wrong with a row that is no event."""
    values = {name: name if kind == "VARCHAR" else f"TRY_CAST({name} AS {kind})" for name, kind in KEPT.items()}
    day, quad = values["SQLDATE"], values["QuadClass"]
    wrong = {
        name: f"NOT coalesce(isfinite({value}), {name} IS NULL)"
        if KEPT[name] == "DOUBLE"
        else f"{name} IS DISTINCT FROM {value}::VARCHAR"  # 12.0 and 1e3 are no integers
        for name, value in values.items()
        if KEPT[name] != "VARCHAR"
    }
    wrong["GLOBALEVENTID"] += " OR GLOBALEVENTID IS NULL"
    wrong["QuadClass"] += f" OR {quad} NOT BETWEEN 1 AND 4"
    # The first 28 days need no calendar, and asking it is slow.
    wrong["SQLDATE"] += f""" OR SQLDATE IS NULL OR {day} NOT BETWEEN 19000101 AND 20991231
        OR CASE WHEN {day} % 100 BETWEEN 1 AND 28 THEN {day} // 100 % 100 NOT BETWEEN 1 AND 12
           ELSE try_strptime(SQLDATE, '%Y%m%d') IS NULL END"""
    cases = "\n".join(
        f"WHEN {test} THEN '{'bad date' if name == 'SQLDATE' else f'bad value in {name}'}'"
        for name, test in wrong.items()
    )
    typed = ", ".join(f"{value} AS {name}" for name, value in values.items())
    return f"""
        SELECT *, CASE WHEN fault IS NULL THEN SQLDATE // 100 ELSE 0 END AS MonthYear,
            coalesce(Actor1CountryCode <> Actor2CountryCode, false)::INTEGER AS Interstate
        FROM (SELECT {typed}, file, line, CASE {cases} END AS fault FROM incoming)"""


_SELECT = _select()


def _copy(query: str, folder: Path) -> str:
    return f"COPY ({query}) TO {_quoted(folder)} (FORMAT parquet, PARTITION_BY (MonthYear, Interstate))"


def _listed(store: Path) -> list[dict[str, Any]]:
    return [entry for path in store.glob("batch=*/_files.json") for entry in json.loads(path.read_text("utf-8"))]


def events_table(folder: Path) -> str:
    """Return DuckDB's call that reads the events of a batch, or of ``store/batch=*``.

    Examples
    --------
    >>> events_table(Path("s") / "batch=*")
    "read_parquet('s/batch=*/MonthYear=*/Interstate=*/*.parquet', hive_partitioning = true)"
    """
    return f"read_parquet({_quoted(folder / EVENTS)}, hive_partitioning = true)"


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def main(arguments: list[str] | None = None) -> int:
    """Convert files from the command line; return 1 if a file was refused.

    Examples
    --------
    >>> main(["store", "downloads/*.zip"])  # doctest: +SKIP
    """
    parser = argparse.ArgumentParser(prog="python -m helpers.machine_store", description="Read GDELT event files.")
    parser.add_argument("store", help="folder of the store")
    parser.add_argument("files", nargs="+", help="event files or glob patterns")
    chosen = parser.parse_args(arguments)
    try:
        report = convert(chosen.files, chosen.store)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(report)
    return int((report.files["status"] == "refused").any())


if __name__ == "__main__":
    sys.exit(main())
