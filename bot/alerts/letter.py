"""The mail to the operators: what is wrong, since when, what to do next (no I/O). No names, no words of
people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.alerts.open_troubles import News, Open, Stage
from bot.troubles import Kind
from guideline.ways import WAYS

_HEADS: Final = {Stage.BEGUN: "需要處理", Stage.LASTS: "仍未排除", Stage.OVER: "已恢復"}
_MAIL: Final = "email"  # whose credentials are the mail server's

# What is wrong, and what to do about it; `{of}` is the platform, or the part of the program.
_WORDS: Final = {
    Kind.DATABASE: (
        "資料庫無法讀寫",
        "請檢查磁碟空間、檔案權限，或 PostgreSQL 是否可連線。恢復前收不進新訊息，LINE 來訊可能須請同仁重傳。",
    ),
    Kind.MIGRATION: ("資料庫版本與程式不符", "請停止服務，執行 talentbot migrate 後再啟動。"),
    Kind.LOOP: (
        "程式內部錯誤（{of}），已自動重新開始",
        "請保留紀錄中的 loop.stumbled 並回報；如持續發生，請重新啟動服務。",
    ),
    Kind.SCHEDULER: ("排程沒有動作", "請看紀錄中的 duty.，並重新啟動服務；沒做完的工作會接著做。"),
    Kind.DUTY: (
        "排程中的一項工作（{of}）每次都失敗",
        "請看紀錄中的 duty.，排除後自動接著做。duty.broken 是程式的錯誤，請保留紀錄並回報；其餘工作照常。",
    ),
    Kind.INBOX: ("來訊等候處理過久", "請看紀錄中的 pipeline. 與 event.failed，並檢查磁碟與資料庫是否太慢。"),
    Kind.POLLING: (
        "Telegram 收不到訊息",
        "請檢查對外網路與 telegram.token，並確認沒有其他程式使用同一個 token；可執行 talentbot doctor。",
    ),
    Kind.WEBHOOK: (
        "{of} 沒有來訊",
        "久未收到平常該有的來訊，或平臺表示送不進來。請執行 talentbot doctor，檢查代理、憑證與防火牆。",
    ),
    Kind.SENDING: ("提醒作業停住", "請看紀錄中的 sending.；人事可先輸入「暫停發送」，排除後再「恢復發送」。"),
    Kind.DELIVERY: ("{of} 的訊息等候送出過久", "請看紀錄中的 dispatch.not_accepted，並檢查對外網路。"),
    Kind.ANSWERS: (
        "{of} 沒有回應",
        "提醒會暫緩，恢復後接著送。請檢查對外網路與平臺公告；不確定是否送達的，可用 talentbot outbox 查詢。",
    ),
    Kind.ACCESS: (
        "{of} 不接受本服務的密鑰",
        "token 可能已失效或重新核發。請更新設定並重新啟動，再執行 talentbot doctor；待送的訊息會接著送出。",
    ),
    Kind.UNDELIVERED: (
        "{of} 有許多訊息未送達，或不確定是否送達",
        "請以 talentbot outbox 與 talentbot outbox --state refused 查看原因；程式不會自行重送。",
    ),
}
_MAIL_ACCESS: Final = (
    "寄信主機不接受本服務的登入、寄件人或憑證",
    "請檢查 [smtp] 的設定，並執行 talentbot doctor；待寄的信會接著寄出。",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """`html` is what stands between the tags of a body."""

    subject: str
    text: str
    html: str


def written(news: Sequence[News], agency: str, zone: ZoneInfo, now: datetime) -> Letter:
    """One mail of all the news; there is at least one."""
    parts: list[tuple[str, list[list[str]]]] = []
    for stage, head in _HEADS.items():
        some = [_item(one, zone, now) for one in news if one.stage is stage]
        if some:
            parts.append((head, some))
    foot = [
        "執行 talentbot doctor 可逐項檢查，說明見 docs/operating.md。",
        "同一件事每天至多通知一次，恢復時會再告知。",
        "AI 學習小幫手 自動寄送",
    ]
    first = next(one for stage in _HEADS for one in news if one.stage is stage)
    more = f"等 {len(news)} 項" if len(news) > 1 else ""
    prefix = f"【{agency}】" if agency else ""
    blocks = ["\n".join([f"【{head}】", *("\n".join(item) for item in some)]) for head, some in parts]
    pages = [
        f"<h2>{head}</h2>\n" + "\n".join(f"<p>{'<br>'.join(map(escape, item))}</p>" for item in some)
        for head, some in parts
    ]
    return Letter(
        f"{prefix}AI 學習小幫手{_HEADS[first.stage]}：{_words(first.trouble)[0]}{more}",
        "\n\n".join([*blocks, "\n".join(foot)]) + "\n",
        "\n".join([*pages, *(f"<p><small>{escape(line)}</small></p>" for line in foot)]),
    )


def _words(one: Open) -> tuple[str, str]:
    kind = Kind(one.kind)
    if kind is Kind.ACCESS and one.of == _MAIL:
        return _MAIL_ACCESS
    what, todo = _WORDS[kind]
    return what.format(of="寄信主機" if one.of == _MAIL else WAYS.get(one.of, one.of)), todo


def _item(one: News, zone: ZoneInfo, now: datetime) -> list[str]:
    what, todo = _words(one.trouble)
    since = f"開始：{_at(one.trouble.since, zone)}（{_lasted(now - one.trouble.since)}）"
    if one.stage is Stage.OVER:
        return [what, f"開始：{_at(one.trouble.since, zone)}", f"最後發現：{_at(one.trouble.last, zone)}"]
    return [what, since, f"處理：{todo}"]


def _at(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.year - 1911}/{local:%m/%d %H:%M}"


def _lasted(time: timedelta) -> str:
    minutes = max(int(time.total_seconds() // 60), 1)
    if minutes < 120:
        return f"已 {minutes} 分鐘"
    return f"已 {minutes // 60} 小時" if minutes < 48 * 60 else f"已 {minutes // (24 * 60)} 天"
