"""What billing adds to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.runs.views import (
    BillCorrectionView,
    BillingPeriodView,
    BillingRunView,
    PeriodDaysView,
    PeriodReopeningView,
    RunResultView,
    ServiceChargeView,
    TariffPreviewView,
    VoidServiceChargeView,
)
from app.values.errors import N_

CORRECTIONS = N_("Bills to be corrected")


def register(appbuilder: AppBuilder) -> None:
    services = N_("Metered services")
    appbuilder.add_view(BillingPeriodView, N_("Billing periods"), icon="calendar", category=services)
    appbuilder.add_view(BillingRunView, N_("Billing runs"), icon="calculator", category=services)
    appbuilder.add_view(ServiceChargeView, N_("Service charges"), icon="receipt", category=services)
    appbuilder.add_view(BillCorrectionView, CORRECTIONS, icon="adjustments", category=services)
    appbuilder.add_view_no_menu(RunResultView)
    appbuilder.add_view_no_menu(TariffPreviewView)
    appbuilder.add_view_no_menu(PeriodDaysView)
    appbuilder.add_view_no_menu(PeriodReopeningView)
    appbuilder.add_view_no_menu(VoidServiceChargeView)
