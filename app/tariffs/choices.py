"""Choices of tariffs: the kinds of formula lines, and how a condition compares."""

from __future__ import annotations

from enum import StrEnum

from app.values.choices import Choice
from app.values.errors import N_


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
