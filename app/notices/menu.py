"""What notices add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.notices.views import (
    AccountStatementView,
    BatchDeliveryView,
    DueRemindersView,
    NoticeBatchView,
    NoticeDeliveryView,
    NoticeLetterView,
    NoticeSettingView,
    NoticeView,
    ReminderView,
)
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    services = N_("Metered services")
    appbuilder.add_view(NoticeView, N_("Notices"), icon="file-invoice", category=services)
    appbuilder.add_view(NoticeBatchView, N_("Notices by building"), icon="files", category=services)
    appbuilder.add_view(DueRemindersView, N_("Reminders due"), icon="bell-ringing", category=services)
    appbuilder.add_view(NoticeLetterView, N_("Notices by e-mail"), icon="mail", category=services)
    appbuilder.add_view(NoticeSettingView, N_("Notice settings"), icon="adjustments", category=services)
    for view in (AccountStatementView, ReminderView, NoticeDeliveryView, BatchDeliveryView):
        appbuilder.add_view_no_menu(view)
