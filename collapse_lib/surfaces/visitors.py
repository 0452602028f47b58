"""Who looks: one person's own kernel, or a server whose process many visitors share."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable
from typing import Any

from IPython.core.getipython import get_ipython

# Servers that draw widgets for all their visitors in one process, by what they import.
SERVERS = ("bokeh.server", "marimo", "shiny", "solara")


def visitor() -> Hashable | None:
    """Return what stands for whoever looks now: a kernel, or this process; None if unknown.

    Widgets may be shared where two calls return the same, and never where they return None.
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if kernel is not None:
        return id(kernel)
    return None if any(name in sys.modules for name in SERVERS) else "this process"


def strangers() -> bool:
    """Return whether the next visitor may be somebody else, with the same home folder."""
    served = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return served or visitor() is None  # a notebook may import such a server, and is one person's
