"""What a platform does on a bad day, on request."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ANY = "*"
MONTHLY_LIMIT = "You have reached your monthly limit."

Kind = Literal["error", "silence", "reset", "garbage", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour. `accepted` says that the platform did act on the call before it misanswered.

    What the platform would refuse anyway (400, 401, 403 …) is refused as usual even then.
    """

    kind: Kind
    status: int = 200
    body: Mapping[str, Any] | str | None = None
    accepted: bool = False
    seconds: float = 0
    retry_after: int = 1

    @classmethod
    def error(
        cls, status: int = 500, body: Mapping[str, Any] | str | None = None, *, accepted: bool = False
    ) -> "Fault":
        """An error status. Without a `body`, the platform's own for that status."""
        return cls("error", status, body, accepted)

    @classmethod
    def rate_limit(cls, retry_after: int = 1) -> "Fault":
        """429: on LINE by message; on Telegram with `parameters.retry_after` in seconds."""
        return cls("error", 429, retry_after=retry_after)

    @classmethod
    def quota(cls) -> "Fault":
        """LINE's other 429: the month's messages are used up."""
        return cls("error", 429, {"message": MONTHLY_LIMIT})

    @classmethod
    def silence(cls, *, accepted: bool = False) -> "Fault":
        """No answer at all, until either side closes."""
        return cls("silence", accepted=accepted)

    @classmethod
    def reset(cls, *, accepted: bool = False) -> "Fault":
        """The connection is reset instead of an answer."""
        return cls("reset", accepted=accepted)

    @classmethod
    def garbage(cls, body: str = "<html>OK</html>", *, accepted: bool = True) -> "Fault":
        """200 with a body that is not JSON."""
        return cls("garbage", 200, body, accepted)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        """The right answer, late."""
        return cls("slow", seconds=seconds, accepted=True)


class Faults:
    """Faults waiting for their calls, first come first served.

    An endpoint is a name: on LINE `push`, `reply`, `multicast`, `validate/push` …, on Telegram the method.
    `"*"` stands for any endpoint that has no fault of its own waiting.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._lasting: dict[str, Fault] = {}

    def next(self, endpoint: str, fault: Fault, times: int = 1) -> None:
        """Answer the next `times` calls of this endpoint so."""
        self._waiting[endpoint].extend([fault] * times)

    def lasting(self, endpoint: str, fault: Fault) -> None:
        """Answer every call of this endpoint so, but for those above, until `clear`."""
        self._lasting[endpoint] = fault

    def take(self, endpoint: str) -> Fault | None:
        for name in (endpoint, ANY):
            if self._waiting[name]:
                return self._waiting[name].popleft()
        return self._lasting.get(endpoint, self._lasting.get(ANY))

    def clear(self) -> None:
        self._waiting.clear()
        self._lasting.clear()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))
