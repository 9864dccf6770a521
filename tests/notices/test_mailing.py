"""Notices leave by e-mail with their paper: once each, in the customer's language, whatever becomes of the mail server."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select, update

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.notices import printing
from app.notices.choices import DeliveryWay
from app.notices.models import Notice, NoticeBatch, NoticeLetter
from app.notices.operations import begin_mailing, correct_notice, deliver_notice, mail_notice, mailing
from app.reminders import jobs
from app.reminders.choices import LetterState
from app.reminders.jobs import send_due_letters
from app.reminders.models import OutboxLetter
from app.values.errors import OperationRefused
from tests.factories import acting, on_day
from tests.notices.making import MANAGER, NOTICE_DAY, a_batch, a_billed_unit, a_notice, a_reminder, current, setting
from tests.notices.test_batches import a_billed_building, period_id
from tests.reminders.mail_server import Inbox, mail_server

ADDRESS = "resident@example.net"


@pytest.fixture(autouse=True)
def _noon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at("2026-06-01", monkeypatch)


def at(day: str, monkeypatch: pytest.MonkeyPatch, hour: int = 4) -> None:
    """Let it be an hour of a day for the machine as well."""
    moment = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour), datetime.UTC)
    monkeypatch.setattr(clock, "real_now", lambda: moment)


def with_address(address: str = ADDRESS, **more: Any) -> None:
    """Give every customer an address of his own."""
    with everything("a test's own customers"):
        table: Any = Customer.__table__
        wanted = func.concat(table.c.id, "-", address) if address else ""
        db.session.execute(update(table).values(email=wanted, **more))
        db.session.commit()


def a_reachable_unit(**values: Any) -> Notice:
    """Return the notice of a unit whose customer has an address."""
    unit, customer = a_billed_unit(**values)
    with_address()
    return a_notice(unit, customer)


def mailed(notice: Notice, **terms: Any) -> NoticeLetter:
    with on_day(NOTICE_DAY), acting(MANAGER):
        return run(mail_notice, notice=notice.id, **terms).record


def refused(notice: Notice, **terms: Any) -> str:
    with on_day(NOTICE_DAY), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(mail_notice, notice=notice.id, **terms)
    return str(refusal.value.code)


def sent_by(inbox: Inbox, day: str = NOTICE_DAY) -> int:
    with on_day(day):
        return send_due_letters(inbox.server, timeout=30)


def letters() -> list[NoticeLetter]:
    with everything("a test's own letters"):
        db.session.expire_all()
        return list(db.session.scalars(select(NoticeLetter).order_by(NoticeLetter.id)))


def paper_in(message: Any) -> str:
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file.get_content())).pages)


def test_a_notice_arrives_with_its_paper() -> None:
    notice = a_reachable_unit()
    mailed(notice)
    with mail_server() as inbox:
        assert sent_by(inbox) == 1
    (message,) = inbox.messages
    (letter,) = letters()
    assert message["To"] == letter.recipient
    assert message["Subject"] == f"{notice.content['unit']['code']} 2026年5月缴费通知单（{notice.number}）"
    assert message["Content-Language"] == "zh-Hans"
    (file,) = message.iter_attachments()
    assert file.get_filename() == f"{notice.number}.pdf"
    body = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert notice.number in paper_in(message)
    assert "补打" not in paper_in(message)
    assert "¥143.00" in body
    assert notice.reference in body
    assert "143" not in message["Subject"], "A telephone that lies about shows subjects."
    assert (letter.state, letter.attempts) == (LetterState.SENT, 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Please pay by: 15 Jun 2026"),
        ("zh_Hans", "缴费期限：2026-06-15"),
        ("zh_Hant", "繳費期限：2026-06-15"),
        ("vi", "Hạn thanh toán: 15/06/2026"),
    ],
)
def test_it_is_written_in_the_language_of_the_customer(language: str, words: str) -> None:
    unit, customer = a_billed_unit()
    with_address(language=language)
    letter = mailed(a_notice(unit, customer))
    assert words in letter.body
    assert letter.language.value == language


def test_a_reminder_names_itself_and_its_last_day() -> None:
    unit, customer = a_billed_unit()
    with_address()
    reminder = a_reminder(unit, customer, "2026-06-25")
    with on_day("2026-06-25"), acting(MANAGER):
        letter = run(mail_notice, notice=reminder.id).record
    assert letter.subject == f"{unit.code}催缴通知书（{reminder.number}）"
    assert "2026-07-02" in letter.body


def test_what_was_sent_counts_as_delivered_by_e_mail() -> None:
    notice = a_reachable_unit()
    mailed(notice)
    with mail_server() as inbox:
        sent_by(inbox)
    now = current(Notice, notice.id)
    assert (now.delivered_by, now.delivered_on) == (DeliveryWay.EMAIL, datetime.date(2026, 6, 1))
    assert now.printings == 0, "A letter is no printing: the paper that is handed over bears no mark of a reprint."


def test_a_program_killed_after_sending_leaves_no_sent_paper_that_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = a_reachable_unit()
    mailed(notice)

    def killed(*_words: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.log, "info", killed)  # the first thing that is done after the letter was noted as sent
    with mail_server() as inbox, pytest.raises(KeyboardInterrupt):
        sent_by(inbox)
    assert letters()[0].state is LetterState.SENT
    assert current(Notice, notice.id).delivered_by is DeliveryWay.EMAIL


def test_a_letter_was_sent_whatever_goes_wrong_with_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = a_reachable_unit()
    mailed(notice)

    def broken(*_terms: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mailing, "delivered", broken)
    with mail_server() as inbox:
        assert [sent_by(inbox), sent_by(inbox)] == [1, 0]
    assert letters()[0].state is LetterState.SENT
    assert current(Notice, notice.id).delivered_by is None


def test_what_was_handed_over_stays_so() -> None:
    notice = a_reachable_unit()
    with on_day(NOTICE_DAY), acting(MANAGER):
        run(deliver_notice, notice=notice.id, way=DeliveryWay.HANDED_OVER)
    mailed(notice)
    with mail_server() as inbox:
        sent_by(inbox)
    assert current(Notice, notice.id).delivered_by is DeliveryWay.HANDED_OVER


def test_it_is_sent_once_until_somebody_means_it_again() -> None:
    notice = a_reachable_unit()
    mailed(notice)
    mailed(notice)
    with mail_server() as inbox:
        assert sent_by(inbox) == 1
        assert refused(notice) == "already_sent"
        assert sent_by(inbox) == 0
        mailed(notice, again=True)
        assert sent_by(inbox) == 1
    first, second = inbox.messages
    assert first["Message-ID"] != second["Message-ID"], "The same letter twice is thrown away by mail programs."
    assert [(each.state, each.repeats) for each in letters()] == [(LetterState.SENT, 1)]


@pytest.mark.parametrize(("address", "more"), [("", {}), (ADDRESS, {"is_reminded": False})])
def test_who_has_no_address_or_wants_no_letters_gets_none(address: str, more: dict[str, Any]) -> None:
    unit, customer = a_billed_unit()
    with_address(address, **more)
    assert refused(a_notice(unit, customer)) == "not_wanted"
    assert letters() == []


def test_a_notice_that_is_replaced_before_it_leaves_is_not_sent() -> None:
    notice = a_reachable_unit()
    mailed(notice)
    with on_day(NOTICE_DAY), acting(MANAGER):
        run(correct_notice, notice=notice.id)
    with mail_server() as inbox:
        assert sent_by(inbox) == 0
    assert letters()[0].state is LetterState.OVERTAKEN
    assert refused(notice) == "replaced"


def test_it_goes_to_the_address_of_the_day_on_which_it_leaves() -> None:
    mailed(a_reachable_unit())
    with_address("new@example.net")
    with mail_server() as inbox:
        sent_by(inbox)
    assert inbox.messages[0]["To"].endswith("new@example.net")


def test_a_server_that_asks_for_patience_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = a_reachable_unit()
    mailed(notice)
    with mail_server(RCPT="451 later") as inbox:
        sent_by(inbox)
        assert letters()[0].state is LetterState.FAILED
        assert current(Notice, notice.id).delivered_by is None
        inbox.answers.clear()
        at(NOTICE_DAY, monkeypatch, hour=5)
        sent_by(inbox)
    assert (letters()[0].state, letters()[0].attempts) == (LetterState.SENT, 2)


def test_a_letter_of_which_nobody_knows_is_not_sent_again_by_itself() -> None:
    notice = a_reachable_unit()
    mailed(notice)
    with mail_server(TEXT="hang up") as inbox:
        sent_by(inbox)
        inbox.answers.clear()
        assert sent_by(inbox) == 0
    assert letters()[0].state is LetterState.UNKNOWN
    assert refused(notice) == "already_sent"


def test_a_paper_that_cannot_be_drawn_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    building = a_billed_building("101", "102")
    with_address()
    batch = a_batch(period=period_id(building))
    real = printing.paper

    def paper(content: Any, *rest: Any) -> bytes:
        if content["unit"]["code"].endswith("101"):
            raise ZeroDivisionError
        return real(content, *rest)

    monkeypatch.setattr(printing, "paper", paper)
    all_of(batch)
    with mail_server() as inbox:
        assert sent_by(inbox) == 2
    assert [each.state for each in letters()] == [LetterState.FAILED, LetterState.SENT]
    assert "could not be written" in letters()[0].error


def all_of(batch: NoticeBatch) -> NoticeBatch:
    """Ask for the papers of a batch to be sent, and let the worker put them into the outbox."""
    with on_day(NOTICE_DAY), acting(MANAGER):
        asked = run(begin_mailing, batch=batch.id).record
        assert asked.mail_job_id is not None
        perform(asked.mail_job_id)
    return asked


def test_the_papers_of_a_building_are_sent_to_whoever_can_be_written_to() -> None:
    building = a_billed_building("101", "102", "103")
    with_address()
    with everything("a test's own customers"):
        silent = db.session.scalars(select(Customer).where(Customer.name == "住户102")).one()
        silent.email = ""
        db.session.commit()
    batch = a_batch(period=period_id(building))
    all_of(batch)
    with mail_server() as inbox:
        assert sent_by(inbox) == 2
    assert sorted(unit for message in inbox.messages for unit in ("101", "102", "103") if f"住户{unit}" in paper_in(message)) == [
        "101",
        "103",
    ]
    with on_day(NOTICE_DAY), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(begin_mailing, batch=batch.id)
    assert refusal.value.code == "nothing_to_send"


def test_a_batch_asked_for_twice_sends_each_paper_once() -> None:
    building = a_billed_building("101", "102")
    with_address()
    batch = a_batch(period=period_id(building))
    asked = all_of(batch)
    with on_day(NOTICE_DAY), acting(MANAGER):
        perform(asked.mail_job_id)  # type: ignore[arg-type]
    with mail_server() as inbox:
        assert sent_by(inbox) == 2
    assert len(letters()) == 2


def test_all_kinds_of_letters_leave_by_the_one_outbox() -> None:
    mailed(a_reachable_unit())
    from tests.reminders.conftest import a_line_until_31_may, night

    a_line_until_31_may()
    night("2026-05-24")
    with everything("letters whose hour has come"):
        db.session.execute(update(OutboxLetter).values(next_attempt_at=clock.real_now()))
        db.session.commit()
    with mail_server() as inbox:
        assert sent_by(inbox, "2026-05-24") == 2
    assert len(inbox.messages) == 2
    with everything("a test's own letters"):
        assert db.session.scalars(select(func.count(func.distinct(OutboxLetter.kind)))).one() == 2


def test_a_credit_that_covers_everything_asks_for_nothing() -> None:
    from app.notices.documents.mail import mail_of

    notice = a_reachable_unit()
    said = mail_of(notice.content | {"total": "0", "locale": "en"})
    assert "Nothing is to be paid" in said["body"]
    assert "143" not in said["body"]


def test_the_telephone_for_questions_stands_below() -> None:
    unit, customer = a_billed_unit()
    with_address()
    setting(hotline="0755-1234")
    assert "收费咨询：0755-1234" in mailed(a_notice(unit, customer)).body
