"""Measure `helpers.machine_events` on synthetic files in GDELT's true layout, and print ratios to other tools.

Usage: ``python tools/bench_events.py [MILLIONS ...] [--rounds N] [--folder DIR]``. A million rows take 0.4 GB of disk,
and as much again for what the tools write. Every measurement is a process of its own; imports and the start of an
engine are not counted in its seconds, but in its memory they are. The best of the rounds is shown. CPU seconds tell
more than seconds on a machine that is busy with other things.

The rows are made up: ids, dates, codes and addresses are arbitrary. Their shares are those of a genuine file of
1 January 2018: one row in four names the countries of both actors, an article gives six rows, one place in a
hundred is not ASCII.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from helpers import machine_events
from helpers.machine_store import KEPT, column_names

COUNTRIES = ["USA"] * 12 + ["GBR", "ISR", "RUS", "CHN", "IRN", "TUR", "FRA", "DEU", "IND", "PAK", "UKR", "SYR", "IRQ"]
COUNTRIES += ["SAU", "AZE", "ARM", "GEO", "AUS", "CAN", "NGA"]
CODES = {"010": (1, 0.0), "036": (1, 4.0), "042": (1, 1.9), "051": (1, 3.4), "057": (1, 8.0), "071": (2, 7.4),
         "111": (3, -2.0), "120": (3, -4.0), "138": (3, -7.0), "141": (3, -6.5), "173": (4, -5.0),
         "190": (4, -10.0)}  # fmt: skip

#: How DuckDB is told to read the layout.
READ = "auto_detect = false, header = false, delim = '\t', quote = '', escape = '', comment = '', nullstr = ''"
WIDTH = 52


def make(path: Path, rows: int) -> None:
    """Write `rows` synthetic events of a year, in the layout of GDELT 2.0."""
    import duckdb

    names, codes = column_names(61), list(CODES)
    quads, values = [CODES[code][0] for code in codes], [CODES[code][1] for code in codes]
    days = f"DATE '2023-01-01' + (i * 365 // {rows})::INTEGER - [0, 0, 0, 0, 0, 0, 0, 1, 7, 30][1 + h % 10]"
    columns = dict.fromkeys(names, "''")
    columns |= {
        "GLOBALEVENTID": "1000000000 + i", "SQLDATE": "strftime(d, '%Y%m%d')", "MonthYear": "strftime(d, '%Y%m')",
        "Year": "year(d)", "FractionDate": "round(year(d) + dayofyear(d) / 365.0, 4)", "IsRootEvent": "h % 2",
        "EventCode": f"{codes}[e]", "EventBaseCode": f"{codes}[e]", "EventRootCode": f"{codes}[e][1:2]",
        "QuadClass": f"{quads}[e]", "GoldsteinScale": f"{values}[e]", "NumMentions": "1 + h % 30",
        "NumSources": "1 + h % 3", "NumArticles": "1 + h % 30", "AvgTone": "((h % 20000) - 10000) / 1234.567",
        "DATEADDED": "strftime(d, '%Y%m%d') || '000000'",
        "SOURCEURL": "'http://www.site-' || (i // 6 % 3000) || '.example.org/world/' || md5((i // 6)::VARCHAR) || "
                     "'-a-headline-in-the-address.html'",
    }  # fmt: skip
    for number in (1, 2):
        actor = f"Actor{number}"
        columns |= {f"{actor}Code": f"a{number}", f"{actor}CountryCode": f"a{number}"}
        columns[f"{actor}Name"] = f"CASE a{number} WHEN '' THEN 'POLICE' ELSE 'NAME OF ' || a{number} END"
    for who in ("Actor1", "Actor2", "Action"):
        place = "CASE h % 100 WHEN 0 THEN 'Gəncə, Gəncə, Azerbaijan' ELSE 'Tabriz, East Azerbaijan, Iran' END"
        fixed = {"Type": "4", "CountryCode": "'IR'", "ADM1Code": "'IR33'", "ADM2Code": "'40955'", "Lat": "38.08",
                 "Long": "46.2919", "FeatureID": "'-3085563'", "FullName": place}  # fmt: skip
        columns |= {f"{who}Geo_{part}": value for part, value in fixed.items()}
    duckdb.execute(f"""COPY (
        SELECT {", ".join(columns[name] for name in names)} FROM (
            SELECT i, h, {days} AS d, 1 + (h // 10) % {len(codes)} AS e,
                CASE WHEN h // 1000 % 100 < 56 THEN {COUNTRIES}[1 + h // 100000 % {len(COUNTRIES)}] ELSE '' END AS a1,
                CASE WHEN h // 100 % 100 < 44 THEN {COUNTRIES}[1 + h // 10000000 % {len(COUNTRIES)}] ELSE '' END AS a2
            FROM (SELECT i, (hash(i) % 1000000007)::INTEGER AS h FROM range({rows}) AS numbers(i)))
        ) TO '{path}' (FORMAT csv, DELIM '\t', HEADER false, QUOTE '')""")


def reader(path: Path) -> str:
    """Return DuckDB's call that reads a file, with the types of the store."""
    types = ", ".join(f"'{name}': '{KEPT.get(name, 'VARCHAR')}'" for name in column_names(61))
    return f"read_csv('{path}', columns = {{{types}}}, {READ})"


QUERY = """SELECT MonthYear, count(*), sum(GoldsteinScale), sum(NumMentions), avg(AvgTone), {articles}
    count(*) FILTER (QuadClass = 1), count(*) FILTER (QuadClass = 2), count(*) FILTER (QuadClass = 3),
    count(*) FILTER (QuadClass = 4) FROM {table}
    WHERE (Actor1CountryCode = 'AZE' AND Actor2CountryCode = 'IRN')
       OR (Actor1CountryCode = 'IRN' AND Actor2CountryCode = 'AZE') GROUP BY 1 ORDER BY 1"""


def copy_all(path: Path, out: Path) -> None:
    """Let plain DuckDB copy all columns into one Parquet file."""
    import duckdb

    duckdb.execute(f"COPY (FROM {reader(path)}) TO '{out}' (FORMAT parquet)")


def copy_same(path: Path, out: Path) -> None:
    """Let plain DuckDB copy the columns of the store into one Parquet file."""
    import duckdb

    duckdb.execute(f"COPY (SELECT {', '.join(KEPT)} FROM {reader(path)}) TO '{out}' (FORMAT parquet)")


def copy_parts(path: Path, out: Path) -> None:
    """Let plain DuckDB copy the columns of the store into the partitions of the store."""
    import duckdb

    parts = "SQLDATE // 100 AS Month, coalesce(Actor1CountryCode <> Actor2CountryCode, false) AS Interstate"
    duckdb.execute(f"""COPY (SELECT {", ".join(KEPT)}, {parts} FROM {reader(path)})
        TO '{out}' (FORMAT parquet, PARTITION_BY (Month, Interstate))""")


def convert(path: Path, out: Path) -> None:
    """Convert with `helpers.machine_events`."""
    machine_events.convert(path, out, progress=False)


def ask_store(_path: Path, store: Path) -> Any:
    """Ask the store with `dyad_months`."""
    table = machine_events.dyad_months(store, "AZE", "IRN")
    return [int(table["events"].sum()), round(float(table["goldstein_sum"].sum()), 3)]


def ask_store_sql(_path: Path, store: Path) -> Any:
    """Ask the store with SQL written for it by hand."""
    import duckdb

    table = f"read_parquet('{store}/batch=*/*/Interstate=1/*.parquet', hive_partitioning = true)"
    return totals(duckdb.execute(QUERY.format(table=table, articles="count(DISTINCT SOURCEURL),")).fetchall())


def ask_sql(path: Path, _store: Path) -> Any:
    """Ask the raw file with SQL."""
    import duckdb

    table = f"(SELECT *, SQLDATE // 100 AS MonthYear FROM {reader(path).replace('MonthYear', 'Month_')})"
    return totals(duckdb.execute(QUERY.format(table=table, articles="")).fetchall())


def totals(rows: list[Any]) -> Any:
    """Return events and the Goldstein sum of all months."""
    return [sum(row[1] for row in rows), round(sum(row[2] for row in rows), 3)]


USED = ["MonthYear", "Actor1CountryCode", "Actor2CountryCode", "QuadClass", "GoldsteinScale", "NumMentions", "AvgTone"]


def ask_pandas(path: Path, _store: Path) -> Any:
    """Ask the raw file with pandas, distinct articles left out."""
    import pandas as pd

    table = pd.read_csv(path, sep="\t", header=None, names=column_names(61), usecols=USED, quoting=3)
    first, second = table["Actor1CountryCode"], table["Actor2CountryCode"]
    pair = table[((first == "AZE") & (second == "IRN")) | ((first == "IRN") & (second == "AZE"))]
    months = pair.groupby("MonthYear").agg(
        {"GoldsteinScale": ["size", "sum", "mean"], "NumMentions": "sum", "AvgTone": "mean"}
    )
    pair.groupby(["MonthYear", "QuadClass"]).size()
    return [int(months["GoldsteinScale", "size"].sum()), round(float(months["GoldsteinScale", "sum"].sum()), 3)]


def ask_polars(path: Path, _store: Path) -> Any:
    """Ask the raw file with polars, distinct articles left out."""
    import polars as pl

    types = {"MonthYear": pl.Int64, "QuadClass": pl.Int64, "GoldsteinScale": pl.Float64, "NumMentions": pl.Int64,
             "AvgTone": pl.Float64}  # fmt: skip
    schema = {name: types.get(name, pl.String) for name in column_names(61)}
    first, second = pl.col("Actor1CountryCode"), pl.col("Actor2CountryCode")
    quads = [(pl.col("QuadClass") == quad).sum().alias(f"quad_{quad}") for quad in (1, 2, 3, 4)]
    value = pl.col("GoldsteinScale")
    months = (
        pl.scan_csv(path, separator="\t", has_header=False, schema=schema, quote_char=None)
        .filter(((first == "AZE") & (second == "IRN")) | ((first == "IRN") & (second == "AZE")))
        .group_by("MonthYear")
        .agg(
            pl.len(),
            value.sum(),
            value.mean().alias("mean"),
            pl.col("NumMentions").sum(),
            pl.col("AvgTone").mean(),
            *quads,
        )
        .collect(engine="streaming")
    )
    return [int(months["len"].sum()), round(float(months["GoldsteinScale"].sum()), 3)]


#: What is measured: words for the table, the function, and whether it answers the question.
TASKS: dict[str, tuple[str, Callable[[Path, Path], Any]]] = {
    "copy_all": ("plain DuckDB COPY, all columns, one file", copy_all),
    "copy_same": ("plain DuckDB COPY, columns of the store, one file", copy_same),
    "copy_parts": ("plain DuckDB COPY, columns and parts of the store", copy_parts),
    "convert": ("helpers.machine_events.convert", convert),
    "ask_store": ("dyad_months on the store", ask_store),
    "ask_store_sql": ("plain DuckDB SQL on the store", ask_store_sql),
    "ask_sql": ("plain DuckDB SQL on the raw file", ask_sql),
    "ask_pandas": ("pandas on the raw file", ask_pandas),
    "ask_polars": ("polars on the raw file", ask_polars),
}


def measured(command: list[str]) -> tuple[float, float, float, str]:
    """Run a command; return its seconds, CPU seconds, peak memory in MB, and output."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kB elsewhere
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, output


def run(task: str, path: Path, out: Path) -> tuple[float, float, float, Any]:
    """Measure one task in a process of its own."""
    if task == "cat":
        return *measured(["sh", "-c", f"cat '{path}' > /dev/null"])[:3], None
    _seconds, _cpu, memory, output = measured([sys.executable, __file__, "--task", task, str(path), str(out)])
    result = json.loads(output)
    return result["seconds"], result["cpu"], memory, result["answer"]


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def bench(millions: float, rounds: int, folder: Path) -> dict[str, tuple[float, float, float]]:
    """Measure all tasks for one size, print them, and return the best of each."""
    path, store, other = folder / "events.CSV", folder / "store", folder / "other"
    make(path, int(millions * 1e6))
    size = path.stat().st_size / 1e9
    best: dict[str, tuple[float, float, float]] = {}
    answers = set()
    tasks = ["cat", *(task for task in TASKS if task != "ask_polars" or importlib.util.find_spec("polars"))]
    for _round in range(rounds):
        for task in tasks:
            out = store if task == "convert" or task.startswith("ask") else other
            if not task.startswith("ask"):
                remove(out)
            seconds, cpu, memory, answer = run(task, path, out)
            if answer is not None:
                answers.add(tuple(answer))
            if task not in best or seconds < best[task][0]:
                best[task] = (seconds, cpu, memory)
        remove(other)
    kept = sum(file.stat().st_size for file in store.rglob("*.parquet")) / 1e9
    remove(store)
    remove(path)
    if len(answers) != 1:
        raise SystemExit(f"the tools do not agree: {answers}")
    print(f"\n{millions:g} million synthetic rows: {size:.2f} GB as text, {kept:.2f} GB in the store; best of {rounds}")
    print(f"{'':<{WIDTH}}{'seconds':>9}{'CPU s':>8}{'MB':>7}{'x COPY':>8}{'x query':>9}{'x cat':>8}")
    for task, (seconds, cpu, memory) in best.items():
        words = "cat" if task == "cat" else TASKS[task][0]
        ratios = (
            f"{seconds / best['copy_same'][0]:8.2f}{seconds / best['ask_store'][0]:9.1f}{seconds / best['cat'][0]:8.1f}"
        )
        print(f"{words:<{WIDTH}}{seconds:9.2f}{cpu:8.1f}{memory:7.0f}{ratios}")
    if "ask_polars" not in best:
        print("polars is not installed")
    return best


def main() -> None:
    """Run the benchmark, or one task of it."""
    parser = argparse.ArgumentParser(description="Measure helpers.machine_events on synthetic events.")
    parser.add_argument("millions", nargs="*", type=float, default=[1, 10, 30], help="sizes in million rows")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to write; by default the folder for temporary files")
    if sys.argv[1:2] == ["--task"]:
        task, path, out = sys.argv[2:]
        started = {"convert": ["duckdb", "pyarrow.csv"], "ask_store": ["ibis.backends.duckdb"]}
        for name in started.get(task, ["duckdb"]):
            importlib.import_module(name)  # not to be counted
        start, cpu = time.perf_counter(), time.process_time()
        answer = TASKS[task][1](Path(path), Path(out))
        took = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "answer": answer}
        print(json.dumps(took))
        return
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        results = {millions: bench(millions, chosen.rounds, Path(folder)) for millions in chosen.millions}
    print()
    for millions, best in results.items():
        copy, query = best["convert"][0] / best["copy_same"][0], best["ask_store"][0]
        pandas = best["ask_pandas"][0] / query
        all_ = best["convert"][0] / best["copy_all"][0]
        print(
            f"{millions:g} million rows: conversion {copy:.2f} x COPY of these columns (target 1.3), {all_:.2f} x all"
        )
        print(f"  query {query:.2f} s (target 1.5 at 10), pandas on the raw file {pandas:.0f} x as long (target 20)")
        each = f"conversion {best['convert'][0] / millions:.2f} s and query {query / millions:.3f} s per million rows"
        print(f"  {each}; peak {best['convert'][2]:.0f} MB (target 1,000)")


if __name__ == "__main__":
    main()
