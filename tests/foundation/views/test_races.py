"""Four people at once: what one request chose never reaches another (hole H1)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import request

from app.foundation.views.state import PerRequest, SharedObject
from tests.foundation.views.conftest import Browser
from tests.foundation.views.toy import HERE, ToyLine, ToyPayment, ToyPaymentView, ToyStreet

CLIENTS, ROUNDS = 4, 150


def test_600_adds_by_four_clients_all_reach_their_own_parent(toys, store, stored):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    parents = store(*[ToyLine(office_id=HERE, name=f"Li {number}", street_id=street) for number in range(CLIENTS)])
    failed = []

    def work(number):
        visitor = Browser(toys.test_client(), "wang")
        for turn in range(ROUNDS):
            # The related list names its parent in the address, as the framework's own filters did.
            visitor.get(f"/toypaymentview/list/?line={parents[number]}") if turn % 25 == 0 else None
            answer = visitor.post(
                f"/toylineview/add?street={street}",
                {
                    "name": f"{number}/{turn}",
                    "street": street,
                    "status": "active",
                    "fee": str(number),
                    "phone": str(number),
                    "key": f"{number}-{turn}",
                },
            )
            if answer.status_code != 302:
                failed.append(answer.text)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    assert failed == []
    rows = stored(ToyLine)[CLIENTS:]
    assert len(rows) == CLIENTS * ROUNDS
    assert [row.name for row in rows if not row.name.startswith(f"{row.phone}/") or int(row.fee) != int(row.phone)] == []


def test_600_payments_by_four_clients_all_reach_their_own_line(toys, store, stored):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    parents = store(*[ToyLine(office_id=HERE, name=f"Li {number}", street_id=street) for number in range(CLIENTS)])
    failed = []

    def work(number):
        visitor = Browser(toys.test_client(), "wang")
        for turn in range(ROUNDS):
            data = {
                "line": parents[number],
                "months": "1",
                "price": str(number + 1),
                "paid_on": "2026-05-14",
                "note": str(number),
                "key": f"{number}-{turn}",
            }
            answer = visitor.post("/toypaymentview/add", data)
            if answer.status_code != 302:
                failed.append(answer.status_code)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    assert failed == []
    rows = stored(ToyPayment)
    assert len(rows) == CLIENTS * ROUNDS
    assert [row.id for row in rows if parents[int(row.note)] != row.line_id or row.amount != int(row.note) + 1] == []


def test_the_filters_of_a_view_live_in_the_request(toys):
    view = next(view for view in toys.appbuilder.baseviews if isinstance(view, ToyPaymentView))
    with toys.test_request_context("/"):
        first = view._filters
        assert view._filters is first
    with toys.test_request_context("/"):
        assert view._filters is not first
    assert "_filters" not in vars(view)


def test_an_outer_application_context_shares_nothing(toys):
    """Tests and commands push an application context around several requests; its ``g`` would be shared."""
    view = next(view for view in toys.appbuilder.baseviews if isinstance(view, ToyPaymentView))
    with toys.app_context():
        with toys.test_request_context("/"):
            first = view._filters
        with toys.test_request_context("/"):
            assert view._filters is not first


def test_nothing_can_be_kept_on_a_view_during_a_request(toys):
    view = next(view for view in toys.appbuilder.baseviews if isinstance(view, ToyPaymentView))
    with toys.test_request_context("/"), pytest.raises(RuntimeError, match="shared by all requests"):
        view.last_person = "wang"


def test_threads_see_their_own_value(toys):
    class Shared(SharedObject):
        path = PerRequest(lambda owner: request.path)

    shared, seen, barrier = Shared(), {}, threading.Barrier(4)

    def look(number):
        with toys.test_request_context(f"/{number}"):
            barrier.wait()
            shared.path = shared.path + "!"
            barrier.wait()
            seen[number] = shared.path

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    assert seen == {number: f"/{number}!" for number in range(4)}
