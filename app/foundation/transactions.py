"""One operation, one transaction: ``run`` opens it, takes the idempotency key, calls the operation and commits once.

Pages, API, jobs, commands and the demonstration all come through here. ``preview`` is the same operation, rolled back, so that
it cannot say anything else than what will happen.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.interfaces import ORMOption

from app.foundation import clock
from app.foundation.actor import acting_job
from app.foundation.database import Moment, Record, db
from app.foundation.scope import current_scope, kept
from app.foundation.writing import as_json, give_keys
from app.values.errors import Conflict, Malformed, Message, NotFound, OperationRefused

T = TypeVar("T", bound=Record)
# What an operation returns: a record, which a key can name; without a key anything.
Made = TypeVar("Made")
LONGEST_KEY = 200
OPEN = "SELECT set_config('app.user', %s, true), set_config('app.job', %s, true), set_config('lock_timeout', '5s', true)"
# One statement opens the transaction and takes the key: it waits for another use of the key no longer than for any other lock.
TAKE_KEY = f"""WITH opened AS MATERIALIZED ({OPEN})
INSERT INTO idempotency_key (user_id, key, fingerprint, created_at) SELECT %s, %s, %s, %s FROM opened
ON CONFLICT DO NOTHING RETURNING id"""  # noqa: S608 (a constant)
KEEP_RESULT = "UPDATE idempotency_key SET record_type = %s, record_id = %s WHERE id = %s"
SOMEBODY_ELSE = Message("Somebody else is changing the same record at this moment. Try again.")


class IdempotencyKey(Record):
    """A key by which a money-moving request is done at most once; it stands beside the committed result or not at all."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    fingerprint: Mapped[str] = mapped_column(String(64))
    record_type: Mapped[str | None] = mapped_column(String(64))
    record_id: Mapped[int | None]
    created_at: Mapped[Moment] = mapped_column(default=clock.real_now)


@dataclasses.dataclass(frozen=True)
class Outcome(Generic[Made]):
    """What an operation left behind; ``replayed`` when the key had been used and this is the first result again."""

    record: Made
    replayed: bool = False


# Constraint name -> sentence and form field: what the database refuses is explained like what a rule refuses.
_explanations: dict[str, tuple[Message, str | None, type[OperationRefused]]] = {}


def explain_constraint(name: str, message: Message, field: str | None = None, kind: type[OperationRefused] = OperationRefused) -> None:
    """Register the sentence shown when constraint ``name`` refuses a row, and the form field to blame."""
    _explanations[name] = (message, field, kind)


def run(operation: Callable[..., Made], /, *, key: str | None = None, **terms: Any) -> Outcome[Made]:
    """Run ``operation(**terms)`` in one transaction and commit it.

    ``terms`` are plain values (ids, Decimals, dates, strings, frozen dataclasses, tuples of them). With a ``key`` that this user has
    used before, the first result is returned again; with other terms under the same key ``Conflict`` is raised. A refused
    operation writes nothing and uses no key. Raises OperationRefused.
    """
    session = db.session()
    try:
        if key is None:
            _open()
        else:
            taken, earlier = _take_key(key, _fingerprint(operation, terms))
            if earlier is not None:
                first: Any = _result(earlier)
                session.commit()
                return Outcome(first, replayed=True)
        record = operation(**terms)
        if key is not None:
            # Before the flush: once a receipt's number is given, everybody at the counter waits for the commit.
            give_keys(session)
            _keep_result(taken, record)
        session.commit()
    except (DBAPIError, StaleDataError) as error:
        session.rollback()
        raise explained(error) from error
    except BaseException:
        session.rollback()
        raise
    return Outcome(record)


def preview(operation: Callable[..., Made], describe: Callable[[Made], Any], /, **terms: Any) -> Any:
    """Return ``describe(record)`` of the operation run and rolled back. Raises OperationRefused as ``run`` would."""
    session = db.session()
    try:
        _open()
        record = operation(**terms)
        session.flush()
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        return describe(record)
    except (DBAPIError, StaleDataError) as error:
        raise explained(error) from error
    finally:
        session.rollback()


def explained(error: DBAPIError | StaleDataError) -> OperationRefused | DBAPIError | StaleDataError:
    """Return the refusal that stands for a database error, or the error itself where nobody has explained it.

    A row that is no longer of the version that was read was changed by somebody else at the same moment.
    """
    if isinstance(error, StaleDataError):
        return Conflict(SOMEBODY_ELSE, code="locked")
    if isinstance(error, IntegrityError):
        diagnosis = getattr(error.orig, "diag", None)
        name = getattr(diagnosis, "constraint_name", None)
        if name in _explanations:
            message, field, kind = _explanations[name]
            return kind(message, code=name, field=field)
    code = getattr(error.orig, "sqlstate", None)
    if code in {"55P03", "40P01"}:
        return Conflict(SOMEBODY_ELSE, code="locked")
    return error


def locked(model: type[T], record_id: int, *loading: ORMOption) -> T:
    """Return the row of ``model`` with its lock taken and its values fresh; ``NotFound`` outside the scope.

    Nobody else locks or changes the row until the end of the transaction; rows that refer to it may still be added, unless their
    operation takes the same lock. It is no lock to delete under: the DELETE takes its own.

    ``loading`` fetches related rows, without locks, by the same statement.
    """
    record: T | None = db.session.execute(_locking(model, loading), {"record": record_id}).scalar_one_or_none()  # type: ignore[arg-type]  # a class is hashable
    if record is None and loading:
        # Somebody holds the lock. A statement that waits for it would join the row as it then is to what was there before, and not find
        # the plan or customer that it was given meanwhile: so the lock is waited for first.
        db.session.execute(_locking(model, ()), {"record": record_id})  # type: ignore[arg-type]  # as above
        record = db.session.execute(_locking(model, loading), {"record": record_id}).scalar_one_or_none()  # type: ignore[arg-type]  # as above
    if record is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return record


