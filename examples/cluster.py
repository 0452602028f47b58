"""The (sample size x real-data ratio) phase diagram, on a cluster of worker processes.

    pip install distributed
    python examples/cluster.py

Here the workers are two processes on this machine. On a real cluster only one line changes:
``Client("tcp://scheduler:8786")`` instead of ``Client(LocalCluster(...))``, or a cluster of
``dask_jobqueue.SLURMCluster`` or ``dask_kubernetes.KubeCluster``. Each worker needs collapse_lib;
the files in the folder `save` are written by this process alone, so no shared disk is needed.

A worker that dies takes its running cells with it; dask gives them to another worker, and because
a cell's seed comes from its coordinates, the table is the same. If this process dies, start
it again: it goes on with the cells that are missing. Then look at what the table says: how
much of the variance a typical lineage keeps, for each sample size (rows) and share of fresh
real data (columns).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path

import numpy as np
from numpy.random import SeedSequence

from collapse_lib import GaussianMLE, Normal, Refresh, metrics, simulate
from collapse_lib.sweep import SweepResult, sweep

# One per cent of 50 points is the least that is a point: below, Refresh(0.01) is Replace().
GRID = {"n": [50, 100, 200, 500, 1000, 2000], "real": [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]}


def phase(n: int, real: float, rng: SeedSequence) -> Mapping[str, float]:
    """Return what is left of the variance after 500 generations, in the typical lineage.

    Parameters
    ----------
    n : int
        Sample size of a generation.
    real : float
        Share of fresh real data in it, between 0 and 1: ``floor(real n + 1/2)`` points.
    rng : SeedSequence
        The cell's own seed.

    Returns
    -------
    mapping
        The median over 400 replicates, in units of the truth's variance, and the ends of
        the band that holds four lineages of five.
    """
    lineage = simulate(
        Normal(), GaussianMLE(), Refresh(real), n=n, generations=500, replicates=400, rng=rng
    )
    low, median, high = np.quantile(lineage.trace(metrics.variance)[-1], [0.1, 0.5, 0.9])
    return {"low": low, "median": median, "high": high}


def phase_diagram(
    executor: Executor | None = None, save: str | Path | None = None, quiet: bool = False
) -> SweepResult:
    """Sweep the grid; `executor` and `save` are those of `collapse_lib.sweep.sweep`."""
    return sweep(phase, GRID, executor, save, quiet=quiet)


def on_a_cluster(
    save: str | Path,
    workers: int = 2,
    quiet: bool = False,
    meanwhile: Callable[[list[int]], None] | None = None,
) -> SweepResult:
    """Sweep the grid on worker processes of their own.

    Parameters
    ----------
    save : path
        Folder of the finished cells.
    workers : int, default 2
        Number of worker processes, with one thread each.
    quiet : bool, default False
        Show no progress bar.
    meanwhile : callable, optional
        Is called with the process ids of the workers before the sweep starts; the test of
        this example uses it to kill one of them half way.

    Returns
    -------
    SweepResult
        ``median``, ``low`` and ``high``, each of shape ``(sample sizes, shares)``.
    """
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        if meanwhile is not None:
            meanwhile(list(client.run(os.getpid).values()))
        return phase_diagram(client.get_executor(), save, quiet)


def main(save: str = "phase_diagram") -> None:
    """Print the phase diagram; cells go to the folder `save`."""
    result = on_a_cluster(save)
    print("Typical variance left after 500 generations, of 1")
    print("      n " + "".join(f"{share:>9.0%}" for share in GRID["real"]) + "  fresh real data")
    for size, row in zip(GRID["n"], result["median"], strict=True):
        print(f"{size:>7} " + "".join(f"{value:>9.2g}" for value in row))


if __name__ == "__main__":
    main(*sys.argv[1:])
