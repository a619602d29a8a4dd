"""The exercises of the chapters: their form, their minutes, and solutions that run and give their figures."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import helpers
from helpers import numbers

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("0*.md"))]
KINDS = ["Recall", "Data", "Model", "Source criticism", "Judgement"]
COUNTS = {"Five": 5, "Six": 6, "Seven": 7}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
WORDS = {word: n for n, word in enumerate(["one", "two", "three", "four", "five"], start=1)}
LEVELS = {"Weak": range(5), "Sound": range(5, 8), "Excellent": range(8, 11)}
RUBRIC = ["*Weak, up to four marks:*", "*Sound, five to seven:*", "*Excellent, eight to ten:*"]


@dataclass
class Exercise:
    """One exercise as its chapter has it."""

    anchor: str
    number: int
    kind: str
    minutes: int
    objectives: list[str]
    outcomes: list[str]
    task: str
    boxes: dict[str, str]
    cells: list[str]
    text: str


def cells_of(text: str) -> list[str]:
    """Return the code of a text's cells, without their settings."""
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)\n```$", text, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", "", code, flags=re.DOTALL) for code in found]


@functools.cache
def section(chapter: str) -> str:
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    found = re.findall(r"^## Exercises\n(.*?)^## ", text, flags=re.DOTALL | re.MULTILINE)
    assert len(found) == 1, f"{chapter}: {len(found)} sections of exercises"
    return str(found[0])


@functools.cache
def exercises(chapter: str) -> list[Exercise]:
    parts = re.split(r"^\((ex-\d\d-\d)\)=\n", section(chapter), flags=re.MULTILINE)
    result = []
    for anchor, text in zip(parts[1::2], parts[2::2], strict=True):
        head = re.match(
            r"### Exercise (\d): ([A-Z][a-z ]+) \((\d+) minutes\)\n\n\*Objectives: (.*)\. Outcomes: (.*)\.\*\n", text
        )
        assert head, f"{anchor}: heading, objectives or outcomes are not as in the other exercises"
        boxes = dict(re.findall(r"^:::\{dropdown\} (\w+)\n(.*?)\n:::$", text, flags=re.DOTALL | re.MULTILINE))
        task = re.split(r"^:::", text[head.end() :], maxsplit=1, flags=re.MULTILINE)[0]
        number, kind, minutes, objectives, outcomes = head.groups()
        listed = objectives.split(", "), outcomes.split(", ")
        result.append(Exercise(anchor, int(number), kind, int(minutes), *listed, task, boxes, cells_of(text), text))
    return result


def every() -> list[Exercise]:
    return [exercise for chapter in CHAPTERS for exercise in exercises(chapter)]


class Unquoted(dict[str, Any]):
    """Stands for the figures of the prose, which other tests compute: no solution may need them."""

    def __missing__(self, name: str) -> str:
        return ""


@functools.cache
def solved(chapter: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Run a chapter's first cell and the solutions; return the names at the end and the figures by exercise."""
    module = importlib.import_module(f"helpers.numbers.{numbers.MODULES[chapter]}")
    figures: dict[str, dict[str, Any]] = {}
    names: dict[str, Any] = {}
    first = cells_of((ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8"))[0]
    with pytest.MonkeyPatch.context() as patch:
        if chapter != "04_corridors":  # there two figures of the text are what a solution starts from
            patch.setattr(module, "values", functools.wraps(module.values)(lambda *_, **__: Unquoted()))
        if hasattr(module, "scenarios"):
            patch.setattr(module, "scenarios", functools.partial(module.scenarios, draws=5, games=2))
        patch.setattr(numbers, "put", lambda _: None)
        exec(compile(first, f"{chapter}: first cell", "exec"), names)
        for exercise in exercises(chapter):
            found: dict[str, Any] = figures.setdefault(exercise.anchor, {})
            patch.setattr(numbers, "put", found.update)
            for code in exercise.cells:
                exec(compile(code, exercise.anchor, "exec"), names)
    return names, figures


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_the_five_kinds_in_order_and_more_may_follow(chapter: str) -> None:
    found = exercises(chapter)
    assert [exercise.kind for exercise in found][:5] == KINDS
    assert {exercise.kind for exercise in found} == set(KINDS)
    assert [exercise.number for exercise in found] == list(range(1, len(found) + 1))
    assert [exercise.anchor for exercise in found] == [f"ex-{chapter[:2]}-{n}" for n in range(1, len(found) + 1)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_minutes_add_up_to_what_the_section_says(chapter: str) -> None:
    found, opening = exercises(chapter), re.search(r"(\w+) exercises, (\d+) minutes in all", section(chapter))
    assert opening is not None
    assert COUNTS[opening[1]] == len(found)
    assert int(opening[2]) == sum(exercise.minutes for exercise in found)
    assert all(5 <= exercise.minutes <= 30 for exercise in found)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_an_exercise_has_a_task_a_hint_and_what_its_kind_needs(chapter: str) -> None:
    for exercise in exercises(chapter):
        needed = {"Hint", "Rubric" if exercise.kind == "Judgement" else "Solution"}
        needed |= {"Rubric"} if exercise.kind == "Source criticism" else set()
        assert set(exercise.boxes) == needed, exercise.anchor
        assert list(exercise.boxes)[0] == "Hint", exercise.anchor
        assert len(exercise.task.split()) >= 8, exercise.anchor
        assert all(text.strip() for text in exercise.boxes.values()), exercise.anchor
        assert bool(exercise.cells) == (exercise.kind in ("Data", "Model")), exercise.anchor


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_objective_of_a_chapter_is_exercised(chapter: str) -> None:
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    listed = re.search(r"^## Objectives\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert listed is not None
    objectives = ORDINALS[: len(re.findall(r"^- ", listed[1], flags=re.MULTILINE))]
    served = {word for exercise in exercises(chapter) for word in exercise.objectives}
    assert served == set(objectives)


def test_the_course_plan_and_the_exercises_name_the_same_outcomes() -> None:
    plan = (ROOT / "chapters" / "teaching" / "plan.md").read_text(encoding="utf-8")
    rows = [row.strip("|").split("|") for row in re.findall(r"^\| O\d+ \|.*\|$", plan, flags=re.MULTILINE)]
    planned = {
        (cells[0].strip(), a) for cells in rows for cell in cells[1:] for a in re.findall(r"`(ex-\d\d-\d)`", cell)
    }
    assert planned == {(outcome, exercise.anchor) for exercise in every() for outcome in exercise.outcomes}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_rubric_has_three_levels_and_ten_marks(chapter: str) -> None:
    for exercise in exercises(chapter):
        if "Rubric" not in exercise.boxes:
            continue
        first, *levels = re.split(r"\n+- ", exercise.boxes["Rubric"])
        assert first.startswith("Ten marks: "), exercise.anchor
        marks = re.findall(rf"(?:: |, )({'|'.join(WORDS)}) for ", first)
        assert len(marks) >= 3, exercise.anchor
        assert sum(WORDS[word] for word in marks) == 10, exercise.anchor
        assert [level.split(":*")[0] + ":*" for level in levels] == RUBRIC, exercise.anchor


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_solution_in_code_runs_after_the_first_cell_and_gives_the_figures_it_quotes(chapter: str) -> None:
    _, figures = solved(chapter)
    for exercise in exercises(chapter):
        quoted = set(re.findall(r"\{glue:text\}`(ex_\w+)", exercise.text))
        assert quoted == set(figures[exercise.anchor]), exercise.anchor
        assert len(quoted) >= (1 if exercise.cells else 0), exercise.anchor


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_functions_named_in_the_text_exist(chapter: str) -> None:
    names, _ = solved(chapter)
    known: dict[str, Any] = {"pd": pd, "helpers": helpers}
    for module in pkgutil.iter_modules(helpers.__path__, "helpers."):
        loaded = importlib.import_module(module.name)
        known |= {name: getattr(loaded, name) for name in getattr(loaded, "__all__", [])}
    for called in set(re.findall(r"`([a-z][\w.]*)\(", section(chapter))):
        root, *rest = called.split(".")
        found = [owner[root] for owner in (names, known) if root in owner]
        for attribute in rest:
            found = [getattr(one, attribute, None) for one in found]
        assert any(callable(one) for one in found), called


