"""The JSON face of metering: meters, readings and water quotas, files of readings, the phones of readers, and what they report."""

from app.metering.api import devices, imports, registers, reports, settling
from app.metering.api.devices import caller_of_device

__all__ = ["ROUTES", "caller_of_device"]

ROUTES = (registers.routes, settling.routes, imports.routes, devices.routes, reports.routes)
