"""The pages of customers, and finding one by the identity number."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement

from app.customers.models import Customer
from app.customers.operations import save_customer
from app.customers.queries import FINDS_PER_MINUTE, MOST_FOUND, has_id_number, matches
from app.foundation.guards import limited
from app.foundation.views import EntityView, GuardedInterface, action, action_to, present, register_lookup
from app.foundation.views.access import current_user_id, needs
from app.foundation.views.field_base import REQUIRED
from app.foundation.views.links import Action
from app.foundation.views.panels import panels_of
from app.values.errors import N_, Message
from app.values.id_numbers import normalised

register_lookup(
    "customer",
    Customer,
    search=matches,
    columns=["customer_no"],
    text=str,
    detail=lambda customer: customer.phone,
)


class CustomerView(EntityView):
    """Customers 客戶 (B1.6)."""

    datamodel = GuardedInterface(Customer)
    icon = "users"
    list_title, show_title = N_("Customers"), N_("Customer")
    add_title, edit_title = N_("Add customer"), N_("Edit customer")
    empty_text = N_("Customers appear here when the first account is opened, or when you add one.")
    search_hint = N_("Name, pinyin initials, customer number, end of the telephone number")
    label_columns = {
        "customer_no": N_("Customer number"),
        "name": N_("Customer name"),
        "kind": N_("Kind"),
        "id_number": N_("ID number"),
        "masked_id_number": N_("ID number"),
        "telephone": N_("Telephone"),
        "mobile": N_("Mobile"),
        "contact_phone": N_("Contact phone"),
        "email": N_("E-mail"),
        "is_reminded": N_("Gets reminder letters"),
        "tax_number": N_("Tax number"),
        "invoice_address": N_("Invoice address"),
        "language": N_("Language"),
        "note": N_("Note"),
        "created_at": N_("Entered at"),
    }
    list_columns = ["customer_no", "name", "kind", "contact_phone", "mobile", "telephone", "note"]
    export_columns = [
        *("customer_no", "name", "kind", "masked_id_number", "contact_phone", "mobile", "telephone", "email", "is_reminded"),
        *("tax_number", "invoice_address", "language", "note", "created_at"),
    ]
    filters = ["kind"]
    order_columns = ["customer_no", "name"]
    base_order = ("id", "desc")
    show_fieldsets = [
        (None, ["customer_no", "name", "kind", "masked_id_number", "language"]),
        (N_("Contact details"), ["contact_phone", "mobile", "telephone", "email", "is_reminded"]),
        (N_("Invoice"), ["tax_number", "invoice_address"]),
        (N_("Note"), ["note", "created_at"]),
    ]
    add_fieldsets = edit_fieldsets = [
        (N_("Customer"), ["name", "kind", "id_number", "language"]),
        (N_("Contact details"), ["contact_phone", "mobile", "telephone", "email", "is_reminded"]),
        (N_("Invoice"), ["tax_number", "invoice_address", "note"]),
    ]
    description_columns = {
        "language": N_("Notices and the second line of papers come in this language."),
        "is_reminded": N_("By e-mail, before a line stops. Untick it where the customer asked for no letters."),
    }
    save_operation = staticmethod(save_customer)
    hideable = ["id_number", "language", "mobile", "telephone", "email", "tax_number", "invoice_address", "note"]

    revealable = {"masked_id_number": "id_number"}

    def search(self, text: str) -> ColumnElement[bool]:
        return matches(text)

    @expose("/find", methods=["GET", "POST"])
    @needs("list")
    def find(self) -> Any:
        """Find a customer by the identity number, which is sent by POST: it must not stand in an address."""
        if request.method == "GET":
            return self.render_template("customers/find.html", found=None, problem=None)
        typed = request.form.get("id_number", "")
        if not normalised(typed):
            return self.render_template("customers/find.html", found=None, problem=REQUIRED), 422
        limited("find_by_id_number", str(current_user_id()), FINDS_PER_MINUTE, 60)
        statement = self.datamodel.rows(has_id_number(typed), *self.row_conditions()).order_by(Customer.id).limit(MOST_FOUND)
        found = self.datamodel.session.scalars(statement).all()
        if len(found) == 1 and self.allowed("can_show"):
            return redirect(url_for("CustomerView.show", pk=found[0].id))
        return self.render_template("customers/find.html", found=found, problem=None)

    def page_actions(self) -> list[Action]:
        by_number = action(N_("Find by ID number"), url_for("CustomerView.find"), icon="id")
        return [by_number, *super().page_actions()]

    show_template = "customers/customer.html"

    def record_extras(self, record: Customer) -> dict[str, Any]:
        return {"panels": panels_of("customer_panels", record)}

    def record_title(self, record: Customer) -> Any:
        return record.name

    def record_context(self, record: Customer) -> Any:
        return f"{record.customer_no} · {record.phone}" if record.phone else record.customer_no

    def record_actions(self, record: Customer) -> list[Action]:
        counter = action_to("CounterView", N_("Counter"), route="list", icon="cash-register", primary=True, customer=record.id)
        opening = action_to(
            "OpenAccountView", N_("Open account"), icon="user-plus", primary=counter is None, customer=record.id, office=record.office_id
        )
        return present(*super().record_actions(record), opening, counter)

    def terms(self, form: Any, record: Customer | None) -> dict[str, Any]:
        version = {"version": request.form.get("version")} if record is not None else {}
        return super().terms(form, record) | version

    def prepare_form(self, form: Any, record: Customer | None) -> None:
        # A stored ID number is never written into a page; an empty field leaves it as it is.
        if record is not None and form.id_number.object_data == form.id_number.data:
            form.id_number.data = ""
            masked = record.masked_id_number
            form.id_number.hint = Message("Stored: %(masked)s. Left empty, it stays.", masked=masked) if masked else None