# Answers counted by other means than the solutions use ----------------------------------------------------------------


def answers(anchor: str) -> Mapping[str, Any]:
    chapter = next(name for name in CHAPTERS if name.startswith(anchor[3:5]))
    return solved(chapter)[1][anchor]


def test_like_pairs_of_trade_figures(data: dict[str, pd.DataFrame]) -> None:
    background = importlib.import_module("helpers.numbers.background")
    rows = background.trade(data["flows"]).to_dict("records")
    keys = ("direction", "period_start", "period_end")
    pairs = [
        (one, two)
        for i, one in enumerate(rows)
        for two in rows[i + 1 :]
        if one["agency"] != two["agency"] and all(one[key] == two[key] for key in keys)
    ]
    found = answers("ex-01-2")
    assert found["ex_pairs"] == len(pairs)
    ratios = [one["value"] / two["value"] for one, two in pairs]
    assert found["ex_gap"] == pytest.approx(max(max(ratio, 1 / ratio) for ratio in ratios))


def test_the_lowest_mean_of_the_crisis_stands_in_the_weeks_named(data: dict[str, pd.DataFrame]) -> None:
    scale = data["cameo"].set_index("id")["goldstein"]
    rows = data["events"]
    pair = rows["source_actor"].isin(["AZE", "IRN"]) & rows["target_actor"].isin(["AZE", "IRN"])
    day = rows["start"].between(pd.Timestamp("2021-08-01"), pd.Timestamp("2021-12-31"))
    kept = rows[
        pair & day & rows["scored"] & (rows["precision"] == "day") & (rows["source_actor"] != rows["target_actor"])
    ]
    values = kept["cameo"].map(scale).groupby(kept["start"].dt.to_period("W-SUN"))
    assert answers("ex-02-2")["ex_mean"] == pytest.approx(values.mean().min())


