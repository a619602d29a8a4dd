"""Chapter 1: known answers, counted from the CSV files without the helpers."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import charts, evidence, tables
from helpers.numbers import background

DATA = Path(__file__).resolve().parents[2] / "data"
NAMES = ("events", "sources", "cameo", "claims", "flows", "indicators", "dyad_indicators")


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pair_rows():
    return [
        r
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"} and r["start"][:4] <= "2020"
    ]


@pytest.fixture(scope="module")
def loaded():
    return {n: tables.load(n) for n in NAMES}


@pytest.fixture(scope="module")
def coded(loaded):
    return [loaded[n] for n in ("events", "sources", "cameo")]


@pytest.fixture(scope="module")
def found(loaded):
    return background.values(**loaded)


def test_event_counts_match_the_file(found):
    pair = pair_rows()
    assert found["n_pair"] == len(pair)
    assert found["n_all"] == sum(r["start"][:4] <= "2020" for r in rows("events"))
    per_year = [sum(r["start"][:4] == str(y) for r in pair) for y in range(1991, 2021)]
    assert found["thin_years"] == sum(n < 5 for n in per_year)
    assert (found["n_2012"], found["n_2020"]) == (per_year[21], per_year[29])
    assert min(per_year) > 0  # the chapter says that every year has an event


def test_early_events_with_an_iranian_publisher_match_the_file(found):
    side = {r["id"]: r["side"] for r in rows("sources") if r["mirror"] != "true"}
    early = [r for r in pair_rows() if r["start"][:4] <= "2010"]
    iranian = sum(any(side.get(s) == "Iranian" for s in r["source_ids"].split(";")) for r in early)
    assert found["iranian_early"] == pytest.approx(iranian / len(early) * 100, abs=2)
    chill = [r for r in early if "1995" <= r["start"][:4] <= "2000"]
    assert found["n_chill"] == len(chill)
    heard = sum(any(side.get(s) == "Iranian" for s in r["source_ids"].split(";")) for r in chill)
    assert found["iranian_chill"] == (heard or "none")


def test_arrests_and_the_dead_of_2006_match_the_file(found):
    assert found["n_arrest_rows"] == sum(r["cameo"] == "173" and r["source_actor"] == "AZE" for r in pair_rows())
    row = next(r for r in rows("events") if r["id"] == "2006-05-25-irn-aze-irn-protest")
    assert f"authorities: {found['dead_2006']} dead" in row["disagreement"]
    assert f"BBC: at least {found['dead_2006_bbc']}" in row["disagreement"]


def test_series_counts_scored_events_only(coded):
    series = background.yearly(*coded)
    pair = pair_rows()
    assert series["events"].sum() == sum(r["scored"] == "true" for r in pair)
    assert series.attrs["left_out"] == len(pair) - series["events"].sum()


def test_moods_cover_the_period_and_match_a_hand_count(coded, found):
    moods = background.moods(*coded)
    scale = {r["id"]: float(r["goldstein"]) for r in rows("cameo")}
    scored = [r for r in pair_rows() if r["scored"] == "true"]
    assert moods["events"].sum() == len(scored)
    for number, mood in enumerate(moods.itertuples(), start=1):
        first, last = f"{mood.start:%Y-%m-%d}", f"{mood.end:%Y-%m-%d}"
        inside = [scale[r["cameo"]] for r in scored if first <= (r["start"] + "-01-01")[:10] <= last]
        if all(len(r["start"]) == 10 for r in scored if first[:4] <= r["start"][:4] <= last[:4]):
            assert mood.mean == pytest.approx(sum(inside) / len(inside))
        assert found[f"mood{number}_mean"] == pytest.approx(mood.mean)
    assert found["n_moods"] == len(moods)


def test_the_chapter_s_verdict_holds_in_the_data(found):
    """Prose that a change of the tables could contradict: no drift, no cycle, long moods, votes that rise."""
    assert found["p_all"] > 20
    assert found["n_trends"] == "none"
    assert found["wave_p"] > 5
    assert found["n_moods"] > 1
    assert found["moods_p"] < 5 < found["moods_year_p"]
    assert found["n_moods_loose"] > found["n_moods"]
    assert found["loose_false"] > 10
    assert found["mood1_mean"] > 0 > found["mood2_mean"]
    assert found["mood3_mean"] > 0
    assert found["regimes_high"] == found["regimes_two"] == found["regimes_arrests"] == 1
    assert found["tau_to2013"] < 0 < found["tau_from1995"]
    assert found["votes_iran_last"] > found["votes_iran_first"]
    assert found["votes_iran_after"] > found["votes_iran_before"]


def test_every_field_of_irritation_is_older_than_the_war_of_2020(loaded):
    placed = background.fields(loaded["events"])
    assert set(placed.loc[placed["year"] < 2020, "lane"]) >= set(background.FIELDS)


def test_a_lower_price_never_gives_fewer_regimes_or_spares_more_noise(coded):
    found = [background.moods(*coded, rule=float(price)) for price in background.PRICES]
    counts = [len(f) for f in found]
    noise = [f.attrs["false_breaks"] for f in found]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] == 1
    assert noise == sorted(noise, reverse=True)
    assert noise[0] > 0.5 > 0.05 > noise[-1]


def test_rhythm_finds_a_wave_and_none_in_noise():
    years = pd.Index(range(1991, 2021))
    wave = pd.Series(np.sin(2 * np.pi * (years - 1991) / 10), index=years)
    noise = pd.Series(np.random.default_rng(3).standard_normal(30), index=years)
    clear = background.rhythm(wave + 0.2 * noise, draws=200)
    assert clear["years"] == pytest.approx(10, abs=0.5)
    assert clear["p"] < 0.01
    assert clear["share"] > 0.8
    assert background.rhythm(noise, draws=200)["p"] > 0.05
    gaps = wave.where(years % 7 != 0) + 0.1 * noise
    assert background.rhythm(gaps, draws=200)["years"] == pytest.approx(10, abs=0.5)


def test_filters_nest_and_refuse_unknown_keys(loaded):
    everything = loaded["events"]
    for key in ("high", "two", "no-talks", "no-arrests"):
        kept = background.filtered(everything, loaded["sources"], key)
        assert 0 < len(kept) < len(everything)
        assert set(kept["id"]) < set(everything["id"])
    assert not background.filtered(everything, loaded["sources"], "no-talks")["cameo"].str.startswith("04").any()
    with pytest.raises(ValueError, match="unknown filter"):
        background.filtered(everything, loaded["sources"], "best")


def test_trade_keeps_every_dollar_figure_of_goods_between_the_pair(loaded):
    expected = {
        r["id"]
        for r in rows("flows")
        if r["kind"] == "trade"
        and {r["from_actor"], r["to_actor"]} == {"IRN", "AZE"}
        and r["unit"] == "million US dollars"
        and r["measure"] in {"turnover", "export", "import"}
    }
    kept = background.trade(loaded["flows"])
    assert set(kept["id"]) == expected
    assert kept["direction"].isin(background.DIRECTIONS).all()
    assert kept["coverage"].isin(background.KINDS).all()
    assert not kept["id"].str.contains("mfa-safari").any()  # trade and transit in one sum


def test_an_export_of_one_is_an_import_of_the_other(loaded):
    kept = background.trade(loaded["flows"]).set_index("id")["direction"]
    assert kept["trade-irn-aze-export-2016-03-iran-irica"] == "from_iran"
    assert kept["trade-aze-irn-import-2013-01-azerbaijan-state-sta"] == "from_iran"
    assert kept["trade-aze-irn-export-2016-01-azerbaijan-state-cus"] == "from_azerbaijan"
    assert kept["trade-irn-aze-import-2007-03-iran-irica"] == "from_azerbaijan"


def test_trade_refuses_an_agency_without_a_group(loaded):
    flows = loaded["flows"].copy()
    flows.loc[flows["id"] == "trade-irn-aze-export-2016-03-iran-irica", "agency"] = "Nobody"
    with pytest.raises(ValueError, match="no group for agency 'Nobody'"):
        background.trade(flows)


def test_trade_figures_in_prose_match_the_file(found):
    value = {r["id"]: r["value"] for r in rows("flows")}
    assert found["s1_trade"] == 417
    assert found["n_equal_s1"] == 0
    first, second = (float(value[f"trade-aze-irn-turnover-2016-01-azerbaijan-state-cus{n}"]) for n in ("", "-2"))
    assert (found["scc_2016_low"], found["scc_2016_high"]) == (first, second)
    assert found["irica_1395"] == pytest.approx(358 + 46.8)
    assert found["ratio_2016"] == pytest.approx((358 + 46.8) / 201.8)  # the figure that the report on 2017 implies
    assert found["scc_fall"] == pytest.approx((1 - 339 / 493) * 100)
    assert found["tpo_1397"] == pytest.approx(411 + 26)
    assert found["turkey_times"] == pytest.approx(2500 / 179.2)
    people = {r["id"]: float(r["value"]) for r in rows("indicators") if r["indicator"] == "population"}
    assert found["population_ratio"] == pytest.approx(people["irn-population-2021"] / people["aze-population-2021"])


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        ("2001-07-23-irn-aze-maritime-incident", "Caspian Sea"),
        ("1995-04-09-aze-irn-energy-deal", "Caspian Sea"),
        ("2012-02-12-irn-aze-diplomatic-protest", "Israel and the West"),
        ("2009-06-29-irn-aze-recall", "Israel and the West"),
        ("2020-10-03-unk-irn-spillover", "Armenia and Karabakh"),
        ("1999-12-irn-aze-irn-arrest", "Kin, language, old borders"),
        ("2013-04-09-irn-aze-dispute", "Kin, language, old borders"),
        ("2020-12-11-irn-tur-diplomatic-protest", "Kin, language, old borders"),
        ("1997-04-14-aze-irn-trial", "Faith, media, alleged networks"),
        ("2006-11-29-irn-aze-statement", "Faith, media, alleged networks"),
        ("2018-07-16-irn-aze-denial", "Faith, media, alleged networks"),
        ("2002-09-14-aze-irn-road-tax", "Roads, borders, energy"),
        ("2013-11-07-irn-aze-border-closure", "Roads, borders, energy"),
        ("1993-10-28-irn-aze-visit", background.DEALINGS),
    ],
)
def test_rules_file_known_events_where_a_reader_would(loaded, event, lane):
    assert background.fields(loaded["events"]).set_index("id").loc[event, "lane"] == lane


def test_fields_place_each_event_at_most_once_and_nearly_all(loaded, found):
    placed = background.fields(loaded["events"])
    assert placed["id"].is_unique
    assert set(placed["lane"]) == {*background.FIELDS, background.DEALINGS}
    assert len(placed) + found["n_unplaced"] == found["n_all"]
    assert found["n_unplaced"] < 0.05 * found["n_all"]
    dealings = {r["id"] for r in pair_rows() if r["tone"] == "cooperation"}
    assert set(placed.loc[placed["lane"] == background.DEALINGS, "id"]) == dealings


def test_visits_know_the_presidents(loaded):
    trips = background.visits(loaded["events"])
    assert trips["id"].is_unique
    top = trips[trips["source_actor"].isin(background.LEVELS[:2])].set_index("id")["traveller"]
    guests = {"1993-10-28", "2004-08-05", "2007-08-21", "2010-11-17", "2012-10-16", "2018-03-28"}
    assert guests <= {i[:10] for i in top[top == "Iran"].index}
    assert {"1994-06-29", "2002-05-18", "2014-04-09", "2017-11-01"} <= {i[:10] for i in top[top == "Azerbaijan"].index}
    # Rouhani came in 2001 as secretary; a letter from Aliyev is no journey of his; a host does not travel.
    for event in ("2001-07-21-irn-aze-visit", "2014-03-15-aze-irn-visit", "1999-08-02-irn-aze-visit"):
        assert event not in top.index
        assert event in set(trips["id"])
    assert "2014-06-10-irn-aze-agreement" not in set(trips["id"])  # a parliament's vote


def test_votes_match_the_file(loaded, found):
    votes = background.votes(loaded["dyad_indicators"], {"IRN": "Iran"})
    value = {
        int(r["year"]): float(r["value"]) * 100
        for r in rows("dyad_indicators")
        if r["indicator"] == "unga_agreement" and {r["actor_a"], r["actor_b"]} == {"AZE", "IRN"}
    }
    assert votes.set_index("year")["agreement"].to_dict() == pytest.approx(value)
    assert found["votes_iran_last"] == pytest.approx(sum(value[y] for y in sorted(value)[-5:]) / 5)


def test_commission_met_thirty_months_after_it_was_announced(found):
    assert found["commission_months"] == (2017 - 2015) * 12 + (10 - 4)


def test_tell_trade_speaks_of_missing_and_single_figures(loaded):
    kept = background.trade(loaded["flows"])
    assert "no figure" in background.tell_trade(kept.iloc[:0], "turnover", "part_year")
    assert "a single figure" in background.tell_trade(kept.iloc[:1], "turnover", "part_year")


def test_titles_say_what_the_drawings_show(loaded, coded):
    kept = background.trade(loaded["flows"])
    year = kept[(kept["coverage"] == "calendar_year") & (kept["direction"] == "turnover")]
    twice = year[year["period_start"] == "2018-01-01"]
    gap = (twice["value"].max() / twice["value"].min() - 1) * 100
    assert f"differ by up to {gap:.0f} per cent" in background.tell_trade(twice, "turnover", "calendar_year")
    assert "no period is counted twice" in background.tell_trade(
        year.drop_duplicates("period_start"), "turnover", "calendar_year"
    )
    moods = background.moods(*coded)
    assert background.tell_moods(moods).startswith("Three regimes: warm from 1991, cool from 1995")
    assert background.tell_moods(moods.iloc[:1]) == "One regime: warm from 1991"
    assert "This price cuts 5 per cent of noise series" in background.tell_moods(moods, noise=True)
    told = background.tell_votes(background.votes(loaded["dyad_indicators"], {"IRN": "Iran", "ISR": "Israel"}))
    assert "toward Iran (+" in told
    assert "away from Israel (−" in told
    placed, trips = background.fields(loaded["events"]), background.visits(loaded["events"])
    conflict = placed[(placed["lane"] != background.DEALINGS) & (placed["tone"] == "conflict")]
    often = (conflict.groupby("lane")["year"].nunique() >= 8).sum()
    assert background.tell_fields(placed).startswith(f"{often} of 6 fields")
    top = trips[trips["source_actor"].str.startswith("President")]
    cool = top["day"].between("1995-04-09", "2014-01-23").sum()
    told = background.tell_visits(trips, moods)
    assert told.endswith(f"{cool} journeys in 19 cool years, {len(top) - cool} in 10 warm ones")


def test_the_list_of_journeys_gives_true_dates_though_marks_are_moved(loaded):
    trips = background.visits(loaded["events"])
    known = loaded["events"].set_index("id").loc[trips["id"]]
    assert charts.event_table(trips, loaded["sources"])["Date"].tolist() == evidence.date_labels(known)


def test_drawings_have_details_on_every_mark(loaded, coded):
    placed = background.fields(loaded["events"])
    exhibit = background.draw_fields(placed, loaded["sources"], loaded["cameo"], id="x1-test", title="Test")
    sore = placed[placed["lane"] != background.DEALINGS]
    assert exhibit.data["events"].sum() == len(sore)
    assert exhibit.data["conflictual"].sum() == (sore["tone"] == "conflict").sum()
    assert len(exhibit.links) == len(exhibit.data) == sore.groupby(["lane", "year"]).ngroups
    assert all(url.startswith("http") for url, _ in exhibit.links.values())
    assert "mark:" not in exhibit.svg()
    war = next(words for _, words in exhibit.links.values() if words.startswith("2001, Caspian Sea"))
    assert "warship" in war  # the gravest event of that year
    moods = background.moods(*coded)
    drawing = background.draw_series(background.yearly(*coded), moods, id="x1-test", title="Test")
    assert drawing.alt.count("mean") >= 30 + len(moods)
    assert "Break of 9 April 1995" in drawing.links["break-1"][1]
    assert "mark:" not in drawing.svg()


def test_values_beside_marks_do_not_cover_one_another(loaded):
    kept = background.trade(loaded["flows"])
    part = kept[kept["coverage"] == "calendar_year"]
    drawing = charts.trade(part, id="x1-test", title="Test", kinds={"calendar_year": "Years"}, labels=True)
    figure = drawing.figure
    figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in figure.axes[0].texts]
    assert len(boxes) > 10
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(str(row.agency) in drawing.links[str(i)][1] for i, row in enumerate(part.itertuples()))


def test_trade_drawing_has_a_panel_per_kind_and_bears_no_figures(loaded):
    kept = background.trade(loaded["flows"])
    drawing = charts.trade(kept, id="x1-test", title="Test", kinds=background.KINDS)
    assert [ax.get_title(loc="left") for ax in drawing.figure.axes] == list(background.KINDS.values())
    assert len(drawing.data) == len(kept)
    one = charts.trade(kept, id="x1-test", title="Test", kinds={"part_year": "Parts"})
    assert len(one.data) == (kept["coverage"] == "part_year").sum()
    empty = charts.trade(kept.iloc[:0], id="x1-test", title="Test", kinds={"part_year": "Parts"}, labels=True)
    assert "No figure of this kind" in empty.alt
