"""Plans, the office's policy, subscriptions, their service periods and payments."""

from app.broadband.models.payments import RegularPayment, ServicePeriod
from app.broadband.models.plans import BroadbandPolicy, Plan
from app.broadband.models.subscriptions import Subscription, SubscriptionWorkOrder

__all__ = ["BroadbandPolicy", "Plan", "RegularPayment", "ServicePeriod", "Subscription", "SubscriptionWorkOrder"]
