"""A file is written as a whole or not at all: a full disk or a kill leaves what was there."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNDONE = ".unfinished"
STALE = 3600.0  # seconds after which an unfinished file is that of a dead process


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file beside `path`, which takes its place once the body has run to its end.

    Parameters
    ----------
    path : str or Path
        What to write; a link stays one, and what it leads to is replaced.

    Yields
    ------
    file
        Open for bytes, under a name of its own: two that write at a time do not meet, and the
        later one stays.

    Raises
    ------
    OSError
        If the file cannot be written; `path` is then what it was.

    Notes
    -----
    What a killed process left unfinished is cleared away by the next one, an hour later.
    """
    goal = Path(os.path.realpath(path))
    for left in goal.parent.glob(f".{goal.name}.*{UNDONE}"):
        try:
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink()
        except OSError:  # somebody else did, or may
            continue
    undone = goal.with_name(f".{goal.name}.{secrets.token_hex(8)}{UNDONE}")
    try:
        with undone.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(undone, goal)
    except BaseException:
        undone.unlink(missing_ok=True)
        raise
