"""Signing in by API, and what a request without a good token gets."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.foundation.api import endpoints_of
from app.foundation.database import db
from app.offices.models import SystemUser
from tests.api.conftest import Programs, assert_refused, made
from tests.cast import PASSWORD


def sign_in(client: FlaskClient, username: str = "wang", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/api/v1/login", json={"username": username, "password": password, **more})


def test_a_token_opens_the_lists(client: FlaskClient) -> None:
    answer = made(sign_in(client), 200)
    assert set(answer) == {"access_token", "expires_in"}
    assert 0 < answer["expires_in"] <= 12 * 3600
    customers = client.get("/api/v1/customers", headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert customers.status_code == 200


def test_a_wrong_password_and_an_unknown_name_look_the_same(client: FlaskClient) -> None:
    wrong, unknown = sign_in(client, password="Wrong-horse-9"), sign_in(client, "nobody")
    assert assert_refused(wrong, 401, "bad_credentials") == assert_refused(unknown, 401, "bad_credentials")


def test_after_five_failures_the_account_waits(client: FlaskClient) -> None:
    for _attempt in range(5):
        assert_refused(sign_in(client, password="Wrong-horse-9"), 401)
    answer = sign_in(client)
    assert_refused(answer, 429, "locked")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_password_set_by_somebody_else_opens_nothing(client: FlaskClient) -> None:
    db.session.execute(update(SystemUser).where(SystemUser.username == "wang").values(must_change_password=True))
    db.session.commit()
    assert_refused(sign_in(client), 403, "password_must_change")


def test_signing_out_ends_the_token(of: Programs) -> None:
    wang = of("wang")
    assert wang.post("/logout").status_code == 204
    assert_refused(wang.get("/customers"), 401)


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"}, {"Authorization": "Basic d2FuZzp4"}]
)
def test_without_a_good_token_every_endpoint_is_closed(app: Flask, client: FlaskClient, header: dict[str, str]) -> None:
    for endpoint in endpoints_of(app):
        if endpoint.may is None:
            continue
        path = endpoint.rule.replace("<int:record>", "1").replace("<int:office>", "1")
        answer = client.open(f"/api/v1{path}", method=endpoint.method, json={}, headers=header)
        assert_refused(answer, 401)
        assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_browsers_cookie_counts_for_nothing(client: FlaskClient) -> None:
    client.post("/login/", data={"username": "wang", "password": PASSWORD})
    assert_refused(client.get("/api/v1/customers"), 401)
    assert_refused(client.post("/api/v1/payments", json={"customer": 1}), 401)


def test_the_language_is_the_callers(of: Programs) -> None:
    languages = {"en": "This record does not exist.", "vi": None, "zh-CN": None, "zh-HK": None}
    said = {tag: assert_refused(of("wang").get("/customers/999999", headers={"Accept-Language": tag}), 404)["message"] for tag in languages}
    assert said["en"] == languages["en"]
    assert len(set(said.values())) == len(languages)


def test_an_unknown_address_and_a_wrong_method_answer_in_json(client: FlaskClient) -> None:
    assert_refused(client.get("/api/v1/nothing"), 404)
    assert_refused(client.delete("/api/v1/receipts/1"), 405)
