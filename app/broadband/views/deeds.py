"""The bases of every operation on a line: its form, its list and its record page. One more operation is a page of declarations.

class SuspensionForm(PaidDeedForm):
    planned_resume_on = DayField(N_("Planned resume date"))
    asked = ("planned_resume_on",)
    terms_class = SuspensionTerms

class SuspensionView(PaidDeedView):
    datamodel = GuardedInterface(Suspension)
    list_title, show_title, add_title = N_("Suspensions"), N_("Suspension on request"), N_("Suspension on request")
    day, day_label, fee_label = "suspended_on", N_("Suspended on"), N_("Suspension fee")
    own_labels = {"planned_resume_on": N_("Planned resume date")}
    priced = PricedOperation.SUSPENSION
    form, operation, describe = SuspensionForm, staticmethod(suspend), staticmethod(describe_suspension)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, abort, current_app, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, or_, select

from app.billing.choices import FeePayment, Method, PricedOperation
from app.billing.forms import offer_ways
from app.billing.queries import price_of
from app.billing.rules.methods import MethodAmount
from app.broadband.models import LineOperation, Subscription, SubscriptionEvent
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.deals import BACKDATE, DISCOUNT
from app.broadband.operations.printing import Papers
from app.broadband.printing import printed_deed
from app.broadband.views.voiding import undoing_action
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.views import (
    DayField,
    DayFilter,
    EntityForm,
    Kind,
    LongTextField,
    LookupField,
    LookupFilter,
    MoneyField,
    OperationView,
    RadioField,
    TextField,
    action_to,
    chosen_office,
    currency_of,
    present,
)
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action, action
from app.values.errors import N_, Message

PAYMENT, WHEN_AND_WHY, WHEN = N_("Payment"), N_("Reason, business date and note"), N_("Business date and note")


class DeedForm(EntityForm):
    """The form of an operation without a fee: ``asked`` are the fields that only this operation has, in their order."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True, span=2)
    on = DayField(N_("Business date"), help=N_("Left empty, today."))
    reason = TextField(N_("Reason"))
    note = LongTextField(N_("Note"), span=3)

    asked: ClassVar[Sequence[str]] = ()
    money_fields: ClassVar[Sequence[str]] = ()
    # What stands in the part that is folded until it is needed.
    last_fields: ClassVar[Sequence[str]] = ("on", "reason", "note")
    terms_class: ClassVar[type[DeedTerms]] = DeedTerms
    folded: Sequence[str] = (WHEN_AND_WHY, WHEN)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fee = ("fee",) if cls.money_fields else ()
        last = WHEN_AND_WHY if "reason" in cls.last_fields else WHEN
        first = [(None, ("subscription", *cls.asked, *fee)), (PAYMENT, tuple(cls.money_fields)), (last, tuple(cls.last_fields))]
        cls.fieldsets = tuple((title, names) for title, names in first if names)

    def terms(self) -> dict[str, Any]:
        return {"subscription": self.subscription.data, "terms": self.terms_class(**self.common_terms(), **self.own_terms())}

    def own_terms(self) -> dict[str, Any]:
        """Return what only this operation is told: the fields of ``asked``, by their names."""
        return {name: self._fields[name].data for name in self.asked}

    def common_terms(self) -> dict[str, Any]:
        """Return what every operation is told."""
        return {
            name: self._fields[name].data or ("" if name != "on" else None) for name in ("on", "reason", "note") if name in self._fields
        }


class PaidDeedForm(DeedForm):
    """The form of an operation with a fee: left empty it is the office's price; it is paid at once or stays open."""

    fee = MoneyField(N_("Fee"))
    method = RadioField(N_("Payment method"), options=FeePayment, default=FeePayment.CASH)
    tendered = MoneyField(N_("Cash tendered"))
    reference = TextField(N_("Transaction reference"))
    payer_name = TextField(N_("Received from"))

    money_fields = ("method", "tendered", "reference")
    last_fields: ClassVar[Sequence[str]] = ("on", "reason", "payer_name", "note")

    def common_terms(self) -> dict[str, Any]:
        return {
            **super().common_terms(),
            "fee": self.fee.data,
            "methods": self.methods(),
            "payer_name": self.payer_name.data or "",
        }

    def methods(self) -> tuple[MethodAmount, ...]:
        """Return how the fee is paid; nothing where it stays open."""
        if self.method.data in (None, FeePayment.LATER):
            return ()
        return (MethodAmount(Method(self.method.data.value), None, self.tendered.data, self.reference.data or ""),)


