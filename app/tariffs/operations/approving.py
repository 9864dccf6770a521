"""A second person approves a version; its days follow those of the version before. What is not wanted is withdrawn or ended."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import explain_constraint, found, locked
from app.offices.models import Office
from app.tariffs.choices import VersionState
from app.tariffs.models import Tariff, TariffVersion
from app.tariffs.operations.drafting import prove
from app.values.dates import ONE_DAY
from app.values.errors import Message, OperationRefused

APPROVE = "approve_tariff"
OWN_WORK = Message("Somebody else must approve a version: you made it or wrote it last.")
# Two people at the same moment: the rule of both has passed, the database keeps the second one out.
explain_constraint("ex_tariff_version_in_force", Message("Another approved version is valid on some of these days."), "valid_from")
explain_constraint("ck_tariff_version_maker_is_not_checker", OWN_WORK)


def approve_version(*, version: int, valid_from: datetime.date | None = None) -> TariffVersion:
    """Approve a checked version, from ``valid_from`` or the day it names; the version before it ends on the day before.

    Raises OperationRefused without the right, for one's own work, without a day or on another version's day.
    """
    require_right(APPROVE)
    row = _locked(version)
    if row.state is not VersionState.CHECKED:
        raise OperationRefused(Message("Only a checked version can be approved."), code="wrong_state", field="state")
    office, me = found(Office, row.office_id), current_scope().user_id
    if office.second_person and me in (row.created_by_id, row.written_by_id):
        raise OperationRefused(OWN_WORK, code="self_approval")
    day = valid_from or row.valid_from
    if day is None:
        raise OperationRefused(Message("Enter the day from which the version is valid."), code="no_day", field="valid_from")
    prove(row)
    row.valid_to = _make_room(row, day)
    row.valid_from, row.state, row.approved_at, row.approved_by_id = day, VersionState.APPROVED, clock.now(), me
    row.second_person_off = not office.second_person
    db.session.flush()
    return row


def withdraw_version(*, version: int, reason: str) -> TariffVersion:
    """Withdraw a draft, a checked version, or an approved one whose days have not begun; the version before goes on.

    Raises OperationRefused for a version that bills may have been made by.
    """
    row = _locked(version)
    if not reason.strip():
        raise OperationRefused(Message("Enter the reason."), code="no_reason", field="reason")
    if row.state is VersionState.WITHDRAWN:
        raise OperationRefused(Message("This version is withdrawn already."), code="wrong_state", field="state")
    if row.state is VersionState.APPROVED:
        require_right(APPROVE)
        _require_unused(row)
    row.state, row.withdrawn_at, row.withdrawn_by_id = VersionState.WITHDRAWN, clock.now(), current_scope().user_id
    row.reason = reason.strip()
    db.session.flush()
    if row.approved_at is not None:
        _close_gap(row)
    return row


def end_version(*, version: int, ends_on: datetime.date) -> TariffVersion:
    """Let an approved version end on a day that is not over, so that the wider tariff holds again. Raises OperationRefused."""
    require_right(APPROVE)
    row = _locked(version)
    if row.state is not VersionState.APPROVED or row.valid_from is None:
        raise OperationRefused(Message("Only an approved version has days that can end."), code="wrong_state", field="state")
    if ends_on < max(row.valid_from, clock.today(found(Office, row.office_id))):
        raise OperationRefused(Message("The last day must not lie in the past, nor before the first one."), code="past", field="ends_on")
    if row.valid_to is not None and ends_on > row.valid_to:
        raise OperationRefused(
            Message("The version ends on %(day)s already: another one follows it.", day=row.valid_to), code="ends_before", field="ends_on"
        )
    row.valid_to = ends_on
    db.session.flush()
    return row


def _locked(version: int) -> TariffVersion:
    """Return a version with its tariff locked first: the days of one follow from those of its neighbours."""
    locked(Tariff, found(TariffVersion, version).tariff_id)
    return locked(TariffVersion, version)


def _approved(tariff: int) -> list[TariffVersion]:
    statement = select(TariffVersion).where(TariffVersion.tariff_id == tariff, TariffVersion.state == VersionState.APPROVED)
    return list(db.session.scalars(statement.order_by(TariffVersion.valid_from)))


def _make_room(row: TariffVersion, day: datetime.date) -> datetime.date | None:
    """End the version that is valid on ``day`` on the day before; return the day before the next one begins."""
    last = None
    for other in _approved(row.tariff_id):
        if other.valid_from == day:
            raise OperationRefused(
                Message("Version %(number)s is approved from %(day)s already. Choose another day.", number=other.number, day=day),
                code="day_taken",
                field="valid_from",
            )
        if other.valid_from is not None and other.valid_from > day:
            last = last or other.valid_from - ONE_DAY
        elif other.valid_to is None or other.valid_to >= day:
            other.valid_to = day - ONE_DAY
    # The database compares days row by row: the earlier version ends before the new one begins.
    db.session.flush()
    return last


def _require_unused(row: TariffVersion) -> None:
    today = clock.today(found(Office, row.office_id))
    if row.valid_from is not None and row.valid_from <= today:
        raise OperationRefused(
            Message(
                "The version is valid since %(day)s, and bills may have been made by it. Approve a new version, or end this one.",
                day=row.valid_from,
            ),
            code="in_force",
            field="state",
        )


def _close_gap(row: TariffVersion) -> None:
    """Let the version that ended for ``row`` go on to where ``row`` would have ended."""
    for other in _approved(row.tariff_id):
        if row.valid_from is not None and other.valid_to == row.valid_from - ONE_DAY:
            other.valid_to = row.valid_to
    db.session.flush()
