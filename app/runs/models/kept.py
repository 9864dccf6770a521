"""What holds a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped

from app.foundation.database import (
    Document,
)
from app.tariffs.rules.bill import label_in


class KeepsBill:
    """What holds a bill as ``documents`` writes it."""

    if TYPE_CHECKING:
        bill: Mapped[Document]

    @property
    def bill_lines(self) -> list[dict[str, Any]]:
        """The lines as programs read them: a label that is written in several languages is in English."""
        lines: list[dict[str, Any]] = self.bill.get("lines", [])
        return [line | {"label": label_in(line["label"], "en")} for line in lines]
