"""The forms a setting may take, each checked once. Every ValueError is a sentence an operator reads."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

_WEEKDAYS = "一二三四五六日"
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Agency time on working days; reminders go out from `start` up to, not including, `end`."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Weekly:
    """A moment of every week in agency time; `weekday` as in `date.weekday()`: Monday is 0."""

    weekday: int
    at: time

    def __str__(self) -> str:
        return f"週{_WEEKDAYS[self.weekday]} {self.at:%H:%M}"


def loopback(url: str) -> bool:
    """Whether the address is this very machine, where plain http leaks nothing."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _safe_url(url: str) -> str:
    if not url:
        return url
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname) and parts.scheme in {"http", "https"}
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        complete = False
        parts = urlsplit("")
    if not complete or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("須為完整網址，例如 https://bot.example.gov.tw，不含帳號、? 或 #")
    if parts.scheme != "https" and not loopback(url):
        raise ValueError("須以 https:// 開頭（只有本機位址可用 http）")
    return url.rstrip("/")


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
        raise ValueError("不是系統認得的時區名稱；臺灣請填 Asia/Taipei") from None
    return name


def _database(url: str) -> str:
    if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("須以 sqlite+aiosqlite:/// 或 postgresql+asyncpg:// 開頭")
    return url


def _edition(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _office_hours(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(rf"{_CLOCK}\s*[-–~～]\s*{_CLOCK}", value.strip())
    if match is None:
        raise ValueError("須為起訖時間，例如 09:00-17:00")
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start >= end:
        raise ValueError("開始時間須早於結束時間")
    return OfficeHours(start, end)


def _weekly(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(rf"(?:週|星期)([{_WEEKDAYS}])\s*{_CLOCK}", value.strip())
    if match is None:
        raise ValueError("須為星期與時間，例如 週一 09:00")
    return Weekly(_WEEKDAYS.index(match[1]), time(int(match[2]), int(match[3])))


def _month_day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    month, _, day_of_month = value.strip().replace("/", "-").partition("-")
    try:
        return date(2001, int(month), int(day_of_month))  # no leap year: 29 February does not come yearly
    except ValueError:
        raise ValueError("須為月-日，例如 12-24；不另訂截止日請留空") from None


def _at_name(name: str) -> str:
    return f"@{name}" if name and not name.startswith("@") else name


def _bare_name(name: str) -> str:
    return name.removeprefix("@")


def _email(address: str) -> str:
    if address and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
        raise ValueError("須為電子郵件地址，例如 it@example.gov.tw")
    return address


def _optional_path(value: object) -> object:
    return None if value == "" else value


SafeUrl = Annotated[str, AfterValidator(_safe_url)]
Timezone = Annotated[str, AfterValidator(_timezone)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
EditionName = Annotated[str, BeforeValidator(_edition)]
OfficeHoursSetting = Annotated[OfficeHours, BeforeValidator(_office_hours)]
WeeklySetting = Annotated[Weekly, BeforeValidator(_weekly)]
MonthDaySetting = Annotated[date | None, BeforeValidator(_month_day)]
LineBasicId = Annotated[str, AfterValidator(_at_name)]
TelegramUsername = Annotated[str, AfterValidator(_bare_name)]
Email = Annotated[str, AfterValidator(_email)]
EmptyIsNone = BeforeValidator(_optional_path)
