"""How a story tells its events: each after the line's last one, with remarks in the office's language."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.billing.rules.methods import MethodAmount
from app.demonstration import deeds
from app.demonstration.days import ONE_DAY
from app.demonstration.deeds import Methods
from app.demonstration.events import Event
from app.demonstration.firm_remarks import firm_remarks
from app.demonstration.remarks import REMARKS, Remarks
from app.workorders.choices import WorkKind

if TYPE_CHECKING:
    from app.demonstration.lives import Life

A_WEEK = 7 * ONE_DAY


def remarks(life: Life) -> Remarks:
    """Return what may be noted about whose line it is: a firm has no cats."""
    language = life.profile.facts["language"]
    return firm_remarks(language) if life.home.resident.is_firm else REMARKS[language]


def happened(life: Life, kind: type[Any], on: datetime.date, by: str, /, **values: Any) -> Any:
    """Return an event of the line on a day, always after its last one."""
    return kind(at=life.moment(on), office=life.profile.code, account=life.home.account, by=by, **values)


def is_done_by_now(life: Life, on: datetime.date) -> bool:
    """Say whether works ordered on a day are over; those of the last days are still to be done."""
    return on + A_WEEK < life.today


def ordering(life: Life, on: datetime.date, kind: WorkKind, **values: Any) -> Event:
    request = life.random.choice(remarks(life).requests) if life.chance(0.4) else ""
    event: Event = happened(
        life,
        deeds.Ordering,
        on,
        life.profile.clerk,
        kind=kind,
        installer=life.installer,
        appointment_at=life.visit_on(on + ONE_DAY if is_done_by_now(life, on) else max(on, life.today) + ONE_DAY),
        request=request,
        **values,
    )
    return event


def paid(life: Life) -> Methods:
    """Return the whole of a fee, paid in one way."""
    return (MethodAmount(life.method()),)


def if_fee(life: Life, operation: str) -> Methods:
    """Return the whole of a fee where the office's price list asks for one."""
    fee = next((fee for each, fee in life.profile.prices.items() if each.value == operation), Decimal(0))
    return paid(life) if fee else ()


def checking(life: Life, on: datetime.date) -> Event:
    """The manager accepts the work from its signed sheet."""
    event: Event = happened(life, deeds.Checking, on, life.profile.manager)
    return event
