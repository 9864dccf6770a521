"""What orders are made of: materials, installers, business types."""

from __future__ import annotations

from app.foundation.api import (
    Answer,
    Code,
    Look,
    Money,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    kept,
    records,
    same_code,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.workorders.choices import WorkKind
from app.workorders.models import BusinessType, Installer, Material
from app.workorders.operations.installers import save_installer

routes = Routes("Materials and installers")


class MaterialBody(OfficeBody):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    specification = Text()
    unit = Text(SHORT)
    unit_price = Money(required=True)
    note = Text(TEXT)


class MaterialAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    specification = Text()
    unit = Text()
    unit_price = Money()
    note = Text()
    version = Whole()


class InstallerBody(OfficeBody):
    """An installer; ``user`` is who signs in as him."""

    code = Text(SHORT, required=True)
    name = Text(required=True)
    user = Reference(allow_none=True)
    note = Text(TEXT)


class InstallerAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    user = Reference(attribute="user_id")
    note = Text()
    version = Whole()


class BusinessTypeBody(OfficeBody):
    """A business type of the office's own list; ``kind`` says what completing such an order does."""

    code = Text(SHORT, required=True)
    name = Text(required=True)
    kind = Code(WorkKind, required=True)


class BusinessTypeAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    kind = Code(WorkKind)
    version = Whole()


materials = records(
    routes,
    "materials",
    Material,
    view="MaterialView",
    look=Look(MaterialAnswer),
    filters={"code": same_text(Material.code), "name": same_text(Material.name)},
)
kept(routes, "materials", materials, view="MaterialView", body=MaterialBody)

installers = records(
    routes,
    "installers",
    Installer,
    view="InstallerView",
    look=Look(InstallerAnswer),
    filters={"code": same_text(Installer.code), "name": same_text(Installer.name)},
)
kept(routes, "installers", installers, view="InstallerView", body=InstallerBody, save=save_installer)

business_types = records(
    routes,
    "business_types",
    BusinessType,
    view="BusinessTypeView",
    look=Look(BusinessTypeAnswer),
    filters={"code": same_text(BusinessType.code), "kind": same_code(BusinessType.kind, WorkKind)},
)
kept(routes, "business_types", business_types, view="BusinessTypeView", body=BusinessTypeBody)
