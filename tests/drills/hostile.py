"""Values that no platform sends, and what they are put into: JSON changed at random places, fast, and the
same for the same `random.Random`."""

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from handlers.commands import WORDS

Json = Any

TEXTS: Final = (
    *(word for words in WORDS.values() for word in words),
    *("回報 昨天 資料治理 1小時", "回報 2026-11-20 講座 90分鐘", "更正 1", "撤回紀錄 1", "問人事 何時統計"),
    *("停班 11/30", "啟用 ABCD-2345", "/start ABCD2345", "/start", "/help@talentbot_bot", "1", "3、4"),
    # As written with Simplified characters.
    *("说明", "进度", "开始启用", "回报时数", "删除我的资料", "停止提醒", "职务问卷", "我的资料"),
    # Unseen, reversed, combined, wide.
    *("\u202e說明\u202c", "進\u200b度", "\u2066回報\u2069", "\ufeff說明", "進\u034f度", "說\u0301" * 300),
    *("👨‍👩‍👧‍👦" * 200, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ＨＥＬＰ", "ﷺ" * 100, "\u00ad" * 50, "İ", "ß", "\u2028\u2029"),
    # Of other languages: SQL, HTML, formulas, formats, paths.
    *("'; DROP TABLE inbox;--", "<script>alert(1)</script>", "=HYPERLINK(1)", "%s%n{0}", "../../etc/passwd"),
)
PAYLOADS: Final = tuple(
    f"1:{task}:{nonce}:{choice}"
    for task in (
        *("do", "welcome", "activate", "hours", "records", "undo", "contest", "questionnaire", "certificate"),
        *("form51", "certback", "ask", "office", "reminders", "remind", "mydata", "group", "faq", "q", "old"),
    )
    for nonce in ("", "1", "a0", "notice", "z" * 20)
    for choice in (
        *("", "yes", "no", "agree", "erase", "release", "entry", "send", "skip", "list", "helper", "erase.1"),
        *("id.1", "open.1.1", "yes.1.1", "page.99999999999999999999", "year.0.0", "gone.2026.-1", "to.line"),
        *("fix.9223372036854775808.1", "take.-1.1", "close.x", "1.1", "8.9", "ask.1", "key.a", "Q1", "...."),
    )
)
VALUES: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, -1, 1, 0.5, -0.0, 1e308, float("nan"), float("inf"), float("-inf")),
    *(2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30, -(10**400), 1763949600000),
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\ud800",
        "\udfff\ud800",
        "\x1b[31m\x07",
        "\u202e",
        "0",
        "-1",
        "null",
        "NaN",
        "U",
    ),
    *(
        "9" * 400,
        "字" * 5_000,
        "U" * 65,
        "U" + "0" * 32,
        "é" * 33,
        "1e9",
        "user",
        "private",
        "active",
        "standby",
    ),
    *([], {}, [[]], [None], {"": None}, {"__proto__": {}}, [1, "1", [1]], {"id": 1}, {"type": "user"}),
    [{"a": [{"b": {}}]}] * 20,
    dict.fromkeys(map(str, range(300)), 0),
)
# Pieces of JSON text that no Python value writes, each of them balanced.
_TEXTUAL: Final[tuple[bytes, ...]] = (
    *(b"9" * 5_000, b"-" + b"9" * 400, b"1e999", b"-1E-999", b"-0", b"1.0", b"01", b"+1", b"0x1F", b"1_000"),
    *(b"NaN", b"-Infinity", b"undefined", b"", b"'a'", b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\xc0\x80"'),
    *(b'"\x00"', b'"\n"', b'"\\x41"', b'"\\ud800"', b'"\\uD83D"', b"[1,]", b'{"a":1,}', b"{1:2}", b"/**/1"),
    *(b"[" * 900 + b"]" * 900, b"[" * 1_100 + b"]" * 1_100, b'{"a":' * 3_000 + b"1" + b"}" * 3_000),
    *(
        b'{"type":"user","type":"user","type":null}',
        b'{"id":1,"id":"1","id":[]}',
        b"[" * 60_000 + b"]" * 60_000,
    ),
)
_NO_BODIES: Final = (b"", b"null", b"7", b'"events"', b"{}", b"[]", b"[" * 100_000, b'{"events":[' * 9_000)
_KEYS: Final = ("brandNew", "message", "source", "chat", "type", "id", "text", "", "mode", "data")
_PIECES: Final = ("\u200b", "\u202e", "\0", "\ud83d", "😀", " ", "\n", ":", "１", "0" * 50)
MIB: Final = 1024 * 1024


def varied(rng: random.Random, value: Json, donors: Sequence[Json] = ()) -> Json:
    """`value` (which may be changed in place) with one to five changes. `donors` lend parts of themselves."""
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        holder, key = _place(rng, value)
        if holder is None:
            value = _strange(rng)
        else:
            rng.choice(_CHANGES)(rng, holder, key, donors)
    return value


def written(rng: random.Random, value: Json) -> bytes:
    """`value` as JSON, one time in eight with a piece that is none; brackets and quotes stay balanced, so
    that neighbours in the same array can still be told apart."""
    if rng.random() < 0.125:
        holder, key = _place(rng, value)
        if holder is not None:
            mark = "@@here@@"
            holder[key] = mark
            return _dumped(rng, value).replace(f'"{mark}"'.encode(), rng.choice(_TEXTUAL))
    return _dumped(rng, value)


def broken(rng: random.Random, body: bytes) -> bytes:
    """A body that is no longer one: cut off, stirred, in another encoding, wrapped, or of something else."""
    cut = rng.randrange(len(body) + 1)
    noise = rng.randbytes(rng.randrange(1, 40))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: body[:cut],
        lambda: body[cut:],
        lambda: body[:cut] + noise + body[cut:],
        lambda: body[:cut] + noise + body[cut + len(noise) :],
        lambda: body.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-8-sig", "utf-32"))),
        lambda: rng.choice((b"[" + body + b"]", body + body, body[::-1])),
        lambda: rng.choice(_NO_BODIES),
        lambda: rng.choice((b'{"events":', b'{"update_id":')) + rng.choice(_TEXTUAL) + b"}",
    )
    return rng.choice(ways)()


