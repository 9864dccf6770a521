"""The names that the table of roles is made of: roles, rights, and bundles of pages that several roles share."""

from __future__ import annotations

from enum import StrEnum

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
    ADJUST = "adjust"  # lower or raise a posted charge within the office's limit; without it the wish waits for approval 調整
    APPROVE = "approve"  # answer what waits for a second person
    APPROVE_VOID = "approve_void"  # answer a wish to void
    APPROVE_TARIFF = "approve_tariff"  # let a price be charged that somebody else wrote 批准收费标准
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

SEE: Permissions = ("can_list", "can_show")
READ: Permissions = (*SEE, "can_export")
REPORT: Permissions = ("can_list", "can_export")
KEEP: Permissions = (*READ, "can_add", "can_edit")
OWN: Permissions = (*KEEP, "can_delete")  # master data that nothing refers to yet may go


def rights(*rights: Right) -> Pages:
    return {RIGHTS_VIEW: tuple(f"can_{right}" for right in rights)}


# Everybody who signs in: the own account, the own sign-ins. The first page sends strangers away by itself.
EVERYBODY: Pages = {
    "MyAccountView": ("can_show", "can_password", "can_second_factor"),
    "SignInView": ("can_list", "can_end"),
    "UploadView": ("can_show",),
}

READABLE: Pages = dict.fromkeys(
    (
        "AdjustmentView",
        "ApprovalView",
        "BroadbandPolicyView",
        "BillCorrectionView",
        "BillingPeriodView",
        "BillingRunView",
        "BuildingView",
        "BulkRowView",
        "BulkRunView",
        "BusinessTypeView",
        "ChargeView",
        "ClosureView",
        "CollectionStepView",
        "CommunityView",
        "CompensationView",
        "CustomerView",
        "DebtDigestView",
        "DebtPolicyView",
        "EmployeeView",
        "EquipmentView",
        "ForcedStopView",
        "GiftView",
        "ImportView",
        "HandoverView",
        "InstallerView",
        "JournalView",
        "LateInterestView",
        "LetterView",
        "LineProposalView",
        "MaterialView",
        "MeterReportView",
        "MeterView",
        "NoticeBatchView",
        "NoticeLetterView",
        "NoticeSettingView",
        "NoticeView",
        "OccupancyView",
        "OfficeView",
        "PaymentPromiseView",
        "PlanChangeView",
        "PlanView",
        "PriceListView",
        "ProofView",
        "ReaderDeviceView",
        "ReadingView",
        "ReceiptView",
        "RegularPaymentView",
        "ReminderCallView",
        "RenewalNoticeView",
        "ResumptionView",
        "RelocationView",
        "ReversalView",
        "RunResultView",
        "ServiceChargeView",
        "ServiceSettingView",
        "ServiceView",
        "ShiftView",
        "SubscriptionView",
        "SuspensionView",
        "TariffVersionView",
        "TariffView",
        "TransferView",
        "UnitFactView",
        "UnitView",
        "VoucherView",
        "WaterQuotaView",
        "WorkOrderView",
    ),
    READ,
) | {
    **dict.fromkeys(("CollectionStatusView", "DebtsView", "StatementView"), REPORT),
    "ExpiringView": REPORT,
    "OrderCalendarView": ("can_list",),
    "TariffPreviewView": ("can_show",),
    "ReadingGridView": ("can_list",),
    "OwnFieldView": ("can_list",),
    **dict.fromkeys(("ClosuresReportView", "CommunityReportView", "OpeningsReportView"), REPORT),
    **dict.fromkeys(("PaymentsReportView", "SuspensionsReportView", "TakingsReportView"), REPORT),
    **dict.fromkeys(("AgeingReportView", "CollectionReportView", "ConsumptionReportView", "RevenueReportView"), REPORT),
    **dict.fromkeys(("UnreadReportView", "UnusualReportView"), REPORT),
    "ReminderSettingsView": ("can_list",),
    **dict.fromkeys(("AccountStatementView", "DueRemindersView"), ("can_list",)),
}

# A file with personal data is seen by those who bring it in, not by everybody who reads the list of imports.
IMPORTS: Pages = {"ImportView": ("can_add", "can_undo")}

# What a counter needs to find and explain a customer; no list of these leaves the house from here.
COUNTER_READS: Pages = dict.fromkeys(
    (
        *("ServiceView", "TariffVersionView", "TariffView"),
        *("BuildingView", "ChargeView", "CommunityView", "CustomerView", "OccupancyView", "PlanView", "PriceListView"),
        *("MeterView", "ReadingView", "ServiceChargeView", "SubscriptionView", "UnitFactView", "UnitView", "WaterQuotaView"),
    ),
    SEE,
)

# The papers that say what units owe: whoever speaks with residents prints them, hands them over and notes that.
NOTIFIES: Pages = {
    **dict.fromkeys(("AccountStatementView", "DueRemindersView"), ("can_list",)),
    **dict.fromkeys(("NoticeBatchView", "NoticeView"), (*SEE, "can_mail", "can_print")),
    "NoticeLetterView": SEE,
    "NoticeDeliveryView": ("can_add",),
}

# Issuing such a paper posts the late interest up to that day: who may do the one may do the other.
CHARGES_INTEREST: Pages = dict.fromkeys(("LateInterestView", "NoticeBatchView", "NoticeView"), ("can_add",))

# Who lives and works where: whoever speaks with residents keeps it.
RESIDENTS: Pages = dict.fromkeys(("BuildingView", "OccupancyView", "UnitFactView", "UnitView", "WaterQuotaView"), ("can_add", "can_edit"))


# Masked values of a record, shown once for a reason; the right of that name goes with it.
REVEALS: Pages = dict.fromkeys(("CustomerView", "EmployeeView", "SubscriptionView"), ("can_reveal",))

# Whoever speaks with customers about debts: what is owed, what was promised, what was done. No list of it leaves the house from here.
COLLECTS: Pages = dict.fromkeys(("CollectionStatusView", "DebtsView", "StatementView"), ("can_list",)) | dict.fromkeys(
    ("CollectionStepView", "PaymentPromiseView"), (*SEE, "can_add")
)

# What a cashier and a manager do to a line at the counter, and the papers of it.
LINE_DEEDS: Pages = dict.fromkeys(
    ("ClosureView", "RelocationView", "ResumptionView", "SuspensionView", "TransferView"), (*READ, "can_add", "can_print")
) | {"EquipmentView": (*READ, "can_add", "can_edit")}

# Whoever speaks with customers reminds them: the call list, a note of each call, the notice that is handed over.
REMINDS: Pages = {
    "ExpiringView": ("can_list", "can_print_notices"),
    "ReminderCallView": (*SEE, "can_add"),
    "RenewalNoticeView": (*SEE, "can_print"),
}


def together(*pages: Pages) -> Pages:
    """Return the union of ``pages``."""
    union: dict[str, dict[str, None]] = {}
    for page in pages:
        for view, permissions in page.items():
            union.setdefault(view, {}).update(dict.fromkeys(permissions))
    return {view: tuple(permissions) for view, permissions in sorted(union.items())}
