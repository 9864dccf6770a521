"""Planted values: an identity number and a line's password that went through real operations stand nowhere in plain text.

Every page and file that somebody can reach by its links, the API, the log, addresses, papers, the program's own log output and every row
of every table as the application's role reads it are searched. With right and reason each is shown once, and that is logged.
"""

from __future__ import annotations

import html
import io
import logging
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.customers.models import Customer
from app.customers.operations import save_customer
from app.foundation.api import endpoints_of
from app.foundation.database import db
from app.foundation.log import LogEntry, LogKind
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views.saving import version_of
from app.offices.models import Employee
from app.offices.sessions import API, open_session
from tests import factories
from tests.pages.conftest import DAY, signed_in

ID_NUMBER = "44030519991224987X"
EARLIER = "440305198811235550"
CLERK = "310101197701014440"
PASSWORD = "Kanarien-Vogel-8831"
PLANTED = {text: text.encode() for text in (ID_NUMBER, ID_NUMBER.lower(), EARLIER, CLERK, PASSWORD)}
LINK = re.compile(r'(?:href|action|src)="([^"]+)"')
MOST_PAGES = 200
READABLE = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
)
NOT_FOLLOWED = ("/static/", "/logout", "/preferences", "/api/", "/login")
pytestmark = pytest.mark.usefixtures("app")


@dataclass
class Ground:
    """Whom the values belong to."""

    customer: int
    line: int
    receipt: int


@pytest.fixture
def ground(app: Flask) -> Ground:
    """A customer whose number was changed, with a line that has a password, a payment, a void, a print and an employee."""
    with factories.on_day(DAY):
        customer = factories.a_customer(name="王晓明", contact_phone="138 0000 2618", id_number=EARLIER)
        with factories.acting("mei"):
            run(
                save_customer,
                office=customer.office_id,
                record=customer.id,
                version=version_of(customer),
                name="王晓明",
                id_number=ID_NUMBER,
            )
        line = factories.an_active_line("2026-05-01", customer=factories.reloaded(customer), broadband_account="wang501", password=PASSWORD)
        payment = factories.paid(line, DAY)
        factories._stored(Employee, "SH", {"code": "E1", "name": "吴职员", "id_number": CLERK})
    return Ground(customer.id, line.id, payment.receipt_id)


