"""The steps of an order with who took each and when, and the way to the house."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.values.errors import N_
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder

# Opens the map that the person has chosen on his device: no customer's address goes to a service that the office did not choose.
MAP = "geo:0,0?q="


@dataclass(frozen=True)
class Step:
    """A step: done with its moment and person, or still to come."""

    label: Any
    at: datetime.datetime | None
    by: str
    is_done: bool
    is_now: bool = False


def steps_of(order: WorkOrder) -> list[Step]:
    """Return the steps from the application to the check; a failed order ends with its failure."""
    status = order.status
    taken = [
        Step(N_("Accepted"), order.accepted_at, str(order.created_by or ""), True, status is WorkOrderStatus.NEW),
        Step(
            N_("Booked"),
            order.appointment_at,
            str(order.booked_by or ""),
            order.appointment_at is not None and order.installer_id is not None,
            status is WorkOrderStatus.BOOKED,
        ),
        Step(N_("On site"), order.started_at, str(order.started_by or ""), order.started_at is not None, status is WorkOrderStatus.ON_SITE),
    ]
    if status is WorkOrderStatus.FAILED:
        return [*taken, Step(WorkOrderStatus.FAILED, order.finished_at, str(order.completed_by or ""), True, True)]
    return [
        *taken,
        Step(WorkOrderStatus.DONE, order.finished_at, str(order.completed_by or ""), order.is_worked, status is WorkOrderStatus.DONE),
        Step(
            WorkOrderStatus.CHECKED,
            order.checked_at,
            str(order.checked_by or ""),
            order.checked_at is not None,
            status is WorkOrderStatus.CHECKED,
        ),
    ]


def map_address(address: str) -> str:
    """Return the address that lets the device's own map look for ``address``."""
    return MAP + quote(address)
