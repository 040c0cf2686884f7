"""The copy as a spreadsheet: one sheet a section. Every text is a text, whatever it begins with."""

import io
from typing import Final

import xlsxwriter

from bot.copies.model import Copy, Section

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NARROWEST, _WIDEST = 8, 60  # columns, in characters of Excel's default font


def write(copy: Copy) -> bytes:
    """An .xlsx file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **_PLAIN})
    # The same copy is the same bytes: nothing of when and where it was written out.
    book.set_properties(
        {"title": "我的資料", "company": copy.agency, "created": copy.made_at.replace(tzinfo=None)}
    )
    head = book.add_format({"bold": True, "bg_color": "#E3EAF4", "border": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9CFD8"})
    quiet = book.add_format({"italic": True, "font_color": "#5B6470"})
    for section in copy.sections:
        _sheet(book.add_worksheet(section.title), section, head, cell, quiet)
    book.close()
    return file.getvalue()


def _sheet(
    sheet: xlsxwriter.workbook.Worksheet,
    section: Section,
    head: xlsxwriter.format.Format,
    cell: xlsxwriter.format.Format,
    quiet: xlsxwriter.format.Format,
) -> None:
    for column, heading in enumerate(section.headings):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, _width(section, column))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(section.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value, cell)
            else:
                sheet.write_string(number, column, value, cell)
    below = len(section.rows) + 1
    if not section.rows:
        sheet.write_string(below, 0, "沒有資料。", quiet)
    if section.note:
        sheet.write_string(below + 1, 0, section.note, quiet)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(section: Section, column: int) -> int:
    texts = [section.headings[column], *(str(row[column]) for row in section.rows)]
    longest = max(_columns(line) for text in texts for line in text.split("\n"))
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _columns(text: str) -> int:
    """A Chinese character takes two."""
    return sum(1 if ord(character) < 0x1100 else 2 for character in text)
