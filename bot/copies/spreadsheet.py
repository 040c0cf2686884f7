"""The copy as a spreadsheet: one sheet a section."""

from bot.copies.model import Copy
from bot.sheets import xlsx
from bot.sheets.model import Book


def write(copy: Copy) -> bytes:
    """An .xlsx file."""
    return xlsx.write(Book("我的資料", copy.agency, copy.made_at, copy.sections))
