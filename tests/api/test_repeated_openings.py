"""Openings sent twice: the second answer is the first one's, also when the line has been installed or the payment voided since."""

from __future__ import annotations

import pytest

from app.foundation.database import db
from app.foundation.scope import everything
from app.workorders.models import Installer
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_community, a_plan, office, on_day, user


def application(**values: object) -> dict[str, object]:
    return {
        "customer": {"name": "张三"},
        "community": a_community().id,
        "address": "3-2-501",
        "plan": a_plan().id,
        "business_type": "new",
        "broadband_account": "repeated-1",
        **values,
    }


@pytest.mark.parametrize("since", ["installed", "voided"])
def test_a_repeated_opening_names_its_receipt_whatever_happened_since(of: Programs, since: str) -> None:
    body = application(payment={"months": 1, "method": "cash"})
    with on_day("2026-05-14"):
        first = made(of("mei").post("/subscriptions", body, key="opening"))
        if since == "installed":
            made(of("chen").post(f"/work_orders/{first['work_order']}/complete", {}), 200)
        else:
            made(of("chen").post(f"/receipts/{first['receipt']}/void", {"reason": "重复"}))
        again = of("mei").post("/subscriptions", body, key="opening")
    assert again.headers["Idempotent-Replay"] == "true"
    assert (made(again)["id"], made(again)["receipt"]) == (first["id"], first["receipt"])


def test_an_installer_of_another_office_of_the_same_person_is_not_found(of: Programs) -> None:
    with everything("giving the receptionist a second office"):
        mei, second = user("mei"), office("HK")
        stranger = Installer(office_id=second.id, code="X1", name="阿明")
        db.session.add(stranger)
        mei.offices.append(second)
        db.session.commit()
    with on_day("2026-05-14"):
        answer = of("mei").post("/subscriptions", application(work_order={"installer": stranger.id}))
    assert "installer" in str(assert_refused(answer, 404, "not_found")["fields"])
