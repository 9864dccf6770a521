"""The pictures of all pages: which pages there are is read from the addresses, and a broken page is named."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from app.foundation.commands import UsageError, screenshots
from app.foundation.pictures import furnishing, taking
from app.foundation.pictures.pages import NO_PAGE_ROUTES, NO_PAGES, PageMap, Place
from app.foundation.pictures.sheet import write_sheet
from app.foundation.pictures.taking import COUNTER, PHONE, Taken, Visitor

PAGE = "<!DOCTYPE html><html data-theme='light'><head><title>x</title></head><body>{}</body></html>"


def test_every_list_form_and_record_page_is_among_the_pages(app: Flask) -> None:
    pages = PageMap(app)
    expected = {
        f"{view.endpoint}.{route}"
        for view in app.appbuilder.baseviews  # type: ignore[attr-defined]
        if hasattr(view, "declared_spec")
        for route in ("list", "show", "add", "edit")
        if route not in view.exclude_route_methods
    }
    assert expected <= pages.endpoints
    assert {"HomeView.index", "CounterView.list", "PaymentsReportView.list"} <= pages.endpoints


def test_files_pieces_and_the_api_are_no_pages(app: Flask) -> None:
    pages = PageMap(app)
    for address in ("/customerview/export/csv", "/api/v1/customers", "/static/css/frame.css", "/there-is-no-such-page", "https://x.test/a"):
        assert pages.place_of(address) is None, address


def test_what_is_left_out_says_what_it_is_instead(app: Flask) -> None:
    left_out = NO_PAGES | NO_PAGE_ROUTES
    assert all(left_out.values())
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    stale = [name for name in NO_PAGES if not any(endpoint.startswith(name) for endpoint in endpoints)]
    stale += [name for name in NO_PAGE_ROUTES if not any(endpoint.endswith(f".{name}") for endpoint in endpoints)]
    assert stale == []


def test_the_code_of_an_authenticator_app_is_that_of_the_standard() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [furnishing.code_of(secret, seconds) for seconds in (59, 1_111_111_109, 2_000_000_000)] == ["287082", "081804", "279037"]


def test_an_operation_opened_from_a_record_is_a_page_of_its_own(app: Flask) -> None:
    pages = PageMap(app)
    assert pages.place_of("/regularpaymentview/add?office=2") == Place("RegularPaymentView.add")
    assert pages.place_of("/regularpaymentview/add?subscription=7&office=2") == Place("RegularPaymentView.add", ("subscription",))
    assert pages.place_of("/customerview/list/?q=wxm") == Place("CustomerView.list")
    assert pages.place_of("/counter/?customer=7&line=3") == Place("CounterView.list", ("customer",))


def test_without_a_browser_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(taking.shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="install Chromium"):
        screenshots.screenshots([])


@pytest.mark.parametrize("arguments", [["--language", "fr"], ["--pages", "x"]])
def test_an_unknown_argument_is_explained(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        screenshots.screenshots(arguments)


def test_the_sheet_shows_what_is_wrong_first(tmp_path: Path) -> None:
    good = Taken("Good", "/good", "chen", {(COUNTER, "light"): "good.png"})
    bad = Taken("Bad", "/bad?a=1&b=2", "chen", {(PHONE, "dark"): "bad.png"}, ["390: it scrolls sideways"])
    text = write_sheet(tmp_path, [good, bad], "vi", {"X.list"}).read_text()
    assert text.index("Bad") < text.index("Good")
    assert "it scrolls sideways" in text
    assert "/bad?a=1&amp;b=2" in text
    assert "Not reached: X.list" in text


@pytest.fixture
def site() -> Iterator[str]:
    """A site with one good page and a broken one of each kind."""
    app = Flask(__name__)
    bodies = {
        "good": "<a href='/next'>next</a><table><tr data-href='/row'></tr></table>",
        "wide": "<div style='width: 2000px'>x</div>",
        "noisy": "<script>console.error('no')</script>",
        "failing": "<script>throw new Error('broken')</script>",
        "foreign": "<img src='http://127.0.0.2:9/x.png'>",
    }
    for name, body in bodies.items():
        app.add_url_rule(f"/{name}", name, lambda body=body: PAGE.format(body))
    app.add_url_rule("/gone", "gone", lambda: (PAGE.format("gone"), 500))
    app.add_url_rule("/data", "data", lambda: {"a": 1})
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def visitor(site: str, chromium: Browser) -> Iterator[Visitor]:
    found = Visitor(chromium, site, PHONE)
    yield found
    found.close()


@pytest.mark.browser
def test_a_good_page_is_taken_in_both_themes_with_its_links(visitor: Visitor, tmp_path: Path) -> None:
    page = Taken("Good", "/good", "chen")
    assert visitor.take(page, tmp_path)
    assert page.problems == []
    assert page.links == ["/next", "/row"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["good-chen-390-dark.png", "good-chen-390-light.png"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wide", "it scrolls sideways"),
        ("noisy", "the console says: no"),
        ("failing", "a script failed"),
        ("foreign", "it asks a foreign host: 127.0.0.2:9"),
        ("gone", "it answers 500"),
    ],
)
def test_a_broken_page_is_named_with_what_is_wrong(visitor: Visitor, tmp_path: Path, name: str, said: str) -> None:
    page = Taken(name, f"/{name}", "chen")
    assert visitor.take(page, tmp_path)
    assert any(said in sentence for sentence in page.problems)


@pytest.mark.browser
def test_what_is_no_page_is_not_taken(visitor: Visitor, tmp_path: Path) -> None:
    assert not visitor.take(Taken("Data", "/data", "chen"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
def test_an_error_page_that_was_meant_is_no_problem(visitor: Visitor, tmp_path: Path) -> None:
    page = Taken("Gone", "/gone", "chen")
    assert visitor.take(page, tmp_path, expected=500)
    assert page.problems == []
