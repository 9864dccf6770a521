"""The pages of imports: the list of batches, and the four steps from a file to records."""

from app.foundation.imports.views.batches import ImportView

__all__ = ["ImportView"]
