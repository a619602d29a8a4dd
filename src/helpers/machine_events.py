"""Machine-coded events of the GDELT Project: from raw files of any size to monthly tables of a pair of actors.

`convert` reads event files once into a store of partitioned Parquet. `dyad_months` sums up a pair from it, by one Ibis
expression that DuckDB, Apache Spark and BigQuery (on GDELT's own public table) run alike. A store looks like this::

    store/batch=1/MonthYear=202301/*.parquet  events, by the month in which they are said to have happened
    store/batch=1/_files.json                 what was read: path, size, SHA-256, lines, rows
    store/batch=1/_set_aside.csv              lines without a usable event: file, line, reason, text

A batch is written in ``store/_staging`` and then moved into place in one rename. So the store holds whole batches
only, whenever a run is stopped, and the next run goes on with the files that no batch lists.

The layouts are those of the codebooks (GDELT Event Database Data Format Codebook 1.03, 2013, and 2.0, 2015): tab
separated, no header, no quoting; 58 columns in 1.0 (57 without SOURCEURL before April 2013) and 61 in 2.0.
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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from glob import glob, has_magic
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import duckdb

__all__ = ["LAYOUTS", "PUBLIC_TABLE", "Report", "convert", "dyad_months", "dyad_sql", "set_aside"]

#: The layouts that files may have, by their number of columns.
LAYOUTS = {57: "GDELT 1.0 without SOURCEURL", 58: "GDELT 1.0", 61: "GDELT 2.0"}

#: The table that ``engine="bigquery"`` reads: project, data set, table.
PUBLIC_TABLE = ("gdelt-bq", "gdeltv2", "events")

#: What the store keeps, under GDELT's names. The codes are text: "010" is not 10.
_KEPT = {
    "GLOBALEVENTID": "BIGINT", "SQLDATE": "INTEGER", "Actor1Code": "VARCHAR", "Actor1CountryCode": "VARCHAR",
    "Actor2Code": "VARCHAR", "Actor2CountryCode": "VARCHAR", "IsRootEvent": "TINYINT", "EventCode": "VARCHAR",
    "QuadClass": "TINYINT", "GoldsteinScale": "DOUBLE", "NumMentions": "INTEGER", "NumSources": "INTEGER",
    "NumArticles": "INTEGER", "AvgTone": "DOUBLE", "ActionGeo_CountryCode": "VARCHAR", "DATEADDED": "BIGINT",
    "SOURCEURL": "VARCHAR",
}  # fmt: skip

#: A row that reads well may still not be usable. `_unusable` says the same of a line and gives the reason.
_USABLE = """
    CASE WHEN SQLDATE NOT BETWEEN 19000101 AND 20991231 THEN false
         WHEN SQLDATE % 100 BETWEEN 1 AND 28 THEN SQLDATE // 100 % 100 BETWEEN 1 AND 12
         ELSE try_strptime(SQLDATE::VARCHAR, '%Y%m%d') IS NOT NULL END
    AND coalesce(GoldsteinScale BETWEEN -10 AND 10, true) AND coalesce(QuadClass BETWEEN 1 AND 4, true)
    AND coalesce(AvgTone BETWEEN -100 AND 100, true)"""

_PIECE = 1 << 18  # bytes looked at in one go: they stay in the processor's cache
_TAB, _END = b"\t\n"
_CUT, _REPEATED = "truncated last line", "duplicate GLOBALEVENTID"

Find = Callable[[bytes, "np.ndarray[Any, np.dtype[np.intp]]", int], dict[int, str]]


@dataclass(frozen=True)
class Report:
    """What `convert` read; its text is a summary.

    Attributes
    ----------
    files : pandas.DataFrame
        One row per file: ``file``, ``status`` ("read", "already in the store" or "refused"), ``columns``, ``bytes``,
        ``lines``, ``rows`` (stored), ``set_aside`` and ``note``. Every line read is stored or set aside.
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
        status = self.files["status"].value_counts()
        lines = [
            ", ".join(f"{count:,} files {name}" for name, count in status.items()) or "no file",
            f"{self.files['lines'].sum():,} lines in {self.seconds:.1f} s: {self.rows:,} events stored, "
            f"{self.set_aside:,} lines set aside",
            *(f"  {count:,} {reason}" for reason, count in sorted(self.reasons.items())),
            *(f"  {row.file}: {row.note}" for row in self.files.itertuples() if row.note),
        ]
        return "\n".join(lines)


