"""What is done with meters and readings: install, remove, replace; enter, estimate, correct, withdraw, accept."""
