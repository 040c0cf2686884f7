"""An edition of the guideline as values: what the TOML files of `guideline/editions/` say, checked.

Nothing here decides anything. Every item carries where it comes from (`Cite`): a question of the Q&A, a
law, the agency's overlay file, or `provisional`: our placeholder, which people read as such.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Level = Literal["入門", "進階", "實作"]
LEVELS: Final[tuple[Level, ...]] = ("入門", "進階", "實作")  # Q1; not the 基礎/進階 of the assessment (Q8)

CountsAs = Literal["basic", "advanced", "undecided"]  # 考核類別: 基礎, 進階, 未定
Track = Literal["foundation", "specialist"]  # 打底即可, 專屬分流 (Q2)
Binding = Literal["person", "rate"]  # binds each person, or is the agency's own figure

PROVISIONAL: Final = "指引未載明，暫列供參"


@dataclass(frozen=True, slots=True)
class Cite:
    """Where an item comes from: `kind` is Q1…Q8, law, agency (an overlay) or provisional; `text` is the
    words or the reason."""

    kind: str
    text: str = ""

    @property
    def provisional(self) -> bool:
        return self.kind == "provisional"

    @property
    def shown(self) -> str:
        """How it is shown to people: 問答集 Q3, the law and article, 本機關規定, or 指引未載明，暫列供參."""
        if self.provisional:
            return PROVISIONAL
        if self.kind == "agency":
            return self.text or "本機關規定"
        return self.text if self.kind == "law" else f"問答集 {self.kind}"


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    name: str  # AI 應用人才
    gist: str  # 活用
    duty: str  # one sentence, what such a person does
    cite: Cite
    hr_decides: bool = False  # 研究: never more than a suggestion until HR says so


@dataclass(frozen=True, slots=True)
class RoleRule:
    """How a role follows from scores where no answer opened one (words.md; provisional)."""

    everyday: str  # the role that needs no opening answer: 應用 (Q3)
    everyday_score: int  # from this score on; below it 暫以打底為主
    cite: Cite  # for any role: by actual duty (Q3)
    foundation_cite: Cite  # for none: not everyone must be a specialist (Q2)
    rule_cite: Cite  # for the weights and the threshold


@dataclass(frozen=True, slots=True)
class Option:
    """`weights` are points by role id. `opens` names a role that this answer alone makes possible and
    that then outranks the everyday role. `reason` is a whole sentence 「您…」, or, in a multiple question,
    the piece put into the question's `reason`; empty: never given as a reason."""

    id: str
    text: str
    weights: Mapping[str, int]
    opens: str | None = None
    track: Track | None = None
    reason: str = ""
    exclusive: bool = False  # 目前沒有: stands alone in a multiple question


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    number: int  # 1…7, as shown
    text: str
    multiple: bool
    options: tuple[Option, ...]
    cap: int | None  # at most so many points to one role from this question
    cite: Cite
    reason: str = ""  # multiple questions: a sentence with {} for the chosen pieces

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    number: int  # 1…8
    name: str
    levels: Mapping[str, tuple[str, ...]]  # level -> ids of the roles that take it; an absent level has none
    cite: Cite
    general: bool = False  # 通識, learned before 實務 (Q7)


@dataclass(frozen=True, slots=True)
class Course:
    """`minutes` None: not known, and then never shown, never a cap. `counts_as` is the 考核類別 of Q8, a
    fact of its own and not the level."""

    id: str
    name: str
    aliases: tuple[str, ...]
    module: str
    level: Level
    counts_as: CountsAs
    minutes: int | None
    mode: Literal["online", "classroom", ""]
    url: str
    cite: Cite


@dataclass(frozen=True, slots=True)
class Certificate:
    """`planned` ones (until HR opens them) and those past `valid_until` (last day it can be taken) are never
    offered."""

    id: str
    name: str
    kind: Literal["public", "industry"]
    group: str  # 工具, 專案技術, or "" where the class is not known
    roles: tuple[str, ...]
    status: Literal["planned", "open"]
    valid_until: date | None
    successor: str | None
    cite: Cite
    until_cite: Cite | None = None  # where `valid_until` and `successor` come from
    general: bool = False  # 通識核心 (Q7)
    url: str = ""

    def open_on(self, today: date, opened: Collection[str] = ()) -> bool:
        """Whether it can be taken; `opened` are ids of planned ones that HR has opened."""
        begun = self.status == "open" or self.id in opened
        return begun and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Part:
    """`counts` are the kinds of learning that count: basic, advanced, undecided (AI courses of the
    agency's list) and other (everything else). A part that `needs_official` says nothing before the
    first official import: the 20 hours hold much that is never reported here."""

    id: str
    name: str
    minutes: int
    counts: tuple[str, ...]
    needs_official: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    id: str
    group: Literal["yearly", "agency"]  # 年度規定, 本機關考核目標
    name: str
    parts: tuple[Part, ...]
    cite: Cite
    binding: Binding = "person"


@dataclass(frozen=True, slots=True)
class Passage:
    """One question of the Q&A with its whole answer."""

    q: str  # Q1…Q8
    question: str
    text: str
    topic: str = ""  # the question in a few words, for a button; empty: the question itself


@dataclass(frozen=True, slots=True)
class Coverage:
    """人員類別 that count (列計) and those that do not. One that stands in neither list waits for HR
    (待認定); who has none is taken for a 公務人員."""

    counted: tuple[str, ...]
    exempt: tuple[str, ...]
    cite: Cite


@dataclass(frozen=True, slots=True)
class Beat:
    """The weeks of a month in which people are reminded: 1 is the week of the month's first such weekday."""

    month: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`weekday`: 1 Monday … 5 Friday. `last_workdays`: within so many working days before the effective
    deadline, that day included, everybody who still misses hours hears of it once more; 0: not."""

    weekday: int
    beats: tuple[Beat, ...]
    last_workdays: int
    cite: Cite


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything of one edition, by id and in the order of the files."""

    id: str  # begins with the ROC year: 115-06
    title: str
    published: str  # 115年6月版
    effective_on: date
    roles: Mapping[str, Role]
    role_rule: RoleRule
    questions: Mapping[str, Question]
    modules: Mapping[str, Module]
    courses: Mapping[str, Course]
    certificates: Mapping[str, Certificate]
    requirements: Mapping[str, Requirement]
    passages: Mapping[str, Passage]
    learning_map: str  # Q4
    provider_lag_days: int  # calendar days until a provider has uploaded hours
    lag_cite: Cite
    coverage: Coverage
    rhythm: Rhythm
    cutoff: date | None = None  # the agency's closing of statistics; only month and day matter

    @property
    def year(self) -> int:
        """The calendar year these rules were written for (115 → 2026)."""
        return int(self.id[:3]) + 1911

    def role_names(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Names of the roles; an id of an older edition stands for itself."""
        return tuple(self.roles[role].name if role in self.roles else role for role in roles)