@dataclass
class _File:
    path: str
    bytes: int
    sha256: str
    plain: Path  # what DuckDB reads: the file itself, or a copy that is unpacked or has bad lines blanked
    aside: Path  # the lines set aside so far
    columns: int = 0
    lines: int = 0
    rows: int = 0
    cut: bool = False  # the last line has no end
    reasons: Counter[str] = field(default_factory=Counter)

    def set_aside(self, lines: Iterable[tuple[int, str, str]]) -> None:
        """Append lines (number, reason, text) to those set aside."""
        with self.aside.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for number, reason, text in lines:
                writer.writerow([self.path, number, reason, text])
                self.reasons[reason] += 1


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
        Folder of the store; made if missing. A file of the same size and SHA-256 as one in the store is not read again.
    progress : bool
        Show a progress bar with rates.
    batch_bytes : int
        Unpacked bytes after which a batch is closed. Packed files and files with bad lines need that much
        room in the store for copies while their batch is read.

    Returns
    -------
    Report
        What was read, stored, set aside and refused.

    Raises
    ------
    ValueError
        If no file matches, or another conversion is writing to the store.
    RuntimeError
        If the rows stored and the lines set aside are not together the lines of the file; nothing is stored then.

    Notes
    -----
    Set aside with file, line, reason and text: lines with a wrong number of columns, bytes that are not UTF-8, null
    bytes or stray carriage returns; dates that do not exist; values that are no number where one is due or out of
    their range (Goldstein -10 to 10, quad class 1 to 4, tone -100 to 100); blank and truncated lines; and all but the
    first line with a GLOBALEVENTID, also across files and runs. Blank fields are missing values; only the id and the
    date must be there. A whole file is refused, and read by a later run, if it cannot be unpacked to its end or has
    no known layout. Memory does not grow with the files.

    Examples
    --------
    >>> report = convert("downloads/*.export.CSV.zip", "store")  # doctest: +SKIP
    >>> print(report)  # doctest: +SKIP
    96 files read
    181,214 lines in 4.1 s: 181,214 events stored, 0 lines set aside
    """
    from tqdm import tqdm

    started = time.perf_counter()
    paths = _expand(files)
    store = Path(store)
    outcomes: list[dict[str, object]] = []
    waiting: dict[int, list[_File]] = {}  # by layout: a batch has one
    reasons: Counter[str] = Counter()
    with _staging(store) as (staging, connection), tqdm(
        total=sum(path.stat().st_size for path in paths), unit="B", unit_scale=True, disable=not progress
    ) as bar:  # fmt: skip
        known = {(entry["bytes"], entry["sha256"]): entry["path"] for entry in _listed(store)}

        def flush(batch: list[_File]) -> None:
            _commit(connection, batch, staging, store, bar)
            for file in batch:
                note = "the last line has no end: it may be truncated" if file.cut and not file.reasons[_CUT] else ""
                outcomes.append(_outcome(file, "read", note))
                reasons.update(file.reasons)
            batch.clear()

        for number, path in enumerate(paths):
            with path.open("rb") as raw:
                digest = hashlib.file_digest(raw, "sha256").hexdigest()
            file = _File(str(path), path.stat().st_size, digest, path, staging / f"{number}.aside")
            if (key := (file.bytes, digest)) in known:
                outcomes.append(_outcome(file, "already in the store", f"as {known[key]}"))
                bar.update(file.bytes)
                continue
            try:
                _screen(file, staging / str(number))
            except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
                outcomes.append(_outcome(file, "refused", str(error)))
                bar.update(file.bytes)
                continue
            known[key] = file.path
            batch = waiting.setdefault(file.columns, [])
            batch.append(file)
            if sum(one.plain.stat().st_size for one in batch) >= batch_bytes:
                flush(batch)
        for batch in filter(None, waiting.values()):
            flush(batch)
    return Report(pd.DataFrame(outcomes), dict(reasons), time.perf_counter() - started)


def set_aside(store: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the lines that were set aside: ``file``, ``line`` (from 1), ``reason`` and ``text``.

    Bytes of the text that are not UTF-8 are written as escapes such as ``\\xff``.
    """
    parts = [
        pd.read_csv(path, dtype={"line": int}, keep_default_na=False)
        for path in sorted(Path(store).glob("batch=*/_set_aside.csv"))
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["file", "line", "reason", "text"])


