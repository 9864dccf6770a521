"""The life of one line, told ahead: opened, installed, paid for in its customer's habit, and perhaps left to expire.

Pure: the rules of broadband say where a payment's months end, so that the next one comes when a customer would bring it.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from random import Random
from zoneinfo import ZoneInfo

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import LatePolicy, SubscriptionState
from app.broadband.operations.payments import PaymentTerms
from app.broadband.rules.service_period import periods_from, periods_sold
from app.broadband.rules.standing import Run, Standing
from app.demonstration.events import Approving, Completion, Event, Opening, Paying, Voiding
from app.demonstration.people import Resident
from app.demonstration.profiles import OfficeProfile, PlanProfile

ZERO = Decimal(0)
ONE_DAY = datetime.timedelta(days=1)
OPENS, CLOSES = 9 * 60, 17 * 60 + 30  # minutes after midnight
MONTHS = (1, 1, 1, 1, 3, 3, 3, 6, 6, 12)


@dataclass(frozen=True)
class Home:
    """Where a line is, and whose it is."""

    account: str
    resident: Resident
    same_customer_as: str
    place: str
    address: str
    plan: PlanProfile


@dataclass
class Life:
    """The line as it stands at a point of its story."""

    profile: OfficeProfile
    home: Home
    random: Random
    opened_on: datetime.date
    today: datetime.date
    waits: bool = False  # the installer has not come yet
    stops_on: datetime.date | None = None
    run: Run | None = None
    busy_until: datetime.datetime | None = None
    stays: bool = field(default=True)
    habit: int = 1

    def __post_init__(self) -> None:
        self.habit = self.home.plan.months if self.home.plan.months > 1 else self.random.choice(MONTHS)

    # --- telling -----------------------------------------------------------------------------------------------------------------

    def told(self) -> Iterator[Event]:
        """Yield what happens to the line until yesterday, in order."""
        paid = self.chance(0.55)
        yield from self._opened(paid=paid)
        installed_on = self.opened_on + self.days(0, 5)
        if self.waits or installed_on >= self.today:
            return
        yield self._installed(installed_on)
        if not paid:
            self.stops_on = installed_on - ONE_DAY
            yield from self._paid_on(installed_on + self.days(0, 2))
        elif self.run is not None:
            self.run = Run(installed_on, self.run.months)
            self.stops_on = self.run.stops_on
        while self.stays and self.stops_on is not None:
            on = self._next_day()
            if on >= self.today:
                return
            yield from self._paid_on(on)
            self.stays = not self.chance(0.035)

    def _opened(self, *, paid: bool) -> Iterator[Event]:
        terms = self.terms() if paid else None
        together = terms is not None and self.chance(0.5)
        at = self.moment(self.opened_on)
        words = self.profile.words
        yield Opening(
            at=at,
            office=self.profile.code,
            account=self.home.account,
            by=self.profile.manager if together else self.profile.clerk,
            customer=None if self.home.same_customer_as else self.home.resident.customer,
            same_customer_as=self.home.same_customer_as,
            place=self.home.place,
            address=self.home.address,
            plan=self.home.plan.name,
            salesperson=self.random.choice(self.profile.people).name,
            installer=self._installer(),
            appointment_at=self._hour(self.opened_on + self.days(1, 3)).replace(minute=0, second=0),
            order_note=words.order_note if self.chance(0.2) else "",
            bound_number=self._bound_number(),
            payment=terms if together else None,
        )
        if terms is not None:
            self.run = periods_from(Run(self.opened_on), months=terms.months, gift_months=terms.gift_months)[-1].run
            if not together:
                yield self._paying(self.moment(self.opened_on, minutes=self.random.randrange(4, 12)), self.who_takes(terms), terms)

    def _installed(self, on: datetime.date) -> Completion:
        """Return the report of the work: by the installer himself where he signs in, else by the manager."""
        login = next((person.username for person in self.profile.people if person.name == self._installer()), "")
        at = self.moment(on, minutes=self.random.randrange(30, 90))
        return Completion(at=at, office=self.profile.code, account=self.home.account, by=login or self.profile.manager)

    def _paid_on(self, on: datetime.date) -> Iterator[Event]:
        """Yield the payment of a day, sometimes with what goes wrong before it."""
        if on >= self.today:
            return
        terms = self.terms()
        if self.chance(0.03) and on + ONE_DAY < self.today:
            on = yield from self._mistaken(on, terms)
        elif self.chance(0.02) and on + 2 * ONE_DAY < self.today and on > self.opened_on:
            keyed_on = on + self.days(1, 2)
            late = replace(terms, on=on, reason=self.profile.words.backdate_reason, methods=(MethodAmount(Method.BANK_TRANSFER),))
            yield self._paying(self.moment(keyed_on), self.profile.manager, late)
            self.sell(on, late)
            return
        yield self._paying(self.moment(on), self.who_takes(terms), terms)
        self.sell(on, terms)

    def _mistaken(self, on: datetime.date, terms: PaymentTerms) -> Generator[Event, None, datetime.date]:
        """Yield a wrong payment and its void; return the day on which the right one follows."""
        wrong = replace(
            terms, months=terms.months + self.home.plan.months, methods=(MethodAmount(self.method()),), discount=ZERO, gift_months=0
        )
        wrong = replace(wrong, reason="", note="")
        yield self._paying(self.moment(on), self.profile.cashier, wrong)
        reason = self.random.choice(self.profile.words.void_reasons)
        facts = {"office": self.profile.code, "account": self.home.account}
        if self.chance(0.4):
            yield Voiding(at=self.moment(on, minutes=7), by=self.profile.manager, reason=reason, **facts)  # type: ignore[arg-type]
            return on
        found_on = on if self.chance(0.5) else on + ONE_DAY
        yield Voiding(at=self.moment(found_on, minutes=9), by=self.profile.cashier, reason=reason, **facts)  # type: ignore[arg-type]
        yield Approving(at=self.moment(found_on, minutes=12), by=self.profile.manager, **facts)  # type: ignore[arg-type]
        return found_on

    # --- what a payment is ---------------------------------------------------------------------------------------------------------

    def terms(self) -> PaymentTerms:
        """Return what is paid this time."""
        plan, words = self.home.plan, self.profile.words
        months = self.habit
        gift = 2 if months == 12 and self.chance(0.25) else 0
        extra = self.random.choice(words.extras) if self.chance(0.05) else None
        maintenance = self.profile.maintenance if self.chance(0.05) else ZERO
        discount = self.profile.discount if self.chance(0.06) else ZERO
        fees = plan.fee * months / plan.months + maintenance * months + (extra[1] if extra else ZERO) - discount
        return PaymentTerms(
            months=months,
            methods=self._methods(fees),
            maintenance_fee=maintenance,
            other_item=extra[0] if extra else "",
            other_fee=extra[1] if extra else ZERO,
            discount=discount,
            gift_months=gift,
            reason=words.discount_reason if discount else "",
            note=words.gift_note if gift else "",
        )

    def who_takes(self, terms: PaymentTerms) -> str:
        """Return the login that takes a payment: what is below the price list needs the manager."""
        needs_manager = bool(terms.discount or terms.gift_months)
        return self.profile.manager if needs_manager or self.chance(0.07) else self.profile.cashier

    def method(self) -> Method:
        methods, weights = zip(*self.profile.methods, strict=True)
        return self.random.choices(methods, weights)[0]  # type: ignore[no-any-return]

    def _methods(self, total: Decimal) -> tuple[MethodAmount, ...]:
        method = self.method()
        note = Decimal(self.profile.notes[-1])
        if method is not Method.CASH:
            if total > note and self.chance(0.04):
                return (MethodAmount(Method.CASH, note), MethodAmount(method, total - note, reference=self._reference(method)))
            return (MethodAmount(method, reference=self._reference(method)),)
        if self.chance(0.4):
            return (MethodAmount(Method.CASH),)
        worth = Decimal(self.random.choice(self.profile.notes))
        tendered = (total / worth).to_integral_value(ROUND_CEILING) * worth
        return (MethodAmount(Method.CASH, tendered=tendered),)

    def _reference(self, method: Method) -> str:
        if method is Method.CHEQUE:
            return f"{self.random.randrange(10**6):06d}"
        if method in (Method.WECHAT_PAY, Method.ALIPAY):
            return f"4200{self.random.randrange(10**14):014d}"
        return f"{self.random.randrange(10**10):010d}" if self.chance(0.7) else ""

    def sell(self, on: datetime.date, terms: PaymentTerms) -> None:
        """Move the stop date as the rules say."""
        standing = Standing(state=SubscriptionState.ACTIVE, stops_on=self.stops_on, run=self.run)
        sold = periods_sold(standing, on=on, months=terms.months, gift_months=terms.gift_months, late_policy=LatePolicy.RESTART)
        self.run, self.stops_on = sold[-1].run, sold[-1].stop

    def _paying(self, at: datetime.datetime, by: str, terms: PaymentTerms) -> Paying:
        return Paying(at=at, office=self.profile.code, account=self.home.account, by=by, terms=terms)

    def paying_at(self, at: datetime.datetime) -> Paying:
        """Return a payment at a moment of today."""
        terms = self.terms()
        return self._paying(at, self.who_takes(terms), terms)

    # --- days and hours --------------------------------------------------------------------------------------------------------------

    def _next_day(self) -> datetime.date:
        """Return when the customer comes the next time: mostly some days early, sometimes late."""
        assert self.stops_on is not None
        mood = self.random.random()
        if mood < 0.68:
            on = self.stops_on - self.days(0, 10)
        elif mood < 0.78:
            on = self.stops_on
        else:
            on = self.stops_on + (self.days(1, 9) if mood < 0.96 else self.days(15, 60))
        earliest = self.busy_until.astimezone(self._zone).date() if self.busy_until else self.opened_on
        return max(on, earliest + ONE_DAY)

    def moment(self, on: datetime.date, minutes: int | None = None) -> datetime.datetime:
        """Return a moment of the office's hours on a day, always after the line's last one; ``minutes`` after it where given."""
        at = self._hour(on)
        if self.busy_until is not None and self.busy_until.astimezone(self._zone).date() >= on:
            at = self.busy_until + datetime.timedelta(minutes=minutes or self.random.randrange(5, 20))
        self.busy_until = at
        return at

    def _hour(self, on: datetime.date) -> datetime.datetime:
        midnight = datetime.datetime.combine(on, datetime.time(), self._zone)
        at = midnight + datetime.timedelta(minutes=self.random.randrange(OPENS, CLOSES), seconds=self.random.randrange(60))
        return at.astimezone(datetime.UTC)

    def days(self, least: int, most: int) -> datetime.timedelta:
        return datetime.timedelta(days=self.random.randint(least, most))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.time_zone)

    def _installer(self) -> str:
        """Return the installer of the line's community: each walks his own."""
        installers = [person.name for person in self.profile.people if person.installs]
        places = [place.code for place in self.profile.places]
        return installers[places.index(self.home.place) % len(installers)]

    def _bound_number(self) -> str:
        return ":".join(f"{self.random.randrange(256):02X}" for _ in range(6)) if self.chance(0.5) else ""
