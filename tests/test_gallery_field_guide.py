"""The quality-control game, played without a browser, and the birds in it."""

from dataclasses import astuple, replace
from xml.etree import ElementTree

import numpy as np
import pytest

from collapse_lib import CategoricalMLE, Zipf, metrics, simulate
from collapse_lib.gallery.birds import BIRDS, FEATURES, OPTIONS, drawing, likeness
from collapse_lib.gallery.field_guide import MISTAKE, NAMES, FieldGuide, Machine


def played(**settings):
    game = FieldGuide(**settings)
    game.ask(20)
    return game


def test_forty_different_birds():
    assert len(set(NAMES)) == len(BIRDS) == 40
    features = np.array([astuple(bird)[1:] for bird in BIRDS])
    different = (features[:, None] != features[None]).sum(axis=-1)
    assert different[~np.eye(40, dtype=bool)].min() >= 2
    with pytest.raises(ValueError, match="tail must be one of short, long, forked, fan, not 'no'"):
        replace(BIRDS[0], tail="no")


def test_every_feature_shows_in_the_picture():
    for bird in BIRDS:
        ElementTree.fromstring(drawing(bird))
    for feature in FEATURES:
        pictures = {drawing(replace(BIRDS[0], **{feature: value})) for value in OPTIONS[feature]}
        assert len(pictures) == len(OPTIONS[feature])


def test_a_description_is_one_of_all_descriptions():
    """Probabilities of the values of one feature add up to 1: so do those of descriptions."""
    likely = likeness(0.02)
    agree = np.array([[a == b for a in astuple(BIRDS[0])[1:]] for b in astuple(BIRDS[0])[1:]])
    assert agree.diagonal().all()
    np.testing.assert_allclose(likely.diagonal(), 0.98 ** len(FEATURES))
    assert (likely <= likely.diagonal()).all()
    one, other = 0, 7  # two kinds, by hand
    by_hand = 1.0
    for feature in FEATURES:
        same = getattr(BIRDS[one], feature) == getattr(BIRDS[other], feature)
        by_hand *= 0.98 if same else 0.02 / (len(OPTIONS[feature]) - 1)
    assert likely[one, other] == pytest.approx(by_hand)


def test_the_machine_is_a_lineage_of_the_library():
    machine = Machine.trained(500, 3, 2.0, 7)
    lineage = simulate(Zipf(40, 2.0), CategoricalMLE(), n=500, generations=3, rng=7)
    np.testing.assert_array_equal(machine.learnt, lineage[3].p[0])
    assert machine.lost.sum() == 40 - lineage.trace(metrics.survivors)[3, 0]


@pytest.mark.parametrize("seed", range(5))
def test_it_always_answers_with_a_kind_that_it_knows(seed):
    machine = Machine.trained(500, 3, 2.0, seed)
    shown, sure = machine.answers()
    assert not machine.lost[shown].any()
    np.testing.assert_array_equal(shown == np.arange(40), ~machine.lost)
    assert ((sure > 0) & (sure <= 1)).all()
    k = int(np.flatnonzero(machine.lost)[-1])  # Bayes's rule once more, kind by kind
    weight = [p * likely for p, likely in zip(machine.learnt, likeness(MISTAKE)[k], strict=True)]
    assert sure[k] == pytest.approx(max(weight) / sum(weight))
    assert np.median(sure[machine.lost]) > 0.8  # sure of itself where it cannot be right


def test_a_game_that_is_shipped():
    game = FieldGuide(seed=1)
    assert "Then you decide" in game.content["said"]
    game.ask()
    assert game.asked == 1 and "of 1 right so far" in game.content["said"]
    game.ask(100)
    assert game.asked == 20 and "Will you ship it" in game.content["said"]
    for name in NAMES:  # each bird that it took for another is named, and no other
        missed = name in [NAMES[k] for k in game.questions] and game.answer(name)[0] != name
        assert (name in game.content["said"]) is missed
    game.ship()
    assert game.decision == "ship"
    assert f"{game.score} of 20 right. {len(game.lost)} of its 40 pages" in game.content["said"]
    assert game.score == sum(NAMES[k] not in game.lost for k in game.questions)
    assert NAMES[game.content["page"]] == game.lost[-1]  # opens on the rarest that is gone
    game.look_up("robin")
    shown, sure = game.answer("robin")
    assert f"it shows a {shown}" in game.content["answer"] and 0 < sure <= 1


