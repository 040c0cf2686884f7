"""Telegram's HTML, with its own errors."""

import pytest

from bot.simulator.telegram_html import HtmlError, parse

GOOD = [
    ("plain", "plain", []),
    ("&lt;b&gt; &amp;amp; &quot;&#22909;&#x1F34E;", '<b> &amp; "好🍎', []),
    ("AT&T &nbsp; &", "AT&T &nbsp; &", []),
    ("<b>粗</b>", "粗", [("bold", 0, 1)]),
    ("<B>粗</b >", "粗", [("bold", 0, 1)]),
    ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
    ("🍎<b>x<i>y</i></b>", "🍎xy", [("bold", 2, 2), ("italic", 3, 1)]),
    ('<a href="https://example.gov.tw?a=1&amp;b=2">連結</a>', "連結", [("text_link", 0, 2)]),
    ("<a href='https://example.gov.tw' >連結</a>", "連結", [("text_link", 0, 2)]),
    ('<span class="tg-spoiler">藏</span>', "藏", [("spoiler", 0, 1)]),
    ("<blockquote expandable>引</blockquote>", "引", [("expandable_blockquote", 0, 1)]),
    ('<pre><code class="language-x">a</code></pre>', "a", [("pre", 0, 1)]),
    ("  <b> a </b>\n", "a", [("bold", 0, 1)]),
    ("<b></b>a", "a", []),
    ("a > b", "a > b", []),
    ("<b>a</>", "a", [("bold", 0, 1)]),
]
BAD = [
    ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("進<br/>", 'Unsupported start tag "br" at byte offset 3'),
    ("a < b", "Unclosed start tag at byte offset 2"),
    ("1 <2>", 'Unsupported start tag "2" at byte offset 2'),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a href="x>a</a>', 'Unclosed start tag "a" at byte offset 0'),
]


@pytest.mark.parametrize(("html", "text", "entities"), GOOD, ids=[case[0] for case in GOOD])
def test_good_html(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    """Tags become entities in UTF-16 units, references become characters, ends are trimmed."""
    shown, found = parse(html)
    assert shown == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


@pytest.mark.parametrize(("html", "reason"), BAD, ids=[case[0] for case in BAD])
def test_bad_html(html: str, reason: str) -> None:
    """One bad tag refuses the whole text, and the error says where in bytes."""
    with pytest.raises(HtmlError) as caught:
        parse(html)
    assert str(caught.value) == reason


def test_a_code_block_names_its_language() -> None:
    """The language stands on the block; a bare code has none, and two tags of one length keep their order."""
    assert parse('<pre><code class="language-py">a</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "py"}
    ]
    assert parse('<code class="language-py">a</code>')[1] == [{"type": "code", "offset": 0, "length": 1}]
    assert [e["type"] for e in parse("<b><i>a</i></b>")[1]] == ["bold", "italic"]


def test_a_link_keeps_its_address() -> None:
    """References in an address are resolved."""
    _, (link,) = parse('<a href="https://example.gov.tw?a=1&amp;b=2">連結</a>')
    assert link["url"] == "https://example.gov.tw?a=1&b=2"
