"""Choices of billing: methods, ledger accounts, fee kinds, states."""

from __future__ import annotations

from app.values.choices import Choice
from app.values.errors import N_


class Method(Choice):
    """How money is paid or paid out 繳費方式."""

    CASH = "cash", N_("Cash"), "neutral", "cash"
    BANK_TRANSFER = "bank_transfer", N_("Bank transfer"), "neutral", "building-bank"
    QR_TRANSFER = "qr_transfer", N_("QR transfer"), "neutral", "qrcode"
    CARD = "card", N_("Bank card"), "neutral", "credit-card"
    WECHAT_PAY = "wechat_pay", N_("WeChat Pay"), "neutral", "brand-wechat"
    ALIPAY = "alipay", N_("Alipay"), "neutral", "brand-alipay"
    FPS = "fps", N_("FPS"), "neutral", "bolt"
    CHEQUE = "cheque", N_("Cheque"), "neutral", "writing"
    CREDIT = "credit", N_("From credit balance"), "neutral", "wallet"
    # What an installer took at the door: he holds it until he hands it over.
    DOOR = "door", N_("Collected by installer"), "neutral", "tool"


class FeePayment(Choice):
    """How a fee is paid at the page that makes it: by a method of the counter, to the installer at the door, or later."""

    CASH = "cash", N_("Cash"), "neutral", "cash"
    BANK_TRANSFER = "bank_transfer", N_("Bank transfer"), "neutral", "building-bank"
    QR_TRANSFER = "qr_transfer", N_("QR transfer"), "neutral", "qrcode"
    CARD = "card", N_("Bank card"), "neutral", "credit-card"
    WECHAT_PAY = "wechat_pay", N_("WeChat Pay"), "neutral", "brand-wechat"
    ALIPAY = "alipay", N_("Alipay"), "neutral", "brand-alipay"
    FPS = "fps", N_("FPS"), "neutral", "bolt"
    CHEQUE = "cheque", N_("Cheque"), "neutral", "writing"
    DOOR = "door", N_("Collected by installer"), "neutral", "tool"
    # The fee stays an open charge of the customer.
    LATER = "later", N_("Pay later"), "neutral", "clock-hour-4"


class LedgerAccount(Choice):
    """The accounts of the journal; a money account has the name of its method."""

    CASH = "cash", N_("Cash")
    BANK_TRANSFER = "bank_transfer", N_("Bank transfer")
    QR_TRANSFER = "qr_transfer", N_("QR transfer")
    CARD = "card", N_("Bank card")
    WECHAT_PAY = "wechat_pay", N_("WeChat Pay")
    ALIPAY = "alipay", N_("Alipay")
    FPS = "fps", N_("FPS")
    CHEQUE = "cheque", N_("Cheque")
    CREDIT = "credit", N_("Credit balance")
    DOOR = "door", N_("Money held by the installer")
    RECEIVABLE = "receivable", N_("Accounts receivable")
    REVENUE = "revenue", N_("Revenue")
    REFUNDED = "refunded", N_("Refund")
    EXPENSE = "expense", N_("Expense")
    DEPOSIT = "deposit", N_("Deposit")
    WRITTEN_OFF = "written_off", N_("Written off")


class FeeKind(Choice):
    """What a charge is for 收費項目; the columns of the day's takings."""

    REGULAR = "regular", N_("Regular use fee"), "neutral", "router"
    CONSTRUCTION = "construction", N_("Construction fee"), "neutral", "tool"
    RESUMPTION = "resumption", N_("Resumption fee"), "neutral", "player-play"
    RELOCATION = "relocation", N_("Relocation fee"), "neutral", "home-move"
    TRANSFER = "transfer", N_("Transfer fee"), "neutral", "arrows-exchange"
    SUSPENSION = "suspension", N_("Suspension fee"), "neutral", "player-pause"
    DEPOSIT = "deposit", N_("Deposit"), "neutral", "lock"
    ELECTRICITY = "electricity", N_("Electricity"), "amber", "bolt"
    AIR_CONDITIONING = "air_conditioning", N_("Air-conditioning electricity"), "info", "snowflake"
    WATER = "water", N_("Water"), "info", "droplet"
    GAS = "gas", N_("Gas"), "orange", "flame"
    MANAGEMENT = "management", N_("Management fee"), "neutral", "building"
    LATE_INTEREST = "late_interest", N_("Late interest"), "amber", "percentage"
    OTHER = "other", N_("Other fee"), "neutral", "receipt"


