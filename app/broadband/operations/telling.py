"""What a receipt tells of the fees of lines that it is for: account, plan and address. Called through the wiring's table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ARRAY, Integer, Select, any_, bindparam, select, union

from app.billing.models import Charge
from app.billing.operations.receipts import Facts, Telling
from app.broadband.models import Closure, Equipment, Subscription, SubscriptionEvent, SubscriptionWorkOrder
from app.broadband.operations.charging import facts_of
from app.foundation.database import db
from app.foundation.scope import kept
from app.offices.models import Office
from app.workorders.models import WorkOrder

MOST_ACCOUNTS = 3


def lines_of_charges(charges: Sequence[Charge], office: Office) -> Telling:
    """Return what tells of any of ``charges`` all that is known of the one line that they are for; of several their accounts, the
    first three of them."""
    found = db.session.execute(_lines(), {"charges": [charge.id for charge in charges]}).all()

    def told(paid: Sequence[Charge]) -> Facts:
        numbers = {charge.id for charge in paid}
        return _facts(list(dict.fromkeys(line for charge, line in found if charge in numbers)))

    return told


@cache
def _lines() -> Select[tuple[int, Subscription]]:
    numbers = bindparam("charges", type_=ARRAY(Integer))
    of_lines = (
        select(column.label("charge_id"), model.subscription_id).where(column == any_(numbers))
        for model, column in (
            (SubscriptionEvent, SubscriptionEvent.charge_id),
            (Equipment, Equipment.charge_id),
            (Closure, Closure.damage_charge_id),
        )
    )
    of_orders = select(WorkOrder.charge_id, SubscriptionWorkOrder.subscription_id).join(
        WorkOrder, WorkOrder.id == SubscriptionWorkOrder.work_order_id
    )
    parts = union(*of_lines, of_orders.where(WorkOrder.charge_id == any_(numbers))).subquery()
    wanted = select(parts.c.charge_id, Subscription).join(Subscription, Subscription.id == parts.c.subscription_id)
    return kept(wanted.order_by(Subscription.broadband_account))


def _facts(lines: Sequence[Subscription]) -> Facts:
    if len(lines) == 1:
        return facts_of(lines[0])
    accounts = ", ".join(line.broadband_account for line in lines[:MOST_ACCOUNTS])
    return Facts(broadband_account=f"{accounts} …" if len(lines) > MOST_ACCOUNTS else accounts)
