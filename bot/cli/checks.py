"""What `doctor` looks at. Each check answers with what it found and, where something is amiss, what to do."""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot.mailing import hindrance
from bot.settings import Settings
from guideline.editions import load_editions
from guideline.loading import EditionError, provisional

TAIPEI = "Asia/Taipei"
SKEW = 30.0  # seconds: reply tokens live for one minute


class Status(StrEnum):
    OK = "正常"
    WARN = "留意"
    FAIL = "錯誤"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty when there is nothing to do."""

    name: str
    status: Status
    found: str
    advice: str = ""


def check_settings(settings: Settings) -> list[Finding]:
    on = [
        name
        for name, enabled in (("LINE", settings.line.enabled), ("Telegram", settings.telegram.enabled))
        if enabled
    ]
    found = []
    if on:
        found.append(Finding("平臺", Status.OK, "已啟用 " + "、".join(on)))
    else:
        advice = "請填 line.channel_secret 與 line.channel_access_token，或 telegram.token"
        found.append(Finding("平臺", Status.FAIL, "尚未設定任何平臺", advice))
    previous = {
        "line.previous_channel_secret": settings.line.previous_channel_secret,
        "telegram.previous_secret_token": settings.telegram.previous_secret_token,
    }
    if left := [key for key, secret in previous.items() if len(secret)]:
        words = "仍接受更換前的密鑰：" + "、".join(left)
        found.append(Finding("密鑰", Status.WARN, words, "更換完成一天後請改回空白並重新啟動"))
    if settings.line.enabled and not settings.public_url:
        found.append(
            Finding("公開網址", Status.WARN, "未填 public_url", "LINE 只能送到 https 網址；請填 public_url")
        )
    return found


def check_file(config: Path) -> list[Finding]:
    """The file with the secrets is its owner's alone."""
    if not config.exists():
        return []
    mode = stat.S_IMODE(config.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [
            Finding("設定檔權限", Status.WARN, f"{config} 其他帳號也能讀取", f"請執行 chmod 600 {config}")
        ]
    return [Finding("設定檔權限", Status.OK, "只有擁有者能讀取")]


def check_notice(settings: Settings) -> list[Finding]:
    """個資法第8條: the notice must name the agency, its contact, the period and the region."""
    named = {
        "agency": settings.agency,
        "notice.contact": settings.notice.contact,
        "notice.retention": settings.notice.retention,
        "notice.region": settings.notice.region,
    }
    empty = [key for key, value in named.items() if not value]
    if empty:
        return [Finding("個資告知", Status.WARN, "未填 " + "、".join(empty), "上線前請填妥（個資法第 8 條）")]
    return [Finding("個資告知", Status.OK, "告知事項所需的欄位均已填寫")]


def check_alerts(settings: Settings) -> list[Finding]:
    """Whether the operators hear of troubles by mail."""
    why_not = hindrance(settings)
    if why_not:
        return [Finding("維運通知", Status.WARN, why_not, "請填 alerts.email 與 [smtp]")]
    return [Finding("維運通知", Status.OK, f"寄到 {settings.alerts.email}")]


def check_edition(settings: Settings) -> list[Finding]:
    try:
        edition = load_editions(settings.edition, settings.edition_overlay).in_force
    except EditionError as error:
        return [Finding("指引", Status.FAIL, str(error), "請修正該檔後執行 talentbot guideline check")]
    pending = len(provisional(edition))
    advice = "請以 talentbot guideline check 逐項查看，由人事確認" if pending else ""
    return [Finding("指引", Status.OK, f"{edition.id} 版；{pending} 項指引未載明、暫列供參", advice)]


def check_zone(settings: Settings) -> Finding:
    """The zone's rules are the system's, or those of the package tzdata."""
    local = datetime.now(settings.zone)
    if settings.timezone == TAIPEI and local.utcoffset() != timedelta(hours=8):
        advice = "請更新作業系統的 tzdata 套件，並確認沒有設定 PYTHONTZPATH"
        return Finding("時區", Status.FAIL, f"{TAIPEI} 不是 UTC+8", advice)
    return Finding("時區", Status.OK, f"{settings.timezone}，現在是 {local:%m/%d %H:%M}")


async def check_public(session: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    """Whether the world reaches this server; asked from here, as far as that says."""
    if not settings.public_url:
        return []
    name, url = "公開網址", settings.public_url
    if not url.startswith("https://"):
        advice = "LINE 與 Telegram 只能送到 https 網址；本機位址只適合測試"
        return [Finding(name, Status.WARN, f"{url} 不是 https", advice)]
    try:
        async with session.get(f"{url}/healthz", allow_redirects=False) as response:
            status = response.status
    except aiohttp.ClientConnectorCertificateError:
        advice = "請更新憑證，並附上中繼憑證；LINE 與 Telegram 不接受自簽憑證"
        return [Finding(name, Status.FAIL, f"{url} 的憑證不受信任或已過期", advice)]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        advice = "請確認 DNS、防火牆與反向代理；部分網路無法由內部連到自己的公開網址，可改由外部測試"
        return [Finding(name, Status.WARN, f"連不到 {url}（{type(error).__name__}）", advice)]
    if status != 200:
        advice = "請確認服務已啟動，且反向代理轉送 /webhooks/ 與 /healthz"
        return [Finding(name, Status.WARN, f"{url}/healthz 回應 {status}", advice)]
    return [Finding(name, Status.OK, url)]


async def check_clock(session: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    """Against the Date of a platform's answer; silent when none can be reached (its own check says so)."""
    on = (settings.line, settings.telegram)
    for base in [one.api_base for one in on if one.enabled]:
        try:
            async with session.head(base, allow_redirects=False) as response:
                theirs = parsedate_to_datetime(response.headers["Date"])
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
            continue
        skew = abs((datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds())
        if skew > SKEW:
            advice = "請啟用系統校時（systemd-timesyncd）"
            return [Finding("時鐘", Status.FAIL, f"與平臺相差 {skew:.0f} 秒", advice)]
        return [Finding("時鐘", Status.OK, "與平臺一致")]
    return []
