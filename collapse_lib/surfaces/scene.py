"""What there is to draw at one setting of the inputs, and how it travels to figure.js.

A scene travels as JSON in which every array is a note of where to find it in one binary
buffer. Two scenes of the same explorable have the same paths, so that the second is sent as
what differs from the first: always the first, never the last one sent, so that a view which
opens late, or misses a message, is right all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.controls import Control, Cursor
from collapse_lib.figures import At, Panes, Upto, View, resolve
from collapse_lib.words import _, later

Flat = dict[str, Any]

# What figure.js itself says; the English text is the key.
SAID = (
    later("Play"),
    later("Pause"),
    later("One generation back"),
    later("One generation on"),
    later("of"),
    later("Copy these settings"),
    later("Copied"),
    later("Selected: press Ctrl+C"),
    later("Show the numbers"),
    later("The numbers"),
    later("generation"),
    later("up to the generation looked at"),
    later("of these words lost since"),
    later("times 10 to the"),
    later("minus"),
    later("The figure could not be drawn:"),
    later(
        "Not connected to a kernel: the sliders stay where the picture is. Run this cell again "
        "to move them; Play, the generations and the numbers need none."
    ),
    later(
        "The kernel has not answered yet: it may be busy, or the connection is gone. "
        "Your setting is sent again and again."
    ),
)


def said() -> dict[str, str]:
    """Return what figure.js says around a scene, in the present language."""
    return {text: _(text) for text in SAID}


@dataclass(frozen=True)
class Scene:
    """Everything on screen at one setting of the inputs, the cursor still free.

    Parameters
    ----------
    views : dict of str to dict
        The pictures, see `collapse_lib.figures`.
    sentence : str
        Template of the sentence under them.
    fields : dict
        What the sentence may name: text, a number, or an `At` with one number per generation.
    readouts : dict of str to str
        What the value of a slider means, by parameter.
    state : str
        The permalink, all but the cursor.
    notice : str
        What went wrong, one sentence a line.
    texts : dict of str to str
        What figure.js says, by the English text; ``title`` and ``cursor`` name the whole and
        the cursor.
    """

    views: dict[str, View]
    sentence: str
    fields: dict[str, Any]
    readouts: dict[str, str]
    state: str
    notice: str = ""
    texts: dict[str, str] = field(default_factory=said)

    def say(self, name: str, cursor: int) -> str:
        """Return the sentence at a cursor that goes by `name`."""
        return style.fill(self.sentence, {**resolve(self.fields, cursor), name: cursor})

    def flat(self) -> Flat:
        """Return the scene as path → leaf; a leaf is text, a number, or an array."""
        return flatten({part.name: getattr(self, part.name) for part in fields(self)})


@dataclass(frozen=True)
class Declaration:
    """What a surface must know of an explorable besides its scenes."""

    name: str
    title: str
    inputs: tuple[Control, ...]
    cursor: Cursor
    caveat: str = ""
    meaning: str = ""  # of the word collapse, here
    lesson: str = ""  # path of the notebook in the repository

    def told(self) -> Declaration:
        """Return the declaration in the present language."""
        return replace(
            self,
            title=_(self.title),
            inputs=tuple(control.told() for control in self.inputs),
            cursor=self.cursor.told(),
            caveat=_(self.caveat),
        )


@dataclass
class Packer:
    """One binary buffer, and the notes of what lies where in it."""

    chunks: list[bytes] = field(default_factory=list)
    size: int = 0

    def pack(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """Return the leaves with every array put into the buffer and replaced by a note."""
        return {path: self._note(path, leaf) for path, leaf in flat.items()}

    def buffer(self) -> bytes:
        """Return the buffer."""
        return b"".join(self.chunks)

    def _note(self, path: str, leaf: Any) -> Any:
        # numbers of the sentence are read to two digits down to 1e-300, pictures to a pixel
        dtype = "<f8" if path.startswith("fields/") else "<f4"
        if isinstance(leaf, Upto):
            return {"op": "upto", "loop": leaf.loop, **self._put(leaf.lines, dtype)}
        if isinstance(leaf, At):
            along = {} if leaf.along is None else {"along": self._put(leaf.along, dtype)}
            return {"op": "at", **along, **self._put(leaf.rows, dtype)}
        if isinstance(leaf, Panes):
            return leaf.note()
        if isinstance(leaf, np.ndarray):
            return {"op": "all", **self._put(leaf, dtype)}
        return leaf

    def _put(self, array: Any, dtype: str) -> dict[str, Any]:
        chunk = np.asarray(array).astype(dtype).tobytes()
        note = {"at": self.size, "shape": np.shape(array), "bytes": int(dtype[-1])}
        self.chunks.append(chunk)
        self.size += len(chunk)
        return note


def changes(base: Flat, flat: Flat) -> Flat:
    """Return the leaves of `flat` that differ from `base`.

    Raises
    ------
    ValueError
        If the two have different paths: a view must be shape-stable.
    """
    if base.keys() != flat.keys():
        odd = min(base.keys() ^ flat.keys())
        raise ValueError(
            f"views must keep the same parts at every setting, but {odd!r} came or went"
        )
    return {path: leaf for path, leaf in flat.items() if not _same(base[path], leaf)}


def flatten(tree: Any) -> Flat:
    """Return nested dictionaries, and lists of them, as path → leaf."""
    return dict(_flatten(tree))


def _flatten(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list) and any(isinstance(part, dict) for part in tree):
        items = enumerate(tree)
    else:
        yield path, tree
    for key, value in items:
        yield from _flatten(value, f"{path}/{key}" if path else str(key))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Upto) and isinstance(other, Upto):
        return _equal(one.lines, other.lines)
    if isinstance(one, At) and isinstance(other, At):
        return _equal(one.rows, other.rows) and _equal(one.along, other.along)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _equal(one, other)
    return bool(type(one) is type(other) and one == other)


def _equal(one: Array | None, other: Array | None) -> bool:
    if one is other:
        return True
    return one is not None and other is not None and np.array_equal(one, other, equal_nan=True)
