"""Role and track from the duty questionnaire (Q1–Q3, Q7, Q8; weights are provisional data)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from guideline.edition import Cite, Edition, Track


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that speaks for the result: the question's number and a sentence 「您…」."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`roles`: one, several on a tie (HR decides), none: 暫以打底為主. `needs_hr`: a tie, or a role that HR
    alone decides (研究)."""

    roles: tuple[str, ...]
    track: Track
    reasons: tuple[Reason, ...]
    runner_up: str | None
    decided_by: Literal["open", "score", "tie", "foundation"]
    needs_hr: bool
    cite: Cite


def assess(edition: Edition, answers: Mapping[str, tuple[str, ...]]) -> Assessment:
    """The role of somebody who gave these answers (question id -> option ids)."""
    raise NotImplementedError
