"""Who may do what: one table, role -> pages with their permissions, and the rights that are not pages.

The security manager answers every question from this table, FAB gets it as ``FAB_ROLES``. Nothing is granted anywhere else.
Source: interfaces "Who may"; the product's people; money rules §4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from app.foundation.scope import require_right, scope_or_none
from app.values.errors import N_


class Role(StrEnum):
    """A role of a system user 角色; its value is its name in the database and its text on screen."""

    ADMINISTRATOR = N_("Administrator")
    CHIEF = N_("Chief")
    MANAGER = N_("Manager")
    CASHIER = N_("Cashier")
    RECEPTIONIST = N_("Receptionist")
    METER_READER = N_("Meter reader")
    INSTALLER = N_("Installer")
    AUDITOR = N_("Auditor")


class Right(StrEnum):
    """What a person may do inside a page or operation; the scope carries these, by value."""

    BACKDATE = "backdate"  # another value date than today 補錄
    WAIVE_LATE_FEE = "waive_late_fee"  # less than the proposed late fee 滯納金
    SELL_PARTS = "sell_parts"  # months that are no multiple of the package
    DISCOUNT = "discount"  # a price below the list 優惠金
    VOID = "void"  # undo a document on one's own word; without it the wish waits for approval
    APPROVE = "approve"  # answer what waits for a second person
    APPROVE_VOID = "approve_void"  # answer a wish to void
    REVEAL = "reveal"  # see identity numbers and passwords unmasked; each look is logged
    FORCE_STOP = "force_stop"  # cut a line 強停
    EXTEND_ANYWAY = "extend_anyway"  # give the frozen days back although the suspension was too short
    COMPLETE_ANY_ORDER = "complete_any_order"  # a work order that is another person's
    MOVE_CLOCK = "move_clock"  # in a training installation
    MANAGE_USERS = "manage_users"  # users, roles, offices
    HELP_SIGN_IN = "help_sign_in"  # switch off a colleague's lost second factor, or ask him for one
    ASK_FOR_FACTORS = "ask_for_factors"  # whether an office asks everybody for a second factor
    EXPORT = "export"  # carry whole lists out of the house
    IMPORT = "import"  # make records of whole files, and undo that


# Who grants a role must stand at least as high himself (hole H16).
RANK: dict[Role, int] = {
    Role.ADMINISTRATOR: 4,
    Role.CHIEF: 3,
    Role.AUDITOR: 3,
    Role.MANAGER: 2,
    Role.CASHIER: 1,
    Role.RECEPTIONIST: 1,
    Role.METER_READER: 1,
    Role.INSTALLER: 1,
}

RIGHTS_VIEW = "Rights"

Permissions = tuple[str, ...]
Pages = dict[str, Permissions]

_SEE: Permissions = ("can_list", "can_show")
_READ: Permissions = (*_SEE, "can_export")
_REPORT: Permissions = ("can_list", "can_export")
_KEEP: Permissions = (*_READ, "can_add", "can_edit")
_OWN: Permissions = (*_KEEP, "can_delete")  # master data that nothing refers to yet may go


def _rights(*rights: Right) -> Pages:
    return {RIGHTS_VIEW: tuple(f"can_{right}" for right in rights)}


# Everybody who signs in: the own account, the own sign-ins. The first page sends strangers away by itself.
_EVERYBODY: Pages = {
    "MyAccountView": ("can_show", "can_password", "can_second_factor"),
    "SignInView": ("can_list", "can_end"),
    "UploadView": ("can_show",),
}

_READABLE: Pages = dict.fromkeys(
    (
        "ApprovalView",
        "BroadbandPolicyView",
        "BulkRowView",
        "BulkRunView",
        "BusinessTypeView",
        "ChargeView",
        "ClosureView",
        "CommunityView",
        "CompensationView",
        "CustomerView",
        "EmployeeView",
        "EquipmentView",
        "ForcedStopView",
        "GiftView",
        "ImportView",
        "HandoverView",
        "InstallerView",
        "JournalView",
        "LetterView",
        "LineProposalView",
        "MaterialView",
        "OfficeView",
        "PlanChangeView",
        "PlanView",
        "PriceListView",
        "ProofView",
        "ReceiptView",
        "RegularPaymentView",
        "ReminderCallView",
        "RenewalNoticeView",
        "ResumptionView",
        "RelocationView",
        "ReversalView",
        "ShiftView",
        "SubscriptionView",
        "SuspensionView",
        "TransferView",
        "VoucherView",
        "WorkOrderView",
    ),
    _READ,
) | {
    "ExpiringView": _REPORT,
    "OrderCalendarView": ("can_list",),
    "OwnFieldView": ("can_list",),
    **dict.fromkeys(("ClosuresReportView", "CommunityReportView", "OpeningsReportView"), _REPORT),
    **dict.fromkeys(("PaymentsReportView", "SuspensionsReportView", "TakingsReportView"), _REPORT),
    "ReminderSettingsView": ("can_list",),
}

# A file with personal data is seen by those who bring it in, not by everybody who reads the list of imports.
_IMPORTS: Pages = {"ImportView": ("can_add", "can_undo")}

# What a counter needs to find and explain a customer; no list of these leaves the house from here.
_COUNTER_READS: Pages = dict.fromkeys(
    ("ChargeView", "CommunityView", "CustomerView", "PlanView", "PriceListView", "SubscriptionView"), _SEE
)


# Masked values of a record, shown once for a reason; the right of that name goes with it.
_REVEALS: Pages = dict.fromkeys(("CustomerView", "EmployeeView", "SubscriptionView"), ("can_reveal",))

# What a cashier and a manager do to a line at the counter, and the papers of it.
_LINE_DEEDS: Pages = dict.fromkeys(
    ("ClosureView", "RelocationView", "ResumptionView", "SuspensionView", "TransferView"), (*_READ, "can_add", "can_print")
) | {"EquipmentView": (*_READ, "can_add")}

# Whoever speaks with customers reminds them: the call list, a note of each call, the notice that is handed over.
_REMINDS: Pages = {
    "ExpiringView": ("can_list", "can_print_notices"),
    "ReminderCallView": (*_SEE, "can_add"),
    "RenewalNoticeView": (*_SEE, "can_print"),
}


def _together(*pages: Pages) -> Pages:
    """Return the union of ``pages``."""
    union: dict[str, dict[str, None]] = {}
    for page in pages:
        for view, permissions in page.items():
            union.setdefault(view, {}).update(dict.fromkeys(permissions))
    return {view: tuple(permissions) for view, permissions in sorted(union.items())}


ROLES: dict[Role, Pages] = {
    # Users, roles, offices; reads the rest to help, but neither takes money nor voids.
    Role.ADMINISTRATOR: _together(
        _EVERYBODY,
        _READABLE,
        {
            "BackupView": (*_READ, "can_make"),
            "InstallationView": ("can_list",),
            "JobListView": (*_READ, "can_repeat", "can_cancel"),
            "ProofView": ("can_make",),
            "EmployeeView": _OWN,
            "LogView": _REPORT,
            "OfficeView": (*_KEEP, "can_ask_for_factors"),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            "SystemUserView": (*_KEEP, "can_reset_password", "can_end_sessions"),
            "SignInView": (*_READ, "can_end"),
        },
        _rights(Right.MANAGE_USERS, Right.HELP_SIGN_IN, Right.ASK_FOR_FACTORS, Right.MOVE_CLOCK, Right.EXPORT),
    ),
    # Approves what a manager proposed.
    Role.CHIEF: _together(
        _EVERYBODY,
        _READABLE,
        _REVEALS,
        {
            "ApprovalView": ("can_approve", "can_refuse"),
            "LogView": _REPORT,
            "OfficeView": ("can_ask_for_factors",),
            "OwnFieldView": ("can_edit",),
            "ReceiptView": ("can_print",),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            "VoucherView": ("can_print",),
        },
        _IMPORTS,
        _rights(Right.APPROVE, Right.APPROVE_VOID, Right.REVEAL, Right.HELP_SIGN_IN, Right.ASK_FOR_FACTORS, Right.EXPORT, Right.IMPORT),
    ),
    Role.MANAGER: _together(
        _EVERYBODY,
        _READABLE,
        _REVEALS,
        {
            "ApprovalView": ("can_approve", "can_refuse"),
            "BroadbandPolicyView": ("can_edit",),
            "BulkRunView": ("can_add",),
            "BusinessTypeView": _OWN,
            "CommunityView": _OWN,
            "CompensationView": ("can_add",),
            "CounterView": ("can_list", "can_show", "can_find", "can_take"),
            "CustomerView": ("can_add", "can_edit"),
            "EmployeeView": _OWN,
            "ForcedStopView": ("can_add", "can_print"),
            "GiftView": ("can_add",),
            "InstallerView": _OWN,
            "LetterView": ("can_send_again",),
            "LineProposalView": ("can_confirm", "can_dismiss"),
            "MaterialView": _OWN,
            "OpenAccountView": ("can_add",),
            "OwnFieldView": ("can_edit",),
            "PlanChangeView": ("can_add", "can_withdraw"),
            "PlanView": _OWN,
            "PriceListView": _OWN,
            "ReceiptView": ("can_print", "can_void"),
            "RegularPaymentView": ("can_add",),
            "ReminderSettingsView": ("can_edit",),
            "SecondFactorView": ("can_list", "can_reset", "can_ask"),
            "SubscriptionView": ("can_force_stop", "can_resume"),
            "VoucherView": ("can_print",),
            "HandoverView": ("can_add",),
            "WorkOrderView": ("can_add", "can_edit", "can_book", "can_complete", "can_check", "can_print"),
        },
        _IMPORTS,
        _REMINDS,
        _LINE_DEEDS,
        _rights(
            Right.BACKDATE,
            Right.WAIVE_LATE_FEE,
            Right.SELL_PARTS,
            Right.DISCOUNT,
            Right.VOID,
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
    Role.CASHIER: _together(
        _EVERYBODY,
        _COUNTER_READS,
        _REMINDS,
        {
            "ApprovalView": _SEE,
            "CompensationView": _SEE,
            "CounterView": ("can_list", "can_show", "can_find", "can_take"),
            "ForcedStopView": (*_SEE, "can_print"),
            "GiftView": _SEE,
            **dict.fromkeys(("ClosuresReportView", "PaymentsReportView", "SuspensionsReportView"), _REPORT),
            "PlanChangeView": _SEE,
            "ReceiptView": (*_SEE, "can_print", "can_void"),
            "RegularPaymentView": (*_READ, "can_add"),
            "ReversalView": _SEE,
            "ShiftView": _SEE,
            "VoucherView": (*_SEE, "can_print"),
            "HandoverView": (*_SEE, "can_add"),
            "OrderCalendarView": ("can_list",),
            "WorkOrderView": (*_SEE, "can_add", "can_edit", "can_book", "can_print"),
        },
        _LINE_DEEDS,
        _rights(Right.EXPORT),
    ),
    Role.RECEPTIONIST: _together(
        _EVERYBODY,
        _COUNTER_READS,
        _REMINDS,
        {
            "BusinessTypeView": _SEE,
            "CustomerView": (*_SEE, "can_add", "can_edit"),
            "InstallerView": _SEE,
            "OpenAccountView": ("can_add",),
            "ReceiptView": (*_SEE, "can_print"),
            "OrderCalendarView": ("can_list",),
            "WorkOrderView": (*_SEE, "can_add", "can_edit", "can_book", "can_print"),
        },
    ),
    # Meters come later; until then a reader signs in and changes his password.
    Role.METER_READER: _together(_EVERYBODY),
    # His own orders only: the list is limited to them in the view and in the operation.
    Role.INSTALLER: _together(
        _EVERYBODY,
        {"MaterialView": _SEE, "MyOrdersView": ("can_list",), "WorkOrderView": (*_SEE, "can_complete", "can_print")},
    ),
    Role.AUDITOR: _together(
        _EVERYBODY,
        _READABLE,
        _REVEALS,
        {"BackupView": _READ, "InstallationView": ("can_list",), "JobListView": _READ, "ProofView": ("can_make",)},
        {"LogView": _REPORT, "SystemUserView": _READ, "SecondFactorView": ("can_list",), "SignInView": _READ},
        _rights(Right.REVEAL, Right.EXPORT),
    ),
}


@lru_cache(maxsize=256)
def permissions_of(names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return view -> permissions of a person who has the roles ``names``; unknown names give nothing."""
    union = _together(*(pages for role, pages in ROLES.items() if role.value in names))
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
