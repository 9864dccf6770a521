"""What must always be true of lines: their states, one step after the other, their accounts, and how they are found."""

from __future__ import annotations

from sqlalchemy import Connection

from app.broadband.choices import MOVES, SubscriptionState, SubscriptionStatus
from app.broadband.models.subscriptions import Subscription, search_terms_of
from app.foundation.proofs import Findings, Invariant, Violation
from app.foundation.proofs.sampling import rows_of
from app.values.errors import N_

STATES = """
SELECT office_id, 'subscription', id, broadband_account, NULL::text, state FROM subscription
WHERE (state = 'pending') <> (activated_on IS NULL AND stops_on IS NULL) AND state <> 'closed'
   OR (state IN ('suspended', 'forced')) <> (halted_on IS NOT NULL) OR (state = 'forced') <> (stop_reason IS NOT NULL)
UNION ALL
SELECT subscription.office_id, 'subscription', subscription.id, broadband_account, work_order.billing_from::text,
       subscription.activated_on::text
FROM subscription_work_order AS link JOIN subscription ON subscription.id = link.subscription_id
JOIN work_order ON work_order.id = link.work_order_id JOIN business_type ON business_type.id = work_order.business_type_id
WHERE business_type.kind = 'new' AND subscription.state <> 'closed'
  AND (work_order.status IN ('done', 'checked')) <> (
      subscription.activated_on IS NOT NULL AND subscription.activated_on = work_order.billing_from)
"""

ACCOUNTS = """
SELECT office_id, 'subscription', max(id), broadband_account, '1', count(*)::text
FROM subscription WHERE state <> 'closed' GROUP BY office_id, broadband_account HAVING count(*) > 1
"""

# The stored state in which a status is seen: an expired line is an active one.
_STORED = {
    status: SubscriptionState.ACTIVE if status is SubscriptionStatus.EXPIRED else SubscriptionState(status) for status in SubscriptionStatus
}
_STEPS = sorted(
    {
        (operation.value, _STORED[status].value, (move.to or _STORED[status]).value)
        for operation, moves in MOVES.items()
        for status, move in moves.items()
    }
)
_ALLOWED = ", ".join(f"('{operation}', '{before}', '{after}')" for operation, before, after in _STEPS)

# Between two operations a line is activated by its completed order, and one that was cut comes back by a payment.
_BEFORE = "coalesce(lag(event.state_after) OVER line, 'pending')"
STEPS = f"""
SELECT office_id, 'subscription', subscription_id, broadband_account,
       concat_ws(' ', state_was, operation), concat_ws(' ', state_before, state_after)
FROM (
    SELECT event.office_id, event.subscription_id, line.broadband_account, event.operation, event.state_before, event.state_after,
           event.after_payment_id, {_BEFORE} AS state_was, lag(event.after_payment_id) OVER line AS payment_before
    FROM subscription_event AS event JOIN subscription AS line ON line.id = event.subscription_id
    WHERE event.reversal_id IS NULL WINDOW line AS (PARTITION BY event.subscription_id ORDER BY event.id)
) AS step
WHERE (operation, state_before, state_after) NOT IN ({_ALLOWED})
   OR (state_before <> state_was AND NOT (state_was = 'pending' AND state_before = 'active') AND NOT (
        state_was = 'forced' AND state_before = 'active' AND EXISTS (
            SELECT FROM regular_payment AS payment WHERE payment.subscription_id = step.subscription_id AND payment.state_before = 'forced'
              AND payment.id > coalesce(step.payment_before, 0) AND payment.id <= step.after_payment_id)))
"""  # noqa: S608

LAST = """
SELECT line.office_id, 'subscription', line.id, line.broadband_account, coalesce(last.state_after, 'pending'), line.state
FROM subscription AS line LEFT JOIN (
    SELECT DISTINCT ON (subscription_id) subscription_id, state_after, after_payment_id FROM subscription_event
    WHERE reversal_id IS NULL ORDER BY subscription_id, id DESC
) AS last ON last.subscription_id = line.id
WHERE line.state <> coalesce(last.state_after, 'pending')
  AND NOT (coalesce(last.state_after, 'pending') = 'pending' AND line.state = 'active' AND line.activated_on IS NOT NULL)
  AND NOT (last.state_after = 'forced' AND line.state = 'active' AND EXISTS (
        SELECT FROM regular_payment AS payment WHERE payment.subscription_id = line.id AND payment.reversal_id IS NULL
          AND payment.state_before = 'forced' AND payment.id > coalesce(last.after_payment_id, 0)))
"""

