"""Making the demonstration offices with their lists and logins: everything that must be there before anybody signs in."""

from __future__ import annotations

import datetime
from random import Random

from app.billing.models import PriceListItem
from app.broadband.models import Plan
from app.demonstration.buildings import build
from app.demonstration.people import id_number
from app.demonstration.places import OFFICES
from app.demonstration.profiles import Colleague, OfficeProfile
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, start_job
from app.notices.queries import setting_of
from app.offices import passwords
from app.offices.models import Employee, Office, SystemUser
from app.offices.operations import create_user
from app.places.models import Community
from app.roles import Role
from app.workorders.models import Installer, Material

PASSWORD = "Feehouse-demo-1"  # noqa: S105  (printed at every start; there is nothing to protect)
# Both names stand for the whole house, and see every office.
HOUSE_LOGINS = (("admin", "Ada Admin", Role.ADMINISTRATOR), ("auditor", "Otto Auditor", Role.AUDITOR))
HOUSE_LANGUAGE = "en"
JOB = "demonstration_history"


def make_demonstration(*, until: str, customers: dict[str, int] | None = None) -> BackgroundJob:
    """Make the offices, their lists and logins, and ask for their history up to the moment ``until`` (ISO); return that job.

    ``customers`` per office code makes it smaller or larger than usual.
    """
    hashed = passwords.hash_password(PASSWORD)
    offices = [_office(profile) for profile in OFFICES]
    for username, name, role in HOUSE_LOGINS:
        first, _, last = name.partition(" ")
        _login(username, first, last, role, offices, hashed, locale=HOUSE_LANGUAGE)
    for profile, office in zip(OFFICES, offices, strict=True):
        _lists(profile, office)
        _people(profile, office, hashed)
    db.session.flush()
    counts = {profile.code: (customers or {}).get(profile.code, profile.customers) for profile in OFFICES}
    return start_job(JOB, unique_key=JOB, until=until, customers=counts)


def _office(profile: OfficeProfile) -> Office:
    office = Office(code=profile.code, **profile.facts)
    db.session.add(office)
    db.session.flush()
    effects.call("office_made", office)
    setting = db.session.scalars(setting_of(office.id)).one()
    for name, value in profile.notices.items():
        setattr(setting, name, value)
    return office


def _lists(profile: OfficeProfile, office: Office) -> None:
    db.session.add_all(
        Community(office_id=office.id, code=place.code, name=place.name, person_in_charge=place.person_in_charge)
        for place in profile.places
    )
    db.session.flush()
    build(profile, office)
    db.session.add_all(
        Plan(office_id=office.id, name=plan.name, fee=plan.fee, months=plan.months, note=plan.note) for plan in profile.plans
    )
    db.session.add_all(
        Material(
            office_id=office.id,
            code=good.code,
            name=good.name,
            specification=good.specification,
            unit=good.unit,
            unit_price=good.unit_price,
        )
        for good in profile.goods
    )
    db.session.add_all(PriceListItem(office_id=office.id, operation=operation, fee=fee) for operation, fee in profile.prices.items())


def _people(profile: OfficeProfile, office: Office, hashed: str) -> None:
    random = Random(f"people of {profile.code}")  # noqa: S311  (nothing secret comes from it)
    installers = 0
    for number, person in enumerate(profile.people, start=1):
        db.session.add(_employee(profile, office, person, number, random))
        user = None
        if person.role is not None:
            user = _login(person.username, person.name, "", person.role, [office], hashed)
        if person.installs:
            installers += 1
            db.session.add(Installer(office_id=office.id, code=f"A{installers:02d}", name=person.name, user_id=user.id if user else None))


def _employee(profile: OfficeProfile, office: Office, person: Colleague, number: int, random: Random) -> Employee:
    return Employee(
        office_id=office.id,
        code=f"E{number:02d}",
        name=person.name,
        department=person.department,
        id_number=id_number(profile.facts["language"], random),
        telephone=profile.facts["telephone"],
        birth_date=datetime.date(random.randrange(1970, 2003), random.randrange(1, 13), random.randrange(1, 29)),
        created_at=clock.now(),
    )


def _login(
    username: str, first: str, last: str, role: Role, offices: list[Office], hashed: str, *, locale: str | None = None
) -> SystemUser:
    return create_user(
        username=username,
        first_name=first,
        last_name=last,
        password=PASSWORD,
        password_hash=hashed,
        roles=[role.value],
        offices=[office.id for office in offices],
        locale=locale,
        must_change_password=False,
    )
