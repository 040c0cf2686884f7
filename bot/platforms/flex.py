"""LINE Flex: cards and questions as bubbles (reference, "Flex Message"; platforms.md §1.7, §1.8).

Calm: ink on paper, one accent. Every background and every colour is said, so that LINE's dark mode cannot
put dark letters on a dark ground; letters keep a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3). What a colour
says is always said in words too.
"""

from itertools import dropwhile
from typing import Any, Literal

from bot.platforms.links import in_ascii, scheme
from bot.platforms.measure import count, is_blank, shorten, width
from bot.platforms.tolerant import clean
from handlers.message import Bar, Button, Card, Choices, Field, Line, Row, apart, closes
from handlers.payload import pack

Json = dict[str, Any]

PAPER, INK, QUIET = "#FFFFFF", "#1F2933", "#52606D"
ACCENT, TINT = "#0B5C8A", "#E8F1F7"
GOOD, DUE = "#1B6B3A", "#9A3B00"
TRACK, WAITING = "#D5DDE5", "#6FA8CC"
SECONDARY, EDGE = "#E3EAF0", "#9FB3C4"

LABEL = 40  # clusters of a Flex button's label
DISPLAY = 300  # clusters of a postback's displayText
URI = 1000  # characters
ONE_LINE = 20  # half-width columns that a button of LINE's own shows without cutting, on a small phone
_SCHEMES = frozenset({"http", "https", "line", "tel"})


def card(message: Card) -> Json:
    """A card as a bubble."""
    heading = [_text(message.title, size="lg", weight="bold")]
    if not is_blank(message.subtitle):
        heading.append(_text(message.subtitle, size="xs", color=QUIET))
    rows: list[Json] = []
    for place, row in enumerate(message.rows):
        drawn = _row(row, first=not rows)
        if rows and drawn and closes(message.rows, place):
            drawn[0]["margin"] = "lg"
        elif rows and drawn and apart(message.rows, place):
            drawn[0]["margin"] = "md"
        rows += drawn
    foot = [*map(_button, filter(opens, message.buttons)), *_typed(message.typed)]
    return _bubble(heading, [*rows, *_spelt(message.buttons)], foot)


def choices(message: Choices) -> Json:
    """A question as a bubble: its answers one a line, the ways out below."""
    heading = [_text(message.prompt, size="md", weight="bold")]
    if not is_blank(message.progress):
        heading.insert(0, _text(message.progress, size="xs", color=QUIET))
        heading += _steps(message.progress)
    hint = [_text(message.hint, size="xs", color=QUIET)] if not is_blank(message.hint) else []
    answers = [_tappable(option) for option in filter(opens, message.options)]
    if hint and answers:
        answers[0]["margin"] = "md"
    foot = [*map(_button, filter(opens, message.extras)), *_typed(message.typed)]
    return _bubble(heading, [*hint, *answers, *_spelt((*message.options, *message.extras))], foot)


def action(button: Button, label: int = LABEL) -> Json:
    """What a button does. Tapping a postback shows the label in the chat, as if the person had said it."""
    # From its first letter: LINE may take what a joiner before it joins for nothing.
    name = _seen("".join(dropwhile(is_blank, button.label)).rstrip())
    if button.press is not None:
        return {
            "type": "postback",
            "label": shorten(name, label),
            "data": pack(button.press),
            "displayText": shorten(name, DISPLAY),
        }
    return {"type": "uri", "label": shorten(name, label), "uri": in_ascii(button.url or "") or ""}


def opens(button: Button) -> bool:
    """Whether LINE takes the button: a link has a scheme it knows and at most 1,000 characters."""
    if button.press is not None:
        return True
    uri = in_ascii(button.url or "")
    return uri is not None and len(uri) <= URI and scheme(uri) in _SCHEMES


def spelt(button: Button) -> str:
    """A link in words, for where it cannot be a button."""
    return f"{button.label}：{button.url}"


def _bubble(heading: list[Json], rows: list[Json], foot: list[Json]) -> Json:
    bubble: Json = {
        "type": "bubble",
        "size": "mega",
        "header": _box(heading, spacing="xs", paddingAll="16px", paddingBottom="12px"),
        "styles": {
            "header": {"backgroundColor": TINT},
            "body": {"backgroundColor": PAPER},
            "footer": {"backgroundColor": PAPER},
        },
    }
    if rows:
        bubble["body"] = _box(rows, spacing="sm", paddingAll="16px", paddingTop="14px")
    if foot:
        bubble["footer"] = _box(foot, spacing="sm", paddingAll="16px", paddingTop="4px" if rows else "14px")
    return bubble


