"""The figures of chapter 2, checked against counts made another way."""

from __future__ import annotations

import csv
import datetime as dt
import re
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from helpers import evidence
from helpers.numbers import crisis_2021 as crisis

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def figures(data: dict[str, pd.DataFrame]) -> dict:
    return crisis.values(*(data[n] for n in ("events", "sources", "cameo", "claims")))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "data" / "events.csv").open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if crisis.SPAN[0] <= r["start"] <= crisis.SPAN[1]]


def test_counts_agree_with_the_file(figures: dict, rows: list[dict[str, str]]) -> None:
    assert figures["n_events"] == len(rows)
    pairs = [(r["source_actor"], r["target_actor"]) for r in rows]
    assert figures["n_acts_irn"] == pairs.count(("IRN", "AZE"))
    assert figures["n_acts_aze"] == pairs.count(("AZE", "IRN"))
    assert figures["n_pair"] == figures["n_acts_irn"] + figures["n_acts_aze"]
    for code, pair in (("irn", ("IRN", "AZE")), ("aze", ("AZE", "IRN"))):
        before = [r for r, p in zip(rows, pairs, strict=True) if p == pair and r["start"] < "2021-09-21"]
        assert figures[f"n_before_{code}"] == len(before)
        assert figures[f"n_before_{code}"] + figures[f"n_after_{code}"] == figures[f"n_acts_{code}"]
    assert figures["n_disputed"] == sum(r["disagreement"] != "" for r in rows)


def test_spans_of_days_agree_with_the_calendar(figures: dict) -> None:
    # Closure 25 August, arrest 15 September, drill of the Guards 21 September, call 13 October, release 21 October,
    # summit 28 November.
    assert figures["days_closure_to_drill"] == 27
    assert figures["days_arrest_to_drill"] == 6
    assert figures["days_drill_to_call"] == 22
    assert figures["days_held"] == 36
    assert figures["days_arrest_to_summit"] == 74


def test_claims_are_those_of_the_articles_that_tell_of_the_crisis(figures: dict) -> None:
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        verdicts = [
            r["verdict"]
            for r in csv.DictReader(file)
            if r["theme"] == "crisis-2021" and r["article_id"] in ("mamedov-2021", "ramani-2021", "anonymous-2021")
        ]
    assert figures["n_claims"] == len(verdicts)
    for verdict in set(verdicts):
        assert figures[f"n_claims_{verdict}"] == verdicts.count(verdict)


def test_the_ledger_is_in_order_of_time_and_counts_every_reading(data: dict[str, pd.DataFrame], figures: dict) -> None:
    ledger = crisis.ledger(data["events"])
    assert len(ledger) == figures["n_steps"]
    days = [pd.Timestamp(step.url.split("#")[1][:10]) for step in ledger["Step"]]
    assert days == sorted(days)
    readings = ledger["Reading"].tolist()
    for name in ("presses", "yields"):
        assert figures[f"n_{name}_aze"] == readings.count(f"Azerbaijan {name}")
        assert figures[f"n_{name}_irn"] == readings.count(f"Iran {name}")
    kinds = ["n_yields_both", *(f"n_{k}_{s}" for k in ("presses", "yields", "third") for s in ("aze", "irn"))]
    assert sum(figures[k] for k in kinds) == len(ledger)


def test_the_ledger_keeps_its_rule_on_both_sides(data: dict[str, pd.DataFrame], rows: list[dict[str, str]]) -> None:
    """Deeds, formal messages and things agreed, dated to the day; no speech of either state."""
    steps = {step.url.split("#")[1] for step in crisis.ledger(data["events"])["Step"]}
    chosen = [r for r in rows if r["id"] in steps]
    assert {r["precision"] for r in chosen} == {"day"}
    # The one row of kind "statement" is the opening of a base.
    assert [r["id"] for r in chosen if r["type"] == "statement"] == ["2021-10-04-aze-irn-statement"]
    drills = {r["id"] for r in rows if r["type"] == "military-exercise" and {r["source_actor"], r["target_actor"]}
              <= {"AZE", "IRN", "TUR"}}  # fmt: skip
    assert drills <= steps


