"""Be the model: the reader's fits are the generations, and the machines are real chains."""

import numpy as np
import pytest

from collapse_lib import GaussianMLE, Normal, metrics, simulate
from collapse_lib.classroom import BeTheModel

from .hand import button, press, said, shown


def play(game, width=1.0):
    """Fit every bell to the points, `width` times as wide as they are spread."""
    while not game.done:
        game.set(float(game.points.mean()), width * float(game.points.std()))
        game.commit()
    return game


def test_each_sample_comes_from_the_bell_before():
    game = BeTheModel(n=4000, generations=3, seed=1)
    for mean, spread in ((3.0, 0.5), (-2.0, 2.0)):
        press(game, "mean", mean)
        press(game, "spread", spread)
        press(game, "commit")
        error = spread / 4000**0.5
        assert abs(game.points.mean() - mean) < 4.5 * error
        assert abs(game.points.std() - spread) < 4.5 * error / 2**0.5
    assert game.fits == ((3.0, 0.5), (-2.0, 2.0)) and not game.done


def test_the_first_points_are_the_truths():
    truth = Normal(10, 3)
    points = BeTheModel(n=4000, seed=2, truth=truth).points
    assert abs(points.mean() - 10) < 4.5 * 3 / 4000**0.5


def test_the_same_seed_and_bells_give_the_same_points():
    one, two = (play(BeTheModel(seed=5)) for _ in range(2))
    assert one.fits == two.fits and one.seed == 5
    assert play(BeTheModel(seed=6)).fits != one.fits


def test_the_bell_as_it_stood_is_no_fit():
    game = BeTheModel(seed=0)
    assert button(game, "commit")["off"]
    press(game, "commit")
    assert game.fits == () and said(game) == "Move the bell over the points first."
    # and it stands where it fits nothing, in the next generation again
    start = {part["name"]: part["value"] for part in shown(game, "slider")}
    game.set(0, 1)
    game.commit()
    assert {part["name"]: part["value"] for part in shown(game, "slider")} == start


def test_the_machines_are_two_hundred_chains():
    game = BeTheModel(n=7, generations=4, seed=3, truth=Normal(2, 5))
    lineage = simulate(Normal(2, 5), GaussianMLE(), n=7, generations=4, replicates=200, rng=3)
    expected = lineage.trace(metrics.variance) / 25
    np.testing.assert_allclose(game.machines(), expected)


def test_the_end_tells_chance_from_habit():
    exact, wide = play(BeTheModel(seed=8)), play(BeTheModel(seed=8), width=1.5)
    texts = [" ".join(part["text"] for part in shown(game, "words")) for game in (exact, wide)]
    assert "on average 1 times as wide" in texts[0]
    assert "on average 1.5 times as wide" in texts[1]
    share = exact.fits[-1][1] ** 2
    narrower = int(np.sum(exact.machines()[-1] < share))
    assert f"; {narrower} ended narrower than you" in texts[0]
    assert "dice number 8" in texts[0]


def test_the_picture_shows_the_readers_own_path():
    game = play(BeTheModel(seed=4, generations=3))
    (picture,) = shown(game, "picture")
    you = next(trace for trace in picture["view"]["data"] if trace["name"] == "you")
    expected = [0, *(2 * np.log10(spread) for _mean, spread in game.fits)]
    np.testing.assert_allclose(you["y"], expected)


def test_a_game_is_taken_up_where_it_was_left():
    game = BeTheModel(seed=9, key="00.model")
    game.set(0.5, 0.7)
    game.commit()
    again = BeTheModel(key="00.model")
    assert again.fits == ((0.5, 0.7),) and again.seed == 9
    np.testing.assert_array_equal(again.points, game.points)
    play(again)
    assert BeTheModel(key="00.model").done
    again.again()
    assert BeTheModel(key="00.model").fits == ()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BeTheModel(n=1), "n must be a whole number of at least 2, not 1"),
        (lambda: BeTheModel(generations=0), "generations must be a whole number of at least 1"),
        (lambda: BeTheModel(seed=-1), "seed must be a whole number of at least 0, not -1"),
        (
            lambda: BeTheModel(truth=Normal([0, 1], 1)),
            r"truth must be one distribution, not a batch of \(2,\)",
        ),
        (lambda: BeTheModel().spread(0), "spread must be a number above 0, not 0.0"),
        (lambda: BeTheModel().mean(np.nan), "mean must be a finite number, not nan"),
    ],
)
def test_what_makes_no_game_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
