"""Selections of debts."""
