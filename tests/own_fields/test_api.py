"""The office's own fields in the API: by the names that the office gave them; hidden ones are taken all the same."""

from __future__ import annotations

from tests import factories
from tests.api.conftest import Programs, assert_refused, of  # noqa: F401  (the programs of the cast)
from tests.own_fields.conftest import contract, named
from tests.own_fields.test_own_texts import customer_of, order_of


def test_a_customer_is_given_with_his_fields(of: Programs) -> None:  # noqa: F811
    named(contract())
    customer = factories.a_customer(name="王晓明", own_1="HT-17", own_2="of no field")
    assert of("chen").get(f"/customers/{customer.id}").json["own_fields"] == {"合同编号": "HT-17"}


def test_a_customer_is_added_and_changed_with_them(of: Programs) -> None:  # noqa: F811
    named(contract())
    chen = of("chen")
    added = chen.post("/customers", {"name": "王晓明", "own_fields": {"合同编号": "HT-17"}})
    assert added.status_code == 201
    assert added.json["own_fields"] == {"合同编号": "HT-17"}
    changed = chen.patch(f"/customers/{added.json['id']}", {"own_fields": {"合同编号": None}})
    assert changed.json["own_fields"] == {"合同编号": None}
    assert customer_of("王晓明").own_1 is None


def test_a_change_of_something_else_leaves_them(of: Programs) -> None:  # noqa: F811
    named(contract(is_required=True))
    customer = factories.a_customer(name="王晓明", own_1="HT-17")
    of("chen").patch(f"/customers/{customer.id}", {"note": "x"})
    assert customer_of("王晓明").own_1 == "HT-17"


def test_a_name_that_the_office_does_not_use_is_refused(of: Programs) -> None:  # noqa: F811
    answer = of("chen").post("/customers", {"name": "王晓明", "own_fields": {"合同编号": "HT-17"}})
    assert_refused(answer, 422, "unknown_field")


def test_a_required_field_is_asked_for(of: Programs) -> None:  # noqa: F811
    named(contract(is_required=True))
    assert_refused(of("chen").post("/customers", {"name": "王晓明"}), 422, "required")


def test_a_text_too_long_or_of_another_kind_is_refused(of: Programs) -> None:  # noqa: F811
    named(contract())
    assert_refused(of("chen").post("/customers", {"name": "王晓明", "own_fields": {"合同编号": "长" * 201}}), 422)
    assert_refused(of("chen").post("/customers", {"name": "王晓明", "own_fields": {"合同编号": 17}}), 400)
    assert_refused(of("chen").post("/customers", {"name": "王晓明", "own_fields": ["HT-17"]}), 400)


def test_a_hidden_field_is_still_taken(of: Programs) -> None:  # noqa: F811
    named(hidden=("tax_number",))
    answer = of("chen").post("/customers", {"name": "王晓明", "tax_number": "91310000X"})
    assert answer.json["tax_number"] == "91310000X"


def test_a_work_order_is_changed_and_completed_with_them(of: Programs) -> None:  # noqa: F811
    named(contract(name="光猫序列号"), entity="work_order")
    order = order_of(factories.a_pending_line("2026-05-01").customer_id)
    changed = of("chen").patch(f"/work_orders/{order.id}", {"own_fields": {"光猫序列号": "SN-1"}, "note": "带梯子"})
    assert (changed.json["own_fields"], changed.json["note"]) == ({"光猫序列号": "SN-1"}, "带梯子")
    done = of("chen").post(f"/work_orders/{order.id}/complete", {"own_fields": {"光猫序列号": "SN-2"}})
    assert (done.status_code, done.json["own_fields"]) == (200, {"光猫序列号": "SN-2"})


def test_a_stale_change_of_an_order_is_refused(of: Programs) -> None:  # noqa: F811
    order = order_of(factories.a_pending_line("2026-05-01").customer_id)
    assert of("chen").patch(f"/work_orders/{order.id}", {"note": "first", "version": order.version}).status_code == 200
    assert_refused(of("chen").patch(f"/work_orders/{order.id}", {"note": "second", "version": order.version}), 409, "stale")
