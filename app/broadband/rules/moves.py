"""Whether an operation is allowed in the state of a line, and the sentence that says why not. The table itself is ``choices.MOVES``.

Source: broadband specification 用戶狀態; docs/rules/status.md.
"""

from __future__ import annotations

from datetime import date

from app.broadband.choices import MOVES, Move, SubscriptionOperation, SubscriptionStatus
from app.values.errors import Message, OperationRefused


def allowed_move(operation: SubscriptionOperation, *, status: SubscriptionStatus, number: str, stops_on: date | None = None) -> Move:
    """Return the move of ``operation`` from ``status``; ``number`` is the subscription's, for the sentence.

    Raises OperationRefused with the code ``state_<status>`` where the operation is not allowed.
    """
    move = MOVES[operation].get(status)
    if move is None:
        raise OperationRefused(_refusal(operation, status, number, stops_on), code=f"state_{status.value}")
    return move


def operations_allowed(status: SubscriptionStatus) -> tuple[SubscriptionOperation, ...]:
    """Return what may be done to a line of this status, in the order of ``SubscriptionOperation``.

    An operation may still be refused for what it needs besides: settled arrears, cover, a payment.
    """
    return tuple(operation for operation in SubscriptionOperation if status in MOVES[operation])


def _refusal(operation: SubscriptionOperation, status: SubscriptionStatus, number: str, stops_on: date | None) -> Message:
    resuming = operation is SubscriptionOperation.RESUME
    if status is SubscriptionStatus.CLOSED:
        return Message("The subscription %(number)s is closed. Open a new one if the customer returns.", number=number)
    if status is SubscriptionStatus.PENDING:
        return Message("The subscription %(number)s is not installed yet. Complete its work order first.", number=number)
    if resuming and status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.EXPIRED):
        return Message("The subscription %(number)s is neither suspended nor force-stopped: there is nothing to resume.", number=number)
    if status is SubscriptionStatus.EXPIRED:
        return _expired(operation, number, stops_on)
    if status is SubscriptionStatus.SUSPENDED:
        return Message("The subscription %(number)s is suspended. Resume it first.", number=number)
    return Message("The subscription %(number)s is force-stopped. Resume it first.", number=number)


def _expired(operation: SubscriptionOperation, number: str, stops_on: date | None) -> Message:
    if operation is SubscriptionOperation.SUSPEND:
        return Message(
            "The subscription %(number)s expired on %(date)s and cannot be suspended. Take the payment first.",
            number=number,
            date=stops_on,
        )
    return Message("The subscription %(number)s expired on %(date)s. Take the payment first.", number=number, date=stops_on)
