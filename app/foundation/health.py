"""Two addresses for whoever watches the installation: does the process live, and can it work. No sign-in is needed, no secret told."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import clock, migrated
from app.foundation.database import db

health = Blueprint("health", __name__)

# A worker shows itself every few seconds; one that was restarted meanwhile is no reason for an alarm.
WORKER_SILENT = datetime.timedelta(seconds=60)
PATIENCE = text("SELECT set_config('statement_timeout', '2s', true)")
UNAVAILABLE = 503


def init_health(app: Flask) -> None:
    """Put both addresses in place."""
    app.register_blueprint(health)


@health.get("/health")
def live() -> Response:
    """Answer that the process lives; nothing is asked of the database."""
    return _answer({"status": "ok"})


@health.get("/ready")
def ready() -> tuple[Response, int] | Response:
    """Answer whether the installation can work: 503 with the reasons where it cannot."""
    problems = list(problems_now())
    return (_answer({"status": "unavailable", "problems": problems}), UNAVAILABLE) if problems else _answer({"status": "ok"})


def problems_now() -> Iterator[str]:
    """Yield why the installation cannot work, in plain English for programs and their administrators."""
    try:
        connection = db.session.connection()
        connection.execute(PATIENCE)
        if migration_now() != newest_migration():
            yield "The database is not of this program's version: start the server of this version once, which upgrades it."
        seen = worker_seen_at()
        if seen is None or clock.real_now() - seen > WORKER_SILENT:
            yield "No worker has been seen in the last minute: background jobs wait."
    except SQLAlchemyError:
        yield "The database does not answer."
    finally:
        db.session.rollback()


def migration_now() -> str | None:
    """Return the migration of the database."""
    found: str | None = db.session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def newest_migration() -> str:
    """Return the newest migration of this program."""
    return migrated.newest_migration(current_app.config["MIGRATIONS_FOLDER"])


def worker_seen_at() -> datetime.datetime | None:
    """Return when a worker showed itself last."""
    found: datetime.datetime | None = (
        db.session.connection().execute(text("SELECT max(last_heartbeat) FROM procrastinate_workers")).scalar()
    )
    return found


def _answer(content: dict[str, Any]) -> Response:
    response = jsonify(content)
    response.headers["Cache-Control"] = "no-store"
    return response
