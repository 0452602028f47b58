"""What a model of digits reads, and the two ways to write a seven."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from collapse_lib import Categorical, images, simulate
from collapse_lib.images import ClassGaussianMLE, read_as, read_digits, read_sevens

DIGITS = read_digits()
MODEL = simulate(DIGITS, ClassGaussianMLE(), n=300, generations=2, replicates=3, rng=0)[2]


def test_of_real_images_it_is_linear_discriminant_analysis():
    peer = LinearDiscriminantAnalysis(priors=np.full(10, 0.1)).fit(DIGITS.features, DIGITS.labels)
    ours, theirs = read_as(DIGITS, DIGITS.features), peer.predict(DIGITS.features)
    assert (ours == theirs).mean() > 0.995  # theirs pools the spread with other weights
    assert 0.94 < (ours == DIGITS.labels).mean() < 0.95


def test_it_is_the_likeliest_class_of_bells_with_one_spread():
    """Said plainly, one image at a time."""
    member = 1
    shares, mean = MODEL.shares[member], MODEL.parts.mean[member]
    common = np.einsum("k,kij->ij", shares, MODEL.parts.cov[member])
    for x, found in zip(
        DIGITS.features[:40], read_as(MODEL, DIGITS.features)[member], strict=False
    ):
        apart = x - mean
        scores = np.log(shares) - 0.5 * (apart * np.linalg.solve(common, apart.T).T).sum(axis=1)
        assert found == scores.argmax()


def test_shapes_and_a_batch_with_its_own_images():
    x = DIGITS.features[:30]
    assert read_as(MODEL, x).shape == (3, 30)
    assert read_as(DIGITS, x).shape == (30,)
    own = np.stack([x[:5], x[5:10], x[10:15]])
    np.testing.assert_array_equal(read_as(MODEL, own)[2], read_as(MODEL, x)[2, 10:15])


def test_a_lost_class_is_never_the_answer():
    shares = MODEL.shares.copy()
    shares[:, 8] = 0
    without = images.ClassNormals(shares, MODEL.parts)
    assert (read_as(MODEL, DIGITS.features) == 8).any()
    assert not (read_as(without, DIGITS.features) == 8).any()


def test_other_models_get_a_sentence():
    with pytest.raises(
        TypeError, match="read_as needs a model of labelled images, not Categorical"
    ):
        read_as(Categorical([0.5, 0.5]), DIGITS.features)


def test_the_sevens_are_the_sevens():
    sevens = read_sevens()
    assert (len(sevens.labels), sevens.classes) == (179, 2)
    np.testing.assert_array_equal(sevens.pixels, DIGITS.pixels[DIGITS.labels == 7])
    np.testing.assert_allclose(sevens.shares, [0.95, 0.05])
    assert np.bincount(sevens.labels).tolist() == [166, 13]  # as the docstring says
    np.testing.assert_allclose(read_sevens(0.5).shares, 0.5)


def test_a_bar_is_ink_beside_the_stem():
    sevens = read_sevens()
    middle = sevens.pixels.reshape(-1, 8, 8)[:, 3:6]
    ink = [middle[sevens.labels == style].sum(axis=(1, 2)) for style in (0, 1)]
    assert ink[0].mean() > 1.3 * ink[1].mean()


def test_a_share_out_of_range_gets_a_sentence():
    with pytest.raises(ValueError, match=r"plain must be a number between 0 and 1, not 1\.5"):
        read_sevens(1.5)
