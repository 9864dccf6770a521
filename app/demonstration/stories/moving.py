"""Stories of lines that go to another place or another customer, or are mended where they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.demonstration import deeds
from app.demonstration.days import ONE_DAY
from app.demonstration.events import Event
from app.demonstration.people import resident
from app.demonstration.stories.telling import happened, is_done_by_now, ordering, paid, remarks
from app.workorders.choices import WorkKind
from app.workorders.operations import Technical

if TYPE_CHECKING:
    from app.demonstration.lives import Life

# A customer who takes a line over has a number behind all others, so that nobody is registered twice.
TAKERS_FROM = 5000


def moved(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer moves; sometimes he waits for it, and gets the days back."""
    waited = life.random.randint(2, 4) if life.chance(0.3) else 0
    reason = life.random.choice(remarks(life).compensation) if waited else ""
    yield relocating(life, on, methods=paid(life), compensation_days=waited, reason=reason)
    life.shift(waited)


def moved_twice(life: Life, on: datetime.date) -> Iterator[Event]:
    """The clerk mishears the address: the relocation is voided, and done again."""
    yield relocating(life, on, methods=paid(life))
    yield happened(life, deeds.Undoing, on, life.profile.manager, reason=remarks(life).moved_wrongly)
    yield relocating(life, on, methods=paid(life))


def moved_by_order(life: Life, on: datetime.date) -> Iterator[Event]:
    """An installer moves the line; the fee is paid at the desk some days later."""
    yield ordering(life, on, WorkKind.RELOCATION, new_address=life.another_address())
    done = on + 2 * ONE_DAY
    if is_done_by_now(life, on):
        yield happened(life, deeds.Finishing, done, life.installer_login)
        yield happened(life, deeds.Settling, done + life.days(0, 3), life.profile.cashier, method=life.method())


def transferred(life: Life, on: datetime.date) -> Iterator[Event]:
    """The line goes to somebody new."""
    number = TAKERS_FROM + int("".join(sign for sign in life.home.account if sign.isdigit()))
    customer = resident(life.profile, number, Random(f"taker of {life.home.account}")).customer  # noqa: S311
    note = life.random.choice(remarks(life).transferred)
    yield happened(life, deeds.Transferring, on, life.profile.cashier, customer=customer, note=note, methods=paid(life))


def relocating(life: Life, on: datetime.date, **values: Any) -> Event:
    note, place = life.random.choice(remarks(life).moved), life.random.choice(life.profile.places)
    event: Event = happened(
        life, deeds.Relocating, on, life.profile.cashier, place=place.code, address=life.another_address(place), note=note, **values
    )
    return event


def repaired(life: Life, on: datetime.date) -> Iterator[Event]:
    """Something is broken, somebody comes, finds it, mends it, and takes the money at the door or leaves a bill."""
    symptom, cause, remedy = life.random.choice(remarks(life).faults)
    yield ordering(life, on, WorkKind.FAULT, technical=Technical(fault_symptom=symptom))
    visit = on + life.days(0, 2)
    if not is_done_by_now(life, on):
        return
    yield happened(life, deeds.Arriving, visit, life.installer_login)
    if life.chance(0.15):
        yield happened(life, deeds.Failing, visit, life.installer_login, reason=life.random.choice(remarks(life).failed))
        return
    at_door = life.chance(0.6)
    told = Technical(
        fault_cause=cause,
        fault_remedy=remedy,
        optical_power=Decimal(-life.random.randint(165, 235)) / 10,
        speed_mbps=Decimal(life.random.randint(1900, 2080)) / 10,
    )
    quantities = (Decimal(life.random.randint(4, 20)),)
    methods = (MethodAmount(Method.DOOR),) if at_door else ()
    yield happened(
        life, deeds.Finishing, visit, life.installer_login, quantities=quantities, fee=life.profile.labour, technical=told, methods=methods
    )
    if at_door and life.chance(0.7):
        yield happened(life, deeds.HandingOver, visit + ONE_DAY, life.profile.cashier, installer=life.installer)
    elif not at_door:
        yield happened(life, deeds.Settling, visit + life.days(0, 3), life.profile.cashier, method=life.method())
    if life.chance(0.7):
        yield happened(life, deeds.Checking, visit + 3 * ONE_DAY, life.profile.manager)
