"""What is held against the drill's own books after a crowd has gone home: the events, what they did, in which
order, and what was shown of the answers, by the platforms' own books."""

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.drills.crowd import TITLES, Books, Sent
from tests.drills.town import Town

_CARRIED = "先前的訊息可能沒有送達"  # how a reply begins that carries receipts
_FILLED_IN = "職務問卷已完成"
_SHOWING = ("reply", "push", "multicast", "sendMessage", "editMessageText")
_NOISE = ("error", "critical")
_SEEN = 3  # receipts that one reply shows in full; of more it says how many there are
# No mistakes: APScheduler's own word on a tick that a stop ended; a lock that another replica of a busy
# machine holds too long, after which the same is tried again; and that so many calls were broken off.
_PASSING = ("CancelledError", "SQLSTATE 55P03", '"kind": "undelivered"')


@dataclass(frozen=True, slots=True)
class Answer:
    """One call that was frozen for a chat. `first` of those that answer one event; `created` and `ended` are
    milliseconds of real time."""

    state: str
    essence: str
    words: Mapping[str, Any]
    receipt: str
    first: bool
    created: int
    ended: int


@dataclass(frozen=True, slots=True)
class Found:
    """Figures of one crowd, once all of them were held to what is owed."""

    events: Counter[str]
    answers: int
    undecided: int
    arrived: int  # of the undecided
    carried: int  # receipts that opened a later reply
    entries: int
    undone: int
    roles: int

    def __str__(self) -> str:
        return (
            f"LINE {self.events['line']} and Telegram {self.events['telegram']} events, lost 0, doubled 0; "
            f"{self.entries} reports of hours ({self.undone} taken back) and {self.roles} questionnaires as "
            f"wanted; {self.answers} answers, {self.undecided} undecided and listed (of them {self.arrived} "
            f"had arrived), {self.carried} receipts in the next answer"
        )


async def settled(town: Town, books: Books, people: int) -> Found:
    """Holds everything to the books. Raises AssertionError where something is owed."""
    await _each_event_once(town, books)
    entries, undone = await _hours_as_wanted(town, books)
    roles = await _roles_as_wanted(town, books)
    answers = await _answers(town)
    handled = await _handled(town)
    _in_order(books, {key: handled[key] for key in handled.keys() - books.perhaps})
    arrived = _shown_as_frozen(town, answers)
    carried = _receipts_opened_the_next(answers)
    assert await town.count("SELECT count(*) FROM outbox WHERE unreceived") == 0
    undecided = [one for chat in answers.values() for one in chat if one.state == "undecided"]
    assert (await town.listed()).total() == len(undecided)
    assert len(answers) >= people
    assert noise(town) == []
    return Found(
        events=Counter(sent.platform for sent in books.sent.values()),
        answers=sum(map(len, answers.values())),
        undecided=len(undecided),
        arrived=arrived,
        carried=carried,
        entries=entries,
        undone=undone,
        roles=roles,
    )


def noise(town: Town) -> list[str]:
    """Lines of the bots' log that speak of an error, or are none of ours."""
    found = []
    for line in town.log.read_text().splitlines():
        try:
            level = json.loads(line).get("level", "")
        except ValueError:
            level = "critical"
        if level in _NOISE and not any(word in line for word in _PASSING):
            found.append(line)
    return found


async def _each_event_once(town: Town, books: Books) -> None:
    """What was sent is there, all of it was taken, and nothing else came; each was handled once."""
    rows = [
        row
        for row in await town.rows("SELECT platform, event_id, state FROM inbox")
        if (row[0], row[1]) not in books.perhaps
    ]
    assert Counter(state for _, _, state in rows) == {"done": len(books.sent)}
    assert {(platform, event_id) for platform, event_id, _ in rows} == books.sent.keys()
    assert all(sent.taken is not None for sent in books.sent.values())
    twice = await town.count(
        "SELECT count(*) FROM (SELECT cause, ordinal FROM outbox WHERE kind = 'reply'"
        " GROUP BY cause, ordinal HAVING count(*) > 1) AS twice"
    )
    assert twice == 0


async def _hours_as_wanted(town: Town, books: Books) -> tuple[int, int]:
    """Every report that was confirmed is there once and as it was said, taken back or not; no other is."""
    rows = await town.rows(
        "SELECT person_id, title, learned_on, minutes, withdrawn_at IS NOT NULL FROM hours"
        " WHERE source = 'self'"
    )
    there = Counter(
        (number, title, date.fromisoformat(str(day)), minutes, bool(gone))
        for number, title, day, minutes, gone in rows
    )
    wanted = Counter(
        (number, title, one.day, one.minutes, one.undone)
        for number, mine in books.wanted.items()
        for title, one in mine.items()
        if one.kept
    )
    assert there == wanted
    assert {title for _, title, *_ in there} <= set(TITLES)
    return wanted.total(), sum(gone for *_, gone in there)


async def _roles_as_wanted(town: Town, books: Books) -> int:
    """Who filled in the questionnaire has a role, and one for each time that it was said to be done: whoever
    reads answers of long ago may fill it in once more."""
    roles = dict(await town.rows("SELECT person_id, count(*) FROM role_assignment GROUP BY person_id"))
    said = await town.rows(
        "SELECT account.person_id, outbox.cause, max(outbox.receipt) FROM outbox"
        " JOIN account ON account.id = outbox.account_id WHERE outbox.kind = 'reply'"
        " GROUP BY account.person_id, outbox.cause"
    )
    assert roles == Counter(who for who, _, receipt in said if receipt.split("；")[-1].startswith(_FILLED_IN))
    assert all(roles[number] >= times for number, times in books.roles.items())
    return sum(roles.values())


