"""The JSON API under ``/api/v1``: the base on which every domain's ``api`` declares its endpoints.

    routes = Routes("Plans")

    class PlanBody(OfficeBody):
        name = Text(required=True)
        fee = Money(required=True)

    class PlanAnswer(Answer):
        id, name, fee = Reference(), Text(), Money()

    plans = records(routes, "plans", Plan, view="PlanView", look=Look(PlanAnswer), filters={"name": same_text(Plan.name)})
    kept(routes, "plans", plans, view="PlanView", body=PlanBody)

    @routes.post("/suspensions", may=("SuspensionView", "can_add"), takes=SuspensionBody, gives=Look(SuspensionAnswer), moves_money=True)
    def suspend_line(body, key):
        \"\"\"Suspend a subscription.\"\"\"
        return done(run(suspend, key=key, **terms_of(body)))

Errors are ``{"error": {"code", "message", "fields"}}``, written by ``foundation.guards``.
"""

from app.foundation.api.fields import Code, Day, Flag, Inner, Moment, Money, Number, Reference, Rows, Secret, Text, Whole
from app.foundation.api.listing import Filter, Listing, days, office_or_first, require_office, same_code, same_day, same_record, same_text
from app.foundation.api.registering import Caller, endpoints_of, register_api
from app.foundation.api.resource import kept, records
from app.foundation.api.routes import PUBLIC, SIGNED_IN, Endpoint, Given, Routes, done, ready
from app.foundation.api.schemas import Answer, Body, ListQuery, Look, OfficeBody, Query, Shown

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "Answer",
    "Body",
    "Caller",
    "Code",
    "Day",
    "Endpoint",
    "Filter",
    "Flag",
    "Given",
    "Inner",
    "ListQuery",
    "Listing",
    "Look",
    "Moment",
    "Money",
    "Number",
    "OfficeBody",
    "Query",
    "Reference",
    "Routes",
    "Rows",
    "Secret",
    "Shown",
    "Text",
    "Whole",
    "days",
    "done",
    "endpoints_of",
    "kept",
    "office_or_first",
    "ready",
    "records",
    "register_api",
    "require_office",
    "same_code",
    "same_day",
    "same_record",
    "same_text",
]
