"""How many phrases of each corpus of reported hours the parser reads right.

`hours.tsv` is what the parser was mended to; `hours_heldout.tsv` was written by somebody who never saw it.
"""

from guideline.loading import load_edition
from tests.guideline.corpus.scoring import DEVELOPMENT, HELD_OUT, report, scored

EDITION = "115"


def main() -> None:
    edition = load_edition(EDITION)
    for name, file in (("development", DEVELOPMENT), ("held out", HELD_OUT)):
        if file.exists():
            print(f"hours in words, {name} ({file.name}): {report(scored(file, edition))}")
        else:
            print(f"hours in words, {name}: {file.name} is not here, nothing was measured")
