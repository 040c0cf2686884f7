"""Every card of both platforms, played by the real handlers: what `/gallery` of the demo shows.

A new scene is one line in a `scenes_*` file; a new task is one line here.
"""

from bot.demo.gallery.acting import Scene
from bot.demo.gallery.scenes_arrival import ACTIVATION, HELP, WELCOME
from bot.demo.gallery.scenes_hours import DOUBT, PROGRESS, RECORDS, REPORT, UNDO
from bot.demo.gallery.scenes_role import CONTEST, MY_ROLE, NEXT, QUESTIONNAIRE, RESULT
from bot.demo.gallery.scenes_services import CERTIFICATES, MY_DATA, OFFICE, QUESTIONS, REMINDERS

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
    ("progress", "進度", PROGRESS),
    ("certificates", "證照", CERTIFICATES),
    ("reminders", "提醒", REMINDERS),
    ("data", "我的資料", MY_DATA),
    ("questions", "提問", QUESTIONS),
    ("office", "人事待辦", OFFICE),
    ("help", "說明與其他", HELP),
)

__all__ = ["TASKS", "Scene"]
