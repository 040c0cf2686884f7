"""The command line: `talentbot …`. One file per group of commands.

Exit status 0 done, 1 refused with one line on standard error, 2 wrong usage (contract.md).
"""

import os
import sys

import typer

from bot.cli import digest, doctor, edition, inbox, outbox, remind, roster, start, upkeep, year
from bot.cli.common import Config, RefusedError
from bot.cli.sentences import sentence_of

app = typer.Typer(
    name="talentbot",
    help="AI 學習小幫手：在 LINE 與 Telegram 上陪同仁完成 AI 學習時數。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its traceback shows local variables, and those may hold secrets
    rich_markup_mode=None,
)


@app.callback()
def _options(context: typer.Context, config: Config = None) -> None:
    context.obj = config


for group in (start, upkeep, doctor, outbox, remind, digest):
    group.register(app)
app.add_typer(roster.app, name="roster")
app.add_typer(edition.app, name="guideline")
app.add_typer(inbox.app, name="inbox")
app.add_typer(year.app, name="year")


def main() -> None:
    """Runs one command and ends the process with its status."""
    os.umask(0o077)  # whatever this program writes may hold personal data
    try:
        app()
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise  # a mistake of ours: its traceback is worth more than a sentence
        print(sentence, file=sys.stderr)
        sys.exit(1)


__all__ = ["RefusedError", "app", "main"]
