"""Materials, installers, business types, work orders, and the money that installers hand over."""

from app.workorders.models.handovers import Handover
from app.workorders.models.lists import BusinessType, Installer, Material
from app.workorders.models.orders import WorkOrder, WorkOrderMaterial, WorkOrderPrinting

__all__ = ["BusinessType", "Handover", "Installer", "Material", "WorkOrder", "WorkOrderMaterial", "WorkOrderPrinting"]
