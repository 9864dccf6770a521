"""The JSON face of offices: sign-in, offices, employees."""

from app.offices.api import people, signing_in
from app.offices.api.signing_in import caller_of

__all__ = ["ROUTES", "caller_of"]

ROUTES = (signing_in.routes, people.routes)
