"""What a browser is told about the cookie, and that no token but ours signs anybody in (holes H13 and H15)."""

from __future__ import annotations

import datetime

import jwt
import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from config import flask_config, read_settings
from tests.cast import PASSWORD
from tests.factories import user


def flags(header: str) -> set[str]:
    return {part.strip() for part in header.split(";")[1:]}


def test_scripts_and_other_sites_do_not_get_at_the_cookie(client: FlaskClient) -> None:
    answer = client.post("/login/", data={"username": "wang", "password": PASSWORD})
    (cookie,) = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith("feehouse=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags(cookie)
    assert not [flag for flag in flags(cookie) if flag.startswith("Domain=")]


def test_over_https_the_cookie_travels_by_https_only() -> None:
    https = Flask("https")
    https.config.update(flask_config(read_settings({"PUBLIC_URL": "https://fees.example"})))

    @https.get("/")
    def remember() -> str:
        session["somebody"] = "wang"
        return ""

    (cookie,) = https.test_client().get("/", base_url="https://fees.example").headers.getlist("Set-Cookie")
    # Browsers take a cookie of this name by https only, and never from another host.
    assert cookie.startswith("__Host-feehouse=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags(cookie)


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_a_token_signed_the_frameworks_way_is_nobody(app: Flask, client: FlaskClient, kind: str) -> None:
    """The framework takes a token signed with the application's key for the user it names; ours are rows that can be ended."""
    now = datetime.datetime.now(datetime.UTC)
    claims = {"sub": str(user("ada").id), "type": kind, "fresh": True, "jti": "1", "iat": now, "exp": now + datetime.timedelta(hours=1)}
    token = jwt.encode(claims, app.config["SECRET_KEY"], algorithm="HS256")
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/plans", headers=bearer).status_code == 401
    assert client.get("/account/", headers=bearer).status_code == 302
    manager = app.appbuilder.sm  # type: ignore[attr-defined]
    assert manager.load_user_jwt({}, claims) is None
    assert manager.load_user(claims["sub"]) is None


def test_the_frameworks_own_check_of_a_password_lets_nobody_in(app: Flask) -> None:
    """It would pass by the lock-out."""
    assert app.appbuilder.sm.auth_user_db("wang", PASSWORD) is None  # type: ignore[attr-defined]
