"""Draws whose dice stay put when a parameter moves.

A slider should make the curves slide, not re-roll the world. Two rules give that. Every role
in a simulation (real data, synthetic data, the picking of points) owns its streams, so that
drawing more of one leaves the others alone; and row t of a role's dice belongs to generation
t, whether or not earlier rows were used, so that a longer run extends a shorter one.

The χ² draws are those of Marsaglia & Tsang (2000), who turn one normal and one uniform number
into a gamma variate and accept nearly always: as the degrees of freedom move, the variate
moves smoothly, while the law stays exact. (numpy's own `chisquare` uses the same method but
consumes its stream entry by entry, so one rejection shifts all that follows.)

Multinomial counts have no such transport: they are rolled again when a parameter moves. They are
drawn for at most 10^15 points: far beyond, numpy's binomial numbers scatter too widely (at 2^62 by
4 %), and from 2^63 on there are none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.random import SFC64, Generator, SeedSequence

from collapse_lib.blocks import blocks, together
from collapse_lib.checks import Array

Seed = None | int | SeedSequence | Generator

CHUNK = 1 << 13  # numbers drawn ahead at a time: 64 kB, which stays in the cache
GROWTH = 32  # by this factor more rows are drawn or transformed ahead each time
MOST_COUNTED = 10**15  # a thousand generations of them still add up in 64 bits
CANDIDATES = 8  # spare pairs per rejected entry; all eight fail in one of 10^10 cases at df = 1


class Dice(Protocol):
    """What an exact law may ask for, once per generation."""

    @property
    def generator(self) -> Generator:
        """A plain generator, for laws that have no smooth transport (single points)."""
        ...

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of every draw."""
        ...

    def normal(self) -> Array:
        """Return standard normal numbers, shape ``batch``."""
        ...

    def chisquare(self, df: Any) -> Array:
        """Return χ² numbers with `df` degrees of freedom (0: zeros), shape ``batch``."""
        ...

    def multinomial(self, n: Any, p: Array) -> Array:
        """Return the counts of `n` draws from categories, shape ``(*batch, categories)``."""
        ...

    def wide(self, count: int) -> Dice:
        """Return dice of shape ``(count, *batch)``, independent of these, at the same row."""
        ...


def seed_sequence(rng: Seed) -> SeedSequence:
    """Turn a seed, a Generator (which advances) or None (fresh entropy) into a SeedSequence.

    Raises
    ------
    ValueError
        If `rng` is none of these.
    """
    if isinstance(rng, SeedSequence):
        return rng
    if isinstance(rng, Generator):
        return SeedSequence([int(word) for word in rng.integers(1 << 32, size=4)])
    if rng is None or (
        isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    ):
        return SeedSequence(None if rng is None else int(rng))
    raise ValueError(
        f"rng must be a whole number of at least 0, a numpy Generator or None, not {rng!r}"
    )


def child(seed: SeedSequence, *key: int) -> SeedSequence:
    """Return the seed below `seed` that `key` names; ``child(seed, 0)`` is the first it spawns."""
    return SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *key))


def stream(seed: SeedSequence) -> Generator:
    """Return a generator for one stream; SFC64 is numpy's fastest, and streams never jump."""
    return Generator(SFC64(seed))


@dataclass(frozen=True)
class Thrown:
    """Dice thrown on the spot from one generator; nothing stays put."""

    generator: Generator
    batch: tuple[int, ...] = ()

    def normal(self) -> Array:
        """Return standard normal numbers, shape ``batch``."""
        return self.generator.standard_normal(self.batch)

    def chisquare(self, df: Any) -> Array:
        """Return χ² numbers with `df` degrees of freedom (0: zeros), shape ``batch``."""
        # numpy wants df > 0; half a χ² is a gamma variate of shape df / 2, where 0 is allowed
        return 2 * self.generator.standard_gamma(np.asarray(df) / 2, self.batch)

    def multinomial(self, n: Any, p: Array) -> Array:
        """Return the counts of `n` draws from categories, shape ``(*batch, categories)``."""
        _countable(n)
        return self.generator.multinomial(n, p, size=self.batch)

    def wide(self, count: int) -> Thrown:
        """Return dice of shape ``(count, *batch)`` that throw from the same generator."""
        return Thrown(self.generator, (count, *self.batch))


