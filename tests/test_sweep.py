"""Sweeps: the same table from any number of workers, and whatever is killed on the way."""

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from numpy.random import SeedSequence, default_rng
from scipy.stats import chi2

from collapse_lib import GaussianMLE, Normal, metrics, simulate
from collapse_lib import sweep as exported
from collapse_lib.regimes import real_count
from collapse_lib.sweep import SweepResult, sweep

GRID = {"n": [5, 10, 20], "label": ["a", "b"]}


def draw(n, label, rng):
    return {"values": default_rng(rng).normal(size=4), "name": f"{label}{n}"}


def same(first, second):
    assert first.axes == second.axes
    assert first.values.keys() == second.values.keys()
    for name in first.values:
        np.testing.assert_array_equal(first[name], second[name])
    return True


def test_axes_stack_in_front():
    result = sweep(draw, GRID, quiet=True)
    assert exported is sweep
    assert isinstance(result, SweepResult)
    assert result.axes == {"n": (5, 10, 20), "label": ("a", "b")}
    assert result["values"].shape == (3, 2, 4)
    assert result["name"].tolist() == [["a5", "b5"], ["a10", "b10"], ["a20", "b20"]]
    assert len(np.unique(result["values"])) == 24


def test_the_seed_goes_into_simulate_as_it_is():
    def variance(n, rng):
        lineage = simulate(Normal(), GaussianMLE(), n=n, generations=3, replicates=2, rng=rng)
        return {"variance": lineage.trace(metrics.variance)}

    assert sweep(variance, {"n": [5, 10]}, quiet=True)["variance"].shape == (2, 4, 2)


def test_any_number_of_workers_makes_the_same_table(tmp_path):
    alone = sweep(draw, GRID, quiet=True)
    for workers in (1, 2, 5):
        with ThreadPoolExecutor(workers) as threads:
            assert same(sweep(draw, GRID, threads, quiet=True), alone)
            assert same(sweep(draw, GRID, threads, tmp_path / str(workers), quiet=True), alone)
    fresh = get_context("spawn")  # to fork is unsafe once another test has started threads
    with ProcessPoolExecutor(2, fresh) as processes:
        assert same(sweep(draw, GRID, processes, quiet=True), alone)


def test_a_cells_seed_depends_on_its_own_coordinates_only():
    result = sweep(draw, GRID, quiet=True)
    turned = sweep(draw, {"label": ["b"], "n": [20, 5]}, quiet=True)
    np.testing.assert_array_equal(turned["values"][0, 0], result["values"][2, 1])
    np.testing.assert_array_equal(turned["values"][0, 1], result["values"][0, 1])
    numpys = sweep(draw, {"n": np.array([5, 10, 20]), "label": np.array(["a", "b"])}, quiet=True)
    assert same(numpys, result)
    other = sweep(draw, GRID, seed=1, quiet=True)
    assert not np.isin(other["values"], result["values"]).any()


def test_cells_are_independent():
    """Neighbours in the grid: the correlation of their draws is within its standard error."""

    def numbers(i, rng):
        return {"z": default_rng(rng).normal(size=20)}

    z = sweep(numbers, {"i": range(500)}, quiet=True)["z"]
    products = (z[1:] * z[:-1]).ravel()
    assert abs(products.mean()) < 4.5 * products.std(ddof=1) / np.sqrt(products.size)


class Counting:
    """Counts its calls, and fails at one of them; to a sweep it is `draw`."""

    def __init__(self, fails_at=None):
        self.calls, self.fails_at = [], fails_at
        self.__module__, self.__qualname__ = draw.__module__, draw.__qualname__

    def __call__(self, n, label, rng):
        self.calls.append((n, label))
        if len(self.calls) == self.fails_at:
            raise RuntimeError("no luck")
        return draw(n, label, rng)


