"""What work orders add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.values.errors import N_
from app.workorders.views.calendar import OrderCalendarView
from app.workorders.views.deeds import BookOrderView, CheckOrderView, CompleteOrderView, FailOrderView
from app.workorders.views.handovers import HandoverView
from app.workorders.views.lists import BusinessTypeView, InstallerView, MaterialView
from app.workorders.views.mine import MyOrdersView
from app.workorders.views.orders import WorkOrderView
from app.workorders.views.voiding import VoidHandoverView


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(MyOrdersView, N_("My orders"), icon="checklist", category=N_("Operations"))
    appbuilder.add_view(WorkOrderView, N_("Work orders"), icon="tool", category=N_("Operations"))
    appbuilder.add_view(OrderCalendarView, N_("Week of the installers"), icon="calendar-event", category=N_("Operations"))
    for view in (BookOrderView, CompleteOrderView, FailOrderView, CheckOrderView, VoidHandoverView):
        appbuilder.add_view_no_menu(view)
    appbuilder.add_view(HandoverView, N_("Money handed over"), icon="wallet", category=N_("Operations"))
    appbuilder.add_view(MaterialView, N_("Material list"), icon="box", category=N_("Master data"))
    appbuilder.add_view(InstallerView, N_("Installers"), icon="users", category=N_("Master data"))
    appbuilder.add_view(BusinessTypeView, N_("Business types"), icon="category", category=N_("Master data"))
