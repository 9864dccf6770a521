"""The office's lists that a file names by words: communities, plans, business types, employees. Read once, asked for every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.foundation.database import OfficeRecord, db
from app.foundation.imports.parsers import folded
from app.values.errors import Message

MOST_MATCHES = 3
LIKENESS = 0.6


class NamedList:
    """The rows of a small table of an office, found by any of their names, however these are written."""

    def __init__(self, office_id: int, model: type[OfficeRecord], *names: str, order: Sequence[Any] = ()) -> None:
        columns: list[InstrumentedAttribute[Any]] = [getattr(model, name) for name in names]
        statement = select(model.id, *columns).where(model.office_id == office_id).order_by(*order, model.id)
        self.ids: dict[str, int] = {}
        self.shown: dict[str, str] = {}
        self.doubtful: set[str] = set()
        self.asked: dict[str, int | Message] = {}
        for record, *texts in db.session.execute(statement):
            self._add(record, [text for text in texts if text])

    def _add(self, record: int, texts: Iterable[str]) -> None:
        for text in texts:
            name = folded(text)
            if self.ids.setdefault(name, record) != record:
                self.doubtful.add(name)
            self.shown.setdefault(name, text)

    def find(self, written: str) -> int | Message:
        """Return the id of the row of that name, or the sentence that says why there is none, with names that are near."""
        if written not in self.asked:
            self.asked[written] = self._find(written)
        return self.asked[written]

    def _find(self, written: str) -> int | Message:
        name = folded(written)
        if name in self.doubtful:
            return Message("“%(name)s” is the name of several. Write the code instead.", name=written[:40])
        if name in self.ids:
            return self.ids[name]
        near = [self.shown[match] for match in get_close_matches(name, self.shown, n=MOST_MATCHES, cutoff=LIKENESS)]
        if not near:
            return Message("“%(name)s” is not in the office's list. Add it there first.", name=written[:40])
        return Message("“%(name)s” is not in the office's list. Is %(near)s meant?", name=written[:40], near=near)
