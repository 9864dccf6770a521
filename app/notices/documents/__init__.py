"""What notices say, frozen as data when they are issued, in the resident's language."""

from app.notices.documents.frame import Sender, language_of
from app.notices.documents.notice import Worked, notice_content, worked_out
from app.notices.documents.reminder import reminder_content

__all__ = ["Sender", "Worked", "language_of", "notice_content", "reminder_content", "worked_out"]
