"""Whole corpora of reported hours: one that the parser is mended to, and one that it has never seen."""

import pytest

from tests.guideline.corpus.scoring import DEVELOPMENT, HELD_OUT, HELD_OUT_RIGHT, cases, report, scored
from tests.guideline.facts import edition


def test_every_phrase_of_the_development_corpus_is_right() -> None:
    """All of at least 250 phrases: what was said is taken, what is missing or doubtful is asked."""
    results = scored(DEVELOPMENT, edition())
    assert len({(case.spoken_on, case.phrase) for case in cases(DEVELOPMENT)}) == len(results) >= 250
    assert all(result.verdict == "right" for result in results), report(results)


@pytest.mark.skipif(not HELD_OUT.exists(), reason=f"the held-out corpus {HELD_OUT.name} is not here")
def test_the_held_out_corpus_is_nearly_all_right_and_nothing_is_silently_wrong() -> None:
    """Phrases by somebody who never saw the parser: asking too much is rare, guessing never happens."""
    results = scored(HELD_OUT, edition())
    right = sum(result.verdict == "right" for result in results)
    silently = [result for result in results if result.verdict == "silently wrong"]
    assert not silently, report(silently)
    assert right >= HELD_OUT_RIGHT * len(results), report(results)
