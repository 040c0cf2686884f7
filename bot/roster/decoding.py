"""From the bytes of a .csv to its records.

Taiwan's offices save CSV as UTF-8 (with BOM, or without), as Excel's "Unicode text" (UTF-16), or in Big5.
CP950 lacks 堃喆峯煊珉, which Big5-HKSCS has; Big5-HKSCS in turn reads the ‧ of indigenous names as •. So each
character is read as CP950, and as Big5-HKSCS only where CP950 has none; nothing is ever replaced.
"""

import csv
import io
from collections.abc import Iterator

_SPREADSHEETS = {
    b"PK\x03\x04": "這是 Excel 或 ODS 試算表",
    b"\xd0\xcf\x11\xe0": "這是舊版 Excel（.xls）檔",
}
LARGEST = 20 * 1024 * 1024  # bytes; a county's roster is far below


class RosterError(Exception):
    """The file as a whole cannot be read; the message is one sentence that says what to do."""


def decodings(data: bytes) -> Iterator[tuple[str, str]]:
    """Every reading of the bytes that is without a fault, likeliest first: (encoding's name, text).

    Raises RosterError for what is no text at all.
    """
    for magic, what in _SPREADSHEETS.items():
        if data.startswith(magic):
            raise RosterError(f"{what}，目前只接受 CSV；請在試算表軟體另存為「CSV UTF-8」再匯入")
    if len(data) > LARGEST:
        raise RosterError("檔案超過 20 MB，不像是名冊；請確認選對檔案")
    if not data.strip():
        raise RosterError("檔案是空的")
    if data.startswith(b"\xef\xbb\xbf"):
        candidates = [("UTF-8", "utf-8-sig")]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = [("UTF-16", "utf-16")]
    else:
        candidates = [("UTF-8", "utf-8"), ("Big5", "big5")]
    found = False
    for name, codec in candidates:
        try:
            text = _big5(data) if codec == "big5" else data.decode(codec)
        except UnicodeDecodeError:
            continue
        found = True
        yield name, text
    if not found:
        raise RosterError("無法判讀檔案的文字編碼；請另存為「CSV UTF-8」再匯入")


def _big5(data: bytes) -> str:
    """Raises UnicodeDecodeError for what neither CP950 nor Big5-HKSCS has."""
    parts: list[str] = []
    rest = data
    while rest:
        try:
            parts.append(rest.decode("cp950"))
            break
        except UnicodeDecodeError as error:
            parts.append(rest[: error.start].decode("cp950"))
            parts.append(rest[error.start : error.start + 2].decode("big5hkscs"))
            rest = rest[error.start + 2 :]
    return "".join(parts)


def records(text: str) -> list[list[str]]:
    """The cells, one list a row as a spreadsheet numbers them (a quoted line break stays in its row).

    Raises RosterError with the row where a quotation does not end.
    """
    if "\x00" in text:
        raise RosterError("檔案含有非文字內容；請另存為「CSV UTF-8」再匯入")
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows.extend(reader)
    except csv.Error:
        raise RosterError(f"第 {len(rows) + 1} 列的引號沒有成對，無法讀取；請檢查該列的雙引號") from None
    return rows


def _delimiter(text: str) -> str:
    """Of comma, tab and semicolon the one seen most in the first lines."""
    head = "\n".join(text.splitlines()[:10])
    return max(",\t;", key=head.count)
