"""What may be done to a line now: a button for every operation that its state allows and that the person may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.broadband.choices import SubscriptionOperation, SubscriptionState
from app.broadband.models import Subscription
from app.broadband.rules.moves import operations_allowed
from app.foundation.views import action_to, present
from app.foundation.views.links import Action
from app.values.errors import N_


@dataclass(frozen=True)
class OperationButton:
    """An operation, the page that does it, and how its button looks."""

    operation: SubscriptionOperation
    view: str
    label: Any
    icon: str
    is_primary: bool = False


PAYING = OperationButton(SubscriptionOperation.PAY, "RegularPaymentView", N_("Take payment"), "cash", is_primary=True)
RESUMING = OperationButton(SubscriptionOperation.RESUME, "ResumptionView", N_("Resume"), "player-play")
# In the order in which they stand on the page of a line; what does not fit is under "more".
BUTTONS = (
    RESUMING,
    OperationButton(SubscriptionOperation.SUSPEND, "SuspensionView", N_("Suspend"), "player-pause"),
    OperationButton(SubscriptionOperation.RELOCATE, "RelocationView", N_("Relocate"), "map-pin"),
    OperationButton(SubscriptionOperation.TRANSFER, "TransferView", N_("Transfer"), "user-share"),
    OperationButton(SubscriptionOperation.CHANGE_PLAN, "PlanChangeView", N_("Change plan"), "replace"),
    OperationButton(SubscriptionOperation.FORCE_STOP, "ForcedStopView", N_("Force stop"), "ban"),
    OperationButton(SubscriptionOperation.GIFT, "GiftView", N_("Give months"), "gift"),
    OperationButton(SubscriptionOperation.COMPENSATE, "CompensationView", N_("Give days"), "calendar-plus"),
    OperationButton(SubscriptionOperation.CLOSE, "ClosureView", N_("Close account"), "archive"),
)


def operation_actions(line: Subscription) -> list[Action]:
    """Return the buttons of everything but the payment."""
    return present(*(operation_action(line, button) for button in BUTTONS))


def operation_action(line: Subscription, button: OperationButton) -> Action | None:
    """Return the button of one operation; nothing where the line's status or the person's role does not allow it."""
    if button.operation not in operations_allowed(line.status):
        return None
    return action_to(button.view, button.label, icon=button.icon, primary=button.is_primary, subscription=line.id, office=line.office_id)


def booking_action(line: Subscription) -> Action | None:
    """Return the button that leads to the change of plan that is booked for a line."""
    if line.booked_change is None:
        return None
    return action_to("PlanChangeView", N_("Plan change"), route="show", icon="replace", pk=line.booked_change.id)


def moving_action(line: Subscription) -> Action | None:
    """Return the button that moves the planned day of a suspended line."""
    if line.state is not SubscriptionState.SUSPENDED:
        return None
    return action_to("MovePlannedResumptionView", N_("Move the day"), icon="calendar", subscription=line.id, office=line.office_id)


def lending_action(line: Subscription) -> Action | None:
    """Return the button that lends equipment on a line that is not closed."""
    if line.state is SubscriptionState.CLOSED:
        return None
    return action_to("EquipmentView", N_("Lend equipment"), icon="plug", subscription=line.id, office=line.office_id)
