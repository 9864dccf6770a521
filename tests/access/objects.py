"""One record of every kind in each of two offices, by the name of its class: what the addresses with a number are asked with.

A new kind of record that an address shows needs a maker here; ``test_expected`` names the one that is missing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.billing.choices import AdjustmentKind, FeeKind, Method, PricedOperation, VoucherKind
from app.billing.journal import JournalEntry
from app.billing.models import PriceListItem, Receipt, Reversal, Voucher
from app.billing.operations.voids import approve_void, void_receipt
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState, PlanChangeMode, StopReason, SubscriptionOperation
from app.broadband.models import BroadbandPolicy, BulkRow, LineProposal, RegularPayment, Subscription
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.bulk import BulkTerms, begin_bulk
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, resume, suspend
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.customers.models import Customer
from app.debts.choices import CollectionKind
from app.debts.models import DebtDigest, DebtPolicy, LateInterest
from app.debts.operations.adjusting import adjust_charge, write_off
from app.debts.operations.collecting import note_promise, note_step
from app.debts.operations.interest import post_interest
from app.foundation import clock
from app.foundation.database import db
from app.foundation.imports.operations import begin
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.jobs import BackgroundJob
from app.foundation.proofs.records import ProofKind, ProofRun
from app.foundation.safe_keeping.models import Backup, BackupKind, BackupState
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.foundation.uploads import CheckedFile, FileType
from app.foundation.uploads.keeping import keep
from app.foundation.uploads.models import Upload
from app.metering.choices import ReportKind
from app.metering.operations.devices import enrol_device, new_token
from app.metering.operations.reports import report_meter
from app.notices import operations as notices
from app.notices.models import NoticeSetting
from app.offices.choices import Language
from app.offices.models import Employee, Office, SignIn
from app.offices.sessions import PAGE, open_session
from app.places.choices import FactName
from app.places.models import Unit
from app.reminders.choices import CallOutcome, LetterState
from app.reminders.models import Letter
from app.reminders.operations.calls import note_call
from app.reminders.operations.letters import write_letters
from app.reminders.operations.notices import issue_notice
from app.runs.models import BillingPeriod, RunResult
from app.runs.operations import begin_run, calculate_chunk, end_calculation
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.tariffs.operations import draft_version, save_setting
from app.tariffs.views.services import LIMITS
from app.workorders.models import BusinessType, Installer, Material, WorkOrder
from app.workorders.operations import Completion, FeeTerms, complete, hand_over
from tests import factories
from tests.debts.making import a_bill, a_resident
from tests.runs.making import a_correction, charged_for_service
from tests.tariffs import making as tariffs

DAY = "2026-05-14"
MISSING = 999_999_999
# Who works in an office: manager, cashier, and the person whose orders are an installer's own.
MANAGERS = {"SH": "chen", "HN": "binh"}
CASHIERS = {"SH": "wang", "HN": "lan"}
INSTALLERS = {"SH": "gong", "HN": None}

Ids = Mapping[str, int]


def objects_of(code: str) -> dict[str, int]:
    """Make one of everything in an office on ``DAY``; return the numbers by the name of the class.

    The work order is its installer's own and still open; ``OthersWorkOrder`` belongs to nobody.
    """
    with factories.on_day(DAY):
        line = factories.an_active_line("2026-05-01", code, customer=factories.a_customer(code, name="王晓明"))
        payment = factories.paid(line, "2026-05-02", 2)
        voided = factories.paid(factories.an_active_line(DAY, code, customer=factories.a_customer(code, name="赵六")), DAY)
        pending = factories.a_pending_line("2026-05-10", code, customer=factories.a_customer(code, name="李娜"))
        with factories.acting(MANAGERS[code]):
            run(void_receipt, receipt=voided.receipt_id, reason="收错了")
        with factories.acting(CASHIERS[code]):
            approval = run(void_receipt, receipt=payment.receipt_id, reason="月数录错").record
        with factories.acting(MANAGERS[code]):
            voucher = run(_refund, customer=line.customer_id).record
    ids = {"Subscription": line.id, "Customer": line.customer_id, "Plan": line.plan_id, "Community": line.community_id}
    ids |= {"RegularPayment": payment.id, "Receipt": payment.receipt_id, "Charge": payment.charge_id, "Voucher": voucher.id}
    ids |= {"Approval": approval.id, "OthersWorkOrder": _order_of(line.id)}
    ids |= _deeds_of(code) | _changes_of(code) | _ended_of(code) | _reminded(code)
    ids |= {"LineProposal": _proposal_of(line, code)} | _places_of(code, line.customer_id)
    ids |= _tariffs_of(code, ids["Building"]) | _in_debt(code)
    made = _lists_of(code) | _found_of(code, payment, voided) | _work_of(code, pending) | _person_of(code) | _files_of(code)
    return ids | made | of_the_installation()


def _in_debt(code: str) -> dict[str, int]:
    """Let a resident be late: interest, an adjustment, a write-off, a promise, a call, and the digest that tells of it."""
    unit, customer = a_resident("1204", code, name="郑十一")
    bill = a_bill(unit, customer, "1000", "2026-04-01")
    day = datetime.date.fromisoformat(DAY)
    records: list[Any] = []
    with factories.on_day(DAY, factories.office(code).time_zone), factories.acting(MANAGERS[code]):
        run(post_interest, customer=customer.id)
        records += db.session.scalars(select(LateInterest).where(LateInterest.source_charge_id == bill.charge_id)).all()
        records.append(run(adjust_charge, charge=bill.charge_id, kind=AdjustmentKind.LOWER, amount=Decimal(10), reason="抄错").record)
        records.append(run(note_promise, customer=customer.id, amount=Decimal(20), due_on=day).record)
        records.append(run(note_step, customer=customer.id, kind=CollectionKind.CALL, note="无人接听").record)
    with factories.on_day(DAY, factories.office(code).time_zone), factories.acting(CASHIERS[code]):
        asked = run(write_off, charge=bill.charge_id, amount=Decimal(1), reason="收不回").record
    with factories.on_day(DAY, factories.office(code).time_zone), factories.acting(MANAGERS[code]):
        given_up = run(approve_void, approval=asked.id).record.made_adjustment_id
    letter = {"day": day, "recipient": "boss@example.com", "language": Language.VIETNAMESE, "subject": "欠费", "body": "欠费"}
    records.append(factories._stored(DebtDigest, code, letter | {"state": LetterState.GIVEN_UP}))
    policies = select(DebtPolicy.id).where(DebtPolicy.office_id == factories.office(code).id)
    with factories.acting(MANAGERS[code]):
        policy = db.session.scalars(policies).one()
    return {type(record).__name__: record.id for record in records} | {"WriteOff": given_up, "DebtPolicy": policy}


def _deeds_of(code: str) -> dict[str, int]:
    """Suspend a line, resume it, and cut it."""
    line = factories.a_line_until("2026-08-14", code, customer=factories.a_customer(code, name="钱七"))
    records: list[Any] = []
    with factories.on_day("2026-08-01", factories.office(code).time_zone), factories.acting(MANAGERS[code]):
        records.append(run(suspend, subscription=line.id, terms=SuspensionTerms()).record)
        records.append(run(resume, subscription=line.id, terms=ResumptionTerms()).record)
        records.append(run(force_stop, subscription=line.id, reason=StopReason.VIOLATION, terms=DeedTerms()).record)
        terms = BulkTerms(operation=SubscriptionOperation.RESUME)
        records.append(run(begin_bulk, office=line.office_id, lines=(line.id,), terms=terms).record)
        records += db.session.scalars(select(BulkRow).where(BulkRow.bulk_run_id == records[-1].id)).all()
    return {type(record).__name__: record.id for record in records}


def _changes_of(code: str) -> dict[str, int]:
    """Relocate a line, book another plan for it, and give it to another customer."""
    line = factories.a_line_until("2026-08-14", code, customer=factories.a_customer(code, name="孙八"))
    plan, heir = factories.a_plan(code), factories.a_customer(code, name="周九")
    records: list[Any] = []
    with factories.on_day("2026-08-01", factories.office(code).time_zone), factories.acting(MANAGERS[code]):
        place = RelocationTerms(community=line.community_id, address="8-1-301")
        records.append(run(relocate, subscription=line.id, terms=place).record)
        booking = PlanChangeTerms(plan=plan.id, mode=PlanChangeMode.PERIOD_END)
        records.append(run(change_plan, subscription=line.id, terms=booking).record)
        records.append(run(transfer, subscription=line.id, terms=TransferTerms(customer=heir.id)).record)
    return {type(record).__name__: record.id for record in records}


def _reminded(code: str) -> dict[str, int]:
    """Remind a customer whose line stops five days after ``DAY``: by a call, a notice and a letter that was given up."""
    today = datetime.date.fromisoformat(DAY)
    person = factories.a_customer(code, name="吴十", email="wu@example.com")
    line = factories.a_line_until((today + datetime.timedelta(days=5)).isoformat(), code, customer=person)
    with factories.on_day(DAY), factories.acting(MANAGERS[code]):
        call = run(note_call, subscription=line.id, outcome=CallOutcome.WILL_PAY).record
        notice = run(issue_notice, subscription=line.id).record
        run(_written, office=line.office_id, day=today)
        letter = db.session.scalars(select(Letter).where(Letter.subscription_id == line.id)).one()
        letter.state, letter.next_attempt_at = LetterState.GIVEN_UP, None
        db.session.commit()
    return {"ExpiringLine": line.id, "ReminderCall": call.id, "RenewalNotice": notice.id, "Letter": letter.id}


def _written(*, office: int, day: datetime.date) -> Office:
    write_letters(office=office, day=day, step=7, next_step=3, after=0)
    return found(Office, office)


def _ended_of(code: str) -> dict[str, int]:
    """Lend equipment on a line, give it months and days, and close it."""
    line = factories.a_line_until("2026-08-14", code, customer=factories.a_customer(code, name="吴十"))
    with factories.on_day("2026-08-01", factories.office(code).time_zone), factories.acting(MANAGERS[code]):
        piece = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial=f"GM-{code}")).record
        gift = run(give_months, subscription=line.id, terms=GiftTerms(gift_months=1, reason="老客户")).record
        days = run(compensate, subscription=line.id, terms=CompensationTerms(compensation_days=3, reason="断网")).record
        back = (Returned(equipment=piece.id, state=EquipmentState.GOOD),)
        closure = run(close, subscription=line.id, terms=ClosureTerms(returned=back)).record
    return {"Equipment": piece.id, "Gift": gift.id, "Compensation": days.id, "Closure": closure.id}


def _proposal_of(line: Subscription, code: str) -> int:
    """Propose a forced stop of the line."""
    terms = {"operation": SubscriptionOperation.FORCE_STOP, "proposed_on": line.applied_on, "since": line.applied_on}
    return int(factories._stored(LineProposal, code, {"subscription_id": line.id, **terms}).id)


def _places_of(code: str, customer: int) -> dict[str, int]:
    """Make a building with a unit, a fact of it, and let the customer live there."""
    unit = factories.a_unit("1203", code)
    fact = factories.a_fact(unit, FactName.PERSONS, "2")
    with factories.acting(MANAGERS[code]):
        there = factories.an_occupancy(unit, found(Customer, customer))
    return (
        {"Building": unit.building_id, "Unit": unit.id, "UnitFact": fact.id, "Occupancy": there.id}
        | _metered(unit)
        | _billed(unit, customer, code)
    )


def _billed(unit: Unit, customer: int, code: str) -> dict[str, int]:
    """Calculate a month of the unit's building, and charge it for a service."""
    with factories.acting(MANAGERS[code]):
        service = db.session.scalars(select(Service).where(Service.office_id == unit.office_id).order_by(Service.id)).first()
        assert service is not None
        terms: dict[str, Any] = {"office": unit.office_id, "building": unit.building_id, "services": (service.id,)}
        billing = run(begin_run, month=datetime.date(2026, 5, 1), **terms).record
        while run(calculate_chunk, run=billing.id).record:
            pass
        run(end_calculation, run=billing.id)
        charged = run(charged_for_service, run=billing.id, unit=unit.id, service=service.id, customer=customer).record
        result = db.session.scalars(select(RunResult).where(RunResult.run_id == billing.id).order_by(RunResult.id)).first()
        assert result is not None
        period = db.session.scalars(select(BillingPeriod).where(BillingPeriod.building_id == unit.building_id)).one()
        correction = a_correction(charged)
        notice = run(notices.issue_notice, period=period.id, unit=unit.id, customer=customer).record
        batch = run(notices.begin_batch, period=period.id).record
        # After the notice was frozen, so that only mail knows the address; it has failed, so that it may be asked for again.
        reachable = db.session.get_one(Customer, customer)
        reachable.email = "unit@example.com"
        letter = run(notices.mail_notice, notice=notice.id).record
        letter.state, letter.next_attempt_at = LetterState.GIVEN_UP, None
        db.session.commit()
        setting = db.session.scalars(select(NoticeSetting).where(NoticeSetting.office_id == unit.office_id)).one()
    return {
        "BillingRun": billing.id,
        "RunResult": result.id,
        "BillingPeriod": period.id,
        "ServiceCharge": charged.id,
        "BillCorrection": correction.id,
        "Notice": notice.id,
        "NoticeBatch": batch.id,
        "NoticeLetter": letter.id,
        "NoticeSetting": setting.id,
    }


