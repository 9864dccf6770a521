"""The change history 變更記錄 in words: who changed which field of a record, from what to what, as the reader's language writes it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import Boolean, Date, DateTime, Enum, Numeric, inspect, select

from app.foundation.actor import NIGHTLY, PROGRAM
from app.foundation.database import db
from app.foundation.i18n import FILTERS, LANGUAGES, say
from app.foundation.jobs.queue import label_of
from app.foundation.secrets import Secret
from app.foundation.views.columns import pretty
from app.foundation.views.history import Change, changes_of
from app.foundation.views.links import record_address
from app.foundation.views.office import currency_of
from app.foundation.views.state import once_per_request
from app.values.errors import N_, Message

MOST_CHANGES = 30
NOTHING = "—"
MONEY_SCALE = 2
UNSHOWN = N_("changed; the value is not shown")
# What the page itself tells line by line: of a change the history says no more than that it was made.
STRUCTURED = frozenset({"recipe", "examples"})
# What a person has several of, written by the trigger of the pairs, one at a time.
SETS = frozenset({"roles", "offices"})
# Columns that say where a row belongs, what wrote it or how often it was written, not what somebody did.
TECHNICAL = frozenset(
    {
        *("id", "office_id", "version", "search_terms", "id_number_trace", "created_at", "created_by_id"),
        *("applied_event_id", "turned_by_event_id"),
    }
)

# What is called by no page, since nobody types it into a form of its own.
LABELS: Mapping[str, str] = {
    "state": N_("State"),
    "halted_on": N_("Halted since"),
    "stop_reason": N_("Reason"),
    "completed_by_id": N_("Completed by"),
    "user_id": N_("User"),
    "session_version": N_("Sessions"),
    "name": N_("Name"),
    "name_en": N_("Name for readers of English"),
    "name_zh_hans": N_("Name for readers of Simplified Chinese"),
    "name_zh_hant": N_("Name for readers of Traditional Chinese"),
    "name_vi": N_("Name for readers of Vietnamese"),
    "position": N_("Order"),
    "is_on": N_("In use"),
    "is_required": N_("Must be filled in"),
    "is_listed": N_("A column of the list"),
    "entity": N_("Record type"),
    "field": N_("Name of the field"),
    "charset": N_("Character set"),
    "body": N_("Text of the letter"),
    "ways_to_pay": N_("How to pay"),
    "renewal_agreed_on": N_("Renewal from credit agreed on"),
    "renewal_agreed_by_id": N_("Renewal from credit noted by"),
    "set_off_receipt_id": N_("Receipt of what was set off"),
    "last_name": N_("Last Name"),
    "recipe": N_("Formula lines"),
    "examples": N_("Saved examples"),
}


@dataclass(frozen=True)
class FieldChange:
    """One field of a changed record: its name, and what happened to it, both in the reader's words."""

    label: str
    text: str


