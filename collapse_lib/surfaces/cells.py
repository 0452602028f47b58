"""A notebook cell and its widgets: what a cell made before is closed; what is saved reads well."""

from __future__ import annotations

from typing import Any, Protocol

from IPython.core.getipython import get_ipython


class Closable(Protocol):
    """A widget, as far as it matters here."""

    def close(self) -> None:
        """Close it in the kernel and in the page."""


_by_cell: dict[str, tuple[str, list[Closable]]] = {}


def close_earlier(widget: Closable) -> None:
    """Close what this notebook cell made when it ran before, and remember `widget` for next time.

    A cell is known by its id and a run by its message, so that two equal widgets of one run
    live side by side; outside a notebook nothing happens.
    """
    shell: Any = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run, widgets = _by_cell.get(cell, ("", []))
    if run != parent["header"]["msg_id"]:
        for earlier in widgets:
            earlier.close()
        run, widgets = parent["header"]["msg_id"], []
    _by_cell[cell] = run, [*widgets, widget]


def written(bundle: Any, text: str) -> Any:
    """Return what a widget shows, with `text` for readers that draw no widgets.

    On GitHub, in Markdown and in a diff nothing else of a widget is left.
    """
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    if data is not None:
        data["text/plain"] = text
    return bundle