def change_locked(record: Any, **values: Any) -> None:
    """Write ``values`` into a row that ``locked`` gave, at once: its version rises, as by a flush, which takes long to find out the same.

    Columns that others are worked out from when a record is flushed (search terms) are none of ``values``.
    """
    terms = {"the_id": record.id, "the_version": record.version, "version": record.version + 1, **values}
    done = db.session.connection().execute(_changing(record.__class__, tuple(values)), terms)
    if done.rowcount != 1:
        raise StaleDataError(f"{type(record).__name__} {record.id} is no longer of version {record.version}: it was not locked.")
    for name in ("version", *values):
        set_committed_value(record, name, terms[name])


def change_many_locked(changes: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
    """Write the same columns into many rows of one table that were locked, by one statement.

    ``changes`` are records and what becomes of them, as for ``change_locked``.
    """
    if not changes:
        return
    record, values = changes[0]
    if any(its.keys() != values.keys() for _each, its in changes):
        raise ValueError("Many rows are changed in the same columns.")
    terms = [{"id": each.id, "version": each.version, **its} for each, its in changes]
    done = db.session.connection().exec_driver_sql(_changing_many(record.__class__, tuple(values)), (as_json(terms),))
    if done.rowcount != len(changes):
        raise StaleDataError(f"Of {len(changes)} rows of {type(record).__name__} {done.rowcount} were as they had been locked.")
    for each, its in changes:
        for name, written in {"version": each.version + 1, **its}.items():
            set_committed_value(each, name, written)


def found(model: type[T], record_id: int | None, field: str | None = None) -> T:
    """Return the row of ``model`` in scope; ``NotFound`` otherwise, with the form ``field`` that named it."""
    record: T | None = None
    if record_id is not None:
        record = db.session.execute(_finding(model), {"record": record_id}).scalar_one_or_none()  # type: ignore[arg-type]  # as above
    if record is None:
        raise NotFound(Message("This record does not exist."), code="not_found", field=field)
    return record


@lru_cache(maxsize=256)
def _locking(model: Any, loading: tuple[ORMOption, ...]) -> Any:
    # FOR NO KEY UPDATE: what is locked keeps its id, so whoever only refers to the row (its key is looked at) need not wait.
    statement = _finding(model).options(*loading).with_for_update(of=model, skip_locked=bool(loading), key_share=True)
    return statement.execution_options(populate_existing=True)


@lru_cache(maxsize=256)
def _finding(model: Any) -> Any:
    return kept(select(model).where(model.id == bindparam("record")))


@lru_cache(maxsize=256)
def _changing(model: Any, names: tuple[str, ...]) -> Any:
    table = model.__table__
    statement = update(table).where(table.c.id == bindparam("the_id"), table.c.version == bindparam("the_version"))
    return statement.values({name: bindparam(name) for name in ("version", *names)})


@lru_cache(maxsize=256)
def _changing_many(model: Any, names: tuple[str, ...]) -> str:
    table = model.__tablename__
    changes = ", ".join(f'"{name}" = given."{name}"' for name in names)
    return (
        f'UPDATE "{table}" AS changed SET version = changed.version + 1, {changes} '  # noqa: S608 (names of our own tables and columns)
        f'FROM json_populate_recordset(NULL::"{table}", %s) AS given WHERE changed.id = given.id AND changed.version = given.version'
    )


def _open() -> None:
    db.session.connection().exec_driver_sql(OPEN, _who())


def _who() -> tuple[str, str]:
    return str(current_scope().user_id or ""), acting_job()


def _take_key(key: str, fingerprint: str) -> tuple[int, IdempotencyKey | None]:
    """Open the transaction, insert the key and return its row's id; beside it the row of an earlier committed use.

    One that is under way is waited for.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Malformed(Message("The idempotency key is empty or too long."), code="bad_key")
    user_id = current_scope().user_id
    taken = db.session.connection().exec_driver_sql(TAKE_KEY, (*_who(), user_id, key, fingerprint, clock.real_now())).scalar()
    if taken is not None:
        return int(taken), None
    earlier: IdempotencyKey = db.session.execute(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
    ).scalar_one()
    if earlier.fingerprint != fingerprint:
        raise Conflict(Message("This request was sent before with other content. Reload the page and try again."), code="key_reused")
    return earlier.id, earlier


def _keep_result(taken: int, record: Any) -> None:
    if record.id is None:
        db.session.flush()
    db.session.connection().exec_driver_sql(KEEP_RESULT, (type(record).__name__, record.id, taken))


def _result(earlier: IdempotencyKey) -> Record:
    for mapper in Record.registry.mappers:
        if mapper.class_.__name__ == earlier.record_type:
            record: Record = found(mapper.class_, earlier.record_id)
            return record
    raise LookupError(f"The result of key {earlier.key!r} is of the unknown type {earlier.record_type!r}.")


def _fingerprint(operation: Callable[..., Any], terms: dict[str, Any]) -> str:
    canonical = json.dumps([operation.__module__, operation.__qualname__, terms], sort_keys=True, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON would write it; 3 and 3.00 are the same amount."""
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"An operation takes plain values, not {type(value).__name__}.")
