"""The people and places of our tests, made once per database.

Wang (cashier), Chen (manager), Zhou (chief), Mei (reception), Gong (installer) and Shen (auditor) work in Shanghai; Lan (cashier) and
Binh (manager) in Hà Nội; Wong (manager) in Hong Kong; Ada administers everything. Wang never sees Hà Nội.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_appbuilder.security.sqla.models import Role as FabRole
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from app.foundation import effects
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.choices import Currency, Language
from app.offices.models import Office, SystemUser
from app.roles import Role

PASSWORD = "Correct-horse-9"
# A quick hash: the tests sign in hundreds of times.
PASSWORD_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: user name, role and offices by code."""

    username: str
    role: Role
    offices: tuple[str, ...]


PEOPLE = (
    Person("wang", Role.CASHIER, ("SH",)),
    Person("li", Role.CASHIER, ("SH",)),
    Person("chen", Role.MANAGER, ("SH",)),
    Person("zhou", Role.CHIEF, ("SH",)),
    Person("mei", Role.RECEPTIONIST, ("SH",)),
    Person("gong", Role.INSTALLER, ("SH",)),
    Person("shen", Role.AUDITOR, ("SH",)),
    Person("lan", Role.CASHIER, ("HN",)),
    Person("binh", Role.MANAGER, ("HN",)),
    Person("minh", Role.METER_READER, ("HN",)),
    Person("wong", Role.MANAGER, ("HK",)),
    Person("ada", Role.ADMINISTRATOR, ("SH", "HN", "HK")),
)


def offices() -> list[Office]:
    """Return the three offices of the tests, not yet stored."""
    return [
        Office(
            code="SH",
            name="上海营业厅",
            language=Language.SIMPLIFIED_CHINESE,
            currency=Currency.CNY,
            time_zone="Asia/Shanghai",
            legal_name="上海阳光宽带服务有限公司",
            short_name="阳光宽带",
            address="上海市浦东新区世纪大道 1 号",
            telephone="021-5000 0001",
            customer_prefix="KH",
            receipt_prefix="SK",
            voucher_prefix="FK",
            reversal_prefix="CZ",
            work_order_prefix="SG",
            cash_step=Decimal("0.10"),
        ),
        Office(
            code="HN",
            name="Văn phòng Hà Nội",
            language=Language.VIETNAMESE,
            currency=Currency.VND,
            time_zone="Asia/Ho_Chi_Minh",
            legal_name="Công ty TNHH Quản lý Hồ Tây",
            short_name="Hồ Tây",
            address="1 Lạc Long Quân, Hà Nội",
            telephone="024 3000 0001",
            tax_number="0100000001",
            customer_prefix="KH",
            receipt_prefix="PT",
            voucher_prefix="PC",
            reversal_prefix="PĐ",
            work_order_prefix="TC",
            cash_step=Decimal(1000),
        ),
        Office(
            code="HK",
            name="香港營業處",
            language=Language.TRADITIONAL_CHINESE,
            currency=Currency.HKD,
            time_zone="Asia/Hong_Kong",
            legal_name="海景寬帶有限公司",
            short_name="海景寬帶",
            address="九龍彌敦道 1 號",
            telephone="2300 0001",
            cash_step=Decimal("0.10"),
        ),
    ]


def make_cast() -> None:
    """Store the offices with their lists and policies, and the people."""
    with everything("the cast works in every office"):
        places = offices()
        db.session.add_all(places)
        db.session.flush()
        for office in places:
            effects.call("office_made", office)
        by_code = {office.code: office for office in places}
        roles = {role.name: role for role in db.session.scalars(select(FabRole))}
        for person in PEOPLE:
            db.session.add(_user(person, roles[person.role.value], [by_code[code] for code in person.offices]))
        db.session.commit()


def _user(person: Person, role: FabRole, places: list[Office]) -> SystemUser:
    user = SystemUser(
        username=person.username,
        first_name=person.username.title(),
        last_name="",
        email=f"{person.username}@example.com",
        active=True,
        password=PASSWORD_HASH,
    )
    user.roles = [role]
    user.offices = places
    return user
