"""Declare a simulation with sliders once; get a live panel, a figure, a web page, a sentence.

A function whose parameters are annotated with controls becomes an explorable::

    @explorable(title="…", views=(fan, density), cursor=Cursor("generations", 1, 200), say="…")
    def variance_collapse(n: Annotated[int, Slider(5, 100_000, log=True)] = 100) -> Collapse: ...

The parameters are the *inputs*; the function always simulates the full horizon. The *cursor*,
which generation is looked at, is no input: it selects. Three laws hold, and are tested:
the views are functions of the result and the cursor alone; a view has the same parts at every
setting; and at cursor g it uses generations up to g only.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_type_hints

import numpy as np

from collapse_lib import definitions, figures, style
from collapse_lib.controls import (
    Control,
    Cursor,
    Data,
    Slider,
    State,
    read_state,
    settle,
    write_state,
)
from collapse_lib.figures import At, View
from collapse_lib.surfaces.scene import Declaration, Scene, said
from collapse_lib.words import Message, _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from collapse_lib.surfaces.live import Panel

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Explorable(Generic[R]):
    """A simulation with inputs, a cursor, views and a sentence.

    Made by `explorable`. Calling it runs the function itself and returns its result.

    Parameters
    ----------
    function : callable
        Returns a small frozen dataclass. Its fields fill the sentence; a field with one
        number per generation is read at the cursor.
    title : str
        Name of the whole for people.
    inputs : tuple of Control
        One per parameter, in order.
    cursor : Cursor
        Which generation is looked at.
    views : tuple of callable
        ``view(result)`` returns a view, see `collapse_lib.figures`.
    say : str or mapping
        Template of the sentence; or one per value of the result's field ``case``.
    caveat : str
        What the simulation leaves out, in a sentence; it travels with every web page.
    definition : tuple of int
        Which of the eight definitions of collapse it shows, see `collapse_lib.definitions`.
    lesson : str
        Path in the repository of the notebook that explains it.
    vary : mapping of str to tuple, optional
        What its web pages vary unless somebody says otherwise, as in `embed`: the stops that
        its lesson asks for, and no more of them than such a page can hold.
    """

    function: Callable[..., R]
    title: Message
    inputs: tuple[Control, ...]
    cursor: Cursor
    views: tuple[Callable[[R], View], ...]
    say: Message | Mapping[str, Message]
    caveat: Message = ""
    definition: tuple[int, ...] = ()
    lesson: str = ""
    vary: Mapping[str, tuple[Any, ...] | None] | None = None

    def __call__(self, *args: Any, **values: Any) -> R:
        """Run the simulation and return its result."""
        return self.function(*args, **values)

    @property
    def name(self) -> str:
        """The function's name: it begins a permalink."""
        return self.function.__name__

    @property
    def controls(self) -> tuple[Control, ...]:
        """The inputs, then the cursor."""
        return (*self.inputs, self.cursor)

    @property
    def declaration(self) -> Declaration:
        """What a surface must know besides the scenes."""
        meaning = definitions.meaning(self.definition)
        return Declaration(
            self.name, self.title, self.inputs, self.cursor, self.caveat, meaning, self.lesson
        )

    def scene(self, values: Mapping[str, Any]) -> Scene:
        """Simulate and draw at one checked value per input, the cursor still free.

        Returns
        -------
        Scene
            What the surfaces show.
        """
        result = self.function(**values)
        template = self.say if isinstance(self.say, str) else self.say[result.case]  # type: ignore[attr-defined]
        known = _Fields(values, result)
        readouts = {
            control.name: style.fill(_(control.shown), known)
            for control in self.inputs
            if isinstance(control, Slider) and control.shown
        }
        named = {match[1] for match in style.FIELD.finditer(self._templates())}
        fields = {name: known[name] for name in sorted(named - {self.cursor.name})}
        return Scene(
            views={view.__name__: figures.told(view(result)) for view in self.views},
            sentence=_(template),
            fields=fields,
            readouts=readouts,
            state=write_state(self.name, self.inputs, values),
            texts={**said(), "title": _(self.title), "cursor": _(self.cursor.label)},
        )

    def widget(self, state: str = "", **values: Any) -> Panel:
        """Return a live panel for a notebook.

        Parameters
        ----------
        state : str, optional
            A permalink to start from.
        **values
            Inputs and cursor by name; they win over the permalink.

        Returns
        -------
        Panel
            A widget. What could not be used is said in the panel, which then shows the default.

        Raises
        ------
        TypeError
            If there is no parameter of a name.
        """
        from collapse_lib.surfaces.live import Panel

        self._names(values)
        start = {control.name: control.default for control in self.controls}
        read = self.from_state(state)
        notices = list(read.notices)
        start |= read.values
        for control in self.controls:
            if control.name not in values:
                continue
            shown = control.write(start[control.name])
            found = settle(control, values[control.name], otherwise=f"showing {shown}")
            start |= found.values
            notices += found.notices
        notices += self._other_data(read, start)
        return Panel(self.declaration, self.scene, start, notices)

    def figure(self, **values: Any) -> go.Figure:
        """Return a static plotly figure.

        Parameters
        ----------
        **values
            Inputs and cursor by name; values between a slider's stops are fine here.

        Raises
        ------
        TypeError
            If there is no parameter of a name.
        ValueError
            If a value is out of its range.
        """
        inputs, cursor = self._checked(values)
        scene = self.scene(inputs)
        return figures.static(scene.views, cursor, scene.say(self.cursor.name, cursor))

    def sentence(self, **values: Any) -> str:
        """Return the sentence under the figure; parameters and errors as in `figure`."""
        inputs, cursor = self._checked(values)
        return self.scene(inputs).say(self.cursor.name, cursor)

    def state(self, **values: Any) -> str:
        """Return the permalink; parameters and errors as in `figure`."""
        inputs, cursor = self._checked(values)
        return write_state(self.name, self.controls, {**inputs, self.cursor.name: cursor})

    def from_state(self, state: str) -> State:
        """Read a permalink: its values, and a notice for whatever could not be used."""
        return read_state(state, self.name, self.controls)

    def embed(
        self,
        path: str | Path,
        vary: Iterable[str] | Mapping[str, Iterable[Any] | None] | None = None,
        *,
        until: int | None = None,
        plotly: str | Path = "inline",
        lesson: str = "",
        image: str = "",
        **values: Any,
    ) -> str:
        """Write one HTML file that needs no server and no network.

        Parameters
        ----------
        path : str or Path
            The file to write.
        vary : iterable of str, or mapping of str to iterable, optional
            Inputs that the page shows; by default the explorable's own ``vary``, or else all
            choices and sliders, of which not more than the first four can be moved. Each keeps
            some of its stops, evenly spaced; a mapping names them (None: some). An input with a
            single stop is shown and cannot be moved; one that is not named is hidden.
        until : int, optional
            The last generation that the page holds; by default all of them.
        plotly : {"inline", "beside", "cdn"} or path, default "inline"
            Where the page takes plotly.js from: the installed one, inside the page or in a file
            beside it; the smallest bundle that suffices, from a CDN; or a bundle of your own.
            One file beside serves many pages, but from a web server: opened from a disk, a page
            in a sandboxed frame may read no second file, and shows a still picture that says so.
        lesson : str, optional
            Address that the page links to; by default the lesson in the repository.
        image : str, optional
            Address of a picture for previews in social networks.
        **values
            Inputs and cursor by name: where the page starts.

        Returns
        -------
        str
            The ``<iframe>`` to paste into a page beside the file, with the few lines that let
            it grow and shrink with its content.

        Raises
        ------
        TypeError
            If there is no parameter of a name, or it has no stops.
        ValueError
            If a value is out of its range, the grid is too large, or an option makes no sense.

        Notes
        -----
        Curves are kept to 0.3 of a pixel and the sentence's numbers to the digits it shows:
        read no more off the page than that.
        """
        from collapse_lib.surfaces import embed

        inputs, cursor = self._checked(values)
        vary = self.vary if vary is None else vary
        grid = vary if vary is None or isinstance(vary, Mapping) else dict.fromkeys(vary)
        self._names(grid or ())
        if self.cursor.name in (grid or ()):
            raise TypeError(f"vary can name inputs, but {self.cursor.name} is the cursor")
        return embed.write(
            Path(path),
            self.declaration,
            self.scene,
            grid,
            inputs,
            cursor,
            given=values,
            last=until,
            plotly=plotly,
            lesson=lesson,
            image=image,
        )

    def film(
        self,
        path: str | Path,
        over: str = "",
        *,
        fps: float = 5,
        width: int = 800,
        frames: int = 40,
        **values: Any,
    ) -> str:
        """Write an animated picture, for places that run no scripts.

        Parameters
        ----------
        path : str or Path
            The file to write: ``.gif``, ``.webp`` or (animated) ``.png``.
        over : str, optional
            What moves, an input or the cursor; by default the cursor.
        fps : float, default 5
            Frames a second, at most 10. The last one stays for 4 s, then it starts again.
        width : int, default 800
            Pixels from side to side; the height follows from what there is to show.
        frames : int, default 40
            How many there are at most, spread evenly over the stops of what moves. With 1 it is
            a still picture of the last, for readers who asked for less motion.
        **values
            The other inputs and the cursor by name. If an input moves, the generation looked at
            is by default the last.

        Returns
        -------
        str
            What to paste as alternative text.

        Raises
        ------
        RuntimeError
            If kaleido, Pillow or a browser is missing (``pip install 'collapse_lib[film]'``).
        TypeError
            If there is no parameter of a name, what moves has no stops, or it has a value too.
        ValueError
            If a value is out of its range, or an option makes no sense.

        Notes
        -----
        Caveat, meaning of collapse and the permalink are part of every frame. The frames lie
        at stops: on a log scale equal times are equal ratios, so read no speed off the film.
        """
        from collapse_lib.surfaces import film

        inputs, cursor = self._checked(values)
        over = over or self.cursor.name
        self._names([over])
        if over in values:
            raise TypeError(f"{over} is what moves in the film: it can have no value of its own")
        return film.write(
            Path(path),
            self.declaration,
            self.scene,
            next(control for control in self.controls if control.name == over),
            inputs,
            cursor if self.cursor.name in values else int(self.cursor.high),
            fps=fps,
            width=width,
            frames=frames,
        )

    # ---- inside

    def _templates(self) -> str:
        return self.say if isinstance(self.say, str) else " ".join(self.say.values())

    def _names(self, values: Iterable[str]) -> None:
        known = [control.name for control in self.controls]
        for name in values:
            if name not in known:
                raise TypeError(
                    f"{self.name} has the parameters {', '.join(known)}, but no {name!r}"
                )

    def _checked(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        self._names(values)
        every = {c.name: c.check(values.get(c.name, c.default)) for c in self.controls}
        cursor: int = every.pop(self.cursor.name)
        return every, cursor

    def _other_data(self, read: State, values: Mapping[str, Any]) -> list[str]:
        """Return a notice if a permalink was made with other data than these."""
        for control in self.inputs:
            if isinstance(control, Data):
                value = values[control.name]
                here = "" if value is control.default else control.write(value)
                if read.data and read.data != here:
                    return [
                        f"This state was made with other data ({read.data}): "
                        f"pass them too, as {control.name}=…"
                    ]
        return []


class _Fields(Mapping[str, Any]):
    """What a template may name: the inputs, and the fields of the result."""

    def __init__(self, values: Mapping[str, Any], result: Any) -> None:
        self._values, self._result = values, result

    def __getitem__(self, name: str) -> Any:
        value = getattr(self._result, name, None)
        if value is None:
            value = self._values[name]
        if isinstance(value, np.ndarray) and value.ndim:
            return At(value)
        return value.item() if isinstance(value, np.generic | np.ndarray) else value

    def __contains__(self, name: object) -> bool:
        return name in self._values or hasattr(self._result, str(name))

    def __iter__(self) -> Any:
        return iter((*self._values, *vars(self._result)))

    def __len__(self) -> int:
        return len(tuple(iter(self)))


def explorable(
    *,
    title: Message,
    views: tuple[Callable[[Any], View], ...],
    cursor: Cursor,
    say: Message | Mapping[str, Message],
    caveat: Message = "",
    definition: int | Iterable[int] = (),
    lesson: str = "",
    vary: Mapping[str, tuple[Any, ...] | None] | None = None,
) -> Callable[[Callable[..., R]], Explorable[R]]:
    """Turn an annotated function into an `Explorable`.

    Parameters
    ----------
    title, views, cursor, say, caveat, definition, lesson, vary
        As in `Explorable`; a single definition may be given as a number.

    Returns
    -------
    callable
        A decorator for a function all of whose parameters are ``Annotated[type, control]``
        and have a default.

    Raises
    ------
    TypeError
        If a parameter has no control or no default.
    ValueError
        If there is no definition of a number.
    """
    shows = definitions.checked(definition)

    def decorate(function: Callable[..., R]) -> Explorable[R]:
        hints = get_type_hints(function, include_extras=True)
        inputs = []
        for name, parameter in inspect.signature(function).parameters.items():
            kind, *notes = get_args(hints.get(name)) or (None,)
            controls = [note for note in notes if isinstance(note, Control)]
            if len(controls) != 1 or parameter.default is parameter.empty:
                raise TypeError(
                    f"{name} must be annotated with one control and have a default, "
                    "such as n: Annotated[int, Slider(5, 500)] = 100"
                )
            inputs.append(controls[0].bind(name, kind, parameter.default))
        told = (title, tuple(inputs), cursor, views, say, caveat, shows, lesson, vary)
        return Explorable(function, *told)

    return decorate
