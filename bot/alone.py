"""One running bot for one SQLite file: a second one would take over what the first has under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

try:
    import fcntl
except ImportError:  # not a POSIX system: the port is the only guard
    fcntl = None  # type: ignore[assignment]


class AlreadyRunningError(Exception):
    """Another talentbot is running on this database."""


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Holds the file's lock while the bot runs; the lock goes with the process, however it ends. PostgreSQL
    is for any number of replicas and needs none. Raises AlreadyRunningError."""
    url = make_url(database_url)
    if fcntl is None or url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with Path(f"{url.database}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(url.database) from None
        yield


def runs(database_url: str) -> bool:
    """Whether a bot runs on this SQLite file. Makes no lock where there is none: whoever asks may be another
    user than the bot's. Raises OSError where the lock may not be read."""
    lock = Path(f"{make_url(database_url).database}.lock")
    if fcntl is None or not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def rests(database_url: str) -> bool:
    """Whether it is certain that no bot runs on this database; of PostgreSQL nobody here can know."""
    if fcntl is None or make_url(database_url).get_backend_name() != "sqlite":
        return False
    try:
        return not runs(database_url)
    except OSError:
        return False
