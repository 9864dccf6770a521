"""Ready-made records for tests, made by the real operations where there is one."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.billing.choices import Method, PricedOperation
from app.billing.models import PriceListItem
from app.billing.rules.methods import MethodAmount
from app.broadband.models import BroadbandPolicy, Plan, RegularPayment, Subscription
from app.broadband.operations.openings import LineTerms, open_account
from app.broadband.operations.payments import PaymentTerms, pay
from app.customers.choices import OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.operations import NewCustomer, register_customer, save_occupancy
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.metering.models import Meter, Reading, WaterQuota
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.operations.meters import save_meter
from app.metering.operations.quotas import save_water_quota
from app.offices.models import Office, SystemUser
from app.places.choices import FactName
from app.places.models import Building, Community, Unit, UnitFact
from app.places.operations import save_unit, save_unit_fact
from app.roles import rights_of
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.workorders.models import BusinessType
from app.workorders.operations import complete
from tests.cast import PEOPLE

_numbers = itertools.count(1)
CASH = (MethodAmount(Method.CASH),)


def office(code: str = "SH") -> Office:
    """Return an office of the cast."""
    with everything("looking up the cast"):
        return db.session.scalars(select(Office).where(Office.code == code)).one()


def user(username: str) -> SystemUser:
    """Return a user of the cast."""
    with everything("looking up the cast"):
        return db.session.scalars(select(SystemUser).where(SystemUser.username == username)).one()


@contextmanager
def acting(username: str, *extra_rights: str) -> Iterator[SystemUser]:
    """Act as a user of the cast, in his offices, with the rights of his role."""
    person = next(each for each in PEOPLE if each.username == username)
    actor = user(username)
    offices = [office(code).id for code in person.offices]
    with scoped(actor.id, offices, rights_of([person.role.value]) | set(extra_rights)):
        yield actor


def noon(day: datetime.date | str, time_zone: str = "Asia/Shanghai") -> datetime.datetime:
    """Return noon of a day on the office's clock."""
    on = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.datetime.combine(on, datetime.time(12), ZoneInfo(time_zone))


@contextmanager
def on_day(day: datetime.date | str, time_zone: str = "Asia/Shanghai") -> Iterator[None]:
    """Let it be noon of ``day`` for the business."""
    with clock.at(noon(day, time_zone)):
        yield


def a_community(code: str = "SH", **values: Any) -> Community:
    """Return a new community of an office."""
    return _stored(Community, code, {"code": f"XQ{next(_numbers)}", "name": f"翠湖花园{next(_numbers)}"} | values)


def a_building(code: str = "SH", *, called: str = "") -> Building:
    """Return a new building of an office; ``called`` is its own code."""
    number = next(_numbers)
    return _stored(Building, code, {"code": called or f"B{number}", "name": f"锦绣大厦 {number} 座"})


def a_unit(number: str = "1203", code: str = "SH", **values: Any) -> Unit:
    """Return a new unit, of a new building unless one is named."""
    building = values.pop("building", None) or a_building(code)
    with _as_somebody_of(code):
        return run(
            save_unit,
            record=None,
            office=building.office_id,
            version=None,
            values=tuple({"building": building.id, "number": number, **values}.items()),
        ).record


def an_occupancy(unit: Unit, customer: Customer, since: str = "2026-01-01", until: str | None = None, **values: Any) -> Occupancy:
    """Return a customer in a unit, as its owner unless said otherwise."""
    terms = {"role": OccupancyRole.OWNER, "starts_on": datetime.date.fromisoformat(since)} | values
    terms["ends_on"] = datetime.date.fromisoformat(until) if until else None
    pairs = tuple({"unit": unit.id, "customer": customer.id, **terms}.items())
    with _as_somebody_of(_office_of(unit).code):
        return run(save_occupancy, record=None, office=unit.office_id, version=None, values=pairs).record


