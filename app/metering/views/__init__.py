"""Pages of metering: meters, readings, the grid of a building, water quotas, what readers report."""

from app.metering.views.accepting import AcceptReadingsView
from app.metering.views.devices import ReaderDeviceView
from app.metering.views.grid import ReadingGridView
from app.metering.views.meters import MeterView
from app.metering.views.placing import InstallMeterView, RemoveMeterView, ReplaceMeterView
from app.metering.views.quotas import WaterQuotaView
from app.metering.views.readings import ReadingView
from app.metering.views.reports import MeterReportView
from app.metering.views.settling import AcceptReadingView, CorrectReadingView, WithdrawReadingView
from app.metering.views.walking import ReaderWalkView

__all__ = [
    "AcceptReadingView",
    "AcceptReadingsView",
    "CorrectReadingView",
    "InstallMeterView",
    "MeterReportView",
    "MeterView",
    "ReaderDeviceView",
    "ReaderWalkView",
    "ReadingGridView",
    "ReadingView",
    "RemoveMeterView",
    "ReplaceMeterView",
    "WaterQuotaView",
    "WithdrawReadingView",
]
