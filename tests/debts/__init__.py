"""Debts: late interest, adjustments, promises, collection, lists, statements, the digest."""
