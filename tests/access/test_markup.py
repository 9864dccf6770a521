"""Names, addresses and remarks full of signs of HTML are only text, on every page that shows them, and in every letter."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import String, text

from app.foundation.database import Record, db
from tests import factories
from tests.access.cells import addresses
from tests.access.ground import Ground
from tests.access.objects import DAY, objects_of
from tests.conftest import rolled_back

# Ends an attribute in either kind of quotes, and a tag; the element and the attribute are nobody else's.
EVIL = "'\"><evil evil=1>"
# What people write, in tables that lie open to them.
WRITTEN = ("name", "note", "address", "reason", "contact_phone", "telephone", "phone", "mobile", "serial", "specification", "unit")
WRITTEN += ("customer_request", "failure_reason", "decision_note", "result", "subject", "body", "error", "new_name", "new_address")
WRITTEN += ("new_phone", "fault_symptom", "fault_cause", "fault_remedy", "device_serial", "splitter_port", "short_name", "legal_name")
WRITTEN += ("payer_name", "broadband_account", "code", "first_name", "last_name", "new_telephone", "new_contact_phone", "total_in_words")
READERS = ("chen", "gong", "ada")


class _Found(HTMLParser):
    """Notices the element, and the attribute, that stand in nobody's template."""

    def __init__(self) -> None:
        super().__init__()
        self.evil: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "evil" or any(name == "evil" or (value or "").lower().startswith("javascript:") for name, value in attrs):
            self.evil.append(self.get_starttag_text() or tag)


@pytest.fixture(scope="module")
def evil(application: Flask) -> Iterator[Ground]:
    """The ground of the other tests with ``EVIL`` in every text that people write."""
    with rolled_back(application):
        records = {code: objects_of(code) for code in ("SH", "HN")}
        ground = Ground(application, records)
        for username in READERS:
            ground.cookie(username)
        planted = plant()
        assert planted > 60
        with factories.on_day(DAY):
            yield ground


def plant() -> int:
    """Write ``EVIL`` before each text as far as it fits, past the guards of the database; return in how many columns."""
    connection, planted = db.session.connection(), 0
    role = connection.execute(text("SELECT current_user")).scalar_one()
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in Record.metadata.sorted_tables:
        if table.name.startswith("ab_") and table.name != "ab_user":
            continue  # the names of roles are the program's
        for column in table.columns:
            if column.name not in WRITTEN or type(column.type) is not String:
                continue
            longest = column.type.length or 200
            savepoint = connection.begin_nested()
            try:
                written = f"left(concat('{EVIL.replace(chr(39), chr(39) * 2)}', id, ' ', \"{column.name}\"), {longest})"
                connection.exec_driver_sql(f'UPDATE "{table.name}" SET "{column.name}" = {written}')
                savepoint.commit()
                planted += 1
            except Exception:
                # A code that a check holds to its letters: nobody could write this into it.
                savepoint.rollback()
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    connection.execute(text(f"SET ROLE {role}"))
    db.session.commit()
    db.session.expire_all()
    return planted


@pytest.mark.parametrize("username", READERS)
def test_what_people_write_is_only_text_on_every_page(evil: Ground, username: str) -> None:
    wrong, seen = [], 0
    for address in addresses(evil.app):
        if address.is_api or "GET" not in address.methods or address.name.startswith("health."):
            continue
        target = address.with_record(address.number_of(evil.records["SH"]))
        chosen = {"subscription": evil.records["SH"]["Subscription"], "work_order": evil.records["SH"]["WorkOrder"]}
        answer = evil.open(username, "GET", target, query_string=chosen)
        if answer.status_code >= 500:
            wrong.append(f"{address.name} gave {answer.status_code}")
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page = _Found()
        page.feed(answer.get_data(as_text=True))
        seen += "&gt;&lt;evil" in answer.get_data(as_text=True)
        wrong += [f"{address.name}: {found}" for found in page.evil]
    assert not wrong, "\n".join(wrong)
    assert seen > {"chen": 40, "gong": 2, "ada": 10}[username]
