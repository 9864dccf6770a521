"""Payments over the counter: for open charges, or for months of a subscription."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from app.billing.api.paying import MethodBody, methods_of
from app.billing.api.receipts import RECEIPT
from app.billing.choices import Method
from app.billing.models import Receipt
from app.billing.operations.receipts import PaidItem, take_payment
from app.broadband.api.payments import PaymentTermsBody, terms_of
from app.broadband.models import Subscription
from app.broadband.operations.payments import pay
from app.foundation.api import Body, Code, Given, Money, Reference, Routes, Rows, Text, Whole
from app.foundation.api.fields import TEXT
from app.foundation.api.problems import Problem
from app.foundation.transactions import found, run
from app.values.errors import Message, OperationRefused

routes = Routes("Payments")
_ONE_THING = Message("An item names either a charge or a subscription with its months.")
_ONE_WAY = Message("Give the payment once: as “method” or as “methods”.")
# How the whole is paid stands beside the items, never in one of them.
_NOT_IN_ITEMS = ("method", "methods", "payment", "reference", "payer_name")


class ItemBody(PaymentTermsBody):
    """What is paid: a charge, in full or by an amount, or months of a subscription."""

    class Meta:
        exclude = _NOT_IN_ITEMS

    charge = Reference()
    amount = Money()
    subscription = Reference()
    months = Whole()

    @validates_schema
    def _one_thing_only(self, data: Mapping[str, Any], **_: Any) -> None:
        of_charge, of_line = {"charge", "amount"} & set(data), set(data) - {"charge", "amount"}
        complete = "charge" in data if of_charge else {"subscription", "months"} <= of_line
        if not complete or (of_charge and of_line):
            raise ValidationError([Problem(_ONE_THING, "bad_item")])


class CounterPaymentBody(Body):
    """A payment of a customer. Without items the oldest charges are paid first, and what is left becomes his credit."""

    customer = Reference(required=True)
    items = Rows(ItemBody)
    methods = Rows(MethodBody)
    method = Code(Method)
    amount = Money()
    tendered = Money()
    reference = Text()
    payer_name = Text()
    note = Text(TEXT)

    @validates_schema
    def _one_way_only(self, data: Mapping[str, Any], **_: Any) -> None:
        if "methods" in data and {"method", "amount", "tendered"} & set(data):
            raise ValidationError([Problem(_ONE_WAY, "payment_twice")], "methods")


@routes.post("/payments", may=("CounterView", "can_take"), takes=CounterPaymentBody, gives=RECEIPT, moves_money=True)
def take(body: dict[str, Any], key: str) -> Given:
    """Take a payment of a customer and give a receipt.

    `items` are charges, or one subscription with its months; without them the oldest charges are paid first.
    """
    lines = [item for item in body.get("items", ()) if "subscription" in item]
    if not lines:
        return _for_charges(body, key)
    if len(body["items"]) > 1:
        raise OperationRefused(
            Message("A receipt for a subscription's months holds nothing else. Send the items one by one."), code="one_item", field="items"
        )
    return _for_subscription(body, lines[0], key)


def _for_charges(body: Mapping[str, Any], key: str) -> Given:
    outcome = run(
        take_payment,
        key=key,
        customer=body["customer"],
        items=tuple(PaidItem(item["charge"], item.get("amount")) for item in body.get("items", ())),
        methods=methods_of(body),
        payer_name=body.get("payer_name", ""),
        note=body.get("note", ""),
    )
    return Given(outcome.record, 201, outcome.replayed)


def _for_subscription(body: Mapping[str, Any], item: Mapping[str, Any], key: str) -> Given:
    line = found(Subscription, item["subscription"], "items.0.subscription")
    if line.customer_id != body["customer"]:
        raise OperationRefused(Message("This subscription belongs to another customer."), code="other_customer", field="items")
    common = {name: body[name] for name in ("method", "methods", "amount", "tendered", "reference", "payer_name", "note") if name in body}
    outcome = run(pay, key=key, subscription=line.id, terms=terms_of({**common, **item}))
    return Given(found(Receipt, outcome.record.receipt_id), 201, outcome.replayed)
