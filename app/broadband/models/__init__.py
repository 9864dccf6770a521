"""Plans, the office's policy, subscriptions, their service periods and payments, and what was done to them."""

from app.broadband.models.bulk import BulkRow, BulkRun, LinePrinting
from app.broadband.models.closures import Closure, Equipment
from app.broadband.models.events import LineOperation, SubscriptionEvent
from app.broadband.models.life import ForcedStop, LineGrant, PlanChange, Relocation, Resumption, Suspension, Transfer
from app.broadband.models.payments import RegularPayment, ServicePeriod
from app.broadband.models.plans import BroadbandPolicy, Plan
from app.broadband.models.proposals import LineProposal
from app.broadband.models.subscriptions import Subscription, SubscriptionWorkOrder

__all__ = [
    "BroadbandPolicy",
    "BulkRow",
    "BulkRun",
    "Closure",
    "Equipment",
    "ForcedStop",
    "LineGrant",
    "LineOperation",
    "LinePrinting",
    "LineProposal",
    "Plan",
    "PlanChange",
    "RegularPayment",
    "Relocation",
    "Resumption",
    "ServicePeriod",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionWorkOrder",
    "Suspension",
    "Transfer",
]
