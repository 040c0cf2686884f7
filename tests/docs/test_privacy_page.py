"""What the page says about how long something is kept is what the program does."""

from datetime import timedelta

import pytest

from bot.copies.letters import LINK
from storage import astray, opt_outs, purge
from tests.docs.pages import ROOT, section

UNITS = {
    "分鐘": timedelta(minutes=1),
    "小時": timedelta(hours=1),
    "日": timedelta(days=1),
    "年": timedelta(days=365),
}
LEAP = timedelta(days=2)  # a year is never shorter than it says


@pytest.mark.parametrize(
    ("row", "kept", "said"),
    [
        ("同意前的帳號代碼", purge.STRANGERS, "24 小時"),
        ("同意前的原始事件", purge.STRANGERS, "24 小時"),
        ("啟用碼的雜湊", purge.FINISHED, "30 日"),
        ("原始事件與訊息文字", purge.RAW_EVENTS, "30 日"),
        ("填到一半的內容", purge.DRAFTS, "30 日"),
        ("送出的訊息內容", purge.BODIES, "90 日"),
        ("暫時送不出的提醒與週報", astray.STALE, "3 日"),
        ("送出的時間與結果（不含內容）、每次提醒的結果、每週統計", purge.MESSAGES, "2 年"),
        ("信件中停止提醒的連結", opt_outs.LIFE, "400 日"),
        ("資料複本與週報的檔案", LINK, "10 分鐘"),
        ("稽核紀錄", purge.AUDIT, "5 年"),
    ],
)
def test_each_period_is_the_one_of_the_purge(row: str, kept: timedelta, said: str) -> None:
    """By the row of the table, in its own words."""
    lines = section(ROOT / "docs" / "privacy.md", "保存多久").splitlines()
    (line,) = [one for one in lines if one.startswith(f"| {row}")]
    assert said in line
    many, unit = said.split()
    whole = int(many) * UNITS[unit]
    assert whole <= kept <= (whole + LEAP if unit == "年" else whole)
