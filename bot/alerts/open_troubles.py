"""Which troubles the operators know of, and what they are to be told now (no I/O).

A trouble is told once it has lasted `PATIENCE`, and is over once nobody has seen it for as long: what comes
and goes meanwhile is one trouble. Replicas share what is written here: a trouble of one of them is not over
because the others do not see it. Whoever tells holds the trouble for a while; if the mail did not go out, or
the teller died, it is told again when that is over.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from bot.troubles import Trouble

PATIENCE: Final = timedelta(minutes=5)
DAILY: Final = timedelta(days=1)  # between two mails about the same trouble
HELD: Final = timedelta(minutes=5)  # longer than a mail may take

Key = tuple[str, str]  # kind and of


class Stage(Enum):
    BEGUN = "begun"
    LASTS = "lasts"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Open:
    """A trouble that was seen. All times are real: `since` is when it began, `first` and `last` when it was
    seen, `told` when the operators last read of it, `held` until when somebody is telling them."""

    kind: str
    of: str
    since: datetime
    first: datetime
    last: datetime
    told: datetime | None = None
    held: datetime | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.of


@dataclass(frozen=True, slots=True)
class News:
    stage: Stage
    trouble: Open


def step(
    known: Mapping[Key, Open],
    troubles: Collection[Trouble],
    now: datetime,
    watched_since: datetime,
    *,
    blind: bool = False,
) -> tuple[dict[Key, Open], list[News]]:
    """What is known from now on, and the news, which are held. Nothing is over before somebody has watched
    for `PATIENCE`, nor while the database, where most troubles are seen, cannot be read (`blind`)."""
    after = {key: _sane(one, now) for key, one in known.items()}
    for seen in troubles:
        key = (str(seen.kind), seen.of)
        begun = after.get(key) or Open(*key, since=seen.since, first=now, last=now)
        after[key] = replace(begun, since=min(begun.since, seen.since), last=now)
    news = []
    for key, one in tuple(after.items()):
        stage = _stage(one, now, watched_since, blind=blind)
        if stage is Stage.OVER and one.told is None:
            del after[key]  # it came and went, and nobody was told
        elif stage is not None and (one.held is None or one.held <= now):
            after[key] = replace(one, held=now + HELD)
            news.append(News(stage, one))
    return after, news


def told(known: Mapping[Key, Open], news: Iterable[News], now: datetime) -> dict[Key, Open]:
    """The same once the operators have read the news."""
    after = dict(known)
    for one in news:
        here = after.get(one.trouble.key)
        if here is None:
            continue
        if one.stage is not Stage.OVER:
            after[here.key] = replace(here, told=now, held=None)
        elif here.last > one.trouble.last:  # it came back in this moment: it begins anew
            after[here.key] = replace(here, since=here.last, first=here.last, told=None, held=None)
        else:
            del after[here.key]
    return after


def together(stored: Mapping[Key, Open], own: Mapping[Key, Open]) -> dict[Key, Open]:
    """What is written down, and what this program saw and told while nothing could be."""
    both = {**own, **stored}
    for key in stored.keys() & own.keys():
        one, other = stored[key], own[key]
        both[key] = replace(
            one,
            since=min(one.since, other.since),
            first=min(one.first, other.first),
            last=max(one.last, other.last),
            told=max((at for at in (one.told, other.told) if at is not None), default=None),
        )
    return both


def _stage(one: Open, now: datetime, watched_since: datetime, *, blind: bool) -> Stage | None:
    if one.last < now:
        calm = now - max(one.last, watched_since) >= PATIENCE
        return Stage.OVER if calm and not blind else None
    if one.told is None:
        return Stage.BEGUN if one.last - one.first >= PATIENCE else None
    return Stage.LASTS if now - one.told >= DAILY else None


def _sane(one: Open, now: datetime) -> Open:
    """The machine's clock may have been set back."""
    late = now + HELD
    return replace(
        one,
        first=min(one.first, now),
        last=min(one.last, now),
        told=None if one.told is None else min(one.told, now),
        held=None if one.held is None else min(one.held, late),
    )
