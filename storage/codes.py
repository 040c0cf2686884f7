"""One-time activation codes: made of what cannot be misread, kept only as a hash."""

import hashlib
import secrets
from typing import Final

_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without 0 O, 1 I L, and U (read as V)
_GROUPS, _SIZE = 2, 4
_SALT: Final = b"talentbot.activation.1"  # the look-up goes by the hash, so one salt for all
_ROUNDS: Final = 2_000  # about 1 ms: a stolen table costs a thousand times more to try out than to read


def new_code() -> str:
    """A code as it is printed: ABCD-2345; 30**8 of them."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_SIZE)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_code(code: str) -> str:
    """What the database keeps of a code. Case, spaces and hyphens make no difference."""
    typed = "".join(c for c in code.upper() if c.isalnum()).encode("utf-8", "replace")
    return hashlib.pbkdf2_hmac("sha256", typed, _SALT, _ROUNDS).hex()
