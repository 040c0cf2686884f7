"""Every card of both platforms, played by the real handlers: what `/gallery` of the demo shows.

A new scene is one line in a `scenes_*` file; a new task is one line here.
"""

from bot.demo.gallery.acting import Scene
from bot.demo.gallery.scenes_arrival import ACTIVATION, WELCOME
from bot.demo.gallery.scenes_certificates import CERTIFICATES, FORM_51, HOLDING
from bot.demo.gallery.scenes_data import COPY, ERASE, LEAVER, MY_DATA, UNBIND
from bot.demo.gallery.scenes_digest import DIGEST
from bot.demo.gallery.scenes_help import HELP
from bot.demo.gallery.scenes_hours import DOUBT, PROGRESS, REPORT, UNDO
from bot.demo.gallery.scenes_questions import ASKING, FAQ, OFFICE
from bot.demo.gallery.scenes_records import CORRECTION, RECORDS
from bot.demo.gallery.scenes_reminders import REMINDED, REMINDERS
from bot.demo.gallery.scenes_reminding import REMINDING
from bot.demo.gallery.scenes_role import CONTEST, MY_ROLE, NEXT, QUESTIONNAIRE, RESULT

# Anchor of the page, title, scenes.
TASKS: tuple[tuple[str, str, tuple[Scene, ...]], ...] = (
    ("welcome", "歡迎與告知", WELCOME),
    ("activation", "啟用", ACTIVATION),
    ("questionnaire", "職務問卷", QUESTIONNAIRE),
    ("result", "建議類別", RESULT),
    ("role", "我的類別", MY_ROLE),
    ("contest", "不符", CONTEST),
    ("next", "下一步", NEXT),
    ("report", "回報時數", REPORT),
    ("doubt", "回報有疑問", DOUBT),
    ("undo", "復原", UNDO),
    ("records", "紀錄", RECORDS),
    ("correction", "更正與撤回", CORRECTION),
    ("progress", "進度", PROGRESS),
    ("certificates", "證照", CERTIFICATES),
    ("holding", "回報已取得", HOLDING),
    ("reminded", "收到提醒", REMINDED),
    ("reminders", "提醒設定", REMINDERS),
    ("faq", "常見問題", FAQ),
    ("asking", "問人事", ASKING),
    ("data", "我的資料", MY_DATA),
    ("copy", "索取複本", COPY),
    ("unbind", "解除綁定", UNBIND),
    ("erase", "刪除我的資料", ERASE),
    ("leaver", "離職之後", LEAVER),
    ("office", "人事待辦", OFFICE),
    ("digest", "人事週報", DIGEST),
    ("form51", "表51 與證照開放", FORM_51),
    ("reminding", "提醒作業", REMINDING),
    ("help", "說明與其他", HELP),
)

__all__ = ["TASKS", "Scene"]
