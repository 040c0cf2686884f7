"""Whole corpora of reported hours: one that the parser is mended to, and one that it has never seen."""

from pathlib import Path

import pytest

from tests.guideline.corpus.scoring import (
    DEVELOPMENT,
    HELD_OUT,
    HELD_OUT_RIGHT,
    SEEN,
    SEEN_2,
    SEEN_3,
    cases,
    report,
    scored,
)
from tests.guideline.facts import edition


def test_every_phrase_of_the_development_corpus_is_right() -> None:
    """All of at least 250 phrases: what was said is taken, what is missing or doubtful is asked."""
    results = scored(DEVELOPMENT, edition())
    assert len({(case.spoken_on, case.phrase) for case in cases(DEVELOPMENT)}) == len(results) >= 250
    assert all(result.verdict == "right" for result in results), report(results)


@pytest.mark.parametrize("file", [SEEN, SEEN_2, SEEN_3], ids=lambda file: file.stem)
def test_every_phrase_of_a_corpus_that_was_held_out_first_is_right(file: Path) -> None:
    """It was written by somebody who never saw the parser; now it is development."""
    results = scored(file, edition())
    assert len(results) >= 250
    assert all(result.verdict == "right" for result in results), report(results)


def test_the_held_out_corpus_is_nearly_all_right_and_nothing_is_silently_wrong() -> None:
    """Phrases by somebody who never saw the parser: asking too much is rare, guessing never happens."""
    results = scored(HELD_OUT, edition())
    right = sum(result.verdict == "right" for result in results)
    silently = [result for result in results if result.verdict == "silently wrong"]
    assert not silently, report(silently)
    assert right >= HELD_OUT_RIGHT * len(results), report(results)


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("昨天 資料治理 2小時\t2026-11-17\t120\t資料治理", "right"),
        ("昨天 資料治理 2小時\t2026-11-17\t120\t資料 治理", "right"),  # spaces are no difference
        ("資料治理 2小時\tnone\t120\t資料治理", "right"),
        ("11/20 資料治理 2小時\task\t120\t資料治理", "right"),
        ("11/20 資料治理 2小時\t2026-11-20\t120\t資料治理", "wrongly asked"),
        ("昨天 資料治理 2小時\t2026-11-16\t120\t資料治理", "silently wrong"),
        ("昨天 資料治理 2小時\task\t120\t資料治理", "silently wrong"),
        ("昨天 資料治理 2小時\t2026-11-17\tnone\t資料治理", "silently wrong"),
        ("昨天 資料治理 2小時\t2026-11-17\t120\t資料", "silently wrong"),
        ("11/20 資料治理 2小時\t2026-11-20\t60\t資料治理", "silently wrong"),  # the worse of two
        ("11/16~18 資料治理 2小時\t2026-11-18\t120\t資料治理", "silently wrong"),
    ],
)
def test_the_scorer_tells_guessing_from_asking_too_much(tmp_path: Path, line: str, verdict: str) -> None:
    """What a corpus says is held against what was heard; a value without a doubt is never excused."""
    file = tmp_path / "corpus.tsv"
    file.write_text(f"# a corpus\n@2026-11-18\n{line}\n", "utf-8")
    (result,) = scored(file, edition())
    assert result.verdict == verdict
    assert ("line 3" in report([result])) == (verdict != "right")


@pytest.mark.parametrize(
    "text",
    ["昨天\tnone\tnone\tnone", "@2026-11-18\n昨天\tnone\tnone", "@2026-11-18\n昨天\t11/17\tnone\tnone"],
)
def test_a_corpus_of_another_format_is_refused(tmp_path: Path, text: str) -> None:
    """A line without its day of speaking, a column missing, a day that is none: told with the line."""
    file = tmp_path / "corpus.tsv"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"corpus\.tsv:"):
        cases(file)
