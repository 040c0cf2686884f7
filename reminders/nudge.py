"""How a loop that looks at tables sleeps: until something happens here, or until it is time anyway."""

import asyncio


class Nudge:
    """The tables are the truth; a nudge only saves the wait until the next look."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do: look at once."""
        self._event.set()

    def looking(self) -> None:
        """Call before looking: what happens from now on wakes the next `rest`."""
        self._event.clear()

    async def rest(self, seconds: float) -> None:
        """Returns after `seconds`, or sooner when woken."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
