"""Voiding 沖正: the page that voids a document or asks for it, the same for every kind; a kind says what it is called and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from app.billing.choices import DocumentStatus, VoucherKind
from app.billing.models import Approval, Reversal, Voucher
from app.billing.operations.voids import void_receipt, void_voucher
from app.foundation.views import (
    EntityForm,
    GuardedInterface,
    LongTextField,
    LookupField,
    OperationView,
    Preview,
    PreviewFact,
    register_lookup,
)
from app.foundation.views.links import record_address
from app.values.errors import N_, Message

register_lookup("voucher", Voucher, columns=["number"], text=str, detail=lambda voucher: voucher.payee_name)


class VoidForm(EntityForm):
    """Why something is voided; a subclass asks first what."""

    reason = LongTextField(N_("Reason"), required=True)


class VoidReceiptForm(VoidForm):
    receipt = LookupField(N_("Receipt"), lookup="receipt", required=True)
    fieldsets = ((None, ("receipt", "reason")),)


class VoidVoucherForm(VoidForm):
    voucher = LookupField(N_("Payment voucher"), lookup="voucher", required=True)
    fieldsets = ((None, ("voucher", "reason")),)


def described(result: Reversal | Approval, describe: Callable[[Reversal], Preview]) -> Preview:
    """Say what voiding does, by ``describe``, or that it must be approved first."""
    if isinstance(result, Approval):
        return Preview(
            sentences=[Message("Another person must approve this void. Nothing changes until then.")], deed=N_("Ask for approval")
        )
    return describe(result)


def void_facts(result: Reversal) -> dict[str, Any]:
    """Return what every void shows before it is done: the status before and after, and the number of the counter-document."""
    return {
        "facts": [PreviewFact(N_("Status"), DocumentStatus.VALID, DocumentStatus.VOIDED)],
        "documents": [("arrow-back-up", Message("Reversal %(number)s", number=result.number))],
    }


def _receipt_voided(result: Reversal) -> Preview:
    receipt = result.receipt
    if receipt is None:
        raise LookupError(f"The reversal {result.number} has no receipt.")
    currency = receipt.content["currency"]
    return Preview(
        sentences=[
            Message(
                "The receipt %(number)s is voided by the counter-document %(reversal)s.", number=receipt.number, reversal=result.number
            ),
            Message("%(amount)s go back to the customer.", amount=receipt.total, currency=currency),
            Message("What the payment bought is taken back: dates are as before it."),
        ],
        total=-receipt.total,
        currency=currency,
        deed=Message("Void and give back %(amount)s", amount=receipt.total, currency=currency),
        **void_facts(result),
    )


def describe_void(result: Reversal | Approval) -> Preview:
    """Say what voiding a receipt does."""
    return described(result, _receipt_voided)


def _voucher_voided(result: Reversal) -> Preview:
    voucher = result.voucher
    if voucher is None:
        raise LookupError(f"The reversal {result.number} has no payment voucher.")
    currency = voucher.content["currency"]
    return Preview(
        sentences=[
            Message(
                "The payment voucher %(number)s is voided by the counter-document %(reversal)s.",
                number=voucher.number,
                reversal=result.number,
            ),
            Message("%(amount)s come back from %(person)s.", amount=voucher.total, person=voucher.payee_name, currency=currency),
            Message("The customer has the credit again.")
            if voucher.kind is VoucherKind.CREDIT
            else Message("What was paid back for is voided: line and dates are as before it."),
        ],
        total=voucher.total,
        currency=currency,
        deed=Message("Void and take back %(amount)s", amount=voucher.total, currency=currency),
        **void_facts(result),
    )


def describe_voucher_void(result: Reversal | Approval) -> Preview:
    """Say what voiding a payment voucher does."""
    return described(result, _voucher_voided)


class VoidView(OperationView):
    """The page that voids documents of one kind; who may is said by the page of those documents (``class_permission_name``)."""

    datamodel = GuardedInterface(Reversal)
    method_permission_name = {"add": "void", "preview": "void"}
    is_only_a_page = True
    icon = "arrow-back-up"
    list_title, deed, deed_icon = N_("Reversals"), N_("Void"), "arrow-back-up"
    done_words: ClassVar[str] = ""

    def done(self, record: Reversal | Approval) -> Any:
        if isinstance(record, Approval):
            return N_("The request waits for another person's approval. Nothing has changed yet.")
        return Message(self.done_words, number=record.number)

    def after_saving(self, record: Reversal | Approval) -> str:
        return record_address(record.document) or "/"


class VoidReceiptView(VoidView):
    """Voiding a receipt."""

    class_permission_name = "ReceiptView"
    add_title = N_("Void a receipt")
    done_words = N_("The receipt is voided by %(number)s.")
    form, operation, describe = VoidReceiptForm, staticmethod(void_receipt), staticmethod(describe_void)


class VoidVoucherView(VoidView):
    """Voiding a payment voucher."""

    class_permission_name = "VoucherView"
    add_title = N_("Void a payment voucher")
    done_words = N_("The payment voucher is voided by %(number)s.")
    form, operation, describe = VoidVoucherForm, staticmethod(void_voucher), staticmethod(describe_voucher_void)
