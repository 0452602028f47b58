"""Loops in text, and walks that must close."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collapse_lib import Greedy, theory
from collapse_lib.language import Documents, find_loops, greedy_successors, orbits
from tests.language.reference import documents, fitted


def first_loop(row, repeats, longest):
    """Start, length and end of the first loop, by trying everything."""
    for start in range(len(row)):
        for length in range(1, longest + 1):
            if start + repeats * length > len(row):
                continue
            once = row[start : start + length]
            if row[start : start + repeats * length] == once * repeats:
                stop = start + length
                while stop < len(row) and row[stop] == row[stop - length]:
                    stop += 1
                return start, length, stop
    return -1, -1, -1


@given(
    st.lists(st.lists(st.integers(0, 2), min_size=24, max_size=24), min_size=1, max_size=4),
    st.integers(2, 4),
    st.integers(1, 9),
)
def test_the_first_loop_is_found(rows, repeats, longest):
    found = find_loops(Documents(np.array(rows).ravel(), 24), repeats, longest)
    expected = [first_loop(row, repeats, longest) for row in rows]
    actual = list(zip(*(part.tolist() for part in vars(found).values()), strict=True))
    assert actual == expected


def test_a_batch_of_documents_keeps_its_shape():
    ids = np.zeros((48, 2, 3), dtype=int)
    ids[:, 0, 0] = np.arange(48)
    found = find_loops(Documents(ids, 24))
    assert found.start.shape == found.length.shape == found.stop.shape == (2, 2, 3)
    assert np.all(found.start[:, 0, 0] == -1)
    assert np.all(found.stop[:, 1] == 24)


def test_loops_of_too_little_are_refused():
    text = Documents(np.zeros(10, dtype=int), 10)
    with pytest.raises(ValueError, match="repeats must be a whole number of at least 2, not 1"):
        find_loops(text, repeats=1)
    with pytest.raises(ValueError, match="longest must be a whole number of at least 1, not 0"):
        find_loops(text, longest=0)


# --- walks -----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 30), min_size=1, max_size=31))
def test_a_walk_is_followed_to_its_loop(targets):
    successors = np.array(targets) % len(targets)
    walk = orbits(successors)
    for state in range(len(targets)):
        path = [state]
        while successors[path[-1]] not in path:
            path.append(successors[path[-1]])
        tail = path.index(successors[path[-1]])
        assert walk.tail[state] == tail
        assert walk.cycle[state] == len(path) - tail
        assert walk.loop[state] == min(path[tail:])


@pytest.mark.parametrize("states", [100, 1000])
def test_a_random_map_closes_after_as_many_steps_as_theory_says(states):
    rng = np.random.default_rng(0)
    walks = [orbits(rng.integers(states, size=states)) for _ in range(400)]
    for values, expected in (
        (
            [walk.tail.mean() + walk.cycle.mean() for walk in walks],
            theory.greedy_steps_mean(states),
        ),
        ([walk.cycle.mean() for walk in walks], theory.greedy_cycle_mean(states)),
    ):
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(np.mean(values) - expected) < 4.5 * error
        assert abs(np.mean(values) - expected * 1.3) > 4.5 * error  # the law is not met by chance
    assert theory.greedy_steps_mean(states) == pytest.approx(np.sqrt(np.pi * states / 2), rel=0.05)


@pytest.mark.parametrize("smoothing", [None, "witten-bell"])
def test_greedy_decoding_ends_in_the_loop_that_the_walk_finds(smoothing):
    model = fitted(documents(seed=30, n=400), 3, smoothing)
    walk = orbits(greedy_successors(model))
    for token in range(6):
        said = Greedy()(model).continued([token], 200, np.random.default_rng(0))[0]
        found = find_loops(Documents(np.concatenate([[token], said]), 201))
        start = model.plain.advance(np.array([0]), np.array([token]))
        assert found.length[0] == walk.cycle[start[0]]
        assert found.start[0] <= 1 + walk.tail[start[0]]
        assert found.stop[0] == 201


def test_successors_must_be_states():
    with pytest.raises(ValueError, match="successors must be numbers below 2, one for each state"):
        orbits([0, 2])
    with pytest.raises(ValueError, match="successors must be numbers below"):
        orbits([[0, 1]])
    with pytest.raises(ValueError, match="successors must hold whole numbers of at least 0"):
        orbits([0, -1])