class CommonDice:
    """The dice of one role: row t is the same whatever the parameters and the horizon.

    Parameters
    ----------
    seed : SeedSequence
        Source of the role's streams.
    rows : int
        Number of generations.
    batch : tuple of int
        Shape of every draw. Changing it, as `replicates` does, re-rolls everything.
    """

    def __init__(self, seed: SeedSequence, rows: int, batch: tuple[int, ...]) -> None:
        self.batch = batch
        self._seed, self._rows = seed, rows
        self._row = 0

    # Most laws need one kind of dice only, and a seed takes as long as two hundred numbers.

    @cached_property
    def generator(self) -> Generator:
        """A plain generator, for laws that have no smooth transport (single points)."""
        return stream(child(self._seed, 0))

    @cached_property
    def _normal(self) -> _Rows:
        return _Rows("standard_normal", child(self._seed, 1), self._rows, self.batch)

    @cached_property
    def _chisquare(self) -> _ChiSquare:
        return _ChiSquare(child(self._seed, 2), self._rows, self.batch)

    def rows(self, first: int, last: int, df: Any) -> tuple[Array, Array]:
        """Return the normal and the χ² numbers of rows `first` … `last` - 1, one row per row."""
        chisquare = partial(self._chisquare.reach, df=df)
        return _between(self._normal.reach, first, last), _between(chisquare, first, last)

    def at(self, row: int) -> CommonDice:
        """Move to `row`, counted from 0 and never backwards, and return the dice."""
        self._row = row
        return self

    def normal(self) -> Array:
        """Return standard normal numbers, shape ``batch``."""
        row: Array = self._normal.reach(self._row)[0]
        return row

    def chisquare(self, df: Any) -> Array:
        """Return χ² numbers with `df` degrees of freedom (0: zeros), shape ``batch``."""
        row: Array = self._chisquare.reach(self._row, df)[0]
        return row

    def multinomial(self, n: Any, p: Array) -> Array:
        """Return the counts of `n` draws from categories, shape ``(*batch, categories)``."""
        counts = np.empty((*self.batch, p.shape[-1]), dtype=np.int64)
        members = counts.reshape(-1, p.shape[-1])

        def draw(block: slice, generator: Generator, n: Any, p: Array) -> None:
            members[block] = generator.multinomial(np.ravel(n), p)

        self._by_block(draw, n, p)
        return counts

    def resampled(self, n: Any, p: Array, times: int) -> Array:
        """Return the shares of draws from draws, shape ``(times, *batch, categories)``.

        The first are those of `n` draws from categories of probability `p`, the next those of
        `n` draws with the first as probabilities, and so on: ``multinomial(n, p) / n`` again
        and again, the same numbers, but with less to wait for where several threads draw them.
        """
        shares = np.empty((times, *self.batch, p.shape[-1]))
        members = shares.reshape(times, -1, p.shape[-1])

        def draw(block: slice, generator: Generator, n: Any, p: Array) -> None:
            for share in members[:, block]:
                p = np.divide(generator.multinomial(np.ravel(n), p), n, out=share)

        self._by_block(draw, n, p)
        return shares

    def _by_block(
        self, draw: Callable[[slice, Generator, Any, Array], None], n: Any, p: Array
    ) -> None:
        """Call `draw` for each block of the batch's members, with a generator of its own."""
        _countable(n)
        categories, members = p.shape[-1], math.prod(self.batch)
        p = np.broadcast_to(p, (*self.batch, categories)).reshape(members, categories)
        if np.ndim(n):
            n = np.broadcast_to(n, self.batch).reshape(members, 1)
        binomials = categories - 1 if np.ndim(n) else min(categories - 1, n)  # other than 0
        parts = blocks(members, binomials)
        streams = self._streams
        while len(streams) < len(parts):
            streams.append(stream(child(self._seed, 0, 0, len(streams))))
        together(
            [
                partial(draw, part, generator, n[part] if np.ndim(n) else n, p[part])
                for part, generator in zip(parts, streams, strict=False)
            ]
        )

    @cached_property
    def _streams(self) -> list[Generator]:
        """The plain generator, and one more for each further block of rows so far."""
        return [self.generator]

    def wide(self, count: int) -> CommonDice:
        """Return dice of shape ``(count, *batch)``, independent of these, at the same row.

        For laws that need several numbers per generation. Each `count` has streams of its own,
        so changing it, as the number of dimensions does, re-rolls everything.
        """
        dice = self._wide.get(count)
        if dice is None:
            dice = CommonDice(child(self._seed, 0, count), self._rows, (count, *self.batch))
            self._wide[count] = dice
        return dice.at(self._row)

    @cached_property
    def _wide(self) -> dict[int, CommonDice]:
        return {}


