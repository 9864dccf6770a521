"""Who lives and works in the buildings of the demonstration: units in floor order, owners, tenants, payers and head counts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count, islice
from random import Random

from sqlalchemy import select

from app.customers.choices import OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.operations import NewCustomer, NewOccupancy, add_occupancies, next_number, register_customers
from app.demonstration.people import resident
from app.demonstration.places import OFFICES
from app.demonstration.profiles import BuildingProfile, OfficeProfile
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.numbering import take_number
from app.foundation.scope import everything, scoped
from app.offices.choices import Language
from app.offices.models import Office
from app.places.choices import FactName, UnitKind, UnitStatus
from app.places.models import Building, Community, Unit
from app.places.operations import NewFact, NewUnit, add_facts, add_units
from app.places.queries import units_of

AREAS = (Decimal("62.5"), Decimal("68.53"), Decimal("75.2"), Decimal("89.37"), Decimal("68.53"), Decimal("45.1"), Decimal("102.77"))
SHOP_AREA = Decimal("38.4")
# Between those who have a line and those who live in the buildings, so that no two have the same telephone number.
GAP = 10
# Before the first day of the history.
LONG_AGO = datetime.timedelta(days=480)
DOCUMENTS = {Language.VIETNAMESE: "Xác nhận thông tin cư trú", Language.SIMPLIFIED_CHINESE: "户口簿"}


def build(profile: OfficeProfile, office: Office) -> None:
    """Make the buildings of an office with their units."""
    communities = {each.code: each.id for each in db.session.scalars(select(Community).where(Community.office_id == office.id))}
    for planned in profile.buildings:
        building = Building(
            office_id=office.id,
            code=planned.code,
            name=planned.name,
            community_id=communities.get(planned.community),
            address=planned.address,
        )
        db.session.add(building)
        db.session.flush()
        add_units(office=office.id, units=[_unit(planned, building.id, number) for number in range(planned.floors * planned.doors)])


def _unit(planned: BuildingProfile, building: int, number: int) -> NewUnit:
    floor, door = number // planned.doors + 1, number % planned.doors + 1
    is_shop = floor <= planned.shop_floors
    return NewUnit(
        building=building,
        number=planned.number.format(floor=floor, door=door),
        floor=str(floor),
        area=SHOP_AREA + door if is_shop else AREAS[door % len(AREAS)],
        kind=UnitKind.SHOP if is_shop else UnitKind.APARTMENT,
        status=UnitStatus.VACANT if number % 17 == 11 else UnitStatus.OCCUPIED,
    )


def settle(*, job: int, people: dict[str, int], at_home: Mapping[tuple[str, str], NewCustomer]) -> BackgroundJob:
    """Let people move into the buildings, unless it was done before; ``people`` are the ids of logins.

    ``at_home`` are those who will have a line in their unit, by office and unit.
    """
    with everything("the demonstration plays in every office"):
        offices = {office.code: office for office in db.session.scalars(select(Office))}
        is_done = db.session.scalars(select(Occupancy.id).limit(1)).first() is not None
    for profile in () if is_done else OFFICES:
        office = offices.get(profile.code)
        if office is not None and profile.buildings:
            with scoped(people.get(profile.clerk), [office.id]):
                _settle(profile, office, {unit: person for (code, unit), person in at_home.items() if code == profile.code})
    done: BackgroundJob = db.session.get_one(BackgroundJob, job)
    return done


def _settle(profile: OfficeProfile, office: Office, at_home: Mapping[str, NewCustomer]) -> None:
    random = Random(f"buildings of {profile.code}")  # noqa: S311  (nothing secret comes from it)
    buildings = db.session.scalars(select(Building).where(Building.office_id == office.id).order_by(Building.id)).all()
    units = [unit for building in buildings for unit in db.session.scalars(units_of(building.id))]
    moves = _Moves(profile, office, random, units, at_home)
    for number, unit in enumerate(units):
        moves.move_in(number, unit)
    moves.write()


def is_let(number: int, unit: Unit) -> bool:
    """Tell whether a tenant is in the unit."""
    return number % 4 == 1 and unit.status is UnitStatus.OCCUPIED


def was_let(number: int, unit: Unit) -> bool:
    """Tell whether a tenant was in the unit before the one who is there."""
    return number % 8 == 1 and is_let(number, unit)


def _strangers(profile: OfficeProfile, random: Random) -> Iterator[NewCustomer]:
    """Yield people who have no line, without end; no two firms have one name."""
    firms: set[str] = set()
    for number in count(profile.customers + GAP):
        found = resident(profile, number, random)
        if not found.is_firm or found.customer.name not in firms:
            yield found.customer
        if found.is_firm:
            firms.add(found.customer.name)


class _Moves:
    """Everybody who moves in, written together at the end."""

    def __init__(
        self, profile: OfficeProfile, office: Office, random: Random, units: Sequence[Unit], at_home: Mapping[str, NewCustomer]
    ) -> None:
        self.profile, self.office, self.random = profile, office, random
        self.today = clock.today(office)
        # Whoever has a line in a unit lives there; one who has lines in two owns both.
        people = list(dict.fromkeys(at_home.values()))
        known = dict(zip(people, self._registered(people), strict=True))
        self.at_home: dict[str, int] = {unit: known[person].id for unit, person in at_home.items()}
        owners = sum(unit.code not in self.at_home for unit in units)
        tenants = sum(is_let(number, unit) + was_let(number, unit) for number, unit in enumerate(units))
        self.newcomers = iter(self._registered(list(islice(_strangers(profile, random), owners + tenants))))
        self.occupancies: list[NewOccupancy] = []
        self.facts: list[NewFact] = []

    def _registered(self, people: Sequence[NewCustomer]) -> Sequence[Customer]:
        """Register people before everything else that the history tells."""
        customers = [(person, next_number(self.office, take_number(self.office.id, "customer"))) for person in people]
        with clock.at(clock.now() - LONG_AGO):
            return register_customers(office=self.office.id, customers=customers)

    def move_in(self, number: int, unit: Unit) -> None:
        """Let an owner have the unit, for some a tenant, for a few another payer."""
        bought_on = self._days_ago(600, 2400)
        owner = self.at_home.get(unit.code) or next(self.newcomers).id
        self._add(unit, owner, OccupancyRole.OWNER, bought_on)
        if is_let(number, unit):
            came_on = self._days_ago(30, 400)
            if was_let(number, unit):
                left_on = came_on - datetime.timedelta(days=self.random.randrange(1, 20))
                self._add(unit, next(self.newcomers).id, OccupancyRole.TENANT, came_on - datetime.timedelta(days=190), left_on)
            self._add(unit, next(self.newcomers).id, OccupancyRole.TENANT, came_on)
        elif number % 15 == 2:
            self._add(unit, self.occupancies[0].customer, OccupancyRole.PAYER, self._days_ago(30, 400))
        if unit.kind is UnitKind.APARTMENT and unit.status is UnitStatus.OCCUPIED:
            self._count_heads(number, unit, bought_on)

    def _days_ago(self, least: int, most: int) -> datetime.date:
        return self.today - datetime.timedelta(days=self.random.randrange(least, most))

    def _count_heads(self, number: int, unit: Unit, since: datetime.date) -> None:
        heads, document = self.random.randrange(1, 6), DOCUMENTS[self.office.language]
        if number % 11 == 3:
            # A child was born, a grandmother moved in: the count changed on the first of a month.
            changed_on = (self.today - datetime.timedelta(days=150)).replace(day=1)
            before = changed_on - datetime.timedelta(days=1)
            self.facts.append(
                NewFact(unit=unit.id, name=FactName.PERSONS, value=str(heads), starts_on=since, ends_on=before, document=document)
            )
            heads, since = heads + 1, changed_on
        self.facts.append(NewFact(unit=unit.id, name=FactName.PERSONS, value=str(heads), starts_on=since, document=document))
        if number % 20 == 7:
            self.facts.append(NewFact(unit=unit.id, name=FactName.HOUSEHOLDS, value="2", starts_on=since))

    def _add(self, unit: Unit, customer: int, role: OccupancyRole, starts_on: datetime.date, ends_on: datetime.date | None = None) -> None:
        self.occupancies.append(NewOccupancy(unit=unit.id, customer=customer, role=role, starts_on=starts_on, ends_on=ends_on))

    def write(self) -> None:
        """Write everything that was planned."""
        add_occupancies(office=self.office.id, occupancies=self.occupancies)
        add_facts(office=self.office.id, facts=self.facts)
