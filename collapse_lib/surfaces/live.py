"""The live surface: sliders in a notebook around one small figure.

When a slider moves, what changed travels, some 20 kB; plotly.js travels once per page. The
cursor lives in the browser: moving it, or pressing Play, sends nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import anywidget
import ipywidgets
import traitlets

from collapse_lib.controls import Choice, Control, Reroll, Slider, settle, write_state
from collapse_lib.figures import resolve
from collapse_lib.surfaces import asset, plotly_js, unwrapped
from collapse_lib.surfaces.cells import close_earlier
from collapse_lib.surfaces.scene import Declaration, Flat, Packer, Scene, changes
from collapse_lib.words import _, follow

PAUSE = 0.016  # seconds between two scenes: a screen shows no more of them
SLOW = 0.3  # seconds: after a scene that took longer, the panel says when it works on the next


class Runtime(anywidget.AnyWidget):
    """plotly.js and figure.js, zipped: the page unpacks them once for all figures.

    A subclass holds another script that many widgets share.
    """

    _esm = asset("shelf.js") + "export default { initialize: ({ model }) => unpack(model) };\n"

    bundle = traitlets.Bytes().tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)

    @classmethod
    def shared(cls) -> Runtime:
        """Return this kernel's runtime, made anew if somebody closed it."""
        kept: Runtime | None = vars(cls).get("_kept")
        if kept is None or kept.comm is None:
            code = cls._code().encode()
            version = hashlib.sha256(code).hexdigest()[:16]
            cls._kept = kept = cls(bundle=gzip.compress(code, 4, mtime=0), version=version)
        return kept

    @staticmethod
    def _code() -> str:
        parts = unwrapped(plotly_js().decode()), asset("figure.js")
        return "\n".join([*parts, "export default { Plotly, collapse };\n"])

    @classmethod
    def names(cls) -> dict[str, str]:
        """Return what a widget must know to find it on the page's shelf."""
        runtime = cls.shared()
        return {"runtime": f"IPY_MODEL_{runtime.model_id}", "version": runtime.version}


class LiveFigure(anywidget.AnyWidget):
    """One figure: its first scene, and what differs from it now.

    The difference is always taken from the first scene, not from the last one sent, so that a
    view which opens late is right without a history.
    """

    # text, not a path: anywidget never frees a widget made from a path
    _esm = asset("shelf.js") + asset("widget.js")
    _css = asset("figure.css")

    runtime = traitlets.Unicode().tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)
    base = traitlets.Dict().tag(sync=True)
    patch = traitlets.Dict().tag(sync=True)
    cursor = traitlets.Int().tag(sync=True)
    watched = traitlets.Bool().tag(sync=True)  # send the cursor whenever it rests, not only at last
    together = traitlets.Unicode().tag(sync=True)  # figures with the same word share their cursor

    def __init__(self, declaration: Declaration, scene: Scene, at: int, **options: Any) -> None:
        """Hold the first `scene`, seen at generation `at`."""
        self._first: Flat = scene.flat()
        about = declaration.cursor.about()
        super().__init__(
            **Runtime.names(),
            base={"title": declaration.title, "cursor": about, **_packed(self._first)},
            patch=_packed({}),
            cursor=at,
            **options,
        )

    def show(self, flat: Flat) -> None:
        """Draw another scene."""
        self.patch = _packed(changes(self._first, flat))


def _packed(flat: Flat) -> dict[str, Any]:
    packer = Packer()
    return {"scene": packer.pack(flat), "buffer": packer.buffer()}


def _options(control: Control) -> list[tuple[str, Any]]:
    """Return what can be chosen: the text on the screen, and the value."""
    named = isinstance(control, Choice)
    texts = [control.caption(stop) for stop in control.stops]
    return [(_(t) if named else t, stop) for t, stop in zip(texts, control.stops, strict=True)]


