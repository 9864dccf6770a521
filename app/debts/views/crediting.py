"""Paying a customer's credit out."""

from __future__ import annotations

from typing import Any

from app.billing.choices import Method
from app.billing.forms import COUNTER_METHODS, offer_methods
from app.billing.models import Voucher
from app.billing.operations.receipts import credit_balance
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.crediting import pay_out_credit
from app.debts.queries.promises import debts_of
from app.foundation.i18n import FILTERS
from app.foundation.transactions import found
from app.foundation.views import (
    EntityForm,
    GuardedInterface,
    LongTextField,
    LookupField,
    MoneyField,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    RadioField,
    TextField,
    currency_of,
)
from app.values.errors import N_, Message


class CreditPayoutForm(EntityForm):
    """Whose credit goes back, how much of it, and how."""

    customer = LookupField(N_("Customer"), lookup="customer", required=True, span=2)
    amount = MoneyField(N_("Amount"), help=N_("Left empty, all of the credit."))
    method = RadioField(N_("Payment method"), options=COUNTER_METHODS, default=Method.CASH, span=3)
    reference = TextField(N_("Transaction reference"))
    payee_name = TextField(N_("Paid to"), help=N_("Left empty, the customer."))
    reason = LongTextField(N_("Reason"), required=True, span=3)
    note = LongTextField(N_("Note"), span=3)

    def terms(self) -> dict[str, Any]:
        given = super().terms()
        method = MethodAmount(Method(given.pop("method") or "cash"), reference=given.pop("reference") or "")
        return given | {"methods": (method,)}


def describe_payout(voucher: Voucher) -> Preview:
    """Say what is paid out and what credit is left; and what the customer still owes, since credit may pay that."""
    currency = currency_of(voucher)
    customer = found(Customer, voucher.customer_id)
    left, owed = credit_balance(customer), debts_of(customer.id)
    warnings = []
    if owed:
        warnings.append(Message("The customer owes %(owed)s. His credit may pay that instead.", owed=owed, currency=currency))
    return Preview(
        facts=[
            PreviewFact(N_("Credit balance"), FILTERS["money"](left + voucher.total, currency), FILTERS["money"](left, currency)),
            PreviewFact(N_("Paid to"), None, voucher.payee_name),
        ],
        lines=[PreviewLine(each.method, each.amount, each.reference) for each in voucher.methods],
        total=voucher.total,
        total_in_words=voucher.total_in_words,
        documents=[("receipt-refund", Message("Payment voucher %(number)s", number=voucher.number))],
        warnings=warnings,
        currency=currency,
        deed=Message("Pay out %(amount)s", amount=voucher.total, currency=currency),
    )


class CreditPayoutView(OperationView):
    """The page that pays a customer's credit out; the vouchers themselves have their own list."""

    datamodel = GuardedInterface(Voucher)
    is_only_a_page = True
    icon = "wallet"
    list_title, add_title = N_("Payment vouchers"), N_("Pay out credit")
    deed, deed_icon = N_("Pay out"), "wallet"
    form, operation, describe = CreditPayoutForm, staticmethod(pay_out_credit), staticmethod(describe_payout)

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        offer_methods(form, currency_of())

    def done(self, record: Voucher) -> Any:
        return Message(
            "Payment voucher %(number)s: %(amount)s are paid out.", number=record.number, amount=record.total, currency=currency_of(record)
        )
