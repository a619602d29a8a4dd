"""Grade a folder of submissions with the autograders of this course.

Run it in the unpacked instructor's zip, where ``assignments/`` stands beside it::

    python grade.py SUBMISSIONS                   # writes grades.csv
    python grade.py SUBMISSIONS --out autumn.csv --jobs 4
    python grade.py --totals grades.csv           # adds up, once the points given by hand are filled in

A submission is a notebook (.ipynb) or the zip file that the last cell of an assignment makes. Files may stand in
folders, one per student or one per assignment; each is known by its path. Which assignment it is, the notebook says.

``grades.csv`` has one row per submission and question: points, points possible, ``by`` (tests or hand), remarks of
failed tests, and for written questions the answer. Fill in the points of the rows that say *hand*. A submission that
cannot be read or run gets a row with the reason, and no points.

The program runs code that students wrote: use a container or a spare account.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import re
import signal
import tempfile
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COLUMNS = ["submission", "assignment", "question", "points", "possible", "by", "remarks", "answer"]
#: Each submission gets a process; where the system can fork, one that has loaded otter already.
PROCESSES: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
KERNEL_DIED = "Kernel died before replying"
FORMULA = ("=", "+", "-", "@")
Row = dict[str, Any]


class RefusedError(Exception):
    """A submission that cannot be graded; the message says why."""


def notebook_of(path: Path) -> dict[str, Any]:
    """Read the notebook of a submission, out of its zip file if need be."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as parts:
                names = [n for n in parts.namelist() if n.endswith(".ipynb")]
                if len(names) != 1:
                    raise RefusedError(f"the zip file holds {len(names)} notebooks instead of one")
                text = parts.read(names[0]).decode("utf-8")
        else:
            text = path.read_text(encoding="utf-8")
        found = json.loads(text)
        cells = [{"source": "".join(c["source"]), "metadata": c.get("metadata", {})} for c in found["cells"]]
        return {"assignment": found["metadata"].get("otter", {}).get("assignment_name"), "cells": cells}
    except (zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise RefusedError(f"not a readable notebook: {type(error).__name__} {error}") from error


def written_answers(cells: list[dict[str, Any]]) -> list[str]:
    """Return what stands under each written question, in order: the cells that a student may edit."""
    answers: list[str] = []
    inside = False
    for cell in cells:
        if "<!-- END QUESTION -->" in cell["source"]:
            inside = False
        if "<!-- BEGIN QUESTION -->" in cell["source"]:
            answers.append("")
            inside = True
        elif inside and cell["metadata"].get("editable", True):
            answers[-1] += cell["source"].strip() + "\n\n"
    return [answer.strip() for answer in answers]


def work(path: str, autograder: str, folder: str) -> None:
    """Run the autograder in this process; leave results, or what went wrong, in a folder."""
    if os.name == "posix":
        os.setsid()  # a group of its own, so that a notebook that never ends can be stopped with its kernel
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        from otter.run import main as grade_one

        try:
            grade_one(path, autograder=autograder, output_dir=folder, no_logo=True)
        except Exception as error:  # reported in the table, whatever it was
            Path(folder, "error.txt").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")


def run(path: Path, autograder: Path, seconds: int) -> dict[str, dict[str, Any]]:
    """Run the autograder on one submission in a process of its own; return its results by question."""
    with tempfile.TemporaryDirectory() as temporary:
        process = PROCESSES.Process(target=work, args=(str(path), str(autograder), temporary))
        process.start()
        process.join(seconds)
        if process.is_alive():
            if os.name == "posix":
                os.killpg(process.pid or 0, signal.SIGKILL)
            else:
                process.kill()
            process.join()
            raise RefusedError(f"was still running after {seconds} seconds")
        results, error = Path(temporary, "results.json"), Path(temporary, "error.txt")
        if error.is_file() or not results.is_file():
            reason = error.read_text(encoding="utf-8") if error.is_file() else f"exit code {process.exitcode}"
            raise RefusedError(f"the autograder stopped: {' '.join(reason.split())[-300:]}")
        tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    return {test["name"]: test for test in tests}


def remarks(output: str) -> str:
    """Pick the messages of failed tests out of what otter prints."""
    return " ".join(dict.fromkeys(re.findall(r"^\s*\S.* message: (.+)$", output, re.M)))


def run_again(path: Path, autograder: Path, seconds: int) -> dict[str, dict[str, Any]]:
    """Run the autograder, up to three times if its kernel does not start: two that start at once can take one port."""
    for _ in range(2):
        try:
            return run(path, autograder, seconds)
        except RefusedError as reason:
            if KERNEL_DIED not in str(reason):
                raise
    return run(path, autograder, seconds)


def grade(path: Path, name: str, assignments: dict[str, dict[str, Any]], seconds: int) -> list[Row]:
    """Grade one submission: one row per question, or one that says why there is none."""
    row: Row = {"submission": name}
    try:
        notebook = notebook_of(path)
        row["assignment"] = notebook["assignment"]
        known = assignments.get(notebook["assignment"])
        if known is None:
            raise RefusedError(f"belongs to no assignment of this course ({notebook['assignment']!r})")
        results = run_again(path, HERE / "assignments" / known["name"] / "autograder.zip", seconds)
        answers = iter(written_answers(notebook["cells"]))
    except RefusedError as reason:
        return [{**row, "remarks": str(reason)}]
    rows = []
    for question in known["questions"]:
        base = {**row, "question": question["name"], "possible": question["points"]}
        if question["by_hand"]:
            rows.append({**base, "by": "hand", "answer": next(answers, "")})
        else:
            result = results[question["name"]]
            rows.append({**base, "points": result["score"], "by": "tests", "remarks": remarks(result["output"])})
    return rows


def totals(table: Path) -> list[Row]:
    """Add up a filled-in table: one row per submission, with what is still to be marked."""
    sums: dict[tuple[str, str], Row] = defaultdict(lambda: {"points": 0.0, "possible": 0.0, "to_mark": ""})
    with table.open(encoding="utf-8-sig", newline="") as file:
        # Spreadsheets of some countries write semicolons between cells and a comma within numbers.
        head = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
        if missing := {"submission", "assignment", "question", "points", "possible"} - set(rows.fieldnames or ()):
            raise SystemExit(
                f"{table}: has no column {', '.join(sorted(missing))}; is it the table that grading wrote?"
            )
        for number, row in enumerate(rows, start=1):
            total = sums[row["submission"], row["assignment"]]
            where = f"{table}, row {number} ({row['submission']}, {row['question']})"
            if not row["question"]:
                total["to_mark"] = row["remarks"]
                continue
            total["possible"] += float(row["possible"].replace(",", "."))
            if not row["points"].strip():
                total["to_mark"] = f"{total['to_mark']} {row['question']}".strip()
                continue
            try:
                points = float(row["points"].replace(",", "."))
            except ValueError:
                raise SystemExit(f"{where}: points must be a number, not {row['points']!r}") from None
            if not 0 <= points <= float(row["possible"].replace(",", ".")):
                raise SystemExit(f"{where}: {points:g} is not between 0 and {row['possible']} points")
            total["points"] += points
    return [{"submission": s, "assignment": a, **total} for (s, a), total in sums.items()]


def write(rows: list[Row], columns: list[str], out: Path) -> None:
    """Write rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        for row in rows:
            table.writerow({k: f"'{v}" if str(v).startswith(FORMULA) else v for k, v in row.items()})


def main() -> None:
    """Read the command line, grade or add up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("submissions", type=Path, nargs="?", help="a folder of .ipynb and .zip files, or one file")
    parser.add_argument("--out", type=Path, default=Path("grades.csv"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="submissions graded at the same time")
    parser.add_argument("--seconds", type=int, default=600, help="longest time for one submission")
    parser.add_argument("--totals", type=Path, metavar="GRADES", help="add up a filled-in table instead")
    wanted = parser.parse_args()
    if wanted.totals:
        out = wanted.totals.with_name("totals.csv")
        added = totals(wanted.totals)
        write(added, ["submission", "assignment", "points", "possible", "to_mark"], out)
        print(f"{len(added)} submissions added up in {out}")
        return
    if wanted.submissions is None or not wanted.submissions.exists():
        parser.error(f"no such folder of submissions: {wanted.submissions}")
    folder = wanted.submissions if wanted.submissions.is_dir() else wanted.submissions.parent
    files = [wanted.submissions] if wanted.submissions.is_file() else sorted(folder.rglob("*"))
    files = [f for f in files if f.suffix in (".ipynb", ".zip") and ".ipynb_checkpoints" not in f.parts]
    if not files:
        parser.error(f"{wanted.submissions} holds no .ipynb and no .zip file")
    facts = json.loads((HERE / "assignments" / "assignments.json").read_text(encoding="utf-8"))
    assignments = {fact["name"]: fact for fact in facts}
    rows: list[Row] = []
    if os.name == "posix":
        PROCESSES.set_forkserver_preload(["otter.run"])
    with ThreadPoolExecutor(wanted.jobs) as pool:
        names = [f.relative_to(folder).as_posix() for f in files]
        for found in pool.map(lambda f, n: grade(f, n, assignments, wanted.seconds), files, names):
            rows += found
            print(
                f"{found[0]['submission']}: {sum(row.get('points') or 0 for row in found):g} points by tests",
                flush=True,
            )
    write(rows, COLUMNS, wanted.out)
    print(f"{len(files)} submissions graded; the table is {wanted.out}")


if __name__ == "__main__":
    main()