class PricedOperation(Choice):
    """An operation with a fee in the office's price list 業務價目表."""

    INSTALLATION = "installation", N_("Installation fee")
    HANDLING = "handling", N_("Handling fee")
    MAINTENANCE = "maintenance", N_("Maintenance fee")
    RELOCATION = "relocation", N_("Relocation fee")
    TRANSFER = "transfer", N_("Transfer fee")
    SUSPENSION = "suspension", N_("Suspension fee")
    RESUMPTION = "resumption", N_("Resumption fee")
    PLAN_CHANGE = "plan_change", N_("Plan change fee")


class LineCode(Choice):
    """What a line of a charge says."""

    PLAN = "plan", N_("Plan fee")
    MAINTENANCE = "maintenance", N_("Maintenance fee")
    OTHER = "other", N_("Other fee")
    DISCOUNT = "discount", N_("Discount")
    ARREARS = "arrears", N_("Arrears")
    LATE_FEE = "late_fee", N_("Late fee")
    GIFT = "gift", N_("Gift months")
    INSTALLATION = "installation", N_("Installation fee")
    HANDLING = "handling", N_("Handling fee")
    LABOUR_MATERIAL = "labour_material", N_("Labour and materials fee")
    MATERIAL_WORKS = "material_works", N_("Material works fee")
    SUSPENSION = "suspension", N_("Suspension fee")
    RESUMPTION = "resumption", N_("Resumption fee")
    RELOCATION = "relocation", N_("Relocation fee")
    TRANSFER = "transfer", N_("Transfer fee")
    PLAN_CHANGE = "plan_change", N_("Plan change fee")
    PLAN_CREDIT = "plan_credit", N_("Credit of the old plan")
    DEPOSIT = "deposit", N_("Deposit")
    DAMAGE = "damage", N_("Equipment compensation")
    SERVICE = "service", N_("Service fee")
    LATE_INTEREST = "late_interest", N_("Late interest")


class ChargeStatus(Choice):
    """How far a charge is paid."""

    UNPAID = "unpaid", N_("Unpaid"), "amber", "clock-hour-4"
    PARTLY_PAID = "partly_paid", N_("Partly paid"), "info", "progress"
    PAID = "paid", N_("Paid"), "good", "circle-check"
    WRITTEN_OFF = "written_off", N_("Written off"), "neutral", "eraser"
    VOIDED = "voided", N_("Voided"), "neutral", "arrow-back-up"


class AdjustmentKind(Choice):
    """What an adjustment 調整單 does to a posted charge."""

    LOWER = "lower", N_("Lower the charge"), "info", "trending-down"
    RAISE = "raise", N_("Raise the charge"), "amber", "trending-up"
    WRITE_OFF = "write_off", N_("Write off"), "neutral", "eraser"


class DocumentStatus(Choice):
    """Whether a receipt or voucher still stands."""

    VALID = "valid", N_("Valid"), "good", "circle-check"
    VOIDED = "voided", N_("Voided"), "neutral", "arrow-back-up"


class ReceiptStanding(Choice):
    """The same for people who look at a receipt, voucher or hand-over: it stands, but somebody has asked for its void."""

    VALID = "valid", N_("Valid"), "good", "circle-check"
    VOID_ASKED = "void_asked", N_("Void asked for"), "amber", "clock-hour-4"
    VOIDED = "voided", N_("Voided"), "neutral", "arrow-back-up"


class VoucherKind(Choice):
    REFUND = "refund", N_("Refund")
    DEPOSIT = "deposit", N_("Deposit")
    EXPENSE = "expense", N_("Expense")
    # What a customer had paid too much, handed back.
    CREDIT = "credit", N_("Credit paid out")


class ApprovalStatus(Choice):
    WAITING = "waiting", N_("Waiting for approval"), "amber", "clock-hour-4"
    APPROVED = "approved", N_("Approved"), "good", "circle-check"
    REFUSED = "refused", N_("Rejected"), "bad", "ban"


class PromiseState(Choice):
    """How a promise to pay 承诺缴费 stands; derived from the payments since, never stored."""

    OPEN = "open", N_("Promise open"), "info", "clock-hour-4"
    KEPT = "kept", N_("Promise kept"), "good", "circle-check"
    BROKEN = "broken", N_("Promise broken"), "bad", "circle-x"


class AgeingBucket(Choice):
    """How long a debt has been due 账龄区间."""

    D0_30 = "d0_30", N_("0–30 days"), "neutral"
    D31_60 = "d31_60", N_("31–60 days"), "amber"
    D61_90 = "d61_90", N_("61–90 days"), "orange"
    OVER_90 = "over_90", N_("Over 90 days"), "bad"
