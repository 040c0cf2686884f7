"""Messages as handlers make them, and strange ones of every kind."""

from hypothesis import strategies as st

from handlers.message import Bar, Button, Card, Choices, Field, Line, Message, Row, Text
from handlers.payload import Press

PROGRESS = Card(
    title="115 年 AI 學習進度",
    subtitle="11/18 查詢（官方資料 11/12 匯入）",
    rows=(
        Line("① 每年 AI 課程 3 小時", "heading"),
        Bar(180, 0, 180, "官方 3／3　已達成"),
        Line("已達成", "good"),
        Line("② 本府考核目標：基礎 3＋進階 3", "heading"),
        Bar(0, 60, 180, "進階：官方 0、待上傳 1／3　尚缺 2 小時"),
        Line("尚缺 2 小時", "due"),
        Field("單位", "教育局/體育科"),
        Line("本府統計截止 12/24（四）。依據：指引問答集 Q8。", "note"),
    ),
    buttons=(
        Button("下一步", Press("do", "next"), style="primary"),
        Button("回報時數", Press("do", "log")),
        Button("問人事，資料有誤請告訴我們承辦", Press("do", "ask"), style="quiet"),
        Button("看課程", url="https://elearn.hrd.gov.tw/課程?a=1&b=%20"),
    ),
    typed="（電腦版請輸入：下一步／回報／問人事）",
)
QUESTION = Choices(
    prompt="您最主要的工作是什麼？",
    options=tuple(Button(f"{n} 選項的文字有一點長", Press("role", f"1.{n}", "n1")) for n in range(1, 7)),
    extras=(
        Button("上一題", Press("role", "1.back", "n1"), style="quiet"),
        Button("取消", Press("do", "cancel"), style="quiet"),
    ),
    progress="2/7",
    hint="請依近半年的實際工作回答。",
    typed="（電腦版請輸入：1～6 的數字）",
)

texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="字a<&>\n 。🍎👨‍👩‍👧\u0301\ud800\0", max_size=300),
    st.sampled_from(["", " ", "\n\n", "字" * 6000, "👨‍👩‍👧‍👦" * 900, "&" * 5000, "a\u0301" * 3000]),
)
names = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
presses = st.builds(Press, task=names, choice=names, nonce=names)
links = st.sampled_from(
    [
        "https://example.gov.tw/a?b=c",
        "https://例子.tw/課程 表",
        "http://127.0.0.1:8080/hr",
        "http://localhost:8080/x",
        "tel:1999",
        "javascript:alert(1)",
        "https://" + "x" * 2000,
        "http://[",
        "",
    ]
)
# The loopback LINE counts a letter behind a leading joiner as nothing, which UAX #29 does not.
labels = st.one_of(texts.map(lambda text: text[:90].lstrip(" \0\u200d")), st.just("下一步"))
styles = st.sampled_from(["normal", "primary", "quiet"])
buttons = st.one_of(
    st.builds(Button, label=labels, press=presses, style=styles),
    st.builds(Button, label=labels, url=links, style=styles),
)
minutes = st.integers(-60, 3000)
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(Line, texts, st.sampled_from(["normal", "heading", "note", "detail", "good", "due"])),
    st.builds(Field, texts.map(lambda text: text[:40]), texts),
    st.builds(Bar, minutes, minutes, minutes, texts),
)
cards = st.builds(
    Card,
    title=texts,
    rows=st.lists(rows, max_size=12).map(tuple),
    buttons=st.lists(buttons, max_size=5).map(tuple),
    subtitle=texts,
    typed=texts,
)
questions = st.builds(
    Choices,
    prompt=texts,
    options=st.lists(buttons, max_size=14).map(tuple),
    extras=st.lists(buttons, max_size=3).map(tuple),
    progress=st.sampled_from(["", "2/7", "0/0", "9/7", "²/3", "x"]),
    hint=texts,
    typed=texts,
)
messages: st.SearchStrategy[Message] = st.one_of(st.builds(Text, texts), cards, questions)
