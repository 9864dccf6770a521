"""Relocations 遷移 (B2.5) and transfers of ownership 過戶 (B2.6): their lists, and the pages that do them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.billing.choices import PricedOperation
from app.broadband.choices import SubscriptionState
from app.broadband.documents import relocation_application, transfer_application
from app.broadband.models import Relocation, Subscription, Transfer
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.broadband.queries import payments_of
from app.broadband.views.deeds import IDENTIFICATION, PAYMENT, WHEN_AND_WHY, PaidDeedForm, PaidDeedView
from app.broadband.views.describing import described
from app.customers.choices import CustomerKind
from app.customers.models import Customer
from app.customers.operations import NewCustomer
from app.foundation.database import db
from app.foundation.views import (
    ChoiceField,
    EntityForm,
    GuardedInterface,
    LookupField,
    Preview,
    PreviewFact,
    RadioField,
    SecretField,
    TextField,
    WholeNumberField,
    action_to,
    present,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.values.errors import N_, Message
from app.values.money import sum_of

NEW_PLACE = N_("New place")


class RelocationForm(PaidDeedForm):
    """Where the line goes."""

    community = LookupField(N_("New community"), lookup="community", required=True)
    address = TextField(N_("New address"), required=True)
    telephone = TextField(N_("New telephone"), longest=64, help=N_("Left empty, the telephone stays."))
    compensation_days = WholeNumberField(N_("Compensation days"), least=0, most=366, help=N_("They move the stop date and need a reason."))

    asked = ("community", "address", "telephone", "compensation_days", "reason")
    last_fields = ("on", "payer_name", "note")
    terms_class = RelocationTerms

    def own_terms(self) -> dict[str, Any]:
        return {
            "community": self.community.data,
            "address": self.address.data or "",
            "telephone": self.telephone.data or None,
            "compensation_days": self.compensation_days.data or 0,
        }


def describe_relocation(record: Relocation) -> Preview:
    """Say from where the line goes to where, and what that does to its days."""
    line, event = record.subscription, record.event
    old, new = f"{record.community.name} {record.address}", line.place
    said = [Message("The line moves from %(old)s to %(new)s on %(date)s.", old=old, new=new, date=record.relocated_on)]
    if event.state_before is SubscriptionState.PENDING:
        said = [
            Message("The line is not installed yet: its application is corrected from %(old)s to %(new)s.", old=old, new=new),
            Message("The installers are sent to the new address. Nothing is charged."),
        ]
    elif record.compensation_days:
        said.append(
            Message(
                "%(days)s days are given as compensation: the stop date becomes %(stop)s.",
                days=record.compensation_days,
                stop=event.stops_on_after,
            )
        )
    else:
        said.append(Message("Plan, dates and days stay as they are."))
    return described(
        record,
        sentences=said,
        facts=[PreviewFact(N_("Address"), old, new)],
        deed=N_("Relocate"),
        paid_deed=N_("Relocate and take %(amount)s"),
        fee_label=N_("Relocation fee"),
    )


class RelocationView(PaidDeedView):
    """Relocations with every field of B2.5, the old place and the new one."""

    datamodel = GuardedInterface(Relocation)
    icon = "map-pin"
    list_title, show_title, related_title = N_("Relocations"), N_("Relocation"), N_("Relocations")
    add_title, deed, deed_icon = N_("Relocation"), N_("Relocate"), "map-pin"
    empty_text = N_("Relocations appear here. Find a line in the subscriber query to relocate it.")
    done_message = N_("The line is at its new place.")
    day, day_label, fee_label = "relocated_on", N_("Relocated on"), N_("Relocation fee")
    own_labels = {
        "new_community": N_("New community"),
        "new_address": N_("New address"),
        "new_telephone": N_("New telephone"),
        "compensation_days": N_("Compensation days"),
    }
    own_columns = ("new_address", "compensation_days")
    priced = PricedOperation.RELOCATION
    paper_of = staticmethod(relocation_application)
    form, operation, describe = RelocationForm, staticmethod(relocate), staticmethod(describe_relocation)

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """Most lines move within their community: it stands there already."""
        form = super().opened_form(kind, record)
        if form["community"].data is None:
            form["community"].data = getattr(line_of(form), "community_id", None)
        return form

    def page_actions(self) -> list[Action]:
        return present(action_to("OrderWorksView", N_("With a work order"), icon="tool"))


class TransferForm(PaidDeedForm):
    """Who takes the line over, and what changes with him."""

    who = RadioField(
        N_("Goes to"), options=[("existing", N_("Existing customer")), ("new", N_("New customer"))], default="existing", span=2
    )
    new_owner = LookupField(N_("Existing customer"), lookup="customer", span=2)
    name = TextField(N_("Customer name"))
    kind = ChoiceField(N_("Kind"), options=CustomerKind, default=CustomerKind.PERSON)
    id_number = TextField(N_("ID number"))
    mobile = TextField(N_("Mobile"), longest=64)
    contact_phone = TextField(N_("Contact phone"), longest=64, help=N_("Left empty, the new customer's."))
    telephone = TextField(N_("Telephone"), longest=64, help=N_("Left empty, the new customer's."))
    password = SecretField(N_("New password"), kept=True, help=N_("Left empty, none: the old one is taken away in any case."))
    community = LookupField(N_("New community"), lookup="community", help=N_("Left empty, the line stays where it is."))
    address = TextField(N_("New address"))

    terms_class = TransferTerms

    @property
    def is_existing(self) -> bool:
        """Whether the line goes to a customer of the office."""
        return bool(self.who.data == "existing")

    def own_terms(self) -> dict[str, Any]:
        return {
            "customer": self.new_owner.data if self.is_existing else None,
            "new_customer": None if self.is_existing else self._new_customer(),
            "community": self.community.data,
            "address": self.address.data or None,
            "telephone": self.telephone.data or None,
            "contact_phone": self.contact_phone.data or None,
            "password": self.password.data or None,
        }

    def _new_customer(self) -> NewCustomer:
        customer = NewCustomer(
            name=self.name.data or "",
            kind=self.kind.data or CustomerKind.PERSON,
            id_number=self.id_number.data or None,
            mobile=self.mobile.data or "",
            contact_phone=self.contact_phone.data or "",
            telephone=self.telephone.data or "",
        )
        return replace(customer, **dict[str, Any](self.own_texts()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Some fields are needed only together with others."""
        if self.is_existing:
            # The office's own fields describe a new customer; an existing one has his already.
            for name in self.own_names:
                self._fields[name].validators = ()
        is_good = bool(super().validate(extra_validators))
        field, problem = self.new_owner, Message("Choose the customer.")
        if not self.is_existing:
            field, problem = self.name, Message("Enter the customer name.")
        if not field.data and not field.errors:
            field.errors = [problem]
            is_good = False
        return is_good


