"""The chapters as Jupyter notebooks that stand alone: plain Markdown, results inside, live widgets.

The pages are written in MyST, which Jupyter shows only in part. Here values take the place of their names, links to
evidence lead to the press (or to the book, where BOOK_URL is set), and boxes become quotations. What cannot be shown
stops the edition with the name of the page.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import build
import execution
import nbformat
import portable
import site_address
from myst_nb.core.variables import format_plain_text
from nbformat import NotebookNode

from helpers.cards import PAGES

__all__ = ["entries", "plain", "plain_text"]

ROOT = Path(__file__).resolve().parents[1]
#: Results of chapters run with live widgets; the book's own hold precomputed frames instead.
CACHE = ROOT / "_build" / ".jupyter_cache_live"

_README = """\
# The chapters as notebooks

Each notebook runs in this folder, with Python 3.11 or later and no other part of the project:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt jupyterlab
    .venv/bin/python -m jupyter lab

(on Windows `py -3 -m venv .venv`, then `.venv\\Scripts\\python`). The first cell of a notebook installs what is
missing, so in a Jupyter that you have already, open it and run all cells. The results are those of this edition;
the controls become live once the cells have run. Numbers in the text are those of this edition and do not change
with the cells.

The wheel holds the helper package and all tables; `tables.data_folder()` says where they are. Set CASEBOOK_DATA to a
folder with your own copy of the tables to use that instead.

