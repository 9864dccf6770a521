"""The counter 收費櫃台: one search box, everything about the customer, one payment."""
