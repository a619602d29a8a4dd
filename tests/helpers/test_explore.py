"""An explorer is one function over a grid of controls, with two faces that show the same."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

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


@pytest.fixture
def page() -> BeautifulSoup:
    return BeautifulSoup(make(notice="Look here").to_html(), "lxml")


def test_every_setting_has_a_frame_with_its_own_alt_text(page: BeautifulSoup) -> None:
    frames = page.select("[data-key]")
    assert len(frames) == make().n_frames == 12
    assert len({f["data-key"] for f in frames}) == 12
    alts = [BeautifulSoup(f.decode_contents(), "lxml").find("svg")["aria-label"] for f in frames]
    assert len(set(alts)) == 12


def test_frames_that_look_alike_still_have_their_own_alt_text() -> None:
    page = BeautifulSoup(make(draw=lambda **_: draw()).to_html(), "lxml")
    alts = [BeautifulSoup(f.decode_contents(), "lxml").find("svg")["aria-label"] for f in page.select("[data-key]")]
    assert len(set(alts)) == 12


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
    assert not page.find_all("script")
    assert page.find("option").get_text() == hostile


def test_live_widgets_show_what_the_page_shows() -> None:
    explorer = make()
    box = explorer.widget()
    page = BeautifulSoup(explorer.to_html(), "lxml")
    who, day, firm, panel = box.children[1:5]
    for setting, key in ((("all", 0, False), "0-0-0"), (("IRN", 2, True), "1-2-1")):
        who.value, day.value, firm.value = setting[0], CONTROLS["day"].values[setting[1]], setting[2]
        frame = page.select_one(f'[data-key="{key}"]')
        alt = BeautifulSoup(frame.decode_contents(), "lxml").find("svg")["aria-label"]
        assert BeautifulSoup(panel.value, "lxml").find("svg")["aria-label"] == alt


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
