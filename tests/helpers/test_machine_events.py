"""GDELT files through the store to monthly tables: real rows, faults, interruption, engines.

The twenty rows of `REAL` are genuine: all events between Azerbaijan and Iran in GDELT's file 20180101000000.export.CSV
(The GDELT Project, gdeltproject.org), all from one article, in the fields used here. Other rows are made up.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import machine_store
from helpers.machine_events import Report, convert, dyad_months, dyad_sql, set_aside
from helpers.numbers import methods

#: Positions of the fields in all layouts, from 0, as the codebooks number them from 1.
FIELDS = {"id": 0, "date": 1, "code1": 5, "name1": 6, "country1": 7, "code2": 15, "country2": 17, "root": 25,
          "event": 26, "quad": 29, "goldstein": 30, "mentions": 31, "sources": 32, "articles": 33,
          "tone": 34}  # fmt: skip

#: GLOBALEVENTID, Actor1Code, Actor2Code, EventCode, QuadClass, GoldsteinScale, NumMentions.
REAL = """
719025206 AZE IRN 010 1 0.0 4     719025207 AZE IRN 010 1 0.0 1     719025208 AZE IRN 040 1 1.0 2
719025209 AZE IRN 040 1 1.0 2     719025210 AZE IRN 111 3 -2.0 3    719025211 AZE IRN 172 4 -5.0 4
719025212 AZE IRN 172 4 -5.0 1    719025213 AZE IRNGOV 020 1 3.0 1  719025214 AZE IRNGOV 020 1 3.0 1
719025216 AZEGOV IRN 040 1 1.0 8  719025217 AZEGOV IRN 040 1 1.0 2  719025218 AZEGOV IRNGOV 040 1 1.0 6
719026018 IRN AZE 040 1 1.0 2     719026019 IRN AZE 040 1 1.0 2     719026020 IRN AZEGOV 040 1 1.0 8
719026021 IRN AZEGOV 040 1 1.0 2  719026022 IRN AZEGOV 111 3 -2.0 4 719026023 IRN AZEGOV 111 3 -2.0 4
719026024 IRN AZEGOV 111 3 -2.0 2 719026050 IRNGOV AZEGOV 040 1 1.0 6
"""
ARTICLE = "https://lobelog.com/azerbaijan-wrestles-with-rising-iranian-influence/"
TONE = "-2.12044105173876"


def line(number: int, columns: int = 61, url: str = "http://a.example/1", **values: Any) -> str:
    """Return one line without its end; by default AZE appeals to IRN on 1 January 2018."""
    fields = [""] * columns
    given = {"date": 20180101, "code1": "AZE", "code2": "IRN", "root": 1, "event": "020", "quad": 1, "goldstein": 3.0,
             "mentions": 2, "sources": 1, "articles": 2, "tone": -1.5} | values  # fmt: skip
    given |= {"country1": given["code1"][:3], "country2": given["code2"][:3]} | values
    for name, value in given.items():
        fields[FIELDS[name]] = str(value)
    fields[0] = str(number)
    fields[56 if columns < 61 else 59] = "20180101" if columns < 61 else "20180101000000"
    if columns > 57:
        fields[-1] = url
    return "\t".join(fields)


def real() -> list[str]:
    words = REAL.split()
    rows = [words[at : at + 7] for at in range(0, len(words), 7)]
    return [
        line(int(number), url=ARTICLE, tone=TONE, code1=first, code2=second, event=event, quad=quad, goldstein=value,
             mentions=mentions)
        for number, first, second, event, quad, value, mentions in rows
    ]  # fmt: skip


def write(path: Path, lines: list[str], end: str = "\n") -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes("".join(text + end for text in lines).encode())
    return path


def quiet(files: Any, store: Path, **options: Any) -> Report:
    return convert(files, store, progress=False, **options)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def genuine() -> Path:
    """The genuine file, which is no part of the project: CASEBOOK_GDELT names it or its folder."""
    name = "20180101000000.export.CSV"
    places = [Path(os.environ["CASEBOOK_GDELT"])] if "CASEBOOK_GDELT" in os.environ else []
    places += sorted(Path(__file__).resolve().parents[2].parent.glob("*/research/datasets"))
    for place in places:
        for path in (place, place / name):
            if path.is_file():
                return path
    pytest.skip(f"no genuine file: let CASEBOOK_GDELT name {name} or its folder")


class TestRealRows:
    def test_totals_of_a_pair(self, tmp_path: Path, store: Path) -> None:
        report = quiet(write(tmp_path / "real.CSV", real()), store)
        assert (report.rows, report.set_aside) == (20, 0)
        (row,) = dyad_months(store, "AZE", "IRN").to_dict("records")
        assert row == {
            "month": "2018-01", "events": 20, "goldstein_sum": -2.0, "goldstein_mean": -0.1, "quad_1": 14, "quad_2": 0,
            "quad_3": 4, "quad_4": 2, "mentions": 65, "articles": 1, "tone": -2.120441,
        }  # fmt: skip
        assert dyad_months(store, "IRN", "AZE").to_dict("records") == [row]

    def test_direction_and_bare_codes(self, tmp_path: Path, store: Path) -> None:
        quiet(write(tmp_path / "real.CSV", real()), store)
        assert dyad_months(store, "AZE", "IRN", directed=True)["events"].item() == 12
        assert dyad_months(store, "IRN", "AZE", directed=True)["goldstein_sum"].item() == -1.0
        assert dyad_months(store, "AZE", "IRN", match="code")["events"].item() == 9
        assert dyad_months(store, "AZEGOV", "IRNGOV", match="code")["events"].item() == 2

    def test_one_article_is_one_vote(self, tmp_path: Path, store: Path) -> None:
        quiet(write(tmp_path / "real.CSV", real()), store)
        row = dyad_months(store, "AZE", "IRN", per_article=True).iloc[0]
        assert (row["events"], row["goldstein_sum"], row["goldstein_mean"]) == (1, -0.1, -0.1)
        assert row[["quad_1", "quad_2", "quad_3", "quad_4"]].tolist() == [0.7, 0.0, 0.2, 0.1]
        assert methods.one_file().loc["Azerbaijan and Iran"].tolist() == [20, 1, -2.0, -0.1]


def test_genuine_file_against_counting_its_lines(store: Path) -> None:
    path = genuine()
    rows = [text.split("\t") for text in path.read_text("utf-8").split("\n")[:-1]]
    report = quiet(path, store)
    assert (report.rows, report.set_aside, len(rows)) == (2414, 0, 2414)
    for a, b in (("AZE", "IRN"), ("PSE", "ISR"), ("CHN", "USA"), ("PRK", "USA")):
        pair = [row for row in rows if {row[7], row[17]} == {a, b}]
        table = dyad_months(store, a, b)
        assert table["events"].sum() == len(pair) > 0
        assert table["goldstein_sum"].sum() == pytest.approx(sum(float(row[30]) for row in pair))
        assert table["mentions"].sum() == sum(int(row[31]) for row in pair)
        assert [table[f"quad_{quad}"].sum() for quad in (1, 2, 3, 4)] == [
            sum(row[29] == str(quad) for row in pair) for quad in (1, 2, 3, 4)
        ]
        months = sorted({row[2] for row in pair})
        assert table["month"].str.replace("-", "").tolist() == months


def test_the_table_of_the_methods_page(store: Path) -> None:
    quiet(genuine(), store)
    codes = {"Israel": "ISR", "Palestinian territories": "PSE", "Azerbaijan": "AZE", "Iran": "IRN", "China": "CHN",
             "North Korea": "PRK", "United States": "USA", "United Kingdom": "GBR", "Kenya": "KEN", "Rwanda": "RWA",
             "Denmark": "DNK", "Australia": "AUS", "Canada": "CAN", "Mexico": "MEX"}  # fmt: skip
    for a, b, *told in methods.ONE_FILE:
        row = dyad_months(store, codes[a], codes[b]).iloc[0]
        votes = dyad_months(store, codes[a], codes[b], per_article=True).iloc[0]
        found = [row["events"], row["articles"], row["goldstein_sum"], votes["goldstein_sum"]]
        assert found == pytest.approx(told, abs=0.0051), (a, b)


def packed(path: Path, text: bytes, packing: str) -> Path:
    if packing == "gzip":
        path = path.with_name(path.name + ".gz")
        path.write_bytes(gzip.compress(text))
    elif packing == "zip":
        path = path.with_name(path.name + ".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("events.CSV", text)
    else:
        path.write_bytes(text)
    return path


class TestReading:
    @pytest.mark.parametrize("packing", ["plain", "gzip", "zip"])
    @pytest.mark.parametrize("columns", [57, 58, 61])
    def test_layouts_and_packings(self, tmp_path: Path, store: Path, columns: int, packing: str) -> None:
        text = "".join(line(number, columns, event="010") + "\n" for number in range(3)).encode()
        report = quiet(packed(tmp_path / "x.CSV", text, packing), store)
        assert report.files[["columns", "lines", "rows"]].iloc[0].tolist() == [columns, 3, 3]
        row = dyad_months(store, "AZE", "IRN").iloc[0]
        assert (row["events"], row["goldstein_sum"], row["articles"]) == (3, 9.0, 0 if columns == 57 else 1)
        parquet = pd.read_parquet(next(store.glob("batch=*/*/*/*.parquet")))
        assert parquet["EventCode"].tolist() == ["010"] * 3
        assert parquet["SQLDATE"].tolist() == [20180101] * 3

    def test_many_files_of_mixed_layouts(self, tmp_path: Path, store: Path) -> None:
        for number in range(6):
            write(tmp_path / "in" / f"{number}.CSV", [line(number, (57, 58, 61)[number % 3])])
        write(tmp_path / "in" / "empty.CSV", [])
        report = quiet([str(tmp_path / "in" / "[0-3].CSV"), tmp_path / "in" / "5.CSV", tmp_path / "in" / "e*"], store)
        assert (report.rows, len(report.files), (report.files["status"] == "read").all()) == (5, 6, True)

    def test_names_that_need_quoting(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "it's [1]*?.CSV" if os.name != "nt" else tmp_path / "it's [1].CSV", [line(1), "x"])
        assert quiet(path, store).rows == 1
        assert set_aside(store)["file"].tolist() == [str(path)]

    def test_quotes_and_ends_of_lines(self, tmp_path: Path, store: Path) -> None:
        lines = [line(1, name1='"A', url="http://q.example/'\"#\\"), line(2, name1='B"C"'), line(3)]
        report = quiet([write(tmp_path / "n.CSV", lines)], store)
        assert report.rows == 3
        again = quiet(write(tmp_path / "crlf.CSV", [line(4), line(5)], "\r\n"), store)
        assert (again.rows, again.set_aside) == (2, 0)
        urls = pd.concat(map(pd.read_parquet, store.glob("batch=*/*/*/*.parquet")))["SOURCEURL"]
        assert set(urls) == {"http://q.example/'\"#\\", "http://a.example/1"}

    def test_partitions_by_month_and_kind(self, tmp_path: Path, store: Path) -> None:
        lines = [line(1), line(2, date=20171231), line(3, code2="AZEGOV"), line(4, code2="", country2="")]
        quiet(write(tmp_path / "x.CSV", lines), store)
        assert sorted(path.parent.relative_to(store).as_posix() for path in store.rglob("*.parquet")) == [
            "batch=1/MonthYear=201712/Interstate=1",
            "batch=1/MonthYear=201801/Interstate=0",
            "batch=1/MonthYear=201801/Interstate=1",
        ]
        assert dyad_months(store, "AZE", "AZE")["events"].tolist() == [1]

    def test_missing_values_are_kept_and_not_counted(self, tmp_path: Path, store: Path) -> None:
        lines = [
            line(1, goldstein=-4.0),
            line(2, goldstein="", quad="", tone="", mentions="", url=""),
        ]
        assert quiet(write(tmp_path / "x.CSV", lines), store).rows == 2
        row = dyad_months(store, "AZE", "IRN").iloc[0]
        names = ["events", "goldstein_sum", "goldstein_mean", "quad_1", "mentions", "articles", "tone"]
        assert row[names].tolist() == [2, -4.0, -4.0, 1, 2, 1, -1.5]

    def test_progress_shows_rates(self, tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        convert(write(tmp_path / "x.CSV", real()), store)
        assert "100%" in (shown := capsys.readouterr().err)
        assert "B/s" in shown

    @pytest.mark.parametrize(("files", "words"), [("no/such*.CSV", "no file matches no/such"), ([], "no file given")])
    def test_nothing_to_read(self, store: Path, files: Any, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            quiet(files, store)


def spoiled(number: int, field: str, value: str) -> bytes:
    return line(number, **{field: value}).encode()


FAULTS = {
    "short": (b"\t".join(line(7).encode().split(b"\t")[:30]), "wrong number of columns"),
    "long": (line(7).encode() + b"\tmore", "wrong number of columns"),
    "long by an empty field": (line(7).encode() + b"\t", "wrong number of columns"),
    "of the other layout": (line(7, 58).encode(), "wrong number of columns"),
    "header": (b"\t".join([b"GLOBALEVENTID"] * 61), "bad value in GLOBALEVENTID"),
    "no id": (spoiled(7, "id", "").replace(b"7\t", b"\t", 1), "bad value in GLOBALEVENTID"),
    "month 13": (spoiled(7, "date", "20181301"), "bad date"),
    "30 February": (spoiled(7, "date", "20180230"), "bad date"),
    "29 February of no leap year": (spoiled(7, "date", "19000229"), "bad date"),
    "day 0": (spoiled(7, "date", "20180100"), "bad date"),
    "short date": (spoiled(7, "date", "2018011"), "bad date"),
    "other date": (spoiled(7, "date", "2018-01-01"), "bad date"),
    "no date": (spoiled(7, "date", ""), "bad date"),
    "id with a fraction": (spoiled(1, "goldstein", "1").replace(b"1\t", b"1.0\t", 1), "bad value in GLOBALEVENTID"),
    "not a number": (spoiled(7, "goldstein", "nan"), "bad value in GoldsteinScale"),
    "infinite": (spoiled(7, "tone", "inf"), "bad value in AvgTone"),
    "fraction for a count": (spoiled(7, "mentions", "2.5"), "bad value in NumMentions"),
    "text for a number": (spoiled(7, "goldstein", "high"), "bad value in GoldsteinScale"),
    "quad class 5": (spoiled(7, "quad", "5"), "bad value in QuadClass"),
    "not UTF-8 where kept": (line(7, url="http://b.example/").encode() + b"\xe9", "not UTF-8"),
    "not UTF-8 where not kept": (spoiled(7, "name1", "?").replace(b"?", b"\xff\xfe"), "not UTF-8"),
    "null byte": (spoiled(7, "name1", "A\0B"), "stray control character"),
    "carriage return": (spoiled(7, "name1", "A\rB"), "stray control character"),
    "blank": (b"", "blank line"),
    "endless": (line(7, url="x" * (3 << 20)).encode(), "line too long"),
    "repeated": (line(1, goldstein=-9.0).encode(), "duplicate GLOBALEVENTID"),
}


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_bad_line_is_set_aside_and_the_others_kept(self, tmp_path: Path, store: Path, fault: str) -> None:
        bad, reason = FAULTS[fault]
        place = list(FAULTS).index(fault) % 6 or 1
        good = [line(number).encode() for number in range(1, 6)]
        text = b"".join(part + b"\n" for part in [*good[:place], bad, *good[place:]])
        report = quiet(packed(tmp_path / "x.CSV", text, "gzip" if place % 2 else "plain"), store)
        assert (report.rows, report.reasons) == (5, {reason: 1})
        (row,) = set_aside(store).to_dict("records")
        assert (row["line"], row["reason"]) == (place + 1, reason)
        assert row["file"].startswith(str(tmp_path / "x.CSV"))
        assert bad.decode("utf-8", "backslashreplace").startswith(row["text"])
        assert len(row["text"]) >= min(len(bad), 1 << 20)
        stored = pd.concat(map(pd.read_parquet, store.glob("batch=*/*/*/*.parquet")))
        assert sorted(stored["GLOBALEVENTID"]) == [1, 2, 3, 4, 5]
        assert stored["GoldsteinScale"].sum() == 15.0

    def test_truncated_last_line(self, tmp_path: Path) -> None:
        whole = b"".join(line(number).encode() + b"\n" for number in range(4))
        for cut in (0, 1, 20, 100, 113):
            store = tmp_path / str(cut)
            (tmp_path / "x.CSV").write_bytes(whole + whole[: len(whole) // 4 - 1][:cut])
            report = quiet(tmp_path / "x.CSV", store)
            if cut:
                assert report.reasons in ({"truncated last line": 1}, {"duplicate GLOBALEVENTID": 1})
                assert set_aside(store)["line"].tolist() == [5]
            assert report.rows == 4

    def test_whole_last_line_without_its_end_is_kept_and_noted(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "x.CSV", [line(1)])
        path.write_bytes(path.read_bytes() + line(2).encode())
        report = quiet(path, store)
        assert (report.rows, report.set_aside) == (2, 0)
        assert "may be truncated" in report.files["note"].item()
        assert "may be truncated" in str(report)

    def test_many_faults_in_a_file_read_by_several_threads(self, tmp_path: Path, store: Path) -> None:
        chance = random.Random(8)
        kinds = [name for name in FAULTS if name not in ("repeated", "endless")]
        lines, truth = [], {}
        for number in range(1, 60_001):
            text = line(number, url=f"http://a.example/{'long' * 50}/{number}").encode()
            if chance.random() < 0.002:
                text, truth[number] = FAULTS[kinds[chance.randrange(len(kinds))]]
            elif chance.random() < 0.001:
                text, truth[number] = lines[0], "duplicate GLOBALEVENTID"
            lines.append(text)
        (tmp_path / "x.CSV").write_bytes(b"\n".join(lines) + b"\n")
        report = quiet(tmp_path / "x.CSV", store)
        found = set_aside(store)
        assert dict(zip(found["line"], found["reason"], strict=True)) == truth
        assert report.rows == 60_000 - len(truth)
        assert [lines[number - 1].decode("utf-8", "backslashreplace") for number in found["line"]] == found[
            "text"
        ].tolist()

    def test_files_that_cannot_be_read_are_refused_and_tried_again(self, tmp_path: Path, store: Path) -> None:
        text = "".join(line(number) + "\n" for number in range(500)).encode()
        whole = gzip.compress(text)
        (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("a.CSV", text)
        (tmp_path / "bad.zip").write_bytes(content.getvalue().replace(b"AZE", b"AZA", 1))
        (tmp_path / "two.zip").write_bytes(content.getvalue())
        with zipfile.ZipFile(tmp_path / "two.zip", "a") as archive:
            archive.writestr("b.CSV", text)
        (tmp_path / "table.csv").write_text("a,b\n1,2\n")
        write(tmp_path / "good.CSV", [line(1000)])
        report = quiet(str(tmp_path / "*.*"), store)
        notes = {Path(path).name: note for path, note in zip(report.files["path"], report.files["note"], strict=True)}
        assert (report.files["status"] == "refused").sum() == 4
        assert "end-of-stream" in notes["cut.gz"]
        assert "CRC" in notes["bad.zip"]
        assert "2 files, not one" in notes["two.zip"]
        assert "has 1 columns" in notes["table.csv"]
        assert (report.rows, len(set_aside(store))) == (1, 0)
        (tmp_path / "cut.gz").write_bytes(whole)
        assert quiet(str(tmp_path / "*.gz"), store).rows == 500

    def test_rows_that_do_not_add_up_stop_the_batch(
        self, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(tmp_path / "x.CSV", [line(1), line(2)])
        monkeypatch.setattr(machine_store, "_SELECT", machine_store._SELECT + " WHERE line > 1")
        with pytest.raises(RuntimeError, match=r"x\.CSV has 2 lines, but 1 events and 0 lines set aside"):
            quiet(path, store)
        assert not list(store.glob("batch=*"))


class TestOnce:
    def test_a_second_run_reads_nothing(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "x.CSV", real())
        quiet(path, store)
        before = dyad_months(store, "AZE", "IRN")
        shutil.copy(path, tmp_path / "copy.CSV")
        report = quiet([path, tmp_path / "copy.CSV"], store)
        assert (report.rows, report.files["status"].unique().tolist()) == (0, ["already in the store"])
        assert report.files["note"].tolist() == ["", f"as {path}"]
        pd.testing.assert_frame_equal(dyad_months(store, "AZE", "IRN"), before)

    def test_the_same_file_twice_in_one_run(self, tmp_path: Path, store: Path) -> None:
        write(tmp_path / "a.CSV", real())
        write(tmp_path / "b.CSV", real())
        report = quiet([str(tmp_path / "*.CSV"), tmp_path / "a.CSV"], store)
        assert report.files["status"].tolist() == ["read", "already in the store"]

    @pytest.mark.parametrize("together", [True, False])
    def test_ids_that_repeat_across_files(self, tmp_path: Path, store: Path, together: bool) -> None:
        first = write(tmp_path / "1.CSV", [line(1), line(2), line(3)])
        second = write(tmp_path / "2.CSV", [line(4), line(2, goldstein=-9.0), line(5), line(4, goldstein=-8.0)])
        reports = [quiet([first, second], store)] if together else [quiet(first, store), quiet(second, store)]
        assert sum(report.rows for report in reports) == 5
        assert reports[-1].reasons == {"duplicate GLOBALEVENTID": 2}
        assert set_aside(store)[["file", "line"]].to_numpy().tolist() == [[str(second), 2], [str(second), 4]]
        assert dyad_months(store, "AZE", "IRN")["goldstein_sum"].item() == 15.0

    def test_a_bad_line_does_not_take_an_id_from_a_good_one(self, tmp_path: Path, store: Path) -> None:
        lines = [line(1, date=20180230), line(1, goldstein="x"), line(1), line(1, goldstein=-9.0)]
        quiet(write(tmp_path / "x.CSV", lines), store)
        assert dict(zip(set_aside(store)["line"], set_aside(store)["reason"], strict=True)) == {
            1: "bad date", 2: "bad value in GoldsteinScale", 4: "duplicate GLOBALEVENTID",
        }  # fmt: skip
        assert dyad_months(store, "AZE", "IRN")["goldstein_sum"].item() == 3.0

    def test_a_file_that_grew_adds_only_its_new_rows(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "x.CSV", [line(1)])
        quiet(path, store)
        write(path, [line(1), line(2)])
        report = quiet(path, store)
        assert (report.rows, report.reasons) == (1, {"duplicate GLOBALEVENTID": 1})

    def test_small_batches_give_the_same_table(self, tmp_path: Path, store: Path) -> None:
        for number in range(5):
            write(
                tmp_path / "in" / f"{number}.CSV", [line(number), line(number + 1), line(100 + number, date=20180201)]
            )
        quiet(str(tmp_path / "in/*"), store, batch_bytes=1)
        quiet(str(tmp_path / "in/*"), tmp_path / "other")
        assert len(list(store.glob("batch=*"))) == 5
        pd.testing.assert_frame_equal(dyad_months(store, "AZE", "IRN"), dyad_months(tmp_path / "other", "AZE", "IRN"))
        assert set_aside(store)["line"].tolist() == set_aside(tmp_path / "other")["line"].tolist() == [1] * 4

    def test_a_killed_run_leaves_whole_batches_and_the_next_completes_it(self, tmp_path: Path, store: Path) -> None:
        for number in range(60):
            lines = [line(number * 300 + at, date=20180101 + 100 * (at % 12)) for at in range(300)]
            write(tmp_path / "in" / f"{number:02}.CSV", lines)
        files = str(tmp_path / "in" / "*.CSV")
        code = f"from helpers.machine_events import convert; convert({files!r}, {str(store)!r}, batch_bytes=1)"
        with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as child:
            while len(list(store.glob("batch=*"))) < 3 and child.poll() is None:
                time.sleep(0.001)
            child.kill()
        assert child.returncode == (1 if os.name == "nt" else -signal.SIGKILL)
        listed = [json.loads((batch / "_files.json").read_text()) for batch in store.glob("batch=*")]
        assert 3 <= len(listed) < 60
        assert dyad_months(store, "AZE", "IRN")["events"].sum() == 300 * len(listed)
        report = quiet(files, store)
        assert (report.files["status"] == "already in the store").sum() == len(listed)
        assert report.rows == 300 * (60 - len(listed))
        assert not (store / "_staging").exists()
        quiet(files, tmp_path / "other")
        pd.testing.assert_frame_equal(dyad_months(store, "AZE", "IRN"), dyad_months(tmp_path / "other", "AZE", "IRN"))

    def test_two_writers(self, tmp_path: Path, store: Path) -> None:
        store.mkdir()
        code = (
            f"import duckdb; held = duckdb.connect({str(store / '_lock.duckdb')!r}); print('held', flush=True); input()"
        )
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            with pytest.raises(ValueError, match="is another conversion running"):
                quiet(write(tmp_path / "x.CSV", real()), store)
            child.communicate(b"\n")
        assert quiet(tmp_path / "x.CSV", store).rows == 20


ACTORS = ["AZE", "IRN", "AZEGOV", "IRNMIL", "TUR", ""]
ROWS = st.lists(
    st.fixed_dictionaries({
        "code1": st.sampled_from(ACTORS),
        "code2": st.sampled_from(ACTORS),
        "date": st.sampled_from([20171231, 20180101, 20180131, 20180201, 20200229]),
        "quad": st.sampled_from([1, 2, 3, 4]),
        "goldstein": st.sampled_from(["", "-10.0", "-0.3", "0.0", "2.8", "7.4"]),
        "mentions": st.integers(1, 1000),
        "tone": st.floats(-50, 50).map(lambda value: round(value, 9)),
        "url": st.sampled_from(["", "http://a.example/1", "http://a.example/2", "https://b.example", "BBC Monitoring"]),
    }),
    min_size=1,
    max_size=40,
)  # fmt: skip


def expected(rows: list[dict[str, Any]], per_article: bool, directed: bool) -> pd.DataFrame:
    """Compute the table with pandas alone."""
    table = pd.DataFrame(rows)
    first, second = table["code1"].str[:3], table["code2"].str[:3]
    pair = (first == "AZE") & (second == "IRN")
    table = table[pair if directed else pair | ((first == "IRN") & (second == "AZE"))].copy()
    table["month"] = table["date"].astype(str).str[:4] + "-" + table["date"].astype(str).str[4:6]
    table["goldstein"] = pd.to_numeric(table["goldstein"])
    table["url"] = table["url"].where(table["url"] != "")
    found = []
    for month, group in table.groupby("month"):
        size = group.groupby("url")["url"].transform("size")
        vote = 1 / size.fillna(1) if per_article else pd.Series(1.0, group.index)
        known = group["goldstein"].notna()
        total = (vote * group["goldstein"]).sum()
        found.append({
            "month": month, "events": round(vote.sum()), "goldstein_sum": total,
            "goldstein_mean": total / vote[known].sum() if known.any() else np.nan,
            **{f"quad_{quad}": vote[group["quad"] == quad].sum() for quad in (1, 2, 3, 4)},
            "mentions": (vote * group["mentions"]).sum(), "articles": group["url"].nunique(),
            "tone": (vote * group["tone"]).sum() / vote.sum(),
        })  # fmt: skip
    return pd.DataFrame(found)


class TestQuery:
    @settings(max_examples=8)
    @given(rows=ROWS, per_article=st.booleans(), directed=st.booleans())
    def test_equals_a_calculation_with_pandas(self, rows: Any, per_article: bool, directed: bool) -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store"
            quiet(write(Path(folder) / "x.CSV", [line(number, **row) for number, row in enumerate(rows)]), store)
            found = dyad_months(store, "AZE", "IRN", per_article=per_article, directed=directed)
        wanted = expected(rows, per_article, directed)
        assert len(found) == len(wanted)
        if len(wanted):
            pd.testing.assert_frame_equal(found, wanted, check_dtype=False, atol=2e-6)

    def test_dates(self, tmp_path: Path, store: Path) -> None:
        days = [20171231, 20180101, 20180115, 20180131, 20180201, 20190101]
        quiet(write(tmp_path / "x.CSV", [line(number, date=day) for number, day in enumerate(days)]), store)
        table = dyad_months(store, "AZE", "IRN", start="2018-01-15", end=pd.Timestamp("2018-02-01"))
        assert table[["month", "events"]].to_numpy().tolist() == [["2018-01", 2], ["2018-02", 1]]

    def test_a_pair_without_events_gives_an_empty_table(self, tmp_path: Path, store: Path) -> None:
        quiet(write(tmp_path / "x.CSV", [line(1)]), store)
        table = dyad_months(store, "AZE", "ISR")
        assert (len(table), list(table)[:4]) == (0, ["month", "events", "goldstein_sum", "goldstein_mean"])

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"engine": "sqlite"}, "unknown engine 'sqlite'"),
            ({"match": "name"}, "unknown match 'name'"),
            ({"a": "IRAN"}, "'IRAN' is not a country code"),
            ({"b": "aze"}, "'aze' is not a country code"),
            ({"a": "AZEGOV"}, "'AZEGOV' is not a country code"),
            ({"a": "AZEGO", "match": "code"}, "'AZEGO' is not a full code"),
            ({"store": None}, "no events in the store None"),
            ({"store": "no/such/store"}, "no events in the store no/such/store"),
        ],
    )
    def test_bad_arguments(self, tmp_path: Path, store: Path, options: dict[str, Any], words: str) -> None:
        quiet(write(tmp_path / "x.CSV", [line(1)]), store)
        with pytest.raises(ValueError, match=words):
            dyad_months(**({"store": store, "a": "AZE", "b": "IRN"} | options))


class TestEngines:
    def test_bigquery_gets_sql_of_its_own_dialect_for_the_public_table(self) -> None:
        import sqlglot
        from sqlglot import expressions

        for per_article in (False, True):
            text = dyad_sql("AZE", "IRN", per_article=per_article, start="2018-01-01", end="2023-12-31")
            (query,) = sqlglot.parse(text, dialect="bigquery")
            (table,) = query.find_all(expressions.Table)
            assert [part.name for part in table.parts] == ["gdelt-bq", "gdeltv2", "events"]
            inner = table.find_ancestor(expressions.Select)
            assert {column.name for column in inner.find_all(expressions.Column)} == {
                "MonthYear", "SOURCEURL", "SQLDATE", "Actor1CountryCode", "Actor2CountryCode", "QuadClass",
                "GoldsteinScale", "NumMentions", "AvgTone",
            }  # fmt: skip
            assert not list(inner.find_all(expressions.Star))  # BigQuery bills every column read
            assert {"events", "goldstein_sum", "quad_4", "articles"} <= {
                item.alias for item in query.find_all(expressions.Alias)
            }

    def test_the_sql_for_duckdb_is_the_query_that_runs(self, tmp_path: Path, store: Path) -> None:
        import duckdb

        quiet(write(tmp_path / "x.CSV", real()), store)
        duckdb_ = duckdb.connect()
        pattern = (store / "batch=*/*/*/*.parquet").as_posix()
        duckdb_.execute(f"CREATE VIEW events AS FROM read_parquet('{pattern}', hive_partitioning = true)")
        row = duckdb_.sql(dyad_sql("AZE", "IRN", engine="duckdb")).fetchdf().iloc[0]
        assert (row["events"], row["goldstein_sum"]) == (20, pytest.approx(-2.0))

    def test_spark_returns_the_identical_table(self, tmp_path: Path, store: Path) -> None:
        if shutil.which("java") is None:
            pytest.skip("no Java, which Spark needs")
        if importlib.util.find_spec("pyspark") is None:
            pytest.skip("no PySpark: pip install '.[spark]'")
        lines = [
            line(number, date=20180101 + 100 * (number % 5), quad=1 + number % 4, tone=number / 7, mentions=number,
                 goldstein=("", -10.0, 2.8, 0.3)[number // 3 % 4], code1=("AZE", "IRN", "AZEGOV")[number % 3],
                 code2=("IRN", "AZE", "IRNMIL", "TUR")[number % 4],
                 url=("", "http://a.example/1", "BBC Monitoring", f"http://b.example/{number % 7}")[number // 5 % 4])
            for number in range(400)
        ]  # fmt: skip
        quiet(
            [write(tmp_path / "x.CSV", lines[:200]), write(tmp_path / "y.CSV", [*lines[200:], "bad"])],
            store,
            batch_bytes=1,
        )
        # In a process of its own: the JVM outlives a test, and PySpark warns about what is new.
        code = """
