"""Sources, corroboration, cut-off dates, and who tells what."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import evidence


def make_sources(*rows: tuple[str, str, str, bool, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "publisher", "side", "mirror", "date"]).assign(origin="")


def make_events(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "source_ids", "start", "end"])
    return table.assign(start=pd.to_datetime(table["start"]), end=pd.to_datetime(table["end"]), article_ids="")


SOURCES = make_sources(
    ("trend", "Trend", "Azerbaijani", False, "2021-09-28"),
    ("trend-2", "Trend", "Azerbaijani", False, "2021-09-29"),
    ("mehr", "Mehr", "Iranian", False, "2021-10"),
    ("copy", "Menafn", "other", True, ""),
    ("copy-2", "Exbulletin", "other", True, "2021-09-27"),
)


def test_two_pages_of_one_publisher_are_one_voice() -> None:
    voices = evidence.corroboration(make_events(("e", "trend;trend-2", "2021-09-27", "2021-09-27")), SOURCES)
    assert voices.loc["e", ["sources", "publishers", "n_sides"]].tolist() == [2, 1, 1]


def test_a_wire_copy_is_the_voice_of_the_outlet_that_wrote_it() -> None:
    sources = make_sources(
        ("trend", "Trend", "Azerbaijani", False, ""),
        ("archive", "Press archive", "Azerbaijani", False, ""),
        ("other", "Press archive", "Iranian", False, ""),
    )
    sources["origin"] = ["", "Trend", "Mehr"]
    voices = evidence.corroboration(make_events(("e", "trend;archive", "2021-09-27", "2021-09-27")), sources)
    assert voices.loc["e", ["sources", "publishers", "n_sides"]].tolist() == [2, 1, 1]
    voices = evidence.corroboration(make_events(("e", "archive;other", "2021-09-27", "2021-09-27")), sources)
    assert voices.loc["e", ["publishers", "sides"]].tolist() == [2, "Azerbaijani;Iranian"]
    assert evidence.citation(sources.iloc[1].reindex(["author", "title", *sources.columns], fill_value="")) == (
        "Trend, read at Press archive, undated"
    )


def test_a_mirror_adds_no_voice_to_a_report_of_its_own_publisher() -> None:
    voices = evidence.corroboration(make_events(("e", "trend;copy", "2021-09-27", "2021-09-27")), SOURCES)
    assert voices.loc["e", ["sources", "publishers", "sides"]].tolist() == [2, 1, "Azerbaijani"]


def test_a_mirror_counts_where_nothing_else_reports_the_event() -> None:
    voices = evidence.corroboration(make_events(("e", "copy", "2021-09-27", "2021-09-27")), SOURCES)
    assert voices.loc["e", ["publishers", "sides"]].tolist() == [1, "other"]


def test_two_sides_are_counted_and_named_in_a_fixed_order() -> None:
    voices = evidence.corroboration(make_events(("e", "mehr;trend", "2021-09-27", "2021-09-27")), SOURCES)
    assert voices.loc["e", ["publishers", "n_sides", "sides"]].tolist() == [2, 2, "Azerbaijani;Iranian"]


def test_every_real_event_has_a_voice_and_no_more_voices_than_pages(data: dict[str, pd.DataFrame]) -> None:
    voices = evidence.corroboration(data["events"], data["sources"])
    assert list(voices.index) == data["events"]["id"].tolist()
    assert (voices["publishers"] >= 1).all()
    assert (voices["publishers"] <= voices["sources"]).all()
    assert (voices["n_sides"] <= voices["publishers"]).all()


@pytest.mark.parametrize(
    ("source_ids", "known"),
    [
        ("trend", "2021-09-28"),
        ("mehr;trend", "2021-09-28"),
        ("mehr", "2021-10-31"),  # a month counts from its last day
        ("copy", "2021-09-26"),  # no dated source: last day of the event
        ("copy-2;trend", "2021-09-27"),
    ],
)
def test_an_event_is_known_from_its_earliest_dated_source(source_ids: str, known: str) -> None:
    report = evidence.first_report(make_events(("e", source_ids, "2021-09-25", "2021-09-26")), SOURCES)
    assert report["e"] == pd.Timestamp(known)


def test_nothing_is_known_before_it_happened() -> None:
    # The drill was announced on the 28th of September and began on the 1st of October.
    report = evidence.first_report(make_events(("e", "trend", "2021-10-01", "2021-10-02")), SOURCES)
    assert report["e"] == pd.Timestamp("2021-10-01")


@settings(max_examples=25)
@given(st.dates(min_value=pd.Timestamp("1990-01-01").date(), max_value=pd.Timestamp("2030-01-01").date()))
def test_what_is_known_only_grows(data: dict[str, pd.DataFrame], day) -> None:
    events, sources = data["events"], data["sources"]
    earlier = set(evidence.known_by(events, sources, day)["id"])
    later = set(evidence.known_by(events, sources, pd.Timestamp(day) + pd.Timedelta(days=90))["id"])
    assert earlier <= later
    assert not (set(events.loc[events["start"] > pd.Timestamp(day), "id"]) & earlier)


def test_an_article_tells_the_events_marked_with_it(data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"], data["sources"]
    told = set(evidence.told_by(events, sources, "ramani-2021")["id"])
    assert told == {i for i, a in zip(events["id"], events["article_ids"], strict=True) if "ramani-2021" in a}
    assert "2021-10-21-aze-irn-release" in told
    # The crisis of 2021 is no subject of the article of 2024.
    assert "2021-10-21-aze-irn-release" not in set(evidence.told_by(events, sources, "avdaliani-2024")["id"])


def test_a_side_tells_what_one_of_its_publishers_reports() -> None:
    events = make_events(("a", "trend", "2021-09-27", "2021-09-27"), ("b", "mehr", "2021-09-27", "2021-09-27"))
    assert evidence.told_by(events, SOURCES, "Iranian")["id"].tolist() == ["b"]
    assert evidence.told_by(events, SOURCES, "Turkish").empty
    assert len(evidence.told_by(events, SOURCES, "all")) == 2


def test_an_unknown_teller_is_refused(data: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="Martian"):
        evidence.told_by(data["events"], data["sources"], "Martian")


@pytest.mark.parametrize(
    ("start", "end", "precision", "words"),
    [
        ("2021-10-01", "2021-10-01", "day", "1 October 2021"),
        ("2021-09-12", "2021-09-20", "day", "12–20 September 2021"),
        ("2021-09-30", "2021-10-02", "day", "30 September 2021 – 2 October 2021"),
        ("2021-10-01", "2021-10-31", "month", "October 2021"),
        ("1992-01-01", "1992-12-31", "year", "1992"),
    ],
)
def test_a_date_is_written_no_more_precisely_than_it_is_known(start: str, end: str, precision: str, words: str) -> None:
    assert evidence.date_label(pd.Timestamp(start), pd.Timestamp(end), precision) == words


def test_a_citation_says_undated_and_leaves_unknowns_out() -> None:
    row = pd.Series({"author": "", "title": "", "publisher": "Turan", "origin": "", "date": ""})
    assert evidence.citation(row) == "Turan, undated"
    row = pd.Series({"author": "A. B.", "title": "T", "publisher": "P", "origin": "", "date": "2021-10"})
    assert evidence.citation(row) == "A. B., “T”, P, October 2021"
