"""Where offices and their people stand in the menu, and what every page needs to know of them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_appbuilder import AppBuilder
from sqlalchemy import select
from sqlalchemy.orm.util import identity_key

from app.foundation import clock
from app.foundation.database import db
from app.foundation.own_fields.views import OwnFieldView
from app.foundation.scope import current_scope
from app.foundation.shell import Shell
from app.foundation.transactions import run
from app.foundation.views import chosen_office
from app.foundation.views.state import once_per_request
from app.offices.models import Office
from app.offices.operations import remember_preference
from app.offices.presence import current_session
from app.offices.views.account import MyAccountView
from app.offices.views.factors import SecondFactorView
from app.offices.views.people import EmployeeView, SignInView, SystemUserView
from app.offices.views.places import OfficeView
from app.roles import rank_of
from app.values.errors import N_

CATEGORY = N_("Administration")


def register(appbuilder: AppBuilder) -> None:
    """Register the pages of this domain."""
    category = {"category": CATEGORY, "category_icon": "settings"}
    appbuilder.add_view(OfficeView, N_("Offices"), icon="building-store", **category)
    appbuilder.add_view(SystemUserView, N_("Users"), icon="users", **category)
    appbuilder.add_view(EmployeeView, N_("Employees"), icon="id-badge-2", **category)
    appbuilder.add_view(SecondFactorView, N_("Second factors"), icon="shield-check", **category)
    appbuilder.add_view(SignInView, N_("Sign-ins"), icon="device-desktop", **category)
    appbuilder.add_view(OwnFieldView, N_("Fields of our own"), icon="adjustments", **category)
    appbuilder.add_view_no_menu(MyAccountView)


def fill_shell(shell: Shell) -> None:
    """Tell the frame of every page whose page it is."""
    shell.offices, shell.office = my_offices, my_office
    shell.role, shell.user_links, shell.remember = my_role, my_links, remember


def my_offices() -> Sequence[Office]:
    """Return the offices the person may choose among; the scope limits them."""
    return once_per_request("my offices", _my_offices)


def _my_offices() -> Sequence[Office]:
    found = current_session()
    offices: Sequence[Office] = found.user.offices if found is not None else ()
    if {office.id for office in offices} != current_scope().office_ids:
        return list(db.session.scalars(select(Office).order_by(Office.id)))
    # They were read with his session, a moment ago in this request.
    held = db.session().identity_map
    return [held.get(identity_key(Office, office.id)) or db.session.merge(office, load=False) for office in offices]


def my_office() -> Office | None:
    """Return the office of the page."""
    chosen = chosen_office()
    return next((office for office in my_offices() if office.id == chosen), None)


def today_here() -> datetime.date:
    """Return the date in the office of the page."""
    office = my_office()
    return clock.today(office) if office is not None else clock.now().date()


def my_role() -> str | None:
    """Return the name of the person's highest role."""
    found = current_session()
    return max(sorted(found.roles), key=lambda name: rank_of([name]), default=None) if found is not None else None


def my_links() -> Sequence[Mapping[str, Any]]:
    """Return the links of the person's own menu."""
    return (
        {"label": N_("My account"), "href": url_for("MyAccountView.show"), "icon": "user-circle"},
        {"label": N_("Change password"), "href": url_for("MyAccountView.password"), "icon": "key"},
        {"label": N_("Second factor"), "href": url_for("MyAccountView.second_factor"), "icon": "shield-check"},
        {"label": N_("My sign-ins"), "href": url_for("SignInView.list"), "icon": "device-desktop"},
    )


def remember(name: str, value: str) -> None:
    """Keep the person's language ("locale") or theme with his account."""
    run(remember_preference, name=name, value=value)