def test_the_calendar_does_not_explain_the_two_counts_of_trade() -> None:
    found = answers("ex-03-2")
    assert found["ex_share"] == pytest.approx(100 * 286 / 365)  # 21 March to 31 December 2022
    assert found["ex_ratio"] * found["ex_turkstat"] == pytest.approx(found["ex_gap"] + found["ex_turkstat"])


def test_growth_of_the_rest_of_the_year_adds_up() -> None:
    found, figures = answers("ex-04-6"), solved("04_corridors")[0]["figures"]
    for share in (15, 20, 25, 30):
        whole = share * figures["first_quarter"] + (100 - share) * found[f"ex_{share}"]
        assert whole / 100 == pytest.approx(figures["whole_2024"])


def test_two_closures_cut_the_way_only_behind_a_seal() -> None:
    found = answers("ex-04-3")
    assert found["ex_left"] == "no way"
    assert found["ex_same"] == found["ex_forms"] - 1
    assert found["ex_sealed"] > found["ex_open"]


def test_the_share_of_deliveries_is_that_of_the_rows(data: dict[str, pd.DataFrame]) -> None:
    flows = data["flows"]
    rows = flows[(flows["measure"] == "tiv") & (flows["to_actor"] == "AZE")]
    rows = rows[rows["period_start"].dt.year.between(2010, 2014)]
    share = rows.loc[rows["from_actor"] == "ISR", "value"].sum() / rows["value"].sum() * 100
    assert answers("ex-05-2")["ex_1014"] == pytest.approx(share)


