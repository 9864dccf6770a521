"""Notices: payment-due notices of a building, reminders by level, statements on paper."""
