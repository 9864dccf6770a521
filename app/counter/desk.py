"""What lies on the desk: the customer's card, the sale that is being prepared, the sale that was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.billing.choices import Method
from app.billing.models import Charge, Receipt
from app.billing.queries import open_charges
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.forms import RegularPaymentForm
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.payments import pay
from app.broadband.queries import package_months
from app.broadband.rules.moves import allowed_move
from app.broadband.views.actions import RESUMING, operation_action
from app.broadband.views.cover import drawn_periods
from app.broadband.views.payments import describe_payment
from app.counter.queries import found_customers, lines_of, lines_with_periods, owed_by, receipts_of, units_of
from app.counter.rules import proposed_cash, proposed_months
from app.customers.models import Customer
from app.foundation import clock, transactions
from app.foundation.database import db
from app.foundation.views import Preview, present
from app.foundation.views.links import Action
from app.offices.models import Office
from app.values.errors import Message, NotFound, OperationRefused
from app.values.money import sum_of


@dataclass(frozen=True)
class Result:
    """A found customer and his line that needs attention first; of one without a line, where he lives and what he owes."""

    customer: Customer
    line: Subscription | None
    lines: int
    units: Sequence[str] = ()
    owed: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True)
class LineCard:
    """A line of the customer: how it stands, why it cannot be paid where it cannot, and what to do about a line that rests or is cut.

    ``package`` is the number of months that its plan is sold in.
    """

    line: Subscription
    periods: list[dict[str, Any]]
    is_chosen: bool
    refusal: Message | None
    package: int
    advice: Message | None = None
    actions: Sequence[Action] = ()

    @property
    def months(self) -> list[int]:
        return proposed_months(self.package)


@dataclass(frozen=True)
class Sale:
    """What the form would do now: the preview, and the picture of the time line with it."""

    preview: Preview | None = None
    periods: list[dict[str, Any]] = field(default_factory=list)
    stops_on: Any = None
    cash: Sequence[Decimal] = ()
    problems: Sequence[Message] = ()


@dataclass(frozen=True)
class Card:
    """Everything the middle of the counter shows of a customer."""

    customer: Customer
    office: Office
    today: Any
    lines: list[LineCard]
    charges: Sequence[Charge]
    owed: Decimal
    receipts: Sequence[Receipt]
    units: Sequence[str] = ()

    @property
    def chosen(self) -> LineCard | None:
        """The line the payment is for."""
        return next((card for card in self.lines if card.is_chosen), None)


@dataclass(frozen=True)
class Made:
    """A payment that was taken, as the page tells it."""

    receipt: Receipt
    payment: RegularPayment | None
    preview: Preview | None
    change: Decimal


def results(typed: str) -> list[Result]:
    """Return the customers that ``typed`` finds."""
    if not typed.strip():
        return []
    people = db.session.scalars(found_customers(typed)).unique().all()
    lines: dict[int, list[Subscription]] = {}
    for line in db.session.scalars(lines_of([person.id for person in people])) if people else ():
        lines.setdefault(line.customer_id, []).append(line)
    residents = _residents([person for person in people if person.id not in lines])
    return [residents.get(person.id) or _with_lines(person, lines[person.id]) for person in people]


def _with_lines(person: Customer, lines: list[Subscription]) -> Result:
    return Result(person, _first(lines), len(lines))


def _residents(people: Sequence[Customer]) -> dict[int, Result]:
    """Return the results of those without a line: their units, and what they owe."""
    if not people:
        return {}
    keys = [person.id for person in people]
    offices = db.session.scalars(select(Office).where(Office.id.in_({person.office_id for person in people}))).all()
    currencies = {office.id: office.currency.value for office in offices}
    units: dict[int, list[str]] = {}
    for customer, code in db.session.execute(units_of(keys, {office.id: clock.today(office) for office in offices})):
        units.setdefault(customer, []).append(code)
    owed: dict[int, Decimal] = dict(iter(db.session.execute(owed_by(keys))))
    return {
        person.id: Result(person, None, 0, units.get(person.id, ()), owed.get(person.id, Decimal(0)), currencies[person.office_id])
        for person in people
    }


def _first(lines: list[Subscription]) -> Subscription | None:
    return next((line for line in lines if refusal_of(line) is None), lines[0] if lines else None)


def refusal_of(line: Subscription) -> Message | None:
    """Return why no payment can be taken for ``line``; nothing where it can."""
    try:
        allowed_move(SubscriptionOperation.PAY, status=line.status, number=line.broadband_account, stops_on=line.stops_on)
    except OperationRefused as refusal:
        return refusal.message
    return None


def line_to_pay(customer_id: int, asked: int | None) -> int | None:
    """Return the line the counter opens with: the one asked for, else the one that stops first among those that can be paid."""
    lines = db.session.scalars(lines_of([customer_id])).all()
    if asked is not None and any(line.id == asked for line in lines):
        return asked
    payable = [line for line in lines if refusal_of(line) is None]
    return payable[0].id if payable else None


def usual_months(line_id: int | None) -> int:
    """Return the months the counter proposes: one package of the line's plan."""
    return db.session.scalars(package_months(line_id)).one_or_none() or 1


