"""What the tables of the book must hold, whatever is added to them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import pytest

from helpers import events, evidence, tables
from helpers.schemas import SIDES, TABLES


def test_the_evidence_is_all_there(data: dict[str, pd.DataFrame]) -> None:
    assert len(data["events"]) >= 384
    assert len(data["claims"]) >= 368
    assert set(data["claims"]["article_id"]) == set(evidence.ARTICLES)
    assert len(data["forecasts"]) >= 49
    assert len(data["ties"]) >= 462
    assert len(data["contradictions"]) >= 34


@pytest.mark.parametrize("name", [name for name, t in TABLES.items() if any(f.name == "source_ids" for f in t.fields)])
def test_every_row_names_a_source(name: str, data: dict[str, pd.DataFrame]) -> None:
    assert (data[name]["source_ids"] != "").all()


def test_every_source_is_used_and_every_address_stands_once(data: dict[str, pd.DataFrame]) -> None:
    cited = {s for t in data.values() if "source_ids" in t for s in tables.explode(t, "source_ids")["source_ids"]}
    assert set(data["sources"]["id"]) - cited == set()
    urls = data["sources"].loc[data["sources"]["url"] != "", "url"]
    assert urls.is_unique


def test_a_publisher_speaks_from_one_side(data: dict[str, pd.DataFrame]) -> None:
    articles = data["sources"]["kind"].isin(["article", "dataset", "coding"])
    sources = data["sources"][~articles]
    voice = sources["origin"].where(sources["origin"] != "", sources["publisher"])
    sides = sources.groupby(voice)["side"].nunique()
    assert sides[sides > 1].empty


def test_all_sides_are_heard(data: dict[str, pd.DataFrame]) -> None:
    assert set(data["sources"]["side"]) == set(SIDES)


def test_addresses_are_public_web_addresses(data: dict[str, pd.DataFrame]) -> None:
    hosts = data["sources"].loc[data["sources"]["url"] != "", "url"].map(lambda u: urlsplit(u).hostname or "")
    assert hosts.str.contains(".", regex=False).all()
    assert not hosts.isin(["localhost", "127.0.0.1"]).any()


def test_a_span_known_to_the_month_or_year_fills_it(data: dict[str, pd.DataFrame]) -> None:
    for precision, freq in (("month", "M"), ("year", "Y")):
        part = data["events"][data["events"]["precision"] == precision]
        assert len(part)
        spans = part["start"].dt.to_period(freq)
        assert (part["start"] == spans.dt.start_time).all()
        assert (part["end"] == spans.dt.end_time.dt.normalize()).all()


def test_an_id_begins_with_the_date_and_names_the_pair(data: dict[str, pd.DataFrame]) -> None:
    for row in data["events"].itertuples():
        wanted = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[row.precision]
        pair = f"{row.source_actor}-{row.target_actor}".lower().replace("_", "-")
        assert row.id.startswith(f"{row.start.strftime(wanted)}-{pair}-{row.type}")


def test_a_supported_or_contradicted_claim_shows_evidence_besides_its_article(data: dict[str, pd.DataFrame]) -> None:
    decided = data["claims"][data["claims"]["verdict"].isin(["supported", "contradicted", "mixed"])]
    other = [
        event_ids or set(source_ids.split(";")) - {article}
        for article, event_ids, source_ids in zip(
            decided["article_id"], decided["event_ids"], decided["source_ids"], strict=True
        )
    ]
    bare = decided["id"][[not o for o in other]].tolist()
    assert len(bare) <= len(decided) * 0.1, bare


def test_claims_and_forecasts_of_an_article_name_it_first(data: dict[str, pd.DataFrame]) -> None:
    for name in ("claims", "forecasts"):
        assert (data[name]["source_ids"].str.split(";").str[0] == data[name]["article_id"]).all()


def test_no_period_of_a_pair_is_coded_twice(data: dict[str, pd.DataFrame]) -> None:
    assert not data["ties"].duplicated(["actor_a", "actor_b", "period_start"]).any()
    assert (data["ties"]["actor_a"] < data["ties"]["actor_b"]).all()


def test_the_three_kinds_of_year_are_what_they_say(data: dict[str, pd.DataFrame]) -> None:
    flows = data["flows"]
    calendar = flows[flows["coverage"] == "calendar_year"]
    assert (calendar["period_start"].dt.strftime("%m-%d") == "01-01").all()
    assert (calendar["period_end"].dt.strftime("%m-%d") == "12-31").all()
    iranian = flows[flows["coverage"] == "iranian_year"]
    assert iranian["period_start"].dt.strftime("%m-%d").isin(["03-20", "03-21", "03-22"]).all()


def test_machine_scores_say_how_much_of_the_month_they_saw(data: dict[str, pd.DataFrame]) -> None:
    scores = data["machine_scores"]
    days = pd.to_datetime(scores["month"]).dt.days_in_month
    assert (scores["days_in_month"] == days).all()
    assert (scores["days_present"] <= scores["days_in_month"]).all()
    january = scores[(scores["id"] == "aze-irn-2023-01")].iloc[0]
    assert january["days_present"] < 31, "the days of the embassy attack are missing, and the table must say so"


def test_statuses_of_a_link_do_not_overlap(data: dict[str, pd.DataFrame]) -> None:
    status = data["link_status"].sort_values(["link_id", "valid_from"], na_position="first")
    for link, spans in status.groupby("link_id"):
        ends, starts = spans["valid_to"].iloc[:-1], spans["valid_from"].iloc[1:]
        assert ends.notna().all(), link
        assert (starts.to_numpy() >= ends.to_numpy()).all(), link


def test_great_circle_lengths_follow_from_the_coordinates(data: dict[str, pd.DataFrame]) -> None:
    import numpy as np

    where = np.radians(data["places"].set_index("id")[["lat", "lon"]])
    a, b = where.loc[data["links"]["place_a"]], where.loc[data["links"]["place_b"]]
    lat_a, lat_b = a["lat"].to_numpy(), b["lat"].to_numpy()
    half = np.sin((lat_b - lat_a) / 2) ** 2
    half += np.cos(lat_a) * np.cos(lat_b) * np.sin((b["lon"].to_numpy() - a["lon"].to_numpy()) / 2) ** 2
    km = 2 * 6371.0 * np.arcsin(np.sqrt(half))
    assert np.allclose(km, data["links"]["great_circle_km"], atol=1.5, rtol=0.01)


def test_unscored_events_are_few_and_explained(data: dict[str, pd.DataFrame]) -> None:
    unscored = data["events"][~data["events"]["scored"]]
    assert 0 < len(unscored) < 0.1 * len(data["events"])


def test_every_code_in_use_has_a_value(data: dict[str, pd.DataFrame]) -> None:
    assert events.score(data["events"], data["cameo"])["goldstein"].notna().all()