def a_fact(unit: Unit, name: FactName, value: str, since: str = "2026-01-01", until: str | None = None, **values: Any) -> UnitFact:
    """Return a fact of a unit from a day."""
    terms = {"name": name, "value": value, "starts_on": datetime.date.fromisoformat(since)} | values
    terms["ends_on"] = datetime.date.fromisoformat(until) if until else None
    with _as_somebody_of(_office_of(unit).code):
        return run(
            save_unit_fact, record=None, office=unit.office_id, version=None, values=tuple({"unit": unit.id, **terms}.items())
        ).record


def a_plan(code: str = "SH", **values: Any) -> Plan:
    """Return a new plan: ¥50 a month unless said otherwise."""
    return _stored(Plan, code, {"name": f"家庭 200M {next(_numbers)}", "fee": Decimal("50.00"), "months": 1} | values)


def a_customer(code: str = "SH", name: str = "张三", **values: Any) -> Customer:
    """Return a new customer."""
    place = office(code)
    with _as_somebody_of(code):
        return run(register_customer, office=place.id, customer=NewCustomer(name=name, **values)).record


def a_pending_line(applied: str = "2026-01-01", code: str = "SH", *, payment: PaymentTerms | None = None, **values: Any) -> Subscription:
    """Return a line applied for on a day, its work order still open."""
    place = office(code)
    customer = values.pop("customer", None) or a_customer(code)
    plan = values.pop("plan", None) or a_plan(code)
    community = values.pop("community", None) or a_community(code)
    with on_day(applied, place.time_zone), _as_somebody_of(code):
        new = db.session.scalars(select(BusinessType).where(BusinessType.code == "new")).one()
        line = LineTerms(
            community=community.id,
            plan=plan.id,
            business_type=new.id,
            **{"address": "3-2-501", "broadband_account": f"line{next(_numbers)}"} | values,
        )
        return run(open_account, office=place.id, customer=customer.id, line=line, payment=payment).record


def installed(line: Subscription, billing_from: str) -> Subscription:
    """Complete the line's work order, billed from a day."""
    day = datetime.date.fromisoformat(billing_from)
    place = _office_of(line)
    with on_day(day, place.time_zone), _as_somebody_of(place.code, "complete_any_order"):
        fresh = db.session.scalars(select(Subscription).where(Subscription.id == line.id)).one()
        run(complete, work_order=fresh.work_orders[0].id, billing_from=day)
    return reloaded(line)


def an_active_line(since: str = "2026-01-31", code: str = "SH", **values: Any) -> Subscription:
    """Return a line active since a day, not paid yet: its stop date is the day before."""
    return installed(a_pending_line(since, code, **values), since)


def a_line_until(stop: str, code: str = "SH", **values: Any) -> Subscription:
    """Return an active line whose paid month ends on ``stop``."""
    last = datetime.date.fromisoformat(stop)
    start = (last.replace(day=1) - datetime.timedelta(days=1)).replace(day=min(last.day + 1, 28)) if last.day < 28 else last.replace(day=1)
    line = an_active_line(start.isoformat(), code, **values)
    paid(line, start.isoformat())
    return reloaded(line)


def paid(line: Subscription, day: str, months: int = 1, *, by: str | None = None, **terms: Any) -> RegularPayment:
    """Take a regular payment on a day."""
    place = _office_of(line)
    methods = terms.pop("methods", CASH)
    rights = terms.pop("rights", ())
    actor = by or _manager_of(place.code)
    with on_day(day, place.time_zone), acting(actor, *rights):
        return run(pay, subscription=line.id, terms=PaymentTerms(months=months, methods=methods, **terms)).record


def reloaded(record: Any) -> Any:
    """Return the record as it stands in the database now."""
    db.session.commit()
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(type(record)).where(type(record).id == record.id)).one()


def set_policy(code: str = "SH", **values: Any) -> None:
    """Change settings of an office's broadband policy."""
    place = office(code)
    with everything("a test's own policy"):
        policy = db.session.scalars(select(BroadbandPolicy).where(BroadbandPolicy.office_id == place.id)).one()
        for name, value in values.items():
            setattr(policy, name, value)
        db.session.commit()


