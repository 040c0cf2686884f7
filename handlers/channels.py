"""The ways by which a person can be reminded: the chats that are theirs, and their official mailbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guideline.records import Snapshot, Way
from guideline.ways import best
from handlers.wording import masked_email

EMAIL: Final[Way] = "email"
AUTO: Final = ""  # whichever answers best (Preference.channel)
NAMES: Final = {"line": "LINE", "telegram": "Telegram", EMAIL: "公務信箱", AUTO: "自動", "auto": "自動"}


@dataclass(frozen=True, slots=True)
class Channel:
    """`answers` False: the person has blocked us there. `shown`: its name as the person sees it."""

    id: Way
    answers: bool
    shown: str


def channels(snapshot: Snapshot) -> list[Channel]:
    """Those that exist for this person; the chat that is being written from answers, and is never missing."""
    here = snapshot.account
    accounts: dict[Way, bool] = {account.platform: account.reachable for account in snapshot.accounts}
    accounts[here.platform] = True
    found = [Channel(name, accounts[name], _name(name, accounts[name])) for name in sorted(accounts)]
    if snapshot.person is not None and snapshot.person.email:
        found.append(Channel(EMAIL, True, f"{NAMES[EMAIL]} {masked_email(snapshot.person.email)}"))
    return found


def first_choice(chosen: str, there: Sequence[Channel]) -> Channel:
    """The channel chosen, or the best of the others where it is missing or does not answer. One of them
    answers: the chat that is being written from."""
    answering = {one.id: one for one in there if one.answers}
    way = best(chosen, answering)
    assert way is not None  # noqa: S101 - see above
    return answering[way]


def _name(platform: str, answers: bool) -> str:
    return NAMES[platform] if answers else f"{NAMES[platform]}（目前送不到）"
