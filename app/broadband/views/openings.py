"""Opening an account 用戶開戶 (B2.1): every field, with what will happen beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.billing.forms import offer_methods
from app.broadband.forms import PaymentFields
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.openings import LineTerms, OrderTerms, open_account
from app.broadband.views.payments import describe_payment
from app.broadband.views.works import propose_fees
from app.customers.choices import CustomerKind
from app.customers.models import Customer
from app.customers.operations import NewCustomer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import (
    ChoiceField,
    DayField,
    EntityForm,
    FlagField,
    GuardedInterface,
    LongTextField,
    LookupField,
    MoneyField,
    OperationView,
    Preview,
    PreviewFact,
    RadioField,
    SecretField,
    TextField,
    WholeNumberField,
    chosen_office,
    currency_of,
)
from app.offices.models import Office
from app.values.errors import N_, Message
from app.workorders.choices import WorkKind
from app.workorders.forms import LOWER, AppointmentField, hide_reason
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import FeeTerms


class OpenAccountForm(PaymentFields):
    """An application: an existing customer or a new one, the line, the plan, and perhaps the first payment."""

    who = RadioField(N_("Customer"), options=[("new", N_("New customer")), ("existing", N_("Existing customer"))], default="new", span=3)
    customer_no = TextField(N_("Customer number"))
    customer = LookupField(N_("Existing customer"), lookup="customer", span=2)
    name = TextField(N_("Customer name"))
    kind = ChoiceField(N_("Kind"), options=CustomerKind, default=CustomerKind.PERSON)
    id_number = TextField(N_("ID number"))
    contact_phone = TextField(N_("Contact phone"))
    telephone = TextField(N_("Telephone"))
    community = LookupField(N_("Community name"), lookup="community", required=True)
    address = TextField(N_("Address"), required=True)
    business_type = LookupField(N_("Business type"), lookup="business_type", required=True)
    access_order_no = TextField(N_("Access order number"), longest=64)
    broadband_account = TextField(N_("Broadband account"), required=True, longest=64)
    password = SecretField(N_("Password"), kept=True)
    bound_number = TextField(N_("Bound number"), longest=64, help=N_("MAC address, port or telephone number the account is tied to."))
    plan = LookupField(N_("Plan type"), lookup="plan", required=True)
    state = TextField(N_("Subscription status"))
    takes_payment = FlagField(N_("Take the first payment now"), span=2)
    months = WholeNumberField(N_("Months paid"), least=1, most=120)
    fee = TextField(N_("Fee"))
    applied_on = DayField(N_("Applied on"))
    activated_on = TextField(N_("Activated on"))
    stops_on = TextField(N_("Stop date"))
    salesperson = LookupField(N_("Salesperson"), lookup="employee")
    installer = LookupField(N_("Installer"), lookup="installer")
    appointment_at = AppointmentField(N_("Appointment at"))
    installation_fee = MoneyField(N_("Installation fee"))
    handling_fee = MoneyField(N_("Handling fee"))
    labour_material_fee = MoneyField(N_("Labour and materials fee"))
    other_work_fee = MoneyField(N_("Other fee"))
    reason = TextField(N_("Reason for a lower fee"), help=LOWER)
    note = LongTextField(N_("Note"), span=3)

    fieldsets = (
        (N_("Customer"), ("who", "customer_no", "customer", "name", "kind", "id_number", "contact_phone", "telephone")),
        (
            N_("Line"),
            (
                *("community", "address", "business_type"),
                *("access_order_no", "broadband_account", "password", "bound_number", "state"),
            ),
        ),
        (N_("Plan and fees"), ("plan", "takes_payment", "months", "fee", "maintenance_fee", "discount")),
        (N_("Other fees and gift months"), ("other_item", "other_fee", "gift_months")),
        (N_("Payment"), ("method", "tendered", "reference")),
        (
            N_("Work order"),
            ("installer", "appointment_at", "installation_fee", "handling_fee", "labour_material_fee", "other_work_fee", "reason"),
        ),
        (N_("Dates and staff"), ("applied_on", "activated_on", "stops_on", "salesperson", "note")),
    )
    folded = (N_("Other fees and gift months"),)

    def terms(self) -> dict[str, Any]:
        line = LineTerms(
            community=self.community.data,
            address=self.address.data,
            plan=self.plan.data,
            business_type=self.business_type.data,
            broadband_account=self.broadband_account.data,
            contact_phone=self.contact_phone.data or "",
            telephone=self.telephone.data or "",
            password=self.password.data or None,
            bound_number=self.bound_number.data or "",
            access_order_no=self.access_order_no.data or "",
            salesperson=self.salesperson.data,
            applied_on=self.applied_on.data,
            note=self.note.data or "",
        )
        return {
            "office": chosen_office(),
            "customer": self.customer.data if self.is_existing else None,
            "new_customer": None if self.is_existing else self._new_customer(),
            "line": line,
            "work_order": OrderTerms(installer=self.installer.data, appointment_at=self.appointment_at.data, fees=self.fee_terms()),
            "payment": self.payment_terms(reason=self.given_reason()) if self.takes_payment.data else None,
        }

    def fee_terms(self) -> FeeTerms:
        """Return what the work order will cost; the other fee of the payment is another one."""
        fees = FeeTerms(self.installation_fee.data, self.handling_fee.data, self.labour_material_fee.data, self.other_work_fee.data)
        return replace(fees, reason=self.given_reason(), rest_from_list=True)

    def given_reason(self) -> str:
        """Return why a fee is below the price list, of the payment too."""
        return "" if "reason" in self.left_out else self.reason.data or ""

    @property
    def is_existing(self) -> bool:
        """Whether the account is for a customer of the office."""
        return bool(self.who.data == "existing")

    def validate(self, extra_validators: Any = None) -> bool:
        """Some fields are needed only together with others."""
        if self.is_existing:
            # The office's own fields describe a new customer; an existing one has his already.
            for name in self.own_names:
                self._fields[name].validators = ()
        is_good = bool(super().validate(extra_validators))
        needed: list[tuple[Any, Message]] = [(self.customer, Message("Choose the customer."))]
        if not self.is_existing:
            needed = [(self.name, Message("Enter the customer name."))]
        if self.takes_payment.data:
            needed.append((self.months, Message("Enter the months paid.")))
        for field, problem in needed:
            if not field.data and not field.errors:
                field.errors = [problem]
                is_good = False
        return is_good

    def _new_customer(self) -> NewCustomer:
        customer = NewCustomer(
            name=self.name.data or "",
            kind=self.kind.data or CustomerKind.PERSON,
            id_number=self.id_number.data or None,
            contact_phone=self.contact_phone.data or "",
            telephone=self.telephone.data or "",
        )
        return replace(customer, **dict[str, Any](self.own_texts()))


def describe_opening(line: Subscription) -> Preview:
    """Say what opening the account will make: the customer's number, the line, its first service, the money, the papers."""
    made = _orders(line)
    orders = [("tool", Message("Work order %(number)s: %(type)s", number=each.number, type=each.business_type.name)) for each in made]
    payment = db.session.scalars(select(RegularPayment).where(RegularPayment.subscription_id == line.id)).one_or_none()
    taken = describe_payment(payment) if payment is not None else Preview()
    return Preview(
        sentences=[
            Message("%(customer)s gets the line %(number)s.", customer=line.customer.name, number=line.broadband_account),
            Message("The service starts on the billing date of the finished work order."),
            *(_works_words(each, line) for each in made if each.total),
        ],
        facts=[
            PreviewFact(N_("Customer number"), None, line.customer.customer_no),
            PreviewFact(N_("Subscription status"), None, line.state),
        ],
        lines=taken.lines,
        total=taken.total,
        total_in_words=taken.total_in_words,
        documents=[*taken.documents, *orders],
        currency=line.office.currency.value,
        deed=_deed(line, payment),
    )


