"""Who may what: every endpoint asks for a permission of the table of roles, and gives it to nobody else."""

from __future__ import annotations

import pytest

from app.foundation.api import Endpoint, endpoints_of
from app.roles import ROLES, Role
from tests.api.conftest import Program, Programs, assert_refused, made
from tests.cast import PEOPLE
from tests.factories import a_line_until, on_day, paid

PERMISSIONS = {(view, permission) for pages in ROLES.values() for view, permissions in pages.items() for permission in permissions}


def may(role: Role, endpoint: Endpoint) -> bool:
    view, permission = endpoint.may or ("", "")
    return permission in ROLES[role].get(view, ())


def call(program: Program, endpoint: Endpoint) -> int:
    path = endpoint.rule.replace("<int:record>", "999999").replace("<int:office>", "999999")
    return program.send(endpoint.method, path, {} if endpoint.takes else None).status_code


def test_every_endpoint_asks_for_a_permission_that_somebody_has(of: Programs) -> None:
    asked = {endpoint.may for endpoint in endpoints_of(of("chen").app) if endpoint.may is not None}
    assert asked <= PERMISSIONS
    public = {endpoint.rule for endpoint in endpoints_of(of("chen").app) if endpoint.may is None}
    assert public == {"/login", "/openapi.json", "/docs"}


@pytest.mark.parametrize("username", ["wang", "chen", "zhou", "mei", "gong", "shen", "minh", "ada"])
def test_every_endpoint_is_open_to_exactly_the_roles_of_the_table(of: Programs, username: str) -> None:
    role = next(person.role for person in PEOPLE if person.username == username)
    program = of(username)
    for endpoint in endpoints_of(program.app):
        if endpoint.may is None or endpoint.rule in ("/logout", "/clock"):
            continue
        status = call(program, endpoint)
        assert (status != 403) == may(role, endpoint), f"{endpoint.method} {endpoint.rule}: {status}"


WHO_MAY = [
    ("POST", "/subscriptions", {"chen", "mei"}),
    ("POST", "/regular_payments", {"wang", "chen"}),
    ("POST", "/payments", {"wang", "chen"}),
    ("POST", "/plans", {"chen"}),
    ("POST", "/customers", {"chen", "mei"}),
    ("POST", "/offices", {"ada"}),
    ("POST", "/work_orders/<int:record>/complete", {"chen", "gong"}),
    ("POST", "/receipts/<int:record>/void", {"wang", "chen"}),
    ("POST", "/approvals/<int:record>/approve", {"chen", "zhou"}),
    ("PATCH", "/broadband_policies/<int:office>", {"chen"}),
]


@pytest.mark.parametrize(("method", "rule", "who"), WHO_MAY)
def test_who_may_by_the_contract(of: Programs, method: str, rule: str, who: set[str]) -> None:
    everybody = ("wang", "chen", "zhou", "mei", "gong", "shen", "minh", "ada")
    endpoint = next(each for each in endpoints_of(of("chen").app) if (each.method, each.rule) == (method, rule))
    assert {name for name in everybody if call(of(name), endpoint) != 403} == who


def test_an_installer_sees_only_his_own_orders(of: Programs) -> None:
    a_line_until("2026-05-14")
    orders = made(of("chen").get("/work_orders"), 200)
    assert orders["total"] == 1
    order = orders["items"][0]["id"]
    assert made(of("mei").get("/work_orders"), 200)["total"] == 1
    assert made(of("gong").get("/work_orders"), 200)["total"] == 0
    assert_refused(of("gong").get(f"/work_orders/{order}"), 404)
    assert_refused(of("gong").post(f"/work_orders/{order}/complete", {}), 404)


def test_no_answer_shows_a_cashier_the_cash_of_the_shift(of: Programs) -> None:
    paid(a_line_until("2026-05-14"), "2026-05-14", by="wang")
    with on_day("2026-05-14"):
        shift = made(of("wang").get("/shifts"), 200)["items"][0]
    assert set(shift) == {"id", "office", "number", "cashier", "on", "float_amount", "opened_at", "closed_at"}
