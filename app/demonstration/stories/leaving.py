"""Stories of lines that are closed: with a refund, with debts set off, with damage."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.billing.choices import Method
from app.broadband.choices import EquipmentState
from app.demonstration import deeds
from app.demonstration.days import ONE_DAY
from app.demonstration.events import Event
from app.demonstration.stories.moving import relocating
from app.demonstration.stories.telling import happened, ordering, remarks
from app.workorders.choices import WorkKind

if TYPE_CHECKING:
    from app.demonstration.lives import Life


def closed(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer leaves before the end of what he paid for, and gets the rest back; often somebody fetches the cable."""
    yield from _closing(life, on, remarks(life).closed)
    if life.chance(0.6) and on + 4 * ONE_DAY < life.today:
        yield from _removed(life, on + 2 * ONE_DAY)


def closed_in_debt(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer leaves the fee of his relocation unpaid; it is set off when he closes."""
    yield relocating(life, on, methods=())
    if on + 20 * ONE_DAY < life.today:
        yield from _closing(life, on + 12 * ONE_DAY, remarks(life).closed_in_debt)
    life.stays = False


def closed_with_damage(life: Life, on: datetime.date) -> Iterator[Event]:
    """What was lent comes back damaged, and is set off against the refund."""
    yield from _closing(life, on, remarks(life).closed, fate=EquipmentState.DAMAGED, compensation=life.profile.labour)


def _closing(life: Life, on: datetime.date, notes: tuple[str, ...], **fate: Any) -> Iterator[Event]:
    method = Method.CASH if life.chance(0.6) else Method.BANK_TRANSFER
    yield happened(life, deeds.Closing, on, life.profile.cashier, note=life.random.choice(notes), refund_method=method, **fate)
    life.stays = False


def closed_by_house(life: Life, on: datetime.date) -> Iterator[Event]:
    """The manager closes a line that has been cut for long."""
    note = life.random.choice(remarks(life).arrears)
    yield happened(life, deeds.Closing, on, life.profile.manager, note=note, refund_method=Method.CASH)


def _removed(life: Life, on: datetime.date) -> Iterator[Event]:
    yield ordering(life, on, WorkKind.REMOVAL)
    yield happened(life, deeds.Finishing, on + ONE_DAY, life.installer_login)
    yield happened(life, deeds.Checking, on + ONE_DAY, life.profile.manager)
