"""Selections of billing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Integer, Select, any_, bindparam, select

from app.billing.choices import ApprovalStatus, PricedOperation
from app.billing.models import Adjustment, Approval, Charge, PriceListItem, Reversal, names
from app.foundation.database import db
from app.foundation.scope import kept

if TYPE_CHECKING:
    from app.billing.models.reversals import Voidable


def open_charges(customer_id: int) -> Select[tuple[Charge]]:
    """Return what a customer still owes, the oldest first."""
    return select(Charge).where(Charge.customer_id == customer_id, Charge.is_open()).order_by(Charge.due_on, Charge.id)


@cache
def ids_of_open_charges() -> Select[int]:
    """Return the charges of which the ``customers`` (a parameter) still owe something."""
    statement = select(Charge.id).where(Charge.customer_id == any_(bindparam("customers", type_=ARRAY(Integer))), Charge.is_open())
    return kept(statement)


def price_of(office_id: int | BindParameter[int], operation: PricedOperation) -> Select[tuple[PriceListItem]]:
    """Return the office's price of an operation."""
    return select(PriceListItem).where(PriceListItem.office_id == office_id, PriceListItem.operation == operation)


def waiting_request(document: Voidable) -> Select[tuple[Approval]]:
    """Return the request to void a document that waits for a second person."""
    return select(Approval).filter_by(status=ApprovalStatus.WAITING, **names(document))


def adjustment_stands() -> ColumnElement[bool]:
    """Return the condition that an adjustment of the query around it has not been voided."""
    return ~select(Reversal.id).where(Reversal.adjustment_id == Adjustment.id).exists()


def has_adjustments(charge: int) -> bool:
    """Say whether adjustments of a charge stand: two that cancel each other out do, and each could still be voided by itself."""
    return db.session.scalars(select(Adjustment.id).where(Adjustment.charge_id == charge, adjustment_stands()).limit(1)).first() is not None
