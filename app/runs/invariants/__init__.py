"""What must always be true of the charges of services, and of the runs that made them."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.runs.invariants.recomputing import computed_again
from app.values.errors import N_

CHARGED_TWICE = """
SELECT part.office_id, 'unit', unit.id, unit.code, part.latest::text, concat_ws(' ', service.name, part.part_start)
FROM (
    SELECT office_id, unit_id, service_id, part_start, max(part_end) OVER (
        PARTITION BY unit_id, service_id, apportion_by ORDER BY part_start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM service_charge WHERE reversal_id IS NULL
) AS part JOIN unit ON unit.id = part.unit_id JOIN service ON service.id = part.service_id
WHERE part.part_start <= part.latest
"""

RUNS_DO_NOT_ADD_UP = """
SELECT run.office_id, 'billing_run', run.id, to_char(run.month, 'YYYY-MM'), concat_ws(' ', made.count, made.total),
    concat_ws(' ', run.posted, run.posted_total)
FROM billing_run AS run
LEFT JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(total), 0) AS total FROM service_charge WHERE service_charge.run_id = run.id
) AS made ON true
WHERE made.count <> run.posted OR made.total <> run.posted_total
"""

NOT_WHAT_IS_OWED = """
SELECT made.office_id, 'charge', charge.id, unit.code, charge.total::text, concat_ws(' ', made.total, made.bill ->> 'total')
FROM service_charge AS made JOIN charge ON charge.id = made.charge_id JOIN unit ON unit.id = made.unit_id
WHERE charge.total <> made.total OR (made.bill ->> 'total')::numeric <> made.total OR charge.reversal_id IS DISTINCT FROM made.reversal_id
"""

NOT_WHAT_WAS_READ = """
SELECT made.office_id, 'charge', made.charge_id, unit.code, read.quantity::text, made.quantity::text
FROM service_charge AS made JOIN unit ON unit.id = made.unit_id
LEFT JOIN LATERAL (
    SELECT coalesce(sum(reading.consumption), 0) AS quantity FROM jsonb_array_elements_text(made.readings) AS listed (one)
    JOIN reading ON reading.id = listed.one::integer
) AS read ON true
WHERE made.quantity IS NOT NULL AND read.quantity <> made.quantity
"""

# What was billed of one whole to all units together; where every unit's weight is among them, it is the whole.
SHARES_DO_NOT_ADD_UP = """
SELECT office_id, 'billing_period', period_id, to_char(month, 'YYYY-MM'), least(whole, whole_too)::text, sum(of_unit)::text
FROM (
    SELECT made.office_id, made.period_id, period.month, made.service_id, made.apportion_by, made.unit_id,
        min((made.share ->> 'weight')::numeric) AS weight, min((made.share ->> 'weights')::numeric) AS weights,
        min((made.share ->> 'whole')::numeric) AS whole, max((made.share ->> 'whole')::numeric) AS whole_too,
        CASE WHEN sum((made.share ->> 'days')::integer) >= min((made.share ->> 'of_days')::integer) THEN sum(made.total)
             ELSE min((made.share ->> 'of_unit')::numeric) END AS of_unit
    FROM service_charge AS made JOIN billing_period AS period ON period.id = made.period_id
    WHERE made.share IS NOT NULL AND made.reversal_id IS NULL
    GROUP BY made.office_id, made.period_id, period.month, made.service_id, made.apportion_by, made.unit_id
) AS of_units
GROUP BY office_id, period_id, month, service_id, apportion_by, whole, whole_too, weights
HAVING whole <> whole_too OR sum(of_unit) > whole OR (sum(weight) = weights AND sum(of_unit) <> whole)
"""


INVARIANTS = (
    Invariant(
        "services_are_charged_once",
        N_("No day of a metered service is charged to a unit twice."),
        numbers=(7,),
        counted="SELECT count(*) FROM service_charge WHERE reversal_id IS NULL",
        statement=CHARGED_TWICE,
    ),
    Invariant(
        "runs_add_up",
        N_("The total of every billing run is that of its charges."),
        numbers=(8,),
        counted="SELECT count(*) FROM billing_run",
        statement=RUNS_DO_NOT_ADD_UP,
    ),
    Invariant(
        "service_charges_are_owed",
        N_("What a service charge was worked out to is what is owed for it."),
        counted="SELECT count(*) FROM service_charge",
        statement=NOT_WHAT_IS_OWED,
    ),
    Invariant(
        "quantities_were_read",
        N_("The quantity of every service charge is that of its readings."),
        numbers=(16,),
        counted="SELECT count(*) FROM service_charge WHERE quantity IS NOT NULL",
        statement=NOT_WHAT_WAS_READ,
    ),
    Invariant(
        "shares_add_up",
        N_("What units were charged of shared meters sums to what these cost."),
        counted="SELECT count(*) FROM service_charge WHERE share IS NOT NULL",
        statement=SHARES_DO_NOT_ADD_UP,
    ),
    Invariant(
        "service_charges_recompute",
        N_("Every service charge comes to the same again from its readings, facts and the version of its tariff."),
        numbers=(17,),
        check=computed_again,
        tables=("service_charge", "tariff_version"),
    ),
)
