"""The real program, in a process and a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Program:
    """`talentbot` as an operator runs it in `folder`."""

    folder: Path

    def __call__(self, *words: str, env: Mapping[str, str] | None = None) -> Done:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TALENTBOT_")}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, content: str, encoding: str = "utf-8") -> str:
        (self.folder / name).write_bytes(content.encode(encoding))
        return name
