"""Keeping installers 安裝人員: who signs in as which of them."""

from __future__ import annotations

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views.saving import Values, saving
from app.offices.models import user_office
from app.values.errors import Message, NotFound
from app.workorders.models import Installer

_save = saving(Installer)


def save_installer(*, record: int | None, office: int | None, version: str | None, values: Values) -> Installer:
    """Add or change an installer. Raises NotFound for a user who does not work in the installer's office."""
    user = dict(values).get("user")
    if user is not None:
        place = office if record is None else found(Installer, record).office_id
        works_here = select(user_office.c.user_id).where(user_office.c.user_id == user, user_office.c.office_id == place)
        if db.session.execute(works_here).first() is None:
            raise NotFound(Message("This record does not exist."), code="not_found", field="user")
    saved: Installer = _save(record=record, office=office, version=version, values=values)
    return saved
