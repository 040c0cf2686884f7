"""Updates that Telegram would not send, under the secret that only Telegram knows."""

import random
from collections.abc import Sequence
from typing import Any, Final

from tests.drills.hostile import PAYLOADS, TEXTS, broken, large, moment, varied, written
from tests.drills.line_bodies import copied

Json = dict[str, Any]

FIRST_ID: Final = 1_000_000_000  # of an update; the simulator's own begin at 700,000,001


def telegram_body(seed: int, number: int, chats: Sequence[int], now: int, schemas: Sequence[Json]) -> bytes:
    """The `number`th body of `seed`, always the same at the same `now` (s). `chats` are of people who are
    known and lend their ids; `schemas` are updates by Telegram's published schema."""
    rng = random.Random(seed * 10_000_003 + number)  # noqa: S311 - the same storm at every run
    chosen = rng.random()
    if chosen < 0.0006 or number == 8:
        update = whole_update(rng, number, chats, now)
        update["message"] = _message(rng, rng.choice(chats), now) | {"text": large(rng)}
        return written(rng, update)
    if schemas and rng.random() < 0.3:
        update = copied(rng.choice(schemas))
        if rng.random() < 0.7:
            _settle(rng, update, rng.choice(chats), number)
        if rng.random() < 0.3:
            return written(rng, update)
    else:
        update = whole_update(rng, number, chats, now)
    body = written(rng, varied(rng, update, _OTHERS) if rng.random() < 0.85 else update)
    return broken(rng, body) if chosen > 0.8 else body


def _settle(rng: random.Random, update: Json, chat: int, number: int) -> None:
    """An update of the schema's, with the id of a chat that is known wherever it names one."""
    update["update_id"] = FIRST_ID + number
    for value in update.values():
        if isinstance(value, dict):
            for holder in (value, value.get("message")):
                if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                    holder["chat"] |= {"id": chat, "type": "private"}
            if isinstance(value.get("from"), dict):
                value["from"] |= {"id": chat, "is_bot": False}
            if "text" in value:
                value["text"] = rng.choice(TEXTS)


def whole_update(rng: random.Random, number: int, chats: Sequence[int], now: int) -> Json:
    """As Telegram sends it, of some kind, from somebody who is known."""
    chat = rng.choice(chats)
    update: Json = {"update_id": FIRST_ID + number}
    at = moment(rng, now)
    match rng.randrange(12):
        case 0 | 1 | 2 | 3:
            return update | {"message": _message(rng, chat, at) | {"text": rng.choice(TEXTS)}}
        case 4 | 5 | 6:
            return update | {"callback_query": _pressed(rng, chat, at)}
        case 7 | 8:
            return update | {"message": _message(rng, chat, at) | copied(rng.choice(_CONTENTS))}
        case 9:
            group = _message(rng, chat, at) | {"chat": copied(rng.choice(_GROUPS)), "text": rng.choice(TEXTS)}
            return update | {rng.choice(("message", "edited_message", "channel_post")): group}
        case 10:
            return update | {"my_chat_member": _member(rng, chat, at)}
        case _:
            other: Json = copied(rng.choice(_OTHERS))
            for value in other.values():
                if "chat" in value:
                    value["chat"] = _chat(chat)
            return update | other


def _message(rng: random.Random, chat: int, at: int) -> Json:
    return {"message_id": rng.randrange(1, 10**6), "date": at, "chat": _chat(chat), "from": _user(chat)}


def _chat(chat: int) -> Json:
    return {"id": chat, "type": "private", "first_name": "同仁"}


def _user(chat: int) -> Json:
    return {"id": chat, "is_bot": False, "first_name": "同仁", "language_code": "zh-hant"}


def _pressed(rng: random.Random, chat: int, at: int) -> Json:
    query: Json = {"id": str(rng.getrandbits(60)), "from": _user(chat), "chat_instance": "-3"}
    query["data"] = rng.choice(PAYLOADS)
    if rng.random() < 0.9:
        query["message"] = _message(rng, chat, rng.choice((at, at, 0))) | {"text": "按鈕"}
        if rng.random() < 0.1:  # somebody else's button
            query["from"] = _user(chat + 1)
    else:
        query["inline_message_id"] = "AAAA"
    return query


