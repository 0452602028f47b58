"""The scenes of a whole grid in one small buffer: what is equal is kept once, the rest rounded.

A leaf that is the same at every setting is written once. The others become a table: the
different values, and which of them each setting takes. Arrays are rounded after every
transformation, each to what its own axis can show, `PIXELS` of the largest plot, thin single
lines to `THIN`; what is left of them `collapse_lib.surfaces.coding` keeps. Numbers of the
sentence keep the digits that the sentence shows. grid.js reads it all back.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.figures import HEIGHT, At, Panes, Upto, View
from collapse_lib.surfaces import scene
from collapse_lib.surfaces.coding import Coder
from collapse_lib.surfaces.scene import Flat, Scene

PIXELS = 0.3  # how far a drawn point may be from its true place
THIN = 0.7  # the same for lines of a pixel's width, of a crowd
WIDTH = 640  # of the widest plot, axes included
EXTENT = {"x": WIDTH - 68, "y": HEIGHT - 50}  # and without them
WHOLE = 2**31  # whole numbers below this are kept exactly


@dataclass
class Grid:
    """Tables of leaves, and the buffer that their arrays lie in."""

    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    coder: Coder = field(default_factory=Coder)

    def pack(self, flats: Sequence[Flat]) -> dict[str, Any]:
        """Return the scenes as JSON that points into the buffer.

        Parameters
        ----------
        flats : sequence of dict
            One scene per setting, as path → leaf, all with the same paths.

        Returns
        -------
        dict
            ``plain``: path → value, where it is the same everywhere and no array; ``tables``:
            path → table; ``coded``: where the stream is and how it is cut; ``pixels``, ``width``,
            ``height``: the precision.
        """
        plain: dict[str, Any] = {}
        tables: dict[str, Any] = {}
        for path in flats[0]:
            leaves = [_plain(path, flat[path]) for flat in flats]
            if _text(leaves[0]) and all(leaf == leaves[0] for leaf in leaves):
                plain[path] = leaves[0]
            else:
                tables[path] = self._table(path, leaves, flats)
        stream, cut = self.coder.stream()
        coded = {"place": self.size, **cut}
        self._append(stream)
        return {
            "coded": coded,
            "pixels": PIXELS,
            "width": WIDTH,
            "height": HEIGHT,
            "plain": plain,
            "tables": tables,
        }

    def zipped(self) -> bytes:
        """Return the buffer, gzipped."""
        return gzip.compress(b"".join(self.chunks), 9, mtime=0)

    def _table(self, path: str, leaves: Sequence[Any], flats: Sequence[Flat]) -> dict[str, Any]:
        """Return the different values of a leaf in groups that look alike, and who takes which."""
        groups: dict[Any, dict[Any, Any]] = {}
        keys = []
        for leaf in leaves:
            kind, key = _kind(leaf), _key(leaf)
            groups.setdefault(kind, {}).setdefault(key, leaf)
            keys.append((kind, key))
        places = [(kind, key) for kind, group in groups.items() for key in group]
        number = {place: i for i, place in enumerate(places)}
        return {
            "groups": [self._group(path, list(group.values()), flats) for group in groups.values()],
            "index": [number[place] for place in keys],
        }

    def _group(self, path: str, leaves: list[Any], flats: Sequence[Flat]) -> dict[str, Any]:
        """Return the note of leaves of one kind."""
        first = leaves[0]
        if _text(first):
            return {"values": leaves, "count": len(leaves)}
        step: Any = _step(path, flats)
        if isinstance(first, Upto):
            arrays = [np.asarray(leaf.lines) for leaf in leaves]
            note: dict[str, Any] = {"op": "upto", "loop": first.loop}
        elif isinstance(first, At):
            # the generations last, whatever a row holds
            arrays = [np.atleast_2d(np.asarray(leaf.rows).T) for leaf in leaves]
            note = {"op": "at"}
            if first.along is not None:
                along = np.asarray(first.along, dtype=float)
                note["along"] = self._put([along[None]], None, path) | {"shape": [along.size]}
                if step is not None:
                    reach = max(float(np.abs(along).max()), 1e-300)
                    step = np.array([step / 2, step / 2 / reach])
        else:
            arrays = [np.asarray(leaf).reshape(1, -1) for leaf in leaves]
            note = {"op": "all"}
        return note | {"shape": _shape(first)} | self._put(arrays, step, path, _spec(path, flats))

    def _put(self, arrays: Sequence[Array], step: Any, path: str, spec: str = "") -> dict[str, Any]:
        """Put arrays of one shape, ``(lines, width)`` each, into the buffer; return how."""
        block = np.stack(arrays).astype(float)
        if len(block) == 1 and step is not None:
            step = step / 10  # what all settings share may be smooth: it costs next to nothing
        coded = _said(block, spec) or _linear(block, step)
        count = {"count": len(block)}
        if coded is None or not block.size:
            dtype = "<f8" if path.startswith("fields/") else "<f4"
            note = {"code": "raw", "bytes": int(dtype[-1]), "place": self.size}
            self._append(block.astype(dtype).tobytes())
            return count | note
        levels, how = coded
        return count | how | {"lines": list(levels.shape[1:])} | self.coder.add(levels)

    def _append(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk)


def until(whole: Scene, last: int) -> Scene:
    """Return a scene that ends with the generation `last`.

    Parameters
    ----------
    whole : Scene
        Of a longer run.
    last : int
        The last generation to keep.

    Returns
    -------
    Scene
        The same without what came later. An axis that ended with the run still does.
    """
    views = {name: _view_until(view, last) for name, view in whole.views.items()}
    return replace(whole, views=views, fields=_until(whole.fields, last))


def _view_until(view: View, last: int) -> View:
    cut: View = _until(view, last)
    for old, new in zip(view.get("data", ()), cut.get("data", ()), strict=True):
        axis = cut["layout"].get(f"xaxis{str(old.get('xaxis', 'x'))[1:]}", {})
        there, x = axis.get("range"), old.get("x")
        if isinstance(there, list) and isinstance(x, Upto) and x.lines.size:
            if there[1] == x.lines.max():
                axis["range"] = [there[0], float(new["x"].lines.max())]
    return cut


def _until(tree: Any, last: int) -> Any:
    if isinstance(tree, dict):
        return {key: _until(value, last) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_until(value, last) for value in tree]
    if isinstance(tree, Upto):
        return Upto(tree.lines[:, : last + 1], tree.loop)
    if isinstance(tree, At):
        return At(tree.rows[: last + 1], tree.along)
    if isinstance(tree, Panes):
        kept = [stop for stop in tree.stops if stop < last]
        return Panes(tree.texts[: last + 1], [*kept, last])
    return tree


def _plain(path: str, leaf: Any) -> Any:
    """Return a leaf without arrays as JSON, and any other as it is."""
    return scene.Packer().pack({path: leaf})[path] if _text(leaf) else leaf


def _text(leaf: Any) -> bool:
    """Whether a leaf has no arrays."""
    return not isinstance(leaf, Upto | At | np.ndarray)


def _array(leaf: Any) -> Any:
    """Return what an array leaf holds."""
    return leaf.lines if isinstance(leaf, Upto) else leaf.rows if isinstance(leaf, At) else leaf


def _shape(leaf: Any) -> list[int]:
    return list(np.shape(_array(leaf)))


def _kind(leaf: Any) -> Any:
    """Return what leaves of one group have in common."""
    if _text(leaf):
        return "text"
    along = leaf.along if isinstance(leaf, At) else None
    loop = leaf.loop if isinstance(leaf, Upto) else None
    curve = None if along is None else np.asarray(along, dtype=float).tobytes()
    return type(leaf).__name__, loop, curve, tuple(_shape(leaf))


def _key(leaf: Any) -> Any:
    """Return what makes a leaf different from the others of its group."""
    if _text(leaf):
        return repr(leaf)
    return np.asarray(_array(leaf), dtype=float).tobytes()


def _axis(path: str, flat: Mapping[str, Any]) -> str:
    """Return the path of the axis that a trace's x or y is drawn on."""
    trace, _, letter = path.rpartition("/")
    view = trace.partition("/data/")[0]
    name = flat.get(f"{trace}/{letter}axis", letter)
    return f"{view}/layout/{letter}axis{name[1:]}"


