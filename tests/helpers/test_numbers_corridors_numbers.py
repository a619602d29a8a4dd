"""Figures of chapter 4, checked against counts made from the CSV files with other means."""

from __future__ import annotations

import csv
import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from helpers import charts, tables
from helpers import corridors as model
from helpers.numbers import corridor_maps as maps
from helpers.numbers import corridors_numbers as corridors

DAY = pd.Timestamp("2026-03-15")


def rows(name: str) -> list[dict[str, str]]:
    with (tables.data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def value(flow: str) -> float:
    return next(float(r["value"]) for r in rows("flows") if r["id"] == flow)


def statuses(day: str) -> dict[str, list[str]]:
    """Find the statuses of every link on a day by comparing ISO dates as text."""
    found: dict[str, list[str]] = {}
    for row in rows("link_status"):
        if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"]):
            found.setdefault(row["link_id"], []).append(row["status"])
    return found


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    return tables.load_all()


@pytest.fixture(scope="module")
def figures(data: dict[str, pd.DataFrame]) -> dict[str, int | float | str]:
    return corridors.values(data)


@pytest.fixture(scope="module")
def found(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return corridors.runs(data, DAY, n=30)


@pytest.fixture(scope="module")
def shifts(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return corridors.leverage(data, DAY, n=4)


# --- the map -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [*maps.DAYS, "1990-06-01", "2026-03-18"])
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


def test_western_route_and_its_gap(figures):
    west = [r for r in rows("links") if r["mode"] == "rail" and "INSTC-west" in r["corridors"].split(";")]
    now = statuses(max(row["start"] for row in rows("events")))
    missing = [float(r["length_km"]) for r in west if now[r["id"]] != ["open"]]
    guessed = sum(float(r["length_km"]) for r in west if r["length_basis"] == "estimated")
    total = sum(float(r["length_km"]) for r in west)
    assert figures["west_km"] == pytest.approx(total)
    assert figures["west_gap_links"] == len(missing)
    assert figures["west_gap_km"] == pytest.approx(sum(missing))
    assert figures["west_estimated_share"] == pytest.approx(guessed / total * 100)


def test_clipped_outlines_stay_near_the_window():
    line = [(40.0, 40.0), (44.0, 40.0), (44.001, 40.0), (45.0, 40.0), (60.0, 40.0), (46.0, 40.0)]
    assert charts.clip_lines([line], maps.CAUCASUS, 0.1) == [[(44.0, 40.0), (45.0, 40.0)]]


def test_map_frame_tells_what_it_shows(data):
    exhibit = maps.draw_as_of(data, [], pd.Timestamp("2021-08-26"), "road", maps.SYUNIK)
    assert "closed: Goris–Kapan" in exhibit.alt
    assert ("", "Goris–Kapan, road: closed since 25 August 2021") in exhibit.links.values()
    assert exhibit.title.startswith("26 August 2021, road")
    assert set(exhibit.data["mode"]) == {"road"}
    assert len(exhibit.svg()) < 20_000


def test_the_live_kernel_offers_every_day_on_which_a_status_changed(data):
    days = maps.changes(data, pd.Timestamp("2026-03-18"))
    assert days == sorted(days)
    assert {*maps.DAYS, "2026-03-18", "2021-08-25", "2022-12-12"} <= {*days}
    begun = {r["valid_from"] for r in rows("link_status") if r["valid_from"] > maps.DAYS[0]}
    assert begun <= {*days}


def test_relief_falls_where_the_map_is():
    ground = tables.ground()
    west, east, south, north = ground.extent
    step = (east - west) / ground.relief.shape[1]
    assert ground.relief.shape[0] == pytest.approx((north - south) / step, abs=1)

    def at(lon: float, lat: float) -> int:
        return int(ground.relief[int((north - lat) / step), int((lon - west) / step)])

    assert at(51.0, 41.5) == at(36.5, 43.0) == 7, "the Caspian and the Black Sea"
    assert at(48.5, 39.8) < 2, "the plain of the Kura"
    window = ground.relief[int((north - 39.5) / step) : int((north - 38.9) / step)]
    zangezur = window[:, int((45.7 - west) / step) : int((46.3 - west) / step)]
    assert zangezur.mean() > 1, "mountains of Syunik"


def test_a_map_with_ground_names_what_belongs_to_its_window(data):
    shown = maps.draw_as_of(data, [], pd.Timestamp("2021-08-26"), "road", maps.SYUNIK, tables.ground())
    svg = shown.svg()
    assert "Zangezur range" in svg
    assert "KAZAKHSTAN" not in svg
    assert "data:image/png" in svg
    assert "image-rendering" not in svg


# --- the models ----------------------------------------------------------------------------------------------------


def test_the_model_is_told_in_full_and_its_assumptions_are_counted(data, found, shifts):
    quoted = corridors.model_values(data, DAY, found, shifts)
    parameters = vars(model.Costs())
    assert quoted["n_parameters"] == len(parameters)
    assert quoted["n_assumed"] == sum(p.source.startswith("assumption") for p in parameters.values())
    assert all(isinstance(v, (int, float, str)) for v in quoted.values())
    assert quoted["n_draws"] == 30
    best = model.routes(model.priced(corridors._net(data, DAY)), "moscow", "mumbai")[0]
    assert quoted["teu"] == pytest.approx(best.money * quoted["teu_tonnes"])
    assert quoted["published_dollars_low"] < quoted["teu"] < quoted["published_dollars_high"], "the prose says: it fits"
    assert quoted["teu_days"] < quoted["published_days_low"], "the prose says: it does not"
    assert quoted["teu_days"] == pytest.approx(best.hours / 24)


def test_today_is_the_open_network_and_nothing_else(data, found):
    draws = model.draw_costs(data["links"], n=30, seed=1)
    net = model.network(data["places"], data["links"], data["link_status"], DAY)
    own = model.simulate(net, draws, [("tehran", "yerevan")])["cost"]
    mine = found[(found["pair"] == "Tehran – Yerevan") & (found["setting"] == "none") & ~found["rasht"]]["cost"]
    assert np.allclose(own, mine)


def test_new_links_never_cost_and_only_sealing_does(found):
    cost = found.set_index(["pair", "setting", "rasht", "draw"])["cost"].unstack(["setting", "rasht"])
    today = cost["none", False]
    for setting, rasht in cost.columns:
        dearer = (cost[setting, rasht] > today * (1 + 1e-9)).any()
        assert dearer == (setting == "sealed"), (setting, rasht)
    assert (cost["unimpeded", False] <= cost["kaliningrad", False] + 1e-9).all()
    assert (cost["kaliningrad", False] <= cost["sovereign", False] + 1e-9).all()


def test_the_sealed_strip_is_the_only_form_that_touches_iran(found):
    for setting in ("sovereign", "kaliningrad", "unimpeded", "araz"):
        assert corridors.compare(found, "Tehran – Yerevan", setting)["high"] < 1
    sealed = corridors.compare(found, "Tehran – Yerevan", "sealed")
    assert 0 < sealed["low"] < sealed["median"] < sealed["high"]


def test_compare_is_the_quantile_of_a_ratio(found):
    pick = found[found["pair"] == "Baku – Nakhchivan"]
    then = pick[pick["setting"] == "kaliningrad"].query("not rasht").sort_values("draw")["cost"].to_numpy()
    now = pick[pick["setting"] == "none"].query("not rasht").sort_values("draw")["cost"].to_numpy()
    got = corridors.compare(found, "Baku – Nakhchivan", "kaliningrad")
    change = sorted((then - now) / now * 100)
    assert got["median"] == pytest.approx((change[14] + change[15]) / 2)
    assert got["unchanged"] == pytest.approx(sum(abs(c) < 1e-6 for c in change) / 30 * 100)


def test_sealing_and_georgia_together_cut_iran_off_as_the_exercise_says(data):
    net = model.network(
        data["places"], data["links"], data["link_status"], DAY, finished=model.PROJECTS["Syunik rails"]
    )
    graph = model.priced(net, regime="sealed")
    georgian = {e["link"] for *_, e in graph.edges(data=True) if e["link"] and "GEO" in e["countries"]}
    table = model.closures(graph, georgian, [("tehran", "yerevan")])
    assert np.isfinite(table["before"].iloc[0])
    assert table["cut_off"].iloc[0]


def test_a_frame_of_the_ways_gives_cost_range_and_states(data, found):
    exhibit = corridors.draw_route(found, data, [], "Tehran – Yerevan", "sealed", False)
    pick = found[(found["pair"] == "Tehran – Yerevan") & (found["setting"] == "sealed") & ~found["rasht"]]
    assert f"{pick['cost'].median():.0f} dollars a tonne" in exhibit.title
    assert "Georgia" in exhibit.title
    many = exhibit.data[exhibit.data["status"].str.endswith("most draws")]
    assert {"Tbilisi"} <= {*many["from"], *many["to"]}
    assert len(exhibit.svg()) < 20_000


def test_widths_of_the_ways_are_shares_of_draws(found):
    pick = found[(found["pair"] == "Moscow – Mumbai") & (found["setting"] == "none") & ~found["rasht"]]
    share = corridors._used(pick)
    for link in share.index:
        assert share[link] == pytest.approx(sum(link in x.split(";") for x in pick["links"]) / len(pick))
    assert share["bandar-abbas--mumbai-sea"] == 1


def test_leverage_of_armenia_hangs_on_its_veto(shifts):
    armenia = shifts[shifts["player"] == "ARM"].set_index("row")["change"]
    assert armenia["without checks"] > armenia["without checks, no Armenian veto"] > armenia["sealed, no Armenian veto"]
    assert armenia["sealed, no Armenian veto"] < 0
    both = shifts[shifts["row"] == "Armenian checks"].set_index("player")["change"]
    assert both["ARM"] == pytest.approx(both["AZE"]), "on the rails each needs the other"


def test_stretches_hold_every_critical_link_once(data):
    ranked = corridors.stretches(data, DAY)
    single = model.criticality(model.priced(corridors._net(data, DAY)))
    assert ranked["links"].sum() == len(single)
    top = ranked[ranked["cut_off"] == 0].iloc[0]
    assert top["percent"] == pytest.approx(single[single["cut_off"] == 0]["percent"].max())
    assert top["stretch"] == "Norduz–Yerevan, road"


def test_ranges_are_written_without_a_negative_nought():
    got = corridors._range({"median": -0.2, "low": -37.4, "high": 0.3}, " per cent")
    assert got == "0 per cent (−37 to 0)"


# --- steps, closures, tonnes, growth -------------------------------------------------------------------------------


def test_kinds_of_steps_follow_their_words(data, figures):
    coded = corridors.steps(data["milestones"]).set_index("id")["kind"]
    for step, kind in {
        "2021-08-25-armenia-ns": "closed",
        "2022-12-12-lachin": "closed",
        "2021-08-27-armenia-ns": "opened",
        "2018-03-29-instc-west": "opened",
        "2026-02-01-araz": "works",
        "2025-11-26-instc-west": "works",
        "2023-05-17-instc-west": "paper",
        "2025-10-21-zangezur-tripp": "paper",
        "2025-10-13-araz": "paper",
    }.items():
        assert coded[step] == kind, step
    routes = [r for r in rows("milestones") if r["corridor"] != "pipelines"]
    assert figures["n_steps"] == len(routes)
    assert sum(figures[f"steps_{k}"] for k in ("paper", "works", "opened", "closed")) == len(routes)
    shut = [
        r for r in routes if re.search("block|closed|checkpoint|takes Lachin|customs control|Blockade", r["summary"])
    ]
    assert figures["steps_closed"] == len(shut)


def test_a_strange_milestone_is_an_act_on_paper(data):
    strange = data["milestones"].head(1).assign(summary="Ministers talk of a tunnel.")
    assert corridors.steps(strange)["kind"].tolist() == ["paper"]


def test_growth_figures_come_from_russian_officials(data, figures):
    wanted = [
        float(r["value"])
        for r in rows("flows")
        if r["measure"] == "turnover_growth" and (r["from_actor"], r["to_actor"]) == ("RUS", "IRN")
    ]
    told = corridors.growth(data["flows"])
    assert sorted(told["value"]) == sorted(wanted)
    assert told["coverage"].iloc[0] == "part_year"
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


def test_tonnage_keeps_definitions_apart_and_own_trade_out(data, figures):
    told = corridors.definitions(data["flows"])
    pairs = told.merge(data["flows"][["id", "segment"]], on="id")
    assert (pairs.groupby("definition")["segment"].nunique() == 1).all()
    assert (pairs.groupby("segment")["definition"].nunique() == 1).all()
    wanted = [
        r["id"]
        for r in rows("flows")
        if r["corridor"] in ("INSTC", "Astara rail border")
        and r["measure"] == "volume"
        and r["unit"] == "million tonnes"
        and not any(word in r["segment"] for word in ("exports", "imports", "farm goods", "forecast"))
    ]
    assert sorted(told["id"]) == sorted(wanted)
    assert figures["n_figures"] == len(wanted)


def test_a_part_of_a_year_is_never_shown_as_a_whole(data):
    told = corridors.definitions(data["flows"]).set_index("id")
    assert not told.loc["freight-instc-western-route-rail-2023-01", "whole"]
    assert told.loc["freight-instc-western-route-rail-2023-01", "period"] == "part of 2023"
    assert not told.loc["freight-instc-western-route-2023-01", "whole"]
    assert told.loc["freight-instc-azerbaijan-railways-tran-2024-01", "whole"]
    assert told.loc["freight-instc-azerbaijan-railways-tran-2023-01", "derived"]


def test_the_figure_through_azerbaijan_is_of_2025_and_compared_within_its_year(figures):
    row = next(r for r in rows("flows") if r["id"] == "freight-instc-north-south-corridor-thr-2025-01")
    rail = next(r for r in rows("flows") if r["id"] == "freight-instc-azerbaijan-railways-no-2025-01")
    assert row["period_start"][:4] == rail["period_start"][:4] == "2025"
    assert figures["through_ratio"] == pytest.approx(float(row["value"]) / float(rail["value"]))


def test_growth_of_2025_is_disputed_for_the_same_months(figures):
    month = "freight-instc-north-south-corridor-t-202{}-01{}"
    nine = value(month.format(5, "-2")) / value(month.format(4, "")) - 1
    assert -figures["committee_2025"] == pytest.approx(nine * 100, abs=0.06)
    premiers = next(r for r in rows("flows") if r["id"] == "freight-instc-north-south-azerbaijan-r-2025-01")
    assert (premiers["period_start"], premiers["period_end"]) == ("2025-01-01", "2025-09-30")
    assert float(premiers["value"]) == figures["premiers_2025"] > 0


def test_the_one_comparable_definition_is_the_terminal(data, figures):
    told = corridors.definitions(data["flows"])
    years = told[told["whole"] & ~told["derived"]].groupby("definition")["year"].nunique()
    assert list(years[years >= 2].index) == ["Astara terminal Az. Railways"]
    assert figures["n_comparable"] == 1


def test_the_ledger_files_every_closure_by_rule(data, figures):
    ledger = corridors.ledger(data["events"], data["sources"], data["actors"])
    linked = {link.url.split("#")[1] for link in ledger["Step"]}
    ways = re.compile(r"\b(borders?|crossings?|road|lorries|trucks?|freight|cargo|bridge|airspace)\b", re.IGNORECASE)
    for r in rows("events"):
        if r["type"] in ("closure", "border-closure") and r["cameo"] in ("172", "191", "144", "163"):
            assert (r["id"] in linked) == bool(ways.search(r["summary"])), r["summary"]
    start = {r["id"]: r["start"] for r in rows("events")}
    days = [start[link.url.split("#")[1]] for link in ledger["Step"]]
    assert days == sorted(days)
    shut = ledger[ledger["Act"] == "closes"]
    assert figures["n_closures"] == len(shut)
    assert figures["n_openings"] == len(ledger) - len(shut)
    assert "2021-10-05-aze-irn-closure" not in linked, "a mosque is no way"
    assert {"2013-11-07-irn-aze-border-closure", "2026-03-05-aze-irn-closure-2", "2021-08-27-aze-arm-transit"} <= linked
    assert ledger[ledger["Who"].str.startswith("citizens")]["Act"].tolist() == ["closes"]
    named = shut["Who"].value_counts()
    assert [figures[f"n_closures_{a}"] for a in ("aze", "irn", "tur")] == [
        named[n] for n in ("Azerbaijan", "Iran", "Turkey")
    ]
    told = figures["n_closures_aze"] + figures["n_closures_irn"] + figures["n_closures_tur"]
    assert told + 1 == figures["n_closures"], "the prose says: one more, by citizens"
    assert figures["aze_health"] + figures["aze_checks"] + figures["aze_security"] == figures["n_closures_aze"]
    reason = dict(zip((link.url.split("#")[1] for link in shut["Step"]), shut["Reason"], strict=True))
    assert reason["2021-08-25-aze-arm-closure"] == "security or reply, denied by Armenia"
    assert reason["2020-04-19-aze-irn-transit"] == reason["2025-09-22-aze-nei-closure"] == "health"


def test_the_steps_toward_rasht_astara_are_in_order_and_to_the_point(data):
    table = corridors.rasht_astara(data["milestones"], data["sources"])
    days = [dt.datetime.strptime(d, "%d %B %Y") for d in table["Date"]]
    assert days == sorted(days)
    named = [r["summary"] for r in rows("milestones") if "Rasht-Astara" in r["summary"]]
    assert set(named) <= set(table["Step"])
    assert not any("Yalama" in step for step in table["Step"])
