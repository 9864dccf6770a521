"""Paying a customer's credit out; the vouchers are listed, shown and voided under ``/vouchers``."""

from __future__ import annotations

from typing import Any

from app.billing.api.paying import PaidBody, methods_of
from app.billing.api.vouchers import VOUCHER
from app.billing.models import Voucher
from app.billing.operations.receipts import credit_balance
from app.customers.models import Customer
from app.debts.operations.crediting import pay_out_credit
from app.foundation.api import Answer, Given, Look, Money, Query, Reference, Routes, Text, done, ready
from app.foundation.api.fields import TEXT
from app.foundation.transactions import found, preview, run
from app.offices.models import Office

routes = Routes("Credit")


class CreditAnswer(Answer):
    """What the office holds for a customer."""

    customer = Reference()
    credit = Money()


class CreditQuery(Query):
    """Nothing is asked for."""


@routes.get("/customers/<int:record>/credit", may=("CustomerView", "can_show"), gives=CreditAnswer, query=CreditQuery)
def show_credit(record: int, query: dict[str, Any]) -> dict[str, Any]:
    """Show a customer's credit balance."""
    person = found(Customer, record)
    return {"customer": person.id, "credit": credit_balance(person), "currency": found(Office, person.office_id).currency.value}


class CreditPayoutBody(PaidBody):
    """Whose credit is paid out; without ``amount`` all of it. Several methods give their own amounts."""

    customer = Reference(required=True)
    amount = Money()
    reason = Text(TEXT)
    payee_name = Text()
    note = Text(TEXT)


class ForeseenPayoutAnswer(Answer):
    """What a payment of credit would pay out, and what credit it would leave."""

    customer = Reference()
    total = Money()
    credit = Money()


FORESEEN = Look(ForeseenPayoutAnswer)


@routes.post("/credit_payouts", may=("CreditPayoutView", "can_add"), takes=CreditPayoutBody, gives=VOUCHER, moves_money=True)
def pay(body: dict[str, Any], key: str) -> Given:
    """Pay a customer's credit out, or a part of it, by a payment voucher."""
    return done(run(pay_out_credit, key=key, **_terms(body)))


@routes.post("/credit_payouts/preview", may=("CreditPayoutView", "can_add"), takes=CreditPayoutBody, gives=FORESEEN, status=200)
def foresee(body: dict[str, Any]) -> Given:
    """Pay a customer's credit out: say what would happen. Nothing is written."""
    return ready(preview(pay_out_credit, _foreseen, **_terms(body)))


def _foreseen(voucher: Voucher) -> Any:
    person = found(Customer, voucher.customer_id)
    currency = voucher.content["currency"]
    return FORESEEN.one({"customer": person.id, "total": voucher.total, "credit": credit_balance(person), "currency": currency})


def _terms(body: dict[str, Any]) -> dict[str, Any]:
    own = {name: body[name] for name in ("customer", "amount", "payee_name", "note") if name in body}
    return own | {
        "methods": methods_of({name: value for name, value in body.items() if name != "amount"}),
        "reason": body.get("reason", ""),
    }
