"""The two clouds: each click is kept, the chain is an ordinary one, and the counts are right."""

import numpy as np
import pytest
from classroom.hand import press, said, shown

from collapse_lib.gallery.which_is_real import CHAINS, ROUNDS, Clouds, WhichIsReal


def test_each_click_is_kept_and_the_answers_come_last():
    game = WhichIsReal()
    for place in range(3):
        assert shown(game, "table") == []
        assert f"Question {place + 1} of 3" in said(game)
        press(game, "say", "A")
    (table,) = shown(game, "table")
    assert [row[2] for row in table["rows"]] == list(game.real)
    assert ["✓" in row[1] for row in table["rows"]] == list(game.right)
    press(game, "say", "B")
    assert said(game) == "all 3 questions are answered: start again"
    assert game.answers == ["A"] * 3


def test_the_real_cloud_lies_where_it_is_said_to_be():
    game = WhichIsReal()
    for place, generation in enumerate(ROUNDS):
        left, right = (
            np.column_stack([trace["x"], trace["y"]])
            for trace in shown(game, "picture")[0]["view"]["data"]
        )
        game.say("A")
        clouds = [left, right] if game.real[place] == "A" else [right, left]
        for cloud, expected in zip(
            clouds, (game._clouds.real[place], game._clouds.chain[generation]), strict=True
        ):
            moved = cloud - cloud.mean(axis=0)
            assert moved == pytest.approx(expected - expected.mean(axis=0), abs=1e-9)


def test_both_sides_are_real_in_their_turn(monkeypatch):
    clouds = Clouds.made(50, 0)
    monkeypatch.setattr(Clouds, "made", lambda n, seed: clouds)
    sides = [side for seed in range(30) for side in WhichIsReal(seed=seed)._sides]
    share, error = sides.count("A") / 90, np.sqrt(0.25 / 90)
    assert abs(share - 0.5) < 4.5 * error


def test_one_step_is_not_seen_and_thirty_are():
    many = [Clouds.made(50, seed) for seed in range(8)]
    for rule, told in (("wider", (0.5975, 0.769, 0.97475)), ("next", (0.6027,))):
        found = np.array([getattr(clouds, rule) for clouds in many])
        found = found if rule == "wider" else found.mean(axis=1, keepdims=True)
        error = found.std(axis=0, ddof=1) / np.sqrt(len(many))
        assert np.all(np.abs(found.mean(axis=0) - told) < 4.5 * np.hypot(error, 0.005))
    twin = Clouds.made(2_000, 0)  # with large samples thirty generations are not seen either
    assert twin.wider[2] < 0.75


def test_the_chain_is_the_middle_one():
    for seed in range(5):
        clouds = Clouds.made(50, seed)
        left = np.sqrt(np.linalg.det(np.cov(clouds.chain[30].T)))
        assert 0.1 < left < 0.4  # in theory 0.22; the cloud has 150 points
        assert clouds.next.shape == (30,) and CHAINS == 200


def test_the_chain_can_be_walked():
    game = WhichIsReal()
    for _ in ROUNDS:
        game.say("B")
    assert "The cloud of generation 1 is" in said(game)
    press(game, "on")
    assert "generation 2 is" in said(game)
    press(game, "look", 99.0)
    assert game.generation == 30
    before = game._clouds.chain
    press(game, "again")
    assert game.answers == [] and not np.array_equal(game._clouds.chain, before)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"n": 2}, "n must be a whole number of at least 3, not 2"), ({"seed": -1}, "seed must be")],
)
def test_what_cannot_be_is_said(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        WhichIsReal(**wrong)


def test_other_sides_are_refused():
    with pytest.raises(ValueError, match="side must be"):
        WhichIsReal().say("C")


def test_after_one_machine_it_depends_on_the_rule():
    """By width alone 60 of 100; by spread and shape 87; who knows the real law is right in 93."""
    rng = np.random.default_rng(0)
    lineages, n, shown = 4000, 50, 150
    seen = rng.normal(size=(lineages, n, 2))
    centre = seen.mean(axis=1, keepdims=True)
    spread = np.einsum("lni,lnj->lij", seen - centre, seen - centre) / n
    dice = rng.normal(size=(2, lineages, shown, 2))
    made = centre + dice[0] @ np.linalg.cholesky(spread).swapaxes(-1, -2)

    def told(cloud):
        off = cloud.mean(axis=1)
        near = cloud - off[:, None]
        covariance = np.einsum("lni,lnj->lij", near, near) / shown
        width = np.linalg.det(covariance)
        shape = np.trace(covariance, axis1=1, axis2=2) - np.log(width) - 2
        return -width, shape, shape + (off**2).sum(axis=1)

    right = [(r < m).mean() for r, m in zip(told(dice[1]), told(made), strict=True)]
    error = np.sqrt(0.25 / lineages)
    assert np.abs(np.array(right) - [0.61, 0.867, 0.927]).max() < 4.5 * error
    assert abs(right[2] - 0.61) > 20 * error
