"""An exhibit carries finding, alt text, data and provenance; what comes from data is escaped."""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers import charts, exhibits
from helpers.exhibits import EvidenceTable, Exhibit, Link

ALT = "A line that rises from one to three over two years."


def drawing():
    with exhibits.style():
        fig, ax = exhibits.canvas(height=2)
        ax.plot([1, 2], [1, 3], label="line")
        ax.set_xlabel("year")
    return fig


def make(**changes) -> Exhibit:
    given = {
        "id": "x1",
        "title": "It rises",
        "figure": drawing(),
        "alt": ALT,
        "data": pd.DataFrame({"y": [1, 3]}),
    }
    return Exhibit(**(given | changes))


def soup(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "lxml")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alt": ""}, "alt text"),
        ({"alt": "fig1.png"}, "alt text"),
        ({"title": "  "}, "title"),
        ({"id": "X 1"}, "id"),
    ],
)
def test_an_exhibit_some_readers_could_not_use_is_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make(**change)


def test_the_page_gets_one_figure_with_finding_named_drawing_data_and_provenance() -> None:
    page = soup(make(caption="How to read", provenance="Table events.").to_html())
    figure = page.find("figure", id="x1")
    assert figure.find("figcaption").get_text() == "It rises"
    assert figure.find("svg")["role"] == "img"
    assert figure.find("svg")["aria-label"] == ALT
    assert [td.get_text() for td in figure.select("tbody td")] == ["1", "3"]
    assert "Table events." in figure.get_text()


def test_the_download_is_the_data() -> None:
    link = soup(make().to_html()).find("a", download=True)
    assert link["download"] == "x1.csv"
    assert downloaded(link) == "y\n1\n3\n"


def downloaded(link) -> str:
    """What a browser saves from a data address."""
    kind, _, content = link["href"].partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    return unquote(content)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_any_text_is_downloaded_as_it_is(text: str) -> None:
    data = pd.DataFrame({"x": [f"é#100% {text}"]})
    link = soup(exhibits.data_block(data, "x1", "Any text")).find("a", download=True)
    assert downloaded(link) == exhibits.csv_text(data)


def test_the_marks_of_the_narrow_twin_leave_their_details_to_the_wide_one() -> None:
    fig = drawing()
    fig.axes[0].scatter([1, 2], [1, 3]).set_urls(["mark:a", "mark:b"])
    links = {"a": ("", "First"), "b": ("https://example.org/", "Second")}
    wide, narrow = (soup(exhibits.svg_markup(fig, "t", ALT, links, css)) for css in ("wide", "narrow"))
    assert [t.get_text() for t in wide.find_all("title")] == ["First", "Second"]
    assert not narrow.find_all("title")
    assert len(narrow.select("a, .mark")) == len(wide.select("a, .mark")) == 2


@exhibits.two_widths
def labelled(columns: int = 3) -> Exhibit:
    with exhibits.style():
        fig, ax = exhibits.canvas(height=2)
        ax.plot([1, 2], [1, 3])
        ax.set_yticks([1, 3], exhibits.wrapped(["a long label that a phone has to break in two", "short"]))
        handles = [ax.plot([], [], label=f"entry number {i}")[0] for i in range(columns)]
        exhibits.legend(fig, handles=handles)
    return make(figure=fig)


def test_in_the_book_a_figure_is_drawn_for_a_page_and_for_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(soup(labelled().to_html()).find_all("svg")) == 1, "a notebook has room for one"
    monkeypatch.setenv(exhibits.STATIC, "1")
    wide, narrow = soup(labelled().to_html()).find_all("svg")
    assert (wide["class"], narrow["class"]) == (["wide"], ["narrow"])
    assert int(wide["width"]) > 700 and int(narrow["width"]) <= 360
    assert wide["aria-label"] == narrow["aria-label"] == ALT
    assert len([t for t in narrow.find_all("text") if "label" in t.text or "phone" in t.text]) > 1
    assert "Drawn by" in labelled().to_html()
    assert labelled().drawn_by.endswith("labelled")


