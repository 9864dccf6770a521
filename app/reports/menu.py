"""What reports add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.reports.log_view import LogView
from app.reports.payments_view import PaymentsReportView
from app.reports.period_views import (
    ClosuresReportView,
    CommunityReportView,
    OpeningsReportView,
    SuspensionsReportView,
    TakingsReportView,
)
from app.reports.service_views import SERVICE_REPORTS
from app.values.errors import N_

QUERIES = (PaymentsReportView, SuspensionsReportView, ClosuresReportView)
STATISTICS = (TakingsReportView, CommunityReportView, OpeningsReportView)


def register(appbuilder: AppBuilder) -> None:
    for category, views in ((N_("Queries"), QUERIES), (N_("Period statistics"), STATISTICS), (N_("Service reports"), SERVICE_REPORTS)):
        for view in views:
            appbuilder.add_view(view, view.title, icon=view.icon, category=category)
    appbuilder.add_view(LogView, N_("Log"), icon="history", category=N_("Queries"))
