"""The palette, seen with the common kinds of colour blindness and on both backgrounds of the book."""

from __future__ import annotations

import itertools

import pytest
from coloraide import Color

from helpers import charts, exhibits

PALETTE = {name: getattr(exhibits, name) for name in ("BLUE", "VERMILION", "GREEN", "ORANGE", "SKY", "PURPLE", "GREY")}
#: The theme's backgrounds.
LIGHT, DARK = "#ffffff", "#14181e"
#: A colour difference (CIEDE2000) of 5 is plain to see side by side; 2.3 is just noticeable (Mahy and others 1994).
PLAIN = 5


@pytest.mark.parametrize("vision", [None, "protan", "deutan", "tritan"])
def test_any_two_colours_are_told_apart_with_every_kind_of_colour_vision(vision: str | None) -> None:
    seen = {name: Color(value).filter(vision) if vision else Color(value) for name, value in PALETTE.items()}
    for (one, a), (other, b) in itertools.combinations(seen.items(), 2):
        assert a.delta_e(b, method="2000") > PLAIN, f"{one} and {other}, {vision}"


def test_the_two_tones_stay_far_apart_whoever_looks() -> None:
    cooperative, conflictual = (Color(exhibits.TONES[tone][0]) for tone in ("cooperation", "conflict"))
    for vision in ("protan", "deutan", "tritan"):
        assert cooperative.filter(vision).delta_e(conflictual.filter(vision), method="2000") > 25


def test_colours_stand_out_from_both_backgrounds_and_the_exceptions_are_known() -> None:
    low = {
        name: round(min(Color(value).contrast(LIGHT), Color(value).contrast(DARK)), 1)
        for name, value in PALETTE.items()
        if min(Color(value).contrast(LIGHT), Color(value).contrast(DARK)) < 3
    }
    assert set(low) == {"ORANGE", "SKY"}, "the accessibility page names these two"
    assert all(value > 2.2 for value in low.values())


def test_no_look_relies_on_colour_alone() -> None:
    shapes = [(marker, str(dash)) for _, marker, dash in charts.LINE_STYLES]
    assert len(set(shapes)) == len({m for m, _ in shapes}) == len({d for _, d in shapes}) == len(shapes)
    assert len({marker for _, marker, _ in exhibits.TONES.values()}) == len(exhibits.TONES)