def test_after_a_drawing_for_a_phone_pages_are_wide_again_even_if_it_failed() -> None:
    def draw() -> Exhibit:
        if exhibits.fit(False, True):
            raise RuntimeError("no room")
        return make()

    with pytest.raises(RuntimeError, match="no room"):
        exhibits.two_widths(draw)().narrow()
    assert exhibits.fit("wide", "narrow") == "wide"


def drawer(calls: list[str], module: str = "helpers.charts") -> Callable[..., Exhibit]:
    def draw(name: str) -> Exhibit:
        calls.append(name)
        with exhibits.style():
            fig, ax = exhibits.canvas(height=2)
            ax.plot([1, 2], [1, len(name)])
        return make(figure=fig, title=f"It rises to {name}")

    draw.__module__ = module
    return exhibits.two_widths(draw)


def test_a_build_draws_what_it_drew_before_from_memory_and_the_page_is_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[str] = []
    monkeypatch.setenv(exhibits.STATIC, "1")
    live = drawer(calls)("Baku").to_html()
    assert calls == ["Baku", "Baku"], "for a page and for a phone"
    monkeypatch.setenv("HELPERS_MEMORY", str(tmp_path))
    assert drawer(calls)("Baku").to_html() == live
    assert drawer(calls)("Baku").to_html() == live
    assert len(calls) == 4
    drawer(calls)("Tehran")
    assert len(calls) == 6


def test_a_kept_drawing_takes_the_alt_text_that_an_explorer_adds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(exhibits.STATIC, "1")
    monkeypatch.setenv("HELPERS_MEMORY", str(tmp_path))
    for _ in range(2):
        exhibit = drawer([])("Baku")
        svg = soup(dataclasses.replace(exhibit, alt=f'{exhibit.alt} (Teller: "all" & none)').svg())
        assert {s["aria-label"] for s in svg.find_all("svg")} == {f'{ALT} (Teller: "all" & none)'}


def test_what_draws_by_others_may_change_their_figures_in_a_build_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inner = drawer([])

    def draw(name: str) -> Exhibit:
        exhibit = inner(name)
        exhibit.figure.axes[0].set_xlabel(f"seen from {name}")
        return exhibit

    monkeypatch.setenv(exhibits.STATIC, "1")
    monkeypatch.setenv("HELPERS_MEMORY", str(tmp_path))
    for module in ("helpers.numbers.landing", "__main__"):
        draw.__module__ = module
        shown = [exhibits.two_widths(draw)("Baku").svg() for _ in range(2)]
        assert shown[0] == shown[1]
        assert shown[0].count("seen from Baku") == 2, "in both widths"


def test_a_drawing_function_of_a_notebook_is_never_taken_from_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[str] = []
    monkeypatch.setenv(exhibits.STATIC, "1")
    monkeypatch.setenv("HELPERS_MEMORY", str(tmp_path))
    for _ in range(2):
        drawer(calls, "__main__")("Baku").svg()
    assert len(calls) == 4, "its code may have changed"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [1, 4, 9])
def test_a_legend_never_outgrows_its_figure(columns: int) -> None:
    exhibit = labelled(columns)
    for figure in (exhibit.figure, exhibit.narrow()):
        (box,) = figure.legends
        assert box.get_window_extent(figure.canvas.get_renderer()).width <= figure.bbox.width


def test_a_mark_without_address_has_details_and_is_no_link() -> None:
    fig = drawing()
    dots = fig.axes[0].scatter([1, 2], [1, 3])
    dots.set_urls(["mark:a", "mark:b"])
    svg = soup(exhibits.svg_markup(fig, "t", ALT, {"a": ("", "First <b>"), "b": ("https://example.org/", "Second")}))
    mark = svg.select_one("g.mark")
    assert mark.find("title").get_text() == "First <b>"
    assert [a["href"] for a in svg.find_all("a")] == ["https://example.org/"]


