"""Cutting a JSON array into its elements where the JSON as a whole cannot be read.

A single event that nests too deep, or holds bytes that are not UTF-8, makes the whole body unreadable to a
parser; its neighbours are cut out here by counting brackets, without recursion.
"""

import re

# A string that never ends is one token to the end: tried anew at each of its quotes, it would take for ever.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
_COLON = re.compile(rb"\s*:")


def elements(body: bytes, key: bytes) -> list[bytes] | None:
    """The raw elements of the array under `key` of the outermost object (`key` with its quotes, as bytes).

    None when there is no such array, or it never ends.
    """
    start = _array(body, key)
    if start is None:
        return None
    found: list[bytes] = []
    depth = 0
    for token in _TOKEN.finditer(body, start):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]") and depth:
            depth -= 1
        elif mark == b"," and not depth:
            found.append(body[start : token.start()].strip())
            start = token.end()
        elif mark in (b"}", b"]"):
            found.append(body[start : token.start()].strip())
            return [piece for piece in found if piece]
    return None


def _array(body: bytes, key: bytes) -> int | None:
    """Where the array under `key` begins, behind its bracket."""
    depth = 0
    named = False
    for token in _TOKEN.finditer(body):
        mark = token[0]
        if mark == b"[" and named:
            return token.end()
        named = depth == 1 and mark == key and _COLON.match(body, token.end()) is not None
        if mark in (b"{", b"["):
            if depth == 0 and mark == b"[":
                return None
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
    return None
