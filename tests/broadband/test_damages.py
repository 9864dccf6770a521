"""What is asked for equipment stays a debt of the line when it is closed with arrears too."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.choices import FeeKind, Method
from app.broadband.choices import EquipmentState
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.queries import charges_of_line
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.broadband.lines import line_until
from tests.factories import a_plan, acting, on_day, reloaded, set_policy

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("late_policy", "kinds"), [("backfill", {FeeKind.REGULAR, FeeKind.OTHER}), ("restart", {FeeKind.OTHER})])
def test_damages_that_the_closure_did_not_cover_are_owed_for_the_line(late_policy: str, kinds: set[FeeKind]) -> None:
    set_policy(late_policy=late_policy)
    line = line_until("2026-05-14", since="2026-04-15", plan=a_plan(fee=Decimal("50.00")))
    with on_day("2026-05-10"), acting("chen"):
        piece = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="A1")).record
    with on_day("2026-06-03"), acting("chen"):
        lost = Returned(equipment=piece.id, state=EquipmentState.LOST, compensation=Decimal("80.00"))
        closure = run(close, subscription=line.id, terms=ClosureTerms(refund_method=Method.CASH, returned=(lost,))).record
    with everything("reading a test's own debts"):
        owed = db.session.scalars(charges_of_line(line.id)).all()
        assert {charge.fee_kind for charge in owed} == kinds
        assert sum(charge.open_amount for charge in owed) == closure.owed
        assert reloaded(closure).damage_charge_id in {charge.id for charge in owed}
