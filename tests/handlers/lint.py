"""What holds of every message whatever it says: wording, labels, payloads, the typed line."""

from handlers.message import Button, Card, Choices, Message, plain
from handlers.payload import pack
from tests.handlers.scene import buttons

FORBIDDEN = (
    "你",  # 您 throughout (words.md)
    "登入",
    "未達標",
    "落後",
    "全部完成",
    "暫定",
    "證明有誤",
    "None",
    "〔",
    "到今天應有",
    # mainland terms
    "信息",
    "默認",
    "用戶",
    "質量",
    "視頻",
    "點擊",
    "激活",
    "綁定成功",
    "打印",
)


def faults(message: Message) -> list[str]:
    """Everything wrong with a message, in words; empty for a good one."""
    said = plain(message)
    shown = buttons(message)
    found = [f"says 「{word}」" for word in FORBIDDEN if word in said + "".join(b.label for b in shown)]
    if strange := {c for c in said if "\u4e00" <= c <= "\u9fff" and not _traditional(c)}:
        found.append(f"Simplified or odd characters: {sorted(strange)}")
    if not said.strip():
        found.append("says nothing")
    if isinstance(message, Card | Choices):
        found += _typed(message)
    for button in shown:
        found += _button(button)
    if len(said) > 1500:
        found.append(f"{len(said)} characters: over LINE's altText")
    return found


def _typed(message: Card | Choices) -> list[str]:
    """LINE on a PC shows no quick replies: whatever has buttons says what to type."""
    found = []
    if buttons(message) and not message.typed.startswith("（電腦版請輸入："):
        found.append("buttons without words to type")
    labels = [b.label for b in buttons(message)]
    if len(labels) > 13:
        found.append(f"{len(labels)} buttons: over LINE's 13 quick replies")
    if len(set(labels)) < len(labels):
        found.append(f"two buttons alike: {labels}")
    return found


def _button(button: Button) -> list[str]:
    found = []
    if not 1 <= len(button.label.strip()) <= 20:
        found.append(f"label of {len(button.label)}: {button.label}")
    if button.press is not None:
        pack(button.press)  # raises for what does not fit
    return found


def _traditional(character: str) -> bool:
    """Big5 holds the characters of Taiwan's usage and none of the Simplified forms."""
    try:
        character.encode("cp950")
    except UnicodeEncodeError:
        return False
    return True
