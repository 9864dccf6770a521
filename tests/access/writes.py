"""Whether anything was written: the rows of every table, counted by the database and compared where it counted something."""

from __future__ import annotations

from sqlalchemy import text

from app.foundation.database import db

# Rows touched by the transaction under way, table by table, also those of savepoints that were undone: a preview counts, too.
TOUCHED = text("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS touched FROM pg_stat_xact_user_tables")


def rows_touched() -> dict[str, int]:
    """Return how many rows of each table the transaction has added, changed or deleted so far."""
    return {row.relname: row.touched for row in db.session.connection().execute(TOUCHED)}


def state_of(table: str) -> str:
    """Return a digest of all rows of ``table``."""
    statement = f"SELECT md5(coalesce(string_agg(md5(row::text), '' ORDER BY row::text), '')) FROM \"{table}\" AS row"
    return str(db.session.connection().exec_driver_sql(statement).scalar_one())


class Watch:
    """Notices which tables a request has changed. Make it before the first request; every request must be undone after it."""

    def __init__(self) -> None:
        self.before = {table: state_of(table) for table in rows_touched()}
        self.touched = rows_touched()

    def changed(self) -> set[str]:
        """Return the tables that are not as they were; those that the database says nobody touched are not read."""
        now = rows_touched()
        suspects = {table for table, count in now.items() if count != self.touched.get(table, 0)}
        self.touched = now
        return {table for table in suspects if state_of(table) != self.before.get(table)}
