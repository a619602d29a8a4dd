"""A class files forecasts in a form, and is scored when the questions are settled."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import forecasts as fc
from helpers import tables
from helpers import tournament as tm
from helpers.tables import DataError

QUESTIONS = pd.DataFrame({"id": ["embassy", "visit", "bridge"], "closes": pd.to_datetime(["2027-06-30"] * 3)})
HEAD = "forecaster,made_on,question_id,probability,reason\n"
GOOD = HEAD + 'alder,2026-12-01,embassy,0.6,"calls, freight"\nalder,2026-12-01,visit,,\nalder,2026-12-01,bridge,.25,\n'


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, name: str = "form.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_form_is_read_and_rows_without_a_probability_count_as_unanswered(write):
    answers = tm.read_answers(write(GOOD), QUESTIONS)
    assert answers["question_id"].tolist() == ["embassy", "bridge"]
    assert answers["probability"].tolist() == [0.6, 0.25]
    assert answers["made_on"].iloc[0] == pd.Timestamp("2026-12-01")


def test_an_empty_form_filled_in_by_a_spreadsheet_with_a_byte_order_mark_is_read(write):
    text = tm.form(QUESTIONS, "alder", "2026-12-01").replace("embassy,,", "embassy,0.5,")
    assert tm.read_answers(write("\ufeff" + text), QUESTIONS)["probability"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("0.6", "60", "probability", "write 0.6 for 60 per cent"),
        ("0.6", "60%", "probability", "per cent"),
        ("0.6", '"0,6"', "probability", "with a point"),
        ("0.6", "-0.1", "probability", "between 0 and 1"),
        ("0.6", "nan", "probability", "between 0 and 1"),
        ("bridge", "tunnel", "question_id", "not one of the questions"),
        ("bridge", "embassy", "question_id", "twice"),
        ("2026-12-01,bridge", "2026-12-02,bridge", "made_on", "differs"),
        ("2026-12-01,embassy", "1.12.2026,embassy", "made_on", "YYYY-MM-DD"),
        ("alder,2026-12-01,bridge", "birch,2026-12-01,bridge", "forecaster", "one forecaster's"),
        ("alder,2026-12-01,embassy", "a@b.org,2026-12-01,embassy", "forecaster", "pseudonym"),
    ],
)
def test_a_fault_is_named_by_row_column_and_value(write, old, new, column, words):
    with pytest.raises(DataError, match=r"row \d") as error:
        tm.read_answers(write(GOOD.replace(old, new)), QUESTIONS)
    assert error.value.column == column
    assert words in str(error.value)


def test_a_forecast_made_on_the_day_a_question_closes_is_too_late(write):
    late = GOOD.replace("2026-12-01", "2027-06-30")
    with pytest.raises(DataError, match="too late for embassy"):
        tm.read_answers(write(late), QUESTIONS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "empty"),
        (HEAD + "alder,2026-12-01,embassy,,\n", "no probability"),
        (GOOD.replace(",", ";"), "save it with commas"),
        (GOOD.replace(",reason", ""), "'reason' is a column the form needs"),
        (GOOD.replace('"calls, freight"', "calls, freight"), "between quotes"),
    ],
)
def test_a_file_that_is_no_form_is_refused(write, text, words):
    with pytest.raises(DataError, match=words):
        tm.read_answers(write(text), QUESTIONS)


def test_a_form_that_was_filed_is_never_overwritten(write, tmp_path):
    filed = tm.keep(write(GOOD), QUESTIONS, tmp_path / "filed")
    assert filed.name == "alder_2026-12-01.csv"
    assert tm.keep(write(GOOD), QUESTIONS, tmp_path / "filed") == filed
    with pytest.raises(DataError, match="not changed"):
        tm.keep(write(GOOD.replace("0.6", "0.9")), QUESTIONS, tmp_path / "filed")
    assert filed.read_text(encoding="utf-8") == GOOD


def test_resolutions_need_an_outcome_a_day_and_a_source(write):
    good = "question_id,outcome,resolved_on,source\nembassy,yes,2027-03-01,IRNA\nvisit,void,2027-03-01,class\n"
    settled = tm.read_resolutions(write(good), QUESTIONS)
    assert settled["outcome"].iloc[0] == 1 and np.isnan(settled["outcome"].iloc[1])
    faults = {
        ("yes", "true"): "yes, partly, no, void",
        ("IRNA", ""): "who reports it",
        ("visit", "embassy"): "settled twice",
        ("2027-03-01,IRNA", "March,IRNA"): "YYYY",
    }
    for (old, new), words in faults.items():
        with pytest.raises(DataError, match=words):
            tm.read_resolutions(write(good.replace(old, new, 1)), QUESTIONS)


def _answers(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["forecaster", "made_on", "question_id", "probability"])
    return table.assign(made_on=pd.to_datetime(table["made_on"]))


def test_the_last_forecast_before_the_day_of_resolution_counts():
    answers = _answers(
        ("alder", "2026-12-01", "embassy", 0.2),
        ("alder", "2027-01-01", "embassy", 0.7),
        ("alder", "2027-03-01", "embassy", 1.0),  # made when the answer was out
    )
    settled = pd.DataFrame({"question_id": ["embassy"], "outcome": [1.0], "resolved_on": [pd.Timestamp("2027-03-01")]})
    assert tm.score(answers, settled).loc["alder", "brier"] == pytest.approx(0.09)


def test_forecasters_are_set_beside_the_class_on_their_own_questions_and_beside_baselines():
    answers = _answers(
        ("alder", "2026-12-01", "embassy", 0.9), ("birch", "2026-12-01", "embassy", 0.5),
        ("alder", "2026-12-01", "visit", 0.4), ("birch", "2026-12-01", "bridge", 0.3),
    )  # fmt: skip
    settled = pd.DataFrame({"question_id": ["embassy", "visit", "bridge"], "outcome": [1.0, 0.0, np.nan]})
    stays = pd.Series({"embassy": False, "visit": False, "bridge": True})
    board = tm.score(answers, settled, stays)
    assert board.index.tolist() == ["alder", "birch", "class mean", "one half", "no change"]
    assert board.loc["alder", "brier"] == pytest.approx((0.01 + 0.16) / 2)
    assert board.loc["birch", ["answered", "resolved"]].tolist() == [2, 1]
    assert board.loc["birch", "class_brier"] == pytest.approx(0.3**2)
    assert board.loc["no change", "brier"] == pytest.approx(0.5)
    assert board["reliability"].isna().all(), "two forecasts are too few to split a score"


def test_with_enough_settled_questions_the_score_is_split_into_its_parts():
    n = tm.FEW_RESOLVED
    answers = _answers(*(("alder", "2026-12-01", f"q{i}", 0.2 + 0.6 * (i % 2)) for i in range(n)))
    settled = pd.DataFrame({"question_id": [f"q{i}" for i in range(n)], "outcome": [float(i % 2) for i in range(n)]})
    row = tm.score(answers, settled).loc["alder"]
    assert row["brier"] == pytest.approx(row["reliability"] - row["resolution"] + row["uncertainty"])


def test_nothing_settled_is_an_error():
    settled = pd.DataFrame({"question_id": ["embassy"], "outcome": [np.nan]})
    with pytest.raises(ValueError, match="settled"):
        tm.score(_answers(("alder", "2026-12-01", "embassy", 0.9)), settled)


def test_a_rehearsal_shows_neither_author_nor_words_nor_outcome_and_is_revealed_by_the_same_draw():
    forecasts, day = tables.load("forecasts"), tables.load("events")["start"].max()
    blind, told = tm.rehearsal(forecasts, day, 10, 3), tm.reveal(forecasts, day, 10, 3)
    assert list(blind.columns) == ["question_id", "question", "criterion", "opens", "closes"]
    by_id = forecasts.set_index("id")
    shown = blind.merge(told, on="question_id")
    assert (shown["question"] == shown["forecast_id"].map(by_id["proposition"])).all()
    ended = fc.resolve(forecasts, day).set_index("id")["outcome"]
    assert (shown["outcome"] == shown["forecast_id"].map(ended)).all() and shown["outcome"].notna().all()
    with pytest.raises(ValueError, match="settled by that day"):
        tm.rehearsal(forecasts, day, 999)


def test_the_watch_list_holds_questions_that_close_after_the_record_and_can_be_asked_today():
    watch, last = tables.load("watch_list"), tables.load("events")["start"].max()
    assert (watch["closes"] > last).all()
    assert watch["question"].str.endswith("?").all()
    assert (watch["criterion"].str.split().str.len() >= 12).all(), "a criterion that a stranger can apply"
    same = watch[watch["forecast_id"] != ""].merge(tables.load("forecasts"), left_on="forecast_id", right_on="id")
    assert (same["closes"] == same["horizon_end"]).all()


def test_the_command_scores_forms_against_resolutions(write, capsys):
    watch = tables.load("watch_list")
    form = tm.form(watch, "alder", "2026-12-01")
    form = form.replace(f"{watch['id'][0]},,", f"{watch['id'][0]},0.8,")
    settled = f"question_id,outcome,resolved_on,source\n{watch['id'][0]},no,2027-01-05,IRNA\n"
    assert tm.main(["check", str(write(form))]) == 0
    assert tm.main(["score", str(write(form)), "--resolutions", str(write(settled, "settled.csv"))]) == 0
    assert "0.64" in capsys.readouterr().out
    assert tm.main(["check", str(write(form.replace("0.8", "80")))]) == 1
    assert "write 0.8 for 80 per cent" in capsys.readouterr().err


def test_a_folder_of_forms_is_scored_whole(write, tmp_path, capsys):
    watch = tables.load("watch_list")
    first = watch["id"][0]
    settled = write(f"question_id,outcome,resolved_on,source\n{first},no,2027-01-05,IRNA\n", "settled.csv")
    forms = tmp_path / "forms"
    forms.mkdir()
    command = ["score", str(forms), "--resolutions", str(settled)]
    assert tm.main(command) == 1
    assert "holds no form" in capsys.readouterr().err
    for name, probability in (("alder", "0.8"), ("birch", "0.1")):
        text = tm.form(watch, name, "2026-12-01").replace(f"{first},,", f"{first},{probability},")
        write(text, f"forms/{name}.csv")
    assert tm.main(command) == 0
    board = capsys.readouterr().out
    assert "alder" in board
    assert "birch" in board
