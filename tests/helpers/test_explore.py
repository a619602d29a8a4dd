"""An explorer is one function over a grid of controls, with two faces that show the same."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers import exhibits, explore
from helpers.exhibits import Exhibit
from helpers.explore import Explorer


def draw(who: str = "all", day: pd.Timestamp | None = None, firm: bool = False) -> Exhibit:
    with exhibits.style():
        fig, ax = exhibits.canvas(height=1.5)
        ax.bar([0], [len(who)])
    words = f"{who} on {day.date() if day is not None else 'any day'}, firm {firm}"
    return Exhibit("frame", f"Finding: {words}", fig, f"One bar that stands for {words}.", pd.DataFrame({"n": [1]}))


CONTROLS = {
    "who": explore.choice("Teller", {"Everyone": "all", "Iran & friends": "IRN"}),
    "day": explore.dates("Known on", ["2021-09-01", "2021-10-01", "2021-11-01"], start="2021-10-01"),
    "firm": explore.toggle("Firm only"),
}


def make(**changes) -> Explorer:
    given = {"id": "x1-who", "question": "Who tells what?", "draw": draw, "controls": CONTROLS}
    return Explorer(**(given | changes))


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(make(notice="Look here").to_html(), "lxml")


def put_together(text: str) -> dict[str, tuple[str, str]]:
    """Finding and markup of every frame, as the page's script unpacks them."""
    packed, frames = json.loads(text), {}
    pieces = json.loads(zlib.decompress(base64.b64decode(packed["pieces"])))
    for key, (finding, numbers) in packed["frames"].items():
        runs = [[int(n) for n in run.split("-")] for run in numbers.split()]
        frames[key] = (finding, "".join("".join(pieces[run[0] : run[-1] + 1]) for run in runs))
    return frames


def unpacked(page: BeautifulSoup) -> dict[str, tuple[str, str]]:
    return put_together(page.select_one("script.explorer-frames").string)


def alt(markup: str) -> str:
    return BeautifulSoup(markup, "lxml").find("svg")["aria-label"]


def test_every_setting_has_a_frame_with_its_own_alt_text_and_finding(page: BeautifulSoup) -> None:
    frames = unpacked(page)
    assert len(frames) == make().n_frames == 12
    assert len({alt(markup) for _, markup in frames.values()}) == 12
    assert frames["1-2-1"][0] == "Finding: IRN on 2021-11-01, firm True"


def test_frames_that_look_alike_still_have_their_own_alt_text() -> None:
    page = BeautifulSoup(make(draw=lambda **_: draw()).to_html(), "lxml")
    assert len({alt(markup) for _, markup in unpacked(page).values()}) == 12


def test_a_packed_frame_is_the_very_markup_of_that_setting_and_costs_less_than_it(page: BeautifulSoup) -> None:
    frames, explorer = unpacked(page), make()
    values = [c.values for c in CONTROLS.values()]
    whole = 0
    for key, (_, markup) in frames.items():
        setting = dict(zip(CONTROLS, (v[int(i)] for v, i in zip(values, key.split("-"), strict=True)), strict=True))
        assert markup == f'<div class="exhibit-view">{explorer.frame(**setting).svg()}</div>'
        whole += len(markup)
    assert len(page.select_one("script.explorer-frames").string) < 0.3 * whole


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_survives_packing_and_none_ends_the_script(texts: list[str]) -> None:
    frames = {str(i): f"<p>{html.escape(t)}</p>{t and '<i>x</i></script><!-- <script>'}" for i, t in enumerate(texts)}
    text = explore._packed(frames, dict.fromkeys(frames, "f"))
    assert not re.search(r"</|<!|<s", text)
    assert {key: markup for key, (_, markup) in put_together(text).items()} == frames


def test_each_control_knows_its_name_words_and_link_for_the_page_address(page: BeautifulSoup) -> None:
    controls = page.select("form [data-names]")
    assert [c["name"] for c in controls] == ["who", "day", "firm"]
    assert json.loads(controls[0]["data-names"]) == ["Everyone", "Iran & friends"]
    linked = BeautifulSoup(make(controls={"firm": explore.toggle("Firm", link="firm")}).to_html(), "lxml")
    assert linked.select_one("input")["data-link"] == "firm"


def test_words_that_an_address_could_not_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="tell apart"):
        explore.choice("x", ["S & P", "S/P"])


def test_a_scale_of_days_can_be_played(page: BeautifulSoup) -> None:
    assert page.select_one("button.explorer-play")["data-for"] == "x1-who-day"


def test_the_data_of_all_settings_stand_under_the_explorer(page: BeautifulSoup) -> None:
    heads = [th.get_text() for th in page.select(".exhibit-data th")]
    assert heads == ["n", "Teller", "Known on", "Firm only"]
    assert len(page.select(".exhibit-data tbody tr")) == 12
    assert "all settings" in page.summary.get_text()


def test_where_they_are_too_many_those_of_the_first_setting_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore, "MAX_ROWS", 3)
    page = BeautifulSoup(make().to_html(), "lxml")
    assert len(page.select(".exhibit-data tbody tr")) == 1
    assert "first setting" in page.summary.get_text()


