"""Subscriptions 宽带用户: found, shown, opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.broadband.api.payments import PaymentTermsBody, terms_of
from app.broadband.choices import PeriodKind, StopReason, SubscriptionStatus
from app.broadband.models import BroadbandPolicy, RegularPayment, Subscription
from app.broadband.operations.openings import LineTerms, OrderTerms, open_account
from app.broadband.operations.renewing import agree_to_renewal
from app.broadband.queries import has_status
from app.customers.api import NewCustomerBody, new_customer
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation import clock
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Filter,
    Flag,
    Given,
    Inner,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Rows,
    Secret,
    Shown,
    Text,
    Whole,
    days,
    records,
    require_office,
    same_record,
    same_text,
)
from app.foundation.api.fields import HIDDEN, SHORT, TEXT, Resolve
from app.foundation.api.problems import problem
from app.foundation.api.revealing import reveals
from app.foundation.database import db
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.places.models import Community
from app.values.errors import Message, NotFound
from app.workorders.api.bodies import FeesBody, fees_of
from app.workorders.models import BusinessType

routes = Routes("Subscriptions")


class CustomerChoice(Reference):
    """A customer's id, or an object with a new customer."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"oneOf": [{"type": "integer", "description": "id"}, resolve(NewCustomerBody)]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, dict):
            return fields.Nested(NewCustomerBody).deserialize(value, attr, data)
        if isinstance(value, bool) or not isinstance(value, int):
            raise problem(Message("This must be the number (id) of a customer, or an object with a new one."))
        return super()._deserialize(value, attr, data, **options)


class OrderBody(FeesBody):
    installer = Reference()
    appointment_at = Moment()
    note = Text(TEXT)


class SubscriptionBody(Body):
    """An application: the line, its customer, perhaps its first payment. Without ``office`` it is the community's."""

    office = Reference()
    customer = CustomerChoice(required=True)
    community = Reference(required=True)
    address = Text(required=True)
    plan = Reference(required=True)
    business_type = Text(SHORT, required=True)
    broadband_account = Text(SHORT, required=True)
    password = Secret(SHORT)
    bound_number = Text(SHORT)
    access_order_no = Text(SHORT)
    contact_phone = Text(SHORT)
    telephone = Text(SHORT)
    salesperson = Reference()
    applied_on = Day()
    note = Text(TEXT)
    work_order = Inner(OrderBody)
    payment = Inner(PaymentTermsBody)


class PeriodAnswer(Answer):
    kind = Code(PeriodKind)
    start = Day()
    stop = Day()
    months = Whole()
    price = Money()


class SubscriptionAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    status = Code(SubscriptionStatus)
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    community = Reference(attribute="community_id")
    community_name = Text(attribute="community.name")
    address = Text()
    contact_phone = Text()
    telephone = Text()
    business_type = Text(attribute="business_type.code")
    plan = Reference(attribute="plan_id")
    plan_name = Text(attribute="plan.name")
    fee = Money()
    access_order_no = Text()
    broadband_account = Text()
    password = Text()
    bound_number = Text()
    salesperson = Reference(attribute="salesperson_id")
    note = Text()
    applied_on = Day()
    activated_on = Day()
    stops_on = Day()
    days_left = Whole()
    halted_on = Day()
    stop_reason = Code(StopReason)
    planned_resume_on = Day()
    renews_from_credit = Flag()
    renewal_agreed_on = Day()
    renewal_agreed_by = Text(attribute="renewal_agreed_by.username")
    periods = Rows(PeriodAnswer)
    work_order = Reference()
    version = Whole()


class OpenedAnswer(SubscriptionAnswer):
    receipt = Reference()


def as_they_stand(lines: Sequence[Subscription]) -> Sequence[Shown]:
    """Return the lines with their newest work order; the password stays hidden."""
    return [
        Shown(
            line,
            password=HIDDEN if line.password else None,
            work_order=line.work_orders[-1].id if line.work_orders else None,
        )
        for line in lines
    ]


def _first_receipt(line: Subscription) -> int | None:
    payments = select(RegularPayment.receipt_id).where(RegularPayment.subscription_id == line.id)
    found_id: int | None = db.session.scalars(payments.order_by(RegularPayment.id).limit(1)).one_or_none()
    return found_id


def status_today(wanted: SubscriptionStatus) -> ColumnElement[bool]:
    """Return the condition of a status as it is today in each of the caller's offices."""
    of_offices = select(Office, BroadbandPolicy.grace_days).join(BroadbandPolicy, BroadbandPolicy.office_id == Office.id)
    conditions = [
        (Subscription.office_id == office.id) & has_status(wanted, today=clock.today(office), grace_days=grace_days)
        for office, grace_days in db.session.execute(of_offices)
    ]
    return or_(false(), *conditions)


