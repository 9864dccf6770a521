"""The forms of broadband where the generated ones are not enough: taking a payment, opening an account."""

from __future__ import annotations

from typing import Any

from app.billing.choices import Method
from app.billing.forms import COUNTER_METHODS
from app.billing.rules.methods import MethodAmount
from app.broadband.operations.payments import PaymentTerms
from app.foundation.views import (
    DayField,
    EntityForm,
    LongTextField,
    LookupField,
    MoneyField,
    RadioField,
    TextField,
    WholeNumberField,
)
from app.values.errors import N_
from app.values.money import ZERO


class PaymentFields(EntityForm):
    """The fields of a payment, shared by the payment's own page and the opening of an account."""

    months = WholeNumberField(N_("Months paid"), required=True, least=1, most=120)
    maintenance_fee = MoneyField(N_("Maintenance fee"), help=N_("Per month. Left empty, the office's price."))
    other_item = TextField(N_("Other item"))
    other_fee = MoneyField(N_("Other fee"))
    discount = MoneyField(N_("Discount"))
    gift_months = WholeNumberField(N_("Gift months"), least=0, most=120)
    method = RadioField(N_("Payment method"), options=COUNTER_METHODS, default=Method.CASH)
    tendered = MoneyField(N_("Cash tendered"))
    reference = TextField(N_("Transaction reference"))

    def payment_terms(self, **more: Any) -> PaymentTerms:
        """Return the terms as the operation takes them."""
        method = Method(self.method.data or "cash")
        return PaymentTerms(
            months=self.months.data,
            methods=(MethodAmount(method, None, self.tendered.data, self.reference.data or ""),),
            maintenance_fee=self.maintenance_fee.data,
            other_item=self.other_item.data or "",
            other_fee=self.other_fee.data or ZERO,
            discount=self.discount.data or ZERO,
            gift_months=self.gift_months.data or 0,
            **more,
        )


class RegularPaymentForm(PaymentFields):
    """What the cashier enters for a regular payment."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True, span=2)
    late_fee = MoneyField(N_("Late fee"), help=N_("Left empty, the fee the program proposes."))
    on = DayField(N_("Business date"), help=N_("Left empty, today."))
    reason = TextField(N_("Reason"))
    payer_name = TextField(N_("Received from"))
    note = LongTextField(N_("Note"), span=3)

    fieldsets = (
        (None, ("subscription", "months")),
        (N_("Payment"), ("method", "tendered", "reference")),
        (N_("Discount, gift months, other fees"), ("discount", "gift_months", "late_fee", "maintenance_fee", "other_item", "other_fee")),
        (N_("Reason, business date and note"), ("reason", "on", "payer_name", "note")),
    )
    folded = (N_("Discount, gift months, other fees"), N_("Reason, business date and note"))

    def terms(self) -> dict[str, Any]:
        return {
            "subscription": self.subscription.data,
            "terms": self.payment_terms(
                late_fee=self.late_fee.data,
                on=self.on.data,
                reason=self.reason.data or "",
                note=self.note.data or "",
                payer_name=self.payer_name.data or "",
            ),
        }
