"""Keeping credentials out of reasons and error texts, whatever a platform or a library says back.

Telegram's token stands in every URL (platforms.md §0.11); a LINE reply token lets anyone answer once.
"""

import re

_SECRETS = (
    (re.compile(r"bot\d+:[A-Za-z0-9_-]+"), "bot***"),
    (re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{20,}"), "***"),
    (re.compile(r"(?i)(reply_?token\W{0,8})[A-Za-z0-9_-]{6,}"), r"\1***"),
    (re.compile(r"(?i)(bearer\s+)[^\s\"']+"), r"\1***"),
)


def redact(text: str) -> str:
    """`text` without bot tokens, reply tokens and bearer tokens."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
