"""The live surface: sliders in a notebook around one small figure.

When a slider moves, what changed travels, some 20 kB; plotly.js travels once per page. The
cursor lives in the browser: moving it, or pressing Play, sends nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, partial
from time import perf_counter
from typing import Any, ClassVar, Self

import anywidget
import ipywidgets
import traitlets

from collapse_lib import style
from collapse_lib.controls import Choice, Control, Reroll, Slider
from collapse_lib.figures import resolve
from collapse_lib.permalinks import settle, write_state
from collapse_lib.surfaces import asset, plotly_js, unwrapped
from collapse_lib.surfaces.cells import close_earlier, written
from collapse_lib.surfaces.scene import Declaration, Flat, Packer, Scene, changes
from collapse_lib.surfaces.visitors import visitor
from collapse_lib.words import _, follow

PAUSE = 0.016  # seconds between two scenes: a screen shows no more of them
SLOW = 0.3  # seconds: after a scene that took longer, the panel says when it works on the next

HOST = """export default {
  initialize({ model }) {
    library(model).catch(() => {}); // render will complain
    // a page may keep closed models
    return () => ["base", "patch"].forEach((big) => model.get(big) && model.set(big, null));
  },
  render: async (context) => (await library(context.model)).render(context),
};
"""


class Runtime(anywidget.AnyWidget):
    """plotly.js and figure.js, zipped: the page unpacks them once for all figures.

    A subclass holds another script that many widgets share.
    """

    _esm = asset("shelf.js") + "export default { initialize: ({ model }) => unpack(model) };\n"

    bundle = traitlets.Bytes().tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)

    _kept: ClassVar[dict[tuple[type, Hashable], Any]] = {}

    @classmethod
    def shared(cls) -> Self:
        """Return the runtime of whoever looks now, made anew if somebody closed it.

        Where visitors share a process and cannot be told apart, each call makes one of its own:
        a widget lives on the page of the visitor for whom it was made.
        """
        looks = visitor()
        for key in [key for key, runtime in Runtime._kept.items() if runtime.comm is None]:
            del Runtime._kept[key]
        kept: Self | None = Runtime._kept.get((cls, looks))
        if kept is None:
            bundle, version = cls._zipped()
            kept = cls(bundle=bundle, version=version)
            if looks is not None:
                Runtime._kept[cls, looks] = kept
        return kept

    def release(self) -> None:
        """Close it, unless others may use it."""
        if self not in Runtime._kept.values():
            self.layout.close()
            self.close()

    @classmethod
    @cache
    def _zipped(cls) -> tuple[bytes, str]:
        code = cls._code().encode()
        return gzip.compress(code, 4, mtime=0), hashlib.sha256(code).hexdigest()[:16]

    @staticmethod
    def _code() -> str:
        parts = unwrapped(plotly_js().decode()), asset("figure.js"), asset("widget.js")
        return "\n".join([*parts, "export default { Plotly, render };\n"])


class Borrower(anywidget.AnyWidget):
    """A widget that is drawn by a runtime's script.

    Parameters
    ----------
    runtime : Runtime
        A widget, not its name: who saves a page, or carries it elsewhere, follows the reference.
    """

    # text, not a path: anywidget never frees a widget made from a path
    _esm = asset("shelf.js") + HOST

    runtime = traitlets.Instance(ipywidgets.Widget, allow_none=True).tag(
        sync=True, **ipywidgets.widget_serialization
    )
    version = traitlets.Unicode().tag(sync=True)

    def __init__(self, runtime: Runtime, **options: Any) -> None:
        super().__init__(runtime=runtime, version=runtime.version, **options)

    def close(self) -> None:
        """Close it, and the runtime if nobody else has it."""
        super().close()
        if self.runtime is not None:  # as where its arguments were refused
            self.runtime.release()


class LiveFigure(Borrower):
    """One figure: its first scene, what differs from it now, and for which places of the sliders.

    The difference is always taken from the first scene, not from the last one sent, so that a
    view which opens late is right without a history.
    """

    _css = asset("figure.css")

    base = traitlets.Dict().tag(sync=True)
    patch = traitlets.Dict().tag(sync=True)
    cursor = traitlets.Int().tag(sync=True)
    watched = traitlets.Bool().tag(sync=True)  # send the cursor whenever it rests, not only at last
    together = traitlets.Unicode().tag(sync=True)  # figures with the same word share their cursor
    sliders = traitlets.Dict().tag(sync=True, **ipywidgets.widget_serialization)  # by input's name

    def __init__(self, declaration: Declaration, scene: Scene, at: int, **options: Any) -> None:
        """Hold the first `scene`, seen at generation `at`."""
        self._first: Flat = scene.flat()
        about = declaration.cursor.about()
        first = _packed(self._first)
        first["scene"] = [*first["scene"].items()]  # a list, for a saved notebook sorts its keys
        super().__init__(
            Runtime.shared(),
            base={"title": declaration.title, "cursor": about, **first},
            cursor=at,
            **options,
        )
        self.show(self._first)

    def show(self, flat: Flat) -> None:
        """Draw another scene."""
        places = {name: slider.index for name, slider in self.sliders.items()}
        self.patch = {**_packed(changes(self._first, flat)), "places": places}

    def close(self) -> None:
        """Close it, empty: what saves a notebook may keep every widget that ever lived."""
        if self.comm is not None:
            self.base = self.patch = {}
        super().close()


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
        self._declaration, self._scene = declaration, scene
        cursor = declaration.cursor.name
        self._inputs = {name: value for name, value in values.items() if name != cursor}
        shown = self._simulated()
        layout = ipywidgets.Layout()  # shared by all widgets inside: they are half as many
        self._flat = shown.flat()
        self._refresh = Throttle(self._draw, PAUSE)
        self._quiet = False
        self._watchers: list[Callable[[], Any]] = []
        self._change: Callable[[Flat], Flat] = dict
        self._widgets: dict[str, Any] = {}
        self._shown = [c for c in declaration.inputs if c.stops or isinstance(c, Reroll)]
        widgets = [self._widget(control, layout) for control in self._shown]
        inputs = ipywidgets.Box(widgets, layout=layout).add_class("collapse-inputs")
        self.figure = LiveFigure(
            declaration, shown, values[cursor], sliders=self._widgets, layout=layout
        )
        self.figure.on_msg(self._received)
        self._say(notices)
        self.figure.observe(self._changed, "cursor")
        # the box comes last: a host that shows the first widget made without its children sees it
        super().__init__([inputs, self.figure], layout=layout, _dom_classes=("collapse-panel",))
        follow(self)
        close_earlier(self)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return written(super()._repr_mimebundle_(**options), self.plain_text)

    @property
    def plain_text(self) -> str:
        """The title, the sentence and the permalink: what is left where nothing draws widgets."""
        sentence = style.fill(self._flat["sentence"], self.seen)
        return "\n".join([_(self._declaration.title), sentence, self.state])

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
            widget.tooltip = _(control.help) or None
            if isinstance(control, Choice):
                widget.options = _options(control)
                widget.value = self._inputs[control.name]
        self._quiet = False
        self._draw()

    def close(self) -> None:
        """Close the panel and everything in it, in the kernel and in the page."""
        if not self.children:  # its first scene failed
            return
        self._refresh.cancel()
        for widget in (*self.children[0].children, *self.children):
            if isinstance(getattr(widget, "style", None), ipywidgets.Widget):
                widget.style.close()
            widget.close()
        super().close()
        self.layout.close()

    # ---- inside

    def _widget(self, control: Control, layout: ipywidgets.Layout) -> Any:
        """Return the widget of one input."""
        value, shared = self._inputs[control.name], {"layout": layout}
        if isinstance(control, Reroll):
            shared |= {"description": _(control.label), "tooltip": _(control.help) or None}
            button = ipywidgets.Button(icon="refresh", **shared)
            button.on_click(lambda _: self._moved(control.name, self._inputs[control.name] + 1))
            return button
        kind = (
            ipywidgets.SelectionSlider if isinstance(control, Slider) else ipywidgets.ToggleButtons
        )
        widget = kind(
            options=_options(control),
            value=value,
            description=_(control.label),
            tooltip=_(control.help) or None,
            style={"description_width": "initial"},
            **shared,
        )
        widget.observe(partial(self._observed, control.name), "value")
        self._widgets[control.name] = widget
        return widget.add_class(f"collapse-input-{control.name}")

    def _received(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Follow a click on a line; or the sliders, whose own message was lost on its way."""
        if "places" not in message:
            self.set(**message.get("pick", {}))
            return
        self.figure.send({"heard": True})
        stops = {control.name: control.stops for control in self._shown}
        values = {name: stops[name][place] for name, place in message["places"].items()}
        if any(self._inputs[name] != value for name, value in values.items()):
            self.set(**values)
        else:
            self.figure.send_state("patch")

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
        except Exception as error:  # whatever somebody's own function may raise
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
