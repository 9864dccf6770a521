"""Rules of billing runs: what a unit owes for a service and a period. Pure functions, no database, no clock."""
