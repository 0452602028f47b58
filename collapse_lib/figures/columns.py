"""The numbers behind the curves, for a table or a file."""

from __future__ import annotations

from collections.abc import Mapping

from collapse_lib.checks import Array
from collapse_lib.figures.leaves import Upto, View


def columns(views: Mapping[str, View]) -> dict[str, Array]:
    """Return the curves over the generations by their names, in their own unit.

    Parameters
    ----------
    views : mapping of str to dict
        Views by name. A trace has a column for each line that its ``meta`` names, as `lines`
        does for all but crowds.

    Returns
    -------
    dict of str to ndarray, shape ``(generations + 1,)``
        The numbers themselves, also where the view draws their logarithm. A name that an
        earlier view has taken gets the view's own in front.
    """
    found: dict[str, Array] = {}
    for view_name, view in views.items():
        log = view.get("layout", {}).get("meta", {}).get("table") == "log10"
        for trace in view.get("data", ()):
            curve = trace.get("y")
            if not isinstance(curve, Upto):
                continue
            names = trace.get("meta", {}).get("columns", ())
            for name, line in zip(names, curve.lines, strict=False):  # no lines: it does not apply
                free = f"{view_name}: {name}" if name in found else name
                found[free] = 10.0**line if log else line
    return found
