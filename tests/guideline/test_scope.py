"""For whom an officer answers, and who decides for the whole agency."""

import pytest

from guideline.scope import AGENCY, decides, scope, within

WHOLE, PART, OTHER = "人事處/給與科", "教育局/人事室", "環保局"


@pytest.mark.parametrize(("unit", "of"), [(WHOLE, AGENCY), (PART, "教育局"), ("教育局", "教育局"), ("", "")])
def test_an_officer_answers_for_the_first_part_of_their_path(unit: str, of: str) -> None:
    """人事 in it serves everybody; 人事室 below a bureau serves the bureau."""
    assert scope(unit) == of


def test_a_scope_is_no_prefix_of_a_name() -> None:
    """教育局 holds 教育局/體育科 and not 教育局二處."""
    assert [within(unit, "教育局") for unit in ("教育局", "教育局/體育科", "教育局二處", "")] == [
        *(True, True, False, False)
    ]


@pytest.mark.parametrize(
    ("unit", "officers", "may"),
    [
        (WHOLE, {WHOLE, PART}, True),
        (PART, {WHOLE, PART}, False),
        (PART, {PART, OTHER}, True),
        (PART, set(), True),
        ("", {WHOLE}, False),
    ],
)
def test_who_decides_for_the_whole_agency(unit: str, officers: set[str], may: bool) -> None:
    """The department that serves everybody; where no officer is of it, any of them."""
    assert decides(unit, officers) is may
