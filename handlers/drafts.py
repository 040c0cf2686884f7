"""Reading a conversation's draft: JSON values that an older version, or anything else, may have written."""

from datetime import date
from typing import Any


def day(value: Any) -> date | None:
    """A date in ISO form; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def words(value: Any) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""


def several(value: Any) -> tuple[str, ...]:
    """The texts of a list; empty for anything else."""
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list | tuple) else ()
