"""What is done with work orders, a function each: made, booked, started, completed or failed, checked; and money handed over."""

from app.workorders.operations.completing import Completion, TakenBack, complete
from app.workorders.operations.ending import check, fail
from app.workorders.operations.handovers import hand_over, void_handover
from app.workorders.operations.making import make_business_types, make_order
from app.workorders.operations.planning import OrderPlan, OrderTexts, assign, assign_and_change, book, change_order, start
from app.workorders.operations.printing import print_order
from app.workorders.operations.terms import FeeTerms, MaterialTerms, OrderChanges, Technical

__all__ = [
    "Completion",
    "FeeTerms",
    "MaterialTerms",
    "OrderChanges",
    "OrderPlan",
    "OrderTexts",
    "TakenBack",
    "Technical",
    "assign",
    "assign_and_change",
    "book",
    "change_order",
    "check",
    "complete",
    "fail",
    "hand_over",
    "make_business_types",
    "make_order",
    "print_order",
    "start",
    "void_handover",
]
