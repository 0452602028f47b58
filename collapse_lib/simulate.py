"""The loop: observe, fit, repeat. Everything else in the library is one of its arguments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, whole, wholes
from collapse_lib.dice import CommonDice, Seed, child, seed_sequence, stream
from collapse_lib.distributions import Distribution
from collapse_lib.learners import Learner, Sampled
from collapse_lib.regimes import (
    Crawl,
    Fixed,
    Fresh,
    Model,
    Pool,
    Recipe,
    Regime,
    Replace,
    Source,
)

Metric = Callable[[Any, Any], ArrayLike]

REPLACE = Replace()
MEMORY_LIMIT = 4_000_000_000  # bytes of models and traces that one call may keep
ROLES: dict[type, int] = {Fresh: 0, Fixed: 1, Model: 2, Crawl: 4}
PICKING = 3


@dataclass(frozen=True)
class Lineage:
    """The models of generations 0 … G, all replicates at once.

    Parameters
    ----------
    models : tuple of Distribution
        One model per generation. ``[0]`` is the truth, ``[1]`` was fitted to real data only.
        Empty where `simulate` was asked to `record` traces instead.
    batch : tuple of int
        Shape of each fitted model: the axes of `n` and of the regime's parameters, then the
        replicates.
    generations : int
        Number of fitted models, G.
    recorded : mapping of str to ndarray
        The traces that `simulate` was asked to record.
    truth, learner, regime, n, seed
        What it was simulated from: ``simulate(truth, learner, regime, n=n,
        generations=generations, replicates=batch[-1], rng=seed)`` makes it again.
    """

    models: tuple[Distribution, ...]
    batch: tuple[int, ...]
    generations: int
    recorded: Mapping[str, Array]
    truth: Distribution
    learner: Learner
    regime: Regime
    n: Any
    seed: SeedSequence

    def __len__(self) -> int:
        """Return the number of models, the truth included."""
        return len(self.models)

    def __getitem__(self, generation: int) -> Distribution:
        """Return the model of a generation; 0 is the truth."""
        return self.models[generation]

    def trace(self, metric: Metric) -> Array:
        """Apply a metric to every generation.

        Parameters
        ----------
        metric : callable
            ``metric(model, truth)`` gives one number per batch member, for instance
            `collapse_lib.metrics.variance`.

        Returns
        -------
        ndarray, shape ``(generations + 1, *batch)``
            Index 0 is the truth. The last axis is the replicates, even if there is one.

        Raises
        ------
        ValueError
            If the lineage kept no models.

        Notes
        -----
        Say which average you take over the replicates: the mean of a variance can stay at 1
        while the median, the typical lineage, dies.
        """
        if not self.models:
            kept = ", ".join(self.recorded)
            raise ValueError(f"this lineage kept no models, only the traces recorded: {kept}")
        return _stack([metric(model, self.truth) for model in self.models], self.batch)


def simulate(
    truth: Distribution,
    learner: Learner,
    regime: Regime = REPLACE,
    *,
    n: int | ArrayLike | Callable[[int], int],
    generations: int,
    replicates: int = 1,
    rng: Seed = None,
    record: Mapping[str, Metric] | None = None,
) -> Lineage:
    """Fit a model to data, sample from it, fit the next one to that, and so on.

    Parameters
    ----------
    truth : Distribution
        Where real data come from; a single distribution, not a batch.
    learner : Learner
        Model family and fitting rule, such as ``GaussianMLE(ddof=0)``.
    regime : Regime, default ``Replace()``
        On what each generation is trained.
    n : int, array_like of int, or callable
        Sample size of a generation. An array adds its axes in front of the replicates, so
        that one call makes a whole phase diagram; a callable is a schedule, ``n(t)`` for
        t = 1, 2, …
    generations : int
        Number of models to fit after the truth, 0 or more.
    replicates : int, default 1
        Independent lineages, simulated side by side. Moving it re-rolls all of them.
    rng : int, SeedSequence, Generator or None
        Source of randomness (SPEC 7). The same seed gives the same lineage; a longer run
        extends a shorter one; a Generator advances.
    record : mapping of str to metric, optional
        Keep these traces instead of the models, where models are heavy.

    Returns
    -------
    Lineage
        The models of generations 0 … `generations`.

    Raises
    ------
    ValueError
        If a number is out of its range, or the models would not fit into memory.
    TypeError
        If truth, learner and regime do not go together.

    Notes
    -----
    One lineage is an anecdote: ask for replicates, and show their median and spread.

    Examples
    --------
    >>> from collapse_lib import GaussianMLE, Normal, metrics
    >>> lineage = simulate(Normal(), GaussianMLE(), n=50, generations=100, replicates=200, rng=0)
    >>> lineage.trace(metrics.variance).shape
    (101, 200)
    """
    learner = _matched(truth, learner, regime)
    size = _sample_size(n, learner.least_n)
    generations = whole("generations", generations, least=0)
    replicates = whole("replicates", replicates, least=1)
    shape = np.broadcast_shapes(() if callable(n) else np.shape(n), regime.batch)
    batch = (*shape, replicates)
    seed = seed_sequence(rng)

    _afford(generations, batch, bytes_each=8 * max(1, len(record or {})))

    past = _Past(truth, learner, regime, generations, batch, seed, record or {})
    while (t := past.generation + 1) <= generations:
        if ahead := () if callable(n) else past.unroll(t, size(t)):
            past.extend(ahead)
        else:
            data = past.gather(t, regime.recipe(t, size(t)))
            past.extend([learner.fit(regime.select(data, size(t), past.picking))])
    return Lineage(
        models=() if record else tuple(past.models),
        batch=batch,
        generations=generations,
        recorded={name: _stack(rows, batch) for name, rows in past.rows.items()},
        truth=truth,
        learner=learner,
        regime=regime,
        n=n,
        seed=seed,
    )


class _Past:
    """What has happened so far: models, fixed data, the pool, and each role's dice."""

    def __init__(
        self,
        truth: Distribution,
        learner: Learner,
        regime: Regime,
        generations: int,
        batch: tuple[int, ...],
        seed: SeedSequence,
        record: Mapping[str, Metric],
    ) -> None:
        self.truth, self.learner, self.regime = truth, learner, regime
        self.generations, self.batch, self.seed, self.record = generations, batch, seed, record
        self.models: list[Any] = [truth]
        self.rows = {name: [metric(truth, truth)] for name, metric in record.items()}
        self.fixed: tuple[Any, Any] | None = None
        self.pool: Any = None
        self.dice: dict[tuple[type, int], CommonDice] = {}
        self.picking = stream(child(seed, PICKING, 0))

    def gather(self, t: int, recipe: Recipe) -> Any:
        """Return the statistic of the training set that `recipe` describes."""
        data = drawn = None
        turns: list[type] = []
        for source, n, weight in recipe:
            kind = type(source)
            if kind is Pool:
                part = self.pool
            else:
                # Dice go by role and turn, so that a draw of 0 points shifts nobody else's.
                turn = turns.count(kind)
                turns.append(kind)
                if isinstance(n, int) and n == 0:
                    continue
                part = self._observe(t, source, n, turn)
                drawn = part if drawn is None else drawn + part
            part = part if weight == 1 else weight * part
            data = part if data is None else data + part
        if self.regime.pools:
            self.pool = drawn if self.pool is None else self.pool + drawn
        return data

    @property
    def generation(self) -> int:
        """The newest generation; 0 is the truth."""
        return len(self.models) - 1

    def unroll(self, t: int, n: Any) -> list[Any]:
        """Return models from generation `t` on that need no loop, or none."""
        if type(self.regime) is not Replace or t == 1:
            return []
        n, dice = _over_replicates(n), self._dice(Model(), 0)
        return self.learner.unroll(self.models[-1], n, dice, t - 1, self.generations)

    def extend(self, models: Sequence[Any]) -> None:
        """Add the models of the next generations, and forget what nobody will ask for."""
        if not self.record:
            self.models.extend(models)
            if len(self.models) == 2:
                each = _nbytes(models[0])
                _afford(self.generations, self.batch, bytes_each=each, whole_batch=True)
            return
        for model in models:
            self.models.append(model)
            for name, metric in self.record.items():
                self.rows[name].append(metric(model, self.truth))
            if self.regime.memory is not None and self.generation > self.regime.memory:
                self.models[-1 - self.regime.memory] = None

    def _observe(self, t: int, source: Source, n: Any, turn: int) -> Any:
        n = _over_replicates(n)
        if isinstance(source, Fixed):
            return self._fixed(n)
        dice = self._dice(source, turn).at(t - 1)
        if isinstance(source, Model):
            model = self.regime.temper(self.models[source.generation])
            return self.learner.observe(model, n, dice)
        if isinstance(source, Crawl):
            parts = [
                self.regime.temper(self.models[j]) if j else self.truth for j in source.generations
            ]
            return self.learner.observe(source.screen(parts, source.shares), n, dice)
        return self.learner.observe(self.truth, n, dice)

    def _fixed(self, n: Any) -> Any:
        if self.fixed is None:
            dice = self._dice(Fixed(), 0).at(0)
            self.fixed = n, self.learner.observe(self.truth, n, dice)
        if not np.array_equal(self.fixed[0], n):
            raise ValueError(
                f"fixed real data keep their size: {self.fixed[0]} points, not {n}, so n must "
                "be the same in every generation"
            )
        return self.fixed[1]

    def _dice(self, source: Source, turn: int) -> CommonDice:
        key = type(source), turn
        dice = self.dice.get(key)
        if dice is None:
            seed = child(self.seed, ROLES[type(source)], turn)
            dice = self.dice[key] = CommonDice(seed, self.generations, self.batch)
        return dice


