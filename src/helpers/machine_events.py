r"""Machine-coded events of the GDELT Project: from raw files of any size to monthly tables of a pair of actors.

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

__all__ = ["PUBLIC_TABLE", "Report", "convert", "dyad_months", "dyad_sql", "set_aside"]

#: The table that ``engine="bigquery"`` reads: project, data set, table.
PUBLIC_TABLE = ("gdelt-bq", "gdeltv2", "events")

#: What the store keeps, under GDELT's names, and how it is read. Codes are text: "010" is not 10.
_KEPT = {
    "GLOBALEVENTID": "BIGINT", "SQLDATE": "day", "Actor1Code": "VARCHAR", "Actor1CountryCode": "VARCHAR",
    "Actor2Code": "VARCHAR", "Actor2CountryCode": "VARCHAR", "IsRootEvent": "TINYINT", "EventCode": "VARCHAR",
    "QuadClass": "quad", "GoldsteinScale": "DOUBLE", "NumMentions": "INTEGER", "NumSources": "INTEGER",
    "NumArticles": "INTEGER", "AvgTone": "DOUBLE", "ActionGeo_CountryCode": "VARCHAR", "DATEADDED": "BIGINT",
    "SOURCEURL": "VARCHAR",
}  # fmt: skip

# Memory grows with the threads and with the rows held back for each partition, not with the files. A date is one of
# the days there were, which the reader of DuckDB then checks as it goes: its own date format takes 2018011 for a day.
_SETTINGS = f"""
    SET memory_limit = '600MB'; SET threads = {min(4, os.cpu_count() or 1)}; SET preserve_insertion_order = false;
    SET partitioned_write_flush_threshold = 50000;
    SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0;
    CREATE TEMP TYPE quad AS ENUM ('1', '2', '3', '4');
    CREATE TEMP TYPE day AS ENUM (
        SELECT strftime(day, '%Y%m%d') FROM range(DATE '1900-01-01', DATE '2100-01-01', INTERVAL 1 DAY) AS days(day)
    )"""

_PIECE = 1 << 18  # bytes looked at in one go: they stay in the processor's cache
_LONG = 1 << 20  # no event is that long, and DuckDB stops at twice as much
_TAB, _END = b"\t\n"
_CUT, _REPEATED, _WIDTH = "truncated last line", "duplicate GLOBALEVENTID", "wrong number of columns"

Array = np.ndarray[Any, np.dtype[Any]]
Find = Callable[[bytes, Array, int], dict[int, str]]


@dataclass(frozen=True)
class Report:
    """What `convert` read; its text is a summary.

    Attributes
    ----------
    files : pandas.DataFrame
        One row per file: ``path``, ``status`` ("read", "already in the store" or "refused"), ``note``, ``bytes``,
        ``sha256``, ``columns``, ``lines``, ``rows`` (stored) and ``set_aside``. Every line is stored or set aside.
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
        lines = [
            f"files {status}",
            f"{self.files['lines'].sum():,} lines in {self.seconds:.1f} s: {self.rows:,} events stored, "
            f"{self.set_aside:,} set aside",
        ]
        lines += [f"  {count:,} x {reason}" for reason, count in sorted(self.reasons.items())]
        return "\n".join([*lines, *(f"  {row.path}: {row.note}" for row in self.files.itertuples() if row.note)])


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
        with self.aside.open("a", encoding="utf-8", newline="") as file:
            for number, reason, text in lines:
                csv.writer(file).writerow([self.path, number, reason, text])
                self.reasons[reason] += 1

    def entry(self) -> dict[str, Any]:
        names = ("path", "bytes", "sha256", "columns", "lines", "rows")
        return {name: getattr(self, name) for name in names} | {"set_aside": self.reasons.total()}


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
        Unpacked bytes after which a batch is closed. While a batch is read, copies of its packed files and of those
        with bad lines stand in the store.

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
    stray carriage returns or bytes that are not UTF-8; without an id or a date that exists; with text where a number
    is due, or no quad class from 1 to 4; blank and truncated lines; and all but the first line with a GLOBALEVENTID,
    also across files and runs. Other blank fields are missing values, and so is NaN. A whole file is refused, and
    tried again by the next run, if it cannot be unpacked to its end or has no known layout.

    Examples
    --------
    >>> report = convert("downloads/*.export.CSV.zip", "store")  # doctest: +SKIP
    >>> print(report)  # doctest: +SKIP
    files read: 96
    181,214 lines in 4.1 s: 181,214 events stored, 0 set aside
    """
    from tqdm import tqdm

    started = time.perf_counter()
    paths, store = _expand(files), Path(store)
    outcomes: list[dict[str, Any]] = []
    reasons: Counter[str] = Counter()
    waiting: dict[int, list[_File]] = {}  # by layout: a batch has one
    with (
        _staging(store) as (staging, connection),
        tqdm(total=sum(path.stat().st_size for path in paths), unit="B", unit_scale=True, disable=not progress) as bar,
    ):
        known = {(entry["bytes"], entry["sha256"]): entry["path"] for entry in _listed(store)}

        def flush(batch: list[_File]) -> None:
            _commit(connection, batch, staging, store, bar)
            for file in batch:
                note = "the last line has no end and may be truncated" if file.cut and not file.reasons[_CUT] else ""
                outcomes.append({"status": "read", "note": note, **file.entry()})
                reasons.update(file.reasons)
            batch.clear()

        for number, path in enumerate(paths):
            with path.open("rb") as raw:
                digest = hashlib.file_digest(raw, "sha256").hexdigest()
            file = _File(str(path), path.stat().st_size, digest, path, staging / f"{number}.aside")
            outcome = {"status": "already in the store", **file.entry()}
            if (key := (file.bytes, digest)) in known:
                outcomes.append({**outcome, "note": f"as {known[key]}" if known[key] != file.path else ""})
                bar.update(file.bytes)
                continue
            try:
                _screen(file, staging / str(number))
            except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
                outcomes.append({**outcome, "status": "refused", "note": str(error)})
                bar.update(file.bytes)
                continue
            known[key] = file.path
            waiting.setdefault(file.columns, []).append(file)
            if sum(one.plain.stat().st_size for one in waiting[file.columns]) >= batch_bytes:
                flush(waiting[file.columns])
        for batch in filter(None, waiting.values()):
            flush(batch)
    return Report(pd.DataFrame(outcomes), dict(reasons), time.perf_counter() - started)


def set_aside(store: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Return the lines that were set aside: ``file``, ``line`` (from 1), ``reason`` and ``text``.

    Bytes of the text that are not UTF-8 are written as escapes such as ``\xff``.
    """
    parts = [
        pd.read_csv(path, names=["file", "line", "reason", "text"], keep_default_na=False)
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
        Give each article one vote a month: an event counts 1/n if the pair's month has n events with its SOURCEURL.
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
    that pays. GDELT gave its table as 159 million records and 63 GB in 2016; at that pace it has at most 1.2 billion
    in 2026. A call reads about 150 bytes of each, whatever the dates: some 180 GB, or about one dollar at 6.25
    dollars per TiB, of which the first in a month is free. ``bq query --dry_run`` with the text of `dyad_sql` gives
    the true figure before anything is paid. The public table holds the rows as GDELT wrote them: nothing is set
    aside there, and ids are not checked for duplicates.

    Examples
    --------
    >>> dyad_months("store", "AZE", "IRN")  # doctest: +SKIP
    >>> dyad_months("store", "AZE", "IRN", engine="spark")  # doctest: +SKIP
    """
    import ibis

    query = _query(engine, a, b, start, end, directed, match, per_article)
    if engine == "bigquery":
        connection: Any = ibis.bigquery.connect()
    elif store is None or not any(Path(store).glob("batch=*/MonthYear=*/*.parquet")):
        raise ValueError(f"no events in the store {store}: run convert first")
    elif engine == "duckdb":
        connection = ibis.duckdb.connect()
        pattern = Path(store) / "batch=*" / "MonthYear=*" / "*.parquet"
        connection.read_parquet(pattern, table_name=PUBLIC_TABLE[2], hive_partitioning=True)
    else:
        from pyspark.sql import SparkSession

        connection = ibis.pyspark.connect(SparkSession.builder.getOrCreate())
        connection.read_parquet(str(Path(store).absolute()), table_name=PUBLIC_TABLE[2])
    table = connection.to_pyarrow(query).to_pandas().fillna(dict.fromkeys(_SUMS, 0.0))
    table["month"] = [f"{month // 100}-{month % 100:02d}" for month in table["MonthYear"].astype(int)]
    for mean, votes in (("goldstein_sum", "goldstein_votes"), ("tone", "tone_votes")):
        table[mean.replace("sum", "mean")] = table[mean] / table[votes].where(table[votes] > 0)
    counts = ["events", "articles", "sources"] + ([] if per_article else _SUMS[1:])
    return table[_RESULT].round(6).astype(dict.fromkeys(counts, "int64"))


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


_SUMS = ["goldstein_sum", "quad_1", "quad_2", "quad_3", "quad_4", "mentions"]
_RESULT = ["month", "events", "goldstein_sum", "goldstein_mean", *_SUMS[1:], "articles", "sources", "tone"]


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
    """Return the expression; between engines only the place of the table differs."""
    import ibis
    from ibis import _

    if engine not in ("duckdb", "spark", "bigquery"):
        raise ValueError(f"unknown engine {engine!r}: use duckdb, spark or bigquery")
    if match not in ("country", "code"):
        raise ValueError(f"unknown match {match!r}: use country or code")
    for actor in (a, b):
        if not (actor.isalpha() and actor.isupper() and (len(actor) == 3 or match == "code" and len(actor) % 3 == 0)):
            raise ValueError(f"{actor!r} is not a {match} code of GDELT, such as AZE")
    types = {"VARCHAR": "string", "DOUBLE": "float64"}
    schema = {name: types.get(kind, "int64") for name, kind in _KEPT.items()} | {"MonthYear": "int64"}
    project, dataset, name = PUBLIC_TABLE
    rows = ibis.table(schema, name, **({"catalog": project, "database": dataset} if engine == "bigquery" else {}))

    suffix = "CountryCode" if match == "country" else "Code"
    first, second = rows[f"Actor1{suffix}"], rows[f"Actor2{suffix}"]
    if directed or a == b:
        rows = rows.filter(first == a, second == b)
    else:  # two lists rather than one "or" of pairs: the engines can skip what no list names
        rows = rows.filter(first.isin([a, b]), second.isin([a, b]), first != second)
    if start is not None:
        day = pd.Timestamp(start)
        rows = rows.filter(int(f"{day:%Y%m%d}") <= rows.SQLDATE, int(f"{day:%Y%m}") <= rows.MonthYear)
    if end is not None:
        day = pd.Timestamp(end)
        rows = rows.filter(int(f"{day:%Y%m%d}") >= rows.SQLDATE, int(f"{day:%Y%m}") >= rows.MonthYear)

    vote: Any = ibis.literal(1.0)
    if per_article:
        same = ibis.window(group_by=["MonthYear", "SOURCEURL"])
        vote = ibis.cases((_.SOURCEURL.isnull(), 1.0), else_=1.0 / _.count().over(same).cast("float64"))
    site = _.SOURCEURL.re_extract(r"^[a-zA-Z]+://([^/:]+)", 1).nullif("")
    return (
        rows.mutate(vote=vote, site=site)
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


def _expand(files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Path]:
    found: dict[Path, None] = {}
    for name in map(os.fspath, [files] if isinstance(files, (str, os.PathLike)) else files):
        names = [name] if os.path.isfile(name) else sorted(filter(os.path.isfile, glob(name, recursive=True)))
        if not names:
            raise ValueError(f"no file matches {name}")
        found |= dict.fromkeys(map(Path, names))
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
            connection.execute(f"SET temp_directory = {_quoted(staging / 'spill')}; {_SETTINGS}")
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
    """Find the layout of a file, and set aside the lines that DuckDB would misread."""
    with _unpacked(file.plain) as stream:
        start = (stream.read(_PIECE) + stream.readline(_PIECE)).splitlines()
    widths = Counter(line.count(b"\t") + 1 for line in start).most_common(1)
    file.columns = widths[0][0] if widths else 61
    if file.columns not in (57, 58, 61):
        raise ValueError(f"has {file.columns} columns where GDELT's event files have 57, 58 or 61")

    def odd(piece: bytes, ends: Array, _done: int) -> dict[int, str]:
        before = np.frombuffer(piece, np.uint8)[ends[ends > 0] - 1]
        unusual = b"\0" in piece or b"\r" in piece or piece.startswith(b"\n") or not _is_utf8(piece)
        if not unusual and len(piece) < _LONG and not ((before == _TAB) | (before == _END)).any():
            return {}
        lines = enumerate(piece.removesuffix(b"\n").split(b"\n"))
        return {at: reason for at, line in lines if (reason := _oddity(line, file.columns))}

    _sift(file, odd, copy)


def _oddity(line: bytes, columns: int) -> str | None:
    if not line:
        return "blank line"
    if len(line) >= _LONG:
        return "line too long"
    if line.count(b"\t") != columns - 1:
        return _WIDTH
    if b"\0" in line or b"\r" in line:
        return "stray control character"
    return None if _is_utf8(line) else "not UTF-8"


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _sift(file: _File, find: Find, copy: Path) -> None:
    """Set aside the lines that `find` names, and blank them in a copy: DuckDB skips blank lines but counts them."""
    read = done = 0  # bytes, lines
    sink: IO[bytes] | None = None
    with _unpacked(file.plain) as stream:
        # DuckDB unpacks with one thread only, and takes brackets and stars in a name for a pattern.
        if not isinstance(stream, io.BufferedReader) or has_magic(str(file.plain)):
            sink = copy.open("wb")
        try:
            while piece := stream.read(_PIECE):
                piece += stream.readline()
                text = piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece
                ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _END)
                file.cut = not text.endswith(b"\n")
                if (found := find(text, ends, done)) or text is not piece:
                    lines = text.split(b"\n")
                    if file.cut and len(ends) in found:
                        found[len(ends)] = _CUT
                    file.set_aside(
                        (done + at + 1, reason, lines[at].decode("utf-8", "backslashreplace"))
                        for at, reason in found.items()
                    )
                    text = b"\n".join(b"" if at in found else line for at, line in enumerate(lines))
                    if sink is None:
                        sink = copy.open("wb")
                        _copy(file.plain, sink, read)
                if sink is not None:
                    sink.write(text)
                read += len(piece)
                done += len(ends) + file.cut
        finally:
            if sink is not None:
                sink.close()
    file.lines = done
    file.plain = copy if sink is not None else file.plain


def _copy(path: Path, sink: IO[bytes], count: int) -> None:
    with path.open("rb") as source:
        while count:
            count -= sink.write(source.read(min(count, _PIECE)))


def _commit(connection: duckdb.DuckDBPyConnection, files: list[_File], staging: Path, store: Path, bar: Any) -> None:
    """Write a batch of files of one layout and move it into the store."""
    batch = staging / "batch"
    _write(connection, files, batch, bar)
    repeated = _repeated(connection, batch, store)
    if repeated is not None:  # rare, so written again without them
        ids, taken, numbers = repeated
        for number in numbers:
            file = files[number]
            rejected = {line for line, _reason, _text in _rejected(connection, file)}
            _sift(file, _by_id(ids, taken, rejected), file.aside.with_suffix(".unique"))
        shutil.rmtree(batch)
        _write(connection, files, batch, bar)
        if _repeated(connection, batch, store) is not None:
            raise RuntimeError(f"duplicate ids remain after setting them aside, among them in {files[numbers[0]].path}")
    if any(batch.glob("*/*.parquet")):
        for number, rows in connection.sql(f"SELECT file, count(*) FROM {_table(batch)} GROUP BY file").fetchall():
            files[number].rows = rows
    for file in files:
        file.set_aside(_rejected(connection, file))
        if file.rows + file.reasons.total() != file.lines:
            counted = f"{file.rows} events and {file.reasons.total()} lines set aside"
            raise RuntimeError(f"{file.path} has {file.lines} lines, but {counted}")
    (batch / "_files.json").write_text(json.dumps([file.entry() for file in files], indent=1), encoding="utf-8")
    with (batch / "_set_aside.csv").open("wb") as sink:
        for file in filter(lambda file: file.reasons, files):
            sink.write(file.aside.read_bytes())
    last = max((int(path.name.partition("=")[2]) for path in store.glob("batch=*")), default=0)
    batch.rename(store / f"batch={last + 1}")
    for file in files:
        if file.plain.parent == staging:
            file.plain.unlink()


def _write(connection: duckdb.DuckDBPyConnection, files: list[_File], batch: Path, bar: Any) -> None:
    """Let DuckDB copy the files into Parquet by month, and remember the lines it rejects."""
    columns = _columns(files[0].columns)
    types = ", ".join(f"'{name}': '{_KEPT.get(name, 'VARCHAR')}'" for name in columns)
    kept = {name: name if name in columns else "NULL::VARCHAR" for name in _KEPT}
    kept |= {"SQLDATE": "SQLDATE::VARCHAR::INTEGER", "QuadClass": "QuadClass::VARCHAR::TINYINT"}
    kept |= {name: f"CASE WHEN isfinite({name}) THEN {name} END" for name, kind in _KEPT.items() if kind == "DOUBLE"}
    kept |= {"file": "file_index::INTEGER", "MonthYear": f"{kept['SQLDATE']} // 100"}
    statement = f"""
        COPY (
            SELECT {", ".join(f"{value} AS {name}" for name, value in kept.items())}
            FROM read_csv([{", ".join(_quoted(file.plain) for file in files)}], columns = {{{types}}},
                auto_detect = false, header = false, delim = '\t', quote = '', escape = '', comment = '',
                new_line = '\\n', nullstr = '', strict_mode = true, force_not_null = ['GLOBALEVENTID', 'SQLDATE'],
                store_rejects = true, rejects_limit = 0)
        ) TO {_quoted(batch)} (FORMAT parquet, PARTITION_BY (MonthYear))"""
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    batch.mkdir()
    start, total = bar.n, sum(file.bytes for file in files)
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(connection.execute, statement)
        try:
            while wait([task], timeout=0.2).not_done:
                bar.update(max(start + total * min(connection.query_progress(), 99) // 100 - bar.n, 0))
        except KeyboardInterrupt:
            connection.interrupt()
            raise
        task.result()
    bar.update(start + total - bar.n)


def _repeated(connection: duckdb.DuckDBPyConnection, batch: Path, store: Path) -> tuple[Array, Array, list[int]] | None:
    """Return the ids that repeat (sorted), which of them the store has, and the numbers of the files concerned."""
    if not any(batch.glob("*/*.parquet")):
        return None
    new, run = _table(batch), connection.execute
    run(f"""CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT GLOBALEVENTID AS id, false AS known FROM {new} GROUP BY 1 HAVING count(*) > 1""")
    if any(store.glob("batch=*/*/*.parquet")):
        # Ids grow with time, so most of the store lies outside of their range and is not read.
        low, high = run(f"SELECT min(GLOBALEVENTID), max(GLOBALEVENTID) FROM {new}").fetchall()[0]
        run(f"""INSERT INTO repeated SELECT GLOBALEVENTID, true FROM {_table(store / "batch=*")}
            WHERE GLOBALEVENTID BETWEEN {low} AND {high} AND GLOBALEVENTID IN (SELECT GLOBALEVENTID FROM {new})""")
    found = run("SELECT id, bool_or(known) AS known FROM repeated GROUP BY id ORDER BY id").fetchnumpy()
    numbers = run(f"SELECT DISTINCT file FROM {new} SEMI JOIN repeated ON GLOBALEVENTID = id ORDER BY file").fetchall()
    return (found["id"], np.array(found["known"], bool), [number for (number,) in numbers]) if numbers else None


def _by_id(ids: Array, taken: Array, rejected: set[int]) -> Find:
    """Find the lines whose id is `taken`; the first line with one of the `ids` takes it."""

    def find(piece: bytes, _ends: Array, done: int) -> dict[int, str]:
        lines = piece.removesuffix(b"\n").split(b"\n")
        readable = [at for at, line in enumerate(lines) if line and done + at + 1 not in rejected]
        numbers = np.array([_number(lines[at].partition(b"\t")[0]) for at in readable], np.int64)
        places = np.minimum(np.searchsorted(ids, numbers), len(ids) - 1)
        found = {}
        for hit in np.flatnonzero(ids[places] == numbers):
            if taken[places[hit]]:
                found[readable[hit]] = _REPEATED
            taken[places[hit]] = True
        return found

    return find


def _number(text: bytes) -> int:
    try:
        return int(text)
    except ValueError:
        return int(float(text))  # DuckDB reads 12.0 as 12 too


def _rejected(connection: duckdb.DuckDBPyConnection, file: _File) -> list[tuple[int, str, str]]:
    """Return the lines of a file that DuckDB could not read: number, reason, text."""
    rows = connection.execute(
        """SELECT line, max(error_type)::VARCHAR, arg_max(column_name, error_type), any_value(csv_line)
        FROM reject_errors JOIN reject_scans USING (scan_id, file_id)
        WHERE file_path = ? GROUP BY line ORDER BY line""",
        [str(file.plain)],
    ).fetchall()
    found = []
    for line, kind, column, text in rows:
        reason = _WIDTH if kind != "CAST" else "bad date" if column == "SQLDATE" else f"bad value in {column}"
        found.append((line, _CUT if file.cut and line == file.lines else reason, text))
    return found


def _columns(count: int) -> list[str]:
    """Return the names of the columns of a layout."""
    actor = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
    event = "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale"
    place = f"Type FullName CountryCode ADM1Code {'ADM2Code ' if count == 61 else ''}Lat Long FeatureID"
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{part}" for number in (1, 2) for part in actor.split()]
    names += [*event.split(), "NumMentions", "NumSources", "NumArticles", "AvgTone"]
    names += [f"{who}Geo_{part}" for who in ("Actor1", "Actor2", "Action") for part in place.split()]
    return [*names, "DATEADDED", "SOURCEURL"][:count]


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