def moment(rng: random.Random, now: int) -> int:
    """A Unix time in seconds: of just now; one time in twelve of another year, or of none."""
    chosen = rng.random()
    if chosen < 0.04:
        return rng.choice((-1, 0, 1, 2**31, 2**62, 10**20, 1_262_304_000, 4_102_444_799, now * 1_000))
    if chosen < 0.08:
        return now + rng.randrange(-6_000, 26_000) * 86_400
    return now - rng.randrange(90)


def large(rng: random.Random) -> str:
    """A string that nearly fills a body."""
    return rng.choice(("x", "字", "😀", "\\", "\u202e")) * (MIB // 13)


def _place(rng: random.Random, value: Json) -> tuple[Any, Any]:
    """Somewhere within: the object or array, and the key or index; (None, None) for the whole."""
    holder: Any = None
    key: Any = None
    while isinstance(value, dict | list) and value and (holder is None or rng.random() < 0.75):
        holder = value
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        value = holder[key]
    return holder, key


def _dumped(rng: random.Random, value: Json) -> bytes:
    if rng.random() < 0.5:
        return json.dumps(value).encode()
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


# -- one change at one place ---------------------------------------------------------------------------


def _replace(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    holder[key] = _strange(rng)


def _retype(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    value = holder[key]
    others: list[Json] = [str(value), [value], {"value": value}, value is None, len(str(value))]
    numeral = isinstance(value, str) and value.isdecimal() and len(value) < 4_000
    holder[key] = int(value) if numeral else rng.choice(others)


def _drop(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    del holder[key]


def _add(rng: random.Random, holder: Any, key: Any, donors: Sequence[Json]) -> None:
    new = _lent(rng, donors)
    if isinstance(holder, dict):
        holder[rng.choice(_KEYS)] = new
    else:
        holder.insert(rng.randrange(len(holder) + 1), new)


def _transplant(rng: random.Random, holder: Any, key: Any, donors: Sequence[Json]) -> None:
    holder[key] = _lent(rng, donors)


def _rename(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    if isinstance(holder, dict):
        holder[rng.choice((str(key).upper(), f"{key} ", f"{key}\u200b", str(key)[:-1]))] = holder.pop(key)
    else:
        holder.extend(holder[:3])


def _reword(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    value = holder[key]
    if not isinstance(value, str):
        holder[key] = rng.choice(TEXTS)
        return
    at = rng.randrange(len(value) + 1)
    longer = value[:at] + rng.choice((*_PIECES, rng.choice(TEXTS))) + value[at:]
    holder[key] = rng.choice((value[:at], longer, value[at:], value[:300] * rng.randrange(2, 40)))


def _count(rng: random.Random, holder: Any, key: Any, _: Sequence[Json]) -> None:
    value = holder[key]
    if isinstance(value, int | float):
        by = rng.choice((1, -1, 1000, -value, value, 2**32, -(2**62), 2**70))
        holder[key] = value + by
    else:
        holder[key] = rng.getrandbits(rng.choice((1, 8, 31, 53, 63, 80, 200)))


_Change = Callable[[random.Random, Any, Any, Sequence[Json]], None]
_CHANGES: Final[tuple[_Change, ...]] = (
    *(_replace, _replace, _retype, _drop, _drop, _add, _transplant, _rename, _reword, _reword, _count),
)


def _strange(rng: random.Random) -> Json:
    return copy.deepcopy(rng.choice(VALUES))


def _lent(rng: random.Random, donors: Sequence[Json]) -> Json:
    if not donors or rng.random() < 0.3:
        return _strange(rng)
    holder, key = _place(rng, rng.choice(donors))
    return _strange(rng) if holder is None else copy.deepcopy(holder[key])
