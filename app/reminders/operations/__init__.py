"""What is done to remind customers: settings, notes of calls, notices, letters."""
