"""Simplified letters are read as their Traditional ones; OpenCC knows which those are."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from guideline.course_names import match_course, name_key
from guideline.edition import Edition
from guideline.loading import load_edition
from guideline.script import alike, traditional
from handlers.commands import WORDS

ROOT = Path(__file__).parents[2]
TO_SIMPLIFIED = OpenCC("t2s")


def simplified(text: str) -> str:
    return str(TO_SIMPLIFIED.convert(text))


def ideographs(text: str) -> set[str]:
    return {letter for letter in text if "\u4e00" <= letter <= "\u9fff"}


def literals(path: Path) -> set[str]:
    """Letters of every piece of text in a module but for the table of letters itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {letter for text in texts for letter in ideographs(text)}


def vocabulary() -> set[str]:
    """Every letter that our own words have: what is compared, and what is said."""
    modules = [*ROOT.glob("handlers/*.py"), *ROOT.glob("guideline/*.py")]
    found = {c for path in modules if path.name != "script.py" for c in literals(path)}
    for path in ROOT.glob("guideline/editions/**/*.toml"):
        found |= ideographs(path.read_text(encoding="utf-8"))
    return found


def test_the_table_holds_every_letter_of_our_own_words() -> None:
    """Whatever we say or compare is understood when its letters come in their Simplified form."""
    missing = {c for c in vocabulary() if alike(simplified(c)) != alike(c)}
    assert missing == set()


def test_our_own_letters_stay_as_they_are() -> None:
    """`traditional` changes no letter of our words, so that any word of a list can be compared with it."""
    assert {c for c in vocabulary() - set("后周") if traditional(c) != c} == set()


@pytest.mark.parametrize("word", sorted({word for words in WORDS.values() for word in words}))
def test_every_command_word_is_alike_in_both_scripts(word: str) -> None:
    """Each command and alias, converted as a whole."""
    assert alike(simplified(word)) == alike(word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("复本", "複本"),
        ("恢复", "恢復"),
        ("以后", "以後"),
        ("里面", "裡面"),
        ("干部", "幹部"),
        ("标准", "標準"),
        ("制作", "製作"),
        ("台账", "臺帳"),
        ("关系", "關係"),
        ("范围", "範圍"),
        ("备注", "備註"),
        ("采购", "採購"),
        ("计划", "計劃"),
        ("录取", "錄取"),
        ("一只", "一隻"),
    ],
)
def test_letters_of_several_forms_are_alike(typed: str, meant: str) -> None:
    """One Simplified letter for two Traditional ones is no trap where two texts are compared."""
    assert alike(typed) == alike(meant)


def test_different_words_stay_different() -> None:
    """Folding makes no two commands one."""
    folded = [alike(word) for words in WORDS.values() for word in words]
    assert len(folded) == len(set(folded))


@given(st.text())
def test_places_stay(text: str) -> None:
    """Letter for letter, and twice is once."""
    for fold in (traditional, alike):
        assert len(fold(text)) == len(text)
        assert fold(fold(text)) == fold(text)


def test_course_names_in_simplified_letters() -> None:
    """Every course and alias is found by its name in either script, and by no other."""
    edition: Edition = load_edition("115")
    for course in edition.courses.values():
        for name in (course.name, *course.aliases):
            assert name_key(simplified(name)) == name_key(name)
            found = match_course(simplified(name), edition.courses)
            assert found.course_id == match_course(name, edition.courses).course_id
