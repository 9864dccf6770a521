"""Charges 应收款 and a customer's statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import selectinload

from app.billing.choices import ChargeStatus, FeeKind, LineCode
from app.billing.models import Charge
from app.billing.statement import Statement, statement_of
from app.customers.models import Customer
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Inner,
    Look,
    Money,
    Number,
    Query,
    Reference,
    Routes,
    Rows,
    Text,
    days,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import Resolve
from app.foundation.api.problems import problem
from app.foundation.transactions import found
from app.values.errors import Message

routes = Routes("Charges")
OPEN = "open"


class ChargeLineAnswer(Answer):
    code = Code(LineCode)
    detail = Text()
    quantity = Number()
    unit_price = Money()
    amount = Money()
    period_start = Day()
    period_end = Day()


class ChargeAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    customer = Reference(attribute="customer_id")
    fee_kind = Code(FeeKind)
    on = Day()
    due_on = Day()
    total = Money()
    paid = Money()
    adjusted = Money()
    written_off = Money()
    open = Money(attribute="open_amount")
    status = Code(ChargeStatus)
    lines = Rows(ChargeLineAnswer)


class ChargeStatusField(Code):
    """The status of a charge, or ``open`` for unpaid and partly paid ones."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "enum": [OPEN, *(status.value for status in ChargeStatus)]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        known: dict[str, Any] = {OPEN: OPEN, **{status.value: status for status in ChargeStatus}}
        if value not in known:
            raise problem(Message("This must be one of: %(allowed)s.", allowed=", ".join(known)))
        return known[value]


def has_charge_status(status: Any) -> ColumnElement[bool]:
    """Return the condition of a status, which is computed from what was paid and withdrawn."""
    stands = Charge.reversal_id.is_(None)
    unpaid, partly = and_(Charge.is_open(), Charge.paid == 0), and_(Charge.is_open(), Charge.paid > 0)
    settled = and_(stands, Charge.paid + Charge.written_off == Charge.total + Charge.adjusted)
    conditions: dict[Any, ColumnElement[bool]] = {
        OPEN: or_(unpaid, partly),
        ChargeStatus.UNPAID: unpaid,
        ChargeStatus.PARTLY_PAID: partly,
        ChargeStatus.PAID: and_(settled, Charge.written_off == 0),
        ChargeStatus.WRITTEN_OFF: and_(settled, Charge.written_off > 0),
        ChargeStatus.VOIDED: Charge.reversal_id.is_not(None),
    }
    return conditions[status]


records(
    routes,
    "charges",
    Charge,
    view="ChargeView",
    look=Look(ChargeAnswer),
    filters={
        "customer": same_record(Charge.customer_id),
        "fee_kind": same_code(Charge.fee_kind, FeeKind),
        "status": Filter(ChargeStatusField(ChargeStatus), has_charge_status),
        **days("due_on", Charge.due_on),
    },
    loads=(selectinload(Charge.lines),),
)


class StatementQuery(Query):
    locals().update({"from": Day(data_key="from", attribute="start")})
    to = Day(attribute="stop")


class DocumentAnswer(Answer):
    """The document behind a line: a charge, a receipt, a reversal."""

    kind = Text()
    id = Reference()
    number = Text()


class StatementLineAnswer(Answer):
    on = Day()
    document = Inner(DocumentAnswer)
    fee_kind = Code(FeeKind)
    charge = Money()
    payment = Money()
    balance = Money()


class StatementAnswer(Answer):
    """What a customer was charged and paid; a balance above 0 is owed, one below is his credit."""

    customer = Reference()
    customer_no = Text()
    customer_name = Text()
    currency = Text()
    opening_balance = Money()
    items = Rows(StatementLineAnswer, attribute="lines")
    closing_balance = Money()


@routes.get("/customers/<int:record>/statement", may=("CustomerView", "can_show"), gives=StatementAnswer, query=StatementQuery)
def show_statement(record: int, query: dict[str, Any]) -> Statement:
    """Show what a customer was charged and paid, with a running balance, from the journal."""
    return statement_of(found(Customer, record), query.get("start"), query.get("stop"))
