"""Answers to the duty questionnaire: what a person typed, what still holds, what is ticked."""

from collections.abc import Mapping
from typing import Any

from guideline.edition import Edition, Option, Question
from guideline.script import alike
from handlers.commands import bare
from handlers.numbers import numbers_in

Answers = Mapping[str, tuple[str, ...]]


def read(question: Question, typed: str) -> tuple[str, ...]:
    """The option ids meant by `typed` (as `commands.tidy` leaves it): numbers, or an option's words, or
    a part of them that fits one option only. Empty where nothing certain was said, or too much."""
    numbers = numbers_in(typed)
    if numbers:
        found = [at(question, str(number)) for number in numbers]
        meant = tuple(option.id for option in found if option is not None)
        certain = len(meant) == len(numbers) and (question.multiple or len(meant) == 1)
        return meant if certain else ()
    said = alike(bare(typed))
    if not said:
        return ()
    words = {option.id: alike(bare(option.text)) for option in question.options}
    exact = tuple(option_id for option_id, text in words.items() if text == said)
    partly = tuple(option_id for option_id, text in words.items() if len(said) > 1 and said in text)
    return next((ids for ids in (exact, partly) if len(ids) == 1), ())


def at(question: Question, number: str) -> Option | None:
    """The option with this number, counted from 1."""
    if not (number.isascii() and number.isdigit()) or len(number) > 3:
        return None
    place = int(number)
    return question.options[place - 1] if 1 <= place <= len(question.options) else None


def toggled(question: Question, chosen: tuple[str, ...], option: Option) -> tuple[str, ...]:
    """`chosen` after a tap on `option`: an exclusive one (目前沒有) stands alone."""
    if option.id in chosen:
        return tuple(other for other in chosen if other != option.id)
    if option.exclusive:
        return (option.id,)
    alone = {other.id for other in question.options if other.exclusive}
    kept = {*(other for other in chosen if other not in alone), option.id}
    return tuple(other.id for other in question.options if other.id in kept)


def clash(question: Question, meant: tuple[str, ...]) -> str:
    """Why these options cannot stand together; empty where they can."""
    alone = next((o for o in question.options if o.exclusive and o.id in meant), None)
    if alone is None or len(meant) == 1:
        return ""
    return f"「{alone.text}」不能和其他選項一起選，請再選一次。"


def known(question: Question, kept: Any) -> tuple[str, ...]:
    """Those of the kept option ids that the question still has, in its own order."""
    if not isinstance(kept, (list, tuple)):
        return ()
    return tuple(option.id for option in question.options if option.id in kept)


def valid(edition: Edition, kept: Mapping[Any, Any]) -> dict[str, tuple[str, ...]]:
    """The kept answers that hold under this edition: a known question, known options, as many as it
    allows, an exclusive one alone."""
    held: dict[str, tuple[str, ...]] = {}
    for question in edition.questions.values():
        given = kept.get(question.id)
        options = known(question, given)
        whole = bool(options) and len(options) == len(given or ())
        if whole and (question.multiple or len(options) == 1) and not clash(question, options):
            held[question.id] = options
    return held
