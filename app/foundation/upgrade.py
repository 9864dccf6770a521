"""Bring the database to today's shape: migrations, the application's role, the roles of people; one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.database_role import make_role
from app.foundation.migrated import write_mark
from app.foundation.postgres import DatabaseUnavailable

if TYPE_CHECKING:
    from flask import Flask

# Any fixed number: the lock that lets one process upgrade while the others wait.
UPGRADE_LOCK = 7_310_442
MIGRATIONS = "migrations"
ADD_EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
HAS_EXTENSION = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')"
# What PostgreSQL says when the extension cannot be added: the right is lacking, or its files are.
NO_FILES = "The PostgreSQL server lacks the extension btree_gist; its contrib package (postgresql-contrib) has it."
REFUSALS = {
    "42501": "The role {role} may not add the extension btree_gist to the database {database}.",
    "0A000": NO_FILES,
    "58P01": NO_FILES,
}


def upgrade_database(app: Flask) -> None:
    """Upgrade the database of ``app`` (opened as its owner) to the newest migration and make the roles."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as guard:
        guard.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": UPGRADE_LOCK})
        guard.commit()
        try:
            require_extension(engine)
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


def require_extension(engine: Engine) -> None:
    """Add the extension ``btree_gist``, by which the database keeps days apart, where it is not there yet.

    Raises DatabaseUnavailable, with what the administrator of the server must do, where that cannot be done.
    """
    with engine.connect() as connection:
        if connection.execute(text(HAS_EXTENSION)).scalar():
            return
        database, role = connection.execute(text("SELECT current_database(), current_user")).one()
    try:
        with engine.begin() as connection:
            connection.execute(text(ADD_EXTENSION))
    except DBAPIError as error:
        reason = REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
        if reason is None:
            raise
        said = reason.format(role=role, database=database)
        raise DatabaseUnavailable(
            f"{said} Ask the administrator of the server to run in the database {database}, as a superuser: CREATE EXTENSION btree_gist;"
        ) from error


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