def dyad_months(
    store: str | os.PathLike[str] | None,
    a: str,
    b: str,
    engine: str = "duckdb",
    *,
    start: str | date | None = None,
    end: str | date | None = None,
    directed: bool = False,
    match: str = "country",
    per_article: bool = False,
) -> pd.DataFrame:
    """Sum up the events of a pair of actors by month.

    Parameters
    ----------
    store : path or None
        Store made by `convert`. BigQuery reads `PUBLIC_TABLE` instead, whatever stands here.
    a, b : str
        Actor codes as GDELT writes them, such as ``"AZE"`` and ``"IRN"``.
    engine : {"duckdb", "spark", "bigquery"}
        What runs the query; the result is the same. See Notes.
    start, end : date or ISO text, optional
        First and last day; by default all.
    directed : bool
        Count only what `a` does toward `b`.
    match : {"country", "code"}
        Compare `a` and `b` with the country of an actor, so that its army and its press count too, or with the
        actor's full code, so that ``"AZE"`` is the bare country and ``"AZEGOV"`` its government.
    per_article : bool
        Give each article one vote a month: an event counts 1/n if the pair's month has n events from its SOURCEURL.
        One article can give twenty events. Events without a SOURCEURL count in full.

    Returns
    -------
    pandas.DataFrame
        One row per month with events, in order: ``month`` ("2018-01"), ``events``, ``goldstein_sum``,
        ``goldstein_mean``, ``quad_1`` to ``quad_4``, ``mentions``, ``articles`` (distinct SOURCEURL), ``sources``
        (distinct web sites of these) and ``tone`` (mean). Values are rounded to six decimals, since the order of
        adding up differs between engines.

    Raises
    ------
    ValueError
        If the store is empty, or an argument is none of those named above.

    Notes
    -----
    *Spark* (``pip install "ibis-framework[pyspark]"``, Java 17): uses the running session, else starts one with
    Spark's own defaults, on this machine.

    *BigQuery* (``pip install "ibis-framework[bigquery]"``): needs a Google Cloud project with BigQuery switched on;
    ``gcloud auth application-default login`` stores the credentials and ``GOOGLE_CLOUD_PROJECT`` names the project
    that pays. GDELT gave its table as 159 million records and 63 GB in 2016; with growth since then at that rate at
    most, it has about 1.2 billion by 2026. The columns read here take about 170 bytes a row, dates do not lessen
    that, so one call reads some 200 GB, or 1.20 dollars at 6.25 dollars per TiB; the first TiB of a month is free.
    ``bq query --dry_run`` with the text of `dyad_sql` gives the true figure before anything is paid. The public
    table holds the rows as GDELT wrote them: none are set aside, and ids are not checked for duplicates.

    Examples
    --------
    >>> dyad_months("store", "AZE", "IRN")  # doctest: +SKIP
    >>> dyad_months("store", "AZE", "IRN", engine="spark")  # doctest: +SKIP
    """
    import ibis

    query = _query(engine, a, b, start, end, directed, match, per_article)
    if engine == "bigquery":
        connection: Any = ibis.bigquery.connect()
    else:
        pattern = Path(store or "").absolute() / "batch=*" / "MonthYear=*" / "*.parquet"
        if store is None or not any(Path(store).glob("batch=*/MonthYear=*/*.parquet")):
            raise ValueError(f"no events in the store {store}: run convert first")
        if engine == "duckdb":
            connection = ibis.duckdb.connect()
            connection.read_parquet(pattern, table_name=PUBLIC_TABLE[2], hive_partitioning=True)
        else:
            from pyspark.sql import SparkSession

            connection = ibis.pyspark.connect(SparkSession.builder.getOrCreate())
            connection.read_parquet(str(Path(store).absolute()), table_name=PUBLIC_TABLE[2])
    return _tidy(connection.to_pyarrow(query).to_pandas(), per_article)


