"""Draws the pictures of the rich menus: `python -m bot.menus.draw`, then look at them and commit them.

Needs Chromium, the development dependencies and Noto Sans CJK TC; the program only reads the pictures. The
colours are those of the cards (`bot.platforms.flex`), each pair of letters and ground at 4.5:1 or more (WCAG
2.2, 1.4.3; a test reckons it). The icons stand in icons.svg.
"""

import asyncio
import shutil
import sys
from html import escape
from pathlib import Path
from typing import Final

from bot.menus.layout import LOW, RICH_MENUS, WIDTH, Area, RichMenu
from bot.platforms.flex import ACCENT, EDGE, INK, PAPER, QUIET, TINT

PICTURES = Path(__file__).with_name("pictures")
ICONS = Path(__file__).with_name("icons.svg")
ON_ACCENT: Final = "#DCEAF4"  # small words on the accent
PAIRS: Final = ((INK, PAPER), (QUIET, PAPER), (ACCENT, TINT), (PAPER, ACCENT), (ON_ACCENT, ACCENT))
"""Letters or strokes, and what they stand on."""

_STYLE: Final = f"""
* {{ box-sizing: border-box; margin: 0; }}
body {{ width: {WIDTH}px; background: {TINT}; font-family: "Noto Sans CJK TC"; color: {INK}; }}
.field {{ position: absolute; padding: 14px; }}
.face {{ display: flex; flex-direction: column; align-items: center; justify-content: center; width: 100%;
  height: 100%; border: 4px solid {EDGE}66; border-radius: 56px; background: {PAPER}; text-align: center; }}
.disc {{ display: grid; place-items: center; width: 268px; height: 268px; border-radius: 50%;
  background: {TINT}; color: {ACCENT}; }}
svg {{ width: 148px; height: 148px; fill: none; stroke: currentColor; stroke-width: 3.2;
  stroke-linecap: round; stroke-linejoin: round; }}
.title {{ margin-top: 40px; font-size: 150px; font-weight: 700; line-height: 1.15; letter-spacing: 4px; }}
.says {{ margin-top: 14px; color: {QUIET}; font-size: 88px; line-height: 1.25; }}
.narrow .disc {{ width: 236px; height: 236px; }} .narrow svg {{ width: 130px; height: 130px; }}
.narrow .title {{ font-size: 128px; letter-spacing: 2px; }} .narrow .says {{ font-size: 82px; }}
.tall .disc {{ width: 320px; height: 320px; }} .tall svg {{ width: 176px; height: 176px; }}
.tall .title {{ font-size: 172px; }} .tall .says {{ font-size: 92px; }}
.strong .face {{ border-color: {ACCENT}; background: {ACCENT}; color: {PAPER}; }}
.strong .disc {{ background: {PAPER}; color: {ACCENT}; }}
.strong .says {{ color: {ON_ACCENT}; }}
.wide .face {{ flex-direction: row; gap: 92px; text-align: start; }}
.wide .disc {{ width: 360px; height: 360px; }} .wide svg {{ width: 200px; height: 200px; }}
.wide .title {{ margin-top: 0; font-size: 210px; }} .wide .says {{ font-size: 108px; }}
.half .face {{ flex-direction: row; gap: 58px; text-align: start; }}
.half .disc {{ width: 320px; height: 320px; }} .half svg {{ width: 176px; height: 176px; }}
.half .title {{ margin-top: 0; font-size: 172px; }} .half .says {{ font-size: 96px; }}
"""


def page(menu: RichMenu) -> str:
    """The menu as HTML of exactly its size."""
    fields = "".join(_field(one) for one in menu.areas)
    return (
        f'<!doctype html><html lang="zh-Hant-TW"><meta charset="utf-8"><style>{_STYLE}'
        f"body {{ height: {menu.height}px; }}</style><body>"
        f"{ICONS.read_text('utf-8')}{fields}</body></html>"
    )


def _field(area: Area) -> str:
    kinds = f"field strong {_shape(area)}" if area.strong else f"field {_shape(area)}"
    place = f"left:{area.x}px;top:{area.y}px;width:{area.width}px;height:{area.height}px"
    words = f'<div class="title">{escape(area.title)}</div><div class="says">{escape(area.says)}</div>'
    icon = f'<div class="disc"><svg><use href="#{area.icon}"/></svg></div>'
    face = f'<div class="face">{icon}<div>{words}</div></div>'
    return f'<div class="{kinds}" style="{place}">{face}</div>'


def _shape(area: Area) -> str:
    """The class that lays out a field of this size."""
    if area.height > LOW:
        return "tall"
    if area.width > 2000:
        return "wide"
    if area.width > 1000:
        return "half"
    return "narrow" if area.width < 700 else "usual"


async def draw(folder: Path) -> None:
    """Writes one PNG for each menu into `folder`."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - of the development dependencies

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for menu in RICH_MENUS.values():
            tab = await browser.new_page(viewport={"width": WIDTH, "height": menu.height})
            await tab.set_content(page(menu))
            await tab.screenshot(path=folder / f"{menu.menu}.png")
            await tab.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw(PICTURES))
