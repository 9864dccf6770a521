"""Choices of customers."""

from app.values.choices import Choice
from app.values.errors import N_


class CustomerKind(Choice):
    PERSON = "person", N_("Individual")
    FIRM = "firm", N_("Company")


class OccupancyRole(Choice):
    """As what a customer has to do with a unit."""

    OWNER = "owner", N_("Owner"), "info", "home"
    TENANT = "tenant", N_("Tenant"), "violet", "key"
    PAYER = "payer", N_("Payer"), "good", "cash"
