"""The JSON face of work orders: materials, installers, business types, orders and their completion."""

from app.workorders.api import lists, orders

ROUTES = (lists.routes, orders.routes)
