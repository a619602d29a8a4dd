"""Measure what a reader waits for: weight and requests of each page, first paint, frame changes, Lighthouse scores.

Weights are of the files a page loads, uncompressed and gzipped. Times are taken in headless Chromium from the folder;
Lighthouse runs if it is installed (``npm install --global lighthouse``).
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from build import SITE
from frames import KEYS, SET, chromium, visit

#: Targets: median chapter (kB, kB gzipped), worst page (kB), slowest frame change (ms), Lighthouse.
MEDIAN, MEDIAN_GZIP, WORST, FRAME, LIGHTHOUSE = 1000, 400, 2000, 50, 95

#: The settings of an explorer, each timed twice from another one: milliseconds of script and layout.
FRAME_TIMES = f"""(e) => {{
  const keys = ({KEYS})(e);
  const set = {SET};
  set(e, keys.at(-1));
  return keys.map((key) => Math.min(...[0, 1].map(() => {{
    set(e, keys.find((k) => k !== key));
    const begin = performance.now();
    set(e, key);
    e.getBoundingClientRect();
    return performance.now() - begin;
  }})));
}}"""


def resources(page: Path) -> tuple[set[Path], set[str]]:
    """Return the local files a page loads (itself included) and the addresses of other hosts."""
    soup = BeautifulSoup(page.read_bytes(), "lxml")
    links = [tag["href"] for tag in soup.select('link[rel~="stylesheet"], link[rel~="icon"]')]
    links += [tag["src"] for tag in soup.select("script[src], img[src], iframe[src]")]
    files, foreign = {page}, set()
    for link in map(str, links):
        parts = urlsplit(link)
        if parts.netloc:
            foreign.add(link)
        elif parts.scheme != "data":
            files.add((page.parent / parts.path).resolve())
    if SITE / "_static/styles/theme.css" in files:
        files.add(SITE / "_static/basic.css")  # which that sheet imports
    return files, foreign


def is_chapter(page: Path) -> bool:
    """Tell chapters from the landing page and the back matter."""
    return page.parent == SITE / "chapters"


def bench_weights() -> None:
    """Print what each page weighs, and the median chapter and the worst page against the targets."""
    kinds = ("html", "css", "js", "images")
    columns = (*kinds, "all", "gzip", "requests")
    print(f"{'Page (kB)':<36}" + "".join(f"{column:>9}" for column in columns))
    weights: dict[Path, dict[str, float]] = {}
    strangers: set[str] = set()
    for page in sorted(SITE.rglob("*.html")):
        files, foreign = resources(page)
        strangers |= foreign
        sizes = dict.fromkeys(columns, 0.0)
        for path in files:
            kind = path.suffix[1:] if path.suffix[1:] in kinds else "images"
            content = path.read_bytes()
            sizes[kind] += len(content) / 1000
            sizes["all"] += len(content) / 1000
            sizes["gzip"] += len(gzip.compress(content)) / 1000
        sizes["requests"] = len(files) + len(foreign)
        weights[page] = sizes
        print(f"{page.relative_to(SITE).as_posix():<36}" + "".join(f"{sizes[column]:9.0f}" for column in columns))
    chapters = [sizes for page, sizes in weights.items() if is_chapter(page)]
    whole, packed = (statistics.median(sizes[c] for sizes in chapters) for c in ("all", "gzip"))
    worst = max(sizes["all"] for sizes in weights.values())
    print(
        f"median chapter {whole:.0f} kB (target {MEDIAN}), gzipped {packed:.0f} (target {MEDIAN_GZIP}); "
        f"worst page {worst:.0f} (target {WORST}); third parties asked: {len(strangers)} (target 0)"
    )


def bench_times() -> None:
    """Print time to first contentful paint, and of the frame changes of every explorer."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if not path:
        print("first paint and frame changes: skipped, no Chromium found", file=sys.stderr)
        return
    print(f"\n{'Page':<36}{'first paint':>12}{'frames':>8}{'median':>8}{'slowest':>9}   (ms)")
    slowest = 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        for file in sorted(SITE.rglob("*.html")):
            paints = []
            for _ in range(3):
                visit(page, file)
                page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
                paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            times = [t for e in page.locator(".explorer").all() for t in e.evaluate(FRAME_TIMES)]
            row = f"{file.relative_to(SITE).as_posix():<36}{statistics.median(paints):12.0f}"
            if times:
                slowest = max(slowest, *times)
                row += f"{len(times):8}{statistics.median(times):8.0f}{max(times):9.0f}"
            print(row)
        browser.close()
    print(f"slowest frame change {slowest:.0f} ms (target {FRAME})")


def bench_lighthouse() -> None:
    """Print Lighthouse's scores of the landing page and the chapters, if it is installed."""
    program = shutil.which("lighthouse")
    if not program:
        print("\nLighthouse: skipped, not installed", file=sys.stderr)
        return
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(SITE))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kinds = ("performance", "accessibility", "best-practices", "seo")
    print(f"\n{'Lighthouse':<36}" + "".join(f"{kind:>16}" for kind in kinds))
    for page in [SITE / "index.html", *sorted((SITE / "chapters").glob("*.html"))]:
        address = f"http://127.0.0.1:{server.server_port}/{page.relative_to(SITE).as_posix()}"
        command = [program, address, "--quiet", "--output=json", "--preset=desktop"]
        command += [f"--only-categories={','.join(kinds)}", "--chrome-flags=--headless=new --no-sandbox"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        scores = {k: 100 * v["score"] for k, v in json.loads(result.stdout)["categories"].items()}
        low = "" if all(scores[k] >= LIGHTHOUSE for k in kinds[:3]) else f"  below {LIGHTHOUSE}"
        row = "".join(f"{scores[kind]:16.0f}" for kind in kinds)
        print(f"{page.relative_to(SITE).as_posix():<36}{row}{low}")
    server.shutdown()


if __name__ == "__main__":
    bench_weights()
    bench_times()
    bench_lighthouse()
