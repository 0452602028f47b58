"""Permalinks: the state of a panel as text, ``name?key=value&…``, written and read forgivingly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from collapse_lib.controls import Control, Data

# The rules by which a permalink is written. Those of version 1 do not say so; whoever changes what
# a permalink means writes `v=2` into it, and reads those of before as they were meant.
VERSION = 1


@dataclass(frozen=True)
class State:
    """What a permalink says.

    Parameters
    ----------
    values : dict
        One value per control that the text named and that made sense; each one a stop.
    notices : tuple of str
        A sentence for everything that did not.
    data : str
        Fingerprint of the data it was made with, if they were not the default ones.
    """

    values: dict[str, Any]
    notices: tuple[str, ...] = ()
    data: str = ""


def write_state(name: str, controls: Iterable[Control], values: Mapping[str, Any]) -> str:
    """Return the permalink ``name?key=value&…`` of `values`, in the order of the controls.

    All values are written, whether default or not, so that a permalink keeps its meaning when
    a default changes; only data are left out while they are the default ones.
    """
    pairs = []
    for control in controls:
        value = values[control.name]
        if not isinstance(control, Data):
            pairs.append(f"{control.name}={quote(control.write(value), safe='')}")
        elif value is not control.default:
            pairs.append(f"data={control.write(value)}")
    return f"{name}?{'&'.join(pairs)}"


def read_state(text: str, name: str, controls: Iterable[Control]) -> State:
    """Read a permalink, forgivingly: what it cannot use becomes a notice.

    Parameters
    ----------
    text : str
        ``name?key=value&…``; the name may be left out.
    name : str
        The explorable that reads it.
    controls : iterable of Control
        What it may set.
    """
    head, _, query = text.strip().lstrip("#").rpartition("?")
    known = {control.name: control for control in controls if not isinstance(control, Data)}
    values: dict[str, Any] = {}
    notices = [f"This state belongs to {head}, not to {name}."] if head not in ("", name) else []
    data = ""
    for key, written in parse_qsl(query, keep_blank_values=True):
        if key == "data":
            data = written
        elif key == "v" and key not in known:
            if written != str(VERSION):
                notices.append(
                    f"This state was written by rules of version {written}, and version {VERSION} "
                    "is known here: what it says is read as well as can be."
                )
        elif key not in known:
            notices.append(f"There is no parameter {key}: ignored.")
        else:
            found = settle(known[key], written, text=True)
            values |= found.values
            notices += found.notices
    return State(values, tuple(notices), data)


def settle(
    control: Control, given: Any, *, text: bool = False, otherwise: str = "ignored"
) -> State:
    """Find the stop at which a control should stand, forgivingly.

    Parameters
    ----------
    control : Control
        What to set.
    given : object
        The value that somebody asks for.
    text : bool, default False
        Whether it is the text of a permalink.
    otherwise : str, default "ignored"
        What happens if it cannot be used; ends the notice.

    Returns
    -------
    State
        The stop as its only value, or none; and a notice if that is not what was asked for.
    """
    try:
        value = control.read(given) if text else control.check(given)
    except ValueError as error:
        return State({}, (f"{error}: {otherwise}.",))
    stop = control.snap(value)
    if not control.stops or stop == value:
        return State({control.name: stop})
    asked, shown = control.write(value), control.write(stop)
    notice = f"{control.name} = {asked} lies between two stops: showing {shown}."
    return State({control.name: stop}, (notice,))
