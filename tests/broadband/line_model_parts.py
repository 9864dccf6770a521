"""How the line of the small model stands, and the days and money of which it is made; the operations are in ``line_model_deeds``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Concatenate

DAY = timedelta(days=1)
# What is told of the operations, and is no part of how the line stands.
UNTOLD = ("deeds", "undone", "held", "follows", "between")


@dataclass(frozen=True)
class ModelPolicy:
    late_policy: str = "restart"
    grace_days: int = 0
    late_fee_rate: Fraction = Fraction(3, 1000)
    late_fee_cap: Fraction = Fraction(1)
    suspension_min_days: int = 30
    suspension_max_days: int = 180
    refund_policy: str = "by_day"
    decimals: int = 2


@dataclass(frozen=True)
class ModelPlan:
    """``fee`` steps of the currency (cents) for ``months`` months; plans of one price are told apart by their ``name``."""

    fee: int
    months: int = 1
    name: str = ""


@dataclass(frozen=True)
class Booked:
    """A plan that waits, in which ``mode``, with its fee, and how many sales there were when it was booked."""

    plan: ModelPlan
    mode: str
    fee: int
    sales: int


@dataclass(frozen=True)
class Piece:
    """Days that are in force, sold for ``price`` steps; ``calendar`` are the days of each month as first sold, ``sale`` its number."""

    kind: str
    sale: int
    days: tuple[date, ...]
    price: int
    calendar: tuple[tuple[date, ...], ...]
    maintenance: int = 0

    @property
    def sold_days(self) -> int:
        return sum(len(month) for month in self.calendar)

    @property
    def costs_money(self) -> bool:
        return self.kind in ("paid", "plan_change")


@dataclass(frozen=True)
class Outcome:
    state: str
    status: str
    stops_on: date | None
    money: Decimal = Decimal(0)
    refusal: str | None = None


class Refusal(Exception):
    """The model says no; its text is the code."""


def deed(
    method: Callable[Concatenate[Any, date, ...], int],
) -> Callable[Concatenate[Any, date, ...], Outcome]:
    """Play an operation: remember how the line stood, take everything back where it is refused."""

    @functools.wraps(method)
    def played(line: Line, on: date, *terms: Any, **named: Any) -> Outcome:
        at_first, deeds = line.snapshot(), line.deeds
        try:
            if line.state == "closed":
                raise Refusal("state_closed")
            if not line.waits_for_night or method.__name__ == "change_plan":
                line._switch(on)
            before = line.snapshot()
            line.follows, line.between, line.set_off = False, {}, ()
            money = method(line, on, *terms, **named)
        except Refusal as refusal:
            line.restore(at_first)
            line.deeds = deeds
            return line.outcome(on, refusal=str(refusal))
        line.deeds = (*line.deeds, before, line.between) if line.follows else (*line.deeds, before)
        return line.outcome(on, money)

    return played


class Line:
    """How one line stands. ``deeds`` are the states before each operation; ``owed`` are open charges with their due dates.

    A booked plan takes effect with the next operation, or with ``waits_for_night`` when the night comes to it.
    """

    def __init__(self, plan: ModelPlan, policy: ModelPolicy | None = None, *, waits_for_night: bool = False) -> None:
        self.plan, self.policy = plan, policy or ModelPolicy()
        self.waits_for_night = waits_for_night
        self.state = "pending"
        self.pieces: tuple[Piece, ...] = ()
        self.shift = 0
        self.opened: date | None = None  # the day from which the line is billed
        self.anchor: date | None = None
        self.run_months, self.is_moved = 0, False
        self.halted_on: date | None = None
        self.cut_for = ""
        self.planned: date | None = None
        self.waiting: tuple[tuple[int, int, int, int], ...] = ()  # months, gift, price, maintenance, paid before the installation
        self.paid_before = 0
        self.booked: Booked | None = None
        self.owed: tuple[tuple[date, int], ...] = ()
        self.credit = 0  # what a settlement left in the customer's balance
        self.owner = 0  # the line goes to and fro between two customers, each of whom has his own debts
        self.owed_by_other: tuple[tuple[date, int], ...] = ()
        self.sales = 0
        self.set_off: tuple[tuple[date, int], ...] = ()  # what the last operation settled of the open charges by what came back
        self.follows = False  # whether something of its own followed the operation at once, so that it cannot be undone
        self.between: dict[str, Any] = {}  # how the line stood before that
        # An empty state is that of an operation which cannot be undone, or is already.
        self.deeds: tuple[dict[str, Any], ...] = ()
        self.undone: set[int] = set()
        self.held: set[int] = set()  # operations whose own charge was paid since: that receipt goes first

    def snapshot(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in UNTOLD}

    def restore(self, before: dict[str, Any]) -> None:
        vars(self).update(before)

    def outcome(self, on: date, money: int = 0, refusal: str | None = None) -> Outcome:
        return Outcome(self.state, self.status(on), self.stops_on, Decimal(money).scaleb(-self.policy.decimals), refusal)

    # How it stands

    @property
    def stops_on(self) -> date | None:
        if self.opened is None:
            return None
        last = self.pieces[-1].days[-1] if self.pieces else self.opened - DAY
        return last + DAY * self.shift

    @property
    def stop(self) -> date:
        assert self.stops_on is not None
        return self.stops_on

    @property
    def frozen_on(self) -> date | None:
        return self.halted_on if self.state == "suspended" or self.cut_for == "operator" else None

    def status(self, on: date) -> str:
        is_expired = self.state == "active" and on > self.stop + DAY * self.policy.grace_days
        return "expired" if is_expired else self.state

    def is_late(self, on: date) -> bool:
        return (self.frozen_on or on) > self.stop + DAY * self.policy.grace_days

    def late_fee(self, on: date) -> tuple[int, int, bool]:
        """Return the worth of the days used without cover, the late fee, and whether the worth is charged."""
        if self.policy.late_policy == "restart" or not self.is_late(on):
            return 0, 0, False
        until = min(on, self.halted_on) if self.state == "forced" and self.halted_on else on
        used = sum(1 for _ in days_between(self.stop + DAY, until - DAY))
        base = half_up(Fraction(self.plan.fee, self.plan.months) * used * 12 / 365)
        late = sum(1 for _ in days_between(self.stop + DAY * (self.policy.grace_days + 1), self.frozen_on or on))
        share = min(self.policy.late_fee_rate * late, self.policy.late_fee_cap)
        return base, half_up(base * share), self.state == "forced"

    def arrears(self, on: date) -> int:
        base, fee, _ = self.late_fee(on)
        return base + fee + sum(amount for due_on, amount in self.owed if due_on < on)

    # What is sold

    def _sell(self, kind: str, months: int, price: int, maintenance: int = 0) -> None:
        assert self.anchor is not None
        bounds = [nth_month(self.anchor, self.run_months + month) for month in range(months + 1)]
        calendar = tuple(tuple(days_between(first, after - DAY)) for first, after in pairwise(bounds))
        days = tuple(day for month in calendar for day in month)
        self.sales += 1
        self.pieces = (*self.pieces, Piece(kind, self.sales, days, price, calendar, maintenance))
        self.run_months, self.shift = self.run_months + months, 0

    def _continue(self) -> None:
        if self.is_moved:
            self.anchor, self.run_months, self.is_moved = self.stop + DAY, 0, False

    def _shift(self, days: int) -> None:
        self.shift += days
        self.is_moved = self.is_moved or days > 0

    def _switch(self, on: date) -> None:
        """Move to a plan that was booked for the end of the period, once its days have begun."""
        if self.booked and self.booked.mode == "period_end" and self.state == "active":
            since = self._sold_since(self.booked)
            if since and on >= self.stop + DAY - DAY * since:
                self.plan, self.booked = self.booked.plan, None
                self.deeds = (*self.deeds, {})

    def _sold_since(self, booked: Booked) -> int:
        return sum(len(piece.days) for piece in self.pieces if piece.sale > booked.sales)

    def _require(self, on: date, *statuses: str) -> None:
        if self.status(on) not in statuses:
            raise Refusal(f"state_{self.status(on)}")

    def _require_settled(self, on: date) -> None:
        if self.arrears(on):
            raise Refusal("arrears_open")


def nth_month(anchor: date, count: int) -> date:
    """Return the first day of month ``count`` (from 0) of a run that began on ``anchor``."""
    year, month = anchor.year, anchor.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(anchor.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, anchor.day)


def days_between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def half_up(amount: Fraction) -> int:
    whole, part = divmod(amount.numerator, amount.denominator)
    return whole + (2 * part >= amount.denominator)


def last_days(pieces: Sequence[Piece], count: int) -> list[tuple[Piece, list[date]]]:
    """Return the last ``count`` days of the cover, newest first, by the piece to which they belong."""
    found: list[tuple[Piece, list[date]]] = []
    for piece in reversed(pieces):
        taken = list(reversed(piece.days))[:count]
        count -= len(taken)
        if taken:
            found.append((piece, taken))
    return found