def test_readings_of_the_ledger_do_not_contradict_the_tone_of_the_events(data: dict[str, pd.DataFrame]) -> None:
    ledger, tone = crisis.ledger(data["events"]), data["events"].set_index("id")["tone"]
    for step, reading in zip(ledger["Step"], ledger["Reading"], strict=True):
        of_the_event = tone[step.url.split("#")[1]]
        if "third state" in reading:  # friendly between those who act together
            assert of_the_event == "cooperation", step.text
        else:
            assert of_the_event != ("conflict" if "yield" in reading else "cooperation"), step.text


def test_the_next_act_of_the_other_side_is_the_next_in_the_file(
    data: dict[str, pd.DataFrame], rows: list[dict[str, str]]
) -> None:
    ledger = crisis.ledger(data["events"])
    steps = {step.url.split("#")[1] for step in ledger["Step"]}
    other = {"Azerbaijan": "IRN", "Iran": "AZE"}
    seen = 0
    for line in ledger.itertuples(index=False):
        mover, answer = line[2].split()[0].strip(","), line[3]
        if mover not in other:
            assert answer == "–"
            continue
        act = next(r for r in rows if r["id"] == line[1].url.split("#")[1])
        later = sorted(
            r["start"]
            for r in rows
            if r["source_actor"] == other[mover]
            and r["source_role"] in ("GOV", "MIL", "LEG")
            and (r["target_actor"] in ("AZE", "IRN", act["source_actor"], act["target_actor"]) or r["id"] in steps)
            and r["precision"] == "day"
            and r["start"] > act["start"]
        )
        last = dt.date.fromisoformat(act["end"]) + dt.timedelta(days=14)
        if not later or dt.date.fromisoformat(later[0]) > last:
            assert answer == "none in 14 days"
            continue
        assert answer.url.split("#")[1].startswith(later[0])
        wait = dt.date.fromisoformat(later[0]) - dt.date.fromisoformat(act["start"])
        assert answer.text.startswith(f"{wait.days} day")
        seen += 1
    assert seen >= 10


def test_tone_by_day_adds_up_to_the_tone_by_week(data: dict[str, pd.DataFrame]) -> None:
    tables = data["events"], data["sources"], data["cameo"]
    for whose in crisis.WHOSE.values():
        for admitted in crisis.ADMITTED.values():
            by_week, by_day = (crisis.tone(*tables, unit, whose, admitted) for unit in ("W", "D"))
            summed = by_day["goldstein_sum"].groupby(by_day.index.to_timestamp().to_period("W-SUN")).sum()
            assert summed.tolist() == pytest.approx(by_week["goldstein_sum"].tolist())
            assert by_day["events"].sum() == by_week["events"].sum()
    both, iran, azerbaijan = (crisis.tone(*tables, whose=w)["goldstein_sum"] for w in crisis.WHOSE.values())
    assert (iran + azerbaijan).tolist() == pytest.approx(both.tolist())


def test_subjects_agree_with_the_words_of_the_file(figures: dict, rows: list[dict[str, str]]) -> None:
    said = [
        r
        for r in rows
        if r["source_actor"] == "IRN" and r["source_role"] in ("GOV", "MIL", "LEG") and r["precision"] == "day"
    ]
    israel = [r["start"] for r in said if re.search("Israel|Zionist", r["summary"])]
    assert figures["israel_early"] == sum(day < "2021-09-21" for day in israel)
    assert figures["israel_by_interview"] == sum(day < "2021-09-27" for day in israel)
    assert figures["israel_by_army"] == sum(day < "2021-10-01" for day in israel)
    assert figures["israel_middle"] == sum("2021-09-21" <= day <= "2021-10-13" for day in israel)
    assert figures["israel_late"] == sum(day > "2021-10-13" for day in israel)


