"""Explorers: one drawing function over a grid of controls, alive with or without a kernel.

In Jupyter an `Explorer` is a set of ipywidgets that call the function. On a page of the book it is native, labelled
HTML controls over frames drawn when the book was built; a few lines of script (``explorer.js``) swap the frames, and
without script the first frame stands.
"""

from __future__ import annotations

import dataclasses
import html
import itertools
import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.exhibits import STATIC, Exhibit, data_block, view_block

__all__ = ["Control", "Explorer", "choice", "dates", "slider", "toggle"]

MAX_CONTROLS, MAX_FRAMES = 3, 200


@dataclass(frozen=True)
class Control:
    """One control: its label and the values it can take, each with the words that name it.

    Make one with `choice`, `slider`, `dates` or `toggle`.
    """

    kind: str
    label: str
    names: tuple[str, ...]
    values: tuple[Any, ...]
    start: int = 0

    def __post_init__(self) -> None:
        """Refuse a control that could not be shown."""
        if not self.values or len(self.names) != len(self.values):
            raise ValueError(f"control {self.label!r}: needs values, and a name for each")
        if not 0 <= self.start < len(self.values):
            raise ValueError(f"control {self.label!r}: no value number {self.start}")
        if not self.label.strip():
            raise ValueError("a control needs a label")


def choice(label: str, options: Mapping[str, Any] | Sequence[str], start: Any = None) -> Control:
    """Offer a list to pick from.

    Parameters
    ----------
    label : str
        What is chosen.
    options : mapping or sequence of str
        Words shown, and the value passed on for each; a plain sequence passes the words.
    start : optional
        Value picked at first; by default the first.

    Examples
    --------
    >>> choice("Teller", {"Everyone": "all", "Iranian media": "Iranian"}, start="Iranian").start
    1
    """
    pairs = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
    values = tuple(pairs.values())
    return Control("choice", label, tuple(pairs), values, values.index(start) if start is not None else 0)


def slider(label: str, values: Sequence[Any], start: Any = None, words: Callable[[Any], str] = str) -> Control:
    """Offer a scale of values in order; `words` says how one is written."""
    items = tuple(values)
    return Control(
        "slider", label, tuple(words(v) for v in items), items, items.index(start) if start is not None else 0
    )


def dates(label: str, days: Sequence[str], start: str | None = None) -> Control:
    """Offer days in order (ISO dates); the function gets a ``pandas.Timestamp``.

    Examples
    --------
    >>> dates("As known on", ["2021-09-12", "2021-10-01"]).names
    ('12 Sep 2021', '1 Oct 2021')
    """
    stamps = [pd.Timestamp(d) for d in days]
    begin = pd.Timestamp(start) if start else None
    return slider(label, stamps, begin, lambda t: f"{t.day} {t:%b %Y}")


def toggle(label: str, start: bool = False) -> Control:
    """Offer a box to tick."""
    return Control("toggle", label, ("off", "on"), (False, True), int(start))


