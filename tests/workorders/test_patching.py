"""A program changes an order: everything it says is done together, or nothing of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.api.conftest import Programs, assert_refused
from tests.workorders.conftest import Works, order_of

pytestmark = pytest.mark.usefixtures("march_8")

NOBODY = 999_999_999


@pytest.mark.parametrize(
    ("rest", "status", "code"),
    [
        ({"materials": [{"material": NOBODY, "quantity": "1"}]}, 404, "not_found"),
        ({"materials": [{}]}, 400, "required"),
        ({"materials": [{"quantity": "1"}]}, 400, "required"),
        ({"installation_fee": "-1"}, 422, None),
        ({"new_community": NOBODY}, 404, "not_found"),
        ({"new_plan": NOBODY}, 404, "not_found"),
    ],
)
def test_a_refused_change_gives_the_order_to_nobody_else(of: Programs, works: Works, rest: dict[str, Any], status: int, code: str) -> None:
    before = works.order()
    answer = of("chen").send("PATCH", f"/work_orders/{before.id}", json={"installer": None, "note": "换人", **rest})
    assert_refused(answer, status, code)
    after = order_of(works.line)
    assert (after.installer_id, after.note, after.version) == (works.installer, before.note, before.version)


def test_installer_and_remarks_are_changed_together(of: Programs, works: Works) -> None:
    before = works.order()
    answer = of("chen").send("PATCH", f"/work_orders/{before.id}", json={"installer": None, "note": "换人", "version": before.version})
    assert answer.status_code == 200
    after = order_of(works.line)
    assert (after.installer_id, after.note) == (None, "换人")


def test_a_plan_of_another_office_is_no_plan(of: Programs, works: Works) -> None:
    theirs = factories.a_plan("HN")
    assert_refused(of("chen").send("PATCH", f"/work_orders/{works.order().id}", json={"new_plan": theirs.id}), 404, "not_found")
    assert order_of(works.line).new_plan_id is None


def test_a_plan_of_another_office_is_not_installed_either(of: Programs, works: Works) -> None:
    theirs = factories.a_plan("HN")
    address = f"/work_orders/{works.order().id}/complete"
    assert_refused(of("gong").post(address, {"worked_on": "2026-03-08", "new_plan": theirs.id}), 404, "not_found")
    assert order_of(works.line).is_open
