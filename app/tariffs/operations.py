"""What is done with services and what a building says otherwise of them."""

from __future__ import annotations

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import current_scope
from app.offices.models import Office
from app.tariffs.models import FIRST_SERVICES, Service


def make_services(office: Office) -> None:
    """Give a new office its first services, named in its own language."""
    for position, (kind, terms) in enumerate(FIRST_SERVICES.items(), start=1):
        name = say(kind, office.language.value)
        service = Service(office_id=office.id, code=kind.value, name=name, kind=kind, position=position, **terms)
        service.created_by_id = current_scope().user_id
        db.session.add(service)
