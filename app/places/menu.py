"""What places add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.places.views import CommunityView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(CommunityView, N_("Community settings"), icon="building-community", category=N_("Master data"))
