"""What lets a notebook run away from the project: a wheel of the helpers, their requirements, a cell that installs.

Editions of the book and the course hand out notebooks that must run in an empty folder. The wheel carries the tables;
the requirements name exact versions with hashes, cut out of ``requirements.lock``, so that they need no resolving and
say the same wherever and whenever they are made.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import site_address
from nbformat import NotebookNode

from helpers import tables

__all__ = [
    "NAME", "PortableError", "data_entries", "executed", "first_cell", "pages", "press", "requirements",
    "values", "wheel", "write_zip",
]  # fmt: skip

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
CACHE = ROOT / "_build" / ".jupyter_cache"

#: The project's name: editions begin with it, zips unpack into a folder of this name, the lock file knows it by it.
NAME = "iran-azerbaijan-casebook"

#: What a wheel is made from.
WHEEL_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA", "src", "data")
#: The oldest time a zip file can hold. Entries carry it, so that the same contents make the same bytes.
EPOCH = 315532800, (1980, 1, 1, 0, 0, 0)


class PortableError(Exception):
    """A failure whose message is all that the caller needs to see."""


def write_zip(path: Path, entries: Mapping[str, bytes | Path], first: tuple[str, bytes] | None = None) -> Path:
    """Write a zip file whose bytes depend on nothing but names and contents.

    Parameters
    ----------
    path : pathlib.Path
        The zip file; its folder is made if needed.
    entries : mapping of str to bytes or pathlib.Path
        Name in the zip to contents, or to the file that holds them.
    first : (str, bytes), optional
        An entry that must come first and uncompressed, as the formats of e-books ask.

    Returns
    -------
    pathlib.Path
        `path`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     zipfile.ZipFile(write_zip(Path(folder) / "a.zip", {"b.txt": b"two", "a.txt": b"one"})).namelist()
    ['a.txt', 'b.txt']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        if first is not None:
            archive.writestr(_entry(first[0], zipfile.ZIP_STORED), first[1])
        for name in sorted(entries):
            content = entries[name]
            archive.writestr(_entry(name), content if isinstance(content, bytes) else content.read_bytes())
    return path


def _entry(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=EPOCH[1])
    entry.create_system = 3  # the same on every system
    entry.compress_type, entry.external_attr = packing, 0o644 << 16
    return entry


