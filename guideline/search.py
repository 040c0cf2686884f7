"""Which passage of the Q&A answers a question.

BM25 over characters and pairs of characters (bigrams) ranks the passages; how much of the question a
passage's own words cover decides whether it may be called the answer. Where it covers too little nothing
is guessed: what is near is only offered. The limits below were set on the half `tuning` of
tests/guideline/corpus/questions.tsv and are held by a test on the other half.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from guideline.edition import Passage
from guideline.script import traditional
from guideline.search_words import EMPTY, LIGHT, NARROWING, SAID_FOR

LONGEST: Final = 300  # characters of a question that are read
K1: Final = 1.2  # BM25: how soon repeated words stop counting
B: Final = 0.6  # BM25: how much a long passage is held back
ALONE: Final = 0.3  # weight of a single Han character beside a bigram
QUESTION: Final = 2  # a passage's own question counts so often, the first line of a section once more

ANSWERS: Final = (3.4, 0.55, 0.2)  # score, cover and lead over the next that make an answer
NEAR: Final = (3.2, 0.3)  # score and cover from which a passage is worth offering
WHOLE: Final = (1.4, 0.95)  # the same for a few words that the passage has, every one
OFFERED: Final = 0.45  # share of the best score that a second passage needs to be offered beside it
FITS: Final = 1.5  # how often the next section's score a section needs to be shown alone

_RUNS: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Found:
    """`answer` is the passage that answers, with the section of it that fits (the whole text, where none
    stands out); None where none does. `near` are then passages that might, the best first, at most two."""

    answer: Passage | None = None
    section: str = ""
    near: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Rank:
    """`score` is BM25; `cover` the share of the question that the passage's words cover, 0…1."""

    passage: Passage
    score: float
    cover: float

    @property
    def near(self) -> bool:
        """Whether it is worth offering."""
        return any(self.score >= score and self.cover >= cover for score, cover in (NEAR, WHOLE))


def fold(text: str) -> str:
    """The one form in which questions and passages are compared: half width, small letters, one script."""
    return traditional(unicodedata.normalize("NFKC", text[: 4 * LONGEST]).casefold())


def sections(passage: Passage) -> tuple[str, ...]:
    """The parts of a passage's text, as blank lines divide it; a part's first line is its heading."""
    return tuple(part.strip() for part in re.split(r"\n\s*\n", passage.text) if part.strip())


class Index:
    """The passages of one edition, counted once; never changed after."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._passages = tuple(passages)
        self._texts = tuple(fold(f"{p.question}\n{p.text}") for p in self._passages)
        self._counts = tuple(_counted(p) for p in self._passages)
        self._bags = _Bags(self._counts)

    def find(self, question: str) -> Found:
        """What answers it, or what is near."""
        ranks = self.ranked(question)
        if not ranks or not ranks[0].near:
            return Found()
        best, *others = ranks
        second = others[0] if others else Rank(best.passage, 0.0, 0.0)
        score, cover, lead = ANSWERS
        sure = best.score >= score and best.cover >= cover and best.score - second.score >= lead * best.score
        if sure and not self._narrowed(question, best.passage):
            return Found(best.passage, _section(best.passage, question))
        near = [best.passage]
        if second.score >= OFFERED * best.score and second.near:
            near.append(second.passage)
        return Found(near=tuple(near))

    def ranked(self, question: str, *, plain: bool = False) -> tuple[Rank, ...]:
        """Every passage that shares something with the question, the best first. `plain` reads the
        question in its own words only."""
        asked = _terms(fold(question)[:LONGEST] if plain else _reworded(question))
        scores = self._bags.scores(asked)
        found = [
            Rank(passage, score, _cover(question, text))
            for passage, text, score in zip(self._passages, self._texts, scores, strict=True)
            if score > 0
        ]
        return tuple(sorted(found, key=lambda rank: -rank.score))

    def _narrowed(self, question: str, passage: Passage) -> bool:
        """Whether the question is about a case that the passage does not speak of."""
        asked, said = fold(question), fold(f"{passage.question}\n{passage.text}")
        return any(word in asked and word not in said for word in NARROWING)


class _Bags:
    """Texts as counted terms, scored by BM25."""

    def __init__(self, counts: Sequence[Counter[str]]) -> None:
        self._counts = counts
        seen = Counter(term for bag in counts for term in bag)
        self._weights = {t: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for t, n in seen.items()}
        lengths = [sum(bag.values()) for bag in counts]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [K1 * (1 - B + B * length / mean) for length in lengths]

    def scores(self, asked: Iterable[str]) -> list[float]:
        terms = [(term, self._weights[term] * _size(term)) for term in asked if term in self._weights]
        return [
            sum(weight * bag[t] * (K1 + 1) / (bag[t] + norm) for t, weight in terms if t in bag)
            for bag, norm in zip(self._counts, self._norms, strict=True)
        ]


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


_SAID: Final = _longest_first(SAID_FOR)
_EMPTY: Final = _longest_first(EMPTY)


def _reworded(question: str) -> str:
    """The question in the Q&A's words."""
    said = fold(question)[:LONGEST]
    return _EMPTY.sub(" ", _SAID.sub(lambda found: f" {SAID_FOR[found[0]]} ", said))


