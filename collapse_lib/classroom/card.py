"""A card: a small form that lives in a notebook. What it shows is decided here, in Python.

The page draws the parts that `Card.parts` returns and sends back what the hand did: the name
of a method and a value. So a card is worked from Python with the very methods that the page
calls, and works where there is no page at all.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import traitlets

from collapse_lib import words
from collapse_lib.classroom import saving
from collapse_lib.classroom.parts import Part
from collapse_lib.surfaces import asset
from collapse_lib.surfaces.cells import close_earlier, written
from collapse_lib.surfaces.live import Borrower, Runtime

LOST = words.later(
    "Not connected to a kernel: run this cell again. What you committed before is kept."
)


class Script(Runtime):
    """What draws the cards, zipped: the page unpacks it once for all of them."""

    @staticmethod
    def _code() -> str:
        parts = ("picture.js", "saving.js", "card.js")
        looks = f"const LOOKS = {json.dumps(asset('card.css', __package__))};"
        return "\n".join([looks, *(asset(name, __package__) for name in parts)])


class Card(Borrower):
    """A form made of parts; the base of everything in the classroom.

    Parameters
    ----------
    title : str
        What it is called by a screen reader.

    Notes
    -----
    A subclass says in `actions` which of its methods the page may call. An error that such a
    method raises is shown on the card, in words, and the card goes on working.
    """

    actions: ClassVar[tuple[str, ...]] = ()

    content = traitlets.Dict().tag(sync=True)

    def __init__(self, title: str) -> None:
        super().__init__(Script.shared())
        self._title, self._trouble = title, ""
        self.on_msg(self._received)
        words.follow(self)
        close_earlier(self)
        self.tell()

    def parts(self) -> list[Part]:
        """Return what the card shows now, from top to bottom."""
        raise NotImplementedError

    def tell(self) -> None:
        """Show everything as it is now, in the present language."""
        shown = self.parts()
        if self._trouble:
            shown.append({"kind": "words", "text": self._trouble, "tone": "trouble", "live": True})
        title, lost = words._(self._title), words._(LOST)
        self.content = {"title": title, "parts": shown, "lost": lost}

    @property
    def plain_text(self) -> str:
        """What the card says, without the form: what is left where nothing draws widgets."""
        parts = self.parts()
        said = [part["text"] for part in parts if part["kind"] == "words" and part["text"]]
        asked = [
            f"{part['legend']} {' / '.join(part['options'])}".strip()
            for part in parts
            if part["kind"] == "choice"
        ]
        trouble = [self._trouble] if self._trouble else []
        return "\n".join([words._(self._title), *said, *asked, *trouble])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return written(super()._repr_mimebundle_(**options), self.plain_text)

    def save(self, kind: str, file: saving.File) -> None:
        """Have the page save a file where the browser keeps its downloads."""
        self.send({"save": kind, **file.message()})

    def _received(self, _: Any, message: dict[str, Any], __: Any) -> None:
        name, value = message.get("do"), message.get("value")
        if name not in self.actions:
            return
        self._trouble = ""
        try:
            getattr(self, name)(*([] if value is None else [value]))
        except Exception as error:  # whatever a lesson's own function may raise
            known = isinstance(error, ValueError) and str(error)
            self._trouble = known or f"{type(error).__name__}: {error}"
            self.tell()