@cache
def _wheel() -> tuple[str, bytes]:
    """Build the wheel from a copy, so that nothing left over from other builds gets in."""
    with tempfile.TemporaryDirectory() as temporary:
        copy, out = Path(temporary) / "project", Path(temporary) / "out"
        copy.mkdir()
        out.mkdir()
        for name in WHEEL_SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copy(source, copy / name)
        for path in copy.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        script = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH[0])}
        run = subprocess.run(
            [sys.executable, "-c", script], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise PortableError(f"The wheel of the helpers could not be built:\n{run.stderr}")
        (built,) = out.glob("*.whl")
        return built.name, built.read_bytes()


def wheel(folder: Path) -> Path:
    """Write the helpers, with the tables inside, as a wheel.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if needed.

    Returns
    -------
    pathlib.Path
        The wheel: the same bytes for the same sources.

    Raises
    ------
    PortableError
        If setuptools cannot build it.
    """
    name, content = _wheel()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


@dataclass(frozen=True)
class _Locked:
    """An entry of the lock file: its lines without comments, and who asked for it."""

    name: str
    text: str
    parents: tuple[str, ...]


def _plain_name(requirement: str) -> str:
    """Return the normalised name of a package: ``Pandera[pandas]>=1`` is ``pandera``."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;(]", requirement, maxsplit=1)[0]).lower()


def _locked() -> list[_Locked]:
    entries = []
    for block in re.findall(r"^\S+==.*\n(?:[ \t]+.*\n?)*", LOCK.read_text(encoding="utf-8"), re.MULTILINE):
        lines = [line for line in block.splitlines() if not line.lstrip().startswith("#")]
        comments = (line.strip(" \t#") for line in block.splitlines() if line.lstrip().startswith("#"))
        parents = (re.sub(r"^via\b", "", comment).strip() for comment in comments)
        entries.append(
            _Locked(_plain_name(block), "\n".join(lines), tuple(_plain_name(parent) for parent in parents if parent))
        )
    return entries


def _wanted(extras: Iterable[str]) -> set[str]:
    """Return the packages that the helpers ask for themselves, and those of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"].get(extra, [extra])
    return {_plain_name(requirement) for requirement in wanted} - {NAME}


def requirements(path: Path, *extras: str) -> Path:
    """Write exact, hashed requirements of the helpers, with the wheel beside them.

    ``pip install --requirement requirements.txt``, run in the folder of the file, installs all of it. The lock file
    says of each package who asked for it; followed from the helpers down, that gives just what they need, on every
    system and version of Python that the lock file covers.

    Parameters
    ----------
    path : pathlib.Path
        The file to write; the wheel is written into the same folder.
    *extras : str
        Extras of ``pyproject.toml`` or packages of the lock file that are needed too, such as ``"ipykernel"``.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    PortableError
        If a package is not in the lock file.
    """
    locked = _locked()
    wanted = _wanted(extras)
    unknown = wanted - {entry.name for entry in locked}
    if unknown:
        raise PortableError(f"{LOCK.name} has no {', '.join(sorted(unknown))}: run `make lock`, or correct the name.")
    while more := {e.name for e in locked if e.name not in wanted and wanted.intersection(e.parents)}:
        wanted |= more
    helpers = wheel(path.parent)
    digest = hashlib.sha256(helpers.read_bytes()).hexdigest()
    lines = [f"./{helpers.name} --hash=sha256:{digest}", *(e.text for e in locked if e.name in wanted)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def pages() -> list[str]:
    """Return the names of the chapters, in the order of the book, such as ``chapters/01_background``."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    return [name for name in parse_toc_yaml(ROOT / "_toc.yml") if re.match(r"chapters/\d\d_", name)]


def executed(name: str, results: Path = CACHE) -> NotebookNode:
    """Return the notebook of a page as the last build ran it.

    Parameters
    ----------
    name : str
        Page, such as ``"chapters/01_background"``; a chapter also without its folder.
    results : pathlib.Path
        The cache of results to look in; by default that of the book, whose explorers hold the frames of all their
        settings.

    Returns
    -------
    nbformat.NotebookNode
        Cells as in the page's Markdown, code cells with outputs.

    Raises
    ------
    PortableError
        If there is no such page, or its cells were not run as they stand.
    """
    from jupyter_cache import get_cache
    from myst_nb.core.read import read_myst_markdown_notebook

    path = next((p for p in (ROOT / f"{name}.md", ROOT / "chapters" / f"{name}.md") if p.is_file()), None)
    if path is None:
        raise PortableError(f"There is no page {name}.")
    notebook = read_myst_markdown_notebook(path.read_text(encoding="utf-8"), path=path)
    try:
        _, merged = get_cache(str(results)).merge_match_into_notebook(notebook)
    except KeyError:
        raise PortableError(f"{name} has no results yet: run `make book`.") from None
    return merged


def values(notebook: NotebookNode) -> dict[str, Any]:
    """Return the values that the cells of an executed notebook put for the text, by name."""
    found: dict[str, Any] = {}
    for output in (o for cell in notebook.cells for o in cell.get("outputs", ())):
        if scrap := output.get("metadata", {}).get("scrapbook"):
            shown = output["data"][f"{scrap.get('mime_prefix', '')}text/plain"]
            found[scrap["name"]] = ast.literal_eval(shown)
    return found


_DATA_README = """\
# Tables of the casebook on Iran and Azerbaijan

One CSV file per table: UTF-8, first line the names of the fields, dates as in ISO 8601, `;` between the items of a
list. `datapackage.json` describes every table and field in the form of a Frictionless Data Package; tools for it check
and read the tables with types. Every row names its sources by the ids of `sources.csv`. `geo/` holds what the maps are
drawn from.

Licence: CC BY 4.0, see LICENSE. The publications that rows cite, and data sets from which figures were re-keyed, keep
their own rights.
"""


def data_entries(folder: Path) -> dict[str, bytes | Path]:
    """Return the files of the data edition: tables, their description, licence, and what to know first.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the tables; the licence stands beside it.
    """
    files = [folder / "datapackage.json", *folder.glob("*.csv"), *(folder / "geo").glob("*")]
    entries: dict[str, bytes | Path] = {path.relative_to(folder).as_posix(): path for path in files}
    return entries | {"LICENSE": folder.parent / "LICENSE-DATA", "README.md": _DATA_README.encode()}


@cache
def press() -> dict[str, str]:
    """Return where a reader outside the book finds each ``event:ID``, ``claim:ID`` and ``source:ID``.

    That is the address of the source, for events and claims of their first; "" where it has none.
    """
    everything = tables.load_all(ROOT)
    url = dict(zip(everything["sources"]["id"], everything["sources"]["url"], strict=True))
    found = {f"source:{key}": address for key, address in url.items()}
    for kind in ("event", "claim"):
        rows = everything[f"{kind}s"]
        first = rows["source_ids"].str.split(";").str[0].map(url)
        found |= {f"{kind}:{key}": address for key, address in zip(rows["id"], first, strict=True)}
    return found


_FIRST_CELL = """\
# Makes this notebook run when it is opened alone. Does nothing where the helpers are installed.
import subprocess, sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("helpers") is None:
    if Path("requirements.txt").is_file():
        needed = ["--requirement", "requirements.txt"]
    else:
        {otherwise}
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *needed], check=True)"""


def first_cell() -> NotebookNode:
    """Return the cell that makes a notebook run when it is opened alone.

    It installs the helpers from the ``requirements.txt`` beside the notebook, else from the repository where its
    address is set (see `site_address.repository`), and does nothing where they can be imported.
    """
    address = site_address.repository()
    missing = 'raise FileNotFoundError("put requirements.txt, and the wheel that came with it, beside this notebook")'
    otherwise = f'needed = ["git+{address}"]' if address else missing
    # With an id of its own the cell is the same in every build.
    source = _FIRST_CELL.format(otherwise=otherwise)
    return nbformat.v4.new_code_cell(source, id="install")  # type: ignore[no-untyped-call]
