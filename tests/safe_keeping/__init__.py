"""Backup and restore: really made, really restored into another folder."""
