"""Methods of a payment and change; numbers of docs/rules/methods.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount, Paid, settled_methods
from app.values.errors import OperationRefused

TOTAL = Decimal("176.87")


def settled(*methods: MethodAmount, exact: bool = True) -> tuple[Paid, ...]:
    return settled_methods(methods, total=TOTAL, currency="CNY", exact=exact)


def test_cash_tendered_gives_change() -> None:
    (paid,) = settled(MethodAmount(Method.CASH, tendered=Decimal("200.00")))
    assert (paid.amount, paid.change) == (TOTAL, Decimal("23.13"))


def test_several_methods_add_up() -> None:
    paid = settled(MethodAmount(Method.WECHAT_PAY, Decimal("100.00")), MethodAmount(Method.CASH, Decimal("76.87")))
    assert [each.amount for each in paid] == [Decimal("100.00"), Decimal("76.87")]


def test_more_than_the_total_is_for_payments_on_account_only() -> None:
    more = MethodAmount(Method.CASH, Decimal("200.00"))
    assert settled(more, exact=False)[0].amount == Decimal("200.00")
    with pytest.raises(OperationRefused):
        settled(more)


@pytest.mark.parametrize(
    ("methods", "code"),
    [
        ((), "payment_missing"),
        ((MethodAmount(Method.CASH, Decimal("100.00")),), "payment_differs"),
        ((MethodAmount(Method.CASH, tendered=Decimal("170.00")),), "tendered_too_little"),
        ((MethodAmount(Method.CARD, tendered=Decimal("200.00")),), "tendered_without_cash"),
        ((MethodAmount(Method.CASH), MethodAmount(Method.CASH)), "method_twice"),
        ((MethodAmount(Method.CASH), MethodAmount(Method.CARD)), "amount_missing"),
        ((MethodAmount(Method.CASH, Decimal("-1")), MethodAmount(Method.CARD, Decimal("177.87"))), "amount_not_positive"),
        ((MethodAmount(Method.CASH, Decimal("176.871")),), "too_many_decimals"),
        ((MethodAmount(Method.DOOR),), "method_not_offered"),
        ((MethodAmount(Method.CASH, Decimal("100.00")), MethodAmount(Method.DOOR, Decimal("76.87"))), "method_not_offered"),
    ],
)
def test_refused(methods: tuple[MethodAmount, ...], code: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        settled(*methods)
    assert refused.value.code == code


def test_an_installer_collects_at_the_door_only() -> None:
    (paid,) = settled_methods((MethodAmount(Method.DOOR),), total=TOTAL, currency="CNY", at_door=True)
    assert (paid.method, paid.amount) == (Method.DOOR, TOTAL)
