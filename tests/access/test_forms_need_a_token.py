"""Every form of the pages needs the token of this browser: without it, or with another's, it is 400 and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.foundation.guards import csrf
from tests.access.cells import addresses
from tests.access.ground import Ground
from tests.access.test_reading_writes_nothing import watched

# Refused, or shown once more with a token of today: whoever wrote the form looks at it and sends it himself.
REFUSED = {400, 302, 303}
# What was typed waits there for whoever signs in again.
KEPT = {"kept_form"}


@pytest.fixture
def guarded(ground: Ground) -> Iterator[Ground]:
    """The same ground with the guard against other sites on, as every installation has it."""
    for username in ("chen", "ada"):
        ground.cookie(username)
    ground.app.config["WTF_CSRF_ENABLED"] = True
    yield ground
    ground.app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("token", [None, "", "made-up", "IjAwMDAi.aaaaaa.bbbb"], ids=["none", "empty", "made up", "signed by another"])
@pytest.mark.parametrize("username", ["chen", "ada", None], ids=["manager", "administrator", "stranger"])
def test_a_form_without_the_token_of_the_browser_does_nothing(guarded: Ground, username: str | None, token: str | None) -> None:
    records, taken = guarded.records["SH"], []
    with watched(guarded) as written:
        for address in addresses(guarded.app):
            if address.is_api or "POST" not in address.methods:
                continue
            number = address.number_of(records)
            form = address.sent(number) | ({"csrf_token": token} if token is not None else {})
            target = address.with_record(number)
            answer = guarded.open(username, "POST", target, data=form)
            if answer.status_code not in REFUSED or written[target] - KEPT:
                taken.append(f"{address.name} gave {answer.status_code} and wrote {written[target] or 'nothing'}")
    assert not taken, "\n".join(taken)


def test_no_page_is_exempt(guarded: Ground) -> None:
    assert csrf._exempt_views == set()
    # Other tests make applications of their own under the same guard.
    ours = set(guarded.app.blueprints.values())
    assert {blueprint.name for blueprint in csrf._exempt_blueprints & ours} == {"api"}


def test_the_api_never_looks_at_a_cookie(guarded: Ground) -> None:
    """That is why it needs no token: another site's page can make a browser send its cookie, but no header."""
    opened = []
    with watched(guarded) as written:
        for address in addresses(guarded.app):
            if not address.is_api or address.name in {"POST /login", "GET /docs", "GET /openapi.json"}:
                continue
            target = address.with_record(address.number_of(guarded.records["SH"]))
            for method in sorted(address.methods - {"HEAD"}):
                answer = guarded.open("chen", method, target, json=None if method == "GET" else {})
                if answer.status_code != 401 or written[target]:
                    opened.append(f"{address.name} gave {answer.status_code} and wrote {written[target] or 'nothing'}")
    assert not opened, "\n".join(opened)


def test_a_token_of_one_browser_is_worth_nothing_in_another(guarded: Ground) -> None:
    page = guarded.open("ada", "GET", "/officeview/add").get_data(as_text=True)
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page))
    form = {"csrf_token": token, "code": "XQ1", "name": "新小区"}
    with watched(guarded) as written:
        assert guarded.open("chen", "POST", "/communityview/add", data=form).status_code in REFUSED
    assert written["/communityview/add"] <= KEPT
