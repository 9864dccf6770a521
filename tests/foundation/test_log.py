"""The log: entries beside the deed or on their own, in the reader's words, never changed, without personal data."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.foundation import clock
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.log import LogEntry, LogKind, note, note_now
from app.values.errors import Message
from tests.factories import a_customer, acting, office

pytestmark = pytest.mark.usefixtures("app")


def _entries() -> list[LogEntry]:
    return list(db.session.scalars(select(LogEntry).order_by(LogEntry.id)))


def test_an_entry_knows_the_record_its_office_and_the_person() -> None:
    customer = a_customer()
    with acting("chen") as chen:
        note(LogKind.REVEALED, "Looked", record=customer)
    (entry,) = _entries()
    assert (entry.of_table, entry.row_id, entry.office_ids, entry.user_id) == ("customer", customer.id, [customer.office_id], chen.id)


def test_an_entry_about_a_person_belongs_to_all_offices_of_his() -> None:
    with acting("ada"):
        note(LogKind.SIGN_OUT)
    (entry,) = _entries()
    assert entry.office_ids == sorted(office(code).id for code in ("SH", "HN", "HK"))


def test_an_entry_is_rolled_back_with_its_deed() -> None:
    with acting("chen"):
        note(LogKind.REVEALED, "Looked")
        db.session.rollback()
    assert _entries() == []


def test_an_entry_of_its_own_stays_when_the_deed_is_rolled_back() -> None:
    with acting("chen"):
        assert note_now(LogKind.REFUSED, "Refused")
        db.session.rollback()
    assert [entry.kind for entry in _entries()] == [LogKind.REFUSED]


def test_an_entry_of_its_own_never_commits_what_was_refused() -> None:
    customer = a_customer(name="张三")
    with acting("chen"):
        fresh = db.session.get(type(customer), customer.id)
        assert fresh is not None
        fresh.name = "李四"
        note_now(LogKind.REFUSED)
    assert db.session.execute(text("SELECT name FROM customer WHERE id = :id"), {"id": customer.id}).scalar_one() == "张三"


def test_a_broken_log_never_breaks_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with acting("chen"):
        assert not note_now(LogKind.REFUSED, of_table="x" * 65)
    assert "could not be written" in caplog.text
    assert _entries() == []


def test_the_sentence_comes_in_the_language_of_the_reader() -> None:
    with acting("chen"):
        sentence = Message(
            "%(kind)s of %(count)s rows until %(day)s", kind=LogKind.EXPORTED, count=Decimal(1200), day=datetime.date(2026, 5, 14)
        )
        entry = note(LogKind.EXPORTED, sentence)
        db.session.commit()
        db.session.refresh(entry)
    assert say(entry.sentence, "en") == "Export of 1,200 rows until 2026-05-14"


def test_an_entry_has_the_real_time_whatever_the_business_clock_says() -> None:
    before = clock.real_now()
    with clock.at(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)), acting("chen"):
        entry = note(LogKind.SIGN_OUT)
    assert before <= entry.recorded_at <= clock.real_now()


def test_an_entry_without_a_person_names_the_job() -> None:
    with working_as("nightly"), acting("chen"):
        assert note(LogKind.MAINTENANCE).job == "nightly"


@pytest.mark.parametrize("statement", ["UPDATE log_entry SET message = ''", "DELETE FROM log_entry", "TRUNCATE log_entry"])
def test_the_application_may_not_rewrite_the_log(statement: str) -> None:
    with acting("chen"):
        note(LogKind.SIGN_OUT)
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE log_entry SET message = 'x'", "DELETE FROM log_entry", "TRUNCATE log_entry"])
def test_even_the_owner_may_not_rewrite_the_log(statement: str) -> None:
    with acting("chen"):
        note(LogKind.SIGN_OUT)
    db.session.execute(text("RESET ROLE"))
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        db.session.execute(text(statement))
