"""Tables of billing: the periods of a building, runs with what they propose, the charges of services and their corrections."""

from app.runs.models.charges import ServiceCharge
from app.runs.models.corrections import BillCorrection
from app.runs.models.periods import BillingPeriod
from app.runs.models.running import BillingRun, RunResult, RunService

__all__ = ["BillCorrection", "BillingPeriod", "BillingRun", "RunResult", "RunService", "ServiceCharge"]
