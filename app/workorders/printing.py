"""An order's sheet as PDF: the printing is logged first, then the paper made from what was frozen."""

from __future__ import annotations

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, run
from app.foundation.uploads.keeping import upload_with_content
from app.offices.models import Office, SystemUser
from app.workorders.operations.printing import print_order
from app.workorders.papers.order import order_pdf


def printed_order(order_id: int, *, reason: str = "", training: bool = False) -> bytes:
    """Log one more printing of an order's sheet and return its PDF. Raises NotFound."""
    printing = run(print_order, work_order=order_id, reason=reason).record
    office = found(Office, printing.office_id)
    user = db.session.get(SystemUser, current_scope().user_id)
    logo = printing.content["office"].get("logo")
    return order_pdf(
        printing.content,
        printing=printing.printing,
        printed_at=clock.local(printing.created_at, office),
        printed_by=user.username if user else "",
        training=training,
        logo=upload_with_content(logo).content if logo else b"",
    )
