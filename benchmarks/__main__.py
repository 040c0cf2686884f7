"""`python -m benchmarks`: every benchmark, one after the other."""

import asyncio
import platform

from benchmarks import batching, hours_words, planning, questions
from storage.sqlite import library

if __name__ == "__main__":
    print(
        f"Python {platform.python_version()} ({platform.python_implementation()}), "
        f"SQLite {library().sqlite_version}, {platform.machine()}"
    )
    hours_words.main()
    asyncio.run(batching.main())
    questions.main()
    asyncio.run(planning.main())
