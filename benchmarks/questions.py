"""How well the Q&A's passages are found for questions as colleagues ask them.

The peer is the floor: BM25 over characters and bigrams alone, whose best passage is always the answer. Both
read the same corpus; its half `held-out` was put aside before anything was tuned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guideline.loading import load_edition
from guideline.search import Index, Rank

CORPUS = Path(__file__).parent.parent / "tests" / "guideline" / "corpus" / "questions.tsv"
Half = Literal["tuning", "held-out"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the passage that answers it; None: the guideline does not say."""

    q: str | None
    half: str
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of questions. Of the answerable ones: the best passage is right, one passage is given and
    right, given and wrong, or the right one is among those offered. Of the others: a passage is given all
    the same, or some are offered."""

    answerable: int
    best_right: int
    right: int
    wrong: int
    offered: int
    unanswerable: int
    false: int
    near: int

    @property
    def sentence(self) -> str:
        return (
            f"{self.answerable} answerable: best passage right {_share(self.best_right, self.answerable)}, "
            f"answered right {_share(self.right, self.answerable)}, "
            f"wrongly {_share(self.wrong, self.answerable)}, "
            f"right one offered {_share(self.offered, self.answerable)}; "
            f"{self.unanswerable} not in the guideline: answered all the same "
            f"{_share(self.false, self.unanswerable)}, "
            f"near ones offered {_share(self.near, self.unanswerable)}"
        )


def corpus(half: Half) -> list[Asked]:
    rows = (line.split("\t") for line in CORPUS.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [Asked(None if q == "-" else q, of, text) for q, of, text in rows if of == half]


def measured(index: Index, asked: Iterable[Asked]) -> Score:
    counts = dict.fromkeys(Score.__dataclass_fields__, 0)
    for one in asked:
        found = index.find(one.text)
        given = found.answer.q if found.answer is not None else None
        offered = {passage.q for passage in found.near}
        counts["answerable" if one.q else "unanswerable"] += 1
        if one.q is None:
            counts["false"] += given is not None
            counts["near"] += bool(offered)
        else:
            counts["best_right"] += _best(index.ranked(one.text)) == one.q
            counts["right"] += given == one.q
            counts["wrong"] += given is not None and given != one.q
            counts["offered"] += one.q in offered
    return Score(**counts)


def floor(index: Index, asked: Iterable[Asked]) -> tuple[int, int]:
    """Of the answerable questions, how many have the right passage best by plain BM25; and all of them."""
    known = [one for one in asked if one.q is not None]
    return sum(_best(index.ranked(one.text, plain=True)) == one.q for one in known), len(known)


def main() -> None:
    index = Index(load_edition().passages.values())
    halves: tuple[Half, ...] = ("tuning", "held-out")
    for half in halves:
        asked = corpus(half)
        right, of = floor(index, asked)
        print(f"questions, {half}: plain BM25: best passage right {_share(right, of)}")
        print(f"questions, {half}: {measured(index, asked).sentence}")


def _best(ranks: tuple[Rank, ...]) -> str | None:
    return ranks[0].passage.q if ranks else None


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})"


if __name__ == "__main__":
    main()
