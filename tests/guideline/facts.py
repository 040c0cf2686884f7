"""Values that the tests of the rules lean on: the real edition, entries, an overlay written to disk."""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path

from guideline.edition import Edition
from guideline.loading import load_edition
from guideline.records import HoursEntry, RoleAssignment, RoleStatus, Source

TODAY = date(2026, 11, 18)  # a Wednesday
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
IMPORTED = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
_IDS = count(1)


@cache
def edition() -> Edition:
    return load_edition()


def laid_over(tmp_path: Path, toml: str) -> Edition:
    """Edition 115 with this overlay."""
    return load_edition("115", overlay(tmp_path, toml))


def overlay(tmp_path: Path, toml: str) -> Path:
    file = tmp_path / "agency.toml"
    file.write_text(toml, encoding="utf-8")
    return file


def entry(
    course: str | None,
    minutes: int,
    *,
    on: date = TODAY,
    title: str = "",
    official: bool = False,
    withdrawn: bool = False,
) -> HoursEntry:
    return HoursEntry(
        id=next(_IDS),
        learned_on=on,
        minutes=minutes,
        title=title,
        course_id=course,
        source=Source.OFFICIAL if official else Source.SELF,
        reported_at=NOW,
        withdrawn_at=NOW if withdrawn else None,
    )


def assigned(*roles: str, track: str = "specialist") -> RoleAssignment:
    return RoleAssignment(1, roles, track, RoleStatus.PROPOSED, {}, "115-06", NOW)
