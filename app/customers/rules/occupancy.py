"""Who occupies a unit, and who pays for it on a day: the payer where one is named, else the tenant, else the owner.

Source: requirements S1.1, fee rules §3 (occupant changing inside the period); docs/rules/occupancy.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.customers.choices import OccupancyRole
from app.values.dates import ONE_DAY
from app.values.errors import Message, OperationRefused
from app.values.spans import covers, first_overlap

# Whoever comes first here pays.
PAYING = (OccupancyRole.PAYER, OccupancyRole.TENANT, OccupancyRole.OWNER)


@dataclass(frozen=True)
class Stay:
    """``customer`` (his id) has ``role`` in a unit from ``starts_on`` to ``ends_on``, both included; without an end until further notice.

    ``name`` is how a sentence calls him, ``record`` the row it stands in.
    """

    customer: int
    role: OccupancyRole
    starts_on: date
    ends_on: date | None
    name: str = ""
    record: int | None = None


def payer_on(stays: Sequence[Stay], day: date) -> Stay | None:
    """Return who pays for the unit of ``stays`` on ``day``: the payer, else the tenant, else the owner; None where there is nobody."""
    there = {stay.role: stay for stay in stays if covers(stay, day)}
    return next((there[role] for role in PAYING if role in there), None)


def require_stays(stays: Sequence[Stay]) -> None:
    """Raise OperationRefused where two of one role share a day in the unit, or one ends before it starts."""
    for stay in stays:
        if stay.ends_on is not None and stay.ends_on < stay.starts_on:
            raise OperationRefused(Message("The end date is before the start date."), code="ends_before_start", field="ends_on")
    for role in OccupancyRole:
        overlap = first_overlap([stay for stay in stays if stay.role is role])
        if overlap is not None:
            raise _overlapping(*overlap)


def ended_before(stays: Sequence[Stay], new: Stay) -> Stay | None:
    """Return the stay of the same role that goes on when ``new`` begins, ended on the day before; None where there is none."""
    for stay in stays:
        if stay.role is new.role and stay.starts_on < new.starts_on and (stay.ends_on is None or stay.ends_on >= new.starts_on):
            return replace(stay, ends_on=new.starts_on - ONE_DAY)
    return None


def _overlapping(earlier: Stay, later: Stay) -> OperationRefused:
    terms = {"role": earlier.role, "earlier": earlier.name, "later": later.name, "start": earlier.starts_on}
    if earlier.ends_on is None:
        message = Message(
            "%(role)s: %(earlier)s is there since %(start)s, so %(later)s cannot begin on %(day)s. End that occupancy first.",
            **terms,
            day=later.starts_on,
        )
    else:
        message = Message(
            "%(role)s: %(earlier)s is there from %(start)s to %(end)s, so %(later)s cannot begin on %(day)s.",
            **terms,
            end=earlier.ends_on,
            day=later.starts_on,
        )
    return OperationRefused(message, code="occupancies_overlap", field="starts_on")
