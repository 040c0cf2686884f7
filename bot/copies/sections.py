"""What is kept of a person, in words and by theme; the spreadsheet and the page show the same."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.copies import dealings
from bot.copies.model import Cell, Clockwise, Copy, Section, day_words
from guideline.edition import Edition
from guideline.records import RoleAssignment, RoleStatus, Source
from guideline.ways import WAYS
from guideline.words import hours_words, roc_date, roc_year
from handlers.desk import Agency, Desk
from handlers.reminding_list import WHY
from handlers.role import named
from storage import planned, reminded, restored, waves
from storage.copies import Kept

_ROLE: Final = {
    RoleStatus.PROPOSED: "建議，待確認",
    RoleStatus.CONTESTED: "您已反映與實際工作不符",
    RoleStatus.CONFIRMED: "已確認",
    RoleStatus.REVIEW: "待複核",
}
_TRACK: Final = {"foundation": "打底即可", "specialist": "專屬分流"}
_STATE: Final = {"official": "已達成", "waiting": "待官方登錄", "missing": "尚有不足", "unknown": "無資料"}

_FATE: Final = {
    "planned": "排定",
    "frozen": "已通知",
    "waiting": "排在下次對話時告知",
    "told": "隨回覆告知",
    "dropped": "沒有提醒",
    "unreached": "聯絡不到",
}
_WHY: Final[dict[str, str]] = {
    **{str(why): said for why, said in WHY.items()},
    planned.QUOTA: "LINE 本月則數已用完",
    planned.UNREACHABLE: "沒有可用的管道",
    planned.UNSAID: "提醒的內容無法產生",
    planned.LATE: "這一次提醒的期間已過",
    planned.SHADOW: "試行，只通知人事",
    waves.STOPPED: "您或人事已停止提醒",
    reminded.ERASED: "您已請求刪除資料",
    restored.RESTORED: "系統曾由備份還原，這一次可能已通知",
}


def describe(kept: Kept, desk: Desk, at: datetime, zone: ZoneInfo) -> Copy:
    """`at` is business time."""
    local = at.astimezone(zone)
    say = Clockwise(zone)
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
            _reminders(kept),
            dealings.accounts(kept, say),
            dealings.messages(kept, say, zone),
            dealings.audit(kept, say),
            _explained(desk.agency, local.date()),
        ),
    )


def _person(kept: Kept, say: Clockwise) -> Section:
    one = kept.person
    rows = (
        ("姓名", one["name"]),
        ("員工編號", one["employee_no"]),
        ("單位", one["unit"]),
        ("職稱", one["title"]),
        ("公務電子郵件", one["email"]),
        ("系統權限", one["access"]),
        ("人員類別", one["category"]),
        ("到職日", day_words(one["joined_on"])),
        ("離職日", day_words(one["left_on"])),
        ("不列計起", day_words(one["exempt_from"])),
        ("不列計迄", day_words(one["exempt_until"])),
        ("列計", one["counted"]),
        ("建檔時間", say(one["created_at"])),
        ("最近更新", say(one["changed_at"])),
    )
    filled = tuple((label, value or "（無）") for label, value in rows)
    return Section("基本資料", ("項目", "內容"), filled, "取自機關的人事名冊。")


def _hours(kept: Kept, say: Clockwise) -> Section:
    rows = tuple(
        (
            day_words(row["began_on"] or row["learned_on"]),
            day_words(row["learned_on"]),
            row["title"],
            row["minutes"],
            hours_words(row["minutes"]),
            "官方紀錄" if row["source"] == Source.OFFICIAL.value else "自行回報，非官方時數",
            say(row["reported_at"]),
            f"{say(row['withdrawn_at'])} 撤回" if row["withdrawn_at"] else "列計中",
            day_words(row["asked_on"]),
        )
        for row in kept.hours
    )
    headings = ("開始日", "學習日", "課程名稱", "分鐘", "時數", "來源", "登記時間", "狀態", "請您確認上傳")
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


def _roles(roles: Sequence[RoleAssignment], edition: Edition, say: Clockwise) -> Section:
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


def _certificates(kept: Kept, say: Clockwise) -> Section:
    rows = tuple(
        (
            row["name"],
            day_words(row["obtained_on"]),
            say(row["reported_at"]),
            say(row["returned_at"]),
            say(row["registered_at"]),
            say(row["withdrawn_at"]),
        )
        for row in kept.certificates
    )
    return Section("證照", ("證照", "取得日", "回報時間", "請補件時間", "表51 登錄時間", "撤回時間"), rows)


def _questions(kept: Kept, say: Clockwise) -> Section:
    rows = tuple(
        (say(row["asked_at"]), row["text"], say(row["answered_at"]), row["answer"]) for row in kept.questions
    )
    return Section("提問", ("提問時間", "您的問題", "答覆時間", "人事的答覆"), rows)


def _reminders(kept: Kept) -> Section:
    rows = tuple(
        (
            day_words(row["day"]),
            _FATE.get(row["state"], row["state"]),
            day_words(row["told_on"]),
            WAYS.get(row["way"], row["way"]),
            _WHY.get(row["reason"], "") if row["state"] != "frozen" else "",
        )
        for row in kept.reminders
    )
    note = "本服務提醒您時數不足，或請您確認是否已上傳的日子；沒有提醒的，列出原因。"
    return Section("提醒", ("提醒日", "結果", "通知日", "方式", "原因"), rows, note)


def _explained(agency: Agency, today: date) -> Section:
    kept = agency.retention or f"依{agency.hr}的保存規定"
    rows: tuple[tuple[Cell, ...], ...] = (
        (
            "這份複本",
            f"{agency.name}依個人資料保護法第 3 條、第 10 條，於 {roc_date(today)} 依您的請求製作。",
        ),
        ("蒐集目的", "人事管理、教育或訓練行政。"),
        ("時數", "「自行回報，非官方時數」是您在對話中登記的；是否列計以官方紀錄為準。"),
        ("保存期間", f"{kept}；訊息 30 日、送出的訊息 90 日、提醒結果 2 年、處理紀錄 5 年。"),
        ("更正", f"資料不正確時，可在對話中更正或撤回，或洽{agency.hr_reached}（第 11 條）。"),
        ("停止與刪除", "請在對話中輸入「解除綁定」或「刪除我的資料」；依法須保存的，刪除前會說明理由。"),
        ("回覆期限", "查詢、閱覽與複本 15 日內；更正、停止與刪除 30 日內（第 13 條）。"),
        ("請妥善保管", "本檔含您的個人資料，請勿轉傳群組。"),
    )
    return Section("說明", ("項目", "說明"), rows)
