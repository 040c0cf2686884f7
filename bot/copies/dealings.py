"""What passed between a person and the bot: accounts and consent, messages, and who did what when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from bot.copies.actions import ACTIONS, UNKNOWN
from bot.copies.chats import heard, told
from bot.copies.model import Cell, Clockwise, Section, day_words
from guideline.records import Access
from guideline.ways import WAYS
from storage.copies import Kept


def accounts(kept: Kept, say: Clockwise) -> Section:
    platform = kept.platforms
    rows: list[tuple[Cell, ...]] = []
    for row in kept.accounts:
        reached = "可收到訊息" if row["reachable"] else "目前無法送達（已封鎖或停用）"
        rows.append(
            (
                "帳號",
                WAYS[row["platform"]],
                f"帳號代碼 {row['user_id']}，{reached}",
                say(row["created_at"]),
            )
        )
    for row in kept.consents:
        where = WAYS.get(platform.get(row["account_id"], ""), "已解除綁定的帳號")
        given = f"同意告知事項（{row['notice']} 版）"
        ended = f"；{say(row['withdrawn_at'])} 解除" if row["withdrawn_at"] else ""
        rows.append(("同意", where, given + ended, say(row["given_at"])))
    for row in kept.activations:
        used = f"{say(row['used_at'])} 使用" if row["used_at"] else f"有效至 {say(row['expires_at'])}"
        rows.append(("啟用碼", "", f"只保存雜湊，不保存啟用碼本身；{used}", say(row["issued_at"])))
    if (chosen := kept.preference) is not None:
        rows.append(("提醒設定", "", _preference(chosen, say), say(chosen["changed_at"])))
    for row in kept.links:
        used = f"；{say(row['used_at'])} 使用" if row["used_at"] else ""
        rows.append(("停止提醒的連結", "電子郵件", f"只保存雜湊{used}", say(row["created_at"])))
    for row in kept.office:
        said = "人事週報" if row["what"].startswith("digest:") else "提醒作業的結果"
        rows.append(("人事通知", "", said, say(row["at"])))
    for row in kept.conversations:
        where = WAYS.get(platform.get(row["account_id"], ""), "")
        rows.append(("進行中的對話", where, _draft(row["draft"]) or "尚未填寫內容", say(row["moved_at"])))
    return Section("同意與帳號", ("項目", "平臺", "內容", "時間"), tuple(rows))


def _preference(chosen: RowMapping, say: Clockwise) -> str:
    parts = [
        f"由 {WAYS.get(chosen['channel'], '電子郵件')} 通知"
        if chosen["channel"]
        else "由較容易送達的管道通知",
        f"{say(chosen['stopped_at'])} 停止提醒" if chosen["stopped_at"] else "",
        f"{day_words(chosen['snoozed_until'])} 前不提醒" if chosen["snoozed_until"] else "",
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


def messages(kept: Kept, say: Clockwise, zone: ZoneInfo) -> Section:
    """Both directions by time; what was taken back or cleared is no longer there to show. What supervisors
    and HR were told speaks of other people, whose data are no part of this copy."""
    own = kept.person["access"] == Access.STAFF.value
    lines: list[tuple[datetime, str, str, str]] = []
    for row in kept.events:
        words = heard(row["platform"], bytes(row["raw"]), row["received_at"], zone)
        if words:
            lines.append((row["received_at"], WAYS[row["platform"]], "您", words))
    for row in kept.told if own else ():
        words = told(row["body"])
        if words:
            lines.append((row["created_at"], WAYS[row["platform"]], "AI 學習小幫手", words))
    lines.sort(key=lambda line: line[0])
    rows = tuple((say(at), where, who, words) for at, where, who, words in lines)
    note = "您傳來的訊息保存 30 日、送給您的訊息保存 90 日，逾期自動清除；已收回的訊息不再列出。"
    if not own:
        note += "您具有主管或人事權限，送給您的訊息可能含他人資料，因此未列入。"
    return Section("訊息", ("時間", "平臺", "誰", "內容"), rows, note)


def audit(kept: Kept, say: Clockwise) -> Section:
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
        return f"您（{WAYS[kept.platforms[row['account_id']]]}）"
    if any(row["account_id"] == given["account_id"] for given in kept.consents if given["account_id"]):
        return "您（已解除綁定的帳號）"
    return "系統" if row["actor"] == "job" else "承辦人員"
