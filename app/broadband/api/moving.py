"""Relocations 遷移, transfers of ownership 過戶, changes of plan 套餐變更."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.billing.choices import Method
from app.broadband.api.deeds import DeedAnswer, PaidDeedBody, common_terms, deeds
from app.broadband.api.subscriptions import CustomerChoice
from app.broadband.choices import PlanChangeMode, PlanChangeStatus
from app.broadband.models import PlanChange, Relocation, Subscription, Transfer
from app.broadband.operations.plan_booking import withdraw_plan_change
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.customers.api import new_customer
from app.foundation.api import Body, Code, Day, Flag, Look, Money, Reference, Routes, Secret, Text, Whole, same_code, same_record
from app.foundation.api.fields import SHORT
from app.foundation.transactions import found, run

routes = Routes("Life of a line")


class RelocationBody(PaidDeedBody):
    """A relocation: where the line goes. Days of compensation shift its stop date and need a ``reason``.

    Where works are needed first, ``POST /work_orders`` of a relocation moves the line when it is completed.
    """

    community = Reference(required=True)
    address = Text(required=True)
    telephone = Text(SHORT)
    compensation_days = Whole()


class RelocationAnswer(DeedAnswer):
    """``community``, ``address`` and ``telephone`` are those that the line left."""

    relocated_on = Day()
    new_community = Reference(attribute="new_community_id")
    new_community_name = Text(attribute="new_community.name")
    new_address = Text()
    new_telephone = Text()
    compensation_days = Whole()
    work_order = Reference(attribute="work_order_id")


class TransferBody(PaidDeedBody):
    """A transfer: ``customer`` is the new one. A place left out stays, telephones left out are the new customer's."""

    customer = CustomerChoice(required=True)
    community = Reference()
    address = Text()
    telephone = Text(SHORT)
    contact_phone = Text(SHORT)
    password = Secret(SHORT)


class TransferAnswer(DeedAnswer):
    """``customer``, ``community``, ``address`` and the telephones are those before the transfer."""

    transferred_on = Day()
    new_customer = Reference(attribute="new_customer_id")
    new_customer_no = Text(attribute="new_customer.customer_no")
    new_name = Text(attribute="new_customer.name")
    new_id_number = Text(attribute="new_customer.masked_id_number")
    new_community = Reference(attribute="new_community_id")
    new_community_name = Text(attribute="new_community.name")
    new_address = Text()
    new_telephone = Text()
    new_contact_phone = Text()


class PlanChangeBody(PaidDeedBody):
    """A change of plan. ``refund_method`` pays out what comes back, `credit` keeps it as credit; left out it is cash."""

    plan = Reference(required=True)
    mode = Code(PlanChangeMode)
    refund_method = Code(Method)


class PlanChangeAnswer(DeedAnswer):
    """``credit``, ``charge`` and their ``difference`` are empty while the change is booked, and where nothing was settled.

    Here ``charge`` is the price of the days left on the new plan; the debt is ``charge_id``.
    """

    asked_on = Day()
    changed_on = Day()
    mode = Code(PlanChangeMode)
    change_status = Code(PlanChangeStatus)
    booked = Flag(attribute="is_booked")
    old_plan = Reference(attribute="old_plan_id")
    old_plan_name = Text(attribute="old_plan.name")
    plan = Reference(attribute="new_plan_id")
    plan_name = Text(attribute="new_plan.name")
    credit = Money()
    charge = Money()  # type: ignore[assignment]
    charge_id = Reference(attribute="event.charge_id")
    difference = Money()


class WithdrawalBody(Body):
    """Nothing is told."""


def relocation_terms(body: dict[str, Any]) -> RelocationTerms:
    return RelocationTerms(
        **common_terms(body),
        community=body["community"],
        address=body["address"],
        telephone=body.get("telephone"),
        compensation_days=body.get("compensation_days", 0),
    )


def transfer_terms(body: dict[str, Any]) -> TransferTerms:
    customer = body["customer"]
    is_new = isinstance(customer, dict)
    office = found(Subscription, body["subscription"], "subscription").office_id
    named = ("community", "address", "telephone", "contact_phone", "password")
    return TransferTerms(
        **common_terms(body),
        customer=None if is_new else customer,
        new_customer=new_customer(customer, office) if is_new else None,
        **{name: body[name] for name in named if name in body},
    )


def plan_terms(body: dict[str, Any]) -> PlanChangeTerms:
    return PlanChangeTerms(
        **common_terms(body),
        plan=body["plan"],
        mode=body.get("mode", PlanChangeMode.MONEY),
        refund_method=body.get("refund_method", Method.CASH),
    )


deeds(
    routes,
    "relocations",
    Relocation,
    view="RelocationView",
    day="relocated_on",
    answer=RelocationAnswer,
    body=RelocationBody,
    operation=relocate,
    terms=relocation_terms,
    filters={"new_community": same_record(Relocation.new_community_id)},
    loads=(joinedload(Relocation.new_community),),
    does="Relocate a line; before its installation, correct the address of its application.",
)

deeds(
    routes,
    "transfers",
    Transfer,
    view="TransferView",
    day="transferred_on",
    answer=TransferAnswer,
    body=TransferBody,
    operation=transfer,
    terms=transfer_terms,
    filters={"new_customer": same_record(Transfer.new_customer_id)},
    loads=(joinedload(Transfer.new_customer), joinedload(Transfer.new_community)),
    does="Give a line to another customer, or to a new one.",
)

deeds(
    routes,
    "plan_changes",
    PlanChange,
    view="PlanChangeView",
    day="asked_on",
    answer=PlanChangeAnswer,
    body=PlanChangeBody,
    operation=change_plan,
    terms=plan_terms,
    filters={
        "plan": same_record(PlanChange.new_plan_id),
        "mode": same_code(PlanChange.mode, PlanChangeMode),
        "change_status": same_code(PlanChange.change_status, PlanChangeStatus),
    },
    loads=(joinedload(PlanChange.old_plan), joinedload(PlanChange.new_plan)),
    undone_by=lambda change: change.applied_event_id or change.event_id,
    does="Change the plan of a line: settled in money today, or booked for its next period.",
)


@routes.post(
    "/plan_changes/<int:record>/withdraw",
    may=("PlanChangeView", "can_withdraw"),
    takes=WithdrawalBody,
    gives=Look(PlanChangeAnswer),
    status=200,
)
def withdraw(record: int, body: dict[str, Any]) -> Any:
    """Withdraw a booked change; the next months are sold at the line's own plan again."""
    del body
    return run(withdraw_plan_change, plan_change=record).record
