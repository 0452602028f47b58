"""A grid of simulations, on one machine or on many, that can be killed and goes on.

Each combination of the grid's values is a cell. A cell's seed comes from its own coordinates,
so that neither the number of workers nor the order in which they finish, nor the rest of the
grid, can change a result. A finished cell is written to a file of its own at once, under a name
that says what was computed: the sweep that finds the file does not run the cell again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import SeedSequence

from collapse_lib import checks, labelled
from collapse_lib.checks import Array, whole
from collapse_lib.replacing import replacing

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from pathlib import Path

__all__ = ["SweepResult", "sweep"]

Scalar = None | bool | int | float | str
Coordinates = dict[str, Scalar]
Values = dict[str, Array]


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What a sweep found, as arrays over its grid.

    Parameters
    ----------
    axes : mapping of str to tuple
        The values along each axis of the grid, in order.
    values : mapping of str to ndarray, shape ``(*axes, *cell)``
        What the function returned: the axes of the grid stack in front, the shape of one
        cell's result stays at the back.

    Notes
    -----
    Cells are independent draws: two neighbours differ by their dice as well as by their
    parameters. Read a slope only where it exceeds the scatter over a cell's replicates.

    Raises
    ------
    KeyError
        When a result is asked for that the function did not return.
    """

    axes: Mapping[str, tuple[Scalar, ...]]
    values: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        """Return one of the results, shape ``(*axes, *cell)``."""
        if name not in self.values:
            there = ", ".join(map(repr, self.values))
            raise KeyError(f"the function returned {there}, and no {name!r}")
        return self.values[name]

    def to_xarray(self) -> Any:
        """Return the results as an xarray Dataset whose dimensions are the axes of the grid.

        An axis of a cell's own result is called by the result and a number, ``variance_0``.

        Raises
        ------
        ImportError
            If xarray is not installed: ``pip install 'collapse_lib[tables]'``.
        """
        return labelled.dataset(list(self.axes), self.axes, self.values)

    def to_pandas(self) -> Any:
        """Return the results as a pandas frame, with a row for each cell of the grid.

        A result that is an array has a column for each of its numbers, ``variance_0``, ….

        Raises
        ------
        ImportError
            If pandas is not installed: ``pip install 'collapse_lib[tables]'``.
        """
        return labelled.frame(list(self.axes), self.axes, self.values)


def sweep(
    function: Callable[..., Mapping[str, Any]],
    grid: Mapping[str, Iterable[Any]],
    executor: Executor | None = None,
    save: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    quiet: bool = False,
) -> SweepResult:
    """Call a function at every point of a grid, in parallel, and lose nothing when killed.

    Parameters
    ----------
    function : callable
        ``function(**coordinates, rng=...)`` returns a mapping of names to numbers or arrays,
        with the same names and shapes in every cell. `rng` is a `numpy.random.SeedSequence`,
        which `simulate` takes as it is.
    grid : mapping of str to iterable
        The values of each argument; every combination is one cell. They are numbers, strings,
        booleans or None, because a cell must be written down to be found again.
    executor : concurrent.futures.Executor, optional
        Where the cells run: threads, processes, ``dask.distributed``'s
        ``client.get_executor()``, ``mpi4py.futures.MPIPoolExecutor()``. Here and one after the
        other by default. The caller closes it.
    save : path, optional
        A folder, made if it is not there, for one file per finished cell. The same call
        resumes with the cells that are missing; a larger grid runs only what is new.
    seed : int, default 0
        Another seed gives an independent repetition of the whole sweep.
    quiet : bool, default False
        Show no progress bar.

    Returns
    -------
    SweepResult
        ``result["name"]`` has shape ``(*axes, *cell)``.

    Raises
    ------
    ValueError
        If the grid or a result cannot be put into a table, or a saved cell cannot be read.
    TypeError
        If `function` cannot be called, or has no name under which its cells could be saved; if
        `grid` is no mapping to lists of values, `executor` no executor, or `save` no path.
    Exception
        Whatever `function` raises, with a note that says in which cell. Cells that run at
        that moment are finished and saved; the others are not started.
    concurrent.futures.BrokenExecutor
        If the executor did not survive the death of a worker, as a
        ``ProcessPoolExecutor`` does not. The same call with a new one goes on.

    Notes
    -----
    Seeds: ``SeedSequence`` of `seed` and the SHA-256 digest of the coordinates, written as JSON
    with sorted names. Files: written beside their place, flushed to the disk, then renamed,
    which a file system does at one stroke; they hold plain arrays, and reading them runs no code.

    A saved cell is known by the name of its function, its coordinates and the seed, **not by
    the function's body**: after changing that, choose another folder. The whole numbers 10 and
    the fraction 10.0 are different coordinates, hence different seeds.

    Who is killed: a finished cell is safe, a running one runs again. Worker processes of a
    ``ProcessPoolExecutor`` that have begun a cell end with the process that sweeps, even after
    ``kill -9``; left alone, the standard library would let them wait for ever. Workers elsewhere
    are their cluster's business.

    On a cluster with MPI, a script that passes ``MPIPoolExecutor()`` starts with
    ``mpiexec -n 3 python -m mpi4py.futures script.py``: one process hands out the cells, the
    others run them. (Tried with mpi4py 4.1 and Open MPI 5.0: the same table as on one process.)

    Examples
    --------
    >>> from collapse_lib import GaussianMLE, Normal, metrics, simulate
    >>> def halving(n, rng):
    ...     lineage = simulate(
    ...         Normal(), GaussianMLE(), n=n, generations=100, replicates=99, rng=rng
    ...     )
    ...     return {"generation": np.median(metrics.time_to(lineage.trace(metrics.variance), 0.5))}
    >>> sweep(halving, {"n": [10, 100]}, quiet=True)["generation"].shape
    (2,)

    On several machines, see ``examples/cluster.py``.
    """
    from pathlib import Path  # what only a sweep needs is loaded by a sweep only

    from tqdm.auto import tqdm

    checks.function("function", function, "def cell(n, rng)")
    if executor is not None and (isinstance(executor, type) or not hasattr(executor, "submit")):
        raise TypeError(
            f"executor must be an executor such as ProcessPoolExecutor(2), not {executor!r}"
        )
    if save is not None and not isinstance(save, str | os.PathLike):
        raise TypeError(f"save must be a folder such as 'cells', not {save!r}")
    axes, seed = _axes(grid), whole("seed", seed, least=0)
    cells = [dict(zip(axes, point, strict=True)) for point in product(*axes.values())]
    shelf = None if save is None else _Shelf(Path(save), _named(function), seed)
    done = {} if shelf is None else shelf.read(cells)
    missing = [place for place in range(len(cells)) if place not in done]
    seeds = [_seed(seed, cells[place]) for place in missing]

    with tqdm(total=len(cells), initial=len(done), unit="cell", disable=quiet) as bar:
        finished = _run(function, [cells[place] for place in missing], seeds, executor)
        for turn, values in finished:
            place = missing[turn]
            done[place] = values
            if shelf is not None:
                shelf.write(cells[place], values)
            bar.update()
    return SweepResult(axes, _table(axes, [done[place] for place in range(len(cells))]))


