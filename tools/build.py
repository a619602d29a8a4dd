"""Build the whole book into ``_build/html``: check data, run chapters, render pages, publish.

A page is rendered as soon as its chapter has run. What is slow is kept: the results of the chapters, and the pages of
the last good site whose text is the same, if nothing that all pages depend on has changed. Warnings are errors, so a
page that stands has none that a later build could forget. The finished site replaces the last good one in a single
rename, only when everything succeeded.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from execution import ROOT, BuildError, Execution, forget, prepare_kernels, warm_up

BUILD = ROOT / "_build"
SITE = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"
STAGE = BUILD / "stage"
#: Results of long computations, in a folder named for what they depend on besides their arguments.
MEMORY = BUILD / "memory"
#: Where the last good site stands for the moment in which the new one takes its place.
OLD = BUILD / "html.old"

#: What Sphinx knows of the site that stands, and of what that was made.
KNOWN = BUILD / "doctrees"

#: What a chapter's results depend on, besides its own cells.
RESULT_INPUTS = ("src", "data", "requirements.lock", "_toc.yml", "CITATION.cff", "pyproject.toml", "LICENSE-DATA")
#: The page whose results depend on the titles of all pages too.
CITING = "chapters/back/cite"
#: What every page depends on.
SHARED_INPUTS = (*RESULT_INPUTS, "assets", "tools", "_config.yml")
#: What the site depends on.
PAGE_INPUTS = (*SHARED_INPUTS, "index.md", "chapters")


def digest(inputs: Iterable[str], *, also: Iterable[str] = ()) -> str:
    """Hash names and contents of the given files and folders of the project.

    Parameters
    ----------
    inputs
        Paths relative to the project folder; missing ones count as empty.
    also
        Words to hash with them.
    """
    total = hashlib.sha256(sys.version.encode())
    for word in also:
        total.update(word.encode() + b"\0")
    for name in inputs:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts and not path.parent.match("*.egg-info"):
                total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def page_names() -> list[str]:
    """Return the pages of the book, such as ``chapters/01_background``."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    names = list(parse_toc_yaml(ROOT / "_toc.yml"))
    for name in names:
        if not (ROOT / f"{name}.md").is_file():
            raise BuildError(f"_toc.yml names {name}, but there is no file {name}.md.")
    return names


def page_texts() -> dict[str, str]:
    """Return the text of every page by its name."""
    return {name: (ROOT / f"{name}.md").read_text(encoding="utf-8") for name in page_names()}


def titles() -> str:
    """Return the title of every page, each on a line."""
    found = (re.search(r"^# .+$", text, flags=re.MULTILINE) for text in page_texts().values())
    return "\n".join(title[0] for title in found if title)


def cells() -> list[str]:
    """Return the code of every page."""
    code = re.compile(r"^```\{code-cell\}.*?^```", flags=re.MULTILINE | re.DOTALL)
    return ["\n".join(code.findall(text)) for text in page_texts().values()]


def addresses() -> list[str]:
    """Return the public addresses that pages name, which stand in the environment."""
    import site_address

    try:
        return [site_address.address(), site_address.repository(), os.environ.get("GITHUB_REF_NAME", "")]
    except ValueError as error:
        raise BuildError(str(error)) from None


def book_key() -> str:
    """Return the digest of all that the site depends on."""
    pages = (f"{name}.md" for name in page_names())  # most are in PAGE_INPUTS, but they may stand anywhere
    return digest([*PAGE_INPUTS, *pages], also=addresses())


