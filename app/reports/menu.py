"""What reports add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.reports.log_view import LogView
from app.reports.payments_in_period import TITLE
from app.reports.views import PaymentsReportView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(PaymentsReportView, TITLE, icon="report-money", category=N_("Queries"))
    appbuilder.add_view(LogView, N_("Log"), icon="history", category=N_("Queries"))
