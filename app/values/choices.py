"""Choices: enumerations whose members carry what a person sees (label, colour, icon)."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """A stored value with its English label (a message id), badge colour and icon.

    Declare members as ``ACTIVE = "active", N_("Active"), "good", "circle-check"``; colour and icon may be left out.
    Colours are the tones of the style sheet: info, good, amber, orange, bad, violet, neutral.
    """

    label: str
    colour: str
    icon: str

    def __new__(cls, value: str, label: str = "", colour: str = "neutral", icon: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.colour = colour
        member.icon = icon
        return member
