"""Where the numbers of documents are to stand, and putting them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from app.foundation.numbering import TAKE, NumberToCome, SequenceToCome, document_number, number_stem


class Place(NamedTuple):
    """Where a number is to stand: ``values[key]``, in the attribute ``inside`` of a record where that is a document."""

    values: dict[str, Any]
    key: str
    inside: str
    to_come: NumberToCome | SequenceToCome

    @property
    def number(self) -> NumberToCome:
        return self.to_come.number if isinstance(self.to_come, SequenceToCome) else self.to_come


def places_in(values: dict[str, Any]) -> list[Place]:
    """Return where numbers are to stand in a record and in the documents it stores."""
    found = []
    for key, value in values.items():
        kind = value.__class__
        if kind is NumberToCome or kind is SequenceToCome:
            found.append(Place(values, key, "", value))
        elif kind is dict:
            found += [Place(value, inner, key, to_come) for inner, to_come in value.items() if isinstance(to_come, NumberToCome)]
    return found


def values_of(number: NumberToCome) -> tuple[Any, ...]:
    """Return what the statement needs that takes the number."""
    return (*number.counter, 1, number_stem(number.prefix, number.year))


def taken(connection: Connection, numbers: Sequence[NumberToCome]) -> dict[NumberToCome, Sequence[Any]]:
    """Take the numbers of each counter at once, in the order of the documents, and return them."""
    waiting: dict[tuple[int, str, int], list[NumberToCome]] = {}
    for number in numbers:
        waiting.setdefault(number.counter, []).append(number)
    given: dict[NumberToCome, Sequence[Any]] = {}
    for counter, together in waiting.items():
        last = connection.exec_driver_sql(TAKE, (*counter, len(together))).scalar_one()
        for sequence, number in enumerate(together, start=last - len(together) + 1):
            given[number] = (sequence, document_number(number.prefix, number.year, sequence))
    return given


def fill(places: Iterable[Place], given: Mapping[NumberToCome, Sequence[Any]]) -> None:
    """Put the numbers that were given where they are to stand."""
    for place in places:
        last, printed = given[place.number]
        place.values[place.key] = last if isinstance(place.to_come, SequenceToCome) else printed
