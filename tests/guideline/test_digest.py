"""The week's figures: who counts, what is missing in which combination, which class helps most."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.addressees import addressees
from guideline.digest import (
    Count,
    Pattern,
    Tally,
    figures,
    most_useful,
    parts_of,
    permille,
    rolled_up,
    snapshot,
)
from guideline.edition import Cite, Part, Requirement
from guideline.scope import scope, within
from guideline.standing import State
from tests.guideline.facts import edition

DAY = date(2026, 11, 23)
O: State = "official"  # noqa: E741 - a letter a state, as in the patterns below
W: State = "waiting"
M: State = "missing"
U: State = "unknown"


def tally(**patterns: int) -> Tally:
    """`OMMU=3`: three people, a letter for each of ai, basic, advanced, total."""
    letters: dict[str, State] = {"O": O, "W": W, "M": M, "U": U}
    counted = Counter({tuple(letters[c] for c in name): many for name, many in patterns.items()})
    return Tally(Counter({"counted": sum(counted.values())}), counted)


def test_the_digest_of_the_draft() -> None:
    """The figures of words.md E: 1,862 count, 402 miss advanced only, 38 basic only, 117 both."""
    found = figures(
        edition(),
        "",
        DAY,
        Tally(
            Counter({"counted": 1862, "away": 41, "exempt": 82, "undecided": 15, "left": 9, "coming": 2}),
            tally(OOOU=1104, WWOU=201, OOMU=280, WOMU=122, OMOU=38, MMMU=117).patterns,
        ),
        {"official:yearly-ai": 1358},
        date(2026, 11, 16),
    )
    ai, goal, total = found.met
    assert (found.serving, found.counted, found.excluded) == (2000, 1862, 138)
    assert ai.whole == Count(official=1422, waiting=323, missing=117)
    assert (ai.gained, ai.whole.permille) == (64, 764)
    assert goal.whole == Count(official=1104, waiting=201, missing=557)
    assert [(one.parts, one.people) for one in goal.lacking] == [
        (("advanced",), 402),
        (("basic",), 38),
        (("basic", "advanced"), 117),
    ]
    assert total.whole == Count(unknown=1862)
    assert total.whole.permille is None
    assert found.useful is not None
    assert (found.useful.part.id, found.useful.helps, found.useful.completes) == ("advanced", 519, 402)


def test_the_first_week_has_no_change() -> None:
    """Without a snapshot there is nothing to compare with: None, not 0."""
    found = figures(edition(), "", DAY, tally(OOOU=5))
    assert [met.gained for met in found.met] == [None, None, None]
    assert found.since is None


def test_the_first_import_is_no_gain() -> None:
    """A week of which nothing official was known is nothing to compare with."""
    then = snapshot(figures(edition(), "", DAY, tally(WMMU=5)))
    found = figures(edition(), "", DAY, tally(OOOU=5), then, date(2026, 11, 16))
    assert [met.gained for met in found.met] == [None, None, None]


@pytest.mark.parametrize(
    ("some", "people", "rate"),
    [(0, 9, 0), (9, 9, 1000), (1, 9999, 1), (9998, 9999, 999), (1104, 1862, 593), (1, 2000, 1), (3, 2000, 2)],
)
def test_all_is_said_of_all_only(some: int, people: int, rate: int) -> None:
    """A rate is rounded as a spreadsheet does it, but never to 100 % or 0 %."""
    assert permille(some, people) == rate


@pytest.mark.parametrize(
    ("patterns", "part"),
    [
        ({"OOOU": 9}, None),
        ({"WWWU": 9}, None),
        ({}, None),
        ({"OMOU": 3, "OOMU": 2}, "basic"),
        ({"OMOU": 3, "OOMU": 3}, "basic"),  # as many: the earlier in the edition
        ({"OMMU": 3, "OOMU": 1}, "advanced"),
        ({"MOOU": 4, "OMOU": 3}, "basic"),  # a basic class serves whoever misses AI hours too
        ({"MMMU": 2}, "basic"),  # it counts toward the AI hours too
        ({"OOOM": 9}, None),  # the 20 hours are no AI hours
    ],
)
def test_the_class_that_helps_most(patterns: dict[str, int], part: str | None) -> None:
    """The part whose class serves most people; nothing where nothing is missing."""
    useful = most_useful(edition(), tally(**patterns).patterns)
    assert (useful.part.id if useful else None) == part


def test_requirements_are_a_list_of_any_length() -> None:
    """A fourth requirement of three parts has figures and combinations like all others."""
    ethics = Requirement(
        "ethics",
        "agency",
        "倫理 3 項",
        tuple(Part(name, name, 60, ("basic",)) for name in ("a", "b", "c")),
        Cite("agency"),
    )
    rules = replace(edition(), requirements={**edition().requirements, "ethics": ethics})
    states: Pattern = (O, O, O, U, M, M, O)
    found = figures(rules, "", DAY, Tally(Counter({"counted": 2}), Counter({states: 2})))
    assert [met.requirement.id for met in found.met] == [*edition().requirements, "ethics"]
    assert found.met[-1].lacking[0].parts == ("a", "b")
    assert found.met[-1].whole == Count(missing=2)


STATES = st.sampled_from([O, W, M, U])


@given(
    st.dictionaries(
        st.sampled_from(["局甲", "局甲/科一", "局甲/科二", "局乙", "局乙/科/股"]),
        st.dictionaries(st.tuples(*[STATES] * len(parts_of(edition()))), st.integers(1, 9), max_size=4),
    )
)
def test_every_figure_adds_up(units: dict[str, dict[Pattern, int]]) -> None:
    """Everybody who counts stands somewhere in each part and requirement; the agency is its units' sum; and
    what is kept of a week is never negative or nothing."""
    tallies = {
        unit: Tally(Counter({"counted": sum(patterns.values())}), Counter(patterns))
        for unit, patterns in units.items()
    }
    rolled = rolled_up(tallies)
    tops = [figures(edition(), unit, DAY, rolled[unit]) for unit in ("局甲", "局乙") if unit in rolled]
    whole = figures(edition(), "", DAY, rolled[""])
    for met in whole.met:
        assert met.whole.people == whole.counted
        assert all(count.people == whole.counted for _, count in met.parts)
        if len(met.parts) > 1:
            assert sum(one.people for one in met.lacking) == met.whole.missing
    for n, met in enumerate(whole.met):
        assert met.whole.official == sum(one.met[n].whole.official for one in tops)
    assert all(value > 0 for value in snapshot(whole).values())


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ("人事處/給與科", ""),
        ("教育局人事室", ""),
        ("教育局/人事室", "教育局"),
        ("教育局", "教育局"),
        ("環保局/清潔隊/一班", "環保局"),
    ],
)
def test_the_scope_of_an_officer(unit: str, wanted: str) -> None:
    """人事 in the first part of the path serves everybody; all others their own top-level unit."""
    assert scope(unit) == wanted
    assert within(unit, wanted)


def test_a_scope_is_no_prefix_of_letters() -> None:
    """教育局二 is another unit than 教育局."""
    assert not within("教育局二/體育科", "教育局")


def test_questions_go_to_those_whose_scope_it_is() -> None:
    """The addressees of a question and the scope of the digest are one rule."""
    officers = {n: ("人事處" if n == 1 else f"局{n}/人事室") for n in range(1, 15)}
    for unit in ("局3/甲", "局9", "人事處/給與科"):
        told = addressees(unit, officers)
        assert told == [
            n for n, path in officers.items() if within(unit, scope(path)) or scope(path) == scope(unit)
        ]
