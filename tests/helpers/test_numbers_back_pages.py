"""Back pages: limits, reading, citing and changes, counted again from the files."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import evidence, exhibits, tables
from helpers.numbers import back_pages, citing, editions, reading

ROOT = Path(__file__).resolve().parents[2]


def rows(name: str, commit: str = "") -> list[dict[str, str]]:
    """Read a table as text, today's or that of an earlier state."""
    if not commit:
        return list(csv.DictReader(io.StringIO((ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8"))))
    shown = subprocess.run(["git", "show", f"{commit}:data/{name}.csv"], cwd=ROOT, capture_output=True, text=True)
    if shown.returncode:
        pytest.skip(f"this copy of the project has no history back to {commit}")
    return list(csv.DictReader(io.StringIO(shown.stdout)))


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    return tables.load_all()


@pytest.fixture(scope="module")
def found(data: dict[str, pd.DataFrame]) -> dict[str, object]:
    return back_pages.values(data)


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_shares_of_languages_sides_and_kinds_match_the_file(found):
    pages = rows("sources")

    def share(field, *values):
        return pytest.approx(sum(p[field] in values for p in pages) / len(pages) * 100)

    assert found["share_english"] == share("language", "en")
    assert found["share_iranian"] == share("side", "Iranian")
    assert found["share_press"] == share("kind", "newspaper", "agency", "broadcaster")
    assert found["share_mirror"] == share("mirror", "true")
    assert found["n_languages"] == len({p["language"] for p in pages})
    assert found["n_iranian_own"] == sum(p["side"] == "Iranian" and p["language"] == "fa" for p in pages)


def test_counts_of_acts_and_people_match_the_file(found):
    acts = rows("events")
    assert found["n_accusations"] == sum(a["type"] == "accusation" for a in acts)
    assert found["n_unowned"] == sum(a["source_actor"] == "UNK" for a in acts)
    assert found["n_people"] == sum(a["source_role"] in ("CVL", "OPP") for a in acts)
    state = sum(a["source_role"] in ("GOV", "MIL", "LEG") for a in acts)
    assert found["share_state"] == pytest.approx(state / len(acts) * 100)
    assert found["share_before_2011"] == pytest.approx(sum(a["start"] < "2011" for a in acts) / len(acts) * 100)


def test_one_voice_and_two_make_all(found):
    assert found["share_one_publisher"] + found["share_two_publishers"] == pytest.approx(100)
    assert found["share_one_side"] + found["share_two_sides"] == pytest.approx(100)
    alone = sum(found[f"alone_{side.lower()}"] for side in back_pages.SIDES)
    assert alone == pytest.approx(found["share_one_side"])


def test_what_the_page_on_limits_says_in_words_holds(found):
    assert found["share_english"] > 75
    assert found["share_before_2011"] < 50 * 20 / 36  # far under the share of years
    assert all(found[f"n_{side}_own"] < 30 for side in ("iranian", "azerbaijani", "armenian"))
    assert found["share_state"] > 80


def test_every_page_has_one_kind_of_language(data):
    table = back_pages.by_language(data["sources"])
    assert table.to_numpy().sum() == len(data["sources"])
    assert table["its own language"][["Western", "other"]].sum() == 0


def test_people_are_looked_for_as_whole_words(data):
    summaries = ["Azerian hackers struck.", "Azeri crowds met.", "A WIDOW wept.", "Statements on housewives."]
    events = pd.DataFrame({"id": list("abcd"), "start": pd.Timestamp("2020-01-01"), "summary": summaries})
    events = events.assign(end=events["start"], precision="day")
    counts = back_pages.seldom_named(events).data.set_index("People")["Events"]
    assert counts["Azerbaijanis of Iran"] == 1
    assert counts["Women"] == 1
    assert counts.sum() == 2
    real = back_pages.seldom_named(data["events"]).data.set_index("People")
    texts = [r["summary"] for r in rows("events")]
    assert real.loc["Refugees and displaced people", "Events"] == sum(
        bool(re.search(r"\b(refugees?|displaced)\b", text, re.IGNORECASE)) for text in texts
    )


# --- How to read the figures ----------------------------------------------------------------------------------------


def test_the_sample_is_of_the_pair_and_dated_to_the_day(data):
    first, last = reading.SPAN
    expected = {
        r["id"]
        for r in rows("events")
        if {r["source_actor"], r["target_actor"]} == {"AZE", "IRN"}
        and first <= r["start"] <= last
        and r["precision"] == "day"
    }
    assert set(reading.sample(data["events"])["id"]) == expected


def test_ranges_of_chance_hold_what_the_binomial_says(data):
    events = pd.DataFrame(
        {
            "source_actor": "IRN",
            "target_actor": "AZE",
            "start": pd.to_datetime(["2020-05-01"] * 10 + ["2021-05-01"] * 10),
            "tone": ["cooperation"] * 10 + ["conflict"] * 10,
        }
    )
    table = reading.against_chance(events)
    # Of ten tosses of a fair coin, two to eight heads come up with a chance of 97.9 per cent; three to seven, 89.1.
    assert table[["low", "high"]].to_numpy().tolist() == [[20, 80], [20, 80]]
    assert table["observed"].tolist() == [100, 0]
    assert reading.against_chance(data["events"]).index[0].startswith("2018 (")


def test_the_page_s_examples_show_what_it_says(data):
    got = reading.values(data["events"], data["sources"])
    assert 0 < got["n_sample_hollow"] < got["n_sample"]
    assert 0 < got["n_years_outside"] < got["n_years"]
    assert got["wide_year"] != got["narrow_year"]
    drawn = reading.draw_sample(data["events"], data["sources"])
    assert len(drawn.links) == len(drawn.data) == got["n_sample"]
    for teller in reading.TELLERS.values():
        told = reading.draw_told(data["events"], data["sources"], teller, pd.Timestamp(reading.SPAN[1]))
        assert len(told.data) <= got["n_sample"]


# --- How to cite ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def works(data) -> list[citing.Work]:
    event = data["events"].set_index("id", drop=False).loc["2021-09-15-aze-irn-arrest"]
    return citing.parts(citing.book(data["events"]), event, reading.draw_chance(data["events"]))


def test_the_book_is_named_as_its_files_name_it(works):
    whole = works[0]
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{whole.title}"' in cff
    assert f"version: {whole.version}\n" in cff
    assert whole.title == exhibits.BOOK
    assert whole.data_to == evidence.date_label(pd.Timestamp(max(r["start"] for r in rows("events"))))


def test_each_kind_and_each_chapter_can_be_cited(works):
    assert {work.kind for work in works} == set(citing.KINDS)
    chapters = [work.title for work in works if work.kind == "chapter"]
    assert len(chapters) == len(list((ROOT / "chapters").glob("0*.md")))
    assert "The 2021 crisis" in chapters
    assert len({work.key for work in works}) == len(works)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("CITATION.cff", "version: ", "version: 9.", r"CITATION.cff, version '9\.0\.\d+\.\d+' is not that of"),
        ("LICENSE-DATA", "Copyright (c)", "Copyright", "LICENSE-DATA: no year of copyright"),
    ],
)
def test_files_that_disagree_are_refused(tmp_path, data, file, old, new, words):
    for name in ("CITATION.cff", "pyproject.toml", "LICENSE-DATA"):
        shutil.copy(ROOT / name, tmp_path)
    assert citing.book(data["events"], tmp_path) == citing.book(data["events"])
    changed = (tmp_path / file).read_text(encoding="utf-8").replace(f"\n{old}", f"\n{new}", 1).replace(old, new, 1)
    (tmp_path / file).write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        citing.book(data["events"], tmp_path)


def test_csl_json_has_the_names_of_its_standard(works):
    items = json.loads(citing.csl_json(works))
    kinds = {"book", "chapter", "figure", "entry", "dataset", "software"}
    assert {item["type"] for item in items} == kinds
    assert items[0] == {
        "id": works[0].key,
        "type": "book",
        "title": works[0].title,
        "author": [{"literal": "The casebook contributors"}],
        "issued": {"date-parts": [[works[0].year]]},
        "version": works[0].version,
        "note": f"Data to {works[0].data_to}",
    }
    assert all(item["container-title"] == works[0].title for item in items[1:])


def test_ris_entries_begin_with_their_type_and_end(works):
    entries = citing.ris(works).split("\n\n")
    assert len(entries) == len(works)
    for entry in entries:
        lines = entry.split("\n")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
        assert (lines[0][:2], lines[-1]) == ("TY", "ER  - ")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1))
