"""Reads an edition's TOML files and the agency's overlay, and checks them as a whole."""

from dataclasses import dataclass, replace
from pathlib import Path

from guideline.checking import check, check_results
from guideline.decoding import decode
from guideline.edition import Cite, Edition
from guideline.problems import EditionError, Problem
from guideline.sources import EDITIONS, gather

__all__ = ["EditionError", "Problem", "Provisional", "editions", "load_edition", "load_folder", "provisional"]


@dataclass(frozen=True, slots=True)
class Provisional:
    """An item that stands in until somebody official says otherwise."""

    kind: str  # the table's name: edition, coverage, rhythm, role_rule, roles, questions, modules, …
    id: str
    name: str
    why: str


def editions() -> tuple[str, ...]:
    """The names of the editions that come with the program."""
    return tuple(sorted(folder.name for folder in EDITIONS.iterdir() if folder.is_dir()))


def load_edition(name: str = "115", overlay: Path | None = None) -> Edition:
    """The edition of that name with the agency's overlay laid over it. Raises EditionError, which names
    file, key and reason of everything found."""
    if name not in editions():
        known = "、".join(editions())
        raise EditionError((Problem(f"editions/{name}", "", f"沒有這個版本，現有：{known}"),))
    return load_folder(EDITIONS / name, overlay)


def load_folder(folder: Path, overlay: Path | None = None) -> Edition:
    """The edition of this folder. Shapes are checked first, then references, then the questionnaire's
    results: each only where what it leans on holds. The edition must hold by itself, so that whatever is
    wrong once the overlay is laid over it is the overlay's fault, and named so."""
    if overlay is not None:
        load_folder(folder)
    sources = gather(folder, overlay)
    problems: list[Problem] = []
    edition = decode(sources, problems.append)
    empty = (kind for kind in ("roles", "questions", "requirements") if not sources.items[kind])
    problems.extend(Problem(f"editions/{folder.name}", kind, "至少要有一項") for kind in empty)
    if not problems:
        check(edition, sources, problems.append)
    if not problems:
        check_results(edition, sources, problems.append)
    if overlay is not None:
        problems = [replace(problem, file=overlay.name) for problem in problems]
    if problems:
        raise EditionError(tuple(sorted(problems, key=lambda problem: problem.file)))
    return edition


def provisional(edition: Edition) -> list[Provisional]:
    """Everything in it that no source states, in the order of the files."""
    rule = edition.role_rule
    items: list[tuple[str, str, str, Cite]] = [
        ("edition", "provider_lag_days", f"平臺上傳時間 {edition.provider_lag_days} 天", edition.lag_cite),
        ("coverage", "counted", "列計的人員類別", edition.coverage.cite),
        ("rhythm", "beats", "提醒的時間與次數", edition.rhythm.cite),
        ("role_rule", "everyday_score", "職務問卷的計分與門檻", rule.rule_cite),
        ("role_rule", "everyday", "類別判定的依據", rule.cite),
        ("role_rule", "foundation", "打底的依據", rule.foundation_cite),
        *(("roles", item.id, item.name, item.cite) for item in edition.roles.values()),
        *(("questions", item.id, item.text, item.cite) for item in edition.questions.values()),
        *(("modules", item.id, item.name, item.cite) for item in edition.modules.values()),
        *(("courses", item.id, item.name, item.cite) for item in edition.courses.values()),
        *(("certificates", item.id, item.name, item.cite) for item in edition.certificates.values()),
        *(
            ("certificates", item.id, f"{item.name}的效期與後繼", item.until_cite)
            for item in edition.certificates.values()
            if item.until_cite is not None
        ),
        *(("requirements", item.id, item.name, item.cite) for item in edition.requirements.values()),
    ]
    return [
        Provisional(kind, ident, name, cite.text) for kind, ident, name, cite in items if cite.provisional
    ]
