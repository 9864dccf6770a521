"""What customers add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.customers.views import CustomerView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(CustomerView, N_("Customers"), icon="users", category=N_("Operations"))