def _matched(truth: Distribution, learner: Learner, regime: Regime) -> Learner:
    """Check that the three go together, and return the learner with its points kept if needed."""
    for name, value, kind, example in (
        ("truth", truth, Distribution, "Normal()"),
        ("learner", learner, Learner, "GaussianMLE()"),
        ("regime", regime, Regime, "Replace()"),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"{name} must be a {name} such as {example}, not {value!r}")
    if truth.batch:
        raise ValueError(f"truth must be a single distribution, not a batch of shape {truth.batch}")
    if truth.kind != learner.kind:
        raise TypeError(
            f"learner {_name(learner)} fits {learner.kind}, but truth {_name(truth)} "
            f"yields {truth.kind}"
        )
    if not regime.picks_points or learner.keeps_points:
        return learner
    if not isinstance(learner, Sampled):
        raise TypeError(
            f"{_name(regime)} picks single points; {_name(learner)} keeps only {learner.keeps}: "
            f"use Sampled({_name(learner)}())"
        )
    return replace(learner, keep=True)


def _name(value: object) -> str:
    return type(value).__name__


def _sample_size(n: Any, least: int) -> Callable[[int], Any]:
    """Return the schedule t ↦ n that `n` stands for, checked."""
    if callable(n):
        return lambda t: whole(f"n({t})", n(t), least)
    fixed = wholes("n", n, least) if np.ndim(n) else whole("n", n, least)
    return lambda t: fixed


