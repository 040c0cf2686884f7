"""What can go wrong with the database. The docstring of each class is what an operator reads."""

from typing import ClassVar

# ruff: noqa: N818 - an outcome is named for what it is: `except Conflict` reads as a sentence.


class StorageError(Exception):
    """The database did not do what was asked."""

    sentence: ClassVar[str] = "The database did not do what was asked."

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.sentence = " ".join((cls.__doc__ or "").split())

    def __init__(self, detail: str = "") -> None:
        """`detail` names what failed; never anything a person wrote."""
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.sentence} ({self.detail})" if self.detail else self.sentence


class Unavailable(StorageError):
    """The database cannot be read or written now; nothing was changed. Try again later."""


class Locked(Unavailable):
    """Another program holds the database for too long: stop it, or wait until its work is done."""


class Full(Unavailable):
    """The disk or the database is full: free some space. Nothing was changed."""


class ReadOnly(Unavailable):
    """The database may not be written: check who owns its file and directory, or whether the server is
    a standby."""


class Unreadable(Unavailable):
    """The database file or its disk cannot be read or written: check the path, the disk and its cables."""


class Disconnected(Unavailable):
    """No connection to the database server: check that it runs and that database_url is right."""


class Damaged(Unavailable):
    """The database file is damaged: stop the program and restore the last backup."""


class Unmigrated(Unavailable):
    """The database lacks a table this version needs: run `talentbot migrate`."""


class Conflict(StorageError):
    """Somebody else changed what this change stands on; nothing of it was kept."""


class Busy(Conflict):
    """Somebody else is changing this person right now; nothing was kept. It waits and runs again."""


class NewerSchema(StorageError):
    """The database was written by a newer version of this program: install that version, or restore an
    older backup."""


class BackupRefused(StorageError):
    """The backup was not made or not restored; the database is as it was."""
