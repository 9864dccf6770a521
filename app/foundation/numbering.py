"""Gapless numbers: one counter row per office, series and year, locked inside the transaction that commits the document.

Take the number after everything else has been flushed: the row stays locked until the commit.
"""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import OfficeRecord, db


class NumberCounter(OfficeRecord):
    """The last number given in a series of an office and year (year 0: a series that never starts anew)."""

    __tablename__ = "number_counter"
    __table_args__ = (UniqueConstraint("office_id", "series", "year"),)

    series: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    last: Mapped[int]


def take_number(office_id: int, series: str, year: int = 0) -> int:
    """Return the next number of the series, starting at 1, and hold the counter until the transaction ends."""
    db.session.flush()
    return take_numbers(office_id, series, 1, year)


def take_numbers(office_id: int, series: str, count: int, year: int = 0) -> int:
    """Return the last of the next ``count`` numbers of the series; the others stand right before it."""
    counter = NumberCounter.__table__
    statement = (
        insert(NumberCounter)
        .values(office_id=office_id, series=series, year=year, last=count)
        .on_conflict_do_update(index_elements=["office_id", "series", "year"], set_={"last": counter.c.last + count})
        .returning(counter.c.last)
    )
    return int(db.session.connection().execute(statement).scalar_one())


def document_number(prefix: str, year: int, sequence: int) -> str:
    """Return a document's number as printed: ``SK-2026-000318``."""
    return f"{prefix}-{year}-{sequence:06d}"
