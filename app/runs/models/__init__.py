"""Tables of billing: the periods of a building, runs with what they propose, and the charges of services."""

from app.runs.models.charges import ServiceCharge
from app.runs.models.periods import BillingPeriod
from app.runs.models.running import BillingRun, RunResult, RunService

__all__ = ["BillingPeriod", "BillingRun", "RunResult", "RunService", "ServiceCharge"]