def test_every_subject_is_found_and_only_the_state_speaks(data: dict[str, pd.DataFrame]) -> None:
    assert (crisis.subjects(data["events"]).sum(axis=1) > 0).all()
    acts = crisis.about(data["events"])
    assert set(acts["source_role"]) <= {"GOV", "MIL", "LEG"} and set(acts["source_actor"]) == {"IRN"}
    # A drill is an act of its own, not a word about the drills of others.
    assert not acts["id"].str.endswith("military-exercise").any()


def test_numbers_in_a_summary_are_found_or_the_row_is_named(data: dict[str, pd.DataFrame], figures: dict) -> None:
    assert (figures["n_israelis"], figures["n_fighters"], figures["n_deputies"]) == ("1,000", "1,800", "165")
    events = data["events"].copy()
    events.loc[events["id"] == "2021-10-03-irn-aze-statement-2", "summary"] = "Many deputies signed."
    with pytest.raises(ValueError, match="row 2021-10-03-irn-aze-statement-2: no number"):
        crisis.values(events, data["sources"], data["cameo"], data["claims"])


def test_omissions_agree_with_the_file(
    data: dict[str, pd.DataFrame], figures: dict, rows: list[dict[str, str]]
) -> None:
    articles = {"s0": "mamedov-2021", "s1": "ramani-2021", "s3": "anonymous-2021"}
    steps = [step.url.split("#")[1] for step in crisis.ledger(data["events"])["Step"]]
    told = {r["id"]: r["article_ids"].split(";") for r in rows if r["id"] in steps}
    for name, article in articles.items():
        assert figures[f"steps_{name}"] == sum(article in told[s] for s in steps)
    silent = [s for s in steps if not set(told[s]) & set(articles.values())]
    assert figures["steps_unmentioned"] == len(silent)
    # The first article came out in October 2021.
    assert figures["steps_early_unmentioned"] == sum(s[:7] <= "2021-10" for s in silent)


def test_no_two_marks_of_a_timeline_cover_each_other(data: dict[str, pd.DataFrame]) -> None:
    figure = crisis.draw_days(data["events"], data["sources"]).figure
    marks = [tuple(xy) for dots in figure.axes[0].collections for xy in dots.get_offsets() if len(dots.get_offsets())]
    dated = crisis.crisis(data["events"])["precision"].eq("day").sum()
    assert len(marks) >= dated
    for (x1, y1), (x2, y2) in combinations(marks, 2):
        assert abs(y1 - y2) > 0.5 or abs(x1 - x2) >= 3


def test_the_title_of_the_busiest_fortnight_is_true(data: dict[str, pd.DataFrame], rows: list[dict[str, str]]) -> None:
    days = [dt.date.fromisoformat(r["start"]) for r in rows if r["precision"] == "day"]
    most = max(sum(dt.timedelta() <= d - first <= dt.timedelta(days=13) for d in days) for first in days)
    assert crisis.draw_days(data["events"], data["sources"]).title.startswith(f"{most} of {len(days)} events")


def test_a_frame_of_answers_names_what_lies_above_its_range(data: dict[str, pd.DataFrame]) -> None:
    for null in crisis.CHANCES.values():
        frame = crisis.draw_answers(data["events"], data["cameo"], 7, null)
        above = frame.data[frame.data["observed"] > frame.data["high"]].iloc[:, 0]
        for label in above:
            assert label.rsplit(" (", 1)[0] in frame.title
        assert frame.title.count("→") == len(above)


