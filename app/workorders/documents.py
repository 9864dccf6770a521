"""What the sheet of a work order 施工單 says, frozen as data: every text in the language of the office's papers, numbers masked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.billing.documents import receipt_locale
from app.foundation import clock, effects
from app.foundation.i18n import say
from app.foundation.secrets import masked
from app.offices.models import Office
from app.workorders.models import WorkOrder
from app.workorders.rules.work_orders import FEES

VERSION = 1


def order_content(order: WorkOrder, office: Office) -> dict[str, Any]:
    """Return everything the sheet of ``order`` prints, as it stands now."""
    locale = receipt_locale(office)
    line = line_of(order)
    return {
        "template": "work_order",
        "version": VERSION,
        "locale": locale,
        "second_locale": None,
        "currency": office.currency.value,
        "copies": office.copies.value,
        "office": {
            "legal_name": office.legal_name,
            "short_name": office.short_name,
            "address": office.address,
            "tax_number": office.tax_number,
            "phone": office.telephone,
            "logo": office.logo_id,
        },
        "number": order.number,
        "is_final": order.is_worked,
        "kind": order.business_type.kind.value,
        "business_type": order.business_type.name,
        "status": say(order.status, locale),
        "installer": str(order.installer or ""),
        "accepted_by": str(order.created_by or ""),
        "accepted_at": _moment(order.accepted_at, office),
        "appointment_at": _moment(order.appointment_at, office),
        "started_at": _moment(order.started_at, office),
        "finished_at": _moment(order.finished_at, office) if order.is_worked else None,
        "checked_by": str(order.checked_by or ""),
        "customer": {
            "customer_no": order.customer.customer_no,
            "name": order.customer.name,
            "phone": order.phone,
            "id_number": masked(order.customer.id_number),
            "address": order.address,
            "plan": line.get("plan", ""),
            "broadband_account": line.get("broadband_account", ""),
        },
        "customer_request": order.customer_request,
        "changes": {
            "new_name": order.new_name,
            "new_plan": line.get("new_plan", ""),
            "new_community": order.new_community.name if order.new_community else "",
            "new_address": order.new_address,
            "new_phone": order.new_phone,
            "new_id_number": masked(order.new_id_number),
        },
        "fault": {name: getattr(order, f"fault_{name}") for name in ("symptom", "cause", "remedy")},
        "materials": [_material(row) for row in order.materials],
        **{name: str(getattr(order, name)) for name in (*FEES, "material_works_fee", "total")},
        "total_in_words": order.total_in_words,
        "collected_by": order.collected_by.name if order.collected_by else (str(order.receipt.cashier) if order.receipt else ""),
        "collected_at_door": order.collected_by is not None,
        "methods": [each.method.value for each in order.receipt.methods] if order.receipt else [],
        "receipt": order.receipt.number if order.receipt else "",
        "worked_on": order.worked_on.isoformat() if order.worked_on else None,
        "billing_from": order.billing_from.isoformat() if order.billing_from else None,
        "device_serial": order.device_serial,
        "splitter_port": order.splitter_port,
        "optical_power": _plain(order.optical_power),
        "speed_mbps": _plain(order.speed_mbps),
        "note": order.note,
        "failure_reason": order.failure_reason,
    }


def line_of(order: WorkOrder) -> dict[str, Any]:
    """Return what the domain of the lines knows of the order's line: account, plan, the plan it brings, equipment."""
    return {name: value for given in effects.call("line_of_order", order) for name, value in given.items()}


def _material(row: Any) -> dict[str, Any]:
    return {
        "code": row.material.code,
        "name": row.material.name,
        "specification": row.material.specification,
        "unit": row.material.unit,
        "quantity": str(row.quantity.normalize()),
        "unit_price": str(row.unit_price),
        "amount": str(row.amount),
        "note": row.note,
    }


def _moment(moment: Any, office: Office) -> str | None:
    return clock.local(moment, office).isoformat(timespec="minutes") if moment is not None else None


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"