def _over_replicates(n: Any) -> Any:
    """Give an array of sample sizes the axis of the replicates."""
    return n[..., None] if isinstance(n, np.ndarray) else n


def _afford(
    generations: int, batch: tuple[int, ...], bytes_each: int, whole_batch: bool = False
) -> None:
    """Refuse a run whose models or traces would not fit into memory."""
    total = (generations + 1) * bytes_each * (1 if whole_batch else math.prod(batch))
    if total > MEMORY_LIMIT:
        raise ValueError(
            f"generations = {generations:,} with {math.prod(batch):,} replicates would take "
            f"{_readable(total)} of memory or more, above the limit of {_readable(MEMORY_LIMIT)}: "
            "choose fewer of either"
        )


def _readable(size: float) -> str:
    units = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
    power = min(int(math.log10(size)) // 3, len(units) - 1)
    return f"{size / 1000**power:.3g} {units[power]}"


def _nbytes(value: Any) -> int:
    """Return the memory of a model's arrays."""
    if isinstance(value, tuple | list):
        return sum(_nbytes(part) for part in value)
    if isinstance(value, Distribution):
        return sum(_nbytes(part) for part in vars(value).values())
    return int(getattr(value, "nbytes", 0))


def _stack(rows: list[Any], batch: tuple[int, ...]) -> Array:
    out = np.empty((len(rows), *batch), dtype=np.result_type(*rows[:2]))
    for row, value in zip(out, rows, strict=True):
        row[...] = value
    return out
