"""The result of the duty questionnaire, with its reasons, and what a person can say to it (words.md B)."""

from dataclasses import replace

from guideline.edition import Edition
from guideline.records import RoleAssignment, RoleStatus, Snapshot
from guideline.roles import Assessment, assess
from handlers import answers
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Choices, Line, Message
from handlers.wording import do, pc

NO_ROLE = "暫以打底為主"
REVIEW = "單位異動，類別待複核；詳情請輸入「我的類別」。"
_PROPOSED = "建議，待主管或人事確認"
_PROPOSED_HR = "建議，待人事確認"
# What happens next, by status (Q8, step 2).
_NEXT = {
    RoleStatus.PROPOSED: "{who}會依您的實際工作確認；確認前就可以照「下一步」學習。",
    RoleStatus.CONTESTED: "{who}會依實際工作確認或調整；您也可以重填職務問卷，以新的建議為準。",
    RoleStatus.CONFIRMED: "照「下一步」學習就好；工作內容有變動時，請重填職務問卷。",
    RoleStatus.REVIEW: "新單位{who}會依實際工作複核；工作內容已經不同時，請重填職務問卷。",
}
_NOT_AN_EXAM = (
    "類別依實際工作與職責，不受限於職系或職等（問答集 Q3）。這不是考評；指引也不要求人人成為技術專家"
    "（問答集 Q2），證照依業務需要或個人意願（問答集 Q7）。"
)
_SPECIALIST = "您提到業務需要或有意考證照：時數之外，「下一步」會再為您安排進階課程與證照（專屬分流）。"
_NOTHING_ELSE = "目前沒有特別對應的類別，先從人人適用的 AI 基礎課程開始就好（全體打底）。"
_HEADS = {RoleStatus.CONFIRMED: "您的類別", RoleStatus.REVIEW: "類別待複核"}
_FOUNDATION = "先把基礎課程與時數完成就好（全體打底）；有需要再往專屬課程走。"


def result_card(edition: Edition, result: Assessment) -> Card:
    """The card that ends the questionnaire."""
    status = _PROPOSED_HR if result.needs_hr else _PROPOSED
    return _card(edition, result.roles, result.track, result, status, RoleStatus.PROPOSED)


def mine(snapshot: Snapshot, desk: Desk) -> Message:
    """我的類別: the latest result again, whoever decided it, with the way to the earlier ones."""
    held = snapshot.role
    if held is None:
        return none_yet()
    result = _assessed(held, desk.edition)
    card = _card(desk.edition, held.roles, held.track, result, _status(held, result), held.status)
    earlier = do("看類別紀錄", Name.ROLE_HISTORY, "quiet")
    note = (Line("先前的結果與反映，請輸入「類別紀錄」。", "note"),) if len(snapshot.roles) > 1 else ()
    return replace(card, rows=(*card.rows, *note), buttons=(*card.buttons, earlier))


def under_review(snapshot: Snapshot) -> tuple[Line, ...]:
    """The line by which a person learns, wherever the role matters, that a move put it up for review."""
    held = snapshot.role
    return (Line(REVIEW),) if held is not None and held.status is RoleStatus.REVIEW else ()


def none_yet() -> Message:
    return Choices(
        prompt="您還沒有建議類別。先填職務問卷，約 2 分鐘就有結果。",
        options=(do("開始填職務問卷", Name.QUESTIONNAIRE, "primary"),),
        typed=pc("職務問卷"),
    )


def named(edition: Edition, roles: tuple[str, ...]) -> str:
    """AI 政策人才、AI 開發人才; 暫以打底為主 for none."""
    names = [edition.roles[r].name for r in roles if r in edition.roles]
    return "、".join(names) or NO_ROLE


def _card(
    edition: Edition,
    roles: tuple[str, ...],
    track: str,
    result: Assessment | None,
    status: str,
    stands: RoleStatus,
) -> Card:
    known = [edition.roles[r] for r in roles if r in edition.roles]
    if len(known) == 1:  # the title names it
        about = [Line(f"{known[0].gist}：{known[0].duty}。", "note")]
    else:
        about = [Line(f"{one.name}（{one.gist}）：{one.duty}。", "note") for one in known]
    if len(known) > 1:
        about.append(Line("這幾類的符合程度相同，所以都列出來，由人事依您的實際職務確認。"))
    rows = [*about, *_reasons(result)]
    who = "人事" if status == _PROPOSED_HR else "主管或人事"
    base = _FOUNDATION if known else _NOTHING_ELSE
    ahead = [
        _NEXT[stands].format(who=who),
        _SPECIALIST if track == "specialist" else base,
        _runner_up(edition, roles, result),
    ]
    rows += [Line("接下來", "heading"), *(Line(f"・{said}") for said in ahead if said)]
    rows.append(Line(_NOT_AN_EXAM, "note"))
    buttons, typed = _ways(stands)
    return Card(
        title=f"{_HEADS.get(stands, '建議類別')}：{named(edition, roles)}",
        subtitle=f"狀態：{status}",
        rows=tuple(rows),
        buttons=(do("看下一步", Name.NEXT, "primary"), *buttons),
        typed=pc("下一步", *typed),
    )


def _reasons(result: Assessment | None) -> list[Line]:
    """Why, by the answers, where that is known."""
    if result is None or not result.reasons:
        return []
    reasons = (Line(f"・{reason.text}（第 {reason.number} 題）") for reason in result.reasons)
    return [Line("判定理由", "heading"), *reasons]


def _ways(stands: RoleStatus) -> tuple[tuple[Button, ...], tuple[str, ...]]:
    """What can be said to it. After a move filling in anew is at least as likely as contesting."""
    contest = do("與我的實際工作不符", Name.CONTEST, "quiet")
    refill = do("重填職務問卷", Name.QUESTIONNAIRE, "quiet")
    match stands:
        case RoleStatus.CONTESTED:
            return (refill,), ("職務問卷",)
        case RoleStatus.REVIEW:
            return (refill, contest), ("職務問卷", "不符")
        case _:
            return (contest,), ("不符",)


def _runner_up(edition: Edition, roles: tuple[str, ...], result: Assessment | None) -> str:
    if result is None or result.runner_up is None or result.runner_up in roles:
        return ""
    next_role = edition.roles.get(result.runner_up)
    if next_role is None:
        return ""
    return f"次接近的是 {next_role.name}；日後工作內容若有變動，請重填職務問卷。"


def _status(held: RoleAssignment, result: Assessment | None) -> str:
    match held.status:
        case RoleStatus.CONFIRMED:
            return "已由主管或人事確認"
        case RoleStatus.CONTESTED:
            return "您已反映與實際工作不符，待主管或人事確認"
        case RoleStatus.REVIEW:
            return "單位異動，待複核（原建議暫時保留）"
        case _:
            return _PROPOSED_HR if result is not None and result.needs_hr else _PROPOSED


def _assessed(held: RoleAssignment, edition: Edition) -> Assessment | None:
    """The reasons, worked out again; None where the answers no longer fit the edition, or where the
    supervisor or HR decided otherwise."""
    given = answers.valid(edition, held.answers)
    if held.edition != edition.id or len(given) < len(edition.questions):
        return None
    result = assess(edition, given)
    return result if result.roles == held.roles else None
