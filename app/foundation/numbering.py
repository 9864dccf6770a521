"""Gapless numbers: one counter row per office, series and year, locked inside the transaction that commits the document.

The row stays locked until the commit, and everybody at the counter waits for it. So a document of the books gets its number by the
very statement that writes it (``NumberToCome``); where a number must be known at once, take it after everything else has been flushed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import OfficeRecord, db


class NumberCounter(OfficeRecord):
    """The last number given in a series of an office and year (year 0: a series that never starts anew)."""

    __tablename__ = "number_counter"
    __table_args__ = (UniqueConstraint("office_id", "series", "year"),)

    series: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    last: Mapped[int]


# The values: office, series, year, and how many numbers; what comes back is the last of them.
TAKE = """INSERT INTO number_counter (office_id, series, year, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (office_id, series, year) DO UPDATE SET last = number_counter.last + excluded.last RETURNING last"""
# The same, and the number as printed; one value more, the number's stem.
TAKE_PRINTED = f"{TAKE}, %s || repeat('0', 6 - length(number_counter.last::text)) || number_counter.last AS printed"


@dataclass(frozen=True, eq=False)
class NumberToCome:
    """The number, as printed, of a document that is not written yet; ``foundation.writing`` gives it with the next flush.

    It stands wherever the number shall stand: in a column, and as a value of a stored JSON document.
    """

    office_id: int
    series: str
    prefix: str
    year: int

    def __str__(self) -> str:
        raise RuntimeError(f"The number of the {self.series} is given with the next flush. Flush before it is read.")

    @property
    def sequence(self) -> SequenceToCome:
        """The same number as an integer."""
        return SequenceToCome(self)

    @property
    def counter(self) -> tuple[int, str, int]:
        """The row that counts it."""
        return self.office_id, self.series, self.year


@dataclass(frozen=True, eq=False)
class SequenceToCome:
    """The number of a document that is not written yet, without prefix and year."""

    number: NumberToCome


def take_number(office_id: int, series: str, year: int = 0) -> int:
    """Return the next number of the series, starting at 1, and hold the counter until the transaction ends."""
    db.session.flush()
    return take_numbers(office_id, series, 1, year)


def take_numbers(office_id: int, series: str, count: int, year: int = 0) -> int:
    """Return the last of the next ``count`` numbers of the series; the others stand right before it."""
    return int(db.session.connection().exec_driver_sql(TAKE, (office_id, series, year, count)).scalar_one())


def document_number(prefix: str, year: int, sequence: int) -> str:
    """Return a document's number as printed: ``SK-2026-000318``."""
    return f"{number_stem(prefix, year)}{sequence:06d}"


def number_stem(prefix: str, year: int) -> str:
    """Return what stands before the digits of a document's number."""
    return f"{prefix}-{year}-"
