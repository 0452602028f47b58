"""The film: one control moves from end to end, for places that take pictures but no scripts.

Plotly draws every frame in the browser that is installed (by kaleido), Pillow binds them.
WebM would need a video encoder: ``ffmpeg -i page.gif page.webm`` makes one of the GIF.
"""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from collapse_lib import figures, links, style
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Control
from collapse_lib.permalinks import write_state
from collapse_lib.replacing import replacing
from collapse_lib.surfaces.scene import Declaration, Scene
from collapse_lib.words import _

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".gif", ".png", ".webp")
FASTEST = 10  # frames a second: nothing flickers, and viewers play a GIF's shortest delays slower
HOLD = 4000  # milliseconds for the last frame: what it says can be read
NARROWEST, WIDEST = 720, 1600  # pixels
COLOURS = 256  # in all frames together, so that what stands still keeps its colour

INK, PAPER = "#222222", "#ffffff"
OWN = (
    *(INK, PAPER, style.GREY, style.BLUE, style.SKY),
    *(style.ORANGE, style.GREEN, style.VERMILLION, style.PURPLE),
)
EDGE, LINE, LETTER = 16, 18, 7.2  # pixels: margin, line of text, a letter on the wide side


def write(
    path: Path,
    declaration: Declaration,
    scene: Callable[[Mapping[str, Any]], Scene],
    over: Control,
    inputs: Mapping[str, Any],
    cursor: int,
    *,
    fps: float,
    width: int,
    frames: int,
) -> str:
    """Write the film and return what to paste as its alternative text.

    Parameters
    ----------
    path : Path
        The file to write.
    declaration : Declaration
        Name, title, caveat and cursor.
    scene : callable
        ``scene(values)`` simulates and draws at one value per input.
    over : Control
        What moves: an input, or the cursor.
    inputs : mapping
        A value of every input; that of `over` is not used.
    cursor : int
        Generation to look at; not used if it is the cursor that moves.
    fps, width, frames
        As in `collapse_lib.explorable.Explorable.film`.

    Raises
    ------
    RuntimeError
        If kaleido, Pillow or a browser is missing, or the browser fails.
    TypeError
        If `over` has no stops.
    ValueError
        If an option makes no sense.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"path must end in {', '.join(SUFFIXES)}, not {path.suffix!r}")
    if not 0 < fps <= FASTEST:
        raise ValueError(f"fps must be a number above 0 and at most {FASTEST}, not {fps!r}")
    if not NARROWEST <= width <= WIDEST:
        raise ValueError(
            f"width must be a number of pixels from {NARROWEST} to {WIDEST}, not {width!r}"
        )
    stops = _spread(over, whole("frames", frames, 1))
    if not stops:
        raise TypeError(f"over can name the cursor, a slider or a choice, not {over.name}")
    declaration, over = declaration.told(), over.told()
    shown = list(_scenes(declaration, scene, over, stops, inputs, cursor))
    drawn = pages(declaration, over, stops, shown, inputs, int(width))
    _bind(path, _photographed(drawn), fps)
    return _told(declaration, over, stops, shown)


def pages(
    declaration: Declaration,
    over: Control,
    stops: tuple[Any, ...],
    shown: list[tuple[Scene, int]],
    inputs: Mapping[str, Any],
    width: int,
) -> list[Any]:
    """Return the frames as plotly figures, each with all that must be read with it.

    Title, setting and sentence stand above the plots, caveat, meaning of collapse and where
    it comes from below; they have the same place in every frame.

    Parameters
    ----------
    declaration, over, inputs, width
        As in `write`.
    stops : tuple
        Where `over` stands, by frame.
    shown : list of (Scene, int)
        What there is to draw, and the generation to look at, by frame.

    Returns
    -------
    list of plotly.graph_objects.Figure
        All of one size.
    """
    letters = int((width - 2 * EDGE) / LETTER)

    def told(text: str) -> list[str]:
        lines = textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), letters)
        return [style.plain(line) for line in lines]

    kept = [control for control in declaration.inputs if control.name != over.name]
    made = f"{_('Made with collapse_lib:')} {write_state(declaration.name, kept, inputs)}"
    said = (declaration.caveat, declaration.meaning, " ".join([made, links.repository()]).strip())
    foot = [line for text in said for line in told(text)]
    heads = [
        [
            *(f"<b>{line}</b>" for line in told(one.texts["title"])),
            *told(f"{over.label}: {over.caption(stop)}"),
            *told(one.say(declaration.cursor.name, at)),
        ]
        for stop, (one, at) in zip(stops, shown, strict=True)
    ]
    lines = max(map(len, heads))
    return [
        _framed(figures.static(one.views, at, ""), head, lines, foot, width)
        for head, (one, at) in zip(heads, shown, strict=True)
    ]


def _spread(over: Control, count: int) -> tuple[Any, ...]:
    """Return some stops, the last always among them."""
    every = over.stops
    places = np.linspace(len(every) - 1, 0, min(count, len(every)))
    return tuple(every[round(place)] for place in reversed(places))


def _scenes(
    declaration: Declaration,
    scene: Callable[[Mapping[str, Any]], Scene],
    over: Control,
    stops: tuple[Any, ...],
    inputs: Mapping[str, Any],
    cursor: int,
) -> Iterator[tuple[Scene, int]]:
    if over.name == declaration.cursor.name:  # it selects, it never simulates
        one = scene(inputs)
        yield from ((one, stop) for stop in stops)
    else:
        yield from ((scene({**inputs, over.name: stop}), cursor) for stop in stops)


def _framed(figure: Any, head: list[str], lines: int, foot: list[str], width: int) -> Any:
    """Return a static figure with texts above and below and a legend that pushes nothing."""
    layout = figure.layout
    plots = layout.height - layout.margin.t - layout.margin.b
    across = width - layout.margin.l - layout.margin.r
    named = [
        trace.name
        for trace in figure.data
        if trace.type in ("scatter", "bar") and trace.showlegend is not False and trace.name
    ]
    entry = LETTER * max(map(len, named), default=1)
    rows = -(-len(named) // max(1, int(across // (entry + 45))))  # 45: the sample of the line
    top = EDGE + LINE * (lines + 2)
    below = LINE * len(foot) + EDGE
    bottom = 3 * LINE + (LINE + 2) * rows + below
    height = top + plots + bottom
    figure.update_layout(
        width=width,
        height=height,
        paper_bgcolor=PAPER,
        font={"color": INK, "family": "Arial, Helvetica, sans-serif"},
        margin={"t": top, "b": bottom, "autoexpand": False},
        title={
            "text": "<br>".join(head),
            "font": {"size": 14},
            **{"x": EDGE / width, "xref": "container", "xanchor": "left"},
            **{"y": 1 - 1.4 * EDGE / height, "yref": "container", "yanchor": "top"},
        },
        legend={
            **{"entrywidth": entry, "entrywidthmode": "pixels", "itemsizing": "trace"},
            **{"x": 0, "y": below / height, "yref": "container", "yanchor": "bottom"},
        },
    )
    figure.add_annotation(
        text="<br>".join(foot),
        font={"size": 12},
        align="left",
        showarrow=False,
        **{"x": 0, "xref": "paper", "xanchor": "left", "xshift": EDGE - layout.margin.l},
        **{"y": 0, "yref": "paper", "yanchor": "bottom", "yshift": EDGE / 2 - bottom},
    )
    return figure


def _photographed(drawn: list[Any]) -> list[Image]:
    """Return the figures as pictures, made in one browser."""
    try:
        import kaleido
        from choreographer.errors import BrowserClosedError, BrowserFailedError, ChromeNotFoundError
        from PIL import Image
    except ImportError as error:
        raise RuntimeError(
            f"a film needs {error.name}: pip install 'collapse_lib[film]'"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{i}.png") for i in range(len(drawn))]
        try:
            kaleido.write_fig_from_object_sync(
                [
                    {"fig": figure.to_dict(), "path": file}
                    for figure, file in zip(drawn, files, strict=True)
                ],
                cancel_on_error=True,
                kopts={"mathjax": False},  # it would come from a CDN, and there are no formulas
            )
        except ChromeNotFoundError as error:
            raise RuntimeError(
                "a film needs Chrome, Chromium or Edge to draw its frames: install one, or name "
                "its program in the environment variable BROWSER_PATH"
            ) from error
        except (BrowserClosedError, BrowserFailedError) as error:
            raise RuntimeError(f"the browser that draws the frames failed: {error}") from error
        return [Image.open(file).convert("RGB") for file in files]


def _bind(path: Path, images: list[Image], fps: float) -> None:
    """Write the pictures as one that moves, in one set of colours, and begins again for ever."""
    pixels = [np.asarray(image, dtype=np.int32) @ (1 << 16, 1 << 8, 1) for image in images]
    palette = _palette(np.unique(np.concatenate([np.unique(each) for each in pixels])))
    first, *rest = (_indexed(each, palette) for each in pixels)
    wait = [round(1000 / fps)] * len(rest) + [HOLD]
    kind = path.suffix[1:].lower()
    options = {"append_images": rest, "duration": wait, "loop": 0, "lossless": True}
    with replacing(path) as file:
        first.save(file, format=kind, save_all=True, **options)


def _palette(codes: Array) -> Array:
    """Return colours for all these, shape (COLOURS, 3): ours as they are, others spread evenly."""
    from PIL import Image, ImageColor

    own = [ImageColor.getrgb(colour) for colour in OWN]
    sheet = Image.fromarray(_levels(codes)[None].astype(np.uint8), "RGB")
    spread = sheet.quantize(COLOURS - len(own), dither=Image.Dither.NONE).getpalette() or []
    return np.array([*own, *np.reshape(spread, (-1, 3))], dtype=np.int32)


def _indexed(codes: Array, palette: Array) -> Image:
    """Return a picture in the colours of a palette, the nearest in place of each of its own.

    Pillow's own search is coarser than a level, and gives white paper a tint.
    """
    from PIL import Image

    every, where = np.unique(codes, return_inverse=True)
    distance = np.square(_levels(every)[:, None] - palette).sum(axis=2)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    image = Image.fromarray(nearest[where].reshape(codes.shape), "P")
    image.putpalette(palette.astype(np.uint8).tobytes())
    return image


def _levels(codes: Array) -> Array:
    """Return red, green and blue of colours that are one number each, on a new last axis."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)


def _told(
    declaration: Declaration,
    over: Control,
    stops: tuple[Any, ...],
    shown: list[tuple[Scene, int]],
) -> str:
    """Return the film in words."""
    first, last = over.caption(stops[0]), over.caption(stops[-1])
    scene, at = shown[-1]
    still, moving = (
        _("Figure: {title}, {label} {last}."),
        _("Animated figure: {title}, {label} from {first} to {last}."),
    )
    fields = {"title": scene.texts["title"], "label": over.label, "first": first, "last": last}
    told = style.fill(moving if len(stops) > 1 else still, fields)
    said = (told, scene.say(declaration.cursor.name, at), declaration.caveat)
    return " ".join(text for text in said if text)
