"""Work orders are made for a line, so the line's domain takes them in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.api import Given, Moment, Reference, Routes, Text
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.api.routes import done
from app.foundation.transactions import run
from app.workorders.api.answers import ORDER
from app.workorders.api.bodies import PlanBody, changes_of, fees_of, materials_of, technical_of

routes = Routes("Work orders")


class NewWorkOrderBody(PlanBody):
    """An order for a line that is there; with installer and appointment it is booked. Fees left out are those of the price list."""

    subscription = Reference(required=True)
    business_type = Reference(required=True)
    phone = Text(SHORT)
    installer = Reference()
    appointment_at = Moment()
    customer_request = Text(TEXT)
    note = Text(TEXT)


@routes.post("/work_orders", may=("WorkOrderView", "can_add"), takes=NewWorkOrderBody, gives=ORDER)
def make_work_order(body: dict[str, Any]) -> Given:
    """Make a work order for a line."""
    terms = WorkTerms(
        phone=body.get("phone"),
        installer=body.get("installer"),
        appointment_at=body.get("appointment_at"),
        customer_request=body.get("customer_request", ""),
        note=body.get("note", ""),
        fees=replace(fees_of(body), rest_from_list=True),
        materials=materials_of(body) or (),
        changes=changes_of(body),
        technical=technical_of(body),
    )
    return done(run(order_works, subscription=body["subscription"], business_type=body["business_type"], terms=terms))
