"""The first page: what needs attention today."""
