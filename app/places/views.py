"""Pages of places."""

from __future__ import annotations

from app.foundation.views import EntityView, GuardedInterface, register_lookup
from app.places.models import Community
from app.values.errors import N_

register_lookup("community", Community, columns=["name", "code"], text=str, detail=lambda community: community.code)


class CommunityView(EntityView):
    """Communities 小區設置 (B1.4)."""

    datamodel = GuardedInterface(Community)
    icon = "building-community"
    list_title, show_title = N_("Community settings"), N_("Community")
    add_title, edit_title = N_("Add community"), N_("Edit community")
    empty_text = N_("A community is the place where lines are opened. Add the first one.")
    label_columns = {
        "code": N_("Community code"),
        "name": N_("Community name"),
        "person_in_charge": N_("Person in charge"),
        "note": N_("Note"),
    }
    list_columns = ["code", "name", "person_in_charge", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("code", "asc")
    add_columns = edit_columns = show_columns = ["code", "name", "person_in_charge", "note"]
    hideable = ["person_in_charge", "note"]
    can_be_deleted = True
