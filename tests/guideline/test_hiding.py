"""What an officer is shown of other units' figures tells nothing of a small group, subtraction included."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guideline.hiding import SMALL, Comparison, Row, compared

ROWS = st.integers(1, 40).flatmap(
    lambda people: st.builds(
        lambda a, b: Row(people, {"ai": min(a, people), "goal": min(b, people)}),
        st.integers(0, 40),
        st.integers(0, 40),
    )
)


def possible(comparison: Comparison, others: dict[str, Row], own: Row | None, of: str) -> tuple[range, range]:
    """How many people each hidden unit can have, and how many of them can have met `of`, for somebody who
    knows all that is shown, their own unit, and that no unit is empty."""
    k = len(comparison.hidden)
    if comparison.total is None:
        return range(1, 1000), range(1000)
    shown = [*comparison.shown.values(), *([own] if own else [])]
    people = comparison.total.people - sum(row.people for row in shown)
    sizes = range(1, people - (k - 1) + 1)
    if of not in comparison.total.met:
        return sizes, range(sizes[-1] + 1)
    met = comparison.total.met[of] - sum(row.met[of] for row in shown)
    least = max(0, met - (people - 1)) if k > 1 else met
    return sizes, range(least, min(met, sizes[-1]) + 1)


@given(st.dictionaries(st.sampled_from([f"局{n}" for n in range(8)]), ROWS, max_size=8), st.none() | ROWS)
@example(
    {"甲": Row(3, {"ai": 1, "goal": 0}), "乙": Row(90, {"ai": 80, "goal": 50})}, Row(9, {"ai": 9, "goal": 9})
)
@example({f"局{n}": Row(1, {"ai": 1, "goal": 0}) for n in range(5)}, None)
def test_no_hidden_cell_can_be_computed(others: dict[str, Row], own: Row | None) -> None:
    """Of every hidden unit more than one figure remains possible, with everything that is shown taken
    together. Where the whole agency has nobody of a kind, that is no secret."""
    found = compared(others, own)
    for of in ("ai", "goal"):
        if not found.hidden:
            continue
        sizes, met = possible(found, others, own, of)
        everybody = [*others.values(), *([own] if own else [])]
        assert len(sizes) > 1
        if any(row.met[of] for row in everybody):
            assert len(met) > 1, (found, of)
        if any(row.people - row.met[of] for row in everybody) and found.total is not None:
            assert len(sizes) > 1


@given(st.dictionaries(st.sampled_from([f"局{n}" for n in range(8)]), ROWS, max_size=8), st.none() | ROWS)
def test_nothing_small_is_shown(others: dict[str, Row], own: Row | None) -> None:
    """No unit is shown of which any figure is a group of 1 to 4; and every unit is either shown or hidden."""
    found = compared(others, own)
    for row in found.shown.values():
        assert not any(0 < many < SMALL for many in row.cells().values())
    assert found.shown.keys() | found.hidden == others.keys()
    assert not found.shown.keys() & found.hidden


@given(st.dictionaries(st.sampled_from([f"局{n}" for n in range(8)]), ROWS, max_size=8), ROWS)
def test_what_the_totals_leave_over_is_no_small_group(others: dict[str, Row], own: Row) -> None:
    """All hidden units together: none of theirs, none at all, or at least five."""
    found = compared(others, own)
    if not found.hidden or found.total is None:
        return
    for name, total in found.total.cells().items():
        left = total - sum(row.cells()[name] for row in (*found.shown.values(), own))
        assert left >= SMALL or not total


@pytest.mark.parametrize(("units", "largest"), [(2, 12), (3, 6)])
def test_who_knows_the_rule_computes_no_small_cell(units: int, largest: int) -> None:
    """Every agency of so many other units, by what an officer sees of it who also knows how units are chosen
    to be hidden: of each hidden unit at least two figures of who has met and who has not look the same."""
    own = Row(9, {"ai": 4})
    sizes = [Row(people, {"ai": met}) for people in range(1, largest + 1) for met in range(people + 1)]
    alike: defaultdict[str, list[tuple[Row, ...]]] = defaultdict(list)
    hidden = {}
    for agency in product(sizes, repeat=units):
        found = compared({f"局{at}": row for at, row in enumerate(agency)}, own)
        seen = repr((sorted(found.shown.items()), sorted(found.hidden), found.total))
        alike[seen].append(agency)
        hidden[seen] = found.hidden
    for seen, agencies in alike.items():
        for at in (int(name[1:]) for name in hidden[seen]):
            for cell in (("ai", True), ("ai", False)):
                known = {agency[at].cells()[cell] for agency in agencies}
                assert len(known) > 1 or not 0 < known.pop() < SMALL, seen


def test_large_units_are_all_shown() -> None:
    """Nothing is hidden, and the total is told, where every group is large or empty."""
    others = {"教育局": Row(90, {"ai": 80}), "環保局": Row(40, {"ai": 40})}
    found = compared(others, Row(3, {"ai": 1}))
    assert found == Comparison(others, frozenset(), Row(133, {"ai": 121}))


def test_a_small_unit_takes_a_second_with_it() -> None:
    """One small unit alone would follow from the total, so the next smallest is hidden too."""
    others = {
        "小隊": Row(3, {"ai": 1}),
        "環保局": Row(40, {"ai": 20}),
        "教育局": Row(90, {"ai": 50}),
    }
    found = compared(others, Row(9, {"ai": 9}))
    assert found.hidden == {"小隊", "環保局"}
    assert found.total == Row(142, {"ai": 80})


def test_where_all_others_are_one_small_unit_no_total_is_told() -> None:
    """The total less one's own unit is that unit."""
    assert compared({"小隊": Row(3, {"ai": 1})}, Row(90, {"ai": 50})).total is None
