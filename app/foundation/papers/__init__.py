"""The engine below every printed paper: fonts, line breaking, marks, and the child process that turns HTML into PDF.

``foundation.documents`` is its only face. ``worker`` runs in a process of its own and imports neither Flask nor the database.
"""