def _row(row: Row, *, first: bool) -> list[Json]:
    match row:
        case Line(text, tone):
            return _line(text, tone, first=first)
        case Field(label, value):
            if is_blank(value):
                return []
            name = _text(label, color=QUIET) | {"flex": 3}
            return [_box([name, _text(value) | {"flex": 7}], "horizontal", spacing="sm")]
        case Bar(caption=caption):
            return [*_bar(row), _text(caption, size="xs", color=QUIET)]


def _line(text: str, tone: str, *, first: bool) -> list[Json]:
    match tone:
        case _ if is_blank(text):
            return []
        case "heading":
            head = _text(text, weight="bold", color=ACCENT)
            return [head] if first else [{"type": "separator", "color": TRACK, "margin": "lg"}, head]
        case "note" | "detail":
            return [_text(text, size="xs", color=QUIET)]
        case "good":
            return [_text(text, weight="bold", color=GOOD)]
        case "due":
            return [_text(text, weight="bold", color=DUE)]
        case _:
            return [_text(text)]


def _bar(bar: Bar) -> list[Json]:
    """Official hours in full colour, those waiting for upload in a tint, the rest of the way as track."""
    if bar.needed <= 0:
        return []
    official = min(max(bar.official, 0), bar.needed)
    waiting = min(max(bar.waiting, 0), bar.needed - official)
    return [_track([(official, ACCENT), (waiting, WAITING)], bar.needed, "10px")]


def _steps(progress: str) -> list[Json]:
    """2/7 as a thin bar."""
    done, _, total = progress.partition("/")
    if not (done.isdecimal() and total.isdecimal() and 0 < int(done) <= int(total)):
        return []
    return [_track([(int(done), ACCENT)], int(total), "4px")]


def _track(portions: list[tuple[int, str]], whole: int, height: str) -> Json:
    """Portions of `whole` side by side; one that is not nothing is never too thin to be seen (2 %)."""
    shares = [(max(2, round(100 * part / whole)), color) for part, color in portions if part]
    rest = 100 - sum(share for share, _ in shares)
    pieces = [
        _box([], height=height, backgroundColor=color) | {"flex": share} for share, color in shares if share
    ]
    if rest > 0:
        pieces.append(_box([], height=height) | {"flex": rest})
    return _box(pieces, "horizontal", height=height, backgroundColor=TRACK, cornerRadius="5px", margin="md")


def _button(button: Button) -> Json:
    """LINE's own button where the label fits its one line, otherwise a box whose words wrap."""
    if width(button.label) > ONE_LINE or count(button.label) > LABEL:
        return _tappable(button, "center")
    look = {
        "primary": {"style": "primary", "color": ACCENT},
        "normal": {"style": "secondary", "color": SECONDARY},
        "quiet": {"style": "link", "color": ACCENT},
    }[button.style]
    return {
        "type": "button",
        **look,
        "height": "sm",
        "adjustMode": "shrink-to-fit",
        "action": action(button),
    }


def _tappable(button: Button, align: Literal["start", "center"] = "start") -> Json:
    """A box that acts like a button and shows a label of any length."""
    primary = button.style == "primary"
    label = _text(
        button.label.strip(),
        color=PAPER if primary else ACCENT if button.style == "quiet" else INK,
        weight="bold" if primary else "regular",
    )
    return _box(
        [label | {"align": align}],
        paddingAll="11px",
        cornerRadius="md",
        borderWidth="1px",
        borderColor=ACCENT if primary else EDGE,
        backgroundColor=ACCENT if primary else PAPER,
        action=action(button),
    )


def _spelt(buttons: tuple[Button, ...]) -> list[Json]:
    return [_text(spelt(button), size="xs") for button in buttons if not opens(button)]


def _typed(typed: str) -> list[Json]:
    return [_text(typed, size="xs", color=QUIET) | {"margin": "md"}] if not is_blank(typed) else []


def _text(words: str, *, size: str = "sm", color: str = INK, weight: str = "regular") -> Json:
    return {
        "type": "text",
        "text": _seen(words.strip("\n")),
        "size": size,
        "color": color,
        "weight": weight,
        "wrap": True,
        "scaling": True,  # follows the font size that the person chose in LINE
    }


def _box(contents: list[Json], layout: str = "vertical", **look: Any) -> Json:
    return {"type": "box", "layout": layout, "contents": contents, **look}


def _seen(words: str) -> str:
    """The words as LINE takes them; where there is nothing to see, something."""
    return "…" if is_blank(words) else clean(words)
