"""A small application that shows the frame and the building blocks of the pages, without a database."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_login import LoginManager, UserMixin
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader

from app.foundation.i18n import init_i18n
from app.foundation.icons import STATIC
from app.foundation.shell import init_shell
from tests.foundation.kit import kit_context


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who is signed in."""

    id = "1"

    def get_full_name(self) -> str:
        return "Phạm Thu Hà"


class Menu:
    """A menu as FAB gives it."""

    def get_data(self) -> list[dict[str, Any]]:
        def link(name: str, url: str, icon: str) -> dict[str, Any]:
            return {"name": name, "label": name, "url": url, "icon": icon}

        lines = [link("Subscriptions", "/subscriptionview/list/", "router"), link("Orders", "/orderview/list/", "fa-unknown")]
        return [link("Counter", "/counter/", "cash-register"), {"name": "Broadband", "label": "Broadband", "icon": "", "childs": lines}]


def looks_app() -> Flask:
    """Return the application; ``/anonymous…`` is seen by nobody signed in."""
    app = Flask("looks", static_folder=str(STATIC), static_url_path="/static", template_folder=None)
    app.config.update(SECRET_KEY="a key for tests", TESTING=True)
    app.jinja_loader = FileSystemLoader([str(STATIC.parent / "templates"), str(Path(__file__).parent / "templates")])
    manager = LoginManager(app)
    manager.request_loader(lambda asked: None if asked.path.startswith("/anonymous") else Person())
    app.appbuilder = SimpleNamespace(menu=Menu(), baseviews=[], get_url_for_logout="/logout/")  # type: ignore[attr-defined]
    CSRFProtect(app)
    init_i18n(app)
    shell = init_shell(app)
    offices = [SimpleNamespace(id=1, name="Shenzhen", currency="CNY"), SimpleNamespace(id=2, name="Hà Nội", currency="VND")]
    shell.offices, shell.office = lambda: offices, lambda: offices[0]
    shell.role = lambda: "Cashier"
    shell.counts = {"Orders": lambda: 6}
    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    sent: list[str] = []
    app.extensions["looks_sent"] = sent

    def take() -> str:
        sent.append(request.form["name"])
        return "taken"

    def cast() -> dict[str, Any]:
        people = [{"username": "cashier.sz", "role": "Cashier", "icon": "cash-register"}]
        return {"password": "Feehouse-demo-1", "offices": [{"name": "Shenzhen", "note": "CNY", "people": people}]}

    def sign_in() -> str:
        return render_template("feehouse/login.html", form=None, error="Enter username and password.", demonstration=cast())

    def refuse(code: int) -> str:
        return render_template("feehouse/error.html", code=code, title="This page does not exist.", message="It may have been moved.")

    app.add_url_rule("/page", "page", lambda: render_template("looks_page.html"))
    app.add_url_rule("/subscriptionview/show/5", "show", lambda: render_template("looks_page.html"))
    app.add_url_rule("/added", "added", lambda: "added")
    app.add_url_rule("/sent", "sent", take, methods=["POST"])
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))
    app.add_url_rule("/counted", "counted", lambda: " ".join(sent))
    app.add_url_rule("/preview", "preview", lambda: f'<p data-deed="Save {request.form["name"]}">seen</p>', methods=["POST"])
    app.add_url_rule("/components/", "kit", lambda: render_template("components.html", **kit_context()))
    app.add_url_rule("/anonymous/login", "sign_in", sign_in)
    app.add_url_rule("/error/<int:code>", "refuse", refuse)
    app.add_url_rule("/anonymous/error/<int:code>", "refuse_stranger", refuse)
