"""The paper of an operation on a line as PDF: the printing is logged first, then the paper made from what was frozen."""

from __future__ import annotations

from typing import Any

from app.broadband.models import LineOperation
from app.broadband.operations.printing import Papers, print_deed
from app.broadband.papers.application import application_pdf
from app.broadband.papers.settlement import settlement_pdf
from app.broadband.papers.transfer import transfer_pdf
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, run
from app.foundation.uploads.keeping import upload_with_content
from app.offices.models import Office, SystemUser

# Who draws what the snapshot names.
PAPERS = {"application": application_pdf, "settlement": settlement_pdf, "transfer": transfer_pdf}


def printed_deed(model: type[LineOperation], record: int, paper: Papers, *, reason: str = "", training: bool = False) -> bytes:
    """Log one more printing of an operation's paper and return its PDF; a voided operation carries its mark. Raises NotFound."""
    printing = run(print_deed, model=model, record=record, paper=paper, reason=reason).record
    office = found(Office, printing.office_id)
    user = db.session.get(SystemUser, current_scope().user_id)
    logo = printing.content["office"].get("logo")
    return PAPERS[printing.content["template"]](
        printing.content,
        printing=printing.printing,
        printed_at=clock.local(printing.created_at, office),
        printed_by=user.username if user else "",
        voided=_void_of(found(model, record)),
        training=training,
        logo=upload_with_content(logo).content if logo else b"",
    )


def _void_of(record: LineOperation) -> dict[str, Any] | None:
    reversal = record.event.reversal
    if reversal is None:
        return None
    return {
        "number": reversal.number,
        "date": reversal.booked_on.isoformat(),
        "reason": reversal.reason,
        "approved_by": str(reversal.approved_by or reversal.created_by),
    }