@pytest.mark.parametrize("executor", [None, 1])
def test_a_failed_sweep_says_where_and_goes_on_from_there(tmp_path, executor):
    failing, resumed, again = Counting(fails_at=4), Counting(), Counting()
    pool = ThreadPoolExecutor(executor) if executor else None
    with pytest.raises(RuntimeError, match="no luck") as caught:
        sweep(failing, GRID, pool, tmp_path, quiet=True)
    n, label = failing.calls[3]
    assert caught.value.__notes__ == [f"It happened in the cell n = {n}, label = {label!r}."]
    result = sweep(resumed, GRID, pool, tmp_path, quiet=True)
    saved = [call for call in failing.calls if call != (n, label)]
    assert len(saved) >= 3
    assert sorted(saved + resumed.calls) == sorted(
        (n, label) for n in (5, 10, 20) for label in "ab"
    )
    assert same(result, sweep(draw, GRID, quiet=True))
    assert same(sweep(again, GRID, pool, tmp_path, quiet=True), result)
    assert again.calls == []
    larger = sweep(again, GRID | {"n": [5, 10, 20, 40]}, pool, tmp_path, quiet=True)
    assert again.calls == [(40, "a"), (40, "b")]
    np.testing.assert_array_equal(larger["values"][:3], result["values"])


def test_seeds_in_the_order_of_running_would_not_survive(tmp_path, monkeypatch):
    """The wrong twin: numpy's spawned seeds, which know nothing of the coordinates."""
    parent = SeedSequence(0)
    module = importlib.import_module(
        "collapse_lib.sweep"
    )  # the package's attribute is the function
    monkeypatch.setattr(module, "_seed", lambda seed, cell: parent.spawn(1)[0])
    undisturbed = sweep(draw, GRID, quiet=True)
    with pytest.raises(RuntimeError):
        sweep(Counting(fails_at=4), GRID, None, tmp_path, quiet=True)
    resumed = sweep(Counting(), GRID, None, tmp_path, quiet=True)
    assert not np.array_equal(resumed["values"], undisturbed["values"])


def test_another_seed_or_function_finds_nothing_of_the_first(tmp_path):
    def other(n, label, rng):
        return {"values": np.zeros(4), "name": "x"}

    first = sweep(draw, GRID, save=tmp_path, quiet=True)
    assert not same_values(sweep(draw, GRID, save=tmp_path, seed=1, quiet=True), first)
    assert not sweep(other, GRID, save=tmp_path, quiet=True)["values"].any()
    assert same(sweep(draw, GRID, save=tmp_path, quiet=True), first)
    assert len(list(tmp_path.glob("*.npz"))) == 18


def same_values(first, second):
    return np.array_equal(first["values"], second["values"])


def test_an_unfinished_file_counts_for_nothing_and_a_damaged_one_is_named(tmp_path):
    first = sweep(draw, GRID, save=tmp_path, quiet=True)
    torn = sorted(tmp_path.iterdir())[2]
    torn.rename(torn.with_suffix(".unfinished"))
    counting = Counting()
    assert same(sweep(counting, GRID, save=tmp_path, quiet=True), first)
    assert len(counting.calls) == 1
    assert len(list(tmp_path.glob("*.npz"))) == 6
    torn.write_bytes(torn.read_bytes()[:100])
    with pytest.raises(ValueError, match=f"save holds a cell that cannot be read, .*{torn.name}"):
        sweep(draw, GRID, save=tmp_path, quiet=True)


def test_a_file_says_what_it_holds_and_runs_no_code(tmp_path):
    sweep(draw, {"n": [5], "label": ["a"]}, save=tmp_path, quiet=True)
    (path,) = tmp_path.iterdir()
    with np.load(path, allow_pickle=False) as stored:
        what = json.loads(str(stored["what"]))
    assert what["coordinates"] == {"n": 5, "label": "a"}
    assert what["function"].endswith("draw")


def test_the_bar_counts_what_was_there_already(tmp_path, capsys):
    sweep(draw, GRID | {"n": [5]}, save=tmp_path, quiet=True)
    assert capsys.readouterr().err == ""
    sweep(draw, GRID, save=tmp_path)
    shown = capsys.readouterr().err
    assert "2/6" in shown
    assert "6/6" in shown


