"""Choices of work orders."""

from app.values.choices import Choice
from app.values.errors import N_


class WorkKind(Choice):
    """What completing an order of a business type 業務類型 does."""

    NEW = "new", N_("New installation")
    RELOCATION = "relocation", N_("Relocation order")
    PLAN_CHANGE = "plan_change", N_("Plan change order")
    FAULT = "fault", N_("Fault repair")
    REMOVAL = "removal", N_("Removal")


class WorkOrderStatus(Choice):
    """Where an order stands 單據狀態."""

    NEW = "new", N_("New order"), "info", "clock-hour-4"
    BOOKED = "booked", N_("Booked"), "info", "calendar-event"
    ON_SITE = "on_site", N_("On site"), "amber", "map-pin"
    DONE = "done", N_("Work done"), "good", "circle-check"
    FAILED = "failed", N_("Not completed"), "neutral", "archive"
    CHECKED = "checked", N_("Work accepted"), "good", "checkup-list"


# What an installer still has before him, and what was worked.
OPEN = (WorkOrderStatus.NEW, WorkOrderStatus.BOOKED, WorkOrderStatus.ON_SITE)
WORKED = (WorkOrderStatus.DONE, WorkOrderStatus.CHECKED)


class Brought(Choice):
    """What became of a piece of the office's equipment when a line was taken down."""

    GOOD = "good", N_("Returned in good condition"), "good", "circle-check"
    DAMAGED = "damaged", N_("Returned damaged"), "orange", "alert-triangle"
    LEFT = "left", N_("Not brought back"), "neutral", "ban"
