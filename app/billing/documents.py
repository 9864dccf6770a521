"""What a paper says, frozen as data when it is issued: every text and amount in the language the law or the office prescribes.

The PDF is made from this content on demand (``papers.py``) and comes out with the same text every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.billing.captions import line_text
from app.billing.choices import LineCode, VoucherKind
from app.foundation import clock
from app.foundation.i18n import say
from app.values import formats

if TYPE_CHECKING:
    from app.billing.models import Charge, ChargeLine, Receipt, Shift, Voucher
    from app.billing.operations.receipts import Facts
    from app.billing.operations.vouchers import PaidOut
    from app.customers.models import Customer
    from app.offices.models import Office

VERSION = 1
# The accounting papers of these currencies are in the language the law names; elsewhere in the office's own.
LEGAL_LANGUAGE = {"CNY": "zh_Hans", "VND": "vi"}
# Account codes as printed on Vietnamese cash papers.
CASH_CODE, BANK_CODE, RECEIVABLE_CODE, REFUND_CODE = "111", "112", "131", "521"


def receipt_locale(office: Office) -> str:
    """Return the language that the papers of an office are issued in."""
    return LEGAL_LANGUAGE.get(office.currency.value, office.language.value)


def receipt_content(
    receipt: Receipt, *, office: Office, customer: Customer, charges: Sequence[Charge], shift: Shift | None, facts: Facts
) -> dict[str, Any]:
    """Return everything a receipt prints."""
    locale = receipt_locale(office)
    lines = [_line(line, locale) | _months_of(line, facts.months) for charge in charges for line in charge.lines]
    return {
        **_common(receipt, office, locale, customer, shift),
        "template": "receipt",
        "customer": {
            "customer_no": customer.customer_no,
            "name": customer.name,
            "address": facts.address or customer.invoice_address,
            "broadband_account": facts.broadband_account,
            "unit": facts.unit,
            "plan": facts.plan,
        },
        "lines": lines,
        "methods": [
            {
                "method": each.method.value,
                "amount": str(each.amount),
                "tendered": _plain(each.tendered),
                "change": _plain(each.change),
                "reference": each.reference,
            }
            for each in receipt.methods
        ],
        "credit_after": str(receipt.credited),
        "note": facts.note or say(facts.remark, locale),
        "payer_name": receipt.payer_name,
        "reason": "; ".join(dict.fromkeys(line["text"] for line in lines))[:300],
        "debit": CASH_CODE if receipt.has_cash else BANK_CODE,
        "credit": RECEIVABLE_CODE,
    }


def voucher_content(
    voucher: Voucher, *, office: Office, customer: Customer | None, receipt: Receipt | None, shift: Shift | None
) -> dict[str, Any]:
    """Return everything a payment voucher prints."""
    locale = receipt_locale(office)
    return {
        **_common(voucher, office, locale, customer, shift),
        "template": "voucher",
        "kind": voucher.kind.value,
        "customer": {"customer_no": customer.customer_no, "name": customer.name, "address": customer.invoice_address} if customer else None,
        "lines": [{"text": line.text, "amount": str(line.amount)} for line in voucher.lines],
        "methods": [{"method": each.method.value, "amount": str(each.amount), "reference": each.reference} for each in voucher.methods],
        "payee_name": voucher.payee_name,
        "reason": voucher.reason,
        "note": voucher.note,
        "original_number": receipt.number if receipt else "",
        "debit": RECEIVABLE_CODE if voucher.kind is VoucherKind.CREDIT else REFUND_CODE,
        "credit": CASH_CODE if voucher.has_cash else BANK_CODE,
    }


def refund_content(lines: Sequence[PaidOut], calculation: str) -> dict[str, Any]:
    """Return the lines of a payment voucher with what was taken and used of each, and how its amount comes about 計算說明."""
    explained = {"calculation": calculation} if calculation else {}
    return {"lines": [_paid_out(line) for line in lines], **explained}


def _paid_out(line: PaidOut) -> dict[str, Any]:
    taken = {"original_amount": str(line.original), "used": line.used} if line.original is not None else {}
    return {"text": line.text, "amount": str(line.amount), **taken}


def _common(document: Receipt | Voucher, office: Office, locale: str, customer: Customer | None, shift: Shift | None) -> dict[str, Any]:
    other = customer.language.value if customer is not None and customer.language else None
    return {
        "version": VERSION,
        "locale": locale,
        "second_locale": other if other != locale else None,
        "currency": office.currency.value,
        "office": {
            "legal_name": office.legal_name,
            "short_name": office.short_name,
            "address": office.address,
            "tax_number": office.tax_number,
            "phone": office.telephone,
            "logo": office.logo_id,
        },
        "number": document.number,
        "on": document.on.isoformat(),
        "booked_on": document.booked_on.isoformat(),
        "created_at": clock.local(document.created_at or clock.now(), office).isoformat(timespec="seconds"),
        "total": str(document.total),
        "total_in_words": document.total_in_words,
        "cashier": str(document.cashier),
        "shift": shift.number if shift else "",
        "form": office.voucher_form.value,
        "copies": office.copies.value,
        "backdated": document.on != document.booked_on,
    }


def detail_of(charge: Charge, locale: str) -> str:
    """Return what the lines of a charge say of it, nothing where they do not; the month of a service as its readers write it."""
    line = next((line for line in charge.lines if line.detail), None)
    if line is None:
        return ""
    return formats.with_month(line.detail, locale) if line.code in (LineCode.SERVICE, LineCode.LATE_INTEREST) else line.detail


def _line(line: ChargeLine, locale: str) -> dict[str, Any]:
    text = say(line.code, locale)
    if line.code in (LineCode.OTHER, LineCode.SERVICE) and line.detail:
        text = line.detail
    elif line.code is LineCode.LATE_INTEREST:
        text = line_text(line.code.value, locale, formats.with_month(line.detail, locale))
    return {
        "code": line.code.value,
        "text": text,
        "detail": line.detail,
        "period_start": line.period_start.isoformat() if line.period_start else None,
        "period_end": line.period_end.isoformat() if line.period_end else None,
        "quantity": _plain(line.quantity),
        "unit_price": _plain(line.unit_price),
        "amount": str(line.amount),
    }


def _months_of(line: ChargeLine, months: int) -> dict[str, int]:
    """Return how many months one piece of a plan's line holds, where it is not one."""
    is_package = line.code is LineCode.PLAN and line.quantity and months > line.quantity
    return {"months": months // int(line.quantity)} if is_package and line.quantity else {}


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
