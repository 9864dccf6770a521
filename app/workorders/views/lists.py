"""Pages of materials, installers and business types."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement, select

from app.foundation.views import EntityForm, EntityView, GuardedInterface, chosen_office, currency_of, register_lookup
from app.foundation.views.field_values import plain_amount
from app.offices.models import SystemUser, user_office
from app.values import money
from app.values.errors import N_
from app.workorders.models import BusinessType, Installer, Material
from app.workorders.operations.installers import save_installer

register_lookup("installer", Installer, columns=["code", "name"], text=str)
register_lookup("business_type", BusinessType, columns=["code", "name"], order=["id"], text=str)
register_lookup(
    "material",
    Material,
    columns=["code", "name"],
    text=str,
    detail=lambda material: " · ".join(part for part in (material.specification, material.unit) if part),
    fills=lambda material: {"unit_price": plain_amount(material.unit_price, money.decimals(currency_of(material)))},
)


class MaterialView(EntityView):
    """Materials 材料列表 (B1.1)."""

    datamodel = GuardedInterface(Material)
    icon = "box"
    list_title, show_title = N_("Material list"), N_("Material")
    add_title, edit_title = N_("Add material"), N_("Edit material")
    empty_text = N_("Cables, sockets, routers: what installers use. Add the first material.")
    label_columns = {
        "code": N_("Material code"),
        "name": N_("Material name"),
        "specification": N_("Specification"),
        "unit": N_("Unit of measure"),
        "unit_price": N_("Unit price"),
        "note": N_("Note"),
    }
    list_columns = ["code", "name", "specification", "unit", "unit_price", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name", "unit_price"]
    base_order = ("code", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "specification", "unit", "unit_price", "note"]
    hideable = ["specification", "note"]
    can_be_deleted = True


def _colleagues() -> list[ColumnElement[bool]]:
    """Return who works in the office of the page."""
    return [SystemUser.id.in_(select(user_office.c.user_id).where(user_office.c.office_id == chosen_office()))]


register_lookup(
    "ab_user",
    SystemUser,
    columns=["username", "first_name"],
    text=str,
    detail=lambda user: str(user.username),
    visible=_colleagues,
)


class InstallerView(EntityView):
    """Installers 安裝人員 (B1.2)."""

    datamodel = GuardedInterface(Installer)
    icon = "tool"
    list_title, show_title = N_("Installers"), N_("Installer")
    add_title, edit_title = N_("Add installer"), N_("Edit installer")
    empty_text = N_("People who do the works. Add the first installer.")
    label_columns = {"code": N_("Code"), "name": N_("Full name"), "user": N_("User"), "note": N_("Note")}
    list_columns = ["code", "name", "user", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("code", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "user", "note"]
    description_columns = {"user": N_("Who signs in as this installer, sees his orders and completes them.")}
    save_operation = staticmethod(save_installer)
    hideable = ["note"]
    can_be_deleted = True

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return what the generic saving of a row takes, and the version that the person saw."""
        version = request.form.get("version") if record is not None else None
        office = None if record is not None else chosen_office()
        return {"record": getattr(record, "id", None), "office": office, "version": version, "values": tuple(sorted(form.terms().items()))}


class BusinessTypeView(EntityView):
    """Business types 業務類型: the office's own list."""

    datamodel = GuardedInterface(BusinessType)
    icon = "category"
    list_title, show_title = N_("Business types"), N_("Business type")
    add_title, edit_title = N_("Add business type"), N_("Edit business type")
    label_columns = {"code": N_("Code"), "name": N_("Business type"), "kind": N_("What completing the order does")}
    list_columns = ["code", "name", "kind"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("id", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "kind"]
    can_be_deleted = True
