"""The living demonstration of a first start: three offices with their people, plans and logins, and fourteen months of history.

``prepare`` is what the server calls before it serves: on an empty installation it makes everything that a sign-in needs, in a moment,
and leaves the history to a background job. An installation that somebody made himself stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from app.demonstration.making import HOUSE_LOGINS, JOB, PASSWORD, make_demonstration
from app.demonstration.places import OFFICES
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.models import Office, SystemUser

if TYPE_CHECKING:
    from config import Settings

__all__ = ["greeting", "make_demonstration", "prepare"]

# Any fixed number: of two servers that start at once on an empty database, one makes the demonstration.
PREPARE_LOCK = 7_310_445


def prepare(settings: Settings) -> str:
    """Make the demonstration in an empty installation, as the database's owner, and return its logins to be printed.

    On later starts of a demonstration only its logins, of any other installation nothing.
    """
    from app import create_app

    app = create_app(settings, AS_OWNER=True)
    with app.app_context(), everything("the first start makes the offices"):
        try:
            db.session.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": PREPARE_LOCK})
            if _is_empty():
                run(make_demonstration, until=clock.real_now().isoformat())
            return greeting() if _is_demonstration() else ""
        finally:
            db.session.rollback()
            db.session.remove()
            # With the connection ends its lock.
            db.engine.dispose()


def greeting() -> str:
    """Return the logins of the demonstration as they are printed."""
    lines = [f"Demonstration logins, all with the password {PASSWORD}:"]
    lines.append(f"    {'everywhere':<11}" + "  ".join(username for username, _, _ in HOUSE_LOGINS))
    for profile in OFFICES:
        city = {"SZ": "Shenzhen", "HK": "Hong Kong", "HN": "Hà Nội"}[profile.code]
        lines.append(f"    {city:<11}" + "  ".join(person.username for person in profile.people if person.username))
    return "\n".join(lines)


def _is_empty() -> bool:
    """Say whether nobody has made anything here yet: neither an office nor a person."""
    return all(db.session.scalars(select(table.id).limit(1)).one_or_none() is None for table in (Office, SystemUser))


def _is_demonstration() -> bool:
    return db.session.scalars(select(BackgroundJob.id).where(BackgroundJob.unique_key == JOB)).one_or_none() is not None
