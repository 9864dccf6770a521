"""What reminders add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.reminders.views.calls import ReminderCallView
from app.reminders.views.expiring import ExpiringView
from app.reminders.views.letters import LetterView
from app.reminders.views.notices import RenewalNoticeView
from app.reminders.views.settings import ReminderSettingsView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    reminders = N_("Expiry reminders")
    appbuilder.add_view(ExpiringView, N_("Expiring subscribers"), icon="hourglass-high", category=reminders)
    appbuilder.add_view(ReminderCallView, N_("Reminder calls"), icon="phone", category=reminders)
    appbuilder.add_view(RenewalNoticeView, N_("Renewal notices"), icon="file-text", category=reminders)
    appbuilder.add_view(LetterView, N_("Outbox"), icon="mail", category=reminders)
    appbuilder.add_view(ReminderSettingsView, N_("Reminder day settings"), icon="bell-ringing", category=reminders)
