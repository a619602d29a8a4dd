"""Machine-coded events of the GDELT Project: monthly tables of a pair of actors, from files of any size.

`convert` reads event files once into a store (see `helpers.machine_store`). `dyad_months` sums up a pair from it, by
one Ibis expression that DuckDB, Apache Spark and BigQuery (on GDELT's own public table) run alike.

Needs ``pip install '.[machine]'``, and ``'.[spark]'`` or ``'.[bigquery]'`` for these engines.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.machine_store import EVENTS, KEPT, Report, convert, events_table, extra, set_aside

__all__ = ["PUBLIC_TABLE", "Report", "convert", "dyad_months", "dyad_sql", "set_aside"]

#: The table that ``engine="bigquery"`` reads: project, data set, table.
PUBLIC_TABLE = ("gdelt-bq", "gdeltv2", "events")

_QUADS = ["quad_1", "quad_2", "quad_3", "quad_4"]


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
        ``goldstein_mean``, ``quad_1`` to ``quad_4``, ``mentions``, ``articles`` (distinct SOURCEURL) and ``tone``
        (mean). Values are rounded to six decimals, since the order of adding up differs between engines.

    Raises
    ------
    ValueError
        If the store is empty, or an argument is none of those named above.

    Notes
    -----
    *Spark* (``pip install '.[spark]'``, Java 17): uses the running session, else starts one with Spark's own
    defaults, on this machine.

    *BigQuery* (``pip install '.[bigquery]'``): needs a Google Cloud project with BigQuery switched on;
    ``gcloud auth application-default login`` stores the credentials and ``GOOGLE_CLOUD_PROJECT`` names the project
    that pays. BigQuery bills the columns that a query reads, over the whole table: here about 150 bytes a row,
    whatever the dates. With a thousand million rows that is some 150 GB; multiply by the price of a terabyte that
    Google asks. Before anything is paid, ``bq query --use_legacy_sql=false --dry_run`` with the text of `dyad_sql`
    gives the true bytes. The public table holds the rows as GDELT wrote them: nothing is set aside there, and ids
    are not checked for duplicates.

    Examples
    --------
    >>> dyad_months("store", "AZE", "IRN")  # doctest: +SKIP
    >>> dyad_months("store", "AZE", "IRN", engine="spark")  # doctest: +SKIP
    """
    with extra("machine"):
        import ibis

    query = _query(engine, a, b, start, end, directed, match, per_article)
    if engine == "bigquery":
        with extra("bigquery"):
            connection: Any = ibis.bigquery.connect()
    elif store is None or not any(Path(store).glob(f"batch=*/{EVENTS}")):
        raise ValueError(f"no events in the store {store}: run convert first")
    elif engine == "duckdb":
        connection = ibis.duckdb.connect()
        connection.raw_sql(f"CREATE VIEW {PUBLIC_TABLE[2]} AS FROM {events_table(Path(store) / 'batch=*')}")
    else:
        with extra("spark"):
            from pyspark.sql import SparkSession

        connection = ibis.pyspark.connect(SparkSession.builder.getOrCreate())
        connection.read_parquet(str(Path(store).absolute()), table_name=PUBLIC_TABLE[2])
    sums = ["goldstein_sum", *_QUADS, "mentions"]
    table = connection.to_pyarrow(query).to_pandas().fillna(dict.fromkeys(sums, 0.0))
    table["month"] = [f"{month // 100}-{month % 100:02d}" for month in table["MonthYear"].astype(int)]
    table["goldstein_mean"] = table["goldstein_sum"] / table["goldstein_votes"].where(table["goldstein_votes"] > 0)
    table["tone"] = table["tone"] / table["tone_votes"].where(table["tone_votes"] > 0)
    columns = ["month", "events", "goldstein_sum", "goldstein_mean", *_QUADS, "mentions", "articles", "tone"]
    counts = ["events", "articles"] + ([] if per_article else sums[1:])
    return table[columns].round(6).astype(dict.fromkeys(counts, "int64"))


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
    with extra("machine"):
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
    """Return the expression; between engines only the place of the table differs."""
    import ibis
    from ibis import _

    if engine not in ("duckdb", "spark", "bigquery"):
        raise ValueError(f"unknown engine {engine!r}: use duckdb, spark or bigquery")
    if match not in ("country", "code"):
        raise ValueError(f"unknown match {match!r}: use country or code")
    for actor in (a, b):
        if not (actor.isalpha() and actor.isupper() and (len(actor) == 3 or match == "code" and len(actor) % 3 == 0)):
            raise ValueError(f"{actor!r} is not a {'country' if match == 'country' else 'full'} code of GDELT")
    types = {"VARCHAR": "string", "DOUBLE": "float64"}
    schema = {name: types.get(kind, "int64") for name, kind in KEPT.items()}
    schema |= {"MonthYear": "int64", "Interstate": "int64"}
    project, dataset, name = PUBLIC_TABLE
    place = {"catalog": project, "database": dataset} if engine == "bigquery" else {}
    rows = ibis.table(schema, name, **place)
    if a[:3] != b[:3] and engine != "bigquery":
        rows = rows.filter(rows.Interstate == 1)  # a fifth of GDELT: the rest is not even opened
    # Columns by name rather than all of them, since BigQuery bills by what is read.
    suffix = "CountryCode" if match == "country" else "Code"
    actors = [f"Actor1{suffix}", f"Actor2{suffix}"]
    rows = rows.select(
        "MonthYear", "SQLDATE", *actors, "QuadClass", "GoldsteinScale", "NumMentions", "AvgTone", "SOURCEURL"
    )
    first, second = (rows[actor] for actor in actors)
    pair = (first == a) & (second == b)
    rows = rows.filter(pair if directed else pair | ((first == b) & (second == a)))
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
    return (
        rows.mutate(vote=vote)
        .group_by("MonthYear")
        .aggregate(
            events=_.vote.sum(),
            goldstein_sum=(_.vote * _.GoldsteinScale).sum(),
            goldstein_votes=_.vote.sum(where=_.GoldsteinScale.notnull()),
            **{name: _.vote.sum(where=_.QuadClass == quad) for quad, name in enumerate(_QUADS, 1)},
            mentions=(_.vote * _.NumMentions).sum(),
            articles=_.SOURCEURL.nunique(),
            tone=(_.vote * _.AvgTone).sum(),
            tone_votes=_.vote.sum(where=_.AvgTone.notnull()),
        )
        .order_by("MonthYear")
    )
