"""Who may do what: one table, role -> pages with their permissions, and the rights that are not pages.

The security manager answers every question from this table, FAB gets it as ``FAB_ROLES``. Nothing is granted anywhere else.
Source: interfaces "Who may"; the product's people; money rules §4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.foundation.scope import require_right, scope_or_none
from app.role_parts import (
    CHARGES_INTEREST,
    COLLECTS,
    COUNTER_READS,
    EVERYBODY,
    IMPORTS,
    KEEP,
    LINE_DEEDS,
    NOTIFIES,
    OWN,
    RANK,
    READ,
    READABLE,
    REMINDS,
    REPORT,
    RESIDENTS,
    REVEALS,
    RIGHTS_VIEW,
    SEE,
    Pages,
    Right,
    Role,
    rights,
    together,
)

__all__ = ["RANK", "RIGHTS_VIEW", "ROLES", "Right", "Role", "fab_roles", "may", "permissions_of", "rank_of", "require", "rights_of"]

ROLES: dict[Role, Pages] = {
    # Users, roles, offices; reads the rest to help, but neither takes money nor voids.
    Role.ADMINISTRATOR: together(
        EVERYBODY,
        READABLE,
        {
            "BackupView": (*READ, "can_make"),
            "InstallationView": ("can_list",),
            "JobListView": (*READ, "can_repeat", "can_cancel"),
            "ProofView": ("can_make",),
            "EmployeeView": OWN,
            "LogView": REPORT,
            "OfficeView": (*KEEP, "can_ask_for_factors"),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            "SystemUserView": (*KEEP, "can_reset_password", "can_end_sessions"),
            "SignInView": (*READ, "can_end"),
        },
        rights(Right.MANAGE_USERS, Right.HELP_SIGN_IN, Right.ASK_FOR_FACTORS, Right.MOVE_CLOCK, Right.EXPORT),
    ),
    # Approves what a manager proposed.
    Role.CHIEF: together(
        EVERYBODY,
        READABLE,
        REVEALS,
        {
            "ApprovalView": ("can_approve", "can_refuse"),
            "LogView": REPORT,
            "OfficeView": ("can_ask_for_factors",),
            "OwnFieldView": ("can_edit",),
            "ReceiptView": ("can_print",),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            "TariffVersionView": ("can_approve", "can_withdraw"),
            "VoucherView": ("can_print",),
        },
        IMPORTS,
        rights(Right.APPROVE_TARIFF),
        rights(Right.APPROVE, Right.APPROVE_VOID, Right.REVEAL, Right.HELP_SIGN_IN, Right.ASK_FOR_FACTORS, Right.EXPORT, Right.IMPORT),
    ),
    Role.MANAGER: together(
        EVERYBODY,
        READABLE,
        REVEALS,
        {
            "ApprovalView": ("can_approve", "can_refuse"),
            "BroadbandPolicyView": ("can_edit",),
            **dict.fromkeys(("BuildingView", "OccupancyView", "UnitFactView", "UnitView", "WaterQuotaView"), OWN),
            "BulkRunView": ("can_add",),
            "BillCorrectionView": ("can_put_right", "can_settle"),
            "BillingPeriodView": ("can_close",),
            "BillingRunView": ("can_add", "can_post", "can_cancel"),
            "BusinessTypeView": OWN,
            "CommunityView": OWN,
            "CompensationView": ("can_add",),
            "CounterView": ("can_list", "can_show", "can_find", "can_take"),
            "CustomerView": ("can_add", "can_edit"),
            "DebtPolicyView": ("can_edit",),
            "AdjustmentView": ("can_add", "can_void"),
            "WriteOffView": ("can_add",),
            "CreditPayoutView": ("can_add",),
            "EmployeeView": OWN,
            "ForcedStopView": ("can_add", "can_print"),
            "GiftView": ("can_add",),
            "InstallerView": OWN,
            "LetterView": ("can_send_again",),
            "LineProposalView": ("can_confirm", "can_dismiss"),
            "MaterialView": OWN,
            "MeterReportView": ("can_settle",),
            "MeterView": (*KEEP, "can_place"),
            "NoticeSettingView": ("can_edit",),
            "OpenAccountView": ("can_add",),
            "OwnFieldView": ("can_edit",),
            "PeriodDaysView": ("can_add",),
            "PeriodReopeningView": ("can_add",),
            "PlanChangeView": ("can_add", "can_withdraw"),
            "PlanView": OWN,
            "PriceListView": OWN,
            "ReaderDeviceView": ("can_end",),
            "ReaderWalkView": ("can_list", "can_add"),
            "ReadingGridView": ("can_list", "can_add"),
            "ReadingView": ("can_add", "can_correct", "can_settle"),
            "ReceiptView": ("can_print", "can_void"),
            "RegularPaymentView": ("can_add",),
            "ReminderSettingsView": ("can_edit",),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            **dict.fromkeys(("ServiceSettingView", "ServiceView"), OWN),
            "SubscriptionView": ("can_agree", "can_force_stop", "can_resume", "can_void"),
            "TariffVersionView": (*KEEP, "can_check", "can_withdraw"),
            "TariffView": KEEP,
            "ServiceChargeView": ("can_void",),
            "VoucherView": ("can_print", "can_void"),
            "HandoverView": ("can_add", "can_void"),
            "WorkOrderView": ("can_add", "can_edit", "can_book", "can_complete", "can_check", "can_print"),
        },
        IMPORTS,
        COLLECTS,
        REMINDS,
        NOTIFIES,
        CHARGES_INTEREST,
        LINE_DEEDS,
        rights(
            Right.BACKDATE,
            Right.WAIVE_LATE_FEE,
            Right.SELL_PARTS,
            Right.DISCOUNT,
            Right.VOID,
            Right.ADJUST,
            Right.APPROVE,
            Right.APPROVE_VOID,
            Right.REVEAL,
            Right.FORCE_STOP,
            Right.EXTEND_ANYWAY,
            Right.COMPLETE_ANY_ORDER,
            Right.MOVE_CLOCK,
            Right.HELP_SIGN_IN,
            Right.EXPORT,
            Right.IMPORT,
        ),
    ),
    # Payments with their sums, which every list of them shows anyway; no journal: the drawer's expected cash is nobody's business
    # before the blind count.
    Role.CASHIER: together(
        EVERYBODY,
        COUNTER_READS,
        COLLECTS,
        REMINDS,
        NOTIFIES,
        CHARGES_INTEREST,
        {
            "AdjustmentView": (*SEE, "can_add"),
            "LateInterestView": SEE,
            "WriteOffView": ("can_add",),
            "CreditPayoutView": ("can_add",),
            "ApprovalView": SEE,
            "CompensationView": SEE,
            "CounterView": ("can_list", "can_show", "can_find", "can_take"),
            "ForcedStopView": (*SEE, "can_print"),
            "GiftView": SEE,
            **dict.fromkeys(("ClosuresReportView", "PaymentsReportView", "SuspensionsReportView"), REPORT),
            "PlanChangeView": SEE,
            "ReceiptView": (*SEE, "can_print", "can_void"),
            "RegularPaymentView": (*READ, "can_add"),
            "ReversalView": SEE,
            "ShiftView": SEE,
            "SubscriptionView": ("can_agree", "can_void"),
            "VoucherView": (*SEE, "can_print", "can_void"),
            "HandoverView": (*SEE, "can_add", "can_void"),
            "OrderCalendarView": ("can_list",),
            "WorkOrderView": (*SEE, "can_add", "can_edit", "can_book", "can_print"),
        },
        LINE_DEEDS,
        rights(Right.EXPORT),
    ),
    Role.RECEPTIONIST: together(
        EVERYBODY,
        COUNTER_READS,
        COLLECTS,
        REMINDS,
        NOTIFIES,
        RESIDENTS,
        {
            "BusinessTypeView": SEE,
            "CustomerView": (*SEE, "can_add", "can_edit"),
            "InstallerView": SEE,
            "OpenAccountView": ("can_add",),
            "ReceiptView": (*SEE, "can_print"),
            "OrderCalendarView": ("can_list",),
            "WorkOrderView": (*SEE, "can_add", "can_edit", "can_book", "can_print"),
        },
    ),
    # Where the units are and what their meters showed last, and nothing of the people in them: neither their names nor their head counts.
    Role.METER_READER: together(
        EVERYBODY,
        dict.fromkeys(("ReaderWalkView", "ReadingGridView"), ("can_list", "can_add")),
        {"BuildingView": SEE, "ReadingView": ("can_add",), "UnitView": SEE},
    ),
    # His own orders only: the list is limited to them in the view and in the operation.
    Role.INSTALLER: together(
        EVERYBODY,
        {"MaterialView": SEE, "MyOrdersView": ("can_list",), "WorkOrderView": (*SEE, "can_complete", "can_print")},
    ),
    Role.AUDITOR: together(
        EVERYBODY,
        READABLE,
        REVEALS,
        {"BackupView": READ, "InstallationView": ("can_list",), "JobListView": READ, "ProofView": ("can_make",)},
        {"LogView": REPORT, "SystemUserView": READ, "SecondFactorView": ("can_list",), "SignInView": READ},
        rights(Right.REVEAL, Right.EXPORT),
    ),
}


@lru_cache(maxsize=256)
def permissions_of(names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return view -> permissions of a person who has the roles ``names``; unknown names give nothing."""
    union = together(*(pages for role, pages in ROLES.items() if role.value in names))
    return {view: frozenset(permissions) for view, permissions in union.items()}


