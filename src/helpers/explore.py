"""Explorers: one drawing function over a grid of controls, alive with or without a kernel.

In Jupyter an `Explorer` is a set of ipywidgets that call the function. On a page of the book it is native, labelled
HTML controls over frames drawn when the book was built; a few lines of script (``figures.js``) swap the frames, and
without script the first frame stands. The frames travel as one compressed list of pieces of markup, since most pieces
are common to many frames.
"""

from __future__ import annotations

import base64
import dataclasses
import html
import itertools
import json
import os
import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.exhibits import STATIC, Exhibit, data_block, provenance_line

__all__ = ["Control", "Explorer", "choice", "dates", "slider", "slug", "toggle"]

MAX_CONTROLS, MAX_FRAMES = 3, 200
#: Rows up to which the data of all settings stand under an explorer; beyond, those of the first.
MAX_ROWS = 150


@dataclass(frozen=True)
class Control:
    """One control: its label and the values it can take, each with the words that name it.

    Make one with `choice`, `slider`, `dates` or `toggle`.

    Parameters
    ----------
    kind : {"choice", "slider", "toggle"}
    label : str
    names, values : tuple
        What the page offers.
    start : int
        Number of the first setting.
    finer : tuple of (str, value)
        What a kernel offers instead, `values` among them; empty for the same.
    play : bool
        Whether the page offers to run through the values.
    link : str
        Controls of one page that share this word move together, where they offer the same.
    """

    kind: str
    label: str
    names: tuple[str, ...]
    values: tuple[Any, ...]
    start: int = 0
    finer: tuple[tuple[str, Any], ...] = ()
    play: bool = False
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse a control that could not be shown."""
        if not self.values or len(self.names) != len(self.values):
            raise ValueError(f"control {self.label!r}: needs values, and a name for each")
        if not 0 <= self.start < len(self.values):
            raise ValueError(f"control {self.label!r}: no value number {self.start}")
        if not self.label.strip():
            raise ValueError("a control needs a label")
        if len({slug(n) for n in self.names}) < len(self.names):
            raise ValueError(f"control {self.label!r}: names that a page address could not tell apart")
        if self.finer and not set(self.names) <= {name for name, _ in self.finer}:
            raise ValueError(f"control {self.label!r}: the finer values leave out some that the page offers")

    @property
    def options(self) -> list[tuple[str, Any]]:
        """All values with their names, the finer ones if there are any."""
        return list(self.finer or zip(self.names, self.values, strict=True))

    def name_of(self, value: Any) -> str:
        """Return the words for one of the values."""
        return next(name for name, v in self.options if v is value or v == value)


def slug(words: str) -> str:
    """Write a setting as it stands in a page address.

    Examples
    --------
    >>> slug("Iran & friends, 5 %")
    'iran-friends-5'
    """
    return re.sub(r"[\W_]+", "-", words.lower()).strip("-")


def choice(label: str, options: Mapping[str, Any] | Sequence[str], start: Any = None, link: str = "") -> Control:
    """Offer a list to pick from.

    Parameters
    ----------
    label : str
        What is chosen.
    options : mapping or sequence of str
        Words shown, and the value passed on for each; a plain sequence passes the words.
    start : optional
        Value picked at first; by default the first.
    link : str
        See `Control`.

    Examples
    --------
    >>> choice("Teller", {"Everyone": "all", "Iranian media": "Iranian"}, start="Iranian").start
    1
    """
    pairs = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
    values = tuple(pairs.values())
    return Control("choice", label, tuple(pairs), values, values.index(start) if start is not None else 0, link=link)


def slider(
    label: str,
    values: Sequence[Any],
    start: Any = None,
    words: Callable[[Any], str] = str,
    *,
    finer: Sequence[Any] = (),
    play: bool = False,
    link: str = "",
) -> Control:
    """Offer a scale of values in order; `words` says how one is written.

    Parameters
    ----------
    label : str
    values : sequence
        The steps on a page of the book.
    start : optional
        First value; by default the first.
    words : callable
    finer : sequence
        The steps in a notebook with a kernel; must hold all of `values`.
    play : bool
        Offer to run through the values.
    link : str
        See `Control`.
    """
    items = tuple(values)
    names = tuple(words(v) for v in items)
    begin = items.index(start) if start is not None else 0
    return Control("slider", label, names, items, begin, tuple((words(v), v) for v in finer), play, link)


def dates(
    label: str,
    days: Sequence[str],
    start: str | None = None,
    *,
    finer: Sequence[str] = (),
    play: bool = True,
    link: str = "",
) -> Control:
    """Offer days in order (ISO dates); the function gets a ``pandas.Timestamp``. Other parameters as in `slider`.

    Examples
    --------
    >>> dates("As known on", ["2021-09-12", "2021-10-01"]).names
    ('12 Sep 2021', '1 Oct 2021')
    """
    stamps, more = ([pd.Timestamp(d) for d in part] for part in (days, finer))
    begin = pd.Timestamp(start) if start else None
    return slider(label, stamps, begin, lambda t: f"{t.day} {t:%b %Y}", finer=more, play=play, link=link)


def toggle(label: str, start: bool = False, link: str = "") -> Control:
    """Offer a box to tick."""
    return Control("toggle", label, ("off", "on"), (False, True), int(start), link=link)


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
        The data behind all frames, shown folded; by default those of the frames, if they are few, or of the first.
    provenance : str
        Tables and methods it rests on.
    live : mapping of str to Control
        Further controls that only a kernel offers; on a page they stand still at their first setting.

    Raises
    ------
    ValueError
        If a control is twice, if there is no control, too many controls or too many frames.
    """

    id: str
    question: str
    draw: Callable[..., Exhibit]
    controls: Mapping[str, Control]
    notice: str = ""
    data: pd.DataFrame | None = None
    provenance: str = ""
    live: Mapping[str, Control] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a grid that a page could not carry."""
        if not re.fullmatch(r"[a-z][a-z0-9\-]*", self.id):
            raise ValueError(f"explorer id {self.id!r}: use lower-case letters, digits and hyphens")
        if not 1 <= len(self.controls) <= MAX_CONTROLS:
            raise ValueError(f"explorer {self.id}: {len(self.controls)} controls, allowed are 1 to {MAX_CONTROLS}")
        if self.n_frames > MAX_FRAMES:
            raise ValueError(f"explorer {self.id}: {self.n_frames} frames, allowed are {MAX_FRAMES}")
        if twice := sorted(set(self.controls) & set(self.live)):
            raise ValueError(f"explorer {self.id}: controls {', '.join(twice)} stand on the page and in the kernel")

    @property
    def n_frames(self) -> int:
        """Number of settings."""
        count = 1
        for control in self.controls.values():
            count *= len(control.values)
        return count

    def frame(self, **values: Any) -> Exhibit:
        """Draw one setting; its alt text also names the setting, so that no two frames share theirs."""
        values = {name: control.values[control.start] for name, control in self.live.items()} | values
        exhibit = self.draw(**values)
        words = "; ".join(f"{c.label}: {c.name_of(values[n])}" for n, c in {**self.controls, **self.live}.items())
        return dataclasses.replace(exhibit, alt=f"{exhibit.alt} ({words})")

    def to_html(self) -> str:
        """Return controls and all frames as HTML that needs no kernel and no network."""
        first = "-".join(str(c.start) for c in self.controls.values())
        frames: dict[str, str] = {}
        findings: dict[str, str] = {}
        tables: list[pd.DataFrame] = []
        for key in itertools.product(*(range(len(c.values)) for c in self.controls.values())):
            setting = {name: (control, i) for (name, control), i in zip(self.controls.items(), key, strict=True)}
            begun = time.perf_counter()
            exhibit = self.frame(**{name: control.values[i] for name, (control, i) in setting.items()})
            frames["-".join(map(str, key))], findings["-".join(map(str, key))] = _frame_body(exhibit), exhibit.title
            if log := os.environ.get("HELPERS_FRAME_LOG"):  # seconds per frame, for `make bench`
                with Path(log).open("a", encoding="utf-8") as file:
                    file.write(f"{time.perf_counter() - begun:.4f}\n")
            words = {control.label: control.names[i] for control, i in setting.values()}
            tables.append(exhibit.data.assign(**{w: n for w, n in words.items() if w not in exhibit.data}))
        controls = "".join(_control_html(self.id, n, c) for n, c in self.controls.items())
        question, label = html.escape(self.question), html.escape(f"Explorer: {self.question}", quote=True)
        start = "; ".join(f"{c.label}: {c.names[c.start]}" for c in self.controls.values())
        # The controls wait disabled for the script: without it they would move and nothing would follow.
        return "".join(
            [
                f'<div class="explorer" id="{self.id}" role="group" aria-label="{label}">',
                f'<p class="explorer-question">{question}</p>',
                f'<form autocomplete="off"><fieldset disabled><legend>Controls</legend>{controls}</fieldset></form>',
                "<noscript><p>The controls need JavaScript; this is their first setting.</p></noscript>",
                f'<p class="explorer-print">First setting of an interactive figure ({html.escape(start)}).</p>',
                f'<p class="explorer-finding" role="status">{html.escape(findings[first])}</p>',
                f'<div class="explorer-frame" data-key="{first}">{frames[first]}</div>',
                f'<script type="application/json" class="explorer-frames">{_packed(frames, findings)}</script>',
                f'<p class="explorer-notice"><strong>What to notice.</strong> {html.escape(self.notice)}</p>'
                if self.notice
                else "",
                self._data_block(tables, list(frames).index(first)),
                provenance_line(self.provenance, exhibit.drawn_by),
                "</div>",
            ]
        )

    def _data_block(self, tables: list[pd.DataFrame], first: int) -> str:
        if self.data is not None:
            return data_block(self.data, self.id, self.question)
        if sum(map(len, tables)) <= MAX_ROWS:
            return data_block(pd.concat(tables), self.id, self.question, "the data of all settings")
        return data_block(tables[first], self.id, self.question, "the data of the first setting")

    def widget(self) -> Any:
        """Return the explorer as live ipywidgets, for a notebook with a kernel."""
        import ipywidgets as widgets

        panel = widgets.HTML()
        inputs = {name: _control_widget(control) for name, control in {**self.controls, **self.live}.items()}

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
        """Offer the page's face in a build of the book, else the live one, and the first frame for saved notebooks."""
        if os.environ.get(STATIC):
            return {"text/plain": self.question, "text/html": self.to_html()}
        import ipywidgets as widgets

        live = self.widget()
        shown = "".join(part.value for part in live.children if isinstance(part, widgets.HTML))
        return {**live._repr_mimebundle_(), "text/plain": self.question, "text/html": shown}


