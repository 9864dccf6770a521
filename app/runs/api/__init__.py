"""Periods, runs, charges of services and their corrections as JSON, and what a period would have been by another price."""

from app.runs.api import correcting, previewing, running

ROUTES = (running.routes, correcting.routes, previewing.routes)
