"""A lectern: what a lecturer needs around one live panel, each thing on a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import ipywidgets
import numpy as np

from collapse_lib import figures, style
from collapse_lib.classroom import parts, saving
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.figures import At, Upto
from collapse_lib.permalinks import read_state
from collapse_lib.surfaces.cells import written
from collapse_lib.surfaces.live import LiveFigure, Panel
from collapse_lib.surfaces.scene import Flat, Scene
from collapse_lib.words import Message, _, later

KEYS = "123456789"


class Lectern(ipywidgets.VBox):  # type: ignore[misc]
    """A live panel with presets, pin and compare, one run or all, reset, big type and saving.

    Parameters
    ----------
    panel : Panel
        From ``explorable.widget()``; show the lectern, not the panel.
    presets : mapping of str to mapping, optional
        A label, and the values that it sets; at most nine, on the keys 1 to 9.

    Raises
    ------
    TypeError
        If `panel` is no live panel.
    ValueError
        If there are more presets than keys, or one names a parameter that there is not.

    Notes
    -----
    The keys work while the focus is in the lectern. A pinned run and the next one are drawn on
    the same axes and look at the same generation; "one run" hides the other 199, which are
    simulated all the same, and the sentence goes on to speak of all of them.
    """

    _pinned: tuple[LiveFigure, Scene] | None = None
    _inside: tuple[Any, ...] = ()  # what closes with it

    def __init__(
        self, panel: Panel, presets: Mapping[Message, Mapping[str, Any]] | None = None
    ) -> None:
        if not isinstance(panel, Panel):
            raise TypeError(f"panel must be a live panel, not {panel!r}")
        presets = dict(presets or {})
        if len(presets) > len(KEYS):
            raise ValueError(f"presets must be at most {len(KEYS)}, not {len(presets)}")
        known = set(panel.values)
        for label, values in presets.items():
            odd = sorted(set(values) - known)
            if odd:
                raise ValueError(f"preset {label!r} names {odd[0]!r}, but the panel has no such")
        self.panel, self._presets = panel, presets
        self._start = dict(panel.values)
        self._one = self._big = False
        self._tools = Tools(self)
        self._slot = ipywidgets.Box().add_class("collapse-pinned")  # so that the panel stays put
        self._stage = ipywidgets.Box([self._slot, panel]).add_class("collapse-compare")
        super().__init__([self._tools, self._stage])
        self._inside = (self._tools, self._slot, self._stage, panel)
        self.add_class("collapse-lectern")
        panel.adjust(self._adjusted)
        panel.watch(self._follow)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return written(super()._repr_mimebundle_(**options), self.panel.plain_text)

    @property
    def pinned(self) -> str | None:
        """The permalink of the pinned run, without its cursor; None if nothing is pinned."""
        return None if self._pinned is None else self._pinned[1].state

    @property
    def one(self) -> bool:
        """Whether a single run is shown."""
        return self._one

    def preset(self, label: str) -> None:
        """Set the panel to a preset.

        Parameters
        ----------
        label : str
            Its name.
        """
        if label not in self._presets:
            raise ValueError(f"label must be one of {', '.join(self._presets)}, not {label!r}")
        self.panel.set(**self._presets[label])

    def pin(self) -> None:
        """Keep the present run on the screen beside the next; or take it away again."""
        if self._pinned is None:
            scene = self.panel.scene
            live = self.panel.figure
            figure = LiveFigure(self.panel.declaration, scene, live.cursor)
            figure.together = live.together = uuid4().hex
            self._pinned = figure, scene
            self._slot.children = [figure]
            self.add_class("collapse-comparing")
        else:
            figure, _scene = self._pinned
            self._pinned = None
            self.panel.figure.together = ""
            self._slot.children = []
            self.remove_class("collapse-comparing")
            figure.close()
        self.panel.adjust(self._adjusted)
        self._tools.tell()

    def one_run(self) -> None:
        """Show one run instead of all, or all again."""
        self._one = not self._one
        self.panel.adjust(self._adjusted)
        self._tools.tell()

    def reset(self) -> None:
        """Go back to how the panel opened, and take away what was pinned."""
        if self._pinned is not None:
            self.pin()
        if self._one:
            self.one_run()
        self.panel.set(**{k: v for k, v in self._start.items() if self.panel.values[k] is not v})

    def big(self) -> None:
        """Switch to type that is readable from the back, or back again."""
        self._big = not self._big
        (self.add_class if self._big else self.remove_class)("collapse-big")
        self._tools.tell()

    def figure(self) -> Any:
        """Return what the panel shows as a plotly figure."""
        cursor = self.panel.figure.cursor
        scene = self.panel.scene
        return figures.static(scene.views, cursor, scene.say(self._cursor, cursor))

    def csv(self) -> str:
        """Return the curves of the present run as CSV, one row per generation."""
        return saving.csv_of(self.panel.scene)

    def save(self, kind: str) -> None:
        """Have the page save the figure as "svg" or "png", or its numbers as "csv"."""
        state = self.panel.state
        if kind == "csv":
            file = saving.File(saving.file_name(state, kind), {"text": self.csv()})
        elif kind in ("svg", "png"):
            say = self.panel.scene.say(self._cursor, self.panel.figure.cursor)
            file = saving.figure_file(self.figure(), state, say, kind)
        else:
            raise ValueError(f"kind must be 'svg', 'png' or 'csv', not {kind!r}")
        self._tools.save(kind, file)

    def close(self) -> None:
        """Close the lectern with everything in it."""
        if self._pinned is not None:
            self._pinned[0].close()
        for widget in self._inside:
            widget.close()
        super().close()

    # ---- inside

    @property
    def _cursor(self) -> str:
        return self.panel.declaration.cursor.name

    def _follow(self) -> None:
        if self._pinned is not None:
            self._pinned[0].cursor = self.panel.figure.cursor

    def _adjusted(self, flat: Flat) -> Flat:
        """Return a scene as it is shown: beside a pinned one, or with one run only."""
        shown = dict(flat)
        if self._pinned is not None:
            figure, scene = self._pinned
            pinned = scene.flat()
            shown, pinned = common_axes(shown, pinned), common_axes(pinned, shown)
            figure.show(only_one(pinned) if self._one else pinned)
        return only_one(shown) if self._one else shown


class Tools(Card):
    """The buttons of a lectern.

    Parameters
    ----------
    lectern : Lectern
        Whose buttons these are.
    """

    actions = ("preset", "pin", "one_run", "reset", "big", "file", "saved", "unsaved")

    def __init__(self, lectern: Lectern) -> None:
        self._lectern, self._saved = lectern, ""
        super().__init__(later("Teaching tools"))
        self.add_class("collapse-tools")

    def preset(self, label: str) -> None:
        """Set the panel to a preset."""
        self._lectern.preset(label)

    def pin(self) -> None:
        """Pin the present run, or let it go."""
        self._lectern.pin()

    def one_run(self) -> None:
        """Show one run, or all."""
        self._lectern.one_run()

    def reset(self) -> None:
        """Go back to the start."""
        self._lectern.reset()

    def big(self) -> None:
        """Switch big type on or off."""
        self._lectern.big()

    def file(self, kind: str) -> None:
        """Save a file."""
        self._lectern.save(kind)

    def saved(self, name: str) -> None:
        """Say that the browser has a file."""
        self._saved = name
        self.tell()

    def unsaved(self, why: str) -> None:
        """Say that a file could not be made."""
        raise ValueError(style.fill(_("The file could not be saved: {why}"), {"why": why}))

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        lectern = self._lectern
        said = []
        if lectern.pinned is not None:
            template = _("Pinned on the left: {state}. On the right: what you do now.")
            said.append(style.fill(template, {"state": self._in_words(lectern.pinned)}))
        if self._saved:
            said.append(style.fill(_("Saved: {name}"), {"name": self._saved}))
        presets = zip(KEYS, lectern._presets, strict=False)
        return [
            parts.buttons(
                *(parts.button("preset", _(label), value=label, key=key) for key, label in presets),
                parts.button("pin", _("Pin"), pressed=lectern.pinned is not None, key="p"),
                parts.button("one_run", _("One run"), pressed=lectern.one, key="o"),
                parts.button("reset", _("Reset"), key="r"),
                parts.button("big", _("Big type"), pressed=lectern._big, key="b"),
                parts.button("file", _("Picture"), value="png"),
                parts.button("file", _("For print"), value="svg"),
                parts.button("file", _("Numbers"), value="csv"),
            ),
            parts.words(" ".join(said), "small", live=True),
        ]

    def _in_words(self, state: str) -> str:
        about = self._lectern.panel.declaration
        values = read_state(state, about.name, about.inputs).values
        chosen = [c for c in about.inputs if c.stops and c.name in values]
        return ", ".join(f"{_(c.label)} {_(c.caption(values[c.name]))}" for c in chosen)


def common_axes(flat: Flat, other: Flat) -> Flat:
    """Return `flat` with ranges that hold both scenes, so that heights can be compared.

    Marks that lie on the lower end of an axis move with it: they stand for what lies below.
    """
    shown = dict(flat)
    for path, leaf in flat.items():
        if path.endswith("axis/dtick") and isinstance(leaf, At):
            shown[path] = At(np.maximum(leaf.rows, other[path].rows))
        if not path.endswith("axis/range"):
            continue
        one, two = (np.asarray(getattr(x, "rows", x), dtype=float) for x in (leaf, other[path]))
        both = np.stack(
            [np.minimum(one[..., 0], two[..., 0]), np.maximum(one[..., 1], two[..., 1])], axis=-1
        )
        if not isinstance(leaf, At):
            shown[path] = both.tolist()
            continue
        shown[path] = At(both)
        if path.endswith("yaxis/range"):
            view = path.removesuffix("layout/yaxis/range")
            for mark, y in flat.items():
                if mark.startswith(f"{view}data/") and mark.endswith("/y") and isinstance(y, At):
                    if y.along is None and np.ndim(y.rows) == 2:
                        shown[mark] = At(np.where(y.rows == one[:, :1], both[:, :1], y.rows))
    return shown


def only_one(flat: Flat) -> Flat:
    """Return `flat` with one run in each view that has a crowd of runs; other views stay."""
    shown = dict(flat)
    views = {path.split("/")[1] for path in flat if path.startswith("views/")}
    for view in views:
        head = f"views/{view}/data/"
        here = {path: leaf for path, leaf in flat.items() if path.startswith(head)}
        lines = {path: leaf for path, leaf in here.items() if isinstance(leaf, Upto)}
        tall = {path[: -len("/y")]: leaf for path, leaf in lines.items() if path.endswith("/y")}
        crowds = [trace for trace in tall if _is_crowd(flat, trace, tall[trace])]
        if not any(len(tall[trace].lines) > 1 for trace in crowds):
            continue
        one = next((t for t in crowds if len(tall[t].lines) == 1), crowds[0])
        for path, leaf in lines.items():
            kept = 1 if path.startswith(f"{one}/") else 0
            shown[path] = Upto(leaf.lines[:kept], leaf.loop)
        for path, leaf in here.items():  # marks of single runs: the first run's stays
            if isinstance(leaf, At) and leaf.along is None and np.ndim(leaf.rows) == 2:
                shown[path] = At(np.asarray(leaf.rows)[:, :1])
    return shown


def _is_crowd(flat: Flat, trace: str, leaf: Upto) -> bool:
    return not leaf.loop and f"{trace}/meta/columns" not in flat and len(leaf.lines) > 0
