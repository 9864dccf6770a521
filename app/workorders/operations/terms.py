"""What people tell of an order, as plain values, and how it is written into the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from sqlalchemy import delete, select

from app.billing.documents import receipt_locale
from app.billing.rules.listed_price import agreed_fee
from app.foundation import effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Office
from app.places.models import Community
from app.values.amount_in_words import in_words
from app.values.errors import Message, NotFound, OperationRefused
from app.values.money import require_fee, sum_of
from app.workorders.choices import WorkKind
from app.workorders.models import Material, WorkOrder, WorkOrderMaterial
from app.workorders.queries import listed_fees
from app.workorders.rules.work_orders import FEES, Fees, material_amount, order_total, require_quantity

MOST_MATERIALS = 50
DISCOUNT = "discount"


@dataclass(frozen=True)
class MaterialTerms:
    """A material used; ``unit_price`` None means its price of today."""

    material: int
    quantity: Decimal
    unit_price: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class OrderChanges:
    """What becomes of the line and its customer; None leaves what the order says, an empty text takes it back."""

    new_name: str | None = None
    new_plan: int | None = None
    new_community: int | None = None
    new_address: str | None = None
    new_phone: str | None = None
    new_id_number: str | None = None


@dataclass(frozen=True)
class Technical:
    """What the installer found and measured; None leaves what the order says."""

    fault_symptom: str | None = None
    fault_cause: str | None = None
    fault_remedy: str | None = None
    device_serial: str | None = None
    splitter_port: str | None = None
    optical_power: Decimal | None = None
    speed_mbps: Decimal | None = None


@dataclass(frozen=True)
class FeeTerms:
    """The fees of an order; None leaves what the order says. ``reason`` is why one is below the price list.

    ``rest_from_list``: of a new order what is left out is the price of the list.
    """

    installation_fee: Decimal | None = None
    handling_fee: Decimal | None = None
    labour_material_fee: Decimal | None = None
    other_fee: Decimal | None = None
    reason: str = ""
    rest_from_list: bool = False


def write_changes(order: WorkOrder, changes: OrderChanges) -> None:
    """Write what is to become of the line. Raises NotFound for a community or plan of another office."""
    if changes.new_community is not None:
        community = found(Community, changes.new_community, "new_community")
        if community.office_id != order.office_id:
            raise NotFound(Message("This record does not exist."), code="not_found", field="new_community")
        order.new_community_id = community.id
    if changes.new_plan is not None:
        # The plans lie in a domain above.
        effects.call("plan_of_order", order.office_id, changes.new_plan)
        order.new_plan_id = changes.new_plan
    for name in ("new_name", "new_address", "new_phone"):
        text = getattr(changes, name)
        if text is not None:
            setattr(order, name, text.strip())
    if changes.new_id_number is not None:
        order.new_id_number = changes.new_id_number.strip() or None


def write_technical(order: WorkOrder, technical: Technical) -> None:
    """Write what was found and measured."""
    for each in fields(technical):
        value = getattr(technical, each.name)
        if value is not None:
            setattr(order, each.name, value)


def write_money(
    order: WorkOrder, office: Office, fees: FeeTerms, materials: Sequence[MaterialTerms] | None, *, is_new: bool = False
) -> None:
    """Write fees and materials and what they come to; ``materials`` None leaves those of the order.

    Raises OperationRefused for a negative fee, one below the price list without a reason, a quantity of 0 or less, a material named
    twice; NotAllowed for a lower fee by somebody who may not; NotFound for a material that does not exist.
    """
    if is_new and fees.rest_from_list:
        listed = listed_fees(office.id, order.business_type.kind)
        fees = replace(fees, **{name: price for name, price in listed.items() if getattr(fees, name) is None})  # type: ignore[arg-type]
    require_listed_fees(order, office, fees, is_new=is_new)
    if materials is not None:
        _replace_materials(order, office, materials)
    given = {name: getattr(fees, name) for name in FEES if getattr(fees, name) is not None}
    checked = replace(Fees(**{name: getattr(order, name) or Decimal(0) for name in FEES}), **given).checked(office.currency)
    amounts = list(db.session.scalars(select(WorkOrderMaterial.amount).where(WorkOrderMaterial.work_order_id == order.id)))
    # Nothing is asked of the database in between: it refuses fees that do not add up to their total.
    for name in FEES:
        setattr(order, name, getattr(checked, name))
    order.fee_reason = fees.reason.strip() or order.fee_reason or ""
    order.material_works_fee = sum_of(amounts)
    order.total = order_total(checked, amounts)
    order.total_in_words = total_in_words(order.total, office)
    db.session.flush()


def require_listed_fees(order: WorkOrder, office: Office, fees: FeeTerms, *, is_new: bool) -> None:
    """Refuse a fee below the office's firm prices without the right or a reason; what the order says already was agreed before."""
    for name, listed in listed_fees(office.id, order.business_type.kind).items():
        agreed_fee(
            asked=getattr(fees, name),
            listed=listed if is_new else min(listed, getattr(order, name)),
            is_firm=office.prices_are_firm,
            may_lower=current_scope().may(DISCOUNT),
            reason=fees.reason,
            currency=office.currency,
            field=name,
        )


def total_in_words(total: Decimal, office: Office) -> str:
    """Return 合計大寫 in the language of the office's papers."""
    return in_words(total, office.currency, receipt_locale(office), linh=office.zero_word, whole=office.whole_word, capital=True)


def _replace_materials(order: WorkOrder, office: Office, wanted: Sequence[MaterialTerms]) -> None:
    if len(wanted) > MOST_MATERIALS:
        raise OperationRefused(
            Message("An order takes at most %(most)s materials.", most=MOST_MATERIALS), code="too_many_materials", field="materials"
        )
    rows = [_material_row(order, office, terms, position) for position, terms in enumerate(wanted, start=1)]
    db.session.execute(delete(WorkOrderMaterial).where(WorkOrderMaterial.work_order_id == order.id))
    db.session.add_all(rows)
    db.session.flush()
    db.session.expire(order, ["materials"])


def _material_row(order: WorkOrder, office: Office, terms: MaterialTerms, position: int) -> WorkOrderMaterial:
    material = found(Material, terms.material, "materials")
    if material.office_id != order.office_id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="materials")
    quantity = require_quantity(terms.quantity)
    asked = material.unit_price if terms.unit_price is None else terms.unit_price
    unit_price = require_fee(asked, office.currency, field="materials")
    return WorkOrderMaterial(
        office_id=order.office_id,
        work_order_id=order.id,
        position=position,
        material_id=material.id,
        quantity=quantity,
        unit_price=unit_price,
        amount=material_amount(quantity, unit_price, office.currency),
        note=terms.note.strip(),
    )


def require_changes(order: WorkOrder) -> None:
    """Refuse an order that could not be applied: a relocation that leads nowhere, a change to no plan."""
    kind = order.business_type.kind
    if kind is WorkKind.RELOCATION and not (order.new_address or order.new_community_id):
        raise OperationRefused(Message("Enter the new address."), code="new_address_missing", field="new_address")
    if kind is WorkKind.PLAN_CHANGE and order.new_plan_id is None:
        raise OperationRefused(Message("Choose the new plan."), code="new_plan_missing", field="new_plan")