def dyad_sql(a: str, b: str, engine: str = "bigquery", **options: Any) -> str:
    """Return the SQL that `dyad_months` runs, without running it.

    Parameters
    ----------
    a, b : str
        Actor codes.
    engine : {"bigquery", "duckdb"}
        The dialect.
    **options
        ``start``, ``end``, ``directed``, ``match`` and ``per_article`` of `dyad_months`.

    Examples
    --------
    >>> print(dyad_sql("AZE", "IRN"))  # doctest: +SKIP
    """
    import ibis

    given = {"start": None, "end": None, "directed": False, "match": "country", "per_article": False} | options
    return str(ibis.to_sql(_query(engine, a, b, **given), dialect=engine))


def _query(
    engine: str,
    a: str,
    b: str,
    start: str | date | None,
    end: str | date | None,
    directed: bool,
    match: str,
    per_article: bool,
) -> Any:
    """Return the expression; the same for all engines, but for the name of the table."""
    import ibis
    from ibis import _

    if engine not in ("duckdb", "spark", "bigquery"):
        raise ValueError(f"unknown engine {engine!r}: use duckdb, spark or bigquery")
    if match not in ("country", "code"):
        raise ValueError(f"unknown match {match!r}: use country or code")
    for actor in (a, b):
        if not (actor.isalpha() and actor.isupper() and len(actor) % 3 == 0 and (match == "code" or len(actor) == 3)):
            raise ValueError(
                f"{actor!r} is no {match} code of GDELT, such as {'AZE' if match == 'country' else 'AZEGOV'}"
            )
    names = {"TINYINT": "int64", "INTEGER": "int64", "BIGINT": "int64", "DOUBLE": "float64", "VARCHAR": "string"}
    schema = {name: names[kind] for name, kind in _KEPT.items()} | {"MonthYear": "int64"}
    project, dataset, name = PUBLIC_TABLE
    place = {"catalog": project, "database": dataset} if engine == "bigquery" else {}
    events = ibis.table(schema, name=name, **place)

    suffix = "CountryCode" if match == "country" else "Code"
    first, second = events[f"Actor1{suffix}"], events[f"Actor2{suffix}"]
    if directed or a == b:
        rows = events.filter(first == a, second == b)
    else:  # two lists rather than one "or" of pairs: the engines can skip what no list names
        rows = events.filter(first.isin([a, b]), second.isin([a, b]), first != second)
    for bound, earliest in ((start, True), (end, False)):
        if bound is not None:
            day = pd.Timestamp(bound)
            number, month = int(f"{day:%Y%m%d}"), int(f"{day:%Y%m}")
            rows = rows.filter(_.SQLDATE >= number, _.MonthYear >= month) if earliest else rows.filter(
                _.SQLDATE <= number, _.MonthYear <= month
            )  # fmt: skip

    same = ibis.window(group_by=["MonthYear", "SOURCEURL"])
    shared = ibis.cases((_.SOURCEURL.isnull(), 1.0), else_=1.0 / _.count().over(same).cast("float64"))
    rows = rows.mutate(vote=shared if per_article else ibis.literal(1.0))
    site = _.SOURCEURL.re_extract(r"^[a-zA-Z]+://([^/:]+)", 1)
    return (
        rows.mutate(site=site.nullif(""))
        .group_by("MonthYear")
        .aggregate(
            events=_.vote.sum(),
            goldstein_sum=(_.vote * _.GoldsteinScale).sum(),
            goldstein_votes=_.vote.sum(where=_.GoldsteinScale.notnull()),
            **{f"quad_{quad}": _.vote.sum(where=_.QuadClass == quad) for quad in (1, 2, 3, 4)},
            mentions=(_.vote * _.NumMentions).sum(),
            articles=_.SOURCEURL.nunique(),
            sources=_.site.nunique(),
            tone=(_.vote * _.AvgTone).sum(),
            tone_votes=_.vote.sum(where=_.AvgTone.notnull()),
        )
        .order_by("MonthYear")
    )