IDENTIFICATION = {
    "customer": N_("Customer"),
    "customer.customer_no": N_("Customer number"),
    "customer.name": N_("Customer name"),
    "customer.mobile": N_("Mobile"),
    "customer.masked_id_number": N_("ID number"),
    "community": N_("Community name"),
    "community.name": N_("Community name"),
    "address": N_("Address"),
    "telephone": N_("Telephone"),
    "contact_phone": N_("Contact phone"),
    "subscription": N_("Broadband account"),
    "booked_on": N_("Booked on"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "created_by": N_("Entered by"),
    "created_at": N_("Entered at"),
    "status": N_("Status"),
    "event.receipt": N_("Receipt"),
    "event.voucher": N_("Payment voucher"),
    "event.charge.status": N_("Payment"),
    "event.stops_on_before": N_("Stop date before"),
    "event.stops_on_after": N_("Stop date afterwards"),
}
PEOPLE = ("customer.customer_no", "customer.name", "community.name", "address", "telephone", "customer.mobile", "customer.masked_id_number")


class DeedView(OperationView):
    """The records of an operation on a line, with the identification of B2.5 to B2.10.

    A subclass says its ``day`` (the column by which it is listed) and how it is called, its ``own_labels`` (its columns after the day,
    in their order) and, where it has more than those to list, ``own_columns``.
    """

    day: ClassVar[str] = ""
    day_label: ClassVar[Any] = ""
    own_labels: ClassVar[Mapping[str, Any]] = {}
    own_columns: ClassVar[Sequence[str] | None] = None  # of the list, where not all of them
    fee_label: ClassVar[Any] = ""
    priced: ClassVar[PricedOperation | None] = None
    # What the paper of a record says, as ``documents`` writes it; nothing where the operation has no paper.
    paper_of: Papers | None = None

    search_hint = N_("Name, initials, telephone, address, broadband account")
    base_order = ("id", "desc")
    has_wide_preview = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the declarations of the list and the record page from those of the operation, unless the class has its own."""
        super().__init_subclass__(**kwargs)
        if not cls.day:
            return
        made = _declarations(cls)
        for name, value in made.items():
            if name not in vars(cls):
                setattr(cls, name, value)

    def closed_routes(self) -> set[str]:
        return super().closed_routes() | (set() if self.paper_of is not None else {"paper"})

    @expose("/paper/<pk>", methods=["POST"])
    @needs("print")
    def paper(self, pk: str) -> Response:
        """Return the paper of the operation as PDF and log the printing."""
        record = self.record_or_404(pk)
        if self.paper_of is None:
            abort(404)
        pdf = printed_deed(
            self.datamodel.obj, record.id, self.paper_of, reason=request.form.get("reason", ""), training=current_app.config["TRAINING"]
        )
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{self.datamodel.obj.__tablename__}-{record.id}.pdf"'
        return personal(answer)

    def search(self, text: str) -> ColumnElement[bool]:
        model = self.datamodel.obj
        people = select(Customer.id).where(matches(text))
        lines = select(Subscription.id).where(has_terms(Subscription.search_terms, text))
        return or_(model.customer_id.in_(people), model.subscription_id.in_(lines))

    def totals_conditions(self) -> list[ColumnElement[bool]]:
        return [self.datamodel.obj.event.has(SubscriptionEvent.reversal_id.is_(None))]

    def prepare_form(self, form: Any, record: Any) -> None:
        if not current_scope().may(BACKDATE):
            form.on.locked = N_("Today. A manager can enter a past business date.")

    def done(self, record: Any) -> Any:
        receipt = record.event.receipt
        if receipt is None:
            return self.done_message
        return Message("Receipt %(number)s: %(amount)s taken.", number=receipt.number, amount=receipt.total, currency=currency_of(record))

    def record_title(self, record: Any) -> Any:
        return record.subscription.broadband_account

    def record_context(self, record: Any) -> Any:
        return f"{record.customer.name} · {record.customer.customer_no} · {record.community.name} {record.address}"

    def record_badge(self, record: Any) -> Any:
        return record.status

    def row_actions(self, record: Any) -> list[Action]:
        return present(self._line_action(record), self._receipt_action(record))

    def record_actions(self, record: Any) -> list[Action]:
        """Return the line, the void of the receipt that undoes the operation, the receipt, and the paper."""
        return present(
            self._line_action(record),
            *self.further_actions(record),
            undoing_action(self.undone_by(record)),
            self._receipt_action(record),
            self._paper_action(record),
        )

    def further_actions(self, record: Any) -> list[Action]:
        """Return the buttons that only this operation has."""
        return []

    def _line_action(self, record: LineOperation) -> Action | None:
        return action_to("SubscriptionView", N_("Line"), route="show", icon="router", pk=record.subscription_id)

    def _receipt_action(self, record: LineOperation) -> Action | None:
        if record.event.receipt_id is None:
            return None
        return action_to("ReceiptView", N_("Receipt"), route="show", icon="receipt", pk=record.event.receipt_id)

    def undone_by(self, record: Any) -> int | None:
        """Return the event that a void of this record undoes."""
        number: int = record.event_id
        return number

    def _paper_action(self, record: LineOperation) -> Action | None:
        if self.paper_of is None or not self.allowed("can_print"):
            return None
        href = url_for(f"{self.endpoint}.paper", pk=record.id)
        return action(N_("Print"), href, icon="printer", primary=True, method="post", key="P") | {"target": "_blank"}


class PaidDeedView(DeedView):
    """The records of an operation with a fee."""

    fee_label = N_("Fee")

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        offer_ways(form.method, currency_of())
        form.fee.label.text = self.fee_label
        form.fee.description = self._price_words()

    def _price_words(self) -> Any:
        """Return what stands under the fee: what it is where nothing is typed."""
        office_id = chosen_office()
        item = db.session.scalars(price_of(office_id, self.priced)).one_or_none() if office_id and self.priced else None
        if item is None:
            return Message("The price list has no price for this: left empty, nothing is charged.")
        if not current_scope().may(DISCOUNT):
            return Message("Left empty, the office's price: %(price)s. Only a manager takes less.", price=item.fee, currency=currency_of())
        return Message("Left empty, the office's price: %(price)s. Taking less needs a reason.", price=item.fee, currency=currency_of())


def _declarations(cls: type[DeedView]) -> dict[str, Any]:
    own = list(cls.own_labels)
    fee = ["fee"] if cls.fee_label else []
    papers = [name for name in ("event.receipt", "event.voucher") if name not in own]
    paid = ["event.charge.status"] if fee else []
    listed = own if cls.own_columns is None else list(cls.own_columns)
    return {
        "label_columns": {**IDENTIFICATION, cls.day: cls.day_label, **({"fee": cls.fee_label} if fee else {}), **cls.own_labels},
        "column_kinds": {"status": Kind.CHOICE, "event.charge.status": Kind.CHOICE, "customer.masked_id_number": Kind.TEXT},
        "list_columns": ["subscription", "customer.name", "address", cls.day, *listed, *fee, *(["event.receipt"] if fee else []), "status"],
        "second_lines": {"subscription": "customer.customer_no", "customer.name": "contact_phone", "address": "community.name"},
        "filters": [
            *(cls.day, LookupFilter("community"), LookupFilter("customer", is_first=False), LookupFilter("subscription", is_first=False)),
            DayFilter("booked_on", is_first=False),
        ],
        "order_columns": [cls.day],
        "totals_columns": fee,
        "export_columns": [*PEOPLE, "contact_phone", "subscription", cls.day, *own, *fee, *papers, "booked_on", "reason", "note", "status"],
        "facts": [cls.day, *listed[:2], *fee, "event.stops_on_after", "status"],
        "show_fieldsets": [
            (N_("Customer"), ["customer", *(name for name in PEOPLE if name != "customer.name"), "contact_phone"]),
            (None, ["subscription", cls.day, *own, "event.stops_on_before", "event.stops_on_after", *fee, *paid, *papers]),
            (WHEN, ["booked_on", "created_by", "created_at", "reason", "note"]),
        ],
        "loads": ["event"],
        "show_loads": ["event.receipt", "event.charge", "subscription", "community", "customer"],
    }
