"""What people want of the bot. Each goes on asking until they have read that it is done, by the reply itself
or by the receipt that opens the next one."""

import asyncio
import re
from typing import Final

from tests.drills.crowd import Chat, Wanted

_ANSWERS: Final = {1: "1", 2: "3", 3: "3", 4: "1、2", 5: "4", 6: "3", 7: "2"}  # to the questionnaire


async def talk(chat: Chat, over: asyncio.Event) -> None:
    """Dialogue after dialogue until told that it is over; then the one that was begun, in peace, and a last
    word, which is answered."""
    asked = False
    while not over.is_set():
        await asyncio.sleep(chat.rng.uniform(0.0, 1.0))
        kind = chat.rng.random()
        if kind < 0.15 and not asked:
            asked = True
            await questionnaire(chat)
        elif kind < 0.3:
            await called_off(chat)
        else:
            await reported(chat)
    last = len(chat.phone.read())
    while "時數" not in chat.phone.read()[last:]:
        await chat.ask(chat.says("進度"))


async def reported(chat: Chat) -> None:
    """Hours in words, the card, the press, and once in a while taken back."""
    title, wanted = chat.report()
    words = wanted.words(title)
    told = re.compile(rf"已回報 [^\n「]+[\n「]{title}[」（]")  # 1 小時 10 分
    hurried = chat.rng.random() < 0.2  # both in one breath
    while not told.search(chat.phone.read()):
        card = chat.phone.offered(f"課程：{title}").get("確認回報")
        if card is not None:
            await chat.ask(chat.taps(card))
        elif hurried:
            await chat.ask(chat.says(words, "確認回報"))
            hurried = False
        else:
            await chat.ask(chat.says(words))
    if chat.rng.random() < 0.3:
        await _taken_back(chat, title, wanted)


async def _taken_back(chat: Chat, title: str, wanted: Wanted) -> None:
    wanted.undone = True
    told = re.compile(rf"(?:已復原|剛才已撤回)[： ][^\n「]+「{title}」")
    while not told.search(chat.phone.read()):
        button = chat.phone.offered(f"\n{title}（").get("復原")
        if button is not None:
            await chat.ask(chat.taps(button))
        elif chat.lone:  # the card was lost, and its receipt has no button
            await chat.ask(chat.says("復原"))
        else:
            wanted.undone = False
            return


async def called_off(chat: Chat) -> None:
    """Hours in words, and 取消 before they count."""
    title, wanted = chat.report()
    wanted.kept = False
    await chat.ask(chat.says(wanted.words(title)))
    button = chat.phone.offered(f"課程：{title}").get("取消")
    await chat.ask(chat.taps(button) if button else chat.says("取消"))


async def questionnaire(chat: Chat) -> None:
    """All seven questions by number; where nothing came, the present one is asked for again."""
    chat.books.roles[chat.number] += 1
    seen = start = len(chat.phone.read())
    while "建議類別" not in (said := chat.phone.read())[start:]:
        asked = re.findall(r"(?<![\d/])([1-7])/7(?!\d)", said[seen:])
        seen = len(said)
        await chat.ask(chat.says(_ANSWERS[int(asked[-1])] if asked else "職務問卷"))
