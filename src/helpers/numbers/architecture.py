"""The package drawn from its own code: which module imports which, where it stands, and what the rooms allow."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import networkx as nx
import pandas as pd

from helpers import exhibits
from helpers.exhibits import INK, Exhibit
from helpers.numbers import Value

__all__ = ["ROOMS", "Room", "breaches", "draw_matrix", "draw_rooms", "imports", "modules", "values"]


@dataclass(frozen=True)
class Room:
    """Modules with one concern, and the rooms below that they may import from (their doors)."""

    name: str
    about: str
    modules: tuple[str, ...]
    doors: tuple[str, ...] = ()


#: From top to bottom. A room may import from rooms below it that it has a door to, and within itself without circles.
ROOMS = (
    Room("Commands", "add rows, score a class", ("add", "tournament"), ("Numbers", "Models", "Data", "Foundation")),
    Room(
        "Numbers", "what prose quotes and asks", ("numbers", "selfcheck"), ("Showing", "Models", "Data", "Foundation")
    ),
    Room(
        "Showing",
        "figures, explorers, lists; no model",
        ("exhibits", "charts", "explore", "cards", "names"),
        ("Data", "Foundation"),
    ),
    Room(
        "Models",
        "methods on data frames; read no table",
        (
            *("events", "regimes", "reciprocity", "balance", "forecasts", "reliability"),
            *("corridors", "routing", "transport_costs", "transit_game", "machine_events", "machine_store"),
        ),
        ("Foundation",),
    ),
    Room("Data", "tables, sources, who tells what", ("tables", "evidence"), ("Foundation",)),
    Room("Foundation", "what a table holds; kept results", ("schemas", "memo")),
)


def _folder() -> Path:
    return Path(__file__).resolve().parents[1]


def modules(folder: Path | None = None) -> list[str]:
    """List the modules of the package by name; a package inside it, such as ``numbers``, counts as one.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the package; by default the one this module stands in.

    Examples
    --------
    >>> "tables" in modules() and "numbers" in modules()
    True
    """
    top = folder or _folder()
    single = {path.stem for path in top.glob("*.py")}
    inner = {path.parent.name for path in top.glob("*/__init__.py")}
    return sorted((single | inner) - {"__init__", top.name})


def imports(folder: Path | None = None) -> pd.DataFrame:
    """Read from the code which module of the package imports which, without running it.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the package.

    Returns
    -------
    pandas.DataFrame
        ``importer``, ``imported`` (names of modules) and ``places``, the number of import statements; in order of both
        names. Imports inside functions count; those of a module from itself do not.

    Raises
    ------
    ValueError
        If the code imports a module of the package that is not there.

    Examples
    --------
    >>> found = imports()
    >>> found.loc[found["importer"] == "tables", "imported"].tolist()
    ['memo', 'schemas']
    """
    top = folder or _folder()
    known = set(modules(top))
    pairs = []
    for path in sorted(top.rglob("*.py")):
        inside = path.relative_to(top)
        importer = inside.parts[0].removesuffix(".py")
        for imported, line in _imported(path.read_text(encoding="utf-8"), top.name):
            if imported not in known:
                raise ValueError(f"{inside}:{line}: imports {imported!r}, which is no module")
            if importer not in (imported, "__init__"):
                pairs.append((importer, imported))
    found = pd.DataFrame(pairs, columns=["importer", "imported"])
    return found.value_counts(sort=False).rename("places").reset_index().sort_values(["importer", "imported"])


@cache
def _imported(code: str, package: str) -> list[tuple[str, int]]:
    """List the modules of the package that code imports, with the lines."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            ahead = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            parts = [f"{ahead}{alias.name}".split(".") for alias in node.names]
            named = dict.fromkeys(part[1] for part in parts if part[0] == package and len(part) > 1)
            found += [(name, node.lineno) for name in named]
    return found


