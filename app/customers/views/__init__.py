"""Pages of customers, and of who occupies which unit."""

from app.customers.views.occupancies import EndOccupancyView, OccupancyView
from app.customers.views.people import CustomerView

__all__ = ["CustomerView", "EndOccupancyView", "OccupancyView"]
