"""One web, eight headlines: what is counted, and what the models meet."""

import numpy as np
import pytest

from collapse_lib import CategoricalMLE, Temperature, Tempered, Zipf, gallery, metrics, simulate
from collapse_lib.gallery.how_counted import (
    ADOPTED,
    COUNTED,
    CRAWLS,
    UNITS,
    YEARS,
    World,
    crawled,
    world,
)
from collapse_lib.regimes import Replace

panel = gallery.how_counted
T = np.arange(YEARS + 1)


def made(helped=0.9, dose=0.35, farms=0.02, seed=0):
    return world(helped, dose, farms, seed)


@pytest.mark.parametrize("helped", [0, 0.5, 1])
@pytest.mark.parametrize("dose", [0, 0.35, 1])
@pytest.mark.parametrize("farms", [0, 0.3, 0.98])
def test_every_headline_is_a_share_and_a_trace_counts_more_than_all(helped, dose, farms):
    heads = made(helped, dose, farms).headlines
    assert heads.shape == (2, 2, 2, T.size)
    assert np.all((heads >= 0) & (heads <= 100))
    assert np.all(heads[..., 0] == 0)  # before AI
    some, whole = heads
    assert np.all(some >= whole)
    assert np.all(np.diff(heads[0, 1, 1][1:]) >= 0)  # who ever used it has used it


def test_without_ai_every_headline_is_zero_and_so_is_the_text():
    seen = made(helped=0, farms=0)
    assert not seen.headlines.any() and not seen.written.any()


def test_where_pages_are_all_or_nothing_a_trace_is_everything():
    seen = made(dose=1.0)
    np.testing.assert_array_equal(seen.headlines[0, 0], seen.headlines[1, 0])


def test_the_text_is_what_was_put_in():
    """In the long run 98 % of the sites are ordinary, nine in ten of them write 35 % by AI."""
    shares = [made(seed=seed).text[0, -1] / 100 for seed in range(40)]
    error = np.std(shares, ddof=1) / np.sqrt(len(shares))
    adopted = 1 - (1 - ADOPTED) ** YEARS
    farms, human = 0.02 * adopted, 0.98
    expected = (farms + human * 0.9 * 0.35 * adopted) / (farms + human)
    assert abs(np.mean(shares) - expected) < 4.5 * error
    assert abs(np.mean(shares) - 0.9 * 0.35) > 4.5 * error  # a twin without AI sites


def test_the_headline_does_not_move_the_models():
    whole = panel(farms=0.95)
    for values in ({"counted": "pure"}, {"unit": "sites"}, {"counted": "pure", "unit": "sites"}):
        other = panel(farms=0.95, **values)
        np.testing.assert_array_equal(other.kinds, whole.kinds)
        assert np.abs(other.headline - whole.headline).max() > 1
    kept = panel(farms=0.95, crawl="keep")
    assert panel(farms=0.95, crawl="keep", typical=0.3).kinds[-1] == 36  # as the lesson says
    np.testing.assert_array_equal(kept.kinds, whole.kinds_other)
    np.testing.assert_array_equal(kept.kinds_other, whole.kinds)
    assert kept.kinds[-1] > whole.kinds[-1] + 20


def test_the_headline_is_one_of_the_eight():
    for counted in COUNTED:
        for unit in UNITS:
            for crawl in CRAWLS:
                result = panel(counted=counted, unit=unit, crawl=crawl)
                assert (result.others == result.headline).all(axis=1).any()
                assert result.case == f"{counted} {unit}"


def test_what_the_models_meet_is_the_text_of_the_crawl():
    seen = made(farms=0.5)
    for keep in (False, True):
        met = crawled(seen, keep).met
        assert [len(shares) for shares in met] == list(T[1:] + 1)
        human = np.array([shares[0] for shares in met])
        np.testing.assert_allclose(100 * (1 - human), seen.text[int(keep), 1:])
        np.testing.assert_allclose([sum(shares) for shares in met], 1)
    thrown = crawled(seen, False).met
    assert all(not any(shares[1:-1]) for shares in thrown)  # only the newest model's


def test_a_web_of_nothing_but_ai_is_the_plain_chain():
    """The crawl of such a world is `Replace`, in law: kinds left agree within 4.5 errors."""
    seen = World(np.zeros((2, 2, 2, T.size)), np.append(0, np.ones(20)), np.ones(21))
    count = []
    for regime in (crawled(seen, False), crawled(seen, True), Replace()):
        lineage = simulate(
            Zipf(60),
            CategoricalMLE(),
            Tempered(regime, Temperature(0.9)),
            n=1_000,
            generations=21,
            replicates=200,
            rng=1,
        )
        count.append(lineage.trace(metrics.survivors)[10])
    newest, kept, plain = count
    error = np.sqrt((newest.var(ddof=1) + plain.var(ddof=1)) / 200)
    assert abs(newest.mean() - plain.mean()) < 4.5 * error
    assert abs(kept.mean() - plain.mean()) > 4.5 * error  # the twin that keeps the old web