def _step(path: str, flats: Sequence[Flat]) -> float | None:
    """Return the distance of two levels that no axis can tell from what is between them."""
    if "/data/" not in path or path.rpartition("/")[2] not in EXTENT:
        return None
    spans = []
    for flat in flats:
        axis = _axis(path, flat)
        there = flat.get(f"{axis}/range")
        if there is None or flat.get(f"{axis}/type", "linear") != "linear":
            return None
        ends = np.asarray(there.rows if isinstance(there, At) else there, dtype=float)
        spans.append(np.abs(np.diff(ends, axis=-1)).min())
    trace = path.rpartition("/")[0]
    thin = flats[0].get(f"{trace}/line/width", 2) == 1
    return 2 * (THIN if thin else PIXELS) * float(min(spans)) / EXTENT[path[-1]]


def _linear(block: Array, step: Any) -> tuple[Array, dict[str, Any]] | None:
    """Return levels at equal distances; 0 is no number. Whole numbers stay as they are."""
    if np.isinf(block).any():
        return None
    known = block[np.isfinite(block)]
    if np.all(known == np.round(known)) and np.all(np.abs(known) < WHOLE):
        step = 1.0
    if step is None:
        return None
    steps = np.broadcast_to(np.asarray(step, dtype=float), block.shape[1:2])
    alive = np.where(np.isfinite(block), block, np.inf)
    low = alive.min(axis=(0, 2), initial=np.inf)
    low = np.where(np.isfinite(low), low, 0.0)
    with np.errstate(invalid="ignore"):
        levels = np.rint((block - low[:, None]) / steps[:, None]) + 1
    if np.nanmax(levels, initial=0) > WHOLE:
        return None
    whole = np.where(np.isnan(levels), 0, levels).astype(np.int64)
    return whole, {"code": "linear", "low": low.tolist(), "step": steps.tolist()}


