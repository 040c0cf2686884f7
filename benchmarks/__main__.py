"""`python -m benchmarks`: every benchmark, one after the other."""

import asyncio
import platform

from benchmarks import batching, questions
from storage.sqlite import library

if __name__ == "__main__":
    print(
        f"Python {platform.python_version()} ({platform.python_implementation()}), "
        f"SQLite {library().sqlite_version}, {platform.machine()}"
    )
    asyncio.run(batching.main())
    questions.main()