def _axes(grid: Mapping[str, Iterable[Any]]) -> dict[str, tuple[Scalar, ...]]:
    if not isinstance(grid, Mapping):
        raise TypeError(
            f"grid must be a mapping of names to values such as {{'n': [10, 100]}}, not {grid!r}"
        )
    for name, values in grid.items():
        if not isinstance(name, str):
            raise TypeError(f"grid must name its axes by strings, not {name!r}")
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(f"grid must hold the values of {name!r} in a list, not {values!r}")
    axes = {name: tuple(map(_scalar, values)) for name, values in grid.items()}
    if not axes:
        raise ValueError("grid must have at least one axis, not none")
    for name, values in axes.items():
        if name == "rng":
            raise ValueError("grid must not have an axis 'rng': each cell gets its own seed")
        if not values:
            raise ValueError(f"grid must hold at least one value of {name!r}, not none")
        for value in values:
            known = value is None or isinstance(value, bool | int | float | str)
            if not known or value != value:
                raise ValueError(
                    f"grid must hold numbers, strings, booleans or None, but {name!r} holds "
                    f"{value!r}"
                )
        if len({json.dumps(value) for value in values}) < len(values):
            raise ValueError(f"grid must hold each value of {name!r} once, not {values!r}")
    return axes


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _written(what: Any) -> str:
    return json.dumps(what, sort_keys=True)


def _seed(seed: int, coordinates: Coordinates) -> SeedSequence:
    digest = sha256(_written(coordinates).encode()).digest()
    return SeedSequence([seed, *np.frombuffer(digest, "<u4").tolist()])


def _named(function: Callable[..., Any]) -> str:
    name = getattr(function, "__qualname__", "<nameless>")
    if "<lambda>" in name or name == "<nameless>":
        raise TypeError(
            "function must have a name of its own where cells are saved: write it with def, not "
            f"as {function!r}"
        )
    return f"{function.__module__}.{name}"


def _call(
    function: Callable[..., Mapping[str, Any]], coordinates: Coordinates, rng: SeedSequence
) -> Values:
    """Run one cell, wherever that is."""
    result = function(**coordinates, rng=rng)
    if not isinstance(result, Mapping) or not result:
        raise ValueError(f"function must return a mapping of names to values, not {result!r}")
    values = {str(name): np.asarray(value) for name, value in result.items()}
    for name, value in values.items():
        if value.dtype.kind not in "biufcU":
            raise ValueError(
                f"function must return numbers, texts or arrays of them, but {name!r} is "
                f"{result[name]!r}"
            )
    return values


