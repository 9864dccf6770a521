"""Who of those with a line lives in the buildings: read from the script, since people live there before their first line is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import Any

from app.customers.operations import NewCustomer
from app.demonstration import deeds
from app.demonstration.events import Event, Opening
from app.demonstration.profiles import OfficeProfile


def with_homes(profile: OfficeProfile, events: Iterable[Event]) -> list[Event]:
    """Return the events of an office, those that bring a customer who lives in its buildings with the codes of his units."""
    in_order = sorted(events, key=lambda event: (event.at, event.account))
    ends = _Lines()
    for event in in_order:
        ends.follow(event)
    units = {code for building in profile.buildings for code in building.codes()}
    homes: dict[int, list[str]] = {}
    for account, address in ends.address.items():
        if address in units:
            # Of two in one unit, the one who came first owns it.
            units.discard(address)
            homes.setdefault(id(ends.owner[account]), []).append(address)
    return [_named(event, homes) for event in in_order]


def owners(events: Iterable[Event]) -> Mapping[tuple[str, str], NewCustomer]:
    """Return who owns which unit (by office and code) of those whom the events bring."""
    found = (event for event in events if isinstance(event, Opening | deeds.Transferring))
    return {(event.office, unit): event.customer for event in found for unit in event.homes if event.customer is not None}


def _named(event: Event, homes: Mapping[int, list[str]]) -> Event:
    if not isinstance(event, Opening | deeds.Transferring) or id(event.customer) not in homes:
        return event
    return replace(event, homes=tuple(homes[id(event.customer)]))


@dataclass
class _Lines:
    """Where lines are and whose they are, event by event; accounts in the order of their opening."""

    address: dict[str, str] = field(default_factory=dict)
    owner: dict[str, NewCustomer | None] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    ordered: dict[str, str] = field(default_factory=dict)

    @singledispatchmethod
    def follow(self, event: Any) -> None:
        """Note what an event changes."""

    @follow.register
    def _(self, event: Opening) -> None:
        self.address[event.account] = event.address
        self.owner[event.account] = self.owner[event.same_customer_as] if event.same_customer_as else event.customer

    @follow.register
    def _(self, event: deeds.Relocating) -> None:
        self.before[event.account], self.address[event.account] = self.address[event.account], event.address

    @follow.register
    def _(self, event: deeds.Undoing) -> None:
        self.address[event.account] = self.before[event.account]

    @follow.register
    def _(self, event: deeds.Ordering) -> None:
        if event.new_address is not None:
            self.ordered[event.account] = event.new_address

    @follow.register
    def _(self, event: deeds.Finishing) -> None:
        self.address[event.account] = self.ordered.pop(event.account, self.address[event.account])

    @follow.register
    def _(self, event: deeds.Failing) -> None:
        self.ordered.pop(event.account, None)

    @follow.register
    def _(self, event: deeds.Transferring) -> None:
        self.owner[event.account] = event.customer
