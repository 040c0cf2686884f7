"""Logs are JSON lines without secrets."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import h11
import pytest
import structlog
from pydantic import BaseModel, SecretStr

from bot.logs import Redaction, configure, secrets_of
from bot.settings import Settings
from tests.docs.pages import ROOT

LIBRARIES = (
    "aiohttp.access",
    "aiosqlite",
    "apscheduler",
    "asyncio",
    "httpx",
    "sqlalchemy",
    "telegram.ext",
    "uvicorn",
)
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"
SETTINGS = Settings.model_validate(
    {
        "line": {"channel_secret": "secret-of-line", "channel_access_token": "token-of-line"},
        "telegram": {"token": TOKEN},
        "smtp": {"host": "mail", "sender": "a@b.tw", "username": "u", "password": "p4ssword!"},
    }
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the program logs, with the logging of the test run put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in LIBRARIES}
    stream = io.StringIO()
    configure(SETTINGS, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, kept in quiet.items():
        logging.getLogger(name).setLevel(kept)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_event_is_one_json_line(stream: io.StringIO) -> None:
    """structlog and the standard library write the same kind of line."""
    structlog.get_logger("talentbot").info("inbox.received", action="line", events=2)
    logging.getLogger("elsewhere").warning("slow: %s", 3)
    first, second = _lines(stream)
    assert (first["event"], first["action"], first["events"], first["level"]) == (
        "inbox.received", "line", 2, "info",
    )  # fmt: skip
    assert (second["event"], second["logger"], second["level"]) == ("slow: 3", "elsewhere", "warning")
    assert first["timestamp"].endswith("Z")


def test_no_secret_comes_through(stream: io.StringIO) -> None:
    """A secret is blotted out in the event, in nested values, and in a traceback."""
    log = structlog.get_logger()
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    log.warning("call", url=url, headers={"authorization": "Bearer abc.def-ghi"})
    log.error(
        "failed", secrets=["secret-of-line", {"k": "token-of-line"}], at="postgresql://me:hunter22@db/x"
    )
    log.error("mail", exc_info=ValueError("smtp said p4ssword! is wrong"))
    log.error("mail", said="smtp said p4ssword! is wrong")
    written = stream.getvalue()
    assert "smtp said *** is wrong" in written
    for secret in (TOKEN, "abc.def-ghi", "secret-of-line", "token-of-line", "hunter22", "p4ssword!"):
        assert secret not in written


def test_every_secret_of_the_settings_is_known() -> None:
    """Those of before a change too: they are accepted still, and can be forged with."""
    tables = {name: field.annotation for name, field in Settings.model_fields.items()}
    secrets = {
        (table, name): f"canary-{table}-{name}"
        for table, kind in tables.items()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
        if field.annotation is SecretStr
    }
    assert len(secrets) >= 8
    filled: dict[str, dict[str, str]] = {
        "telegram": {},
        "smtp": {"host": "mail", "sender": "a@b.tw", "username": "u"},
    }
    for (table, name), value in secrets.items():
        filled.setdefault(table, {})[name] = value
    redaction = Redaction(secrets_of(Settings.model_validate(filled)))
    assert {key: redaction.text(f"said {value}") for key, value in secrets.items()} == dict.fromkeys(
        secrets, "said ***"
    )


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_says_nothing_below_a_warning(stream: io.StringIO, name: str) -> None:
    """Whatever level somebody gave its logger: aiosqlite, for one, tells every statement with its values."""
    log = logging.getLogger(name)
    log.setLevel(logging.DEBUG)
    log.debug("executing INSERT INTO inbox %r", ("王小明",))
    log.info("GET https://api.telegram.org/bot1:abc/getMe")
    assert stream.getvalue() == ""


def test_uvicorn_tells_of_its_own_life(stream: io.StringIO) -> None:
    """An operator sees that the server has started, and where."""
    log = logging.getLogger("uvicorn.error")
    log.info("Started server process [%d]", 7, extra={"color_message": "王小明"})
    log.debug("王小明")
    assert [line["event"] for line in _lines(stream)] == ["Started server process [7]"]
    assert "王小明" not in stream.getvalue()


@pytest.mark.parametrize(
    ("message", "values", "written"),
    [
        ("Job %s raised after %.1f s", ("王小明", 2.0), "Job … raised after 2.0 s"),
        ("%(who)s came %(times)d times", ({"who": "王小明", "times": 3},), "… came 3 times"),
        (
            "Task exception was never retrieved\nfuture: ValueError('王小明')",
            (),
            "Task exception was never retrieved",
        ),
        ("Exception in callback handle('王小明')", (), "Exception in callback handle"),
        ("refused <王小明>", (), "refused"),
    ],
)
def test_of_a_librarys_warning_its_own_words_are_kept(
    stream: io.StringIO, message: str, values: tuple[Any, ...], written: str
) -> None:
    """What it fills in may be anybody's; numbers are nobody's."""
    logging.getLogger("asyncio").warning(message, *values)
    assert _lines(stream)[0]["event"] == written


def test_an_exception_is_told_by_its_type_and_place(stream: io.StringIO) -> None:
    """Its text may quote a row, and so may those it came from."""

    def store(name: str) -> None:
        try:
            int(name)
        except ValueError as error:
            raise ExceptionGroup(f"while storing {name}", [KeyError(name)]) from error

    try:
        store("王小明")
    except ExceptionGroup:
        structlog.get_logger().error("failed", exc_info=True)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    for line in _lines(stream):
        told = line["exception"].splitlines()
        assert [one for one in told if " in " not in one] == [
            "builtins.ValueError",
            "builtins.ExceptionGroup",
            "builtins.KeyError",
        ]
        assert "test_logs.py" in told[0]
        assert told[0].endswith(" in store")
    assert "王小明" not in stream.getvalue()


def test_a_line_that_cannot_be_written_is_not_quoted(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """logging prints the record and its values on standard error; ours names the error."""

    def full(_: str) -> int:
        raise OSError("no space for 王小明")

    monkeypatch.setattr(stream, "write", full)
    structlog.get_logger().error("failed", who="王小明")
    said = capsys.readouterr().err
    assert "log.unwritten" in said
    assert "王小明" not in said


def test_whatever_ends_a_program_is_logged_by_its_type() -> None:
    """The main thread, another one, a destructor and a warning: nothing is quoted on standard error."""
    command = [sys.executable, "-c", _ENDS]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - our own
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert "王小明" not in said + ended.stdout.decode()
    events = [json.loads(line) for line in said.splitlines()]
    assert [one.get("exception", "").splitlines()[-1:] for one in events] == [
        ["builtins.KeyError"],
        ["builtins.RuntimeError"],
        [],
        ["builtins.ValueError"],
    ]


_ENDS = """
import threading, warnings
from bot.foreign import take_over
from bot.logs import configure
from bot.settings import Settings

