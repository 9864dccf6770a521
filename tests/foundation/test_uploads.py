"""What comes in as a file: its kind, its size, what it would unpack to, and what is refused."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest
import xlsxwriter

from app.foundation.uploads import MEGABYTE, PICTURES, SPREADSHEETS, FileType, Limits, checked, clean_name
from app.values.errors import OperationRefused

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def workbook(*extra: tuple[str, bytes]) -> bytes:
    """Return a real workbook of one cell, with further parts."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "张三")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra:
            archive.writestr(name, content)
    return target.getvalue()


def refusal(name: str, content: bytes, limits: Limits = SPREADSHEETS) -> str:
    began = time.monotonic()
    with pytest.raises(OperationRefused) as refused:
        checked(name, content, limits)
    assert time.monotonic() - began < 1
    assert refused.value.field == "file"
    return refused.value.code


def test_a_workbook_is_taken_with_its_kind_and_digest() -> None:
    content = workbook()
    taken = checked("客户 2026.XLSX", content, SPREADSHEETS)
    assert (taken.name, taken.kind, taken.content) == ("客户 2026.XLSX", FileType.XLSX, content)
    assert len(taken.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "mã;tên\n1;Lan\n".encode()), ("a.txt", "编号,姓名\n".encode("gb18030")), ("a.csv", "a\tb".encode("utf-16"))],
)
def test_texts_of_any_charset_are_taken(name: str, content: bytes) -> None:
    assert checked(name, content, SPREADSHEETS).kind is FileType.CSV


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", PNG),
        ("a.png", workbook()),
        ("a.csv", workbook()),
        ("a.csv", b"%PDF-1.7"),
        ("a.csv", b"MZ\x90\x00\x03"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a", b"x"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.xlsm", workbook()),
    ],
)
def test_name_and_first_bytes_must_say_the_same(name: str, content: bytes) -> None:
    assert refusal(name, content) == "wrong_type"


def test_a_spreadsheet_is_no_picture() -> None:
    assert refusal("a.xlsx", workbook(), PICTURES) == "wrong_type"


def test_an_empty_file_is_refused() -> None:
    assert refusal("a.csv", b"") == "empty_file"


def test_one_byte_over_the_limit_is_too_large() -> None:
    limits = Limits((FileType.CSV,), MEGABYTE)
    assert checked("a.csv", b"a" * MEGABYTE, limits).kind is FileType.CSV
    assert refusal("a.csv", b"a" * (MEGABYTE + 1), limits) == "too_large"


def test_a_bomb_is_known_by_its_directory() -> None:
    bomb = workbook(("xl/worksheets/sheet2.xml", b"\x00" * (60 * MEGABYTE)))
    assert len(bomb) < MEGABYTE
    assert refusal("a.xlsx", bomb) == "unpacks_too_large"


def test_a_directory_that_lies_about_sizes_is_found_out() -> None:
    honest = workbook(("xl/bomb.xml", b"\x00" * (60 * MEGABYTE)))
    size = struct.pack("<I", 60 * MEGABYTE)
    assert honest.count(size) >= 1
    assert refusal("a.xlsx", honest.replace(size, struct.pack("<I", 100))) == "damaged_file"


def test_thousands_of_parts_are_refused() -> None:
    assert refusal("a.xlsx", workbook(*((f"xl/{number}.xml", b"") for number in range(2001)))) == "unpacks_too_large"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_workbook_that_declares_entities_is_refused(charset: str) -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refusal("a.xlsx", workbook(("xl/evil.xml", evil.encode(charset)))) == "damaged_file"


def test_a_truncated_workbook_is_refused() -> None:
    content = workbook()
    assert refusal("a.xlsx", content[: len(content) // 2]) == "damaged_file"


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal("a.xlsx", target.getvalue()) == "damaged_file"
    assert refusal("a.ods", target.getvalue()) == "damaged_file"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\Khách hàng.xlsx", "Khách hàng.xlsx"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie_ x=1.png"),
        ('x".png', "x_.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("...", "file"),
        ("", "file"),
        ("字" * 300 + ".png", "字" * 116 + ".png"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_part_whose_packing_is_damaged_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, b"<a/>" * 100)
    content = target.getvalue()
    # The properties of the packing stand behind the head of the first part.
    at = content.index(b"[Content_Types].xml") + len("[Content_Types].xml") + 4
    assert refusal("a.xlsx", content[:at] + b"\xff" * 5 + content[at + 5 :]) == "damaged_file"
