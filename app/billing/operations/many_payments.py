"""Receiving from many customers at once: what a payment asks about its customer is asked once for all of them.

It is the payment without items of ``receipts``, the oldest debts first, with the same rules and locks. Whoever takes many opens a sheet
after ``read_ahead``, and all their rows are written by one statement.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.billing.choices import Method
from app.billing.models import Charge, Receipt
from app.billing.operations.charges import locked_charges
from app.billing.operations.receipts import Payment, ReadAhead, Telling, facts_told, oldest_first, receive, share_of
from app.billing.queries import ids_of_open_charges
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Office, SystemUser
from app.values.errors import Message, NotFound


@dataclass(frozen=True)
class PaymentsAhead:
    """What the payments of many customers of an office need to know, read at once: ``due`` is what each owes, the oldest first."""

    office: Office
    today: datetime.date
    people: Mapping[int, Customer]
    due: Mapping[int, Sequence[Charge]]
    telling: Sequence[Telling]
    taking: ReadAhead


def read_ahead(customers: Sequence[int]) -> PaymentsAhead:
    """Read what payments of these customers of one office need: it is the payment's own reading, and its locks, for all of them at once.

    Their late interest is posted up to today. Raises NotFound.
    """
    statement = select(Customer).where(Customer.id.in_(customers)).order_by(Customer.id).with_for_update(of=Customer, key_share=True)
    people = {person.id: person for person in db.session.scalars(statement.execution_options(populate_existing=True))}
    if people.keys() != set(customers) or len({person.office_id for person in people.values()}) != 1:
        raise NotFound(Message("This record does not exist."), code="not_found", field="customer")
    office = found(Office, next(iter(people.values())).office_id)
    today = clock.today(office)
    effects.call("before_payment", list(people.values()), office, today)
    charges = locked_charges(db.session.scalars(ids_of_open_charges(), {"customers": list(people)}).all())
    due: dict[int, list[Charge]] = {}
    for charge in sorted(charges, key=lambda each: (each.due_on, each.id)):
        due.setdefault(charge.customer_id, []).append(charge)
    cashier = db.session.get_one(SystemUser, current_scope().user_id)
    return PaymentsAhead(office, today, people, due, effects.call("told_of_charges", charges, office), ReadAhead(cashier))


def take_read(ahead: PaymentsAhead, *, customer: int, methods: tuple[MethodAmount, ...], payer_name: str = "", note: str = "") -> Receipt:
    """Take a payment of a customer who was read ahead: as ``take_payment`` does without items. Credit pays one by one only.

    Raises OperationRefused as that does.
    """
    if any(each.method is Method.CREDIT for each in methods):
        raise ValueError("Payments from credit are not read ahead: each needs the balance that the one before left.")
    due = {charge.id: charge for charge in ahead.due.get(customer, ()) if charge.open_amount}
    person, office = ahead.people[customer], ahead.office
    wanted = oldest_first(list(due.values()), methods, office)
    shares = [(due[item.charge], share_of(due[item.charge], item, person, office)) for item in wanted]
    return receive(
        office=office,
        customer=person,
        shares=shares,
        payment=Payment(methods, payer_name),
        on=ahead.today,
        booked_on=ahead.today,
        facts=facts_told(ahead.telling, [charge for charge, _amount in shares], note),
        exact=False,
        ahead=ahead.taking,
    )
