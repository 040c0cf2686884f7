"""The mail to the operators."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.letter import written
from bot.alerts.open_troubles import News, Open, Stage
from bot.troubles import Kind
from tests.handlers.lint import FORBIDDEN

NOW = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Taipei")


def news(kind: Kind, of: str = "", stage: Stage = Stage.BEGUN, minutes: int = 7) -> News:
    since = NOW - timedelta(minutes=minutes)
    return News(stage, Open(kind, of, since, since, NOW))


def test_what_is_wrong_since_when_and_what_to_do() -> None:
    """One mail of all that is news: what needs a hand comes first, in its subject too."""
    some = [
        news(Kind.DELIVERY, "line", Stage.OVER),
        news(Kind.ACCESS, "line"),
        news(Kind.SCHEDULER, stage=Stage.LASTS, minutes=1500),
    ]
    letter = written(some, "臺中市政府", ZONE, NOW)
    assert letter.subject == "【臺中市政府】AI 學習小幫手需要處理：LINE 不接受本服務的密鑰等 3 項"
    assert letter.text.startswith(
        "【需要處理】\nLINE 不接受本服務的密鑰\n開始：115/11/30 10:23（已 7 分鐘）\n處理：token 可能已失效"
    )
    assert "【仍未排除】\n排程沒有動作\n開始：115/11/29 09:30（已 25 小時）" in letter.text
    assert (
        "【已恢復】\nLINE 的訊息等候送出過久\n開始：115/11/30 10:23\n最後發現：115/11/30 10:30" in letter.text
    )
    assert letter.html.count("<h2>") == 3


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("of", ["line", "email", "pipeline"])
def test_every_trouble_has_its_words(kind: Kind, of: str) -> None:
    """In good Chinese, and each says what to do."""
    letter = written([news(kind, of)], "", ZONE, NOW)
    assert "處理：" in letter.text
    assert "{" not in letter.text
    # 登入 is what a mail server wants; people in a chat have nothing to log in to.
    assert [word for word in FORBIDDEN if word in letter.text and word != "登入"] == []
