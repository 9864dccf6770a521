"""Stories of lines that get another plan, months, days or a router, or whose customers pay ahead."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeMode
from app.demonstration import deeds
from app.demonstration.days import ONE_DAY
from app.demonstration.deeds import Methods
from app.demonstration.events import Event
from app.demonstration.profiles import PlanProfile
from app.demonstration.stories.resting import after_rest, suspending
from app.demonstration.stories.telling import happened, paid, remarks

if TYPE_CHECKING:
    from app.demonstration.lives import Life

CLEARLY_MORE = Decimal("1.2")


def upgraded(life: Life, on: datetime.date) -> Iterator[Event]:
    """A faster plan from today, the difference paid."""
    yield from _changed(life, on, PlanChangeMode.MONEY, is_more=True)


def downgraded(life: Life, on: datetime.date) -> Iterator[Event]:
    """A slower plan from today, the difference given back."""
    yield from _changed(life, on, PlanChangeMode.MONEY, is_more=False)


def booked(life: Life, on: datetime.date) -> Iterator[Event]:
    """A faster plan from the next period."""
    yield from _changed(life, on, PlanChangeMode.PERIOD_END, is_more=True)


def changed_at_rest(life: Life, on: datetime.date) -> Iterator[Event]:
    """A faster plan for a line at rest: settled with its resumption, the difference paid after it."""
    days = life.random.randint(32, 50)
    yield suspending(life, on, days)
    yield from _changed(life, on + 5 * ONE_DAY, PlanChangeMode.MONEY, is_more=True, methods=())
    back = on + days * ONE_DAY
    after_rest(life, back, days)
    if life.stays and back + 3 * ONE_DAY < life.today:
        yield happened(life, deeds.Settling, back + 2 * ONE_DAY, life.profile.cashier, method=life.method())
    else:
        life.stays = False


def _changed(life: Life, on: datetime.date, mode: PlanChangeMode, *, is_more: bool, methods: Methods | None = None) -> Iterator[Event]:
    new = _other_plan(life, is_more=is_more)
    if new is None:
        return
    if methods is None:
        methods = paid(life) if is_more and mode is PlanChangeMode.MONEY else ()
    notes = remarks(life).upgraded if is_more else remarks(life).downgraded
    note = life.random.choice(notes)
    yield happened(life, deeds.Changing, on, life.profile.manager, plan=new.name, mode=mode, note=note, methods=methods)
    life.home = replace(life.home, plan=new)
    life.habit = -(-life.habit // new.months) * new.months


def _other_plan(life: Life, *, is_more: bool) -> PlanProfile | None:
    old = life.home.plan
    price = old.fee / old.months
    for plan in sorted(life.profile.plans, key=lambda each: (each.months != old.months, each.fee)):
        share = plan.fee / plan.months / price
        if plan.for_firms == old.for_firms and (share >= CLEARLY_MORE if is_more else share * CLEARLY_MORE <= 1):
            return plan
    return None


def given_months(life: Life, on: datetime.date) -> Iterator[Event]:
    """The office thanks for something."""
    yield happened(life, deeds.Giving, on, life.profile.manager, reason=life.random.choice(remarks(life).gift), months=1)
    life.give(1)


def compensated(life: Life, on: datetime.date) -> Iterator[Event]:
    """The office is sorry for something."""
    days = life.random.randint(1, 5)
    yield happened(life, deeds.Giving, on, life.profile.manager, reason=life.random.choice(remarks(life).compensation), days=days)
    life.shift(days)


def lending(life: Life, on: datetime.date) -> Event:
    """A router of the office's goes to the customer."""
    life.lent = True
    serial = f"{life.profile.code}-{life.random.randrange(16**6):06X}-{life.home.account[-4:]}"
    deposit = life.profile.deposit if life.chance(0.7) else Decimal(0)
    methods = paid(life) if deposit else ()
    event: Event = happened(
        life, deeds.Lending, on, life.profile.cashier, name=remarks(life).router, serial=serial, deposit=deposit, methods=methods
    )
    return event


def paid_ahead(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer leaves money for half a year, and the nights renew his line."""
    amount = life.home.plan.fee * 6
    method = life.method()
    note = life.random.choice(remarks(life).prepaid)
    methods = (MethodAmount(method, amount),)
    yield happened(life, deeds.Prepaying, on, life.profile.cashier, amount=amount, methods=methods, note=note)
    life.stays = False
