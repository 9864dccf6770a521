"""Proofs: what must always be true of the books, asked of all rows at once in one snapshot of the database.

A domain declares its invariants in ``invariants.py``; ``app.wiring.invariants_table`` collects them; ``prove`` asks them all.
Source: money rules §5; docs/invariants.md.
"""

from app.foundation.proofs.declared import Findings, Invariant, Result, Violation, holds
from app.foundation.proofs.proving import invariants, prove, prove_on, register

__all__ = ["Findings", "Invariant", "Result", "Violation", "holds", "invariants", "prove", "prove_on", "register"]