NOT_A_VALUE = "grid must hold numbers, strings, booleans or None, but 'n' holds"


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        ({}, "grid must have at least one axis, not none"),
        ({"n": []}, "grid must hold at least one value of 'n', not none"),
        ({"n": [Normal()]}, NOT_A_VALUE),
        ({"n": [float("nan")]}, f"{NOT_A_VALUE} nan"),
        ({"n": [5, 10, 5]}, r"grid must hold each value of 'n' once, not \(5, 10, 5\)"),
        ({"rng": [1]}, "grid must not have an axis 'rng': each cell gets its own seed"),
        ([1], r"grid must be a mapping of names to values such as {'n': \[10, 100\]}, not \[1\]"),
        ({"n": 5}, "grid must hold the values of 'n' in a list, not 5"),
        ({"label": "ab"}, "grid must hold the values of 'label' in a list, not 'ab'"),
        ({3: [1]}, "grid must name its axes by strings, not 3"),
    ],
)
def test_a_grid_that_is_none_gets_a_sentence(grid, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        sweep(draw, grid, quiet=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((3, GRID), r"function must be a function such as def cell\(n, rng\), not 3"),
        ((draw, GRID, 4), r"executor must be an executor such as ProcessPoolExecutor\(2\), not 4"),
        ((draw, GRID, ThreadPoolExecutor), "executor must be an executor such as .*, not <class"),
        ((draw, GRID, None, 3), "save must be a folder such as 'cells', not 3"),
    ],
)
def test_what_cannot_run_a_sweep_gets_a_sentence(arguments, sentence):
    with pytest.raises(TypeError, match=sentence):
        sweep(*arguments, quiet=True)


def test_a_result_that_is_not_there_is_told_from_those_that_are():
    with pytest.raises(KeyError, match="the function returned 'values', 'name', and no 'variance'"):
        sweep(draw, GRID, quiet=True)["variance"]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda n, rng: 5, "function must return a mapping of names to values, not 5"),
        (lambda n, rng: {}, "function must return a mapping of names to values, not {}"),
        (lambda n, rng: {"a": None}, "numbers, texts or arrays of them, but 'a' is None"),
        (lambda n, rng: {str(n): 1}, r"the same names in every cell, not \['5'\] and \['6'\]"),
        (lambda n, rng: {"a": [1] * n}, r"'a' with one shape in every cell, not \(5,\) and \(6,\)"),
    ],
)
def test_a_result_that_makes_no_table_gets_a_sentence(function, sentence):
    with pytest.raises(ValueError, match=sentence):
        sweep(function, {"n": [5, 6]}, quiet=True)


@pytest.mark.parametrize("function", [lambda n, rng: {"a": n}, partial(draw, label="a")])
def test_a_nameless_function_cannot_be_saved(function, tmp_path):
    sweep(function, {"n": [5]}, quiet=True)
    with pytest.raises(TypeError, match="cells are saved: write it with def, not as"):
        sweep(function, {"n": [5]}, save=tmp_path, quiet=True)


def test_a_seed_is_a_whole_number(tmp_path):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, not -1"):
        sweep(draw, GRID, seed=-1, quiet=True)


# --- kill -9 ---------------------------------------------------------------------------------

LIVES = 20
PER_LIFE = 12
CELLS = 260
SCRIPT = f"""
import os, sys, time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from collapse_lib.sweep import sweep

save, log, budget, out = sys.argv[1:]


def cell(i, rng):
    with open(log, "a+") as file:
        file.write(f"{{i}} {{os.getpid()}}\\n")
        file.seek(0)
        if len(file.readlines()) > int(budget):
            time.sleep(3600)  # until it is killed, so that no life finishes the sweep
    time.sleep(0.004)
    return {{"z": np.random.default_rng(rng).normal(size=100)}}


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        result = sweep(cell, {{"i": range({CELLS})}}, pool, save, quiet=True)
    np.save(out, result["z"])
"""


