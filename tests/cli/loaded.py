"""The program loaded once: `python -m tests.cli.loaded FD` runs it for each request in a fork of itself.

A run is a process with a folder, an environment, streams and an end of its own, as one that an operator
starts; only the imports are done already, and those are most of what a short command takes.
"""

import importlib
import json
import os
import runpy
import socket
import sys

import bot.cli  # noqa: F401 - what `python -m bot` imports

LARGEST = 200_000  # bytes of a request: its words and its environment
# Others' libraries that a command loads for itself, and that are loaded here once it was asked for.
LIBRARIES = {"doctor": ("linebot.v3.messaging", "telegram")}


def _request(asking: socket.socket) -> list[str]:
    """Returns in the fork, with the words of its command line; the process itself waits for each fork."""
    while True:
        asked, streams, _, _ = socket.recv_fds(asking, LARGEST, 2)
        if not asked:
            sys.exit()
        words, folder, env = json.loads(asked)
        for library in LIBRARIES.get(" ".join(words[:1]), ()):
            importlib.import_module(library)
        if (pid := os.fork()) == 0:
            asking.close()
            for number, stream in enumerate(streams, start=1):
                os.dup2(stream, number)
                os.close(stream)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(env)
            return [str(word) for word in words]
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(pid, 0)
        asking.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    sys.argv = ["talentbot", *_request(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("bot", run_name="__main__")  # whatever ends it ends this process, as it would its own
