"""Measure what the lessons say: ``python -m claims [--dice 20] [--failed] [lesson …]``.

Prints, claim by claim, what is written, what the dice give (the median, and from where to where
eight of ten lie, or a rate with its standard error), in how many re-rolls it holds, and a verdict.
``--untied`` lists the numbers that are tied to nothing, with the line that would tie them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from claims.ledger import (
    DICE,
    Verdict,
    forget,
    judged,
    ledger,
    seeds,
    stale,
    untied_numbers,
    wrong_settings,
)
from claims.texts import lessons, texts


def measure(lesson: str, k: int) -> list[list[Any]]:
    """Return the values of every claim of a lesson at the k-th seed, one list per measure."""
    rolled = []
    for one in ledger(lesson):
        rolls = seeds(one, k + 1)
        rolled.append(one.values(rolls[k]) if k < len(rolls) else [])
    forget()
    return rolled


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if a claim does not hold."""
    parser = argparse.ArgumentParser(prog="python -m claims", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="beginnings of their names; all by default")
    parser.add_argument("--dice", type=int, default=DICE, help="re-rolls of each panel")
    parser.add_argument("--failed", action="store_true", help="print only what does not hold")
    parser.add_argument("--untied", action="store_true", help="list numbers tied to nothing")
    told = parser.parse_args(arguments)
    begun = tuple(told.lessons)
    chosen = [name for name in lessons() if not begun or name.startswith(begun)]
    if told.untied:
        for name in chosen:
            print(*stale(ledger(name), texts(name)), sep="\n")
            print(*untied_numbers(ledger(name), texts(name), name), sep="\n")
            print(*wrong_settings(ledger(name), texts(name)), sep="\n")
        return 0
    start, tied, failed = time.perf_counter(), 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        dice = range(told.dice)
        jobs = {(name, k): pool.submit(measure, name, k) for name in chosen for k in dice}
        for name in chosen:
            print(f"\n{name}")
            rolls = [jobs[name, k].result() for k in dice]
            for one, *rolled in zip(ledger(name), *rolls, strict=True):
                for verdict in judged(one, [roll for roll in rolled if roll], texts(name)):
                    tied += 1
                    failed += not verdict.holds
                    if not (told.failed and verdict.holds):
                        print(row(verdict))
    minutes = (time.perf_counter() - start) / 60
    print(f"\n{tied} numbers, {failed} do not hold; {told.dice} dice, {minutes:.1f} minutes")
    return int(failed > 0)


def row(verdict: Verdict) -> str:
    """Return a row of the table."""
    claim = verdict.claim
    around = claim.sentence[max(0, claim.start - 34) : claim.end + 14]
    told = f"  {'holds' if verdict.holds else 'FAILS'}  {claim.written:<16} {verdict.why:<38}"
    failed = f"\n         {verdict.measure}: {claim.expression}"
    return f"{told} …{around}…" + (failed if not verdict.holds else "")


if __name__ == "__main__":
    sys.exit(main())
