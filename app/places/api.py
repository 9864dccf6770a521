"""Communities 小区."""

from __future__ import annotations

from app.foundation.api import Answer, Look, OfficeBody, Reference, Routes, Text, Whole, kept, records, same_text
from app.foundation.api.fields import SHORT, TEXT
from app.places.models import Community

routes = Routes("Places")
ROUTES = (routes,)


class CommunityBody(OfficeBody):
    code = Text(SHORT, required=True)
    name = Text(required=True)
    person_in_charge = Text()
    note = Text(TEXT)


class CommunityAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    code = Text()
    name = Text()
    person_in_charge = Text()
    note = Text()
    version = Whole()


communities = records(
    routes,
    "communities",
    Community,
    view="CommunityView",
    look=Look(CommunityAnswer),
    filters={"code": same_text(Community.code), "name": same_text(Community.name)},
)
kept(routes, "communities", communities, view="CommunityView", body=CommunityBody)
