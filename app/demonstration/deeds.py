"""What happens to a line between its payments, as values: operations, works and nights. Playing them is ``playing_lines``'s business."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState, PlanChangeMode, StopReason
from app.customers.operations import NewCustomer
from app.demonstration.events import Event
from app.workorders.choices import WorkKind
from app.workorders.operations import Technical

ZERO = Decimal(0)
Methods = tuple[MethodAmount, ...]


@dataclass(frozen=True, kw_only=True)
class Suspending(Event):
    """The line rests for ``days``; then the night resumes it, unless its customer comes first."""

    days: int
    note: str
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Resuming(Event):
    """The customer is back before the planned day, or the network operator has mended what was broken: that is free."""

    note: str = ""
    is_free: bool = False
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Stopping(Event):
    """The line is cut."""

    reason: StopReason
    note: str


@dataclass(frozen=True, kw_only=True)
class Dismissing(Event):
    """The manager leaves a line in use that the night had proposed to cut."""

    note: str


@dataclass(frozen=True, kw_only=True)
class Closing(Event):
    """The line is closed; whatever was lent on it comes back in the state ``fate``."""

    note: str
    refund_method: Method
    fate: EquipmentState = EquipmentState.GOOD
    compensation: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class Relocating(Event):
    """The line goes to another place; without ``methods`` its fee stays owed."""

    place: str
    address: str
    note: str
    compensation_days: int = 0
    reason: str = ""
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Transferring(Event):
    """The line goes to a new customer, or to who has the units ``homes``."""

    customer: NewCustomer
    homes: tuple[str, ...] = ()
    note: str
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Changing(Event):
    """The line changes its plan."""

    plan: str
    mode: PlanChangeMode
    note: str
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Giving(Event):
    """Months or days are given to the line."""

    reason: str
    months: int = 0
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Undoing(Event):
    """The receipt of the line's last operation is voided, and the operation with it."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Lending(Event):
    """Equipment is lent on the line for a deposit."""

    name: str
    serial: str
    deposit: Decimal
    methods: Methods


@dataclass(frozen=True, kw_only=True)
class Prepaying(Event):
    """The customer pays ahead, and agrees that the line renews itself from his balance."""

    amount: Decimal
    methods: Methods
    note: str


@dataclass(frozen=True, kw_only=True)
class Settling(Event):
    """The line's customer pays all that he owes."""

    method: Method


@dataclass(frozen=True, kw_only=True)
class Ordering(Event):
    """Works are ordered for the line and booked with an installer."""

    kind: WorkKind
    installer: str
    appointment_at: datetime.datetime
    request: str = ""
    new_address: str | None = None
    new_plan: str | None = None
    technical: Technical = field(default_factory=Technical)


@dataclass(frozen=True, kw_only=True)
class Arriving(Event):
    """The installer is at the customer's."""


@dataclass(frozen=True, kw_only=True)
class Finishing(Event):
    """The ordered works are done, with so much of each of the first materials and a fee for the labour."""

    quantities: tuple[Decimal, ...] = ()
    fee: Decimal = ZERO
    technical: Technical = field(default_factory=Technical)
    methods: Methods = ()


@dataclass(frozen=True, kw_only=True)
class Failing(Event):
    """The ordered works could not be done."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Checking(Event):
    """The line's last finished order is accepted by a second person."""


@dataclass(frozen=True, kw_only=True)
class HandingOver(Event):
    """An installer brings all the money that he took at the doors; ``account`` is empty."""

    installer: str


@dataclass(frozen=True, kw_only=True)
class Nightfall(Event):
    """What happens by itself in an office just after its midnight; ``account`` is empty."""
