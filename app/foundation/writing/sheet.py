"""A sheet: many operations of one kind, whose new rows of the books are written by one statement.

An operation that is done once hands its records to the session, which follows each of their changes and shows them afterwards. Where
the same is done to hundreds, that following is most of the time, and nobody looks at the records again. So operations make the records
of the books by ``new`` and ``enter`` them: without a sheet they are the session's as ever; on an open sheet they are plain ones with the
same attributes and properties, written all together and forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from app.foundation.database import db
from app.foundation.writing.numbers import fill, places_in, taken
from app.foundation.writing.shapes import Shape, copy_keys, shape_of
from app.foundation.writing.statement import give_keys_to, insert

T = TypeVar("T")


class PlainRecord:
    """A record on a sheet: the values of one of the books, without what follows their changes."""

    model: type
    _columns: frozenset[str]

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name in self._columns:
            return None
        raise AttributeError(f"The {self.model.__name__} on the sheet has no {name}.")


class Sheet:
    """The records entered since it was opened, in their order."""

    def __init__(self) -> None:
        self._records: list[Any] = []

    def enter(self, record: Any) -> None:
        """Note a record and the rows that hang from it."""
        self._records.append(record)
        values = vars(record)
        for tie in _shape(record).ties:
            if not tie.is_to_one:
                self._records += values.get(tie.key, ())

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Take back what was entered in the block if it fails."""
        begun = len(self._records)
        try:
            yield
        except BaseException:
            del self._records[begun:]
            raise

    def write(self, session: Session) -> None:
        """Store all of it: keys, then the numbers of the documents, without a gap and in their order, with the rows."""
        records, self._records = self._records, []
        if not records:
            return
        connection = session.connection()
        shapes = [_shape(record) for record in records]
        give_keys_to(connection, records, shapes)
        for record, shape in zip(records, shapes, strict=True):
            copy_keys(vars(record), shape)
        places = [place for record in records for place in places_in(vars(record))]
        fill(places, taken(connection, list(dict.fromkeys(place.number for place in places))))
        insert(connection, records, shapes, {}, ())


_open: ContextVar[Sheet | None] = ContextVar("open_sheet", default=None)


@contextmanager
def one_sheet() -> Iterator[Sheet]:
    """Open a sheet: until the block ends, the records of operations are entered there. Write it before the transaction ends."""
    sheet = Sheet()
    token = _open.set(sheet)
    try:
        yield sheet
    finally:
        _open.reset(token)


def new(model: type[T], **values: Any) -> T:
    """Return a new record of the books, not entered yet."""
    if _open.get() is None:
        return model(**values)
    return cast(T, _plain(model)(values))  # type: ignore[arg-type]  # a class is hashable


def enter(record: Any) -> None:
    """Enter a new record, and the rows that hang from it, into the books: it is stored with the next flush, or with the open sheet."""
    sheet = _open.get()
    if sheet is None:
        db.session.add(record)
    else:
        sheet.enter(record)


def _shape(record: Any) -> Shape:
    return shape_of(record.model)


@lru_cache(maxsize=64)
def _plain(model: Any) -> type[PlainRecord]:
    """Return the plain twin of a model: its columns, its properties, nothing of the mapping."""
    kept = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    columns = frozenset(cell.key for cell in shape_of(model).cells)
    return type(model.__name__, (PlainRecord,), {**kept, "model": model, "_columns": columns, "__tablename__": model.__tablename__})
