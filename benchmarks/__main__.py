"""`python -m benchmarks`: every benchmark, one after the other; `python -m benchmarks NAME …` one of them,
with arguments of its own where it takes any (`--help`)."""

import asyncio
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence

from benchmarks import batching, dialogue, hours_words, planning, questions, startup
from storage.sqlite import library

PLAIN: dict[str, Callable[[], None]] = {
    "hours_words": hours_words.main,
    "batching": lambda: asyncio.run(batching.main()),
    "questions": questions.main,
    "planning": lambda: asyncio.run(planning.main()),
}
CHOOSING: dict[str, Callable[[Sequence[str]], None]] = {"dialogue": dialogue.run, "startup": startup.run}


def main(argv: Sequence[str]) -> None:
    name, *rest = argv or [""]
    if name in CHOOSING:
        CHOOSING[name](rest)
    elif name in PLAIN and not rest:
        PLAIN[name]()
    elif not argv:
        _all()
    else:
        sys.exit(f"usage: python -m benchmarks [{'|'.join((*PLAIN, *CHOOSING))}]")


def _all() -> None:
    for run in PLAIN.values():
        run()
    with tempfile.TemporaryDirectory() as folder:  # the people are put into a file once for all
        for chosen in CHOOSING.values():
            chosen(["--folder", folder])


if __name__ == "__main__":
    print(
        f"Python {platform.python_version()} ({platform.python_implementation()}), "
        f"SQLite {library().sqlite_version}, {platform.machine()}"
    )
    main(sys.argv[1:])
