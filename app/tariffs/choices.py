"""Choices of tariffs: services, the kinds of formula lines, and how a condition compares."""

from __future__ import annotations

from enum import StrEnum

from app.values.choices import Choice
from app.values.errors import N_


class ServiceKind(Choice):
    """What a service 服务项目 / dịch vụ is; an office may have several of a kind, such as two sorts of gas."""

    ELECTRICITY = "electricity", N_("Electricity"), "amber", "bolt"
    AIR_CONDITIONING = "air_conditioning", N_("Air-conditioning electricity"), "info", "snowflake"
    WATER = "water", N_("Water"), "info", "droplet"
    GAS = "gas", N_("Gas"), "orange", "flame"
    MANAGEMENT = "management", N_("Management fee"), "neutral", "building"
    OTHER = "other", N_("Other service"), "neutral", "dots"


class LineKind(Choice):
    """How a formula line computes 计费方式 / kiểu tính."""

    FLAT = "flat", N_("Fixed amount")
    PER_UNIT = "per_unit", N_("Price per unit of measure")
    GRADUATED = "graduated", N_("Tiered price, slice by slice")
    VOLUME = "volume", N_("Price of the tier reached")
    RANKED = "ranked", N_("Price by rank")
    PACKAGE = "package", N_("Price per started pack")
    PERCENTAGE = "percentage", N_("Percentage")
    PRORATE = "prorate", N_("Share of the period")
    MINIMUM = "minimum", N_("Minimum charge")
    MAXIMUM = "maximum", N_("Maximum charge")
    INCLUDED_TAX = "included_tax", N_("Tax included in the price")


class Comparison(StrEnum):
    """How the condition ``when`` of a formula line compares a fact with a value."""

    EQUAL = "="
    UNEQUAL = "!="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="

    @property
    def orders(self) -> bool:
        """Whether it asks for more or less, which only numbers can answer."""
        return self not in (Comparison.EQUAL, Comparison.UNEQUAL)


class VersionState(Choice):
    """Where a version of a tariff stands; whether an approved one is scheduled, in force or superseded follows from the day."""

    DRAFT = "draft", N_("Draft"), "info", "pencil"
    CHECKED = "checked", N_("Checked"), "amber", "checkup-list"
    APPROVED = "approved", N_("Approved"), "good", "circle-check"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral", "archive"


class VersionStanding(Choice):
    """What a version of a tariff is on a day: its state, and for an approved one whether its days have come."""

    DRAFT = "draft", N_("Draft"), "info", "pencil"
    CHECKED = "checked", N_("Checked"), "amber", "checkup-list"
    SCHEDULED = "scheduled", N_("Scheduled"), "info", "calendar"
    IN_FORCE = "in_force", N_("In force"), "good", "circle-check"
    SUPERSEDED = "superseded", N_("Superseded"), "neutral", "history"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral", "archive"
