"""What holds a bill, and what holds a unit's part of a bill of shared meters."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Document, choice_column
from app.metering.choices import ApportionBy
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


class KeepsShare:
    """What may be a unit's part of a bill of shared meters 公用表: by which key, and as ``documents.kept_share`` explains it."""

    apportion_by: Mapped[ApportionBy | None] = choice_column(ApportionBy, nullable=True)
    share: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    @property
    def whole_amount(self) -> Decimal | None:
        """The amount of the whole bill of which this is a part; None for a bill of the unit's own."""
        return None if self.share is None else Decimal(self.share["whole"])