def _spec(path: str, flats: Sequence[Flat]) -> str:
    """Return the format in which the sentence shows a field; empty if that is unclear."""
    if not path.startswith("fields/"):
        return ""
    name = path.removeprefix("fields/")
    matches = [m for flat in flats for m in style.FIELD.finditer(str(flat["sentence"]))]
    specs = {match[2] or "" for match in matches if match[1] == name}
    return specs.pop() if len(specs) == 1 else ""


def _said(block: Array, spec: str) -> tuple[Array, dict[str, Any]] | None:
    """Return numbers as the levels of those that the sentence says instead."""
    if spec.endswith("d") and not ((block < 0) & (block > -0.5)).any():  # "−0" is no whole number
        return _linear(np.copysign(np.floor(np.abs(block) + 0.5), block), None)
    return _decimal(block, int(spec[1])) if spec.endswith("g") else None


def _decimal(block: Array, digits: int) -> tuple[Array, dict[str, Any]] | None:
    """Return the numbers' leading digits and power of ten as one level; 0 no number, 1 zero."""
    if np.isinf(block).any():
        return None
    first = 10 ** (digits - 1)
    codes = np.zeros(block.shape, dtype=np.int64)
    there = np.isfinite(block) & (block != 0)
    rounded = [style.rounded_to(x, digits) for x in np.abs(block[there]).tolist()]
    powers = np.array([number.adjusted() for number in rounded], dtype=np.int64)
    leading = np.array(
        [int(number.scaleb(digits - 1 - number.adjusted(), style.WIDE)) for number in rounded],
        dtype=np.int64,
    )
    codes[there] = 9 * first * powers + leading - first
    low = int(codes[there].min(initial=0))
    signed = bool((block < 0).any())
    if signed:
        codes = 2 * (codes - low) + (block < 0) + low  # the last bit is the sign
    codes = np.where(there, codes - low + 2, np.where(block == 0, 1, 0))
    return codes, {"code": "decimal", "digits": digits, "low": low, "signed": signed}