def test_what_the_prose_concludes_still_holds(figures: dict, data: dict[str, pd.DataFrame]) -> None:
    """Words that no figure carries: if one fails, the chapter's text must change with the data."""
    # The road and the drills of others come before Israel, fighters and borders; those worries are older.
    late = ("israel", "fighters", "borders")
    assert max(figures[f"{k}_early"] for k in late) == 0 < min(figures["road_early"], figures["outside_early"])
    assert min(figures[f"{k}_year"] for k in late) > 0 and figures["drivers_middle"] == 1 == figures["drivers_early"]
    assert figures["road_by_interview"] > figures["israel_by_interview"]
    assert figures["road_by_army"] - figures["israel_by_army"] < figures["road_early"] - figures["israel_early"]
    # Blow for blow is rare by chance only if quiet and busy weeks are mixed.
    assert figures["blow_anywhere_rare"] > figures["blow_anywhere_tests"] / 2
    assert figures["blow_kept_rare"] < figures["blow_kept_tests"] / 6
    assert figures["hand_week_rare"] > figures["hand_week_tests"] / 2 and figures["hand_other_rare"] == 0
    assert abs(figures["years_blow_aze_followed"] - figures["years_blow_aze_high"]) <= 1
    assert figures["years_blow_irn_low"] < figures["years_blow_irn_followed"] < figures["years_blow_irn_high"]
    # The tone: one lowest week by every check but Azerbaijan's own, which is less deep however drills count.
    assert len({figures[f"{k}low_week"] for k in ("", "firm_", "solid_", "read_", "iran_")}) == 1
    assert figures["iran_low_sum"] < figures["allied_low_sum"] < figures["azerbaijan_low_sum"]
    assert figures["azerbaijan_low_week"] != figures["low_week"]
    assert abs(figures["n_before_irn"] - figures["n_before_aze"]) <= 2
    # Deeds and words: the direction holds without the detention of own clerics and the unannounced blocking.
    assert figures["deeds_aze"] - figures["deeds_clerics"] - 1 > figures["deeds_irn"]
    assert figures["words_aze"] < figures["words_irn"]
    table = crisis.omissions(data["events"], data["sources"])
    names = ["road shut", "road open again", "levy on trucks", "Guards' drill", "directive on border posts"]
    names += ["mosque closed", "airspace closed, reportedly", "help for a bypass road"]
    assert (table.loc[names, ["S0", "S1", "S3"]] == "").all(axis=None)


def test_the_panels_of_accounts_count_as_the_file_does(
    data: dict[str, pd.DataFrame], rows: list[dict[str, str]]
) -> None:
    exhibit = crisis.draw_accounts(data["events"], data["sources"])
    side = {r.id: r.side for r in data["sources"].itertuples()}
    panels = {ax.get_title(loc="left"): ax for ax in exhibit.figure.axes}
    for name in ("Azerbaijani", "Iranian"):
        told = [r for r in rows if name in {side[s] for s in r["source_ids"].split(";") if s not in evidence.ARTICLES}]
        ax = panels[f"{name} publishers: {len(told)} of {len(rows)}"]
        heights = [bar.get_height() for bars in ax.containers for bar in bars]
        dated = [r["source_actor"] for r in told if r["precision"] == "day"]
        assert sum(h for h in heights if h > 0) == dated.count("IRN")
        assert -sum(h for h in heights if h < 0) == dated.count("AZE")
    # Each press tells a larger part of the acts of its own state.
    a, b, c, d = (int(n) for n in re.findall(r"\d+", exhibit.title))
    assert a > b and c < d


def test_a_step_that_is_no_event_is_an_error(data: dict[str, pd.DataFrame]) -> None:
    events = data["events"]
    with pytest.raises(KeyError):
        crisis.ledger(events[events["id"] != "2021-09-15-aze-irn-arrest"])


def test_telling_agrees_with_the_explorer(data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"], data["sources"]
    table = crisis.telling(events, sources)
    for label, teller in crisis.TELLERS.items():
        told = len(evidence.told_by(crisis.crisis(events), sources, teller))
        assert told == table.sum(axis=1).get(label, 0)


def test_a_frame_says_what_it_shows(data: dict[str, pd.DataFrame]) -> None:
    frame = crisis.draw_told(data["events"], data["sources"], "mammadov-2024")
    assert frame.title.startswith("S2 Mammadov 2024: 0 of ")
    early = crisis.draw_known(data["events"], data["sources"], pd.Timestamp("2021-08-01"))
    assert "reported 0 of the 0 events" in early.title


def test_what_is_known_grows_with_the_days(data: dict[str, pd.DataFrame]) -> None:
    days = pd.to_datetime(["2021-08-15", "2021-10-01", "2021-11-24", "2021-12-31"])
    counts = [crisis.draw_known(data["events"], data["sources"], d).data.loc[0, "Reported"] for d in days]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
