"""Role and track from the duty questionnaire (Q1–Q3, Q7, Q8; weights are provisional data).

An opening answer makes a role possible that then outranks the everyday role (應用); of several opened the
highest score wins, a tie shows all and HR decides. With none opened the everyday role needs its own score;
below it nobody is given a role: 全體打底 (Q2).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from guideline.edition import Cite, Edition, Option, Question, RoleRule, Track
from guideline.words import listed

DecidedBy = Literal["open", "score", "tie", "foundation"]


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that speaks for the result: the question's number and a sentence 「您…」."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`roles`: one, several on a tie (HR decides), none: 暫以打底為主. `decided_by`: open (the one opened
    role), score (the highest of several opened, or the everyday role), tie, foundation. `needs_hr`: a
    tie, or a role that HR alone decides (研究)."""

    roles: tuple[str, ...]
    track: Track
    reasons: tuple[Reason, ...]
    runner_up: str | None
    decided_by: DecidedBy
    needs_hr: bool
    cite: Cite


def assess(edition: Edition, answers: Mapping[str, tuple[str, ...]]) -> Assessment:
    """The role of somebody who gave these answers (question id -> option ids).

    Total: unknown questions and options are ignored, missing ones weigh nothing, order does not matter.
    """
    chosen = {
        question.id: chosen_options(question, answers.get(question.id, ()))
        for question in edition.questions.values()
    }
    scores = dict.fromkeys(edition.roles, 0)
    opened: set[str] = set()
    track: Track = "foundation"
    for question in edition.questions.values():
        for role, points in tally(question, chosen[question.id]).items():
            scores[role] += points
        for option in chosen[question.id]:
            if option.opens:
                opened.add(option.opens)
            if option.track == "specialist":
                track = "specialist"
    roles, decided_by = decide(edition.role_rule, scores, opened)
    return Assessment(
        roles=roles,
        track=track,
        reasons=tuple(_reasons(edition, chosen, roles)),
        runner_up=_runner_up(scores, opened, roles),
        decided_by=decided_by,
        needs_hr=decided_by == "tie" or any(edition.roles[role].hr_decides for role in roles),
        cite=edition.role_rule.cite if roles else edition.role_rule.foundation_cite,
    )


def chosen_options(question: Question, option_ids: Collection[str]) -> tuple[Option, ...]:
    """The options that count, in the edition's order: an exclusive one stands alone, and where only one
    may be chosen the first stands."""
    chosen = tuple(option for option in question.options if option.id in option_ids)
    exclusive = tuple(option for option in chosen if option.exclusive)
    if exclusive or not question.multiple:
        return (exclusive or chosen)[:1]
    return chosen


def tally(question: Question, options: Iterable[Option]) -> dict[str, int]:
    """Points by role of one question, at most its cap to each."""
    points: dict[str, int] = {}
    for option in options:
        for role, weight in option.weights.items():
            points[role] = points.get(role, 0) + weight
    if question.cap is None:
        return points
    return {role: min(total, question.cap) for role, total in points.items()}


def decide(
    rule: RoleRule, scores: Mapping[str, int], opened: Collection[str]
) -> tuple[tuple[str, ...], DecidedBy]:
    """The roles of these scores (which hold every role, in the edition's order)."""
    if opened:
        top = max(scores[role] for role in opened)
        best = tuple(role for role in scores if role in opened and scores[role] == top)
        if len(best) > 1:
            return best, "tie"
        return best, "open" if len(opened) == 1 else "score"
    if scores[rule.everyday] >= rule.everyday_score:
        return (rule.everyday,), "score"
    return (), "foundation"


def _runner_up(scores: Mapping[str, int], opened: Collection[str], roles: tuple[str, ...]) -> str | None:
    """The nearest other role that any answer spoke for: opened ones first, then by score."""
    others = [role for role in scores if role not in roles and scores[role] > 0]
    return max(others, key=lambda role: (role in opened, scores[role]), default=None)


def _reasons(
    edition: Edition, chosen: Mapping[str, tuple[Option, ...]], roles: tuple[str, ...]
) -> Iterable[Reason]:
    for question in edition.questions.values():
        pieces = [
            option.reason for option in chosen[question.id] if option.reason and _speaks_for(option, roles)
        ]
        if not pieces:
            continue
        if question.multiple:
            yield Reason(question.number, question.reason.format(listed(pieces)))
        else:
            yield Reason(question.number, pieces[0])


def _speaks_for(option: Option, roles: tuple[str, ...]) -> bool:
    """For no role at all the answers speak that weigh nothing (現場作業、少文書)."""
    if not roles:
        return not option.weights
    return option.opens in roles or any(role in option.weights for role in roles)
