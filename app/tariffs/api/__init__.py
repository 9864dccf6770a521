"""Services, tariffs and their versions as JSON."""

from app.tariffs.api import services, tariffs, versions

ROUTES = (services.routes, tariffs.routes, versions.routes)