def test_bibtex_keeps_its_braces_whatever_a_title_holds(title):
    work = citing.Work("k", "book", title, ("A & B",), 2026, "1", "1 May 2025")
    entry = citing.bibtex([work])
    bare = re.sub(r"\\[{}]", "", entry)
    assert bare.count("{") == bare.count("}")
    assert r"{A \& B}" in entry
    assert not re.search(r"(?<!\\)[&%$#_]", entry.split("\n")[2])


def test_the_page_escapes_and_offers_every_format(works):
    html = citing.References([works[0], citing.replace(works[1], title="<b>&")]).to_html()
    assert "<b>" not in html
    for file, _, _ in citing.FORMATS.values():
        assert f'download="{file}"' in html


# --- What changed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draft", editions.DRAFTS, ids=lambda draft: draft.name)
def test_a_draft_had_the_evidence_that_the_page_says(draft):
    events, sources = (pd.DataFrame(rows(name, draft.commit)) for name in ("events", "sources"))
    sources["mirror"] = sources["mirror"] == "true"
    sources["origin"] = sources.get("origin", "")  # the first draft did not know it
    voices = evidence.corroboration(events, sources)
    assert (len(events), len(sources)) == (draft.events, draft.sources)
    assert (voices["publishers"] >= 2).sum() == draft.two_publishers


@pytest.mark.parametrize(
    ("table", "field", "what"), [("claims", "verdict", "verdicts"), ("forecasts", "resolution", "forecasts")]
)
def test_the_second_reading_changed_as_many_judgements_as_the_page_says(table, field, what):
    before = {r["id"]: r[field] for r in rows(table, editions.DRAFTS[0].commit)}
    after = {r["id"]: r[field] for r in rows(table, editions.READ)}
    assert sum(after[i] != before[i] for i in before) == editions.CHANGED[what]


def test_growth_ends_with_this_edition(data):
    table = editions.growth(data["events"], data["sources"])
    assert table.sum(axis=1).iloc[-1] == len(rows("events"))
    assert table.index[-1] == "this edition"
    share = table["two or more publishers"] / table.sum(axis=1)
    assert share.iloc[-1] > share.iloc[0]  # the title says "rose"
