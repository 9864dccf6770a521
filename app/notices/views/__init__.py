"""Pages of notices: papers, batches of a building, who is due for a reminder, delivery, settings, statements."""

from app.notices.views.batches import BatchDeliveryView, NoticeBatchView
from app.notices.views.due import DueRemindersView
from app.notices.views.mail import NoticeLetterView
from app.notices.views.notices import NoticeDeliveryView, NoticeView, ReminderView
from app.notices.views.settings import NoticeSettingView
from app.notices.views.statements import AccountStatementView

__all__ = [
    "AccountStatementView",
    "BatchDeliveryView",
    "DueRemindersView",
    "NoticeBatchView",
    "NoticeDeliveryView",
    "NoticeLetterView",
    "NoticeSettingView",
    "NoticeView",
    "ReminderView",
]
