"""Where a web page takes plotly.js from, if it shall be drawn by it: inside, beside, CDN, own file.

plotly.js comes in bundles. The Python package carries the full one; the smallest that can draw
a page's traces is the *basic* one, a quarter of its size, which is to be had from a CDN or as
the npm package plotly.js-basic-dist-min.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collapse_lib.surfaces import asset, plotly_js, unwrapped

# The CDN serves npm's own files; bundles.json holds their sha384 by version, so that the page
# runs nothing else. A new version's: openssl dgst -sha384 -binary FILE | openssl base64 -A
CDN = "https://cdn.jsdelivr.net/npm/plotly.js-{part}dist-min@{version}/plotly{suffix}.min.js"
BANNER = re.compile(r"/\*\*\s*\* plotly\.js (?:\((\w+) - minified\) )?v(\d+\.\d+\.\d+)")
BASIC = {"bar", "pie", "scatter"}
CARTESIAN = BASIC | {"box", "contour", "heatmap", "histogram", "histogram2d", "image", "violin"}
CAN_DRAW = {"basic": BASIC, "cartesian": CARTESIAN}  # the full one: everything


@dataclass(frozen=True)
class Bundle:
    """One way to load plotly.js.

    Parameters
    ----------
    code : str
        The script itself, if it stands in the page.
    src : str
        Its address, if it does not.
    integrity : str
        The digest that a browser must find at that address.
    beside : bytes
        What must lie at that address, if it is a file beside the page.
    """

    code: str = ""
    src: str = ""
    integrity: str = ""
    beside: bytes = b""

    def __bool__(self) -> bool:
        """Whether there is any: a page draws by itself without."""
        return bool(self.code or self.src)


def choose(plotly: str | Path | None, traces: Iterable[str]) -> Bundle:
    """Return the bundle that a user asked for.

    Parameters
    ----------
    plotly : {"inline", "beside", "cdn"} or path, optional
        From the installed package, in the page or in a file beside it; the smallest bundle
        that suffices, of the installed version, from a CDN; or a bundle of your own, inlined.
        Nothing for None.
    traces : iterable of str
        The types of the traces that it must be able to draw.

    Raises
    ------
    ValueError
        If there is no such file, it is no plotly.js, it cannot draw the traces, or the CDN's
        digest of the installed version is unknown.
    """
    if plotly is None:
        return Bundle()
    if plotly == "inline":
        return Bundle(code=unwrapped(plotly_js().decode()))
    if plotly == "beside":
        script = plotly_js().decode()
        _, version = _banner(script)
        return Bundle(src=f"plotly-{version or 'js'}.min.js", beside=unwrapped(script).encode())
    if plotly == "cdn":
        return _cdn(_banner(plotly_js().decode())[1], set(traces))
    return Bundle(code=unwrapped(_own(Path(plotly), set(traces))))


def _cdn(version: str, traces: set[str]) -> Bundle:
    known: dict[str, dict[str, str]] = json.loads(asset("bundles.json"))
    if version not in known:
        first, *_, last = known
        raise ValueError(
            f'plotly="cdn" needs plotly.js {first} to {last}, whose digests are known, but '
            f'{version or "an unknown one"} is installed: use plotly="inline", or name a file'
        )
    digests = known[version]
    kind = next(k for k in ("basic", "cartesian", "full") if k in digests and _draws(k, traces))
    part = "" if kind == "full" else f"{kind}-"
    suffix = "" if kind == "full" else f"-{kind}"
    src = CDN.format(part=part, version=version, suffix=suffix)
    return Bundle(src=src, integrity=digests[kind])


def _own(path: Path, traces: set[str]) -> str:
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        code = ""
    kind, version = _banner(code)
    if not version:
        raise ValueError(
            'plotly must be "inline", "beside", "cdn" or a file with a bundle of plotly.js, '
            f"not {str(path)!r}"
        )
    if not _draws(kind, traces):
        missing = ", ".join(sorted(traces - CAN_DRAW[kind]))
        raise ValueError(f"plotly must be a bundle that draws {missing}; {path.name} does not")
    return code


def _banner(code: str) -> tuple[str, str]:
    """Return kind and version of a bundle; nothing for what does not begin like one."""
    match = BANNER.match(code)
    return (match[1] or "full", match[2]) if match else ("", "")


def _draws(kind: str, traces: set[str]) -> bool:
    return kind not in CAN_DRAW or traces <= CAN_DRAW[kind]
