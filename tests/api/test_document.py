"""The OpenAPI document and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft4Validator

from app.foundation.api import endpoints_of

# The published schema of OpenAPI 3.0 documents.
SCHEMA = json.loads((Path(__file__).parent / "openapi-3.0.schema.json").read_text())


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    return dict(answer.json)


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(document)] == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', json.dumps(document)):
        assert reference[1] in document["components"][reference[0]]


def test_every_route_of_the_api_is_documented(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (rule.rule.replace("<int:record>", "{id}").replace("<int:", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    documented = {(f"/api/v1{path}", method) for path, operations in document["paths"].items() for method in operations}
    assert routes == documented


def test_every_operation_says_what_it_does_and_who_may(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["summary"].endswith(".") or operation["summary"].endswith("token.")
        assert ("x-permission" in operation) == bool(operation["security"])


def test_only_what_moves_money_needs_a_key(app: Flask) -> None:
    needing = {endpoint.rule for endpoint in endpoints_of(app) if endpoint.moves_money is True}
    assert needing >= {"/handovers", "/regular_payments", "/payments", "/receipts/<int:record>/void", "/approvals/<int:record>/approve"}


def test_the_page_shows_every_endpoint_without_anything_from_elsewhere(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    for endpoint in endpoints_of(app):
        path = endpoint.rule.replace("<int:record>", "{id}").replace("<int:", "{").replace(">", "}")
        assert f"{endpoint.method} /api/v1{path}" in answer.text
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    for script in re.findall(r"<script[^>]*>", answer.text):
        assert "src=" in script or "nonce=" in script or 'type="application/json"' in script
