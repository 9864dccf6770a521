"""How a payment is written in the JSON of every operation that takes one: by one method in short, or by several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.foundation.api import Body, Code, Inner, Money, Rows, Text
from app.foundation.api.problems import Problem
from app.values.errors import Message

_TWICE = Message("Give the payment once: as “method”, as “methods” or as “payment”.")


class MethodBody(Body):
    """One way of paying; ``tendered`` is the cash handed over."""

    method = Code(Method, required=True)
    amount = Money()
    tendered = Money()
    reference = Text()


class PaymentBody(Body):
    """A payment by several methods."""

    methods = Rows(MethodBody, required=True)
    reference = Text()


class PaidBody(Body):
    """The fields by which any operation is paid: ``method`` pays all of it, ``payment`` says more."""

    method = Code(Method)
    methods = Rows(MethodBody)
    reference = Text()
    payment = Inner(PaymentBody)

    @validates_schema
    def _one_way_only(self, data: Mapping[str, Any], **_: Any) -> None:
        given = [name for name in ("method", "methods", "payment") if name in data]
        if len(given) > 1:
            raise ValidationError([Problem(_TWICE, "payment_twice")], given[1])


def methods_of(body: Mapping[str, Any]) -> tuple[MethodAmount, ...]:
    """Return how ``body`` (of a ``PaidBody``) is paid; nothing where it does not say: the operation refuses what needs a payment."""
    reference = body.get("reference", "")
    if "method" in body:
        return (MethodAmount(body["method"], body.get("amount"), body.get("tendered"), reference),)
    payment = body.get("payment", body)
    common = payment.get("reference", reference)
    return tuple(
        MethodAmount(each["method"], each.get("amount"), each.get("tendered"), each.get("reference", common))
        for each in payment.get("methods", ())
    )
