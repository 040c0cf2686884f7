"""The codes as a .csv that opens right in Excel and carries no formula."""

import csv
import io
from collections.abc import Iterable

from bot.codes.links import Bots, CodeRow, line_link, telegram_link

HEADINGS = ("員工編號", "姓名", "單位", "啟用碼", "Telegram連結", "LINE連結", "有效期限")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones in some languages


def render_csv(rows: Iterable[CodeRow], bots: Bots) -> bytes:
    """UTF-8 with a BOM, without which Excel reads CSV here as Big5."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(
            safe(cell)
            for cell in (
                row.employee_no,
                row.name,
                row.unit,
                row.code,
                telegram_link(bots, row.code),
                line_link(bots, row.code),
                row.valid_until,
            )
        )
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
