"""Bills whose readings were corrected after they were charged: what is still to be done about each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, LookupFilter, Tab, action, action_to, present
from app.foundation.views.access import needs
from app.foundation.views.fields import is_key, new_key
from app.foundation.views.links import Action
from app.places.models import Unit
from app.places.queries import unit_matches
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection, ServiceCharge
from app.runs.operations import put_right, settle_correction
from app.runs.queries.correcting import is_to_be_put_right
from app.values.errors import N_, Malformed, NotAllowed, NotFound, OperationRefused

WAITS = {
    CorrectionState.OPEN: N_("The charge still asks for what the wrong reading came to."),
    CorrectionState.APPROVAL: N_("Another person must approve what was asked for."),
    CorrectionState.REBILL: N_("The charge is voided. The next billing run of its month charges the unit again."),
}


class BillCorrectionView(EntityView):
    """Charges that were made from a reading which was wrong, until they are put right."""

    datamodel = GuardedInterface(BillCorrection)
    icon = "adjustments"
    list_title, show_title = N_("Bills to be corrected"), N_("Bill to be corrected")
    empty_text = N_("When a reading is corrected that was billed already, its bill appears here until it is put right.")
    search_hint = N_("Unit, such as A-1203")
    label_columns = {
        "service_charge": N_("Service charge"),
        "service_charge.unit.code": N_("Unit"),
        "service_charge.charge.customer.name": N_("Customer"),
        "service_charge.service.name": N_("Service"),
        "service_charge.period.of_month": N_("Month"),
        "service_charge.total": N_("Charged"),
        "service_charge.charge.paid": N_("Paid"),
        "service_charge.quantity": N_("Consumption charged"),
        "quantity": N_("Consumption by the corrected reading"),
        "total": N_("By the corrected reading"),
        "difference": N_("Difference"),
        "reading": N_("Reading"),
        "adjustment": N_("Adjustment"),
        "approval": N_("Approval"),
        "state": N_("Status"),
        "created_at": N_("Corrected at"),
        "created_by": N_("Corrected by"),
        "settled_by": N_("Dealt with by"),
        "settled_at": N_("Dealt with at"),
        "settled_reason": N_("How it was dealt with"),
    }
    list_columns = [
        *("service_charge.unit.code", "service_charge.service.name", "service_charge.period.of_month"),
        "service_charge.charge.customer.name",
        *("service_charge.total", "total", "difference", "created_by", "state"),
    ]
    column_kinds = {
        "service_charge.period.of_month": Kind.DAY,
        "service_charge.total": Kind.MONEY,
        "service_charge.charge.paid": Kind.MONEY,
        "total": Kind.MONEY,
        "difference": Kind.MONEY,
        "state": Kind.CHOICE,
    }
    tabs = [Tab("open", N_("Open"), is_to_be_put_right), Tab("done", CorrectionState.DONE.label, lambda: ~is_to_be_put_right())]
    first_tab = "open"
    filters = [
        LookupFilter("service_charge.period", argument="period", is_shown=False),
        LookupFilter("service_charge.unit", argument="unit", is_shown=False),
    ]
    base_order = ("id", "desc")
    loads = ["service_charge.unit", "service_charge.service", "service_charge.period", "service_charge.charge.customer"]
    facts = ["service_charge.total", "total", "difference", "state"]
    show_columns = [
        *("service_charge", "service_charge.charge.customer.name", "service_charge.quantity", "quantity", "service_charge.charge.paid"),
        *("reading", "created_by", "created_at", "adjustment", "approval", "settled_by", "settled_at", "settled_reason"),
    ]
    show_template = "runs/correction.html"

    def search(self, text: str) -> ColumnElement[bool]:
        units = select(Unit.id).where(unit_matches(text))
        return BillCorrection.service_charge.has(ServiceCharge.unit_id.in_(units))

    def record_title(self, record: BillCorrection) -> Any:
        return str(record)

    def record_context(self, record: BillCorrection) -> Any:
        return record.service_charge.charge.customer.name

    def record_badge(self, record: BillCorrection) -> Any:
        return record.state

    def row_actions(self, record: BillCorrection) -> list[Action]:
        return present(*self._ways(record), *super().row_actions(record))

    def record_actions(self, record: BillCorrection) -> list[Action]:
        return present(*super().record_actions(record), *self._ways(record))

    def record_extras(self, record: BillCorrection) -> dict[str, Any]:
        is_left = record.state not in (CorrectionState.DONE, CorrectionState.APPROVAL)
        return {
            "waits": WAITS.get(record.state),
            "settling": url_for(f"{self.endpoint}.settle", pk=record.id) if is_left and self.allowed("can_settle") else None,
        }

    def _ways(self, record: BillCorrection) -> list[Action | None]:
        """Return the buttons of what is left to do."""
        charge, office = record.service_charge, record.office_id
        if record.state is CorrectionState.REBILL:
            month = charge.period.name
            return [
                action_to(
                    "BillingRunView", N_("Calculate"), icon="calculator", building=charge.unit.building_id, month=month, office=office
                )
            ]
        if record.state is CorrectionState.APPROVAL and record.approval_id is not None:
            return [action_to("ApprovalView", N_("Approval"), route="show", icon="checkup-list", pk=record.approval_id)]
        if record.state is not CorrectionState.OPEN:
            return []
        at_once = None
        if self.allowed("can_put_right"):
            address = url_for(f"{self.endpoint}.put_right", pk=record.id)
            at_once = action(N_("Put right"), address, icon="check", primary=True, method="post") | {"fields": {"key": new_key()}}
        if record.total is not None:
            return [at_once]
        # What the bill should have been cannot be told: whoever knows it adjusts it by hand.
        return [at_once, action_to("AdjustmentView", N_("Adjust"), icon="adjustments", charge=charge.charge_id, office=office)]

    @expose("/put_right/<pk>", methods=["POST"])
    @needs("put_right")
    def put_right(self, pk: str) -> Any:
        """Void the charge or adjust it by the difference."""
        record = self.record_or_404(pk)
        # A second press of the same button sends the same key: it is answered with what the first one did.
        sent = request.form.get("key", "")
        key = sent if is_key(sent) else None
        return self._decided(record, put_right, N_("The bill is put right, or waits for approval."), key=key, correction=record.id)

    @expose("/settle/<pk>", methods=["POST"])
    @needs("settle")
    def settle(self, pk: str) -> Any:
        """Note that the bill was put right in another way."""
        record = self.record_or_404(pk)
        reason = request.form.get("reason", "")
        return self._decided(record, settle_correction, N_("The bill is dealt with."), correction=record.id, reason=reason)

    def _decided(self, record: BillCorrection, operation: Any, said: str, **terms: Any) -> Any:
        number = record.id
        try:
            run(operation, **terms)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(said), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=number))
