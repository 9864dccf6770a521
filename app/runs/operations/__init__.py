"""What is done with billing periods and runs, a function each."""

from app.runs.operations.calculating import CALCULATION_JOB, begin_run, calculate_chunk, cancel_run, end_calculation
from app.runs.operations.correcting import put_right, settle_correction
from app.runs.operations.periods import close_period, ensure_period, reopen_period, set_period_days
from app.runs.operations.posting import POSTING_JOB, begin_posting, end_posting, post_chunk, posting_broke_off
from app.runs.operations.sharing import apportion_next
from app.runs.operations.voiding import void_service_charge

__all__ = [
    "CALCULATION_JOB",
    "POSTING_JOB",
    "apportion_next",
    "begin_posting",
    "begin_run",
    "calculate_chunk",
    "cancel_run",
    "close_period",
    "end_calculation",
    "end_posting",
    "ensure_period",
    "post_chunk",
    "posting_broke_off",
    "put_right",
    "reopen_period",
    "set_period_days",
    "settle_correction",
    "void_service_charge",
]
