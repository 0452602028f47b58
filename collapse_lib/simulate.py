"""The loop: observe, fit, repeat. Everything else in the library is one of its arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike

from collapse_lib import labelled
from collapse_lib.checks import Array, broadcast, function, sizes, whole
from collapse_lib.dice import CommonDice, Seed, child, seed_sequence, stream
from collapse_lib.distributions import Categorical, Distribution
from collapse_lib.learners import Learner, Sampled
from collapse_lib.memory import Memory
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
    recorded : mapping of str to ndarray, shape ``(generations + 1, *batch)``
        The traces that `simulate` was asked to record.
    truth, learner, regime, n, seed, record
        What it was simulated from: ``simulate(truth, learner, regime, n=n,
        generations=generations, replicates=batch[-1], rng=seed, record=record)`` makes it
        again.

    Raises
    ------
    ValueError
        When a model is asked for and none were kept.
    IndexError
        When a model is asked for beyond generation G.

    Notes
    -----
    Its replicates are independent, its generations are not: 100 generations of one lineage are
    one observation, not 100. ``len(lineage)`` counts the models, one more than `generations`.
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
    record: Mapping[str, Metric] | None = None

    def __len__(self) -> int:
        """Return the number of models, the truth included."""
        return len(self.models)

    def __getitem__(self, generation: int) -> Distribution:
        """Return the model of a generation; 0 is the truth."""
        self._check_kept()
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
            If the lineage kept no models, or the metric does not return one number per member.
        TypeError
            If `metric` cannot be called.

        Notes
        -----
        Say which average you take over the replicates: the mean of a variance can stay at 1
        while the median, the typical lineage, dies.
        """
        self._check_kept()
        function("metric", metric, "metrics.variance")
        rows = [metric(model, self.truth) for model in self.models]
        _check_rows(getattr(metric, "__name__", repr(metric)), rows, self.batch)
        return _stack(rows, self.batch)

    def to_xarray(self, **measures: Metric) -> Any:
        """Return traces as an xarray Dataset, whose axes have names.

        Parameters
        ----------
        **measures : metric
            A trace for each, under its name, beside those that were recorded:
            ``run.to_xarray(variance=metrics.variance)``.

        Returns
        -------
        xarray.Dataset
            With the dimensions "generation", then "n" where it was an array with one axis, or
            "axis_0", … for others, then "replicate".

        Raises
        ------
        ValueError
            If there is no trace at all, or `trace` refuses a metric.
        ImportError
            If xarray is not installed: ``pip install 'collapse_lib[tables]'``.
        """
        return labelled.dataset(*self._labelled(measures))

    def to_pandas(self, **measures: Metric) -> Any:
        """Return traces as a pandas frame, with a row for each generation and replicate.

        Parameters and errors are those of `to_xarray`; a column is one trace.
        """
        return labelled.frame(*self._labelled(measures))

    def _labelled(
        self, measures: Mapping[str, Metric]
    ) -> tuple[list[str], dict[str, Any], dict[str, Array]]:
        values = {**self.recorded} | {name: self.trace(each) for name, each in measures.items()}
        if not values:
            raise ValueError("measures must name at least one metric, as variance=metrics.variance")
        axes = [f"axis_{place}" for place in range(len(self.batch) - 1)]
        coordinates: dict[str, Any] = {"generation": range(self.generations + 1)}
        if not callable(self.n) and np.ndim(self.n) == 1 and len(axes) == 1:
            axes = ["n"]
            coordinates["n"] = np.asarray(self.n).tolist()
        coordinates["replicate"] = range(self.batch[-1])
        return ["generation", *axes, "replicate"], coordinates, values

    def _check_kept(self) -> None:
        if not self.models:
            kept = ", ".join(map(str, self.recorded))
            raise ValueError(f"this lineage kept no models, only the traces recorded: {kept}")


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
        Keep these traces instead of the models, where models are heavy:
        ``{"variance": metrics.variance}``.

    Returns
    -------
    Lineage
        The models of generations 0 … `generations`.

    Raises
    ------
    ValueError
        If a number is out of its range, shapes do not go together, or the models, the traces
        or the points that the learner keeps would not fit into memory (4 GB).
    TypeError
        If truth, learner and regime do not go together, `record` is no mapping of names to
        metrics, or a learner's methods return what they must not.

    Notes
    -----
    One lineage is an anecdote: ask for replicates, and show their median and spread. A trace that
    rests at the end of the run need not rest: ask for more generations.

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
    axes = () if callable(n) else np.shape(n)
    batch = (*broadcast(n=axes, regime=regime.batch), replicates)
    seed = seed_sequence(rng)
    if record is not None:
        _check_record(record)

    past = _Past(truth, learner, regime, generations, batch, seed, record or {})
    past.memory.foresee(truth, learner, size)
    while (t := past.generation + 1) <= generations:
        if ahead := () if callable(n) else past.unroll(t, size(t)):
            past.extend(ahead)
        else:
            data = past.gather(t, regime.recipe(t, size(t)))
            if t == 1:
                _check_statistic(learner, data)
            past.extend([_complete(learner.fit(regime.select(data, size(t), past.picking)), truth)])
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
        record=record,
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
        self.memory = Memory(batch, generations, len(record), regime)
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
        last = self.regime.closed_until(t, self.generations) if t > 1 else 0
        if last < t:
            return []
        n, dice = _over_replicates(n), self._dice(Model(), 0)
        return self.learner.unroll(self.models[-1], n, dice, t - 1, last)

    def extend(self, models: Sequence[Any]) -> None:
        """Add the models of the next generations, and forget what nobody will ask for."""
        first = self.generation == 0
        if first:
            self._check_first(models[0])
        if not self.record:
            self.models.extend(models)
            return
        for model in models:
            self.models.append(model)
            for name, metric in self.record.items():
                self.rows[name].append(metric(model, self.truth))
            if self.regime.memory is not None and self.generation > self.regime.memory:
                self.models[-1 - self.regime.memory] = None
        if first:
            for name, rows in self.rows.items():
                _check_rows(name, rows, self.batch)

    def _check_first(self, model: Any) -> None:
        """Check the first model, on behalf of all."""
        learner = f"learner {_name(self.learner)}"
        if not isinstance(model, Distribution):
            raise TypeError(f"{learner} must fit a distribution such as Normal, not {_name(model)}")
        if model.batch != self.batch:
            raise ValueError(
                f"{learner} must fit a model of batch {self.batch}, the axes of its data, not "
                f"{model.batch}"
            )
        self.memory.check(model)

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


