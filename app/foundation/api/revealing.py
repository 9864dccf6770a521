"""``POST /name/<id>/reveal``: one masked value in full, for a reason, with its entry in the log."""

from __future__ import annotations

from typing import Any

from app.foundation.api.fields import Text
from app.foundation.api.routes import Given, Routes, ready
from app.foundation.api.schemas import Answer, Body
from app.foundation.reveals import LONGEST_REASON, revealed
from app.values.errors import Malformed, Message


class RevealBody(Body):
    """Which field, and why; the reason is kept in the log."""

    field = Text(required=True)
    reason = Text(LONGEST_REASON, required=True)


class RevealAnswer(Answer):
    field = Text()
    value = Text()


def reveals(routes: Routes, name: str, model: type[Any], *, view: str, fields: tuple[str, ...]) -> None:
    """Declare the reveal of ``fields`` of a table's records."""

    def shown(record: int, body: dict[str, Any]) -> Given:
        field = str(body["field"])
        if field not in fields:
            raise Malformed(Message("This value cannot be shown."), code="bad_field", field="field")
        return ready({"field": field, "value": revealed(model, record, field, body["reason"])})

    shown.__doc__ = (
        f"Show one masked value of one of the {name}: {', '.join(fields)}.\n"
        "It needs the right to reveal; who asked, when and why is kept in the log before the value is given."
    )
    routes.post(f"/{name}/<int:record>/reveal", may=(view, "can_reveal"), takes=RevealBody, gives=RevealAnswer, status=200)(shown)
