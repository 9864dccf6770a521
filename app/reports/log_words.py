"""The lines of the log in words: who, which record, what happened; names fetched together, a statement per table."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select

from app.foundation.database import Record, db
from app.foundation.i18n import current_locale, listed, say
from app.foundation.log import LogKind
from app.foundation.views import OperationView
from app.foundation.views.changes import described, labels_of, parents_in, who
from app.foundation.views.columns import pretty
from app.foundation.views.links import record_address
from app.foundation.views.office import office_fact
from app.reports.log import LogLine
from app.values.errors import Message

NAMES = ("name", "number", "code", "username")


@dataclass(frozen=True)
class LogRow:
    """A line of the log as the page and the file show it."""

    at: datetime.datetime
    kind: LogKind
    who: str
    office: str
    sort: str
    record: str
    href: str | None
    details: tuple[str, ...]
    address: str

    @property
    def what(self) -> str:
        return "\n".join(self.details)


def worded(lines: Sequence[LogLine]) -> list[LogRow]:
    """Return ``lines`` in the reader's words. Records of other offices and deleted ones are named by what the log itself knows."""
    people = _people({line.user_id for line in lines if line.user_id is not None})
    offices = _offices()
    held = _fetched(lines)
    return [_row(line, people, offices, held) for line in lines]


def _row(line: LogLine, people: Mapping[int, str], offices: Mapping[int, str], held: Mapping[tuple[str, int], Any]) -> LogRow:
    model = models().get(line.table)
    record = held.get((line.table, line.row)) if line.row is not None else None
    person = people.get(line.user_id, "") if line.user_id is not None else ""
    is_change = line.kind in (LogKind.CHANGED, LogKind.DELETED)
    return LogRow(
        at=line.at,
        kind=line.kind,
        who=who(person, line.job) if is_change or person or line.job else "",
        office=listed((offices[number] for number in line.offices if number in offices), current_locale()),
        sort=sort_of(line.table) if line.table else "",
        record=_named(line, record),
        href=record_address(record),
        details=_details(line, model) if is_change else ((say(line.sentence),) if line.sentence is not None else ()),
        address=line.address,
    )


def _named(line: LogLine, record: Any) -> str:
    if record is not None:
        return str(record)
    kept = next((str(line.before[name]) for name in NAMES if line.before.get(name)), "") if line.kind is LogKind.DELETED else ""
    return kept or (say(Message("No. %(number)s", number=line.row)) if line.row is not None else "")


def _details(line: LogLine, model: type[Any] | None) -> tuple[str, ...]:
    if model is None:
        return ()
    currency = str(office_fact("currency", line.offices[0]) or "") if line.offices else ""
    fields = described(model, line.before, line.after, labels=labels_of(model), currency=currency)
    return tuple(say(Message("%(field)s: %(change)s", field=field.label, change=field.text)) for field in fields)


@cache
def models() -> Mapping[str, type[Any]]:
    """Return the classes by the name of their table."""
    found = [mapper.class_ for mapper in Record.registry.mappers if hasattr(mapper.class_, "__tablename__")]
    # A class of ours over a table of the framework stands for it.
    return {model.__tablename__: model for model in sorted(found, key=lambda model: model.__module__.startswith("app."))}


def sort_of(table: str) -> str:
    """Return what people call the records of ``table``: the title of their page."""
    from flask import current_app

    model = models().get(table)
    views = [view for view in current_app.appbuilder.baseviews if _shows(view, model)] if model is not None else []  # type: ignore[attr-defined]
    # An operation that makes such a record, like opening an account, has a page under its own name too.
    views.sort(key=lambda view: isinstance(view, OperationView))
    return say(getattr(model, "__title__", "") or (views[0].show_title if views else "")) or pretty(table)


def _shows(view: Any, model: type[Any]) -> bool:
    return bool(getattr(view, "show_title", "")) and getattr(getattr(view, "datamodel", None), "obj", None) is model


def _people(ids: Iterable[int]) -> Mapping[int, str]:
    table = Record.metadata.tables["ab_user"]
    statement = select(table.c.id, table.c.first_name, table.c.last_name).where(table.c.id.in_(sorted(ids)))
    return {row.id: f"{row.first_name} {row.last_name}".strip() for row in db.session.connection().execute(statement)}


def _offices() -> Mapping[int, str]:
    office = models()["office"]
    return {row.id: row.name for row in db.session.scalars(select(office))}


def _fetched(lines: Sequence[LogLine]) -> Mapping[tuple[str, int], Any]:
    """Return the rows that the lines are about or name, as far as the person may see them; held, so that no row is asked for alone."""
    wanted: dict[type[Any], set[int]] = defaultdict(set)
    for line in lines:
        model = models().get(line.table)
        if model is None:
            continue
        if line.row is not None:
            wanted[model].add(line.row)
        for values in (line.before, line.after or {}):
            for parent, number in parents_in(model, values):
                wanted[parent].add(number)
    found = (record for model, ids in wanted.items() for record in db.session.scalars(select(model).where(model.id.in_(sorted(ids)))))
    return {(record.__tablename__, record.id): record for record in found}
