"""The JSON face of debts."""

from app.debts.api import collecting, crediting, lists, policies, settling

ROUTES = (policies.routes, lists.routes, settling.routes, crediting.routes, collecting.routes)