def _tidy(table: pd.DataFrame, per_article: bool) -> pd.DataFrame:
    """Return the table that users see from what an engine returned."""
    table = table.fillna({f"quad_{quad}": 0.0 for quad in (1, 2, 3, 4)} | {"mentions": 0.0, "goldstein_sum": 0.0})
    month = table["MonthYear"].astype(int)
    table["month"] = [f"{value // 100}-{value % 100:02d}" for value in month]
    table["goldstein_mean"] = table["goldstein_sum"] / table["goldstein_votes"].where(table["goldstein_votes"] > 0)
    table["tone"] = table["tone"] / table["tone_votes"].where(table["tone_votes"] > 0)
    counts = ["events", "articles", "sources"]
    counts += [] if per_article else ["quad_1", "quad_2", "quad_3", "quad_4", "mentions"]
    table = table.round(6).astype(dict.fromkeys(counts, "int64"))
    return table[["month", "events", "goldstein_sum", "goldstein_mean", "quad_1", "quad_2", "quad_3", "quad_4",
                  "mentions", "articles", "sources", "tone"]]  # fmt: skip


def _expand(files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Path]:
    found: dict[Path, None] = {}
    for entry in [files] if isinstance(files, (str, os.PathLike)) else files:
        name = os.fspath(entry)
        names = [name] if os.path.isfile(name) else sorted(filter(os.path.isfile, glob(name, recursive=True)))
        if not names:
            raise ValueError(f"no file matches {name}")
        found.update(dict.fromkeys(map(Path, names)))
    if not found:
        raise ValueError("no file given")
    return list(found)


@contextmanager
def _staging(store: Path) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """Give a clean folder in the store, and a connection whose lock on its file keeps others from writing."""
    import duckdb

    store.mkdir(parents=True, exist_ok=True)
    lock, staging = store / "_lock.duckdb", store / "_staging"
    try:
        connection = duckdb.connect(str(lock))
    except duckdb.IOException as error:
        raise ValueError(f"cannot write to the store {store}; is another conversion running? ({error})") from None
    shutil.rmtree(staging, ignore_errors=True)  # left by a run that was stopped
    staging.mkdir()
    try:
        with closing(connection):
            connection.execute(f"SET temp_directory = {_quoted(staging / 'spill')}")
            # Memory grows with the threads and with the rows held back per partition, not with the files.
            connection.execute("SET memory_limit = '600MB'; SET preserve_insertion_order = false")
            connection.execute(f"SET threads = {min(4, os.cpu_count() or 1)}")
            connection.execute("SET partitioned_write_flush_threshold = 50000")
            connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
            connection.execute("SET progress_bar_time = 0")
            yield staging, connection
        lock.unlink()
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        magic = raw.read(2)
        raw.seek(0)
        if magic == b"\x1f\x8b":
            with gzip.open(raw) as stream:
                yield stream
        elif magic == b"PK":
            with zipfile.ZipFile(raw) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                if len(members) != 1:
                    raise ValueError(f"the archive holds {len(members)} files, not one")
                with archive.open(members[0]) as stream:
                    yield stream
        else:
            yield raw


def _screen(file: _File, copy: Path) -> None:
    """Find the layout of a file, and set aside what DuckDB would misread."""
    with _unpacked(file.plain) as stream:
        start = (stream.read(_PIECE) + stream.readline(_PIECE)).splitlines()
    counts = Counter(line.count(b"\t") + 1 for line in start).most_common(1)
    file.columns = counts[0][0] if counts else 61
    if file.columns not in LAYOUTS:
        raise ValueError(f"has {file.columns} columns where GDELT's event files have 57, 58 or 61")
    _sift(file, lambda piece, ends, _line: _odd(piece, ends, file.columns), copy)


