"""Which results the questionnaire can have at all: searched over every set of answers."""

from collections.abc import Iterable
from itertools import chain

from guideline.edition import Edition, Option, Question
from guideline.roles import decide

Scores = tuple[int, ...]
State = tuple[Scores, frozenset[str]]  # points in the order of the roles, opened roles


def reachable(edition: Edition) -> set[tuple[str, ...]]:
    """Every result that some answers have: () is 暫以打底為主, several roles are a tie.

    Answers that lead to the same points are followed once, so the search is complete and small: adding
    points and opening roles is all that an answer does.
    """
    order = tuple(edition.roles)
    states: set[State] = {((0,) * len(order), frozenset())}
    for question in edition.questions.values():
        answers = _answers(question, order)
        states = {
            (tuple(a + b for a, b in zip(scores, points, strict=True)), opened | opens)
            for scores, opened in states
            for points, opens in answers
        }
    return {
        decide(edition.role_rule, dict(zip(order, scores, strict=True)), opened)[0]
        for scores, opened in states
    }


def tracks(edition: Edition) -> set[str]:
    """The tracks that some answer sets; nobody's answer is needed for 打底即可."""
    options = chain.from_iterable(question.options for question in edition.questions.values())
    return {"foundation", *(option.track for option in options if option.track)}


def _answers(question: Question, order: tuple[str, ...]) -> set[State]:
    """What answering this question can add; at least one option is chosen."""
    if not question.multiple:
        return {_capped(_one(option, order), question.cap) for option in question.options}
    alone = {_one(option, order) for option in question.options if option.exclusive}
    together: set[State] = set()
    for option in question.options:
        if option.exclusive:
            continue
        points, opens = _one(option, order)
        more = {
            (tuple(a + b for a, b in zip(scores, points, strict=True)), opened | opens)
            for scores, opened in together
        }
        together |= {(points, opens)} | more
    return {_capped(state, question.cap) for state in chain(alone, together)}


def _one(option: Option, order: Iterable[str]) -> State:
    opens = frozenset({option.opens} if option.opens else ())
    return tuple(option.weights.get(role, 0) for role in order), opens


def _capped(state: State, cap: int | None) -> State:
    scores, opened = state
    return (scores if cap is None else tuple(min(score, cap) for score in scores)), opened
