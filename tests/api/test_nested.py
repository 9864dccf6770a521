"""Related records come by their id and nothing of them is written or shown beyond what was declared (hole H20)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import RAISE, Schema, fields

from app.foundation.api import Endpoint, Reference, Rows, endpoints_of
from tests.api.conftest import Program, Programs, assert_refused, made
from tests.api.test_offices_apart import records_of
from tests.factories import a_plan, office

NESTED = {"id": 1, "name": "Changed", "password": "Changed-1"}
# Columns that no answer may have, whatever the framework would show by default.
SECRETS = {"password_hash", "token_hash", "session_version", "id_number_trace", "search_terms", "fingerprint"}


def bodies(program: Program) -> Iterator[tuple[Endpoint, Schema]]:
    for endpoint in endpoints_of(program.app):
        schema = endpoint.body_schema()
        if schema is not None:
            yield endpoint, schema


def path_of(endpoint: Endpoint, ids: dict[str, int]) -> str:
    resource = endpoint.rule.split("/")[1]
    record = str(ids.get(resource, 1))
    return endpoint.rule.replace("<int:record>", record).replace("<int:office>", record)


def test_no_related_record_is_written_through_another(of: Programs) -> None:
    """Every field that names a record, given as an object with changes for that record, cannot be read."""
    ids, asked = records_of("SH"), 0
    for endpoint, schema in bodies(of("chen")):
        for name, field in schema.fields.items():
            if not isinstance(field, Reference):
                continue
            answers = [of(who).send(endpoint.method, path_of(endpoint, ids), {name: NESTED}) for who in ("chen", "ada")]
            for answer in [each for each in answers if each.status_code != 403]:
                asked += 1
                # A new customer may come as an object: then what it has too much is named.
                blamed = {each.partition(".")[0] for each in assert_refused(answer, 400)["fields"]}
                assert name in blamed, f"{endpoint.method} {endpoint.rule}: {name}"
    assert asked >= 10


def test_no_field_is_taken_that_was_not_declared(of: Programs) -> None:
    ids, asked = records_of("SH"), 0
    for endpoint, schema in bodies(of("chen")):
        assert all(inner.unknown == RAISE for inner in (schema, *inner_schemas(schema))), endpoint.rule
        answers = [of(who).send(endpoint.method, path_of(endpoint, ids), {"created_by": NESTED}) for who in ("chen", "ada")]
        for answer in [each for each in answers if each.status_code != 403]:
            asked += 1
            assert "created_by" in assert_refused(answer, 400)["fields"], f"{endpoint.method} {endpoint.rule}"
    assert asked >= 20


def inner_schemas(schema: Schema) -> Iterator[Schema]:
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, Rows) else field
        if isinstance(inner, fields.Nested):
            yield inner.schema
            yield from inner_schemas(inner.schema)


def test_a_plan_does_not_rename_its_office(of: Programs) -> None:
    plan, place = a_plan(), office("SH")
    for sent in ({"office": {"id": place.id, "name": "Changed"}}, {"office.name": "Changed"}, {"office_id": 1}, {"id": 77}):
        assert_refused(of("chen").patch(f"/plans/{plan.id}", sent), 400)
    assert made(of("ada").get(f"/offices/{place.id}"), 200)["name"] == "上海营业厅"


def test_no_answer_has_a_secret_column(of: Programs) -> None:
    """What is declared of that kind is masked, which other tests show; the rest is not declared at all."""
    for endpoint in endpoints_of(of("chen").app):
        if endpoint.gives is None:
            continue
        shown: dict[str, Any] = endpoint.gives.schema().fields
        columns = {field.attribute or name for name, field in shown.items()}
        assert columns & SECRETS == set(), endpoint.rule
