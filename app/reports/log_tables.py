"""Which tables the log may be about: asked of the database, so that no table whose changes are traced can be forgotten."""

from __future__ import annotations

from sqlalchemy import text

from app.foundation.database import db
from app.reports.log import PAPERS

# A table whose changes the database writes down has its trigger; of the entries each name is found by one step along the index.
_TABLES = text("""
    WITH RECURSIVE named AS (
        (SELECT of_table FROM log_entry WHERE of_table > '' ORDER BY of_table LIMIT 1)
        UNION ALL
        SELECT (SELECT entry.of_table FROM log_entry entry WHERE entry.of_table > named.of_table ORDER BY entry.of_table LIMIT 1)
        FROM named WHERE named.of_table IS NOT NULL
    )
    SELECT of_table FROM named WHERE of_table IS NOT NULL
    UNION
    SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'write_trace'
""")


def tables() -> frozenset[str]:
    """Return the tables whose changes are traced, those whose papers are printed, and those that entries name."""
    return frozenset(db.session.connection().execute(_TABLES).scalars()) | PAPERS.keys()
