"""Which menu a chat has."""

from datetime import date

import pytest

from guideline.records import Access, Person
from handlers.menus import Menu, menu_for

TODAY = date(2026, 11, 24)


def person(access: Access = Access.STAFF, left_on: date | None = None) -> Person:
    return Person(1, "A001", "王小明", "人事處/給與科", access=access, left_on=left_on)


@pytest.mark.parametrize(
    ("who", "has_role", "menu"),
    [
        (None, False, Menu.WELCOME),
        (person(), False, Menu.NEWCOMER),
        (person(), True, Menu.MEMBER),
        (person(Access.SUPERVISOR), True, Menu.MEMBER),
        (person(Access.HR), False, Menu.OFFICE),
        (person(Access.HR), True, Menu.OFFICE),
        (person(Access.HR, left_on=TODAY), True, Menu.OFFICE),
        (person(Access.HR, left_on=date(2026, 11, 23)), True, Menu.MEMBER),
    ],
)
def test_a_menu_for_each_standing(who: Person | None, has_role: bool, menu: Menu) -> None:
    """Nobody, bound, role found, HR to their last day."""
    assert menu_for(who, has_role=has_role, today=TODAY) is menu