def _sift(file: _File, find: Find, copy: Path) -> None:
    """Set aside the lines that `find` objects to, and blank them in a copy: DuckDB skips blank lines but counts them."""
    done = line = 0
    sink: IO[bytes] | None = None
    file.cut = False
    with _unpacked(file.plain) as stream:
        # DuckDB unpacks with one thread only, and takes brackets and stars in a name for a pattern.
        if not isinstance(stream, io.BufferedReader) or has_magic(str(file.plain)):
            sink = copy.open("wb")
        try:
            while piece := stream.read(_PIECE):
                piece += stream.readline(1 << 21)
                text = piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece
                ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _END)
                file.cut = not text.endswith(b"\n")
                if (found := find(text, ends, line)) or text is not piece:
                    lines = text.removesuffix(b"\n").split(b"\n")
                    if file.cut and len(lines) - 1 in found:
                        found[len(lines) - 1] = _CUT
                    file.set_aside(
                        (line + at + 1, reason, lines[at].decode("utf-8", "backslashreplace"))
                        for at, reason in found.items()
                    )
                    for at in found:
                        lines[at] = b""
                    text = b"\n".join(lines) + (b"" if file.cut else b"\n")
                    if sink is None:
                        sink = copy.open("wb")
                        with file.plain.open("rb") as same:
                            _copy(same, sink, done)
                if sink is not None:
                    sink.write(text)
                done += len(piece)
                line += len(ends) + file.cut
        finally:
            if sink is not None:
                sink.close()
    file.lines = line
    if sink is not None:
        file.plain = copy


def _copy(source: IO[bytes], sink: IO[bytes], count: int) -> None:
    while count:
        count -= sink.write(source.read(min(count, _PIECE)))


def _odd(piece: bytes, ends: np.ndarray[Any, np.dtype[np.intp]], columns: int) -> dict[int, str]:
    """Return what is wrong with lines that DuckDB would misread; of all others only that the piece has none."""
    before = np.frombuffer(piece, np.uint8)[ends[ends > 0] - 1]
    unusual = b"\0" in piece or b"\r" in piece or piece.startswith(b"\n") or not _is_utf8(piece)
    if not unusual and not ((before == _TAB) | (before == _END)).any():
        return {}
    found = {}
    for at, line in enumerate(piece.removesuffix(b"\n").split(b"\n")):
        if not line:
            found[at] = "blank line"
        elif line.count(b"\t") != columns - 1:
            found[at] = "wrong number of columns"
        elif b"\0" in line or b"\r" in line:
            found[at] = "stray control character"
        elif not _is_utf8(line):
            found[at] = "not UTF-8"
    return found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unusable(line: bytes) -> str | None:
    """Return why a line of well-formed numbers does not pass `_USABLE`."""
    fields = line.split(b"\t")
    try:
        year, rest = divmod(int(fields[1]), 10_000)
        date(year, *divmod(rest, 100))
    except ValueError:
        return "bad date"
    if not 1900 <= year <= 2099:
        return "bad date"
    for at, name, limit in ((29, "QuadClass", None), (30, "GoldsteinScale", 10), (34, "AvgTone", 100)):
        if fields[at] and not (1 <= int(fields[at]) <= 4 if limit is None else abs(float(fields[at])) <= limit):
            return f"bad value in {name}"
    return None


