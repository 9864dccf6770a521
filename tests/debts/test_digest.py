"""The digest of debts: written for a day, sent once by a real mail server on loopback."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.debts.choices import DigestRhythm
from app.debts.jobs import write_debt_digests
from app.debts.models import DebtDigest, DebtPolicy
from app.debts.operations.collecting import note_promise
from app.debts.operations.digests import is_due
from app.foundation import clock
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.reminders.choices import LetterState
from app.reminders.jobs import send_due_letters
from tests.debts.making import ZONE, a_bill, a_resident
from tests.factories import acting, office, on_day
from tests.reminders.mail_server import mail_server

pytestmark = pytest.mark.usefixtures("app")
READERS = "giamdoc@example.com, ketoan@example.com"
MORNING = datetime.datetime(2026, 6, 30, 1, 0, tzinfo=datetime.UTC)  # eight o'clock in Hà Nội


def set_digest(rhythm: DigestRhythm = DigestRhythm.DAILY, readers: str = READERS) -> None:
    with everything("setting a policy"):
        table = DebtPolicy.__table__
        db.session.execute(table.update().where(table.c.office_id == office("HN").id).values(digest_rhythm=rhythm, digest_to=readers))
        db.session.commit()


def night(day: str) -> None:
    with on_day(day, ZONE), working_as(NIGHTLY), scoped(None, [office("HN").id]):
        write_debt_digests(office("HN").id, datetime.date.fromisoformat(day))


def digests() -> list[DebtDigest]:
    with everything("reading digests"):
        db.session.expire_all()
        return list(db.session.scalars(select(DebtDigest).order_by(DebtDigest.id)))


def a_debt() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    with on_day("2026-06-20", ZONE), acting("lan"):
        run(note_promise, customer=customer.id, amount=Decimal(900_000), due_on=datetime.date(2026, 6, 28))


def test_everybody_named_gets_one_letter_a_day() -> None:
    set_digest()
    a_debt()
    night("2026-06-30")
    night("2026-06-30")
    assert [each.recipient for each in digests()] == ["giamdoc@example.com", "ketoan@example.com"]


def test_it_tells_of_ages_buildings_debtors_and_broken_promises() -> None:
    set_digest()
    a_debt()
    night("2026-06-30")
    body = digests()[0].body
    assert "Nguyễn Văn An" in body
    assert body.count("1.500.000") >= 3
    assert "900.000" in body


@pytest.mark.parametrize(("rhythm", "readers"), [(DigestRhythm.NEVER, READERS), (DigestRhythm.DAILY, "")])
def test_nobody_who_was_not_named_is_written_to(rhythm: DigestRhythm, readers: str) -> None:
    set_digest(rhythm, readers)
    a_debt()
    night("2026-06-30")
    assert digests() == []


def test_without_debts_there_is_no_letter() -> None:
    set_digest()
    night("2026-06-30")
    assert digests() == []


def test_a_weekly_digest_is_of_monday() -> None:
    monday = datetime.date(2026, 6, 29)
    assert [is_due(DigestRhythm.WEEKLY, monday + datetime.timedelta(days=days)) for days in range(3)] == [True, False, False]


def test_it_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_digest()
    a_debt()
    night("2026-06-30")
    monkeypatch.setattr(clock, "real_now", lambda: MORNING)
    with mail_server() as inbox:
        assert send_due_letters(inbox.server, timeout=30) == 2
        assert send_due_letters(inbox.server, timeout=30) == 0
    assert [message["To"] for message in inbox.messages] == ["giamdoc@example.com", "ketoan@example.com"]
    assert "Nguyễn Văn An" in inbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert {each.state for each in digests()} == {LetterState.SENT}


def test_nobody_is_written_to_in_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    set_digest()
    a_debt()
    night("2026-06-30")
    monkeypatch.setattr(clock, "real_now", lambda: MORNING - datetime.timedelta(hours=2))
    with mail_server() as inbox:
        assert send_due_letters(inbox.server, timeout=30) == 0


def test_a_letter_that_was_put_off_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    set_digest(readers="giamdoc@example.com")
    a_debt()
    night("2026-06-30")
    monkeypatch.setattr(clock, "real_now", lambda: MORNING)
    with mail_server() as inbox:
        inbox.answers["RCPT"] = "451 later"
        send_due_letters(inbox.server, timeout=30)
        assert digests()[0].state is LetterState.FAILED
        inbox.answers.clear()
        monkeypatch.setattr(clock, "real_now", lambda: MORNING + datetime.timedelta(hours=1))
        send_due_letters(inbox.server, timeout=30)
    assert (digests()[0].state, digests()[0].attempts) == (LetterState.SENT, 2)