Text and data: CC BY 4.0 (LICENSE-DATA). Code: MIT (LICENSE).
"""

_BOXES = {"admonition", "note", "warning", "tip", "hint", "important", "caution", "seealso"}
_WRAPPERS = {"grid", "grid-item", "grid-item-card", "card", "div"}
_SHOWN_ROLES = {"term", "doc", "ref", "download", "abbr"}


def _fence(line: str) -> re.Match[str] | None:
    return re.match(r"\s*(:{3,}|`{3,})\{([\w:-]+)\}\s*(.*?)\s*$", line)


def _text_blocks(lines: list[str], page: str) -> list[str]:
    """Turn the directives of MyST into Markdown that every viewer knows."""
    out: list[str] = []
    i = 0
    while i < len(lines):
        opened = _fence(lines[i])
        if opened is None:
            label = re.fullmatch(r"\(([\w-]+)\)=\s*", lines[i])
            out.append(f'<a id="{label[1]}"></a>' if label else lines[i])
            i += 1
            continue
        fence, name, title = opened.groups()
        end = next((j for j in range(i + 1, len(lines)) if lines[j].strip() == fence), None)
        if end is None:
            raise portable.PortableError(f"{page}: the directive {name!r} has no end.")
        body = lines[i + 1 : end]
        while body and re.match(r"\s*:[\w-]+:", body[0]):  # options
            body = body[1:]
        i = end + 1
        if name == "code-block":
            out += [f"```{title}", *body, "```"]
            continue
        inner = _text_blocks(body, page)
        if name == "dropdown":
            out += ["<details>", f"<summary>{title}</summary>", "", *inner, "", "</details>"]
        elif name in _BOXES:
            out += [f"> **{title or name.capitalize()}**", ">", *(f"> {line}".rstrip() for line in inner)]
        elif name in _WRAPPERS:
            out += ([f"**{title}**", ""] if name.endswith("card") and title else []) + inner
        else:
            raise portable.PortableError(f"{page}: notebooks cannot show the directive {name!r}.")
    return out


def plain_text(text: str, known: Mapping[str, Any], page: str, address: Callable[[str], str | None]) -> str:
    """Turn the MyST Markdown of a cell into Markdown that every viewer of notebooks shows.

    Parameters
    ----------
    text : str
    known : mapping
        Values by the names under which the text quotes them.
    page : str
        Name of the page, for messages.
    address : callable
        Takes the target of a link, returns its address, or None if it leads nowhere from a notebook.

    Raises
    ------
    PortableError
        If the text has a role, a directive or a value that is not known.

    Examples
    --------
    >>> plain_text("From {glue:text}`n:.0f` {term}`dyads <dyad>`, [a page](back/a.md)", {"n": 2.2}, "p", lambda _: None)
    'From 2 dyads, a page'
    """

    def role(found: re.Match[str]) -> str:
        name, content = found.groups()
        if name == "glue:text":
            value, _, spec = content.partition(":")
            if value not in known:
                raise portable.PortableError(f"{page}: no cell puts the value {value!r}.")
            return format_plain_text(repr(known[value]), spec or "s")
        if name == "math":
            return f"${content}$"
        if name in _SHOWN_ROLES:
            return re.sub(r"\s*<[^>]*>$", "", content).lstrip("~!")
        raise portable.PortableError(f"{page}: notebooks cannot show the role {name!r}.")

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        where = address(target)
        words = words or page_title(page, target)
        return f"[{words}]({where})" if where else words

    text = "\n".join(_text_blocks(text.split("\n"), page))
    text = re.sub(r"\{([a-z][\w:-]*)\}`([^`]+)`", role, text)
    return re.sub(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)", link, text)


def page_title(page: str, target: str) -> str:
    """Return the title of the page to which a link without words leads."""
    path = (ROOT / f"{page}.md").parent / target.partition("#")[0]
    found = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) if path.is_file() else None
    if found is None:
        raise portable.PortableError(f"{page}: the link to {target!r} has no words, and the page no title.")
    return found[1]


def _address(target: str, page: str) -> str | None:
    """Return where a link of a chapter leads from its notebook."""
    kind, _, key = target.partition(":")
    book = site_address.address()
    if kind in PAGES:
        return f"{book}/chapters/back/{PAGES[kind]}.html#{key}" if book else portable.press().get(target) or None
    if re.match(r"(https?|mailto):|#", target):
        return target
    path, _, place = target.partition("#")
    name = os.path.normpath(os.path.join(os.path.dirname(page), path)).replace(os.sep, "/").removesuffix(".md")
    after = f"#{place}" if place else ""
    if name in portable.pages():
        return f"{name.rsplit('/', 1)[-1]}.ipynb{after}"
    return f"{book}/{name}.html{after}" if book and path.endswith(".md") else None


def plain(notebook: NotebookNode, page: str) -> NotebookNode:
    """Make a notebook that stands alone out of an executed chapter.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With results.
    page : str
        Its page, such as ``chapters/01_background``.

    Returns
    -------
    nbformat.NotebookNode
        The first cell installs; every other cell is one of the chapter.
    """
    known = portable.values(notebook)
    made = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    made.nbformat, made.nbformat_minor = 4, 5
    made.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **{key: notebook.metadata[key] for key in ("widgets",) if key in notebook.metadata},
    }
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "markdown":
            cell.source = plain_text(cell.source, known, page, lambda target: _address(target, page))
            cell.metadata = {}
        else:
            cell.outputs = [o for o in cell.outputs if not o.get("metadata", {}).get("scrapbook")]
            cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    # The title stays on top; what installs comes right after it.
    made.cells.insert(1, portable.first_cell())
    return _steady(made)


def _steady(notebook: NotebookNode) -> NotebookNode:
    """Give the widgets numbers for ids, which are random."""
    text = json.dumps(notebook)
    ids = dict.fromkeys(re.findall(r'"(?:model_id": "|IPY_MODEL_)([0-9a-f]{32})"', text))
    state = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    for number, old in enumerate(dict.fromkeys([*ids, *state])):
        text = text.replace(old, f"{number:032x}")
    return nbformat.from_dict(json.loads(text))  # type: ignore[no-untyped-call]


def run() -> dict[str, NotebookNode]:
    """Run the chapters with live widgets (those whose results are not at hand) and return them with results."""
    os.environ.pop("HELPERS_STATIC", None)
    execution.prepare_kernels()
    build.use_memory()
    build.drop_outdated_cache(CACHE)
    with execution.Execution(CACHE, portable.pages()) as chapters:
        chapters.wait()
    return {name: portable.executed(name, CACHE) for name in portable.pages()}


def entries(top: str) -> dict[str, bytes | Path]:
    """Return the files of the notebooks edition by their name in the zip.

    Parameters
    ----------
    top : str
        The folder into which it unpacks.
    """
    import tempfile

    made: dict[str, bytes | Path] = {}
    for name, notebook in run().items():
        text = nbformat.writes(plain(notebook, name), version=4)  # type: ignore[no-untyped-call]
        made[f"{top}/{name.rsplit('/', 1)[-1]}.ipynb"] = (text + "\n").encode()
    with tempfile.TemporaryDirectory() as folder:
        portable.requirements(Path(folder) / "requirements.txt", "ipykernel")
        made |= {f"{top}/{path.name}": path.read_bytes() for path in Path(folder).iterdir()}
    made[f"{top}/README.md"] = _README.encode()
    return made | {f"{top}/{name}": ROOT / name for name in ("LICENSE", "LICENSE-DATA")}
