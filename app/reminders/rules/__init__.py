"""Rules of reminders: pure, explained in docs/rules/reminders.md."""
