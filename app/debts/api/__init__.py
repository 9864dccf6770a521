"""The JSON face of debts."""

from app.debts.api import collecting, lists, policies, settling

ROUTES = (policies.routes, lists.routes, settling.routes, collecting.routes)
