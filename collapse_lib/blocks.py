"""Rows shared out among threads, with a result that does not depend on how many there are.

The rows are cut into blocks that their shape alone decides, and each block has a stream of
random numbers of its own. So one seed gives the same numbers on one core, on sixteen, and in a
browser, where there are no threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from threading import Thread

MOST = 4  # blocks
LEAST = 1 << 12  # random counts in a block: they take four times as long as to start a thread


def blocks(rows: int, width: int) -> list[slice]:
    """Cut `rows` rows of `width` random counts each into blocks of about the same size.

    Parameters
    ----------
    rows, width : int
        Shape of the work.

    Returns
    -------
    list of slice
        At least one, at most `MOST`, each worth a thread; together they are all rows in order.
    """
    count = max(1, min(MOST, rows, rows * width // LEAST))
    return [slice(rows * i // count, rows * (i + 1) // count) for i in range(count)]


def together(tasks: Sequence[Callable[[], None]]) -> None:
    """Run tasks that each write to a place of their own, on threads where there are any.

    Parameters
    ----------
    tasks : sequence of callable
        What to run. An error in one of them is raised once all have ended.
    """
    own, *others = tasks
    if not others or sys.platform == "emscripten":  # a browser's Python has no threads
        for task in tasks:
            task()
        return
    # They end with the call, so that a process may fork between two of them; a pool would take
    # longer to start and to stop.
    errors: list[BaseException] = []
    threads = [Thread(target=_run, args=(task, errors)) for task in others]
    for thread in threads:
        thread.start()
    _run(own, errors)
    for thread in threads:
        thread.join()
    for error in errors:
        raise error


def _run(task: Callable[[], None], errors: list[BaseException]) -> None:
    """Run a task, and add to `errors` what it raises."""
    try:
        task()
    except BaseException as error:
        errors.append(error)
