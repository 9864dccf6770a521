"""What must always be true of meters, readings and water quotas."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

# The last real reading before; for an estimate the last of any kind.
NOT_THE_ONE_BEFORE = """
SELECT reading.office_id, 'meter', meter.id, meter.serial, before.said, concat_ws(' ', reading.previous_on, reading.previous_value)
FROM reading JOIN meter ON meter.id = reading.meter_id
LEFT JOIN LATERAL (
    SELECT earlier.read_on, earlier.value, concat_ws(' ', earlier.read_on, earlier.value) AS said FROM reading AS earlier
    WHERE earlier.installation_id = reading.installation_id AND earlier.read_on < reading.read_on
      AND earlier.state IN ('waiting', 'accepted') AND (earlier.source <> 'estimated' OR reading.source = 'estimated')
    ORDER BY earlier.read_on DESC LIMIT 1
) AS before ON true
WHERE reading.state IN ('waiting', 'accepted') AND reading.kind <> 'first'
  AND (before.read_on IS DISTINCT FROM reading.previous_on OR before.value IS DISTINCT FROM reading.previous_value)
"""

NOT_COUNTED = """
SELECT reading.office_id, 'meter', meter.id, meter.serial,
    CASE WHEN rolled_over THEN (power(10::numeric, reading.digits) - previous_value + value) * reading.factor
         ELSE (value - previous_value) * reading.factor END::text, consumption::text
FROM reading JOIN meter ON meter.id = reading.meter_id
WHERE reading.state IN ('waiting', 'accepted') AND previous_on IS NOT NULL AND (consumption < 0 OR rolled_over <> (value < previous_value)
  OR consumption <> CASE WHEN rolled_over THEN (power(10::numeric, reading.digits) - previous_value + value) * reading.factor
                         ELSE (value - previous_value) * reading.factor END)
"""

HUNG_WRONGLY = """
SELECT place.office_id, 'meter', meter.id, meter.serial, concat_ws(' … ', place.installed_on, place.removed_on),
    concat_ws(' … ', first.read_on, final.read_on)
FROM meter_installation AS place JOIN meter ON meter.id = place.meter_id
LEFT JOIN reading AS first ON first.installation_id = place.id AND first.kind = 'first' AND first.state IN ('waiting', 'accepted')
LEFT JOIN reading AS final ON final.installation_id = place.id AND final.kind = 'final' AND final.state IN ('waiting', 'accepted')
WHERE first.read_on IS DISTINCT FROM place.installed_on OR final.read_on IS DISTINCT FROM place.removed_on
  OR meter.is_shared <> (place.unit_id IS NULL)
  OR EXISTS (SELECT FROM reading WHERE reading.installation_id = place.id AND reading.state IN ('waiting', 'accepted')
      AND (reading.meter_id <> place.meter_id
      OR reading.read_on < place.installed_on OR reading.read_on > place.removed_on))
  OR EXISTS (SELECT FROM meter_installation AS other WHERE other.meter_id = place.meter_id AND other.id <> place.id
      AND daterange(other.installed_on, other.removed_on, '[]') && daterange(place.installed_on, place.removed_on, '[]'))
"""

QUOTAS_OVERLAP = """
SELECT quota.office_id, 'unit', unit.id, unit.code, latest::text, starts_on::text
FROM (
    SELECT office_id, unit_id, starts_on, max(coalesce(ends_on, 'infinity')) OVER (
        PARTITION BY unit_id ORDER BY starts_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM water_quota
) AS quota JOIN unit ON unit.id = quota.unit_id WHERE starts_on <= latest
"""

INVARIANTS = (
    Invariant(
        "readings_follow_each_other",
        N_("Every reading is counted from the reading before it."),
        counted="SELECT count(*) FROM reading WHERE reading.state IN ('waiting', 'accepted')",
        statement=NOT_THE_ONE_BEFORE,
        numbers=(15,),
    ),
    Invariant(
        "consumption_follows_from_readings",
        N_("Every consumption follows from its readings, with a rollover only where the dial fell."),
        counted="SELECT count(*) FROM reading WHERE reading.state IN ('waiting', 'accepted')",
        statement=NOT_COUNTED,
        numbers=(16,),
    ),
    Invariant(
        "meters_hang_at_one_place",
        N_("Every meter hangs at one place at a time, from its first to its final reading."),
        counted="SELECT count(*) FROM meter_installation",
        statement=HUNG_WRONGLY,
    ),
    Invariant(
        "quotas_do_not_overlap",
        N_("A unit has one water quota on a day."),
        counted="SELECT count(*) FROM water_quota",
        statement=QUOTAS_OVERLAP,
        numbers=(29,),
    ),
)
