"""An Excel workbook. Every text is a text, whatever it begins with."""

import io
from dataclasses import dataclass
from typing import Final

import xlsxwriter

from bot.sheets.model import Book, Rate, Section, sound

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(book: Book) -> bytes:
    """An .xlsx file. The same book is the same bytes: nothing of when and where it was written out."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True, **_PLAIN})
    workbook.set_properties(
        {
            "title": sound(book.title),
            "company": sound(book.agency),
            "created": book.made_at.replace(tzinfo=None),
        }
    )
    edge = {"valign": "top", "border": 1, "border_color": "#C9CFD8"}
    looks = _Looks(
        head=workbook.add_format({"bold": True, "bg_color": "#E3EAF4", "border": 1, "valign": "top"}),
        text=workbook.add_format({"text_wrap": True, **edge}),
        whole=workbook.add_format({"num_format": "#,##0", **edge}),
        number=workbook.add_format(edge),  # the general one: with `0.##` Excel shows 3 as "3."
        rate=workbook.add_format({"num_format": "0.0%", **edge}),
        quiet=workbook.add_format({"italic": True, "font_color": "#5B6470"}),
    )
    for section in book.sections:
        _sheet(workbook.add_worksheet(section.title), section, looks)
    workbook.close()
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Looks:
    head: xlsxwriter.format.Format
    text: xlsxwriter.format.Format
    whole: xlsxwriter.format.Format
    number: xlsxwriter.format.Format
    rate: xlsxwriter.format.Format
    quiet: xlsxwriter.format.Format


def _sheet(sheet: xlsxwriter.workbook.Worksheet, section: Section, looks: _Looks) -> None:
    for column, (heading, width) in enumerate(zip(section.headings, section.widths(), strict=True)):
        sheet.write_string(0, column, heading, looks.head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(section.rows, start=1):
        for column, value in enumerate(row):
            match value:
                case Rate(permille):
                    sheet.write_number(number, column, permille / 1000, looks.rate)
                case float():
                    sheet.write_number(number, column, value, looks.number)
                case int():
                    sheet.write_number(number, column, value, looks.whole)
                case _:
                    sheet.write_string(number, column, sound(value), looks.text)
    below = len(section.rows) + 1
    if not section.rows:
        sheet.write_string(below, 0, "沒有資料。", looks.quiet)
    if section.note:
        sheet.write_string(below + 1, 0, section.note, looks.quiet)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