def _metered(unit: Unit) -> dict[str, int]:
    """Hang a meter in the unit, read it until a figure is red, and entitle somebody to preferential water."""
    meter = factories.a_read_meter(unit, 100, 100, 100)
    red = factories.a_reading(meter, "2026-05-14", "900")
    quota = factories.a_water_quota(unit, 2)
    with factories.acting(MANAGERS[factories._office_of(unit).code]):
        phone = run(enrol_device, building=unit.building_id, service=None, mark=str(uuid4()), token=new_token()).record
        seen = {"kind": ReportKind.BROKEN, "read_on": red.read_on, "value": None}
        report = run(report_meter, meter=meter.id, uuid=str(uuid4()), **seen).record
    return {
        "ReaderDevice": phone.id,
        "Meter": meter.id,
        "MeterReport": report.id,
        "Reading": red.id,
        "MeterInstallation": red.installation_id,
        "WaterQuota": quota.id,
    }


def _tariffs_of(code: str, building: int) -> dict[str, int]:
    """Draft a version of a tariff for a building that has limits of its own."""
    service = tariffs.service(code=code)
    limits = {name: getattr(service, name) for name in (*LIMITS, "due_days")}
    with factories.acting(MANAGERS[code]):
        values = tuple({"service": service.id, "building": building, **limits}.items())
        setting = run(save_setting, record=None, office=service.office_id, version=None, values=values).record
        tariff = tariffs.a_tariff(code, kind=ServiceKind.GAS, name="Gas")
        draft = run(draft_version, tariff=tariff.id).record
    return {"Service": service.id, "ServiceSetting": setting.id, "Tariff": tariff.id, "TariffVersion": draft.id}


