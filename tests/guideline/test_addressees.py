"""Who of HR is told of a question."""

import pytest

from guideline.addressees import EVERYBODY, addressees

FAR = dict.fromkeys(range(100, 100 + EVERYBODY), "衛生局/人事室")


@pytest.mark.parametrize(
    ("unit", "officers", "told"),
    [
        ("教育局/體育科", {1: "教育局/人事室", 2: "衛生局/人事室"}, [1, 2]),
        ("教育局/體育科", {**dict(list(FAR.items())[1:]), 1: "教育局/人事室"}, [*list(FAR)[1:], 1]),
        ("教育局/體育科", {**FAR, 1: "教育局/人事室"}, [1]),
        ("教育局", {**FAR, 1: "教育局/人事室", 2: "人事處/給與科", 3: "人事處"}, [1, 2, 3]),
        ("教育局/體育科", {**FAR, 1: "教育局特教中心/人事室", 2: "人事處"}, [2]),
        ("教育局/體育科", {**FAR, 1: "消防局"}, [*FAR, 1]),
        ("", {**FAR, 1: "人事處"}, [1]),
        ("教育局", {}, []),
    ],
)
def test_the_officers_of_a_question(unit: str, officers: dict[int, str], told: list[int]) -> None:
    """Few are all told; of many the asker's own and the HR department's, and all where there are none."""
    assert addressees(unit, officers) == told
