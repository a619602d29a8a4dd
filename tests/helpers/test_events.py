"""Event scales and dyad series."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import events as ev

ROOT = Path(__file__).resolve().parents[2]

# Goldstein values and quad classes that GDELT itself wrote for these codes in the export file of 1 January 2018,
# 00:00 (GDELT Project, free use with citation).
GDELT_ROWS = {
    "010": (0.0, 1), "036": (4.0, 1), "040": (1.0, 1), "042": (1.9, 1), "043": (2.8, 1), "051": (3.4, 1),
    "061": (6.4, 2), "070": (7.0, 2), "110": (-2.0, 3), "111": (-2.0, 3), "112": (-2.0, 3), "130": (-4.4, 3),
    "172": (-5.0, 4), "173": (-5.0, 4), "180": (-9.0, 4), "190": (-10.0, 4),
}  # fmt: skip

CAMEO = pd.DataFrame({"id": ["042", "057", "173"], "goldstein": [1.9, 8.0, -5.0], "quad": [1, 1, 4]})


def make(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Events from (day, source, target, code), one day long."""
    table = pd.DataFrame(rows, columns=["start", "source_actor", "target_actor", "cameo"])
    table["start"] = pd.to_datetime(table["start"])
    return table.assign(end=table["start"], precision="day", scored=True, id=[f"e{i}" for i in range(len(table))])


@pytest.mark.parametrize("code", GDELT_ROWS)
def test_scale_and_quad_class_are_those_of_real_gdelt_rows(code: str, data: dict[str, pd.DataFrame]) -> None:
    row = data["cameo"].set_index("id").loc[code]
    assert (row["goldstein"], row["quad"]) == GDELT_ROWS[code]


def test_quad_class_follows_from_the_root_as_in_gdelt(data: dict[str, pd.DataFrame]) -> None:
    roots = data["cameo"]["root"].astype(int)
    # Root 09 is of class 2 in the genuine file: 57 rows of code 090.
    wanted = pd.cut(roots, [0, 5, 9, 14, 20], labels=[1, 2, 3, 4]).astype(int)
    assert (data["cameo"]["quad"].astype(int) == wanted).all()
    assert (data["cameo"]["root"] == data["cameo"]["id"].str[:2]).all()


def test_a_series_counts_and_sums_by_period() -> None:
    events = make(
        ("2021-01-05", "IRN", "AZE", "173"),
        ("2021-01-20", "AZE", "IRN", "042"),
        ("2021-03-01", "IRN", "AZE", "057"),
    )
    series = ev.dyad_series(events, CAMEO, "AZE", "IRN", "M")
    assert [str(p) for p in series.index] == ["2021-01", "2021-02", "2021-03"]
    assert series["events"].tolist() == [2, 0, 1]
    assert series["goldstein_sum"].tolist() == pytest.approx([-3.1, 0.0, 8.0])
    assert series["goldstein_mean"].iloc[0] == pytest.approx(-1.55)
    assert pd.isna(series["goldstein_mean"].iloc[1]), "silence is not neutrality"
    assert series[["quad_1", "quad_2", "quad_3", "quad_4"]].sum().tolist() == [2, 0, 0, 1]


def test_weeks_run_from_monday_to_sunday() -> None:
    events = make(("2021-10-03", "IRN", "AZE", "173"), ("2021-10-04", "IRN", "AZE", "173"))
    series = ev.dyad_series(events, CAMEO, "AZE", "IRN", "W")
    assert series["events"].tolist() == [1, 1]
    assert series.index[0].start_time == pd.Timestamp("2021-09-27")


def test_the_order_of_a_pair_does_not_matter_unless_directed() -> None:
    events = make(("2021-01-05", "IRN", "AZE", "173"), ("2021-01-06", "AZE", "IRN", "042"))
    span = {"start": "2021-01-01", "end": "2021-01-31"}
    both = ev.dyad_series(events, CAMEO, "AZE", "IRN", "M", **span)
    assert both.equals(ev.dyad_series(events, CAMEO, "IRN", "AZE", "M", **span))
    iran = ev.dyad_series(events, CAMEO, "IRN", "AZE", "M", directed=True, **span)
    azerbaijan = ev.dyad_series(events, CAMEO, "AZE", "IRN", "M", directed=True, **span)
    assert (iran["events"] + azerbaijan["events"]).equals(both["events"])


