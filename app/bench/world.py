"""The office in which the measurements happen: its people, plans and communities, made as an administrator would."""

from __future__ import annotations

from decimal import Decimal

from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select

from app.bench.rows import CASHIERS, FEES, OFFICE_ZONE
from app.billing.choices import PricedOperation
from app.billing.models import PriceListItem
from app.broadband.models import Plan
from app.foundation import effects
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.choices import Currency, Language
from app.offices.models import Office, SystemUser
from app.offices.sessions import API, PAGE, open_session
from app.places.models import Community
from app.roles import Role

COMMUNITIES = 20
# Nobody can sign in with it: no password has this hash.
NO_PASSWORD = "!"  # noqa: S105


def make_world() -> None:
    """Store one office with its cashiers. All rows belong to it: the hardest case, since every payment waits for one row of numbers."""
    with everything("the measurements begin in an empty database"):
        office = _office()
        db.session.add(office)
        db.session.flush()
        effects.call("office_made", office)
        db.session.add_all(
            Plan(office_id=office.id, name=f"家庭宽带 {number}00M", fee=fee, months=1) for number, fee in enumerate(FEES, start=1)
        )
        db.session.add_all(
            Community(office_id=office.id, code=f"XQ{number:02d}", name=f"翠湖花园 {number} 期") for number in range(1, COMMUNITIES + 1)
        )
        db.session.add(PriceListItem(office_id=office.id, operation=PricedOperation.MAINTENANCE, fee=Decimal("0.00")))
        cashier = db.session.scalars(select(RoleRow).where(RoleRow.name == Role.CASHIER.value)).one()
        for number in range(1, CASHIERS + 1):
            user = SystemUser(
                username=f"cashier{number}",
                first_name="收银员",
                last_name=str(number),
                email=f"cashier{number}@example.com",
                active=True,
                password=NO_PASSWORD,
                locale="zh_Hans",
            )
            user.roles, user.offices = [cashier], [office]
            db.session.add(user)
        db.session.commit()


def _office() -> Office:
    return Office(
        code="SH",
        name="上海营业厅",
        language=Language.SIMPLIFIED_CHINESE,
        currency=Currency.CNY,
        time_zone=OFFICE_ZONE.key,
        legal_name="上海阳光宽带服务有限公司",
        short_name="阳光宽带",
        address="上海市浦东新区世纪大道 1 号",
        telephone="021-5000 0001",
        customer_prefix="KH",
        receipt_prefix="SK",
        cash_step=Decimal("0.10"),
        # The rows are asked for hours; a session must not end in between.
        idle_minutes=240,
        absolute_hours=24,
    )


def page_token() -> str:
    """Return the token of a cashier's browser."""
    return _token(1, PAGE)


def api_tokens() -> list[str]:
    """Return one token for each cashier's script."""
    return [_token(number, API) for number in range(1, CASHIERS + 1)]


def _token(number: int, kind: str) -> str:
    with everything("the measurements sign themselves in"):
        user = db.session.scalars(select(SystemUser).where(SystemUser.username == f"cashier{number}")).one()
        token, _ = open_session(user, kind, "127.0.0.1", "run.py bench")
    return token
