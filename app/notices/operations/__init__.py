"""What is done with notices: issued, replaced, printed, sent, delivered, in bulk for a building."""

from app.notices.operations.batches import NOTICE_JOB, begin_batch
from app.notices.operations.delivering import deliver_batch, deliver_notice
from app.notices.operations.issuing import correct_notice, issue_notice, print_notices
from app.notices.operations.mailing import NOTICE_MAIL_JOB, begin_mailing, mail_notice
from app.notices.operations.reminding import issue_reminder
from app.notices.operations.settings import make_settings, save_settings, set_collection_code

__all__ = [
    "NOTICE_JOB",
    "NOTICE_MAIL_JOB",
    "begin_batch",
    "begin_mailing",
    "correct_notice",
    "deliver_batch",
    "deliver_notice",
    "issue_notice",
    "issue_reminder",
    "mail_notice",
    "make_settings",
    "print_notices",
    "save_settings",
    "set_collection_code",
]
