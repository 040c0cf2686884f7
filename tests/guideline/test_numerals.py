"""Numbers as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.numerals import number, view, whole


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2.5", Fraction(5, 2)),
        ("兩", Fraction(2)),
        ("十", Fraction(10)),
        ("十一", Fraction(11)),
        ("二十", Fraction(20)),
        ("廿三", Fraction(23)),
        ("一百零五", Fraction(105)),
        ("一百一十五", Fraction(115)),
        ("一一五", Fraction(115)),
        ("二〇二六", Fraction(2026)),
        ("一點二五", Fraction(5, 4)),
        ("十百", None),
        ("二三十", None),
        ("十百點五", None),
    ],
)
def test_numbers(written: str, value: Fraction | None) -> None:
    """Figures, places, single digits in a row and decimals; what is no number is none."""
    assert number(written) == value
    assert whole(written) == (int(value) if value is not None and value.denominator == 1 else None)


@given(st.text())
def test_a_view_keeps_every_place(text: str) -> None:
    """Letter for letter: a place found in the view is the same place in the text."""
    assert len(view(text)) == len(text)
    assert view("２０小时（ＡＩ）") == "20小時(ai)"
