"""Pages of billing: the periods of buildings, runs with what they propose, charges that explain themselves."""

from app.runs.views.charges import ServiceChargeView, VoidServiceChargeView
from app.runs.views.correcting import BillCorrectionView
from app.runs.views.periods import BillingPeriodView, PeriodDaysView, PeriodReopeningView
from app.runs.views.previewing import TariffPreviewView
from app.runs.views.running import BillingRunView, RunResultView

__all__ = [
    "BillCorrectionView",
    "BillingPeriodView",
    "BillingRunView",
    "PeriodDaysView",
    "PeriodReopeningView",
    "RunResultView",
    "ServiceChargeView",
    "TariffPreviewView",
    "VoidServiceChargeView",
]
