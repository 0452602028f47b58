"""What does a learner get wrong, again and again? Errors that are not sampling noise.

Each wrapper adds one kind of error to a learner and leaves everything else alone. Together with
the regime `Crowd` they make *correlated* errors: `Biased` is what learners of one architecture
share, `Noisy` is what each gets wrong by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, finite, number, positive, whole, wholes
from collapse_lib.dice import Dice, Seed, seed_sequence, stream
from collapse_lib.distributions import Distribution
from collapse_lib.learners import Learner
from collapse_lib.learners.base import LearnerWrapper, as_dice
from collapse_lib.regimes import shifted
from collapse_lib.suffstats import Sample

__all__ = ["Biased", "Noisy", "Preferring", "Unlabelled", "quirks"]


@dataclass(frozen=True)
class _Mistaken(LearnerWrapper):
    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Any:
        """Return the wrapped learner's statistic of `n` points from `source`."""
        return self.learner.observe(source, n, rng)


@dataclass(frozen=True)
class Biased(_Mistaken):
    """A learner whose every model is a little off, always to the same side.

    Parameters
    ----------
    learner : Learner
        What is fitted; its models are normal, in any dimension, or categorical.
    shift : float or array_like, broadcasting against the models' batch
        Added to the mean, in the unit of the data (in d dimensions of shape ``(*batch, d)``);
        for categories, to the log-odds of category 0 against the others. An array gives each
        lineage its own.

    Raises
    ------
    ValueError
        If `shift` is not finite.
    TypeError
        If `learner` is no learner, or, when fitting, its model cannot be shifted.

    Notes
    -----
    After t fits the mean error is ``t · shift`` under `Replace`, ``H_t · shift`` under
    `Accumulate` with H_t = 1 + 1/2 + … + 1/t, and ``shift (1 - (1-α)^t)/α``, at most
    ``shift/α``, under `Refresh` with a share α of real data: accumulating does not stop it, a
    pull to the truth does. (Measured on the *data* of a generation, before the fit has added
    its own shift, these are `shift` less.) Derived here. A shift far below the noise of one fit
    cannot be seen in it: do not read that as harmless.
    """

    shift: Any = 0.0

    def __post_init__(self) -> None:
        """Check the shift."""
        super().__post_init__()
        object.__setattr__(self, "shift", finite("shift", self.shift)[()])

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model, shifted."""
        return shifted(self.learner.fit(data), self.shift)


@dataclass(frozen=True)
class Noisy(_Mistaken):
    """A learner that sees its training data with a common error, new in each generation.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    sd : float
        Standard deviation of the error, in the unit of the data; for categories, of the
        log-odds of category 0 against the others.

    Raises
    ------
    ValueError
        If `sd` is negative.
    TypeError
        If `learner` is no learner, or, when observing, its source cannot be shifted.

    Notes
    -----
    All points of a draw are shifted together, independently in each lineage, generation and
    line of the recipe. So more points do not average it away, as they do sampling noise; more
    learners do. Its sum grows like √t, not like t. Derived here. The error bars of one fit, which
    come from its points, know nothing of it.
    """

    sd: float = 0.0

    def __post_init__(self) -> None:
        """Check the spread."""
        super().__post_init__()
        object.__setattr__(self, "sd", number(positive, "sd", self.sd, zero=True))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Any:
        """Return the statistic of `n` points from `source`, all shifted by one error."""
        dice = as_dice(rng, source, n)
        error = self.sd * dice.generator.standard_normal(dice.batch)
        return self.learner.observe(shifted(source, error), n, dice)


def quirks(models: int, architectures: int = 1, *, replicates: int = 1, rng: Seed = None) -> Array:
    """Draw what each architecture gets wrong: a standing error, the same in every generation.

    Parameters
    ----------
    models : int
        Number of learners K.
    architectures : int, default 1
        How many different ones there are; learner k is of architecture ``k % architectures``.
    replicates : int, default 1
        Independent crowds.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    ndarray, shape ``(models, replicates)``
        Standard normal numbers, equal for learners of one architecture.

    Raises
    ------
    ValueError
        If a number is not whole and at least 1, or there are more architectures than models.

    Notes
    -----
    ``Noisy(Biased(learner, b √ρ · quirks), b √(1-ρ))`` under ``Crowd(Replace(), K)`` has
    ``E[D²] = b² (ρ t²/A + (1-ρ) t/K)`` for the error D of the pool's mean, where each of A
    architectures has equally many models. Under a temperature T below 1 the log-odds are
    multiplied by a = 1/T between fits, and t² and t become ``(Σ_{i<t} a^i)²`` and
    ``Σ_{i<t} a^(2i)``: errors that no longer add but amplify (first order in b). Derived here. More
    copies of one architecture look like more votes and are one.

    Examples
    --------
    >>> quirks(4, architectures=2, replicates=5, rng=0).shape
    (4, 5)
    """
    models, replicates = whole("models", models, 1), whole("replicates", replicates, 1)
    architectures = whole("architectures", architectures, 1)
    if architectures > models:
        raise ValueError(f"architectures must be at most models = {models}, not {architectures}")
    drawn = stream(seed_sequence(rng)).standard_normal((architectures, replicates))
    return drawn[np.arange(models) % architectures]


@dataclass(frozen=True, eq=False)
class Preferring(_Mistaken):
    """A learner that fits its data and a few points that it has never seen: a prior.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    preferred : array_like, shape ``(points,)``
        Numbers, counts or labels that it believes in.
    strength : float
        How many data points all of them together count for, s.

    Raises
    ------
    ValueError
        If there is no preferred point, one is no number, count or label, or `strength` is
        negative.
    TypeError
        If `learner` is no learner, or fits neither numbers, counts nor categories, or keeps the
        points, to which a prior for all lineages cannot be added.

    Notes
    -----
    With conjugate families this is the Bayesian posterior mean. In one generation of n points
    the prior moves an estimate by a share s/(n+s), below the noise; along a chain of its own
    (`Replace`) the expected mean, or the expected frequency of a category, is
    ``a + (start - a) (n/(n+s))^t``: the truth is forgotten and a, what the learner preferred
    from the start, is what remains. That is iterated learning. A chain that settles has
    therefore not found the truth.

    References
    ----------
    Griffiths & Kalish, *Language evolution by iterated learning with Bayesian agents*, Cognitive
    Science 31 (2007), whose learners draw from the posterior; the law of the posterior mean is
    derived here.
    """

    preferred: Any = (0.0,)
    strength: float = 1.0
    prior: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the points and reduce them to the prior's statistic."""
        super().__post_init__()
        if self.kind not in ("numbers", "counts", "categories"):
            raise TypeError(
                f"learner must fit numbers, counts or categories, of which some can be preferred; "
                f"{type(self.learner).__name__} fits {self.kind}"
            )
        given = self.preferred
        measured = self.kind == "numbers"
        points = finite("preferred", given) if measured else wholes("preferred", given, 0)
        if points.ndim != 1:
            raise ValueError(f"preferred must be one row of points, not of shape {points.shape}")
        strength = number(positive, "strength", self.strength, zero=True)
        object.__setattr__(self, "preferred", points)
        object.__setattr__(self, "strength", strength)
        prior = strength / len(points) * self.learner.reduce(points)
        if isinstance(prior, Sample):
            raise TypeError(
                f"learner must keep a statistic, to which a prior can be added; "
                f"{type(self.learner).__name__} keeps {self.keeps}"
            )
        object.__setattr__(self, "prior", prior)

    def fit(self, data: Any) -> Distribution:
        """Return the wrapped learner's model of data and prior."""
        if isinstance(data, Sample):
            first, *rest = (
                weight * self.learner.reduce(data.points[data.weights == weight])
                for weight in np.unique(data.weights)
            )
            data = sum(rest, start=first)
        return self.learner.fit(data + self.prior)


