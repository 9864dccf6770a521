"""Browsers that sign in, and the application with the pages of offices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation.database import db
from config import Settings
from tests.cast import PASSWORD
from tests.conftest import make_application


def assembled(app: Flask) -> Flask:
    """Return ``app`` with guards, frame and the pages of offices, where the wiring has not put them in already."""
    if "appbuilder" in app.extensions:
        return app
    from flask_appbuilder import IndexView

    from app.foundation.guards import init_guards
    from app.foundation.i18n import init_i18n
    from app.foundation.shell import init_shell
    from app.offices import menu
    from app.offices.security import FeehouseAppBuilder, FeehouseSecurityManager

    class HomeView(IndexView):  # type: ignore[misc,unused-ignore]
        """The first page."""

        def index(self) -> str:
            return "home"

        index._urls = [("/", ("GET",))]  # type: ignore[attr-defined]

    init_guards(app)
    shell = init_shell(app)
    with app.app_context():
        appbuilder = FeehouseAppBuilder(
            app, db.session, security_manager_class=FeehouseSecurityManager, indexview=HomeView, base_template="appbuilder/baselayout.html"
        )
        menu.register(appbuilder)
    menu.fill_shell(shell)
    init_i18n(app)
    return app


@pytest.fixture(scope="session")
def application(settings: Settings, database_url: str) -> Iterator[Flask]:
    app = assembled(make_application(settings, database_url))
    yield app
    with app.app_context():
        db.engine.dispose()


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Return a browser in which somebody of the cast has signed in by the form."""

    def signed_in(username: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login/", data={"username": username, "password": password})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return signed_in
