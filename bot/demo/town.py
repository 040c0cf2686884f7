"""The agency of the demo: invented people in invented units, the same at every start."""

import random
from collections.abc import Sequence

from guideline.records import Access
from storage.people import RosterRow

AGENCY = "示範市政府"
UNITS = (
    "民政局/戶政科", "財政局/稅務科", "教育局/體育科", "教育局/國小教育科", "社會局/長青科",
    "勞工局/就業服務科", "衛生局/疾病管制科", "環境保護局/空氣品質科", "都市發展局/都市計畫科",
    "工務局/養護科", "交通局/運輸規劃科", "農業局/農務科", "資訊處/應用系統科", "研考處/計畫科",
    "人事處/訓練科", "區公所/社會課",
)  # fmt: skip
TITLES = ("科員", "課員", "辦事員", "技士", "專員", "股長", "科長", "約僱人員")
CATEGORIES = {7: "技工", 13: "約僱人員"}  # by the last digits; anybody else is a 公務人員
FAMILY = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈"
GIVEN = (
    "怡君", "雅婷", "志明", "家豪", "淑芬", "俊傑", "佳穎", "宗翰", "美玲", "建宏", "欣怡", "冠宇",
    "詩涵", "承恩", "惠雯", "柏翰", "靜宜", "育誠", "佩珊", "彥廷", "文彬", "婉婷", "子晴", "信宏",
)  # fmt: skip

MAILBOX = "demo.example"  # a domain that leads nowhere (RFC 2606)
WITH_MAIL = 3  # every third of the others has an official address


def address(employee_no: str) -> str:
    return f"{employee_no.lower()}@{MAILBOX}"


LEADS: Sequence[tuple[RosterRow, str]] = (
    (
        RosterRow(
            employee_no="D001", name="陳怡君", unit="教育局/體育科", title="科員", email=address("D001")
        ),
        "一般行政，從頭走一遍：啟用、職務問卷、回報時數",
    ),
    (
        RosterRow(
            employee_no="D002", name="林志明", unit="研考處/計畫科", title="股長", email=address("D002")
        ),
        "主責 AI 導入規劃：看看建議類別有何不同",
    ),
    (
        RosterRow(
            employee_no="D003", name="張堃喆", unit="資訊處/應用系統科", title="分析師", email=address("D003")
        ),
        "主要工作是開發系統：試試「不符」",
    ),
    (
        RosterRow(
            employee_no="D004",
            name="吳淑芬",
            unit="人事處/訓練科",
            title="專員",
            email=address("D004"),
            access=Access.HR,
        ),
        "人事：啟用後輸入「人事」，可回覆提問、登錄表51",
    ),
)


def roster(people: int) -> list[RosterRow]:
    """The leads, then as many others as make `people` in all."""
    chance = random.Random(115)  # noqa: S311 - a repeatable town, nothing secret
    rows = [row for row, _ in LEADS]
    for number in range(len(rows) + 1, people + 1):
        name = chance.choice(FAMILY) + chance.choice(GIVEN)
        rows.append(
            RosterRow(
                employee_no=f"D{number:03}",
                name=name,
                unit=chance.choice(UNITS),
                title=chance.choice(TITLES),
                email=address(f"D{number:03}") if number % WITH_MAIL == 0 else "",
                category=CATEGORIES.get(number % 20, "公務人員"),
            )
        )
    return rows[:people]
