"""A badge that stays high over a digit that dies out; and luck among equals."""

import numpy as np
import pytest

from collapse_lib import Categorical, CategoricalMLE, gallery, images, simulate, theory
from collapse_lib.gallery.rare_handwriting import learnt, written_right
from collapse_lib.images import ClassGaussianMLE, read_digits
from collapse_lib.images.reading import discriminant

DIGITS = read_digits()
RARE = gallery.rare_handwriting(images=5)
EQUAL = gallery.rare_handwriting(images=50)
EIGHTS = np.flatnonzero(DIGITS.labels == 8)
PANEL = 10  # the seed below the panel's that its judge rolls


@pytest.fixture(scope="module")
def lineage():
    truth = DIGITS.reweighted({8: 0.1})
    return simulate(truth, ClassGaussianMLE(), n=455, generations=20, replicates=40, rng=0)


def error(samples):
    return samples.std(ddof=1) / np.sqrt(samples.size)


# --- the panel is the simulation -------------------------------------------------------------


@pytest.mark.parametrize("g", [1, 10, 20])
def test_it_shows_the_simulation(lineage, g):
    model = lineage[g]
    assert RARE.left[g] == (model.shares[:, 8] > 0).sum()
    known = 100 * (images.read_as(model, DIGITS.features[EIGHTS]) == 8).mean(axis=1)
    assert RARE.known[g] == pytest.approx(np.median(known))
    np.testing.assert_allclose(RARE.known_band[:, g], np.quantile(known, [0.1, 0.9]))
    judge = np.random.SeedSequence(0, spawn_key=(PANEL, g))
    assert RARE.badge[g] == pytest.approx(np.median(written_right(model, judge)))
    assert RARE.n == 455


def test_the_badge_is_that_of_points_drawn_from_the_model(lineage):
    """The reader's verdict on handwriting that is sampled the slow way."""
    model = lineage[5]
    drawn = model.sample(400, np.random.default_rng(9))
    pages = np.moveaxis(drawn, 0, 1)
    right = 100 * (images.read_as(DIGITS, pages[..., :-1]) == pages[..., -1]).mean(axis=1)
    judged = written_right(model, 4)
    assert abs((right - judged).mean()) < 4.5 * error(right - judged)
    shuffled = 100 * (images.read_as(DIGITS, pages[..., :-1]) == 8).mean(axis=1)
    assert abs((shuffled - judged).mean()) > 50


def test_a_judge_rolls_dice_of_its_own(lineage):
    """The scatter of the verdicts over the dice is that of 500 independent pieces."""
    models = [lineage[g] for g in (1, 5, 10, 20)]
    verdicts = np.array(
        [[written_right(m, 31 * roll + g) for roll in range(24)] for g, m in enumerate(models)]
    )
    scatter = verdicts.var(axis=1, ddof=1).mean() / 100**2  # over 160 models
    p = verdicts.mean() / 100
    binomial = p * (1 - p) / 500
    assert 0.5 * binomial < scatter < 1.2 * binomial  # digits differ, which takes some of it
    means = verdicts.mean(axis=2)  # over 40 lineages; had they one set of pieces: scatter again
    assert 100**2 * scatter / means.var(axis=1, ddof=1).mean() > 20
    kept = written_right(models[0], 1), written_right(models[0], 1)
    np.testing.assert_array_equal(*kept)


def test_the_wall_begins_with_real_images_and_goes_on_with_copies(lineage):
    wall = RARE.wall
    assert wall.shape == (21, 4, 10, 8, 8)
    assert wall.min() == 0 and wall.max() == 16 and np.all(wall == np.rint(wall))
    real = np.clip(np.rint(DIGITS.picture(DIGITS.features)), 0, 16)
    for digit in range(10):
        mine = real[DIGITS.labels == digit]
        for picture in wall[0, :, digit].reshape(4, 64):
            assert (mine == picture).all(axis=1).any()
    known = [
        (images.read_as(lineage[g], DIGITS.features[EIGHTS]) == 8).mean(axis=1) for g in (5, 20)
    ]
    assert (
        abs(100 * known[0][RARE.drawn] - RARE.known[5]) < 10
    )  # the lineage on the wall is typical
    assert known[1][RARE.drawn] == 0 < known[1].max()  # as it would not be of each
    gone = int((lineage.trace(images.class_share(8))[:, RARE.drawn] == 0).argmax())
    assert gone > 0  # in the lineage on the wall
    centred = wall[-1].reshape(-1, 64) - DIGITS.pixels.mean(axis=0)
    axes = np.linalg.svd(DIGITS.pixels - DIGITS.pixels.mean(axis=0), full_matrices=False)[2][:20]
    axes *= np.sign(axes[np.arange(20), np.abs(axes).argmax(axis=1)])[:, None]
    read = images.read_as(DIGITS, centred @ axes.T).reshape(4, 10)
    others = np.arange(10) != 8
    assert not (read[:, 8] == 8).any()  # the column has turned into its neighbours
    assert (read[:, others] == np.arange(10)[others]).mean() > 0.5


