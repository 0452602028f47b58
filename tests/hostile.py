"""An explorable all of whose texts are somebody else's, and mean harm."""

from typing import Annotated

import numpy as np

from collapse_lib import figures, style
from collapse_lib.controls import Choice, Cursor, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Span, Text

NASTY = "</script><img src=x onerror=alert(1)> <b>\u2028\u202e&\"'{title}"


def hostile(text):
    """Make an explorable all of whose texts are `text`."""

    def lines(height):
        curve = figures.Curve(text, height, style.line(style.BLUE))
        return figures.lines([curve], title=text, quantity=text, along=text)

    def bars():
        return figures.bars({text: [1.0, 2.0]}, [text, "b"], title=text, quantity=text)

    def prose():
        said = [Text([Span(text), Span(text, "loop")], text)] * 5
        return figures.prose(said, stops=(0, 2), title=text, marks={"loop": text})

    @explorable(
        title=text,
        views=(lines, bars, prose),
        cursor=Cursor("t", 0, 4, start=2, label=text),
        say=text.replace("{", "").replace("}", "") + " {word}",
        caveat=text,
        definition=6,
    )
    def words(
        size: Annotated[int, Slider(1, 3, label=text)] = 1,
        kind: Annotated[str, Choice({"a": text, "b": "b"}, label=text)] = "a",
    ):
        """Return a curve and a word."""
        return {"word": text, "height": size + np.arange(5.0)}

    return words
