"""Communities 小区, buildings 楼宇, units 房屋 and their facts 计费参数."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import joinedload

from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Flag,
    Look,
    Number,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    days,
    kept,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.places.choices import FactName, UnitKind, UnitStatus
from app.places.models import Building, Community, Unit, UnitFact
from app.places.operations import save_building, save_unit, save_unit_fact
from app.places.queries import unit_matches
from app.places.rules.unit_facts import LARGEST_AREA

routes = Routes("Places")
ROUTES = (routes,)


class CommunityBody(OfficeBody):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    person_in_charge = Text()
    note = Text(TEXT)


class CommunityAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    person_in_charge = Text()
    note = Text()
    version = Whole()


communities = records(
    routes,
    "communities",
    Community,
    view="CommunityView",
    look=Look(CommunityAnswer),
    filters={"code": same_text(Community.code), "name": same_text(Community.name)},
)
kept(routes, "communities", communities, view="CommunityView", body=CommunityBody)


class BuildingBody(OfficeBody):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    community = Reference(allow_none=True)
    address = Text()
    note = Text(TEXT)


class BuildingAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    community = Reference(attribute="community_id")
    address = Text()
    version = Whole()


buildings = records(
    routes,
    "buildings",
    Building,
    view="BuildingView",
    look=Look(BuildingAnswer),
    filters={
        "code": same_text(Building.code),
        "name": same_text(Building.name),
        "community": same_record(Building.community_id),
    },
)
kept(routes, "buildings", buildings, view="BuildingView", body=BuildingBody, save=save_building)


class UnitBody(OfficeBody):
    """A unit of a building; without ``position`` its place in floor order follows from floor and number."""

    building = Reference(required=True)
    number = Text(SHORT, required=True)
    floor = Text(SHORT)
    position = Whole(allow_none=True)
    area = Number(Decimal("0.001"), LARGEST_AREA, allow_none=True)
    kind = Code(UnitKind)
    status = Code(UnitStatus)
    note = Text(TEXT)


class UnitAnswer(Answer):
    """``code`` is the building's code and the number. Notes are left out: a meter reader reads this too."""

    id = Reference()
    office = Reference(attribute="office_id")
    building = Reference(attribute="building_id")
    building_name = Text(attribute="building.name")
    number = Text()
    code = Text()
    floor = Text()
    position = Whole()
    area = Number()
    kind = Code(UnitKind)
    status = Code(UnitStatus)
    version = Whole()


units = records(
    routes,
    "units",
    Unit,
    view="UnitView",
    look=Look(UnitAnswer),
    filters={
        "building": same_record(Unit.building_id),
        "number": same_text(Unit.number),
        "code": same_text(Unit.code),
        "floor": same_text(Unit.floor),
        "kind": same_code(Unit.kind, UnitKind),
        "status": same_code(Unit.status, UnitStatus),
        "q": Filter(Text(), unit_matches),
    },
    loads=(joinedload(Unit.building),),
)
kept(routes, "units", units, view="UnitView", body=UnitBody, save=save_unit)


class UnitFactBody(OfficeBody):
    """A fact of a unit from a day; with ``ends_earlier`` the value before it ends on the day before."""

    unit = Reference(required=True)
    name = Code(FactName, required=True)
    value = Text(SHORT, required=True)
    starts_on = Day(required=True)
    ends_on = Day(allow_none=True)
    ends_earlier = Flag()
    document = Text()
    note = Text(TEXT)


class UnitFactAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    unit = Reference(attribute="unit_id")
    unit_code = Text(attribute="unit.code")
    name = Code(FactName)
    value = Text()
    starts_on = Day()
    ends_on = Day()
    document = Text()
    note = Text()
    version = Whole()


unit_facts = records(
    routes,
    "unit_facts",
    UnitFact,
    view="UnitFactView",
    look=Look(UnitFactAnswer),
    filters={
        "unit": same_record(UnitFact.unit_id),
        "name": same_code(UnitFact.name, FactName),
        **days("starts_on", UnitFact.starts_on),
        **days("ends_on", UnitFact.ends_on),
    },
    loads=(joinedload(UnitFact.unit),),
)
kept(routes, "unit_facts", unit_facts, view="UnitFactView", body=UnitFactBody, save=save_unit_fact)
