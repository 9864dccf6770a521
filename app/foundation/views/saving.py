"""The generic operations behind the forms of master data: save a row, delete a row.

Anything with money or a state has an operation of its own; a view names it in ``save_operation`` or is an ``OperationView``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, inspect
from sqlalchemy.orm import RelationshipProperty

from app.foundation.database import Created, db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.views.office import belongs_to_office
from app.values.errors import Conflict, Malformed, Message, OperationRefused

Values = tuple[tuple[str, Any], ...]


def saving(model: type[Any]) -> Callable[..., Any]:
    """Return the operation that adds or changes a row of ``model``; its name is part of the fingerprint of an idempotency key."""

    def save(*, record: int | None, office: int | None, version: str | None, values: Values) -> Any:
        return _changed(model, record, version, values) if record is not None else _added(model, office, values)

    save.__qualname__ = f"save.{model.__name__}"
    return save


def deleting(model: type[Any]) -> Callable[..., Any]:
    """Return the operation that deletes a row of ``model``; the database refuses where others use it."""

    def remove(*, record: int) -> Any:
        row = locked(model, record)
        db.session.execute(delete(model).where(model.id == record).execution_options(synchronize_session=False))
        db.session.expunge(row)
        return row

    remove.__qualname__ = f"delete.{model.__name__}"
    return remove


def _added(model: type[Any], office: int | None, values: Values) -> Any:
    row = model()
    if belongs_to_office(model):
        if office is None or (office not in current_scope().office_ids and not current_scope().unlimited):
            raise OperationRefused(Message("Choose an office first."), code="no_office")
        row.office_id = office
    if isinstance(row, Created):
        row.created_by_id = current_scope().user_id
    _fill(model, row, values)
    db.session.add(row)
    db.session.flush()
    return row


def _changed(model: type[Any], record: int, version: str | None, values: Values) -> Any:
    row = locked(model, record)
    if require_version(version) != version_of(row):
        raise Stale(row)
    _fill(model, row, values)
    db.session.flush()
    return row


def _fill(model: type[Any], row: Any, values: Values) -> None:
    for name, value in values:
        relation = inspect(model).attrs.get(name)
        if isinstance(relation, RelationshipProperty):
            parent = None if value is None else found(relation.mapper.class_, value, field=name)
            _same_office(row, parent, name)
            (column,) = relation.local_columns
            setattr(row, inspect(model).get_property_by_column(column).key, None if parent is None else parent.id)
        else:
            setattr(row, name, value)


def _same_office(row: Any, parent: Any, name: str) -> None:
    """A parent of another office is refused even where the person may see both: the row would be torn between them (hole H8)."""
    if parent is None or not belongs_to_office(type(parent)) or not belongs_to_office(type(row)):
        return
    if parent.office_id != row.office_id:
        raise OperationRefused(Message("This record does not exist."), code="other_office", field=name)


def require_version(version: str | None) -> str:
    """Return the version that a form was opened with. Raises Malformed where it was not sent: nobody could tell what the person saw."""
    if version is None:
        raise Malformed(Message("The version of the record is missing."), code="no_version")
    return version


def version_of(row: Any) -> str:
    """Return the mark of the state of ``row``: its version counter, or a digest of its columns where it has none."""
    counter = getattr(row, "version", None)
    if isinstance(counter, int):
        return str(counter)
    columns = inspect(type(row)).column_attrs
    state = repr([(column.key, str(getattr(row, column.key))) for column in columns])
    return hashlib.sha256(state.encode()).hexdigest()[:32]


class Stale(Conflict):
    """Somebody else changed the record since the form was opened."""

    def __init__(self, row: Any) -> None:
        from app.foundation.views.history import last_change

        change = last_change(row)
        if change is None:
            message = Message("Another person changed this record. Your entries are kept: check them and save again.")
        else:
            message = Message(
                "%(person)s changed this record at %(time)s. Your entries are kept: check them and save again.",
                person=change.person,
                time=change.at,
            )
        super().__init__(message, code="stale")
