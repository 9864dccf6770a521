"""Files that are made to hurt, or that are no tables at all: each is refused in words, and at once."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest

from app.values.errors import OperationRefused
from tests.foundation.imports.files import read, replaced, xlsx, zipped

SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx(["code", "name"], ["XQ1", "翠湖花园"])
HEAD = b'<?xml version="1.0"?>'
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to 200 MB."""
    return replaced(GOOD, SHEET, b"<worksheet>" + b" " * 200 * 1024 * 1024 + b"</worksheet>")


def lying_bomb() -> bytes:
    """A workbook whose directory says that its sheet is small."""
    content = bytearray(bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = archive.getinfo(SHEET)
    size, said = entry.file_size.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    return bytes(content).replace(size, said)


def laughs() -> bytes:
    lines = b"".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">'.encode() for n in range(1, 10))
    return replaced(GOOD, SHEET, HEAD + b'<!DOCTYPE x [<!ENTITY l0 "ha">' + lines + b"]><worksheet>&l9;</worksheet>")


def outside() -> bytes:
    return replaced(GOOD, "xl/workbook.xml", HEAD + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>')


def two_million_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 400_001))
    return replaced(GOOD, SHEET, HEAD + b"<worksheet " + NAMESPACE + b"><sheetData>" + rows + b"</sheetData></worksheet>")


def far_corner() -> bytes:
    """Two cells, and 17 thousand million empty ones between them."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return replaced(GOOD, SHEET, HEAD + b"<worksheet " + NAMESPACE + b"><sheetData>" + cells + b"</sheetData></worksheet>")


def many_columns() -> bytes:
    return xlsx([f"c{n}" for n in range(150)], list(range(150)))


def locked() -> bytes:
    """What Excel writes for a workbook with a password: an old container around an encrypted one."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400


EVIL: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("a.xlsx", bomb, "unpacks_too_large"),
    "zip bomb with a false directory": ("a.xlsx", lying_bomb, "damaged_file"),
    "billion laughs": ("a.xlsx", laughs, "damaged_file"),
    "entity of a file": ("a.xlsx", outside, "damaged_file"),
    "too many rows": ("a.xlsx", two_million_rows, "too_many_rows"),
    "cell in the far corner": ("a.xlsx", far_corner, "damaged"),
    "too many columns": ("a.xlsx", many_columns, "too_many_columns"),
    "program with another name": ("a.xlsx", lambda: b"MZ" + b"\x90\0" * 5000, "wrong_type"),
    "zip of something else": ("a.xlsx", lambda: zipped({"a.txt": b"hello"}), "damaged_file"),
    "program": ("setup.exe", lambda: b"MZ" + b"\x90\0" * 5000, "wrong_type"),
    "nothing": ("a.xlsx", lambda: b"", "empty_file"),
    "workbook without a row": ("a.xlsx", lambda: xlsx(), "empty"),
    "text of blanks": ("a.csv", lambda: b"  \r\n,,\r\n", "empty"),
    "password": ("a.xlsx", locked, "password"),
    "too large": ("a.csv", lambda: b"a,b\n" * 1_400_000, "too_large"),
    "two million lines": ("a.csv", lambda: b"1\n" * 2_000_000, "too_many_rows"),
    "NUL bytes": ("a.csv", lambda: b"code,name\nXQ\x001,x\n", "wrong_type"),
    "old Excel file that is none": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000, "damaged"),
    "half a workbook": ("a.xlsx", lambda: GOOD[: len(GOOD) // 2], "damaged_file"),
}


@pytest.mark.parametrize("name", EVIL)
def test_an_evil_file_is_refused_at_once(name: str) -> None:
    file_name, made, code = EVIL[name]
    content = made()
    started = time.process_time(), time.perf_counter()
    with pytest.raises(OperationRefused) as refused:
        read(file_name, content)
    used, passed = time.process_time() - started[0], time.perf_counter() - started[1]
    assert refused.value.code == code
    # Its own time, and with room for whatever else runs on this machine.
    assert used < 1
    assert passed < 5


def test_a_formula_is_never_run() -> None:
    table = read("a.xlsx", xlsx(["code"], ["{=1+1"]))
    assert table.rows[1] == [42]


def test_a_link_is_no_more_than_its_text() -> None:
    table = read("a.xlsx", xlsx(["code"], ['=HYPERLINK("http://evil")']))
    assert table.rows[1] == ['=HYPERLINK("http://evil")']
