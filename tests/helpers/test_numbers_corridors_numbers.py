"""Figures of chapter 4, checked against counts made from the CSV files with other means."""

from __future__ import annotations

import csv
import datetime as dt

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import corridors_numbers as corridors

NAMES = ("events", "places", "links", "link_status", "milestones", "flows", "sources", "claims")


def rows(name: str) -> list[dict[str, str]]:
    with (tables.data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statuses(day: str) -> dict[str, list[str]]:
    """Find the statuses of every link on a day by comparing ISO dates as text."""
    found: dict[str, list[str]] = {}
    for row in rows("link_status"):
        if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"]):
            found.setdefault(row["link_id"], []).append(row["status"])
    return found


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    return {name: tables.load(name) for name in NAMES}


@pytest.fixture(scope="module")
def figures(data: dict[str, pd.DataFrame]) -> dict[str, int | float | str]:
    return corridors.values(*(data[name] for name in NAMES))


@pytest.mark.parametrize("day", [*corridors.DAYS, "1990-06-01", "2026-03-18"])
def test_status_on_a_day_is_unique_and_agrees_with_the_csv(data, day):
    expected = statuses(day)
    assert all(len(found) == 1 for found in expected.values())
    known = corridors.as_of(data["links"], data["link_status"], day)
    assert dict(zip(known["id"], known["status"], strict=True)) == {k: v[0] for k, v in expected.items()}


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2021-08-24", "open"),
        ("2021-08-25", "closed"),
        ("2021-08-26", "closed"),
        ("2021-08-27", "open"),
        ("2021-11-11", "closed"),
    ],
)
def test_goris_kapan_changes_on_the_day_itself(data, day, status):
    known = corridors.as_of(data["links"], data["link_status"], day).set_index("id")
    assert known.loc["goris--kapan-road", "status"] == status


def test_link_without_a_status_yet_is_left_out(data):
    before = corridors.as_of(data["links"], data["link_status"], "2020-03-15")
    assert "horadiz--aghband-rail" not in set(before["id"])
    assert "astara-2--rasht-rail" in set(before["id"])


def test_counts_of_the_last_day(figures):
    last = max(row["start"] for row in rows("events"))
    pipes = {r["id"] for r in rows("links") if r["mode"] == "pipeline" or r["corridors"] == "pipelines"}
    now = [v[0] for k, v in statuses(last).items() if k not in pipes]
    assert figures["n_links"] == len(now)
    for status in ("open", "planned", "closed"):
        assert figures[f"n_{status}"] == now.count(status)
    assert figures["n_unopened"] == len(now) - now.count("open")
    assert 0 < figures["n_unopened_caucasus"] <= figures["n_unopened"]


def test_every_milestone_has_one_kind(data, figures):
    coded = corridors.steps(data["milestones"])
    assert set(coded["kind"]) == {"paper", "works", "opened", "closed"}
    assert figures["n_uncoded"] == 0
    routes = [r for r in rows("milestones") if r["corridor"] != "pipelines"]
    assert figures["n_steps"] == len(routes)
    assert sum(figures[f"steps_{k}"] for k in ("paper", "works", "opened", "closed")) == len(routes)


def test_unknown_milestone_is_not_coded(data):
    strange = data["milestones"].head(1).assign(id="2030-01-01-nowhere")
    assert corridors.steps(strange)["kind"].tolist() == ["not coded"]


def test_growth_figures_come_from_russian_officials(data, figures):
    wanted = [
        float(r["value"])
        for r in rows("flows")
        if r["measure"] == "turnover_growth" and (r["from_actor"], r["to_actor"]) == ("RUS", "IRN")
    ]
    found = corridors.growth(data["flows"])
    assert sorted(found["value"]) == sorted(wanted)
    assert found["period"].iloc[0] == "Jan–Mar 2024"
    assert (figures["first_quarter"], figures["whole_2024"]) == (48, 13)


@pytest.mark.parametrize("share", [0.15, 0.25, 0.3])
def test_rest_of_the_year_adds_up(share):
    rest = corridors.rest_growth(48, 13, share)
    assert share * 1.48 + (1 - share) * (1 + rest / 100) == pytest.approx(1.13)


def test_rest_of_the_year_needs_a_share():
    with pytest.raises(ValueError, match="not between"):
        corridors.rest_growth(48, 13, 1.0)
    assert corridors.rest_growth(48, 13, 0.0) == 13


def test_parts_of_the_quarter_add_up_to_the_total(figures):
    for rise, share in (("exports_rise", "implied_share"), ("comma_rise", "comma_share")):
        s = figures[share] / 100
        assert s * figures[rise] + (1 - s) * figures["imports_rise"] == pytest.approx(figures["first_quarter"])


def test_tonnage_keeps_definitions_apart(data, figures):
    found = corridors.definitions(data["flows"])
    pairs = found.merge(data["flows"][["id", "segment"]], on="id")
    assert (pairs.groupby("definition")["segment"].nunique() == 1).all()
    assert (pairs.groupby("segment")["definition"].nunique() == 1).all()
    assert set(data["flows"].set_index("id").loc[found["id"], "unit"]) == {"million tonnes"}
    assert figures["n_figures"] == len(found)


def test_a_part_of_a_year_is_never_shown_as_a_whole(data):
    found = corridors.definitions(data["flows"]).set_index("id")
    assert not found.loc["freight-instc-western-route-rail-2023-01", "whole"]  # the note says so, the coverage not
    assert not found.loc["freight-instc-western-route-2023-01", "whole"]
    assert found.loc["freight-instc-azerbaijan-railways-tran-2024-01", "whole"]
    assert found.loc["freight-instc-azerbaijan-railways-tran-2023-01", "derived"]


def test_western_route_and_its_gap(figures):
    west = [r for r in rows("links") if r["mode"] == "rail" and "INSTC-west" in r["corridors"].split(";")]
    total = sum(float(r["length_km"]) for r in west)
    assert figures["west_km"] == pytest.approx(total)
    assert figures["west_gap_km"] == 162
    assert figures["west_gap_low"] < figures["west_gap_share"] < figures["west_gap_high"]


def test_closures_are_in_order_and_counted(data, figures):
    ledger = corridors.closures(data["events"], data["milestones"], data["sources"])
    days = [dt.datetime.strptime(d, "%d %B %Y") for d in ledger["Date"]]
    assert days == sorted(days)
    assert figures["n_closures"] + figures["n_openings"] == len(ledger)
    with pytest.raises(KeyError):
        corridors.closures(data["events"].iloc[:5], data["milestones"], data["sources"])


def test_reduced_outlines_stay_near_the_window():
    line = [(40.0, 40.0), (44.0, 40.0), (44.001, 40.0), (45.0, 40.0), (60.0, 40.0), (46.0, 40.0)]
    assert corridors.reduced([line], corridors.CAUCASUS, 0.1) == [[(44.0, 40.0), (45.0, 40.0)]]


def test_map_frame_tells_what_it_shows(data):
    exhibit = corridors.draw_as_of(
        data["places"], data["links"], data["link_status"], [], pd.Timestamp("2021-08-26"), "road", corridors.SYUNIK
    )
    assert "Goris–Kapan" in exhibit.alt
    assert exhibit.title.startswith("26 August 2021, road")
    assert set(exhibit.data["mode"]) == {"road"}
    assert len(exhibit.svg()) < 20_000
