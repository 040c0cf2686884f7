"""Every edition there is: each year's hours are reckoned under that year's own (hr-year 7).

The edition in force is what people are asked and offered (questionnaire, courses, certificates), with the
agency's overlay laid over it. A year without an edition of its own uses the latest earlier one, marked
provisional (暫沿用); before the first edition there was no requirement at all (115年起, Q8).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from guideline.edition import Edition
from guideline.loading import load_folder
from guideline.problems import EditionError, Problem
from guideline.records import HoursEntry
from guideline.sources import EDITIONS
from guideline.standing import Credit, Standing, credit, reckon
from guideline.words import roc_year


@dataclass(frozen=True, slots=True)
class Editions:
    """`others` are those not in force, in any order. Of several of one year the one in force holds,
    otherwise the latest."""

    in_force: Edition
    others: tuple[Edition, ...] = ()

    def of(self, year: int) -> Edition | None:
        """The edition of this calendar year, else the latest earlier one; None before the first."""
        known = [edition for edition in (*self.others, self.in_force) if edition.year <= year]
        return max(
            known,
            key=lambda edition: (edition.year, edition is self.in_force, edition.effective_on),
            default=None,
        )

    @property
    def first(self) -> Edition:
        return min((self.in_force, *self.others), key=lambda edition: (edition.year, edition.effective_on))

    def reckon(
        self, year: int, entries: Iterable[HoursEntry], official_as_of: datetime | None = None
    ) -> Standing:
        """`standing.reckon` under the year's edition; without parts before the first."""
        edition = self.of(year)
        if edition is None:
            return Standing(year, (), provisional=False)
        return reckon(edition, year, entries, official_as_of)

    def credit(self, entry: HoursEntry, among: Iterable[HoursEntry] = ()) -> Credit:
        """`standing.credit` under the edition of the entry's year, and how that year stands out: before
        the first edition nothing counts toward anything (Q8); a provisional one is said to be so."""
        year = entry.learned_on.year
        edition = self.of(year)
        if edition is None:
            if entry.withdrawn_at is not None:
                return credit(self.first, entry)
            return Credit((), self._before(year))
        found = credit(edition, entry, among)
        if edition.year == year or not found.parts:
            return found
        borrowed = f"{roc_year(year)} 年規定未公布，暫沿用 {roc_year(edition.year)} 年"
        return replace(found, why=f"{found.why.removesuffix('。')}（{borrowed}）。")

    def _before(self, year: int) -> str:
        first = self.first
        source = next(iter(first.requirements.values())).cite.shown
        return (
            f"{roc_year(first.year)} 年起才有 AI 時數要求（{source}），"
            f"這筆列在 {roc_year(year)} 年，不計入任何要求。"
        )


def load_editions(name: str = "115", overlay: Path | None = None, root: Path = EDITIONS) -> Editions:
    """All editions under `root`; the one of that name is in force, with the agency's overlay laid over it.

    What the agency says of a course (that it is on its list, its hours, its 考核類別) holds in every year,
    so that last year's late entries lose nothing when the edition changes; its requirements hold for the
    edition in force only. Raises EditionError, which names file, key and reason.
    """
    names = sorted(folder.name for folder in root.iterdir() if folder.is_dir())
    if name not in names:
        raise EditionError((Problem(f"editions/{name}", "", f"沒有這個版本，現有：{'、'.join(names)}"),))
    published = load_folder(root / name)
    in_force = load_folder(root / name, overlay) if overlay is not None else published
    said = {
        ident: course for ident, course in in_force.courses.items() if published.courses.get(ident) != course
    }
    others = (load_folder(root / other) for other in names if other != name)
    return Editions(in_force, tuple(replace(other, courses={**other.courses, **said}) for other in others))
