"""The copy as a page to read and print: one file, no script, nothing from elsewhere."""

from typing import Final

from jinja2 import Environment, PackageLoader

from bot.copies.model import Copy
from guideline.words import roc_date

MEDIA_TYPE: Final = "text/html"


def write(copy: Copy) -> bytes:
    """UTF-8 HTML. Whatever a person wrote is text in it."""
    environment = Environment(
        loader=PackageLoader("bot.copies", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made = f"{roc_date(copy.made_at.date())} {copy.made_at:%H:%M}"
    html = environment.get_template("copy.html").render(copy=copy, made=made)
    return html.encode("utf-8", "replace")  # half an emoji, as it may stand in a raw event
