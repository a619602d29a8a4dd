"""Chapter 5: known answers counted from the files, and edge cases."""

import csv
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers import tables
from helpers.numbers import israel_factor as israel

NEEDED = ("events", "sources", "cameo", "claims", "flows", "ties", "machine_scores")


@pytest.fixture(scope="module")
def data():
    return {name: tables.load(name) for name in NEEDED}


@pytest.fixture(scope="module")
def figures(data):
    return israel.values(*(data[name] for name in NEEDED))


@pytest.fixture(scope="module")
def shocks(data):
    return israel.clashes(data["events"], data["ties"])


def rows(name):
    with (tables.data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_value_is_quotable(figures):
    assert all(isinstance(v, (int, float, str)) for v in figures.values())
    assert not any(v != v for v in figures.values())


def test_low_rows_stay_out_of_the_shares(data, figures):
    file = [r for r in rows("flows") if r["kind"] == "arms" and r["measure"] == "share" and r["from_actor"] == "ISR"]
    low = [r for r in file if r["to_actor"] == "AZE" and r["confidence"] == "low"]
    stated = {(r["period_start"][:4], float(r["value"])) for r in low}
    assert ("2016", 64.0) in stated
    assert israel.arms_shares(data["flows"]).loc["2016–2020", "Israel"] == figures["misprint_release"] == 69
    assert israel.arms_shares(data["flows"], keep_low=True).loc["2016–2020", "Israel"] == figures["misprint"] == 64


def test_shares_add_up_and_spans_are_five_years(data):
    shares = israel.arms_shares(data["flows"])
    assert shares.sum(axis=1).round(6).eq(100).all()
    assert (shares["no share in our rows"] >= 0).all()
    assert "2011–2020" not in shares.index
    assert pd.isna(shares.loc["2010–2014", "Israel"])


def test_recomputed_share_equals_a_count_from_the_file(figures):
    file = [
        r
        for r in rows("flows")
        if r["measure"] == "tiv" and r["to_actor"] == "AZE" and 2014 <= int(r["period_start"][:4]) <= 2018
    ]
    total = sum(float(r["value"]) for r in file)
    mine = sum(float(r["value"]) for r in file if r["from_actor"] == "ISR")
    assert figures["recomputed_1418"] == pytest.approx(100 * mine / total)


def test_window_share_refuses_years_that_are_not_there(data):
    by_year = israel.arms_by_year(data["flows"])
    with pytest.raises(ValueError, match="no deliveries listed"):
        israel.window_share(by_year, 2018, 2030)
    with pytest.raises(ValueError, match="no delivery"):
        israel.window_share(by_year * 0, 2014, 2018)


def test_the_familiar_forty_per_cent_is_low_in_every_row(data, figures):
    file = [r for r in rows("flows") if r["kind"] == "oil" and r["measure"] == "share" and r["from_actor"] == "AZE"]
    forty = [r for r in file if float(r["value"]) == 40]
    assert len(forty) == figures["n_forty"]
    assert {r["confidence"] for r in forty} == {"low"}
    assert 40 not in set(israel.oil_shares(data["flows"])["value"])
    assert len(israel.oil_shares(data["flows"], keep_low=True)) == len(file)


def test_oil_rates_by_hand(data, figures):
    rates = israel.oil_rates(data["flows"])
    assert rates.loc["Jan 2024", "export figures"] == pytest.approx(523.5 * israel.BARRELS_PER_TON / 31)
    assert figures["rate_implied_2024"] == pytest.approx(94 / 1.31)
    assert rates.notna().sum(axis=1).eq(1).all()


def test_steps_and_answers_counted_from_the_file(figures):
    file = rows("events")
    acts = [
        r
        for r in file
        if {r["source_actor"], r["target_actor"]} == {"AZE", "ISR"}
        and r["scored"] == "true"
        and r["cameo"][:2] in {"03", "04", "05", "06"}
        and r["start"] >= "2022"
    ]
    words = [
        r["start"]
        for r in file
        if r["source_actor"] == "IRN"
        and r["target_actor"] in {"AZE", "ISR"}
        and ("ISR" in r["other_actors"].split(";") or r["target_actor"] == "ISR")
        and r["type"] in israel.WORDS
        and int(r["cameo"][:2]) <= 15
    ]
    assert len(acts) == figures["n_steps"]
    limit = {r["id"]: str(date.fromisoformat(r["end"]) + timedelta(days=30)) for r in acts}
    answered = [r for r in acts if any(r["start"] <= w <= limit[r["id"]] for w in words)]
    assert len(answered) == figures["n_answered"]


def test_an_alleged_plot_is_not_an_iranian_statement(data):
    ids = set(israel.iranian_words(data["events"])["id"])
    assert "2025-02-02-irn-aze-meeting" in ids
    assert not ids & {"2025-04-05-unk-aze-accusation", "2024-08-irn-aze-dispute"}


def test_answers_end_with_the_window():
    acts = pd.DataFrame({"id": ["a"], "start": [pd.Timestamp("2024-01-01")], "end": [pd.Timestamp("2024-01-01")]})
    words = pd.DataFrame({"id": ["on", "late"], "start": pd.to_datetime(["2024-01-11", "2024-01-12"])})
    assert israel.answers(acts, words, 10)["answers"].tolist() == ["on"]
    assert israel.answers(acts, words.iloc[:0], 10)["answers"].tolist() == [""]


def test_clashes_need_their_rows(data):
    with pytest.raises(KeyError, match="irn-isr-2025"):
        israel.clashes(data["events"], data["ties"].iloc[:0])
    june = data["ties"].set_index("id").loc["irn-isr-2025", "justification"]
    assert "June" in june


def test_clash_windows_counted_from_the_file(data, shocks):
    found = israel.clash_windows(data["events"], data["cameo"], shocks).set_index("start")
    scale = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    clash = date(2026, 2, 28)
    pair = [
        (date.fromisoformat(r["start"]), scale[r["cameo"]])
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        and r["scored"] == "true"
        and r["precision"] != "year"
    ]
    before = [g for d, g in pair if clash - timedelta(days=90) <= d < clash]
    after = [g for d, g in pair if clash <= d <= clash + timedelta(days=90)]
    row = found.loc[pd.Timestamp(clash)]
    assert (row["n_before"], row["n_after"]) == (len(before), len(after))
    assert row["before"] == pytest.approx(sum(before) / len(before))
    assert row["after"] == pytest.approx(sum(after) / len(after))


def test_a_clash_without_events_has_no_reading(data, shocks):
    empty = israel.clash_windows(data["events"].iloc[:0], data["cameo"], shocks)
    assert empty["direction"].eq("no reading").all()
    assert empty["n_after"].eq(0).all()


def test_a_skipped_window_starts_the_day_after(data, shocks):
    first = israel.clash_windows(data["events"], data["cameo"], shocks, 60)
    second = israel.clash_windows(data["events"], data["cameo"], shocks, 60, skip=60)
    both = israel.clash_windows(data["events"], data["cameo"], shocks, 120)
    assert (first["n_after"] + second["n_after"]).tolist() == both["n_after"].tolist()


def test_ordinary_days_keep_their_distance(data, shocks, figures):
    days = israel.ordinary_days(data["events"], data["cameo"], shocks)
    assert all((shocks["start"] - d).abs().min().days >= israel.WINDOW / 2 for d in days["start"])
    assert days["start"].max() + pd.Timedelta(days=israel.WINDOW) <= data["events"]["start"].max()
    share = days["direction"].eq("apart").sum() / days["direction"].ne("no reading").sum()
    assert figures["ordinary_apart"] == pytest.approx(100 * share)
    assert figures["chance"] == pytest.approx(100 * (4 * share**3 * (1 - share) + share**4))


def test_robustness_accounts_for_every_clash(data, shocks):
    table = israel.robustness(data["events"], data["sources"], data["cameo"], shocks)
    assert table.sum(axis=1).eq(len(shocks)).all()
    assert (table.loc["120 days, dated to the day"] == [2, 2, 0]).all()


def test_neighbour_links_find_a_built_in_sign():
    months = pd.period_range("2020-01", "2020-12", freq="M").astype(str)
    wave = [(-1) ** i * (i + 1.0) for i in range(12)]
    pairs = {("AZE", "IRN"): 1, ("ARM", "IRN"): -1, ("IRN", "TUR"): 1, ("IRN", "RUS"): 1, ("IRN", "ISR"): 1}
    scores = pd.DataFrame(
        [
            {"month": m, "actor_a": a, "actor_b": b, "score": sign * w, "days_present": 31, "days_in_month": 31}
            for (a, b), sign in pairs.items()
            for m, w in zip(months, [v + 0.01 * i for i, v in enumerate(wave)], strict=True)
        ]
    )
    scores.loc[scores["month"] == "2020-06", "days_present"] = 3
    noise = scores["actor_b"].eq("ISR") & scores["month"].eq("2020-03")
    scores.loc[noise, "score"] = 50.0
    found = israel.neighbour_links(scores)
    assert found.loc["Azerbaijan", "rank correlation"] > 0 > found.loc["Armenia", "rank correlation"]
    assert found["months"].eq(9).all()  # eleven changes, two of them touch the broken June


def ties(*signed):
    return pd.DataFrame(signed, columns=["actor_a", "actor_b", "sign"])


def test_two_camps_are_free_of_frustration():
    camps = ties(("A", "B", 1), ("C", "D", 1), ("A", "C", -1), ("A", "D", -1), ("B", "C", -1), ("B", "D", -1))
    assert israel.frustration(camps, "ABCD") == 0
    assert israel.triads(camps, "ABCD")["balanced"].all()


def test_enemies_all_round_are_frustrated():
    foes = ties(("A", "B", -1), ("A", "C", -1), ("B", "C", -1))
    assert israel.frustration(foes, "ABC") == 1
    assert israel.triads(foes, "ABC")["balanced"].tolist() == [False]


def test_neutral_ties_close_no_triad_and_doubles_are_refused():
    assert israel.triads(ties(("A", "B", 1), ("A", "C", 0), ("B", "C", 1)), "ABC").empty
    with pytest.raises(ValueError, match="one period"):
        israel.frustration(ties(("A", "B", 1), ("B", "A", -1)), "AB")


def test_frustration_of_2024_by_networkx(data, figures):
    networkx = pytest.importorskip("networkx")
    part = data["ties"][(data["ties"]["period_start"] == 2024) & (data["ties"]["sign"] != 0)]
    part = part[part["actor_a"].isin(israel.ACTORS) & part["actor_b"].isin(israel.ACTORS)]
    graph = networkx.Graph()
    graph.add_nodes_from(israel.ACTORS)
    graph.add_weighted_edges_from(part[["actor_a", "actor_b", "sign"]].itertuples(index=False))
    negative = int((part["sign"] < 0).sum())
    # A tie is frustrated if it is negative inside a camp or positive across: minimise cut weight over all cuts.
    names = sorted(graph)
    best = min(
        negative + networkx.cut_size(graph, {n for i, n in enumerate(names) if mask >> i & 1}, weight="weight")
        for mask in range(1 << (len(names) - 1))
    )
    assert best == figures["frustration_2024"]


def test_triangle_matches_the_ties(data, figures):
    shape = israel.triangle(data["ties"])
    signs = {r["id"]: int(r["sign"]) for r in rows("ties")}
    assert shape.loc["Azerbaijan–Iran", "2024"] == signs["aze-irn-2024"]
    assert shape.loc["triangle", "2013–2019"] == "unbalanced"
    assert shape.loc["triangle", "2025"] == "open"
    assert figures["years_unbalanced"] == 7


def test_presence_names_rows_that_exist_and_words_that_are_keys(data):
    grid = israel.presence(data["claims"], data["events"], data["sources"])
    assert set(grid.to_numpy().ravel()) <= {*israel.PRESENCE_SIGNS, ""}
    assert grid.loc["Wider foothold near Iran", "S0"] == "flat"
    assert grid.loc["Use of air bases", "S4"] == "reported"
    assert grid.loc["Drones through airspace", ["S0", "S1", "S4"]].eq("").all()


def test_drawings_carry_their_numbers(data, shocks):
    found = israel.clash_windows(data["events"], data["cameo"], shocks, 30, day_precise=True)
    exhibit = israel.draw_clashes(found, id="x5-test", title="A title")
    assert exhibit.alt.count("no reading") == found["direction"].eq("no reading").sum() == 2
    acts = israel.answers(israel.steps(data["events"]), israel.iranian_words(data["events"]))
    words = israel.iranian_words(data["events"])
    drawn = israel.draw_answers(
        acts, words, shocks, data["sources"], id="x5-test", title="A title", last=data["events"]["start"].max()
    )
    assert len(drawn.links) == len(acts) + len(words) == len(drawn.data)
    assert drawn.svg().count("<title>") == len(drawn.links)
