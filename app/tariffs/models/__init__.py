"""Tables of tariffs: services and their limits in a building; tariffs and their versions."""

from app.tariffs.models.services import FIRST_SERVICES, Ratio, Service, ServiceSetting
from app.tariffs.models.tariffs import Tariff, TariffVersion

__all__ = ["FIRST_SERVICES", "Ratio", "Service", "ServiceSetting", "Tariff", "TariffVersion"]
