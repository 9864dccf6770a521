"""What the forms that take money share: which ways of paying they offer, the usual ones of the office first."""

from __future__ import annotations

from typing import Any

from app.billing.choices import FeePayment, Method

# What people pay with, by the office's currency. Cash first: the method of most payments is chosen already.
METHODS = {
    "CNY": (Method.CASH, Method.WECHAT_PAY, Method.ALIPAY, Method.QR_TRANSFER, Method.CARD, Method.BANK_TRANSFER),
    "HKD": (Method.CASH, Method.FPS, Method.CARD, Method.WECHAT_PAY, Method.ALIPAY, Method.CHEQUE, Method.BANK_TRANSFER),
    "VND": (Method.CASH, Method.QR_TRANSFER, Method.BANK_TRANSFER, Method.CARD),
}
# What an installer collects at the door is entered with his work order, and credit is used at the counter.
COUNTER_METHODS = tuple(method for method in Method if method not in (Method.CREDIT, Method.DOOR))
COUNTER_WAYS = tuple(way for way in FeePayment if way not in (FeePayment.DOOR, FeePayment.LATER))


def offer_methods(form: Any, currency: str) -> None:
    """Show first what people of the office's currency pay with; the form still takes every method."""
    usual = METHODS.get(currency, COUNTER_METHODS)
    form.method.usual, form.method.tiles = [method.value for method in usual], True
    form.method.offer([*usual, *(method for method in COUNTER_METHODS if method not in usual)])


def offer_ways(field: Any, currency: str, *, at_door: bool = False, at_counter: bool = True) -> None:
    """Offer the ways of paying a fee as tiles: at the door, by a method of the counter, or later. The usual ones are in sight."""
    usual = [FeePayment(method.value) for method in METHODS.get(currency, COUNTER_METHODS)] if at_counter else []
    rest = [way for way in COUNTER_WAYS if way not in usual] if at_counter else []
    in_sight = [*([FeePayment.DOOR] if at_door else []), *usual, FeePayment.LATER]
    field.usual, field.tiles = [way.value for way in in_sight] if rest else [], True
    field.offer([*in_sight, *rest])
