"""Edition 115 as shipped: the Q&A's facts, each with its source, nothing invented."""

import re
from datetime import date

import pytest

from guideline.edition import LEVELS, PROVISIONAL, Cite
from guideline.loading import editions, provisional
from guideline.reach import reachable
from tests.guideline.facts import edition


def test_it_loads_and_says_who_it_is() -> None:
    """The shipped edition has no error and knows its year."""
    loaded = edition()
    assert editions() == ("115",)
    assert (loaded.id, loaded.year, loaded.published) == ("115-06", 2026, "115年6月版")
    assert loaded.learning_map == "https://elearn.hrd.gov.tw/mooc/co_ai_mrt.php"  # Q4


def test_there_are_the_four_roles_of_q1() -> None:
    """政策 (規劃), 應用 (活用), 開發 (實現), 研究 (前瞻), the last for HR to decide."""
    roles = edition().roles.values()
    assert [(role.name, role.gist) for role in roles] == [
        ("AI 政策人才", "規劃"),
        ("AI 應用人才", "活用"),
        ("AI 開發人才", "實現"),
        ("AI 研究人才", "前瞻"),
    ]
    assert [role.id for role in roles if role.hr_decides] == ["research"]
    assert edition().role_names(("application", "gone")) == ("AI 應用人才", "gone")


_P, _A, _D, _R = "policy", "application", "development", "research"


@pytest.mark.parametrize(
    ("question", "weights", "opens"),
    [
        (1, [{_A: 3}, {_A: 3}, {_A: 2, _P: 1}, {_D: 2, _A: 2}, {_R: 1, _A: 2}, {}], [None] * 6),
        (2, [{_P: 4}, {_P: 1}, {}], [_P, None, None]),
        (3, [{_P: 4}, {_P: 1, _A: 1}, {}], [_P, None, None]),
        (4, [{_A: 1}, {_A: 1}, {_A: 1}, {_A: 1}, {}], [None] * 5),
        (5, [{_D: 4}, {_D: 1, _A: 1}, {_P: 1, _D: 1}, {}], [_D, None, None, None]),
        (6, [{_R: 4}, {_R: 1}, {}], [_R, None, None]),
        (7, [{}, {}, {}], [None] * 3),
    ],
)
def test_the_questionnaire_is_the_table(
    question: int, weights: list[dict[str, int]], opens: list[str | None]
) -> None:
    """Seven questions with the weights and opening answers that were decided."""
    asked = next(q for q in edition().questions.values() if q.number == question)
    assert [dict(option.weights) for option in asked.options] == weights
    assert [option.opens for option in asked.options] == opens


def test_only_the_fourth_question_takes_several_answers() -> None:
    """It is capped at 3, and 目前沒有 stands alone; the seventh sets the track."""
    questions = list(edition().questions.values())
    assert [(q.multiple, q.cap) for q in questions] == [(n == 4, 3 if n == 4 else None) for n in range(1, 8)]
    assert [option.text for q in questions for option in q.options if option.exclusive] == ["目前沒有"]
    assert [option.track for option in questions[6].options] == ["specialist", "specialist", "foundation"]


def test_an_option_is_found_by_its_id() -> None:
    """Unknown ids find nothing."""
    main = edition().questions["main"]
    found = main.option("service")
    assert found is not None
    assert found.text == "服務民眾"
    assert main.option("gone") is None


def test_every_role_takes_general_modules_first_and_something_at_each_level() -> None:
    """Eight modules; each role begins with 通識 at 入門 and has a path over all three levels."""
    modules = edition().modules.values()
    assert [module.number for module in modules] == list(range(1, 9))
    for role in edition().roles:
        taken = {level for level in LEVELS for module in modules if role in module.levels.get(level, ())}
        assert taken == set(LEVELS)
        assert all(role in module.levels["入門"] for module in modules if module.general)


def test_no_hours_of_a_course_are_invented() -> None:
    """The Q&A gives the hours of no course, so none is known here."""
    assert all(course.minutes is None for course in edition().courses.values())


def test_certificates_are_those_of_the_qa() -> None:
    """公務 certificates are only planned; AI-900 has ended, AI-901 follows, marked as reported."""
    certificates = edition().certificates
    planned = [item.name for item in certificates.values() if item.status == "planned"]
    assert planned == ["公務AI共通核心能力認證", "公務AI應用規劃導入能力認證"]
    old = certificates["ai-900"]
    assert (old.valid_until, old.successor) == (date(2026, 6, 30), "ai-901")
    assert old.until_cite is not None
    assert old.until_cite.provisional
    assert old.open_on(date(2026, 6, 30))
    assert not old.open_on(date(2026, 7, 1))
    assert not certificates["public-core"].open_on(date(2026, 12, 1))


def test_requirements_stand_in_two_groups() -> None:
    """20 h of which AI 3 h for the year; basic 3 + advanced 3 as the agency's goal (Q8)."""
    parts = {
        (requirement.group, part.id): (part.minutes, part.needs_official)
        for requirement in edition().requirements.values()
        for part in requirement.parts
    }
    assert parts == {
        ("yearly", "ai"): (180, False),
        ("agency", "basic"): (180, False),
        ("agency", "advanced"): (180, False),
        ("yearly", "total"): (1200, True),
    }
    assert {r.cite.kind for r in edition().requirements.values()} == {"Q8"}


def test_the_eight_answers_are_whole() -> None:
    """Q1…Q8 with sentences from the beginning, the middle and the end of the Q&A."""
    passages = edition().passages
    assert list(passages) == [f"Q{n}" for n in range(1, 9)]
    assert "對接 8 大課程模組，循序漸進 (入門 → 進階 → 實作)。" in passages["Q1"].text
    assert passages["Q2"].text.endswith("「全體打底、專屬分流」策略。")
    assert "依公務人員訓練進修法第18條，視經費狀況補助" in passages["Q5"].text
    assert passages["Q8"].text.endswith("納入陞任評分標準。")
    assert sum(len(re.sub(r"\s", "", p.question + p.text)) for p in passages.values()) > 1500


def test_what_is_provisional_is_listed() -> None:
    """Module names, two roles' duties, the learning map's shelves, the lag and the weights; no Q&A fact."""
    listed = {(item.kind, item.id) for item in provisional(edition())}
    assert {("modules", module) for module in edition().modules} <= listed
    assert {("roles", "development"), ("roles", "research"), ("courses", "map-literacy")} <= listed
    assert {("edition", "provider_lag_days"), ("role_rule", "everyday_score")} <= listed
    assert {("certificates", "ai-900"), ("certificates", "ai-901")} <= listed
    assert not {("roles", "application"), ("courses", "slides-class"), ("requirements", "yearly-ai")} & listed
    assert all(item.why and item.name for item in provisional(edition()))


def test_every_result_can_be_reached() -> None:
    """Each role alone, no role, and ties, the three-way one among them."""
    results = reachable(edition())
    assert {(), (_P,), (_A,), (_D,), (_R,), (_P, _D), (_P, _D, _R)} <= results


@pytest.mark.parametrize(
    ("cite", "shown"),
    [
        (Cite("Q3", "…"), "問答集 Q3"),
        (Cite("law", "公務人員訓練進修法第18條"), "公務人員訓練進修法第18條"),
        (Cite("agency"), "本機關規定"),
        (Cite("agency", "府人訓字第1號函"), "府人訓字第1號函"),
        (Cite("provisional", "…"), PROVISIONAL),
    ],
)
def test_a_source_is_shown_in_words(cite: Cite, shown: str) -> None:
    """People read where it comes from, or that the guideline does not say."""
    assert cite.shown == shown
