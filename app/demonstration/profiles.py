"""What a demonstration office is made of, as plain values; the three offices themselves stand in the folder ``places``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from app.billing.choices import Method, PricedOperation
from app.places.choices import UnitKind
from app.roles import Role
from app.tariffs.choices import ServiceKind


@dataclass(frozen=True)
class PlanProfile:
    """A plan of the price list; ``weight`` says how often it is chosen, ``for_firms`` by whom."""

    name: str
    fee: Decimal
    months: int
    weight: int
    for_firms: bool = False
    note: str = ""


@dataclass(frozen=True)
class Place:
    """A community: its code, name, person in charge, and how an address in it is written."""

    code: str
    name: str
    person_in_charge: str
    address: str


def address_in(place: Place, random: Random) -> str:
    """Return an invented address of a community."""
    return place.address.format(
        block=random.randint(1, 9),
        unit=random.randint(1, 3),
        room=random.randint(1, 28) * 100 + random.randint(1, 4),
        floor=random.randint(2, 28),
        flat=random.randint(1, 8) if "{flat:" in place.address else random.choice("ABCDEFGH"),
    )


@dataclass(frozen=True)
class Metered:
    """A service that a building meters: in every unit, or in those of some ``floors``; ``is_shared`` where the halls have a meter too."""

    service: ServiceKind
    floors: tuple[int, ...] = ()
    is_shared: bool = False


@dataclass(frozen=True)
class BuildingProfile:
    """A building with ``doors`` units on each of its ``floors``, the lowest ones shops; ``number`` writes a unit's number."""

    code: str
    name: str
    community: str
    address: str
    floors: int
    doors: int
    number: str
    shop_floors: int = 1
    metered: tuple[Metered, ...] = (Metered(ServiceKind.ELECTRICITY, is_shared=True), Metered(ServiceKind.WATER, is_shared=True))

    def codes(self) -> Iterator[str]:
        """Yield the codes of its units, as the register writes them."""
        for floor in range(1, self.floors + 1):
            for door in range(1, self.doors + 1):
                yield f"{self.code}-{self.number.format(floor=floor, door=door)}"


@dataclass(frozen=True)
class TariffProfile:
    """A tariff of the whole office, or of one kind of unit: it begins with ``template``, or with ``lines`` of its own.

    ``source`` stands in place of the template's; ``proof`` are the facts and the total that the lines must give.
    """

    service: ServiceKind
    name: str
    template: str = "blank"
    lines: tuple[Mapping[str, Any], ...] = ()
    proof: tuple[Mapping[str, str], str] | None = None
    source: str = ""
    unit_kind: UnitKind | None = None


@dataclass(frozen=True)
class ProposedPrice:
    """A new price of the first line of the tariff ``name`` that the chief has still to approve, with the facts and total that prove it."""

    name: str
    price: str
    proof: tuple[Mapping[str, str], str]
    source: str
    note: str


@dataclass(frozen=True)
class Good:
    """A material of the list."""

    code: str
    name: str
    specification: str
    unit: str
    unit_price: Decimal


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in the office; with a ``role`` he signs in, and is an installer where ``installs``."""

    name: str
    department: str
    role: Role | None = None
    username: str = ""
    installs: bool = False


@dataclass(frozen=True)
class Words:
    """What clerks of this office write by hand."""

    backdate_reason: str
    discount_reason: str
    void_reasons: tuple[str, ...]
    gift_note: str
    order_note: str
    extras: tuple[tuple[str, Decimal], ...]
    invoice_address: str


@dataclass(frozen=True)
class OfficeProfile:
    """An office with its lists, its people, and how its customers behave."""

    code: str
    facts: Mapping[str, Any]
    plans: tuple[PlanProfile, ...]
    places: tuple[Place, ...]
    goods: tuple[Good, ...]
    people: tuple[Colleague, ...]
    prices: Mapping[PricedOperation, Decimal]
    methods: tuple[tuple[Method, int], ...]
    notes: tuple[int, ...]  # banknotes a customer puts on the counter
    discount: Decimal
    maintenance: Decimal
    deposit: Decimal  # of a router that is lent
    labour: Decimal  # what a visit of an installer costs besides materials
    words: Words
    customers: int
    today: int  # payments on the morning of the first start
    buildings: tuple[BuildingProfile, ...] = ()
    tariffs: tuple[TariffProfile, ...] = ()
    proposed: ProposedPrice | None = None
    # What its notices print: columns of their settings.
    notices: Mapping[str, str] = field(default_factory=dict)
    # Of the months that were read, so many are billed at most; the newest is left to whoever tries the program out.
    months_billed: int = 13

    @property
    def time_zone(self) -> str:
        return str(self.facts["time_zone"])

    def login_of(self, *roles: Role) -> str:
        """Return the login of the first of ``roles`` that the office has."""
        by_role = {person.role: person.username for person in self.people if person.username}
        return next(by_role[role] for role in roles if role in by_role)

    @property
    def clerk(self) -> str:
        """Who opens accounts."""
        return self.login_of(Role.RECEPTIONIST, Role.MANAGER)

    @property
    def cashier(self) -> str:
        return self.login_of(Role.CASHIER)

    @property
    def manager(self) -> str:
        return self.login_of(Role.MANAGER)