def _terms(text: str) -> Counter[str]:
    """Words of Latin letters and digits, Han characters and pairs of neighbours, counted."""
    found: Counter[str] = Counter()
    for run in _RUNS.findall(text):
        if run.isascii():
            found[run] += 1
        else:
            found.update(run)
            found.update(a + b for a, b in pairwise(run))
    return found


def _counted(passage: Passage) -> Counter[str]:
    counts = _terms(fold(passage.text))
    for _ in range(QUESTION):
        counts.update(_terms(fold(passage.question)))
    for section in sections(passage):
        counts.update(_terms(fold(section.partition("\n")[0])))
    return counts


def _size(term: str) -> float:
    return ALONE if len(term) == 1 and not term.isascii() else 1.0


def _cover(question: str, text: str) -> float:
    """The share of the question's letters that stand in the text: with a neighbour, or by another word."""
    covered = missed = 0.0
    for piece, other in _pieces(fold(question)[:LONGEST]):
        size = float(len(piece))
        if other:
            runs = _RUNS.findall(_EMPTY.sub(" ", other))
            part = sum(_share(run, text) for run in runs) / max(len(runs), 1)
            covered, missed = covered + size * part, missed + size * (1 - part)
        else:
            for run in _RUNS.findall(piece):
                found = _share(run, text) * len(run)
                light = sum(1 for letter in run if letter in LIGHT)
                covered += found
                missed += max(0.0, len(run) - found - light)
    return covered / (covered + missed) if covered else 0.0


def _pieces(said: str) -> Iterator[tuple[str, str]]:
    """The question cut where it uses other words than the Q&A, each with the Q&A's words for it."""
    end = 0
    for found in _SAID.finditer(said):
        yield from ((piece, "") for piece in _EMPTY.split(said[end : found.start()]) if piece)
        yield found[0], SAID_FOR[found[0]]
        end = found.end()
    yield from ((piece, "") for piece in _EMPTY.split(said[end:]) if piece)


def _share(run: str, text: str) -> float:
    """How much of a run of letters the text has, 0…1."""
    if run.isascii():
        return float(re.search(rf"(?<![a-z0-9]){re.escape(run)}(?![a-z0-9])", text) is not None)
    if run in text and (len(run) > 1 or run not in LIGHT):
        return 1.0
    held: set[int] = set()
    for place, (a, b) in enumerate(pairwise(run)):
        if a + b in text:
            held |= {place, place + 1}
    return len(held) / len(run)


def _section(passage: Passage, question: str) -> str:
    """The section that plainly fits best; the whole text where none does."""
    parts = sections(passage)
    scores = _Bags([_terms(fold(part)) for part in parts]).scores(_terms(_reworded(question)))
    order = sorted(range(len(parts)), key=lambda place: -scores[place])
    if len(parts) > 1 and scores[order[0]] > FITS * scores[order[1]]:
        return parts[order[0]]
    return passage.text.strip()
