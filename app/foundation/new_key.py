"""Changing the data key 更換資料金鑰: every encrypted value is written again under a new key, and the old one retired.

The new key is put in front of the key file first; from then on everything new is written under it, by running servers too, and both keys
read. Then the values are written again in chunks, each in a transaction of its own, so that a kill loses nothing: run again, it goes on.
The trace of changes holds encrypted values as well and is written again like everything else: only so is the old key worth nothing. At
last, with all writers kept out for a moment, what is left is written, counted to be none, and the old key leaves the file.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Column, Connection, Table, bindparam, func, or_, select, text, update

from app.foundation.database import Record, db
from app.foundation.log import LogEntry, LogKind
from app.foundation.secrets import Secret, data_key, data_keys, decrypted, encrypted, trace_of
from app.foundation.trace import Trace
from app.values.errors import N_, Conflict, Message

CHUNK = 500
# Values without a longest length are whole files.
FEW = 5
# How long a statement may be under way that was made before the new key stood in the file.
SETTLING = 2.0
# Any fixed number: the advisory lock that lets one change of the key run.
KEY_LOCK = 7_310_447
# Columns that hold the HMAC of another one.
TRACES = {("customer", "id_number"): "id_number_trace"}

Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Place:
    """A column of encrypted values; ``is_frozen`` where triggers refuse every change of its rows."""

    table: Table
    column: Column[Any]
    is_frozen: bool

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def chunk(self) -> int:
        """How many rows are written in one transaction."""
        return CHUNK if getattr(self.column.type, "length", None) else FEW


def change_key(tell: Told = lambda name, count: None, settling: float = SETTLING) -> int:
    """Put every encrypted value under a new key and return how many were written; goes on where a killed run stopped.

    Run as the database's owner. Raises Conflict while another change of the key is running.
    """
    with db.engine.connect() as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": KEY_LOCK}).scalar():
            raise Conflict(Message("The data key is being changed already."), code="key_is_changing")
        guard.commit()
        try:
            return _changed(tell, settling)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": KEY_LOCK})
            guard.commit()


def _changed(tell: Told, settling: float) -> int:
    if len(data_keys()) == 1:
        _write_keys([_new_line(), *_lines(_file())])
    written = 0
    for place in places():
        count = sum(_chunks(place))
        tell(place.name, count)
        written += count
    count = sum(_trace_chunks())
    tell("trace", count)
    # What was made under the old key just before the file changed has reached the database by now.
    time.sleep(settling)
    return written + count + _retire()


def _retire() -> int:
    """Write what is left with everybody else kept out, and take the old keys out of the file."""
    with db.engine.begin() as connection:
        tables = sorted({place.table.name for place in places()} | {Trace.__tablename__})
        connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE"))
        written = sum(_write_chunk(connection, place) for place in places() for _ in _until_none(connection, place))
        for chunk in _stale_traces(connection):
            written += _write_traces(connection, chunk)
        left = {place.name: count for place in places() if (count := _left(connection, place))}
        if left:
            raise RuntimeError(f"Values are left under an old key, which therefore stays: {left}")
        facts = {"count": {"number": str(written)}}
        entry = {"kind": LogKind.MAINTENANCE, "message": N_("The data key was changed; the last %(count)s values were written again.")}
        connection.execute(LogEntry.__table__.insert().values(**entry, facts=facts, office_ids=[]))  # type: ignore[attr-defined]
    _write_keys(_lines(_file())[:1])
    return written


# --- the columns ------------------------------------------------------------------------------------------------------------------


def places() -> list[Place]:
    """Return every column of encrypted values, whichever domain declares it."""
    frozen = _frozen_tables()
    return [
        Place(table, column, table.name in frozen)
        for table in Record.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Secret)
    ]


def _frozen_tables() -> set[str]:
    refusing = text(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND p.proname = 'refuse_change' AND t.tgtype & 16 = 16"
    )
    with db.engine.connect() as connection:
        return set(connection.execute(refusing).scalars())


def _stored(place: Place) -> Any:
    """Return the column as it is stored, past the decryption."""
    from sqlalchemy import String, type_coerce

    return type_coerce(place.column, String())


def _stale(place: Place) -> Any:
    return _stored(place).not_like(f"{data_key()[0]}:%")


def _left(connection: Connection, place: Place) -> int:
    return int(connection.execute(select(func.count()).select_from(place.table).where(_stale(place))).scalar_one())


def _until_none(connection: Connection, place: Place) -> Iterator[None]:
    while _left(connection, place):
        yield None


def _chunks(place: Place) -> Iterator[int]:
    """Write the column again, a transaction per chunk, and yield how many rows each wrote."""
    while True:
        with db.engine.begin() as connection:
            count = _write_chunk(connection, place)
        if not count:
            return
        yield count


def _write_chunk(connection: Connection, place: Place) -> int:
    key = place.table.c.id
    rows = connection.execute(select(key, _stored(place)).where(_stale(place)).order_by(key).limit(place.chunk).with_for_update()).all()
    if not rows:
        return 0
    trace = TRACES.get((place.table.name, place.column.name))
    changes = [_change(row_id, decrypted(stored), has_trace=trace is not None) for row_id, stored in rows]
    # The column's own type encrypts, under the key in use.
    values = {place.column.name: bindparam("value", type_=place.column.type)} | ({trace: bindparam("trace")} if trace else {})
    with _silently(connection, place.table.name, place.is_frozen):
        connection.execute(update(place.table).where(key == bindparam("row")).values(values), changes)
    return len(rows)


def _change(row_id: int, value: str | None, *, has_trace: bool) -> dict[str, Any]:
    return {"row": row_id, "value": value} | ({"trace": trace_of(value)} if has_trace else {})


class _silently:  # noqa: N801  (read as a verb in a with statement)
    """Let no trigger take the new writing of a value for a change of it; those of a frozen table are off for this transaction."""

    def __init__(self, connection: Connection, table: str, is_frozen: bool) -> None:
        self.connection, self.table, self.is_frozen = connection, table, is_frozen

    def __enter__(self) -> None:
        self.connection.execute(text("SELECT set_config('app.new_key', 'on', true)"))
        if self.is_frozen:
            self.connection.execute(text(f"ALTER TABLE {self.table} DISABLE TRIGGER USER"))

    def __exit__(self, *error: object) -> None:
        if self.is_frozen and error[0] is None:
            self.connection.execute(text(f"ALTER TABLE {self.table} ENABLE TRIGGER USER"))


# --- the trace of changes ---------------------------------------------------------------------------------------------------------


def _trace_chunks() -> Iterator[int]:
    while True:
        with db.engine.begin() as connection:
            chunk = next(_stale_traces(connection), None)
            if chunk is None:
                return
            yield _write_traces(connection, chunk)


def _stale_traces(connection: Connection) -> Iterator[list[Any]]:
    """Yield chunks of changes that hold a value under an old key; each must be written before the next is asked for."""
    trace: Any = Trace.__table__
    while True:
        rows = connection.execute(select(trace).where(_is_stale_trace(trace)).order_by(trace.c.id).limit(CHUNK)).all()
        if not rows:
            return
        yield list(rows)


def _is_stale_trace(trace: Any) -> Any:
    current = f"{data_key()[0]}:%"
    conditions = [
        (trace.c.of_table == place.table.name) & sides[place.column.name].as_string().not_like(current)
        for place in places()
        for sides in (trace.c.before, trace.c.after)
    ]
    return or_(*conditions)


def _write_traces(connection: Connection, rows: list[Any]) -> int:
    names = {(place.table.name, place.column.name) for place in places()}
    trace: Any = Trace.__table__
    changes = [
        {"row": row.id, "was": _again(row.of_table, row.before, names), "became": _again(row.of_table, row.after, names)} for row in rows
    ]
    statement = update(trace).where(trace.c.id == bindparam("row")).values(before=bindparam("was"), after=bindparam("became"))
    with _silently(connection, trace.name, is_frozen=True):
        connection.execute(statement, changes)
    return len(rows)


def _again(table: str, values: dict[str, Any] | None, names: set[tuple[str, str]]) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: encrypted(decrypted(value)) if value and (table, name) in names else value for name, value in values.items()}


# --- the file ---------------------------------------------------------------------------------------------------------------------


def _file() -> Path:
    return Path(current_app.config["DATA_KEY_FILE"])


def _lines(file: Path) -> list[str]:
    return file.read_text().split()


def _new_line() -> str:
    return f"{secrets.token_hex(4)}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def _write_keys(lines: list[str]) -> None:
    """Put the file in its new state at once: a kill leaves the old one or the new one."""
    file = _file()
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "w") as stream:
        stream.write("\n".join(lines) + "\n")
        stream.flush()
        os.fsync(handle)
    owner = file.stat()
    if os.name == "posix" and os.geteuid() == 0:
        os.chown(name, owner.st_uid, owner.st_gid)
    os.replace(name, file)
