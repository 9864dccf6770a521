"""The log 日誌, read: changes of rows, prints of papers and the entries of the log as one list, newest first.

Each of the three tables is read by its own index in the order of time and merged here, so that a page costs the same whether the log
has a thousand rows or ten million; nothing is counted. Core statements: the offices come as an argument.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, false, func, null, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer

from app.billing.models import Printing
from app.foundation.database import Record, db
from app.foundation.log import LogEntry, LogKind
from app.foundation.trace import Trace
from app.values.errors import Malformed, Message

BATCH = 1_000
_trace: Any = Trace.__table__
_entry: Any = LogEntry.__table__
_printing: Any = Printing.__table__


@dataclass(frozen=True)
class Place:
    """Where a page of the log ends: the moment, the table (by its rank) and the row. Written into addresses."""

    at: datetime.datetime
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(datetime.UTC):%Y%m%dT%H%M%S.%f}-{self.rank}-{self.id}"

    @classmethod
    def read(cls, text: str) -> Place:
        """Return the place that ``text`` names. Raises Malformed."""
        try:
            moment, rank, number = text.split("-")
            at = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=datetime.UTC)
            found = cls(at, int(rank), int(number))
        except ValueError:
            raise Malformed(Message("The address cannot be read."), code="bad_place") from None
        if not (0 <= found.rank < len(SOURCES) and 0 <= found.id < 2**31):
            raise Malformed(Message("The address cannot be read."), code="bad_place")
        return found


@dataclass(frozen=True)
class LogTerms:
    """What the log is asked for. ``sees_installation``: also what belongs to no office, such as failed sign-ins under unknown names."""

    offices: tuple[int, ...]
    sees_installation: bool = False
    kinds: frozenset[LogKind] = frozenset()
    person: int | None = None
    table: str = ""
    row: int | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    records: Sequence[tuple[str, int]] | None = None  # what a typed number names
    before: Place | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of the log, whatever table it comes from."""

    at: datetime.datetime
    rank: int
    id: int
    kind: LogKind
    user_id: int | None
    job: str = ""
    offices: tuple[int, ...] = ()
    table: str = ""
    row: int | None = None
    address: str = ""
    sentence: Message | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] | None = None

    @property
    def place(self) -> Place:
        return Place(self.at, self.rank, self.id)


def page(terms: LogTerms, size: int) -> list[LogLine]:
    """Return the newest ``size`` lines that ``terms`` ask for."""
    found = [_lines(rank, terms, size) for rank in range(len(SOURCES))]
    merged = heapq.merge(*found, key=lambda line: (line.at, line.rank, line.id), reverse=True)
    return list(islice(merged, size))


def every_line(terms: LogTerms) -> Iterator[LogLine]:
    """Yield all lines that ``terms`` ask for, newest first, a batch at a time."""
    while batch := page(terms, BATCH):
        yield from batch
        if len(batch) < BATCH:
            return
        terms = replace(terms, before=batch[-1].place)


def counted(terms: LogTerms, most: int) -> int:
    """Return how many lines there are, at most ``most`` + 1 of each table."""
    return sum(_counted(rank, terms, most) for rank in range(len(SOURCES)))


def _counted(rank: int, terms: LogTerms, most: int) -> int:
    limited = _statement(rank, terms).limit(most + 1).subquery()
    return int(db.session.connection().execute(select(func.count()).select_from(limited)).scalar_one())


def _lines(rank: int, terms: LogTerms, size: int) -> list[LogLine]:
    source = SOURCES[rank]
    statement = _statement(rank, terms).order_by(source.at.desc(), source.id.desc()).limit(size)
    return [source.line(rank, row) for row in db.session.connection().execute(statement).mappings()]


def _statement(rank: int, terms: LogTerms) -> Select[Any]:
    source = SOURCES[rank]
    conditions = [source.of_offices(terms), source.of_kinds(terms), *source.about(terms)]
    if terms.person is not None:
        conditions.append(source.person == terms.person)
    if terms.start is not None:
        conditions.append(source.at >= terms.start)
    if terms.end is not None:
        conditions.append(source.at < terms.end)
    if terms.before is not None:
        conditions.append(_after(rank, source, terms.before))
    return select(*source.columns).where(*(condition for condition in conditions if condition is not None))


def _after(rank: int, source: Source, place: Place) -> ColumnElement[bool]:
    """Return the condition that a row comes later in the list than ``place``; of equal moments the higher rank comes first."""
    if rank == place.rank:
        return tuple_(source.at, source.id) < (place.at, place.id)  # type: ignore[no-any-return]
    return source.at <= place.at if rank < place.rank else source.at < place.at  # type: ignore[no-any-return]


# --- the three tables -------------------------------------------------------------------------------------------------------------

Condition = ColumnElement[bool] | None


@dataclass(frozen=True)
class Source:
    """A table of the log: its columns, and how the terms and its rows are understood."""

    columns: Sequence[Any]
    at: Any
    id: Any
    person: Any
    of_offices: Callable[[LogTerms], Condition]
    of_kinds: Callable[[LogTerms], Condition]
    about: Callable[[LogTerms], list[ColumnElement[bool]]]
    line: Callable[[int, Mapping[str, Any]], LogLine]


def _offices_of_entry(terms: LogTerms) -> Condition:
    shared = _entry.c.office_ids.overlap(cast(list(terms.offices), ARRAY(Integer)))
    return or_(shared, _entry.c.office_ids == cast([], ARRAY(Integer))) if terms.sees_installation else shared


