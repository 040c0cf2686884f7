"""What is kept of a person, in words and by theme; the spreadsheet and the page show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from bot.copies.actions import ACTIONS, UNKNOWN
from bot.copies.chats import heard, told
from guideline.edition import Edition
from guideline.records import Access, RoleAssignment, RoleStatus, Source
from guideline.words import hours_words, roc_date, roc_year
from handlers.desk import Agency, Desk
from handlers.role import named
from storage.copies import Kept

Cell = str | int
PLATFORMS: Final[Mapping[str, str]] = {"line": "LINE", "telegram": "Telegram"}
_ROLE: Final = {
    RoleStatus.PROPOSED: "建議，待確認",
    RoleStatus.CONTESTED: "您已反映與實際工作不符",
    RoleStatus.CONFIRMED: "已確認",
    RoleStatus.REVIEW: "待複核",
}
_TRACK: Final = {"foundation": "打底即可", "specialist": "專屬分流"}
_STATE: Final = {"official": "已達成", "waiting": "待官方登錄", "missing": "尚有不足", "unknown": "無資料"}


@dataclass(frozen=True, slots=True)
class Section:
    """One theme: a table of whole texts and numbers. `note` stands above it."""

    title: str  # also a sheet's name: at most 31 characters, none of []:*?/\\
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """The whole copy. `made_at` in the agency's timezone."""

    agency: str
    name: str
    made_at: datetime
    sections: tuple[Section, ...]


