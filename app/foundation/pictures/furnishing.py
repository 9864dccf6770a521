"""What the demonstration has none of, made in the browser as a person would: a backup, imports at each of their steps, a run over
many lines, a renewal notice, a second factor.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING

from app.foundation.pictures.taking import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The second row is wrong: it has no name.
COMMUNITIES = "Code,Name,Person in charge\r\n{first},Orchid Court,Ada\r\n{second},,\r\n{third},Willow Court,\r\n"
PATIENCE = 60.0  # seconds, for a background job


def make_backup(admin: Visitor) -> list[str]:
    """Ask for a backup and wait for it; return the page of its job."""
    page = admin.page
    page.goto(admin.url + "/backups/list/")
    with page.expect_navigation():
        _press(page, "form[action*='/backups/make'] button")
    job = page.url.removeprefix(admin.url)
    _wait_for_job(page)
    return [job]


def make_records(manager: Visitor) -> list[str]:
    """Make what a manager makes: imports, a run over many lines, a renewal notice; return where they are to be seen."""
    return [*make_imports(manager), make_run(manager), make_notice(manager)]


def make_run(manager: Visitor) -> str:
    """Resume two lines together: whether that can be done or is refused, every line has its result. Return the page of the run."""
    page = manager.page
    page.goto(manager.url + "/subscriptionview/list/")
    lines = page.eval_on_selector_all("[data-tick]", "boxes => boxes.slice(0, 2).map(box => box.value)")
    page.goto(f"{manager.url}/bulkrunview/add?ids={','.join(lines)}")
    page.check("input[name=operation][value=resume]", force=True)
    with page.expect_navigation():
        _press(page, "#operation .btn-primary[type=submit]")
    _wait_for_job(page)
    return page.url.removeprefix(manager.url)


def make_notice(manager: Visitor) -> str:
    """Issue the renewal notice of the first line that expires soon; return the list of notices."""
    page = manager.page
    page.goto(manager.url + "/expiringview/list/")
    page.evaluate(
        """async () => {
            const form = document.querySelector("form[action*='/renewalnoticeview/issue/']");
            if (form) await fetch(form.action, { method: "POST", body: new FormData(form) });
        }"""
    )
    return "/renewalnoticeview/list/"


def _wait_for_job(page: Page) -> None:
    """Open the page again until nothing in it waits for a background job."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and page.locator("main [hx-get*='/jobs/'], main [hx-get*='/progress/']").count():
        time.sleep(1)
        page.goto(page.url)


def make_imports(manager: Visitor) -> list[str]:
    """Begin three imports and take them one step, two steps and to the end; return the pages where they stand."""
    at_columns = _uploaded(manager, 1)
    at_check = _uploaded(manager, 2)
    _step(manager.page, "go_on")
    at_check = at_check.replace("/columns/", "/check/")
    done = _uploaded(manager, 3)
    _step(manager.page, "go_on")
    _step(manager.page, "import")
    return [at_columns, at_check, done.replace("/columns/", "/show/"), done.replace("/columns/", "/undo/")]


def _uploaded(manager: Visitor, number: int) -> str:
    """Upload a list of communities; return the page of its columns."""
    page = manager.page
    page.goto(manager.url + "/importview/new?kind=communities")
    content = COMMUNITIES.format(first=f"P{number}1", second=f"P{number}2", third=f"P{number}3")
    page.set_input_files("input[name=file]", {"name": f"communities-{number}.csv", "mimeType": "text/csv", "buffer": content.encode()})
    with page.expect_navigation():
        _press(page, "main form .btn-primary[type=submit]")
    return page.url.removeprefix(manager.url)


def _step(page: Page, deed: str) -> None:
    with page.expect_navigation():
        _press(page, f"button[name=deed][value={deed}]")


def begin_second_factor(person: Visitor) -> str:
    """Let somebody set up a second factor; return its secret, which the page shows with the picture to scan."""
    page = person.page
    page.goto(person.url + "/account/second_factor")
    with page.expect_navigation():
        _press(page, "form[action$='/second_factor/begin'] button")
    return page.inner_text("[data-copy-source]").strip()


def confirm_second_factor(person: Visitor, secret: str, password: str) -> None:
    """Type the code of the app; the page then shows the recovery codes."""
    page = person.page
    page.goto(person.url + "/account/second_factor")
    page.fill("input[name=code]", code_of(secret, time.time()))
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        _press(page, "main form .btn-primary[type=submit]")


def code_of(secret: str, seconds: float) -> str:
    """Return the code that an authenticator app shows at a moment (RFC 6238: SHA-1, 30 seconds, six digits)."""
    plain = secret.replace(" ", "")
    key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    digest = hmac.new(key, int(seconds // 30).to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def _press(page: Page, selector: str) -> None:
    """Press a button wherever it lies: on a phone some are behind a menu."""
    page.eval_on_selector(selector, "button => button.click()")
