"""The order sheet 施工單 (C4), planned and as completed, from its frozen content."""

from __future__ import annotations

import base64
import datetime
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import segno

from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Logo, Print, figures, frame, mark, money, words_of
from app.billing.papers.words import Words
from app.foundation.documents import render_paper
from app.values import formats
from app.workorders.choices import WorkKind
from app.workorders.papers import captions as captions

# Up to so many materials the sheet is one page.
ONE_PAGE = 8
NOT_CHANGED = "／"
FEES = (
    ("installation_fee", "installation_fee"),
    ("handling_fee", "handling_fee"),
    ("labour_material_fee", "labour_material_fee"),
    ("material_works_fee", "material_works_fee"),
    ("other_fee", "other_order_fee"),
)
CHANGES = ("new_name", "new_plan", "new_community", "new_address", "new_phone", "new_id_number")
COPIES = (1, 2, 3)
LASER = "laser"


def order_pdf(
    content: Mapping[str, Any],
    *,
    printing: int,
    printed_at: datetime.datetime,
    printed_by: str,
    copies: str | None = None,
    training: bool = False,
    logo: bytes = b"",
) -> bytes:
    """Return the sheet frozen in ``content`` as PDF; a page for each of its three copies, or one where ``copies`` is single."""
    content = masked_content(content)
    words = words_of(content)
    print_ = Print(printing, printed_at, printed_by, None, training, Logo.of(logo))
    style = copies or content.get("copies") or LASER
    numbers = COPIES if style == LASER else (2,)
    return render_paper(
        "work_order",
        context(content, words, print_),
        copies=[{"copy_line": words(f"work_order_copy_{number}")} for number in numbers],
        densities=[{"d": density} for density in DENSITIES],
        pages=1 if len(content["materials"]) <= ONE_PAGE else 2,
        mark=mark(words, print_),
        title=f"{words('title_work_order')} {content['number']}",
    )


def context(content: Mapping[str, Any], words: Words, print_: Print) -> dict[str, Any]:
    """Return everything the template prints."""
    customer, is_final = content["customer"], content["is_final"]
    is_fault = content["kind"] == WorkKind.FAULT
    return {
        **frame({"on": content["accepted_at"], **content}, words, print_, paper="a4"),
        "heading": "\u00a0".join(words("title_work_order")) if words.is_chinese else words("title_work_order"),
        "version_line": words("final_version") if is_final else "",
        "qr": qr_code(content["number"]),
        "head": _pairs(
            words,
            ("business_type", content["business_type"]),
            ("order_status", content["status"]),
            ("order_installer", content["installer"]),
            ("accepted_at", moment_of(content["accepted_at"], words)),
            ("appointment_at", moment_of(content["appointment_at"], words)),
            ("accepted_by", content["accepted_by"]),
        ),
        "customer_rows": _pairs(
            words,
            ("customer_no", customer["customer_no"]),
            ("customer_name", customer["name"]),
            ("phone", customer["phone"]),
            ("id_number", customer["id_number"]),
            ("plan", customer["plan"]),
            ("login", customer["broadband_account"]),
        ),
        "address": customer["address"],
        "request": content["customer_request"],
        "fault": _pairs(words, *((f"fault_{name}", content["fault"][name]) for name in ("symptom", "cause", "remedy"))) if is_fault else [],
        "changes": _pairs(words, *((name, content["changes"][name] or NOT_CHANGED) for name in CHANGES)),
        "part_three": words("part_returned" if content["kind"] == WorkKind.REMOVAL else "part_materials"),
        "materials": [_material(position, row, content["currency"], words) for position, row in enumerate(content["materials"], start=1)],
        "fee_heads": [words(caption) for _, caption in FEES] + [words("total")],
        "fees": [figures(content[name], content["currency"], words) for name, _ in FEES]
        + [figures(content["total"], content["currency"], words)],
        "materials_total": figures(content["material_works_fee"], content["currency"], words),
        "total": money(content["total"], content["currency"], words),
        "in_words": content["total_in_words"],
        "collected_by": collected_by(content, words),
        "paid_by": paid_by(content, words),
        "work": _pairs(words, *_work(content, words)),
        "result": _result(content, words),
        "note": content["note"],
    }


def _pairs(words: Words, *pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [(words(caption), value or "") for caption, value in pairs]


def _material(position: int, row: Mapping[str, Any], currency: str, words: Words) -> list[str]:
    quantity = formats.number(Decimal(row["quantity"]), words.locale)
    price, amount = (figures(row[name], currency, words) for name in ("unit_price", "amount"))
    return [str(position), row["code"], row["name"], row["specification"], row["unit"], quantity, price, amount, row["note"]]


def moment_of(text: str | None, words: Words) -> str:
    """Return day and time of a stored moment, which is on the office's clock already."""
    if not text:
        return ""
    at = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return formats.paper_moment(at, words.locale, "UTC")


def collected_by(content: Mapping[str, Any], words: Words) -> str:
    """Return who took the money; of an installer, that he hands it in the same day."""
    name = content["collected_by"]
    return words("collected_at_door", name=name) if content["collected_at_door"] else name


def paid_by(content: Mapping[str, Any], words: Words) -> str:
    """Return how the order was paid, or boxes for the hand where that is not known yet."""
    if not content["receipt"]:
        return "" if content["is_final"] else words("methods_open")
    return " ".join([*(words(f"method_{method}") for method in content["methods"]), content["receipt"]])


def _work(content: Mapping[str, Any], words: Words) -> Sequence[tuple[str, str]]:
    """Return the record of the work: filled in once it is done, blank lines for the hand before."""
    is_final = content["is_final"]
    times = "／".join(_clock(content[name]) for name in ("started_at", "finished_at")) if is_final else words("blank_times")
    return (
        ("worked_on", _day(content["worked_on"], words) if is_final else words("blank_day")),
        ("started_finished", times),
        ("billing_from", _day(content["billing_from"], words) if is_final else words("blank_day")),
        ("device_serial", content["device_serial"]),
        ("splitter_port", content["splitter_port"]),
        ("optical_power", _measured(content["optical_power"], words)),
        ("speed_mbps", _measured(content["speed_mbps"], words)),
    )


def _day(text: str | None, words: Words) -> str:
    return formats.paper_day(datetime.date.fromisoformat(text), words.locale) if text else ""


def _measured(text: str | None, words: Words) -> str:
    return formats.number(Decimal(text), words.locale) if text else ""


def _clock(text: str | None) -> str:
    return datetime.datetime.fromisoformat(text).strftime("%H:%M") if text else "—"


def _result(content: Mapping[str, Any], words: Words) -> str:
    if content["failure_reason"]:
        return words("result_failed", reason=content["failure_reason"])
    return words("result_done") if content["is_final"] else words("result_open")


def qr_code(number: str) -> str:
    """Return the number as a picture for the sheet, so that a reader finds the order again."""
    made = io.BytesIO()
    segno.make(number, error="m", micro=False).save(made, kind="png", scale=6, border=0)
    return f"data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}"
