"""Choices of places: what a unit is, whether it is used, and the names of the facts that tariffs ask for."""

from app.values.choices import Choice
from app.values.errors import N_


class UnitKind(Choice):
    """What a unit is; a tariff may hang on it."""

    APARTMENT = "apartment", N_("Apartment")
    SHOP = "shop", N_("Shop")
    OFFICE = "office", N_("Office space")
    COMMON = "common", N_("Shared area")
    PARKING = "parking", N_("Parking space")
    OTHER = "other", N_("Other")


class UnitStatus(Choice):
    """Whether anybody uses a unit."""

    OCCUPIED = "occupied", N_("Occupied"), "good", "circle-check"
    VACANT = "vacant", N_("Vacant"), "amber", "circle-dashed"
    CLOSED = "closed", N_("Out of use"), "neutral", "circle-x"


class FactName(Choice):
    """The facts of a unit 计费参数 that are entered with dates; a recipe asks for them by their values.

    What the unit itself says (``m2`` of its area, ``kind``, ``vacant``) and what a meter reads are facts too, but nobody enters them here;
    ``M2`` is for a billed area other than the unit's own.
    """

    PERSONS = "persons", N_("Head count")
    HOUSEHOLDS = "households", N_("Households on the meter")
    FLOOR_BAND = "floor_band", N_("Floor band")
    M2 = "m2", N_("Billed area (m²)")
    CARS = "cars", N_("Cars")
    BIKES = "bikes", N_("Motorbikes")
    PRICE_GROUP = "price_group", N_("Price group")
