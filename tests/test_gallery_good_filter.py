"""A filter for the typical is clean and eats the tail; a verifier is clean and does not."""

import numpy as np
import pytest

from collapse_lib import Categorical, CategoricalMLE, Zipf, simulate, theory
from collapse_lib.gallery import good_filter
from collapse_lib.regimes import Blend, Slip, Tempered, Verifier


def is_good(labels):
    return np.asarray(labels) < 40


def test_the_verifier_is_the_library_s():
    result = good_filter(real=0.05, nonsense=0.1, missed=0.2, n=300, seed=4)
    lineage = simulate(
        Categorical(np.append(Zipf(40).p, np.zeros(8))),
        CategoricalMLE(),
        Tempered(Tempered(Blend(0.05), Slip(is_good, 0.1)), Verifier(is_good, 0.95, 0.2)),
        n=300,
        generations=40,
        replicates=30,
        rng=4,
    )
    good = lineage[40].p[..., :40]
    assert result.clean["verifier"][40] == pytest.approx(100 * good.sum(axis=-1).mean())
    assert result.left["verifier"][40] == np.median((good > 0).sum(axis=-1))


def test_the_share_of_good_points_is_the_one_in_theory():
    """Without real data, from a lot of points; and the formula for another verifier is off."""
    result = good_filter(real=0.0, nonsense=0.1, missed=0.5, n=5_000)
    expected = theory.verifier_good_share_limit(0.95, 0.5, 0.1)
    # the chain's models hold the share before the next slip: after the filter
    assert result.clean["verifier"][40] == pytest.approx(100 * float(expected), abs=1)
    other = theory.verifier_good_share_limit(0.95, 0.6, 0.1)
    assert result.clean["verifier"][40] != pytest.approx(100 * float(other), abs=1)


def test_clean_is_not_representative():
    result = good_filter()
    end = {key: (result.clean[key][-1], result.left[key][-1]) for key in result.clean}
    assert end["none"][0] < 50
    assert min(end[key][0] for key in ("typical", "verifier", "top_up")) > 90
    assert end["typical"][1] < 15 < 20 < end["verifier"][1] < end["top_up"][1]


def test_a_verifier_that_misses_nearly_everything_does_not_help():
    result = good_filter(real=0.0, missed=0.95)
    np.testing.assert_allclose(result.clean["verifier"][-1], result.clean["none"][-1], atol=12)
    assert result.clean["verifier"][-1] < 40
