"""What debts add to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.debts.views.adjusting import AdjustmentView, VoidAdjustmentView, WriteOffView
from app.debts.views.collecting import CollectionStepView, DebtDigestView, LateInterestView, PaymentPromiseView
from app.debts.views.crediting import CreditPayoutView
from app.debts.views.lists import CollectionStatusView, DebtsView
from app.debts.views.policies import DebtPolicyView
from app.debts.views.statements import StatementView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    debts = N_("Debts and collection")
    appbuilder.add_view(DebtsView, N_("Debts"), icon="coins", category=debts)
    appbuilder.add_view(StatementView, N_("Statement of account"), icon="file-text", category=debts)
    appbuilder.add_view(CollectionStatusView, N_("Collection status"), icon="speakerphone", category=debts)
    appbuilder.add_view(CollectionStepView, N_("Collection history"), icon="note", category=debts)
    appbuilder.add_view(PaymentPromiseView, N_("Promises to pay"), icon="calendar-due", category=debts)
    appbuilder.add_view(LateInterestView, N_("Late interest"), icon="percentage", category=debts)
    appbuilder.add_view(AdjustmentView, N_("Adjustments"), icon="adjustments", category=debts)
    appbuilder.add_view(DebtDigestView, N_("Debt digests"), icon="mail", category=debts)
    appbuilder.add_view(DebtPolicyView, N_("Debt policy"), icon="moneybag", category=N_("Master data"))
    for view in (WriteOffView, VoidAdjustmentView, CreditPayoutView):
        appbuilder.add_view_no_menu(view)
