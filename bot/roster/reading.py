"""A whole roster: every row read, or every fault of every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.roster.decoding import RosterError, decodings, records
from bot.roster.headings import SYNONYMS, Columns, find_columns
from bot.roster.rows import Problem, RosterRow, field_of, read_row
from guideline.records import Access
from guideline.scope import serves_all, top


@dataclass(frozen=True, slots=True)
class Roster:
    """`rows` is complete only while `problems` is empty: a roster is imported whole or not at all."""

    encoding: str
    given: frozenset[str]  # fields of RosterRow that the file has a column for; the others are not touched
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]  # what was left aside, and what to look at


def read_roster(data: bytes, mapping: Mapping[str, str] | None = None) -> Roster:
    """Raises RosterError when the file as a whole is no roster."""
    refusal: RosterError | None = None
    for encoding, text in decodings(data):
        # Text in the wrong encoding may be without a fault, but its headings are not.
        try:
            cells = records(text)
            columns = find_columns(cells, mapping or {})
        except RosterError as error:
            refusal = refusal or error
            continue
        return _read(encoding, cells, columns)
    raise refusal or RosterError("無法判讀檔案的文字編碼；請另存為「CSV UTF-8」再匯入")


def _read(encoding: str, cells: Sequence[Sequence[str]], columns: Columns) -> Roster:
    rows: list[RosterRow] = []
    problems: list[Problem] = []
    width = len(cells[columns.row])
    for number, record in enumerate(cells[columns.row + 1 :], start=columns.row + 2):
        if not any(cell.strip() for cell in record):
            continue
        if any(cell.strip() for cell in record[width:]):
            problems.append(Problem(number, "整列", "欄數比標題列多，可能有內容含逗號卻沒有加引號"))
            continue
        fields = {
            field: record[place] if place < len(record) else "" for field, place in columns.places.items()
        }
        row, wrong = read_row(number, fields)
        problems += wrong
        if row is not None:
            rows.append(row)
    problems += _duplicates(rows)
    if not rows and not problems:
        raise RosterError("標題列以下沒有資料")
    return Roster(
        encoding=encoding,
        given=frozenset(field_of(column) for column in columns.places),
        rows=tuple(rows),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        notes=tuple(_notes(columns, rows)),
    )


def _duplicates(rows: Sequence[RosterRow]) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        seen = first.setdefault(row.employee_no, row.row)
        if seen != row.row:
            problems.append(Problem(row.row, "員工編號", f"「{row.employee_no}」與第 {seen} 列重複"))
    return problems


def _notes(columns: Columns, rows: Sequence[RosterRow]) -> list[str]:
    notes = []
    if columns.refused:
        notes.append(f"未讀取「{'、'.join(columns.refused)}」：本系統不保存身分證字號與生日")
    if columns.unused:
        notes.append(f"未使用的欄位：{'、'.join(columns.unused)}")
    absent = [field for field in SYNONYMS if field not in columns.places]
    if absent:
        notes.append(
            f"名冊沒有「{'、'.join(absent)}」：已在系統中的人維持原資料，新加入的人為空白（系統權限為同仁）"
        )
    # Characters an agency made itself show only on its own machines.
    private = [row.row for row in rows if any("\ue000" <= c <= "\uf8ff" for c in row.name)]
    if private:
        notes.append(f"姓名含自造字，手機上可能無法顯示：第 {'、'.join(map(str, private))} 列")
    # 教育局人事室 written in one word may be the whole agency's, or that bureau's alone.
    named = {top(row.unit) for row in rows if row.access is Access.HR and serves_all(row.unit)}
    if units := sorted(unit for unit in named if not unit.startswith("人事")):
        notes.append(
            f"「{'、'.join(units)}」的人事視為負責全機關；若只負責其中一個單位，請寫成「教育局/人事室」的形式再匯入"
        )
    return notes