def _frame_body(exhibit: Exhibit) -> str:
    caption = f'<p class="exhibit-caption">{html.escape(exhibit.caption)}</p>' if exhibit.caption else ""
    return f'<div class="exhibit-view">{exhibit.svg()}</div>{caption}'


def _packed(frames: Mapping[str, str], findings: Mapping[str, str]) -> str:
    """Write frames as JSON: per frame its finding and the numbers of its pieces, and all pieces once, compressed.

    A piece is a tag with the text and the bare tags after it. Numbers in a row are written as ``first-last``, so that
    what a frame has in common with an earlier one takes a few characters. The pieces are a list in JSON, packed by
    zlib and written in base64: a sixth of their length.
    """
    numbers: dict[str, int] = {}
    packed = {}
    for key, body in frames.items():
        runs: list[list[int]] = []
        for piece in re.split(r"(?=<(?!/|g>|defs>))", body)[1:]:
            number = numbers.setdefault(piece, len(numbers))
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        packed[key] = [findings[key], " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)]
    pieces = base64.b64encode(zlib.compress(_json(list(numbers)).encode(), 9)).decode()
    text = _json({"frames": packed, "pieces": pieces})
    # A script element ends at the first "</script", wherever it stands, and "<!--" and "<script" delay that end.
    return text.replace("</", "<\\/").replace("<!", "<\\u0021").replace("<s", "<\\u0073")


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _control_html(explorer: str, argument: str, control: Control) -> str:
    name = f"{explorer}-{argument}"
    names = html.escape(json.dumps(control.names, ensure_ascii=False), quote=True)
    common = f'id="{name}" name="{html.escape(argument, quote=True)}" data-names="{names}"'
    if control.link:
        common += f' data-link="{html.escape(control.link, quote=True)}"'
    label = f'<label for="{name}">{html.escape(control.label)}</label>'
    if control.kind == "toggle":
        checked = " checked" if control.start else ""
        body = f'<input type="checkbox" {common}{checked}> {label}'
    elif control.kind == "choice":
        options = "".join(
            f'<option value="{i}"{" selected" if i == control.start else ""}>{html.escape(words)}</option>'
            for i, words in enumerate(control.names)
        )
        body = f"{label} <select {common}>{options}</select>"
    else:
        shown = html.escape(control.names[control.start], quote=True)
        body = (
            f'{label} <input type="range" {common} min="0" max="{len(control.values) - 1}" step="1" '
            f'value="{control.start}" aria-valuetext="{shown}"> <output for="{name}">{shown}</output>'
        )
        if control.play:
            body += f' <button type="button" class="explorer-play" data-for="{name}">Play</button>'
    return f'<div class="explorer-control">{body}</div>'


#: Live controls by the word that links them, as long as their notebook shows them.
_LINKED: dict[str, Any] = {}


def _control_widget(control: Control) -> Any:
    import ipywidgets as widgets

    wide = {"description": control.label, "style": {"description_width": "initial"}}
    options = control.options
    index = [name for name, _ in options].index(control.names[control.start])
    item: Any
    if control.kind == "toggle":
        item = widgets.Checkbox(value=bool(control.start), indent=False, **wide)
    elif control.kind == "choice":
        item = widgets.Dropdown(options=options, index=index, **wide)
    else:
        item = widgets.SelectionSlider(options=options, index=index, continuous_update=False, **wide)
    if control.link:
        other = _LINKED.get(control.link)
        if other is not None and [n for n, _ in getattr(other, "options", options)] == [n for n, _ in options]:
            widgets.link((other, "value"), (item, "value"))
        _LINKED[control.link] = item
    return item
