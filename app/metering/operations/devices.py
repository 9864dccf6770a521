"""Phones of meter readers: one that takes a route along, and its end. Its token opens nothing but the readings of that route.

Whoever holds the token is the reader whose phone it was: it is worth nothing once his password, his rights or his office change.
"""

from __future__ import annotations

import datetime
import secrets
from uuid import UUID

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.metering.models import ReaderDevice
from app.offices.models import SystemUser
from app.offices.sessions import hash_of
from app.places.models import Building
from app.tariffs.models import Service
from app.values.errors import Malformed, Message, NotFound, OperationRefused

# By its beginning it is told from the token of a program.
PREFIX = "reader-"
LASTS = datetime.timedelta(days=7)
# Phones of one person that may send at the same time: more are a mistake, or somebody who collects tokens.
MOST_AT_ONCE = 30
LONGEST_AGENT = 200


def new_token() -> str:
    """Return a token nobody can guess; it is kept nowhere here."""
    return PREFIX + secrets.token_urlsafe(32)


def enrol_device(*, building: int, service: int | None, mark: str, token: str, agent: str = "") -> ReaderDevice:
    """Let a phone take a route along; what it held for the same route before ends. Raises OperationRefused."""
    place = found(Building, building, "building")
    kind = found(Service, service, "service") if service is not None else None
    if kind is not None and (kind.office_id != place.office_id or not kind.is_metered):
        raise NotFound(Message("This record does not exist."), code="not_found", field="service")
    user_id, at = current_scope().user_id, clock.real_now()
    # The person is locked, so that two of his phones are counted one after the other.
    user = locked(SystemUser, user_id or 0)
    live = _live_of(user.id, at)
    for device in live:
        if (device.mark, device.building_id, device.service_id) == (_uuid(mark), place.id, service):
            _end(device, at)
    if sum(device.ended_at is None for device in live) >= MOST_AT_ONCE:
        raise OperationRefused(
            Message("%(count)s routes are on phones of yours already. End one of them first.", count=MOST_AT_ONCE), code="too_many_devices"
        )
    device = ReaderDevice(
        office_id=place.office_id,
        user_id=user.id,
        building_id=place.id,
        service_id=service,
        mark=_uuid(mark),
        agent=agent[:LONGEST_AGENT],
        token_hash=hash_of(token),
        session_version=user.session_version,
        enrolled_at=at,
        expires_at=at + LASTS,
        created_by_id=user.id,
    )
    device.building, device.service, device.user = place, kind, user
    db.session.add(device)
    db.session.flush()
    note(LogKind.SIGN_IN, Message("A phone took along the route %(route)s", route=device.route), record=device)
    return device


def end_device(*, device: int) -> ReaderDevice:
    """End what a phone may; what it has not sent stays on it. Raises OperationRefused where that is over already."""
    row = locked(ReaderDevice, found(ReaderDevice, device).id)
    if row.ended_at is not None:
        raise OperationRefused(Message("This phone may send nothing any more already."), code="device_ended")
    _end(row, clock.real_now())
    note(LogKind.SIGN_OUT, Message("A phone gave back the route %(route)s", route=row.route), record=row)
    return row


def note_use(*, device: int, at: datetime.datetime) -> ReaderDevice:
    """Note that a phone sent something."""
    row = locked(ReaderDevice, device)
    row.seen_at = at
    db.session.flush()
    return row


def _live_of(user_id: int, at: datetime.datetime) -> list[ReaderDevice]:
    statement = select(ReaderDevice).where(ReaderDevice.user_id == user_id, ReaderDevice.ended_at.is_(None), ReaderDevice.expires_at > at)
    return list(db.session.scalars(statement.order_by(ReaderDevice.id)))


def _end(device: ReaderDevice, at: datetime.datetime) -> None:
    device.ended_at, device.ended_by_id = at, current_scope().user_id
    db.session.flush()


def _uuid(mark: str) -> UUID:
    try:
        return UUID(mark)
    except ValueError:
        raise Malformed(Message("The mark of the phone is not a UUID."), code="bad_uuid", field="mark") from None
