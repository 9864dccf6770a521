"""Payments for open charges, shifts, and the price list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from app.billing.choices import PricedOperation
from app.billing.models import PriceListItem, Shift
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Look,
    Moment,
    Money,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    days,
    kept,
    records,
    same_code,
    same_text,
)

routes = Routes("Cash desk")


class ShiftAnswer(Answer):
    """A cashier's shift; how much cash it holds is not told before the count."""

    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    cashier = Text(attribute="cashier.username")
    on = Day()
    float_amount = Money()
    opened_at = Moment()
    closed_at = Moment()


class PriceBody(OfficeBody):
    operation = Code(PricedOperation, required=True)
    fee = Money(required=True)


class PriceAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    operation = Code(PricedOperation)
    fee = Money()
    version = Whole()


records(
    routes,
    "shifts",
    Shift,
    view="ShiftView",
    look=Look(ShiftAnswer),
    filters={
        "number": same_text(Shift.number),
        "cashier": Filter(Text(), lambda name: Shift.cashier.has(username=name)),
        **days("on", Shift.on),
    },
    loads=(joinedload(Shift.cashier),),
)

prices = records(
    routes,
    "price_list",
    PriceListItem,
    view="PriceListView",
    look=Look(PriceAnswer),
    filters={"operation": same_code(PriceListItem.operation, PricedOperation)},
)
kept(routes, "price_list", prices, view="PriceListView", body=PriceBody)
