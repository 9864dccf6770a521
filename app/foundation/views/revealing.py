"""The button beside a masked value: it asks for a reason, shows the value once in a dialog, and leaves an entry in the log."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_appbuilder import expose

from app.foundation import reveals
from app.foundation.guards import status_of
from app.foundation.views.access import needs, personal
from app.foundation.views.columns import Cell
from app.foundation.views.recorded import RecordedView
from app.values.errors import Malformed, Message, OperationRefused


@dataclass(frozen=True)
class Unmasking:
    """A masked value that the person may reveal: the column that shows it, the field that holds it, what people call it."""

    column: str
    field: str
    label: Any


class RevealingView(RecordedView):
    """The reveal of an entity's secrets; ``revealable`` says which column shows which field masked."""

    def _init_properties(self) -> None:
        super()._init_properties()
        for column, field in self.revealable.items():
            reveals.LABELS[field] = str(self.labels.get(column) or self.labels[field])

    def closed_routes(self) -> set[str]:
        return super().closed_routes() | (set() if self.revealable else {"reveal"})

    @expose("/reveal/<pk>", methods=["POST"])
    @needs("reveal")
    def reveal(self, pk: str) -> Any:
        """Show one value of a record once, and log that it was shown."""
        record = self.record_or_404(pk)
        asked = request.form.get("field", "")
        unmasking = next((each for each in self.unmaskings(record) if each.field == asked), None)
        if unmasking is None:
            raise Malformed(Message("This value cannot be shown."), code="bad_field", field="field")
        reason = request.form.get("reason", "")
        try:
            value = reveals.revealed(self.datamodel.obj, record.id, unmasking.field, reason)
        except OperationRefused as refusal:
            return self._answer(record, unmasking, reason, problem=refusal.message), status_of(refusal)
        return self._answer(record, unmasking, reason, value=value)

    def unmaskings(self, record: Any) -> builtins.list[Unmasking]:
        """Return what the person may reveal of ``record``; nothing where nothing is stored."""
        if not self.revealable or not self.allowed("can_reveal") or not reveals.may_reveal():
            return []
        return [
            Unmasking(column, field, reveals.LABELS[field]) for column, field in self.revealable.items() if getattr(record, field, None)
        ]

    def unmasking_of(self, record: Any, cell: Cell) -> Unmasking | None:
        """Return how the value of a cell is revealed, if the person may."""
        return next((each for each in self.unmaskings(record) if each.column == cell.column.name), None)

    def _answer(self, record: Any, unmasking: Unmasking, reason: str, *, value: str = "", problem: Any = None) -> Any:
        is_piece = request.headers.get("X-Requested-With") is not None
        page = self.render_template(
            "feehouse/partials/reveal.html" if is_piece else "feehouse/reveal.html",
            view=self,
            record=record,
            title=self.record_title(record),
            unmasking=unmasking,
            reason=reason,
            value=value,
            problem=problem,
        )
        from flask import make_response

        return personal(make_response(page))
