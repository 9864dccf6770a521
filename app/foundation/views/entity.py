"""``EntityView``: list, record, forms and actions of a table of master data."""

from __future__ import annotations

from app.foundation.views.misread import MisreadView


class EntityView(MisreadView):
    """The base of every view of a table. Declare what is shown; what is not declared does not exist."""

    # These read what was typed through fields, which say themselves what cannot be stored (``guards``).
    explains_odd_text = frozenset({"list", "add", "edit", "preview"})