def _commit(connection: duckdb.DuckDBPyConnection, files: list[_File], staging: Path, store: Path, bar: Any) -> None:
    """Write a batch of files of one layout and move it into the store."""
    for attempt in range(2):
        batch = staging / f"batch{attempt}"
        _write(connection, files, batch, bar if not attempt else None)
        faulty = _faulty(connection, files, batch, store)
        if faulty is None:
            break
        ids, taken, where = faulty
        for number in where:
            file = files[number]
            rejected = {line for line, _reason, _text in _rejected(connection, file)}
            find = _by_id(ids, taken, rejected)
            _sift(file, find, file.aside.with_suffix(".usable"))
        shutil.rmtree(batch)
    else:
        raise RuntimeError(f"duplicate ids or bad values remain after setting them aside in {files[0].path}")
    for number, rows in connection.sql(f"SELECT file, count(*) FROM {_table(batch)} GROUP BY file").fetchall() if any(
        batch.glob("*/*.parquet")
    ) else []:  # fmt: skip
        files[number].rows = rows
    for file in files:
        file.set_aside(_rejected(connection, file))
        if file.rows + file.reasons.total() != file.lines:
            raise RuntimeError(
                f"{file.path} has {file.lines} lines, but {file.rows} events and {file.reasons.total()} lines set aside"
            )
    _describe(files, batch)
    last = max((int(path.name.partition("=")[2]) for path in store.glob("batch=*")), default=0)
    os.rename(batch, store / f"batch={last + 1}")
    for file in files:
        if file.plain.parent == staging:
            file.plain.unlink()


def _describe(files: list[_File], batch: Path) -> None:
    entries = [
        {"path": file.path, "bytes": file.bytes, "sha256": file.sha256, "columns": file.columns, "lines": file.lines,
         "rows": file.rows, "set_aside": dict(file.reasons)}
        for file in files
    ]  # fmt: skip
    (batch / "_files.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")
    if any(file.reasons for file in files):
        with (batch / "_set_aside.csv").open("wb") as sink:
            sink.write(b"file,line,reason,text\r\n")
            for file in filter(lambda file: file.reasons, files):
                sink.write(file.aside.read_bytes())


def _write(connection: duckdb.DuckDBPyConnection, files: list[_File], batch: Path, bar: Any) -> None:
    """Let DuckDB copy the files into Parquet by month; unusable rows go to month 0."""
    columns = _columns(files[0].columns)
    types = ", ".join(f"'{name}': '{_KEPT.get(name, 'VARCHAR')}'" for name in columns)
    kept = ", ".join(name if name in columns else f"NULL::{kind} AS {name}" for name, kind in _KEPT.items())
    paths = ", ".join(_quoted(file.plain) for file in files)
    batch.mkdir()
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    statement = f"""
        COPY (
            SELECT {kept}, file_index::INTEGER AS file, CASE WHEN {_USABLE} THEN SQLDATE // 100 ELSE 0 END AS MonthYear
            FROM read_csv([{paths}], columns = {{{types}}}, auto_detect = false, header = false, delim = '\t',
                quote = '', escape = '', comment = '', new_line = '\\n', nullstr = '', strict_mode = true,
                force_not_null = ['GLOBALEVENTID', 'SQLDATE'], store_rejects = true, rejects_limit = 0)
        ) TO {_quoted(batch)} (FORMAT parquet, PARTITION_BY (MonthYear), OVERWRITE_OR_IGNORE)"""
    total, shown = sum(file.bytes for file in files), 0
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(connection.execute, statement)
        try:
            while wait([task], timeout=0.2).not_done:
                if bar is not None:
                    now = int(total * min(max(connection.query_progress(), 0.0), 99.0) / 100)
                    bar.update(max(now - shown, 0))
                    shown = max(now, shown)
        except KeyboardInterrupt:
            connection.interrupt()
            raise
        task.result()
    if bar is not None:
        bar.update(total - shown)


def _faulty(
    connection: duckdb.DuckDBPyConnection, files: list[_File], batch: Path, store: Path
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], list[int]] | None:
    """Return ids that repeat or have unusable rows (sorted), which of them the store has, and the files concerned."""
    if not any(batch.glob("*/*.parquet")):
        return None
    new, run = _table(batch), connection.execute
    run(f"""CREATE OR REPLACE TEMP TABLE faulty AS
        SELECT GLOBALEVENTID AS id, false AS known FROM {new} GROUP BY 1 HAVING count(*) > 1
        UNION ALL SELECT GLOBALEVENTID, false FROM {new} WHERE MonthYear = 0""")
    if any(store.glob("batch=*/*/*.parquet")):
        # Ids grow with time, so most of the store lies outside of the range and is not read.
        low, high = connection.sql(f"SELECT min(GLOBALEVENTID), max(GLOBALEVENTID) FROM {new}").fetchall()[0]
        run(f"""INSERT INTO faulty SELECT DISTINCT old.GLOBALEVENTID, true FROM {_table(store / "batch=*")} AS old
            SEMI JOIN {new} AS new USING (GLOBALEVENTID) WHERE old.GLOBALEVENTID BETWEEN {low} AND {high}""")
    found = run("SELECT id, bool_or(known) AS known FROM faulty GROUP BY id ORDER BY id").fetchnumpy()
    if not len(found["id"]):
        return None
    numbers = run(f"SELECT DISTINCT file FROM {new} SEMI JOIN faulty ON GLOBALEVENTID = id ORDER BY file").fetchall()
    return found["id"], np.array(found["known"], bool), [number for (number,) in numbers]


