"""Addresses for the templates of metering, left out where the person may not go there."""

from __future__ import annotations

from typing import Any

from app.foundation.views import action_to


def link_to(view: str, *, route: str = "add", **arguments: Any) -> str | None:
    """Return the address of a page, if the person may open it."""
    found = action_to(view, "", route=route, **arguments)
    return str(found["href"]) if found is not None else None
