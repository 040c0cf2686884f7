"""Is this a Flex container that LINE would take? (reference, "Flex Message"; platforms.md §1.7)

`problems` yields what LINE lists in `details`, with JSON-pointer-like places such as `/body/contents/0/size`.
"""

from typing import Any

from bot.simulator.line_actions import action
from bot.simulator.line_checks import (
    Check,
    Problem,
    Problems,
    flag,
    json_bytes,
    keys,
    matches,
    one_of,
    text,
    url,
    whole,
)

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
CAROUSEL_BUBBLES = 12
BUTTON_LABEL = 40

_PX = r"\d+(\.\d+)?px"
_PERCENT = r"\d+(\.\d+)?%"
_COLOR = matches(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?", hint="invalid color")
_STEP = "none|xs|sm|md|lg|xl|xxl"
_SIZE = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"
_GAP = matches(_STEP, _PX)
_PADDING = matches(_STEP, _PX, _PERCENT)
_OFFSET = matches(_STEP, r"-?" + _PX, r"-?" + _PERCENT)
_LENGTH = matches(_PX, _PERCENT)
_FONT = matches(_SIZE, _PX)
_IMAGE_URL = url(2000, "https")
_GRAVITY = one_of("top", "bottom", "center")
_ALIGN = one_of("start", "end", "center")
_TEXT = text(None)


def _any(_: Any) -> str | None:
    """Checked elsewhere: by the walk, which knows the place."""
    return None


def _aspect(value: Any) -> str | None:
    """Width:height, each 1-100000, the height at most three times the width."""
    if matches(r"[1-9]\d{0,5}(\.\d+)?:[1-9]\d{0,5}(\.\d+)?")(value):
        return "invalid property"
    width, height = map(float, value.split(":"))
    return None if height <= 3 * width else "invalid property"


_PLACED: dict[str, Check] = {
    "position": one_of("relative", "absolute"),
    "offsetTop": _OFFSET,
    "offsetBottom": _OFFSET,
    "offsetStart": _OFFSET,
    "offsetEnd": _OFFSET,
    "margin": _GAP,
}
_FONTED: dict[str, Check] = {
    "text": _TEXT,
    "size": _FONT,
    "color": _COLOR,
    "weight": one_of("regular", "bold"),
    "style": one_of("normal", "italic"),
    "decoration": one_of("none", "underline", "line-through"),
}

_Shape = tuple[dict[str, Check], tuple[str, ...]]
_COMPONENTS: dict[str, _Shape] = {
    "box": (
        {
            **_PLACED,
            "layout": one_of("horizontal", "vertical", "baseline"),
            "contents": _any,
            "flex": whole,
            "spacing": _GAP,
            "backgroundColor": _COLOR,
            "borderColor": _COLOR,
            "borderWidth": matches("none|light|normal|medium|semi-bold|bold", _PX),
            "cornerRadius": _GAP,
            "width": _LENGTH,
            "maxWidth": _LENGTH,
            "height": _LENGTH,
            "maxHeight": _LENGTH,
            "paddingAll": _PADDING,
            "paddingTop": _PADDING,
            "paddingBottom": _PADDING,
            "paddingStart": _PADDING,
            "paddingEnd": _PADDING,
            "action": _any,
            "justifyContent": one_of(
                "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
            ),
            "alignItems": one_of("center", "flex-start", "flex-end"),
            "background": _any,
        },
        ("layout", "contents"),
    ),
    "button": (
        {
            **_PLACED,
            "flex": whole,
            "color": _COLOR,
            "style": one_of("primary", "secondary", "link"),
            "action": _any,
            "gravity": _GRAVITY,
            "height": one_of("md", "sm"),
            "adjustMode": one_of("shrink-to-fit"),
            "scaling": flag,
        },
        ("action",),
    ),
    "image": (
        {
            **_PLACED,
            "url": _IMAGE_URL,
            "flex": whole,
            "align": _ALIGN,
            "gravity": _GRAVITY,
            "size": matches(_SIZE, "full", _PX, _PERCENT),
            "aspectRatio": _aspect,
            "aspectMode": one_of("fit", "cover"),
            "backgroundColor": _COLOR,
            "action": _any,
            "animated": flag,
        },
        ("url",),
    ),
    "video": (
        {
            "url": _IMAGE_URL,
            "previewUrl": _IMAGE_URL,
            "altContent": _any,
            "aspectRatio": _aspect,
            "action": _any,
        },
        ("url", "previewUrl", "altContent"),
    ),
    "icon": (
        {**_PLACED, "url": _IMAGE_URL, "size": _FONT, "aspectRatio": _aspect, "scaling": flag},
        ("url",),
    ),
    "text": (
        {
            **_PLACED,
            **_FONTED,
            "flex": whole,
            "align": _ALIGN,
            "gravity": _GRAVITY,
            "wrap": flag,
            "lineSpacing": matches(_PX),
            "action": _any,
            "maxLines": whole,
            "contents": _any,
            "adjustMode": one_of("shrink-to-fit"),
            "scaling": flag,
        },
        (),
    ),
    "span": (_FONTED, ()),
    "separator": ({"margin": _GAP, "color": _COLOR}, ()),
    "filler": ({"flex": whole}, ()),
}
_BACKGROUND: dict[str, Check] = {
    "type": one_of("linearGradient"),
    "angle": matches(r"\d+(\.\d+)?deg"),
    "startColor": _COLOR,
    "endColor": _COLOR,
    "centerColor": _COLOR,
    "centerPosition": matches(_PERCENT),
}
_IN_BOX = {
    "horizontal": ("box", "button", "image", "text", "separator", "filler"),
    "vertical": ("box", "button", "image", "text", "separator", "filler"),
    "baseline": ("icon", "text", "filler"),
}
_BLOCKS = {"header": ("box",), "hero": ("box", "image", "video"), "body": ("box",), "footer": ("box",)}
_BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_VIDEO_SIZES = ("kilo", "mega", "giga")


def problems(container: Any) -> Problems:
    """What is wrong with a Flex container; nothing when LINE would take it."""
    if not isinstance(container, dict) or container.get("type") not in ("bubble", "carousel"):
        yield Problem("Must be one of the following values: [bubble, carousel]", "/type")
    elif container["type"] == "bubble":
        yield from _bubble(container, "/")
    else:
        yield from _carousel(container)


def _carousel(carousel: dict[str, Any]) -> Problems:
    yield from keys(carousel, {"type": _any, "contents": _any}, ("contents",), "/")
    bubbles = carousel.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= CAROUSEL_BUBBLES:
        yield Problem(f"Size must be between 1 and {CAROUSEL_BUBBLES}", "/contents")
        return
    if json_bytes(carousel) > CAROUSEL_BYTES:
        yield Problem(f"size must be at most {CAROUSEL_BYTES} bytes", "/")
    for index, bubble in enumerate(bubbles):
        place = f"/contents/{index}"
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            yield Problem("Must be one of the following values: [bubble]", f"{place}/type")
        else:
            yield from _bubble(bubble, f"{place}/")
    if len({str(bubble.get("size", "mega")) for bubble in bubbles if isinstance(bubble, dict)}) > 1:
        yield Problem("all bubbles must be of the same size", "/contents")


def _bubble(bubble: dict[str, Any], at: str) -> Problems:
    known: dict[str, Check] = {
        **dict.fromkeys(("type", "styles", "action", *_BLOCKS), _any),
        "size": one_of(*_BUBBLE_SIZES),
        "direction": one_of("ltr", "rtl"),
    }
    yield from keys(bubble, known, (), at)
    if json_bytes(bubble) > BUBBLE_BYTES:
        yield Problem(f"size must be at most {BUBBLE_BYTES} bytes", at)
    if not any(block in bubble for block in _BLOCKS):
        yield Problem("At least one block must be specified", at)
    for block, allowed in _BLOCKS.items():
        if block in bubble:
            yield from _component(bubble[block], f"{at}{block}", allowed)
    hero = bubble.get("hero")
    if isinstance(hero, dict) and hero.get("type") == "video":
        if bubble.get("size", "mega") not in _VIDEO_SIZES:
            yield Problem("invalid property", f"{at}size")
        yield from _component(hero.get("altContent"), f"{at}hero/altContent", ("box", "image"))
    if "action" in bubble:
        yield from action(bubble["action"], f"{at}action/", label=BUTTON_LABEL, label_required=False)
    if "styles" in bubble:
        yield from _styles(bubble["styles"], f"{at}styles")


def _styles(styles: Any, at: str) -> Problems:
    if not isinstance(styles, dict):
        yield Problem("must be an object", at)
        return
    yield from keys(styles, dict.fromkeys(_BLOCKS, _any), (), f"{at}/")
    known: dict[str, Check] = {"backgroundColor": _COLOR, "separator": flag, "separatorColor": _COLOR}
    for block, style in styles.items():
        if isinstance(style, dict):
            yield from keys(style, known, (), f"{at}/{block}/")
        else:
            yield Problem("must be an object", f"{at}/{block}")


def _component(component: Any, at: str, allowed: tuple[str, ...]) -> Problems:
    if not isinstance(component, dict):
        yield Problem("must be an object", at)
        return
    kind = component.get("type")
    if wrong := one_of(*allowed)(kind):
        yield Problem(wrong, f"{at}/type")
        return
    known, required = _COMPONENTS[str(kind)]
    yield from keys(component, {"type": _any, **known}, required, f"{at}/")
    if "action" in component:
        button = kind == "button"
        yield from action(component["action"], f"{at}/action/", label=BUTTON_LABEL, label_required=button)
    if kind == "box":
        yield from _box(component, at)
    elif kind == "text":
        yield from _text(component, at)
    elif kind == "span" and "text" not in component:
        yield Problem("must be specified", f"{at}/text")


def _box(box: dict[str, Any], at: str) -> Problems:
    children = box.get("contents")
    allowed = _IN_BOX.get(str(box.get("layout")))
    if children is not None and not isinstance(children, list):
        yield Problem("must be an array", f"{at}/contents")
    elif children and allowed:
        for index, child in enumerate(children):
            yield from _component(child, f"{at}/contents/{index}", allowed)
    if "background" in box:
        if isinstance(box["background"], dict):
            required = ("type", "angle", "startColor", "endColor")
            yield from keys(box["background"], _BACKGROUND, required, f"{at}/background/")
        else:
            yield Problem("must be an object", f"{at}/background")


def _text(component: dict[str, Any], at: str) -> Problems:
    spans = component.get("contents")
    if spans is None:
        if "text" not in component:
            yield Problem("must be specified", f"{at}/text")
    elif not isinstance(spans, list) or not spans:
        yield Problem("May not be empty", f"{at}/contents")
    else:
        for index, span in enumerate(spans):
            yield from _component(span, f"{at}/contents/{index}", ("span",))
