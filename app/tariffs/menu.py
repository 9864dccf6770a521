"""What tariffs add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.tariffs.views import ServiceSettingView, ServiceView, TariffVersionView, TariffView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    services = N_("Metered services")
    appbuilder.add_view(TariffView, N_("Tariffs"), icon="stairs", category=services)
    appbuilder.add_view(TariffVersionView, N_("Versions of tariffs"), icon="versions", category=services)
    appbuilder.add_view(ServiceView, N_("Services"), icon="bolt", category=services)
    appbuilder.add_view_no_menu(ServiceSettingView)
