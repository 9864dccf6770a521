"""Adjustments of posted charges, and write-offs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.billing.choices import AdjustmentKind, FeeKind
from app.billing.documents import detail_of
from app.billing.models import Adjustment, Approval, Charge, Reversal
from app.billing.operations.voids import void_adjustment
from app.billing.views.void_buttons import standing_tabs, voiding_action
from app.billing.views.voiding import VoidForm, VoidView, described, void_facts
from app.customers.models import Customer
from app.customers.queries import matches
from app.debts.operations.adjusting import adjust_charge, taken_along, write_off
from app.foundation.i18n import FILTERS, current_locale, say
from app.foundation.views import (
    EntityForm,
    FlagField,
    GuardedInterface,
    Kind,
    LongTextField,
    LookupField,
    LookupFilter,
    MoneyField,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    RadioField,
    currency_of,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.links import Action
from app.values.errors import N_, Message
from app.values.money import ZERO, sum_of

CHANGES = [kind for kind in AdjustmentKind if kind is not AdjustmentKind.WRITE_OFF]


def _charge_text(charge: Charge) -> str:
    return f"{detail_of(charge, current_locale()) or say(charge.fee_kind)} · {FILTERS['day'](charge.due_on)}"


def _charge_detail(charge: Charge) -> str:
    return f"{charge.customer.name} · {FILTERS['money'](charge.open_amount, currency_of(charge))}"


register_lookup(
    "charge",
    Charge,
    search=lambda text: Charge.customer_id.in_(select(Customer.id).where(matches(text))),
    text=_charge_text,
    detail=_charge_detail,
    order=["due_on"],
    condition=lambda: [Charge.reversal_id.is_(None)],
    loads=["customer", "lines"],
)
register_lookup("adjustment", Adjustment, columns=["number"], text=str, detail=lambda adjustment: adjustment.customer.name)


class AdjustmentForm(EntityForm):
    """What is done to a charge, and why."""

    charge = LookupField(N_("Charge"), lookup="charge", required=True, span=2)
    kind = RadioField(N_("Adjustment"), options=[(kind.value, kind.label) for kind in CHANGES], required=True)
    amount = MoneyField(N_("Amount"), required=True)
    reason = LongTextField(N_("Reason"), required=True, span=3)

    def terms(self) -> dict[str, Any]:
        given = super().terms()
        return given | {"kind": AdjustmentKind(given["kind"])}


class WriteOffForm(EntityForm):
    """What is given up, and why."""

    charge = LookupField(N_("Charge"), lookup="charge", required=True, span=2)
    amount = MoneyField(N_("Amount"), help=N_("Left empty, all that is open."))
    takes_interest = FlagField(
        N_("With the late interest posted on it"), default=True, help=N_("Only where all that is open of the charge is written off.")
    )
    reason = LongTextField(N_("Reason"), required=True, span=3)


def describe_adjustment(result: Adjustment | Approval) -> Preview:
    """Say what an adjustment does to its charge, or that it must be approved first."""
    if isinstance(result, Approval):
        return _asked(result)
    charge, currency = result.charge, currency_of(result)
    facts = [
        PreviewFact(N_("Open amount"), _money(charge.open_amount + result.settled, currency), _money(charge.open_amount, currency)),
        PreviewFact(N_("Payment status"), None, charge.status),
    ]
    sentences = []
    if result.credited:
        sentences.append(
            Message("%(amount)s were paid already and become the customer's credit.", amount=result.credited, currency=currency)
        )
    taken = taken_along(result)
    interest = -sum_of(each.amount for each in taken)
    return Preview(
        sentences=sentences,
        facts=facts,
        lines=_lines(charge, -result.settled, interest),
        total=interest - result.settled,
        currency=currency,
        documents=[("adjustments", Message("Adjustment %(number)s", number=each.number)) for each in (result, *taken)],
        deed=result.kind.label,
    )


def _asked(request: Approval) -> Preview:
    """Say what is asked for, with its sums: the second person decides on all of it at once."""
    sign = 1 if request.adjustment_kind is AdjustmentKind.RAISE else -1
    lines = _lines(request.charge, sign * (request.amount or ZERO), -(request.interest_amount or ZERO)) if request.charge else []
    return Preview(
        sentences=[Message("Another person must approve this adjustment. Nothing changes until then.")],
        lines=lines,
        total=sign * request.total,
        currency=currency_of(request),
        deed=N_("Ask for approval"),
    )


def _lines(charge: Charge, amount: Decimal, interest: Decimal) -> list[PreviewLine]:
    """Return what is adjusted, and the late interest that goes with it; nothing where there is none: the total says it."""
    if not interest:
        return []
    return [PreviewLine(charge.fee_kind, amount, _charge_text(charge)), PreviewLine(FeeKind.LATE_INTEREST, interest)]


def _money(amount: Any, currency: str) -> str:
    return str(FILTERS["money"](amount, currency))


class AdjustmentView(OperationView):
    """Adjustments 调整单 of posted charges: lowered, raised, written off; none is ever edited."""

    datamodel = GuardedInterface(Adjustment)
    icon = "adjustments"
    list_title, show_title, add_title = N_("Adjustments"), N_("Adjustment"), N_("Adjust a charge")
    deed, deed_icon = N_("Adjust"), "adjustments"
    empty_text = N_("When a posted charge is lowered, raised or written off, the document appears here.")
    search_hint = N_("Number of the adjustment, or name and number of the customer")
    label_columns = {
        "number": N_("No."),
        "kind": N_("Adjustment"),
        "charge": N_("Charge"),
        "charge.fee_kind": N_("Fee kind"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer"),
        "booked_on": N_("Booked on"),
        "amount": N_("Amount"),
        "credited": N_("Became credit"),
        "reason": N_("Reason"),
        "created_by": N_("Made by"),
        "approved_by": N_("Approved by"),
    }
    list_columns = ["number", "kind", "customer.name", "charge.fee_kind", "booked_on", "reason", "amount", "approved_by"]
    column_kinds = {"charge": Kind.TEXT}
    tabs = standing_tabs(Adjustment, lambda row: row.adjustment_id)
    tabs_argument = "status"
    filters = ["booked_on", "kind", LookupFilter("customer"), LookupFilter("charge", is_shown=False)]
    order_columns = ["booked_on", "number"]
    base_order = ("id", "desc")
    totals_columns = ["amount"]
    show_columns = [
        "number",
        "kind",
        "customer",
        "charge.fee_kind",
        "booked_on",
        "amount",
        "credited",
        "reason",
        "created_by",
        "approved_by",
    ]
    form, operation, describe = AdjustmentForm, staticmethod(adjust_charge), staticmethod(describe_adjustment)

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        return or_(Adjustment.number.startswith(text.upper(), autoescape=True), Adjustment.customer_id.in_(people))

    def record_title(self, record: Adjustment) -> Any:
        return record.name

    def record_badge(self, record: Adjustment) -> Any:
        return record.kind

    def record_actions(self, record: Adjustment) -> list[Action]:
        is_voided = self.datamodel.session.scalars(select(Reversal.id).where(Reversal.adjustment_id == record.id)).first() is not None
        voiding = None if is_voided else voiding_action("VoidAdjustmentView", record, adjustment=record.id)
        return present(*super().record_actions(record), voiding)

    def done(self, record: Adjustment | Approval) -> Any:
        return done_words(record)

    def after_saving(self, record: Adjustment | Approval) -> str:
        return after_adjusting(record)


def done_words(record: Adjustment | Approval) -> Any:
    """Return what is said when an adjustment was made or asked for."""
    if isinstance(record, Approval):
        return N_("The request waits for another person's approval. Nothing has changed yet.")
    return Message("The charge is adjusted by %(number)s.", number=record.number)


def after_adjusting(record: Adjustment | Approval) -> str:
    """Return the page of the charge."""
    return record_address(record.charge) or "/"


class WriteOffView(OperationView):
    """Writing off 坏账核销 what cannot be collected; another person approves."""

    datamodel = GuardedInterface(Adjustment)
    is_only_a_page = True
    icon = "eraser"
    list_title, add_title = N_("Write-offs"), N_("Write off a debt")
    deed, deed_icon = N_("Write off"), "eraser"
    form, operation, describe = WriteOffForm, staticmethod(write_off), staticmethod(describe_adjustment)

    def done(self, record: Adjustment | Approval) -> Any:
        return done_words(record)

    def after_saving(self, record: Adjustment | Approval) -> str:
        return after_adjusting(record)


class VoidAdjustmentForm(VoidForm):
    adjustment = LookupField(N_("Adjustment"), lookup="adjustment", required=True)
    fieldsets = ((None, ("adjustment", "reason")),)


def _interest_back(adjustment: Adjustment) -> list[Message]:
    taken = taken_along(adjustment)
    if not taken:
        return []
    amount, currency = sum_of(each.amount for each in taken), currency_of(adjustment)
    return [Message("The late interest of %(amount)s, which was written off with it, is owed again.", amount=amount, currency=currency)]


def _adjustment_voided(result: Reversal) -> Preview:
    adjustment = result.adjustment
    if adjustment is None:
        raise LookupError(f"The reversal {result.number} has no adjustment.")
    return Preview(
        sentences=[
            Message("%(document)s is voided by the counter-document %(reversal)s.", document=adjustment.name, reversal=result.number),
            Message("The charge asks for what it did before."),
            *_interest_back(adjustment),
        ],
        total=adjustment.settled,
        currency=currency_of(adjustment),
        deed=N_("Void"),
        **void_facts(result),
    )


def describe_adjustment_void(result: Reversal | Approval) -> Preview:
    """Say what voiding an adjustment does."""
    return described(result, _adjustment_voided)


class VoidAdjustmentView(VoidView):
    """Voiding an adjustment."""

    class_permission_name = "AdjustmentView"
    add_title = N_("Void an adjustment")
    done_words = N_("The adjustment is voided by %(number)s.")
    form, operation, describe = VoidAdjustmentForm, staticmethod(void_adjustment), staticmethod(describe_adjustment_void)