def history_of(record: Any, labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return how ``record`` was made and its newest changes, newest first, as the macro ``events`` shows them."""
    events = [event for change in changes_of(record, MOST_CHANGES) for event in _events(record, labels, change)]
    return [*_void(record), *events, *_creation(record)]


def _events(record: Any, labels: Mapping[str, Any], change: Change) -> Iterator[dict[str, Any]]:
    before = {name: old for name, old, _new in change.values}
    after = {name: new for name, _old, new in change.values}
    for field in described(type(record), before, after, labels=labels, currency=currency_of(record)):
        at, by = FILTERS["moment"](change.at), who(change.person, change.job)
        yield {"icon": "pencil", "title": field.label, "text": field.text, "at": at, "by": by}


def _void(record: Any) -> Iterator[dict[str, Any]]:
    """Yield the void of a document that is never written again itself: only its counter-document tells of it."""
    reversal = None if hasattr(type(record), "reversal_id") else getattr(record, "reversal", None)
    if reversal is None:
        return
    maker = _named(db.metadata.tables["ab_user"], reversal.created_by_id) if reversal.created_by_id else None
    yield {
        "icon": "arrow-back-up",
        "title": say(Message("Voided by %(number)s", number=reversal.number)),
        "text": reversal.reason,
        "at": FILTERS["moment"](reversal.created_at),
        "by": maker or who("", PROGRAM),
        "href": record_address(reversal),
    }


def _creation(record: Any) -> Iterator[dict[str, Any]]:
    """Yield how the record began, where it says so itself: a new row is its own trace."""
    at = getattr(record, "created_at", None)
    if at is None or not hasattr(type(record), "created_by_id"):
        return
    maker = _named(db.metadata.tables["ab_user"], record.created_by_id) if record.created_by_id else None
    yield {"icon": "plus", "title": say(N_("Created")), "text": "", "at": FILTERS["moment"](at), "by": maker or who("", PROGRAM)}


def who(person: str, job: str) -> str:
    """Return who made a change: a person, a job (for a person), the program, or somebody with the keys to the database."""
    if job and person:
        return say(Message("%(person)s (%(job)s)", person=person, job=job_words(job)))
    if person:
        return person
    return say(job_words(job) if job else Message("directly in the database"))


def job_words(job: str) -> Message:
    """Return the name of a job or command as people read it."""
    known = {NIGHTLY: Message("Nightly work"), PROGRAM: Message("The program")}
    label = label_of(job)
    if job in known or label:
        return known.get(job) or Message(str(label))
    return Message("Command %(name)s", name=job)


# --- fields in words --------------------------------------------------------------------------------------------------------------


def described(
    model: type[Any], before: Mapping[str, Any], after: Mapping[str, Any] | None, *, labels: Mapping[str, Any], currency: str
) -> list[FieldChange]:
    """Return the fields of a change in words; of a deleted row (no ``after``) what stood in it."""
    known = {*inspect(model).column_attrs.keys(), *SETS}
    fields = []
    for name, old in before.items():
        if name not in known or name in TECHNICAL or (after is None and old in (None, "", [], False)):
            continue
        fields.append(FieldChange(label_of_column(model, name, labels), _text(model, name, old, after, currency)))
    return fields


def _text(model: type[Any], name: str, old: Any, after: Mapping[str, Any] | None, currency: str) -> str:
    if name in SETS and after is not None:
        given = after.get(name)
        return say(Message("%(name)s given", name=Message(given)) if given else Message("%(name)s taken away", name=Message(str(old))))
    if name == "session_version":
        return say(N_("all ended"))
    if name in STRUCTURED or isinstance(inspect(model).column_attrs[name].columns[0].type, Secret):
        return say(UNSHOWN) if after is not None else ""
    if after is None:
        return written(model, name, old, currency)
    return f"{written(model, name, old, currency)} → {written(model, name, after.get(name), currency)}"


def label_of_column(model: type[Any], name: str, labels: Mapping[str, Any]) -> str:
    """Return what people call a column: by its own label, by that of the relation whose key it holds, else by its name."""
    relation = _relation(model, name)
    keys = (name, *((relation.key, f"{relation.key}.name") if relation is not None else ()), f"masked_{name}")
    found = next((labels[key] for key in keys if key in labels), LABELS.get(name))
    return say(found if found is not None else pretty(name.removesuffix("_id")))


def labels_of(model: type[Any]) -> Mapping[str, Any]:
    """Return the labels of all pages of ``model``."""

    def collect() -> dict[str, Any]:
        # As declared: the entries may be of several offices, and each hides and names fields in its own way.
        found: dict[str, Any] = dict(getattr(model, "__labels__", {}))
        for view in reversed(current_app.appbuilder.baseviews):  # type: ignore[attr-defined]
            if getattr(getattr(view, "datamodel", None), "obj", None) is model:
                found |= getattr(view, "declared_labels", {})
        return found

    return once_per_request(("labels of", model), collect)


def written(model: type[Any], name: str, value: Any, currency: str) -> str:
    """Return a value of the trace as a person reads it."""
    if value is None or value == "" or value == []:
        return NOTHING
    relation = _relation(model, name)
    if relation is not None:
        return _named_parent(relation.mapper.class_, value) or say(Message("No. %(number)s", number=value))
    column = inspect(model).column_attrs[name].columns[0]
    if any(key.column.table.name == "ab_user" for key in column.foreign_keys):
        return once_per_request(("person", value), lambda: _named(db.metadata.tables["ab_user"], value)) or str(value)
    if name == "locale":
        return LANGUAGES.get(str(value), str(value))
    return _of_type(column.type, value, currency)


def _relation(model: type[Any], name: str) -> Any:
    """Return the relation to the parent whose key the column ``name`` holds."""
    column = inspect(model).column_attrs[name].columns[0] if name in inspect(model).column_attrs else None
    found = (each for each in inspect(model).relationships if not each.uselist and each.local_columns == {column})
    return next(found, None)


def _named_parent(model: type[Any], key: int) -> str:
    parent = db.session.get(model, key)
    return "" if parent is None else str(parent)


def parents_in(model: type[Any], values: Mapping[str, Any]) -> Iterator[tuple[type[Any], int]]:
    """Yield the rows that a change's values name by number, so that a list can fetch them together."""
    for name, value in values.items():
        relation = _relation(model, name) if isinstance(value, int) and name not in TECHNICAL else None
        if relation is not None:
            yield relation.mapper.class_, value


def _named(people: Any, key: int) -> str:
    statement = select(people.c.first_name + " " + people.c.last_name).where(people.c.id == key)
    return str(db.session.connection().execute(statement).scalar_one_or_none() or "").strip()


def _of_type(stored: Any, value: Any, currency: str) -> str:
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
        return FILTERS["money"](amount, currency) if stored.scale == MONEY_SCALE and currency else FILTERS["number"](amount)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(item) for item in value)
    return str(value)
