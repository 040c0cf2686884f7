"""What an audit row says, in words for the person it is about."""

from collections.abc import Mapping
from typing import Final

UNKNOWN: Final = "其他處理"
ACTIONS: Final[Mapping[str, str]] = {
    "consent_given": "同意告知事項",
    "consent_declined": "選擇先不使用",
    "code_refused": "輸入的啟用碼無法使用",
    "account_bound": "完成啟用，綁定帳號",
    "account_released": "解除綁定",
    "person_erased": "刪除個人資料",
    "reachability_changed": "封鎖或恢復接收訊息",
    "role_proposed": "完成職務問卷，產生建議類別",
    "role_contested": "反映類別與實際工作不符",
    "hours_logged": "回報時數",
    "hours_withdrawn": "撤回一筆時數",
    "hours_corrected": "更正一筆時數",
    "certificate_reported": "回報已取得的證照",
    "certificate_withdrawn": "撤回一張證照",
    "certificate_registered": "證照已登錄表51",
    "certificate_returned": "人事請本人補證照的證書影本",
    "certificate_opened": "變更證照是否開放",
    "preference_set": "變更提醒設定",
    "reminders_stopped": "由提醒信中的連結停止提醒",
    "question_asked": "向人事提問",
    "question_answered": "人事答覆提問",
    "questions_accepted": "變更是否接受提問",
    "reminders_released": "變更提醒是否正式發送",
    "reminders_paused": "變更提醒是否暫停發送",
    "wave_stopped": "停止一批提醒",
    "closure_set": "變更停班日",
    "foresight_asked": "試算提醒",
    "copy_requested": "索取資料複本",
    "copy_made": "製作資料複本",
    "copy_fetched": "下載資料複本",
    "message_unsent": "收回訊息",
    "person_added": "列入人事名冊",
    "person_changed": "更新人事名冊",
    "code_issued": "核發啟用碼",
    "role_review": "單位異動，類別待複核",
}
