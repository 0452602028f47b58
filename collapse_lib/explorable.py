"""Declare a simulation with sliders once; get a live panel, a figure, a web page, a sentence.

From an empty cell to a live panel, in twenty lines and on an idea of your own::

    from typing import Annotated

    import numpy as np

    from collapse_lib import explorable, figures, style
    from collapse_lib.controls import Cursor, Reroll, Slider
    from collapse_lib.metrics import Ensemble

    def walks(place):
        crowd = figures.Curve("each", place.lineages, style.line(style.GREY, width=1), kind="crowd")
        middle = figures.Curve("typical (median)", place.median, style.line(style.BLUE))
        return figures.lines([middle, crowd], title="A walk", quantity="place", y_range=(-40, 40))

    @explorable(title="A random walk", views=(walks,), cursor=Cursor("steps", 0, 100),
                say="Step {steps:d}: most are between {place.low:.2g} and {place.high:.2g}.")
    def walk(step: Annotated[float, Slider(0.1, 2, step=0.1, help="Length of a step.")] = 1.0,
             seed: Annotated[int, Reroll()] = 0):
        steps = np.random.default_rng(seed).choice([-step, step], (100, 40))
        return {"place": Ensemble(np.vstack([np.zeros(40), steps.cumsum(axis=0)]))}

    walk.widget()

The parameters of the function are the *inputs*: name, type, control and default stand in one line,
and ``help=`` says the rest, in the docstring, on the command line and to a screen reader. The
function always simulates the full horizon and returns its *fields* by name: a mapping, or a
dataclass. A *view* names the fields and inputs that it draws as its own parameters, and returns a
picture: one of `collapse_lib.figures`, or a plain plotly figure of yours. The *sentence* names
them in braces, with a format: ``{place.median:.2g}``; an array is read at the *cursor*, which
generation is looked at. The cursor is no input: it selects.

::

    def walks(place):
        return go.Figure(go.Scatter(y=place.median, name="typical"), layout={"title": "A walk"})

What such a figure holds of the whole run, one number for each generation, is drawn up to the
cursor, and of a two-dimensional x or y, the cursor's row; see `collapse_lib.figures.adopted`. A web
page that holds such a figure may need ``plotly="inline"``, and says so. In a plain dictionary the
two can be said outright, by `collapse_lib.figures.Upto` and `collapse_lib.figures.At`.

Three laws hold, and are tested for those of the gallery: the views are functions of the inputs,
the result and the cursor alone; a view has the same parts at every setting; and at cursor g it
uses generations up to g only.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from collapse_lib import definitions, figures, style
from collapse_lib.controls import Choice, Control, Cursor, Data, Slider
from collapse_lib.fields import Fields, result_of, too_short
from collapse_lib.figures import View
from collapse_lib.permalinks import State, read_state, settle, write_state
from collapse_lib.surfaces.scene import Declaration, Scene, flatten, said
from collapse_lib.words import Message, _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from collapse_lib.surfaces.live import Panel


@dataclass(frozen=True, eq=False)
class Explorable:
    """A simulation with inputs, a cursor, views and a sentence.

    Made by `explorable`. Calling it runs the function itself and returns its result: a mapping
    as a `collapse_lib.fields.Result`, whose fields are attributes.

    Parameters
    ----------
    function : callable
        Returns fields by name: a mapping or a dataclass. They fill the sentence; a field with
        one number per generation is read at the cursor.
    title : str
        Name of the whole for people.
    inputs : tuple of Control
        One per parameter, in order.
    cursor : Cursor
        Which generation is looked at.
    views : tuple of callable
        Each names the fields and inputs that it draws as its parameters, and returns a view,
        see `collapse_lib.figures`, or a plain plotly figure.
    say : str or mapping
        Template of the sentence; or one per value of the field ``case``.
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

    function: Callable[..., Any]
    title: Message
    inputs: tuple[Control, ...]
    cursor: Cursor
    views: tuple[Callable[..., Any], ...]
    say: Message | Mapping[str, Message]
    caveat: Message = ""
    definition: tuple[int, ...] = ()
    lesson: str = ""
    vary: Mapping[str, tuple[Any, ...] | None] | None = None

    def __post_init__(self) -> None:
        """Check what the author declared, and look like the function."""
        _check_views(self.name, self.views)
        signature = inspect.signature(self.function)
        both = zip(signature.parameters.values(), self.inputs, strict=True)
        plain = [parameter.replace(annotation=control.kind) for parameter, control in both]
        object.__setattr__(self, "__name__", self.name)
        object.__setattr__(self, "__module__", self.function.__module__)
        object.__setattr__(self, "__wrapped__", self.function)
        object.__setattr__(self, "__signature__", inspect.Signature(plain))
        object.__setattr__(self, "__doc__", _document(self.function, self.inputs))

    def __get__(self, instance: Any, owner: Any = None) -> Explorable:
        """Stay as it is: what has this method is documented as a function, here and in `help`."""
        return self

    def __repr__(self) -> str:
        """Return the name and what can be set."""
        return f"<explorable {self.name}({', '.join(c.name for c in self.controls)})>"

    def __call__(self, *args: Any, **values: Any) -> Any:
        """Run the simulation and return its result; a choice must be one of its options."""
        given = self.__signature__.bind(*args, **values).arguments  # type: ignore[attr-defined]
        for control in self.inputs:
            if isinstance(control, Choice) and control.name in given:
                control.check(given[control.name])
        return result_of(self.function(*args, **values))

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
        result = self(**values)
        fields = Fields(self.name, values, result)
        readouts = {
            control.name: _filled(fields, control.shown, f"the readout of {control.name}")
            for control in self.inputs
            if isinstance(control, Slider) and control.shown
        }
        named = {match[1] for match in style.FIELD.finditer(self._templates())}
        told = {
            name: fields.told(name, "the sentence") for name in sorted(named - {self.cursor.name})
        }
        views = self.draw(result, **values)
        self._check_horizon({"views": views, "fields": told})
        return Scene(
            views={name: figures.told(view) for name, view in views.items()},
            sentence=_(self._template(fields)),
            fields=told,
            readouts=readouts,
            state=write_state(self.name, self.inputs, values),
            texts={**said(), "title": _(self.title), "cursor": _(self.cursor.label)},
        )

    def draw(self, result: Any, **inputs: Any) -> dict[str, View]:
        """Return the pictures of a result, the cursor still free.

        Parameters
        ----------
        result : mapping or dataclass
            What the function returned.
        **inputs
            The inputs that led to it, by default their defaults.

        Returns
        -------
        dict of str to dict
            One view per name, see `collapse_lib.figures`; `collapse_lib.figures.resolve` draws
            them at one generation.
        """
        values = {control.name: control.default for control in self.inputs} | inputs
        fields = Fields(self.name, values, result)
        return {view.__name__: self._picture(view, fields.drawn(view)) for view in self.views}

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
        plotly: str | Path | None = None,
        lesson: str = "",
        image: str = "",
        theme: str = "auto",
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
        plotly : {"inline", "beside", "cdn"} or path, optional
            By default the page draws by itself, plotly's pictures without plotly. Else it takes
            plotly.js from the installed package, inside the page or in a file beside it; the
            smallest bundle that suffices, from a CDN; or a bundle of your own. One file beside
            serves many pages, but from a web server: opened from a disk, a page in a sandboxed
            frame may read no second file, and shows a still picture that says so.
        lesson : str, optional
            Address that the page links to; by default the lesson in the repository.
        image : str, optional
            Address of a picture for previews in social networks.
        theme : {"auto", "light", "dark"}, default "auto"
            Colours; by default those that the reader's system asks for.
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
            theme=theme,
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

    def _template(self, fields: Fields) -> str:
        if isinstance(self.say, str):
            return self.say
        case = fields.told("case", "say, which has one sentence for each case,")
        if case not in self.say:
            raise ValueError(
                f"{self.name}: say has sentences for the cases {', '.join(map(str, self.say))}, "
                f"but none for {case!r}"
            )
        return self.say[case]

    def _picture(self, view: Callable[..., Any], drawn: Any) -> View:
        """Return what a view drew; a plain plotly figure as a view."""
        named = f"{self.name}: the view {view.__name__}"
        parts = drawn if isinstance(drawn, dict) else {}
        if "prose" in parts or parts.get("layout", {}).get("meta"):
            return parts
        if "data" not in parts and not hasattr(drawn, "to_plotly_json"):
            raise TypeError(
                f"{named} must return a picture of collapse_lib.figures or a plotly figure, "
                f"not {type(drawn).__name__}"
            )
        return figures.adopted(drawn, int(self.cursor.high), view.__name__)

    def _check_horizon(self, parts: Mapping[str, Any]) -> None:
        last = int(self.cursor.high)
        if short := too_short(flatten(parts), last):
            raise ValueError(
                f"{self.name}: the cursor {self.cursor.name} goes to {last}, but {short}: "
                "simulate longer, or let the cursor end there"
            )

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


