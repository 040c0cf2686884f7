"""職務問卷: one question at a time, left and gone on with at will.

Everything a run knows is in the conversation: `step` is the question's id, the draft holds `answers`
(question id → option ids) and, for a multiple choice in progress, `chosen`. Buttons carry the question's
and the option's number and hold only for the question that is being asked in this run.
"""

from collections.abc import Mapping
from dataclasses import replace

from guideline.changes import ConversationMoved, RoleProposed
from guideline.edition import Edition, Question
from guideline.records import Conversation, Snapshot
from guideline.roles import assess
from handlers import answers, role
from handlers.answers import Answers
from handlers.commands import Name, bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Choices, Message, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import leave, start, step
from handlers.wording import LABEL, do, listed, pc, short

TASK = "questionnaire"
TITLE = "職務問卷"
_BACK = ("上一題", "回上一題", "上一步", "back")
_DONE = ("選好了", "好了", "完成", "就這些", "done")
_CHANGED = Text("題目已更新，先前有效的答案都還在。請接著回答這一題：")


def begin(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Starts, or goes on where the person left."""
    running = snapshot.conversation
    if running is not None and running.task == TASK:
        return resume(event, running, snapshot, desk)
    questions = _questions(desk.edition)
    conversation = start(event, snapshot, desk, TASK, questions[0].id, answers={})
    said = Text(
        f"職務問卷共 {len(questions)} 題，約 2 分鐘。請依近半年的實際工作回答，沒有標準答案，也不是考評。"
    )
    return Outcome((said, asked(conversation, desk)), (ConversationMoved(conversation),))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again; where the edition changed meanwhile, the first one still open."""
    if _outdated(running, desk):
        return _renewed(event, running, desk)
    return Outcome((asked(running, desk),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Typed: the number(s) or the words of an option, 選好了 or 上一題."""
    if _outdated(running, desk):
        return _renewed(event, running, desk)
    question = _present(running, desk.edition)
    said = bare(event.text)
    if said in _BACK:
        return _back(running, desk)
    if question.multiple and said in _DONE:
        return _chosen_done(running, desk)
    meant = answers.read(question, tidy(event.text))
    if not meant:
        return Outcome((Text(_valid(question)), asked(running, desk)))
    if clash := answers.clash(question, meant):
        return Outcome((Text(clash), asked(running, desk)))
    return _take(running, desk, meant)


def press(  # noqa: PLR0911 (one return a kind of button)
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of a question: of this one, or of an old one."""
    if running is None or running.task != TASK:
        return Outcome((_over(),))
    if _outdated(running, desk):
        return _renewed(event, running, desk)
    question = _present(running, desk.edition)
    number, _, choice = pressed.choice.partition(".")
    if pressed.nonce != running.nonce or number != str(question.number):
        return Outcome((_CHANGED, asked(running, desk)))
    if choice == "back":
        return _back(running, desk)
    if choice == "done" and question.multiple:
        return _chosen_done(running, desk)
    option = answers.at(question, choice)
    if option is None:
        return Outcome((_CHANGED, asked(running, desk)))
    if not question.multiple:
        return _take(running, desk, (option.id,))
    toggled = answers.toggled(question, _chosen(running, question), option)
    moved = step(running, question.id, chosen=list(toggled))
    return Outcome((replace(asked(moved, desk), replaces=True),), (ConversationMoved(moved),))


def asked(running: Conversation, desk: Desk) -> Choices:
    """The present question as it is shown, with what is already chosen marked."""
    question = _present(running, desk.edition)
    total = len(desk.edition.questions)
    chosen = _chosen(running, question)
    buttons, lines = _options(question, running.nonce, chosen)
    extras = []
    if question.multiple:
        extras.append(Button("選好了", _pressed(question, "done", running.nonce), style="primary"))
    if question.id != _questions(desk.edition)[0].id:
        extras.append(Button("上一題", _pressed(question, "back", running.nonce), style="quiet"))
    extras.append(do("取消", Name.CANCEL, "quiet"))
    hints = [listed_lines for listed_lines in (lines,) if listed_lines]
    if question.multiple:
        hints.append("可以選好幾項，選完請按「選好了」。")
    elif chosen:
        named = listed(o.text for o in question.options if o.id in chosen)
        hints.append(f"您先前選的是：{named}")
    numbers = f"1～{len(question.options)} 的數字" + ("（可多個，如 1、2）" if question.multiple else "")
    ways = [
        numbers,
        *(["上一題"] if len(extras) > 1 and question.id != _questions(desk.edition)[0].id else []),
    ]
    return Choices(
        prompt=question.text,
        options=tuple(buttons),
        extras=tuple(extras),
        progress=f"{_place(question, desk.edition)}/{total}",
        hint="\n".join(hints),
        typed=pc(*ways, "取消"),
    )


def where(running: Conversation, desk: Desk) -> str:
    """職務問卷停在第 3 題（共 7 題）."""
    place = _place(_present(running, desk.edition), desk.edition)
    return f"職務問卷停在第 {place} 題（共 {len(desk.edition.questions)} 題）"


def _take(running: Conversation, desk: Desk, meant: tuple[str, ...]) -> Outcome:
    """Keeps the answer and asks the next open question, or says the result."""
    question = _present(running, desk.edition)
    given = {**_given(running, desk.edition), question.id: meant}
    following = _first_open(desk.edition, given, after=question)
    if following is None:
        return _finish(running, desk, given)
    moved = _at(running, following, given)
    return Outcome((asked(moved, desk),), (ConversationMoved(moved),))


def _chosen_done(running: Conversation, desk: Desk) -> Outcome:
    question = _present(running, desk.edition)
    chosen = _chosen(running, question)
    if not chosen:
        return Outcome((Text("還沒有選任何一項，請至少選一項。"), asked(running, desk)))
    return _take(running, desk, chosen)


def _back(running: Conversation, desk: Desk) -> Outcome:
    questions = _questions(desk.edition)
    here = _place(_present(running, desk.edition), desk.edition)
    if here == 1:
        return Outcome((Text("這已經是第 1 題了。"), asked(running, desk)))
    moved = _at(running, questions[here - 2], _given(running, desk.edition))
    return Outcome((asked(moved, desk),), (ConversationMoved(moved),))


def _finish(running: Conversation, desk: Desk, given: Answers) -> Outcome:
    result = assess(desk.edition, given)
    proposed = RoleProposed(result.roles, result.track, given, desk.edition.id)
    card = role.result_card(desk.edition, result)
    named = role.named(desk.edition, result.roles)
    return Outcome((card,), (proposed, *leave(running)), receipt=f"職務問卷已完成，建議類別：{named}")


def _renewed(event: Event, running: Conversation, desk: Desk) -> Outcome:
    """The edition changed in the middle: answers that still hold are kept, the buttons are new."""
    given = _given(running, desk.edition)
    following = _first_open(desk.edition, given, after=None)
    if following is None:
        finished = _finish(running, desk, given)
        return replace(finished, replies=(Text("題目已更新，您先前的答案都仍有效。"), *finished.replies))
    renewed = replace(running, nonce=event.nonce, edition=desk.edition.id)
    moved = _at(renewed, following, given)
    return Outcome((_CHANGED, asked(moved, desk)), (ConversationMoved(moved),))


def _at(running: Conversation, question: Question, given: Answers) -> Conversation:
    kept = {asked_id: list(options) for asked_id, options in given.items()}
    return step(running, question.id, answers=kept, chosen=list(given.get(question.id, ())))


def _outdated(running: Conversation, desk: Desk) -> bool:
    return running.edition != desk.edition.id or running.step not in desk.edition.questions


def _present(running: Conversation, edition: Edition) -> Question:
    """The question being asked; of a step that the edition does not know, the first."""
    return edition.questions.get(running.step, _questions(edition)[0])


def _questions(edition: Edition) -> tuple[Question, ...]:
    return tuple(edition.questions.values())


def _place(question: Question, edition: Edition) -> int:
    return 1 + list(edition.questions).index(question.id)


def _given(running: Conversation, edition: Edition) -> dict[str, tuple[str, ...]]:
    kept = running.draft.get("answers")
    return answers.valid(edition, kept if isinstance(kept, Mapping) else {})


def _chosen(running: Conversation, question: Question) -> tuple[str, ...]:
    kept = running.draft.get("chosen")
    return answers.known(question, kept)


def _first_open(edition: Edition, given: Answers, after: Question | None) -> Question | None:
    """The first question without an answer, looking behind `after` first."""
    place = 0 if after is None else _place(after, edition)
    questions = _questions(edition)
    order = (*questions[place:], *questions[:place])
    return next((question for question in order if question.id not in given), None)


def _options(question: Question, nonce: str, chosen: tuple[str, ...]) -> tuple[list[Button], str]:
    """The buttons; and where a label cannot hold an option's words, all of them as lines."""
    buttons = []
    crowded = False
    for number, option in enumerate(question.options, start=1):
        mark = ("☑ " if option.id in chosen else "☐ ") if question.multiple else ""
        label = f"{mark}{number} {option.text}"
        crowded = crowded or len(label) > LABEL
        buttons.append(Button(short(label, LABEL), _pressed(question, str(number), nonce)))
    lines = [f"{number} {option.text}" for number, option in enumerate(question.options, start=1)]
    return buttons, "\n".join(lines) if crowded else ""


def _pressed(question: Question, choice: str, nonce: str) -> Press:
    return Press(TASK, f"{question.number}.{choice}", nonce)


def _valid(question: Question) -> str:
    way = "可以一次輸入好幾個，例如「1、2」" if question.multiple else "例如「1」"
    return f"抱歉，我沒有看懂。請按選項，或輸入 1～{len(question.options)} 的數字（{way}）。"


def _over() -> Message:
    return Choices(
        prompt="題目已更新，這個按鈕已經失效。想看結果或重新填寫，請選一項：",
        options=(do("看我的類別", Name.MY_ROLE), do("重填職務問卷", Name.QUESTIONNAIRE)),
        typed=pc("我的類別", "職務問卷"),
    )
