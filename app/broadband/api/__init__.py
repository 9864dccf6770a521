"""The JSON face of broadband: plans, policies, subscriptions, regular payments."""

from app.broadband.api import halting, payments, plans, proposals, subscriptions, taking, works

ROUTES = (plans.routes, subscriptions.routes, payments.routes, proposals.routes, taking.routes, halting.routes, works.routes)
