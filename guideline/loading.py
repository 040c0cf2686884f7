"""Reads an edition's TOML files and the agency's overlay, and checks them as a whole."""

from dataclasses import dataclass
from pathlib import Path

from guideline.edition import Edition


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: the file's name, the key (courses[x].minutes) and the reason."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}：{self.key}：{self.reason}" if self.key else f"{self.file}：{self.reason}"


class EditionError(Exception):
    """The edition cannot be used. Its message is one line; `problems` holds every one that was found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("；".join(str(problem) for problem in problems))
        self.problems = problems
        self.file = problems[0].file
        self.key = problems[0].key
        self.reason = problems[0].reason


@dataclass(frozen=True, slots=True)
class Provisional:
    """An item that stands in until somebody official says otherwise."""

    kind: str  # roles, questions, modules, courses, certificates, requirements, edition
    id: str
    name: str
    why: str


def load_edition(name: str = "115", overlay: Path | None = None) -> Edition:
    """The edition of that folder with the agency's overlay laid over it. Raises EditionError."""
    raise NotImplementedError


def provisional(edition: Edition) -> list[Provisional]:
    """Everything in it that no source states."""
    raise NotImplementedError