async def _handled(town: Town) -> dict[tuple[str, str], tuple[int, int]]:
    """Of each event its place in the inbox, and among all answers the place of its own."""
    rows = await town.rows(
        "SELECT inbox.platform, event_id, seq, min(outbox.id) FROM inbox"
        " JOIN outbox ON outbox.cause = inbox.seq WHERE outbox.kind = 'reply'"
        " GROUP BY inbox.platform, event_id, seq"
    )
    return {(platform, event_id): (seq, first) for platform, event_id, seq, first in rows}


def _in_order(books: Books, handled: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Each chat's events in the order in which they were said: always, where one was taken before the next
    was said; of those said in one breath the later may only go first where it also came in first."""
    assert handled.keys() == books.sent.keys()  # every one of them was answered
    chats: dict[str, list[Sent]] = defaultdict(list)
    for sent in books.sent.values():
        chats[sent.chat].append(sent)
    for said in chats.values():
        by_key = sorted(said, key=lambda one: (one.key, handled[one.platform, one.id][0]))
        for place, one in enumerate(by_key):
            for later in by_key[place + 1 :]:
                came, done = handled[one.platform, one.id]
                came_later, done_later = handled[later.platform, later.id]
                assert one.taken is not None
                if one.taken < later.began or came < came_later:
                    assert done < done_later, (one, later)


async def _answers(town: Town) -> dict[str, list[Answer]]:
    """What was frozen for each chat to be shown, in the order in which it had to go out."""
    rows = await town.rows(
        "SELECT account.user_id, dispatch.state, dispatch.body, outbox.receipt, outbox.ordinal,"
        " dispatch.created_at, dispatch.settled_at FROM dispatch"
        " JOIN outbox ON outbox.dispatch_id = dispatch.id JOIN account ON account.id = outbox.account_id"
        " WHERE outbox.kind = 'reply' ORDER BY coalesce(dispatch.turn, dispatch.id), dispatch.id"
    )
    chats: dict[str, list[Answer]] = defaultdict(list)
    for chat, state, body, receipt, ordinal, created, ended in rows:
        words = json.loads(bytes(body))
        chats[chat].append(Answer(state, _essence(words), words, receipt, ordinal == 0, created, ended))
    return chats


def _shown_as_frozen(town: Town, answers: Mapping[str, Sequence[Answer]]) -> int:
    """The calls that each platform accepted for a chat are its answers in their order: every accepted one
    once, an undecided one once or not at all, and nothing else. Returns how many undecided had arrived."""
    shown = _accepted(town)
    assert shown.keys() <= answers.keys()
    for chat, mine in answers.items():
        letters: dict[str, str] = {}  # a character for each text, so that the order is a pattern
        for essence in (*(one.essence for one in mine), *shown[chat]):
            letters.setdefault(essence, chr(0xE000 + len(letters)))
        assert {one.state for one in mine} <= {"accepted", "undecided"}
        pattern = "".join(letters[one.essence] + "?" * (one.state == "undecided") for one in mine)
        assert re.fullmatch(pattern, "".join(letters[one] for one in shown[chat])), chat
    arrived = sum(map(len, shown.values()))
    return arrived - sum(one.state == "accepted" for mine in answers.values() for one in mine)


def _accepted(town: Town) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = defaultdict(list)
    for call in (*town.line.calls, *town.telegram.calls):
        if call.endpoint in _SHOWING and call.status == 200:
            chat = call.body.get("to") or call.body.get("chat_id") or _asker(town, call.body["replyToken"])
            shown[str(chat)].append(_essence(call.body))
    return shown


def _asker(town: Town, token: str) -> str:
    """Whose reply token it is, by LINE's own books."""
    return town.line.channel.tokens.of(token)


def _essence(body: Mapping[str, Any]) -> str:
    """What is shown, and with which token, which no other answer has."""
    said = body.get("messages") or body["text"]
    return json.dumps([said, body.get("replyToken")], sort_keys=True)


def _receipts_opened_the_next(answers: Mapping[str, Sequence[Answer]]) -> int:
    """Where nobody knows whether an answer arrived, the next one that was written afterwards begins with
    its receipt. Returns how many did."""
    carried = 0
    for mine in answers.values():
        for place, lost in enumerate(mine):
            if lost.state == "undecided" and lost.receipt:
                later = [one for one in mine[place + 1 :] if one.first and one.created > lost.ended]
                owed = set(_done(lost.receipt))
                # Where several programs write, one that was begun meanwhile cannot know of it yet.
                found = (
                    one for one in later[:2] if owed <= set(_done(one.receipt)) and _CARRIED in _read(one)
                )
                following = next(found, None)
                assert following is not None, (lost, later[:2])
                said = _read(following).partition(_CARRIED)[2]
                shown = sum(one in said for one in set(_done(following.receipt)))
                assert shown >= min(_SEEN, len(owed)), (lost.receipt, said)
                carried += 1
    return carried


def _read(answer: Answer) -> str:
    return "".join(map(html.unescape, _strings(answer.words)))


def _done(receipt: str) -> list[str]:
    return [one for one in receipt.split("；") if one]


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