def test_no_single_actor_moves_azerbaijan_into_the_other_camp() -> None:
    found = answers("ex-05-3")
    assert found["ex_choices"] == 8 == found["ex_apart"] + found["ex_split"] + found["ex_joined"]
    assert found["ex_joined"] == 1
    assert found["ex_apart"] >= 4  # none of the three added, and each of them alone


def test_the_score_of_s1_is_the_mean_square_of_its_misses(data: dict[str, pd.DataFrame]) -> None:
    rows = data["forecasts"]
    last = data["events"]["start"].max()
    ended = rows[(rows["article_id"] == "ramani-2021") & (rows["horizon_end"] <= last)]
    ended = ended[ended["resolution"].isin(["yes", "no", "partly"])]
    came = ended["resolution"].map({"yes": 1.0, "no": 0.0, "partly": 0.5})
    found = answers("ex-06-3")
    assert found["ex_n"] == len(ended)
    assert found["ex_own"] == pytest.approx(((ended["probability"] - came) ** 2).mean())


def test_filing_the_strike_adds_its_value_to_irans_month(data: dict[str, pd.DataFrame]) -> None:
    found, scale = answers("ex-07-2"), data["cameo"].set_index("id")["goldstein"]
    strike = data["events"].set_index("id").loc["2026-03-05-unk-aze-attack", "cameo"]
    assert found["ex_filed"] - found["ex_irn"] == pytest.approx(scale[strike])


# Sample answers for instructors ---------------------------------------------------------------------------------------


@functools.cache
def samples() -> dict[str, dict[str, tuple[int, str, str]]]:
    """Return, by exercise and level, the marks, the answer and the reason for the marks."""
    result: dict[str, dict[str, tuple[int, str, str]]] = {}
    for path in sorted((ROOT / "course" / "instructor").glob("sample_answers_*.md")):
        for part in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            anchor = part.split(":")[0]
            assert anchor[3:5] == path.stem[-2:], f"{path.name}: {anchor} belongs elsewhere"
            form = r"^### (\w+): (\d+) of 10\n\n(.*?)\n\n\*Why:\* (.*?)\s*(?=^### |\Z)"
            for level, marks, text, why in re.findall(form, part, flags=re.DOTALL | re.MULTILINE):
                result.setdefault(anchor, {})[level] = int(marks), text, why
    return result


def test_every_open_exercise_has_a_weak_a_sound_and_an_excellent_answer() -> None:
    wanted = [exercise.anchor for exercise in every() if "Rubric" in exercise.boxes]
    assert list(samples()) == wanted
    for anchor, answered in samples().items():
        assert list(answered) == list(LEVELS), anchor
        for level, (marks, text, why) in answered.items():
            assert marks in LEVELS[level], f"{anchor}: {level}"
            assert 80 <= len(text.split()) <= 200, f"{anchor}: {level}, {len(text.split())} words"
            assert len(why.split()) >= 12, f"{anchor}: {level}"


def test_no_sample_answer_stands_in_the_book() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[^\W_]+", text.lower())
        return {tuple(words[i : i + 12]) for i in range(len(words) - 11)}

    public = set().union(*(runs(path.read_text(encoding="utf-8")) for path in (ROOT / "chapters").rglob("*.md")))
    for anchor, answered in samples().items():
        for level, (_, text, _) in answered.items():
            assert not runs(text) & public, f"{anchor}: {level}"


def test_ids_of_evidence_in_the_sample_answers_are_known(data: dict[str, pd.DataFrame]) -> None:
    known = {kind: set(data[f"{kind}s"]["id"]) for kind in ("event", "claim", "source")}
    for path in (ROOT / "course" / "instructor").glob("sample_answers_*.md"):
        for kind, target in re.findall(r"\b(event|claim|source):([\w.-]+)", path.read_text(encoding="utf-8")):
            assert target in known[kind], f"{path.name}: {kind}:{target}"
