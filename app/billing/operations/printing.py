"""Printing a stored paper: every printing is logged; from the second on it is marked."""

from __future__ import annotations

from sqlalchemy import func, select

from app.billing.models import Printing, Receipt, Voucher
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found

# The first of the two numbers of an advisory lock says what is locked.
PRINTING_LOCK = 7310444


def print_receipt(*, receipt: int, reason: str = "") -> Printing:
    """Log one more printing of a receipt and return it with its count."""
    paper = found(Receipt, receipt)
    return _logged(Printing(office_id=paper.office_id, receipt_id=paper.id), Printing.receipt_id == paper.id, reason)


def print_voucher(*, voucher: int, reason: str = "") -> Printing:
    """Log one more printing of a payment voucher and return it with its count."""
    paper = found(Voucher, voucher)
    return _logged(Printing(office_id=paper.office_id, voucher_id=paper.id), Printing.voucher_id == paper.id, reason)


def _logged(printing: Printing, same_paper: object, reason: str) -> Printing:
    # Two printings at once would count the same: the second waits here. Papers are never updated, so their rows cannot be locked.
    db.session.execute(select(func.pg_advisory_xact_lock(PRINTING_LOCK, printing.receipt_id or -(printing.voucher_id or 0))))
    earlier = db.session.execute(select(func.coalesce(func.max(Printing.printing), 0)).where(same_paper)).scalar_one()  # type: ignore[arg-type]
    printing.printing = earlier + 1
    printing.reason = reason
    printing.created_by_id = current_scope().user_id
    db.session.add(printing)
    return printing
