"""The codes as a page to print: A4, eight cards a sheet, one card a person, with lines to cut along."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from bot.codes.links import Bots, CodeRow, line_link, telegram_link

PER_SHEET = 8


@dataclass(frozen=True, slots=True)
class _Card:
    row: CodeRow
    doors: tuple[tuple[str, Markup], ...]  # (platform's name, its QR as SVG)


def render_cards(rows: Sequence[CodeRow], bots: Bots, agency: str, office: str) -> str:
    """One self-contained HTML page, in the order of `rows`."""
    cards = [_Card(row, tuple(_doors(row, bots))) for row in rows]
    sheets = [cards[i : i + PER_SHEET] for i in range(0, len(cards), PER_SHEET)]
    environment = Environment(loader=PackageLoader("bot.codes", "."), autoescape=True, trim_blocks=True)
    return environment.get_template("cards.html").render(sheets=sheets, agency=agency, office=office)


def _doors(row: CodeRow, bots: Bots) -> list[tuple[str, Markup]]:
    links = (("LINE", line_link(bots, row.code)), ("Telegram", telegram_link(bots, row.code)))
    return [(name, _qr(link)) for name, link in links if link]


def _qr(link: str) -> Markup:
    svg = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return Markup(svg)  # noqa: S704  # segno's own SVG: the link is drawn as modules, not written as text
