"""What broadband adds to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.billing.views.receipts import ReceiptView
from app.broadband.views.bulk import BulkRowView, BulkRunView
from app.broadband.views.closing import ClosureView
from app.broadband.views.equipping import EquipmentView
from app.broadband.views.granting import CompensationView, GiftView
from app.broadband.views.halting import ForcedStopView, ResumptionView, SuspensionView
from app.broadband.views.moving import RelocationView, TransferView
from app.broadband.views.moving_days import MovePlannedResumptionView
from app.broadband.views.openings import OpenAccountView
from app.broadband.views.payments import RegularPaymentView
from app.broadband.views.plan_changing import PlanChangeView
from app.broadband.views.proposals import LineProposalView
from app.broadband.views.settings import BroadbandPolicyView, PlanView
from app.broadband.views.subscriptions import SubscriptionView
from app.broadband.views.voiding import VoidOperationView
from app.broadband.views.works import OrderWorksView
from app.customers.views import CustomerView, OccupancyView
from app.values.errors import N_

SubscriptionView.related_views = [RegularPaymentView]
BulkRunView.related_views = [BulkRowView]
CustomerView.related_views = [SubscriptionView, ReceiptView, OccupancyView]


def register(appbuilder: AppBuilder) -> None:
    operations, queries, master_data = N_("Operations"), N_("Queries"), N_("Master data")
    appbuilder.add_view(OpenAccountView, N_("Open account"), icon="user-plus", category=operations)
    appbuilder.add_view(RegularPaymentView, N_("Regular payments"), icon="cash", category=operations)
    appbuilder.add_view_no_menu(OrderWorksView)
    appbuilder.add_view(LineProposalView, N_("Proposals"), icon="alarm", category=operations)
    appbuilder.add_view(SuspensionView, N_("Suspensions"), icon="player-pause", category=operations)
    appbuilder.add_view(ForcedStopView, N_("Forced stops"), icon="ban", category=operations)
    appbuilder.add_view(ResumptionView, N_("Resumptions"), icon="player-play", category=operations)
    appbuilder.add_view(RelocationView, N_("Relocations"), icon="map-pin", category=operations)
    appbuilder.add_view(TransferView, N_("Transfers"), icon="user-share", category=operations)
    appbuilder.add_view(PlanChangeView, N_("Plan changes"), icon="replace", category=operations)
    appbuilder.add_view(ClosureView, N_("Closures"), icon="archive", category=operations)
    appbuilder.add_view(GiftView, N_("Gift months"), icon="gift", category=operations)
    appbuilder.add_view(CompensationView, N_("Compensation days"), icon="calendar-plus", category=operations)
    appbuilder.add_view(EquipmentView, N_("Equipment"), icon="plug", category=operations)
    appbuilder.add_view(BulkRunView, N_("Operations on many lines"), icon="list-check", category=operations)
    appbuilder.add_view_no_menu(BulkRowView)
    appbuilder.add_view_no_menu(MovePlannedResumptionView)
    appbuilder.add_view_no_menu(VoidOperationView)
    appbuilder.add_view(SubscriptionView, N_("Subscriber query"), icon="router", category=queries)
    appbuilder.add_view(PlanView, N_("Plan settings"), icon="stack-2", category=master_data)
    appbuilder.add_view(BroadbandPolicyView, N_("Broadband policy"), icon="adjustments", category=master_data)