def stamp_matches(stamp: Path, key: str) -> bool:
    """Tell whether a stamp file of an earlier build holds this key."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def check_data() -> None:
    """Validate the tables before anything is computed from them."""
    if subprocess.run([sys.executable, "-m", "helpers.tables"], cwd=ROOT).returncode:
        raise BuildError("The data did not pass validation (see above).")


def check_evidence() -> None:
    """Refuse links to evidence that the tables lack; Sphinx takes them for plain addresses."""
    from check_prose import pages, unknown_evidence

    found = [line for page in pages() for line in unknown_evidence(page)]
    if found:
        raise BuildError("\n".join(["Links to unknown evidence:", *found]))


def drop_outdated_cache(folder: Path = CACHE) -> None:
    """Delete cached results when code or data changed, if the data are valid: jupyter-cache hashes only the cells."""
    stamp, key = folder / "inputs.key", digest(RESULT_INPUTS)
    if not stamp_matches(stamp, key):
        check_data()
        stamp.unlink(missing_ok=True)  # first: a cache that is deleted in part must not count as whole
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        stamp.write_text(key, encoding="utf-8")
    stamp, named = folder / "titles.txt", titles()
    if not stamp_matches(stamp, named):
        forget(CITING, folder)
        stamp.write_text(named, encoding="utf-8")


def use_memory() -> None:
    """Let helpers keep the results of long computations, and delete those that are outdated."""
    folder = MEMORY / digest(RESULT_INPUTS)
    os.environ["HELPERS_MEMORY"] = str(folder)
    if MEMORY.exists():
        for other in set(MEMORY.iterdir()) - {folder}:
            shutil.rmtree(other)


def pages_to_render(shared: str, pages: dict[str, str], run: Iterable[str]) -> list[str]:
    """Tell which pages the site that stands lacks or has in another form: all, if something has changed that all share.

    Parameters
    ----------
    shared
        Digest of what all pages depend on.
    pages
        Digest of the text of each page.
    run
        Pages whose results were computed just now.
    """
    if not SITE.is_dir() or not stamp_matches(KNOWN / "shared.key", f"{shared} {site_key()}"):
        return list(pages)
    last = json.loads((KNOWN / "pages.json").read_text(encoding="utf-8"))
    return [name for name, text in pages.items() if last.get(name) != text or name in run]


def keep_pages(changed: Iterable[str]) -> None:
    """Put the site that stands into the staging folder, and what Sphinx knows of all pages but the changed ones."""
    # What Sphinx copies anew each time is left out: it tells from such files' presence what a page should say of them.
    shutil.copytree(SITE, STAGE / "html", ignore=shutil.ignore_patterns("_static"))
    shutil.copytree(KNOWN, STAGE / "doctrees")
    for name in changed:  # without its doctree Sphinx reads a page again, whatever the date of the file
        (STAGE / "doctrees" / f"{name}.doctree").unlink(missing_ok=True)


def render_pages(chapters: Execution) -> bool:
    """Render into the staging folder the pages that are new or changed; every warning counts as a failure.

    Parameters
    ----------
    chapters
        The run under way, whose results the pages wait for.

    Returns
    -------
    bool
        Whether there was anything to render.
    """
    shutil.rmtree(STAGE, ignore_errors=True)
    shared = digest(SHARED_INPUTS, also=addresses())
    pages = {name: digest([f"{name}.md"], also=[titles()] if name == CITING else []) for name in page_names()}
    changed = pages_to_render(shared, pages, chapters.pages)
    if not changed:
        print("Pages: all stand as they are.")
        return False
    print(f"Pages: rendering {len(changed)} of {len(pages)}", flush=True)
    if len(changed) < len(pages):
        keep_pages(changed)
    import results  # these two take seconds, so the chapters must be on their way
    from jupyter_book.sphinx import build_sphinx

    results.wait_for = chapters.wait
    status = build_sphinx(
        ROOT,
        STAGE / "html",
        path_config=ROOT / "_config.yml",
        noconfig=True,
        confoverrides={"nb_execution_cache_path": str(CACHE), "latex_individualpages": False},
        doctreedir=STAGE / "doctrees",
        freshenv=len(changed) == len(pages),
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if isinstance(status, results.NoResultsError) and status.__cause__:
        raise status.__cause__
    if status:
        raise BuildError("The pages have warnings or could not be written (see above).")
    (STAGE / "doctrees" / "pages.json").write_text(json.dumps(pages, indent=1), encoding="utf-8")
    (STAGE / "doctrees" / "shared.key").write_text(f"{shared} {site_key(STAGE / 'html')}", encoding="utf-8")
    return True


def site_key(site: Path = SITE) -> str:
    """Tell one site from another by names, sizes and dates of its files: what knows a site must know that very one."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    listed = (f"{path.relative_to(site)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def publish() -> None:
    """Replace the last good site by the staged one."""
    if SITE.exists():
        SITE.rename(OLD)
    (STAGE / "html").rename(SITE)
    shutil.rmtree(OLD, ignore_errors=True)
    shutil.rmtree(KNOWN, ignore_errors=True)
    (STAGE / "doctrees").rename(KNOWN)
    shutil.rmtree(STAGE)


def recover() -> None:
    """Put right what a build that was cut off while publishing left: the last good site may bear its other name."""
    if not OLD.exists():
        return
    if SITE.exists():
        shutil.rmtree(OLD)
    else:
        OLD.rename(SITE)


def save_time() -> None:
    """Spare this process what takes seconds and serves nothing here."""
    # jsonschema would compile a grammar of web addresses.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    # The pictures of pages for social networks, which are off, would load matplotlib.
    unused = ModuleType("sphinxext.opengraph._social_cards")
    unused.DEFAULT_SOCIAL_CONFIG, unused.create_social_card = {}, None  # type: ignore[attr-defined]
    sys.modules[unused.__name__] = unused
    # Pages are big trees that live to the end: looking through them for garbage took a fifth of the time.
    gc.set_threshold(200_000, 50)


def build() -> None:
    """Bring ``_build/html`` up to date."""
    os.chdir(ROOT)
    save_time()
    recover()
    os.environ.pop("CASEBOOK_DATA", None)  # the book is made of the project's own tables
    stamp, key = BUILD / "book.key", book_key()
    if stamp_matches(stamp, key) and (SITE / "index.html").is_file():
        print("The book is up to date.")
        return
    os.environ["HELPERS_STATIC"] = "1"  # explorers then show precomputed frames
    prepare_kernels()
    use_memory()
    ran, code = CACHE / "ran.key", digest(RESULT_INPUTS, also=cells())
    if not stamp_matches(ran, code):
        warm_up()  # in the background, while data and pages are checked: most likely something will run
    drop_outdated_cache()
    from sqlalchemy.exc import DBAPIError

    try:
        with Execution(CACHE, page_names()) as chapters:
            check_evidence()
            rendered = render_pages(chapters)
            chapters.wait()
    except DBAPIError as error:
        raise BuildError(
            f"The results could not be kept: {error.orig}. Free some space, or delete {CACHE}, and build again."
        ) from None
    ran.write_text(code, encoding="utf-8")
    if rendered:
        stamp.unlink(missing_ok=True)  # it speaks of the site that goes
        publish()
    stamp.write_text(key, encoding="utf-8")


def advice(error: OSError) -> str:
    """Say what went wrong with a file, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"no room to write{where}: {error.strerror}. Free some space for {BUILD} and build again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no leave to write or read{where}: {error.strerror}. Change the owner or the mode and build again."
    return f"{error}. Build again; if it comes back, `make clean` starts from nothing."


def main() -> int:
    """Build the book and report; return the exit status."""
    start = time.perf_counter()
    try:
        build()
    except (BuildError, OSError) as error:
        said = advice(error) if isinstance(error, OSError) else error
        print(f"\nBuild failed: {said}", file=sys.stderr)
        if SITE.exists():
            print(f"The last good book is still in {SITE}", file=sys.stderr)
        return 1
    print(f"Done in {time.perf_counter() - start:.1f} s. Open {(SITE / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
