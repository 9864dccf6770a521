"""The demonstration shows the whole life of a line: something of everything, and its books hold."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.broadband.choices import (
    EquipmentState,
    PlanChangeMode,
    PlanChangeStatus,
    ProposalStatus,
    StopReason,
    SubscriptionOperation,
    SubscriptionState,
)
from app.demonstration.remarks import REMARKS
from app.foundation.database import db
from app.foundation.proofs import prove
from app.offices.choices import Language
from app.workorders.choices import WorkKind, WorkOrderStatus
from config import Settings
from tests.conftest import make_application
from tests.demonstration.conftest import UNTIL

TODAY = UNTIL.date()


def number(statement: str, **values: Any) -> int:
    return int(db.session.connection().execute(text(statement), values).scalar_one())


def test_all_invariants_hold(played: Flask, settings: Settings) -> None:
    owner = make_application(settings, played.config["SQLALCHEMY_DATABASE_URI"], AS_OWNER=True)
    assert [(result.invariant.name, result.violations, result.error) for result in prove(owner) if not result.holds] == []


@pytest.mark.usefixtures("demonstration")
class TestLines:
    @pytest.mark.parametrize("state", SubscriptionState)
    def test_lines_are_in_every_state(self, state: SubscriptionState) -> None:
        assert number("SELECT count(*) FROM subscription WHERE state = :state", state=state) >= 1

    @pytest.mark.parametrize("reason", StopReason)
    def test_lines_are_cut_for_every_reason(self, reason: StopReason) -> None:
        assert number("SELECT count(*) FROM subscription WHERE state = 'forced' AND stop_reason = :reason", reason=reason) >= 1

    def test_most_lines_are_in_use(self) -> None:
        assert number("SELECT count(*) FROM subscription WHERE state = 'active'") * 10 > number("SELECT count(*) FROM subscription") * 6

    def test_some_lines_expire_soon_and_one_has(self) -> None:
        active = "SELECT count(*) FROM subscription WHERE state = 'active' AND stops_on"
        assert number(f"{active} BETWEEN :today AND :today + 15", today=TODAY) >= 3
        assert number(f"{active} < :today", today=TODAY) >= 1

    def test_a_line_at_rest_has_the_day_of_its_return_before_it(self) -> None:
        assert number("SELECT count(*) FROM subscription WHERE state = 'suspended' AND planned_resume_on > :today", today=TODAY) >= 2

    @pytest.mark.parametrize(
        "operation", [each for each in SubscriptionOperation if each not in (SubscriptionOperation.PAY, SubscriptionOperation.COMPLETE)]
    )
    def test_every_operation_was_done(self, operation: SubscriptionOperation) -> None:
        assert number("SELECT count(*) FROM subscription_event WHERE operation = :operation", operation=operation) >= 1

    def test_a_mistaken_operation_was_voided(self) -> None:
        assert number("SELECT count(*) FROM subscription_event WHERE reversal_id IS NOT NULL") >= 1

    def test_lines_came_back_by_the_night_and_by_a_person(self) -> None:
        assert number("SELECT count(*) FROM resumption WHERE is_automatic AND booked_on < :today", today=TODAY) >= 1
        assert number("SELECT count(*) FROM resumption WHERE NOT is_automatic AND booked_on < :today", today=TODAY) >= 1

    @pytest.mark.parametrize(
        ("mode", "status"),
        [
            (PlanChangeMode.MONEY, PlanChangeStatus.APPLIED),
            (PlanChangeMode.MONEY, PlanChangeStatus.BOOKED),
            (PlanChangeMode.PERIOD_END, PlanChangeStatus.APPLIED),
            (PlanChangeMode.PERIOD_END, PlanChangeStatus.BOOKED),
        ],
    )
    def test_plans_changed_at_once_and_from_the_next_period(self, mode: PlanChangeMode, status: PlanChangeStatus) -> None:
        statement = "SELECT count(*) FROM plan_change WHERE mode = :mode AND change_status = :status"
        assert number(statement, mode=mode, status=status) >= 1

    def test_a_plan_change_gave_money_back_and_another_took_some(self) -> None:
        assert number("SELECT count(*) FROM plan_change WHERE difference < 0") >= 1
        assert number("SELECT count(*) FROM plan_change WHERE difference > 0") >= 1

    def test_closures_paid_back_and_set_debts_off(self) -> None:
        assert number("SELECT count(*) FROM closure WHERE refund > 0 AND owed = 0") >= 1
        assert number("SELECT count(*) FROM closure WHERE set_off > 0") >= 1

    @pytest.mark.parametrize("state", [EquipmentState.LENT, EquipmentState.DAMAGED])
    def test_equipment_is_lent_and_came_back(self, state: EquipmentState) -> None:
        assert number("SELECT count(*) FROM equipment WHERE state = :state", state=state) >= 1

    def test_lines_renew_themselves_from_credit(self) -> None:
        assert number("SELECT count(*) FROM subscription WHERE renews_from_credit") >= 1
        renewed = "SELECT count(*) FROM regular_payment JOIN receipt_method USING (receipt_id) WHERE method = 'credit'"
        assert number(renewed) >= 2

    @pytest.mark.parametrize("status", ProposalStatus)
    def test_proposals_of_the_night_wait_and_are_decided(self, status: ProposalStatus) -> None:
        assert number("SELECT count(*) FROM line_proposal WHERE proposal_status = :status", status=status) >= 1

    def test_a_closure_is_proposed(self) -> None:
        assert number("SELECT count(*) FROM line_proposal WHERE operation = 'close' AND proposal_status = 'waiting'") >= 1


@pytest.mark.usefixtures("demonstration")
class TestWorks:
    @pytest.mark.parametrize("status", WorkOrderStatus)
    def test_orders_are_in_every_state(self, status: WorkOrderStatus) -> None:
        assert number("SELECT count(*) FROM work_order WHERE status = :status", status=status) >= 1

    @pytest.mark.parametrize("kind", WorkKind)
    def test_orders_are_of_every_business_type(self, kind: WorkKind) -> None:
        of_kind = "SELECT count(*) FROM work_order JOIN business_type ON business_type.id = business_type_id WHERE kind = :kind"
        assert number(of_kind, kind=kind) >= 1

    def test_the_installer_who_signs_in_has_visits_today_and_ahead(self) -> None:
        visits = """
            SELECT count(*) FROM work_order JOIN installer ON installer.id = installer_id JOIN ab_user ON ab_user.id = installer.user_id
            WHERE username = 'installer.sz' AND status IN ('booked', 'on_site')
              AND (appointment_at AT TIME ZONE 'Asia/Shanghai')::date
        """
        assert number(f"{visits} = :today", today=TODAY) >= 1
        assert number(f"{visits} > :today", today=TODAY) >= 1

    def test_nobody_waits_for_a_visit_of_yesterday(self) -> None:
        late = "SELECT count(*) FROM work_order WHERE status IN ('booked', 'on_site') AND appointment_at < :today"
        assert number(late, today=TODAY) == 0

    def test_installers_hold_money_and_have_brought_some(self) -> None:
        assert number("SELECT count(*) FROM handover") >= 1
        assert number("SELECT sum(amount) FROM posting WHERE account = 'door'") > 0

    def test_measurements_of_an_office_without_decimals_are_no_amounts(self) -> None:
        measured = "SELECT count(*) FROM work_order JOIN office ON office.id = office_id WHERE code = 'HN' AND optical_power IS NOT NULL"
        assert number(measured) >= 1


@pytest.mark.usefixtures("demonstration")
def test_people_are_called_and_written_to() -> None:
    assert number("SELECT count(*) FROM reminder_call") >= 1
    assert number("SELECT count(*) FROM letter") >= 1


@pytest.mark.parametrize("language", REMARKS)
def test_clerks_write_in_the_language_of_their_office(language: Language) -> None:
    written = [
        text
        for value in vars(REMARKS[language]).values()
        for text in ((value,) if isinstance(value, str) else value)
        if isinstance(text, str)
    ]
    chinese = [any("\u4e00" <= sign <= "\u9fff" for sign in sentence) for sentence in written]
    assert chinese == [language is not Language.VIETNAMESE] * len(written)
