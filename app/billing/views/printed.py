"""The paper of a stored document: every printing is logged, and from the second on somebody has to say why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from flask import Response, current_app, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.billing.models import Printing
from app.foundation.database import db
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action, action
from app.values.errors import N_

if TYPE_CHECKING:
    from app.foundation.views import EntityView as Page
else:
    Page = object

LONGEST_REASON = 200
# What mostly was the matter; one press fills it in.
USUAL_REASONS = (N_("The printer jammed"), N_("The customer lost his copy"), N_("Another copy was asked for"))
NEEDED = N_("Say why it is printed again.")


class Printed(Protocol):
    """A stored document with its number."""

    id: int
    number: str


class PrintedView(Page):
    """An entity whose records have a paper: ``printed`` makes it, ``printing_of`` is the column that names the record in the log."""

    printed: ClassVar[Callable[..., bytes]]
    printing_of: ClassVar[str]

    def paper_action(self, record: Printed, *, primary: bool = False) -> Action | None:
        """Return the button that prints, for whoever may."""
        if not self.allowed("can_print"):
            return None
        # A printing is logged, so it is asked for by a form; the paper opens in a page of its own.
        href = url_for(f"{self.endpoint}.paper", pk=record.id)
        return action(N_("Print"), href, icon="printer", primary=primary, method="post", key="P") | {"target": "_blank"}

    @expose("/paper/<pk>", methods=["POST"])
    @needs("print")
    def paper(self, pk: str) -> Any:
        """Return the document as PDF and log the printing; where it was printed before, ask for the reason first."""
        record = self.record_or_404(pk)
        reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
        if not reason and self._was_printed(record):
            asked = "reason" in request.form
            return self.render_template(
                "billing/print_again.html",
                view=self,
                record=record,
                usual=USUAL_REASONS,
                longest=LONGEST_REASON,
                problem=NEEDED if asked else None,
            ), 422 if asked else 200
        pdf = type(self).printed(record.id, reason=reason, training=current_app.config["TRAINING"])
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{record.number.encode("ascii", "replace").decode()}.pdf"'
        return personal(answer)

    def _was_printed(self, record: Printed) -> bool:
        named: ColumnElement[bool] = getattr(Printing, self.printing_of) == record.id
        return bool(db.session.scalar(select(select(Printing.id).where(named).exists())))