class Clumsy:
    def __del__(self):
        raise RuntimeError("王小明")

def thread():
    raise KeyError("王小明")

configure(Settings.model_validate({}))
take_over()
one = threading.Thread(target=thread)
one.start()
one.join()
del one
clumsy = Clumsy()
del clumsy
warnings.warn("'王小明'")
raise ValueError("王小明")
"""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://api.telegram.org/bot12:abc/getMe", "https://api.telegram.org/bot***/getMe"),
        ("at 12:30 the 2 of 3", "at 12:30 the 2 of 3"),
        ("Authorization: Bearer eyJ.x.y", "Authorization: Bearer ***"),
    ],
)
def test_redaction_without_known_secrets(text: str, clean: str) -> None:
    """What looks like a credential goes, and ordinary words stay."""
    assert Redaction().text(text) == clean


def test_an_answer_after_the_servers_own_refusal_leaves_no_traceback(stream: io.StringIO) -> None:
    """Anybody can send half a request; another error of the server is told as before."""
    server = logging.getLogger("uvicorn.error")
    server.error("Exception in ASGI application", exc_info=h11.LocalProtocolError("state=MUST_CLOSE"))
    assert stream.getvalue() == ""
    server.error("Exception in ASGI application", exc_info=ValueError("ours"))
    assert "ValueError" in stream.getvalue()
