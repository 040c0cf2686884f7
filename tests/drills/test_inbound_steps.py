"""Each durable step of a dialogue once: the program dies just before, and just after, every commit from the
first greeting to hours that are taken back, is started again, and all ends as if nothing had happened."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from storage.people import issue_codes
from storage.schema import dispatch, metadata, outbox, run
from storage.types import Instant
from tests.drills.agency import Member
from tests.drills.conftest import Say
from tests.drills.crowd import Books, Chat, LineChat, TelegramChat
from tests.drills.forks import Forks, Life, forks
from tests.drills.owed import settled
from tests.drills.test_steps import fresh
from tests.drills.town import Town, open_town, saturday

PATIENCE: Final = 300.0  # seconds for one dialogue, of a machine that does much else
NEVER: Final = 86_400.0  # seconds between ticks: nothing happens but what the dialogue asks for
WAITING: Final = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
    " + (SELECT count(*) FROM dispatch WHERE state = 'frozen')"
)
# The scheduler's, which does not tick here; and what went out, where a receipt told again is one more:
# `settled` holds that to account.
APART: Final = (run, dispatch, outbox)
# Made anew at every run.
PASSING: Final = frozenset({"nonce", "key", "code_hash", "raw", "event_id", "order_key", "message_id"})


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (LineChat, "polling"),
        (TelegramChat, "webhook"),
        pytest.param(TelegramChat, "polling", marks=pytest.mark.whole),
    ],
)
async def test_a_crash_at_any_commit_of_a_dialogue_changes_nothing(
    sqlite_template: Path, tmp_path: Path, whole: bool, said: Say, kind: type[Chat], mode: str
) -> None:
    """Every table ends as it does without a crash, and each answer was shown once or is known to be in
    doubt and told again."""
    undecided = crashes = 0
    async with forks() as parent:
        note = tmp_path / "commits"
        steps = _Steps(sqlite_template, kind, mode, parent)
        wanted, _ = await steps.lived(tmp_path / "0", note=str(note))
        names = note.read_text().splitlines()
        for number in range(1, len(names) + 1) if whole else [2 * len(names) // 3]:
            for before in (True, False) if whole else (False,):
                folder = tmp_path / f"{number}-{'before' if before else 'after'}"
                ended, lost = await steps.lived(folder, crash=number, before=before)
                assert ended == wanted, (number, before)
                crashes += 1
                undecided += lost
    kinds = ", ".join(sorted({name.rsplit(".", 1)[0].replace(".<locals>", "") for name in names}))
    said(
        f"{kind.platform} ({mode}): {len(names)} commits of a dialogue, {crashes} crashes: the same end each "
        f"time; {undecided} answers undecided and listed. Steps: {kinds}"
    )


class _Steps:
    """The same dialogue, again and again, each in a town of its own."""

    def __init__(self, template: Path, kind: type[Chat], mode: str, parent: Forks) -> None:
        self._template, self._kind, self._mode, self._parent = template, kind, mode, parent

    async def lived(self, folder: Path, **how: Any) -> tuple[dict[str, list[Any]], int]:
        """The tables after the dialogue, and how many answers are undecided. `how` changes the first life."""
        url = fresh(self._template, folder)
        who = [Member(1, frozenset(), learned=(0, 0))]
        own = {"mode": self._mode, "chat_rate": 30.0}
        tables = {"public_url": "http://127.0.0.1:8080"}
        async with open_town(
            folder, url, who, saturday(), tables=tables, telegram=own, parent=self._parent
        ) as town:
            life = replace(town.life(), tick=NEVER)
            over, died = asyncio.Event(), asyncio.Event()
            keeping = asyncio.create_task(self._kept_alive(town, replace(life, **how), life, died, over))
            books = Books()
            chat = self._kind(town, who[0], random.Random(1), books, lone=True)  # noqa: S311
            async with asyncio.timeout(PATIENCE):
                await _dialogue(chat)
                await asyncio.gather(*books.later)
                await town.telegram.drained(30)
                await _quiet(town)
            over.set()
            if not died.is_set():
                self._parent.stop()
            await keeping
            assert died.is_set() or not how.get("crash")
            found = await settled(town, books, 1)
            return await _tables(town), found.undecided

    async def _kept_alive(
        self, town: Town, dying: Life, life: Life, died: asyncio.Event, over: asyncio.Event
    ) -> None:
        ended = await self._parent.live(dying)
        if not ended.killed:
            return
        died.set()
        if not over.is_set():  # as after the last commit
            async with town.bot(life):
                await over.wait()


async def _dialogue(chat: Chat) -> None:
    """All of it word for word whatever was read, but that a button is pressed where it was shown, and its
    word typed where it was not."""
    now = chat.town.clock.now()
    issued = await chat.town.database.write(lambda conn: issue_codes(conn, now))
    first, taken_back = chat.report()
    second, kept = chat.report()
    chat.books.roles[chat.number] = 1
    taken_back.undone = True
    await chat.joins()
    await _quiet(chat.town)
    await _pressed(chat, "個人資料", "開始啟用", "開始啟用")
    await _typed(chat, f"啟用 {issued[0].code}")
    await _pressed(chat, "同○", "是我本人", "確認啟用")
    await _typed(chat, "職務問卷", "1", "3", "3", "1、2", "4", "3", "2")
    await _typed(chat, taken_back.words(first))
    await _pressed(chat, f"課程：{first}", "確認回報", "確認回報")
    await _pressed(chat, f"\n{first}（", "復原", "復原")
    await _typed(chat, kept.words(second))
    await _pressed(chat, f"課程：{second}", "確認回報", "確認回報")
    await _typed(chat, "進度")


async def _typed(chat: Chat, *texts: str) -> None:
    for text in texts:
        await chat.says(text)
        await _quiet(chat.town)


async def _pressed(chat: Chat, words: str, label: str, instead: str) -> None:
    shown = [data for name, data in chat.phone.offered(words).items() if label in name]
    await (chat.taps(shown[0]) if shown else chat.says(instead))
    await _quiet(chat.town)


async def _quiet(town: Town) -> None:
    while await town.count(WAITING):
        await asyncio.sleep(0.02)


async def _tables(town: Town) -> dict[str, list[Any]]:
    """Every row of every table, but for what passes; of an instant only whether there is one, and events by
    their place: one that came again leaves a gap in the numbers."""
    found: dict[str, list[Any]] = {}
    events = await town.rows("SELECT seq FROM inbox ORDER BY seq")
    place = {seq: number for number, (seq,) in enumerate(events)}
    for table in metadata.sorted_tables:
        if table in APART:
            continue
        columns = [column for column in table.columns if column.name not in PASSING]
        read = [
            column.is_not(None).label(column.name) if isinstance(column.type, Instant) else column
            for column in columns
        ]
        statement = select(*read).order_by(*table.primary_key)

        async def ask(conn: Any, statement: Any = statement) -> list[tuple[Any, ...]]:
            return [
                tuple(place.get(value) if key in ("seq", "cause") else value for key, value in row.items())
                for row in (await conn.execute(statement)).mappings()
            ]

        found[table.name] = await town.database.read(ask)
    return found
