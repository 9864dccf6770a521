"""Rules of notices: pure functions."""
