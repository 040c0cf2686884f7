"""Which passage answers a question, and which questions none answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.questions import corpus, floor, measured
from guideline.edition import Passage
from guideline.loading import load_edition
from guideline.search import Found, Index, sections

PASSAGES = load_edition().passages
INDEX = Index(PASSAGES.values())


def test_the_corpus_is_large_and_half_of_it_is_held_out() -> None:
    """At least 80 questions with an answer and 40 without; as many in one half as in the other."""
    tuning, held_out = corpus("tuning"), corpus("held-out")
    asked = [*tuning, *held_out]
    assert sum(one.q is not None for one in asked) >= 80
    assert sum(one.q is None for one in asked) >= 40
    assert {one.q for one in held_out} == {*PASSAGES, None}
    assert abs(len(tuning) - len(held_out)) <= 5
    assert len({one.text for one in asked}) == len(asked)


def test_held_out_questions_find_their_passage() -> None:
    """The best passage is right in nine of ten; a passage is given wrongly in one of twenty at most, and to
    one of twenty questions at most that the guideline does not answer."""
    score = measured(INDEX, corpus("held-out"))
    assert score.best_right >= 0.9 * score.answerable, score.sentence
    assert score.right + score.offered >= 0.9 * score.answerable, score.sentence
    assert score.wrong <= 0.05 * score.answerable, score.sentence
    assert score.false <= 0.05 * score.unanswerable, score.sentence


def test_it_finds_more_than_plain_bm25() -> None:
    """The tables of words earn their keep."""
    asked = corpus("held-out")
    assert measured(INDEX, asked).best_right > floor(INDEX, asked)[0]


@pytest.mark.parametrize("q", PASSAGES)
def test_a_passages_own_question_finds_it(q: str) -> None:
    """The question as the Q&A words it is answered by its passage."""
    assert INDEX.find(PASSAGES[q].question).answer == PASSAGES[q]


@pytest.mark.parametrize(
    ("question", "q", "begins"),
    [
        ("有線上課程嗎", "Q4", "數位學習資源（線上）"),
        ("有實體課嗎", "Q4", "實體課程資源（線下）"),
        ("考證照有補助嗎", "Q5", "費用補助"),
        ("升官會加分嗎", "Q5", "陞任評分加分"),
        ("一年要上幾小時 AI 課", "Q8", "第一步：全面打底（推動通識教育）"),
        ("推動AI可以拿獎金嗎", "Q8", "第三步：建立激勵制度"),
        ("Ａｉ－９００有採認嗎", "Q6", "產業認證(直接接軌產業人才)"),
    ],
)
def test_the_section_that_fits_is_found(question: str, q: str, begins: str) -> None:
    """Of a passage of several sections the one that was asked about, in its own words."""
    found = INDEX.find(question)
    assert found.answer == PASSAGES[q]
    assert found.section.splitlines()[0] == begins
    assert found.section in found.answer.text


@pytest.mark.parametrize(
    "question", ["我是約聘人員也要3小時嗎", "iPAS報名費多少錢？", "育嬰留停要上幾小時AI課"]
)
def test_a_case_the_passage_does_not_speak_of_is_no_answer(question: str) -> None:
    """However near the words are: what narrows the question must stand in the passage."""
    assert INDEX.find(question).answer is None


@pytest.mark.parametrize(
    "question", ["", " ", "🙂", "?", "嗎", "請問一下", "\0", "AAAA", "１２３", "好", "謝謝您"]
)
def test_nothing_asked_finds_nothing(question: str) -> None:
    """Empty words, signs and thanks are near no passage."""
    assert INDEX.find(question) == Found()


@given(st.text(max_size=2000))
def test_whatever_is_typed_is_read(text: str) -> None:
    """Never an error; never more than two passages offered; never both an answer and an offer."""
    found = INDEX.find(text)
    assert len(found.near) <= 2
    assert found.answer is None or not found.near
    assert all(0 <= rank.cover <= 1 for rank in INDEX.ranked(text))


def test_an_edition_with_other_passages_is_searched_alike() -> None:
    """Nothing of the search knows the eight questions: a ninth is found; where there are none, nothing is."""
    other = Passage("Q9", "補休怎麼請？", "補休\n請於差勤系統申請補休。")
    assert Index([*PASSAGES.values(), other]).find("補休要怎麼申請").answer == other
    assert Index([]).find("補休要怎麼申請") == Found()


def test_sections_lose_nothing() -> None:
    """The sections of a passage are its whole text."""
    for passage in PASSAGES.values():
        assert "".join("".join(sections(passage)).split()) == "".join(passage.text.split())