class Throttle:
    """Do the work at once; if it was done just now, once more after a pause.

    However many calls come in between, the last one is served and none queues up.
    """

    def __init__(self, work: Callable[[], None], pause: float) -> None:
        self._work, self._pause = work, pause
        self._timer: asyncio.TimerHandle | None = None
        self._again = False

    def __call__(self) -> None:
        """Ask for the work."""
        if self._timer is None:
            self._run()
        else:
            self._again = True

    def cancel(self) -> None:
        """Forget what is still to do."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._again = None, False

    def _run(self) -> None:
        self._work()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop, nobody dragging
            return
        self._timer = loop.call_later(self._pause, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._again:
            self._again = False
            self._run()


class Panel(ipywidgets.VBox):  # type: ignore[misc]
    """Sliders around one figure.

    Parameters
    ----------
    declaration : Declaration
        Name, title, inputs and cursor.
    scene : callable
        ``scene(values)`` simulates and draws at one value per input.
    values : mapping
        One value per input and one for the cursor.
    notices : sequence of str
        Sentences to show until the first slider moves.

    Notes
    -----
    Running the cell again closes the panels that the cell made before. The cursor moves in the
    browser; `values` and `state` learn of it when the focus leaves the figure.
    """

    def __init__(
        self,
        declaration: Declaration,
        scene: Callable[[Mapping[str, Any]], Scene],
        values: Mapping[str, Any],
        notices: Sequence[str] = (),
    ) -> None:
        super().__init__()  # its layout is shared by all widgets inside: they are half as many
        self._declaration, self._scene = declaration, scene
        cursor = declaration.cursor.name
        self._inputs = {name: value for name, value in values.items() if name != cursor}
        shown = self._simulated()
        self.figure = LiveFigure(declaration, shown, values[cursor], layout=self.layout)
        self.figure.on_msg(lambda _, message, __: self.set(**message.get("pick", {})))
        self._flat = shown.flat()
        self._refresh = Throttle(self._draw, PAUSE)
        self._quiet = False
        self._watchers: list[Callable[[], Any]] = []
        self._change: Callable[[Flat], Flat] = dict
        self._widgets: dict[str, Any] = {}
        self._shown = [c for c in declaration.inputs if c.stops or isinstance(c, Reroll)]
        widgets = [self._widget(control) for control in self._shown]
        inputs = ipywidgets.Box(widgets, layout=self.layout)
        self.children = [inputs.add_class("collapse-inputs"), self.figure]
        self.add_class("collapse-panel")
        self._say(notices)
        self.figure.observe(self._changed, "cursor")
        follow(self)
        close_earlier(self)

    @property
    def declaration(self) -> Declaration:
        """Name, title, inputs and cursor."""
        return self._declaration

    @property
    def scene(self) -> Scene:
        """What there is to draw at the present inputs."""
        return self._scene(self._inputs)

    @property
    def seen(self) -> dict[str, Any]:
        """What is on the screen: the values, and the numbers of the sentence at the cursor."""
        fields = {
            path.removeprefix("fields/"): leaf
            for path, leaf in self._flat.items()
            if path.startswith("fields/")
        }
        return {**resolve(fields, self.figure.cursor), **self.values}

    def watch(self, work: Callable[[], Any]) -> None:
        """Have `work` called after every change, of an input at once, of the cursor at rest."""
        self._watchers.append(work)
        self.figure.watched = True

    def adjust(self, change: Callable[[Flat], Flat]) -> None:
        """Show every scene as `change` makes it; it must keep all paths."""
        self._change = change
        self._say(())

    @property
    def values(self) -> dict[str, Any]:
        """One value per input, and the cursor's."""
        return {**self._inputs, self._declaration.cursor.name: self.figure.cursor}

    @property
    def state(self) -> str:
        """The permalink."""
        controls = (*self._declaration.inputs, self._declaration.cursor)
        return write_state(self._declaration.name, controls, self.values)

    def set(self, **values: Any) -> None:
        """Set inputs or the cursor; what cannot be set is said in the panel.

        Parameters
        ----------
        **values
            By the parameters' names. A value between two stops moves to the nearer one.
        """
        notices = []
        controls = {c.name: c for c in (*self._declaration.inputs, self._declaration.cursor)}
        for name, value in values.items():
            if name not in controls:
                notices.append(f"There is no parameter {name}: ignored.")
                continue
            found = settle(controls[name], value)
            notices += found.notices
            if name == self._declaration.cursor.name:
                self.figure.cursor = found.values.get(name, self.figure.cursor)
            else:
                self._inputs |= found.values
        self._quiet = True
        for name, widget in self._widgets.items():
            widget.value = self._inputs[name]
        self._quiet = False
        self._refresh.cancel()
        self._draw(notices)

    def tell(self) -> None:
        """Say everything in the present language."""
        if self.comm is None:  # closed
            return
        self._quiet = True
        for control, widget in zip(self._shown, self.children[0].children, strict=True):
            widget.description = _(control.label)
            if isinstance(control, Choice):
                widget.options = _options(control)
                widget.value = self._inputs[control.name]
        self._quiet = False
        self._draw()

    def close(self) -> None:
        """Close the panel and everything in it, in the kernel and in the page."""
        if self.children:  # or its first scene failed
            self._refresh.cancel()
        inside = self.children[0].children if self.children else ()
        for widget in (*inside, *self.children, self):
            if isinstance(getattr(widget, "style", None), ipywidgets.Widget):
                widget.style.close()
            ipywidgets.Widget.close(widget)
        self.layout.close()

    # ---- inside

    def _widget(self, control: Control) -> Any:
        """Return the widget of one input."""
        value, shared = self._inputs[control.name], {"layout": self.layout}
        if isinstance(control, Reroll):
            button = ipywidgets.Button(description=_(control.label), icon="refresh", **shared)
            button.on_click(lambda _: self._moved(control.name, self._inputs[control.name] + 1))
            return button
        kind = (
            ipywidgets.SelectionSlider if isinstance(control, Slider) else ipywidgets.ToggleButtons
        )
        widget = kind(
            options=_options(control),
            value=value,
            description=_(control.label),
            style={"description_width": "initial"},
            **shared,
        )
        widget.observe(partial(self._observed, control.name), "value")
        self._widgets[control.name] = widget
        return widget.add_class(f"collapse-input-{control.name}")

    def _observed(self, name: str, change: Any) -> None:
        if not self._quiet:
            self._moved(name, change["new"])

    def _moved(self, name: str, value: Any) -> None:
        self._inputs[name] = value
        self._refresh()

    def _draw(self, notices: Sequence[str] = ()) -> None:
        """Draw the scene of the present values; if that fails, say so over the last one."""
        if self._slow:
            self.add_class("collapse-working")
        try:
            self._flat = self._simulated().flat()
        except Exception as error:  # whatever a learner's function may raise
            notices = [*notices, str(error) or type(error).__name__]
        self._say(notices)
        self.remove_class("collapse-working")
        self._changed()

    def _simulated(self) -> Scene:
        """Return the scene of the present values, and note whether it was long in coming."""
        started = perf_counter()
        try:
            return self._scene(self._inputs)
        finally:
            self._slow = perf_counter() - started > SLOW

    def _say(self, notices: Sequence[str]) -> None:
        self.figure.show({**self._change(self._flat), "notice": "\n".join(notices)})

    def _changed(self, _: Any = None) -> None:
        for work in self._watchers:
            work()
