"""Transfer of ownership 用戶過戶: a line with its number, login and periods goes to another customer.

The fee is the old customer's, whoever brings the money: it is the last thing he owes for the line, and the receipt stays with him. His
credit stays his own (docs/rules/transfer.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.broadband.choices import Effect, SubscriptionOperation
from app.broadband.documents import transfer_application
from app.broadband.models import Subscription, Transfer
from app.broadband.operations.acting import DeedTerms, begin, common, finish, kept, require_free, take_fee
from app.broadband.operations.places import move_to, of_its_office, open_orders, order_with_new_name
from app.customers.models import Customer
from app.customers.operations import NewCustomer, register_customer
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkKind


@dataclass(frozen=True, kw_only=True)
class TransferTerms(DeedTerms):
    """To whom the line goes: a customer of the office, or a new one. A place left out stays, a telephone left out is the new customer's.

    Without a ``password`` the old one is taken away and none is set.
    """

    customer: int | None = None
    new_customer: NewCustomer | None = None
    community: int | None = None
    address: str | None = None
    telephone: str | None = None
    contact_phone: str | None = None
    password: str | None = None


def transfer(*, subscription: int, terms: TransferTerms) -> Transfer:
    """Give a line to another customer; before its installation it is the application that is corrected.

    Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    deed = begin(SubscriptionOperation.TRANSFER, subscription, terms)
    line = deed.line
    _require_no_name_to_come(line)
    person = _new_owner(line, terms)
    if deed.move.effect is Effect.EDIT_ONLY:
        require_free(terms)
    else:
        take_fee(deed, PricedOperation.TRANSFER, kind=FeeKind.TRANSFER, code=LineCode.TRANSFER)
    renewed_from_credit = line.renews_from_credit
    _hand_over(line, person, terms)
    return kept(
        Transfer(
            transferred_on=deed.on,
            new_customer_id=person.id,
            new_customer=person,
            new_community_id=line.community_id,
            new_community=line.community,
            new_address=line.address,
            new_telephone=line.telephone,
            new_contact_phone=line.contact_phone,
            password_before=deed.before["password"],
            renews_from_credit_before=renewed_from_credit,
            **common(deed, finish(deed)),
        ),
        transfer_application,
    )


def _require_no_name_to_come(line: Subscription) -> None:
    """Refuse while an open order brings the old customer another name, number or phone: it would be given to the new one."""
    order = order_with_new_name(line)
    if order is not None:
        raise OperationRefused(
            Message(
                "The work order %(number)s brings a new name, ID number or telephone of the old customer. Complete or change it first.",
                number=order.number,
            ),
            code="order_brings_name",
        )


def _new_owner(line: Subscription, terms: TransferTerms) -> Customer:
    if (terms.customer is None) == (terms.new_customer is None):
        raise OperationRefused(Message("Choose a customer, or enter a new one."), code="customer_missing", field="customer")
    if terms.new_customer is not None:
        return register_customer(office=line.office_id, customer=terms.new_customer)
    person = of_its_office(Customer, terms.customer, line, "customer")
    if person.id == line.customer_id:
        raise OperationRefused(
            Message("The line %(number)s belongs to this customer already. Choose another one.", number=line.broadband_account),
            code="same_customer",
            field="customer",
        )
    return person


def _hand_over(line: Subscription, person: Customer, terms: TransferTerms) -> None:
    """Write the new customer, place, telephones and password; what the old customer agreed to ends with him."""
    line.customer = person
    line.customer_id = person.id
    if terms.community is not None or terms.address is not None:
        address = line.address if terms.address is None else terms.address
        move_to(line, terms.community or line.community_id, address)
    line.telephone = person.telephone if terms.telephone is None else terms.telephone.strip()
    line.contact_phone = person.phone if terms.contact_phone is None else terms.contact_phone.strip()
    line.password = terms.password or None
    line.renews_from_credit = False
    for order in open_orders(line):
        order.customer = person
        if order.business_type.kind is WorkKind.NEW:
            order.address, order.phone = line.address, line.contact_phone