def test_every_figure_says_how_to_cite_it_by_the_title_and_version_of_the_citation_file() -> None:
    words = soup(make().to_html()).select_one(".exhibit-cite").get_text()
    about = (Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{exhibits.BOOK}"' in about
    assert f"version: {words.rsplit('edition ')[-1].rstrip('.')}" in about
    assert "“It rises”, figure x1" in words


def test_outside_a_build_of_the_book_there_is_a_png_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(exhibits.STATIC, raising=False)
    bundle = make()._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert ALT in bundle["text/plain"]
    monkeypatch.setenv(exhibits.STATIC, "1")
    assert "image/png" not in make()._repr_mimebundle_()


def test_the_svg_is_lean_follows_the_page_and_is_the_same_each_time() -> None:
    svg = make().svg()
    assert svg == make().svg()
    assert svg.startswith("<svg ")
    for leftover in ("<metadata", "<style", "DejaVu", exhibits.INK, "xlink", "<!--"):
        assert leftover not in svg
    assert "currentColor" in svg
    assert ">year</text>" in svg, "text stays text"
    assert not re.search(r"\d\.\d{4,}", svg), "no useless digits"


def test_every_id_an_svg_refers_to_is_there_and_belongs_to_its_exhibit() -> None:
    one, other = make().svg(), make(id="x2").svg()
    for svg in (one, other):
        ids = re.findall(r' id="([^"]+)"', svg)
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == set(ids)
        assert len(ids) == len(set(ids))
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', other))


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a & b",
    "</svg></figure>",
    "'; drop",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_data_is_escaped_everywhere(text: str) -> None:
    data = pd.DataFrame({text: [text], "link": [Link(text, "https://example.org/?q=" + text)]})
    exhibit = make(title=f"T {text}", alt=f"{ALT} {text}", caption=text, provenance=text, data=data)
    page = soup(exhibit.to_html())
    assert not page.find_all(["script", "img"])
    assert not [t for t in page.find_all(True) for a in t.attrs if a.startswith("on")]
    assert len(page.find_all("svg")) == len(page.find_all("figure")) == 1
    assert page.find("svg")["aria-label"] == f"{ALT} {text}"
    assert page.select_one("tbody td").get_text() == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_in_a_table_reads_back_as_itself(text: str) -> None:
    cell = soup(exhibits.html_table(pd.DataFrame({"x": [text]}), "c")).find("td")
    assert cell.get_text() == text
    assert not cell.find_all(True)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", " javascript:x"])
def test_only_web_addresses_and_places_in_the_book_become_links(url: str) -> None:
    assert not soup(Link("text", url).markup()).find("a")
    assert soup(Link("text", "https://example.org/").markup()).find("a")["href"] == "https://example.org/"
    assert soup(Link("text", "back/chronology.html#e").markup()).find("a")


def test_a_formula_in_the_download_is_defused() -> None:
    text = exhibits.csv_text(pd.DataFrame({"x": ["=1+1", "-2", "fine", "@x"], "n": [-1, 2, 3, 4]}))
    assert text.splitlines() == ["x,n", "'=1+1,-1", "-2,2", "fine,3", "'@x,4"]


def test_missing_values_are_empty_cells() -> None:
    data = pd.DataFrame({"a": [float("nan"), 1.5], "t": [pd.NaT, pd.Timestamp("2021-01-02")], "s": [None, "x"]})
    cells = [td.get_text() for td in soup(exhibits.html_table(data, "c")).find_all("td")]
    assert cells == ["", "", "", "1.5", "2021-01-02", "x"]


def test_a_table_of_evidence_has_a_name_and_anchors() -> None:
    table = soup(EvidenceTable(pd.DataFrame({"a": ["x"]}), "Events of 2021", ["event-1"], boxed=True).to_html())
    box = table.find("div")
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "region", "Events of 2021")
    assert table.find("tr", id="event-1").get_text() == "x"
    assert table.find("caption").get_text() == "Events of 2021"


# --- the shared drawing functions, on real data ---


LANES = {"IRN": "Iran", "AZE": "Azerbaijan", "": "others"}


def test_marks_of_a_timeline_lead_to_their_sources(data: dict[str, pd.DataFrame]) -> None:
    events, sources = data["events"], data["sources"]
    part = events[events["start"].between("2021-10-01", "2021-10-31")]
    exhibit = charts.timeline(part, sources, id="t", title="October", lanes=LANES)
    drawn = part[part["precision"] == "day"]
    links = soup(exhibit.to_html()).select("svg a")
    assert len(links) == len(drawn)
    urls = set(sources["url"])
    assert all(link["href"] in urls for link in links)
    titles = " ".join(link.find("title").get_text() for link in links)
    assert all(summary in titles for summary in drawn["summary"])
    assert f"{len(drawn)} dated events" in exhibit.alt
    assert soup(exhibit.svg()).find("svg")["role"] == "group", "links may not hide inside an image"


