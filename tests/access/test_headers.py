"""What every answer carries: the browser is told to load nothing from elsewhere, to guess no type, to keep no copy."""

from __future__ import annotations

import re

import pytest

from tests.access.cells import addresses
from tests.access.ground import Ground

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A stored file never changes; it is kept by the browser of whoever may see it, and by nobody between.
KEPT_PRIVATELY = {"UploadView.show"}
FILES = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "csv": ("text/csv", b"\xef\xbb\xbf"),
}
# What may stand in a page as a whole address: names of formats, never something that is loaded.
NAMESPACES = ("http://www.w3.org/",)


@pytest.mark.parametrize("username", ["chen", "ada", None], ids=["manager", "administrator", "stranger"])
def test_every_answer_carries_the_headers_and_names_no_other_host(ground: Ground, username: str | None) -> None:
    wrong = []
    for address in addresses(ground.app):
        if "GET" not in address.methods:
            continue
        send = ground.call if address.is_api else ground.open
        answer = send(username, "GET", address.with_record(address.number_of(ground.records["SH"])))
        wrong += [
            f"{address.name}: {name} is {answer.headers.get(name)}" for name, value in HEADERS.items() if answer.headers.get(name) != value
        ]
        policy, cache = answer.headers.get("Content-Security-Policy", ""), answer.headers.get("Cache-Control", "")
        if "unsafe-eval" in policy or "default-src" not in policy or re.search(r"script-src[^;]*(unsafe-inline|http|\*)", policy):
            wrong.append(f"{address.name}: the policy is {policy}")
        if cache != "no-store" and not (address.name in KEPT_PRIVATELY and cache.startswith("private")):
            wrong.append(f"{address.name}: Cache-Control is {cache}")
        if answer.mimetype == "text/html":
            found = re.findall(r"(?:https?:)?//[a-z0-9][a-z0-9.-]+\.[a-z]{2,}[^\"' <]*", answer.get_data(as_text=True))
            wrong += [f"{address.name} names {each}" for each in found if not each.startswith(NAMESPACES) and "localhost" not in each]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("sort", FILES)
def test_every_list_comes_as_a_file_of_its_type(ground: Ground, sort: str) -> None:
    kind, beginning = FILES[sort]
    wrong = []
    for address in addresses(ground.app):
        if not address.name.endswith(".export"):
            continue
        username = "chen" if ground.open("chen", "GET", address.pattern.replace("<string:sort>", sort)).status_code == 200 else "ada"
        answer = ground.open(username, "GET", address.pattern.replace("<string:sort>", sort))
        named = answer.headers.get("Content-Disposition", "")
        if answer.mimetype != kind or not answer.data.startswith(beginning):
            wrong.append(f"{address.name} is {answer.mimetype} and begins with {answer.data[:4]!r}")
        if not named.startswith("attachment;") or f"list.{sort}" not in named or "filename*=UTF-8''" not in named:
            wrong.append(f"{address.name} is sent as {named}")
    assert not wrong, "\n".join(wrong)
