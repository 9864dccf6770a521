"""What must always be true of documents and journal. Source: money rules §5; docs/invariants.md."""

from app.billing.invariants.documents import DOCUMENTS
from app.billing.invariants.journal import JOURNAL
from app.billing.invariants.numbers import NUMBERS
from app.billing.invariants.papers import PAPERS

INVARIANTS = (*JOURNAL, *DOCUMENTS, *NUMBERS, *PAPERS)