@dataclass
class Explorer:
    """A question, controls, and the exhibit that answers for each of their settings.

    Parameters
    ----------
    id : str
        Anchor on the page; letters, digits and hyphens.
    question : str
        What the reader can find out; stands above the controls.
    draw : callable
        Takes the control values by name, returns an `helpers.exhibits.Exhibit`. Called once per frame.
    controls : mapping of str to Control
        Argument name to control; at most three, at most 200 combinations.
    notice : str
        What to look for; stands below.
    data : pandas.DataFrame, optional
        The data behind all frames, shown folded.
    provenance : str
        Tables and methods it rests on.

    Raises
    ------
    ValueError
        If there is no control, too many controls or too many frames.
    """

    id: str
    question: str
    draw: Callable[..., Exhibit]
    controls: Mapping[str, Control]
    notice: str = ""
    data: pd.DataFrame | None = None
    provenance: str = ""

    def __post_init__(self) -> None:
        """Refuse a grid that a page could not carry."""
        if not re.fullmatch(r"[a-z][a-z0-9\-]*", self.id):
            raise ValueError(f"explorer id {self.id!r}: use lower-case letters, digits and hyphens")
        if not 1 <= len(self.controls) <= MAX_CONTROLS:
            raise ValueError(f"explorer {self.id}: {len(self.controls)} controls, allowed are 1 to {MAX_CONTROLS}")
        if self.n_frames > MAX_FRAMES:
            raise ValueError(f"explorer {self.id}: {self.n_frames} frames, allowed are {MAX_FRAMES}")

    @property
    def n_frames(self) -> int:
        """Number of settings."""
        count = 1
        for control in self.controls.values():
            count *= len(control.values)
        return count

    def frame(self, **values: Any) -> Exhibit:
        """Draw one setting; its alt text also names the setting, so that no two frames share theirs."""
        begun = time.perf_counter()
        exhibit = self.draw(**values)
        words = "; ".join(f"{c.label}: {c.names[c.values.index(values[n])]}" for n, c in self.controls.items())
        exhibit = dataclasses.replace(exhibit, alt=f"{exhibit.alt} ({words})")
        log = os.environ.get("HELPERS_FRAME_LOG")
        if log:
            exhibit.svg()
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{time.perf_counter() - begun:.4f}\n")
        return exhibit

    def to_html(self) -> str:
        """Return controls and all frames as HTML that needs no kernel and no network."""
        first = tuple(c.start for c in self.controls.values())
        start_frame, others = "", []
        for key in itertools.product(*(range(len(c.values)) for c in self.controls.values())):
            exhibit = self.frame(**{n: c.values[i] for (n, c), i in zip(self.controls.items(), key, strict=True)})
            name = "-".join(map(str, key))
            if key == first:
                start_frame = (
                    f'<p class="explorer-finding" role="status">{html.escape(exhibit.title)}</p>'
                    f'<div class="explorer-frame" data-key="{name}">{_frame_body(exhibit)}</div>'
                )
            else:
                finding = html.escape(exhibit.title, quote=True)
                others.append(f'<template data-key="{name}" data-finding="{finding}">{_frame_body(exhibit)}</template>')
        controls = "".join(_control_html(f"{self.id}-{n}", c) for n, c in self.controls.items())
        question = html.escape(self.question)
        label = html.escape(f"Explorer: {self.question}", quote=True)
        # The controls wait disabled for the script: without it they would move and nothing would follow.
        return "".join(
            [
                f'<div class="explorer" id="{self.id}" role="group" aria-label="{label}">',
                f'<p class="explorer-question">{question}</p>',
                f'<form autocomplete="off"><fieldset disabled><legend>Controls</legend>{controls}</fieldset></form>',
                "<noscript><p>The controls need JavaScript; this is their first setting.</p></noscript>",
                start_frame,
                "".join(others),
                f'<p class="explorer-notice"><strong>What to notice.</strong> {html.escape(self.notice)}</p>'
                if self.notice
                else "",
                data_block(self.data, self.id, self.question) if self.data is not None else "",
                f'<p class="exhibit-provenance">{html.escape(self.provenance)}</p>' if self.provenance else "",
                "</div>",
            ]
        )

    def widget(self) -> Any:
        """Return the explorer as live ipywidgets, for a notebook with a kernel."""
        import ipywidgets as widgets

        panel = widgets.HTML()
        inputs = {name: _control_widget(control) for name, control in self.controls.items()}

        def redraw(_change: Any = None) -> None:
            exhibit = self.frame(**{name: item.value for name, item in inputs.items()})
            panel.value = f"<p><strong>{html.escape(exhibit.title)}</strong></p>{_frame_body(exhibit)}"

        for item in inputs.values():
            item.observe(redraw, names="value")
        redraw()
        words = [widgets.HTML(f"<p><strong>{html.escape(self.question)}</strong></p>")]
        if self.notice:
            words.append(widgets.HTML(f"<p><em>What to notice.</em> {html.escape(self.notice)}</p>"))
        return widgets.VBox([words[0], *inputs.values(), panel, *words[1:]])

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.question, "text/html": self.to_html()}
        if not os.environ.get(STATIC):
            bundle |= self.widget()._repr_mimebundle_()
        return bundle


def _frame_body(exhibit: Exhibit) -> str:
    caption = f'<p class="exhibit-caption">{html.escape(exhibit.caption)}</p>' if exhibit.caption else ""
    return f"{view_block(exhibit)}{caption}"


def _control_html(name: str, control: Control) -> str:
    label = f'<label for="{name}">{html.escape(control.label)}</label>'
    if control.kind == "toggle":
        checked = " checked" if control.start else ""
        body = f'<input type="checkbox" id="{name}"{checked}> {label}'
    elif control.kind == "choice":
        options = "".join(
            f'<option value="{i}"{" selected" if i == control.start else ""}>{html.escape(words)}</option>'
            for i, words in enumerate(control.names)
        )
        body = f'{label} <select id="{name}">{options}</select>'
    else:
        names = html.escape(json.dumps(control.names, ensure_ascii=False), quote=True)
        shown = html.escape(control.names[control.start], quote=True)
        body = (
            f'{label} <input type="range" id="{name}" min="0" max="{len(control.values) - 1}" step="1" '
            f'value="{control.start}" aria-valuetext="{shown}" data-names="{names}"> '
            f'<output for="{name}">{shown}</output>'
        )
    return f'<div class="explorer-control">{body}</div>'


def _control_widget(control: Control) -> Any:
    import ipywidgets as widgets

    wide = {"description": control.label, "style": {"description_width": "initial"}}
    options = list(zip(control.names, control.values, strict=True))
    if control.kind == "toggle":
        return widgets.Checkbox(value=bool(control.start), indent=False, **wide)
    if control.kind == "choice":
        return widgets.Dropdown(options=options, index=control.start, **wide)
    return widgets.SelectionSlider(options=options, index=control.start, continuous_update=False, **wide)