def _refund(*, customer: int) -> Voucher:
    payee = found(Customer, customer)
    office = found(Office, payee.office_id)
    today = clock.today(office)
    return pay_out(
        office=office,
        kind=VoucherKind.REFUND,
        lines=[PaidOut("退费", Decimal(10_000), FeeKind.REGULAR)],
        methods=(MethodAmount(Method.BANK_TRANSFER),),
        reason="退费",
        on=today,
        booked_on=today,
        customer=payee,
    )


def _lists_of(code: str) -> dict[str, int]:
    """Make what an office keeps in its lists."""
    rows: list[Any] = [
        factories._stored(Employee, code, {"code": "E1", "name": "王五"}),
        factories._stored(Material, code, {"code": "M1", "name": "网线", "unit_price": Decimal(5)}),
        factories._stored(PriceListItem, code, {"operation": PricedOperation.HANDLING, "fee": Decimal(10)}),
    ]
    return {type(row).__name__: row.id for row in rows}


def _found_of(code: str, payment: RegularPayment, voided: RegularPayment) -> dict[str, int]:
    """Return what the office and its operations made by themselves."""
    office = factories.office(code)
    statements = {
        "BroadbandPolicy": select(BroadbandPolicy.id).where(BroadbandPolicy.office_id == office.id),
        "BusinessType": select(BusinessType.id).where(BusinessType.office_id == office.id).order_by(BusinessType.id).limit(1),
        "JournalEntry": select(JournalEntry.id).where(JournalEntry.receipt_id == payment.receipt_id),
        "Reversal": select(Reversal.id).where(Reversal.receipt_id == voided.receipt_id),
        "Shift": select(Receipt.shift_id).where(Receipt.id == payment.receipt_id),
    }
    with everything("a test's own records"):
        ids = {name: db.session.execute(statement).scalar_one() for name, statement in statements.items()}
    return {"Office": office.id, **ids}


