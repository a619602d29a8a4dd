"""A class forecasts: questions that are still open, the form to file, scores once they are settled.

A forecaster files a CSV form with a probability per question. Forms are kept with their date and never changed; whoever
thinks again files a new one. When questions are settled, `score` sets forecasters beside baselines. `rehearsal` plays
the same game with forecasts of the five articles that have long been settled, so that a class sees a score at once.

Later, with all forms in one folder::

    python -m helpers.tournament form > alder.csv                    # a form with every open question
    python -m helpers.tournament check alder.csv                     # faults, or what was filed
    python -m helpers.tournament score filed/*.csv --resolutions resolutions.csv
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import forecasts as fc
from helpers import tables
from helpers.tables import DataError

__all__ = [
    "FEW_RESOLVED", "OUTCOMES", "check_answers", "check_resolutions", "form", "keep", "open_questions", "read_answers",
    "read_resolutions", "rehearsal", "reveal", "score",
]  # fmt: skip

#: What an outcome counts; a void question counts for nobody.
OUTCOMES = {"yes": 1.0, "partly": 0.5, "no": 0.0, "void": math.nan}

#: With fewer settled forecasts than this a score is not split into its parts: they would mostly be noise.
FEW_RESOLVED = 20

_ANSWERS = ("forecaster", "made_on", "question_id", "probability", "reason")
_RESOLUTIONS = ("question_id", "outcome", "resolved_on", "source")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


# Questions ----------------------------------------------------------------------------------------


def open_questions(watch_list: pd.DataFrame, day: str | pd.Timestamp) -> pd.DataFrame:
    """Keep the questions that can be forecast on a day: none that has closed, or closes that day.

    Examples
    --------
    >>> watch_list = pd.DataFrame({"id": ["a", "b"], "closes": pd.to_datetime(["2027-06-30", "2028-12-31"])})
    >>> open_questions(watch_list, "2027-06-30")["id"].tolist()
    ['b']
    """
    return watch_list[watch_list["closes"] > pd.Timestamp(day)].reset_index(drop=True)


def _settled(forecasts: pd.DataFrame, day: str | pd.Timestamp, number: int, seed: int) -> pd.DataFrame:
    known = fc.resolve(forecasts, day)
    known = known[known["outcome"].notna()]
    if not 1 <= number <= len(known):
        raise ValueError(f"number must lie between 1 and {len(known)}, the forecasts settled by that day, not {number}")
    drawn = known.sample(number, random_state=seed)
    return drawn.assign(question_id=[f"r{i:02d}" for i in range(1, number + 1)]).reset_index(drop=True)


def rehearsal(forecasts: pd.DataFrame, day: str | pd.Timestamp, number: int = 12, seed: int = 1) -> pd.DataFrame:
    """Draw forecasts of the articles that are settled, and show them blind: no author, no words, no outcome.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        Table ``forecasts``.
    day : date-like
        The day to which the table was brought up; the horizon of each forecast drawn has ended by then.
    number : int
        How many.
    seed : int
        Of the draw. A class uses one seed, another class another.

    Returns
    -------
    pandas.DataFrame
        ``question_id`` (r01, r02 …), ``question``, ``criterion``, ``opens`` and ``closes``.

    Raises
    ------
    ValueError
        If fewer than `number` are settled.

    Examples
    --------
    >>> rehearsal(tables.load("forecasts"), "2026-03-18", 2)["question_id"].tolist()
    ['r01', 'r02']
    """
    drawn = _settled(forecasts, day, number, seed)
    names = {"proposition": "question", "horizon_start": "opens", "horizon_end": "closes"}
    return drawn.rename(columns=names)[["question_id", "question", "criterion", "opens", "closes"]]


def reveal(forecasts: pd.DataFrame, day: str | pd.Timestamp, number: int = 12, seed: int = 1) -> pd.DataFrame:
    """Say what became of a `rehearsal` with the same arguments, and what probability its article gave.

    Returns
    -------
    pandas.DataFrame
        ``question_id``, ``forecast_id``, ``article`` (probability as read from its words), ``outcome`` (1 true, 0
        false, 0.5 partly) and ``resolution_note``.
    """
    drawn = _settled(forecasts, day, number, seed).rename(columns={"id": "forecast_id", "probability": "article"})
    return drawn[["question_id", "forecast_id", "article", "outcome", "resolution_note"]]


# Forms --------------------------------------------------------------------------------------------


def form(questions: pd.DataFrame, forecaster: str = "", made_on: str = "") -> str:
    """Write an empty form: CSV with a row per question.

    Examples
    --------
    >>> print(form(pd.DataFrame({"question_id": ["r01"]}), "alder", "2026-11-30"))
    forecaster,made_on,question_id,probability,reason
    alder,2026-11-30,r01,,
    """
    ids = questions["question_id" if "question_id" in questions else "id"]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_ANSWERS, *((forecaster, made_on, i, "", "") for i in ids)])
    return out.getvalue()


def check_answers(path: Path, questions: pd.DataFrame) -> list[DataError]:
    """List every fault of a form, in reading order.

    Parameters
    ----------
    path : pathlib.Path
        A form as `form` writes it, filled in. A row without a probability counts as not answered.
    questions : pandas.DataFrame
        ``id`` or ``question_id``, and optionally ``closes``: a forecast made on that day or later is too late.
    """
    rows, faults = _rows(path, _ANSWERS)
    key = "question_id" if "question_id" in questions else "id"
    closes = dict(zip(questions[key], questions["closes"], strict=True)) if "closes" in questions else {}
    known, seen, who = set(questions[key]), set(), {row["forecaster"] for row in rows}
    for number, row in enumerate(rows, start=1):

        def fault(column: str, words: str, number: int = number, row: dict[str, str] = row) -> None:
            faults.append(DataError(path, words, number, column, row[column]))

        if not _NAME.fullmatch(row["forecaster"]):
            fault("forecaster", "is not a pseudonym: up to 40 letters, digits, - and _, no address")
        elif len(who) > 1 and number > 1 and row["forecaster"] != rows[0]["forecaster"]:
            fault("forecaster", f"differs from the row above ({rows[0]['forecaster']}): one form is one forecaster's")
        day = _day(row["made_on"])
        if day is None:
            fault("made_on", "is not a real date written YYYY-MM-DD")
        elif row["made_on"] != rows[0]["made_on"]:
            fault("made_on", f"differs from the first row ({rows[0]['made_on']}): one form is one day's")
        if row["question_id"] not in known:
            fault("question_id", "is not one of the questions")
        elif row["question_id"] in seen:
            fault("question_id", "is answered twice")
        elif day is not None and row["probability"]:
            end = closes.get(row["question_id"])
            if end is not None and day >= end:  # a missing day is later than none
                fault("made_on", f"is too late for {row['question_id']}, which closes on {end.date()}")
        seen.add(row["question_id"])
        if row["probability"]:
            _check_probability(row["probability"], fault)
    if rows and not any(row["probability"] for row in rows):
        faults.append(DataError(path, "holds no probability: fill in at least one", None, "probability"))
    return faults


def _check_probability(text: str, fault: Callable[[str, str], None]) -> None:
    if "%" in text:
        fault("probability", "is written in per cent: write 0.7 for 70 per cent")
    elif not re.fullmatch(r"\d*\.?\d+", text):
        fault("probability", "is not a number between 0 and 1, with a point")
    elif float(text) > 1:
        hint = f": write {float(text) / 100:g} for {text} per cent" if float(text) <= 100 else ""
        fault("probability", f"is not between 0 and 1{hint}")


def read_answers(path: Path, questions: pd.DataFrame) -> pd.DataFrame:
    """Read a filled-in form.

    Returns
    -------
    pandas.DataFrame
        One row per answered question: ``forecaster``, ``made_on`` (datetime), ``question_id``, ``probability`` (0 to
        1), ``reason``.

    Raises
    ------
    DataError
        The first of `check_answers`.
    """
    faults = check_answers(path, questions)
    if faults:
        raise faults[0]
    table = pd.DataFrame(_rows(path, _ANSWERS)[0])
    table = table[table["probability"] != ""].reset_index(drop=True)
    return table.assign(made_on=pd.to_datetime(table["made_on"]), probability=table["probability"].astype(float))


def keep(path: Path, questions: pd.DataFrame, folder: Path) -> Path:
    """Copy a form without faults into `folder`, under its forecaster and date; a form filed is never overwritten.

    Raises
    ------
    DataError
        If the form has faults, or another one of the same forecaster and day is there.
    """
    answers = read_answers(path, questions)
    target = folder / f"{answers['forecaster'].iloc[0]}_{answers['made_on'].iloc[0].date()}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    content = path.read_bytes()
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        if target.read_bytes() != content:
            words = "was filed before: a forecast is not changed, file a new form with a new date"
            raise DataError(path, words, None, None, target.name) from None
    return target


def check_resolutions(path: Path, questions: pd.DataFrame) -> list[DataError]:
    """List every fault of a file of resolutions: ``question_id``, ``outcome``, ``resolved_on``, ``source``."""
    rows, faults = _rows(path, _RESOLUTIONS)
    known, seen = set(questions["question_id" if "question_id" in questions else "id"]), set()
    for number, row in enumerate(rows, start=1):
        wrong = {
            "question_id": "is not one of the questions" if row["question_id"] not in known else "",
            "outcome": f"is not one of {', '.join(OUTCOMES)}" if row["outcome"] not in OUTCOMES else "",
            "resolved_on": "is not a real date written YYYY-MM-DD" if _day(row["resolved_on"]) is None else "",
            "source": "is empty: say who reports it" if not row["source"] else "",
        }
        if row["question_id"] in seen:
            wrong["question_id"] = "is settled twice"
        seen.add(row["question_id"])
        faults += [DataError(path, words, number, column, row[column]) for column, words in wrong.items() if words]
    return faults


def read_resolutions(path: Path, questions: pd.DataFrame) -> pd.DataFrame:
    """Read a file of resolutions; ``outcome`` becomes a number (`OUTCOMES`), ``resolved_on`` a date.

    Raises
    ------
    DataError
        The first of `check_resolutions`.
    """
    faults = check_resolutions(path, questions)
    if faults:
        raise faults[0]
    table = pd.DataFrame(_rows(path, _RESOLUTIONS)[0], columns=list(_RESOLUTIONS))
    return table.assign(outcome=table["outcome"].map(OUTCOMES), resolved_on=pd.to_datetime(table["resolved_on"]))


def _rows(path: Path, columns: Sequence[str]) -> tuple[list[dict[str, str]], list[DataError]]:
    """Read a small CSV as text: rows, stripped, and the faults of single rows; raise where none can be read."""
    lines = tables.csv_rows(path)
    header = [cell.strip() for cell in lines[0]] if lines else []
    if len(header) == 1 and ";" in header[0]:
        raise DataError(path, "has ; between its cells: save it with commas", 0)
    for column in columns:
        if column not in header:
            raise DataError(path, "is a column the form needs, but the file lacks it", 0, column, column)
    rows, faults = [], []
    for number, cells in enumerate((line for line in lines[1:] if any(c.strip() for c in line)), start=1):
        if len(cells) != len(header):
            words = f"the row has {len(cells)} cells, the header {len(header)}: put a text with a comma between quotes"
            raise DataError(path, words, number, None, ",".join(cells))
        rows.append({name: cell.strip() for name, cell in zip(header, cells, strict=True)})
    if not rows:
        faults.append(DataError(path, "the form is empty: no row below the header", 0))
    return rows, faults


def _day(text: str) -> pd.Timestamp | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return pd.Timestamp(dt.date.fromisoformat(text))
    except ValueError:
        return None


# Scores -------------------------------------------------------------------------------------------


def score(answers: pd.DataFrame, resolutions: pd.DataFrame, no_change: pd.Series | None = None) -> pd.DataFrame:
    """Score forecasters and baselines on the questions that are settled.

    A forecaster's last forecast before the day of resolution counts. Two forecasters may have answered different
    questions, so each is also compared with the class on the questions that it answered.

    Parameters
    ----------
    answers : pandas.DataFrame
        Rows of `read_answers`, of any number of forms.
    resolutions : pandas.DataFrame
        ``question_id``, ``outcome`` (0 to 1, missing if void) and optionally ``resolved_on``.
    no_change : pandas.Series, optional
        By question id, True if the answer is yes when things stay as they were: a baseline that is sure of it.

    Returns
    -------
    pandas.DataFrame
        Index: forecasters by score, then ``class mean`` (the mean of their probabilities), ``one half`` and, with
        `no_change`, ``no change``. Columns: ``answered``, ``resolved``, ``brier``, ``class_brier`` (of the class mean
        on the same questions), ``reliability``, ``resolution``, ``uncertainty`` (missing with fewer than
        `FEW_RESOLVED` resolved; ``corp`` of `helpers.forecasts.decomposition`).

    Raises
    ------
    ValueError
        If nothing that was answered is settled.

    Examples
    --------
    >>> answers = pd.DataFrame({"forecaster": ["alder", "birch"], "made_on": pd.Timestamp("2026-12-01"),
    ...     "question_id": "q", "probability": [0.8, 0.4]})
    >>> score(answers, pd.DataFrame({"question_id": ["q"], "outcome": [1.0]}))["brier"].round(2).to_dict()
    {'alder': 0.04, 'birch': 0.36, 'class mean': 0.16, 'one half': 0.25}
    """
    joined = answers.merge(resolutions, on="question_id", how="left", validate="many_to_one")
    if "resolved_on" in joined:
        joined = joined[joined["resolved_on"].isna() | (joined["made_on"] < joined["resolved_on"])]
    last = joined.sort_values("made_on", kind="stable").drop_duplicates(["forecaster", "question_id"], keep="last")
    known = last[last["outcome"].notna()]
    if known.empty:
        raise ValueError("no question that was answered in time is settled")
    crowd = known.groupby("question_id").agg(probability=("probability", "mean"), outcome=("outcome", "first"))
    rows = {}
    for name, part in known.groupby("forecaster"):
        same = crowd.loc[part["question_id"]]
        mine = {"answered": int((last["forecaster"] == name).sum()), **_scores(part["probability"], part["outcome"])}
        rows[str(name)] = mine | {"class_brier": fc.brier_score(same["probability"], same["outcome"])}
    board = pd.DataFrame.from_dict(rows, orient="index").sort_values("brier", kind="stable")
    others = {"class mean": crowd["probability"], "one half": pd.Series(0.5, index=crowd.index)}
    if no_change is not None:
        stays = no_change.reindex(crowd.index)
        if stays.isna().any():
            raise ValueError(f"no_change has no value for question {stays.index[stays.isna()][0]}")
        others["no change"] = stays.astype(float)
    for name, probability in others.items():
        board.loc[name] = pd.Series({"answered": len(crowd), **_scores(probability, crowd["outcome"])})
    columns = ["answered", "resolved", "brier", "class_brier", "reliability", "resolution", "uncertainty"]
    return board[columns].astype({"answered": int, "resolved": int})


def _scores(probability: pd.Series, outcome: pd.Series) -> dict[str, float]:
    parts: tuple[float, ...] = (np.nan,) * 3
    if len(outcome) >= FEW_RESOLVED:
        parts = fc.decomposition(probability, outcome, "corp")[1:]
    names = ("reliability", "resolution", "uncertainty")
    found = {"resolved": float(len(outcome)), "brier": fc.brier_score(probability, outcome)}
    return found | dict(zip(names, parts, strict=True))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 if a file has faults."""
    parser = argparse.ArgumentParser(prog="python -m helpers.tournament", description="A class forecasts.")
    step = parser.add_subparsers(dest="step", required=True)
    step.add_parser("form", help="print a form with every open question")
    step.add_parser("check", help="list the faults of a form").add_argument("file", type=Path)
    scores = step.add_parser("score", help="score all forms of a class")
    scores.add_argument("files", nargs="+", type=Path, help="forms, or folders that hold them")
    scores.add_argument("--resolutions", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    questions = tables.load("watch_list")
    try:
        if chosen.step == "form":
            print(form(open_questions(questions, pd.Timestamp.today()), made_on=dt.date.today().isoformat()), end="")
        elif chosen.step == "check":
            faults = check_answers(chosen.file, questions)
            for fault in faults:
                print(fault, file=sys.stderr)
            if faults:
                return 1
            print(f"No fault: {len(read_answers(chosen.file, questions))} questions answered")
        else:
            forms = [
                form for path in chosen.files for form in (sorted(path.glob("*.csv")) if path.is_dir() else [path])
            ]
            if not forms:
                raise DataError(chosen.files[0], "the folder holds no form (*.csv)")
            filed = pd.concat([read_answers(form, questions) for form in forms], ignore_index=True)
            settled = read_resolutions(chosen.resolutions, questions)
            stays = questions.set_index("id")["no_change"]
            print(score(filed, settled, stays).round(3).to_string(na_rep="-"))
    except (DataError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
