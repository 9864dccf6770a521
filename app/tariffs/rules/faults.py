"""What is wrong with a recipe: a sentence per fault, with the line and the parameter to mark in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.values.errors import Malformed, Message


@dataclass(frozen=True)
class Fault:
    """One fault. ``line`` is the place of the line from 0, ``parameter`` a path in it such as ``tiers[1].price``; None where it is none."""

    message: Message
    line: int | None = None
    parameter: str | None = None

    @property
    def path(self) -> str:
        """Where in the recipe it is: ``lines[2].percent``."""
        parts = [f"lines[{self.line}]" if self.line is not None else "", self.parameter or ""]
        return ".".join(part for part in parts if part)


class RecipeRefused(Malformed):
    """A recipe that cannot be used; ``faults`` has all that is wrong with it, its own message is the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].message, "recipe_refused", "recipe")
        self.fields = {fault.path or "recipe": fault.message for fault in reversed(faults)}
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return " ".join(str(fault.message) for fault in self.faults)
