"""The one setting that a public site adds: its address."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "site_address.py"


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_address", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class App:
    """As much of Sphinx as the extension sees."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def setup_extension(self, name: str) -> None:
        self.loaded.append(name)

    def connect(self, *_args: object, **_options: object) -> None:
        self.loaded.append("connected")


def test_without_an_address_nothing_is_added(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_URL", raising=False)
    app, config = App(), {}
    tool.setup(app)
    tool.set_address(app, config)
    assert (app.loaded, config) == ([], {})


def test_with_one_pages_name_it_and_there_is_a_sitemap(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_URL", "https://example.org/book")
    app, config = App(), {}
    tool.setup(app)
    tool.set_address(app, config)
    assert app.loaded == ["sphinx_sitemap", "connected"]
    assert config["html_baseurl"] == config["ogp_site_url"] == "https://example.org/book/"
    assert config["sitemap_url_scheme"] == "{link}", "no language or version in the addresses"


def test_an_address_that_is_none_is_refused(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_URL", "example.org")
    with pytest.raises(ValueError, match=r"'example\.org'.*https"):
        tool.set_address(App(), {})


def test_the_address_of_the_repository_is_the_setting_or_that_of_the_host(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REPOSITORY_URL", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    assert tool.repository() == ""
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/casebook")
    assert tool.repository() == "https://github.com/someone/casebook"
    monkeypatch.setenv("REPOSITORY_URL", "https://example.org/casebook.git")
    assert tool.repository() == "https://example.org/casebook"
    monkeypatch.setenv("REPOSITORY_URL", "file:///etc")
    with pytest.raises(ValueError, match="https://"):
        tool.repository()