def set_price(operation: PricedOperation, fee: str, code: str = "SH") -> None:
    """Give an operation a fee in an office's price list."""
    place = office(code)
    with everything("a test's own price"):
        item = db.session.scalars(
            select(PriceListItem).where(PriceListItem.office_id == place.id, PriceListItem.operation == operation)
        ).one_or_none() or PriceListItem(office_id=place.id, operation=operation)
        item.fee = Decimal(fee)
        db.session.add(item)
        db.session.commit()


def make_prices_firm(code: str = "SH") -> None:
    """Let an office want the right and a reason for a fee below its price list."""
    place = office(code)
    with everything("a test's own office"):
        db.session.execute(update(Office).where(Office.id == place.id).values(prices_are_firm=True))
        db.session.commit()
        db.session.expire_all()


def _stored(model: Any, code: str, values: dict[str, Any]) -> Any:
    place = office(code)
    with everything("making a test's own record"):
        record = model(office_id=place.id, **values)
        db.session.add(record)
        db.session.commit()
        return record


def _office_of(record: Any) -> Office:
    with everything("looking up the cast"):
        return db.session.scalars(select(Office).where(Office.id == record.office_id)).one()


def _manager_of(code: str) -> str:
    return {"SH": "chen", "HN": "binh", "HK": "wong"}[code]


@contextmanager
def _as_somebody_of(code: str, *rights: str) -> Iterator[None]:
    with acting(_manager_of(code), *rights):
        yield


def a_service(kind: ServiceKind = ServiceKind.ELECTRICITY, code: str = "SH") -> Service:
    """Return the office's own service of that kind."""
    place = office(code)
    with everything("looking up a service"):
        return db.session.scalars(select(Service).where(Service.office_id == place.id, Service.kind == kind).order_by(Service.id)).first()


def a_meter(
    unit: Unit, kind: ServiceKind = ServiceKind.ELECTRICITY, *, since: str = "2025-01-01", first: str = "0", **values: Any
) -> Meter:
    """Return a meter that hangs in a unit since a day, with its first reading."""
    place = _office_of(unit)
    terms = {"service": a_service(kind, place.code).id, "serial": f"E{next(_numbers):05d}", "unit": unit.id} | values
    terms |= {"installed_on": datetime.date.fromisoformat(since), "first_value": Decimal(first)}
    with on_day("2026-05-14", place.time_zone), _as_somebody_of(place.code):
        return run(save_meter, record=None, office=place.id, version=None, values=tuple(terms.items())).record


def a_reading(meter: Meter, day: str, value: str | None, *, by: str | None = None, **values: Any) -> Reading:
    """Return a reading of a meter, typed on its own day."""
    place = _office_of(meter)
    figure = Decimal(value) if value is not None else None
    terms = ReadingTerms(meter=meter.id, read_on=datetime.date.fromisoformat(day), value=figure, **values)
    with on_day(day, place.time_zone), acting(by or _manager_of(place.code)):
        return run(enter_reading, reading=terms).record


def a_read_meter(unit: Unit, *used: int, kind: ServiceKind = ServiceKind.ELECTRICITY, **values: Any) -> Meter:
    """Return a meter read on the 1st of every month up to May 2026, which used so much in each: installed a month before the first."""
    firsts = [datetime.date(2026 - back // 12, 12 - back % 12, 1) for back in range(7, 7 + len(used) + 1)][::-1]
    meter = a_meter(unit, kind, since=firsts[0].isoformat(), **values)
    total = int(values.get("first", "0"))
    for day, consumed in zip(firsts[1:], used, strict=True):
        total += consumed
        a_reading(meter, day.isoformat(), str(total))
    return meter


def a_water_quota(unit: Unit, members: int, since: str = "2026-01-01", until: str | None = None, **values: Any) -> WaterQuota:
    """Return a water quota of a unit from a day."""
    terms = {"unit": unit.id, "members": members, "starts_on": datetime.date.fromisoformat(since)} | values
    terms["ends_on"] = datetime.date.fromisoformat(until) if until else None
    with _as_somebody_of(_office_of(unit).code):
        return run(save_water_quota, record=None, office=unit.office_id, version=None, values=tuple(terms.items())).record
