"""The first administrator of an installation that is not a demonstration."""

from __future__ import annotations

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.upgrade import upgrade_database
from app.offices.models import Office, SystemUser
from app.offices.operations import create_user
from app.roles import Role
from app.values.errors import OperationRefused
from config import Settings


def make_administrator(settings: Settings, username: str, password: str) -> str:
    """Make the tables and the administrator as the database's owner; return why not, or nothing."""
    from app import create_app

    app = create_app(settings, AS_OWNER=True)
    upgrade_database(app)
    with app.app_context(), everything("the first start makes the administrator"):
        try:
            if any(db.session.scalars(select(table.id).limit(1)).one_or_none() is not None for table in (Office, SystemUser)):
                return "This installation has offices or users already; init makes new ones only. Choose another FEEHOUSE_DATA."
            run(
                create_user,
                username=username,
                first_name=username,
                last_name="",
                password=password,
                roles=(Role.ADMINISTRATOR.value,),
                offices=(),
                must_change_password=False,
            )
        except OperationRefused as refusal:
            return say(refusal.message, "en")
        finally:
            db.session.rollback()
            db.session.remove()
            db.engine.dispose()
    return ""
