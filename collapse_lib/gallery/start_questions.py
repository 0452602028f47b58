"""What the first lesson asks; see `collapse_lib.gallery.snowball_questions`."""

from __future__ import annotations

import numpy as np

from collapse_lib import metrics
from collapse_lib.checks import Array
from collapse_lib.classroom import Guess, Scale
from collapse_lib.distributions import Categorical
from collapse_lib.learners import CategoricalMLE
from collapse_lib.simulate import simulate
from collapse_lib.words import later

PEOPLE = 300
ROUNDS = 20


def people() -> Guess:
    """Ask how many of 300 words are left after twenty rounds of copying."""
    return Guess(
        later(
            "300 people, each with a word of their own. In every round each of them copies the "
            "word of somebody picked at random, all at the same moment. Twenty rounds: how many "
            "different words remain?"
        ),
        Scale(1, PEOPLE, whole=True, unit=later("words")),
        measure=_words_left,
        say=later(
            "In 200 runs the typical (median) one kept {median:d} words; eight in ten kept {low:d} "
            "to {high:d}. After a single round about a third of the words are gone."
        ),
        key="00.people",
    )


def _words_left() -> Array:
    own = Categorical(np.full(PEOPLE, 1 / PEOPLE))
    lineage = simulate(own, CategoricalMLE(), n=PEOPLE, generations=ROUNDS, replicates=200, rng=0)
    last: Array = lineage.trace(metrics.survivors)[ROUNDS]
    return last
