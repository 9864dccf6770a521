"""What a receipt tells of the charges of services that it is for: where their units are. Called through the wiring's table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ARRAY, Integer, Select, any_, bindparam, select, union_all
from sqlalchemy.orm import joinedload

from app.billing.documents import receipt_locale
from app.billing.models import Charge
from app.billing.operations.receipts import Facts, Telling
from app.debts.models import LateInterest
from app.foundation.database import db
from app.foundation.scope import kept
from app.offices.models import Office
from app.places.models import Building, Unit
from app.runs.models import ServiceCharge

LONGEST_CODES = 60
LONGEST_ADDRESS = 200


def units_of_charges(charges: Sequence[Charge], office: Office) -> Telling:
    """Return what tells of any of ``charges`` the units that they, services or the interest on them, are for.

    Of one unit it is the address, of several their codes.
    """
    found = db.session.execute(_units(), {"charges": [charge.id for charge in charges]}).all()
    locale = receipt_locale(office)

    def told(paid: Sequence[Charge]) -> Facts:
        numbers = {charge.id for charge in paid}
        return _facts(list(dict.fromkeys(unit for charge, unit in found if charge in numbers)), locale)

    return told


@cache
def _units() -> Select[tuple[int, Unit]]:
    numbers = bindparam("charges", type_=ARRAY(Integer))
    of_services = select(ServiceCharge.charge_id, ServiceCharge.unit_id).where(ServiceCharge.charge_id == any_(numbers))
    of_interest = select(LateInterest.charge_id, ServiceCharge.unit_id).join(
        ServiceCharge, ServiceCharge.charge_id == LateInterest.source_charge_id
    )
    parts = union_all(of_services, of_interest.where(LateInterest.charge_id == any_(numbers))).subquery()
    wanted = select(parts.c.charge_id, Unit).join(Unit, Unit.id == parts.c.unit_id)
    around = joinedload(Unit.building).joinedload(Building.community)
    return kept(wanted.options(around).order_by(Unit.position, Unit.code))


def _facts(units: Sequence[Unit], locale: str) -> Facts:
    if not units:
        return Facts()
    codes = listed([unit.code for unit in units])
    if len({unit.building_id for unit in units}) > 1:
        return Facts(unit=codes, address=codes)
    place = units[0] if len(units) == 1 else None
    return Facts(unit=codes, address=address_of(units[0].building, place.code if place else codes, locale))


def listed(codes: Sequence[str]) -> str:
    """Return codes side by side, as many as there is room for, and how many more there are."""
    text = codes[0]
    for known, code in enumerate(codes[1:], start=1):
        if len(text) + len(code) > LONGEST_CODES:
            return f"{text} +{len(codes) - known}"
        text = f"{text}, {code}"
    return text


def address_of(building: Building, codes: str, locale: str) -> str:
    """Return where units of a building are, in the order of the language: from the town to the door in Chinese, else the other way.

    An address that names the building or its community already is not followed by those names again.
    """
    community = building.community.name if building.community is not None else ""
    named = [part for part in dict.fromkeys((building.address, community, building.name)) if part]
    parts = [part for part in named if not any(part != other and part in other for other in named)]
    text = f"{''.join(parts)} {codes}" if locale.startswith("zh") else ", ".join([codes, *reversed(parts)])
    return text.strip()[:LONGEST_ADDRESS]
