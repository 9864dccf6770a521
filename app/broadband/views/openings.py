"""Opening an account 用戶開戶 (B2.1): every field, with what will happen beside them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.broadband.models import Subscription
from app.broadband.operations.openings import LineTerms, OrderTerms, open_account
from app.broadband.views.payments import PaymentFields
from app.customers.choices import CustomerKind
from app.customers.operations import NewCustomer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import (
    ChoiceField,
    DayField,
    FlagField,
    GuardedInterface,
    LongTextField,
    LookupField,
    OperationView,
    Preview,
    PreviewFact,
    SecretField,
    TextField,
    WholeNumberField,
    chosen_office,
)
from app.offices.models import Office
from app.values.errors import Message, N_
from app.workorders.choices import WorkKind
from app.workorders.models import BusinessType


class OpenAccountForm(PaymentFields):
    """An application: an existing customer or a new one, the line, the plan, and perhaps the first payment."""

    customer = LookupField(N_("Customer"), lookup="customer", help=N_("Leave empty for a new customer."), span=3)
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
    password = SecretField(N_("Password"))
    bound_number = TextField(N_("Bound number"), longest=64, help=N_("MAC address, port or telephone number the account is tied to."))
    plan = LookupField(N_("Plan type"), lookup="plan", required=True)
    takes_payment = FlagField(N_("Take the first payment now"))
    months = WholeNumberField(N_("Months paid"), least=1, most=120)
    applied_on = DayField(N_("Applied on"))
    salesperson = LookupField(N_("Salesperson"), lookup="employee")
    installer = LookupField(N_("Installer"), lookup="installer")
    note = LongTextField(N_("Note"))

    fieldsets = (
        (N_("Customer"), ("customer", "name", "kind", "id_number", "contact_phone", "telephone")),
        (
            N_("Line"),
            ("community", "address", "business_type", "access_order_no", "broadband_account", "password", "bound_number", "installer"),
        ),
        (N_("Plan and fees"), ("plan", "takes_payment", "months", "maintenance_fee", "other_item", "other_fee", "discount", "gift_months")),
        (N_("Payment"), ("method", "tendered", "reference")),
        (N_("Dates and staff"), ("applied_on", "salesperson", "note")),
    )

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
            "customer": self.customer.data,
            "new_customer": None if self.customer.data else self._new_customer(),
            "line": line,
            "work_order": OrderTerms(installer=self.installer.data),
            "payment": self.payment_terms() if self.takes_payment.data else None,
        }

    def validate_months(self, field: Any) -> None:
        """The months are needed only with a payment."""
        from wtforms.validators import ValidationError

        if self.takes_payment.data and field.data is None and not field.errors:
            raise ValidationError(Message("Enter the months paid."))

    def _new_customer(self) -> NewCustomer:
        return NewCustomer(
            name=self.name.data or "",
            kind=self.kind.data or CustomerKind.PERSON,
            id_number=self.id_number.data or None,
            contact_phone=self.contact_phone.data or "",
            telephone=self.telephone.data or "",
        )


def describe_opening(line: Subscription) -> Preview:
    """Say what opening the account will make."""
    order = db.session.scalars(select(Subscription).where(Subscription.id == line.id)).one().work_orders
    documents = [("tool", Message("Work order %(number)s: %(type)s", number=each.number, type=each.business_type.name)) for each in order]
    return Preview(
        sentences=[
            Message("%(customer)s gets the line %(number)s.", customer=line.customer.name, number=line.broadband_account),
            Message("The service starts on the billing date of the finished work order."),
        ],
        facts=[
            PreviewFact(N_("Customer number"), None, line.customer.customer_no),
            PreviewFact(N_("Subscription status"), None, line.state),
        ],
        total=line.fee or None,
        documents=documents,
        currency=line.office.currency.value,
        deed=N_("Open account"),
    )


class OpenAccountView(OperationView):
    """The page that opens an account."""

    datamodel = GuardedInterface(Subscription)
    icon = "user-plus"
    list_title, add_title, deed, deed_icon = N_("Open account"), N_("Open account"), N_("Open account"), "check"
    list_columns = ["broadband_account"]
    exclude_route_methods = {"list", "show", "export", "action", "action_post"}
    default_view = "add"
    form, operation, describe = OpenAccountForm, staticmethod(open_account), staticmethod(describe_opening)
    done_message = N_("The account is open. The work order is waiting for its installer.")

    def prepare_form(self, form: Any, record: Any) -> None:
        office_id = chosen_office()
        if office_id is None or form.applied_on.raw_data is not None:
            return
        form.applied_on.data = clock.today(found(Office, office_id))
        first = select(BusinessType).where(BusinessType.office_id == office_id, BusinessType.kind == WorkKind.NEW).order_by(BusinessType.id)
        new = db.session.scalars(first.limit(1)).one_or_none()
        if new is not None and form.business_type.data is None:
            form.business_type.data = new.id
