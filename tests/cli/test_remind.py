"""`remind --preview`: who would be reminded, of what and how, for an operator; nothing is sent or changed."""

import asyncio
import hashlib
import os
import pty
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from guideline.editions import load_editions
from storage.database import Database
from storage.reckoning import Reckoner
from tests.cli.program import ROOT, Program

DAY = "115/12/2"
ROSTER = (
    "員工編號,姓名,單位,電子郵件\n"
    "A1,王小明,教育局/體育科,wang@example.gov.tw\n"
    "A2,=1+1,環保局,\n"
    "A3,@SUM(A1),環保局,\n"
)


@pytest.fixture
def staffed(agency: Program) -> Program:
    """Three people of whom nothing is reckoned yet."""
    assert agency("roster", "import", agency.write("r.csv", ROSTER)).status == 0
    return agency


def reckon(program: Program) -> None:
    """What the service does by itself within a minute."""
    at = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))

    async def all_of_them() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{program.folder / 'talentbot.db'}")
        try:
            reckoner = Reckoner(database, load_editions("115", None))
            while await reckoner.step(2026, at, at):
                pass
        finally:
            await database.close()

    asyncio.run(all_of_them())


def test_rows_cost_and_words_on_a_pipe(staffed: Program) -> None:
    """A line for each person with what is missing and why they hear nothing, and the counts; the database is
    byte for byte what it was. Before the service has reckoned everybody, that is said."""
    stale = "注意：時數尚未全部計算"
    assert stale in staffed("remind", "--preview", "--on", DAY).out
    reckon(staffed)
    database = staffed.folder / "talentbot.db"
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    done = staffed("remind", "--preview", "--on", DAY)
    assert done.status == 0, done.err
    for said in (
        "狀態：試行中（只通知人事）",
        "提醒日：115/12/2（三）　期限提醒",
        "聯絡不到：3 人",
        "A1　王小明　教育局/體育科　AI 課程尚缺 3 小時",
        "聯絡不到，請另行通知",
    ):
        assert said in done.out
    assert stale not in done.out
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_by_mail_the_words_are_shown(staffed: Program) -> None:
    """With a mail server one of them is reached; what they would read is printed and numbered."""
    reckon(staffed)
    server = {"TALENTBOT_SMTP__HOST": "127.0.0.1", "TALENTBOT_SMTP__SENDER": "ai@example.gov.tw"}
    done = staffed.afresh("remind", "--preview", "--on", DAY, env=server)
    assert done.status == 0, done.err
    for said in ("對象：1 人（電子郵件 1）", "LINE 用量：0 則", "聯絡不到：2 人", "內容 1（1 人）"):
        assert said in done.out
    assert "　會收到這則訊息，是因為" in done.out


def test_the_file_opens_right_and_carries_no_formula(staffed: Program) -> None:
    """UTF-8 with a mark, its owner's alone; no cell begins as a formula would; never written over."""
    reckon(staffed)
    assert staffed("remind", "--preview", "--on", DAY, "--out", "n.csv").status == 0
    path = staffed.folder / "n.csv"
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o777 == 0o600
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "員工編號,姓名,單位,尚缺,方式或原因,內容,LINE 則數"
    assert [line.split(",")[1] for line in lines[1:4]] == ["王小明", "'=1+1", "'@SUM(A1)"]
    again = staffed("remind", "--preview", "--on", DAY, "--out", "n.csv")
    assert again.status == 1
    assert "已經存在" in again.err
    assert path.read_bytes() == content


def test_a_table_on_a_terminal(staffed: Program) -> None:
    """Under headings; the same people."""
    reckon(staffed)
    said = on_a_terminal(staffed.folder, "remind", "--preview", "--on", DAY)
    for word in ("名單", "員工編號", "王小明", "=1+1"):
        assert word in said
    assert "A1　王小明" not in said


@pytest.mark.parametrize(
    "words",
    [(), ("--preview", "--on", "下週"), ("--preview", "--out", "n.xlsx"), ("--preview", "--on", "2/30")],
)
def test_what_cannot_be_done_is_said_in_a_line(agency: Program, words: tuple[str, ...]) -> None:
    """Without --preview, for a day that is none, into another kind of file."""
    refused = agency("remind", *words)
    assert refused.status != 0
    assert refused.err.strip()
    assert "Traceback" not in refused.err


def test_a_day_without_reminders(staffed: Program) -> None:
    """Said with the next one, and nothing is listed."""
    done = staffed("remind", "--preview", "--on", "115/12/5")
    assert "沒有排定的提醒" in done.out
    assert "王小明" not in done.out


def on_a_terminal(folder: Path, *words: str) -> str:
    """What the program says where its output is a terminal."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if not name.startswith("TALENTBOT_")}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm", "COLUMNS": "200"}
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *words], cwd=folder, env=env, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert running.returncode == 0
    return said.decode()
