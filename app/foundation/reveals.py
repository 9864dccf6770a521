"""Revealing 明文查看: one masked value of one record shown once, to who may, for a reason, with its entry in the log.

The entry is written before the value is given, in the same transaction as it is read. A view or the API names what may be revealed.
"""

from __future__ import annotations

from typing import Any

from app.foundation.database import Record
from app.foundation.guards import limited
from app.foundation.log import LogEntry, LogKind, note
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, run
from app.values.errors import Message, NotFound, OperationRefused
from app.values.id_numbers import normalised

RIGHT = "reveal"
SHORTEST_REASON, LONGEST_REASON = 3, 120
MOST_PER_HOUR = 60


def may_reveal() -> bool:
    """Tell whether the person who acts may see masked values."""
    return current_scope().may(RIGHT)


def revealed(model: type[Any], record: int, field: str, reason: str) -> str:
    """Return the plain value of ``field`` of a record, after logging who asked for it and why.

    Raises NotAllowed, NotFound for a record of another office or one without a value, OperationRefused without a reason.
    """
    require_right(RIGHT)
    limited("reveal", str(current_scope().user_id), MOST_PER_HOUR, 3600)
    run(log_reveal, table=model.__tablename__, record=record, field=field, reason=reason)
    return str(getattr(found(model, record), field))


def log_reveal(*, table: str, record: int, field: str, reason: str) -> LogEntry:
    """Write the entry of a reveal; refused where there is nothing to reveal or no reason."""
    require_right(RIGHT)
    row = found(_model_of(table), record)
    value = getattr(row, field)
    if not value:
        raise NotFound(Message("Nothing is stored here."), code="nothing_stored", field="field")
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise OperationRefused(Message("Say why you need it, in a few words."), code="reason_missing", field="reason")
    if len(words) > LONGEST_REASON:
        raise OperationRefused(Message("The reason has at most %(most)s characters.", most=LONGEST_REASON), "too_long", "reason")
    if normalised(value) and normalised(value) in normalised(words):
        raise OperationRefused(Message("The reason must not hold the value itself: it is kept in the log."), "reason_tells", "reason")
    sentence = Message("%(field)s was shown. Reason: %(reason)s", field=Message(LABELS.get(field, field)), reason=words)
    return note(LogKind.REVEALED, sentence, record=row)


# What may be revealed, and what people call it; filled by the views that show it masked.
LABELS: dict[str, str] = {}


def _model_of(table: str) -> type[Any]:
    model: type[Any] = next(mapper.class_ for mapper in Record.registry.mappers if getattr(mapper.class_, "__tablename__", "") == table)
    return model
