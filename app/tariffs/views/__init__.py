"""Pages of services, tariffs and their versions."""

from app.tariffs.views.services import ServiceSettingView, ServiceView
from app.tariffs.views.tariffs import TariffView
from app.tariffs.views.versions import TariffVersionView

__all__ = ["ServiceSettingView", "ServiceView", "TariffVersionView", "TariffView"]