def card_of(customer_id: int, line_id: int | None) -> Card:
    """Return the card of a customer. Raises NotFound for one of another office."""
    customer = db.session.scalars(select(Customer).where(Customer.id == customer_id)).one_or_none()
    if customer is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    office = db.session.scalars(select(Office).where(Office.id == customer.office_id)).one()
    today = clock.today(office)
    lines = db.session.scalars(lines_with_periods(customer.id)).unique().all()
    charges = db.session.scalars(open_charges(customer.id)).all()
    return Card(
        customer=customer,
        office=office,
        today=today,
        lines=[_line_card(line, line.id == line_id) for line in lines],
        charges=charges,
        owed=sum_of(charge.open_amount for charge in charges),
        receipts=db.session.scalars(receipts_of(customer.id)).unique().all(),
        units=[code for _customer, code in db.session.execute(units_of([customer.id], {office.id: today}))],
    )


def _line_card(line: Subscription, is_chosen: bool) -> LineCard:
    advice = advice_for(line)
    actions = present(operation_action(line, RESUMING)) if advice is not None else []
    package = usual_months(line.id) if is_chosen else 1
    return LineCard(line, drawn_periods(line.periods), is_chosen, refusal_of(line), package, advice, actions)


def advice_for(line: Subscription) -> Message | None:
    """Return what to do about a line that is suspended or cut; nothing for any other."""
    if line.state is SubscriptionState.SUSPENDED:
        return Message(
            "Suspended since %(date)s, resumes by itself on %(planned)s. Months paid now move with the days off.",
            date=line.halted_on,
            planned=line.planned_resume_on,
        )
    if line.state is not SubscriptionState.FORCED:
        return None
    if line.stop_reason is StopReason.ARREARS:
        return Message("Cut for arrears since %(date)s. A payment that reaches today resumes the line by itself.", date=line.halted_on)
    return Message(
        "Force-stopped since %(date)s (%(reason)s). A payment does not resume the line: resume it after that.",
        date=line.halted_on,
        reason=line.stop_reason,
    )


def sale_of(form: RegularPaymentForm) -> Sale:
    """Return what the terms of ``form`` would do, by the payment's own operation run and rolled back.

    What is due does not hang on how it is paid: where only that is refused, the amounts stay, with the sentence.
    """
    given = form.terms()
    try:
        sale: Sale = transactions.preview(pay, _described, **given)
    except OperationRefused as refusal:
        paid_exactly = replace(given["terms"], methods=(MethodAmount(Method.CASH),))
        return replace(_sale_or_nothing({**given, "terms": paid_exactly}), problems=[refusal.message])
    return sale


def _sale_or_nothing(given: dict[str, Any]) -> Sale:
    try:
        sale: Sale = transactions.preview(pay, _described, **given)
    except OperationRefused:
        return Sale()
    return sale


def _described(payment: RegularPayment) -> Sale:
    line = payment.subscription
    db.session.expire(line, ["periods"])
    preview = describe_payment(payment)
    return Sale(
        preview=preview,
        periods=drawn_periods(line.periods, proposed_by=payment.id),
        stops_on=line.stops_on,
        cash=proposed_cash(payment.total, preview.currency),
    )


def made_sale(receipt_id: int) -> Made:
    """Return a receipt with what its payment did. Raises NotFound for one of another office."""
    receipt = db.session.scalars(select(Receipt).where(Receipt.id == receipt_id)).one_or_none()
    if receipt is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    payment = db.session.scalars(select(RegularPayment).where(RegularPayment.receipt_id == receipt.id)).one_or_none()
    change = sum_of(method.change or Decimal(0) for method in receipt.methods)
    return Made(receipt, payment, describe_payment(payment) if payment else None, change)