def breaches(found: pd.DataFrame, names: Iterable[str], rooms: tuple[Room, ...] = ROOMS) -> list[str]:
    """Say where the code breaks the rules: no room, no door, a door that leads up, a circle.

    Parameters
    ----------
    found : pandas.DataFrame
        As `imports` returns it.
    names : iterable of str
        All modules.
    rooms : tuple of Room
        From top to bottom.

    Returns
    -------
    list of str
        One sentence per breach; empty if all is well.

    Examples
    --------
    >>> breaches(imports(), modules())
    []
    """
    home = {module: room for room in rooms for module in room.modules}
    order = [room.name for room in rooms]
    said = [f"{name} has no room: add it to ROOMS in {__name__}" for name in names if name not in home]
    for room in rooms:
        up = [door for door in room.doors if order.index(door) <= order.index(room.name)]
        said += [f"the room {room.name} has a door that does not lead down, to {door}" for door in up]
    graph = nx.DiGraph()
    for row in found.itertuples():
        if row.importer not in home or row.imported not in home:
            continue
        here, there = home[row.importer], home[row.imported]
        if here is there:
            graph.add_edge(row.importer, row.imported)
        elif there.name not in here.doors:
            said.append(f"{row.importer} imports {row.imported}, but {here.name} has no door to {there.name}")
    said += [f"imports in a circle: {' → '.join([*circle, circle[0]])}" for circle in nx.simple_cycles(graph)]
    return said


def _rooms() -> tuple[Room, ...]:
    """Return the rooms, with one more on top for modules that have none yet, so that the drawings show them too."""
    named = {module for room in ROOMS for module in room.modules}
    without = tuple(module for module in modules() if module not in named)
    return (Room("No room yet", "to be placed", without), *ROOMS) if without else ROOMS


def values() -> dict[str, Value]:
    """Compute what the page on the architecture quotes: numbers of modules, imports, lines and doors."""
    found = imports()
    code = [path.read_text(encoding="utf-8") for path in sorted(_folder().rglob("*.py"))]
    return {
        "n_modules": len(modules()),
        "n_imports": len(found),
        "n_lines": sum(text.count("\n") for text in code),
        "n_rooms": len(ROOMS),
        "n_doors": sum(len(room.doors) for room in ROOMS),
    }


def _between_rooms(found: pd.DataFrame) -> pd.DataFrame:
    """List the doors with the imports that go through each."""
    home = {module: room.name for room in ROOMS for module in room.modules}
    pairs = found.assign(start=found["importer"].map(home), end=found["imported"].map(home))
    rows = []
    for room in ROOMS:
        for door in room.doors:
            used = pairs[(pairs["start"] == room.name) & (pairs["end"] == door)]
            through = ", ".join(f"{a} → {b}" for a, b in zip(used["importer"], used["imported"], strict=True))
            rows.append((room.name, door, len(used), through or "not used at present"))
    return pd.DataFrame(rows, columns=["From", "To", "Imports", "Which"])


@exhibits.two_widths
def draw_rooms() -> Exhibit:
    """Draw the rooms from top to bottom with their modules, and the doors as arrows beside them."""
    from matplotlib.patches import FancyBboxPatch

    there, rooms = set(modules()), _rooms()
    doors = _between_rooms(imports())
    with exhibits.style():
        labels = [
            exhibits.wrapped([", ".join(m for m in room.modules if m in there)], wide=78, narrow=30)[0]
            for room in rooms
        ]
        abouts = exhibits.wrapped([room.about for room in rooms], wide=78, narrow=24)
        heads = [
            exhibits.fit(f"{room.name}: {about}", f"{room.name}:\n{about}")
            for room, about in zip(rooms, abouts, strict=True)
        ]
        depths = [1.3 + head.count("\n") + 1 + label.count("\n") for head, label in zip(heads, labels, strict=True)]
        tops = [sum(depths[:n]) + 0.9 * n for n in range(len(rooms))]
        total = tops[-1] + depths[-1]
        fig, ax = exhibits.canvas(height=0.19 * total + 0.1)
        ax.axis("off")
        edge = exhibits.fit(0.74, 0.7)
        lane = (0.97 - edge) / max(len(doors), 1)
        ax.set(xlim=(0, 1), ylim=(total + 0.2, -0.2))
        for room, head, label, top, depth in zip(rooms, heads, labels, tops, depths, strict=True):
            ax.add_patch(
                FancyBboxPatch((0.01, top), edge - 0.01, depth, boxstyle="round,pad=0,rounding_size=0.01", fill=False,
                               edgecolor=INK, linewidth=1, gid=room.name)
            )  # fmt: skip
            ax.text(0.03, top + 0.35, head, va="top", weight="bold", linespacing=1.1)
            ax.text(0.03, top + depth - 0.35, label, va="bottom", family="sans-serif", linespacing=1.1)
        index = {room.name: n for n, room in enumerate(rooms)}
        links = {}
        for n, row in enumerate(doors.itertuples()):
            start, end, x = index[row.From], index[row.To], edge + 0.02 + lane * n
            leave = tops[start] + depths[start] * (0.3 + 0.12 * list(rooms[start].doors).index(row.To))
            arrive = tops[end] + depths[end] * (0.2 + 0.14 * _rank(doors, n))
            dashes = "-" if row.Imports else ":"
            ax.plot([edge, x, x], [leave, leave, arrive], color=INK, lw=0.9, ls=dashes, url=f"mark:{n}")
            ax.annotate(
                "", xy=(edge, arrive), xytext=(x, arrive),
                arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 0.9, "ls": dashes, "shrinkA": 0, "shrinkB": 0},
            )  # fmt: skip
            links[str(n)] = ("", f"{row.From} uses {row.To}: {row.Imports} imports. {row.Which}")
    used = doors[doors["Imports"] > 0]
    told = "; ".join(f"{a} imports from {', '.join(b)}" for a, b in used.groupby("From", sort=False)["To"])
    return Exhibit(
        "architecture-rooms",
        "Every import of the package goes down, through a door",
        fig,
        f"Boxes for the {len(rooms)} rooms of the package, one above the other, with the names of their modules, and "
        f"an arrow for each door, all pointing downwards: {told}.",
        doors,
        "Rooms from top to bottom; an arrow is a door, through which modules of the upper room import from the lower. "
        "Point at an arrow to see by which imports it is used.",
        "Imports read from src/helpers by Python's own parser; rooms and doors from helpers.numbers.architecture.",
        links,
    )


