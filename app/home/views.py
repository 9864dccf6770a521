"""The first page of every role."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_appbuilder import IndexView, expose
from flask_login import current_user

from app.foundation.views.access import turned_away


class HomeView(IndexView):  # type: ignore[misc]
    """What a person sees after signing in."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Show the first page, or the sign-in."""
        if not current_user.is_authenticated:
            return turned_away()
        return redirect(url_for("SubscriptionView.list"))
