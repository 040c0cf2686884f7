"""What all peers have in common: tables, where things are, how words are read, what is said."""

import argparse
import os
import random
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DATABASE = os.environ.get("PEER_DATABASE", "")  # the SQLite file
PLATFORMS = os.environ.get("PEER_PLATFORMS", "")  # the address of both platforms
PORT = int(os.environ.get("PEER_PORT", "0"))

OK = "hours:ok"
AGAIN = "hours:edit"
UNKNOWN = "您好，請先向人事單位索取啟用碼。"
HELP = "請輸入日期、課程與時數，例如：昨天 AI簡報設計 兩個半小時"
GONE = "這個按鈕已經失效，請重新回報。"
NEEDED = 180  # minutes of a year

SCHEMA = """
CREATE TABLE person (
  id INTEGER PRIMARY KEY, employee_no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, unit TEXT NOT NULL,
  email TEXT NOT NULL);
CREATE TABLE account (
  id INTEGER PRIMARY KEY, platform TEXT NOT NULL, user_id TEXT NOT NULL,
  person_id INTEGER NOT NULL REFERENCES person (id), UNIQUE (platform, user_id));
CREATE INDEX account_person ON account (person_id);
CREATE TABLE hours (
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person (id), learned_on TEXT NOT NULL,
  minutes INTEGER NOT NULL, title TEXT NOT NULL, reported_at TEXT NOT NULL);
CREATE INDEX hours_person ON hours (person_id, learned_on);
CREATE TABLE draft (
  account_id INTEGER PRIMARY KEY REFERENCES account (id), learned_on TEXT NOT NULL, minutes INTEGER NOT NULL,
  title TEXT NOT NULL);
"""

_DAYS = {"今天": 0, "昨天": 1, "前天": 2, "大前天": 3}
_DIGITS = {"半": 0.5, "一": 1, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_PHRASE = re.compile(
    r"(?P<day>今天|昨天|前天|大前天|\d{1,2}/\d{1,2})\s*(?P<title>.+?)\s*"
    r"(?P<count>\d+(?:\.\d+)?|[一兩二三四五六七八半])\s*(?:個)?(?P<half>半)?\s*(?:小時|鐘頭)"
)


@dataclass(frozen=True)
class Report:
    learned_on: date
    minutes: int
    title: str


def parse(text: str, today: date) -> Report | None:
    """Hours in words; None when they are not understood."""
    found = _PHRASE.fullmatch(text.strip())
    if found is None:
        return None
    count = found["count"]
    hours = _DIGITS[count] if count in _DIGITS else float(count)
    if found["half"]:
        hours += 0.5
    if "/" in found["day"]:
        month, day = map(int, found["day"].split("/"))
        try:
            learned_on = date(today.year, month, day)
        except ValueError:
            return None
    else:
        learned_on = today - timedelta(days=_DAYS[found["day"]])
    return Report(learned_on, round(hours * 60), found["title"])


def card(report: Report) -> str:
    return f"請確認：{report.learned_on:%m/%d}「{report.title}」{report.minutes / 60:g} 小時"


def receipt(report: Report, total: int) -> str:
    """`total` is the minutes of the year, these included."""
    short = max(0, NEEDED - total)
    rest = f"還差 {short / 60:g} 小時" if short else "已經足夠"
    return (
        f"已回報 {report.minutes / 60:g} 小時「{report.title}」（自行回報，非官方時數）\n"
        f"今年累計 {total / 60:g} 小時，{rest}。"
    )


def make(file: Path, people: int) -> None:
    """An agency of that size: everybody with a chat on each platform and an entry or two of hours."""
    rng = random.Random(1)  # noqa: S311 - the same people at every run
    numbers = range(1, people + 1)
    year = date.today().year  # noqa: DTZ011
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.executescript(SCHEMA)
        conn.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?)",
            ((n, f"E{n:06d}", f"同仁{n}", f"第{n % 40}科", f"p{n}@agency.example") for n in numbers),
        )
        conn.executemany(
            "INSERT INTO account (platform, user_id, person_id) VALUES (?, ?, ?)",
            (
                row
                for n in numbers
                for row in (("line", f"U{n:032x}", n), ("telegram", str(1_000_000 + n), n))
            ),
        )
        conn.executemany(
            "INSERT INTO hours (person_id, learned_on, minutes, title, reported_at) VALUES (?, ?, ?, ?, ?)",
            (
                (n, f"{year}-03-{11 + place}", 60, "AI 課程", f"{year}-03-20T01:00:00")
                for n in numbers
                for place in range(rng.randrange(3))
            ),
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=make.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("people", type=int)
    given = parser.parse_args()
    make(given.file, given.people)
