"""What is wrong with an edition, in words that an operator can act on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: the file's name, the key (courses[x].minutes) and the reason."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}：{self.key}：{self.reason}" if self.key else f"{self.file}：{self.reason}"


class EditionError(Exception):
    """The edition cannot be used. The message is one line; `problems` (never empty) holds all that was
    found, and `file`, `key`, `reason` are the first one's."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("；".join(str(problem) for problem in problems))
        self.problems = problems
        self.file = problems[0].file
        self.key = problems[0].key
        self.reason = problems[0].reason