class Unlabelled(_Mistaken):
    """One of several learners, and nobody says which: find out by letting it teach itself.

    Parameters
    ----------
    candidates : sequence of Learner
        What it may be; at least two, all for the same kind of data.
    rng : int, SeedSequence, Generator or None
        Chooses one; the same seed, the same learner.

    Raises
    ------
    ValueError
        If there are fewer than two candidates, or they are not learners for one kind of data.

    Notes
    -----
    It prints as ``Unlabelled(3 candidates)``. Small habits do not show in one fit, whatever
    one looks at; they show along the learner's own chain. `reveal` ends the game. One lineage
    of that chain proves nothing either, for it wanders: ask for replicates.

    References
    ----------
    Griffiths & Kalish, *Language evolution by iterated learning with Bayesian agents*, Cognitive
    Science 31 (2007), on reading a bias off a chain; the game is derived here.

    Examples
    --------
    >>> from collapse_lib import GaussianMLE
    >>> Unlabelled([GaussianMLE(), Biased(GaussianMLE(), 0.05)], rng=0)
    Unlabelled(2 candidates)
    """

    def __init__(self, candidates: Sequence[Learner], rng: Seed = None) -> None:
        given = candidates
        candidates = tuple(given) if isinstance(given, Iterable) else ()
        if (
            len(candidates) < 2
            or not all(isinstance(candidate, Learner) for candidate in candidates)
            or len({candidate.kind for candidate in candidates}) > 1
        ):
            raise ValueError(
                f"candidates must be at least two learners for the same kind of data, not {given!r}"
            )
        chosen = int(stream(seed_sequence(rng)).integers(len(candidates)))
        super().__init__(candidates[chosen])
        object.__setattr__(self, "candidates", candidates)
        # the strictest demand of all, or the refusal of a small n would tell
        object.__setattr__(self, "least_n", max(candidate.least_n for candidate in candidates))
        object.__setattr__(self, "keeps", "a secret")

    def __repr__(self) -> str:
        """Say how many learners it may be, not which it is."""
        return f"Unlabelled({len(self.candidates)} candidates)"  # type: ignore[attr-defined]

    def reveal(self) -> Learner:
        """Return the learner it has been all along."""
        return self.learner
