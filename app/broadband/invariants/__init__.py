"""What must always be true of lines, their service periods, payments and operations. Source: money rules §5; docs/invariants.md."""

from app.broadband.invariants import closures, deeds, lines, payments, periods

INVARIANTS = (*payments.INVARIANTS, *periods.INVARIANTS, *lines.INVARIANTS, *deeds.INVARIANTS, *closures.INVARIANTS)
