"""Reminders by level: who is due for which, what the letter names, and what holds it back."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.billing.choices import Method
from app.billing.operations.receipts import take_payment
from app.billing.rules.methods import MethodAmount
from app.debts.models import CollectionStep, DebtPolicy
from app.debts.operations.collecting import note_promise
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.notices.choices import DeliveryWay, NoticeKind
from app.notices.models import Notice
from app.notices.operations import issue_reminder
from app.notices.operations.reminding import number_of_proposals, proposals
from app.notices.rules.reminder_levels import Due, Sent, Waits, due_for
from app.values.errors import OperationRefused
from tests.factories import acting, office, on_day
from tests.notices.making import MANAGER, a_billed_unit, a_reminder, delivered, locks_taken

# Charges of May are due on 15 June; the first reminder ten days later.
FIRST_DAY, SECOND_DAY, THIRD_DAY = "2026-06-25", "2026-07-06", "2026-07-20"
OLD, NEW = datetime.date(2026, 6, 15), datetime.date(2026, 7, 15)


@pytest.mark.parametrize(
    ("overdue", "sent", "due"),
    [
        ([], [], None),
        ([(1, OLD), (2, NEW)], [], Due(1, datetime.date(2026, 6, 25))),
        ([(1, OLD)], [Sent(1, frozenset({1}), None)], Due(2, datetime.date.max, waits_for_delivery=True)),
        ([(1, OLD)], [Sent(1, frozenset({1}), NEW)], Due(2, datetime.date(2026, 7, 25))),
        ([(1, OLD)], [Sent(1, frozenset({1}), OLD), Sent(2, frozenset({1}), NEW)], Due(3, datetime.date(2026, 7, 29))),
        ([(1, OLD)], [Sent(3, frozenset({1}), NEW)], None),
        ([(2, NEW)], [Sent(3, frozenset({1}), NEW)], Due(1, datetime.date(2026, 7, 25))),
    ],
    ids=["nothing overdue", "the oldest counts", "not delivered", "the second", "the third", "all three", "the old debt was paid"],
)
def test_the_level_follows_from_what_is_overdue_and_what_was_delivered(
    overdue: list[tuple[int, datetime.date]], sent: list[Sent], due: Due | None
) -> None:
    assert due_for(overdue, sent, Waits(10, 10, 14)) == due


def count_of(model: type[Notice] | type[CollectionStep]) -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def test_three_reminders_follow_each_other_once_each_was_delivered(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_reminder(unit, customer, FIRST_DAY)
    delivered(first, "2026-06-26", DeliveryWay.LETTER_BOX)
    second = a_reminder(unit, customer, SECOND_DAY)
    delivered(second, SECOND_DAY, DeliveryWay.HANDED_OVER)
    third = a_reminder(unit, customer, THIRD_DAY)
    assert [each.kind for each in (first, second, third)] == [NoticeKind.FIRST, NoticeKind.SECOND, NoticeKind.THIRD]
    plain = unit.code.replace("-", "")
    assert [each.number for each in (first, second, third)] == [f"CJ1-2606-{plain}", f"CJ2-2607-{plain}", f"CJ3-2607-{plain}"]
    assert [(each["number"], each["on"], each["how"]) for each in third.content["earlier"]] == [
        (first.number, "2026-06-26", "letter_box"),
        (second.number, SECOND_DAY, "handed_over"),
    ]


def test_late_interest_is_posted_and_stands_in_the_letter(app: Flask) -> None:
    unit, customer = a_billed_unit()
    letter = a_reminder(unit, customer, "2026-07-15")
    # 25 days from 21 June, after 5 of grace: 143.00 × 0.0005 × 25 = 1.79.
    assert [(row["days"], row["amount"], row["interest"]) for row in letter.content["rows"]] == [(30, "143.00", "1.79")]
    assert (letter.total, letter.due_on) == (Decimal("144.79"), datetime.date(2026, 7, 22))


def test_a_delivered_reminder_is_a_step_of_the_collection(app: Flask) -> None:
    unit, customer = a_billed_unit()
    letter = a_reminder(unit, customer, FIRST_DAY)
    delivered(letter, FIRST_DAY, DeliveryWay.HANDED_OVER)
    delivered(letter, FIRST_DAY, DeliveryWay.LETTER_BOX)
    with everything("looking up a test's own records"):
        (step,) = db.session.scalars(select(CollectionStep))
    assert (step.customer_id, step.level, step.reference) == (customer.id, 1, letter.number)


@pytest.mark.parametrize(
    ("day", "code"), [("2026-06-15", "nothing_overdue"), ("2026-06-24", "not_due_yet")], ids=["not overdue", "not for so long"]
)
def test_nobody_is_reminded_too_early(app: Flask, day: str, code: str) -> None:
    unit, customer = a_billed_unit()
    with on_day(day), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(issue_reminder, unit=unit.id, customer=customer.id)
    assert refusal.value.code == code
    assert count_of(Notice) == 0


def test_the_second_waits_until_the_first_is_noted_as_delivered(app: Flask) -> None:
    unit, customer = a_billed_unit()
    a_reminder(unit, customer, FIRST_DAY)
    with on_day("2026-09-01"), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(issue_reminder, unit=unit.id, customer=customer.id)
    assert refusal.value.code == "not_delivered"
    assert count_of(Notice) == 1


def test_who_has_paid_is_not_reminded(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with on_day(FIRST_DAY), acting(MANAGER):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.BANK_TRANSFER, Decimal(200)),))
        assert proposals(unit.building_id, office()) == []
        with pytest.raises(OperationRefused) as refusal:
            run(issue_reminder, unit=unit.id, customer=customer.id)
    assert refusal.value.code == "nothing_overdue"


def remind_from(amount: str) -> None:
    with everything("setting a policy"):
        db.session.execute(DebtPolicy.__table__.update().values(remind_min_debt=Decimal(amount)))
        db.session.commit()


@pytest.mark.parametrize(("least", "listed"), [("0", 1), ("143.00", 1), ("143.01", 0)])
def test_who_owes_less_than_a_reminder_is_worth_is_not_listed(app: Flask, least: str, listed: int) -> None:
    unit, _customer = a_billed_unit()
    remind_from(least)
    with on_day(FIRST_DAY), acting(MANAGER):
        found = proposals(unit.building_id, office())
        assert ([each.amount for each in found], number_of_proposals(unit.building_id, office())) == ([Decimal("143.00")] * listed, listed)


def test_who_owes_little_is_reminded_when_somebody_asks_for_it(app: Flask) -> None:
    unit, customer = a_billed_unit()
    remind_from("1000.00")
    assert a_reminder(unit, customer, FIRST_DAY).kind is NoticeKind.FIRST


def test_an_open_promise_holds_the_reminder_back(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with on_day(FIRST_DAY), acting(MANAGER):
        (before,) = proposals(unit.building_id, office())
        run(note_promise, customer=customer.id, amount=Decimal(100), due_on=datetime.date(2026, 6, 30))
        (after,) = proposals(unit.building_id, office())
    today = datetime.date.fromisoformat(FIRST_DAY)
    assert (before.is_ready(today), after.is_ready(today), after.promised_until) == (True, False, datetime.date(2026, 6, 30))


def test_no_reminder_is_issued_over_an_open_promise(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with on_day(FIRST_DAY), acting(MANAGER):
        run(note_promise, customer=customer.id, amount=Decimal(100), due_on=datetime.date(2026, 6, 30))
        with pytest.raises(OperationRefused) as refusal:
            run(issue_reminder, unit=unit.id, customer=customer.id)
    assert (refusal.value.code, count_of(Notice)) == ("promise_open", 0)


def test_a_promise_that_was_broken_holds_no_reminder_back(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with on_day(FIRST_DAY), acting(MANAGER):
        run(note_promise, customer=customer.id, amount=Decimal(100), due_on=datetime.date(2026, 6, 30))
    assert a_reminder(unit, customer, "2026-07-01").kind is NoticeKind.FIRST


def test_a_reminder_locks_the_customer_alone(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with locks_taken() as locked:
        letter = a_reminder(unit, customer, FIRST_DAY)
    assert [each for each in locked if each in ("unit", "customer")] == ["customer"]
    with locks_taken() as locked:
        delivered(letter, FIRST_DAY, DeliveryWay.HANDED_OVER)
    assert [each for each in locked if each in ("customer", "notice")] == ["customer", "notice"]


def test_a_paper_is_not_delivered_before_it_was_issued(app: Flask) -> None:
    unit, customer = a_billed_unit()
    letter = a_reminder(unit, customer, FIRST_DAY)
    with pytest.raises(OperationRefused) as refusal:
        from app.notices.operations import deliver_notice

        with on_day(FIRST_DAY), acting(MANAGER):
            run(deliver_notice, notice=letter.id, way=DeliveryWay.POSTED, on=datetime.date(2026, 6, 24))
    assert refusal.value.code == "delivered_on"
    assert count_of(CollectionStep) == 0
