"""Papers about what units owe: the payment-due notice of a period, the reminders that follow it, their delivery."""
