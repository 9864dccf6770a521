"""The change history 變更記錄 on the page of a record: each column that somebody changed, before and after, as people read it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Enum, Numeric, inspect

from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.foundation.secrets import Secret
from app.foundation.views.history import Change, changes_of
from app.foundation.views.office import currency_of
from app.values.errors import N_

MOST_CHANGES = 10
NOTHING = "—"
HIDDEN = "********"
MONEY_SCALE = 2


def history_of(record: Any, labels: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the newest changes of ``record`` as the macro ``events`` shows them; columns without a label are nobody's business."""
    return [event for change in changes_of(record, MOST_CHANGES) for event in _events(record, labels, change)]


def _events(record: Any, labels: dict[str, Any], change: Change) -> Iterator[dict[str, Any]]:
    for name, before, after in change.values:
        label = _label(record, labels, name)
        if label is None or name not in inspect(type(record)).column_attrs:
            continue
        yield {
            "icon": "pencil",
            "title": label,
            "text": f"{_written(record, name, before)} → {_written(record, name, after)}",
            "at": FILTERS["moment"](change.at),
            "by": change.person,
        }


def _label(record: Any, labels: dict[str, Any], name: str) -> Any:
    relation = _relation(record, name)
    return labels.get(name) or (labels.get(relation.key) or labels.get(f"{relation.key}.name") if relation is not None else None)


def _relation(record: Any, name: str) -> Any:
    """Return the relation to the parent whose key the column ``name`` holds."""
    column = inspect(type(record)).column_attrs[name].columns[0] if name in inspect(type(record)).column_attrs else None
    found = (each for each in inspect(type(record)).relationships if not each.uselist and each.local_columns == {column})
    return next(found, None)


def _written(record: Any, name: str, value: Any) -> str:
    """Return a value of the trace as a person reads it."""
    if value is None or value == "":
        return NOTHING
    relation = _relation(record, name)
    if relation is not None:
        parent = db.session.get(relation.mapper.class_, value)
        return NOTHING if parent is None else str(parent)
    return _of_type(record, inspect(type(record)).column_attrs[name].columns[0].type, value)


def _of_type(record: Any, stored: Any, value: Any) -> str:
    if isinstance(stored, Secret):
        return HIDDEN
    if isinstance(stored, Enum) and stored.enum_class is not None:
        return say(stored.enum_class(value))  # type: ignore[arg-type]
    if isinstance(stored, Boolean):
        return say(N_("Yes") if value else N_("No"))
    if isinstance(stored, DateTime):
        return FILTERS["moment"](datetime.datetime.fromisoformat(value))
    if isinstance(stored, Date):
        return FILTERS["day"](datetime.date.fromisoformat(value))
    if isinstance(stored, Numeric):
        amount = Decimal(str(value))
        return FILTERS["money"](amount, currency_of(record)) if stored.scale == MONEY_SCALE else FILTERS["number"](amount)
    return str(value)
