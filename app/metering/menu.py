"""What metering adds to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.metering.views import (
    AcceptReadingsView,
    AcceptReadingView,
    CorrectReadingView,
    InstallMeterView,
    MeterReportView,
    MeterView,
    ReaderDeviceView,
    ReaderWalkView,
    ReadingGridView,
    ReadingView,
    RemoveMeterView,
    ReplaceMeterView,
    WaterQuotaView,
    WithdrawReadingView,
)
from app.values.errors import N_

REPORTS = N_("Reports of readers")


def register(appbuilder: AppBuilder) -> None:
    services = N_("Metered services")
    appbuilder.add_view(ReadingGridView, N_("Read a building"), icon="keyboard", category=services)
    appbuilder.add_view(ReaderWalkView, N_("Read on the phone"), icon="device-mobile", category=services)
    appbuilder.add_view(ReadingView, N_("Readings"), icon="dashboard", category=services)
    appbuilder.add_view(MeterReportView, REPORTS, icon="alert-triangle", category=services)
    appbuilder.add_view(MeterView, N_("Meters"), icon="gauge", category=services)
    appbuilder.add_view(WaterQuotaView, N_("Water quotas"), icon="droplet", category=services)
    appbuilder.add_view(ReaderDeviceView, N_("Phones of meter readers"), icon="device-mobile", category=services)
    for view in (
        InstallMeterView,
        RemoveMeterView,
        ReplaceMeterView,
        AcceptReadingView,
        AcceptReadingsView,
        CorrectReadingView,
        WithdrawReadingView,
    ):
        appbuilder.add_view_no_menu(view)