def test_a_game_that_is_sent_back_shows_the_same_guide():
    game = played(seed=1)
    game.send_back()
    assert (
        "You sent it back" in game.content["said"] and "what you sent back" in game.content["said"]
    )
    assert game.content["facts"]


def test_another_machine_starts_anew():
    game = played()
    game.ship()
    before = game.pages
    game.again()
    assert (game.asked, game.decision) == (0, "")
    assert game.pages != before
    assert game.questions == FieldGuide(seed=1).questions


def test_who_complains_and_who_pays():
    game = played()
    game.ship()
    wrong = {name: int(n) for name, n in zip(NAMES, game.visitors, strict=True)}
    assert sum(wrong.values()) == 1000
    assert game.complaints == {name: wrong[name] for name in game.complaints if wrong[name]}
    assert set(game.complaints) <= set(game.lost)
    complain, pays = game.content["facts"]
    assert f"{sum(game.complaints.values())} complain" in complain
    assert f"no kind gathers more than {max(game.complaints.values())}" in complain
    rare = [name for name in NAMES[20:]]
    asked = sum(wrong[name] for name in rare)
    refused = sum(game.complaints.get(name, 0) for name in rare)
    assert f"of {asked} who asked for one of the twenty rarest, {refused}" in pays


def test_questions_and_visitors_come_by_frequency():
    """Sums over many games, against the frequencies; a park of equals would be noticed."""
    games = [FieldGuide(seed=seed) for seed in range(60)]
    truth = games[0].machine.truth
    asked = np.bincount(np.concatenate([game.questions for game in games]), minlength=40)
    met = sum(game.visitors for game in games)
    for counts in (asked, met):
        total = counts.sum()
        off = (counts - total * truth)[:10] / np.sqrt(total * truth * (1 - truth))[:10]
        assert np.abs(off).max() < 4.5
        assert abs(counts[0] - total / 40) / np.sqrt(total / 40) > 4.5


def test_a_flat_park_is_noticed():
    """The same number of pages gone, but together they are a quarter of what is asked."""
    steep = [played(seed=seed) for seed in range(30)]
    flat = [played(n=100, steepness=1.0, seed=seed) for seed in range(30)]
    assert abs(np.mean([len(g.lost) for g in steep]) - np.mean([len(g.lost) for g in flat])) < 5
    assert np.mean([g.score for g in steep]) > 18.5
    assert np.mean([g.score for g in flat]) < 16.5


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0}, "n must be a whole number of at least 1, not 0"),
        ({"generations": 0}, "generations must be a whole number of at least 1, not 0"),
        ({"steepness": -1}, "steepness must be a number of at least 0, not -1"),
        ({"questions": 0}, "questions must be a whole number of at least 1, not 0"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
    ],
)
def test_bad_settings_get_a_sentence(settings, message):
    with pytest.raises(ValueError, match=message):
        FieldGuide(**settings)


def test_bad_moves_get_a_sentence():
    game = FieldGuide()
    with pytest.raises(ValueError, match="decide after all 20 questions, not after 0"):
        game.ship()
    with pytest.raises(ValueError, match="name can be looked up after your decision"):
        game.look_up("robin")
    game.ask(20)
    game.ship()
    with pytest.raises(ValueError, match=r"name must be one of house sparrow, .*, not 'dodo'"):
        game.look_up("dodo")
    with pytest.raises(ValueError, match="times must be a whole number of at least 1, not 0"):
        game.ask(0)


def test_it_says_its_words_where_no_widget_is_drawn():
    bundle = FieldGuide()._repr_mimebundle_()
    said = " ".join(text for text in bundle[0].values() if isinstance(text, str))
    assert "20 questions" in said
