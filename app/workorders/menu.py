"""What work orders add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.values.errors import N_
from app.workorders.views import BusinessTypeView, CompleteOrderView, InstallerView, MaterialView, WorkOrderView


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(WorkOrderView, N_("Work orders"), icon="tool", category=N_("Operations"))
    appbuilder.add_view_no_menu(CompleteOrderView)
    appbuilder.add_view(MaterialView, N_("Material list"), icon="box", category=N_("Master data"))
    appbuilder.add_view(InstallerView, N_("Installers"), icon="users", category=N_("Master data"))
    appbuilder.add_view(BusinessTypeView, N_("Business types"), icon="category", category=N_("Master data"))
