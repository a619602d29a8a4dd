"""The figures of chapter 2, checked against counts made another way."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from helpers import evidence
from helpers.numbers import crisis_2021 as crisis

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def figures(data: dict[str, pd.DataFrame]) -> dict:
    return crisis.values(*(data[n] for n in ("events", "sources", "cameo", "claims", "contradictions")))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "data" / "events.csv").open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if crisis.SPAN[0] <= r["start"] <= crisis.SPAN[1]]


def test_counts_agree_with_the_file(figures: dict, rows: list[dict[str, str]]) -> None:
    assert figures["n_events"] == len(rows)
    pairs = [(r["source_actor"], r["target_actor"]) for r in rows]
    assert figures["n_iran_acts"] == pairs.count(("IRN", "AZE"))
    assert figures["n_azerbaijan_acts"] == pairs.count(("AZE", "IRN"))
    assert figures["n_pair"] == figures["n_iran_acts"] + figures["n_azerbaijan_acts"]
    assert figures["n_disputed"] == sum(r["disagreement"] != "" for r in rows)


def test_spans_of_days_agree_with_the_calendar(figures: dict) -> None:
    # Arrest 15 September, drill 1 October, call 13 October, release 21 October, summit 28 November.
    assert figures["days_arrest_to_drill"] == 16
    assert figures["days_drill_to_call"] == 12
    assert figures["days_held"] == 36
    assert figures["days_arrest_to_summit"] == 74


def test_verdicts_add_up_to_the_claims(figures: dict) -> None:
    parts = ("supported", "open", "mixed", "contradicted")
    assert sum(figures[f"n_claims_{p}"] for p in parts) == figures["n_claims"]


def test_the_ledger_is_in_order_of_time_and_counts_every_reading(data: dict[str, pd.DataFrame], figures: dict) -> None:
    ledger = crisis.ledger(data["events"])
    assert len(ledger) == figures["n_steps"]
    days = [pd.Timestamp(step.url.split("#")[1][:10]) for step in ledger["Step"]]
    assert days == sorted(days)
    assert (ledger["Reading"] == "Azerbaijan presses").sum() == figures["n_presses_aze"]


def test_a_step_that_is_no_event_is_an_error(data: dict[str, pd.DataFrame]) -> None:
    events = data["events"]
    with pytest.raises(KeyError):
        crisis.ledger(events[events["id"] != "2021-09-15-aze-irn-arrest"])


def test_telling_agrees_with_the_explorer(data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"], data["sources"]
    table = crisis.telling(events, sources)
    for label, teller in crisis.TELLERS.items():
        told = len(evidence.told_by(crisis.crisis(events), sources, teller))
        assert told == (len(crisis.crisis(events)) if teller == "all" else table.sum(axis=1).get(label, 0))


def test_a_frame_says_what_it_shows(data: dict[str, pd.DataFrame]) -> None:
    frame = crisis.draw_told(data["events"], data["sources"], "mammadov-2024")
    assert frame.title.startswith("S2 Mammadov 2024: 0 of ")
    early = crisis.draw_known(data["events"], data["sources"], pd.Timestamp("2021-08-01"))
    assert "reported 0 of the 0 events" in early.title


def test_what_is_known_grows_with_the_days(data: dict[str, pd.DataFrame]) -> None:
    days = pd.to_datetime(["2021-08-15", "2021-10-01", "2021-11-24", "2021-12-31"])
    counts = [len(crisis.draw_known(data["events"], data["sources"], d).data) for d in days]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
