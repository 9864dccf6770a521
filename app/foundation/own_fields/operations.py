"""Changing the fields of an office's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from app.foundation.database import db
from app.foundation.own_fields.models import HiddenField, OwnField
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint
from app.values.errors import Conflict, Message, NotFound, OperationRefused

# Two people who save the fields of one office wait for each other.
LOCK = 7_310_510
SAME_NAME = Message("Two fields cannot have the same name.")

explain_constraint("uq_own_field_office_id_entity_name", SAME_NAME)


@dataclass(frozen=True)
class OwnFieldTerms:
    """One field as a person describes it; ``names`` are (language, name) beside the name in the office's own language."""

    slot: int
    name: str
    names: tuple[tuple[str, str], ...] = ()
    position: int = 1
    is_on: bool = True
    is_required: bool = False
    is_listed: bool = False


def save_fields(
    *, office: int, entity: str, hidden: tuple[str, ...], own: tuple[OwnFieldTerms, ...] = (), version: str | None = None
) -> None:
    """Say which optional fields of ``entity`` the office hides, and name its own ones. What is stored in the fields stays.

    ``version`` is what ``version_of_fields`` gave when the form was opened. Raises OperationRefused, and Conflict when somebody was faster.
    """
    scope = current_scope()
    if office not in scope.office_ids and not scope.unlimited:
        raise NotFound(Message("This record does not exist."), code="not_found")
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK, office)))
    if version is not None and version != version_of_fields(office, entity):
        raise Conflict(Message("Another person changed these fields. Your entries are kept: check them and save again."), code="stale")
    _hide(office, entity, hidden)
    _name(office, entity, own)


def version_of_fields(office: int, entity: str) -> str:
    """Return the mark of what holds for ``entity`` in the office now."""
    named = [(row.slot, row.version) for row in named_fields(office, entity)]
    state = repr((named, hidden_fields(office, entity)))
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def named_fields(office: int, entity: str) -> list[OwnField]:
    """Return the fields that the office named for ``entity``, those switched off too."""
    return list(db.session.scalars(select(OwnField).where(OwnField.office_id == office, OwnField.entity == entity).order_by(OwnField.slot)))


def hidden_fields(office: int, entity: str) -> list[str]:
    """Return what the office hides of ``entity``."""
    return sorted(db.session.scalars(select(HiddenField.field).where(HiddenField.office_id == office, HiddenField.entity == entity)))


def _hide(office: int, entity: str, wanted: tuple[str, ...]) -> None:
    before = set(hidden_fields(office, entity))
    shown_again = before - set(wanted)
    if shown_again:
        of_entity = (HiddenField.office_id == office, HiddenField.entity == entity, HiddenField.field.in_(shown_again))
        db.session.execute(delete(HiddenField).where(*of_entity).execution_options(synchronize_session=False))
    who = current_scope().user_id
    db.session.add_all(HiddenField(office_id=office, entity=entity, field=name, created_by_id=who) for name in sorted(set(wanted) - before))
    db.session.flush()


def _name(office: int, entity: str, own: tuple[OwnFieldTerms, ...]) -> None:
    stored = {row.slot: row for row in named_fields(office, entity)}
    _require_names(own, stored)
    for terms in own:
        row = stored.get(terms.slot)
        if row is None and not terms.name.strip():
            continue
        if row is None:
            row = stored[terms.slot] = OwnField(office_id=office, entity=entity, slot=terms.slot)
            db.session.add(row)
        row.name = terms.name.strip() or row.name
        row.position, row.is_on, row.is_required, row.is_listed = terms.position, terms.is_on, terms.is_required, terms.is_listed
        for language, name in terms.names:
            setattr(row, f"name_{language.lower()}", name.strip())
    db.session.flush()


def _require_names(own: tuple[OwnFieldTerms, ...], stored: dict[int, OwnField]) -> None:
    """Raise OperationRefused for a field in use without a name, and for one name given twice."""
    problems: dict[str, Message] = {}
    names = {row.slot: row.name for row in stored.values()}
    for terms in own:
        if terms.is_on and not terms.name.strip() and (terms.slot in stored or terms.is_required or terms.is_listed):
            problems[f"own_{terms.slot}_name"] = Message("Give the field a name, or switch it off.")
        names[terms.slot] = terms.name.strip() or names.get(terms.slot, "")
    used: dict[str, int] = {}
    for slot, name in sorted(names.items()):
        if name and used.setdefault(name, slot) != slot:
            problems[f"own_{slot}_name"] = SAME_NAME
    if problems:
        raise OperationRefused(next(iter(problems.values())), code="own_fields", fields=problems)
