"""What the library does without a notebook.

``python -m collapse_lib embed NAME -o page.html`` writes one figure as a web page, ``python -m
collapse_lib film NAME -o page.gif`` as an animated picture, ``python -m collapse_lib site dist``
the whole web site, and ``python -m collapse_lib offline bundle.zip`` everything that a place
without network needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collapse_lib import gallery
from collapse_lib.controls import Control, Data, Slider
from collapse_lib.explorable import Explorable
from collapse_lib.surfaces.embed import THEMES
from collapse_lib.words import language, languages

EXPLORABLES: dict[str, Explorable] = {
    name: value
    for name in gallery.__all__
    if isinstance(value := getattr(gallery, name), Explorable)
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what is wrong with it is said in a sentence.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``python -m collapse_lib``; by default those that were typed.
    """
    parser = argparse.ArgumentParser(prog="python -m collapse_lib", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    _add_embed(commands)
    _add_film(commands)
    _add_site(commands)
    _add_offline(commands)
    known, rest = parser.parse_known_args(arguments)
    try:
        if rest and known.run not in (_embed, _film):
            raise ValueError(f"{known.command} has no option {' '.join(rest)}")
        known.run(known, rest)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        sys.exit(f"{parser.prog}: {error}")


def _add_embed(commands: Any) -> None:
    parser = _figure_parser(
        commands, "embed", "write one HTML file with live sliders, and print the <iframe> to paste"
    )
    parser.add_argument(
        "--vary",
        nargs="+",
        metavar="INPUT[=STOP,STOP…]",
        help="inputs that stay movable; one stop: shown but locked; not named: hidden "
        "(default: choices and sliders, the first ones movable)",
    )
    parser.add_argument("--until", type=int, metavar="GENERATION", help="the last one to keep")
    parser.add_argument(
        "--plotly",
        help="draw with plotly.js, at 20 times the size: inline, cdn, a bundle of your own, or "
        "beside: a file that many pages share on a web server (from a disk no sandboxed frame can "
        "read it)",
    )
    parser.add_argument("--lesson", default="", metavar="ADDRESS", help="what the page links to")
    parser.add_argument("--image", default="", metavar="ADDRESS", help="for previews of the link")
    parser.add_argument("--lang", choices=languages(), help="of the whole page (default: en)")
    parser.add_argument("--theme", choices=THEMES, default="auto", help="colours of the page")
    parser.set_defaults(run=_embed)


def _embed(known: argparse.Namespace, rest: Sequence[str]) -> None:
    explorable = EXPLORABLES[known.name]
    controls = _settable(explorable)
    vary: dict[str, Any] = {}
    for word in known.vary or ():
        name, _, stops = word.partition("=")
        read = controls[name].read if name in controls else str
        vary[name] = [read(stop) for stop in stops.split(",")] if stops else None
    language(known.lang)
    snippet = explorable.embed(
        known.output,
        vary or None,
        until=known.until,
        plotly=known.plotly,
        lesson=known.lesson,
        image=known.image,
        theme=known.theme,
        **_values(known, rest),
    )
    print(snippet)


def _add_film(commands: Any) -> None:
    parser = _figure_parser(
        commands, "film", "write an animated picture, and print its alternative text"
    )
    parser.add_argument(
        "--over", default="", metavar="INPUT", help="what moves (default: the cursor)"
    )
    parser.add_argument("--fps", type=float, default=5, help="frames a second (default: 5)")
    parser.add_argument("--width", type=int, default=800, help="in pixels (default: 800)")
    parser.add_argument(
        "--frames", type=int, default=40, help="at most (default: 40); 1: a still of the last"
    )
    parser.set_defaults(run=_film)


def _film(known: argparse.Namespace, rest: Sequence[str]) -> None:
    print(
        EXPLORABLES[known.name].film(
            known.output,
            known.over,
            fps=known.fps,
            width=known.width,
            frames=known.frames,
            **_values(known, rest),
        )
    )


def _figure_parser(commands: Any, name: str, does: str) -> argparse.ArgumentParser:
    """Return the parser of a command on one explorable, whose inputs are options too."""
    inputs = "\n".join(
        f"  {name}: {' '.join(f'--{key}' for key in _settable(ex))}"
        for name, ex in EXPLORABLES.items()
    )
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"inputs and cursor, such as --n 50, by explorable:\n{inputs}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument(
        "-h", "--help", action=_Help, nargs=0, help="say this; after NAME, also what it takes"
    )
    parser.add_argument("name", choices=EXPLORABLES, metavar="NAME", help="the explorable")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    return parser


