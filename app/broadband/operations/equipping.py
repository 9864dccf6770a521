"""Equipment of the office at a customer's 設備: lent with its serial number, perhaps for a deposit 押金, and settled at the closure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from app.billing.choices import FeeKind, LineCode
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Payment, receive
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState, SubscriptionState
from app.broadband.models import Equipment, Subscription
from app.broadband.operations.acting import AROUND_THE_LINE, facts_of, require_no_payment
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, locked
from app.foundation.views.saving import Stale, version_of
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_fee

explain_constraint("uq_equipment_office_id_serial", Message("Equipment with this serial number is in the list already."), field="serial")


@dataclass(frozen=True, kw_only=True)
class EquipmentTerms:
    """What is lent, and how its deposit is paid; without ``methods`` the deposit stays an open charge."""

    name: str
    serial: str
    deposit: Decimal = ZERO
    note: str = ""
    methods: tuple[MethodAmount, ...] = ()
    payer_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What became of one piece at the closure, and what is asked for damage or loss."""

    equipment: int
    state: EquipmentState
    compensation: Decimal = ZERO


def lend(*, subscription: int, terms: EquipmentTerms) -> Equipment:
    """Lend equipment to the customer of a line. Raises OperationRefused for a closed line, without name or serial number.

    A payment without a deposit is refused too: nobody would know what became of the money.
    """
    line = locked(Subscription, subscription, *AROUND_THE_LINE)
    office, today = line.office, clock.today(line.office)
    if line.state is SubscriptionState.CLOSED:
        raise OperationRefused(
            Message("The subscription %(number)s is closed. Open a new one if the customer returns.", number=line.broadband_account),
            code="state_closed",
        )
    _require_named(terms.name, terms.serial)
    deposit = require_fee(terms.deposit, office.currency, field="deposit")
    if not deposit:
        require_no_payment(terms)
    piece = Equipment(
        office_id=office.id,
        subscription_id=line.id,
        subscription=line,
        name=terms.name.strip(),
        serial=terms.serial.strip(),
        deposit=deposit,
        lent_on=today,
        note=terms.note,
        created_by_id=current_scope().user_id,
    )
    db.session.add(piece)
    if deposit:
        _take_deposit(piece, line, terms, today)
    db.session.flush()
    return piece


@dataclass(frozen=True, kw_only=True)
class EquipmentChange:
    """How a piece is called; its deposit and what became of it are not changed."""

    name: str
    serial: str
    note: str = ""


def rename_equipment(*, equipment: int, version: str, change: EquipmentChange) -> Equipment:
    """Correct name, serial number or note of a piece; the trace keeps what they were. Refused when somebody else was faster."""
    piece = locked(Equipment, equipment)
    if version != version_of(piece):
        raise Stale(piece)
    _require_named(change.name, change.serial)
    piece.name, piece.serial, piece.note = change.name.strip(), change.serial.strip(), change.note.strip()
    db.session.flush()
    return piece


def _require_named(name: str, serial: str) -> None:
    for field, text in (("name", name), ("serial", serial)):
        if not text.strip():
            raise OperationRefused(Message("Enter the name and the serial number of the equipment."), code=f"{field}_missing", field=field)


def _take_deposit(piece: Equipment, line: Subscription, terms: EquipmentTerms, today: datetime.date) -> None:
    owed = charge(
        office_id=line.office_id,
        customer_id=line.customer_id,
        fee_kind=FeeKind.DEPOSIT,
        lines=[
            LineTerms(code=LineCode.DEPOSIT, amount=piece.deposit, quantity=Decimal(1), unit_price=piece.deposit, detail=str(piece)[:200])
        ],
        on=today,
        booked_on=today,
        due_on=today,
    )
    if terms.methods:
        receive(
            office=line.office,
            customer=line.customer,
            shares=[(owed, owed.total)],
            payment=Payment(terms.methods, terms.payer_name),
            on=today,
            booked_on=today,
            facts=facts_of(line, note=terms.note),
        )
    db.session.flush()
    piece.charge_id = owed.id
