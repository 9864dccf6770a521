"""The JSON face of broadband: plans, policies, subscriptions, regular payments."""

from app.broadband.api import payments, plans, subscriptions, taking

ROUTES = (plans.routes, subscriptions.routes, payments.routes, taking.routes)
