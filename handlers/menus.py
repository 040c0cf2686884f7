"""Which menu stands below a chat: one for each standing, so that it offers what can be done from there."""

from datetime import date
from enum import StrEnum

from guideline.records import Person


class Menu(StrEnum):
    """The value names the menu at the platforms and in the database."""

    WELCOME = "welcome"  # nobody yet: how to begin
    NEWCOMER = "newcomer"  # bound, and no 職務問卷 yet: that first
    MEMBER = "member"
    OFFICE = "office"  # 人事: what a member has, and their own


def menu_for(person: Person | None, *, has_role: bool, today: date) -> Menu:
    """The menu of a private chat, whose person (None: nobody yet) has or has not filled in the 職務問卷.
    Whoever has left keeps what a member has, as in the chat itself, but not what is for HR."""
    if person is None:
        return Menu.WELCOME
    if person.serves_in_hr(today):
        return Menu.OFFICE
    return Menu.MEMBER if has_role else Menu.NEWCOMER
