"""What a downgrade must not throw away: the way back from there is a backup, not a migration."""

from __future__ import annotations

from alembic import op
from alembic.util import CommandError
from sqlalchemy import text


def require_empty(*tables: str) -> None:
    """Raise CommandError, before anything is changed, when one of the tables that a downgrade drops holds rows."""
    connection = op.get_bind()
    filled = [table for table in tables if connection.execute(text(f"SELECT EXISTS (SELECT 1 FROM {table})")).scalar()]  # noqa: S608
    if filled:
        raise CommandError(
            f"This downgrade would throw away what is in {', '.join(filled)}, and no upgrade brings it back. "
            "Restore a backup that was made before the upgrade, with the program of that time."
        )
