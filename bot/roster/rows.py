"""One row of a roster: the cells made plain, and everything wrong with them said at once."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.platforms.mail_writing import is_address
from bot.roster.dates import read_date
from guideline.coverage import DECISIONS
from guideline.records import Access

_NATIONAL_ID = re.compile(r"[A-Z][1289A-D]\d{8}")
_EMPLOYEE_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')  # how Excel keeps leading zeros: ="00123"
_LOST = "?？\ufffd□"  # what other programs write for a character they could not
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # a terminal obeys them
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person as the roster has them; `row` is the spreadsheet's row number, from 1."""

    row: int
    employee_no: str
    name: str
    unit: str  # a path, 教育局/體育科
    title: str = ""
    email: str = ""
    access: Access = Access.STAFF
    category: str = ""
    joined_on: date | None = None
    left_on: date | None = None
    exempt_from: date | None = None  # 不列計起
    exempt_until: date | None = None  # 不列計迄
    counted: str = ""  # 列計, 不列計 or 待認定; empty: by the rules


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell, said so that it can be found and put right in a spreadsheet."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"第 {self.row} 列「{self.column}」：{self.sentence}"


def read_row(row: int, cells: Mapping[str, str]) -> tuple[RosterRow | None, list[Problem]]:
    """A person, or None and the problems. `cells` holds the fields the file has, by the contract's names."""
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, (field, reader) in _READERS.items():
        if column not in cells:
            continue
        try:
            read[field] = reader(tidy(cells[column]))
        except ValueError as error:
            problems.append(Problem(row, column, str(error)))
    if not problems:
        problems = [Problem(row, column, sentence) for column, sentence in _order(read)]
    return (None, problems) if problems else (RosterRow(row=row, **read), [])


def _order(read: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    joined, left = read.get("joined_on"), read.get("left_on")
    if joined and left and joined > left:
        yield "離職日", "早於到職日"
    start, end = read.get("exempt_from"), read.get("exempt_until")
    if end and not start:
        yield "不列計迄", "填了不列計迄，但沒有不列計起"
    elif start and end and start > end:
        yield "不列計迄", "早於不列計起"


def _employee_no(text: str) -> str:
    number = unicodedata.normalize("NFKC", _filled(text))
    if _NATIONAL_ID.fullmatch(number.upper()):
        raise ValueError("看起來是身分證字號；本系統不保存身分證字號，請改用員工編號")
    if not _EMPLOYEE_NO.fullmatch(number):
        raise ValueError("只能用英數字、_、. 或 -，最多 32 個字")
    return number


def _name(text: str) -> str:
    name = tidy_name(_filled(text))
    if any(c in _LOST for c in name):
        raise ValueError(f"「{name}」可能有字在存檔時遺失；請以「CSV UTF-8」重新匯出")
    return name


def _unit(text: str) -> str:
    return _filled(tidy_unit(text))


def _filled(text: str) -> str:
    if not text:
        raise ValueError("未填")
    return _short(text)


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"超過 {_LONGEST} 個字")
    if _UNSEEN.search(text):
        raise ValueError("含有看不見的控制字元；請刪除後重新輸入")
    return text


def _access(text: str) -> Access:
    try:
        return Access(text or Access.STAFF)
    except ValueError:
        raise ValueError(f"「{text}」無法辨識；請填 同仁、主管 或 人事，留空即為同仁") from None


def _counted(text: str) -> str:
    if text and text not in DECISIONS:
        raise ValueError(f"「{text}」無法辨識；請填 {'、'.join(DECISIONS)}，留空即依人員類別與到職日認定")
    return text


def _email(text: str) -> str:
    if text and not (_EMAIL.fullmatch(text) and is_address(text)):
        raise ValueError(f"「{text}」不是電子郵件地址（只能用英數字與一般符號）")
    return _short(text)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return read_date(unicodedata.normalize("NFKC", text))
    except ValueError:
        raise ValueError(f"「{text}」不是日期；請填如 115/01/05 或 2026-01-05") from None


# Heading -> field of RosterRow and how its cell is read; a ValueError is the problem's sentence.
_READERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "員工編號": ("employee_no", _employee_no),
    "姓名": ("name", _name),
    "單位": ("unit", _unit),
    "職稱": ("title", _short),
    "電子郵件": ("email", _email),
    "系統權限": ("access", _access),
    "人員類別": ("category", _short),
    "到職日": ("joined_on", _date),
    "離職日": ("left_on", _date),
    "不列計起": ("exempt_from", _date),
    "不列計迄": ("exempt_until", _date),
    "列計": ("counted", _counted),
}


def field_of(heading: str) -> str:
    """The field of RosterRow that a heading of the contract fills."""
    return _READERS[heading][0]


def tidy(cell: str) -> str:
    """A cell without the marks spreadsheets leave around it; no character of its content is changed."""
    text = cell.strip().strip("\ufeff\u200b").strip()
    formula = _QUOTED_FORMULA.fullmatch(text)
    text = formula[1].strip() if formula else text.removeprefix("'")
    return " ".join(text.split())


def tidy_name(name: str) -> str:
    """林　美 is 林美: the space only aligns columns. Names in Latin letters keep theirs."""
    letters = [c for c in name if not c.isspace()]
    return "".join(letters) if not any(c.isascii() and c.isalpha() for c in letters) else name


def tidy_unit(unit: str) -> str:
    """A path with single slashes: 教育局／ 體育科 is 教育局/體育科."""
    levels = (level.strip() for level in unit.replace("／", "/").split("/"))
    return "/".join(level for level in levels if level)
