"""Links as the platforms take them: in ASCII, with a host. One link that is not costs a whole message."""

import ipaddress
from urllib.parse import quote, urlsplit, urlunsplit

from bot.platforms.tolerant import clean

_KEPT = (
    "%:/?#[]@!$&'()*+,;=-._~"  # reserved and unreserved characters of RFC 3986, and what is encoded already
)
_WEB = frozenset({"http", "https"})


def in_ascii(url: str) -> str | None:
    """The link with its host in IDNA and everything else outside ASCII percent-encoded; None where it is
    no link."""
    try:
        parts = urlsplit(clean(url).strip())
        host = parts.hostname or ""
        place = (
            parts.netloc.replace(host, host.encode("idna").decode()) if not host.isascii() else parts.netloc
        )
        _ = parts.port  # raises when it is no port
    except ValueError:
        return None
    if not parts.scheme or (parts.scheme in _WEB and not host):
        return None
    return quote(urlunsplit(parts._replace(netloc=place)), safe=_KEPT)


def scheme(url: str) -> str:
    """http, tel …, in lower case; of a link that `in_ascii` gave."""
    return url.partition(":")[0].lower()


def is_public(url: str) -> bool:
    """Whether a web link of `in_ascii` names a host with a dot, or an address: Telegram refuses others."""
    host = urlsplit(url).hostname or ""
    if "." in host.strip("."):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
