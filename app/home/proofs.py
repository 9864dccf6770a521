"""The pages of proofs: every proof that was made, what it found in the reader's offices, and one more now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose

from app.foundation.database import Record
from app.foundation.i18n import say
from app.foundation.proofs import Violation
from app.foundation.proofs.nightly import ask_for_proof
from app.foundation.proofs.records import ProofRun
from app.foundation.proofs.state import proof_news
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface
from app.foundation.views.access import needs
from app.foundation.views.columns import Kind
from app.foundation.views.links import Action, action, view_of
from app.foundation.views.listing import ListPage
from app.values.errors import N_, Message, OperationRefused

# What people call a row of a table; the others are called by the table's name.
NAMES = {
    "charge": N_("Charge %(number)s"),
    "receipt": N_("Receipt %(number)s"),
    "voucher": N_("Payment voucher %(number)s"),
    "reversal": N_("Reversal %(number)s"),
    "journal_entry": N_("Journal entry %(number)s"),
    "customer": N_("Customer %(number)s"),
    "subscription": N_("Line %(number)s"),
    "regular_payment": N_("Regular payment %(number)s"),
    "work_order": N_("Work order %(number)s"),
    "approval": N_("Approval %(number)s"),
    "number_counter": N_("Counter of numbers %(number)s"),
    "day": N_("The day %(number)s"),
    "month": N_("The month %(number)s"),
    "table": N_("Table %(number)s"),
}


@dataclass(frozen=True)
class NamedRow:
    """A row against an invariant as the page shows it: what people call it, its page, and what is wrong with it."""

    words: Message
    href: str | None
    expected: str | None
    found: str | None


class ProofView(EntityView):
    """The proofs of the books 賬務核驗: each asks every invariant of all data."""

    route_base = "/proofs"
    datamodel = GuardedInterface(ProofRun)
    icon = "checkup-list"
    list_title, show_title = N_("Proofs"), N_("Proof of the books")
    list_context = N_("What must always be true of the books, asked of all data")
    list_template, show_template = "home/proofs.html", "home/proof.html"
    label_columns = {
        "finished_at": N_("Made at"),
        "kind": N_("Occasion"),
        "verdict": N_("Result"),
        "examined": N_("Rows examined"),
        "seconds": N_("Seconds"),
    }
    list_columns = ("finished_at", "kind", "verdict", "examined", "seconds")
    show_columns = list_columns
    column_kinds = {"verdict": Kind.CHOICE, "seconds": Kind.NUMBER}
    order_columns = ("finished_at",)
    base_order = ("finished_at", "desc")
    empty_title = N_("No proofs yet")
    empty_text = N_("Every night at 02:10 the books are proved.")

    @expose("/make", methods=["POST"])
    @needs("make")
    def make(self) -> Any:
        """Ask for a proof now, and show the job that makes it."""
        try:
            job = run(ask_for_proof).record
        except OperationRefused as refusal:
            flash(say(refusal.message), "danger")
            return redirect(url_for("ProofView.list"))
        return redirect(url_for("JobView.show", record=job.id))

    def page_actions(self) -> Sequence[Action]:
        """Offer a proof now to whoever may ask for one."""
        if not self.allowed("can_make"):
            return []
        return [action(N_("Prove the books now"), url_for("ProofView.make"), icon="checkup-list", primary=True, method="post")]

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        """Tell how the last proof stands."""
        return {"news": proof_news()}

    def record_title(self, record: ProofRun) -> Any:
        return Message("Proof of %(time)s", time=record.finished_at)

    def record_badge(self, record: ProofRun) -> Any:
        return record.verdict

    def record_extras(self, record: ProofRun) -> dict[str, Any]:
        """Return the answers, the broken ones first, and how a row is named."""
        return {"answers": record.answers, "broken": record.broken, "named": named}


def named(violation: Violation) -> NamedRow:
    """Return a row as people call it, with its page where they may open it."""
    name = NAMES.get(violation.kind)
    words = Message(name or "%(kind)s %(number)s", kind=violation.kind.replace("_", " "), number=violation.number)
    return NamedRow(words, _address_of(violation), violation.expected, violation.found)


def _address_of(violation: Violation) -> str | None:
    model = next(
        (mapper.class_ for mapper in Record.registry.mappers if getattr(mapper.class_, "__tablename__", "") == violation.kind), None
    )
    view = view_of(model) if model is not None and violation.record_id is not None else None
    return url_for(f"{view.endpoint}.show", pk=violation.record_id, office=violation.office_id) if view is not None else None
