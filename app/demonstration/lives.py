"""The life of one line, told ahead: opened, installed, paid for in its customer's habit, and perhaps left to expire.

Pure: the rules of broadband say where a payment's months end, so that the next one comes when a customer would bring it.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import LatePolicy, SubscriptionState
from app.broadband.operations.payments import PaymentTerms
from app.broadband.rules.service_period import periods_from, periods_sold
from app.broadband.rules.standing import Run, Standing
from app.demonstration.days import ONE_DAY
from app.demonstration.events import Approving, Completion, Event, Opening, Paying, Voiding
from app.demonstration.profiles import Place, address_in
from app.demonstration.purse import Purse
from app.demonstration.stories import Tell, checking, closed_by_house, closed_with_damage, cut_for_arrears, lending, spared

ZERO = Decimal(0)
LAST_DAYS = datetime.timedelta(days=3)  # of a period: nothing is changed in them, the customer pays first
CHECKED = 0.8  # the share of installations that a second person has accepted
ROUTERS = 0.3  # the share of lines on which one is lent


@dataclass(kw_only=True)
class Life(Purse):
    """The line as it stands at a point of its story."""

    waits: bool = False  # the installer has not come yet
    stops_on: datetime.date | None = None
    run: Run | None = None
    stays: bool = True
    # What is to happen to the line besides payments, in the order of days.
    stories: list[tuple[datetime.date, Tell]] = field(default_factory=list)
    leaves: bool = False  # it has been paid for the last time
    is_kept: bool = False  # it stays cut, however long: nobody decides about its closure
    lent: bool = False
    is_told: bool = False  # the next thing to happen lies ahead

    # --- telling -----------------------------------------------------------------------------------------------------------------

    def told(self) -> Iterator[Event]:
        """Yield what happens to the line until yesterday, in order."""
        paid = self.chance(0.55)
        installed_on = self.opened_on + self.days(0, 5)
        self.waits = self.waits or installed_on >= self.today
        yield from self._opened(installed_on, paid=paid)
        if self.waits:
            return
        yield self._installed(installed_on)
        if self.chance(CHECKED):
            yield checking(self, installed_on)
        damages = any(tell is closed_with_damage for _, tell in self.stories)
        if (self.chance(ROUTERS) or damages) and installed_on + ONE_DAY < self.today:
            yield lending(self, installed_on)
        if not paid:
            self.stops_on = installed_on - ONE_DAY
            yield from self._paid_on(installed_on + self.days(0, 2))
        elif self.run is not None:
            self.run = Run(installed_on, self.run.months)
            self.stops_on = self.run.stops_on
        while self.stays and not self.is_told and self.stops_on is not None:
            yield from self._goes_on()
        if self.leaves:
            yield from self._left()

    def _goes_on(self) -> Iterator[Event]:
        """Yield the next payment or story of the line, whichever comes first, or end it."""
        on = self._next_day()
        if self.stories:
            day, story = max(self.stories[0][0], self.free_from), self.stories[0][1]
            if day >= self.today:
                self.stories.pop(0)
                return
            if day + LAST_DAYS > self.stop:
                on = max(min(on, day), self.free_from)
            elif day <= on:
                self.stories.pop(0)
                yield from story(self, day)
                self.stays = self.stays and not self.leaves
                return
        if on >= self.today:
            self.is_told = True
            return
        yield from self._late(on)
        yield from self._paid_on(on)
        if self.chance(0.035) and not self.stories:
            self.leaves, self.stays = True, False

    def _late(self, on: datetime.date) -> Iterator[Event]:
        """Yield what the manager does about a customer who lets him wait until ``on``."""
        days = (on - self.stop).days
        if days >= 15 and self.chance(0.6):
            yield cut_for_arrears(self, self.stop + self.days(4, 12))
        elif days > 5 and self.chance(0.5):
            yield spared(self, self.stop + self.days(2, 4))

    def _left(self) -> Iterator[Event]:
        """Yield what becomes of a line that nobody pays for any more: cut, closed at last, or spared; else it just stays expired."""
        stopped, mood = self.stop, 0 if self.is_kept else self.random.random()
        if mood > 0.8:
            if mood < 0.9 and stopped + 6 * ONE_DAY < self.today:
                yield spared(self, stopped + 5 * ONE_DAY)
            return
        cut = stopped + self.days(4, 12)
        if cut >= self.today:
            return
        yield cut_for_arrears(self, cut)
        end = cut + self.days(61, 85)
        if self.chance(0.65) and end < self.today and not self.is_kept:
            yield from closed_by_house(self, end)

    def _opened(self, installed_on: datetime.date, *, paid: bool) -> Iterator[Event]:
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
            installer=self.installer,
            appointment_at=self.visit_on(self._appointment(installed_on)),
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
        at = self.moment(on, minutes=self.random.randrange(30, 90))
        return Completion(at=at, office=self.profile.code, account=self.home.account, by=self.installer_login)

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

    # --- where it leads ----------------------------------------------------------------------------------------------------

    def sell(self, on: datetime.date, terms: PaymentTerms) -> None:
        """Move the stop date as the rules say."""
        standing = Standing(state=SubscriptionState.ACTIVE, stops_on=self.stops_on, run=self.run)
        sold = periods_sold(standing, on=on, months=terms.months, gift_months=terms.gift_months, late_policy=LatePolicy.RESTART)
        self.run, self.stops_on = sold[-1].run, sold[-1].stop

    @property
    def stop(self) -> datetime.date:
        """The stop date of a line that is installed."""
        if self.stops_on is None:
            raise AssertionError(f"The line {self.home.account} is not installed.")
        return self.stops_on

    def shift(self, days: int) -> None:
        """Move the stop date by days given back."""
        self.stops_on = self.stop + days * ONE_DAY

    def give(self, months: int) -> None:
        """Move the stop date by months given."""
        continues = self.run is not None and self.run.stops_on == self.stops_on
        run = self.run if continues and self.run is not None else Run(self.stop + ONE_DAY)
        self.run = Run(run.anchor, run.months + months)
        self.stops_on = self.run.stops_on

    def _paying(self, at: datetime.datetime, by: str, terms: PaymentTerms) -> Paying:
        return Paying(at=at, office=self.profile.code, account=self.home.account, by=by, terms=terms)

    def paying_at(self, at: datetime.datetime) -> Paying:
        """Return a payment at a moment of today."""
        terms = self.terms()
        return self._paying(at, self.who_takes(terms), terms)

    # --- when and where ------------------------------------------------------------------------------------------------------------

    def _next_day(self) -> datetime.date:
        """Return when the customer comes the next time: mostly some days early, sometimes late."""
        mood = self.random.random()
        if mood < 0.68:
            on = self.stop - self.days(0, 10)
        elif mood < 0.78:
            on = self.stop
        else:
            on = self.stop + (self.days(1, 9) if mood < 0.96 else self.days(15, 60))
        return max(on, self.free_from)

    @property
    def installer(self) -> str:
        """Return the installer of the line's community: each walks his own."""
        installers = [person.name for person in self.profile.people if person.installs]
        places = [place.code for place in self.profile.places]
        return installers[places.index(self.home.place) % len(installers)]

    @property
    def installer_login(self) -> str:
        """The login of the line's installer, or the manager's where he has none."""
        login = next((person.username for person in self.profile.people if person.name == self.installer), "")
        return login or self.profile.manager

    def _appointment(self, installed_on: datetime.date) -> datetime.date:
        """Return the day for which the installer is booked: those who still wait have it today or in the next days."""
        return max(installed_on, self.today + self.days(0, 3)) if self.waits else installed_on

    def another_address(self, place: Place | None = None) -> str:
        """Return an address that is not the line's own, of its community or another ``place``."""
        own = next(each for each in self.profile.places if each.code == self.home.place)
        return address_in(place or own, self.random)

    def _bound_number(self) -> str:
        return ":".join(f"{self.random.randrange(256):02X}" for _ in range(6)) if self.chance(0.5) else ""