import pickle, sys
from pyspark.sql import SparkSession
from helpers.machine_events import dyad_months
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", False)
spark.config("spark.sql.shuffle.partitions", 2).getOrCreate()
store, out = sys.argv[1:]
tables = [dyad_months(store, "AZE", "IRN", engine="spark", per_article=per_article) for per_article in (False, True)]
pickle.dump(tables, open(out, "wb"))
"""
        result = subprocess.run(
            [sys.executable, "-c", code, str(store), str(tmp_path / "tables")], capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        for found, per_article in zip(pd.read_pickle(tmp_path / "tables"), (False, True), strict=True):
            wanted = dyad_months(store, "AZE", "IRN", per_article=per_article)
            assert len(wanted) == 5
            pd.testing.assert_frame_equal(found, wanted, check_exact=True)

    def test_import_is_light(self) -> None:
        code = "import sys, helpers.machine_events; print({'ibis', 'duckdb', 'tqdm'} & set(sys.modules))"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


class TestCommand:
    def test_converts_and_reports(self, tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write(tmp_path / "x.CSV", [*real(), "x\ty"])
        assert machine_store.main([str(store), str(path)]) == 0
        shown = capsys.readouterr().out
        assert "21 lines" in shown
        assert "20 events stored, 1 set aside\n  1 x wrong number of columns" in shown

    def test_says_what_is_wrong(self, tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert machine_store.main([str(store), "no/such"]) == 1
        assert "no file matches no/such" in capsys.readouterr().err
        (tmp_path / "x.csv").write_text("a,b\n")
        assert machine_store.main([str(store), str(tmp_path / "x.csv")]) == 1
        assert "refused: 1" in capsys.readouterr().out
