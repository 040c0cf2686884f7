"""What an operator reads when a command is refused: one line, in Chinese, with what to do."""

import errno
from collections.abc import Mapping

from bot.alone import AlreadyRunningError
from bot.cli.common import RefusedError
from bot.roster import RosterError
from bot.settings import SettingsError
from guideline.loading import EditionError
from storage import errors

_STORAGE: Mapping[type[errors.StorageError], str] = {
    errors.Locked: "資料庫正由其他程式使用；請先停止該程式，或稍後再試",
    errors.Full: "磁碟空間不足，沒有任何變更；請清出空間後再試",
    errors.ReadOnly: "資料庫無法寫入；請檢查檔案與資料夾的擁有者及權限",
    errors.Unreadable: "無法讀寫資料庫檔案；請檢查路徑、磁碟與檔案大小的限制",
    errors.Disconnected: "連不上資料庫主機；請確認主機已啟動，且 database_url 正確",
    errors.Damaged: "資料庫檔案已損壞；請停止程式，並以 talentbot restore 還原最近的備份",
    errors.Unmigrated: "資料庫尚未更新到這個版本；請執行 talentbot migrate",
    errors.NewerSchema: "資料庫由較新版本的 talentbot 寫入；請改用該版本，或還原較早的備份",
    errors.Conflict: "資料同時被其他人更改，這次沒有任何變更；請再試一次",
    errors.Unavailable: "資料庫暫時無法使用，沒有任何變更；請稍後再試",
}
_FILES: Mapping[int | None, str] = {
    errno.ENOENT: "找不到 {}；請檢查檔名與資料夾",
    errno.EISDIR: "{} 是資料夾；請指定檔案",
    errno.ENOTDIR: "{} 的上層不是資料夾；請檢查路徑",
    errno.EACCES: "沒有讀寫 {} 的權限；請檢查擁有者及權限",
    errno.ENOSPC: "磁碟空間不足，無法寫入 {}；請清出空間後再試",
}


def sentence_of(error: Exception) -> str | None:
    """One line; None for what is no refusal but a mistake of ours."""
    match error:
        case RefusedError() | SettingsError() | RosterError():
            sentence = str(error)
        case EditionError():
            sentence = f"指引資料有誤：{error}"
        case errors.StorageError():
            known = next((text for kind, text in _STORAGE.items() if isinstance(error, kind)), None)
            detail = f"（{error.detail}）" if error.detail else ""
            sentence = f"{known or error.sentence}{detail}"
        case AlreadyRunningError():
            sentence = f"另一個 talentbot 正在使用資料庫 {error}；請先停止它，再啟動這一個"
        case OSError() if error.errno == errno.EADDRINUSE:
            sentence = "連接埠已被其他程式使用；請改用另一個（demo 用 --port，run 用設定 http.port）"
        case OSError() if error.filename is not None and error.errno in _FILES:
            sentence = _FILES[error.errno].format(error.filename)
        case OSError() if error.filename is not None:
            sentence = f"無法讀寫 {error.filename}：{error.strerror}"
        case _:
            return None
    return " ".join(sentence.split())
