"""Bring the database to today's shape: migrations, the application's role, the roles of people; one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import create_engine, select, text

from app.foundation.database import db
from app.foundation.database_role import make_role
from app.foundation.migrated import write_mark

if TYPE_CHECKING:
    from flask import Flask

# Any fixed number: the lock that lets one process upgrade while the others wait.
UPGRADE_LOCK = 7_310_442
MIGRATIONS = "migrations"


def upgrade_database(app: Flask) -> None:
    """Upgrade the database of ``app`` (opened as its owner) to the newest migration and make the roles."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as guard:
        guard.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": UPGRADE_LOCK})
        guard.commit()
        try:
            with engine.begin() as connection:
                command.upgrade(alembic_config(app, connection), "head")
            with engine.begin() as connection:
                make_role(connection)
            _make_roles_of_people(app)
            with engine.begin() as connection:
                write_mark(connection, app.config["FAB_ROLES"])
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": UPGRADE_LOCK})
            guard.commit()
    engine.dispose()


def alembic_config(app: Flask, connection: object = None) -> Config:
    """Return Alembic's configuration for the migrations folder beside the package."""
    config = Config()
    config.set_main_option("script_location", str(app.config["MIGRATIONS_FOLDER"]))
    config.attributes["connection"] = connection
    return config


def _make_roles_of_people(app: Flask) -> None:
    with app.app_context():
        names = set(db.session.scalars(select(Role.name)))
        db.session.add_all(Role(name=name) for name in app.config["FAB_ROLES"] if name not in names)
        db.session.commit()