def test_events_too_vague_for_the_period_or_without_an_act_are_left_out_and_counted() -> None:
    events = make(
        ("2021-01-01", "IRN", "AZE", "173"),
        ("2021-01-02", "IRN", "AZE", "173"),
        ("2021-01-03", "IRN", "AZE", "173"),
    )
    events.loc[0, ["end", "precision"]] = [pd.Timestamp("2021-01-31"), "month"]
    events.loc[1, "scored"] = False
    weekly = ev.dyad_series(events, CAMEO, "AZE", "IRN", "W")
    assert (weekly["events"].sum(), weekly.attrs["left_out"]) == (1, 2)
    monthly = ev.dyad_series(events, CAMEO, "AZE", "IRN", "M")
    assert (monthly["events"].sum(), monthly.attrs["left_out"]) == (2, 1)


def test_an_empty_span_gives_an_empty_series_only_if_it_is_named() -> None:
    events = make(("2021-01-05", "IRN", "AZE", "173"))
    series = ev.dyad_series(events, CAMEO, "TUR", "RUS", "Q", "2021-01-01", "2021-12-31")
    assert series["events"].tolist() == [0, 0, 0, 0]
    with pytest.raises(ValueError, match="no event between TUR and RUS"):
        ev.dyad_series(events, CAMEO, "TUR", "RUS", "Q")


@pytest.mark.parametrize(
    ("options", "words"),
    [({"freq": "D"}, "unknown frequency"), ({"start": "2022-01-01", "end": "2021-01-01"}, "lies after")],
)
def test_impossible_requests_are_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ev.dyad_series(make(("2021-01-05", "IRN", "AZE", "173")), CAMEO, "AZE", "IRN", **options)


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(KeyError, match="999"):
        ev.score(make(("2021-01-05", "IRN", "AZE", "999")), CAMEO)


days = st.dates(min_value=pd.Timestamp("2020-01-01").date(), max_value=pd.Timestamp("2022-12-31").date())
rows = st.tuples(
    days.map(str),
    st.sampled_from(["IRN", "AZE", "TUR"]),
    st.sampled_from(["IRN", "AZE"]),
    st.sampled_from(["042", "057", "173"]),
)


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=30), st.sampled_from(["W", "M", "Q", "Y"]))
def test_nothing_is_lost_between_events_and_series(drawn, freq: str) -> None:
    events = make(*drawn)
    series = ev.dyad_series(events, CAMEO, "AZE", "IRN", freq, "2020-01-01", "2022-12-31")
    pair = ev.score(ev.between(events, "AZE", "IRN"), CAMEO)
    assert series["events"].sum() == len(pair)
    assert series["goldstein_sum"].sum() == pytest.approx(pair["goldstein"].sum())
    assert series[["quad_1", "quad_2", "quad_3", "quad_4"]].to_numpy().sum() == len(pair)
    assert series.index.is_monotonic_increasing


def test_the_real_series_agrees_with_a_count_by_hand(data: dict[str, pd.DataFrame]) -> None:
    def rows_of(table: str) -> list[dict[str, str]]:
        with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    goldstein = {row["id"]: float(row["goldstein"]) for row in rows_of("cameo")}
    total, count = 0.0, 0
    for row in rows_of("events"):
        pair = {row["source_actor"], row["target_actor"]} == {"AZE", "IRN"}
        dated = row["precision"] == "day" and "2021-10-01" <= row["start"] <= "2021-10-31"
        if pair and dated and row["scored"] == "true":
            total, count = total + goldstein[row["cameo"]], count + 1
    assert count > 20
    month = ev.dyad_series(data["events"], data["cameo"], "AZE", "IRN", "W", "2021-10-01", "2021-10-31")
    assert month["events"].sum() == count
    assert month["goldstein_sum"].sum() == pytest.approx(total)


def test_the_tone_index_weighs_events_not_periods() -> None:
    series = pd.DataFrame({"goldstein_sum": [10.0, 0.0, -2.0], "events": [1, 0, 4]})
    assert ev.tone_index(series, 3).iloc[2] == pytest.approx(8 / 5)
    assert pd.isna(ev.tone_index(series, 1).iloc[1])
    with pytest.raises(ValueError, match="at least 1"):
        ev.tone_index(series, 0)
