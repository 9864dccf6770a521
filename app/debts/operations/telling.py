"""What a receipt tells of the charges of services that it is for: where their units are. Called through the wiring's table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.billing.documents import receipt_locale
from app.billing.models import Charge
from app.billing.operations.receipts import Facts
from app.debts.models import LateInterest
from app.foundation.database import db
from app.offices.models import Office
from app.places.models import Building, Unit
from app.runs.models import ServiceCharge

LONGEST_CODES = 60
LONGEST_ADDRESS = 200


def units_of_charges(charges: Sequence[Charge], office: Office) -> Facts:
    """Return the units that charges of services, or the interest on them, are for: the address of one, the codes of several."""
    numbers = [charge.id for charge in charges]
    of_interest = select(LateInterest.source_charge_id).where(LateInterest.charge_id.in_(numbers))
    of_charges = select(ServiceCharge.unit_id).where(ServiceCharge.charge_id.in_(numbers) | ServiceCharge.charge_id.in_(of_interest))
    wanted = select(Unit).where(Unit.id.in_(of_charges)).options(joinedload(Unit.building).joinedload(Building.community))
    units = list(db.session.scalars(wanted.order_by(Unit.position, Unit.code)))
    if not units:
        return Facts()
    codes = listed([unit.code for unit in units])
    if len({unit.building_id for unit in units}) > 1:
        return Facts(unit=codes, address=codes)
    place = units[0] if len(units) == 1 else None
    return Facts(unit=codes, address=address_of(units[0].building, place.code if place else codes, receipt_locale(office)))


def listed(codes: Sequence[str]) -> str:
    """Return codes side by side, as many as there is room for, and how many more there are."""
    text = codes[0]
    for known, code in enumerate(codes[1:], start=1):
        if len(text) + len(code) > LONGEST_CODES:
            return f"{text} +{len(codes) - known}"
        text = f"{text}, {code}"
    return text


def address_of(building: Building, codes: str, locale: str) -> str:
    """Return where units of a building are, in the order of the language: from the town to the door in Chinese, else the other way."""
    community = building.community.name if building.community is not None else ""
    parts = [part for part in dict.fromkeys((building.address, community, building.name)) if part]
    text = f"{''.join(parts)} {codes}" if locale.startswith("zh") else ", ".join([codes, *reversed(parts)])
    return text.strip()[:LONGEST_ADDRESS]
