"""Names and codes that are needed are never empty, neither in a new row nor in a change."""

from __future__ import annotations

import pytest

from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_plan

EMPTY = ["", "   ", "\u3000"]


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/plans", {"fee": "50.00", "months": 1}),
        ("/communities", {"code": "XQ9"}),
        ("/materials", {"code": "M9", "unit_price": "1.00"}),
        ("/installers", {"code": "A9"}),
        ("/business_types", {"code": "B9", "kind": "new"}),
        ("/customers", {}),
    ],
)
def test_a_new_row_needs_its_name(of: Programs, path: str, body: dict[str, object], name: str) -> None:
    assert "name" in assert_refused(of("chen").post(path, {**body, "name": name}), 422)["fields"]


@pytest.mark.parametrize("name", EMPTY)
def test_a_name_cannot_be_taken_away(of: Programs, name: str) -> None:
    plan = a_plan(name="家庭 300M")
    assert_refused(of("chen").patch(f"/plans/{plan.id}", {"name": name}), 422, "required")
    assert made(of("chen").get(f"/plans/{plan.id}"), 200)["name"] == "家庭 300M"
