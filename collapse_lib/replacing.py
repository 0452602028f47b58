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
    What a killed process left unfinished is cleared away by the next that writes the same file;
    where the system has no locks, an hour later.
    """
    goal = Path(os.path.realpath(path))
    for left in goal.parent.glob(f".{goal.name}.*{UNDONE}"):
        _clear(left)
    file = _begun(goal)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if os.name == "posix":  # while it is still locked
                os.replace(file.name, goal)
        if os.name != "posix":  # where an open file cannot be moved
            os.replace(file.name, goal)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise


def _begun(goal: Path) -> BinaryIO:
    """Return a new file beside `goal`, locked for as long as somebody writes it."""
    while True:
        file = goal.with_name(f".{goal.name}.{secrets.token_hex(8)}{UNDONE}").open("xb")
        if _locked(file) is not False and os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # taken for a leftover in the instant before it was locked


def _clear(left: Path) -> None:
    """Take away what a dead process left: nobody holds its lock, or, without locks, it is old."""
    try:
        with left.open("rb") as file:
            free = _locked(file)
            if free or (free is None and time.time() - left.stat().st_mtime > STALE):
                left.unlink()
    except OSError:  # somebody else did, or may
        pass


def _locked(file: BinaryIO) -> bool | None:
    """Lock a file, or say that somebody holds it; None where there are no locks."""
    try:
        import fcntl
    except ModuleNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