def _call_far(
    function: Callable[..., Mapping[str, Any]],
    coordinates: Coordinates,
    rng: SeedSequence,
    sweeper: int,
) -> Values:
    """Run one cell in a worker, which is not to outlive the process that sweeps."""
    _end_with(sweeper, os.getpid())
    return _call(function, coordinates, rng)


@cache
def _end_with(sweeper: int, worker: int) -> None:
    """Let this process end when its parent does, if that is the one that sweeps.

    A worker of a process pool waits at a pipe that it holds open itself, so it would not notice.
    Forked workers also hold the pipes of those before them open: the last one ends first.
    """
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is not None and parent.pid == sweeper:

        def end() -> None:
            parent.join()
            os._exit(1)

        Thread(target=end, daemon=True).start()


def _run(
    function: Callable[..., Mapping[str, Any]],
    cells: Sequence[Coordinates],
    seeds: Sequence[SeedSequence],
    executor: Executor | None,
) -> Iterator[tuple[int, Values]]:
    """Yield each cell's turn and values as it finishes, then raise the first failure."""
    from concurrent.futures import BrokenExecutor, CancelledError, as_completed

    if executor is None:
        for turn, (coordinates, rng) in enumerate(zip(cells, seeds, strict=True)):
            try:
                values = _call(function, coordinates, rng)
            except Exception as error:
                _note(error, coordinates)
                raise
            yield turn, values
        return
    turns: dict[Future[Values], int] = {}
    failure: BaseException | None = None
    try:
        try:
            for turn, (coordinates, rng) in enumerate(zip(cells, seeds, strict=True)):
                cell = executor.submit(_call_far, function, coordinates, rng, os.getpid())
                turns[cell] = turn
        except BrokenExecutor as error:  # a worker died while cells were handed out
            failure = error
            _note(error)
        for future in as_completed(turns):
            turn = turns.pop(future)  # what nobody holds, a cluster need not keep or compute again
            try:
                values = future.result()
            except (Exception, CancelledError) as error:
                if failure is None:
                    failure = error
                    _note(error, cells[turn])
                    for other in turns:
                        other.cancel()
                continue
            yield turn, values
    finally:  # also where the caller was interrupted
        for future in turns:
            future.cancel()
    if failure is not None:
        raise failure


def _note(error: BaseException, coordinates: Coordinates | None = None) -> None:
    from concurrent.futures import BrokenExecutor

    if isinstance(error, BrokenExecutor):
        error.add_note(
            "A worker of the sweep died, and its executor with it. With save=, the same call "
            "with a new executor resumes where this one stopped."
        )
    elif coordinates is not None:
        where = ", ".join(f"{name} = {value!r}" for name, value in coordinates.items())
        error.add_note(f"It happened in the cell {where}.")


@dataclass(frozen=True)
class _Shelf:
    """The folder of finished cells: one file each, named by what is in it."""

    folder: Path
    function: str
    seed: int

    def _what(self, coordinates: Coordinates) -> str:
        what = {"function": self.function, "seed": self.seed, "coordinates": coordinates}
        return _written(what)

    def _path(self, coordinates: Coordinates) -> Path:
        return self.folder / f"{sha256(self._what(coordinates).encode()).hexdigest()[:32]}.npz"

    def read(self, cells: Sequence[Coordinates]) -> dict[int, Values]:
        """Return the values of the cells that are there, by their place in the grid."""
        from zipfile import BadZipFile

        self.folder.mkdir(parents=True, exist_ok=True)
        found = {}
        for place, coordinates in enumerate(cells):
            path = self._path(coordinates)
            if path.exists():
                try:
                    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                        found[place] = {
                            name.removeprefix("value "): stored[name]
                            for name in stored.files
                            if name.startswith("value ")
                        }
                except (BadZipFile, EOFError, OSError, ValueError) as error:
                    raise ValueError(
                        f"save holds a cell that cannot be read, {str(path)!r}: delete that file "
                        "to run the cell again"
                    ) from error
        return found

    def write(self, coordinates: Coordinates, values: Values) -> None:
        """Write one cell, all of it or nothing."""
        path = self._path(coordinates)
        arrays: dict[str, Any] = {f"value {name}": value for name, value in values.items()}
        with replacing(path) as file:
            np.savez(file, what=np.array(self._what(coordinates)), **arrays)


def _table(axes: Mapping[str, tuple[Scalar, ...]], cells: Sequence[Values]) -> Values:
    """Stack the cells' values, the axes of the grid in front."""
    names = list(cells[0])
    for values in cells:
        if sorted(values) != sorted(names):
            raise ValueError(
                f"function must return the same names in every cell, not {names} and {list(values)}"
            )
    lengths = [len(values) for values in axes.values()]
    table = {}
    for name in names:
        shapes = {values[name].shape for values in cells}
        if len(shapes) > 1:
            raise ValueError(
                f"function must return {name!r} with one shape in every cell, not "
                + " and ".join(map(str, sorted(shapes)))
            )
        stacked = np.stack([values[name] for values in cells])
        table[name] = stacked.reshape(*lengths, *shapes.pop())
    return table
