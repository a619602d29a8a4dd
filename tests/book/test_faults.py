"""Whatever befalls a build, a whole site stands afterwards, the next build works, and the message says what to do."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import build as tool
import execution
import pytest

GOOD = "<title>the last good book</title>"
PAGE = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# A page

```{code-cell} ipython3
from matplotlib.figure import Figure
from helpers import tables
print(len(tables.load("actors")), "actors", 6 * 7)
Figure().subplots().plot([1, 2])
```
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the namespaces of Linux")


@pytest.fixture
def project(small_project: Callable[..., Path]) -> Path:
    """A copy of the project with one page that computes, and a finished book."""
    return small_project(PAGE, finished=GOOD)


def environment(project: Path) -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": str(project / "src")}
    for name in ("CASEBOOK_DATA", "BOOK_URL", "REPOSITORY_URL"):
        found.pop(name, None)
    return found


def start(project: Path, *before: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*before, sys.executable, "tools/build.py"], cwd=project, env=environment(project), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **options,
    )  # fmt: skip


def run(project: Path, *before: str, **options: object) -> tuple[int, str]:
    process = start(project, *before, **options)
    said, _ = process.communicate(timeout=900)
    return process.returncode, said


def front(project: Path) -> str:
    return (project / "_build" / "html" / "index.html").read_text(encoding="utf-8")


def assert_whole(project: Path) -> None:
    """The site is the last good one or a finished new one, under its own name or, for a moment, its other one."""
    names = [project / "_build" / name for name in ("html", "html.old")]
    site = next(folder for folder in names if folder.exists())
    page = (site / "index.html").read_text(encoding="utf-8")
    if page != GOOD:
        assert "actors 42" in page and page.rstrip().endswith("</html>")
        assert (site / "searchindex.js").is_file() and (site / "_static" / "site.js").is_file()


def inside(*commands: str) -> list[str]:
    """Run the build in a mount and network namespace of its own, after these commands."""
    ahead = ["unshare", "--mount", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount", "--net"]
    if subprocess.run([*ahead, "true"], capture_output=True).returncode:
        pytest.skip("this machine gives no namespaces")
    # The kernels of a build talk through the machine's own loopback device.
    return [*ahead, "sh", "-ec", "\n".join([*commands, "ip link set lo up", 'exec "$@"']), "sh"]


@pytest.mark.slow
def test_killed_at_ten_random_moments_a_whole_site_stands_and_the_next_build_succeeds(project: Path) -> None:
    begin = time.monotonic()
    assert run(project)[0] == 0  # how long a build takes on this machine now
    whole = time.monotonic() - begin
    moments = random.Random(9)
    for number in range(10):
        shutil.rmtree(project / "_build" / "html", ignore_errors=True)
        (project / "_build" / "html").mkdir()
        (project / "_build" / "html" / "index.html").write_text(GOOD, encoding="utf-8")
        (project / "index.md").write_text(f"{PAGE}\nTurn {number}.\n", encoding="utf-8")
        if number % 2:  # every other time the results are in the cache, and the rendering is cut off
            (project / "_build" / "book.key").unlink(missing_ok=True)
        else:
            shutil.rmtree(project / "_build" / ".jupyter_cache", ignore_errors=True)
        process = start(project)
        try:
            process.wait(moments.uniform(0.05, 1.0) * whole)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        assert_whole(project)
    code, said = run(project)
    assert code == 0, said
    assert "Turn 9." in front(project)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["between the two renames", "after them"])
def test_cut_off_while_publishing_the_last_good_site_comes_back(project: Path, moment: str) -> None:
    folder = project / "_build"
    shutil.copytree(folder / "html", folder / "html.old")
    if moment == "between the two renames":
        shutil.rmtree(folder / "html")
    (project / "data" / "flows.csv").unlink()  # so that the next build cannot make a new one
    code, said = run(project)
    assert code == 1 and "last good book" in said
    assert front(project) == GOOD
    assert not (folder / "html.old").exists()


@pytest.mark.slow
@pytest.mark.parametrize("left", ["half a file", "an entry without its file", "a folder without a file"])
def test_a_result_that_was_half_kept_is_computed_again(project: Path, left: str) -> None:
    assert run(project)[0] == 0
    (kept,) = (project / "_build" / ".jupyter_cache" / "executed").rglob("base.ipynb")
    if left == "half a file":
        kept.write_text(kept.read_text(encoding="utf-8")[:200], encoding="utf-8")
    elif left == "an entry without its file":
        shutil.rmtree(kept.parent)
    else:
        kept.unlink()
    (project / "_build" / "book.key").unlink()
    code, said = run(project)
    assert code == 0, said
    assert "running 1 notebook" in said
    assert "actors 42" in front(project)


@pytest.mark.slow
def test_a_stamp_never_speaks_of_another_site(project: Path) -> None:
    assert run(project)[0] == 0
    first = (project / "index.md").read_text(encoding="utf-8")
    stamp = project / "_build" / "book.key"
    key = stamp.read_text(encoding="utf-8")
    (project / "index.md").write_text(first + "\nAnother text.\n", encoding="utf-8")
    assert run(project)[0] == 0
    assert stamp.read_text(encoding="utf-8") != key
    (project / "index.md").write_text(first, encoding="utf-8")
    assert run(project)[0] == 0
    assert "Another text." not in front(project)


@pytest.mark.slow
@linux
def test_a_full_disk_leaves_the_last_good_site_and_says_what_to_do(project: Path) -> None:
    build = project / "_build"
    script = f"""
        mount -t tmpfs -o size=1m tmpfs {build}
        mkdir {build}/html; printf '%s' '{GOOD}' > {build}/html/index.html
        ip link set lo up
        if "$@" > full.txt 2>&1; then exit 3; fi
        cp {build}/html/index.html after.html
        mount -o remount,size=500m {build}
        "$@" > again.txt 2>&1
        cp {build}/html/index.html index.html
    """
    ahead = inside()[:-4]
    command = [*ahead, "sh", "-ec", script, "sh", sys.executable, "tools/build.py"]
    done = subprocess.run(command, cwd=project, env=environment(project), capture_output=True, text=True, timeout=900)
    said = (project / "full.txt").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr + said
    assert (project / "after.html").read_text(encoding="utf-8") == GOOD
    assert "Build failed" in said and "last good book" in said
    assert "No space left" in said or "disk is full" in said or "no room" in said
    assert "actors 42" in (project / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
@linux
def test_tables_that_may_only_be_read_are_enough(project: Path) -> None:
    data = project / "data"
    code, said = run(project, *inside(f"mount --bind {data} {data}", f"mount -o remount,bind,ro {data}"))
    assert code == 0, said
    assert "actors 42" in front(project)


@pytest.mark.slow
@linux
def test_a_build_folder_that_may_only_be_read_stops_the_build_with_advice(project: Path) -> None:
    build = project / "_build"
    code, said = run(project, *inside(f"mount --bind {build} {build}", f"mount -o remount,bind,ro {build}"))
    assert code == 1
    assert "Read-only" in said and "build again" in said
    assert front(project) == GOOD
    assert run(project)[0] == 0


@pytest.mark.slow
@linux
def test_without_a_network_the_book_is_built_all_the_same(project: Path) -> None:
    code, said = run(project, *inside("! ip route get 192.0.2.1 2> /dev/null"))
    assert code == 0, said
    assert "actors 42" in front(project)


@pytest.mark.slow
def test_a_font_that_was_removed_since_is_looked_for_again(project: Path, tmp_path: Path) -> None:
    """matplotlib remembers where fonts were; here it remembers a place where there is none any more."""
    from matplotlib import font_manager

    memory = tmp_path / "matplotlib"
    memory.mkdir()
    name = f"fontlist-v{font_manager.FontManager.__version__}.json"
    font_manager.json_dump(font_manager.fontManager, memory / name)
    remembered = json.loads((memory / name).read_text(encoding="utf-8"))
    for entry in remembered["ttflist"]:
        entry["fname"] = f"/gone/{Path(entry['fname']).name}"
    (memory / name).write_text(json.dumps(remembered), encoding="utf-8")
    code, said = run(project, "env", f"MPLCONFIGDIR={memory}")
    assert code == 0, said


def test_without_the_font_of_the_figures_the_build_says_how_to_get_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    def nothing(*_: object, **__: object) -> str:
        raise ValueError("Failed to find font DejaVu Sans")

    monkeypatch.setattr(font_manager, "findfont", nothing)
    with pytest.raises(execution.BuildError, match="DejaVu Sans is missing.*make clean"):
        execution.check_font()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "Change the owner or the mode"),
        (errno.EACCES, "Change the owner or the mode"),
        (errno.EIO, "make clean"),
    ],
)
def test_every_fault_of_a_file_has_its_advice(number: int, words: str) -> None:
    assert words in tool.advice(OSError(number, os.strerror(number), "_build/x"))
