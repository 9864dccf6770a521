"""The JSON face of billing: charges, payments, receipts and their voids, vouchers, approvals, shifts, prices, a customer's statement."""

from app.billing.api import approvals, debts, desk, receipts, vouchers

ROUTES = (debts.routes, receipts.routes, vouchers.routes, approvals.routes, desk.routes)
