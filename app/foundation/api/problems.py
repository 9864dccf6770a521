"""What is wrong with a request's content, collected field by field, and raised as one refusal.

What cannot be read at all (letters in an amount, an unknown field) is 400; a readable value that is not possible (a text that is too
long) is 422, as when an operation refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from app.values.errors import Malformed, Message, NotFound, OperationRefused

MALFORMED = "malformed"
WHOLE_BODY = "_schema"
UNREADABLE = Message("The request contains something that cannot be read. Look at the fields.")
IMPOSSIBLE = Message("Some values are not possible here. Look at the fields.")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field; ``kind`` decides the HTTP status."""

    message: Message
    code: str = MALFORMED
    kind: type[OperationRefused] = Malformed


def problem(message: Message, code: str = MALFORMED, kind: type[OperationRefused] = Malformed) -> ValidationError:
    """Return the error that a schema field raises."""
    return ValidationError([Problem(message, code, kind)])


def refusal_of(error: ValidationError) -> OperationRefused:
    """Return the refusal that stands for everything a schema found: malformed wins over not found, that over impossible."""
    found = list(_problems(error.messages, ()))
    kinds = (Malformed, NotFound, OperationRefused)
    kind = next(kind for kind in kinds if any(each.kind is kind for _path, each in found))
    first = next(each for _path, each in found if each.kind is kind)
    fields = {path: each.message for path, each in reversed(found) if path}
    message = first.message if len(found) == 1 else UNREADABLE if kind is Malformed else IMPOSSIBLE
    return kind(message, code=first.code, fields=fields)


def _problems(found: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Problem]]:
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _problems(inner, path if name == WHOLE_BODY else (*path, str(name)))
    elif isinstance(found, list):
        for inner in found:
            yield from _problems(inner, path)
    elif isinstance(found, Problem):
        yield ".".join(path), found
    else:
        yield ".".join(path), Problem(Message("This value is not possible here."))