ACCOUNTS = """
SELECT office_id, 'subscription', max(id), broadband_account, '1', count(*)::text
FROM subscription WHERE state <> 'closed' GROUP BY office_id, broadband_account HAVING count(*) > 1
"""

# What may be no more once a line is closed: payments and operations after it, days sold by them, changes booked, equipment not settled.
AFTER_CLOSURE = """
WITH ended AS (
    SELECT line.office_id, line.id, line.broadband_account, closing.id AS event_id, coalesce(closing.after_payment_id, 0) AS last_payment
    FROM subscription AS line LEFT JOIN subscription_event AS closing
      ON closing.subscription_id = line.id AND closing.operation = 'close' AND closing.reversal_id IS NULL
    WHERE line.state = 'closed'
)
SELECT ended.office_id, 'subscription', ended.id, ended.broadband_account, NULL::text, after.what
FROM ended JOIN (
    SELECT subscription_id, 'regular_payment' AS what, id AS payment_id, NULL::integer AS event_id FROM regular_payment
    UNION ALL SELECT subscription_id, 'subscription_event', NULL, id FROM subscription_event
    UNION ALL SELECT subscription_id, 'service_period', regular_payment_id, sold_by_event_id FROM service_period
) AS after ON after.subscription_id = ended.id AND (after.payment_id > ended.last_payment OR after.event_id > ended.event_id)
UNION ALL
SELECT office_id, 'subscription', id, broadband_account, 'close', NULL FROM ended WHERE event_id IS NULL
UNION ALL
SELECT ended.office_id, 'subscription', ended.id, ended.broadband_account, NULL, 'plan_change'
FROM ended JOIN plan_change ON plan_change.subscription_id = ended.id WHERE plan_change.change_status = 'booked'
UNION ALL
SELECT ended.office_id, 'subscription', ended.id, ended.broadband_account, NULL, 'equipment'
FROM ended JOIN equipment ON equipment.subscription_id = ended.id WHERE equipment.returned_on IS NULL
"""


def _found_by(connection: Connection, findings: Findings) -> None:
    """Derive again what the search of lines reads."""
    for line in rows_of(connection, Subscription):
        findings.examined += 1
        terms = search_terms_of(line)
        if list(line.search_terms) != terms:
            missing = sorted(set(terms) ^ set(line.search_terms))[:5]
            findings.add(Violation(line.office_id, "subscription", line.id, line.broadband_account, None, " ".join(missing)))


_LINES = "SELECT count(*) FROM subscription"

INVARIANTS = (
    Invariant(
        "states_follow",
        N_("Every line's state fits its days, and a line is active exactly from the billing day of its completed order."),
        numbers=(23,),
        counted=_LINES,
        statement=STATES,
    ),
    Invariant(
        "states_are_the_last",
        N_("Every line's state is the one after its last operation or payment."),
        numbers=(23,),
        counted=_LINES,
        statement=LAST,
    ),
    Invariant(
        "steps_are_allowed",
        N_("Every operation on a line was allowed in the state that the one before had left."),
        numbers=(23,),
        counted="SELECT count(*) FROM subscription_event",
        statement=STEPS,
    ),
    Invariant(
        "nothing_after_closure",
        N_("A closed line was closed by an operation, and nothing is sold, done or left out on it afterwards."),
        numbers=(24,),
        counted=_LINES,
        statement=AFTER_CLOSURE,
    ),
    Invariant(
        "accounts_are_used_once",
        N_("No broadband account belongs to two lines that are not closed."),
        counted=_LINES,
        statement=ACCOUNTS,
    ),
    Invariant(
        "lines_can_be_found",
        N_("Every line is found by its account, address and telephones as they are now."),
        check=_found_by,
        tables=("subscription",),
    ),
)