def wait_until(ready, process):
    limit = time.monotonic() + 60
    while not ready() and process.poll() is None:
        assert time.monotonic() < limit, "the sweep stands still"
        time.sleep(0.002)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_killed_twenty_times_it_ends_with_the_same_table(tmp_path):
    """Ten times the sweep itself and ten times a worker, at moments of chance."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    save, log, out = (tmp_path / name for name in ("save", "log", "out.npy"))
    save.mkdir()
    log.touch()

    def start(budget):
        command = [sys.executable, script, save, log, str(budget), out]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def saved():
        names = {}
        for path in save.glob("*.npz"):
            with np.load(path) as stored:
                names[json.loads(str(stored["what"]))["coordinates"]["i"]] = path.name
        return names

    chance = default_rng(0)
    before, kills = {}, {"sweep": 0, "worker": 0}
    for life in range(LIVES):
        victim = ("sweep", "worker")[life % 2]
        logged = len(log.read_text())
        process = start(budget=log.read_text().count("\n") + PER_LIFE)
        try:
            few = int(chance.integers(0, PER_LIFE - 1))
            wait_until(lambda at=logged: len(log.read_text()[at:].split("\n")) > 2, process)
            wait_until(lambda: len(list(save.glob("*.npz"))) >= len(before) + few, process)  # noqa: B023
            time.sleep(chance.uniform(0, 0.01))
            assert process.poll() is None
            runs = [line.split() for line in log.read_text()[logged:].splitlines()]
            os.kill(process.pid if victim == "sweep" else int(runs[-1][1]), signal.SIGKILL)
            kills[victim] += 1
            if victim == "worker":
                _, said = process.communicate(timeout=60)
                assert process.returncode == 1
                assert "the same call with a new executor resumes" in said.replace("\n", " ")
            else:
                process.wait(timeout=60)
        finally:
            os.killpg(process.pid, signal.SIGKILL) if alive(process.pid) else None
            process.stderr.close()
        ran = {int(line.split()[0]) for line in log.read_text()[logged:].splitlines()}
        after = saved()
        assert ran
        assert not ran & before.keys(), "a finished cell was run twice"
        assert before.items() <= after.items(), "a finished cell was lost"
        before = after
    assert kills == {"sweep": 10, "worker": 10}
    assert 0 < len(before) < CELLS

    last = start(budget=2 * CELLS)
    _, said = last.communicate(timeout=60)
    assert last.returncode == 0, said
    assert len(list(save.iterdir())) == CELLS  # and no unfinished file is left

    def cell(i, rng):
        return {"z": default_rng(rng).normal(size=100)}

    undisturbed = sweep(cell, {"i": range(CELLS)}, quiet=True)
    np.testing.assert_array_equal(np.load(out), undisturbed["z"])


UNTIL_KILLED = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from collapse_lib.sweep import sweep

method, log = sys.argv[1:]


def cell(i, rng):
    with open(log, "a") as file:
        file.write(f"{os.getpid()} ")
    time.sleep(3600)


if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context(method)) as pool:
        sweep(cell, {"i": range(9)}, pool, quiet=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_end_with_the_sweep_that_was_killed(tmp_path, method):
    script, log = tmp_path / "script.py", tmp_path / "log"
    script.write_text(UNTIL_KILLED)
    log.touch()
    command = [sys.executable, script, method, log]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_until(lambda: len(set(log.read_text().split())) == 2, process)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)  # returns once nobody holds its end of the pipe any more
    finally:
        os.killpg(process.pid, signal.SIGKILL) if alive(process.pid) else None
        process.stderr.close()
    assert len(log.read_text().split()) == 2


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


# --- on a cluster ----------------------------------------------------------------------------


def example():
    """The example as a script has it: not importable, so that its functions travel by value."""
    path = Path(__file__).parents[1] / "examples" / "cluster.py"
    spec = importlib.util.spec_from_file_location("cluster_example", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_the_example_survives_the_death_of_a_worker_half_way(tmp_path):
    cluster = example()
    cells = len(cluster.GRID["n"]) * len(cluster.GRID["real"])
    save, log, phase, killed = tmp_path / "save", tmp_path / "log", cluster.phase, []

    def logged(n, real, rng):
        with log.open("a") as file:
            file.write(f"{n} {real}\n")
        return phase(n, real, rng)

    def saved():
        return len(list(save.glob("*.npz")))

    def killer(pids):
        assert len(set(pids)) == 2
        assert os.getpid() not in pids

        def kill():
            while saved() < cells // 2:
                time.sleep(0.001)
            os.kill(pids[0], signal.SIGKILL)
            killed.append(saved())

        threading.Thread(target=kill, daemon=True).start()

    cluster.phase = logged
    result = cluster.on_a_cluster(save, quiet=True, meanwhile=killer)
    cluster.phase = phase
    assert len(killed) == 1
    assert cells // 2 <= killed[0] < cells
    runs = log.read_text().splitlines()
    assert len(set(runs)) == cells
    assert len(runs) <= cells + 2  # only what ran, or waited to be fetched, when the worker died
    assert same(result, cluster.phase_diagram(quiet=True))
    median = result["median"]
    assert median[0, 0] < 1e-7  # no real data, small samples: nothing is left
    assert np.all(median[:, 0] < median[:, -1])
    for size in cluster.GRID["n"]:  # no cell has real data in name only
        assert all(real_count(size, share) for share in cluster.GRID["real"][1:])
    sizes = np.array(cluster.GRID["n"])  # real data alone: n v ~ χ² with n - 1 degrees of freedom
    below = chi2(sizes - 1).cdf(sizes * median[:, -1])
    assert np.all(np.abs(below - 0.5) < 4.5 * 0.5 / np.sqrt(400))
