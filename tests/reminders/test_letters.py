"""Letters are written in the night: once for a line, stop date and step, to those who want them."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.operations.voids import void_receipt
from app.foundation.database import db
from app.foundation.jobs import nightly
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.choices import Language
from app.reminders.choices import LetterState
from app.reminders.operations.settings import save_reminder_days, save_words
from tests import factories
from tests.reminders.conftest import ADDRESS, a_line_until_31_may, letters, night, steps


def test_each_step_gets_one_letter_on_its_day(app: Flask) -> None:
    a_line_until_31_may()
    written = {}
    for day in range(14, 32):
        before = len(letters())
        night(f"2026-05-{day}")
        if len(letters()) > before:
            written[day] = letters()[-1].step
    assert written == {16: 15, 24: 7, 28: 3, 31: 0}


def test_the_same_night_again_writes_nothing(app: Flask) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    night("2026-05-24")
    assert steps() == [7]


def test_after_the_stop_date_nobody_is_written_to(app: Flask) -> None:
    a_line_until_31_may()
    night("2026-06-01")
    assert steps() == []


@pytest.mark.parametrize("customer", [{"email": ""}, {"is_reminded": False}])
def test_who_has_no_address_or_wants_no_letter_gets_none(app: Flask, customer: dict[str, object]) -> None:
    a_line_until_31_may(**customer)
    night("2026-05-24")
    assert steps() == []


def test_the_letter_waits_until_eight_in_the_morning_of_the_office(app: Flask) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    assert letters()[0].next_attempt_at == datetime.datetime(2026, 5, 24, 0, 0, tzinfo=datetime.UTC)
    assert letters()[0].state is LetterState.WAITING


def test_the_letter_names_the_line_the_day_and_the_amounts(app: Flask) -> None:
    line = a_line_until_31_may()
    night("2026-05-24")
    letter = letters()[0]
    assert letter.recipient == ADDRESS
    assert letter.language is Language.SIMPLIFIED_CHINESE
    assert letter.subject == f"宽带到期提醒：{line.broadband_account}将于2026-05-31到期"
    for text in ("王晓明", "2026-05-31", "1个月：¥50.00", "3个月：¥150.00", "12个月：¥600.00", "021-5000 0001"):
        assert text in letter.body
    assert "{" not in letter.subject + letter.body


def test_a_customer_is_written_to_in_his_language(app: Flask) -> None:
    a_line_until_31_may(language=Language.VIETNAMESE)
    night("2026-05-24")
    assert letters()[0].language is Language.VIETNAMESE
    assert "hết hạn ngày 31/05/2026" in letters()[0].subject


def test_an_offices_own_words_are_used(app: Flask) -> None:
    a_line_until_31_may()
    words = {"subject": "{name}：还有{days_left}天", "body": "{account}\n{ways_to_pay}", "ways_to_pay": "微信转账，备注{customer_no}"}
    with factories.acting("chen"):
        run(save_words, office=factories.office().id, language=Language.SIMPLIFIED_CHINESE, **words)
    night("2026-05-24")
    assert letters()[0].subject == "王晓明：还有7天"
    assert "微信转账，备注KH-" in letters()[0].body


def test_an_offices_own_steps_are_used(app: Flask) -> None:
    a_line_until_31_may()
    with factories.acting("chen"):
        run(save_reminder_days, office=factories.office().id, days=(2, 30))
    night("2026-05-01")
    night("2026-05-16")
    night("2026-05-29")
    assert steps() == [30, 2]


def test_offices_write_to_their_own_customers(app: Flask) -> None:
    a_line_until_31_may("SH")
    a_line_until_31_may("HN")
    night("2026-05-24", "HN")
    assert [letter.office_id for letter in letters()] == [factories.office("HN").id]


def test_a_payment_moves_the_stop_date_and_its_steps_begin_anew(app: Flask) -> None:
    line = a_line_until_31_may()
    night("2026-05-24")
    factories.paid(line, "2026-05-25", 1)
    night("2026-05-28")
    night("2026-06-23")
    assert [(letter.step, letter.stops_on.isoformat()) for letter in letters()] == [(7, "2026-05-31"), (7, "2026-06-30")]


def test_many_lines_are_written_to_in_portions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reminders.operations.letters.AT_ONCE", 2)
    for _ in range(5):
        a_line_until_31_may()
    night("2026-05-24")
    assert steps() == [7] * 5


def test_a_voided_payment_brings_an_overtaken_letter_back(app: Flask) -> None:
    line = a_line_until_31_may()
    night("2026-05-24")
    with everything("as the sender marks it"):
        letter = letters()[0]
        letter.state, letter.next_attempt_at = LetterState.OVERTAKEN, None
        db.session.commit()
    night("2026-05-25")
    assert [(letter.step, letter.state) for letter in letters()] == [(7, LetterState.WAITING)]
    assert line.id == letters()[0].subscription_id


def test_the_nights_table_writes_them(app: Flask) -> None:
    line = a_line_until_31_may()
    with everything("the nights of every office"):
        nightly.run_nights(factories.noon("2026-05-23"))
        nightly.run_nights(factories.noon("2026-05-24"))
    assert [letter.subscription_id for letter in letters()] == [line.id]


def test_a_suspended_or_closed_line_is_left_alone(app: Flask) -> None:
    line = a_line_until_31_may()
    with everything("a test's own state"):
        row = db.session.scalars(select(type(line)).where(type(line).id == line.id)).one()
        row.state = "suspended"
        row.halted_on = datetime.date(2026, 5, 20)
        db.session.commit()
    night("2026-05-24")
    assert steps() == []


def test_void_of_the_month_leaves_the_line_to_its_new_date(app: Flask) -> None:
    line = a_line_until_31_may()
    payment = factories.paid(line, "2026-05-10", 1)
    with factories.on_day("2026-05-10"), factories.acting("chen"):
        run(void_receipt, receipt=payment.receipt_id, reason="收错了")
    night("2026-05-24")
    assert [letter.stops_on.isoformat() for letter in letters()] == ["2026-05-31"]