def found_by(typed: str) -> ColumnElement[bool]:
    """Return the condition that a line is found by what was typed, as in the search box of the pages."""
    people = select(Customer.id).where(matches(typed))
    return or_(has_terms(Subscription.search_terms, typed), Subscription.customer_id.in_(people))


SUBSCRIPTION = Look(SubscriptionAnswer, as_they_stand)

records(
    routes,
    "subscriptions",
    Subscription,
    view="SubscriptionView",
    look=SUBSCRIPTION,
    filters={
        "customer": same_record(Subscription.customer_id),
        "community": same_record(Subscription.community_id),
        "plan": same_record(Subscription.plan_id),
        "broadband_account": same_text(Subscription.broadband_account),
        "q": Filter(Text(), found_by),
        "status": Filter(Code(SubscriptionStatus), status_today),
        "renews_from_credit": Filter(Flag(text=True), Subscription.renews_from_credit.is_),
        **days("applied_on", Subscription.applied_on),
        **days("activated_on", Subscription.activated_on),
        **days("stops_on", Subscription.stops_on),
    },
    loads=(
        joinedload(Subscription.office),
        joinedload(Subscription.policy),
        joinedload(Subscription.customer),
        joinedload(Subscription.community),
        joinedload(Subscription.plan),
        joinedload(Subscription.business_type),
        joinedload(Subscription.renewal_agreed_by),
        selectinload(Subscription.periods),
        selectinload(Subscription.work_orders),
    ),
)


@routes.post(
    "/subscriptions",
    may=("OpenAccountView", "can_add"),
    takes=SubscriptionBody,
    gives=Look(OpenedAnswer, as_they_stand),
    moves_money=lambda body: "payment" in body,
)
def open_subscription(body: dict[str, Any], key: str | None) -> Given:
    """Open an account for a customer, or for a new one; the line is pending until its work order is done.

    A payment of the first months may go with it; they start on the billing date of the work order.
    """
    office = require_office(body["office"]) if "office" in body else found(Community, body["community"], "community").office_id
    customer = body["customer"]
    is_new = isinstance(customer, dict)
    outcome = run(
        open_account,
        key=key,
        office=office,
        customer=None if is_new else customer,
        new_customer=new_customer(customer, office) if is_new else None,
        line=_line(body, office),
        work_order=_order(body.get("work_order", {})),
        payment=terms_of(body["payment"]) if "payment" in body else None,
    )
    # A repeated request names the receipt it got the first time, even if that was voided since.
    receipt = _first_receipt(outcome.record) if "payment" in body else None
    return Given(Shown(outcome.record, receipt=receipt), 201, outcome.replayed)


def _order(body: Mapping[str, Any]) -> OrderTerms:
    """Return the order of an opening; fees left out are those of the price list."""
    given = {name: body[name] for name in ("installer", "appointment_at", "note") if name in body}
    return OrderTerms(**given, fees=replace(fees_of(body), rest_from_list=True))


def _line(body: Mapping[str, Any], office: int) -> LineTerms:
    named = (
        "address",
        "broadband_account",
        "contact_phone",
        "telephone",
        "password",
        "bound_number",
        "access_order_no",
        "salesperson",
        "applied_on",
        "note",
    )
    return LineTerms(
        community=body["community"],
        plan=body["plan"],
        business_type=_business_type(office, body["business_type"]),
        **{name: body[name] for name in named if name in body},
    )


def _business_type(office: int, code: str) -> int:
    """Return the id of the office's business type of that code. Raises NotFound."""
    statement = select(BusinessType.id).where(BusinessType.office_id == office, BusinessType.code == code)
    number: int | None = db.session.scalars(statement).one_or_none()
    if number is None:
        raise NotFound(Message("The office has no business type “%(code)s”.", code=code), code="not_found", field="business_type")
    return number


class RenewalBody(Body):
    renews = Flag(required=True)


@routes.post(
    "/subscriptions/<int:record>/renewal",
    may=("SubscriptionView", "can_agree"),
    takes=RenewalBody,
    gives=SUBSCRIPTION,
    status=200,
)
def agree(record: int, body: dict[str, Any]) -> Any:
    """Note that the customer agrees that due months are paid from his credit balance, or no longer does."""
    return run(agree_to_renewal, subscription=record, renews=body["renews"]).record


reveals(routes, "subscriptions", Subscription, view="SubscriptionView", fields=("password",))
