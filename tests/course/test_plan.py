"""The plan of the course adds up, names only what exists, and assesses every outcome; the games rest on real rows."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers import evidence
from helpers.numbers import negotiation, simulations
from helpers.schemas import TABLES

ROOT = Path(__file__).resolve().parents[2]
TEACHING, SHEETS = ROOT / "chapters" / "teaching", ROOT / "course" / "simulations"
PLAN = (TEACHING / "plan.md").read_text(encoding="utf-8")
SPAN = re.compile(r"(\d+)–(\d+) min")
#: What is assessed by something else than a graded notebook: name in the plan, and the page that describes it.
OTHERS = {"Sixty trucks": "simulations.md", "Corridor clauses": "simulations.md", "Forecasting": "forecasting.md"}


def tables(text: str, first: str) -> list[list[list[str]]]:
    """Cells of the Markdown tables whose head begins with one word, row by row without the head."""
    found = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        if rows[0][0] == first:
            found.append(rows[2:])
    return found


def sections(text: str, level: str) -> dict[str, str]:
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def adds_up(rows: list[list[str]], total: int) -> list[str]:
    """Faults of a table of minutes: it starts at zero, has no gap or overlap, and ends with the total."""
    spans = [SPAN.fullmatch(row[0]) for row in rows]
    faults = [f"{row[0]!r} is no span of minutes" for row, span in zip(rows, spans, strict=True) if span is None]
    at = 0
    for span in filter(None, spans):
        start, end = int(span[1]), int(span[2])
        if start != at or end <= start:
            faults.append(f"{span[0]} follows minute {at}")
        at = end
    return faults + ([] if at == total else [f"ends at minute {at}, not {total}"])


SESSIONS = {title: text for title, text in sections(PLAN, "###").items() if title.startswith("Session ")}
VARIANTS = {title: text for title, text in sections(PLAN, "###").items() if title.endswith("minutes)")}
OUTCOMES = [row[0] for row in tables(PLAN, "Outcome")[0]]
MAP = {row[0]: row[1:] for row in tables(PLAN, "Outcome")[1]}


def test_there_are_seven_sessions_and_two_variants() -> None:
    assert [title.split(":")[0] for title in SESSIONS] == [f"Session {n}" for n in range(1, 8)]
    assert len(VARIANTS) == 2


@pytest.mark.parametrize("title", SESSIONS)
def test_the_minutes_of_a_session_add_up_to_ninety(title: str) -> None:
    (rows,) = tables(SESSIONS[title], "Class")
    assert adds_up(rows, 90) == []


@pytest.mark.parametrize("title", VARIANTS)
def test_the_minutes_of_a_variant_add_up_to_what_its_title_says(title: str) -> None:
    rows = [row for head in ("Class", "Day") for table in tables(VARIANTS[title], head) for row in table]
    total = re.search(r"\((\d+) minutes\)", title)
    assert total is not None
    assert adds_up(rows, int(total[1])) == []


@pytest.mark.parametrize("name", ["sixty_trucks_facilitator", "corridor_clauses_facilitator"])
def test_the_minutes_of_a_facilitator_add_up_to_ninety(name: str) -> None:
    (rows,) = tables((SHEETS / f"{name}.md").read_text(encoding="utf-8"), "Minutes")
    assert adds_up(rows, 90) == []


@pytest.mark.parametrize(("session", "name"), [(2, "sixty_trucks"), (4, "corridor_clauses")])
def test_the_plan_of_a_game_keeps_the_turns_of_its_script(session: int, name: str) -> None:
    (plan,) = tables(list(SESSIONS.values())[session - 1], "Class")
    (script,) = tables((SHEETS / f"{name}_facilitator.md").read_text(encoding="utf-8"), "Minutes")
    turns = {m for row in script for m in SPAN.findall(row[0])}
    edges = {edge for pair in turns for edge in pair}
    assert {edge for row in plan for pair in SPAN.findall(row[0]) for edge in pair} <= edges


def test_a_gap_and_an_overlap_are_faults() -> None:
    assert adds_up([["0–10 min"], ["12–90 min"]], 90) == ["12–90 min follows minute 10"]
    assert adds_up([["0–10 min"], ["8–90 min"]], 90) == ["8–90 min follows minute 10"]
    assert adds_up([["0–80 min"]], 90) == ["ends at minute 80, not 90"]


@pytest.mark.parametrize("title", SESSIONS)
def test_a_session_says_what_to_read_and_its_sections_exist(title: str) -> None:
    text = SESSIONS[title]
    (rows,) = tables(text, "Before class")
    assert all(re.fullmatch(r"\d+ min", row[1]) for row in rows)
    (chapter,) = (ROOT / "chapters").glob(f"{int(title[8]):02}_*.md")
    headings = re.findall(r"^## (.+)$", chapter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    quoted = [words for row in rows for words in re.findall(r'"([^"]+)"', row[0])]
    assert quoted
    assert set(quoted) <= set(headings)


@pytest.mark.parametrize("title", SESSIONS)
def test_a_session_has_an_exercise_a_self_check_and_an_assignment(title: str) -> None:
    number = int(title[8])
    assert f"ex-{number:02}-" in SESSIONS[title]
    assert f"A{number}" in SESSIONS[title].split("*After class.*")[1]
    assert "self-check" in SESSIONS[title].lower()
    assert "Outcomes O" in SESSIONS[title]


def test_outcomes_are_numbered_and_each_is_mapped_and_taught_in_a_session() -> None:
    assert OUTCOMES == [f"O{n}" for n in range(1, 11)] == list(MAP)
    stated = " ".join(re.search(r"Outcomes ([^\n]+)\.", text)[1] for text in SESSIONS.values())  # type: ignore[index]
    assert {*re.findall(r"O\d+", stated)} == {*OUTCOMES}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_taught_exercised_and_assessed(outcome: str) -> None:
    taught, exercises, assessed = MAP[outcome]
    assert re.search(r"\d", taught)
    assert re.search(r"ex-\d\d-\d", exercises)
    named = [part.strip() for part in assessed.split(",")]
    assert named
    for part in named:
        assert re.fullmatch(r"A[1-7]|capstone", part) or part in OTHERS
    for part in set(named) & set(OTHERS):
        assert part.lower() in (TEACHING / OTHERS[part]).read_text(encoding="utf-8").lower()


def _anchors() -> dict[str, set[str]]:
    pages = sorted((ROOT / "chapters").glob("0?_*.md"))
    return {p.name[:2]: set(re.findall(r"^\((ex-\d\d-\d+)\)=", p.read_text(encoding="utf-8"), re.M)) for p in pages}


@pytest.mark.parametrize("chapter", sorted(_anchors()))
def test_every_exercise_that_the_plan_names_exists(chapter: str) -> None:
    named = set(re.findall(rf"ex-{chapter}-\d+", PLAN))
    existing = _anchors()[chapter]
    assert named
    assert named <= existing


def test_the_plan_assesses_with_each_assignment_what_the_assignment_says() -> None:
    planned: dict[str, set[str]] = {}
    for outcome in OUTCOMES:
        for part in MAP[outcome][2].split(","):
            if part.strip() not in OTHERS:
                planned.setdefault(part.strip(), set()).add(outcome)
    stated = {}
    for path in (ROOT / "course" / "assignments").glob("*.md"):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1])["assignment"]
        stated[path.stem.split("_")[0]] = set(head["outcomes"])
    assert stated.pop("forecasting") == {outcome for outcome in OUTCOMES if "Forecasting" in MAP[outcome][2]}
    assert planned == stated


def ids_of(data: dict[str, pd.DataFrame]) -> set[str]:
    return {i for table in ("events", "claims", "sources") for i in data[table]["id"]}


def cited(path: Path) -> set[str]:
    """What stands in code letters and looks like the id of a row."""
    return set(
        re.findall(r"`((?:(?:19|20)\d\d-|S\d-\d|[a-z]+(?:-[a-z0-9]+)+)[^`\s]*)`", path.read_text(encoding="utf-8"))
    )


NOTES = sorted((ROOT / "course" / "instructor").glob("notes*.md"))


@pytest.mark.parametrize("path", [*sorted(SHEETS.glob("*.md")), *NOTES], ids=lambda path: path.stem)
def test_every_row_that_a_sheet_names_exists(path: Path, data: dict[str, pd.DataFrame]) -> None:
    assert cited(path) - ids_of(data) == set()


TEAM_SHEETS = [SHEETS / f"sixty_trucks_{name}.md" for name in ("tehran", "baku", "yerevan", "ankara", "desk")]
DELEGATIONS = [f"corridor_clauses_{n}" for n in ("yerevan", "baku", "washington", "tehran", "ankara", "moscow")]


@pytest.mark.parametrize("name", [*(p.stem for p in TEAM_SHEETS), *DELEGATIONS])
def test_a_role_sheet_rests_on_evidence(name: str, data: dict[str, pd.DataFrame]) -> None:
    assert len(cited(SHEETS / f"{name}.md") & ids_of(data)) >= 4


@pytest.mark.parametrize("path", TEAM_SHEETS, ids=lambda path: path.stem)
def test_a_sheet_of_the_crisis_knows_nothing_later_than_its_first_day(
    path: Path, data: dict[str, pd.DataFrame]
) -> None:
    begun = data["events"].set_index("id")["start"]
    late = [i for i in cited(path) if i in begun.index and begun[i] > pd.Timestamp(simulations.ROUNDS[0].day)]
    assert late == []


def test_every_card_is_an_event_that_the_press_had_on_the_day(data: dict[str, pd.DataFrame]) -> None:
    known = evidence.first_report(data["events"], data["sources"])
    begun = data["events"].set_index("id")["start"]
    for this in simulations.ROUNDS:
        for event in this.cards:
            assert known[event] <= pd.Timestamp(this.day), event
        for event, teams in this.confidential.items():
            assert begun[event] <= pd.Timestamp(this.day) < known[event], event
            assert 0 < len(teams) < len(simulations.TEAMS)


def test_a_confidential_card_goes_to_those_who_acted_or_were_told(data: dict[str, pd.DataFrame]) -> None:
    rows = data["events"].set_index("id")
    for this in simulations.ROUNDS:
        for event, teams in this.confidential.items():
            parties = {rows.loc[event, "source_actor"], rows.loc[event, "target_actor"]}
            assert {simulations.TEAMS[team] for team in teams} <= parties


def test_a_question_is_settled_by_an_event_between_its_day_and_its_deadline(data: dict[str, pd.DataFrame]) -> None:
    begun = data["events"].set_index("id")["start"]
    for this in simulations.ROUNDS:
        deadline = pd.Timestamp(re.search(r"by (\d+ \w+)\?", this.question)[1] + " 2021")  # type: ignore[index]
        assert deadline > pd.Timestamp(this.day)
        if this.settled_by:
            assert pd.Timestamp(this.day) <= begun[this.settled_by] <= deadline


def test_a_no_is_a_no_in_the_table(data: dict[str, pd.DataFrame]) -> None:
    rows = data["events"]
    assert rows.set_index("id").loc["2021-10-21-aze-irn-release", "start"] > pd.Timestamp("2021-10-12")
    october = rows[rows["start"].between("2021-10-05", "2021-10-12")]
    assert not (october["type"] == "recall").any()
    assert [bool(r.settled_by) for r in simulations.ROUNDS] == [True, True, True, False, False, True]


def test_the_cards_of_a_team_add_its_own_secrets_and_nobody_elses(data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"], data["sources"]
    for team, extra in (("Tehran", 1), ("Baku", 1), ("Yerevan", 0), ("Press and hauliers", 0)):
        assert len(simulations.cards(events, sources, 1, team).data) == len(simulations.ROUNDS[0].cards) + extra
    everybody = simulations.cards(events, sources, 5)
    assert len(everybody.data) == len(simulations.ROUNDS[4].cards)


def test_a_card_does_not_say_when_a_drill_will_end(data: dict[str, pd.DataFrame]) -> None:
    cards = simulations.cards(data["events"], data["sources"], 5).data
    assert set(cards["Date"].str.count("–")) == {0}


def test_a_card_is_told_only_by_pages_of_that_day(data: dict[str, pd.DataFrame]) -> None:
    cards = simulations.cards(data["events"], data["sources"], 1, "Baku").data
    secret = cards[cards["Known to"] == "Tehran and Baku"]
    assert list(secret["Told by"]) == ["no press yet"]
    assert "no press yet" not in set(cards.drop(secret.index)["Told by"])


def test_an_unknown_round_or_team_is_refused(data: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="no round 7: there are 6"):
        simulations.cards(data["events"], data["sources"], 7)
    with pytest.raises(ValueError, match="no team 'Moscow'"):
        simulations.cards(data["events"], data["sources"], 1, "Moscow")


def test_foresight_is_the_brier_score_of_a_team() -> None:
    table = simulations.foresight({"A": [1, 1, 1, 0, 0, 1], "B": [0, 0, 0, 1, 1, 0], "C": [0.5] * 6})
    assert table["Brier"].to_dict() == {"A": 0, "C": 0.25, "one in two": 0.25, "B": 1}
    with pytest.raises(ValueError, match="A: 2 probabilities, but 6 rounds"):
        simulations.foresight({"A": [0.1, 0.2]})


def test_the_facilitators_notebook_runs() -> None:
    text = (SHEETS / "sixty_trucks_cards.md").read_text(encoding="utf-8")
    cells = re.findall(r"```\{code-cell\}[^\n]*\n(.*?)\n```", text, flags=re.DOTALL)
    names: dict[str, object] = {}
    for code in cells:
        exec(compile(code, "cell", "exec"), names)
    assert len(cells) >= 5


def test_nothing_of_the_folder_of_games_is_a_page_of_the_book() -> None:
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert "course/" not in toc
    patterns = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["exclude_patterns"]
    assert "course" in patterns


@pytest.mark.parametrize("page", sorted(TEACHING.glob("*.md")), ids=lambda page: page.stem)
def test_no_private_heading_stands_on_a_public_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for sheet in SHEETS.glob("*_*.md"):
        if sheet.stem.endswith(("_sheet", "_cards", "_facilitator")):
            continue
        for line in sheet.read_text(encoding="utf-8").splitlines():
            assert len(line) < 60 or line not in text, sheet.name


def test_the_facilitators_notebook_is_handed_out_with_its_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import course

    page = course.notebook_page((SHEETS / "sixty_trucks_cards.md").read_text(encoding="utf-8"), "cards")
    for number in range(1, len(simulations.ROUNDS) + 1):
        assert f"Round {number}, " in page
    assert "cards for Tehran, in confidence" in page
    assert "import" not in page
    assert "jupytext" not in page


def test_the_public_page_of_the_games_gives_no_question_away() -> None:
    assert "Question for a probability" not in simulations.schedule()
    assert simulations.schedule(questions=True)["Question for a probability"].tolist() == [
        r.question for r in simulations.ROUNDS
    ]


def test_the_paper_form_for_a_row_has_every_field_of_the_tables() -> None:
    form = (ROOT / "course" / "instructor" / "new_row_form.md").read_text(encoding="utf-8")
    for heading, name in (("The page", "sources"), ("The event", "events")):
        written = re.findall(r"`(\w+)`", sections(form, "##")[heading])
        assert written == [field.name for field in TABLES[name].fields]


def test_the_marks_assess_what_the_assignments_do() -> None:
    (row,) = [row for row in tables(PLAN, "Part")[0] if row[0].startswith("Assignments")]
    assert set(row[2].split(", ")) == {o for o in OUTCOMES if re.search(r"A[1-7]", MAP[o][2])}


def test_what_the_facilitator_says_of_a_guarantee_is_what_the_model_says(data: dict[str, pd.DataFrame]) -> None:
    today = data["events"]["start"].max()
    drafts = negotiation.Treaty(), negotiation.Treaty(closure="never")
    default, never = (negotiation.leverage(data, today, draft)["median"] for draft in drafts)
    change = never - default
    assert 0 < -change["ARM"] < change["AZE"]
