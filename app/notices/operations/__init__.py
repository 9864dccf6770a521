"""What is done with notices: issued, replaced, printed, delivered, in bulk for a building."""

from app.notices.operations.batches import NOTICE_JOB, begin_batch
from app.notices.operations.delivering import deliver_batch, deliver_notice
from app.notices.operations.issuing import correct_notice, issue_notice, print_notices
from app.notices.operations.reminding import issue_reminder
from app.notices.operations.settings import make_settings, save_settings

__all__ = [
    "NOTICE_JOB",
    "begin_batch",
    "correct_notice",
    "deliver_batch",
    "deliver_notice",
    "issue_notice",
    "issue_reminder",
    "make_settings",
    "print_notices",
    "save_settings",
]
