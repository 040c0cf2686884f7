"""What libraries log, and how any error is told, without a word of a person in it.

A library does not know what is personal: aiosqlite logs every statement with its values, asyncio an exception
with its text, an exception of a driver quotes the row. So of a library's record only the words that it brings
along are kept, never what it fills in but numbers, and of an exception its type and its place, never its
text. Below a warning a library says nothing, whatever level somebody gave its logger; only uvicorn's own life
is told.
"""

import logging
import re
import sys
import threading
import traceback
from copy import copy
from typing import Any, Final

import structlog
from structlog.typing import EventDict, WrappedLogger

_OWN: Final = "_logger"  # what structlog adds to a record
_LIFE: Final = "uvicorn.error"  # starts and stops
# A message that came filled in already: up to where values begin (quotes, brackets, the next line).
_BEGINNING: Final = re.compile(r"[^\n\r\"'`(<{\[]*")
_MASK: Final = "…"


def told_by_type(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception becomes the lines of code it went through, and its type."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    event.pop("stack_info", None)
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_lines(error))
    return event


class Handler(logging.StreamHandler[Any]):
    """Writes our own records, and of libraries' what may be written of them."""

    def handle(self, record: logging.LogRecord) -> bool:
        if hasattr(record, _OWN):
            return bool(super().handle(record))
        if record.levelno < (logging.INFO if record.name == _LIFE else logging.WARNING):
            return False
        said = copy(record)  # others may write the record too
        said.msg, said.args = _words(record), None
        return bool(super().handle(said))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """It is named, and not quoted as logging does it."""
        error = sys.exc_info()[0]
        kind = error.__name__ if error is not None else "Exception"
        sys.stderr.write(f'{{"event": "log.unwritten", "error": "{kind}", "level": "critical"}}\n')


def take_over() -> None:
    """Whatever ends the program, a thread or a destructor is logged as any other error, instead of quoted on
    standard error."""
    log = structlog.get_logger()

    def ended(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        log.critical("program.broken", action="run", exc_info=error)

    sys.excepthook = ended
    threading.excepthook = lambda given: ended(given.exc_type, given.exc_value or given.exc_type(), None)
    sys.unraisablehook = lambda given: ended(given.exc_type, given.exc_value or given.exc_type(), None)
    logging.captureWarnings(capture=True)


def _words(record: logging.LogRecord) -> str:
    template = str(record.msg)
    if not record.args:
        found = _BEGINNING.match(template)
        return (found[0] if found is not None else "").strip()
    if isinstance(record.args, dict):
        filled: Any = {key: _shown(value) for key, value in record.args.items()}
    else:
        filled = tuple(_shown(value) for value in record.args)
    try:
        return str(template % filled)
    except (TypeError, ValueError, KeyError):
        return template


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else _MASK


def _lines(error: BaseException) -> list[str]:
    """The causes first, as Python tells them."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = _lines(before) if before is not None else []
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"{frame.filename}:{frame.lineno} in {frame.name}")
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
    if isinstance(error, BaseExceptionGroup):
        lines += [line for one in error.exceptions for line in _lines(one)]
    return lines
