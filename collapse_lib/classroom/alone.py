"""One at a time: what several processes do with one file, they do in turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE = 10.0  # seconds to wait for the others
PAUSE = 0.01


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock while the body runs; the system takes it back from a process that dies.

    Parameters
    ----------
    path : Path
        An empty file that stands for the lock. It stays: a file that is taken away could be
        locked twice.

    Raises
    ------
    OSError
        If the file cannot be made, or others hold it for ten seconds.

    Notes
    -----
    Where the system has no locks, as in a browser or on some network shares, the body runs all
    the same.
    """
    with path.open("a") as file:
        until = time.monotonic() + PATIENCE
        while not _taken(file):
            if time.monotonic() > until:
                raise TimeoutError(f"{path.name} is held by another process")
            time.sleep(PAUSE)
        yield  # closing the file gives the lock back


def _taken(file: IO[str]) -> bool:
    """Take the lock, or say that somebody else has it."""
    try:
        import fcntl
    except ModuleNotFoundError:
        return _taken_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks on this file system
        pass
    return True


def _taken_on_windows(file: IO[str]) -> bool:
    try:
        import msvcrt
    except ModuleNotFoundError:  # neither: one process only
        return True
    file.seek(0)
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except PermissionError:
        return False
    return True