# --- what the lesson says --------------------------------------------------------------------


def test_the_badge_stays_while_the_eights_are_lost():
    """Over the dice: it rises once, from hands to bell curves, and from then on it does not."""
    runs = [RARE, *(gallery.rare_handwriting(images=5, seed=seed) for seed in range(1, 4))]
    badge = np.array([run.badge for run in runs])
    assert badge[:, 0] == pytest.approx(95, abs=0.5)
    assert np.all(badge[:, 1] > badge[:, 0] + 1)
    assert badge[:, 1:].min() > 95 and badge[:, 1:].max() < 98
    rise = badge[:, 10] - badge[:, 1]
    assert rise.mean() < 4.5 * error(rise)
    assert abs(rise.mean()) < 1
    known = np.array([run.known for run in runs])
    assert known[:, 1] == pytest.approx(51, abs=6)
    assert known[:, 10].max() < 100 / 3 and np.median(known[:, 20]) == 0


def test_the_same_pieces_for_every_model_would_have_made_it_rise():
    """The twenty pieces that once judged every model: other twenty say that it falls."""
    weights, offset = discriminant(DIGITS)

    def rise(seed):
        pieces = np.random.default_rng(seed).standard_normal((20, 20))
        right = []
        for model in (lineages[1], lineages[10]):
            drawn = model.parts.mean[..., None, :] + pieces @ model.parts.factor.swapaxes(-1, -2)
            read = (drawn @ weights.T + offset).argmax(axis=-1)
            hits = (read == np.arange(10)[:, None]).mean(axis=-1)
            right.append(np.median((hits * model.shares).sum(axis=-1)))
        return 100 * (right[1] - right[0])

    lineages = learnt(8, 5, 40, 0)
    assert rise(0) > 1.5  # as it stood in the lesson
    others = np.array([rise(seed) for seed in range(1, 21)])
    assert (others > 0).mean() < 0.6
    assert others.std() > 0.4


def test_the_badge_is_no_lower_where_the_eight_is_lost():
    lost = learnt(8, 5, 200, 0)[10]
    gone, badge = lost.shares[:, 8] == 0, written_right(lost, 7)
    gap = np.hypot(error(badge[gone]), error(badge[~gone]))
    assert abs(badge[gone].mean() - badge[~gone].mean()) < 4.5 * gap < 1.5
    assert 0.3 < gone.mean() < 0.5


def test_lost_eights_are_taken_for_ones_nines_and_threes():
    lost = learnt(8, 5, 200, 0)[10]
    gone = lost.shares[:, 8] == 0
    read = images.read_as(lost, DIGITS.features[DIGITS.labels == 8])[gone]
    shares = np.bincount(read.ravel(), minlength=10) / read.size
    np.testing.assert_allclose(shares[[1, 9, 3]], [0.39, 0.27, 0.11], atol=0.03)


def test_when_nobody_is_rare_all_fall_slowly_and_who_is_like_others_most():
    assert EQUAL.left[-1] >= 37
    assert EQUAL.known_others[[10, 20]] == pytest.approx([87, 79], abs=2.5)
    for like_others in (EQUAL, gallery.rare_handwriting(digit=1)):
        assert like_others.known[20] == pytest.approx(63, abs=5)
    assert gallery.rare_handwriting(digit=0).known[20] > 95
    assert EQUAL.badge[1:].min() > 94.9