def _work_of(code: str, pending: Any) -> dict[str, int]:
    """Give the open order of a pending line to the office's installer."""
    worker = INSTALLERS[code]
    installer = factories._stored(
        Installer, code, {"code": "I1", "name": "龚师傅", "user_id": factories.user(worker).id if worker else None}
    )
    order = _order_of(pending.id)
    _give(order, installer)
    return {"Installer": installer.id, "WorkOrder": order, "Handover": _handed_over(code, installer)}


def _give(order: int, installer: Installer) -> None:
    with everything("a test's own order"):
        row = db.session.scalars(select(WorkOrder).where(WorkOrder.id == order)).one()
        row.installer_id = installer.id
        db.session.commit()


def _handed_over(code: str, installer: Installer) -> int:
    """Let the installer collect money at a door and hand it over at the desk."""
    line = factories.a_pending_line("2026-05-10", code, customer=factories.a_customer(code, name="周八"))
    order = _order_of(line.id)
    _give(order, installer)
    told = Completion(fees=FeeTerms(labour_material_fee=Decimal(60)), methods=(MethodAmount(Method.DOOR),))
    with factories.on_day("2026-05-12", factories.office(code).time_zone):
        with factories.acting(MANAGERS[code]):
            run(complete, work_order=order, completion=told)
        with factories.acting(CASHIERS[code]):
            return int(run(hand_over, installer=installer.id).record.id)


