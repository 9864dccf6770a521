"""Offices and employees."""

from __future__ import annotations

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Flag,
    Look,
    Money,
    OfficeBody,
    Reference,
    Routes,
    Secret,
    Text,
    Whole,
    kept,
    records,
    same_code,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.secrets import masked
from app.offices.choices import Copies, Currency, Gender, Language, VoucherForm
from app.offices.models import FEWEST_HOURS, LONGEST_IDLE, MOST_HOURS, SHORTEST_IDLE, Employee, Office
from app.offices.operations import save_office

routes = Routes("Offices")


class OfficeRecordBody(Body):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    language = Code(Language, required=True)
    currency = Code(Currency, required=True)
    time_zone = Text(SHORT, required=True)
    legal_name = Text(required=True)
    short_name = Text(required=True)
    address = Text()
    telephone = Text(SHORT)
    tax_number = Text(SHORT)
    customer_prefix = Text(SHORT)
    receipt_prefix = Text(SHORT)
    voucher_prefix = Text(SHORT)
    reversal_prefix = Text(SHORT)
    work_order_prefix = Text(SHORT)
    voucher_form = Code(VoucherForm)
    copies = Code(Copies)
    cash_step = Money(required=True)
    second_person = Flag()
    prices_are_firm = Flag()
    zero_word = Text(SHORT)
    whole_word = Text(SHORT)
    idle_minutes = Whole(SHORTEST_IDLE, LONGEST_IDLE)
    absolute_hours = Whole(FEWEST_HOURS, MOST_HOURS)
    requires_second_factor = Flag()


class OfficeAnswer(Answer):
    id = Reference()
    code = Text()
    name = Text()
    language = Code(Language)
    currency = Code(Currency)
    time_zone = Text()
    legal_name = Text()
    short_name = Text()
    address = Text()
    telephone = Text()
    tax_number = Text()
    customer_prefix = Text()
    receipt_prefix = Text()
    voucher_prefix = Text()
    reversal_prefix = Text()
    work_order_prefix = Text()
    voucher_form = Code(VoucherForm)
    copies = Code(Copies)
    cash_step = Money()
    second_person = Flag()
    prices_are_firm = Flag()
    zero_word = Text()
    whole_word = Text()
    idle_minutes = Whole()
    absolute_hours = Whole()
    requires_second_factor = Flag()
    version = Whole()


class EmployeeBody(OfficeBody):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    department = Text()
    id_number = Secret(SHORT, allow_none=True)
    telephone = Text(SHORT)
    mobile = Text(SHORT)
    home_address = Text()
    gender = Code(Gender, allow_none=True)
    birth_date = Day(allow_none=True)
    note = Text(TEXT)


class MaskedNumber(Secret):
    """An identity number as everybody may see it: 110101********1234."""

    def _serialize(self, value: str | None, attr: str | None, obj: object, **options: object) -> str | None:
        return masked(value) or None


class EmployeeAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    department = Text()
    id_number = MaskedNumber()
    telephone = Text()
    mobile = Text()
    home_address = Text()
    gender = Code(Gender)
    birth_date = Day()
    note = Text()
    version = Whole()


offices = records(
    routes,
    "offices",
    Office,
    view="OfficeView",
    look=Look(OfficeAnswer),
    filters={
        "code": same_text(Office.code),
        "currency": same_code(Office.currency, Currency),
        "language": same_code(Office.language, Language),
    },
)
kept(routes, "offices", offices, view="OfficeView", body=OfficeRecordBody, save=save_office)

employees = records(
    routes,
    "employees",
    Employee,
    view="EmployeeView",
    look=Look(EmployeeAnswer),
    filters={"code": same_text(Employee.code), "name": same_text(Employee.name), "department": same_text(Employee.department)},
)
kept(routes, "employees", employees, view="EmployeeView", body=EmployeeBody)
