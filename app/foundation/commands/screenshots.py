"""``run.py screenshots``: a picture of every page, and an exit status of 1 where one of them is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from app.foundation.commands import UsageError
from app.foundation.pictures import furnishing
from app.foundation.pictures.pages import PageMap, Place, wanted_only
from app.foundation.pictures.serving import answers, own_installation
from app.foundation.pictures.sheet import write_sheet
from app.foundation.pictures.taking import COUNTER, PHONE, Taken, Visitor, browser
from config import HERE, LANGUAGES, read_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PASSWORD = "Feehouse-demo-1"  # noqa: S105  (the password that the demonstration prints)
# Who looks, by language: somebody of an office that speaks it. What the first may not open, the next one may.
OFFICE_OF = {"en": "sz", "zh_Hans": "sz", "zh_Hant": "hk", "vi": "hn"}
VISITORS = ("manager.{office}", "admin", "auditor")
# People with a first page of their own.
FIRST_PAGES = ("cashier.{office}", "reception.{office}", "chief.{office}", "installer.sz")
# Pages of training installations; an installation of one's own is one.
TRAINING_ONLY = {"ClockView.show"}
LAST_WAIT = 900.0  # seconds, for the demonstration's history
NOBODY = "nobody"


class Album:
    """One run: what is known of the pages, what was taken, what is still to come."""

    def __init__(self, opened: Browser, url: str, folder: Path, given: argparse.Namespace, pages: PageMap) -> None:
        self.opened, self.url, self.folder, self.language, self.words, self.pages = opened, url, folder, given.language, given.only, pages
        # Into somebody else's installation nothing is written.
        self.is_own = not given.url
        self.taken: list[Taken] = []
        self.seen: set[Place] = set()

    def take_everything(self) -> None:
        """Take the pages of strangers, then of everybody who signs in."""
        self._strangers()
        office = OFFICE_OF[self.language]
        manager, admin, *others = [username.format(office=office) for username in VISITORS]
        self._round(manager, self._made_by(manager, furnishing.make_records))
        self._round(admin, self._made_by(admin, furnishing.make_backup))
        for username in others:
            self._round(username)
        for username in FIRST_PAGES:
            self._first_page(username.format(office=office))
        if self.is_own:
            self._second_factor(f"cashier.{office}", manager)

    def unseen(self) -> set[str]:
        """Return the pages that nobody reached."""
        return self.pages.endpoints - {place.endpoint for place in self.seen} - {"LoginView.login"}

    def _strangers(self) -> None:
        visitors = self._visitors()
        self._take(visitors, Taken("Sign in", "/login/", NOBODY))
        self._leave(visitors)

    def _made_by(self, username: str, make: Callable[[Visitor], list[str]]) -> list[str]:
        """Let somebody make what the demonstration has none of; return where it is to be seen."""
        if not self.is_own:
            return []
        visitor = Visitor(self.opened, self.url, COUNTER, self.language)
        visitor.sign_in(username, PASSWORD)
        made = make(visitor)
        visitor.close()
        return made

    def _round(self, username: str, first: Iterable[str] = ()) -> None:
        """Follow every address, and every link to a page not followed yet, as one person; take what nobody has taken."""
        visitors = self._signed_in(username)
        waiting = ["/", *first, *self.pages.without_arguments()]
        asked: set[Place] = set()
        while waiting:
            address = waiting.pop(0)
            place = self.pages.place_of(address)
            if place is None or place in asked or (not self.is_own and place.endpoint in TRAINING_ONLY):
                continue
            asked.add(place)
            page = Taken(str(place), address, username)
            # Everybody has a first page of his own. Of other pages he may be shown other links than the first who saw them.
            is_taken = place in self.seen and address != "/"
            if is_taken or next(wanted_only([f"{place} {address}"], self.words), None) is None:
                waiting += visitors[0].links_of(page.address)
            elif self._take(visitors, page):
                self.seen.add(place)
                waiting += page.links
        self._take(visitors, Taken("Error 404", "/there-is-no-such-page", username), expected=404)
        self._leave(visitors)

    def _second_factor(self, username: str, manager: str) -> None:
        """Take what is seen of a second factor: setting it up, signing in with it, and switching it off for somebody."""
        visitors = self._signed_in(username)
        secret = furnishing.begin_second_factor(visitors[0])
        self._take(visitors, Taken("Second factor, set up", "/account/second_factor", username))
        furnishing.confirm_second_factor(visitors[0], secret, PASSWORD)
        self._leave(visitors)
        visitors = self._visitors()
        for visitor in visitors:
            visitor.type_password(username, PASSWORD)
        self._take(visitors, Taken("Sign in, second factor", "/login/code", username))
        self._leave(visitors)
        self._round(manager)

    def _first_page(self, username: str) -> None:
        visitors = self._signed_in(username)
        if self._take(visitors, Taken("First page", "/", username)):
            # Some are led on to a page of their own.
            self.seen |= {place for place in [self.pages.place_of(visitors[0].page.url)] if place is not None}
        if username.startswith("cashier"):
            self._take(visitors, Taken("Error 403", "/systemuserview/list/", username), expected=403)
        self._leave(visitors)

    def _take(self, visitors: list[Visitor], page: Taken, expected: int = 200) -> bool:
        if next(wanted_only([f"{page.name} {page.address}"], self.words), None) is None:
            return False
        if not all(visitor.take(page, self.folder, expected=expected) for visitor in visitors):
            return False
        self.taken.append(page)
        mark = "; ".join(page.problems) if page.problems else "well"
        print(f"{len(self.taken):4}  {page.user:13} {page.name}: {mark}", flush=True)
        return True

    def _visitors(self) -> list[Visitor]:
        return [Visitor(self.opened, self.url, width, self.language) for width in (COUNTER, PHONE)]

    def _signed_in(self, username: str) -> list[Visitor]:
        visitors = self._visitors()
        for visitor in visitors:
            visitor.sign_in(username, PASSWORD)
        visitors[0].speak(self.language)
        return visitors

    @staticmethod
    def _leave(visitors: list[Visitor]) -> None:
        for visitor in visitors:
            visitor.close()


def screenshots(arguments: list[str]) -> int:
    """Take the pictures; 1 where a page is broken, with its name and what is wrong."""
    given = _read(arguments)
    folder = Path(given.out or HERE / "var" / "screenshots" / given.language).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as opened:
        print("Starting an installation of its own …" if not given.url else f"Taking the pages of {given.url} …", flush=True)
        with nullcontext(given.url) if given.url else own_installation() as url:
            if not answers(url):
                raise UsageError(f"Nobody answers at {url}.")
            _wait_for_history(opened, url, given.language)
            album = Album(opened, url, folder, given, _page_map())
            album.take_everything()
    return _report(album, folder, given.language, is_whole=not given.only)


def _report(album: Album, folder: Path, language: str, *, is_whole: bool) -> int:
    unseen = album.unseen() if is_whole else set()
    file = write_sheet(folder, album.taken, language, unseen)
    wrong = [page for page in album.taken if page.problems]
    for page in wrong:
        print(f"{page.name} ({page.address}, {page.user}): {'; '.join(page.problems)}", file=sys.stderr)
    if unseen:
        print(f"Not reached: {', '.join(sorted(unseen))}")
    print(f"{len(album.taken)} pages, {len(wrong)} with something wrong, {len(unseen)} not reached: {file}", flush=True)
    return 1 if wrong else 0


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py screenshots", exit_on_error=False)
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="zh_Hans", help="the language of the pages")
    parser.add_argument("--out", help="the folder for the pictures (default: var/screenshots/LANGUAGE)")
    parser.add_argument("--only", action="append", default=[], help="only pages with this word in their name or address; may be repeated")
    parser.add_argument("--url", default="", help="a running demonstration (default: one of its own, in a temporary folder)")
    try:
        given, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise UsageError(str(error)) from None
    if unknown:
        raise UsageError(f"{unknown[0]!r} is unknown here. Possible: --language, --out, --only, --url")
    given.url = given.url.rstrip("/")
    return given


def _page_map() -> PageMap:
    """Return the addresses of the application; it is put together, but asks no database."""
    from app import create_app

    with tempfile.TemporaryDirectory() as folder:
        return PageMap(create_app(read_settings({"FEEHOUSE_DATA": folder}, training=True)))


def _wait_for_history(opened: Browser, url: str, language: str) -> None:
    """Wait until the demonstration is filled: half of a history would make other pictures every time."""
    visitor = Visitor(opened, url, COUNTER)
    visitor.sign_in("admin", PASSWORD)
    visitor.speak(language)
    limit = time.monotonic() + LAST_WAIT
    while time.monotonic() < limit:
        visitor.page.goto(url + "/account/")
        if visitor.page.locator("a.fh-job").count() == 0:
            break
        time.sleep(3)
    visitor.close()
