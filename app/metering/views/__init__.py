"""Pages of metering: meters, readings, the grid of a building, water quotas."""

from app.metering.views.grid import ReadingGridView
from app.metering.views.meters import MeterView
from app.metering.views.placing import InstallMeterView, RemoveMeterView, ReplaceMeterView
from app.metering.views.quotas import WaterQuotaView
from app.metering.views.readings import ReadingView
from app.metering.views.settling import AcceptReadingView, CorrectReadingView, WithdrawReadingView

__all__ = [
    "AcceptReadingView",
    "CorrectReadingView",
    "InstallMeterView",
    "MeterView",
    "ReadingGridView",
    "ReadingView",
    "RemoveMeterView",
    "ReplaceMeterView",
    "WaterQuotaView",
    "WithdrawReadingView",
]
