"""Whether a database is of this program's version already, told without the tools that would change it: a start asks this first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.database_role import APPLICATION_ROLE, rights_of_role

if TYPE_CHECKING:
    from flask import Flask

NUMBERED = re.compile(r"(\d{4})_\w+\.py")
# What an upgrade leaves behind as its last deed, where a dump takes it along and no table of ours is needed.
READ_MARK = text("SELECT version_num, obj_description('alembic_version'::regclass) FROM alembic_version")
MAY_WORK = text(
    "SELECT pg_has_role(current_user, rolname, 'MEMBER') AND has_table_privilege(rolname, 'office', 'SELECT')"
    " FROM pg_roles WHERE rolname = :role"
)


def newest_migration(folder: Path) -> str:
    """Return the number of the newest migration in ``folder``, whose files are numbered in one line: ``0027_billing_runs.py``."""
    return max(match[1] for path in (folder / "versions").iterdir() if (match := NUMBERED.fullmatch(path.name)))


def is_current(app: Flask) -> bool:
    """Say whether the database of ``app`` has every migration, the rights of the application's role and the roles of people."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    try:
        with engine.connect() as connection:
            found = connection.execute(READ_MARK).one_or_none()
            newest = newest_migration(app.config["MIGRATIONS_FOLDER"])
            if found is None or tuple(found) != (newest, mark_of(app.config["FAB_ROLES"])):
                return False
            return bool(connection.execute(MAY_WORK, {"role": APPLICATION_ROLE}).scalar())
    except SQLAlchemyError:  # an empty database, or an older one that knows none of this
        return False
    finally:
        engine.dispose()


def write_mark(connection: Connection, roles: Iterable[str]) -> None:
    """Write down that rights and ``roles`` of this version are in place."""
    connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{mark_of(roles)}'"))


def mark_of(roles: Iterable[str]) -> str:
    """Return what stands for the rights of the application's role and the names of ``roles``."""
    told = "\n".join([*rights_of_role(), *sorted(roles)])
    return hashlib.sha256(told.encode()).hexdigest()