def rights_of(names: Iterable[str]) -> frozenset[str]:
    """Return the rights, by value, of a person who has the roles ``names``."""
    granted = permissions_of(frozenset(names)).get(RIGHTS_VIEW, frozenset())
    return frozenset(right.value for right in Right if f"can_{right}" in granted)


def rank_of(names: Iterable[str]) -> int:
    """Return the rank of the highest of the roles ``names``; 0 for none."""
    return max((RANK[role] for role in Role if role.value in set(names)), default=0)


def may(right: Right | str) -> bool:
    """Say whether the person who acts has ``right``; nobody has none."""
    scope = scope_or_none()
    return scope is not None and scope.may(str(right))


def require(right: Right | str) -> None:
    """Raise ``NotAllowed`` unless the person who acts has ``right``."""
    require_right(str(right))


def fab_roles() -> dict[str, list[list[str]]]:
    """Return the table in FAB's form. Patterns are anchored: FAB matches prefixes, and ``CustomerView`` is not ``CustomerViewAudit``."""
    return {
        role.value: [[_exactly(view), _exactly(permission)] for view, permissions in pages.items() for permission in permissions]
        for role, pages in ROLES.items()
    }


def _exactly(name: str) -> str:
    # Actions are asked for without "can_".
    return rf"\A(can_)?{re.escape(name.removeprefix('can_'))}\Z" if name.startswith("can_") else rf"\A{re.escape(name)}\Z"
