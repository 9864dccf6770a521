"""What must always be true of tariffs and their versions."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

SHARED_DAYS = """
SELECT version.office_id, 'tariff_version', version.id, tariff.name || ' ' || version.number, other.number::text, version.valid_from::text
FROM tariff_version AS version
JOIN tariff_version AS other ON other.tariff_id = version.tariff_id AND other.id < version.id AND other.state = 'approved'
JOIN tariff ON tariff.id = version.tariff_id
WHERE version.state = 'approved'
  AND daterange(version.valid_from, version.valid_to, '[]') && daterange(other.valid_from, other.valid_to, '[]')
"""

INVARIANTS = (
    Invariant(
        "versions_share_no_day",
        N_("Two approved versions of a tariff are valid on no day at once."),
        counted="SELECT count(*) FROM tariff_version",
        statement=SHARED_DAYS,
    ),
)
