"""Nothing is left out: every number of the list is asked or waits with a reason, every invariant has its corruption, every table its
invariant."""

from __future__ import annotations

import re
from pathlib import Path

from app.foundation.database import Record
from app.foundation.proofs import Invariant
from app.wiring import import_models, invariants_table
from tests.proofs.corruptions import CORRUPTIONS

import_models()

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "invariants.md"
INVARIANTS = invariants_table()
# What the list asks and today's tables cannot answer yet: number -> what it waits for. docs/invariants.md says the same.
WAITING = {
    9: "the count of a shift",
    13: "closed periods",
    20: "closed days and their seal",
}
# Tables of which nothing more is asked than of every table alike: their amounts, offices, references and secrets. Each has its reason.
ONLY_IN_GENERAL = {
    "bill_correction": "what is still to be done, which follows from charges and adjustments that are asked",
    "background_job": "work under way, no facts of the business",
    "backup": "a record of files outside the database",
    "broadband_policy": "settings, which any value within its checks may have",
    "bulk_row": "what became of a line, which its own records tell",
    "bulk_run": "how far work is, held within its counts by checks",
    "collection_step": "frozen, and in people's own words",
    "community": "names that people type",
    "debt_policy": "settings, which any value within its checks may have",
    "employee": "names that people type",
    "hidden_field": "settings",
    "import_batch": "counts of an import, which its own rows no longer tell",
    "import_file": "a file until its day of deletion",
    "import_heading": "what the headings of a file mean",
    "import_row": "what an import made, for undoing it",
    "line_proposal": "a question to a manager, which decides nothing",
    "kept_form": "what was typed when the session ended",
    "letter": "what became of mail, which no table can prove",
    "letter_template": "words that people type",
    "line_printing": "frozen, and no paper of money",
    "log_entry": "never changed, and about anything",
    "material": "names and prices that people type",
    "nightly_run": "one day per office",
    "meter_report": "what a reader saw, which decides nothing",
    "notice_batch": "how far work is; its papers are asked",
    "notice_setting": "settings",
    "own_field": "settings",
    "payment_promise": "frozen; whether it was kept is computed",
    "plan": "names and prices that people type",
    "price_list_item": "prices that people type",
    "proof_run": "what earlier proofs found",
    "reminder_call": "never changed, and in people's own words",
    "renewal_notice": "frozen, and no paper of money",
    "notice": "frozen as it was printed; what it asks for is proved of its charges",
    "reader_device": "a way to send readings",
    "recovery_code": "a way to sign in",
    "run_result": "a proposal; what it became is asked",
    "run_service": "chosen with its run",
    "second_factor": "a way to sign in",
    "service_setting": "limits that people type, held in order by checks",
    "sign_in": "a way to sign in",
    "sign_in_failure": "what the lock-out counts",
    "trace": "never changed, and about anything",
    "training_clock": "one row, in a practice installation only",
    "upload": "checked by the database itself: size and digest of its content",
}


def asked_of(invariant: Invariant) -> set[str]:
    """Return the tables that an invariant reads."""
    text = f"{invariant.counted} {invariant.statement}"
    return {name.strip('"') for name in re.findall(r'(?:FROM|JOIN)\s+("?\w+"?)', text)} | set(invariant.tables)


def test_every_number_of_the_list_is_asked_or_waits() -> None:
    asked = {number for invariant in INVARIANTS for number in invariant.numbers}
    assert asked | set(WAITING) == set(range(1, 30))
    assert asked & set(WAITING) == set(), "What is asked waits no longer: take it out of WAITING."


def test_every_invariant_has_its_own_corruption() -> None:
    names = [invariant.name for invariant in INVARIANTS]
    assert len(names) == len(set(names))
    assert sorted(corruption.invariant for corruption in CORRUPTIONS) == sorted(names)


def test_every_table_has_an_invariant_or_a_reason_to_have_none() -> None:
    ours = [mapper.class_ for mapper in Record.registry.mappers if mapper.class_.__module__.startswith("app.")]
    tables = {model.__tablename__ for model in ours if issubclass(model, Record)}
    asked = set().union(*(asked_of(invariant) for invariant in INVARIANTS if not invariant.is_general))
    without = tables - asked - set(ONLY_IN_GENERAL)
    assert not without, "A new table brings what must always be true of it (docs/invariants.md), or a reason in ONLY_IN_GENERAL."
    assert set(ONLY_IN_GENERAL) <= tables - asked, "These are asked by now, or are gone."


def test_the_page_explains_every_number_and_every_invariant() -> None:
    page = LIST.read_text()
    missing = [str(number) for number in range(1, 30) if f"\n| {number} |" not in page]
    missing += [invariant.name for invariant in INVARIANTS if f"`{invariant.name}`" not in page]
    assert missing == []


def test_an_invariant_says_in_a_sentence_what_is_true() -> None:
    assert [each.sentence for each in INVARIANTS if not re.fullmatch(r"[A-Z].*\.", each.sentence)] == []