def test_who_is_like_others_is_missed_sooner():
    one, zero = (gallery.rare_handwriting(digit=d, images=5).known for d in (1, 0))
    assert (one < 50).argmax() in (1, 2)
    assert zero[:8].min() > 50


def test_the_sevens_of_the_opening_question():
    truth = images.read_sevens()
    run = simulate(truth, ClassGaussianMLE(2), n=100, generations=10, replicates=200, rng=0)
    kept = [run.trace(images.variance_kept(style))[10] for style in (0, 1)]
    assert np.median(kept[0]) > 0.8 and np.median(kept[1]) < 0.05
    lost = (run.trace(images.class_share(1))[10] == 0).mean()
    expected = 2 - theory.replace_survivors_mean(10, 100, np.array([0.95, 0.05]))
    assert abs(lost - expected) < 4.5 * np.sqrt(expected * (1 - expected) / 200)


# --- who fades first -------------------------------------------------------------------------


def test_the_first_to_be_lost_are_counted_one_lineage_at_a_time():
    result = gallery.who_fades_first(lineage=3)
    run = simulate(
        Categorical(np.full(10, 0.1)),
        CategoricalMLE(),
        n=100,
        generations=60,
        replicates=1000,
        rng=0,
    )
    p = np.array([np.broadcast_to(model.p, (1000, 10)) for model in run.models])
    np.testing.assert_allclose(result.mine, 100 * p[:, 2])
    first = np.zeros(10)
    for one in np.moveaxis(p, 1, 0):
        when = [np.flatnonzero(one[:, d] == 0)[:1] for d in range(10)]
        day = [int(found[0]) if found.size else 10_000 for found in when]
        who = [d for d in range(10) if day[d] == min(day) <= 20]
        first[who] += 1 / max(len(who), 1)
    assert 1000 - result.whole[20] == pytest.approx(first.sum())
    assert result.has[20] == (p[20, 2] > 0).sum()
    np.testing.assert_allclose(result.first[20], 100 * first / first.sum())


def test_among_equals_it_is_luck_and_the_rare_have_less_of_it():
    equal, rare = gallery.who_fades_first(), gallery.who_fades_first(eights=0.5)
    assert equal.whole[-1] == rare.whole[-1] == 0  # so that per cent are tens of lineages
    spread = np.sqrt(1000 * 0.1 * 0.9)
    assert np.abs(10 * equal.first[-1] - 100).max() < 4.5 * spread
    assert 10 * rare.first[-1, 8] - 100 > 4.5 * spread  # the same bound sees the rare one
    assert rare.first[-1].argmax() == 8
    assert rare.first[[5, -1], 8] == pytest.approx([42, 28], abs=1)


def test_how_often_the_rare_digit_is_lost_is_what_the_lesson_works_out():
    """The eight and all others, as two kinds: of ten digits one would count every loss."""
    shares = np.array([5, 450]) / 455
    lost = [2 - theory.replace_survivors_mean(g, 455, shares) for g in (5, 10, 20)]
    assert lost == pytest.approx([0.21, 0.42, 0.63], abs=0.005)
    lineages = learnt(8, 5, 400, 1)
    for g, expected in zip((5, 10, 20), lost, strict=True):
        gone = (lineages[g].shares[:, 8] == 0).mean()
        assert abs(gone - expected) < 4.5 * np.sqrt(expected * (1 - expected) / 400)
    assert RARE.left[[5, 10, 20]].tolist() == [36, 27, 15]


def test_before_anything_is_lost_nothing_is_said():
    result = gallery.who_fades_first()
    assert not result.first[0].any() and not result.luck[0].any()
    assert result.whole[0] == 1000 and result.has[0] == 10


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: gallery.rare_handwriting(digit=10),
            "digit must be a whole number of at most 9, not 10",
        ),
        (
            lambda: gallery.rare_handwriting(images=51),
            "images must be a whole number of at most 50, not 51",
        ),
        (
            lambda: gallery.who_fades_first(lineage=1001),
            "lineage must be a whole number of at most 1000, not 1001",
        ),
        (
            lambda: gallery.who_fades_first(eights=0.0),
            r"eights must be a number above 0 and at most 1, not 0\.0",
        ),
    ],
)
def test_what_is_out_of_range_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
