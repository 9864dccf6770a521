"""What is asked for equipment stays a debt of the line when it is closed with arrears too."""

from __future__ import annotations

from decimal import Decimal

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from app import create_app
from app.billing.choices import FeeKind, Method
from app.broadband.choices import EquipmentState
from app.broadband.models import Closure
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.queries import charges_of_line
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.upgrade import alembic_config
from config import Settings
from tests.broadband.lines import line_until
from tests.factories import a_plan, acting, on_day, reloaded, set_policy
from tests.stories.test_two_counters import office_at_work

__all__ = ["office_at_work"]


def closed_with_a_lost_piece(late_policy: str) -> Closure:
    """Close a line, 19 days after its stop date, whose equipment is lost: 80.00 are asked for it."""
    set_policy(late_policy=late_policy)
    line = line_until("2026-05-14", since="2026-04-15", plan=a_plan(fee=Decimal("50.00")))
    with on_day("2026-05-10"), acting("chen"):
        piece = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial=f"A{line.id}")).record
    with on_day("2026-06-03"), acting("chen"):
        lost = Returned(equipment=piece.id, state=EquipmentState.LOST, compensation=Decimal("80.00"))
        return run(close, subscription=line.id, terms=ClosureTerms(refund_method=Method.CASH, returned=(lost,))).record


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("late_policy", "kinds"), [("backfill", {FeeKind.REGULAR, FeeKind.OTHER}), ("restart", {FeeKind.OTHER})])
def test_damages_that_the_closure_did_not_cover_are_owed_for_the_line(late_policy: str, kinds: set[FeeKind]) -> None:
    closure = closed_with_a_lost_piece(late_policy)
    with everything("reading a test's own debts"):
        owed = db.session.scalars(charges_of_line(closure.subscription_id)).all()
        assert {charge.fee_kind for charge in owed} == kinds
        assert sum(charge.open_amount for charge in owed) == closure.owed
        assert reloaded(closure).damage_charge_id in {charge.id for charge in owed}


def test_an_upgrade_ties_the_damages_of_closures_that_were_done_before(
    office_at_work: Flask, settings: Settings, committed_database: str
) -> None:
    for policy in ("backfill", "restart"):
        closed_with_a_lost_piece(policy)
    tied = select(Closure.id, Closure.damage_charge_id).order_by(Closure.id)
    with everything("reading a test's own closures"):
        before = db.session.execute(tied).all()
    db.session.remove()
    owner = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=committed_database, TESTING=True)
    with create_engine(committed_database, poolclass=NullPool).connect() as connection:
        for go, revision in ((command.downgrade, "0020"), (command.upgrade, "head")):
            with connection.begin():
                go(alembic_config(owner, connection), revision)
    with everything("reading a test's own closures"):
        assert db.session.execute(tied).all() == before
    assert all(charge for _, charge in before)