def test_a_kernel_offers_values_between_those_of_the_page() -> None:
    scale = explore.slider("n", [0, 10, 20], start=10, finer=range(0, 21, 5))
    explorer = make(draw=lambda n: draw(str(n)), controls={"n": scale})
    live = explorer.widget().children[1]
    assert [name for name, _ in live.options] == ["0", "5", "10", "15", "20"]
    assert live.value == 10
    live.value = 5
    assert "n: 5" in explorer.frame(n=5).alt
    assert set(unpacked(BeautifulSoup(explorer.to_html(), "lxml"))) == {"0", "1", "2"}
    with pytest.raises(ValueError, match="leave out"):
        explore.slider("n", [0, 10], finer=[0, 5])


def test_live_controls_with_one_link_move_together() -> None:
    control = {"day": explore.dates("Known on", ["2021-09-01", "2021-10-01"], link="known")}
    one, two = (make(draw=lambda day: draw(day=day), controls=control).widget().children[1] for _ in range(2))
    one.value = control["day"].values[1]
    assert two.value == control["day"].values[1]


def test_the_first_frame_is_the_starting_setting_and_stands_without_script(page: BeautifulSoup) -> None:
    first = page.select_one(".explorer-frame")
    assert first["data-key"] == "0-1-0"
    assert first.find("svg")["aria-label"] == (
        "One bar that stands for all on 2021-10-01, firm False. "
        "(Teller: Everyone; Known on: 1 Oct 2021; Firm only: off)"
    )
    assert page.select_one(".explorer-finding").get_text() == "Finding: all on 2021-10-01, firm False"
    assert page.find("noscript")


def test_controls_are_native_labelled_and_wait_for_the_script(page: BeautifulSoup) -> None:
    assert page.find("fieldset").has_attr("disabled")
    controls = page.select("form select, form input")
    assert [c.name for c in controls] == ["select", "input", "input"]
    labels = {label["for"]: label.get_text() for label in page.find_all("label")}
    assert [labels[c["id"]] for c in controls] == ["Teller", "Known on", "Firm only"]
    slider = controls[1]
    assert (slider["type"], slider["min"], slider["max"], slider["value"]) == ("range", "0", "2", "1")
    assert slider["aria-valuetext"] == "1 Oct 2021"
    assert json.loads(slider["data-names"]) == ["1 Sep 2021", "1 Oct 2021", "1 Nov 2021"]


def test_changes_are_announced(page: BeautifulSoup) -> None:
    assert page.select_one(".explorer-finding")["role"] == "status"


def test_words_of_a_control_are_escaped() -> None:
    hostile = '"><script>x</script>'
    control = {"who": explore.choice(hostile, {hostile: "all", "b": "b"})}
    page = BeautifulSoup(make(controls=control, question=hostile, notice=hostile).to_html(), "lxml")
    assert [s["type"] for s in page.find_all("script")] == ["application/json"]
    assert page.find("option").get_text() == hostile


def test_live_widgets_show_what_the_page_shows() -> None:
    explorer = make()
    box = explorer.widget()
    frames = unpacked(BeautifulSoup(explorer.to_html(), "lxml"))
    who, day, firm, panel = box.children[1:5]
    for setting, key in ((("all", 0, False), "0-0-0"), (("IRN", 2, True), "1-2-1")):
        who.value, day.value, firm.value = setting[0], CONTROLS["day"].values[setting[1]], setting[2]
        assert alt(panel.value) == alt(frames[key][1])


def test_in_jupyter_there_are_both_faces_in_a_build_only_html(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(exhibits.STATIC, raising=False)
    bundle = make()._repr_mimebundle_()
    assert {"text/html", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    monkeypatch.setenv(exhibits.STATIC, "1")
    assert set(make()._repr_mimebundle_()) == {"text/html", "text/plain"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"controls": {}}, "0 controls"),
        ({"controls": CONTROLS | {"more": explore.toggle("m")}}, "4 controls"),
        ({"controls": {"who": explore.slider("n", range(201))}}, "201 frames"),
        ({"id": "Has Space"}, "id"),
    ],
)
def test_a_grid_that_no_page_could_carry_is_refused(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make(**change)


@pytest.mark.parametrize("bad", [lambda: explore.choice("x", {}), lambda: explore.choice("", ["a"])])
def test_an_impossible_control_is_refused(bad) -> None:
    with pytest.raises(ValueError, match="control"):
        bad()


def test_a_start_value_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValueError):
        explore.choice("x", ["a", "b"], start="c")


def test_frame_times_are_logged_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "frames.txt"
    monkeypatch.setenv("HELPERS_FRAME_LOG", str(log))
    make().to_html()
    assert len(log.read_text(encoding="utf-8").split()) == 12


def test_live_controls_stand_still_on_a_page_and_move_in_a_kernel() -> None:
    seen: list[str] = []

    def noted(who: str, firm: bool) -> Exhibit:
        seen.append(f"{who} {firm}")
        return draw(who, firm=firm)

    explorer = make(draw=noted, controls={"who": CONTROLS["who"]}, live={"firm": explore.toggle("Firm only", True)})
    page = BeautifulSoup(explorer.to_html(), "lxml")
    assert seen == ["all True", "IRN True"]
    assert explorer.n_frames == 2
    assert [label.text for label in page.select("form label")] == ["Teller"]
    assert "Firm only: on" in str(page.select_one("svg")["aria-label"])
    assert len(explorer.widget().children) == 4  # question, two controls, panel


def test_a_control_cannot_be_live_and_on_the_page() -> None:
    with pytest.raises(ValueError, match="controls who stand on the page and in the kernel"):
        make(live={"who": CONTROLS["who"]})
