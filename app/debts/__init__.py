"""Debts: who owes what since when, late interest, adjustments, and how the collection goes."""
