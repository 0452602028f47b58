"""A hand for the cards: what the page shows, and what it sends when somebody uses a part."""

from __future__ import annotations

from typing import Any

from collapse_lib.classroom import Check, Guess
from collapse_lib.classroom.card import Card

Part = dict[str, Any]


def shown(card: Card, kind: str) -> list[Part]:
    """The parts of one kind on a card."""
    return [part for part in card.content["parts"] if part["kind"] == kind]


def button(card: Card, name: str) -> Part:
    """The first button of a name."""
    row = [one for part in shown(card, "buttons") for one in part["buttons"]]
    return next(one for one in row if one["name"] == name)


def said(card: Card) -> str:
    """What a screen reader hears last."""
    return [part["text"] for part in shown(card, "words") if part["live"]][-1]


def press(card: Card, name: str, value: Any = None) -> None:
    """Do what the page does when somebody uses a part."""
    card._received(card, {"do": name} | ({} if value is None else {"value": value}), [])


def played(guess: Guess, given: Any) -> Guess:
    """Give a guess, as if for the first time, and have it held to the run."""
    guess.again()
    guess.choose(given)
    guess.commit()
    guess.reveal()
    return guess


def judged(check: Check, given: Any, because: Any = None) -> tuple[str, str]:
    """Give an answer, with a reason where one is asked for; return the voice and what it says."""
    check.answer(given)
    if because is not None:
        check.because(because)
    check.press()
    return check.voice, said(check)
