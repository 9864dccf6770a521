"""Voiding a hand-over of money 代收款交接: the installer holds it again."""

from __future__ import annotations

from app.billing.models import Approval, Reversal
from app.billing.views.voiding import VoidForm, VoidView, described, void_facts
from app.foundation.transactions import found
from app.foundation.views import LookupField, Preview, register_lookup
from app.offices.models import Office
from app.values.errors import N_, Message
from app.workorders.models import Handover
from app.workorders.operations import void_handover
from app.workorders.queries import money_held

register_lookup("handover", Handover, columns=["number"], text=str, detail=lambda handover: handover.installer.name)


class VoidHandoverForm(VoidForm):
    handover = LookupField(N_("Hand-over of money"), lookup="handover", required=True)
    fieldsets = ((None, ("handover", "reason")),)


def _handover_voided(result: Reversal) -> Preview:
    handover = result.handover
    if handover is None:
        raise LookupError(f"The reversal {result.number} has no hand-over.")
    currency, name = found(Office, handover.office_id).currency.value, handover.installer.name
    return Preview(
        sentences=[
            Message("%(amount)s go back out of the drawer to %(installer)s.", amount=handover.amount, installer=name, currency=currency),
            Message(
                "%(installer)s then holds %(amount)s of the office's money.",
                installer=name,
                amount=money_held(handover.installer_id),
                currency=currency,
            ),
        ],
        total=-handover.amount,
        currency=currency,
        deed=Message("Void and give back %(amount)s", amount=handover.amount, currency=currency),
        **void_facts(result),
    )


def describe_handover_void(result: Reversal | Approval) -> Preview:
    """Say what voiding a hand-over does."""
    return described(result, _handover_voided)


class VoidHandoverView(VoidView):
    """Voiding a hand-over of money."""

    class_permission_name = "HandoverView"
    add_title = N_("Void a hand-over of money")
    done_words = N_("The hand-over is voided by %(number)s.")
    form, operation, describe = VoidHandoverForm, staticmethod(void_handover), staticmethod(describe_handover_void)
