"""Billing periods and runs: what units owe, reviewed and posted."""