def test_a_mark_without_a_link_is_an_error(data: dict[str, pd.DataFrame]) -> None:
    part = data["events"][data["events"]["start"].dt.year == 2022]
    exhibit = charts.timeline(part, data["sources"], id="t", title="x", lanes=LANES)
    with pytest.raises(ValueError, match="marks without a link"):
        exhibits.svg_markup(exhibit.figure, "t", exhibit.alt, {})


def test_hostile_text_in_an_event_stays_text_in_mark_and_table(data: dict[str, pd.DataFrame]) -> None:
    events = data["events"][data["events"]["start"].dt.year == 2022].copy()
    events["summary"] = HOSTILE[1] + HOSTILE[0]
    page = soup(charts.timeline(events, data["sources"], id="t", title="x", lanes=LANES).to_html())
    assert not page.find_all(["script", "img"])
    assert HOSTILE[1] in page.select_one("svg a title").get_text()


def test_events_of_the_background_are_drawn_but_not_counted(data: dict[str, pd.DataFrame]) -> None:
    part = data["events"][data["events"]["start"].dt.year == 2022]
    few = part.head(5)
    exhibit = charts.timeline(few, data["sources"], id="t", title="x", lanes=LANES, background=part, linked=False)
    assert len(exhibit.data) == 5
    assert "stand in the background" in exhibit.alt


def test_the_alt_text_of_bars_holds_every_number() -> None:
    table = pd.DataFrame({"yes": [3, 0], "no": [1, 7]}, index=["A", "B"])
    exhibit = charts.bars(table, id="b", title="t", x="answers")
    for words in ("A: yes 3, no 1", "B: no 7"):
        assert words in exhibit.alt


def test_tone_bars_say_lowest_and_highest() -> None:
    index = pd.period_range("2021-01-01", periods=3, freq="M")
    columns = {"events": [2, 0, 1], "goldstein_sum": [-9.5, 0.0, 4.0], "goldstein_mean": [-4.75, None, 4.0]}
    exhibit = charts.tone_bars(pd.DataFrame(columns, index=index), id="t", title="t", unit="month")
    assert "Lowest -9.5 in the month of 1 January 2021" in exhibit.alt
    assert "1 without events" in exhibit.alt


def test_a_network_names_its_ties(data: dict[str, pd.DataFrame]) -> None:
    ties = data["ties"][data["ties"]["period_start"] == 2021]
    exhibit = charts.network(ties, {"AZE": "Azerbaijan", "IRN": "Iran", "TUR": "Turkey"}, id="n", title="t")
    signs = {frozenset((r.actor_a, r.actor_b)): r.sign for r in ties.itertuples()}
    positive = exhibit.alt.split("Positive ties: ")[1].split(". Negative")[0]
    assert ("Azerbaijan–Turkey" in positive) == (signs[frozenset(("AZE", "TUR"))] == 1)


def test_a_map_draws_what_lies_in_view(data: dict[str, pd.DataFrame]) -> None:
    status = data["link_status"].merge(data["links"], left_on="link_id", right_on="id")
    status = status[status["valid_to"].isna()]
    everywhere = charts.route_map(data["places"], status, [], id="m", title="t", view=(-180, 180, -80, 80))
    near = charts.route_map(data["places"], status, [], id="m", title="t", view=(44, 49, 38, 41))
    assert len(everywhere.data) == len(status)
    assert 0 < len(near.data) < len(everywhere.data)


def test_the_legend_of_a_matrix_lists_only_what_occurs() -> None:
    signs = {"y": (exhibits.BLUE, "●", "yes"), "n": (exhibits.VERMILION, "○", "no")}
    exhibit = charts.matrix(pd.DataFrame({"c": ["y", None]}, index=["a", "b"]), id="m", title="t", signs=signs)
    assert "a: c yes" in exhibit.alt
    assert "no" not in re.findall(r"<text[^>]*>([^<]*)", exhibit.svg())
