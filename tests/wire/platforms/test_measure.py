"""Counting and cutting as the platforms count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.measure import clusters, count, first_lines, shorten, split, utf16, width
from bot.platforms.tolerant import clean
from tests.wire.platforms.samples import texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 0),
        ("進度", 2),
        ("🍎", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇹🇼🇯🇵", 2),
        ("e\u0301", 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),
        ("\r\n", 1),
        ("☑️ 1", 3),
        ("🏴\U000e0067\U000e0062\U000e007f", 1),
    ],
)
def test_a_cluster_is_what_a_person_sees_as_one_character(text: str, found: int) -> None:
    """Families, flags, skin tones, accents and syllables count once."""
    assert count(text) == found


@given(texts)
def test_clusters_joined_are_the_text(text: str) -> None:
    """Nothing is lost or added between clusters."""
    assert "".join(clusters(text)) == text


@given(texts.map(clean), st.integers(12, 500))
def test_parts_fit_and_joined_are_the_text(text: str, limit: int) -> None:
    """Cutting loses nothing, and no part is over the limit."""
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(1 <= utf16(part) <= limit for part in parts)


@given(st.lists(st.sampled_from(["字", "🍎", "👨‍👩‍👧‍👦", "e\u0301", "🇹🇼"]), max_size=80), st.integers(12, 40))
def test_no_cut_goes_through_a_cluster(pieces: list[str], limit: int) -> None:
    """Where every cluster fits, the clusters of the parts are those of the whole."""
    text = "".join(pieces)
    assert [c for part in split(text, limit) for c in clusters(part)] == list(clusters(text))


def test_an_endless_cluster_is_cut_rather_than_lost() -> None:
    """A letter with thousands of marks is longer than a message; it is cut between characters."""
    text = "a" + "\u0301" * 9000
    parts = split(text, 5000)
    assert "".join(parts) == text
    assert all(utf16(part) <= 5000 for part in parts)


def test_a_cut_prefers_the_end_of_a_line_and_then_of_a_sentence() -> None:
    """People read whole lines."""
    assert split("一二三四\n五六七八", 7) == ["一二三四\n", "五六七八"]
    assert split("一二三四。五六七八", 7) == ["一二三四。", "五六七八"]
    assert split("一二三四五六七八", 7) == ["一二三四五六七", "八"]


@given(texts.map(clean), st.integers(3, 200))
def test_first_lines_fit_and_say_that_something_is_missing(text: str, limit: int) -> None:
    """A cut text ends in … and is within the limit; a short one is untouched."""
    cut = first_lines(text, limit)
    assert utf16(cut) <= limit
    assert cut == text or cut.endswith("…")


def test_first_lines_cuts_at_a_line() -> None:
    """No line is shown by half where a whole one fits."""
    assert first_lines("第一行\n第二行很長很長", 8) == "第一行\n…"


def test_shorten_and_width() -> None:
    """Labels are cut in clusters; width is in half-width columns."""
    assert shorten("👨‍👩‍👧‍👦進度卡", 3) == "👨‍👩‍👧‍👦進…"
    assert (width("進度"), width("next"), width("👨‍👩‍👧‍👦")) == (4, 4, 2)