def explorable(
    *,
    title: Message,
    views: tuple[Callable[..., Any], ...],
    cursor: Cursor,
    say: Message | Mapping[str, Message],
    caveat: Message = "",
    definition: int | Iterable[int] = (),
    lesson: str = "",
    vary: Mapping[str, tuple[Any, ...] | None] | None = None,
) -> Callable[[Callable[..., Any]], Explorable]:
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
        If a parameter has no control or no default, or a view is no function.
    ValueError
        If there is no definition of a number, or two views have one name.
    """
    shows = definitions.checked(definition)

    def decorate(function: Callable[..., Any]) -> Explorable:
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


# what somebody asks for who types ``explorable?`` in a cell
explorable.__doc__ = f"{inspect.cleandoc(explorable.__doc__ or '')}\n\nNotes\n-----\n{__doc__}"


def _filled(fields: Fields, template: str, where: str) -> str:
    known = {m[1]: fields.told(m[1], where) for m in style.FIELD.finditer(template)}
    return style.fill(_(template), known)


def _check_views(panel: str, views: Any) -> None:
    if callable(views):
        named = getattr(views, "__name__", "view")
        raise TypeError(f"{panel}: views must be a tuple: write views=({named},) with the comma")
    for view in views:
        if not callable(view) or not hasattr(view, "__name__"):
            raise TypeError(
                f"{panel}: a view must be a function that returns a picture, "
                f"not a {type(view).__name__}"
            )
    names = [view.__name__ for view in views]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"{panel}: each view must have a name of its own, but {names.count(name)} are "
                f"called {name}: define them with def"
            )


def _document(function: Callable[..., Any], inputs: Iterable[Control]) -> str:
    """Return the function's docstring with a section on the inputs, made of their controls."""
    text = inspect.cleandoc(function.__doc__ or "")
    entries = [
        f"{c.name} : {c.accepts}\n{indent(fill(c.help, 88), '    ')}" for c in inputs if c.help
    ]
    if not entries or "\nParameters\n---" in text:
        return text
    section = "\n".join(["Parameters", "----------", *entries])
    later = re.search(r"^\w+\n-{3,}$", text, re.MULTILINE)
    end = later.start() if later else len(text)
    return "\n\n".join(filter(None, [text[:end].strip(), section, text[end:]]))
