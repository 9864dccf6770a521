"""A stored receipt or payment voucher as PDF: the printing is logged first, then the paper made from what was frozen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.billing.models import Receipt, Reversal, Voucher, names
from app.billing.operations.printing import print_receipt, print_voucher
from app.billing.papers import receipt_pdf, voucher_pdf
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, run
from app.foundation.uploads.keeping import upload_with_content
from app.offices.models import Office, SystemUser


def printed_receipt(receipt_id: int, *, reason: str = "", training: bool = False) -> bytes:
    """Log one more printing of a receipt and return its PDF; a voided one carries its mark. Raises NotFound."""
    printing = run(print_receipt, receipt=receipt_id, reason=reason).record
    receipt = found(Receipt, receipt_id)
    office = found(Office, receipt.office_id)
    return receipt_pdf(
        receipt.content,
        printing=printing.printing,
        printed_at=clock.local(printing.created_at, office),
        printed_by=_login(),
        voided=_void_of(receipt),
        training=training,
        logo=_logo_of(receipt.content),
    )


def printed_voucher(voucher_id: int, *, reason: str = "", training: bool = False) -> bytes:
    """Log one more printing of a payment voucher and return its PDF; a voided one carries its mark. Raises NotFound."""
    printing = run(print_voucher, voucher=voucher_id, reason=reason).record
    voucher = found(Voucher, voucher_id)
    return voucher_pdf(
        voucher.content,
        printing=printing.printing,
        printed_at=clock.local(printing.created_at, found(Office, voucher.office_id)),
        printed_by=_login(),
        voided=_void_of(voucher),
        training=training,
        logo=_logo_of(voucher.content),
    )


def _logo_of(content: dict[str, Any]) -> bytes:
    """Return the logo that the office had when the paper was issued, whatever it has now."""
    logo = content["office"].get("logo")
    return upload_with_content(logo).content if logo else b""


def _login() -> str:
    user = db.session.get(SystemUser, current_scope().user_id)
    return user.username if user else ""


def _void_of(document: Receipt | Voucher) -> dict[str, Any] | None:
    reversal = db.session.scalars(select(Reversal).filter_by(**names(document))).one_or_none()
    if reversal is None:
        return None
    return {
        "number": reversal.number,
        "date": reversal.booked_on.isoformat(),
        "reason": reversal.reason,
        "approved_by": str(reversal.approved_by or reversal.created_by),
    }
