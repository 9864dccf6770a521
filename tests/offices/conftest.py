"""Browsers that sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.conftest import of
from tests.cast import PASSWORD

__all__ = ["of", "sign_in"]


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a browser in which somebody of the cast has signed in by the form."""

    def signed_in(username: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login/", data={"username": username, "password": password})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return signed_in
