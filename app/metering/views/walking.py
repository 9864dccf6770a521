"""The reader's phone 抄表 / đi ghi chỉ số (S2.2): his routes, and the page on which one is walked, with or without a network.

The page itself holds no data: its scripts fetch the route with a token of the phone's own and keep it there. A worker keeps the page, so
that it opens without a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, jsonify, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.guards import limited
from app.foundation.i18n import current_locale, html_lang
from app.foundation.shell import asset
from app.foundation.transactions import run
from app.foundation.views import chosen_office
from app.foundation.views.access import current_user_id, needs
from app.foundation.views.interface import record_id
from app.foundation.views.office import office_argument
from app.foundation.views.state import SharedObject
from app.metering.operations.devices import enrol_device, new_token
from app.metering.queries import progress
from app.metering.views.walking_texts import said_on_the_phone
from app.offices.menu import today_here
from app.places.models import Building
from app.tariffs.models import Service
from app.values.errors import Malformed, Message

MOST_ENROLLED, AN_HOUR = 60, 3600
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Route:
    """A route to choose: a building with one service, or with all of them, and how far it is read this month."""

    building: Building
    service: Service | None
    read: int
    total: int
    href: str


class ReaderWalkView(SharedObject, BaseView):
    """Reading meters on a phone."""

    route_base = "/readerwalk"
    default_view = "list"

    @expose("/", methods=["GET"])
    @needs("list")
    def list(self) -> Any:
        """Show the routes of the office, and how far each is read this month."""
        return self.render_template("metering/routes.html", routes=_routes(), is_secure=is_secure(), today=today_here())

    @expose("/walk", methods=["GET"])
    @needs("list")
    def walk(self) -> Any:
        """Give the page on which a route is walked. It holds no data and is the same for every route, so that a phone can keep it."""
        page = self.render_template(
            "metering/walk.html",
            texts_of_walk=said_on_the_phone(),
            locale_of_numbers=html_lang(current_locale()),
            worker=asset("js/walk-worker.js"),
        )
        return Response(page)

    @expose("/enrol", methods=["POST"])
    @needs("add")
    def enrol(self) -> Any:
        """Let this phone take a route along; the answer holds the token, once."""
        limited("reader_enrol", str(current_user_id()), MOST_ENROLLED, AN_HOUR)
        building = record_id(request.form.get("building", "")) or 0
        typed = request.form.get("service", "")
        service = record_id(typed) or 0 if typed else None
        mark, token = request.form.get("mark", ""), new_token()
        if not mark:
            raise Malformed(Message("The mark of the phone is not a UUID."), code="bad_uuid", field="mark")
        agent = request.user_agent.string
        device = run(enrol_device, building=building, service=service, mark=mark, token=token, agent=agent).record
        return jsonify({"token": token, "device": device.id, "expires_at": device.expires_at.isoformat(timespec="seconds")})


def is_secure() -> bool:
    """Say whether a browser lets this page work without a network: over https, or on the very machine."""
    public = urlsplit(current_app.config.get("PUBLIC_URL") or "")
    return request.is_secure or public.scheme == "https" or request.host.rpartition(":")[0] in LOCAL or request.host in LOCAL


def _routes() -> Any:
    """Return building by building its services with meters, and all of them together where there are several."""
    counts = {
        (row.building, row.service): (row.read, row.total) for row in db.session.execute(progress(chosen_office() or 0, today_here()))
    }
    buildings = db.session.scalars(select(Building).where(Building.office_id == chosen_office()).order_by(Building.code)).all()
    services = db.session.scalars(select(Service).where(Service.office_id == chosen_office()).order_by(Service.position, Service.id)).all()
    found = []
    for building in buildings:
        own = [(service, *counts[building.id, service.id]) for service in services if (building.id, service.id) in counts]
        if len(own) > 1:
            read, total = (sum(each[at] for each in own) for at in (1, 2))
            found.append(Route(building, None, read, total, _address(building, None)))
        found += [Route(building, service, read, total, _address(building, service)) for service, read, total in own]
    return found


def _address(building: Building, service: Service | None) -> str:
    of_service = service.id if service is not None else None
    return url_for("ReaderWalkView.walk", building=building.id, service=of_service, office=office_argument())
