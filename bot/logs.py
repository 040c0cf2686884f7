"""What the program writes down while it runs: one JSON object a line, or coloured text on a terminal.

No names, no texts of people, no user ids, no secrets: events carry our own ids and counts, and whatever looks
like a credential is blotted out here, whoever logged it (httpx prints Telegram's token in its URLs,
platforms.md §0.11). What a library says is `bot.foreign`'s business.
"""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

import structlog
from pydantic import BaseModel, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.foreign import Handler, told_by_type
from bot.settings import Settings

BLOT = "***"
_TELEGRAM_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[A-Za-z0-9_-]+")
_BEARER = re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/=-]+")
_LINK_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+(?=@)")  # a database address
_SHORTEST = 6  # a shorter secret would blot out ordinary words


class Redaction:
    """Blots out credentials in every string of an event, however deep, and in its traceback."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: object) -> object:
        match value:
            case str():
                return self.text(value)
            case bytes():
                return self.text(value.decode("utf-8", "replace"))
            case dict():
                return {key: self.clean(item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.clean(item) for item in value]
            case None | bool() | int() | float():
                return value
            case _:
                return self.text(str(value))

    def text(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(BLOT, text)
        text = _TELEGRAM_TOKEN.sub(BLOT, text)
        text = _BEARER.sub(BLOT, text)
        return _LINK_PASSWORD.sub(rf"\1:{BLOT}", text)


class RefusedAlready(logging.Filter):
    """Leaves out the traceback that uvicorn writes when an answer of ours comes after its own 400 to the rest
    of the same request: nothing is wrong, and anybody could fill the log with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return type(error).__module__.partition(".")[0] != "h11"


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret of the settings that is set."""
    return tuple(_secrets(settings))


def _secrets(table: BaseModel) -> Iterator[str]:
    for _, value in table:
        if isinstance(value, BaseModel):
            yield from _secrets(value)
        elif isinstance(value, SecretStr) and len(value):
            yield value.get_secret_value()


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Sends structlog's and the standard library's records to `stream` (standard error)."""
    target = stream or sys.stderr
    terminal = target.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    redaction = Redaction(secrets_of(settings))
    # A traceback becomes text before it is redacted; it shows neither messages nor local variables.
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        told_by_type,
        redaction,
        structlog.dev.ConsoleRenderer()
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    handler = Handler(target)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    handler.addFilter(RefusedAlready())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
