"""``run.py quote``, really started: JSON in, JSON out, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config import HERE

FLAT = {"code": "f", "kind": "flat", "label": "Fee", "amount": "1.50"}
CASE = {"recipe": {"rounding": "0.01", "lines": [FLAT]}, "facts": {}}
BILL = {"lines": [{"code": "f", "label": "Fee", "quantity": "1", "unit_price": "1.5", "amount": "1.5"}], "total": "1.5"}


def quote(*arguments: str, folder: Path, content: bytes | str = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(HERE / "run.py"), "quote", *arguments],
        cwd=folder,
        env={**os.environ, "FEEHOUSE_ENVIRONMENT": "as-is", "FEEHOUSE_DATA": str(folder / "data"), "PYTHONIOENCODING": "ascii"},
        input=content.encode() if isinstance(content, str) else content,
        capture_output=True,
        timeout=60,
        check=False,
    )


def answered(case: Any, folder: Path) -> Any:
    done = quote("-", folder=folder, content=case if isinstance(case, str) else json.dumps(case))
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


def measured(quantity: str) -> str:
    """Return a case whose fact is the JSON ``quantity``, letter for letter."""
    line = '{"code": "w", "kind": "per_unit", "label": "W", "quantity": "m3", "price": "1"}'
    return f'{{"recipe": {{"rounding": "0.0000000001", "lines": [{line}]}}, "facts": {{"m3": {quantity}}}}}'


def test_the_worked_examples_are_quoted_from_a_file(tmp_path: Path) -> None:
    path = Path(__file__).with_name("fees.json")
    done = quote(str(path), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    bills = json.loads(done.stdout)
    for example, bill in zip(json.loads(path.read_text(encoding="utf-8")), bills, strict=True):
        short = [{"code": each["code"], "amount": each["amount"]} for each in bill["lines"]]
        assert {"lines": short, "total": bill["total"]} == example["expected"], example["title"]
        assert sorted(bill) == ["lines", "total"]
        assert all(list(each) == ["code", "label", "quantity", "unit_price", "amount"] for each in bill["lines"])
    assert not (tmp_path / "data").exists()


def test_one_case_has_one_answer_and_a_list_has_a_list(tmp_path: Path) -> None:
    assert answered(CASE, tmp_path) == BILL
    assert answered([CASE], tmp_path) == [BILL]
    assert answered([], tmp_path) == []


def test_a_case_with_a_fault_does_not_stop_the_others(tmp_path: Path) -> None:
    faulty = {"recipe": {"rounding": "1", "lines": [{**FLAT, "amount": "x"}]}, "facts": {}}
    no_fact = {"recipe": {"rounding": "1", "lines": [{**FLAT, "times": "cards"}]}, "facts": {}}
    assert answered([faulty, CASE, no_fact], tmp_path) == [
        {"error": "Line 1 (f): amount must be a number written as a text, such as “12.5”."},
        BILL,
        {"error": "Line f: the fact cards is missing."},
    ]


@pytest.mark.parametrize("case", [{"recipe": CASE["recipe"]}, {"facts": {}}, {}, {**CASE, "facts": []}, {**CASE, "facts": None}])
def test_a_case_is_a_recipe_and_facts(case: dict[str, Any], tmp_path: Path) -> None:
    assert list(answered(case, tmp_path)) == ["error"]
    assert [list(each) for each in answered([case, 5, None], tmp_path)] == [["error"]] * 3


@pytest.mark.parametrize(
    ("quantity", "total"),
    [
        ('"12.347"', "12.347"),
        # A float would be 12.34699999… or 0.30000000000000004; the digits are taken as they are written.
        ("12.347", "12.347"),
        ("0.1234567891", "0.1234567891"),
        ("123456789012345.1234567891", "123456789012345.1234567891"),
        ("7", "7"),
    ],
)
def test_json_numbers_lose_no_digits(quantity: str, total: str, tmp_path: Path) -> None:
    assert answered(measured(quantity), tmp_path)["total"] == total


@pytest.mark.parametrize("quantity", ["1e3", "1E400", "NaN", "Infinity", "-Infinity", "9" * 5000, "true", "null", "[1]", '"NaN"', '"1e3"'])
def test_what_is_no_plain_number_is_an_error(quantity: str, tmp_path: Path) -> None:
    assert "m3" in answered(measured(quantity), tmp_path)["error"]


def test_texts_in_other_letters_come_back_as_they_are(tmp_path: Path) -> None:
    label = {"vi": "Tiền điện", "zh_Hans": "电费"}
    case = {"recipe": {"rounding": "1", "lines": [{**FLAT, "label": label, "code": "\ud800" + "é"}]}, "facts": {}}
    assert "code" in answered(case, tmp_path)["error"]
    case["recipe"]["lines"][0]["code"] = "điện"
    assert [(each["code"], each["label"]) for each in answered(case, tmp_path)["lines"]] == [("điện", label)]


def test_half_a_character_of_a_fact_does_not_break_the_answer(tmp_path: Path) -> None:
    assert "\ud800" in answered(measured('"\\ud800"'), tmp_path)["error"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON: line 1, column 2"),
        (b"{'recipe': 1}", "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"3", '"recipe" and "facts"'),
        (b'"text"', '"recipe" and "facts"'),
        (b"null", '"recipe" and "facts"'),
        (b'{"facts": {}, "facts": {}}', "'facts' stands twice"),
        (b"[" * 100000, "deep"),
    ],
)
def test_what_cannot_be_read_is_explained(content: bytes, words: str, tmp_path: Path) -> None:
    done = quote("-", folder=tmp_path, content=content)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"), [(["nowhere.json"], "nowhere.json"), (["."], "."), ([], "FILE"), (["a", "b"], "b"), (["--all"], "FILE")]
)
def test_a_wrong_call_is_explained(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = quote(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(CASE).encode())
    assert json.loads(quote("case.json", folder=tmp_path).stdout) == BILL
