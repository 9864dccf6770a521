"""Periods, runs and charges of services as JSON, and what a period would have been by another price."""

from app.runs.api import previewing, running

ROUTES = (running.routes, previewing.routes)
