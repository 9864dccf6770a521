"""Opening pages in a browser: the pictures, the links to further pages, and what is wrong with a page."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.foundation.commands import UsageError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

COUNTER, PHONE = 1400, 390
HEIGHTS = {COUNTER: 900, PHONE: 844}
THEMES = ("light", "dark")
FORBIDDEN = 403
DOWNLOAD = "Download is starting"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
TALLEST = 6_000
# Date fields are drawn by the browser, in its own language.
BROWSER_LOCALES = {"zh_Hans": "zh-CN", "zh_Hant": "zh-HK", "vi": "vi-VN"}
PATIENCE = 90_000  # milliseconds: a slow machine is no broken page
NO_BROWSER = "There is no browser to take pictures with: install Chromium, or name one in the variable CHROMIUM."
LINKS = "[...document.querySelectorAll('a[href], tr[data-href]')].map(each => each.getAttribute('href') || each.dataset.href)"


@dataclass
class Taken:
    """A page and its pictures, (width, theme) -> file, with sentences about what is wrong."""

    name: str
    address: str
    user: str
    pictures: dict[tuple[int, str], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    status: int = 0


def browser_path() -> str:
    """Return the program of the browser. Raises UsageError where none is installed."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise UsageError(NO_BROWSER)
    return path


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a browser without a window. Raises UsageError where none is installed."""
    path = browser_path()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise UsageError("The package that drives the browser is missing: install requirements.txt.") from None
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield opened
        opened.close()


class Visitor:
    """One person in the browser, at one width."""

    def __init__(self, opened: Browser, url: str, width: int, language: str = "en") -> None:
        self.url, self.width = url, width
        self.context: BrowserContext = opened.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="light",
            reduced_motion="reduce",
            locale=BROWSER_LOCALES.get(language, "en-GB"),
        )
        self.context.add_cookies([{"name": "theme", "value": "light", "url": url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.noted: list[str] = []
        self.page.on("pageerror", lambda error: self.noted.append(f"a script failed: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in; raises UsageError where that fails."""
        self.type_password(username, password)
        if "/login" in self.page.url:
            raise UsageError(f"Nobody called {username} can sign in at {self.url} with the password of the demonstration.")

    def type_password(self, username: str, password: str) -> None:
        """Take the first step of signing in; somebody with a second factor is then asked for its code."""
        self.page.goto(self.url + "/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_load_state("networkidle")

    def speak(self, language: str) -> None:
        """Read every page in ``language``."""
        if self.page.locator(f".fh-language [value='{language}'], [name=language][value='{language}']").count() == 0:
            return
        with self.page.expect_navigation():
            self.page.evaluate(
                """language => {
                    const button = document.querySelector(`[name=language][value="${language}"]`);
                    const details = button.closest("details");
                    if (details) details.open = true;
                    button.click();
                }""",
                language,
            )

    def take(self, taken: Taken, folder: Path, *, expected: int = 200) -> bool:
        """Open the page and take it in both themes; False where the address gives no page, or none to this person."""
        self.noted.clear()
        from playwright.sync_api import Error

        try:
            return self._taken(taken, folder, expected)
        except Error as error:
            if DOWNLOAD in error.message:
                return False
            taken.problems.append(f"{self.width}: no picture could be taken: {error.message.splitlines()[0]}")
            return True

    def _taken(self, taken: Taken, folder: Path, expected: int) -> bool:
        answer = self.page.goto(self.url + taken.address, wait_until="load")
        if answer is None or "html" not in answer.headers.get("content-type", "") or (answer.status == FORBIDDEN != expected):
            return False
        if self.page.locator("html[data-theme]").count() == 0:
            return False
        taken.status = answer.status
        if answer.status != expected:
            self.noted.append(f"it answers {answer.status}")
        self.page.evaluate("document.fonts.ready")
        self._measure()
        taken.links += self.links()
        self._pictures(taken, folder)
        taken.problems += [f"{self.width}: {sentence}" for sentence in dict.fromkeys(self.noted) if not is_expected(sentence, expected)]
        return True

    def links_of(self, address: str) -> list[str]:
        """Return where the page of ``address`` leads; nowhere for a file."""
        from playwright.sync_api import Error

        try:
            self.page.goto(self.url + address)
        except Error:
            return []
        return self.links()

    def links(self) -> list[str]:
        """Return where the open page leads."""
        return [str(link) for link in self.page.evaluate(LINKS) if link]

    def close(self) -> None:
        self.context.close()

    def _measure(self) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.width:
            self.noted.append(f"it scrolls sideways: {width} pixels wide")

    def _pictures(self, taken: Taken, folder: Path) -> None:
        # As high as the page: what sticks to the foot of a window would lie across the middle of a longer picture.
        height = min(TALLEST, max(HEIGHTS[self.width], self.page.evaluate("document.documentElement.scrollHeight")))
        self.page.set_viewport_size({"width": self.width, "height": height})
        for theme in THEMES:
            self.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
            name = f"{file_name(taken)}-{self.width}-{theme}.png"
            self.page.screenshot(path=str(folder / name), animations="disabled", caret="hide")
            taken.pictures[self.width, theme] = name
        self.page.set_viewport_size({"width": self.width, "height": HEIGHTS[self.width]})

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.noted.append(f"the console says: {message.text[:200]}")

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc:
            self.noted.append(f"it asks a foreign host: {parts.netloc}")


def is_expected(sentence: str, status: int) -> bool:
    """Tell whether the console only repeats the status that the page was meant to have."""
    return status >= 400 and f"status of {status}" in sentence


def file_name(taken: Taken) -> str:
    """Return the beginning of a picture's name: the page and who looked at it."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{taken.name} {taken.user}").strip("-").lower()