def _rank(doors: pd.DataFrame, n: int) -> int:
    """Say the how-manieth door into its room this is."""
    return int((doors["To"].iloc[:n] == doors["To"].iloc[n]).sum())


def _in_order(found: pd.DataFrame) -> list[str]:
    """List modules by room, and in a room so that each stands above those it imports."""
    there = set(modules())
    order: list[str] = []
    for room in _rooms():
        graph = nx.DiGraph()
        graph.add_nodes_from(module for module in room.modules if module in there)
        inner = found[found["importer"].isin(graph.nodes) & found["imported"].isin(graph.nodes)]
        graph.add_edges_from(zip(inner["importer"], inner["imported"], strict=True))
        order += nx.lexicographical_topological_sort(graph)
    return order


@exhibits.two_widths
def draw_matrix() -> Exhibit:
    """Draw which module imports which as a matrix: a mark stands in the row of the importer."""
    found = imports()
    order = _in_order(found)
    place = {module: n for n, module in enumerate(order)}
    home = {module: room.name for room in _rooms() for module in room.modules}
    with exhibits.style():
        fig, ax = exhibits.canvas(height=exhibits.fit(6.2, 5.2))
        ax.plot([-0.5, len(order) - 0.5], [-0.5, len(order) - 0.5], color=INK, lw=0.8, ls="--", alpha=0.6)
        links = {}
        for n, row in enumerate(found.itertuples()):
            ax.plot(
                place[row.imported],
                place[row.importer],
                "s",
                color=exhibits.BLUE,
                ms=exhibits.fit(8, 4.5),
                url=f"mark:{n}",
            )
            links[str(n)] = ("", f"{row.importer} imports {row.imported}")
        for n in range(1, len(order)):
            if home[order[n]] != home[order[n - 1]]:
                ax.axhline(n - 0.5, color=INK, lw=0.7)
                ax.axvline(n - 0.5, color=INK, lw=0.7)
        ax.set(xlim=(-0.5, len(order) - 0.5), ylim=(len(order) - 0.5, -0.5))
        # On a phone columns bear numbers, and there is room for every other one.
        numbered = [str(n) if n % 2 else "" for n in range(1, len(order) + 1)]
        ax.set_xticks(range(len(order)), exhibits.fit(order, numbered), rotation=90)
        ax.set_yticks(range(len(order)), exhibits.fit(order, [f"{name}  {n}" for n, name in enumerate(order, 1)]))
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.grid(alpha=0.2)
    table = found.assign(room=found["importer"].map(home), to=found["imported"].map(home))
    most = found["imported"].value_counts()
    told = ", ".join(f"{name} by {count}" for name, count in most.head(4).items())
    return Exhibit(
        "architecture-imports",
        f"The module that most others import is {most.index[0]}",
        fig,
        f"Matrix of {len(order)} modules with a mark for each of {len(found)} imports. All marks lie on one side of "
        f"the diagonal, so no import goes up. Most imported: {told}.",
        table.set_axis(["Importer", "Imported", "Statements", "Room", "Room imported from"], axis="columns"),
        "A mark says that the module of its row imports that of its column. Lines part the rooms. A mark on the left "
        "of the dashed diagonal would be an import that goes up, or in a circle.",
        "Imports read from src/helpers by Python's own parser; the modules of numbers count as one.",
        links,
    )
