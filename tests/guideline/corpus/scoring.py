"""Reads a corpus of reported hours and scores the parser against it; the tests and `make bench` share it.

A line holds a phrase, its day (or `begin..end`), its minutes and its title, separated by tabs; `ask` stands
for a part that was said but may not be guessed, `none` for one that was not said. `@2026-11-18` sets the day
of speaking for the lines after it, `#` begins a comment, `\\n` in a phrase is a line break.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from guideline.course_names import name_key
from guideline.edition import Edition
from guideline.hours_text import HoursPhrase, read_hours

FOLDER: Final = Path(__file__).parent
DEVELOPMENT: Final = FOLDER / "hours.tsv"
# Held out when first measured: 93.0% right, 20 wrongly asked, 1 silently wrong; development since.
SEEN: Final = FOLDER / "hours_seen.tsv"
# Held out when first measured: 92.1% right, 17 wrongly asked, 17 silently wrong; development since.
SEEN_2: Final = FOLDER / "hours_seen_2.tsv"
# Held out when first measured: 97.0% right, 3 wrongly asked, 5 silently wrong; development since.
SEEN_3: Final = FOLDER / "hours_seen_3.tsv"
HELD_OUT: Final = FOLDER / "hours_heldout.tsv"
HELD_OUT_RIGHT: Final = 0.98  # share of held-out phrases that must be right; none may be silently wrong
UNKNOWN: Final = ("ask", "none")
_KINDS: Final = {"date": ("date",), "minutes": ("duration",), "title": ("title", "course")}

Verdict = Literal["right", "wrongly asked", "silently wrong"]


@dataclass(frozen=True, slots=True)
class Case:
    """A phrase, when it is said, and the three parts as the corpus spells them."""

    line: int
    spoken_on: date
    phrase: str
    learned: str
    minutes: str
    title: str

    @property
    def parts(self) -> dict[str, str]:
        return {"date": self.learned, "minutes": self.minutes, "title": self.title}


@dataclass(frozen=True, slots=True)
class Scored:
    case: Case
    verdict: Verdict
    heard: dict[str, str]

    def __str__(self) -> str:
        wrong = [
            f"{part} {self.heard[part]!r} (expected {wanted!r})"
            for part, wanted in self.case.parts.items()
            if not _same(part, self.heard[part], wanted)
        ]
        return f"line {self.case.line}, {self.verdict}: {self.case.phrase!r}: {'; '.join(wrong)}"


def cases(file: Path) -> tuple[Case, ...]:
    """Every phrase of a corpus. Raises ValueError with the line for anything that is not of the format."""
    found: list[Case] = []
    spoken_on: date | None = None
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            spoken_on = date.fromisoformat(line[1:].strip())
            continue
        columns = [column.strip() for column in line.split("\t")]
        if spoken_on is None or len(columns) != 4 or not all(columns):
            raise ValueError(f"{file.name}:{number}: a day of speaking and four columns are needed")
        phrase, learned, minutes, title = columns
        _checked(file, number, learned, minutes)
        found.append(Case(number, spoken_on, phrase.replace("\\n", "\n"), learned, minutes, title))
    return tuple(found)


def _checked(file: Path, number: int, learned: str, minutes: str) -> None:
    try:
        if learned not in UNKNOWN:
            days = [date.fromisoformat(day) for day in learned.split("..")]
            if days != sorted(days) or len(days) > 2:
                raise ValueError(learned)  # noqa: TRY301 (told with its line below)
        if minutes not in UNKNOWN:
            int(minutes)
    except ValueError as error:
        raise ValueError(f"{file.name}:{number}: {error}") from None


def score(case: Case, edition: Edition) -> Scored:
    """`silently wrong`: some part has another value than expected, or a value where none may be had, and no
    doubt is raised about that part. Anything else that is not right only asks too much."""
    phrase = read_hours(case.phrase, case.spoken_on, edition)
    kinds = {doubt.kind for doubt in phrase.doubts}
    heard = _heard(phrase)
    verdict: Verdict = "right"
    for part, wanted in case.parts.items():
        doubted = any(kind in kinds for kind in _KINDS[part])
        if _same(part, heard[part], wanted) and (wanted not in UNKNOWN or doubted):
            continue
        if heard[part] != "none" and not doubted:
            return Scored(case, "silently wrong", heard)
        if heard[part] == "none" and not doubted:  # nothing known and nothing asked: it would get lost
            return Scored(case, "silently wrong", heard)
        verdict = "wrongly asked"
    return Scored(case, verdict, heard)


def _heard(phrase: HoursPhrase) -> dict[str, str]:
    """The three parts as a corpus spells them; `none` for what is not known."""
    learned = "none" if phrase.learned_on is None else phrase.learned_on.isoformat()
    if phrase.began_on is not None:
        learned = f"{phrase.began_on.isoformat()}..{learned}"
    minutes = "none" if phrase.minutes is None else str(phrase.minutes)
    return {"date": learned, "minutes": minutes, "title": phrase.title or "none"}


def _same(part: str, heard: str, wanted: str) -> bool:
    if wanted in UNKNOWN:
        return heard == "none"
    return name_key(heard) == name_key(wanted) if part == "title" else heard == wanted


def scored(file: Path, edition: Edition) -> tuple[Scored, ...]:
    return tuple(score(case, edition) for case in cases(file))


def report(results: Iterable[Scored]) -> str:
    """One line of figures, then each phrase that failed."""
    results = list(results)
    counts = dict.fromkeys(("right", "wrongly asked", "silently wrong"), 0)
    for result in results:
        counts[result.verdict] += 1
    share = counts["right"] / len(results) if results else 0.0
    head = f"{len(results)} phrases: {counts['right']} right ({share:.1%}), " + ", ".join(
        f"{counts[verdict]} {verdict}" for verdict in ("wrongly asked", "silently wrong")
    )
    return "\n".join([head, *(f"  {result}" for result in results if result.verdict != "right")])
