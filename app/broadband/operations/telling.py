"""What a receipt tells of the fees of lines that it is for: account, plan and address. Called through the wiring's table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, union

from app.billing.models import Charge
from app.billing.operations.receipts import Facts
from app.broadband.models import Closure, Equipment, Subscription, SubscriptionEvent, SubscriptionWorkOrder
from app.broadband.operations.charging import facts_of
from app.foundation.database import db
from app.offices.models import Office
from app.workorders.models import WorkOrder

MOST_ACCOUNTS = 3


def lines_of_charges(charges: Sequence[Charge], office: Office) -> Facts:
    """Return what is known of the one line that charges are for; of several their accounts, the first three of them."""
    numbers = [charge.id for charge in charges]
    of_orders = select(SubscriptionWorkOrder.subscription_id).join(WorkOrder, WorkOrder.id == SubscriptionWorkOrder.work_order_id)
    parts = union(
        *(
            select(model.subscription_id).where(column.in_(numbers))
            for model, column in (
                (SubscriptionEvent, SubscriptionEvent.charge_id),
                (Equipment, Equipment.charge_id),
                (Closure, Closure.damage_charge_id),
            )
        ),
        of_orders.where(WorkOrder.charge_id.in_(numbers)),
    )
    wanted = select(Subscription).where(Subscription.id.in_(parts)).order_by(Subscription.broadband_account)
    lines = list(db.session.scalars(wanted.limit(MOST_ACCOUNTS + 1)))
    if len(lines) == 1:
        return facts_of(lines[0])
    accounts = ", ".join(line.broadband_account for line in lines[:MOST_ACCOUNTS])
    return Facts(broadband_account=f"{accounts} …" if len(lines) > MOST_ACCOUNTS else accounts)
