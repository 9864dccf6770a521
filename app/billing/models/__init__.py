"""Charges, receipts, vouchers, reversals: the documents people see. The journal under them is in ``journal.py``."""

from app.billing.models.adjustments import Adjustment
from app.billing.models.charges import Charge, ChargeLine
from app.billing.models.receipts import Allocation, Receipt, ReceiptMethod
from app.billing.models.reversals import Approval, Printing, Reversal, name_of, names
from app.billing.models.till import PriceListItem, Shift
from app.billing.models.vouchers import Voucher, VoucherLine, VoucherMethod

__all__ = [
    "Adjustment",
    "Allocation",
    "Approval",
    "Charge",
    "ChargeLine",
    "PriceListItem",
    "Printing",
    "Receipt",
    "ReceiptMethod",
    "Reversal",
    "Shift",
    "Voucher",
    "VoucherLine",
    "VoucherMethod",
    "name_of",
    "names",
]
