"""Answers → role and track (words.md, the duty questionnaire)."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.reach import reachable
from guideline.roles import Reason, assess, decide
from tests.guideline.facts import edition

Answers = dict[str, tuple[str, ...]]
P, A, D, R = "policy", "application", "development", "research"


@pytest.mark.parametrize(
    ("answers", "roles", "decided_by", "runner_up", "needs_hr"),
    [
        ({"main": ("admin",)}, (A,), "score", None, False),
        ({"main": ("admin",), "strategy": ("join",)}, (A,), "score", P, False),
        ({"main": ("planning",)}, (A,), "score", P, False),
        ({"main": ("systems",)}, (A,), "score", D, False),
        # an opening answer outranks any everyday score
        (
            {"main": ("admin",), "tools": ("writing", "summary"), "strategy": ("lead",)},
            (P,),
            "open",
            A,
            False,
        ),
        ({"main": ("admin",), "procurement": ("lead",)}, (P,), "open", A, False),
        ({"main": ("systems",), "building": ("main",)}, (D,), "open", A, False),
        ({"main": ("analysis",), "exploring": ("main",)}, (R,), "open", A, True),
        # several opened: the highest; the other is the runner-up even below the everyday score
        (
            {"main": ("systems",), "strategy": ("lead",), "building": ("main",)}
            | {"tools": ("writing", "summary", "graphics")},
            (D,),
            "score",
            P,
            False,
        ),
        ({"strategy": ("lead",), "procurement": ("lead",), "exploring": ("main",)}, (P,), "score", R, False),
        # a tie shows both and HR decides
        ({"strategy": ("lead",), "building": ("main",)}, (P, D), "tie", None, True),
        (
            {"strategy": ("lead",), "building": ("main",), "exploring": ("main",), "main": ("admin",)},
            (P, D, R),
            "tie",
            A,
            True,
        ),
        # no opening answer, and too little for 應用
        ({"main": ("field",), "tools": ("none",)}, (), "foundation", None, False),
        ({"main": ("field",), "tools": ("writing",)}, (), "foundation", A, False),
        ({"main": ("field",), "tools": ("writing", "summary")}, (A,), "score", None, False),
        ({"main": ("field",), "strategy": ("join",)}, (), "foundation", P, False),
        ({}, (), "foundation", None, False),
    ],
)
def test_roles_follow_from_duties(
    answers: Answers, roles: tuple[str, ...], decided_by: str, runner_up: str | None, needs_hr: bool
) -> None:
    """Every row of the rules: opened, highest, tie, everyday from 2 points, else the foundation."""
    found = assess(edition(), answers)
    assert (found.roles, found.decided_by) == (roles, decided_by)
    assert (found.runner_up, found.needs_hr) == (runner_up, needs_hr)


@pytest.mark.parametrize(
    ("answer", "track"),
    [("duty", "specialist"), ("wish", "specialist"), ("hours", "foundation"), (None, "foundation")],
)
def test_the_last_question_sets_the_track_only(answer: str | None, track: str) -> None:
    """業務需要 and 有意願 mean 專屬分流 (Q7); the role stays what the duties say."""
    answers: Answers = {"main": ("admin",)}
    if answer:
        answers["exam"] = (answer,)
    found = assess(edition(), answers)
    assert found.track == track
    assert found.roles == (A,)


def test_reasons_are_the_answers_that_count_for_the_result() -> None:
    """Sentences with their question's number; the tools make one; P's answers speak not for A."""
    answers = {"main": ("admin",), "strategy": ("join",), "tools": ("graphics", "writing", "summary")}
    assert assess(edition(), answers).reasons == (
        Reason(1, "您主要負責日常行政業務"),
        Reason(4, "您會用現成 AI 工具做文書、摘要與圖卡簡報"),
    )


def test_reasons_for_no_role_are_what_weighs_nothing() -> None:
    """Field work says why it is 暫以打底為主, and Q2 stands behind it."""
    found = assess(edition(), {"main": ("field",), "tools": ("writing",)})
    assert found.reasons == (Reason(1, "您主要在現場作業，較少文書工作"),)
    assert found.cite.kind == "Q2"
    assert assess(edition(), {"main": ("admin",)}).cite.kind == "Q3"


def test_tools_give_three_points_at_most() -> None:
    """Four tools (capped at 3) weigh no more than three."""
    tools = ("writing", "summary", "graphics", "automation")
    scores = {P: 0, A: 3, D: 0, R: 0}
    assert assess(edition(), {"tools": tools}).roles == decide(edition().role_rule, scores, ())[0]
    four = assess(edition(), {"tools": tools, "strategy": ("lead",)})
    three = assess(edition(), {"tools": tools[:3], "strategy": ("lead",)})
    assert four.roles == three.roles == (P,)


@pytest.mark.parametrize(
    ("given_answers", "same_as"),
    [
        ({"tools": ("none", "writing", "summary", "graphics")}, {"tools": ("none",)}),
        ({"main": ("admin", "field")}, {"main": ("admin",)}),
        ({"main": ("gone",), "unheard": ("x",)}, {}),
        ({"tools": ("writing", "writing", "writing")}, {"tools": ("writing",)}),
    ],
)
def test_odd_answers_have_one_meaning(given_answers: Answers, same_as: Answers) -> None:
    """目前沒有 stands alone, one answer where one is asked for, unknown ones and repeats are nothing."""
    assert assess(edition(), given_answers) == assess(edition(), same_as)


def _any_answers() -> st.SearchStrategy[Answers]:
    return st.fixed_dictionaries(
        {},
        optional={
            question.id: st.lists(
                st.sampled_from([*(option.id for option in question.options), "gone"]), max_size=5
            ).map(tuple)
            for question in edition().questions.values()
        },
    )


@settings(deadline=None)
@given(_any_answers(), st.randoms(use_true_random=False))
def test_any_answers_have_a_result_whatever_their_order(answers: Answers, rng: random.Random) -> None:
    """Total and independent of order, and consistent with itself."""
    found = assess(edition(), answers)
    shuffled = {key: tuple(rng.sample(answers[key], len(answers[key]))) for key in sorted(answers)}
    assert assess(edition(), shuffled) == found
    assert found.runner_up not in found.roles
    assert (found.decided_by == "tie") == (len(found.roles) > 1)
    assert (found.decided_by == "foundation") == (not found.roles)
    assert all(reason.text.startswith("您") for reason in found.reasons)


def test_the_search_for_results_agrees_with_trying_every_answer() -> None:
    """Over all 2 592 single answers and two sets of tools, the results tried are results searched."""
    questions = [question for question in edition().questions.values() if question.id != "exam"]
    choices = [
        [("none",), ("writing", "summary")] if question.multiple else [(o.id,) for o in question.options]
        for question in questions
    ]
    ids = [question.id for question in questions]
    tried = {assess(edition(), dict(zip(ids, chosen, strict=True))).roles for chosen in product(*choices)}
    assert tried == reachable(edition())
