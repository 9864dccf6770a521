"""The engine below the papers: fonts, line breaking, marks, and a child process that a document cannot take the server down with."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.foundation import documents
from app.foundation.documents import Mark, PaperFailed, PaperWarning, missing_characters, render_pdf
from app.foundation.papers import pool
from app.foundation.papers.engine import Job, Sheet
from app.foundation.papers.lines import Unit, break_lines

ROOT = Path(__file__).resolve().parents[2]
STYLE = (
    "<style>@page { size: 100mm 80mm; margin: 5mm; } body { font-family: 'Noto Sans SC'; font-size: 10pt; -pdf-word-wrap: CJK; }</style>"
)


def paper(body: str) -> str:
    return f"<html><head>{STYLE}</head><body>{body}</body></html>"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).strip()


def lines_of(text: str, width: int) -> list[str]:
    """Break ``text`` as the papers do, a Chinese character two units wide and any other one."""
    units = [Unit(one, 2 if unicodedata.east_asian_width(one) in "WF" else 1) for one in text]
    return ["".join(unit.text for unit in line) for line in break_lines(units, [width])]


@pytest.fixture(scope="module")
def strict_pool() -> Iterator[pool.Pool]:
    """One child that may use two seconds of CPU."""
    made = pool.Pool(size=1, seconds=2)
    yield made
    made.close()


# --- fonts -------------------------------------------------------------------------------------------------------------------------


def test_the_font_has_every_character_of_the_character_sets_of_names() -> None:
    codes = [bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF)]
    known = {code.decode(charset, "ignore") for charset in ("gb2312", "gbk", "big5") for code in codes}
    letters = "".join(one for one in known if len(one) == 1 and "\u3400" <= one <= "\u9fff")
    vietnamese = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
    assert len(letters) > 20_000
    assert missing_characters(letters + vietnamese + vietnamese.upper()) == ""


def test_the_font_has_every_character_of_the_catalogues_and_templates() -> None:
    files = [*ROOT.glob("translations/*/LC_MESSAGES/*.po"), *ROOT.glob("app/*/templates/papers/*.html"), ROOT / "app/billing/captions.py"]
    assert len(files) > 8
    missing = {file.name: missing_characters(file.read_text(encoding="utf-8")) for file in files}
    assert {name: characters for name, characters in missing.items() if characters} == {}


def test_marks_and_signs_of_papers_are_in_the_font() -> None:
    assert missing_characters("−√≥≤㎡→←×÷・·—–…₫□■✓【】「」（），。：；、？！“”¥€\u00a0") == ""


def test_what_no_paper_can_print_is_named_once() -> None:
    assert missing_characters("Lan 😀 and 😀 or ☑") == "😀☑"


def test_decomposed_vietnamese_is_not_reported_as_missing() -> None:
    assert missing_characters(unicodedata.normalize("NFD", "Nguyễn Thị Phượng")) == ""


def test_a_character_without_a_glyph_is_an_error_in_tests() -> None:
    with pytest.warns(PaperWarning, match="No font"):
        render_pdf(paper("<p>😀</p>"))


# --- breaking lines ----------------------------------------------------------------------------------------------------------------


def test_vietnamese_words_stay_whole() -> None:
    assert lines_of("Căn hộ chung cư Phương Đông", 12) == ["Căn hộ chung", "cư Phương", "Đông"]


def test_chinese_breaks_between_characters() -> None:
    assert lines_of("阳光社区宽带服务", 6) == ["阳光社", "区宽带", "服务"]


def test_a_number_in_chinese_text_stays_whole() -> None:
    assert lines_of("金额1234567元整", 8) == ["金额", "1234567", "元整"]


def test_no_closing_mark_begins_a_line() -> None:
    assert lines_of("收款单位，盖章（本页）", 8) == ["收款单", "位，盖章", "（本页）"]


def test_no_opening_mark_ends_a_line() -> None:
    assert lines_of("收款人（签字）", 8) == ["收款人", "（签字）"]


def test_chinese_and_vietnamese_mix_in_one_line() -> None:
    assert lines_of("客户Nguyễn Văn An住在河内", 12) == ["客户Nguyễn", "Văn An住在河", "内"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert lines_of("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_a_held_space_does_not_break() -> None:
    assert lines_of("tel 0755\u00a02688", 9) == ["tel", "0755\u00a02688"]


def test_spaces_at_the_edges_are_dropped() -> None:
    assert lines_of("một hai  ba", 8) == ["một hai", "ba"]


def test_nothing_at_all_takes_no_line() -> None:
    assert lines_of("", 8) == []


def test_a_break_is_kept_even_beside_another_one() -> None:
    units = [Unit("a", 1), Unit("", 0, ends_line=True), Unit("", 0, ends_line=True), Unit("b", 1)]
    assert ["".join(unit.text for unit in line) for line in break_lines(units, [9])] == ["a", "", "b"]


def test_a_break_in_html_is_kept() -> None:
    assert text_of(render_pdf(paper("<p>第一行<br/>Dòng hai</p>"))).split("\n") == ["第一行", "Dòng hai"]


def test_long_text_does_not_run_off_the_page() -> None:
    text = text_of(render_pdf(paper(f"<p>{'阳光社区宽带服务有限公司，' * 4}Nguyễn Thị Phượng</p>")))
    assert len(text.split("\n")) == 3
    assert not any(line.startswith("，") for line in text.split("\n"))


def test_decomposed_vietnamese_prints_composed() -> None:
    assert "Nguyễn Thị Phượng" in text_of(render_pdf(paper(unicodedata.normalize("NFD", "<p>Nguyễn Thị Phượng</p>"))))


# --- marks -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["ĐÃ HỦY", "作废", "作廢", "VOID", "TRAINING – NOT VALID"])
def test_a_mark_lies_over_every_page(word: str) -> None:
    pages = PdfReader(io.BytesIO(render_pdf(paper("<p>1</p><pdf:nextpage/><p>2</p>"), mark=Mark(word)))).pages
    assert [word in page.extract_text() for page in pages] == [True, True]


def test_a_slip_is_as_long_as_its_content() -> None:
    tall = STYLE.replace("100mm 80mm", "80mm 1200mm")
    pdf = render_pdf(f"<html><head>{tall}</head><body><p>1</p><p>2</p></body></html>", cropped=True)
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert 15 < float(page.mediabox.height) / 72 * 25.4 < 35


# --- what strangers type -----------------------------------------------------------------------------------------------------------


def test_no_file_and_no_address_is_read() -> None:
    secret = ROOT / "requirements.txt"
    evil = f'<img src="http://127.0.0.1:9/x.png"/><img src="file://{secret}"/><link rel="stylesheet" href="{secret}"/><p>left</p>'
    with pytest.warns(PaperWarning):
        text = text_of(render_pdf(paper(evil)))
    assert text.strip() == "left"


def test_a_document_that_never_ends_is_given_up(strict_pool: pool.Pool) -> None:
    with pytest.raises(PaperFailed) as failure:
        strict_pool.make(Job([Sheet([paper('<table><tr><td colspan="100000000">x</td></tr></table>')])]))
    # Whether its time or its memory runs out first depends on the machine.
    assert failure.value.code in {"timeout", "invalid"}
    assert "Nothing was printed" in str(failure.value)


def test_the_next_paper_after_a_failure_is_made(strict_pool: pool.Pool) -> None:
    assert strict_pool.make(Job([Sheet([paper("<p>x</p>")])])).pdf.startswith(b"%PDF")


def test_time_that_runs_out_says_so() -> None:
    slow = pool.Pool(size=1, seconds=0)
    with pytest.raises(PaperFailed) as failure:
        slow.make(Job([Sheet([paper("<p>x</p>")])]))
    assert failure.value.code == "timeout"
    slow.close()


def test_a_child_that_died_is_replaced(strict_pool: pool.Pool) -> None:
    strict_pool.make(Job([Sheet([paper("<p>x</p>")])]))
    child = strict_pool.idle.queue[0]
    child.process.kill()
    child.process.wait()
    assert strict_pool.make(Job([Sheet([paper("<p>y</p>")])])).pdf.startswith(b"%PDF")
    assert strict_pool.idle.queue[0] is not child


def test_html_nested_too_deeply_is_refused_and_costs_no_child(strict_pool: pool.Pool) -> None:
    with pytest.raises(PaperFailed) as failure:
        strict_pool.make(Job([Sheet([paper("<div>" * 300)])]))
    assert failure.value.code == "invalid"


def test_threads_share_the_children() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(render_pdf(paper("<p>x</p>")))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert pool.shared().idle.qsize() <= pool.SIZE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_server_starts_children_of_its_own() -> None:
    program = (
        "import os, sys\n"
        "from app.foundation.documents import render_pdf\n"
        "render_pdf('<p>parent</p>')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if render_pdf('<p>child</p>').startswith(b'%PDF') else 1)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "render_pdf('<p>parent</p>')\n"
        "sys.exit(code)\n"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, timeout=60, check=False).returncode == 0


def test_the_child_knows_neither_flask_nor_a_secret() -> None:
    program = "import sys, app.foundation.papers.worker; sys.exit(any(name in sys.modules for name in ('flask', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=False).returncode == 0
    assert not any("SECRET" in name or "DATABASE" in name for name in pool.KEPT_FROM_ENVIRONMENT)


def test_a_template_that_forgets_a_value_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        documents.render_paper("base", {})
