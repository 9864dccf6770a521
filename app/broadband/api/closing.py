"""Closures 銷戶, months given 贈送月數, compensation days 補償天數, and equipment 設備 lent to customers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from app.billing.api.paying import PaidBody, methods_of
from app.billing.choices import LineCode, Method
from app.broadband.api.deeds import DeedAnswer, DeedBody, common_terms, deeds
from app.broadband.choices import EquipmentState, PeriodKind, RefundPolicy
from app.broadband.models import Closure, Equipment, LineGrant, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentChange, EquipmentTerms, Returned, lend, rename_equipment
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Given,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    days,
    done,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.api.resource import patch_of
from app.foundation.transactions import run
from app.foundation.views.saving import version_of
from app.values.money import ZERO

routes = Routes("Life of a line")


class ReturnedBody(Body):
    """What became of one piece of equipment: `good`, `damaged` or `lost`."""

    equipment = Reference(required=True)
    state = Code(EquipmentState, required=True)
    compensation = Money()


class ClosureBody(DeedBody):
    """A closure. ``refund_method`` pays out what comes back, `credit` keeps it as credit; left out it is cash.

    ``returned`` answers for every piece of equipment that the line has.
    """

    refund_method = Code(Method)
    returned = Rows(ReturnedBody)


class RefundRowAnswer(Answer):
    """What goes back for a period: ``days`` of ``of_days`` at ``price``, or ``months`` of ``of_months`` whole ones."""

    start = Text()
    stop = Text()
    kind = Code(PeriodKind)
    price = Text()
    of_days = Whole()
    days = Whole()
    months = Whole()
    of_months = Whole()
    amount = Text()


class MaintenanceRowAnswer(Answer):
    months = Whole()
    amount = Text()


class DebtRowAnswer(Answer):
    code = Code(LineCode)
    detail = Text()
    due_on = Text()
    amount = Text()


class ReturnedAnswer(Answer):
    name = Text()
    serial = Text()
    state = Code(EquipmentState)
    compensation = Text()


class ClosureAnswer(DeedAnswer):
    """``refund`` is what was paid out: what goes back less what was ``set_off`` against the debts ``owed``.

    ``voucher`` paid it; where a deposit came back beside a refund, ``deposit_voucher`` paid that part.
    """

    closed_on = Day()
    refund_policy = Code(RefundPolicy)
    plan_refund = Money()
    maintenance_refund = Money()
    deposits = Money()
    owed = Money()
    set_off = Money()
    refund = Money()
    deposit_voucher = Reference(attribute="deposit_voucher_id")
    set_off_receipt = Reference(attribute="set_off_receipt_id")
    periods = Rows(RefundRowAnswer, attribute="settlement.plan")
    maintenance = Rows(MaintenanceRowAnswer, attribute="settlement.maintenance")
    debts = Rows(DebtRowAnswer, attribute="settlement.debts")
    equipment = Rows(ReturnedAnswer, attribute="settlement.equipment")


class GiftBody(DeedBody):
    """Months given: they continue the cover and are worth nothing at a closure. They need a ``reason``."""

    gift_months = Whole(required=True)


class GiftAnswer(DeedAnswer):
    given_on = Day()
    gift_months = Whole()


class CompensationBody(DeedBody):
    """Days given: they move the stop date. They need a ``reason``."""

    compensation_days = Whole(required=True)


class CompensationAnswer(DeedAnswer):
    given_on = Day()
    compensation_days = Whole()


class EquipmentBody(PaidBody):
    """A piece lent on a line. Without a payment its deposit stays an open charge."""

    subscription = Reference(required=True)
    name = Text(required=True)
    serial = Text(SHORT, required=True)
    deposit = Money()
    note = Text(TEXT)
    payer_name = Text()


class EquipmentNameBody(Body):
    """How a piece is called; its deposit and what became of it are not changed."""

    name = Text()
    serial = Text(SHORT)
    note = Text(TEXT)


class EquipmentAnswer(Answer):
    """``charge`` is the deposit; the state is settled when the line is closed."""

    id = Reference()
    office = Reference(attribute="office_id")
    subscription = Reference(attribute="subscription_id")
    broadband_account = Text(attribute="subscription.broadband_account")
    customer = Reference(attribute="subscription.customer_id")
    customer_name = Text(attribute="subscription.customer.name")
    name = Text()
    serial = Text()
    state = Code(EquipmentState)
    lent_on = Day()
    brought_on = Day()
    returned_on = Day()
    deposit = Money()
    charge = Reference(attribute="charge_id")
    compensation = Money()
    closure = Reference(attribute="closure_id")
    note = Text()
    version = Whole()
    entered_at = Moment(attribute="created_at")


def closure_terms(body: dict[str, Any]) -> ClosureTerms:
    returned = tuple(
        Returned(equipment=each["equipment"], state=each["state"], compensation=each.get("compensation", ZERO))
        for each in body.get("returned", ())
    )
    return ClosureTerms(**common_terms(body), refund_method=body.get("refund_method", Method.CASH), returned=returned)


def gift_terms(body: dict[str, Any]) -> GiftTerms:
    return GiftTerms(**common_terms(body), gift_months=body["gift_months"])


def compensation_terms(body: dict[str, Any]) -> CompensationTerms:
    return CompensationTerms(**common_terms(body), compensation_days=body["compensation_days"])


def months_given() -> list[ColumnElement[bool]]:
    return [LineGrant.gift_months > 0]


def days_given() -> list[ColumnElement[bool]]:
    return [LineGrant.compensation_days > 0]


deeds(
    routes,
    "closures",
    Closure,
    view="ClosureView",
    day="closed_on",
    answer=ClosureAnswer,
    body=ClosureBody,
    operation=close,
    terms=closure_terms,
    does="Close a line for good: pay back what was not used, less what is owed for it.",
)

deeds(
    routes,
    "gifts",
    LineGrant,
    view="GiftView",
    day="given_on",
    answer=GiftAnswer,
    body=GiftBody,
    operation=give_months,
    terms=gift_terms,
    visible=months_given,
    moves_money=False,
    does="Give months to a line.",
)

deeds(
    routes,
    "compensations",
    LineGrant,
    view="CompensationView",
    day="given_on",
    answer=CompensationAnswer,
    body=CompensationBody,
    operation=compensate,
    terms=compensation_terms,
    visible=days_given,
    moves_money=False,
    does="Give days of compensation to a line.",
)

EQUIPMENT = Look(EquipmentAnswer)

equipment = records(
    routes,
    "equipment",
    Equipment,
    view="EquipmentView",
    look=EQUIPMENT,
    filters={
        "subscription": same_record(Equipment.subscription_id),
        "serial": same_text(Equipment.serial),
        "state": same_code(Equipment.state, EquipmentState),
        **days("lent_on", Equipment.lent_on),
    },
    loads=(joinedload(Equipment.subscription).joinedload(Subscription.customer),),
)


@routes.post("/equipment", may=("EquipmentView", "can_add"), takes=EquipmentBody, gives=EQUIPMENT, moves_money=True)
def lent(body: dict[str, Any], key: str | None) -> Given:
    """Lend a piece of equipment on a line, for a deposit or without one."""
    terms = EquipmentTerms(
        name=body["name"],
        serial=body["serial"],
        deposit=body.get("deposit", ZERO),
        note=body.get("note", ""),
        methods=methods_of(body),
        payer_name=body.get("payer_name", ""),
    )
    return done(run(lend, key=key, subscription=body["subscription"], terms=terms))


@routes.patch("/equipment/<int:record>", may=("EquipmentView", "can_edit"), takes=patch_of(EquipmentNameBody), gives=EQUIPMENT)
def renamed(record: int, body: dict[str, Any]) -> Equipment:
    """Correct name, serial number or note of a piece of equipment.

    Fields left out stay. With `version` the change is refused when somebody else was faster.
    """
    piece = equipment.one(record)
    version = str(body.pop("version", "")) or version_of(piece)
    named = {"name": piece.name, "serial": piece.serial, "note": piece.note, **body}
    run(rename_equipment, equipment=record, version=version, change=EquipmentChange(**named))
    corrected: Equipment = equipment.one(record)
    return corrected