class _Rows:
    """Rows of one stream, drawn a chunk at a time in a fixed order.

    The first chunk is a single row, because some roles are used in generation 1 only.
    """

    def __init__(self, law: str, seed: SeedSequence, rows: int, shape: tuple[int, ...]) -> None:
        self.law, self.seed, self.rows, self.shape = law, seed, rows, shape
        self.most = max(1, CHUNK // max(1, math.prod(shape)))
        self.ahead = 1
        self.start = self.stop = 0
        self.chunk: Array

    @cached_property
    def draw(self) -> Callable[[tuple[int, ...]], Array]:
        """The method of the stream's generator, made when a first row is asked for."""
        return getattr(stream(self.seed), self.law)  # type: ignore[no-any-return]

    def reach(self, row: int) -> Array:
        """Return `row` and those drawn with it that follow."""
        while row >= self.stop:  # rows that nobody asked for are drawn all the same
            self.start, self.stop = self.stop, min(self.rows, self.stop + self.ahead)
            self.chunk = self.draw((self.stop - self.start, *self.shape))
            self.ahead = min(self.most, GROWTH * self.ahead)
        return self.chunk[row - self.start :]


class _ChiSquare:
    """χ² rows, transformed ahead for as long as the degrees of freedom stay the same."""

    def __init__(self, seed: SeedSequence, rows: int, batch: tuple[int, ...]) -> None:
        normal, uniform, boost, self.spare_seed = seed.spawn(4)
        self.normals = _Rows("standard_normal", normal, rows, batch)
        self.uniforms = _Rows("random", uniform, rows, batch)
        self.boosts = _Rows("random", boost, rows, batch)
        self.df: Any = None
        self.start = self.stop = 0
        self.ahead = 1
        self.values: Array
        self.spares: tuple[Generator, Generator] | None = None
        self.spare_key: tuple[int, ...] = ()

    def spare(self) -> tuple[Generator, Generator]:
        """Streams of further candidates for rejected entries."""
        if self.spares is None:
            normal, uniform = (stream(child(self.spare_seed, i, *self.spare_key)) for i in (0, 1))
            self.spares = normal, uniform
        return self.spares

    def reach(self, row: int, df: Any) -> Array:
        """Return `row` and those transformed with it that follow."""
        scalars = not (isinstance(df, np.ndarray) or isinstance(self.df, np.ndarray))
        same = df == self.df if scalars else np.array_equal(df, self.df)
        if not (same and self.start <= row < self.stop):
            # A schedule of sample sizes changes df in every generation, so look ahead timidly.
            self.ahead = GROWTH * (self.ahead if same else 1)
            if not same and self.df is not None:
                # How many spares the rows now thrown away took depends on the horizon.
                self.spares, self.spare_key = None, (row,)
            self.df, self.start = df, row
            self.values = self._transform(row, df)
            self.stop = row + len(self.values)
        return self.values[row - self.start :]

    def _transform(self, row: int, df: Any) -> Array:
        x, u = (rows.reach(row)[: self.ahead] for rows in (self.normals, self.uniforms))
        low = np.any(np.asarray(df) < 2)
        boost = self.boosts.reach(row)[: self.ahead] if low else None
        return marsaglia_tsang(df, x, u, boost, self.spare)


def _countable(n: Any) -> None:
    """Raise a sentence where more points are to be counted than numpy's generator can."""
    if (most := n.max(initial=0) if isinstance(n, np.ndarray) else n) > MOST_COUNTED:
        raise ValueError(
            f"n must be at most {MOST_COUNTED:,} where points are counted by kind, beyond which "
            f"numpy's counts scatter too widely, not {most:,}"
        )


def _between(reach: Callable[[int], Array], first: int, last: int) -> Array:
    """Return rows `first` … `last` - 1 of those that `reach` returns a few at a time."""
    parts: list[Array] = []
    while first < last:
        parts.append(reach(first)[: last - first])
        first += len(parts[-1])
    return np.concatenate(parts)


def marsaglia_tsang(
    df: Any,
    x: Array,
    u: Array,
    boost: Array | None,
    spare: Callable[[], tuple[Generator, Generator]],
) -> Array:
    """Turn normal and uniform numbers into χ² numbers, exactly in law.

    Parameters
    ----------
    df : float or ndarray
        Degrees of freedom, 0 or at least 1, broadcasting against `x`; 0 gives 0.
    x, u : ndarray
        Standard normal and uniform numbers of one shape.
    boost : ndarray or None
        Uniform numbers of the same shape; needed where df < 2.
    spare : callable
        Returns two generators, of further normal and of further uniform numbers, for the
        rejected entries: about 5 % of them at df = 1 or 2, 2 % at 4, 0.1 % at 49.

    Returns
    -------
    ndarray
        χ² numbers, of the shape of `x`.

    References
    ----------
    Marsaglia & Tsang, *A simple method for generating gamma variables*, ACM TOMS 26 (2000).
    """
    df = np.asarray(df, dtype=float)
    low = df < 2  # below shape 1: draw at shape + 1, then multiply by u^(1/shape)
    d = np.where(low, df / 2 + 1, df / 2) - 1 / 3
    c = 1 / np.sqrt(9 * d)
    v = c * x
    v += 1
    cube: Array = v * v
    cube *= v
    squeeze = x * x
    squeeze *= squeeze
    squeeze *= 0.0331
    squeeze += u
    doubtful = np.flatnonzero(squeeze >= 1)
    if doubtful.size:
        each_d = d if d.ndim == 0 else np.broadcast_to(d, x.shape).ravel()[doubtful]
        accepted = _accept(x.take(doubtful), u.take(doubtful), cube.take(doubtful), each_d)
        rejected = doubtful[~accepted]
        if rejected.size:
            each_d = np.broadcast_to(each_d, doubtful.shape)[~accepted]
            cube.put(rejected, _redraw(each_d, *spare()))
    cube *= 2 * d
    if boost is not None:
        with np.errstate(divide="ignore"):
            cube *= np.where(low, boost ** (2 / np.where(low, df, 2)), 1)
    return cube


def _accept(x: Array, u: Array, cube: Array, d: Array) -> Array:
    """Marsaglia and Tsang's full test, for the entries that the cheap one leaves in doubt."""
    with np.errstate(invalid="ignore", divide="ignore"):
        accepted: Array = np.log(u) < x * x / 2 + d * (1 - cube + np.log(cube))
    return accepted


def _redraw(d: Array, normals: Generator, uniforms: Generator) -> Array:
    """Return accepted cubes for the given `d`, each from its own few candidates in order."""
    cubes = np.empty_like(d)
    left = np.arange(d.size)
    while left.size:
        x = normals.standard_normal((left.size, CANDIDATES))
        u = uniforms.random((left.size, CANDIDATES))
        column = d[left, None]
        cube = (1 + x / np.sqrt(9 * column)) ** 3
        accepted = _accept(x, u, cube, column)
        found = accepted.any(axis=1)
        first = accepted.argmax(axis=1)
        cubes[left[found]] = cube[found, first[found]]
        left = left[~found]
    return cubes
