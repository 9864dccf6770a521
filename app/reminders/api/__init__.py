"""Reminders for programs: expiring lines, notes of calls, renewal notices, letters, the office's reminder days."""

from app.reminders.api import expiring, notes, outbox

ROUTES = (expiring.routes, notes.routes, outbox.routes)
