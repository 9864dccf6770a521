"""Tables of metering: meters with their places and readings, water quotas, the phones of readers and what they report."""

from app.metering.models.phones import MeterReport, ReaderDevice
from app.metering.models.registers import FEWEST_DIGITS, LIVE, MOST_DIGITS, Meter, MeterInstallation, Reading, WaterQuota

__all__ = ["FEWEST_DIGITS", "LIVE", "MOST_DIGITS", "Meter", "MeterInstallation", "MeterReport", "ReaderDevice", "Reading", "WaterQuota"]