def found_in(content: bytes) -> list[str]:
    """Return which planted values stand in an answer, whatever kind of file it is."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    elif content[:5] == b"%PDF-":
        content = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
    return [value for value, sought in PLANTED.items() if sought in content]


@dataclass
class Walk:
    """A walk along every link that a person sees."""

    client: FlaskClient
    seen: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def walk(self, *starts: str) -> None:
        waiting = list(starts)
        while waiting and len(self.seen) < MOST_PAGES:
            address = waiting.pop(0)
            shape = re.sub(r"\d+", "0", address.split("&")[0])
            # Two records of a kind are enough: the ones with the planted values are among the first.
            if address in self.seen or sum(re.sub(r"\d+", "0", each.split("&")[0]) == shape for each in self.seen) >= 2:
                continue
            self.seen.add(address)
            waiting += self.look(address)

    def look(self, address: str) -> Iterator[str]:
        answer = self.client.get(address)
        content = answer.get_data()
        self.kinds.add(answer.mimetype)
        self.wrong += [f"{value} at {address}" for value in (*found_in(content), *found_in(address.encode()))]
        if answer.location:
            yield from self.inside(answer.location)
        if answer.mimetype == "text/html":
            for link in LINK.findall(content.decode()):
                yield from self.inside(html.unescape(link))

    @staticmethod
    def inside(address: str) -> Iterator[str]:
        if address.startswith("/") and not address.startswith(NOT_FOLLOWED):
            yield address.partition("#")[0]


@pytest.mark.parametrize("username", ["wang", "ada", "shen"])
def test_no_page_file_paper_or_address_shows_them(app: Flask, ground: Ground, username: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with factories.on_day(DAY):
        # The counter's own requests, before the walk.
        wang = signed_in(app, "wang")
        assert found_in(wang.post("/counter/find", data={"q": ID_NUMBER}).get_data()) == []
        assert found_in(wang.post("/customerview/find", data={"id_number": ID_NUMBER}).get_data()) == []
        walk = Walk(signed_in(app, username))
        show = f"/customerview/show/{ground.customer}"
        line = f"/subscriptionview/show/{ground.line}"
        papers = [f"/receiptview/paper/{ground.receipt}"] if username == "wang" else []
        exports = [
            f"/{view}/export/{sort}" for view in ("customerview", "subscriptionview", "employeeview", "logview") for sort in ("csv", "xlsx")
        ]
        walk.walk(*papers, *exports, show, f"{show}?part=history", line, f"{line}?part=history", "/logview/list/", "/")
    assert walk.wrong == []
    assert len(walk.seen) > 25
    assert found_in(caplog.text.encode()) == []
    assert "text/csv" in walk.kinds


def test_the_api_shows_them_to_nobody(app: Flask, ground: Ground) -> None:
    wrong, asked = [], 0
    for username in ("ada", "chen", "wang", "shen"):
        token, _expires = open_session(factories.user(username), API, "127.0.0.1", "tests")
        headers = {"Authorization": f"Bearer {token}"}
        for endpoint in endpoints_of(app):
            if endpoint.method != "GET" or endpoint.rule in ("/docs", "/openapi.json"):
                continue
            for record in (ground.customer, ground.line, ground.receipt):
                address = "/api/v1" + re.sub(r"<int:\w+>", str(record), endpoint.rule)
                content = app.test_client().get(address, headers=headers).get_data()
                wrong += [f"{value} at {address}" for value in found_in(content)]
                asked += 1
    assert wrong == []
    assert asked > 100


def test_no_table_holds_them_in_plain_text(ground: Ground) -> None:
    """What a dump made by the application's role would hold: every row of every table, as text."""
    connection = db.session.connection()
    assert connection.execute(text("SELECT current_user")).scalar_one() == "feehouse_app"
    tables = sorted(connection.execute(READABLE).scalars())
    assert {"customer", "subscription", "employee", "trace", "log_entry"} <= set(tables)
    rows = {name: "\n".join(connection.execute(text(f'SELECT t::text FROM "{name}" AS t')).scalars()) for name in tables}
    assert {name: found for name, content in rows.items() if (found := found_in(content.encode()))} == {}
    # The search is able to find: what is not encrypted stands there.
    assert "王晓明" in rows["customer"]


@pytest.mark.parametrize(
    ("username", "address", "field_name", "value"),
    [
        ("chen", "/customerview/reveal/{0.customer}", "id_number", ID_NUMBER),
        ("zhou", "/subscriptionview/reveal/{0.line}", "password", PASSWORD),
        ("shen", "/customerview/reveal/{0.customer}", "id_number", ID_NUMBER),
    ],
)
def test_with_right_and_reason_each_is_shown_exactly_once(
    app: Flask, ground: Ground, username: str, address: str, field_name: str, value: str
) -> None:
    browser = signed_in(app, username)
    asked = {"field": field_name, "reason": "客户来电核对"}
    answer = browser.post(address.format(ground), data=asked, headers={"X-Requested-With": "fetch"})
    assert answer.get_data(as_text=True).count(value) == 1
    entries = db.session.scalars(select(LogEntry).where(LogEntry.kind == LogKind.REVEALED)).all()
    assert [entry.facts["reason"] for entry in entries] == ["客户来电核对"]
    shown = browser.get(address.format(ground).replace("reveal", "show")).get_data()
    assert found_in(shown) == []


def test_the_search_for_planted_values_would_find_them(ground: Ground) -> None:
    with everything("the test of the test"):
        customer = db.session.get(Customer, ground.customer)
    assert customer is not None
    assert found_in(f"<td>{customer.id_number}</td>".encode()) == [ID_NUMBER]
