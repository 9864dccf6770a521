"""The JSON face of broadband: plans, policies, subscriptions, regular payments."""

from app.broadband.api import bulk, closing, halting, moving, payments, plans, proposals, subscriptions, taking, works

ROUTES = (
    plans.routes,
    subscriptions.routes,
    payments.routes,
    proposals.routes,
    taking.routes,
    halting.routes,
    bulk.routes,
    moving.routes,
    closing.routes,
    works.routes,
)
