"""Expiry reminders: the office's steps, the call list, renewal notices, letters by e-mail and their outbox."""
