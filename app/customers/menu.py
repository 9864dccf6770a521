"""What customers add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.customers.views import CustomerView, EndOccupancyView, OccupancyView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(CustomerView, N_("Customers"), icon="users", category=N_("Operations"))
    appbuilder.add_view(OccupancyView, N_("Occupancies"), icon="users-group", category=N_("Operations"))
    appbuilder.add_view_no_menu(EndOccupancyView)
