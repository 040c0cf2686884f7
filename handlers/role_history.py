"""類別紀錄: every assignment of a person's role so far, the newest first."""

from typing import Final

from guideline.edition import Edition
from guideline.records import RoleAssignment, RoleStatus, Snapshot
from guideline.words import roc_date
from handlers import role
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Card, Line, Row
from handlers.outcome import Outcome
from handlers.wording import do, pc, short

_SHOWN: Final = 8
_STATEMENT: Final = 90  # characters of a statement, so that eight of them still fit one message
# What happened, and by whom.
_BY: Final = {
    RoleStatus.PROPOSED: "建議（您本人填答職務問卷）",
    RoleStatus.CONTESTED: "反映與實際工作不符（您本人）",
    RoleStatus.CONFIRMED: "已確認（主管或人事）",
    RoleStatus.REVIEW: "待複核（單位異動）",
}
_TRACKS: Final = {"specialist": "專屬分流", "foundation": "打底即可"}


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The card; without any assignment the questionnaire is offered."""
    if not snapshot.roles:
        return Outcome((role.none_yet(),))
    newest = snapshot.roles[::-1]
    rows: list[Row] = []
    for number, assignment in enumerate(newest[:_SHOWN]):
        day = roc_date(assignment.decided_at.astimezone(event.at.tzinfo).date())
        now = "目前：" if number == 0 else ""
        rows.append(Line(f"{day}　{_named(desk.edition, assignment)}"))
        rows.append(Line(f"{now}{_what(assignment)}", "detail"))
    if len(newest) > _SHOWN:
        rows.append(Line(f"另有 {len(newest) - _SHOWN} 筆較早的紀錄未列出。", "note"))
    card = Card(
        title="類別紀錄",
        rows=tuple(rows),
        buttons=(do("看我的類別", Name.MY_ROLE, "primary"), do("重填職務問卷", Name.QUESTIONNAIRE, "quiet")),
        typed=pc("我的類別", "職務問卷"),
    )
    return Outcome((card,))


def _named(edition: Edition, assignment: RoleAssignment) -> str:
    names = "、".join(edition.role_names(assignment.roles)) or role.NO_ROLE
    track = _TRACKS.get(assignment.track)
    return f"{names}（{track}）" if track else names


def _what(assignment: RoleAssignment) -> str:
    """What happened, with the person's own words where they contested."""
    happened = _BY[assignment.status]
    own_words = assignment.status is RoleStatus.CONTESTED and assignment.note
    return f"{happened}：「{short(assignment.note, _STATEMENT)}」" if own_words else happened