def _by_id(ids: np.ndarray[Any, Any], taken: np.ndarray[Any, Any], rejected: set[int]) -> Find:
    """Find the lines of `ids` that are unusable or whose id is `taken`; the first usable line takes it."""

    def find(piece: bytes, _ends: object, done: int) -> dict[int, str]:
        found = {}
        lines = piece.removesuffix(b"\n").split(b"\n")
        usable = [(at, line) for at, line in enumerate(lines) if line and done + at + 1 not in rejected]
        numbers = np.array([int(line[: line.find(b"\t")]) for _at, line in usable], np.int64)
        places = np.minimum(np.searchsorted(ids, numbers), len(ids) - 1)
        for hit in np.flatnonzero(ids[places] == numbers):
            (at, line), place = usable[hit], places[hit]
            if reason := _unusable(line):
                found[at] = reason
            elif taken[place]:
                found[at] = _REPEATED
            else:
                taken[place] = True
        return found

    return find


def _rejected(connection: duckdb.DuckDBPyConnection, file: _File) -> list[tuple[int, str, str]]:
    """Return the lines of a file that DuckDB could not read: number, reason, text."""
    rows = connection.execute(
        """SELECT line, max(error_type)::VARCHAR, arg_max(column_name, error_type), any_value(csv_line)
        FROM reject_errors JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ? GROUP BY line ORDER BY line""",
        [str(file.plain)],
    ).fetchall()
    found = []
    for line, kind, column, text in rows:
        reason = {"CAST": f"bad value in {column}", "LINE SIZE OVER MAXIMUM": "line too long"}.get(
            kind, "wrong number of columns"
        )
        if kind == "CAST" and column == "SQLDATE":
            reason = "bad date"
        if file.cut and line == file.lines:
            reason = _CUT
        found.append((line, reason, text))
    return found


def _columns(count: int) -> list[str]:
    """Return the names of the columns of a layout."""
    actor = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
    place = f"Type FullName CountryCode ADM1Code {'ADM2Code ' if count == 61 else ''}Lat Long FeatureID"
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{part}" for number in (1, 2) for part in actor.split()]
    names += "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale".split()
    names += "NumMentions NumSources NumArticles AvgTone".split()
    names += [f"{who}Geo_{part}" for who in ("Actor1", "Actor2", "Action") for part in place.split()]
    return [*names, "DATEADDED", "SOURCEURL"][:count]


def _outcome(file: _File, status: str, note: str) -> dict[str, object]:
    return {
        "file": file.path, "status": status, "columns": file.columns, "bytes": file.bytes, "lines": file.lines,
        "rows": file.rows, "set_aside": file.reasons.total() if status == "read" else 0, "note": note,
    }  # fmt: skip


def _listed(store: Path) -> list[dict[str, Any]]:
    return [entry for path in store.glob("batch=*/_files.json") for entry in json.loads(path.read_text("utf-8"))]


def _table(folder: Path) -> str:
    return f"read_parquet({_quoted(folder / 'MonthYear=*' / '*.parquet')}, hive_partitioning = true)"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def main(arguments: list[str] | None = None) -> int:
    """Convert files from the command line; return 1 if a file was refused."""
    parser = argparse.ArgumentParser(prog="python -m helpers.machine_events", description="Read GDELT event files.")
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