def describe(kept: Kept, desk: Desk, at: datetime, zone: ZoneInfo) -> Copy:
    """`at` is business time."""
    local = at.astimezone(zone)
    say = _Clockwise(zone)
    edition = desk.edition
    return Copy(
        agency=desk.agency.name,
        name=str(kept.person["name"]),
        made_at=local,
        sections=(
            _person(kept, say),
            _hours(kept, say),
            _standings(kept),
            _roles(kept.roles, edition, say),
            _certificates(kept, say),
            _questions(kept, say),
            _accounts(kept, say),
            _messages(kept, say, zone),
            _audit(kept, say),
            _explained(desk.agency, local.date()),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Clockwise:
    """Instants and days as people here read them; empty for none."""

    zone: ZoneInfo

    def __call__(self, at: datetime | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        return f"{roc_date(local.date())} {local:%H:%M}"


def _day(day: date | None) -> str:
    return roc_date(day) if day is not None else ""


def _person(kept: Kept, say: _Clockwise) -> Section:
    one = kept.person
    rows = (
        ("姓名", one["name"]),
        ("員工編號", one["employee_no"]),
        ("單位", one["unit"]),
        ("職稱", one["title"]),
        ("公務電子郵件", one["email"]),
        ("系統權限", one["access"]),
        ("人員類別", one["category"]),
        ("到職日", _day(one["joined_on"])),
        ("離職日", _day(one["left_on"])),
        ("不列計起", _day(one["exempt_from"])),
        ("不列計迄", _day(one["exempt_until"])),
        ("建檔時間", say(one["created_at"])),
        ("最近更新", say(one["changed_at"])),
    )
    filled = tuple((label, value or "（無）") for label, value in rows)
    return Section("基本資料", ("項目", "內容"), filled, "取自機關的人事名冊。")


def _hours(kept: Kept, say: _Clockwise) -> Section:
    rows = tuple(
        (
            _day(row["began_on"] or row["learned_on"]),
            _day(row["learned_on"]),
            row["title"],
            row["minutes"],
            hours_words(row["minutes"]),
            "官方紀錄" if row["source"] == Source.OFFICIAL.value else "自行回報，非官方時數",
            say(row["reported_at"]),
            f"{say(row['withdrawn_at'])} 撤回" if row["withdrawn_at"] else "列計中",
        )
        for row in kept.hours
    )
    headings = ("開始日", "學習日", "課程名稱", "分鐘", "時數", "來源", "登記時間", "狀態")
    return Section("時數", headings, rows, "撤回或更正前的紀錄也一併列出。")


def _standings(kept: Kept) -> Section:
    now = [(row, row["name"] or row["requirement"], "隨時數更新") for row in kept.standings]
    frozen = [(row, f"{row['requirement']} {row['part']}", "年度已結算") for row in kept.closed]
    rows = tuple(
        (
            f"{roc_year(row['year'])} 年",
            name,
            hours_words(row["needed"]),
            hours_words(row["official"]) if row["official"] is not None else "尚無官方資料",
            hours_words(row["waiting"]),
            _STATE.get(row["state"], row["state"]),
            kind,
        )
        for row, name, kind in (*now, *frozen)
    )
    headings = ("年度", "要求", "應有", "官方", "自行回報待登錄", "狀態", "說明")
    return Section("年度統計", headings, rows)


def _roles(roles: Sequence[RoleAssignment], edition: Edition, say: _Clockwise) -> Section:
    rows = tuple(
        (
            say(role.decided_at),
            named(edition, role.roles),
            _TRACK.get(role.track, role.track),
            _ROLE[role.status],
            f"{role.edition} 版",
            _answers(role, edition),
            role.note,
        )
        for role in roles
    )
    headings = ("時間", "類別", "學習方向", "狀態", "指引版本", "職務問卷的回答", "說明")
    return Section("類別", headings, rows)


def _answers(role: RoleAssignment, edition: Edition) -> str:
    """In words where this edition asked them; otherwise as they are kept."""
    said = []
    for key, chosen in role.answers.items():
        question = edition.questions.get(key) if role.edition == edition.id else None
        options = [question.option(one) for one in chosen] if question else []
        texts = [found.text if found else kept for found, kept in zip(options, chosen, strict=False)]
        asked = question.text if question else key
        said.append(f"{asked}{'　' if asked.endswith(('？', '）')) else '：'}{'、'.join(texts or chosen)}")
    return "\n".join(said)


def _certificates(kept: Kept, say: _Clockwise) -> Section:
    rows = tuple(
        (
            row["name"],
            _day(row["obtained_on"]),
            say(row["reported_at"]),
            say(row["registered_at"]),
            say(row["withdrawn_at"]),
        )
        for row in kept.certificates
    )
    return Section("證照", ("證照", "取得日", "回報時間", "表51 登錄時間", "撤回時間"), rows)


def _questions(kept: Kept, say: _Clockwise) -> Section:
    rows = tuple(
        (say(row["asked_at"]), row["text"], say(row["answered_at"]), row["answer"]) for row in kept.questions
    )
    return Section("提問", ("提問時間", "您的問題", "答覆時間", "人事的答覆"), rows)


def _accounts(kept: Kept, say: _Clockwise) -> Section:
    platform = kept.platforms
    rows: list[tuple[Cell, ...]] = []
    for row in kept.accounts:
        reached = "可收到訊息" if row["reachable"] else "目前無法送達（已封鎖或停用）"
        rows.append(
            (
                "帳號",
                PLATFORMS[row["platform"]],
                f"帳號代碼 {row['user_id']}，{reached}",
                say(row["created_at"]),
            )
        )
    for row in kept.consents:
        where = PLATFORMS.get(platform.get(row["account_id"], ""), "已解除綁定的帳號")
        given = f"同意告知事項（{row['notice']} 版）"
        ended = f"；{say(row['withdrawn_at'])} 解除" if row["withdrawn_at"] else ""
        rows.append(("同意", where, given + ended, say(row["given_at"])))
    for row in kept.activations:
        used = f"{say(row['used_at'])} 使用" if row["used_at"] else f"有效至 {say(row['expires_at'])}"
        rows.append(("啟用碼", "", f"只保存雜湊，不保存啟用碼本身；{used}", say(row["issued_at"])))
    if (chosen := kept.preference) is not None:
        rows.append(("提醒設定", "", _preference(chosen, say), say(chosen["changed_at"])))
    for row in kept.conversations:
        where = PLATFORMS.get(platform.get(row["account_id"], ""), "")
        rows.append(("進行中的對話", where, _draft(row["draft"]) or "尚未填寫內容", say(row["moved_at"])))
    return Section("同意與帳號", ("項目", "平臺", "內容", "時間"), tuple(rows))


def _preference(chosen: RowMapping, say: _Clockwise) -> str:
    parts = [
        f"由 {PLATFORMS.get(chosen['channel'], '電子郵件')} 通知"
        if chosen["channel"]
        else "由較容易送達的管道通知",
        f"{say(chosen['stopped_at'])} 停止提醒" if chosen["stopped_at"] else "",
        f"{_day(chosen['snoozed_until'])} 前不提醒" if chosen["snoozed_until"] else "",
        "通知不顯示數字" if chosen["low_detail"] else "",
    ]
    return "；".join(part for part in parts if part)


def _draft(kept: Any) -> str:
    """Whatever a person has filled in so far, without the names of the program's own fields."""
    match kept:
        case Mapping():
            found = [_draft(value) for value in kept.values()]
        case list() | tuple():
            found = [_draft(value) for value in kept]
        case str() | int() | float() if not isinstance(kept, bool):
            found = [str(kept)]
        case _:
            found = []
    return "、".join(one for one in found if one)


def _messages(kept: Kept, say: _Clockwise, zone: ZoneInfo) -> Section:
    """Both directions by time; what was taken back or cleared is no longer there to show. What supervisors
    and HR were told speaks of other people, whose data are no part of this copy."""
    own = kept.person["access"] == Access.STAFF.value
    lines: list[tuple[datetime, str, str, str]] = []
    for row in kept.events:
        words = heard(row["platform"], bytes(row["raw"]), row["received_at"], zone)
        if words:
            lines.append((row["received_at"], PLATFORMS[row["platform"]], "您", words))
    for row in kept.told if own else ():
        words = told(row["body"])
        if words:
            lines.append((row["created_at"], PLATFORMS[row["platform"]], "AI 學習小幫手", words))
    lines.sort(key=lambda line: line[0])
    rows = tuple((say(at), where, who, words) for at, where, who, words in lines)
    note = "您傳來的訊息保存 30 日、送給您的訊息保存 90 日，逾期自動清除；已收回的訊息不再列出。"
    if not own:
        note += "您具有主管或人事權限，送給您的訊息可能含他人資料，因此未列入。"
    return Section("訊息", ("時間", "平臺", "誰", "內容"), rows, note)


def _audit(kept: Kept, say: _Clockwise) -> Section:
    rows = tuple(
        (
            say(row["at"]),
            ACTIONS.get(row["action"], UNKNOWN),
            _who(row, kept),
        )
        for row in kept.audit
    )
    note = "只記何時、何事、由誰；不記內容。對話中的每一小步保存 30 日，未逐筆列出。"
    return Section("處理紀錄", ("時間", "事項", "由誰"), rows, note)


def _who(row: RowMapping, kept: Kept) -> str:
    """The person, by which chat; of everybody else only in what capacity they acted."""
    if row["account_id"] is not None and row["account_id"] in kept.platforms:
        return f"您（{PLATFORMS[kept.platforms[row['account_id']]]}）"
    if any(row["account_id"] == given["account_id"] for given in kept.consents if given["account_id"]):
        return "您（已解除綁定的帳號）"
    return "系統" if row["actor"] == "job" else "承辦人員"


def _explained(agency: Agency, today: date) -> Section:
    kept = agency.retention or f"依{agency.hr}的保存規定"
    rows: tuple[tuple[Cell, ...], ...] = (
        (
            "這份複本",
            f"{agency.name}依個人資料保護法第 3 條、第 10 條，於 {roc_date(today)} 依您的請求製作。",
        ),
        ("蒐集目的", "人事管理、教育或訓練行政。"),
        ("時數", "「自行回報，非官方時數」是您在對話中登記的；是否列計以官方紀錄為準。"),
        ("保存期間", f"{kept}；訊息 30 日、送出的訊息 90 日、處理紀錄 5 年。"),
        ("更正", f"資料不正確時，可在對話中更正或撤回，或洽{agency.hr_reached}（第 11 條）。"),
        ("停止與刪除", "請在對話中輸入「解除綁定」或「刪除我的資料」；依法須保存的，刪除前會說明理由。"),
        ("回覆期限", "查詢、閱覽與複本 15 日內；更正、停止與刪除 30 日內（第 13 條）。"),
        ("請妥善保管", "本檔含您的個人資料，請勿轉傳群組。"),
    )
    return Section("說明", ("項目", "說明"), rows)
