"""What places add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.places.views import BuildingView, CommunityView, UnitFactView, UnitView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    master_data = N_("Master data")
    appbuilder.add_view(CommunityView, N_("Community settings"), icon="building-community", category=master_data)
    appbuilder.add_view(BuildingView, N_("Buildings"), icon="building", category=master_data)
    appbuilder.add_view(UnitView, N_("Units"), icon="door", category=master_data)
    appbuilder.add_view(UnitFactView, N_("Facts of units"), icon="list-details", category=master_data)