class _Help(argparse.Action):
    """Print the help of a command; after an explorable's name, with what its inputs mean."""

    def __call__(self, parser: argparse.ArgumentParser, known: Any, *_: Any) -> None:
        if name := getattr(known, "name", None):
            own = parser.add_argument_group(f"inputs and cursor of {name}")
            for key, control in _settable(EXPLORABLES[name]).items():
                own.add_argument(f"--{key}", metavar="VALUE", help=_about(control))
            parser.epilog = None
        parser.print_help()
        parser.exit()


def _about(control: Control) -> str:
    said = control.help or f"{control.label}."
    ends = control.accepts
    if isinstance(control, Slider):
        ends = f"{control.low:,g} to {control.high:,g}"
    start = control.write(control.default)
    return f"{said} ({ends}; default: {start})".replace("%", "%%")


def _values(known: argparse.Namespace, rest: Sequence[str]) -> dict[str, Any]:
    """Return the inputs and the cursor that were given as options."""
    controls = _settable(EXPLORABLES[known.name])
    parser = argparse.ArgumentParser(
        prog=f"python -m collapse_lib {known.command} {known.name}",
        allow_abbrev=False,
        add_help=False,
    )
    for name in controls:
        parser.add_argument(f"--{name}")
    given = vars(parser.parse_args(rest))
    return {name: controls[name].read(text) for name, text in given.items() if text is not None}


def _add_site(commands: Any) -> None:
    parser = commands.add_parser(
        "site",
        help="build the web site: figures, lessons, lectures, reference, notebooks that run",
        description="Build the web site as static files; pip install 'collapse_lib[site]' first.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", type=Path, help="where it goes")
    parser.add_argument("--url", default="", metavar="ADDRESS", help="its address on the web")
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="leave out JupyterLite, in which the notebooks run in the reader's browser",
    )
    parser.add_argument(
        "--pyodide",
        type=Path,
        metavar="FILE",
        help="a Pyodide distribution to bundle, so that the notebooks run without a network",
    )
    parser.set_defaults(run=_site)


def _site(known: argparse.Namespace, rest: Sequence[str]) -> None:
    from collapse_lib import site

    page = site.build(
        known.folder, url=known.url, browser=not known.no_browser, pyodide=known.pyodide
    )
    print(page)


def _add_offline(commands: Any) -> None:
    parser = commands.add_parser(
        "offline",
        help="write a zip with wheels and notebooks, for a place without network",
        description="Write a zip with wheels and notebooks, for a place without network.",
    )
    parser.add_argument("output", type=Path, metavar="FILE", help="the zip to write")
    parser.add_argument(
        "--platform",
        action="append",
        default=[],
        metavar="TAG",
        help="also for another system, by pip's tag, such as win_amd64; may be given repeatedly",
    )
    parser.set_defaults(run=_offline)


def _offline(known: argparse.Namespace, rest: Sequence[str]) -> None:
    from collapse_lib import offline

    print(offline.bundle(known.output, platforms=known.platform))


def _settable(explorable: Explorable) -> dict[str, Any]:
    return {c.name: c for c in explorable.controls if not isinstance(c, Data)}


if __name__ == "__main__":
    main()
