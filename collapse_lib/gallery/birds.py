"""Forty kinds of birds in an invented park: nine features each, and a picture made of them.

The features are a cartoon of each kind, in our own words, and their order, from the commonest
to the rarest, is invented too. Two kinds differ in two features at least.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np

from collapse_lib.checks import Array

PAINT = {
    "black": "#33363b",
    "white": "#f3f1ea",
    "grey": "#8d969c",
    "brown": "#85592f",
    "sand": "#cfb283",
    "rust": "#c2601f",
    "red": "#c5382c",
    "yellow": "#e6c233",
    "green": "#4f8447",
    "blue": "#3b78b8",
    "pink": "#ea9aa8",
}
SIZES = {"small": 0.76, "medium": 0.86, "large": 0.94, "huge": 1.0}
SHAPES = {
    "beak": ("short", "thin", "long", "hooked", "flat"),
    "tail": ("short", "long", "forked", "fan"),
    "legs": ("short", "long"),
    "neck": ("short", "long"),
    "crown": ("plain", "cap", "mask", "crest"),
}
OPTIONS = {
    "size": tuple(SIZES),
    "back": tuple(PAINT),
    "breast": tuple(PAINT),
    "head": tuple(PAINT),
    **SHAPES,
}


@dataclass(frozen=True)
class Bird:
    """A kind of bird as its features.

    Parameters
    ----------
    name : str
        What visitors ask for.
    size : str
        small, medium, large or huge.
    back, breast, head : str
        Colours, see `PAINT`.
    beak, tail, legs, neck, crown : str
        Shapes, see `SHAPES`.

    Raises
    ------
    ValueError
        If a feature has no such value.
    """

    name: str
    size: str
    back: str
    breast: str
    head: str
    beak: str
    tail: str
    legs: str
    neck: str
    crown: str

    def __post_init__(self) -> None:
        """Check that every feature has a value it can have."""
        for feature, options in OPTIONS.items():
            value = getattr(self, feature)
            if value not in options:
                allowed = ", ".join(options)
                raise ValueError(f"{feature} must be one of {allowed}, not {value!r}")


# From the commonest to the rarest:
#    name               size   back  breast head  beak  tail legs neck crown
PARK = """
house sparrow        small  brown grey   brown short  short  short short cap
wood pigeon          medium grey  pink   grey  short  short  short short plain
blackbird            medium black black  black thin   long   short short plain
mallard              large  brown grey   green flat   short  short short plain
great tit            small  green yellow black short  short  short short cap
carrion crow         large  black black  black short  short  short short plain
blue tit             small  blue  yellow white short  short  short short mask
robin                small  brown red    brown thin   short  short short plain
starling             medium black brown  green thin   short  short short plain
magpie               medium black white  black short  long   short short plain
herring gull         large  grey  white  white hooked short  short short plain
coot                 medium black black  black short  short  long  short mask
swallow              small  blue  white  red   short  forked short short cap
Canada goose         huge   brown white  black flat   short  short long  mask
chaffinch            small  brown pink   grey  short  long   short short cap
mute swan            huge   white white  white flat   short  short long  mask
jackdaw              medium black grey   grey  short  short  short short cap
moorhen              medium brown black  black short  short  long  short plain
pied wagtail         small  grey  white  black thin   long   long  short mask
song thrush          small  brown sand   sand  thin   short  short short plain
great woodpecker     medium black white  red   long   short  short short cap
jay                  medium pink  pink   sand  short  long   short short mask
grey heron           huge   grey  white  white long   short  long  long  crest
pheasant             large  rust  rust   green hooked long   short short mask
kestrel              medium rust  sand   grey  hooked long   short short plain
common tern          medium grey  white  black long   forked short short cap
cormorant            large  black black  brown hooked short  short long  plain
wren                 small  brown brown  brown thin   short  short short mask
lapwing              medium green white  black short  short  long  short crest
kingfisher           small  blue  rust   blue  long   short  short short plain
barn owl             medium sand  white  white hooked short  short short mask
nuthatch             small  blue  rust   grey  thin   short  short short mask
white stork          huge   white white  white long   short  long  long  plain
buzzard              large  brown sand   brown hooked fan    short short plain
peacock              huge   green blue   blue  short  fan    long  long  crest
avocet               medium white white  black long   short  long  long  cap
hoopoe               medium rust  black  rust  long   short  short short crest
flamingo             huge   pink  pink   pink  hooked short  long  long  plain
baby swan            small  grey  grey   grey  flat   short  short short plain
baby peacock         small  sand  white  sand  short  short  long  short crest
"""


def _read(line: str) -> Bird:
    *name, size, back, breast, head, beak, tail, legs, neck, crown = line.split()
    return Bird(" ".join(name), size, back, breast, head, beak, tail, legs, neck, crown)


BIRDS = tuple(_read(line) for line in PARK.strip().splitlines())
FEATURES = tuple(field.name for field in fields(Bird))[1:]


def likeness(mistake: float) -> Array:
    """Return how likely a description of one kind is to be given of another.

    Parameters
    ----------
    mistake : float
        Probability that a feature is described wrongly, as any of its other values.

    Returns
    -------
    ndarray, shape ``(40, 40)``
        Row: the kind described. Column: the kind that was meant.
    """
    features = np.array([astuple(bird)[1:] for bird in BIRDS])
    same = features[:, None] == features[None]
    others = np.array([len(OPTIONS[feature]) - 1 for feature in FEATURES])
    likely: Array = np.where(same, 1 - mistake, mistake / others).prod(axis=-1)
    return likely


def drawing(bird: Bird) -> str:
    """Return a picture of a bird as SVG: a few shapes, one or two for each feature.

    Parameters
    ----------
    bird : Bird
        What to draw.

    Returns
    -------
    str
        An ``<svg>`` element, hidden from screen readers: the name goes beside it.
    """
    leg = 26 if bird.legs == "long" else 11
    y = 90 - leg  # middle of the body
    top = y - (38 if bird.neck == "long" else 17)  # middle of the head
    back, breast, head = PAINT[bird.back], PAINT[bird.breast], PAINT[bird.head]
    parts = [
        _tail(bird, y, back),
        f'<path d="M50 {y + 10}V96h-6M60 {y + 10}V96h-6" fill="none" stroke-width="3"/>',
        f'<path d="M38 {y}L33 {top}" stroke="{head}" stroke-width="11" stroke-linecap="round"/>',
        _beak(bird, top),
        f'<ellipse cx="55" cy="{y}" rx="25" ry="16" fill="{back}"/>',
        f'<ellipse cx="46" cy="{y + 4}" rx="15" ry="11" fill="{breast}" stroke="none"/>',
        f'<circle cx="33" cy="{top}" r="10.5" fill="{head}"/>',
        _crown(bird, top),
        f'<circle cx="29" cy="{top - 1}" r="2.6" fill="#fff" stroke="none"/>',
        f'<circle cx="28.6" cy="{top - 1}" r="1.5" fill="#111" stroke="none"/>',
    ]
    scale = SIZES[bird.size]
    ground = f"translate({50 - 50 * scale:.1f} {97 - 97 * scale:.1f}) scale({scale})"
    return (
        '<svg viewBox="0 0 100 100" aria-hidden="true">'
        f'<g transform="{ground}" stroke="#6f6f6f" stroke-width="1.2">{"".join(parts)}</g></svg>'
    )


def _tail(bird: Bird, y: int, colour: str) -> str:
    shape = {
        "short": f"M74 {y - 6}L91 {y - 3}L88 {y + 6}L72 {y + 6}Z",
        "long": f"M74 {y - 7}L99 {y + 14}L94 {y + 19}L70 {y + 8}Z",
        "forked": f"M74 {y - 6}L99 {y - 10}L86 {y}L98 {y + 10}L72 {y + 6}Z",
        "fan": f"M62 {y}L66 {y - 42}Q84 {y - 44} 94 {y - 30}Q102 {y - 12} 94 {y + 6}Z",
    }[bird.tail]
    return f'<path d="{shape}" fill="{colour}"/>'


def _beak(bird: Bird, top: int) -> str:
    shape = {
        "short": f"M25 {top - 4}L14 {top + 1}L25 {top + 4}Z",
        "thin": f"M25 {top - 1}L10 {top + 2}L25 {top + 3}Z",
        "long": f"M25 {top - 3}L2 {top + 5}L25 {top + 4}Z",
        "hooked": f"M25 {top - 5}Q11 {top - 5} 13 {top + 7}Q18 {top + 2} 25 {top + 4}Z",
        "flat": f"M25 {top - 2}L11 {top + 2}Q7 {top + 6} 12 {top + 6}L25 {top + 5}Z",
    }[bird.beak]
    return f'<path d="{shape}" fill="#d99a2b"/>'


def _crown(bird: Bird, top: int) -> str:
    dark = "#222"
    return {
        "plain": "",
        "cap": f'<path d="M23 {top - 4}A10.5 10.5 0 0 1 43 {top - 4}Z" fill="{dark}"/>',
        "mask": f'<path d="M23 {top - 1}H43" stroke="{dark}" stroke-width="5" fill="none"/>',
        "crest": f'<path d="M34 {top - 9}L40 {top - 24}M37 {top - 8}L48 {top - 20}M40 {top - 6}'
        f'L53 {top - 14}" stroke-width="2.6" fill="none"/>',
    }[bird.crown]