def _member(rng: random.Random, chat: int, at: int) -> Json:
    states = ("member", "kicked", "left", "administrator", "restricted", "creator")
    bot = {"id": 123456, "is_bot": True, "first_name": "AI 學習小幫手", "username": "talentbot_bot"}
    return {
        "chat": _chat(chat) if rng.random() < 0.7 else copied(rng.choice(_GROUPS)),
        "from": _user(chat),
        "date": at,
        "old_chat_member": {"user": bot, "status": rng.choice(states)},
        "new_chat_member": {"user": bot, "status": rng.choice(states), "until_date": 0},
    }


_GROUPS: Final[tuple[Json, ...]] = (
    {"id": -4001, "type": "group", "title": "科室"},
    {"id": -1001234567890, "type": "supergroup", "title": "人事處", "is_forum": True},
    {"id": -1009999999999, "type": "channel", "title": "公告"},
)
_FILE: Final = {"file_id": "f", "file_unique_id": "u", "file_size": 2**33, "mime_type": "application/pdf"}
_CONTENTS: Final[tuple[Json, ...]] = (
    {"photo": [{**_FILE, "width": 90, "height": 67}], "caption": "回報 昨天 講座 1小時"},
    {"document": {**_FILE, "file_name": "../證書.pdf"}, "caption": "\u202e說明"},
    {"sticker": {**_FILE, "type": "regular", "width": 512, "height": 512, "emoji": "👍"}},
    {"voice": {**_FILE, "duration": -1}},
    {"video": {**_FILE, "duration": 10**12, "width": 1, "height": 1}},
    {"animation": _FILE, "document": _FILE},
    {"location": {"latitude": 1e308, "longitude": -200}},
    {"venue": {"location": {}, "title": "t", "address": "a"}, "location": {}},
    {"contact": {"phone_number": "0000", "first_name": "x", "user_id": 1}},
    {"poll": {"id": "1", "question": "?", "options": [], "is_anonymous": True}},
    {"dice": {"emoji": "🎲", "value": 7}},
    {"new_chat_members": [{"id": 1, "is_bot": True, "first_name": "b"}]},
    {"left_chat_member": {"id": 123456, "is_bot": True, "first_name": "b"}},
    {"migrate_to_chat_id": -1001234567890},
    {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    {"web_app_data": {"data": "1:do::erase", "button_text": "x"}},
    {"text": "說明", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}},
    {"text": "說明", "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}},
    {"text": "/help", "entities": [{"type": "bot_command", "offset": -5, "length": 10**9}]},
    {
        "text": "說明",
        "via_bot": {"id": 5, "is_bot": True, "first_name": "b"},
        "sender_chat": {"id": -1, "type": "x"},
    },
)
_OTHERS: Final[tuple[Json, ...]] = (
    {
        "edited_message": {
            "message_id": 5,
            "date": 1,
            "edit_date": 2,
            "chat": {},
            "text": "回報 昨天 講座 1小時",
        }
    },
    {
        "inline_query": {
            "id": "1",
            "from": {"id": 1, "is_bot": False, "first_name": "x"},
            "query": "",
            "offset": "",
        }
    },
    {"message_reaction": {"chat": {}, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
    {"chat_member": {"chat": {}, "from": {}, "date": 1, "old_chat_member": {}, "new_chat_member": {}}},
    {"chat_join_request": {"chat": {}, "from": {}, "user_chat_id": 1, "date": 1}},
    {
        "business_message": {
            "message_id": 1,
            "date": 1,
            "chat": {},
            "text": "說明",
            "business_connection_id": "b",
        }
    },
    {
        "pre_checkout_query": {
            "id": "1",
            "from": {},
            "currency": "XTR",
            "total_amount": -1,
            "invoice_payload": "",
        }
    },
    {"poll_answer": {"poll_id": "1", "option_ids": [0]}},
    {"something_new": {"chat": {}, "deep": [1, {"x": None}]}},
)
