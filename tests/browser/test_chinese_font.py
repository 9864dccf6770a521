"""Chinese on a device without a Chinese font: the pieces of ours that the page needs, and none on a page without Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from app.foundation.icons import STATIC
from app.foundation.pictures.taking import browser_path
from config import HERE
from tests.browser.conftest import WIDE, Live
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

CATALOGUES = sorted((HERE / "translations").glob("zh_*/LC_MESSAGES/*.po"))
# A machine that has the letters of a Latin font and nothing else.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir></fontconfig>"""
LOADED = "[...document.fonts].filter(face => face.family.includes('Feehouse Han') && face.status === 'loaded').length"


@pytest.fixture(scope="module")
def poor(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on a machine without Chinese fonts."""
    folder = tmp_path_factory.mktemp("fonts")
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(cache=folder / "cache"), encoding="utf-8")
    kind = chromium.browser_type
    opened = kind.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"], env={"FONTCONFIG_FILE": str(file)})
    yield opened
    opened.close()


def signed_in(browser: Browser, live: Live, username: str) -> tuple[Page, list[Response]]:
    """Sign somebody in; return his page and every answer it gets."""
    page = browser.new_context(viewport={"width": WIDE, "height": 900}).new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(live.at("/login/"))
    page.evaluate("document.fonts.ready")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#menu, .fh-till", state="attached")
    return page, answers


def pieces(answers: list[Response]) -> list[Path]:
    return [Path(answer.url.partition("?")[0]) for answer in answers if "/noto-sans-sc/" in answer.url and ".woff2" in answer.url]


def test_a_chinese_name_is_written_where_the_device_has_no_chinese_font(live: Live, poor: Browser) -> None:
    page, answers = signed_in(poor, live, "chen")
    page.goto(live.at("/customerview/list/"))
    page.evaluate("document.fonts.ready")
    page.wait_for_function(f"{LOADED} > 0")
    assert "王晓明" in page.inner_text("main")
    assert 0 < len(pieces(answers)) < 40
    assert {answer.url for answer in answers if answer.status >= 400 or not answer.url.startswith(live.url)} == set()
    page.context.close()


def test_a_page_without_chinese_asks_only_for_the_names_of_the_languages(live: Live, poor: Browser) -> None:
    page, answers = signed_in(poor, live, "binh")
    of_languages = set(pieces(answers))
    answers.clear()
    page.goto(live.at("/customerview/list/"))
    page.evaluate("document.fonts.ready")
    assert "Trần Thị Mai" in page.inner_text("main")
    assert len(of_languages) < 8
    assert set(pieces(answers)) <= of_languages
    page.context.close()


def test_every_piece_is_there_and_every_ideograph_of_the_papers_is_in_one() -> None:
    """What a receipt can print, a page can show."""
    sheet = (STATIC / "vendor/noto-sans-sc/pieces.css").read_text(encoding="utf-8")
    spans = [span.partition("-") for span in re.findall(r"U\+([0-9A-F]+(?:-[0-9A-F]+)?)", sheet)]
    covered = {code for first, _, last in spans for code in range(int(first, 16), int(last or first, 16) + 1)}
    written = {ord(letter) for file in CATALOGUES for letter in file.read_text(encoding="utf-8") if 0x3400 <= ord(letter) <= 0x9FFF}
    assert written
    assert written | {ord(letter) for letter in "㛃䶮黃鄧嬌"} <= covered
