"""Choices of customers."""

from app.values.choices import Choice
from app.values.errors import N_


class CustomerKind(Choice):
    PERSON = "person", N_("Individual")
    FIRM = "firm", N_("Company")
