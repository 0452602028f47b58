"""How things look, and how numbers read: palette, line styles, layout, number formats.

The colours are those of Okabe and Ito (*Color Universal Design*, 2008); every curve also has
a line style of its own, so that none is told apart by colour alone. Backgrounds are
transparent and the text is a grey that reads on white and on black.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from collapse_lib.words import Message

BLUE = "#0072B2"
SKY = "#56B4E9"
ORANGE = "#E69F00"
GREEN = "#009E73"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#808080"

FIELD = re.compile(r"\{([\w.]+)(?::([^{}]*))?\}")
FORMAT = re.compile(r"(,?d|\.([1-9])g)?")
WIDE = Context(prec=1100)  # more digits than any float has
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def faint(colour: str, alpha: float) -> str:
    """Return a ``#rrggbb`` colour as a transparent one."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def line(colour: str, *, width: float = 2.5, dash: str = "solid") -> dict[str, Any]:
    """Return a plotly line: colour, width in pixels, dash."""
    return {"color": colour, "width": width, "dash": dash}


def plain(text: str) -> str:
    """Return `text` so that plotly shows it as it stands, and takes none of it for markup."""
    return html.escape(text, quote=False)


def axis(title: Message, **more: Any) -> dict[str, Any]:
    """Return a plotly axis that never moves by itself.

    Parameters
    ----------
    title : str
        What is measured, and in which unit.
    **more
        Further attributes, such as ``range``.

    Notes
    -----
    ``type`` is fixed and labels may overflow because guessing the one and measuring the
    others costs a quarter of the time of a redraw.
    """
    return {
        "title": {"text": plain(title), "font": {"size": 13}},
        "type": "linear",
        "fixedrange": True,
        "zeroline": False,
        "ticklabeloverflow": "allow",
        "gridcolor": faint(GREY, 0.25),
        **more,
    }


def layout(title: Message, x: dict[str, Any], y: dict[str, Any], **meta: Any) -> dict[str, Any]:
    """Return the layout that all views share.

    Parameters
    ----------
    title : str
        What the view shows; figure.js writes it above the plot, and it names the plot to a
        screen reader.
    x, y : dict
        Axes, see `axis`.
    **meta
        Hints for figure.js, which plotly ignores.
    """
    return {
        "meta": {"title": title, **meta},
        "xaxis": x,
        "yaxis": y,
        "margin": {"l": 56, "r": 12, "t": 10, "b": 40},
        "font": {"size": 13, "color": GREY},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "uirevision": "constant",
    }


def write(value: Any, spec: str = "") -> str:
    """Write one value for human eyes; figure.js has the same function and the same rules.

    Parameters
    ----------
    value : object
        A number, or anything else when there is no `spec`.
    spec : str
        ``""`` as it is; ``"d"`` whole number; ``",d"`` the same in groups of three;
        ``".2g"`` two significant digits, half rounded away from zero, and a power of ten
        where the number would be long: 0.0031, 2·10⁻⁴³.

    Returns
    -------
    str
        Never ``nan`` or ``inf``: "unknown" and ∞.

    Raises
    ------
    ValueError
        If the format is none of these.

    Notes
    -----
    Trailing zeros are dropped, so that "0.5" may stand for 0.496.
    """
    match = FORMAT.fullmatch(spec)
    if match is None:
        raise ValueError(f'a number format must be "d", ",d" or like ".2g", not {spec!r}')
    if not spec:
        return str(value)
    number = float(value)
    if math.isnan(number):
        return "unknown"
    sign = "−" if number < 0 else ""
    if math.isinf(number):
        return f"{sign}∞"
    if spec.endswith("d"):
        return sign + format(math.floor(abs(number) + 0.5), spec)
    return sign + _significant(abs(number), int(match[2])) if number else "0"


def rounded_to(number: float, digits: int) -> Decimal:
    """Round the exact binary value, half up, as JavaScript's ``toExponential`` does."""
    exact = Decimal(number)
    unit = Decimal((0, (1,), exact.adjusted() + 1 - digits))
    return exact.quantize(unit, ROUND_HALF_UP, WIDE)


def _significant(number: float, digits: int) -> str:
    rounded = rounded_to(number, digits)
    exponent = rounded.adjusted()
    if -4 < exponent < 6:
        return _trim(f"{rounded:f}")
    return f"{_trim(f'{rounded.scaleb(-exponent):f}')}·10{str(exponent).translate(SUPERSCRIPT)}"


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def fill(template: str, fields: Mapping[str, Any]) -> str:
    """Fill the fields ``{name}``, ``{name.part}`` or ``{name:format}`` of a template.

    Parameters
    ----------
    template : str
        Text such as ``"{k:,d} of {n:,d} real"``; see `write` for the formats.
    fields : mapping of str to object
        One value per name.

    Raises
    ------
    ValueError
        If a field is unknown or its format is.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            known = ", ".join(fields)
            raise ValueError(f"a template may name the fields {known}, not {match[1]!r}")
        return write(fields[match[1]], match[2] or "")

    return FIELD.sub(value, template)
