"""`doctor` and `run` against the loopback platforms: the real program, in processes of its own."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.alone import rests
from bot.menus.commands import COMMANDS
from bot.simulator.faults import Fault
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from handlers.menus import Menu
from storage.clock import SystemClock
from tests.cli.program import ROOT, Done, Program

SECRET, TOKEN, BOT_TOKEN, WORD = "secret-of-line", "token-of-line", "77:token-of-telegram", "word-of-webhook"


@dataclass
class Platforms:
    line: LineSimulator
    telegram: TelegramSimulator
    env: dict[str, str]
    port: int


@pytest.fixture
async def platforms() -> AsyncIterator[Platforms]:
    """LINE and Telegram on the loopback, and the environment that points the program at them."""
    line = LineSimulator(SECRET, TOKEN, clock=SystemClock())
    telegram = TelegramSimulator(BOT_TOKEN, clock=SystemClock(), username="county_bot")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with serve(line.app) as line_at, serve(telegram.app) as telegram_at:
        env = {
            "TALENTBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TALENTBOT_HTTP__PORT": str(port),
            "TALENTBOT_LINE__CHANNEL_SECRET": SECRET,
            "TALENTBOT_LINE__CHANNEL_ACCESS_TOKEN": TOKEN,
            "TALENTBOT_LINE__API_BASE": line_at.url,
            "TALENTBOT_TELEGRAM__TOKEN": BOT_TOKEN,
            "TALENTBOT_TELEGRAM__API_BASE": telegram_at.url,
            "TALENTBOT_TELEGRAM__USERNAME": "county_bot",
            "TALENTBOT_TELEGRAM__MODE": "webhook",
            "TALENTBOT_TELEGRAM__SECRET_TOKEN": WORD,
        }
        yield Platforms(line, telegram, env, port)


async def _start(folder: Path, env: Mapping[str, str], *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _done(folder: Path, env: Mapping[str, str], *words: str) -> Done:
    return await asyncio.to_thread(Program(folder), *words, env=env)


@asynccontextmanager
async def _running(folder: Path, platforms: Platforms) -> AsyncIterator[asyncio.subprocess.Process]:
    """`talentbot run`, from the moment it answers."""
    process = await _start(folder, platforms.env, "run")
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while process.returncode is None:
                try:
                    async with session.get(f"http://127.0.0.1:{platforms.port}/healthz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_doctor_says_what_is_missing(agency: Program, platforms: Platforms) -> None:
    """Without `--fix` nothing is set at the platforms, and each fault comes with what to do."""
    done = await asyncio.to_thread(agency.afresh, "doctor", env=platforms.env)
    assert done.status == 1
    assert done.out.count("doctor --fix") >= 2
    assert "notice.contact" in done.out
    assert 'line.basic_id = "@' in done.out
    assert "LINE 圖文選單：尚未設定" in done.out
    assert platforms.line.webhook_url is None
    assert platforms.line.channel.menus.menus == {}
    assert not any(secret in done.out + done.err for secret in (SECRET, TOKEN, BOT_TOKEN, WORD))


async def test_doctor_fixes_and_the_program_runs(agency: Program, platforms: Platforms) -> None:
    """With `--fix` both webhooks and both platforms' menus are set, once, and LINE's own test call is
    answered by the running program, which ends cleanly on SIGTERM and has logged no secret."""
    async with _running(agency.folder, platforms) as program:
        done = await asyncio.to_thread(agency.afresh, "doctor", "--fix", env=platforms.env)
        assert done.status == 0, done.out + done.err
        again = await _done(agency.folder, platforms.env, "doctor", "--fix")
        assert "LINE 圖文選單：4 個" in again.out
        program.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(program.communicate(), 15)
    at = f"http://127.0.0.1:{platforms.port}"
    assert platforms.line.webhook_url == f"{at}/webhooks/line"
    menus = platforms.line.channel.menus
    assert set(menus.aliases) == {f"talentbot-{menu}" for menu in Menu}
    assert menus.default == menus.aliases["talentbot-welcome"]
    made = [call.endpoint for call in platforms.line.calls if call.endpoint == "richmenu/create"]
    assert len(made) == len(menus.menus) == 4
    (menu,) = platforms.telegram.settings.commands.values()
    assert [item["command"] for item in menu] == [name for name, _ in COMMANDS]
    assert not any(secret in (out + err).decode() for secret in (SECRET, TOKEN, BOT_TOKEN, WORD))


async def test_a_service_that_does_not_run_yet_is_no_fault(agency: Program, platforms: Platforms) -> None:
    """The first installation and every update set the webhook first: LINE cannot call it, and the operator
    is told to start. Where the service runs, or nobody can know (PostgreSQL), it is a fault."""
    done = await asyncio.to_thread(agency.afresh, "doctor", "--fix", env=platforms.env)
    assert done.status == 0, done.out + done.err
    assert "留意　LINE webhook" in done.out
    assert "再執行一次 talentbot doctor" in done.out
    elsewhere = {**platforms.env, "TALENTBOT_PUBLIC_URL": f"http://127.0.0.1:{platforms.port}/elsewhere"}
    async with _running(agency.folder, platforms):
        done = await _done(agency.folder, elsewhere, "doctor", "--fix")
    assert done.status == 1
    assert "錯誤　LINE webhook：LINE 呼叫失敗" in done.out
    assert not rests("postgresql+asyncpg://bot@127.0.0.1/talentbot")


async def test_line_menus_that_fail_half_way_are_one_fault_among_the_findings(
    agency: Program, platforms: Platforms
) -> None:
    """LINE takes no picture now: the rest is examined all the same, and the next run goes on."""
    platforms.line.faults.next("richmenu/upload", Fault.error(500))
    done = await _done(agency.folder, platforms.env, "doctor", "--fix")
    assert "LINE 圖文選單：500" in done.out
    assert "LINE 後台" in done.out
    again = await _done(agency.folder, platforms.env, "doctor", "--fix")
    assert "LINE 圖文選單：4 個" in again.out


async def test_a_wrong_token_is_said_as_such(agency: Program, platforms: Platforms) -> None:
    """A token the platform does not know is a fault with the way to a new one."""
    env = {
        **platforms.env,
        "TALENTBOT_LINE__CHANNEL_ACCESS_TOKEN": "wrong-token",
        "TALENTBOT_TELEGRAM__TOKEN": "78:wrong-token-of-telegram",
    }
    done = await _done(agency.folder, env, "doctor")
    assert done.status == 1
    assert "line.channel_access_token" in done.out
    assert "@BotFather" in done.out
    assert "wrong-token" not in done.out + done.err


async def test_an_unmigrated_database_is_not_worked_on(program: Program, platforms: Platforms) -> None:
    """`run` without a database names `migrate` and creates nothing."""
    done = await _done(program.folder, platforms.env, "run")
    assert done.status == 1
    assert "talentbot migrate" in done.err
    assert not (program.folder / "talentbot.db").exists()


async def test_doctor_sees_to_the_database(agency: Program, platforms: Platforms) -> None:
    """Its file, its disk, its soundness, what waits in it, and the last copy; what is broken ends with 1."""
    file = agency.folder / "talentbot.db"
    file.chmod(0o644)
    done = await _done(agency.folder, platforms.env, "doctor")
    assert f"chmod 600 {file}" in done.out
    assert "沒有執行中的服務" in done.out
    assert "journal_mode=wal，synchronous=FULL" in done.out
    assert "完整性：快速檢查無誤" in done.out
    assert "還沒有以 talentbot backup 備份過" in done.out
    assert not file.with_name("talentbot.db.lock").exists()
    assert (await _done(agency.folder, platforms.env, "backup", "copy.db")).status == 0
    file.chmod(0o600)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO inbox (platform, event_id, order_key, raw, received_at, state, error)"
            " VALUES ('line', 'E1', 1, X'', 1, 'failed', 'ValueError at handlers.router:1')"
        )
        connection.execute(
            "INSERT INTO dispatch (platform, method, lane, state, created_at, settled_at)"
            " VALUES ('telegram', 'sendMessage', 0, 'undecided', 1, strftime('%s', 'now') * 1000)"
        )
        connection.commit()
    done = await _done(agency.folder, platforms.env, "doctor")
    assert "只有擁有者能讀取" in done.out
    assert "備份：一天內備份過" in done.out
    assert "來訊：1 則處理失敗" in done.out
    assert "talentbot inbox" in done.out
    assert "七天內有 1 次送出不確定是否送達" in done.out
    content = bytearray(file.read_bytes())
    content[4096:-4096] = b"\x5a" * (len(content) - 8192)
    file.write_bytes(content)
    done = await _done(agency.folder, platforms.env, "doctor")
    assert done.status == 1
    assert "損壞" in done.out + done.err or "damaged" in done.out


async def test_doctor_says_what_the_settings_lack(agency: Program, platforms: Platforms) -> None:
    """Nobody hears of trouble, a secret of yesterday is still good, more is budgeted than LINE gives."""
    env = {
        **platforms.env,
        "TALENTBOT_LINE__PREVIOUS_CHANNEL_SECRET": "secret-of-yesterday",
        "TALENTBOT_LINE__MONTHLY_BUDGET": "500",
    }
    done = await _done(agency.folder, env, "doctor")
    assert "未填 alerts.email" in done.out
    assert "line.previous_channel_secret" in done.out
    assert "多於方案的 200 則" in done.out
    assert "secret-of-yesterday" not in done.out
    assert "不是 https" in done.out
    assert "時區：Asia/Taipei" in done.out
    done = await _done(agency.folder, {**env, "TALENTBOT_ALERTS__EMAIL": "it@example.gov.tw"}, "doctor")
    assert "未填 smtp.host，服務異常時無法寄信通知" in done.out


async def test_a_changed_word_is_told_to_telegram(agency: Program, platforms: Platforms) -> None:
    """Telegram does not say which it has: `--fix` sets it again, although the address is right."""
    await _done(agency.folder, platforms.env, "doctor", "--fix")
    env = {**platforms.env, "TALENTBOT_TELEGRAM__SECRET_TOKEN": "another-word"}
    await _done(agency.folder, env, "doctor")
    assert platforms.telegram.webhook_secret == WORD
    await _done(agency.folder, env, "doctor", "--fix")
    assert platforms.telegram.webhook_secret == "another-word"
