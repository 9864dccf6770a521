"""The JSON face of work orders: materials, installers, business types, orders, and the money that installers hand over."""

from app.workorders.api import handovers, lists, orders

ROUTES = (lists.routes, orders.routes, handovers.routes)
