"""The discovery curve: more and more pictures, ever fewer new kinds; and of a machine's, none.

Somebody photographs the real world, fifty pictures a day, and counts the kinds. Somebody else
looks at as many pictures from a machine that has learnt from n photographs. From the pictures
alone, Good and Turing's rule tells how much is still unseen, of the place they come from.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style, theory
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Distribution, Zipf
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE

KINDS = 2000
DAYS = 200
A_DAY = 50
T = np.arange(DAYS + 1)


def found(world: Array, world_theory: Array, machine: Array, known: int) -> View:
    """Draw how many kinds have been found by each day."""
    return figures.lines(
        [
            Curve("found in the world", world, style.line(style.BLUE, width=3.5)),
            Curve(
                "found in the world, theory",
                world_theory,
                style.line(style.VERMILLION, dash="dash"),
            ),
            Curve(
                "found in the machine's pictures",
                machine,
                style.line(style.ORANGE, width=3.5, dash="dot"),
            ),
            Curve(
                "all that the machine knows",
                np.full(T.size, float(known)),
                style.line(style.GREY, width=1.5, dash="dashdot"),
            ),
        ],
        title="Different kinds found",
        quantity=f"kinds, of {KINDS:,}",
        y_range=(0, 2000),
        along="day",
    )


def missing(
    world_missing: Array, world_estimate: Array, machine_missing: Array, machine_estimate: Array
) -> View:
    """Draw how much is still unseen, and how much one would think."""
    return figures.lines(
        [
            Curve("world: still unseen", world_missing, style.line(style.BLUE)),
            Curve("world: what the rule says", world_estimate, style.line(style.SKY, dash="dash")),
            Curve("machine: still unseen", machine_missing, style.line(style.ORANGE)),
            Curve(
                "machine: what the rule says",
                machine_estimate,
                style.line(style.VERMILLION, dash="dash"),
            ),
        ],
        title="What is still unseen of the world",
        quantity="per cent of its birds",
        y_range=(0, 100),
        along="day",
    )


@explorable(
    title="More and more pictures, ever fewer new kinds",
    views=(found, missing),
    cursor=Cursor("days", 1, DAYS, start=1),
    say="Day {days:d}, {pictures:,d} pictures each. From the world: {world:,d} kinds, "
    "{world_new:d} new today; {world_missing:.2g} % of the birds out there are of other kinds (the "
    "rule says {world_estimate:.2g} %). From the machine: {machine:,d} kinds, {machine_new:d} new "
    "today; {machine_missing:.2g} % are of other kinds (the rule says {machine_estimate:.2g} %).",
    caveat="A toy: a machine that repeats the kinds it has met, as often as it has met them. "
    "A real one also mixes them into things that do not exist.",
    definition=7,
    lesson="notebooks/01_tail_loss.ipynb",
)
def discovery(
    n: Annotated[
        int,
        Slider(
            10,
            100_000,
            log=True,
            label="machine learnt from",
            help="Photographs of the world that the machine has learnt from, once.",
        ),
    ] = 500,
    steepness: Annotated[
        float,
        Slider(
            0,
            2,
            step=0.1,
            label="steepness",
            help="The k-th commonest of 2,000 kinds is met in proportion to 1 / k**steepness.",
        ),
    ] = 1.0,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Look at fifty pictures a day of each kind of source, for 200 days.

    Of the pictures of the world and of the machine: kinds found so far and on that day, and in per
    cent of the birds one meets what is still unseen (`missing`) and what Good and Turing's rule
    says of it (`estimate`).

    Notes
    -----
    The rule (the share of pictures whose kind was seen just once) is right about the source of
    the pictures. Of a machine's pictures it says that all is seen, and it is: of the machine.
    """
    truth = Zipf(KINDS, steepness)
    learner = CategoricalMLE()
    worlds, learning, machines = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    model = learner.fit(learner.observe(truth, whole("n", n, least=1), learning))
    pictures = A_DAY * T.astype(float)
    world = _Album(truth, truth.p, worlds)
    machine = _Album(model, truth.p, machines)
    expected = theory.one_generation_survivors(pictures[1:], truth.p)
    return {
        "pictures": pictures,
        "world": world.kinds,
        "machine": machine.kinds,
        "world_theory": np.concatenate([[0.0], np.asarray(expected)]),
        "known": int(np.count_nonzero(model.p)),
        "world_missing": world.missing,
        "machine_missing": machine.missing,
        "world_estimate": world.estimate,
        "machine_estimate": machine.estimate,
        "world_new": np.diff(world.kinds, prepend=0.0),
        "machine_new": np.diff(machine.kinds, prepend=0.0),
    }


class _Album:
    """Pictures drawn from one source, counted day by day."""

    def __init__(self, source: Distribution, truth: Array, rng: Any) -> None:
        labels = source.sample(DAYS * A_DAY, rng)
        order = np.argsort(labels, kind="stable")  # pictures of a kind together, oldest first
        where = order // A_DAY + 1
        _, start, count = np.unique(labels[order], return_index=True, return_counts=True)
        first, second = where[start], where[start[count > 1] + 1]
        kinds = labels[order][start]
        self.kinds = np.bincount(first, minlength=T.size).cumsum().astype(float)
        once = self.kinds - np.bincount(second, minlength=T.size).cumsum()
        seen = np.bincount(first, weights=truth[kinds], minlength=T.size).cumsum()
        self.missing = 100 * np.maximum(1 - seen, 0)
        self.estimate = np.full(T.size, np.nan)
        self.estimate[1:] = 100 * once[1:] / (A_DAY * T[1:])