TransferForm.fieldsets = (
    (None, ("subscription",)),
    (N_("New customer"), ("who", "new_owner", "name", "kind", "id_number", "mobile", "contact_phone", "telephone", "password")),
    (NEW_PLACE, ("community", "address")),
    (PAYMENT, ("fee", *TransferForm.money_fields)),
    (WHEN_AND_WHY, tuple(TransferForm.last_fields)),
)
TransferForm.folded = (NEW_PLACE, WHEN_AND_WHY)


def describe_transfer(record: Transfer) -> Preview:
    """Say who gets the line with what, and what stays with the old customer."""
    line, old, new = record.subscription, record.customer, record.new_customer
    if record.event.state_before is SubscriptionState.PENDING:
        said = [Message("The line is not installed yet: its application becomes that of %(new)s. Nothing is charged.", new=new.name)]
        if paid := sum_of(payment.total for payment in db.session.scalars(payments_of(line.id))):
            said.append(
                Message(
                    "What was paid for it, %(amount)s, goes with it: a closure before the installation pays it back to %(new)s.",
                    amount=paid,
                    new=new.name,
                    currency=line.office.currency.value,
                )
            )
    else:
        said = [
            Message(
                "%(new)s gets the line %(number)s with its login, its plan and its days until %(stop)s.",
                new=new.name,
                number=line.broadband_account,
                stop=line.stops_on,
            )
        ]
    said.append(Message("The receipts until today and the credit balance stay with %(old)s.", old=old.name))
    said.append(_password_words(line))
    if record.event.state_after is SubscriptionState.SUSPENDED:
        said.append(Message("The line stays suspended; the planned resume date is %(date)s.", date=line.planned_resume_on))
    if record.event.state_after is SubscriptionState.FORCED:
        said.append(Message("The line stays force-stopped."))
    places = PreviewFact(N_("Address"), f"{record.community.name} {record.address}", line.place)
    return described(
        record,
        sentences=said,
        facts=[
            PreviewFact(N_("Customer"), old.name, new.name),
            PreviewFact(N_("Customer number"), old.customer_no, new.customer_no),
            *([places] if places.before != places.after else []),
            PreviewFact(N_("Contact phone"), record.contact_phone, record.new_contact_phone),
        ],
        deed=N_("Transfer"),
        paid_deed=N_("Transfer and take %(amount)s"),
        fee_label=N_("Transfer fee"),
    )


def _password_words(line: Subscription) -> Message:
    if line.password:
        return Message("The new password is set; the old one is gone.")
    return Message("The old password is taken away. The new customer sets one.")


class TransferView(PaidDeedView):
    """Transfers of ownership with every field of B2.6, of the old customer and of the new one."""

    datamodel = GuardedInterface(Transfer)
    icon = "user-share"
    list_title, show_title, related_title = N_("Transfers"), N_("Transfer of ownership"), N_("Transfers")
    add_title, deed, deed_icon = N_("Transfer of ownership"), N_("Transfer"), "user-share"
    empty_text = N_("Transfers appear here. Find a line in the subscriber query to give it to another customer.")
    done_message = N_("The line belongs to its new customer.")
    day, day_label, fee_label = "transferred_on", N_("Transferred on"), N_("Transfer fee")
    own_labels = {
        "new_customer": N_("New customer"),
        "new_customer.customer_no": N_("New customer's number"),
        "new_customer.masked_id_number": N_("New customer's ID number"),
        "new_community": N_("New community"),
        "new_address": N_("New address"),
        "new_telephone": N_("New telephone"),
        "new_contact_phone": N_("New contact phone"),
    }
    own_columns = ("new_customer", "new_address")
    priced = PricedOperation.TRANSFER
    paper_of = staticmethod(transfer_application)
    form, operation, describe = TransferForm, staticmethod(transfer), staticmethod(describe_transfer)
    own_texts_of, own_after = Customer, "telephone"
    form_owners = {"kind": "customer", "id_number": "customer"}
    label_columns = {
        **IDENTIFICATION,
        "customer": N_("Old customer"),
        "transferred_on": N_("Transferred on"),
        "fee": N_("Transfer fee"),
        **own_labels,
    }

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        for field in (form.name, form.new_owner):
            field.is_needed_here = True
        if form.is_existing:
            for name in form.own_names:
                form[name].flags.required = False


def line_of(form: EntityForm) -> Subscription | None:
    """Return the line that the form's address has chosen."""
    return lookup_record("subscription", form["subscription"].data)
