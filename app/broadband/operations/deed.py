"""An operation on a line under way: what was entered, the locked line, its day, and how it stood before."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import joinedload

from app.billing.models import Charge, Receipt, Voucher
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import Move, SubscriptionOperation, SubscriptionStatus
from app.broadband.models import BroadbandPolicy, Subscription
from app.broadband.operations.standing import standing_of
from app.broadband.rules.standing import Standing
from app.offices.models import Office
from app.values.money import ZERO

# What an operation reads around its line, joined to the statement that locks it.
AROUND_THE_LINE = (
    *(
        joinedload(related, innerjoin=True)
        for related in (Subscription.customer, Subscription.plan, Subscription.community, Subscription.office)
    ),
    joinedload(Subscription.policy),
)


@dataclass(frozen=True, kw_only=True)
class DeedTerms:
    """What is entered for any operation on a line.

    ``on`` None is today, ``fee`` None the office's price, 0 where it has none. Without ``methods`` the fee stays an open charge.
    """

    on: datetime.date | None = None
    fee: Decimal | None = None
    reason: str = ""
    note: str = ""
    methods: tuple[MethodAmount, ...] = ()
    payer_name: str = ""


@dataclass
class Deed:
    """An operation under way: the locked line, its day, and how the line stood before anything was changed."""

    operation: SubscriptionOperation
    line: Subscription
    office: Office
    rules: BroadbandPolicy
    terms: DeedTerms
    on: datetime.date
    booked_on: datetime.date
    move: Move
    status: SubscriptionStatus
    before: dict[str, Any]
    fee: Decimal = ZERO
    charge: Charge | None = None
    receipt: Receipt | None = None
    voucher: Voucher | None = None
    shift_days: int = 0
    papers: dict[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.office.currency

    @property
    def stop_date(self) -> datetime.date:
        """The last day with service; only for a line that is installed."""
        if self.line.stops_on is None:
            raise AssertionError(f"The line {self.line.broadband_account} is installed but has no stop date.")
        return self.line.stops_on

    @property
    def standing(self) -> Standing:
        """How the line stands by the rules; only for one that is installed."""
        return standing_of(self.line)