def _works_words(order: WorkOrder, line: Subscription) -> Message:
    return Message(
        "The work order costs %(amount)s (%(words)s), to be paid when the work is done.",
        amount=order.total,
        words=order.total_in_words,
        currency=line.office.currency.value,
    )


def _orders(line: Subscription) -> list[WorkOrder]:
    # Made in this transaction, after the line was read.
    db.session.expire(line, ["work_orders"])
    return line.work_orders


def _deed(line: Subscription, payment: RegularPayment | None) -> Any:
    if payment is None:
        return N_("Open account")
    return Message("Open account and take %(amount)s", amount=payment.total, currency=line.office.currency.value)


class OpenAccountView(OperationView):
    """The page that opens an account."""

    datamodel = GuardedInterface(Subscription)
    icon = "user-plus"
    list_title, add_title, deed, deed_icon = N_("Open account"), N_("Open account"), N_("Open account"), "check"
    is_only_a_page = True
    form, operation, describe = OpenAccountForm, staticmethod(open_account), staticmethod(describe_opening)
    done_message = N_("The account is open. The work order is waiting for its installer.")
    own_texts_of, own_after = Customer, "telephone"
    form_owners = {"kind": "customer", "id_number": "customer"}

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """A customer in the address is an existing one."""
        form = super().opened_form(kind, record)
        if form["customer"].data:
            form["who"].data = "existing"
            for name in form.own_names:
                form[name].flags.required = False
        return form

    def prepare_form(self, form: Any, record: Any) -> None:
        # Each is shown only where it is needed: for a new customer, an existing one, with a payment.
        for field in (form.name, form.customer, form.months):
            field.is_needed_here = True
        hide_reason(form)
        form.customer_no.locked = N_("Given when the account is saved")
        form.state.locked = N_("Pending installation, until the work is done")
        form.fee.locked = N_("The price of the months sold")
        form.activated_on.locked = N_("Filled in when the work is done")
        form.stops_on.locked = N_("Follows from the service periods")
        offer_methods(form, currency_of())
        office_id = chosen_office()
        if office_id is None or form.applied_on.raw_data is not None:
            return
        form.applied_on.data = clock.today(found(Office, office_id))
        first = select(BusinessType).where(BusinessType.office_id == office_id, BusinessType.kind == WorkKind.NEW).order_by(BusinessType.id)
        new = db.session.scalars(first.limit(1)).one_or_none()
        if new is not None and form.business_type.data is None:
            form.business_type.data = new.id
        propose_fees(form, WorkKind.NEW)