def _complete(model: Any, truth: Distribution) -> Any:
    """Return a model that knows all categories of the truth: points tell only of those drawn."""
    if isinstance(model, Categorical) and isinstance(truth, Categorical):
        return model.padded(truth.categories)
    return model


def _name(value: object) -> str:
    return type(value).__name__


def _check_record(record: object) -> None:
    if not isinstance(record, Mapping):
        raise TypeError(
            "record must be a mapping of names to metrics such as "
            f"{{'variance': metrics.variance}}, not {record!r}"
        )
    for name, metric in record.items():
        function(f"record[{name!r}]", metric, "metrics.variance")


def _check_statistic(learner: Learner, data: Any) -> None:
    # An array adds number by number, where a union of two data sets is wanted.
    if isinstance(data, np.ndarray | np.generic | int | float):
        raise TypeError(
            f"learner {_name(learner)} must reduce points to a statistic whose + is the union of "
            f"two data sets, such as suffstats.Sample, not to {_name(data)}"
        )


def _sample_size(n: Any, least: int) -> Callable[[int], Any]:
    """Return the schedule t ↦ n that `n` stands for, checked."""
    if callable(n):
        return lambda t: whole(f"n({t})", n(t), least)
    fixed = sizes("n", n, least)
    return lambda t: fixed


def _over_replicates(n: Any) -> Any:
    """Give an array of sample sizes the axis of the replicates."""
    return n[..., None] if isinstance(n, np.ndarray) else n


def _stack(rows: list[Any], batch: tuple[int, ...]) -> Array:
    out = np.empty((len(rows), *batch), dtype=np.result_type(*rows[:2]))
    for row, value in zip(out, rows, strict=True):
        row[...] = value
    return out


def _check_rows(name: str, rows: list[Any], batch: tuple[int, ...]) -> None:
    """Check what a metric says of the truth and of the first model, on behalf of all."""
    for value, shapes in zip(rows, (((), batch), (batch,)), strict=False):
        try:
            array = np.asarray(value)
        except ValueError:  # rows of different length
            array = np.asarray(None)
        if array.dtype.kind not in "biufc":
            raise ValueError(f"metric {name} must return numbers, not {value!r}")
        if array.shape not in shapes:
            raise ValueError(
                f"metric {name} must return one number per member of the batch, of shape "
                f"{batch}, not of shape {array.shape}"
            )
