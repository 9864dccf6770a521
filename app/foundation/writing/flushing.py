"""The session's flush begins here: its new records of the books are stored by one statement.

What cannot be stored this way is left to the flush's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from app.foundation.numbering import NumberToCome, SequenceToCome
from app.foundation.writing.numbers import Place, fill, places_in, taken
from app.foundation.writing.shapes import Shape, WrittenTogether, copy_keys, shape_of
from app.foundation.writing.statement import Filled, give_keys_to, insert


@event.listens_for(Session, "before_flush")
def write_new_records(session: Session, context: object, instances: object) -> None:
    """Store the session's new records of the books by one statement, which gives them their numbers too."""
    records = give_keys(session)
    if not records:
        return
    connection = session.connection()
    shapes = [shape_of(record.__class__) for record in records]
    is_left_to_the_flush = _waits_for_others(session, records, shapes)
    places = {record: found for record in (*session.new, *session.dirty) if (found := places_in(vars(record)))}
    numbers = list(dict.fromkeys(place.number for found in places.values() for place in found))
    filled = _filled(records, shapes, places, numbers)
    if numbers and (is_left_to_the_flush or filled is None):
        fill(_each(places), taken(connection, numbers))
        places, numbers = {}, []
    if is_left_to_the_flush:
        return
    for record, shape in zip(records, shapes, strict=True):
        copy_keys(vars(record), shape)
    fill(_each(places), insert(connection, records, shapes, filled or {}, numbers))
    # What the flush itself says at its end: they are stored, and a rollback to a savepoint takes them out of the session again. No
    # public call says both; the version of SQLAlchemy is pinned, and tests/foundation/test_writing.py asks for each.
    session._register_persistent({instance_state(record) for record in records})


def give_keys(session: Session) -> list[Any]:
    """Return the new records of the books, each with the key it will be stored under."""
    records: list[Any] = [record for record in session.new if isinstance(record, WrittenTogether)]
    keyless = [record for record in records if vars(record).get("id") is None]
    if keyless:
        give_keys_to(session.connection(), keyless, [shape_of(record.__class__) for record in keyless])
    return records


def _each(places: Mapping[Any, Sequence[Place]]) -> Iterator[Place]:
    return (place for found in places.values() for place in found)


def _waits_for_others(session: Session, records: Sequence[Any], shapes: Sequence[Shape]) -> bool:
    """Say whether a record needs the key of a new record that is not written here."""
    new = set(session.new)
    for record, shape in zip(records, shapes, strict=True):
        for tie in shape.ties:
            related = vars(record).get(tie.key) if tie.is_to_one else None
            if related is not None and not isinstance(related, WrittenTogether) and related in new:
                return True
    return False


def _filled(
    records: Sequence[Any], shapes: Sequence[Shape], places: Mapping[Any, Sequence[Place]], numbers: Sequence[NumberToCome]
) -> dict[Shape, Filled] | None:
    """Return what the statement fills in by itself; None where it cannot, since rows of one table or one counter need several numbers."""
    if len({number.counter for number in numbers}) < len(numbers):
        return None
    filled: dict[Shape, Filled] = {}
    for record, shape in zip(records, shapes, strict=True):
        of_record = tuple(
            (place.inside or place.key, place.key if place.inside else "", _given(place, numbers)) for place in places.get(record, ())
        )
        if filled.setdefault(shape, of_record) != of_record:
            return None
    return filled


def _given(place: Place, numbers: Sequence[NumberToCome]) -> str:
    wanted = "last" if isinstance(place.to_come, SequenceToCome) else "printed"
    return f"(SELECT {wanted} FROM number_{numbers.index(place.number)})"  # noqa: S608 (a position)