def _kinds_of_entry(terms: LogTerms) -> Condition:
    return _entry.c.kind.in_(sorted(terms.kinds)) if terms.kinds else None


def _line_of_entry(rank: int, row: Mapping[str, Any]) -> LogLine:
    sentence = LogEntry(message=row["message"], facts=row["facts"]).sentence
    about = {"offices": tuple(row["office_ids"]), "table": row["of_table"], "row": row["row_id"], "address": row["address"]}
    return LogLine(row["recorded_at"], rank, row["id"], row["kind"], row["user_id"], row["job"], sentence=sentence, **about)


def _offices_of_change(terms: LogTerms) -> Condition:
    """Return whose changes are seen: rows of the offices; accounts of the people who work there; with everything also the rest."""
    workplaces = Record.metadata.tables["user_office"]
    colleagues = select(workplaces.c.user_id).where(workplaces.c.office_id.in_(terms.offices))
    seen = or_(_trace.c.of_office.in_(terms.offices), and_(_trace.c.of_table == "ab_user", _trace.c.row_id.in_(colleagues)))
    return or_(seen, _trace.c.of_office.is_(None)) if terms.sees_installation else seen


def _kinds_of_change(terms: LogTerms) -> Condition:
    if not terms.kinds or terms.kinds >= {LogKind.CHANGED, LogKind.DELETED}:
        return None
    if LogKind.CHANGED in terms.kinds:
        return _trace.c.after.is_not(None)  # type: ignore[no-any-return]
    return _trace.c.after.is_(None) if LogKind.DELETED in terms.kinds else false()


def _line_of_change(rank: int, row: Mapping[str, Any]) -> LogLine:
    kind = LogKind.DELETED if row["after"] is None else LogKind.CHANGED
    about = {"offices": (row["of_office"],) if row["of_office"] else (), "table": row["of_table"], "row": row["row_id"]}
    values = {"before": row["before"], "after": row["after"]}
    return LogLine(row["recorded_at"], rank, row["id"], kind, row["user_id"], row["job"], **about, **values)


def _about(table: Any, row: Any, terms: LogTerms) -> Iterator[ColumnElement[bool]]:
    if terms.table:
        yield table == terms.table
    if terms.row is not None:
        yield row == terms.row
    if terms.records is not None:
        yield or_(false(), *(and_(table == name, row == number) for name, number in terms.records))


PAPERS: Mapping[str, Any] = {"receipt": _printing.c.receipt_id, "voucher": _printing.c.voucher_id}


def _about_print(terms: LogTerms) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if terms.table:
        named = PAPERS.get(terms.table)
        conditions.append(false() if named is None else named.is_not(None) if terms.row is None else named == terms.row)
    if terms.records is not None:
        conditions.append(or_(false(), *(PAPERS[name] == number for name, number in terms.records if name in PAPERS)))
    return conditions


def _line_of_print(rank: int, row: Mapping[str, Any]) -> LogLine:
    table = "receipt" if row["receipt_id"] is not None else "voucher"
    sentence = Message("Printing no. %(number)s", number=row["printing"])
    if row["reason"]:
        sentence = Message("Printing no. %(number)s: %(reason)s", number=row["printing"], reason=row["reason"])
    about = {"offices": (row["office_id"],), "table": table, "row": row["receipt_id"] or row["voucher_id"]}
    return LogLine(row["created_at"], rank, row["id"], LogKind.PRINTED, row["created_by_id"], sentence=sentence, **about)


# The rank of a table is its position: it decides between lines of the same moment.
SOURCES: tuple[Source, ...] = (
    Source(
        tuple(_entry.c), _entry.c.recorded_at, _entry.c.id, _entry.c.user_id,
        _offices_of_entry, _kinds_of_entry, lambda terms: list(_about(_entry.c.of_table, _entry.c.row_id, terms)), _line_of_entry,
    ),
    Source(
        tuple(_trace.c), _trace.c.recorded_at, _trace.c.id, _trace.c.user_id,
        _offices_of_change, _kinds_of_change, lambda terms: list(_about(_trace.c.of_table, _trace.c.row_id, terms)), _line_of_change,
    ),
    Source(
        tuple(_printing.c), _printing.c.created_at, _printing.c.id, _printing.c.created_by_id,
        lambda terms: _printing.c.office_id.in_(terms.offices),
        lambda terms: None if not terms.kinds or LogKind.PRINTED in terms.kinds else false(),
        _about_print, _line_of_print,
    ),
)  # fmt: skip


def _deleted(table: str, name: str, text: str) -> list[tuple[str, int]]:
    """Return deleted rows whose number was ``text``; the list itself holds them to the person's offices."""
    was = _trace.c.before[name].as_string() == text
    statement = select(_trace.c.row_id).where(_trace.c.after.is_(null()), _trace.c.of_table == table, was)
    return [(table, row) for row in db.session.connection().execute(statement).scalars()]


def numbered(text: str, models: Iterable[tuple[type[Any], str]]) -> list[tuple[str, int]]:
    """Return the records, by table and row, whose number or account is or was ``text``; ORM selects, so those of the person's offices."""
    found: list[tuple[str, int]] = []
    for model, name in models:
        rows = db.session.scalars(select(model.id).where(getattr(model, name) == text))
        found += [(model.__tablename__, row) for row in rows]
        found += _deleted(model.__tablename__, name, text)
    return found
