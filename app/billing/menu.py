"""What billing adds to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.billing.views.approvals import ApprovalView
from app.billing.views.books import ChargeView, JournalView, PriceListView, ReversalView, ShiftView, VoucherView
from app.billing.views.receipts import ReceiptView
from app.billing.views.voiding import VoidReceiptView, VoidVoucherView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    billing = N_("Billing")
    appbuilder.add_view(ReceiptView, N_("Receipts"), icon="receipt", category=billing)
    for view in (VoidReceiptView, VoidVoucherView):
        appbuilder.add_view_no_menu(view)
    appbuilder.add_view(ApprovalView, N_("Approvals"), icon="checkup-list", category=billing)
    appbuilder.add_view(ChargeView, N_("Charges"), icon="file-invoice", category=billing)
    appbuilder.add_view(VoucherView, N_("Payment vouchers"), icon="receipt-refund", category=billing)
    appbuilder.add_view(ReversalView, N_("Reversals"), icon="arrow-back-up", category=billing)
    appbuilder.add_view(ShiftView, N_("Shifts"), icon="calendar-time", category=billing)
    appbuilder.add_view(JournalView, N_("Journal"), icon="book-2", category=billing)
    appbuilder.add_view(PriceListView, N_("Price list"), icon="tags", category=N_("Master data"))
