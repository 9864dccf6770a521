"""The trace of changes 操作日誌: who changed or deleted which row, before and after, written by the database itself.

A trigger of migration 0004 writes it from ``app.user``, which ``transactions.run`` sets; no way of writing a row can forget it. Its
time is the real one, also where the business clock of a training installation was moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Document, Moment, Record, Short, db
from app.foundation.views.history import Change


class Trace(Record):
    """One change of one row: the changed columns before and after; ``after`` is empty where the row was deleted.

    ``job`` names the job or command that changed it where no person did; with neither it was done directly in the database.
    """

    __tablename__ = "trace"
    __table_args__ = (
        Index("ix_trace_of_table_row_id", "of_table", "row_id"),
        Index("ix_trace_recorded_at_id", "recorded_at", "id"),
        Index("ix_trace_of_office_recorded_at_id", "of_office", "recorded_at", "id"),
        Index("ix_trace_user_id_recorded_at", "user_id", "recorded_at"),
        Index("ix_trace_deleted", "of_table", postgresql_where="after IS NULL"),
    )

    of_table: Mapped[Short]
    row_id: Mapped[int]
    recorded_at: Mapped[Moment]
    user_id: Mapped[int | None]
    before: Mapped[Document]
    after: Mapped[Document | None]
    of_office: Mapped[int | None]
    job: Mapped[str] = mapped_column(String(64), server_default="")


def changes_of(record: Any, limit: int) -> Sequence[Change]:
    """Return the newest ``limit`` changes of ``record``, which the caller has found inside his scope, newest first."""
    people = Record.metadata.tables["ab_user"]
    name = func.trim(people.c.first_name + " " + people.c.last_name)
    statement = (
        select(Trace, name)
        .outerjoin(people, people.c.id == Trace.user_id)
        .where(Trace.of_table == record.__tablename__, Trace.row_id == record.id)
        .order_by(Trace.id.desc())
        .limit(limit)
    )
    return [
        Change(person or "", trace.recorded_at, [(key, old, (trace.after or {}).get(key)) for key, old in trace.before.items()], trace.job)
        for trace, person in db.session.execute(statement)
    ]
