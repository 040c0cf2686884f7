"""Which column holds what: the contract's headings, the usual synonyms, and what the operator maps."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.roster.decoding import RosterError

REQUIRED = ("員工編號", "姓名", "單位")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "員工編號": ("職員編號", "人員編號", "員工代碼", "職員代碼", "員編", "職編"),
    "姓名": ("中文姓名", "員工姓名", "人員姓名"),
    "單位": ("單位名稱", "服務單位", "所屬單位", "部門", "科室"),
    "職稱": ("職稱名稱", "職務"),
    "電子郵件": ("電子郵件信箱", "電子信箱", "公務信箱", "公務電子郵件", "email", "e-mail", "信箱"),
    "系統權限": ("身分", "權限"),
    "人員類別": ("人員區分", "類別", "進用類別"),
    "到職日": ("到職日期", "到職"),
    "離職日": ("離職日期", "離職"),
    "列計": ("列計狀態", "是否列計", "列計情形"),
    "不列計起": ("不列計起日", "不列計開始"),
    "不列計迄": ("不列計迄日", "不列計結束", "不列計止"),
}
# Personal data this program has no use for: never read past the heading (design §9).
NEVER_READ = (
    "身分證字號",
    "身分證統一編號",
    "身分證號",
    "國民身分證統一編號",
    "生日",
    "出生日期",
    "出生年月日",
)
_TITLE_ROWS = 10  # a file may open with the agency's name before its headings


@dataclass(frozen=True, slots=True)
class Columns:
    """`row` is the index of the heading row, `places` the column of each field that the file has."""

    row: int
    places: Mapping[str, int]
    refused: tuple[str, ...]  # headings never read
    unused: tuple[str, ...]  # headings nobody knows


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """`員工編號=人員代碼` → {員工編號: 人員代碼}: our field, then the file's heading. Raises ValueError."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, sign, heading = (part.strip() for part in pair.partition("="))
        if not sign or not heading:
            raise ValueError(f"「{pair}」須寫成 欄位=檔案的標題，例如 員工編號=人員代碼")
        if field not in SYNONYMS:
            raise ValueError(f"沒有「{field}」這個欄位；可用的欄位：{'、'.join(SYNONYMS)}")
        if field in mapping:
            raise ValueError(f"「{field}」重複指定")
        mapping[field] = heading
    return mapping


def find_columns(rows: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> Columns:
    """The first of the opening rows that has every required heading. Raises RosterError naming what is
    missing or named twice."""
    best: list[str] = list(REQUIRED)
    for index, row in enumerate(rows[:_TITLE_ROWS]):
        headings = [_plain(cell) for cell in row]
        if not any(headings):
            continue
        places = _places(headings, mapping)
        missing = [field for field in REQUIRED if field not in places]
        if not missing:
            for field, heading in mapping.items():
                if field not in places:
                    raise RosterError(f"檔案裡沒有「{heading}」這個標題（--map {field}={heading}）")
            taken = set(places.values())
            rest = [row[i].strip() for i, heading in enumerate(headings) if heading and i not in taken]
            never = {_plain(word) for word in NEVER_READ}
            return Columns(
                row=index,
                places=places,
                refused=tuple(h for h in rest if _plain(h) in never),
                unused=tuple(h for h in rest if _plain(h) not in never),
            )
        best = min(best, missing, key=len)
    raise RosterError(
        f"找不到必要的標題：{'、'.join(best)}；標題不同時請用 --map 指定，例如 --map {best[0]}=檔案的標題"
    )


def _places(headings: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for field, synonyms in SYNONYMS.items():
        if field in mapping:
            wanted = [_plain(mapping[field])]
            at = [i for i, heading in enumerate(headings) if heading == wanted[0]]
        else:
            at = [i for i, heading in enumerate(headings) if heading == _plain(field)]
            wanted = [_plain(word) for word in synonyms]
            at = at or [i for i, heading in enumerate(headings) if heading in wanted]
        if len(at) > 1:
            named = "、".join(dict.fromkeys(headings[i] for i in at))
            raise RosterError(f"有多個欄位可能是「{field}」（{named}）；請用 --map {field}=標題 指定其一")
        if at:
            places[field] = at[0]
    return places


def _plain(heading: str) -> str:
    """A heading without spaces, marks of a required column, full-width letters or case."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return "".join(c for c in text if not c.isspace() and c not in "*:\ufeff")