def _order_of(line: int) -> int:
    from app.broadband.models import SubscriptionWorkOrder

    with everything("a test's own order"):
        statement = select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line)
        return db.session.execute(statement).scalar_one()


def _person_of(code: str) -> dict[str, int]:
    """Return a user of the office, one of his sign-ins, and a job of the office."""
    person = factories.user(CASHIERS[code])
    open_session(person, PAGE, "10.0.0.7", "a browser")
    with everything("a test's own records"):
        sign_in = db.session.execute(select(SignIn.id).where(SignIn.user_id == person.id).order_by(SignIn.id.desc()).limit(1)).scalar_one()
        job = BackgroundJob(
            kind="demonstration_history",
            label="Filling the demonstration offices with their history",
            office_id=factories.office(code).id,
            arguments={},
            actor={},
            created_by_id=factories.user(MANAGERS[code]).id,
        )
        db.session.add(job)
        db.session.commit()
    return {"SystemUser": person.id, "SignIn": sign_in, "BackgroundJob": job.id}


def _files_of(code: str) -> dict[str, int]:
    """Return a picture and an import of the office."""
    office = factories.office(code).id
    table = taken_in("communities.csv", "小区编号,小区名称\nXQ-A,湖畔花园\n".encode())
    with factories.on_day(DAY), factories.acting(MANAGERS[code]):
        picture = run(_kept, office=office).record
        batch = run(begin, office=office, kind="communities", file=table, table=read_table(table), locale="zh_Hans").record
    return {"Upload": picture.id, "ImportBatch": batch.id}


def _kept(*, office: int) -> Upload:
    return keep(CheckedFile("logo.png", FileType.PNG, b"\x89PNG\r\n\x1a\n" + bytes([office])), office=office)


def of_the_installation() -> dict[str, int]:
    """Return what belongs to no office: a backup and a proof of the books, made once."""
    now = clock.real_now()
    times = {"started_at": now, "ended_at": now}
    with everything("a test's own records"):
        backup = db.session.scalars(select(Backup)).first() or Backup(
            kind=BackupKind.BY_HAND, state=BackupState.DONE, file="a.feehouse", size=1, **times
        )
        proof = db.session.scalars(select(ProofRun)).first() or ProofRun(
            kind=ProofKind.BY_HAND, started_at=now, finished_at=now, examined=0, results={"invariants": []}
        )
        db.session.add_all([backup, proof])
        db.session.commit()
        return {"Backup": backup.id, "ProofRun": proof.id}
